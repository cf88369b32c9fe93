package sandbox

import (
	"context"
	"fmt"
)

// Customer is a snapshot of a customer for tests.
type Customer struct {
	ID, ExternalID, Status, OrgID, SubPartner string
	Packages                                  []string
	Limits                                    map[string]int
}

// Subscriber is a snapshot of a user that holds a package.
type Subscriber struct {
	ID, Email, CustomerID, Package, Status string
}

// Person is a snapshot of a user with everything that the service knows.
type Person struct {
	ID, Email, OrgID, First, Last, Display string
	Phone, Extension, Location             string // location by name
	Package                                string
	AddOns, Roles                          []string // by name
}

// Location is a snapshot of a location.
type Location struct {
	ID, OrgID, Name, MainNumber, PSTN string // PSTN: connection type, empty for none
	Calling                           bool
}

// Number is a snapshot of a phone number.
type Number struct {
	Number, Location, Owner string // location by name, owner by person id
	Active                  bool
}

// Counts tells how many requests each route of the service has had.
func (s *Server) Counts() map[string]int {
	counts := make(map[string]int, len(s.traffic.counts))
	for name, count := range s.traffic.counts {
		if n := count.Load(); n > 0 {
			counts[name] = int(n)
		}
	}
	return counts
}

// RefusedDuplicates tells how many creates were refused because their natural key was taken.
func (s *Server) RefusedDuplicates() int { return int(s.refused.Load()) }

// Customers gives every customer that was not deleted, oldest first.
func (s *Server) Customers() []Customer {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Customer
	for _, c := range s.customers {
		if s.settle(c, s.clock()); !c.Deleted {
			all = append(all, Customer{s.ident(kindCustomer, 0, c.N), c.ExternalID, c.Status, s.orgs[c.Org].ID, c.Partner, c.Packages, c.Limits})
		}
	}
	return all
}

// Locations gives every location, oldest first, also those that lists do not show yet.
func (s *Server) Locations() []Location {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Location
	for _, l := range s.locations {
		if l.Deleted {
			continue
		}
		v := Location{ID: s.locationID(l), OrgID: s.orgs[l.Org].ID, Name: l.Name, Calling: l.Calling}
		if l.Main != 0 {
			v.MainNumber = phoneText(l.Main)
		}
		if l.PSTN != nil {
			v.PSTN = l.PSTN.Type
		}
		all = append(all, v)
	}
	return all
}

// users gives all users as they stand on disk after everything handed in before.
func (s *Server) users(ctx context.Context) ([]*user, error) {
	if err := s.drain(); err != nil {
		return nil, fmt.Errorf("inspect sandbox: %w", err)
	}
	return s.selectUsers(ctx, "1 ORDER BY n")
}

// Subscribers gives every user that holds a package, oldest first.
func (s *Server) Subscribers(ctx context.Context) ([]Subscriber, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	users, err := s.users(ctx)
	var all []Subscriber
	for _, u := range users {
		if u.subscribed() {
			customer := s.ident(kindCustomer, 0, s.orgs[u.Org].Customer)
			all = append(all, Subscriber{s.ident(kindSubscriber, u.Org, u.N), u.Email, customer, u.Package, u.Status})
		}
	}
	return all, err
}

// People gives every person of every customer organization, oldest first.
func (s *Server) People(ctx context.Context) ([]Person, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	users, err := s.users(ctx)
	var all []Person
	for _, u := range users {
		if u.Status == statusMigration {
			continue
		}
		p := Person{
			ID: s.ident(kindPerson, u.Org, u.N), Email: u.Email, OrgID: s.orgs[u.Org].ID, First: u.First, Last: u.Last, Display: u.display(),
			Extension: u.Extension, Package: u.Package, AddOns: u.AddOns, Roles: u.Roles,
		}
		if u.Phone != 0 {
			p.Phone = phoneText(u.Phone)
		}
		if l := s.locationN[u.Location]; l != nil {
			p.Location = l.Name
		}
		all = append(all, p)
	}
	return all, err
}

// Numbers gives every phone number in ascending order.
func (s *Server) Numbers(ctx context.Context) ([]Number, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.drain(); err != nil {
		return nil, fmt.Errorf("inspect sandbox: %w", err)
	}
	rows, err := s.selectNumbers(ctx, "1 ORDER BY d.number", nil)
	var all []Number
	for _, r := range rows {
		n := Number{Number: phoneText(r.key), Location: s.locationN[r.number.Location].Name, Active: !r.number.Inactive}
		if r.number.Owner != 0 {
			n.Owner = s.ident(kindPerson, r.number.Org, r.number.Owner)
		}
		all = append(all, n)
	}
	return all, err
}
