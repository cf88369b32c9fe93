package provision_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"muster/importer/provision"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/wanted"
	"muster/internal/webex"
)

func seat(pack string, limit int) onboarding.Seat {
	return onboarding.Seat{Package: pack, Limit: limit, Numeric: limit > 0}
}

func facts[S any](t *testing.T, w *world, kind onboarding.ObjectKind, key string) S {
	t.Helper()
	f, err := wanted.Decode[S](w.object(kind, "", "crm-1", key).Facts)
	check(t, err)
	return f
}

// The journal keeps what a corrected sheet is told from an equal one by, and which numbers it added.
func TestFacts(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 3)
	o.users[1].PortDate = "2020-01-31"
	check(t, w.apply(o).err)
	got := facts[wanted.User](t, w, users, email("crm-1", 1))
	want := wanted.User{FirstName: "Ana", LastName: "Diaz 1", Package: "webex_calling", Location: "Head Office", Phone: phone("crm-1", 1), Extension: "2001", Port: "2020-01-31"}
	if diff := wanted.Encode(got); string(diff) != string(wanted.Encode(want)) {
		t.Errorf("%s", diff)
	}

	o.customer.Seats = append(o.customer.Seats, seat("webex_voice", 0))
	o.users[1].Resolved.Package, o.users[1].LastName = "webex_voice", "Dias"
	o.users[2].Resolved.Phone = phone("crm-1", 9) // one more number; the one before stays at the location
	res := w.apply(o)
	check(t, res.err)
	if got := facts[wanted.User](t, w, users, email("crm-1", 1)); got.Package != "webex_voice" || got.Was != "webex_calling" || got.LastName != "Diaz 1" {
		t.Errorf("after the change of the package: %+v", got)
	}
	added := []string{phone("crm-1", 0), phone("crm-1", 1), phone("crm-1", 2), phone("crm-1", 9)}
	if got := facts[wanted.Numbers](t, w, numbers, "Head Office").Added; strings.Join(got, " ") != strings.Join(added, " ") {
		t.Errorf("added %v, want %v", got, added)
	}
	const differs = "user1@crm-1.example last_name: Diaz 1 → Dias; user2@crm-1.example phone_number: +15127600002 → +15127600009"
	if got := res.differs(users); strings.ReplaceAll(got, phone("crm-1", 0)[:8], "+1512760") != differs {
		t.Errorf("differs: %s", got)
	}

	w.dir = t.TempDir() // another journal: nothing of it was added by that
	check(t, w.apply(o).err)
	if got := facts[wanted.Numbers](t, w, numbers, "Head Office").Added; got != nil {
		t.Errorf("somebody else's numbers count as added: %v", got)
	}
}

// A number that the service refuses was not added.
func TestRefusedNumbersAreNotAdded(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	first, second := bakery("crm-1", 2), bakery("crm-2", 1)
	check(t, w.apply(second).err)
	first.users[1].Resolved.Phone = second.users[0].Resolved.Phone
	res := w.apply(first)
	check(t, res.err)
	if got := res.all(numbers); got != "failed:1" {
		t.Fatalf("numbers: %s", got)
	}
	if got := facts[wanted.Numbers](t, w, numbers, "Head Office").Added; len(got) > 1 {
		t.Errorf("%v", got)
	}
}

// The sheet wins for what it names: packages, quantities, addresses, zones and languages are brought to what it says.
func TestUpdatesFields(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 2).branch("Mill")
	o.customer.Seats, o.customer.Resolved.Limited = []onboarding.Seat{seat("webex_calling", 5)}, true
	check(t, w.apply(o).err)

	o.customer.Address.Line1, o.customer.Name = "9 Example Street", "Bakers"
	o.customer.Seats = []onboarding.Seat{seat("webex_calling", 8), seat("webex_voice", 2)}
	o.customer.Sites[0].TimeZone, o.customer.Sites[0].Resolved.Announce = "America/Phoenix", "es_mx"
	res := w.apply(o)
	check(t, res.err)
	res.want(t, want{customers: "updated:1", locations: "updated:2", numbers: "unchanged:1", users: "unchanged:2", roles: "unchanged:1"})
	if got := res.differs(customers); got != "crm-1 name: Bakery crm-1 → Bakers" {
		t.Errorf("differs: %s", got)
	}
	live, err := w.client.FindCustomer(t.Context(), "crm-1")
	check(t, err)
	if live.Address.AddressLine1 != "9 Example Street" || len(live.Packages) != 2 {
		t.Errorf("%+v", live)
	}
	var mill webex.Location
	for l, err := range w.client.ListLocations(t.Context(), live.OrgID) {
		check(t, err)
		if l.Name == "Mill" {
			mill = l
		}
	}
	if mill.TimeZone != "America/Phoenix" || mill.PreferredLanguage != "es_mx" || mill.AnnouncementLanguage != "es_mx" || mill.Address.City != "Denver" {
		t.Errorf("%+v", mill)
	}
	if m := facts[wanted.Customer](t, w, customers, "crm-1"); m.Name != "Bakery crm-1" || m.Limits["webex_calling"] != 8 {
		t.Errorf("remembered: %+v", m)
	}

	puts := w.puts()
	res = w.apply(o)
	check(t, res.err)
	res.want(t, want{customers: "unchanged:1", locations: "unchanged:2", numbers: "unchanged:1", users: "unchanged:2", roles: "unchanged:1"})
	if n := w.puts() - puts; n != 0 {
		t.Errorf("the same sheet again sent %d updates", n)
	}

	o.customer.Seats[0].Limit = 4
	res = w.apply(o)
	check(t, res.err)
	if got := res.differs(customers); res.all(customers) != "unchanged:1" || !strings.Contains(got, "package_quantity: webex_calling: 8 → webex_calling: 4") {
		t.Errorf("a quantity that cannot be lowered: %s, %s", res.all(customers), got)
	}
}

// puts counts the updates sent so far.
func (w *world) puts() int {
	w.calls.mu.Lock()
	defer w.calls.mu.Unlock()
	n := 0
	for _, c := range w.calls.calls {
		if c.Method == http.MethodPut {
			n++
		}
	}
	return n
}

// A package that the sheet no longer names goes only with --remove, and only when nobody holds it any more.
func TestRemoval(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 2)
	o.customer.Seats = append(o.customer.Seats, seat("webex_voice", 0))
	o.users[1].Resolved.Package = "webex_voice"
	check(t, w.apply(o).err)
	packages := func() string {
		live, err := w.client.FindCustomer(t.Context(), "crm-1")
		check(t, err)
		return strings.Join(live.Packages, " ")
	}

	o.customer.Seats = o.customer.Seats[:1]
	one := order{o.customer, o.users[:1]} // the other user keeps the package
	res := w.apply(one)
	check(t, res.err)
	if got := res.all(customers); got != "unchanged:1" || packages() != "webex_calling webex_voice" {
		t.Errorf("without --remove: %s, %s", got, packages())
	}
	w.opt.Remove = true
	res = w.apply(one)
	check(t, res.err)
	res.want(t, want{customers: "failed:1", locations: "unchanged:1", numbers: "unchanged:1", users: "unchanged:1", roles: "unchanged:1"})
	if f := res.outcomes[0].Error; f == nil || f.HTTPStatus != http.StatusConflict || !strings.Contains(f.Message, "held by 1 users") {
		t.Errorf("%+v", f)
	}

	o.users[1].Resolved.Package = "webex_calling" // moved by the same sheet: the package goes last
	res = w.apply(o)
	check(t, res.err)
	res.want(t, want{customers: "updated:1", locations: "unchanged:1", numbers: "unchanged:1", users: "unchanged:1 updated:1", roles: "unchanged:1"})
	if packages() != "webex_calling" {
		t.Errorf("the customer has %s", packages())
	}
}

// Customers of a sub-partner are worked on in its name, and what is known of them is kept under it.
func TestSubPartners(t *testing.T) {
	w := newWorld(t, sandbox.Settings{SubPartners: []sandbox.SubPartner{{OrgID: "sub-1", State: "active"}}})
	own, theirs := bakery("crm-1", 2), bakery("crm-2", 2)
	theirs.customer.SubPartner = "sub-1"
	res := w.apply(own, theirs)
	check(t, res.err)
	res.want(t, want{customers: "created:2", locations: "created:2", numbers: "created:2", users: "created:4", roles: "created:2"})
	if c, err := w.client.FindCustomer(t.Context(), "crm-2"); err != nil || c != nil {
		t.Errorf("the partner sees %+v, %v", c, err)
	}
	if c, err := w.client.OnBehalf("sub-1").FindCustomer(t.Context(), "crm-2"); err != nil || c == nil {
		t.Errorf("the sub-partner sees %+v, %v", c, err)
	}
	if o := w.object(customers, "sub-1", "crm-2", "crm-2"); !o.Made {
		t.Error("the journal does not know the customer below its sub-partner")
	}
	if o := w.object(customers, "", "crm-2", "crm-2"); o.ID != "" {
		t.Error("the journal knows the customer as the partner's own")
	}
	again := w.apply(own, theirs)
	check(t, again.err)
	again.want(t, want{customers: "unchanged:2", locations: "unchanged:2", numbers: "unchanged:2", users: "unchanged:4", roles: "unchanged:2"})
}

// The template's setting for mails to administrators is made once the organization exists; a refusal fails nothing.
func TestAdminInvites(t *testing.T) {
	const route = "/settings/organizations/{orgId}/settings"
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 1)
	o.customer.Resolved.Template.AllowAdminInvite = "yes"
	check(t, w.apply(o).err)
	if res := w.apply(o); res.err != nil || res.differs(customers) != "" || w.calls.count("POST", route) != 1 {
		t.Errorf("%v, %s, %d calls", res.err, res.differs(customers), w.calls.count("POST", route))
	}
	check(t, w.sandbox.Inject(sandbox.Fault{Route: "POST /settings/organizations/{orgId}/settings", Status: 400}))
	o = bakery("crm-2", 1)
	o.customer.Resolved.Template.AllowAdminInvite = "yes"
	res := w.apply(o)
	check(t, res.err)
	if res.all(customers) != "created:1" || res.all(users) != "created:1" || !strings.HasPrefix(res.differs(customers), "crm-2 allow_admin_invite_emails:") {
		t.Errorf("%s, %s, %s", res.all(customers), res.all(users), res.differs(customers))
	}
}

// An organization that exists is attached. Where its administrator must approve, the customer waits as for a review.
func TestAttach(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	free, asks := bakery("crm-1", 2), bakery("crm-"+sandbox.MarkApproval, 2)
	free.customer.OrganizationID, asks.customer.OrganizationID = "org-1", "org-2"
	res := w.apply(free, asks)
	check(t, res.err)
	res.want(t, want{
		customers: "created:1 waiting/review:1", locations: "created:1 held/parent_waiting:1", numbers: "created:1 held/parent_waiting:1",
		users: "created:2 held/parent_waiting:2", roles: "created:1 held/parent_waiting:1",
	})
	if c, err := w.client.FindCustomer(t.Context(), "crm-1"); err != nil || c.OrgID != "org-1" {
		t.Errorf("attached to %+v, %v", c, err)
	}
	if n, err := w.sandbox.Release(t.Context(), "review", asks.customer.ExternalID); err != nil || n != 1 {
		t.Fatalf("approve: %d, %v", n, err)
	}
	again := w.apply(free, asks)
	check(t, again.err)
	again.want(t, want{customers: "created:2", locations: "created:2", numbers: "created:2", users: "created:4", roles: "created:2"})
}

// That the first user became the administrator is checked, not believed.
func TestFirstUserIsNoAdministrator(t *testing.T) {
	w := newWorld(t, sandbox.Settings{NoFirstAdmin: true})
	asked, silent := bakery("crm-1", 2), bakery("crm-2", 2)
	silent.users[0].Resolved.Role = ""
	res := w.apply(asked, silent)
	check(t, res.err)
	res.want(t, want{customers: "created:2", locations: "created:2", numbers: "created:2", users: "created:4", roles: "created:1"})
	if got := res.differs(users); got != "user0@crm-2.example role:  → Full Administrator" {
		t.Errorf("differs: %s", got)
	}
	w = newWorld(t, sandbox.Settings{})
	res = w.apply(silent)
	if got := res.differs(users); got != "" || res.err != nil {
		t.Errorf("a promise that was kept: %s, %v", got, res.err)
	}
}

// A run tells of what somebody changed at the service since the journal last saw it, and brings it back to the sheet.
func TestDrift(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	o := bakery("crm-1", 3)
	o.customer.Seats = append(o.customer.Seats, onboarding.Seat{Package: "webex_suite"})
	check(t, w.apply(o).err)
	for s, err := range w.client.ListSubscribers(t.Context(), webex.SubscriberFilter{Email: email("crm-1", 1)}) {
		check(t, err)
		_, err = w.client.UpdateSubscriber(t.Context(), s.ID, webex.SubscriberUpdate{Packages: []string{"webex_suite"}})
		check(t, err)
	}
	w.renames(o, email("crm-1", 2), "Ann")
	var first []string
	n := 0
	res := w.applyWith(func(e *provision.Engine) error {
		defer func() { n, first = e.Drift() }()
		return e.Run(t.Context())
	}, o)
	check(t, res.err)
	slices.Sort(first)
	want := []string{
		`location "Head Office": timezone was "America/Chicago" and is "America/New_York"`,
		`user "user1@crm-1.example": package was "webex_calling" and is "webex_suite"`,
		`user "user2@crm-1.example": first_name was "Ana" and is "Ann"`,
	}
	if n != 3 || !slices.Equal(first, want) {
		t.Errorf("%d: %q", n, first)
	}
	if got := res.all(users); got != "unchanged:2 updated:1" {
		t.Error(got)
	}
}

// renames changes, behind the journal's back, the first name of a user and the time zone of every location.
func (w *world) renames(o order, email, first string) {
	w.t.Helper()
	ctx := w.t.Context()
	live, err := w.client.FindCustomer(ctx, o.customer.ExternalID)
	if err != nil || live == nil {
		w.t.Fatal(err)
	}
	for l, err := range w.client.ListLocations(ctx, live.OrgID) {
		check(w.t, err)
		check(w.t, w.client.UpdateLocation(ctx, live.OrgID, l.ID, webex.Location{TimeZone: "America/New_York"}))
	}
	for p, err := range w.client.ListPeople(ctx, webex.PeopleFilter{OrgID: live.OrgID, Calling: true}) {
		check(w.t, err)
		if slices.Contains(p.Emails, email) {
			body, err := json.Marshal(map[string]any{"displayName": first, "firstName": first, "lastName": p.LastName, "emails": p.Emails, "roles": p.Roles})
			check(w.t, err)
			q, err := http.NewRequestWithContext(ctx, http.MethodPut, w.url+"/people/"+p.ID, bytes.NewReader(body))
			check(w.t, err)
			q.Header.Set("Content-Type", "application/json")
			q.Header.Set("Authorization", "Bearer any")
			res, err := http.DefaultClient.Do(q)
			if err != nil || res.StatusCode != http.StatusOK {
				w.t.Fatal(err, res.Status)
			}
			check(w.t, res.Body.Close())
		}
	}
}
