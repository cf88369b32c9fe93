package provision_test

import (
	"errors"
	"testing"
	"time"

	"muster/importer/provision"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

type want = map[onboarding.ObjectKind]string

const (
	customers = onboarding.ObjectCustomer
	locations = onboarding.ObjectLocation
	numbers   = onboarding.ObjectNumbers
	users     = onboarding.ObjectUser
	roles     = onboarding.ObjectRole
)

// A customer stuck in a review does not cost another one a single call, and the run ends with it waiting. When the review
// is over, the same run goes on.
func TestReviewWaits(t *testing.T) {
	alone := newWorld(t, sandbox.Settings{})
	check(t, alone.apply(bakery("crm-2", 3)).err)

	w := newWorld(t, sandbox.Settings{})
	stuck := bakery("crm-"+sandbox.MarkReview, 2)
	res := w.apply(stuck, bakery("crm-2", 3))
	check(t, res.err)
	res.want(t, want{
		customers: "created:1 waiting/review:1", locations: "created:1 held/parent_waiting:1", numbers: "created:1 held/parent_waiting:1",
		users: "created:3 held/parent_waiting:2", roles: "created:1 held/parent_waiting:1",
	})
	for _, o := range res.outcomes {
		if o.Status == onboarding.Waiting && o.Since.IsZero() {
			t.Error("nobody can tell since when the customer waits")
		}
	}
	const ofStuck = 3 // find, create, look
	if got, want := w.client.Stats().Calls, alone.client.Stats().Calls+ofStuck; got > want {
		t.Errorf("%d calls beside a stuck customer, %d without it", got, want-ofStuck)
	}

	if n, err := w.sandbox.Release(t.Context(), "review", stuck.customer.ExternalID); err != nil || n != 1 {
		t.Fatalf("release the review: %d, %v", n, err)
	}
	again := w.apply(stuck, bakery("crm-2", 3))
	check(t, again.err)
	if !again.resumed {
		t.Error("the waiting run was not taken up again")
	}
	again.want(t, want{customers: "created:2", locations: "created:2", numbers: "created:2", users: "created:5", roles: "created:2"})
}

// A user who must consent waits; everybody else is created. Later the same run finds the consent.
func TestConsentWaits(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 3)
	o.users[2].Email = sandbox.MarkConsent + "@crm-1.example"
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(users); got != "created:2 waiting/consent:1" {
		t.Errorf("users: %s", got)
	}
	if _, err := w.sandbox.Release(t.Context(), "consent", o.users[2].Email); err != nil {
		t.Fatal(err)
	}
	again := w.apply(o)
	check(t, again.err)
	if got := again.all(users); got != "created:3" || !again.resumed {
		t.Errorf("after the consent: %s, resumed %v", got, again.resumed)
	}
}

// The first user of a new organization becomes its administrator: nobody may come before the one the sheet names.
func TestAdministratorFirst(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 30)
	// The administrator stands last in the sheet.
	o.users[0], o.users[29] = o.users[29], o.users[0]
	check(t, w.apply(o).err)
	people, err := w.sandbox.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range people {
		if admin := len(p.Roles) > 0; admin != (p.Email == email("crm-1", 0)) {
			t.Errorf("%s has the roles %v", p.Email, p.Roles)
		}
	}
}

// While the administrator is missing, the other users of a new organization are held.
func TestAdministratorFails(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 4)
	o.users[0].Email = sandbox.MarkClaimed + "@crm-1.example"
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(users); got != "failed:1 held/parent_failed:3" {
		t.Errorf("users: %s", got)
	}
	if got := res.all(roles); got != "held/parent_failed:1" {
		t.Errorf("roles: %s", got)
	}
}

// While the administrator is held, because its package could not be set up, nobody else may become one.
func TestAdministratorHeld(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-"+sandbox.MarkWithErrors, 4)
	o.customer.Seats = append(o.customer.Seats, onboarding.Seat{Package: "webex_meetings"})
	for i := range o.users[1:] {
		o.users[1+i].Resolved.Package, o.users[1+i].Resolved.Calling, o.users[1+i].Resolved.Phone = "webex_meetings", false, ""
	}
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(users); got != "held/parent_failed:4" {
		t.Errorf("users: %s", got)
	}
	if people, err := w.sandbox.People(t.Context()); err != nil || len(people) > 0 {
		t.Errorf("there are %+v, %v", people, err)
	}
}

// Who shares the role and has yet to agree to move keeps nobody waiting: the customer's own administrator comes first.
func TestCoAdministratorWaits(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 4)
	co := &o.users[3]
	co.Email, co.Resolved.Admin, co.Resolved.Role = sandbox.MarkConsent+"@crm-1.example", true, "Full Administrator"
	o.users[0], o.users[3] = o.users[3], o.users[0]
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(users) + "; " + res.all(roles); got != "created:3 waiting/consent:1; created:1 held/parent_waiting:1" {
		t.Error(got)
	}
}

// Where nobody has the administrator's email, who has the role comes first; one of several is enough.
func TestAdministratorsByRole(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 5)
	o.customer.AdminEmail = "boss@crm-1.example"
	o.users[2].Email = sandbox.MarkConsent + "@crm-1.example"
	o.users[0].Resolved.Admin, o.users[0].Resolved.Role = false, "Device Administrator"
	for _, i := range []int{2, 4} {
		o.users[i].Resolved.Admin, o.users[i].Resolved.Role = true, "Full Administrator"
	}
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(users) + "; " + res.all(roles); got != "created:4 waiting/consent:1; created:2 held/parent_waiting:1" {
		t.Error(got)
	}
	people, err := w.sandbox.People(t.Context())
	check(t, err)
	for _, p := range people {
		if p.Email == email("crm-1", 1) && len(p.Roles) > 0 {
			t.Errorf("%s has the roles %v", p.Email, p.Roles)
		}
	}
}

// The role of somebody who waits for the administrator waits as well: that is nobody's fault.
func TestRoleWaitsWithItsPerson(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 3)
	o.users[0].Email = sandbox.MarkConsent + "@crm-1.example"
	o.users[1].Resolved.Role = "Device Administrator"
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(users) + "; " + res.all(roles); got != "held/parent_waiting:2 waiting/consent:1; held/parent_waiting:2" {
		t.Error(got)
	}
}

// Without a PSTN connection numbers are held, and users that have no extension to fall back on.
func TestNoPSTN(t *testing.T) {
	w := newWorld(t, sandbox.Settings{NoPSTN: true})
	o := bakery("crm-1", 3)
	o.users[2].Extension = ""
	res := w.apply(o)
	check(t, res.err)
	got := res.all(numbers) + "; " + res.all(users)
	const chosen, none = "created:1; created:3", "held/no_pstn:1; created:2 held/no_pstn:1"
	if got != chosen && got != none {
		t.Errorf("%s", got)
	}
	if w.calls.count("PUT", "/telephony/pstn/locations/{locationId}/connection") == 0 && got == chosen {
		t.Error("numbers were added without a connection")
	}
}

// What somebody else made is adopted, and not made again.
func TestAdopts(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	check(t, w.apply(bakery("crm-1", 5)).err)
	w.dir = t.TempDir() // another journal, the same service
	posts := w.posts()
	res := w.apply(bakery("crm-1", 5))
	check(t, res.err)
	res.want(t, want{customers: "adopted:1", locations: "adopted:1", numbers: "adopted:1", users: "adopted:5", roles: "adopted:1"})
	if w.posts() != posts {
		t.Error("something was made again")
	}
}

// A package that the sheet adds is added; a user whose package changes is changed.
func TestUpdates(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	check(t, w.apply(bakery("crm-1", 3)).err)
	o := bakery("crm-1", 3)
	o.customer.Seats = append(o.customer.Seats, onboarding.Seat{Package: "webex_voice"})
	o.users[2].Resolved.Package = "webex_voice"
	res := w.apply(o)
	check(t, res.err)
	res.want(t, want{customers: "updated:1", locations: "unchanged:1", numbers: "unchanged:1", users: "unchanged:2 updated:1", roles: "unchanged:1"})
}

// A refused customer holds what belongs to it, and nothing else.
func TestRefusedCustomer(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	res := w.apply(bakery("crm-"+sandbox.MarkError, 2), bakery("crm-2", 2))
	check(t, res.err)
	res.want(t, want{
		customers: "created:1 failed:1", locations: "created:1 held/parent_failed:1", numbers: "created:1 held/parent_failed:1",
		users: "created:2 held/parent_failed:2", roles: "created:1 held/parent_failed:1",
	})
}

// Guards stop the run; what was not reached is not tried, and the same run goes on later.
func TestGuards(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.opt.Canary = provision.AtMost(1)
	orders := []order{bakery("crm-1", 2), bakery("crm-2", 2)}
	res := w.apply(orders...)
	check(t, res.err)
	res.want(t, want{customers: "created:1 not_tried:1", locations: "created:1 not_tried:1", numbers: "created:1 not_tried:1", users: "created:2 not_tried:2", roles: "created:1 not_tried:1"})

	w.opt.Canary, w.opt.MaxCreate = provision.Bound{}, provision.AtMost(2)
	var guard *provision.GuardError
	if res = w.apply(orders...); !errors.As(res.err, &guard) || !res.resumed {
		t.Fatalf("max-create: %v, resumed %v", res.err, res.resumed)
	}
	w.opt.MaxCreate, w.opt.NotAfter = provision.Bound{}, moment(t, time.Now().Add(-time.Hour).Format(time.RFC3339))
	if res = w.apply(orders...); res.err != nil || res.summary.NotTried == 0 {
		t.Errorf("after the window: %v, %+v", res.err, res.summary)
	}
	w.opt.NotAfter = provision.Moment{}
	res = w.apply(orders...)
	check(t, res.err)
	res.want(t, want{customers: "created:2", locations: "created:2", numbers: "created:2", users: "created:4", roles: "created:2"})
}

// Rows that the plan holds are not sent, and hold what belongs to them.
func TestHeldRows(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	bad, good := bakery("crm-1", 2), bakery("crm-2", 3)
	bad.customer.Resolved.Held = true
	good.users[1].Resolved.Held = true
	res := w.apply(bad, good)
	check(t, res.err)
	res.want(t, want{
		customers: "created:1 held/finding:1", locations: "created:1 held/parent_failed:1", numbers: "created:1",
		users: "created:2 held/finding:1 held/parent_failed:2", roles: "created:1 held/parent_failed:1",
	})
}
