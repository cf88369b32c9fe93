package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/urfave/cli/v2"

	"muster/importer/sheet"
	"muster/internal/facts"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/internal/wanted"
	"muster/validate"
)

// memory is what the journal knows of the customers of one partner organization at one target, as the rules ask for it.
type memory struct {
	ctx     context.Context
	journal *journal.Journal
	facts   *facts.Tables
	scope   journal.Scope

	looked map[string]*validate.Known // what the service tells of customers that the journal does not know

	mu    sync.Mutex
	views map[string]*journal.Run // by sub-partner
	err   error                   // the first of reading; the rules cannot give it
}

func recall(ctx context.Context, j *journal.Journal, f *facts.Tables, scope journal.Scope) *memory {
	return &memory{ctx: ctx, journal: j, facts: f, scope: scope, looked: make(map[string]*validate.Known), views: make(map[string]*journal.Run)}
}

// openMemory opens the journal to be read; nil when there is none, or no telling to which partner organization it belongs.
func openMemory(c *cli.Context, f *facts.Tables) (*memory, error) {
	j, err := journal.OpenReader(c.Context, c.String("state"))
	if errors.Is(err, journal.ErrNoJournal) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	org, err := supposed(c, j)
	if err != nil || org == "" {
		return nil, errors.Join(err, j.Close())
	}
	return recall(c.Context, j, f, journal.Scope{Target: base(c), Org: org, SubPartner: c.String("sub-partner")}), nil
}

// Close lets go of the journal that openMemory opened.
func (m *memory) Close() error {
	if m == nil {
		return nil
	}
	return m.journal.Close()
}

// failure is the first error of reading; a nil memory has none.
func (m *memory) failure() error {
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.err
}

// ids gives the customers' IDs at the service by external ID.
func (m *memory) ids() (map[string]string, error) {
	if m == nil {
		return nil, nil
	}
	out := make(map[string]string)
	return out, m.each(onboarding.ObjectCustomer, m.scope, func(o journal.Object) { out[o.Key] = o.ID })
}

// base is under which name the journal keeps what it knows of the target that the command line names.
func base(c *cli.Context) string {
	switch name := c.String("target"); name {
	case "webex":
		return webexURL
	default:
		return name
	}
}

// supposed gives the partner organization that the token most likely belongs to, before it can be asked: the one of --org,
// else the only one that the journal knows at the target. It is empty when there is no telling.
func supposed(c *cli.Context, j *journal.Journal) (string, error) {
	if org := c.String("org"); org != "" {
		return org, nil
	}
	scopes, err := j.Scopes(c.Context, base(c))
	if err != nil {
		return "", err
	}
	var orgs []string
	for _, s := range scopes {
		if !slices.Contains(orgs, s.Org) {
			orgs = append(orgs, s.Org)
		}
	}
	if len(orgs) != 1 {
		return "", nil
	}
	return orgs[0], nil
}

// view gives the journal as it stands for the customers of a sub-partner, of the partner itself with an empty one.
func (m *memory) view(sub string) *journal.Run {
	m.mu.Lock()
	defer m.mu.Unlock()
	if sub == "" {
		sub = m.scope.SubPartner
	}
	if m.views[sub] == nil && m.err == nil {
		s := m.scope
		s.SubPartner = sub
		m.views[sub], m.err = m.journal.View(m.ctx, 0, s)
	}
	return m.views[sub]
}

func (m *memory) failed(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.err = err
	}
}

// object asks the journal for one object. A nil memory knows none.
func (m *memory) object(kind onboarding.ObjectKind, c *onboarding.Customer, key string) (o journal.Object, ok bool) {
	if m == nil {
		return o, false
	}
	v := m.view(c.SubPartner)
	if v == nil {
		return o, false
	}
	o, ok, err := v.Object(m.ctx, kind, c.ExternalID, key)
	if err != nil {
		m.failed(err)
	}
	return o, ok && err == nil
}

// Customer gives what the journal knows of a customer.
func (m *memory) Customer(c *onboarding.Customer) *validate.Known {
	o, ok := m.object(onboarding.ObjectCustomer, c, c.ExternalID)
	if k := m.looked[c.ExternalID]; k != nil && !o.Made {
		return k
	}
	if !ok {
		return nil
	}
	return m.known(o)
}

// attached reports whether this journal attached a customer to the organization that its row names, and went on: something
// that belongs to the customer stands, or the run that made it ended with it. A nil memory knows none.
func (m *memory) attached(c *onboarding.Customer) bool {
	o, ok := m.object(onboarding.ObjectCustomer, c, c.ExternalID)
	sent, err := wanted.Decode[wanted.Customer](o.Facts)
	if !ok || err != nil || !o.Made || sent.OrgID != c.OrganizationID {
		return false
	}
	for below, err := range m.view(c.SubPartner).Objects(m.ctx, c.ExternalID) {
		if err != nil {
			m.failed(err)
			return false
		}
		if below.Kind != onboarding.ObjectCustomer {
			return true
		}
	}
	return m.ended(o)
}

// ended reports whether the run that made a customer got to its end with it.
func (m *memory) ended(o journal.Object) bool {
	run, err := m.journal.RunByID(m.ctx, o.Run)
	if err != nil {
		m.failed(err)
		return false
	}
	rows, _, err := run.Rows(m.ctx, o.Customer, onboarding.ObjectCustomer, journal.Cursor{}, 1)
	if err != nil {
		m.failed(err)
		return false
	}
	return len(rows) == 1 && rows[0].Entry.Outcome.Status.Final()
}

// MadeFor gives another sub-partner than the row's for which this journal made the customer.
func (m *memory) MadeFor(c *onboarding.Customer) (subPartner string, made bool) {
	own := cmp.Or(c.SubPartner, m.scope.SubPartner)
	if _, known := m.object(onboarding.ObjectCustomer, c, c.ExternalID); known {
		return "", false
	}
	all, err := m.journal.MadeFor(m.ctx, m.scope.Target, m.scope.Org, c.ExternalID)
	if err != nil {
		m.failed(err)
	}
	if len(all) == 0 || slices.Contains(all, own) {
		return "", false
	}
	return all[0], true
}

// known reads what the journal keeps of a customer. Of one that was purged, or that somebody else made, only that it
// stands is known.
func (m *memory) known(o journal.Object) *validate.Known {
	k := &validate.Known{}
	sent, err := wanted.Decode[wanted.Customer](o.Facts)
	if err != nil || !o.Made {
		return k
	}
	k.Made, k.Packages, k.Level = true, sent.Packages, sent.Level
	k.BroadWork = sent.Template != nil && resolve.BroadWorks(m.facts, sent.Template.Platforms)
	k.Seats = make(map[string]validate.Have, len(sent.Limits))
	for key, n := range sent.Limits {
		k.Seats[key] = validate.Have{Seats: n}
	}
	return k
}

// Package gives the package that the journal knows of a user.
func (m *memory) Package(c *onboarding.Customer, email string) string {
	o, ok := m.object(onboarding.ObjectUser, c, email)
	if !ok {
		return ""
	}
	u, err := wanted.Decode[wanted.User](o.Facts)
	if err != nil {
		return "" // purged
	}
	return u.Package
}

// standing gives what the inputs may refer to without holding it: customers when they hold no customers, with their
// locations; templates and locations when they hold none of those.
func (m *memory) standing(book *sheet.Book) (st onboarding.Standing, err error) {
	customers, templates, locations := !holds(book, onboarding.Customers), !holds(book, onboarding.Templates), !holds(book, onboarding.Locations)
	if !customers && !templates && !locations {
		return st, nil
	}
	scopes, err := m.journal.Scopes(m.ctx, m.scope.Target)
	if err != nil {
		return st, err
	}
	scopes = slices.DeleteFunc(scopes, func(s journal.Scope) bool { return s.Org != m.scope.Org })
	for _, s := range scopes {
		if customers || templates {
			err = m.each(onboarding.ObjectCustomer, s, func(o journal.Object) { m.stands(&st, o, s.SubPartner, customers) })
		}
		if err == nil && (customers || locations) {
			err = m.locations(&st, s, customers)
		}
		if err != nil {
			return st, err
		}
	}
	return st, nil
}

// locations adds the locations of a scope. Of a customer that is a row of the inputs, that row tells of the headquarters.
func (m *memory) locations(st *onboarding.Standing, s journal.Scope, headquarters bool) error {
	return m.each(onboarding.ObjectLocation, s, func(o journal.Object) {
		if l, hq := location(o); headquarters || !hq {
			st.Locations = append(st.Locations, l)
		}
	})
}

// digestOf tells two states of what stands apart, as far as the inputs refer to it: what a run of these inputs adds does not
// change it. Nothing in the records is resolved yet, and none has a source.
func digestOf(st onboarding.Standing, book *sheet.Book) string {
	if len(st.Templates)+len(st.Customers)+len(st.Locations) == 0 {
		return ""
	}
	h := sha256.New()
	for _, t := range st.Templates {
		fmt.Fprintf(h, "%+v\n", *t)
	}
	packages := holds(book, onboarding.Packages)
	for _, c := range st.Customers {
		seen := *c
		if packages {
			seen.Seats = nil // these inputs may change them
		}
		fmt.Fprintf(h, "%+v\n", seen)
	}
	if holds(book, onboarding.Locations) {
		return hex.EncodeToString(h.Sum(nil)) // some of them may have been made of these inputs
	}
	for _, l := range st.Locations {
		fmt.Fprintf(h, "%+v\n", *l)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// holds reports whether the inputs hold a sheet of this kind.
func holds(book *sheet.Book, kind onboarding.Kind) bool {
	for _, in := range book.Inputs {
		if slices.ContainsFunc(in.Sheets, func(s *onboarding.Source) bool { return s.Kind == kind }) {
			return true
		}
	}
	return false
}

// each gives the objects of a kind that are known in a scope.
func (m *memory) each(kind onboarding.ObjectKind, s journal.Scope, keep func(journal.Object)) error {
	view, err := m.journal.View(m.ctx, 0, s)
	if err != nil {
		return err
	}
	for o, err := range view.ObjectsOf(m.ctx, kind) {
		if err != nil {
			return err
		}
		keep(o)
	}
	return nil
}

// stands adds a customer that the journal knows, or only its template.
func (m *memory) stands(st *onboarding.Standing, o journal.Object, sub string, customers bool) {
	c, err := wanted.Decode[wanted.Customer](o.Facts)
	if err != nil {
		c = wanted.Customer{} // purged: that it stands is known
	}
	if c.PackagesOnly {
		return // nothing is known of it but what it was given
	}
	if t := c.Template; t != nil && !slices.ContainsFunc(st.Templates, func(k *onboarding.Template) bool { return k.ProvisioningID == c.ProvisioningID && k.Name == t.Name }) {
		st.Templates = append(st.Templates, &onboarding.Template{
			Name: t.Name, ProvisioningID: c.ProvisioningID, ServiceProviderAdmin: t.Admin, Country: t.Country, DefaultEmailLanguage: t.Language,
			Subscription: t.Subscription, CCPProvider: t.CCPProvider, Authentication: t.Authentication, IDPEntityID: t.IDPEntityID,
			OIDCIDPEntityID: t.OIDCIDPEntityID, TACIDPName: t.TACIDPName, SAMLMetadata: t.SAMLMetadata, OIDCIssuer: t.OIDCIssuer, BrandName: t.BrandName,
			AllowAdminInvite: t.AllowAdminInvite, AllowWebexToWebex: t.AllowWebexToWebex, Platforms: t.Platforms,
		})
	}
	if !customers {
		return
	}
	if sub == m.scope.SubPartner {
		sub = "" // as an empty cell says
	}
	st.Customers = append(st.Customers, m.customer(o.Key, sub, c))
}

// customer is a customer as this journal last sent it.
func (m *memory) customer(id, sub string, c wanted.Customer) *onboarding.Customer {
	out := &onboarding.Customer{
		ExternalID: id, Name: c.Name, AdminEmail: c.AdminEmail, Address: postal(c.Address), Language: c.Language, OrganizationID: c.OrgID,
		TimeZone: c.TimeZone, SubPartner: sub, Wave: c.Wave, GoLive: c.GoLive, SupportedLocation: c.Supported, SetupAssist: c.SetupAssist,
	}
	if c.Template != nil {
		out.Template = c.Template.Name
	}
	if c.HQ != nil {
		out.HQName, out.TimeZone, out.AnnounceLanguage, out.EmergencyLocation = c.HQ.Name, c.HQ.TimeZone, c.HQ.Language, c.HQ.Emergency
	}
	for _, name := range c.Packages {
		seat := onboarding.Seat{Field: "packages", Label: name}
		if p, ok := m.facts.Package(name); ok && c.Limits[p.LimitKey] > 0 {
			seat.Quantity = strconv.Itoa(c.Limits[p.LimitKey])
		}
		out.Seats = append(out.Seats, seat)
	}
	return out
}

// location is a location as this journal last sent or saw it, and whether it is the headquarters.
func location(o journal.Object) (out *onboarding.Location, hq bool) {
	l, err := wanted.Decode[wanted.Place](o.Facts)
	if err != nil {
		l = wanted.Place{} // purged
	}
	return &onboarding.Location{
		Customer: o.Customer, Name: o.Key, Address: postal(l.Address), TimeZone: l.TimeZone, AnnounceLanguage: l.Language, PSTN: l.PSTN,
	}, l.HQ
}

func postal(a wanted.Address) onboarding.Address {
	return onboarding.Address{Line1: a.Line1, Line2: a.Line2, City: a.City, State: a.State, Zip: a.Zip, Country: a.Country}
}
