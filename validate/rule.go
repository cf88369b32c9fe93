package validate

import (
	"slices"

	"muster/internal/onboarding"
)

// Rule is one judgement. A rule has the functions it needs: they are called once for every record of their kind, in the
// order of the sheets.
type Rule struct {
	ID       string
	Severity onboarding.Severity // the heaviest it gives
	Summary  string              // what it refuses, in a sentence
	Why      string              // why that matters, and how sure the reason is
	Fix      string              // what a person does about it
	Example  string              // a case and what the rule says of it

	Template func(*Walk, *onboarding.Template)
	Customer func(*Walk, *onboarding.Customer)
	Packages func(*Walk, *onboarding.Customer) // of every customer, also one that stands and is given packages
	Location func(*Walk, *onboarding.Location)
	User     func(*Walk, *onboarding.User)             // looks at the row alone
	Unique   *Unique                                   // what no two users may share
	Close    func(*Walk, *onboarding.Customer)         // after all users
	Standing func(*Walk, *onboarding.Customer)         // after all users, of a customer that stands and is no row of the inputs
	Known    func(*Walk, *onboarding.Customer, *Known) // of a customer that something is known of beside the inputs
}

// Unique is a value that no two users may share.
type Unique struct {
	Key   func(buf []byte, u *onboarding.User) []byte // appended to buf; empty when the user has none
	Twice func(w *Walk, u *onboarding.User, first onboarding.Row)
}

// Find gives the rule of this id.
func Find(id string) (Rule, bool) {
	rules := Rules()
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
