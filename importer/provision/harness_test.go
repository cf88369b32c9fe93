package provision_test

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/webex"
)

// world is a sandbox, a journal and a plan, all real: HTTP on loopback, files on disk.
type world struct {
	t       *testing.T
	dir     string
	sandbox *sandbox.Server
	url     string
	client  *webex.Client
	opt     provision.Options
	calls   callLog
	obs     provision.Observer
}

// callLog keeps what was sent, in order.
type callLog struct {
	mu    sync.Mutex
	calls []webex.Call
	hook  func(route string) // told of every create
}

func (l *callLog) add(c webex.Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, c)
	if l.hook != nil && c.Method == "POST" {
		l.hook(c.Route)
	}
}

// count gives how many calls were sent to a route, polls apart.
func (l *callLog) count(method, route string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, c := range l.calls {
		if c.Method == method && c.Route == route && !c.Poll {
			n++
		}
	}
	return n
}

func newWorld(t *testing.T, s sandbox.Settings) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), obs: quiet{}}
	if s.ProvisionDelay == 0 {
		s.ProvisionDelay = 20 * time.Millisecond
	}
	server, err := sandbox.Open(t.Context(), sandbox.Options{Path: filepath.Join(w.dir, "sandbox.db"), Clock: time.Now, Settings: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, server.Close()) })
	l, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, l.Close()) })
	w.sandbox, w.url = server, l.URL()
	w.opt = provision.Options{
		Concurrency: 8, PollFirst: 5 * time.Millisecond, PollMost: 50 * time.Millisecond, Wait: 10 * time.Second, Settle: 300 * time.Millisecond,
		Numbers: provision.NumbersAdd, Clock: time.Now,
	}
	w.dial(nil)
	return w
}

// dial makes the client anew, over a transport of the test's own if there is one.
func (w *world) dial(rt http.RoundTripper) {
	w.t.Helper()
	o := webex.Options{BaseURL: w.url, HTTP: &http.Client{Transport: webex.Transport(16)}, Clock: time.Now, Observe: w.calls.add, Timeout: 5 * time.Second}
	if rt != nil {
		o.HTTP.Transport = rt
	}
	c, err := webex.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	w.client = c
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// packs answers for the two packages of the tests.
type packs struct{}

func (packs) Quantity(p string) (string, bool) { return p, true }
func (packs) Meetings(p string) bool           { return p == "webex_meetings" || p == "webex_suite" }
func (packs) Yes(word string) bool             { return word == "yes" }

func (packs) Rank(p string) int {
	return map[string]int{"webex_meetings": 1, "webex_calling": 3, "webex_suite": 4}[p]
}

// order is a customer of a test with its users.
type order struct {
	customer *onboarding.Customer
	users    []onboarding.User
}

var source = &onboarding.Source{File: "book.xlsx", Sheet: "Users", Kind: onboarding.Users}

// bakery makes a calling customer with n users, the first of them the administrator, each with a number.
func bakery(id string, n int) order {
	c := &onboarding.Customer{
		Row: onboarding.Row{Source: source, Number: 2}, ExternalID: id, Name: "Bakery " + id, AdminEmail: email(id, 0), TimeZone: "America/Chicago",
		Address: onboarding.Address{Line1: "1 Example Street", City: "Austin", State: "TX", Zip: "78701", Country: "US"},
		Seats:   []onboarding.Seat{{Package: "webex_calling"}},
	}
	c.Resolved.Template = &onboarding.Template{ProvisioningID: "template-1"}
	c.Resolved.Country, c.Resolved.State, c.Resolved.Language, c.Resolved.Announce = "US", "TX", "en_US", "en_us"
	c.Resolved.HQ, c.Resolved.Calling = "Head Office", true
	o := order{customer: c}
	for i := range n {
		o.users = append(o.users, baker(c, i))
	}
	return o
}

func email(id string, i int) string { return fmt.Sprintf("user%d@%s.example", i, id) }

func baker(c *onboarding.Customer, i int) onboarding.User {
	u := onboarding.User{
		Row: onboarding.Row{Source: source, Number: 10 + i}, Customer: c.ExternalID, FirstName: "Ana", LastName: fmt.Sprint("Diaz ", i),
		Email: email(c.ExternalID, i), Extension: fmt.Sprint(2000 + i),
	}
	u.Resolved.Customer, u.Resolved.Package, u.Resolved.Calling, u.Resolved.AtHQ = c, "webex_calling", true, true
	u.Resolved.Phone = phone(c.ExternalID, i)
	if i == 0 {
		u.Resolved.Admin, u.Resolved.Role = true, "Full Administrator"
	}
	return u
}

// phone gives a different number for each user of each customer.
func phone(id string, i int) string {
	h := 0
	for _, r := range id {
		h = (h*31 + int(r)) % 1000
	}
	return fmt.Sprintf("+1512%03d%04d", h, i)
}

// branch adds a further location to a customer.
func (o order) branch(name string) order {
	l := &onboarding.Location{
		Row: onboarding.Row{Source: source, Number: 5}, Customer: o.customer.ExternalID, Name: name, TimeZone: "America/Denver",
		Address: onboarding.Address{Line1: "2 Example Street", City: "Denver", Zip: "80202", Country: "US"},
	}
	l.Resolved.Customer, l.Resolved.Country, l.Resolved.State, l.Resolved.Announce = o.customer, "US", "CO", "en_us"
	o.customer.Sites = append(o.customer.Sites, l)
	return o
}

// result is what a run came to.
type result struct {
	err      error
	outcomes []onboarding.Outcome
	summary  onboarding.RunSummary
	resumed  bool
}

// apply plans the orders, or finds the plan of an earlier call, and carries the run out.
func (w *world) apply(orders ...order) result {
	w.t.Helper()
	return w.applyWith(func(e *provision.Engine) error { return e.Run(w.t.Context()) }, orders...)
}

func (w *world) applyWith(run func(*provision.Engine) error, orders ...order) result {
	w.t.Helper()
	ctx := w.t.Context()
	j, err := journal.Open(ctx, filepath.Join(w.dir, "state"), journal.Options{Clock: time.Now, Command: "apply"})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { check(w.t, j.Close()) }()
	plan := w.plan(ctx, j, orders)
	scope := journal.Scope{Target: "sandbox", Org: "partner"}
	r, resumed, err := j.Resumable(ctx, plan, scope, "")
	if err != nil {
		w.t.Fatal(err)
	}
	if !resumed {
		id := fmt.Sprintf("run-%d", time.Now().UnixNano())
		if r, err = j.Begin(ctx, journal.NewRun{ID: id, Plan: plan, Scope: scope, Command: "apply", Started: time.Now()}); err != nil {
			w.t.Fatal(err)
		}
	}
	res := result{resumed: resumed}
	o := w.opt
	o.Sub = func(ctx context.Context, subPartner string) (*webex.Client, *journal.Run, error) {
		below := scope
		below.SubPartner = subPartner
		run, err := r.For(ctx, below)
		return w.client.OnBehalf(subPartner), run, err
	}
	res.err = run(provision.New(r, w.client, o, w.obs))
	if res.summary, err = r.Summary(ctx); err != nil {
		w.t.Fatal(err)
	}
	for o, err := range r.Outcomes(ctx) {
		if err != nil {
			w.t.Fatal(err)
		}
		res.outcomes = append(res.outcomes, o)
	}
	state := journal.Ended
	if res.err != nil {
		state = journal.Stopped
	}
	check(w.t, r.End(ctx, state, res.summary))
	return res
}

func (w *world) plan(ctx context.Context, j *journal.Journal, orders []order) journal.PlanID {
	w.t.Helper()
	var key strings.Builder
	var customers []*onboarding.Customer
	for _, o := range orders {
		fmt.Fprintf(&key, "%s %d %d %v;", o.customer.ExternalID, len(o.users), len(o.customer.Sites), o.customer.Seats)
		fmt.Fprint(&key, o.customer.Name, o.customer.Address, o.customer.TimeZone, o.customer.Resolved.Announce)
		for _, l := range o.customer.Sites {
			fmt.Fprint(&key, l.Address, l.TimeZone, l.Resolved.Announce, l.Resolved.Main)
		}
		for _, u := range o.users {
			fmt.Fprint(&key, u.Email, u.LastName, u.Resolved.Package, u.Resolved.Phone, u.PortDate)
		}
		customers = append(customers, o.customer)
	}
	id, ok, err := j.FindPlan(ctx, key.String())
	if err != nil || ok {
		check(w.t, err)
		return id
	}
	writer, err := j.NewPlan(ctx, key.String())
	if err != nil {
		w.t.Fatal(err)
	}
	p := provision.NewPlanner(writer, packs{}, customers, nil)
	for _, o := range orders {
		for i := range o.users {
			check(w.t, p.User(&o.users[i]))
		}
	}
	check(w.t, p.Close())
	if id, err = writer.Commit(ctx); err != nil {
		w.t.Fatal(err)
	}
	return id
}

// object gives what the journal knows of an object of the partner, or of a sub-partner.
func (w *world) object(kind onboarding.ObjectKind, subPartner, customer, key string) journal.Object {
	w.t.Helper()
	j, err := journal.OpenReader(w.t.Context(), filepath.Join(w.dir, "state"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { check(w.t, j.Close()) }()
	r, err := j.View(w.t.Context(), 0, journal.Scope{Target: "sandbox", Org: "partner", SubPartner: subPartner})
	if err != nil {
		w.t.Fatal(err)
	}
	o, _, err := r.Object(w.t.Context(), kind, customer, key)
	check(w.t, err)
	return o
}

// differs gives what differs in the rows of a kind: "key field: live → sheet".
func (r result) differs(kind onboarding.ObjectKind) string {
	var out []string
	for _, o := range r.outcomes {
		for _, d := range o.Differs {
			if o.Kind == kind {
				out = append(out, fmt.Sprintf("%s %s: %s → %s", o.Key, d.Field, d.Live, d.Sheet))
			}
			if d.Fixed.Empty() {
				out = append(out, "nobody says where it is changed")
			}
		}
	}
	return strings.Join(out, "; ")
}

// quiet observes nothing.
type quiet struct{}

func (quiet) Done(onboarding.Outcome) {}
func (quiet) Waits(int)               {}

// all gives the statuses of a kind, sorted and counted: "created:3 failed:1".
func (r result) all(kind onboarding.ObjectKind) string {
	n := make(map[string]int)
	for _, o := range r.outcomes {
		if o.Kind == kind {
			s := string(o.Status)
			if o.Reason != "" {
				s += "/" + string(o.Reason)
			}
			n[s]++
		}
	}
	var out []string
	for s, c := range n {
		out = append(out, fmt.Sprintf("%s:%d", s, c))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// want asks for the statuses of every kind, and for counts that add up.
func (r result) want(t *testing.T, want map[onboarding.ObjectKind]string) {
	t.Helper()
	for _, kind := range []onboarding.ObjectKind{onboarding.ObjectCustomer, onboarding.ObjectLocation, onboarding.ObjectNumbers, onboarding.ObjectUser, onboarding.ObjectRole} {
		if got := r.all(kind); got != want[kind] {
			t.Errorf("%s: %q, want %q", kind, got, want[kind])
		}
	}
	s := r.summary
	if sum := s.Created + s.Updated + s.Adopted + s.Unchanged + s.Waiting + s.Failed + s.Held + s.NotTried; sum != len(r.outcomes) || s.Rows != sum {
		t.Errorf("the counts add up to %d, with %d outcomes and %d rows", sum, len(r.outcomes), s.Rows)
	}
	if t.Failed() {
		for _, o := range r.outcomes {
			if o.Error != nil {
				t.Logf("%s %s: %+v", o.Kind, o.Key, *o.Error)
			}
		}
	}
}
