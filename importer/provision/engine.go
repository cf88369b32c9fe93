// Package provision turns planned rows into outcomes on a bounded pool; a row's failure stays with the row.
//
// Every step is an idempotent function of the service: look up by natural key, create, verify. Before a create its
// intent is durable in the journal, after it its outcome, so that the same run may be killed at any moment and started
// again: nothing twice, nothing lost. Customers run beside each other; one that waits for the service holds no worker.
package provision

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// NumbersMode says what becomes of users' numbers that their location does not hold yet.
type NumbersMode string

// The ways to treat numbers.
const (
	NumbersAdd      NumbersMode = "add"      // add them, switched on
	NumbersInactive NumbersMode = "inactive" // add them, to be switched on at port time
	NumbersExisting NumbersMode = "existing" // never add
)

// Options bounds and times a run. The zero value of a guard means none.
type Options struct {
	Concurrency int           // customers, and users, worked on at once
	PollFirst   time.Duration // pause before waiting customers are asked about for the first time
	PollMost    time.Duration // longest pause between two such questions
	Wait        time.Duration // how long a customer may stay in provisioning before the run leaves it waiting
	Settle      time.Duration // how long an unclear create is looked for before it is sent again; lists lag
	Numbers     NumbersMode
	Remove      bool   // take packages from customers that the sheet no longer names
	MaxFailures Bound  // stop after more failed rows than this
	MaxCreate   Bound  // stop before more creates than this
	Canary      Bound  // begin this many customers only; at most 0 stops the run
	NotBefore   Moment // begin no customer before this: it waits, and holds no worker
	NotAfter    Moment // begin no customer after this
	Clock       func() time.Time

	// Sub gives the client that acts for a sub-partner, and the run as it remembers that one's customers. It is asked once
	// for each sub-partner; nil: customers of sub-partners are treated as the partner's own.
	Sub func(ctx context.Context, subPartner string) (*webex.Client, *journal.Run, error)
	// Judge tells whether a customer that stands is to be refused for its seats. It may be called from several goroutines;
	// nil: none is.
	Judge func(Capacity) *onboarding.Failure
	// Moves tells whether a user that stands is to be refused another package, as Judge does.
	Moves func(it journal.Item, was, now string) *onboarding.Failure
	// Opens is told until when the customer waits whose window opens first; zero when none does. Nil: nobody is told.
	Opens func(time.Time)
}

// Observer is told what happens while it happens. Its methods are called from several goroutines.
type Observer interface {
	// Done is called once for every row that reached an outcome in this process.
	Done(onboarding.Outcome)
	// Waits is told again and again how many customers wait for the service, so that a run in which nothing else happens is
	// seen to be alive.
	Waits(customers int)
}

// GuardError says that a guard stopped the run; rows not reached are not tried.
type GuardError struct{ Guard string }

// Error names the guard.
func (e *GuardError) Error() string { return "stopped by " + e.Guard }

// Engine carries one run out.
type Engine struct {
	run     *journal.Run
	service *webex.Client
	opt     Options
	obs     Observer

	queue   *queue
	tasks   *pool
	began   int
	drift   drift
	creates atomic.Int64
	failed  atomic.Int64
	halted  atomic.Bool
	next    func() (journal.Item, error, bool)

	begun  time.Time         // when this process began
	asking chan struct{}     // held by who asks for the roles, or looks at them
	roles  map[string]string // ID by name in lower case; nil until asked for

	mu    sync.Mutex
	guard error
	zones *Zones
	subs  map[string]side
}

// side is where the customers of the partner, or of one sub-partner, are worked on.
type side struct {
	service *webex.Client
	run     *journal.Run
}

// New makes the engine of one run.
func New(run *journal.Run, service *webex.Client, o Options, obs Observer) *Engine {
	return &Engine{
		run: run, service: service, opt: o, obs: obs, tasks: newPool(), queue: newQueue(), asking: make(chan struct{}, 1), begun: o.Clock(),
		zones: NewZones(o.Clock().Location()), subs: make(map[string]side),
	}
}

// Halt begins nothing new; what is in flight is finished and recorded. Safe to call at any time, more than once.
func (e *Engine) Halt() {
	e.halted.Store(true)
	e.queue.stop()
}

// Run works on every row of the run that has no final outcome. It gives nil when each row has been dealt with, a
// *GuardError when a guard stopped it, and any other error when the run cannot go on. Rows never reached have no outcome.
func (e *Engine) Run(ctx context.Context) error {
	next, stop := iter.Pull2(e.run.Customers(ctx))
	defer stop()
	e.next = func() (journal.Item, error, bool) { it, err, ok := next(); return it, err, ok }
	e.queue.fresh = func() (*tenant, error) { return e.fresh(ctx) } // called under the queue's lock: it may not stop the queue
	if e.opt.Canary.below(1) {
		e.trip("--canary 0")
	}
	err := e.pool(ctx)
	if ferr := e.run.Flush(context.WithoutCancel(ctx)); ferr != nil {
		err = errors.Join(err, ferr)
	}
	return errors.Join(err, e.guard)
}

// pool is the only place that starts goroutines: workers for customers, workers for their rows, and one that asks after
// those who wait.
func (e *Engine) pool(ctx context.Context) error {
	rows, ctx := errgroup.WithContext(ctx)
	customers, inner := errgroup.WithContext(ctx)
	for range e.opt.Concurrency {
		rows.Go(func() error {
			for task := e.tasks.take(); task != nil; task = e.tasks.take() {
				task()
			}
			return nil
		})
		customers.Go(func() error { return e.customers(inner) })
	}
	customers.Go(func() error {
		err := e.keep(inner)
		if err != nil {
			e.Halt() // nobody would wake those who wait
		}
		return err
	})
	err := customers.Wait()
	e.tasks.close()
	return errors.Join(err, rows.Wait())
}

// customers works on one customer after the other until none is left.
func (e *Engine) customers(ctx context.Context) error {
	for {
		t, err := e.queue.next()
		if err != nil || t == nil {
			return err
		}
		wait, err := t.proceed(ctx)
		switch {
		case err != nil:
			e.queue.done()
			e.halted.Store(true)
			e.queue.stop()
			return err
		case wait && !e.stopping():
			t.parked = e.opt.Clock()
			e.queue.park(t)
		default:
			e.queue.done()
		}
	}
}

// fresh gives the next customer of the run that is not finished, nil when there is none or no more may be begun.
func (e *Engine) fresh(ctx context.Context) (*tenant, error) {
	for !e.stopping() && !e.opt.Canary.below(e.began+1) {
		item, err, ok := e.next()
		if err != nil || !ok {
			return nil, err
		}
		t, err := e.begin(ctx, item)
		if err != nil || t != nil {
			return t, err
		}
	}
	return nil, nil
}

// begin takes a customer up, nil when it is finished or its window has ended.
func (e *Engine) begin(ctx context.Context, item journal.Item) (*tenant, error) {
	pending, err := e.pending(ctx, item)
	if err != nil || !pending {
		return nil, err
	}
	spec, err := wanted.Decode[wanted.Customer](item.Spec)
	if err != nil || e.over(spec) {
		return nil, err
	}
	s, err := e.sideOf(ctx, spec.SubPartner)
	if err != nil {
		return nil, err
	}
	if s.run != e.run {
		if item, err = s.run.As(ctx, item); err != nil {
			return nil, err
		}
	}
	e.began++
	return &tenant{e: e, turn: e.began, service: s.service, run: s.run, item: item, spec: spec, key: item.Key}, nil
}

// sideOf gives the client and the run for customers of a sub-partner; the empty one is the run's own.
func (e *Engine) sideOf(ctx context.Context, subPartner string) (side, error) {
	if subPartner == "" || e.opt.Sub == nil {
		return side{e.service, e.run}, nil
	}
	if s, ok := e.subs[subPartner]; ok {
		return s, nil
	}
	service, run, err := e.opt.Sub(ctx, subPartner)
	if err != nil {
		return side{}, err
	}
	e.subs[subPartner] = side{service, run}
	return e.subs[subPartner], nil
}

// pending reports whether a customer, or something of it, is not finished.
func (e *Engine) pending(ctx context.Context, item journal.Item) (bool, error) {
	if !final(item) {
		return true, nil
	}
	return e.run.Pending(ctx, item.Customer)
}

func (e *Engine) stopping() bool { return e.halted.Load() }

// trip stops the run because of a guard.
func (e *Engine) trip(guard string) {
	e.mu.Lock()
	if e.guard == nil {
		e.guard = &GuardError{guard}
	}
	e.mu.Unlock()
	e.Halt()
}

// mayCreate counts a create that is about to be sent against --max-create.
func (e *Engine) mayCreate() bool {
	n := e.creates.Add(1)
	if e.opt.MaxCreate.below(int(n)) {
		e.trip(fmt.Sprintf("--max-create %d", e.opt.MaxCreate.most))
		return false
	}
	return true
}

// record writes the outcome of a row to the journal and tells the observer.
func (e *Engine) record(ctx context.Context, it journal.Item, o onboarding.Outcome) error {
	o.Kind, o.Key, o.Customer = it.Kind, it.Key, it.Customer
	o.File, o.Sheet, o.Row, o.At = it.File, it.Sheet, it.Row, e.opt.Clock()
	if err := e.run.Record(ctx, it.Seq, o); err != nil {
		return err
	}
	if it.Standing() {
		return nil // no input holds it: its rows tell what is wrong
	}
	e.obs.Done(o)
	if o.Status == onboarding.Failed && e.opt.MaxFailures.below(int(e.failed.Add(1))) {
		e.trip(fmt.Sprintf("--max-failures %d", e.opt.MaxFailures.most))
	}
	return nil
}

// verdict turns the error of a call into the failure of a row, or into the error that ends the run: a cancelled
// context, a refused token, a journal that cannot be written, a service that asks for too long a pause.
func verdict(err error) (*onboarding.Failure, error) {
	var call *webex.Error
	switch {
	case !errors.As(err, &call), errors.Is(err, context.Canceled), errors.Is(err, webex.ErrWaitTooLong), errors.Is(err, webex.ErrDown):
		return nil, err
	case webex.Refused(err) && call.Status != http.StatusForbidden:
		return nil, err
	}
	f := call.Failure()
	return &f, nil
}
