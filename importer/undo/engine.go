// Package undo takes back what one run made, in reverse order, and touches nothing that stood before.
//
// Only what the journal says that run made, and what still has the same identifier at the service, is removed. Every removal
// is announced in the journal before it is sent, and removing is idempotent: the same undo may be killed at any moment and
// started again.
package undo

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// Options bounds and times an undo.
type Options struct {
	Concurrency int                                              // customers, and users, worked on at once
	PollFirst   time.Duration                                    // pause before customers that are being deleted are asked about first
	PollMost    time.Duration                                    // longest pause between two such questions
	Wait        time.Duration                                    // how long the service may take to delete a customer
	Scope       journal.Scope                                    // of the run that is taken back
	Pick        func(customer string, spec wanted.Customer) bool // nil: every customer
	Done        func(seq int64, o onboarding.Outcome)            // told of every row that reached an outcome, from several goroutines
	Clock       func() time.Time
}

// Engine takes one run back.
type Engine struct {
	of      *journal.Run
	run     *journal.Run // nil: nothing is changed, it is only said what would be
	service *webex.Client
	opt     Options

	slots  chan struct{} // one for each row that is worked on
	halted atomic.Bool

	mu      sync.Mutex
	err     error // the first that ends the run
	leaving []*tenant
	roles   map[string]string // ID by name in lower case; nil until asked for
}

// New makes the engine that takes the run of back and records that in run. With a nil run it only looks: the outcomes say
// what would become of each row.
func New(of, run *journal.Run, service *webex.Client, o Options) *Engine {
	return &Engine{of: of, run: run, service: service, opt: o, slots: make(chan struct{}, o.Concurrency)}
}

// Halt begins nothing new; what is in flight is finished and recorded, what is left becomes not_tried. Safe to call at any
// time, more than once.
func (e *Engine) Halt() { e.halted.Store(true) }

// Run deals with every row that the run made or changed. It gives an error when it could not go on; rows that were not
// reached are recorded as not tried as far as that is possible.
func (e *Engine) Run(ctx context.Context) error {
	var customers errgroup.Group
	customers.SetLimit(e.opt.Concurrency)
	for it, err := range e.of.Customers(ctx) {
		if err != nil {
			e.stop(err)
			break
		}
		spec, picked := e.picked(it)
		if !picked {
			continue
		}
		customers.Go(func() error { e.customer(ctx, it, spec); return nil })
	}
	if err := customers.Wait(); err != nil {
		e.stop(err)
	}
	e.await(ctx)
	if e.run != nil {
		e.stop(e.run.Flush(context.WithoutCancel(ctx)))
	}
	return e.err
}

// Touches reports whether the run made or changed anything of the customers that are picked: without asking the service, and
// without changing anything. With nothing there is no undo to be recorded.
func (e *Engine) Touches(ctx context.Context) (bool, error) {
	found := false
	look := New(e.of, nil, e.service, e.opt)
	look.opt.Done = func(int64, onboarding.Outcome) { found = true }
	take := func(context.Context, []row) error { found = true; return nil }
	for it, err := range e.of.Customers(ctx) {
		if err != nil {
			return false, err
		}
		spec, picked := e.picked(it)
		if !picked {
			continue
		}
		t := look.tenant(it)
		if err := t.onBehalf(ctx, spec.SubPartner); err != nil {
			return false, err
		}
		for _, kind := range []onboarding.ObjectKind{onboarding.ObjectCustomer, onboarding.ObjectLocation, onboarding.ObjectNumbers, onboarding.ObjectUser, onboarding.ObjectRole} {
			if err := t.each(ctx, kind, take); found || err != nil {
				return found, err
			}
		}
	}
	return false, nil
}

// picked tells whether a customer is to be looked at, and what was asked of it.
func (e *Engine) picked(it journal.Item) (spec wanted.Customer, ok bool) {
	spec, err := wanted.Decode[wanted.Customer](it.Spec)
	if err != nil {
		spec = wanted.Customer{} // purged: ids are still known
	}
	return spec, e.opt.Pick == nil || e.opt.Pick(it.Key, spec)
}

func (e *Engine) tenant(it journal.Item) *tenant {
	return &tenant{e: e, key: it.Key, of: e.of, run: e.run, service: e.service, going: make(map[string]bool)}
}

// stop keeps the first error that ends the run, and begins nothing new after it.
func (e *Engine) stop(err error) {
	if err == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err == nil {
		e.err = err
	}
	e.halted.Store(true)
}

// customer takes back what the run made of one customer: the last thing first.
func (e *Engine) customer(ctx context.Context, it journal.Item, spec wanted.Customer) {
	ctx = about(ctx, it)
	t := e.tenant(it)
	if err := t.onBehalf(ctx, spec.SubPartner); err != nil {
		e.stop(err)
		return
	}
	for _, step := range []struct {
		kind onboarding.ObjectKind
		take func(context.Context, []row) error
	}{
		{onboarding.ObjectRole, t.takeRoles},
		{onboarding.ObjectUser, t.takeUsers},
		{onboarding.ObjectNumbers, t.takeNumbers},
		{onboarding.ObjectLocation, t.takeLocations},
		{onboarding.ObjectCustomer, t.takeCustomer},
	} {
		e.stop(t.each(ctx, step.kind, step.take))
	}
}

// roleID looks a role up by the name that the service lists, once: the names are the same in every organization.
func (e *Engine) roleID(ctx context.Context, org, name string) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.roles == nil {
		roles, err := e.service.Roles(ctx, org)
		if err != nil {
			return "", err
		}
		e.roles = make(map[string]string, len(roles))
		for _, r := range roles {
			e.roles[strings.ToLower(r.Name)] = r.ID
		}
	}
	return e.roles[strings.ToLower(name)], nil
}
