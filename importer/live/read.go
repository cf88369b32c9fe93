package live

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// reader reads customers. Its methods may be called from many goroutines once find or customers has ended.
type reader struct {
	Options
	roles func() (map[string]string, error) // names by ID, asked for once
	names map[string]string                 // of organizations, by ID
}

// target is a planned customer on its way.
type target struct {
	item    journal.Item
	spec    wanted.Customer
	live    *webex.Customer
	service *webex.Client
	run     *journal.Run
}

func newReader(o Options) *reader {
	o.Concurrency = max(o.Concurrency, 1)
	return &reader{Options: o}
}

// askRoles prepares the question which roles there are; it is asked when the first customer needs the answer.
func (r *reader) askRoles(ctx context.Context) {
	r.roles = sync.OnceValues(func() (map[string]string, error) {
		roles, err := r.Service.Roles(ctx, "")
		names := make(map[string]string, len(roles))
		for _, role := range roles {
			names[role.ID] = role.Name
		}
		return names, err
	})
}

// few is up to how many customers are looked for one by one; above it the partner's list is read instead.
const few = 10

// find looks the planned customers up.
func (r *reader) find(ctx context.Context, targets []*target) error {
	r.askRoles(ctx)
	bySub := make(map[string][]*target)
	for _, t := range targets {
		sub := t.spec.SubPartner
		if err := r.turn(ctx, t, bySub[sub]); err != nil {
			return err
		}
		bySub[sub] = append(bySub[sub], t)
	}
	for _, group := range bySub {
		look := r.findAll
		if len(group) <= few {
			look = r.findEach
		}
		if err := look(ctx, group); err != nil {
			return err
		}
	}
	return nil
}

// turn has a customer asked for, and remembered, on behalf of its sub-partner, as those before it in the group are.
func (r *reader) turn(ctx context.Context, t *target, group []*target) (err error) {
	t.service, t.run = r.Service, r.Run
	switch {
	case t.spec.SubPartner == "", r.Sub == nil:
		return nil
	case len(group) > 0:
		t.service, t.run = group[0].service, group[0].run
	default:
		if t.service, t.run, err = r.Sub(ctx, t.spec.SubPartner); err != nil {
			return err
		}
	}
	t.item, err = t.run.As(ctx, t.item) // the plan was read as the partner knows it
	return err
}

func (r *reader) findEach(ctx context.Context, group []*target) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.Concurrency)
	for _, t := range group {
		g.Go(func() (err error) {
			t.live, err = t.service.FindCustomer(ctx, t.item.Key)
			return err
		})
	}
	return g.Wait()
}

func (r *reader) findAll(ctx context.Context, group []*target) error {
	byID := make(map[string]*target, len(group))
	for _, t := range group {
		byID[t.item.Key] = t
	}
	for c, err := range group[0].service.ListCustomers(ctx, webex.CustomerFilter{}) {
		if err != nil {
			return err
		}
		t := byID[c.ExternalID]
		if t != nil && (t.live == nil || t.live.Status == webex.CustomerDeleting) {
			t.live = &c
		}
	}
	return nil
}

// customers gives the partner's customers, or those with these external IDs.
func (r *reader) customers(ctx context.Context, externalIDs []string) ([]webex.Customer, error) {
	r.askRoles(ctx)
	var out []webex.Customer
	if len(externalIDs) == 0 {
		err := gather(r.Service.ListCustomers(ctx, webex.CustomerFilter{}), func(c webex.Customer) { out = append(out, c) })
		return out, err
	}
	for _, id := range externalIDs {
		c, err := r.Service.FindCustomer(ctx, id)
		if err != nil {
			return nil, err
		}
		if c != nil {
			out = append(out, *c)
		}
	}
	return out, nil
}

// nameOrganizations reads the names of the partner's organizations, all in one answer.
func (r *reader) nameOrganizations(ctx context.Context) error {
	orgs, err := r.Service.Organizations(ctx)
	r.names = make(map[string]string, len(orgs))
	for _, o := range orgs {
		r.names[o.ID] = o.DisplayName
	}
	return err
}

// whole reads everything of a customer.
func (r *reader) whole(ctx context.Context, c webex.Customer) (State, error) {
	s, err := r.state(ctx, r.Service, c, wants{people: true, sites: true, calling: true})
	if err != nil || s.Customer.OrgID == "" {
		return s, err
	}
	s.OrgName = r.names[c.OrgID]
	s.Limits, err = r.Service.Limits(ctx, c)
	return s, err
}

// wants says what of a customer's state is needed.
type wants struct {
	people  bool // names, numbers and roles of users
	sites   bool // locations and numbers
	calling bool // which locations make calls, though no number stands in them
}

// state reads a customer: its subscribers, its people, and its locations with their numbers beside each other.
func (r *reader) state(ctx context.Context, service *webex.Client, c webex.Customer, w wants) (State, error) {
	s := State{Customer: c}
	if !c.Status.Usable() || c.OrgID == "" {
		return s, nil
	}
	people := make(map[string]*webex.Person)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		return gather(service.ListSubscribers(ctx, webex.SubscriberFilter{CustomerID: c.ID}), func(sub webex.Subscriber) {
			s.Users = append(s.Users, User{Subscriber: sub})
		})
	})
	if w.people {
		g.Go(func() error { return r.people(ctx, service, c.OrgID, people) })
	}
	if w.sites {
		g.Go(func() error { return s.places(ctx, service, w.calling) })
	}
	if err := g.Wait(); err != nil {
		return s, err
	}
	slices.SortFunc(s.Users, func(a, b User) int { return strings.Compare(fold(a.Email), fold(b.Email)) })
	return s, r.join(&s, people)
}

// people lists the persons of an organization by ID, without what nobody asks for.
func (r *reader) people(ctx context.Context, service *webex.Client, org string, into map[string]*webex.Person) error {
	return gather(service.ListPeople(ctx, webex.PeopleFilter{OrgID: org, Calling: true}), func(p webex.Person) {
		into[p.ID] = &webex.Person{
			ID: p.ID, Emails: p.Emails, DisplayName: p.DisplayName, FirstName: p.FirstName, LastName: p.LastName, OrgID: p.OrgID,
			Roles: p.Roles, PhoneNumbers: p.PhoneNumbers, Extension: p.Extension, LocationID: p.LocationID,
		}
	})
}

// places reads locations and numbers. A location in which a number stands makes calls; of others the list of calling
// locations tells, which is asked for only when need be.
func (s *State) places(ctx context.Context, service *webex.Client, calling bool) error {
	org := s.Customer.OrgID
	if err := gather(service.ListLocations(ctx, org), func(l webex.Location) { s.Sites = append(s.Sites, Site{Location: l}) }); err != nil {
		return err
	}
	slices.SortFunc(s.Sites, func(a, b Site) int { return strings.Compare(fold(a.Name), fold(b.Name)) })
	if err := gather(service.ListNumbers(ctx, org, ""), func(n webex.Number) { s.Numbers = append(s.Numbers, n) }); err != nil {
		return err
	}
	sites := make(map[string]*Site, len(s.Sites))
	for i := range s.Sites {
		sites[s.Sites[i].ID] = &s.Sites[i]
	}
	s.callable(sites)
	if !calling || !slices.ContainsFunc(s.Sites, func(site Site) bool { return !site.Calling }) {
		return nil
	}
	return gather(service.CallingLocations(ctx, org), func(l webex.CallingLocation) {
		if site := sites[l.ID]; site != nil {
			site.Calling = true
			if l.CallingLineID.PhoneNumber != "" {
				site.Main = l.CallingLineID.PhoneNumber
			}
		}
	})
}

// callable notes what the numbers tell of the locations in which they stand.
func (s *State) callable(sites map[string]*Site) {
	for _, n := range s.Numbers {
		site := sites[n.Location.ID]
		if site == nil {
			continue
		}
		site.Calling = true
		if n.MainNumber {
			site.Main = n.PhoneNumber
		}
	}
}

// join gives users what stands at their persons.
func (r *reader) join(s *State, people map[string]*webex.Person) error {
	names := make(map[string]string, len(s.Sites))
	for _, site := range s.Sites {
		names[site.ID] = site.Name
	}
	for i := range s.Users {
		u := &s.Users[i]
		if u.Person = people[u.PersonID]; u.Person == nil || u.PersonID == "" {
			u.Person = nil
			continue
		}
		u.Site, u.Phone = names[u.Person.LocationID], compare.WorkPhone(*u.Person)
		if len(u.Person.Roles) == 0 {
			continue
		}
		roles, err := r.roles()
		if err != nil {
			return err
		}
		for _, id := range u.Person.Roles {
			if name := roles[id]; name != "" {
				u.Roles = append(u.Roles, name)
			}
		}
		slices.Sort(u.Roles)
	}
	return nil
}

// gather keeps a list whole.
func gather[T any](rows iter.Seq2[T, error], keep func(T)) error {
	for row, err := range rows {
		if err != nil {
			return err
		}
		keep(row)
	}
	return nil
}

func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
