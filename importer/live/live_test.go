package live_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"muster/importer/live"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/wanted"
	"muster/internal/webex"
)

func wantActions(t *testing.T, cs []live.Customer, want string) {
	t.Helper()
	if got := actions(cs); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
		for _, c := range cs {
			for _, s := range c.Steps {
				t.Logf("%s %q %s %s %s %v", s.Kind, s.Key, s.Action, s.Reason, s.Why, s.Changes)
			}
		}
	}
}

const newBakery = "customer create:1, location create:1, numbers create:1, user create:3, role create:1"

func TestNothingStands(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	wantActions(t, w.compare(new(book).bakery("crm-1", 3)), newBakery)
	if n := w.client.Stats().Calls; n != 1 {
		t.Errorf("%d calls to learn that a customer is not there", n)
	}
}

func TestWhatWasMadeNeedsNothing(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	b := new(book).bakery("crm-1", 3)
	w.apply(b)
	cs := w.compare(b)
	wantActions(t, cs, "customer nothing:1, location nothing:1, numbers nothing:1, user nothing:3, role nothing:1")
	if cs[0].Memory == nil || len(cs[0].Extra) != 0 || cs[0].Live.Users[1].Phone != phone("crm-1", 1) || cs[0].Live.Users[1].Site != "Head Office" {
		t.Errorf("%+v", cs[0])
	}
}

// Another journal knows nothing of who made what, and not what the service does not return.
func TestAdopted(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	b := new(book).bakery("crm-1", 2)
	w.apply(b)
	view, err := w.journal.View(t.Context(), w.plan(b), onlyScope("elsewhere"))
	check(t, err)
	for c, err := range live.Compare(t.Context(), live.Options{Service: w.client, Run: view, Concurrency: 2}) {
		check(t, err)
		wantActions(t, []live.Customer{c}, "customer adopt:1, location adopt:1, numbers adopt:1, user adopt:2, role adopt:1")
		if c.Memory != nil || c.Gone || c.Steps[0].Differs() || len(c.Steps[0].Changes) == 0 {
			t.Errorf("what nobody knows is a difference or left out: %+v", c.Steps[0].Changes)
		}
	}
}

func TestCorrectedSheet(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.apply(new(book).bakery("crm-1", 3))

	b := new(book).bakeryWith(wanted.Customer{Packages: []string{"webex_calling", "webex_suite", "webex_meetings"}}, "crm-1", 4)
	b.user(email("crm-1", 1), func(u *wanted.User) { u.Package = "webex_suite" })
	b.user(email("crm-1", 2), func(u *wanted.User) { u.LastName, u.Phone = "Smith", phone("crm-1", 77) })
	cs := w.compare(b)
	wantActions(t, cs, "customer update:1, location nothing:1, numbers create:1, user create:1, user update:1, user nothing:2, role nothing:1")
	for _, s := range cs[0].Steps {
		switch s.Key {
		case email("crm-1", 1):
			if d := s.Changes[0]; len(s.Changes) != 1 || d.Field != "package" || d.Sheet != "webex_suite" || d.Live != "webex_calling" || !d.Fixed.Empty() {
				t.Errorf("%+v", s.Changes)
			}
		case email("crm-1", 2):
			if len(s.Changes) != 2 || s.Changes[0].Fixed.Empty() || s.Changes[1].Fixed.Empty() {
				t.Errorf("a name and a number that no call changes: %+v", s.Changes)
			}
		}
	}
	if seats := cs[0].Seats; seats[0] != (live.Seats{Package: "webex_calling", Known: true, Used: 2, After: 2}) || seats[1].After != 2 {
		t.Errorf("%+v", seats)
	}
}

func TestConflicts(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.apply(new(book).bakery("crm-1", 3))
	b := new(book).bakery("crm-1", 5)
	b.user(email("crm-1", 3), func(u *wanted.User) { u.Phone = phone("crm-1", 1) })
	b.user(email("crm-1", 4), func(u *wanted.User) { u.Phone, u.Extension = "", "2001" })
	wantActions(t, w.compare(b), "customer nothing:1, location nothing:1, numbers nothing:1, user nothing:3, user conflict:2, role nothing:1")
}

func TestWaits(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	id := "crm-" + sandbox.MarkReview
	b := new(book).bakery(id, 2)
	w.apply(b)
	wantActions(t, w.compare(b), "customer wait/review:1, location hold/parent_waiting:1, numbers hold/parent_waiting:1, user hold/parent_waiting:2, role hold/parent_waiting:1")
}

func TestGone(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	b := new(book).bakery("crm-1", 2)
	w.apply(b)
	gone := w.compare(b)[0].Live
	check(t, w.client.DeleteSubscriber(t.Context(), gone.Users[1].ID))
	cs := w.compare(b)
	wantActions(t, cs, "customer nothing:1, location nothing:1, numbers nothing:1, user create:1, user nothing:1, role nothing:1")
	check(t, w.client.DeleteCustomer(t.Context(), gone.Customer.ID))
	for c := w.compare(b)[0]; c.Live != nil; c = w.compare(b)[0] {
		if s := c.Steps[0].Action; s != onboarding.ActConflict && s != onboarding.ActCreate {
			t.Fatalf("a customer that is being deleted: %s", s)
		}
	}
	cs = w.compare(b)
	wantActions(t, cs, "customer create:1, location create:1, numbers create:1, user create:2, role create:1")
	if !cs[0].Gone || cs[0].Steps[0].Why.Empty() {
		t.Error("nobody says that the customer was there before")
	}
}

// Quantities are not returned: the journal tells, else the licences do.
func TestQuantities(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	limited := func(n int) *book {
		return new(book).bakeryWith(wanted.Customer{Packages: []string{"webex_calling", "webex_suite"}, Limits: map[string]int{"webex_calling": n, "webex_suite": 2}}, "crm-1", 3)
	}
	w.apply(limited(5))
	wantActions(t, w.compare(limited(7)), "customer update:1, location nothing:1, numbers nothing:1, user nothing:3, role nothing:1")
	fixed := w.compare(limited(4))[0].Steps[0]
	if len(fixed.Changes) != 1 || fixed.Changes[0].Fixed.Empty() {
		t.Errorf("a quantity cannot be lowered: %+v", fixed.Changes)
	}

	view, err := w.journal.View(t.Context(), w.plan(limited(7)), onlyScope("elsewhere"))
	check(t, err)
	for c, err := range live.Compare(t.Context(), live.Options{Service: w.client, Run: view, Concurrency: 2}) {
		check(t, err)
		if got := c.Seats[0]; got != (live.Seats{Package: "webex_calling", Asked: 7, Total: 5, Known: true, Used: 2, After: 2}) {
			t.Errorf("%+v", got)
		}
	}
}

func TestExtras(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.apply(new(book).bakery("crm-1", 3))
	b := new(book).bakeryWith(wanted.Customer{Packages: []string{"webex_suite"}}, "crm-1", 1)
	c := w.compare(b)[0]
	if got := fmt.Sprint(c.Extra); got != "[{customer webex_calling false} {user user1@crm-1.example true} {user user2@crm-1.example true}]" {
		t.Error(got)
	}
	c = w.compare(b, func(o *live.Options) { o.Remove = true })[0]
	if d := c.Steps[0].Changes; len(d) != 1 || !d[0].Removal || d[0].Live != "webex_calling" {
		t.Errorf("%+v", d)
	}
}

// Few calls: a hundredth of customers and users twice, and five for each customer whose fields are compared.
func TestCalls(t *testing.T) {
	const customers, users = 30, 20
	w := newWorld(t, sandbox.Settings{})
	b := new(book)
	for i := range customers {
		b.bakery(fmt.Sprintf("crm-%03d", i), users)
	}
	w.apply(b)
	before := w.client.Stats().Calls
	wantActions(t, w.compare(b), "customer nothing:30, location nothing:30, numbers nothing:30, user nothing:600, role nothing:30")
	most := int64((customers+customers*users)/100*2 + 5*customers)
	if n := w.client.Stats().Calls - before; n > most {
		t.Errorf("%d calls, at most %d", n, most)
	} else {
		t.Logf("%d calls, at most %d", n, most)
	}
}

// The order is that of the plan, whoever answers first; an error ends the comparison.
func TestOrderAndEnd(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	b := new(book)
	for i := range 40 {
		b.bakery(fmt.Sprintf("crm-%03d", 39-i), 0)
	}
	w.apply(b)
	cs := w.compare(b)
	for i, c := range cs {
		if want := fmt.Sprintf("crm-%03d", 39-i); c.Item.Key != want {
			t.Fatalf("customer %d is %s, want %s", i, c.Item.Key, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	view, err := w.journal.View(ctx, w.plan(b), scope)
	check(t, err)
	var last error
	for _, err := range live.Compare(ctx, live.Options{Service: w.client, Run: view, Concurrency: 4}) {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("a cancelled comparison ends with %v", last)
	}
}

func TestRead(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.apply(new(book).bakery("crm-1", 3))
	w.apply(new(book).bakery("crm-2", 1))
	o := live.Options{Service: w.client, Concurrency: 4}
	var names []string
	for s, err := range live.Read(t.Context(), o) {
		check(t, err)
		names = append(names, fmt.Sprintf("%s %s %d %d", s.OrgName, s.Users[0].Roles, len(s.Sites), len(s.Numbers)))
	}
	if got := fmt.Sprint(names); got != "[Bakery crm-1 [Full Administrator] 1 3 Bakery crm-2 [Full Administrator] 1 1]" {
		t.Error(got)
	}
	for s, err := range live.Read(t.Context(), o, "crm-2", "nobody") {
		check(t, err)
		if s.Customer.ExternalID != "crm-2" {
			t.Error(s.Customer.ExternalID)
		}
	}
}

// What somebody changed at the service since the journal last saw it is told, be it asked for by the sheet or not.
func TestDrift(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	b := new(book).bakery("crm-1", 3)
	w.apply(b)
	before := w.compare(b)[0]
	for _, s := range before.Steps {
		if len(s.Drift) > 0 {
			t.Errorf("%s %s: %+v", s.Kind, s.Key, s.Drift)
		}
	}
	_, err := w.client.UpdateSubscriber(t.Context(), before.Live.Users[1].ID, webex.SubscriberUpdate{Packages: []string{"webex_suite"}})
	check(t, err)
	var got []string
	for _, s := range w.compare(b)[0].Steps {
		for _, d := range s.Drift {
			got = append(got, fmt.Sprintf("%s %s %s->%s %s", s.Key, d.Field, d.Sheet, d.Live, s.Action))
		}
	}
	if fmt.Sprint(got) != "[user1@crm-1.example package webex_calling->webex_suite update]" {
		t.Error(got)
	}
}

// A set-up that failed is sent once more, and makes the headquarters with it.
func TestSetUpFailed(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	b := new(book).bakery("crm-"+sandbox.MarkError, 2)
	w.apply(b)
	wantActions(t, w.compare(b), "customer update:1, location create:1, numbers create:1, user create:2, role create:1")
	if s := w.apply(b); s.Created != 5 || s.Failed != 0 {
		t.Errorf("%+v", s)
	}
}

// Nobody is made before the administrator of an organization in which nobody is yet.
func TestAdministratorWaits(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	b := new(book)
	b.bakery(sandbox.MarkConsent, 0)
	admin := wanted.User{Email: sandbox.MarkConsent + "@bakery.example", FirstName: "Ana", LastName: "Diaz", Package: "webex_suite", Calling: true, Location: "Head Office", Extension: "2000", Admin: true}
	b.add(onboarding.ObjectUser, sandbox.MarkConsent, admin.Email, admin).Site = "Head Office"
	other := admin
	other.Email, other.Extension, other.Admin = "ben@bakery.example", "2001", false
	row := b.add(onboarding.ObjectUser, sandbox.MarkConsent, other.Email, other)
	row.Site, row.Rank = "Head Office", 2
	role := wanted.Role{Email: other.Email, Role: "Device Administrator"}
	b.add(onboarding.ObjectRole, sandbox.MarkConsent, role.Email+" "+role.Role, role).Rank = 2
	w.apply(b)
	held := 0
	for _, s := range w.compare(b)[0].Steps {
		if strings.HasPrefix(s.Key, other.Email) && s.Action == onboarding.ActHold && s.Reason == onboarding.ReasonParentWaits {
			held++
		}
	}
	if held != 2 {
		t.Errorf("%d rows wait with the administrator", held)
	}
	co := admin
	co.Email, co.Extension = "cho@bakery.example", "2002"
	b.add(onboarding.ObjectUser, sandbox.MarkConsent, co.Email, co).Site = "Head Office" // of the same rank: one of the two is enough
	for _, s := range w.compare(b)[0].Steps {
		if s.Kind == onboarding.ObjectUser && s.Key == other.Email && s.Action != onboarding.ActCreate {
			t.Errorf("%s %s", s.Action, s.Reason)
		}
	}
}

// A package that users still have cannot go; a role that the sheet does not name is told.
func TestStillHeldAndRolesBeside(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	full := new(book).bakery("crm-1", 2)
	row := full.add(onboarding.ObjectRole, "crm-1", email("crm-1", 1)+" Read-only Administrator", wanted.Role{Email: email("crm-1", 1), Role: "Read-only Administrator"})
	row.Rank = 1
	w.apply(full)
	b := new(book).bakeryWith(wanted.Customer{Packages: []string{"webex_suite"}}, "crm-1", 1)
	c := w.compare(b, func(o *live.Options) { o.Remove = true })[0]
	if s := c.Steps[0]; s.Action != onboarding.ActConflict || !strings.Contains(s.Why.String(), email("crm-1", 1)) {
		t.Errorf("%s %s", s.Action, s.Why)
	}
	moved := new(book).bakeryWith(wanted.Customer{Packages: []string{"webex_suite"}}, "crm-1", 2)
	moved.user(email("crm-1", 1), func(u *wanted.User) { u.Package = "webex_suite" })
	c = w.compare(moved, func(o *live.Options) { o.Remove = true })[0]
	if s := c.Steps[0]; s.Action != onboarding.ActUpdate {
		t.Errorf("%s %s", s.Action, s.Why)
	}
	if want := (live.Extra{Kind: onboarding.ObjectRole, Key: email("crm-1", 1) + " Read-only Administrator", Made: true}); !slices.Contains(c.Extra, want) {
		t.Errorf("%+v", c.Extra)
	}
}
