package provision_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"muster/importer/provision"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

// onceEach asks the service itself: every customer, location, number and user stands exactly once, with one owner.
func (w *world) onceEach(orders ...order) {
	w.t.Helper()
	seen := make(map[string]int)
	for _, c := range w.sandbox.Customers() {
		seen["customer "+c.ExternalID]++
	}
	for _, l := range w.sandbox.Locations() {
		seen["location "+l.OrgID+l.Name]++
	}
	subs, err := w.sandbox.Subscribers(w.t.Context())
	check(w.t, err)
	for _, s := range subs {
		seen["user "+s.Email]++
	}
	nums, err := w.sandbox.Numbers(w.t.Context())
	check(w.t, err)
	for _, n := range nums {
		seen["number "+n.Number]++
	}
	for key, n := range seen {
		if n != 1 {
			w.t.Errorf("%s stands %d times", key, n)
		}
	}
	for _, o := range orders {
		if seen["customer "+o.customer.ExternalID] != 1 {
			w.t.Errorf("customer %s is missing", o.customer.ExternalID)
		}
		for _, u := range o.users {
			if seen["user "+u.Email] != 1 || u.Resolved.Phone != "" && seen["number "+u.Resolved.Phone] != 1 {
				w.t.Errorf("user %s is missing, or its number", u.Email)
			}
		}
	}
}

// Every create may be carried out and its answer lost, at each route in turn: nothing is made twice, nothing is lost,
// and the run says created of what it created.
func TestLostAnswers(t *testing.T) {
	routes := []string{
		"POST /wholesale/customers", "POST /locations", "POST /telephony/config/locations",
		"POST /telephony/config/locations/{locationId}/numbers", "POST /wholesale/subscribers", "PUT /people/{personId}",
	}
	for _, route := range routes {
		for _, kind := range []sandbox.FaultKind{sandbox.KindCutAfter, sandbox.KindTruncate, sandbox.KindCutBefore} {
			t.Run(fmt.Sprint(route, " ", kind), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, sandbox.Settings{})
				check(t, w.sandbox.Inject(sandbox.Fault{Route: route, Kind: kind, Times: 2}))
				o := []order{bakery("crm-1", 5).branch("Mill")}
				res := w.untilQuiet(o...)
				res.want(t, want{customers: "created:1", locations: "created:2", numbers: "created:1", users: "created:5", roles: "created:1"})
				w.onceEach(o...)
			})
		}
	}
}

// untilQuiet applies, and resumes as long as something is open.
func (w *world) untilQuiet(orders ...order) result {
	w.t.Helper()
	for range 5 {
		res := w.apply(orders...)
		if res.err == nil && res.summary.Failed+res.summary.Held+res.summary.NotTried+res.summary.Waiting == 0 {
			return res
		}
		w.t.Logf("resuming after %v: %+v", res.err, res.summary)
	}
	return w.apply(orders...)
}

// Lists that lag do not lead to a second create.
func TestLaggingLists(t *testing.T) {
	w := newWorld(t, sandbox.Settings{ListLag: 150 * time.Millisecond, LocationLag: 100 * time.Millisecond})
	w.opt.Settle = 2 * time.Second
	check(t, w.sandbox.Inject(
		sandbox.Fault{Route: "POST /wholesale/subscribers", Kind: sandbox.KindCutAfter, Every: 3},
		sandbox.Fault{Route: "POST /wholesale/customers", Kind: sandbox.KindCutAfter, Times: 1},
	))
	o := []order{bakery("crm-1", 9)}
	res := w.untilQuiet(o...)
	res.want(t, want{customers: "created:1", locations: "created:1", numbers: "created:1", users: "created:9", roles: "created:1"})
	w.onceEach(o...)
}

// A halt in the middle finishes what is in flight; the rest is not tried, and the same run goes on.
func TestHalt(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	orders := []order{bakery("crm-1", 60), bakery("crm-2", 60)}
	res := w.applyWith(func(e *provision.Engine) error {
		stop := make(chan struct{})
		w.afterUsers(20, stop)
		go func() {
			<-stop
			e.Halt()
		}()
		return e.Run(t.Context())
	}, orders...)
	check(t, res.err)
	if res.summary.NotTried == 0 {
		t.Fatalf("nothing was left over: %+v", res.summary)
	}
	again := w.untilQuiet(orders...)
	again.want(t, want{customers: "created:2", locations: "created:2", numbers: "created:2", users: "created:120", roles: "created:2"})
	w.onceEach(orders...)
}

// afterUsers closes stop when the service has been sent n users.
func (w *world) afterUsers(n int, stop chan struct{}) {
	sent := 0
	w.calls.hook = func(route string) {
		if route == "/wholesale/subscribers" {
			if sent++; sent == n {
				close(stop)
			}
		}
	}
}

// A cancelled run ends at once with the context's error, and the same run settles what was in flight.
func TestCancel(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	orders := []order{bakery("crm-1", 60)}
	res := w.applyWith(func(e *provision.Engine) error {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		stop := make(chan struct{})
		w.afterUsers(20, stop)
		go func() {
			<-stop
			cancel()
		}()
		return e.Run(ctx)
	}, orders...)
	if res.err == nil {
		t.Fatal("a cancelled run ended without an error")
	}
	again := w.untilQuiet(orders...)
	again.want(t, want{customers: "created:1", locations: "created:1", numbers: "created:1", users: "created:60", roles: "created:1"})
	w.onceEach(orders...)
}

// A refused token ends the run; rows keep their truth and the run goes on with a good one.
func TestRefusedToken(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	check(t, w.sandbox.Inject(sandbox.Fault{Route: "POST /wholesale/subscribers", Status: 401, After: 2}))
	orders := []order{bakery("crm-1", 8)}
	res := w.apply(orders...)
	if res.err == nil {
		t.Fatalf("a refused token did not end the run: %+v", res.summary)
	}
	w.sandbox.ClearFaults()
	again := w.untilQuiet(orders...)
	again.want(t, want{customers: "created:1", locations: "created:1", numbers: "created:1", users: "created:8", roles: "created:1"})
	w.onceEach(orders...)
}

// A row that the service refuses fails alone, with the service's own words.
func TestRowFailsAlone(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 4)
	o.users[2].Email = sandbox.MarkClaimed + "@crm-1.example"
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(users); got != "created:3 failed:1" {
		t.Errorf("users: %s", got)
	}
	for _, out := range res.outcomes {
		if out.Status != onboarding.Failed {
			continue
		}
		if out.Error == nil || out.Error.Code != "10022" || out.Error.TrackingID == "" || out.Error.HTTPStatus != 409 || out.Error.Kind != "conflict" {
			t.Errorf("the failure does not tell what the service said: %+v", out.Error)
		}
	}
}
