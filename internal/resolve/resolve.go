// Package resolve turns what cells say into codes and references, once per record, before any rule looks.
//
// Names of countries, states, packages, languages and roles become codes; customers get their template, their locations
// and the meaning of their packages; users get their customer and location. What cannot be resolved stays empty: rules say so.
package resolve

import (
	"slices"
	"strconv"
	"strings"

	"muster/internal/facts"
	"muster/internal/onboarding"
)

// Resolver holds the references of one batch.
type Resolver struct {
	facts     *facts.Tables
	batch     *onboarding.Batch
	templates map[string]*onboarding.Template
	customers map[string]*onboarding.Customer
	sites     map[*onboarding.Customer]map[string]*onboarding.Location
}

// Cursor resolves users one after the other. Each goroutine has its own.
type Cursor struct {
	*Resolver
	roles    map[string]string // role cells seen so far, as written
	customer *onboarding.Customer
	pack     *facts.Package // of the user before, and its customer: the next one often has the same
}

// Cursor makes a cursor.
func (r *Resolver) Cursor() *Cursor { return &Cursor{Resolver: r, roles: make(map[string]string)} }

// New resolves everything of a batch but its users.
func New(f *facts.Tables, b *onboarding.Batch) *Resolver {
	r := &Resolver{
		facts: f, batch: b, templates: make(map[string]*onboarding.Template), customers: make(map[string]*onboarding.Customer),
		sites: make(map[*onboarding.Customer]map[string]*onboarding.Location),
	}
	for _, t := range slices.Concat(b.Templates, b.Standing.Templates) {
		r.template(t)
	}
	customers := slices.Concat(b.Customers, b.Standing.Customers)
	for _, c := range customers {
		if _, twice := r.customers[c.ExternalID]; !twice && c.ExternalID != "" {
			r.customers[c.ExternalID] = c
		}
	}
	for _, l := range b.Locations {
		r.location(l)
	}
	for _, l := range b.Standing.Locations {
		if r.sites[r.customers[l.Customer]][siteKey(l.Name)] == nil {
			r.location(l)
		}
	}
	r.strays()
	for _, c := range customers {
		r.customer(c)
	}
	for _, l := range b.Locations {
		r.mainNumber(l)
	}
	return r
}

// strays gives rows of the sheet Packages to the customers that stand, when no input holds customers.
func (r *Resolver) strays() {
	r.batch.StraySeats = slices.DeleteFunc(r.batch.StraySeats, func(s onboarding.StraySeat) bool {
		c := r.customers[s.Customer]
		if c == nil || c.Source != nil && !c.OnlyPackages() {
			return false
		}
		if c.Source == nil {
			c.Source, c.Number = s.Source, s.Number
		}
		if s.Damaged != nil {
			c.Damaged = append(c.Damaged, s.Seat.Field) // under a field of its own, which no rule judges
		}
		c.Seats = append(c.Seats, s.Seat)
		return true
	})
}

// Customer gives the first customer with this external ID, nil when there is none.
func (r *Resolver) Customer(externalID string) *onboarding.Customer { return r.customers[externalID] }

// Template gives the template of this name, or of this provisioning ID; nil when there is none. Case does not matter in a name.
func (r *Resolver) Template(ref string) *onboarding.Template {
	if t, ok := r.templates[ref]; ok {
		return t
	}
	return r.templates[key(ref)]
}

func key(name string) string { return "name:" + strings.ToLower(strings.TrimSpace(name)) }

func (r *Resolver) template(t *onboarding.Template) {
	for _, k := range []string{key(t.Name), t.ProvisioningID} {
		if _, taken := r.templates[k]; !taken && k != "" {
			r.templates[k] = t
		}
	}
	t.Resolved.Country, _ = r.facts.Country(t.Country)
	t.Resolved.Language, _ = r.facts.OrgLanguage(t.DefaultEmailLanguage)
	t.Resolved.AuthMode = onboarding.AuthWebex
	if t.Authentication != "" {
		mode, ok := r.facts.AuthMode(t.Authentication)
		t.Resolved.AuthMode = onboarding.AuthMode(mode)
		if !ok {
			t.Resolved.AuthMode = onboarding.AuthUnknown
		}
	}
	t.Resolved.BroadWork = BroadWorks(r.facts, t.Platforms)
}

// BroadWorks reports whether a list of platforms names BroadWorks.
func BroadWorks(f *facts.Tables, platforms string) bool {
	for word := range strings.FieldsFuncSeq(platforms, func(c rune) bool { return strings.ContainsRune(",;/|+&، 、", c) }) {
		if p, ok := f.Platform(word); ok && p == "broadworks" {
			return true
		}
	}
	return false
}

func (r *Resolver) location(l *onboarding.Location) {
	c := r.customers[l.Customer]
	l.Resolved.Customer = c
	country := l.Address.Country
	if country == "" && c != nil {
		country = c.Address.Country // a location without a country lies in its customer's
	}
	l.Resolved.Country, _ = r.facts.Country(country)
	l.Resolved.State = r.state(l.Resolved.Country, l.Address.State)
	l.TimeZone = r.zone(l.TimeZone)
	l.Resolved.Announce, _ = r.facts.CallingLanguage(l.AnnounceLanguage, l.Resolved.Country)
	if c == nil {
		return
	}
	c.Sites = append(c.Sites, l)
	if r.sites[c] == nil {
		r.sites[c] = make(map[string]*onboarding.Location)
	}
	if k := siteKey(l.Name); r.sites[c][k] == nil {
		r.sites[c][k] = l
	}
}

func siteKey(name string) string { return strings.ToLower(name) }

// mainNumber reads a location's main number, when every customer's country is known.
func (r *Resolver) mainNumber(l *onboarding.Location) {
	if l.MainNumber == "" {
		return
	}
	if p, err := r.facts.Phone(l.MainNumber, l.Resolved.Country); err == nil && p.Valid {
		l.Resolved.Main = p.E164
	}
}

func (r *Resolver) state(iso, word string) string {
	if word == "" {
		return ""
	}
	code, known := r.facts.State(iso, word)
	if !known && r.facts.HasStateList(iso) {
		return strings.TrimSpace(word)
	}
	return code
}

// zone spells a known time zone as the tz database does, and leaves any other word as it stands.
func (r *Resolver) zone(name string) string {
	if z, ok := r.facts.Zone(name); ok {
		return z
	}
	return name
}

func (r *Resolver) customer(c *onboarding.Customer) {
	res := &c.Resolved
	res.Template = r.Template(c.Template)
	if c.Template == "" {
		res.Template = nil
	}
	if res.Template != nil {
		res.Template.Resolved.Users++
	}
	res.Country, _ = r.facts.Country(c.Address.Country)
	res.State = r.state(res.Country, c.Address.State)
	c.TimeZone = r.zone(c.TimeZone)
	if c.Language != "" {
		res.Language, _ = r.facts.OrgLanguage(c.Language)
	}
	res.Announce, _ = r.facts.CallingLanguage(c.AnnounceLanguage, res.Country)
	if res.HQ = c.HQName; res.HQ == "" && c.Knows("hq_location") {
		res.HQ = c.Name
	}
	if res.HQ != "" {
		res.HQSite = r.sites[c][siteKey(res.HQ)]
	}
	r.seats(c)
}

// seats gives the packages of a customer their meaning, and tells whether quantities are activated: a number anywhere, or
// the activation column, does it.
func (r *Resolver) seats(c *onboarding.Customer) {
	active, _ := r.facts.YesNo(c.ActivateQuantity)
	c.Resolved.Limited = active
	kept := c.Seats[:0]
	for _, s := range c.Seats {
		if no, ok := r.facts.YesNo(s.Quantity); ok && !no && s.Quantity != "0" {
			continue // a column that says no: the package is not chosen
		}
		if p, ok := r.facts.Package(s.Label); ok {
			s.Package = p.API
			c.Resolved.Calling = c.Resolved.Calling || p.Calling
		}
		if n, err := strconv.Atoi(s.Quantity); err == nil {
			c.Resolved.Limited = true
			s.Limit, s.Numeric = n, n >= 1
		}
		kept = append(kept, s)
	}
	c.Seats = kept
}

// User resolves a user. Clean rows cost no allocation.
func (r *Cursor) User(u *onboarding.User) {
	res := &u.Resolved
	if r.customer == nil || r.customer.ExternalID != u.Customer {
		r.customer = r.customers[u.Customer]
	}
	res.Customer = r.customer
	if p := r.pack; p == nil || p.Display != u.Package {
		r.pack, _ = r.facts.Package(u.Package)
	}
	if p := r.pack; p != nil {
		res.Package, res.Calling, res.Assignable = p.API, p.Calling, p.UserAssignable
	}
	if u.Role != "" {
		res.Role = r.role(u.Role)
	}
	c := res.Customer
	if c == nil {
		res.Admin = res.Role == fullAdministrator
		r.phone(u, "")
		return
	}
	res.Country = c.Resolved.Country
	r.place(u, c)
	res.Admin = res.Role == fullAdministrator || u.Email != "" && strings.EqualFold(u.Email, c.AdminEmail)
	r.phone(u, res.Country)
}

// fullAdministrator is the role of a customer's administrators, as the service lists it.
const fullAdministrator = "Full Administrator"

// mostRoles bounds the words that are remembered: a column of names read as roles must not fill the memory.
const mostRoles = 500

func (r *Cursor) role(word string) string {
	name, seen := r.roles[word]
	if !seen {
		name, _ = r.facts.Role(word)
		if len(r.roles) < mostRoles {
			r.roles[strings.Clone(word)] = name
		}
	}
	return name
}

// place finds a user's location: the headquarters by its name, or a row of Locations.
func (r *Resolver) place(u *onboarding.User, c *onboarding.Customer) {
	if u.Location == "" {
		return
	}
	if sites := r.sites[c]; len(sites) > 0 {
		u.Resolved.Site = sites[siteKey(u.Location)]
	}
	u.Resolved.AtHQ = strings.EqualFold(u.Location, c.Resolved.HQ)
	if s := u.Resolved.Site; s != nil && s.Resolved.Country != "" {
		u.Resolved.Country = s.Resolved.Country
	}
}

// phone reads the user's number; a number that cannot be read, or does not fit its plan, stays empty.
func (r *Resolver) phone(u *onboarding.User, country string) {
	if u.Phone == "" {
		return
	}
	p, err := r.facts.Phone(u.Phone, country)
	if err == nil && p.Valid {
		u.Resolved.Phone, u.Resolved.PhoneIn, u.Resolved.TollFree = p.E164, p.Country, p.TollFree
	}
}
