package torture

import (
	"fmt"
	"math/rand/v2"

	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

// order is a customer with its users.
type order struct {
	customer *onboarding.Customer
	users    []onboarding.User
	odd      bool // something of it may end otherwise than well, by its own fault
	seats    int  // how many users fit in; 0: all
}

var sheet = &onboarding.Source{File: "book.xlsx", Sheet: "Users", Kind: onboarding.Users}

// packs answers for the packages of the tests.
type packs struct{}

func (packs) Quantity(p string) (string, bool) { return p, true }
func (packs) Meetings(p string) bool           { return p == "webex_meetings" || p == "webex_suite" }
func (packs) Yes(word string) bool             { return word == "yes" }

func (packs) Rank(p string) int {
	return map[string]int{"webex_meetings": 1, "webex_calling": 3, "webex_suite": 4}[p]
}

// newOrders makes customers by the dice: most of them ordinary, some that wait, fail or run out of seats.
func newOrders(dice *rand.Rand) []order {
	var all []order
	for i := range 1 + dice.IntN(4) {
		all = append(all, newOrder(dice, i))
	}
	return all
}

func newOrder(dice *rand.Rand, i int) order {
	id := fmt.Sprintf("crm-%d", i)
	o := order{}
	switch dice.IntN(10) {
	case 0:
		id += "-" + sandbox.MarkReview
	case 1:
		id += "-" + sandbox.MarkStuck
	case 2:
		id += "-" + sandbox.MarkSlow
	case 3:
		id, o.odd = id+"-"+[...]string{sandbox.MarkError, sandbox.MarkWithErrors}[dice.IntN(2)], true
	}
	c := &onboarding.Customer{
		Row: onboarding.Row{Source: sheet, Number: 2 + i}, ExternalID: id, Name: "Bakery " + id, AdminEmail: "user0@" + id + ".example", TimeZone: "America/Chicago",
		Address: onboarding.Address{Line1: "1 Example Street", City: "Austin", State: "TX", Zip: "78701", Country: "US"},
		Seats:   []onboarding.Seat{{Package: "webex_calling"}, {Package: "webex_meetings"}},
	}
	c.Resolved.Template = &onboarding.Template{ProvisioningID: "template-1"}
	c.Resolved.Country, c.Resolved.State, c.Resolved.Language, c.Resolved.Announce = "US", "TX", "en_US", "en_us"
	c.Resolved.HQ, c.Resolved.Calling = "Head Office", true
	o.customer = c
	for n := range dice.IntN(3) {
		o.branch(fmt.Sprintf("Mill %d", n))
	}
	people := dice.IntN(14)
	if people > 4 && dice.IntN(6) == 0 {
		o.seats = people - 2
		c.Resolved.Limited = true
		c.Seats = []onboarding.Seat{{Package: "webex_calling", Numeric: true, Limit: o.seats}}
	}
	for n := range people {
		o.user(dice, i, n)
	}
	return o
}

// branch adds a further location.
func (o *order) branch(name string) {
	l := &onboarding.Location{
		Row: onboarding.Row{Source: sheet, Number: 50 + len(o.customer.Sites)}, Customer: o.customer.ExternalID, Name: name, TimeZone: "America/Denver",
		Address: onboarding.Address{Line1: "2 Example Street", City: "Denver", Zip: "80202", Country: "US"},
	}
	l.Resolved.Customer, l.Resolved.Country, l.Resolved.State, l.Resolved.Announce = o.customer, "US", "CO", "en_us"
	o.customer.Sites = append(o.customer.Sites, l)
}

func (o *order) user(dice *rand.Rand, i, n int) {
	c := o.customer
	name := fmt.Sprintf("user%d", n)
	if n > 0 {
		switch dice.IntN(20) {
		case 0:
			name += "-" + sandbox.MarkConsent
		case 1:
			name += "-" + sandbox.MarkClaimed
		}
	}
	u := onboarding.User{
		Row: onboarding.Row{Source: sheet, Number: 100 + n}, Customer: c.ExternalID, FirstName: "Ana", LastName: fmt.Sprint("Diaz ", n),
		Email: name + "@" + c.ExternalID + ".example",
	}
	u.Resolved.Customer, u.Resolved.Package = c, "webex_calling"
	if n > 0 && o.seats == 0 && dice.IntN(5) == 0 {
		u.Resolved.Package = "webex_meetings"
	} else {
		u.Resolved.Calling, u.Extension = true, fmt.Sprint(2000+n)
		if sites := c.Sites; len(sites) > 0 && dice.IntN(2) == 0 {
			u.Resolved.Site = sites[dice.IntN(len(sites))]
		} else {
			u.Resolved.AtHQ = true
		}
		if dice.IntN(2) == 0 {
			u.Resolved.Phone = fmt.Sprintf("+1512%03d%04d", 200+i, n)
		}
	}
	u.Resolved.Admin = n == 0
	if n == 0 || dice.IntN(8) == 0 {
		u.Resolved.Role = "Full Administrator"
	}
	o.users = append(o.users, u)
}
