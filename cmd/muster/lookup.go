package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/importer/live"
	"muster/importer/sheet"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
	"muster/validate"
)

// connect dials the service and finds out who is asking, once.
func (in *intake) connect() (err error) {
	if in.svc != nil {
		return nil
	}
	if in.svc, err = dial(in.c.Context, in.c, in.s); err != nil {
		return err
	}
	in.me, err = in.svc.identify(in.c)
	return err
}

// Close lets the service go.
func (in *intake) Close() error {
	if in.svc == nil {
		return nil
	}
	return in.svc.Close()
}

// lookUp adds to what stands what the inputs refer to and neither they nor the journal hold, as the service has it. It says
// whether the service was asked.
func (in *intake) lookUp(j *judging) (asked bool, err error) {
	if !in.c.Bool("online") || holds(j.book, onboarding.Customers) && holds(j.book, onboarding.Locations) {
		return false, nil
	}
	g := newGathering(j)
	if err := g.gather(j.book); err != nil {
		return false, err
	}
	o := live.Options{Service: in.svc.client, Concurrency: in.c.Int("concurrency")}
	o.Sub = func(_ context.Context, sub string) (*webex.Client, *journal.Run, error) {
		return in.svc.client.OnBehalf(sub), nil, nil
	}
	for s, err := range live.Refer(in.c.Context, o, g.references()) {
		if err != nil {
			return false, refusedToken(fmt.Errorf("look up at %s: %w", in.svc.name, err))
		}
		g.found(j, s)
	}
	return true, nil
}

// gathering goes through the inputs once, and notes to whom they refer.
type gathering struct {
	customers bool                            // the inputs hold none
	known     map[string]*onboarding.Customer // by external ID: rows of the inputs, and what the journal knows
	sites     map[string]map[string]bool      // folded names of their locations
	refs      map[string]*reference           // what is not known, by external ID
	order     []string
}

// reference is a customer of which something is not known.
type reference struct {
	live.Reference
	names map[string]bool // folded names of locations that are referred to
}

func newGathering(j *judging) *gathering {
	g := &gathering{
		customers: !holds(j.book, onboarding.Customers), known: make(map[string]*onboarding.Customer), sites: make(map[string]map[string]bool),
		refs: make(map[string]*reference),
	}
	j.standing.Customers = slices.DeleteFunc(j.standing.Customers, func(c *onboarding.Customer) bool { return len(c.Seats) == 0 }) // purged: the service tells more
	for _, c := range j.standing.Customers {
		g.customer(c)
	}
	for _, l := range j.standing.Locations {
		g.site(l.Customer, l.Name)
	}
	return g
}

func (g *gathering) customer(c *onboarding.Customer) {
	g.known[c.ExternalID] = c
	name := c.HQName
	if name == "" && c.Knows("hq_location") {
		name = c.Name
	}
	g.site(c.ExternalID, name)
}

func (g *gathering) site(customer, name string) {
	if g.sites[customer] == nil {
		g.sites[customer] = make(map[string]bool)
	}
	g.sites[customer][strings.ToLower(name)] = true
}

// refer notes a reference to a customer.
func (g *gathering) refer(customer string) *reference {
	r := g.refs[customer]
	if r == nil {
		customer = strings.Clone(customer) // that of a user is valid for its block alone
		r = &reference{live.Reference{Customer: customer}, make(map[string]bool)}
		if c := g.known[customer]; c != nil {
			r.SubPartner = c.SubPartner
		}
		g.refs[customer] = r
		g.order = append(g.order, customer)
	}
	return r
}

// lacks reports whether a reference to a customer would lead nowhere.
func (g *gathering) lacks(customer string) bool {
	return g.customers && customer != "" && g.known[customer] == nil
}

// gather reads the inputs. What is wrong with them is said when they are judged.
func (g *gathering) gather(book *sheet.Book) error {
	silent := func(onboarding.Finding) {}
	b, err := book.Batch(silent)
	if err != nil {
		return err
	}
	for _, c := range b.Customers {
		if g.known[c.ExternalID] == nil || g.known[c.ExternalID].Source == nil {
			g.customer(c)
		}
	}
	for _, l := range b.Locations {
		if g.lacks(l.Customer) {
			g.refer(l.Customer)
		}
		g.site(l.Customer, l.Name)
	}
	for _, s := range b.StraySeats {
		if g.lacks(s.Customer) {
			r := g.refer(s.Customer)
			r.Limits = r.Limits || s.Seat.Quantity != ""
		}
	}
	return sheet.Users(book, silent, newIdle, func(block *sheet.Block[idle]) error {
		for i := range block.Users {
			g.user(&block.Users[i])
		}
		return nil
	})
}

// idle is a lane that does not judge.
type idle struct{}

func newIdle() idle { return idle{} }

// Rows leaves users as they are.
func (idle) Rows([]onboarding.User) {}

func (g *gathering) user(u *onboarding.User) {
	lacks := g.lacks(u.Customer)
	if lacks {
		g.refer(u.Customer)
	}
	if u.Location == "" || !lacks && g.known[u.Customer] == nil {
		return
	}
	name := strings.ToLower(u.Location)
	if g.sites[u.Customer][name] {
		return
	}
	r := g.refer(u.Customer)
	if r.Sites = true; !r.names[name] {
		r.names[strings.Clone(name)] = true
	}
}

func (g *gathering) references() []live.Reference {
	out := make([]live.Reference, len(g.order))
	for i, id := range g.order {
		out[i] = g.refs[id].Reference
	}
	return out
}

// found adds what the service has of a customer to what stands: the customer where nobody knew it, and the locations that
// are referred to.
func (g *gathering) found(j *judging, s live.State) {
	id := s.Customer.ExternalID
	if g.known[id] == nil {
		j.standing.Customers = append(j.standing.Customers, liveCustomer(s))
		if len(s.Limits) > 0 {
			j.memory.licences(id, s.Limits)
		}
	}
	for _, site := range s.Sites {
		if g.refs[id].names[strings.ToLower(site.Name)] {
			j.standing.Locations = append(j.standing.Locations, liveLocation(id, site))
		}
	}
}

// liveCustomer is a customer as the service tells it: neither its name, nor which of its locations is the headquarters.
func liveCustomer(s live.State) *onboarding.Customer {
	a := s.Customer.Address
	c := &onboarding.Customer{
		ExternalID: s.Customer.ExternalID,
		Address:    onboarding.Address{Line1: a.AddressLine1, Line2: a.AddressLine2, City: a.City, State: a.StateOrProvince, Zip: a.ZipOrPostalCode, Country: a.Country},
	}
	c.Unknown = []onboarding.Field{"hq_location"}
	for _, p := range s.Customer.Packages {
		seat := onboarding.Seat{Field: "packages", Label: p}
		if n := s.Limits[p]; n > 0 {
			seat.Quantity = fmt.Sprint(n)
		}
		c.Seats = append(c.Seats, seat)
	}
	return c
}

func liveLocation(customer string, s live.Site) *onboarding.Location {
	a := s.Address
	return &onboarding.Location{
		Customer: customer, Name: s.Name, TimeZone: s.TimeZone, AnnounceLanguage: s.PreferredLanguage,
		Address: onboarding.Address{Line1: a.Address1, Line2: a.Address2, City: a.City, State: a.State, Zip: a.PostalCode, Country: a.Country},
	}
}

// licences keeps the quantities of a customer of which the journal knows nothing.
func (m *memory) licences(customer string, limits map[string]int) {
	k := &validate.Known{Seats: make(map[string]validate.Have, len(limits))}
	for api, n := range limits {
		if p, ok := m.facts.Package(api); ok && p.Quantity {
			k.Seats[p.LimitKey] = validate.Have{Seats: n, From: validate.FromLicences}
		}
	}
	m.looked[customer] = k
}
