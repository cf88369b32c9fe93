package main

import (
	"os"
	"path/filepath"
	"testing"

	"muster/internal/sandbox"
	"muster/internal/webex"
)

// Somebody raised the quantity elsewhere: a run refuses what would lower it, as the plan does, and sends nothing; a change of
// something else keeps the higher quantity.
func TestApplyLowersNoQuantityThatWasRaisedElsewhere(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{})
	g.customer("5", "", "")
	g.muster(0, "apply")
	g.raise(25)
	puts := func() int { return g.server.Counts()["PUT /wholesale/customers/{customerId}"] }
	before := puts()
	g.customer("9", "", "")
	const said = "9 seats of Webex Calling are fewer than the 25 that the service has licences for"
	g.holds(g.muster(3, "plan"), said, true)
	g.holds(g.muster(4, "apply"), said, true)
	if n := puts(); n != before {
		t.Errorf("the customer was sent %d times", n-before)
	}
	g.customer("5", ",Address line 2", ",Floor 2")
	g.holds(g.muster(0, "apply"), "2 updated", true)
	limits, err := g.client.Limits(t.Context(), g.find())
	if err != nil || limits["webex_calling"] != 25 {
		t.Errorf("the quantities are %v, %v", limits, err)
	}
}

// Users at the service and users of the sheet are more than the seats: a run refuses the customer before any user is sent, as
// the plan does, unless the finding is waived.
func TestApplySendsNoUserWithoutASeat(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{})
	g.customer("2", "", "")
	g.muster(0, "apply")
	g.seat("1", "2")
	g.write("users.csv", "External customer ID,First name,Last name,Email address,Package,Location,Extension\n"+
		"crm-1,Ann,Diaz,u1@bakery.example,Webex Calling,Head Office,1001\n"+
		"crm-1,Ida,Diaz,ida@bakery.example,Webex Calling,Head Office,1009\n")
	const said = "with those at the service 3 users have Webex Calling, and its quantity is 2"
	g.holds(g.muster(3, "plan"), said, true)
	posts := func() int { return g.server.Counts()["POST /wholesale/subscribers"] }
	before := posts()
	text := g.muster(4, "apply", "--format", "json")
	g.holds(text, said, true)
	g.holds(text, `"reason":"parent_failed"`, true)
	if n := posts(); n != before {
		t.Errorf("%d users were sent", n-before)
	}
	settings := filepath.Join(g.dir, "muster.yaml")
	g.check(os.WriteFile(settings, []byte("waive:\n  - {rule: package-quantity-exceeded, reason: seats come today, until: 2099-12-31}\n"), 0o600))
	g.muster(0, "plan", "--config", settings)
	g.holds(g.muster(4, "apply", "--config", settings), "is used up", true)
	if n := posts(); n != before+1 {
		t.Errorf("%d users were sent", n-before)
	}
	g.customer("3", "", "")
	g.muster(0, "apply")
}

// seat gives users of the sheet's headquarters a seat behind the journal's back.
func (g *stage) seat(names ...string) {
	g.t.Helper()
	c, ctx := g.find(), g.t.Context()
	var site string
	for l, err := range g.client.ListLocations(ctx, c.OrgID) {
		g.check(err)
		site = l.ID
	}
	for _, n := range names {
		_, err := g.client.CreateSubscriber(ctx, webex.NewSubscriber{CustomerID: c.ID, Email: "u" + n + "@bakery.example", Packages: []string{"webex_calling"}, ProvisioningParameters: webex.SubscriberParameters{FirstName: "U", LastName: n, Extension: "100" + n, LocationID: site}})
		g.check(err)
	}
}

// An administrator whom somebody else gave a higher package keeps it: the row is refused, and no other.
func TestApplyMovesNoAdministratorDown(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{})
	g.customer("x", ",Webex Suite", ",x")
	head := "External customer ID,First name,Last name,Email address,Package,Location,Extension,Role\n"
	g.write("users.csv", head+"crm-1,U,1,u1@bakery.example,Webex Suite,Head Office,1001,Full administrator\n")
	g.muster(0, "apply")
	g.check(os.RemoveAll(filepath.Join(g.dir, "state"))) // what the journal knew is lost
	g.customer("x", "", "")
	g.write("users.csv", head+"crm-1,U,1,u1@bakery.example,Webex Calling,Head Office,1001,Full administrator\n"+
		"crm-1,U,2,u2@bakery.example,Webex Calling,Head Office,1002,\n")
	const said = "the administrator has Webex Suite, and is not moved to the lower Webex Calling"
	g.holds(g.muster(3, "plan"), said, true)
	text := g.muster(4, "apply")
	g.holds(text, said, true)
	g.holds(text, "1 created + 3 adopted + 1 failed = 5", true)
}
