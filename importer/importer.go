// Package importer carries one workbook from file to findings, and on to planned rows.
//
// A reading is one pass: templates, customers, packages and locations are held, users stream through in blocks. Blocks are
// read, resolved and judged beside each other; what depends on the users before, and the plan, goes in order.
package importer

import (
	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// Checker judges records. Batch comes first, then every block of users by a lane, then Close.
type Checker interface {
	Batch()
	Expect(users int) // tells how many users seem to come
	Close()
}

// Lane resolves and judges blocks of users, each goroutine with its own.
type Lane struct {
	Resolver Resolver
	Judge    Judge
}

// Rows resolves a block of users and judges each by itself.
func (l Lane) Rows(users []onboarding.User) {
	for i := range users {
		l.Resolver.User(&users[i])
	}
	l.Judge.Rows(users)
}

// Resolver turns what the cells of a user say into codes and references.
type Resolver interface {
	User(*onboarding.User)
}

// Judge looks at the users of a block by themselves in Rows, on any goroutine, and in Pass, in the order of the rows, at
// what the users before decide.
type Judge interface {
	Rows([]onboarding.User)
	Pass([]onboarding.User)
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
	Begin    func(*onboarding.Batch) (Checker, func() Lane) // called when all but the users is read
	Plan     func(*onboarding.Batch) Planner                // nil: nothing is planned
	Selected func(*onboarding.User) bool                    // which users are planned; nil: all
	Glimpses *Glimpses                                      // keeps by what people know the rows with findings; nil: nobody asks
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
	checker, lane := r.Begin(batch)
	res.Resolver = lane().Resolver
	var planner Planner
	if r.Plan != nil {
		planner = r.Plan(batch)
	}
	checker.Batch()
	err = sheet.Users(r.Book, r.Sink, lane, func(b *sheet.Block[Lane]) error {
		res.Users += len(b.Users)
		if b.Expect > 0 {
			checker.Expect(b.Expect)
		}
		b.Lane.Judge.Pass(b.Users)
		r.Glimpses.passed(b.Users)
		return r.plan(planner, b.Users)
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
