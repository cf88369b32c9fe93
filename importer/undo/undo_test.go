package undo_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/importer/undo"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// world is a sandbox with one customer, and a journal that says which run made what of it.
type world struct {
	t       *testing.T
	sandbox *sandbox.Server
	client  *webex.Client
	url     string
	journal *journal.Journal
	scope   journal.Scope
	plan    *journal.PlanWriter
	seq     int64
	objects []journal.Object
	rows    []onboarding.Outcome
	org     string
	id      string // of the customer
	hq      string
	run     *journal.Run

	mu   sync.Mutex
	told map[string]onboarding.Outcome // by kind and key
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t, scope: journal.Scope{Target: "sandbox", Org: "partner"}, told: make(map[string]onboarding.Outcome)}
	w.sandbox = must[*sandbox.Server](t)(sandbox.Open(ctx, sandbox.Options{Clock: time.Now, Settings: sandbox.Settings{ProvisionDelay: 5 * time.Millisecond}}))
	t.Cleanup(func() { closed(t, w.sandbox.Close()) })
	l := must[*sandbox.Listener](t)(w.sandbox.Listen("127.0.0.1:0"))
	t.Cleanup(func() { closed(t, l.Close()) })
	w.url = l.URL()
	w.client = must[*webex.Client](t)(webex.New(webex.Options{BaseURL: l.URL(), HTTP: &http.Client{}, Clock: time.Now}))
	w.journal = must[*journal.Journal](t)(journal.Open(ctx, t.TempDir(), journal.Options{Clock: time.Now, Command: "test"}))
	t.Cleanup(func() { closed(t, w.journal.Close()) })
	w.plan = must[*journal.PlanWriter](t)(w.journal.NewPlan(ctx, "key"))
	w.customer()
	return w
}

func closed(t *testing.T, err error) {
	if err != nil {
		t.Error(err)
	}
}

// customer makes the customer with its headquarters.
func (w *world) customer() {
	w.t.Helper()
	ctx := w.t.Context()
	a := webex.WholesaleAddress{AddressLine1: "1 Example Street", City: "Austin", StateOrProvince: "TX", ZipOrPostalCode: "78701", Country: "US"}
	w.id = must[string](w.t)(w.client.CreateCustomer(ctx, webex.NewCustomer{
		ProvisioningID: "template", Packages: []string{"webex_calling", "webex_meetings"}, ExternalID: "crm-1", Address: a,
		CustomerInfo: &webex.CustomerInfo{Name: "Bakery", PrimaryEmail: "ana@bakery.example", Language: "en_US"},
		ProvisioningParameters: webex.ProvisioningParameters{
			Calling:  &webex.CallingParameters{Location: webex.Headquarters{Name: "Head Office", Address: a, TimeZone: "America/Chicago", Language: "en_us"}},
			Meetings: &webex.MeetingsParameters{TimeZone: "America/Chicago"},
		},
	}))
	for w.org == "" {
		w.org = must[webex.Customer](w.t)(w.client.Customer(ctx, w.id)).OrgID
	}
	for l, err := range w.client.ListLocations(ctx, w.org) {
		w.hq = must[webex.Location](w.t)(l, err).ID
	}
	w.row(onboarding.ObjectCustomer, "crm-1", onboarding.Created, w.id, wanted.Customer{Name: "Bakery", Wave: "1"})
}

// row plans a row, and says what its run did about it and what the journal keeps.
func (w *world) row(kind onboarding.ObjectKind, key string, st onboarding.Status, id string, facts any) {
	w.t.Helper()
	w.seq++
	p := journal.Planned{Kind: kind, Customer: "crm-1", Key: key, File: "book.xlsx", Sheet: "Users", Row: int(w.seq), Rank: 1, Spec: wanted.Encode(facts)}
	if _, ok := facts.(wanted.Numbers); ok {
		p.Site = key
	}
	if u, ok := facts.(wanted.User); ok {
		p.Site, p.Number = u.Location, u.Phone
	}
	closed(w.t, w.plan.Add(p))
	w.rows = append(w.rows, onboarding.Outcome{Kind: kind, Key: key, Customer: "crm-1", Status: st, ID: id})
	w.objects = append(w.objects, journal.Object{Kind: kind, Customer: "crm-1", Key: key, ID: id, Made: st != onboarding.Updated && st != onboarding.Adopted, Facts: wanted.Encode(facts)})
}

func (w *world) subscriber(u wanted.User) webex.Subscriber {
	w.t.Helper()
	n := webex.NewSubscriber{CustomerID: w.id, Email: u.Email, Packages: []string{u.Package}, ProvisioningParameters: webex.SubscriberParameters{FirstName: "A", LastName: "B"}}
	if u.Location != "" {
		n.ProvisioningParameters.LocationID, n.ProvisioningParameters.PrimaryPhoneNumber, n.ProvisioningParameters.Extension = w.hq, u.Phone, u.Extension
	}
	return must[webex.Subscriber](w.t)(w.client.CreateSubscriber(w.t.Context(), n))
}

// done ends the run that is taken back.
func (w *world) done() {
	w.t.Helper()
	ctx := w.t.Context()
	id := must[journal.PlanID](w.t)(w.plan.Commit(ctx))
	w.run = must[*journal.Run](w.t)(w.journal.Begin(ctx, journal.NewRun{ID: "20261121T000000Z-0001", Plan: id, Scope: w.scope, Command: "apply", Started: time.Now()}))
	for i, o := range w.rows {
		if o.Status != "" {
			closed(w.t, w.run.Record(ctx, int64(i+1), o))
		} else {
			closed(w.t, w.run.Intend(ctx, int64(i+1)))
		}
		closed(w.t, w.run.Remember(ctx, w.objects[i]))
	}
	closed(w.t, w.run.End(ctx, journal.Ended, onboarding.RunSummary{}))
}

// undo takes the run back and gives what became of its rows. halt is called before, when there is one.
func (w *world) undo(dry bool, halt func(*undo.Engine)) map[string]onboarding.Outcome {
	w.t.Helper()
	ctx := w.t.Context()
	var run *journal.Run
	if !dry {
		var err error
		run, _, err = w.journal.BeginUndo(ctx, w.run, journal.NewRun{ID: "20261121T000000Z-0002", Scope: w.scope, Started: time.Now()})
		closed(w.t, err)
	}
	clear(w.told)
	e := undo.New(w.run, run, w.client, undo.Options{
		Concurrency: 4, PollFirst: time.Millisecond, PollMost: 5 * time.Millisecond, Wait: 10 * time.Second, Scope: w.scope, Clock: time.Now,
		Done: func(_ int64, o onboarding.Outcome) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told[string(o.Kind)+" "+o.Key] = o
		},
	})
	if halt != nil {
		halt(e)
	}
	if err := e.Run(context.WithoutCancel(ctx)); err != nil {
		w.t.Fatal(err)
	}
	return w.told
}

// has holds an outcome to a status and a reason, and to a part of its explanation.
func has(t *testing.T, got map[string]onboarding.Outcome, row string, st onboarding.Status, why onboarding.Reason, text string) {
	t.Helper()
	o, ok := got[row]
	said := ""
	if o.Error != nil {
		said = o.Error.Message
	}
	if !ok || o.Status != st || o.Reason != why || !strings.Contains(said, text) {
		t.Errorf("%s is %q for %q (%s), wanted %q for %q (%s)", row, o.Status, o.Reason, said, st, why, text)
	}
}

// full fills the customer: numbers, users, a role, a location that makes no calls.
func full(t *testing.T) *world {
	w := newWorld(t)
	ctx := t.Context()
	must[[]webex.PSTNConnection](t)(w.client.ConnectionOptions(ctx, w.org, w.hq))
	phones := []string{"+15125550100", "+15125550101", "+15125550102", "+15125550103", "+15125550104", "+15125550105", "+15125550106", "+15125550109"}
	closed(t, w.client.AddNumbers(ctx, w.org, w.hq, phones, true))
	closed(t, w.client.UpdateCallingLocation(ctx, w.org, w.hq, webex.CallingLocationUpdate{CallingLineID: webex.CallingLineID{PhoneNumber: phones[7]}}))
	plain := must[string](t)(w.client.CreateLocation(ctx, w.org, webex.Location{
		Name: "Yard", TimeZone: "America/Chicago", PreferredLanguage: "en_us", AnnouncementLanguage: "en_us",
		Address: webex.LocationAddress{Address1: "1 Yard Street", City: "Austin", State: "TX", PostalCode: "78701", Country: "US"},
	}))
	w.row(onboarding.ObjectLocation, "Head Office", onboarding.Created, w.hq, wanted.Place{Name: "Head Office", HQ: true})
	w.row(onboarding.ObjectLocation, "Yard", onboarding.Failed, plain, wanted.Place{Name: "Yard"})
	for i, email := range []string{"ana@bakery.example", "ben@bakery.example", "cem@bakery.example", "dan@bakery.example", "eva@bakery.example", "fay@bakery.example", "gil@bakery.example"} {
		u := wanted.User{Email: email, Package: "webex_calling", Location: "Head Office", Phone: phones[i], Extension: "100" + string(rune('0'+i))}
		s := w.subscriber(u)
		st := onboarding.Created
		if i == 6 {
			u.Was, st = "webex_meetings", onboarding.Updated
		}
		w.row(onboarding.ObjectUser, email, st, s.ID, u)
	}
	late := w.subscriber(wanted.User{Email: "sandbox-consent.ida@bakery.example", Package: "webex_meetings"})
	w.row(onboarding.ObjectUser, "sandbox-consent.ida@bakery.example", onboarding.Waiting, late.ID, wanted.User{})
	w.row(onboarding.ObjectNumbers, "Head Office", onboarding.Created, w.hq, wanted.Numbers{Main: phones[7], Added: phones})
	return w
}

func TestUndoTakesOnlyWhatTheRunMade(t *testing.T) {
	w := full(t)
	other := w.subscriber(wanted.User{Email: "before@bakery.example", Package: "webex_meetings"})
	w.done()
	for _, dry := range []bool{true, false} {
		got := w.undo(dry, nil)
		has(t, got, "user ben@bakery.example", onboarding.Removed, "", "")
		has(t, got, "user sandbox-consent.ida@bakery.example", onboarding.Removed, "", "")
		has(t, got, "user gil@bakery.example", onboarding.Kept, onboarding.ReasonChanged, "its package was webex_meetings")
		has(t, got, "numbers Head Office", onboarding.Kept, onboarding.ReasonNumbers, "removed: 6; +15125550106 belongs to A B, +15125550109 is the main number")
		has(t, got, "location Head Office", onboarding.Kept, onboarding.ReasonCalling, "Control Hub")
		has(t, got, "location Yard", onboarding.Removed, "", "")
		has(t, got, "customer crm-1", onboarding.Kept, onboarding.ReasonUsers, "(2)")
		if n := len(must[[]sandbox.Subscriber](t)(w.sandbox.Subscribers(t.Context()))); dry != (n == 9) {
			t.Errorf("dry run %v: %d users stand", dry, n)
		}
	}
	left := must[[]sandbox.Subscriber](t)(w.sandbox.Subscribers(t.Context()))
	if len(left) != 2 || !slices.ContainsFunc(left, func(s sandbox.Subscriber) bool { return s.ID == other.ID }) {
		t.Errorf("left are %v", left)
	}
}

func TestUndoOfACustomer(t *testing.T) {
	w := newWorld(t)
	ana := w.subscriber(wanted.User{Email: "ana@bakery.example", Package: "webex_meetings"})
	w.row(onboarding.ObjectUser, "ana@bakery.example", onboarding.Created, ana.ID, wanted.User{})
	w.row(onboarding.ObjectUser, "gone@bakery.example", onboarding.Created, "removed-by-somebody", wanted.User{})
	w.row(onboarding.ObjectUser, "lost@bakery.example", "", "", wanted.User{})
	w.objects[3].Made = false
	w.done()
	got := w.undo(false, func(e *undo.Engine) { e.Halt() })
	has(t, got, "user ana@bakery.example", onboarding.NotTried, "", "")
	has(t, got, "customer crm-1", onboarding.NotTried, "", "")
	has(t, got, "user lost@bakery.example", onboarding.Kept, onboarding.ReasonUnknown, "nobody can say")
	got = w.undo(false, nil)
	has(t, got, "user ana@bakery.example", onboarding.Removed, "", "")
	has(t, got, "user gone@bakery.example", onboarding.Gone, "", "not there any more")
	has(t, got, "customer crm-1", onboarding.Removed, onboarding.ReasonOrganization, w.org)
	if n := len(w.sandbox.Customers()); n != 0 {
		t.Errorf("%d customers stand", n)
	}
	for o, err := range w.run.Objects(t.Context(), "") {
		t.Errorf("the journal still knows %v, %v", o, err)
	}
	// As it is told: the organization remains, and attaching to it gives its people a package again.
	w.id = must[string](t)(w.client.CreateCustomer(t.Context(), webex.NewCustomer{
		ProvisioningID: "template", Packages: []string{"webex_meetings"}, ExternalID: "crm-1", OrgID: w.org,
		Address: webex.WholesaleAddress{AddressLine1: "1 Example Street", City: "Austin", StateOrProvince: "TX", ZipOrPostalCode: "78701", Country: "US"},
	}))
	for !must[webex.Customer](t)(w.client.Customer(t.Context(), w.id)).Status.Usable() {
		continue
	}
	w.subscriber(wanted.User{Email: "ana@bakery.example", Package: "webex_meetings"})
}

// A person of an attached organization keeps everything; the package goes with the customer.
func TestUndoLeavesWhoStoodBefore(t *testing.T) {
	w := newWorld(t)
	ana := w.subscriber(wanted.User{Email: "ana@bakery.example", Package: "webex_calling", Location: "Head Office", Extension: "1000"})
	w.row(onboarding.ObjectUser, "ana@bakery.example", onboarding.Updated, ana.ID, wanted.User{Package: "webex_calling", Stood: true})
	w.done()
	for _, dry := range []bool{true, false} {
		got := w.undo(dry, nil)
		has(t, got, "user ana@bakery.example", onboarding.Kept, onboarding.ReasonChanged, "in the organization before the run")
		has(t, got, "customer crm-1", onboarding.Removed, onboarding.ReasonOrganization, w.org)
	}
	for p, err := range w.client.ListPeople(t.Context(), webex.PeopleFilter{OrgID: w.org, Calling: true}) {
		if err != nil || p.Extension != "1000" {
			t.Errorf("the person has the extension %q, %v", p.Extension, err)
		}
	}
}

func TestUndoThatIsRefused(t *testing.T) {
	w := newWorld(t)
	ana := w.subscriber(wanted.User{Email: "ana@bakery.example", Package: "webex_meetings"})
	w.row(onboarding.ObjectUser, "ana@bakery.example", onboarding.Created, ana.ID, wanted.User{})
	w.done()
	closed(t, w.sandbox.Inject(sandbox.Fault{Route: "DELETE /wholesale/subscribers/{subscriberId}", Status: 400, Times: 1}))
	got := w.undo(false, nil)
	has(t, got, "user ana@bakery.example", onboarding.Failed, "", "")
	has(t, got, "customer crm-1", onboarding.NotTried, "", "could not be taken back (rows: 1)")
	got = w.undo(false, nil)
	has(t, got, "user ana@bakery.example", onboarding.Removed, "", "")
	has(t, got, "customer crm-1", onboarding.Removed, onboarding.ReasonOrganization, "")
}

// cut ends the program when the service has taken the deletion of a customer: no answer comes.
type cut struct{ end context.CancelFunc }

func (c cut) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/wholesale/customers/") {
		c.end()
		return nil, errors.Join(context.Canceled, err, answer.Body.Close())
	}
	return answer, err
}

// An undo that was killed after the service took the deletion of a customer can ask nobody for its organization any more: it
// was announced, and is known also when the next process ends before it comes to look.
func TestUndoOfACustomerThatAnEarlierProcessDeleted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.row(onboarding.ObjectUser, "lost@bakery.example", "", "", wanted.User{})
	w.objects[1].Made = false
	w.done()
	run, _, err := w.journal.BeginUndo(ctx, w.run, journal.NewRun{ID: "20261121T000000Z-0002", Scope: w.scope, Started: time.Now()})
	closed(t, err)
	ending, end := context.WithCancel(ctx)
	client := must[*webex.Client](t)(webex.New(webex.Options{BaseURL: w.url, HTTP: &http.Client{Transport: cut{end}}, Clock: time.Now}))
	e := undo.New(w.run, run, client, undo.Options{Concurrency: 1, Scope: w.scope, Clock: time.Now, Done: func(int64, onboarding.Outcome) {}})
	if err := e.Run(ending); !errors.Is(err, context.Canceled) {
		t.Fatalf("the undo ended with %v", err)
	}
	for _, i := range must[[]journal.RunInfo](t)(w.journal.Runs(ctx)) {
		if s := i.Summary; i.Undoes != "" && (s.Rows != 2 || s.Kept != 1 || s.Failed != 1 || s.NotTried != 0) {
			t.Errorf("the list of runs counts %+v", s)
		}
	}
	for len(w.sandbox.Customers()) > 0 {
		_, _ = w.client.FindCustomer(ctx, "crm-1") // time goes by for the service
	}
	got := w.undo(false, func(e *undo.Engine) { e.Halt() })
	has(t, got, "customer crm-1", onboarding.NotTried, "", "")
	got = w.undo(false, nil)
	has(t, got, "customer crm-1", onboarding.Removed, onboarding.ReasonOrganization, w.org)
	if o := got["customer crm-1"]; o.Error == nil || o.Error.Organization != w.org {
		t.Errorf("%+v", o.Error)
	}
	if org := must[string](t)(w.run.Remains(ctx, "crm-1")); org != w.org {
		t.Errorf("of the customer remains %q, want %q", org, w.org)
	}
}
