package activate_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"muster/importer/activate"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// world is a sandbox with one customer whose headquarters holds numbers, and the journal's view of them.
type world struct {
	t        *testing.T
	sandbox  *sandbox.Server
	customer activate.Customer
	puts     int // calls that switch numbers on
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

// number gives the n-th number of the tests.
func number(n int) string { return fmt.Sprintf("+1512555%04d", n) }

// newWorld preloads numbers switched off and tells the journal of those for which port gives true, with their dates.
func newWorld(t *testing.T, numbers int, port func(n int) (date string, known bool)) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t}
	w.sandbox = must[*sandbox.Server](t)(sandbox.Open(ctx, sandbox.Options{Clock: time.Now, Settings: sandbox.Settings{ProvisionDelay: -1}}))
	t.Cleanup(func() { ok(t, w.sandbox.Close()) })
	l := must[*sandbox.Listener](t)(w.sandbox.Listen("127.0.0.1:0"))
	t.Cleanup(func() { ok(t, l.Close()) })
	client := must[*webex.Client](t)(webex.New(webex.Options{BaseURL: l.URL(), HTTP: &http.Client{}, Clock: time.Now, Observe: func(c webex.Call) {
		if c.Method == http.MethodPut {
			w.puts++
		}
	}}))
	a := webex.WholesaleAddress{AddressLine1: "1 Example Street", City: "Austin", StateOrProvince: "TX", ZipOrPostalCode: "78701", Country: "US"}
	id := must[string](t)(client.CreateCustomer(ctx, webex.NewCustomer{
		ProvisioningID: "template", Packages: []string{"webex_calling"}, ExternalID: "crm-1", Address: a,
		CustomerInfo: &webex.CustomerInfo{Name: "Bakery", PrimaryEmail: "ana@bakery.example"},
		ProvisioningParameters: webex.ProvisioningParameters{
			Calling: &webex.CallingParameters{Location: webex.Headquarters{Name: "Head Office", Address: a, TimeZone: "America/Chicago", Language: "en_us"}},
		},
	}))
	org, hq := must[webex.Customer](t)(client.Customer(ctx, id)).OrgID, ""
	for l, err := range client.ListLocations(ctx, org) {
		hq = must[webex.Location](t)(l, err).ID
	}
	j := must[*journal.Journal](t)(journal.Open(ctx, t.TempDir(), journal.Options{Clock: time.Now, Command: "test"}))
	t.Cleanup(func() { ok(t, j.Close()) })
	plan := must[*journal.PlanWriter](t)(j.NewPlan(ctx, "key"))
	for n := range numbers {
		ok(t, client.AddNumbers(ctx, org, hq, []string{number(n)}, false))
		date, known := port(n)
		if !known {
			continue
		}
		u := wanted.User{Email: fmt.Sprintf("u%d@bakery.example", n), Phone: number(n), Port: date}
		ok(t, plan.Add(journal.Planned{Kind: onboarding.ObjectUser, Customer: "crm-1", Key: u.Email, Number: u.Phone, Rank: 1, Spec: wanted.Encode(u)}))
	}
	run := must[*journal.Run](t)(j.Begin(ctx, journal.NewRun{ID: "r", Plan: must[journal.PlanID](t)(plan.Commit(ctx)), Scope: journal.Scope{Target: "sandbox"}, Started: time.Now()}))
	w.customer = activate.Customer{Key: "crm-1", Run: run, Service: client}
	return w
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// run switches on what is due at a time.
func (w *world) run(at time.Time) activate.Result {
	w.t.Helper()
	e := activate.New(activate.Options{Concurrency: 2, Pause: time.Millisecond, Clock: func() time.Time { return at }})
	return must[[]activate.Result](w.t)(e.Run(w.t.Context(), []activate.Customer{w.customer}))[0]
}

// statuses counts the numbers of a result.
func statuses(r activate.Result) map[activate.Status]int {
	out := make(map[activate.Status]int)
	for _, n := range r.Numbers {
		out[n.Status]++
	}
	return out
}

// The date of a port is a day in the customer's own zone, not in that of the machine.
func TestPortDateInTheCustomersZone(t *testing.T) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC) // the first of December in Auckland
	for _, c := range []struct {
		zone string
		want activate.Status
	}{{"Pacific/Auckland", activate.Activated}, {"America/Chicago", activate.NotDue}} {
		w := newWorld(t, 1, func(int) (string, bool) { return "2026-12-01", true })
		w.customer.Spec.HQ = &wanted.Place{TimeZone: c.zone}
		if got := statuses(w.run(at)); got[c.want] != 1 {
			t.Errorf("in %s: %v, wanted %s", c.zone, got, c.want)
		}
	}
}

func TestUnknownNumbersAreLeftAlone(t *testing.T) {
	w := newWorld(t, 3, func(n int) (string, bool) { return []string{"", "soon", ""}[n], n < 2 })
	r := w.run(time.Now())
	if got := statuses(r); got[activate.Activated] != 1 || got[activate.NotDue] != 1 || r.Unknown != 1 || r.Active != 0 {
		t.Errorf("got %v, %+v", got, r)
	}
	active := 0
	for _, n := range must[[]sandbox.Number](t)(w.sandbox.Numbers(t.Context())) {
		if n.Active {
			active++
		}
	}
	if active != 1 {
		t.Errorf("%d numbers are switched on", active)
	}
	if r := w.run(time.Now()); r.Active != 1 || len(r.Numbers) != 1 || w.puts != 1 {
		t.Errorf("again: %+v after %d calls", r, w.puts)
	}
}

func TestBatchesAndRefusals(t *testing.T) {
	w := newWorld(t, webex.MaxNumbersPerChange+1, func(int) (string, bool) { return "", true })
	ok(t, w.sandbox.Inject(sandbox.Fault{Route: "PUT /telephony/config/locations/{locationId}/numbers", Status: 400, Times: 1}))
	first := statuses(w.run(time.Now()))
	if first[activate.Failed] != webex.MaxNumbersPerChange || first[activate.Activated] != 1 || w.puts != 2 {
		t.Errorf("first %v after %d calls", first, w.puts)
	}
	second := w.run(time.Now())
	if got := statuses(second); got[activate.Activated] != webex.MaxNumbersPerChange || second.Active != 1 {
		t.Errorf("second %v, %d active before", got, second.Active)
	}
}
