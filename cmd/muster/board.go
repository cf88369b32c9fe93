package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/report"
)

// board gathers a run by its waves, in one walk over its rows.
type board struct {
	now       time.Time
	customers map[string]*standing // by external ID
	order     []string             // of the plan
	waits     []report.Wait
}

// standing is one customer of a run.
type standing struct {
	spec                                   wanted.Customer
	id                                     string // the service's
	rows, done, waiting, failed, unreached int
	begun                                  bool
	consents                               []onboarding.Outcome
}

// newBoard reads the run.
func newBoard(ctx context.Context, run *journal.Run, now time.Time) (*board, error) {
	b := &board{now: now, customers: make(map[string]*standing)}
	for it, err := range run.Customers(ctx) {
		if err != nil {
			return nil, err
		}
		spec, _ := wanted.Decode[wanted.Customer](it.Spec) // a purged one has no wave
		spec.Packages, spec.Limits, spec.HQ, spec.Template = nil, nil, nil, nil
		b.customers[it.Key] = &standing{spec: spec, id: it.Entry.Outcome.ID}
		b.order = append(b.order, it.Key)
	}
	for o, err := range run.Outcomes(ctx) {
		if err != nil {
			return nil, err
		}
		b.count(o)
	}
	slices.SortStableFunc(b.waits, func(x, y report.Wait) int { return cmp.Compare(y.Age, x.Age) })
	return b, nil
}

// count adds one row.
func (b *board) count(o onboarding.Outcome) {
	c := b.customers[o.Customer]
	if c == nil {
		c = &standing{}
		b.customers[o.Customer] = c
		b.order = append(b.order, o.Customer)
	}
	c.rows++
	if o.Kind == onboarding.ObjectCustomer {
		c.begun = o.Status != onboarding.NotTried
	}
	switch {
	case o.Status.Final():
		c.done++
	case o.Status == onboarding.Waiting:
		c.waiting++
		b.waits = append(b.waits, report.Wait{Outcome: o, Age: b.now.Sub(o.Since), Who: whoActs(o.Reason)})
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

// whoActs says who must do what before a waiting row goes on.
func whoActs(r onboarding.Reason) string {
	switch r {
	case onboarding.ReasonReview:
		return "Cisco reviews the customer; nothing to do but wait, or ask the partner help desk after some days"
	case onboarding.ReasonConsent:
		return "the user must agree, in the mail from Webex, to move to the organization; `muster status --remind` sends it again"
	}
	return "the service is still setting it up; run apply again later"
}
