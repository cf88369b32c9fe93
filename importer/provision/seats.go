package provision

import (
	"context"
	"maps"
	"slices"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// Capacity is what a customer that stands has of its packages, by their API values.
type Capacity struct {
	Customer string         // external ID
	ID       string         // the service's
	Used     map[string]int // users who have the package
	After    map[string]int // users who have it once the plan is carried out
	Licences map[string]int // seats as the service's licences count them; nil when they were not asked for
}

// capacity finds out, before anything is sent for a customer that stands, whether its seats are enough and none is lowered,
// and asks whether that is to be refused. Customers without quantities cost nothing, and licences are read only where the
// sheet changes a quantity or the journal does not know it.
func (t *tenant) capacity(ctx context.Context, live webex.Customer) (*onboarding.Failure, error) {
	if len(t.spec.Limits) == 0 || t.e.opt.Judge == nil {
		return nil, nil
	}
	users, err := t.listUsers(ctx)
	if err != nil {
		return failure(err)
	}
	t.listed = users
	c := Capacity{Customer: t.key, ID: live.ID, Used: make(map[string]int), After: make(map[string]int)}
	kept, err := t.keeps(ctx, users)
	if err != nil {
		return nil, err
	}
	for email, s := range users {
		p := compare.PackageOf(s)
		c.Used[p]++
		if kept[email] == "" {
			c.After[p]++
		}
	}
	for _, p := range kept {
		c.After[p]++
	}
	if t.quantityInDoubt(c.Used) {
		if err := t.readLicences(ctx, live); err != nil {
			return failure(err)
		}
	}
	c.Licences = t.licences
	return t.e.opt.Judge(c), nil
}

// keeps gives the package that each planned user has once the plan is carried out, by folded email. Users who are not to be
// sent are left out.
func (t *tenant) keeps(ctx context.Context, live map[string]webex.Subscriber) (map[string]string, error) {
	kept := make(map[string]string)
	var cursor journal.Cursor
	for {
		items, next, err := t.run.Rows(ctx, t.key, onboarding.ObjectUser, cursor, blockRows)
		if err != nil || len(items) == 0 {
			return kept, err
		}
		cursor = next
		for _, it := range items {
			spec, err := wanted.Decode[wanted.User](it.Spec)
			if err != nil {
				return nil, err
			}
			s, stands := live[fold(spec.Email)]
			if it.Held == onboarding.NoReason && (!stands || s.Status == webex.SubscriberProvisioned) {
				kept[fold(spec.Email)] = spec.Package
			}
		}
	}
}

// quantityInDoubt reports whether somebody may have raised a quantity elsewhere: the sheet changes one, more users have a
// package than this journal sent seats for, or nothing is known.
func (t *tenant) quantityInDoubt(used map[string]int) bool {
	if t.memory == nil {
		return true
	}
	for p, asked := range t.spec.Limits {
		if sent := t.memory.Limits[p]; asked != sent || used[p] > sent {
			return true
		}
	}
	return false
}

// readLicences asks which quantities stand, once for the customer: two calls.
func (t *tenant) readLicences(ctx context.Context, live webex.Customer) (err error) {
	if t.licences == nil {
		t.licences, err = t.service.Limits(ctx, live)
	}
	return err
}

// lastKnown is what was last sent for the customer, with the quantities that stand where the licences tell them. Of one that
// this journal did not send the licences alone tell, as in a plan.
func (t *tenant) lastKnown() *wanted.Customer {
	if t.memory == nil && t.licences != nil {
		m := wanted.Customer{Packages: t.live.Packages}
		if len(t.licences) > 0 {
			m.Limits = t.licences
		}
		return &m
	}
	if t.memory == nil || t.memory.Limits == nil || t.licences == nil {
		return t.memory
	}
	m := *t.memory
	m.Limits = raised(m.Limits, t.licences)
	return &m
}

// raised gives the higher of two quantities of each package that the first has.
func raised(limits, by map[string]int) map[string]int {
	all := maps.Clone(limits)
	for _, p := range slices.Collect(maps.Keys(all)) {
		all[p] = max(all[p], by[p])
	}
	return all
}

// failure is the refusal of a call, or the error that ends the run.
func failure(err error) (*onboarding.Failure, error) {
	f, fatal := verdict(err)
	if fatal != nil {
		return nil, fatal
	}
	return f, nil
}

// mayMove gives why a user that stands is not to get another package; nil when it may.
func (t *tenant) mayMove(it journal.Item, spec wanted.User, was string) *onboarding.Failure {
	if !spec.Admin || t.e.opt.Moves == nil {
		return nil
	}
	return t.e.opt.Moves(it, was, spec.Package)
}
