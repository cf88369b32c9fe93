package validate

import (
	"slices"

	"muster/internal/onboarding"
)

// Memory tells what is known of customers beside the inputs. Its methods are called from many goroutines.
type Memory interface {
	// Customer gives what is known of a customer; nil when nothing is known, not even whether it stands.
	Customer(c *onboarding.Customer) *Known
	// Package gives the package (API value) of a customer's user, empty when it is not known.
	Package(c *onboarding.Customer, email string) string
	// MadeFor gives another sub-partner for which a customer with this external ID was made, the empty one being the partner
	// itself; made is false when there is none, and when the customer is known where the row says.
	MadeFor(c *onboarding.Customer) (subPartner string, made bool)
}

// Origin says where something is known from.
type Origin uint8

// The origins.
const (
	FromJournal  Origin = iota // this journal sent it
	FromLicences               // the service lists licences for it
	FromUsers                  // the service has so many users
)

// Known is what is known of a customer that stands.
type Known struct {
	Made      bool            // this journal made the customer, and knows what was sent
	Replaced  bool            // what stands is another customer than the one this journal made: what it knew holds no more
	Packages  []string        // API values
	Seats     map[string]Have // by the key of the quantity; empty when the customer was sent without quantities, or nothing is known
	Level     string          // API value of the highest package for users at creation; empty when it is not known
	BroadWork bool            // its template served BroadWorks as well

	Users   map[string]int // users once the inputs are carried out, by API value; nil: only the inputs are known
	Changed []Moved        // administrators whose package the inputs change; only from the live state
}

// Have is a number of seats, and where it is known from.
type Have struct {
	Seats int
	From  Origin
}

// Moved is a user whose package the inputs change.
type Moved struct {
	Row      onboarding.Row
	Was, Now string // API values
}

// recall gives what is known of a customer, nil when nothing is.
func (w *Walk) recall(c *onboarding.Customer) *Known {
	if w.Memory == nil {
		return nil
	}
	return w.Memory.Customer(c)
}

// remember judges a customer by what is known of it. Where the live state is looked at afterwards, what is said is marked so;
// another plan leaves these rules alone.
func (w *Walk) remember(c *onboarding.Customer) {
	k := w.recall(c)
	if k == nil {
		return
	}
	w.known[c] = k
	if w.Purpose != Plan || w.Compared {
		w.recalled = true
		w.judge(c, k)
		w.recalled = false
	}
}

func (w *Walk) judge(c *onboarding.Customer, k *Known) {
	w.each(&c.Resolved.Held, func(r *Rule) {
		if r.Known != nil {
			r.Known(w, c, k)
		}
	})
}

// Remember judges one customer by what its live state and the journal tell together, once the walk has judged it by the
// journal alone; Batch, Facts and Adjust of the options are used.
func Remember(o Options, c *onboarding.Customer, k *Known, sink func(onboarding.Finding)) {
	w := &Walk{Options: o, sink: sink, rules: Rules(), once: make(map[string]bool)}
	w.judge(c, k)
}

// counted lists the packages of a customer that take a quantity.
func (w *Walk) counted(c *onboarding.Customer) []onboarding.Seat {
	var out []onboarding.Seat
	for _, s := range c.Seats {
		if s.Package != "" && !s.Unknown && s.Written() && w.takesQuantity(s) {
			out = append(out, s)
		}
	}
	return out
}

// activation is the cell that gives a customer quantities: the first number, else the column that activates them.
func (w *Walk) activation(c *onboarding.Customer) cell {
	seats := w.counted(c)
	if i := slices.IndexFunc(seats, func(s onboarding.Seat) bool { return s.Numeric }); i >= 0 {
		return seatCell(c, seats[i])
	}
	return at(c.Row, "activate_quantity", c.ActivateQuantity)
}
