// Package live compares planned rows with what stands at the service, with few calls, and changes nothing.
//
// Customers are read beside each other and given in the order of the plan. Per customer at most five lists are asked for
// (subscribers, people, locations, numbers, and calling locations or licences where the others leave a question open), never
// one object at a time.
package live

import (
	"context"
	"iter"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// Options of a comparison.
type Options struct {
	Service     *webex.Client
	Run         *journal.Run                                                                      // the plan, and what the journal knows of its objects
	Sub         func(ctx context.Context, subPartner string) (*webex.Client, *journal.Run, error) // nil: no customer belongs to a sub-partner
	Concurrency int
	Remove      bool            // what the sheet no longer names is to be taken away
	Only        map[string]bool // the customers with these external IDs alone; nil: all of the plan
}

// Customer is one planned customer, what stands of it, and what a run would do.
type Customer struct {
	Item   journal.Item
	Spec   wanted.Customer
	Live   *State           // nil: the service has no such customer
	Memory *wanted.Customer // what this journal last sent; nil when it did not make the customer that stands
	Gone   bool             // the journal made the customer, and the service has it no more
	Steps  []onboarding.Step
	Extra  []Extra // what stands and the sheet does not name; left alone
	Seats  []Seats
}

// State is what stands at the service for one customer. Everything but the customer itself is empty until its organization
// exists.
type State struct {
	Customer webex.Customer
	OrgName  string // only from Read
	Sites    []Site // by name
	Numbers  []webex.Number
	Users    []User         // by email
	Limits   map[string]int // seats by package, from the licences; nil when they were not asked for
}

// Site is a location.
type Site struct {
	webex.Location
	Calling bool   // it makes calls
	Main    string // its main number, E.164
}

// User is a subscriber, and the person it is once provisioned.
type User struct {
	webex.Subscriber
	Person *webex.Person // nil while the user has not agreed to move
	Site   string        // name of the location
	Phone  string        // E.164
	Roles  []string      // names
}

// Extra is an object that stands and that the sheet does not name.
type Extra struct {
	Kind onboarding.ObjectKind
	Key  string
	Made bool // by this journal
}

// Seats is the capacity of one package of a customer.
type Seats struct {
	Package string
	Asked   int  // by the sheet; 0: no quantity
	Total   int  // that stand; 0: none, or unlimited
	Known   bool // Total is known, from the journal or the licences
	Used    int  // by live users
	After   int  // users once the plan is carried out
}

// Compare reads the live state of every planned customer and gives each with its steps, in the order of the plan. An error
// is the last pair.
func Compare(ctx context.Context, o Options) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		planned, err := o.planned(ctx)
		if err != nil {
			yield(Customer{}, err)
			return
		}
		r := newReader(o)
		if err := r.find(ctx, planned); err != nil {
			yield(Customer{}, err)
			return
		}
		inOrder(ctx, o.Concurrency, planned, r.compare, yield)
	}
}

// Read reads the live state of all the partner's customers, or of those with these external IDs, in the order in which the
// service lists them. An error is the last pair.
func Read(ctx context.Context, o Options, externalIDs ...string) iter.Seq2[State, error] {
	return func(yield func(State, error) bool) {
		r := newReader(o)
		all, err := r.customers(ctx, externalIDs)
		if err == nil {
			err = r.nameOrganizations(ctx)
		}
		if err != nil {
			yield(State{}, err)
			return
		}
		inOrder(ctx, o.Concurrency, all, r.whole, yield)
	}
}

// planned gives the customers of the plan with what they are to become.
func (o Options) planned(ctx context.Context) ([]*target, error) {
	var out []*target
	for item, err := range o.Run.Customers(ctx) {
		if err != nil {
			return nil, err
		}
		if o.Only != nil && !o.Only[item.Key] {
			continue
		}
		spec, err := wanted.Decode[wanted.Customer](item.Spec)
		if err != nil {
			return nil, err
		}
		out = append(out, &target{item: item, spec: spec})
	}
	return out, nil
}
