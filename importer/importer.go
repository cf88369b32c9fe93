// Package importer carries one workbook from file to findings, and on to planned rows.
//
// A reading is one pass: templates, customers, packages and locations are held, users stream through in blocks, and
// each block is resolved, checked and planned before the next one is read.
package importer

import (
	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// Checker judges records. Batch comes first, then every block of users, then Close.
type Checker interface {
	Batch()
	Users([]onboarding.User)
	Close()
}

// Resolver turns what the cells of a user say into codes and references.
type Resolver interface {
	User(*onboarding.User)
}

// Planner takes checked users, and at Close everything else.
type Planner interface {
	User(*onboarding.User) error
	Close() error
}

// Reading is one pass over the inputs.
type Reading struct {
	Book     *sheet.Book
	Sink     sheet.Sink
	Begin    func(*onboarding.Batch) (Resolver, Checker) // called when all but the users is read
	Plan     func(*onboarding.Batch) Planner             // nil: nothing is planned
	Selected func(*onboarding.User) bool                 // which users are planned; nil: all
}

// Result is what a reading counted, and what it resolved users with.
type Result struct {
	Batch    *onboarding.Batch
	Users    int
	Resolver Resolver
}

// Run reads everything. The error is about an input that cannot be used, or a plan that cannot be kept; what is wrong
// with the data went to the sink.
func (r Reading) Run() (Result, error) {
	batch, err := r.Book.Batch(r.Sink)
	if err != nil {
		return Result{}, err
	}
	res := Result{Batch: batch}
	resolver, checker := r.Begin(batch)
	res.Resolver = resolver
	var planner Planner
	if r.Plan != nil {
		planner = r.Plan(batch)
	}
	checker.Batch()
	err = r.Book.Users(r.Sink, func(block []onboarding.User) error {
		res.Users += len(block)
		for i := range block {
			resolver.User(&block[i])
		}
		checker.Users(block)
		return r.plan(planner, block)
	})
	if err != nil {
		return res, err
	}
	checker.Close()
	if planner == nil {
		return res, nil
	}
	return res, planner.Close()
}

func (r Reading) plan(p Planner, block []onboarding.User) error {
	if p == nil {
		return nil
	}
	for i := range block {
		if r.Selected != nil && !r.Selected(&block[i]) {
			continue
		}
		if err := p.User(&block[i]); err != nil {
			return err
		}
	}
	return nil
}
