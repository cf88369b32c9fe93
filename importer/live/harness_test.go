package live_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/importer/live"
	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// world is a sandbox and a journal, both real: HTTP on loopback, files on disk.
type world struct {
	t       *testing.T
	sandbox *sandbox.Server
	client  *webex.Client
	journal *journal.Journal
}

var scope = journal.Scope{Target: "sandbox", Org: "partner"}

func newWorld(t *testing.T, s sandbox.Settings) *world {
	t.Helper()
	dir := t.TempDir()
	if s.ProvisionDelay == 0 {
		s.ProvisionDelay = 5 * time.Millisecond
	}
	server, err := sandbox.Open(t.Context(), sandbox.Options{Path: filepath.Join(dir, "sandbox.db"), Clock: time.Now, Settings: s})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, server.Close()) })
	l, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, l.Close()) })
	w := &world{t: t, sandbox: server}
	transport := webex.Transport(16)
	t.Cleanup(transport.CloseIdleConnections)
	w.client, err = webex.New(webex.Options{BaseURL: l.URL(), HTTP: &http.Client{Transport: transport}, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	w.journal, err = journal.Open(t.Context(), filepath.Join(dir, "state"), journal.Options{Clock: time.Now, Command: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, w.journal.Close()) })
	return w
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// book is the rows of a plan.
type book struct {
	rows []journal.Planned
}

func (b *book) add(kind onboarding.ObjectKind, customer, key string, spec any) *journal.Planned {
	b.rows = append(b.rows, journal.Planned{
		Kind: kind, Customer: customer, Key: key, File: "book.xlsx", Sheet: string(kind), Row: len(b.rows) + 2, Spec: wanted.Encode(spec),
	})
	return &b.rows[len(b.rows)-1]
}

var street = wanted.Address{Line1: "1 Example Street", City: "Austin", State: "TX", Zip: "78701", Country: "US"}

// bakery plans a calling customer with n users at its headquarters, the first of them the administrator.
func (b *book) bakery(id string, n int) *book {
	return b.bakeryWith(wanted.Customer{Packages: []string{"webex_calling", "webex_suite"}}, id, n)
}

func (b *book) bakeryWith(c wanted.Customer, id string, n int) *book {
	c.ProvisioningID, c.Name, c.AdminEmail, c.Address, c.TimeZone = "template-1", "Bakery "+id, email(id, 0), street, "America/Chicago"
	hq := wanted.Place{Name: "Head Office", Address: street, TimeZone: "America/Chicago", Language: "en_us", HQ: true}
	c.HQ = &hq
	b.add(onboarding.ObjectCustomer, id, id, c)
	b.add(onboarding.ObjectLocation, id, hq.Name, hq)
	b.add(onboarding.ObjectNumbers, id, hq.Name, wanted.Numbers{}).Site = hq.Name
	for i := range n {
		u := wanted.User{
			Email: email(id, i), FirstName: "Ana", LastName: fmt.Sprint("Diaz ", i), Package: "webex_calling", Calling: true, Location: hq.Name,
			Extension: fmt.Sprint(2000 + i), Phone: phone(id, i), Admin: i == 0,
		}
		if i == 0 {
			u.Package = "webex_suite"
		}
		row := b.add(onboarding.ObjectUser, id, u.Email, u)
		row.Site, row.Number, row.Rank = hq.Name, u.Phone, min(i, 1)
	}
	b.add(onboarding.ObjectRole, id, email(id, 0)+" Full Administrator", wanted.Role{Email: email(id, 0), Role: "Full Administrator"})
	return b
}

// user finds the row of a user to change what it asks for.
func (b *book) user(email string, change func(*wanted.User)) {
	for i, row := range b.rows {
		if row.Kind == onboarding.ObjectUser && row.Key == email {
			u, err := wanted.Decode[wanted.User](row.Spec)
			if err != nil {
				panic(err)
			}
			change(&u)
			b.rows[i].Spec, b.rows[i].Number = wanted.Encode(u), u.Phone
		}
	}
}

func email(id string, i int) string { return fmt.Sprintf("user%d@%s.example", i, id) }

func phone(id string, i int) string {
	h := 0
	for _, r := range id {
		h = (h*31 + int(r)) % 1000
	}
	return fmt.Sprintf("+1512%03d%04d", h, i)
}

func (w *world) plan(b *book) journal.PlanID {
	w.t.Helper()
	p, err := w.journal.NewPlan(w.t.Context(), fmt.Sprint(time.Now().UnixNano()))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, row := range b.rows {
		check(w.t, p.Add(row))
	}
	id, err := p.Commit(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// apply carries a plan out.
func (w *world) apply(b *book) onboarding.RunSummary {
	w.t.Helper()
	ctx := w.t.Context()
	r, err := w.journal.Begin(ctx, journal.NewRun{ID: fmt.Sprintf("run-%d", time.Now().UnixNano()), Plan: w.plan(b), Scope: scope, Command: "apply", Started: time.Now()})
	if err != nil {
		w.t.Fatal(err)
	}
	o := provision.Options{
		Concurrency: 8, PollFirst: 5 * time.Millisecond, PollMost: 50 * time.Millisecond, Wait: 10 * time.Second, Settle: 300 * time.Millisecond,
		Numbers: provision.NumbersAdd, Clock: time.Now,
	}
	check(w.t, provision.New(r, w.client, o, quiet{}).Run(ctx))
	s, err := r.Summary(ctx)
	check(w.t, err)
	check(w.t, r.End(ctx, journal.Ended, s))
	return s
}

type quiet struct{}

func (quiet) Done(onboarding.Outcome) {}
func (quiet) Waits(int)               {}

// compare gives the comparison of a plan with the live state.
func (w *world) compare(b *book, change ...func(*live.Options)) []live.Customer {
	w.t.Helper()
	view, err := w.journal.View(w.t.Context(), w.plan(b), scope)
	if err != nil {
		w.t.Fatal(err)
	}
	o := live.Options{Service: w.client, Run: view, Concurrency: 8}
	for _, fn := range change {
		fn(&o)
	}
	var out []live.Customer
	for c, err := range live.Compare(w.t.Context(), o) {
		if err != nil {
			w.t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// actions counts the steps by kind and action: "customer create:1 user create:3".
func actions(cs []live.Customer) string {
	n := make(map[string]int)
	for _, c := range cs {
		for _, s := range c.Steps {
			word := string(s.Kind) + " " + string(s.Action)
			if s.Reason != "" {
				word += "/" + string(s.Reason)
			}
			n[word]++
		}
	}
	var out []string
	for _, kind := range []string{"customer", "location", "numbers", "user", "role"} {
		for _, a := range []string{"create", "update", "adopt", "nothing", "conflict", "hold/parent_failed", "hold/parent_waiting", "hold/finding", "hold/no_pstn", "wait/review", "wait/consent", "wait/provisioning"} {
			if c := n[kind+" "+a]; c > 0 {
				out = append(out, fmt.Sprintf("%s %s:%d", kind, a, c))
			}
		}
	}
	return strings.Join(out, ", ")
}

// onlyScope is a partner organization of which the journal knows nothing.
func onlyScope(org string) journal.Scope { return journal.Scope{Target: "sandbox", Org: org} }
