package main

import (
	"cmp"
	"context"
	"hash/maphash"
	"slices"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/report"
)

// board gathers customers by their waves, in one walk over the rows of each run.
type board struct {
	now       time.Time
	customers map[string]*standing // by external ID
	order     []string             // of the plans; customers that were taken back are not among them
	waits     []report.Wait
	seed      maphash.Seed
	met       map[uint64]struct{} // rows of which the last word is known
}

// standing is one customer of a run.
type standing struct {
	spec                                   wanted.Customer
	id                                     string // the service's
	rows, done, waiting, failed, unreached int
	begun                                  bool
	listed                                 bool // a run with the customer's own row was met
	away                                   bool // taken back since
	consents                               []onboarding.Outcome
}

func emptyBoard(now time.Time) *board {
	return &board{now: now, customers: make(map[string]*standing), seed: maphash.MakeSeed(), met: make(map[uint64]struct{})}
}

// newBoard reads the run.
func newBoard(ctx context.Context, run *journal.Run, now time.Time) (*board, error) {
	b := emptyBoard(now)
	if err := b.add(ctx, run); err != nil {
		return nil, err
	}
	b.sort()
	return b, nil
}

// newBoardOfAll reads the journal's runs of one target and organization, the latest first: each customer stands on the
// board as the latest run with it left it. A customer that was taken back since is left out.
func newBoardOfAll(ctx context.Context, j *journal.Journal, scope journal.Scope, now time.Time) (*board, error) {
	runs, err := j.Runs(ctx)
	if err != nil {
		return nil, err
	}
	b := emptyBoard(now)
	for _, info := range runs {
		if info.Scope != scope {
			continue
		}
		run, err := j.RunByID(ctx, info.ID)
		if err != nil {
			return nil, err
		}
		add := b.add
		if info.Undoes != "" {
			add = b.drop
		}
		if err := add(ctx, run); err != nil {
			return nil, err
		}
	}
	b.sort()
	return b, nil
}

// add takes the rows of a run on which no later run has the last word.
func (b *board) add(ctx context.Context, run *journal.Run) error {
	here := make(map[string]*standing)
	for it, err := range run.Customers(ctx) {
		if err != nil {
			return err
		}
		c := b.customers[it.Key]
		if c == nil {
			c = &standing{}
			b.customers[it.Key] = c
		}
		if it.Row > 0 && !c.listed && !c.away {
			c.spec, _ = wanted.Decode[wanted.Customer](it.Spec) // a purged one has no wave
			c.spec.Packages, c.spec.Limits, c.spec.HQ, c.spec.Template = nil, nil, nil, nil
			c.id, c.listed = it.Entry.Outcome.ID, true
			b.order = append(b.order, it.Key)
		}
		here[it.Key] = c
	}
	for o, err := range run.Outcomes(ctx) {
		if err != nil {
			return err
		}
		if c := here[o.Customer]; c != nil && !c.away && b.first(o) {
			b.count(c, o)
		}
	}
	return nil
}

// first reports whether a row is met for the first time. Rows are known by their hashes: a million of them take 40 MB.
func (b *board) first(o onboarding.Outcome) bool {
	h := maphash.Comparable(b.seed, rowKey{o.Kind, o.Customer, o.Key})
	_, met := b.met[h]
	b.met[h] = struct{}{}
	return !met
}

// drop keeps the customers that a run took back off the board.
func (b *board) drop(ctx context.Context, undo *journal.Run) error {
	for o, err := range recorded(ctx, undo) {
		if err != nil {
			return err
		}
		away := o.Kind == onboarding.ObjectCustomer && (o.Status == onboarding.Removed || o.Status == onboarding.Gone)
		if _, known := b.customers[o.Customer]; away && !known {
			b.customers[o.Customer] = &standing{away: true}
		}
	}
	return nil
}

// sort brings the longest wait to the front.
func (b *board) sort() {
	slices.SortStableFunc(b.waits, func(x, y report.Wait) int { return cmp.Compare(y.Age, x.Age) })
}

// named gives the names of the customers on the board.
func (b *board) named() []report.CheckCustomer {
	out := make([]report.CheckCustomer, 0, len(b.order))
	for _, key := range b.order {
		out = append(out, report.CheckCustomer{Key: key, Name: b.customers[key].spec.Name})
	}
	return out
}

// count adds one row.
func (b *board) count(c *standing, o onboarding.Outcome) {
	c.rows++
	if o.Kind == onboarding.ObjectCustomer {
		c.begun = o.Status != onboarding.NotTried
	}
	switch {
	case o.Status.Final():
		c.done++
	case o.Status == onboarding.Waiting:
		c.waiting++
		b.waits = append(b.waits, report.Wait{Outcome: o, Age: b.now.Sub(o.Since), Who: report.WhoActs(o.Reason, o.OrgID)})
		if o.Reason == onboarding.ReasonConsent {
			c.consents = append(c.consents, o)
		}
	case o.Status == onboarding.Held && o.Reason == onboarding.ReasonParentWaits:
		c.waiting++
	case o.Status == onboarding.NotTried:
		c.unreached++
	default:
		c.failed++
	}
}

// waves gives one line a wave, by Go-live date and name.
func (b *board) waves() []report.Wave {
	byName := make(map[string]*report.Wave)
	for _, key := range b.order {
		c := b.customers[key]
		w := byName[c.spec.Wave]
		if w == nil {
			w = &report.Wave{Name: c.spec.Wave}
			byName[c.spec.Wave] = w
		}
		c.addTo(w, key)
	}
	out := make([]report.Wave, 0, len(byName))
	for _, w := range byName {
		out = append(out, *w)
	}
	slices.SortFunc(out, func(x, y report.Wave) int { return cmp.Or(cmp.Compare(x.First, y.First), cmp.Compare(x.Name, y.Name)) })
	return out
}

func (c *standing) addTo(w *report.Wave, key string) {
	w.Customers++
	w.Rows += c.rows
	w.Finished += c.done
	if d := c.spec.GoLive; d != "" {
		if w.First == "" || d < w.First {
			w.First = d
		}
		w.Last = max(w.Last, d)
	}
	switch {
	case c.failed > 0:
		w.Failed++
	case c.waiting > 0:
		w.Waiting++
	case c.unreached > 0:
		w.NotTried++
	default:
		w.Done++
	}
	if c.unreached > 0 && !c.begun {
		w.Next = append(w.Next, key)
	}
}
