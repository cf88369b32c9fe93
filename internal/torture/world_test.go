package torture

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/webex"
)

// world is one seed: a service, a proxy before it, a journal and orders.
type world struct {
	t       *testing.T
	seed    uint64
	dice    *rand.Rand
	state   string
	sandbox *sandbox.Server
	proxy   *proxy
	net     *network
	orders  []order
	opt     provision.Options
	renews  bool         // the token ends soon and is renewed
	skew    atomic.Int64 // how far the machine's clock is off, in nanoseconds
	runs    int          // runs begun
	starts  int          // processes
	sent    int64        // calls of all processes, repetitions and polls apart
	history []result     // of every process
	mu      sync.Mutex
	doubts  map[string]doubtful // creates whose answer was lost
	raced   bool                // they did so a moment ago
	before  map[string]bool     // objects that others made
	torn    *rand.Rand          // of what a power loss leaves
	crashes int
	took    time.Duration
	disk    *sql.DB
	hook    atomic.Pointer[func(n int)]
	arrived atomic.Int64
}

// newWorld opens a world by the dice.
func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	dice := rand.New(rand.NewPCG(seed, 1))
	w := &world{t: t, seed: seed, dice: dice, state: filepath.Join(t.TempDir(), "state"), net: newNetwork(), before: make(map[string]bool), doubts: make(map[string]doubtful)}
	w.torn = rand.New(rand.NewPCG(seed, 2))
	set := sandbox.Settings{
		ProvisionDelay: time.Duration(1+dice.IntN(30)) * time.Second, FirstTouchOff: dice.IntN(4) == 0, ShortPages: dice.IntN(3) == 0, LinkOff: dice.IntN(3) == 0,
		StringCodes: dice.IntN(2) == 0, NoPSTN: dice.IntN(6) == 0,
	}
	if dice.IntN(2) == 0 {
		set.ListLag, set.LocationLag = time.Duration(dice.IntN(40))*time.Second, time.Duration(dice.IntN(40))*time.Second
	}
	if w.renews = dice.IntN(3) == 0; w.renews {
		set.TokenLife = time.Duration(6+dice.IntN(10)) * time.Minute
	}
	if dice.IntN(4) == 0 {
		set.RatePerMinute, set.RateWithoutRetryAfter = 300+dice.IntN(900), dice.IntN(2) == 0
	}
	server, err := sandbox.Open(t.Context(), sandbox.Options{Clock: time.Now, Settings: set})
	if err != nil {
		t.Fatal(err)
	}
	w.sandbox = server
	w.orders = newOrders(dice)
	w.proxy = newProxy(server.Handler(), seed, []float64{0.02, 0.05, 0.1, 0.2, 0.35}[dice.IntN(5)])
	w.proxy.lost = w.loses
	w.proxy.watch, w.proxy.clock = w.arrives, time.Now
	if dice.IntN(4) == 0 {
		from := time.Now().Add(time.Duration(dice.IntN(120)) * time.Second)
		until := from.Add(time.Duration(dice.IntN(900)) * time.Second)
		w.proxy.flood = func() (time.Time, time.Time) { return from, until }
	}
	w.opt = provision.Options{
		Concurrency: 1 + dice.IntN(16), PollFirst: 5 * time.Second, PollMost: 30 * time.Second, Wait: 15 * time.Minute, Settle: time.Minute,
		Numbers: provision.NumbersAdd, Clock: w.clock,
	}
	web := &http.Server{Handler: w.proxy, ErrorLog: quietLog()}
	served := make(chan struct{})
	go func() {
		_ = web.Serve(w.net)
		close(served)
	}()
	t.Cleanup(func() {
		check(t, web.Close())
		<-served
		check(t, server.Close())
	})
	return w
}

// clock is the machine's, which somebody may set.
func (w *world) clock() time.Time { return time.Now().Add(time.Duration(w.skew.Load())) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// client makes the client of one process.
func (w *world) client() (*webex.Client, *http.Transport) {
	w.t.Helper()
	transport := w.net.transport(webex.Transport(2 * w.opt.Concurrency))
	o := webex.Options{
		BaseURL: "http://service.example/v1", HTTP: &http.Client{Transport: transport}, Clock: time.Now,
		Budget: webex.NewBudget(webex.BudgetOptions{Start: 5}),
	}
	if os.Getenv("MUSTER_TORTURE_TRACE") != "" {
		o.Observe = func(c webex.Call) {
			w.t.Logf("%v %s %s %d %v", c.Sent.Format(time.TimeOnly), c.Method, c.Route, c.Status, c.Err)
		}
	}
	if w.renews {
		tokens, err := webex.RefreshToken(webex.RefreshOptions{
			BaseURL: o.BaseURL, ClientID: "id", ClientSecret: "secret", Grant: webex.Grant{RefreshToken: webex.Secret(fmt.Sprintf("refresh-%d", w.starts))}, HTTP: o.HTTP,
		})
		if err != nil {
			w.t.Fatal(err)
		}
		o.Tokens = tokens
	}
	c, err := webex.New(o)
	if err != nil {
		w.t.Fatal(err)
	}
	return c, transport
}

// result is what a process came to.
type result struct {
	run      string
	resumed  bool
	err      error
	outcomes []onboarding.Outcome
	sent     map[string]bool // rows of which the run sent a create
	summary  onboarding.RunSummary
}

// process is one start of the program. act may interfere while it runs.
func (w *world) process(act func(*provision.Engine, context.CancelFunc)) result {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	w.starts++
	j, err := journal.Open(ctx, w.state, journal.Options{Clock: w.clock, Command: "apply"})
	if err != nil {
		w.t.Fatalf("seed %d: %v", w.seed, err)
	}
	defer func() { check(w.t, j.Close()) }()
	w.open()
	defer func() { check(w.t, w.disk.Close()) }()
	r, resumed := w.take(ctx, j)
	client, transport := w.client()
	defer transport.CloseIdleConnections()
	engine := provision.New(r, client, w.opt, deaf{})
	if act != nil {
		act(engine, cancel)
	}
	w.arrived.Store(0)
	bound := time.AfterFunc(4*24*time.Hour, func() {
		w.fault("process %d of %s does not end by itself", w.starts, r.ID())
		cancel()
	})
	defer bound.Stop()
	res := result{run: r.ID(), resumed: resumed, err: engine.Run(ctx)}
	w.hook.Store(nil)
	s := client.Stats()
	w.sent += s.Calls
	ctx = context.WithoutCancel(ctx)
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
	res.sent = w.creates(res.run)
	w.history = append(w.history, res)
	return res
}

// take plans the orders or finds their plan, and takes up the run that is open or begins one.
func (w *world) take(ctx context.Context, j *journal.Journal) (*journal.Run, bool) {
	w.t.Helper()
	scope := journal.Scope{Target: "http://service.example/v1", Org: "partner"}
	plan, ok, err := j.FindPlan(ctx, "orders")
	if err == nil && !ok {
		plan, err = w.plan(ctx, j)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	r, resumed, err := j.Resumable(ctx, plan, scope, "")
	if err == nil && !resumed {
		w.runs++
		r, err = j.Begin(ctx, journal.NewRun{ID: fmt.Sprintf("run-%d", w.runs), Plan: plan, Scope: scope, Command: "apply", Started: w.clock()})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return r, resumed
}

func (w *world) plan(ctx context.Context, j *journal.Journal) (journal.PlanID, error) {
	writer, err := j.NewPlan(ctx, "orders")
	if err != nil {
		return 0, err
	}
	var customers []*onboarding.Customer
	for _, o := range w.orders {
		customers = append(customers, o.customer)
	}
	p := provision.NewPlanner(writer, packs{}, customers, nil)
	for _, o := range w.orders {
		for i := range o.users {
			check(w.t, p.User(&o.users[i]))
		}
	}
	check(w.t, p.Close())
	return writer.Commit(ctx)
}

// deaf observes nothing.
type deaf struct{}

func (deaf) Done(onboarding.Outcome) {}
func (deaf) Waits(int)               {}

// open opens the journal a second time, to see what is on disk.
func (w *world) open() {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(w.state, "journal.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		w.t.Fatal(err)
	}
	w.disk = db
}
