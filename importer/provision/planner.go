package provision

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
)

// Adder takes planned rows; a journal's plan writer is one.
type Adder interface {
	Add(journal.Planned) error
}

// Planner turns checked records into planned rows: users as they pass, customers and locations at Close, when every
// finding about them is known. Customers and locations that stand and are no row of the inputs become rows of line 0, which
// are looked up and neither changed nor reported. The rows of customers come first in the plan all the same: their numbers are kept free.
type Planner struct {
	out       Adder
	facts     Seats
	take      func(onboarding.Outcome) bool // which rows are wanted; nil: all
	customers []*onboarding.Customer
	sites     map[*onboarding.Customer]map[string]*siteNumbers
	used      map[*onboarding.Customer]bool // something of the inputs belongs to it
	seq       int64                         // of the row added last
	rows      int
}

// Seats tells what the plan must know of packages.
type Seats interface {
	Quantity(pack string) (limitKey string, ok bool) // the key under which the service takes the quantity
	Meetings(pack string) bool                       // the package has meetings
	Rank(pack string) int                            // among packages for users, the highest the greatest; 0 for none
	Yes(word string) bool                            // the word says yes, in any language
}

// siteNumbers says whether a location gets numbers, and where its outcome stands.
type siteNumbers struct {
	row  onboarding.Row
	spec wanted.Numbers
	any  bool
	held onboarding.Reason
}

// NewPlanner makes a planner of these customers that hands its rows to out. take picks rows; nil takes all.
func NewPlanner(out Adder, facts Seats, customers []*onboarding.Customer, take func(onboarding.Outcome) bool) *Planner {
	p := &Planner{out: out, facts: facts, take: take, customers: customers}
	p.sites = make(map[*onboarding.Customer]map[string]*siteNumbers, len(customers))
	p.used = make(map[*onboarding.Customer]bool, len(customers))
	for _, c := range customers {
		sites := make(map[string]*siteNumbers, len(c.Sites)+1)
		if c.Resolved.Calling && c.Resolved.HQ != "" {
			sites[c.Resolved.HQ] = &siteNumbers{row: ownRow(c)}
		}
		p.used[c] = c.Source != nil
		for _, l := range c.Sites {
			p.used[c] = p.used[c] || l.Source != nil
			sites[l.Name] = &siteNumbers{row: l.Row, spec: wanted.Numbers{Main: l.Resolved.Main, PSTN: l.PSTN}, any: l.Resolved.Main != ""}
		}
		p.sites[c] = sites
		p.seq += int64(2 + len(c.Sites))
	}
	return p
}

// Rows is the number of rows planned so far.
func (p *Planner) Rows() int { return p.rows }

func (p *Planner) add(row onboarding.Row, pl journal.Planned) error {
	if row.Source != nil {
		pl.File, pl.Sheet, pl.Row = row.Source.File, row.Source.Sheet, row.Number
	}
	if p.take != nil && !p.take(onboarding.Outcome{Kind: pl.Kind, Key: pl.Key, Customer: pl.Customer}) {
		return nil
	}
	p.rows++
	p.seq++
	pl.Seq = p.seq
	return p.out.Add(pl)
}

// customer plans a customer with its locations.
func (p *Planner) customer(c *onboarding.Customer) error {
	held, below := reasons(c)
	spec := p.customerSpec(c)
	if err := p.add(c.Row, journal.Planned{Kind: onboarding.ObjectCustomer, Customer: c.ExternalID, Key: c.ExternalID, Held: held, Spec: wanted.Encode(spec)}); err != nil {
		return err
	}
	if c.Resolved.Calling && c.Resolved.HQ != "" && c.Resolved.HQSite == nil {
		if err := p.location(c, ownRow(c), *headquarters(c), below); err != nil {
			return err
		}
	}
	for _, l := range c.Sites {
		if err := p.site(c, l, below); err != nil {
			return err
		}
	}
	return nil
}

// ownRow is the row that describes a customer; none for one of which the inputs hold packages alone.
func ownRow(c *onboarding.Customer) onboarding.Row {
	if c.OnlyPackages() {
		return onboarding.Row{}
	}
	return c.Row
}

// reasons gives why a customer is held, and why what belongs to it is.
func reasons(c *onboarding.Customer) (own, below onboarding.Reason) {
	if c.Resolved.Held {
		return onboarding.ReasonFinding, onboarding.ReasonParentFailed
	}
	return onboarding.NoReason, onboarding.NoReason
}

func (p *Planner) site(c *onboarding.Customer, l *onboarding.Location, below onboarding.Reason) error {
	spec := wanted.Place{
		Name: l.Name, Address: address(l.Address, l.Resolved.Country, l.Resolved.State),
		TimeZone: l.TimeZone, Language: l.Resolved.Announce, PSTN: l.PSTN,
	}
	if l == c.Resolved.HQSite {
		spec.HQ = true
	}
	held := below
	if l.Resolved.Held {
		held = onboarding.ReasonFinding
	}
	return p.location(c, l.Row, spec, held)
}

func (p *Planner) location(c *onboarding.Customer, row onboarding.Row, spec wanted.Place, held onboarding.Reason) error {
	if s := p.sites[c][spec.Name]; s != nil && held != "" {
		s.held = onboarding.ReasonParentFailed
	}
	return p.add(row, journal.Planned{Kind: onboarding.ObjectLocation, Customer: c.ExternalID, Key: spec.Name, Held: held, Spec: wanted.Encode(spec)})
}

// User plans a user and the role the sheet gives it.
func (p *Planner) User(u *onboarding.User) error {
	c := u.Resolved.Customer
	if c == nil {
		return p.add(u.Row, journal.Planned{
			Kind: onboarding.ObjectUser, Customer: u.Customer, Key: u.Email, Held: onboarding.ReasonFinding, Spec: wanted.Encode(wanted.User{Email: u.Email}),
		})
	}
	p.used[c] = true
	pl := journal.Planned{Kind: onboarding.ObjectUser, Customer: c.ExternalID, Key: u.Email, Rank: rank(c, u)}
	pl.Held = userReason(c, u)
	spec := wanted.User{
		Email: u.Email, FirstName: u.FirstName, LastName: u.LastName, Package: u.Resolved.Package, Calling: u.Resolved.Calling, Admin: u.Resolved.Admin,
	}
	spec.Unknown = vague(u.Unknown)
	if u.Resolved.Calling {
		spec.Phone, spec.Extension, spec.Port = u.Resolved.Phone, u.Extension, day(u.PortDate)
		pl.Site, pl.Number = siteName(c, u), u.Resolved.Phone
		spec.Location = pl.Site
	}
	if s := p.sites[c][pl.Site]; s != nil && pl.Number != "" && pl.Held == "" {
		s.any = true
		s.spec.Ports = s.spec.Ports || spec.Port != ""
		if s.row.Source == nil {
			s.row = u.Row // the location is no row of the inputs: its numbers are told where the first of them stands
		}
	}
	pl.Spec = wanted.Encode(spec)
	if err := p.add(u.Row, pl); err != nil || u.Resolved.Role == "" {
		return err
	}
	held := pl.Held
	if held == onboarding.ReasonFinding {
		held = onboarding.ReasonParentFailed
	}
	return p.add(u.Row, journal.Planned{
		Kind: onboarding.ObjectRole, Customer: c.ExternalID, Key: u.Email + " " + u.Resolved.Role, Rank: pl.Rank, Held: held,
		Spec: wanted.Encode(wanted.Role{Email: u.Email, Role: u.Resolved.Role}),
	})
}

// The order of a customer's users: the first user of a new organization becomes its administrator.
const (
	rankOwn   = iota // who has the administrator's email
	rankAdmin        // who has the role
	rankUser
)

// rank gives the place of a user in the order: the customer's own administrator comes before those who only share the role,
// so that one of them who has yet to agree to move keeps nobody waiting.
func rank(c *onboarding.Customer, u *onboarding.User) int {
	switch {
	case !u.Resolved.Admin:
		return rankUser
	case strings.EqualFold(u.Email, c.AdminEmail):
		return rankOwn
	}
	return rankAdmin
}

func userReason(c *onboarding.Customer, u *onboarding.User) onboarding.Reason {
	switch {
	case u.Resolved.Held:
		return onboarding.ReasonFinding
	case c.Resolved.Held, u.Resolved.Site != nil && u.Resolved.Site.Resolved.Held:
		return onboarding.ReasonParentFailed
	}
	return onboarding.NoReason
}

func siteName(c *onboarding.Customer, u *onboarding.User) string {
	if u.Resolved.Site != nil {
		return u.Resolved.Site.Name
	}
	if !u.Knows("location") {
		return ""
	}
	return c.Resolved.HQ
}

// Close plans the customers with their locations, and the numbers of every location that gets some.
func (p *Planner) Close() error {
	last := p.seq
	p.seq = 0
	for _, c := range p.customers {
		if !p.used[c] {
			continue // it stands, and nothing is asked of it
		}
		if err := p.customer(c); err != nil {
			return err
		}
	}
	p.seq = last
	for _, c := range p.customers {
		if err := p.numbers(c); err != nil {
			return err
		}
	}
	return nil
}

func (p *Planner) numbers(c *onboarding.Customer) error {
	var names []string
	for name, s := range p.sites[c] {
		if s.any {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(p.sites[c][a].row.Number, p.sites[c][b].row.Number), strings.Compare(a, b))
	})
	for _, name := range names {
		s := p.sites[c][name]
		err := p.add(s.row, journal.Planned{Kind: onboarding.ObjectNumbers, Customer: c.ExternalID, Key: name, Site: name, Held: s.held, Spec: wanted.Encode(s.spec)})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *Planner) customerSpec(c *onboarding.Customer) wanted.Customer {
	if c.OnlyPackages() {
		return p.packagesSpec(c)
	}
	spec := wanted.Customer{
		OrgID: c.OrganizationID, Name: c.Name, AdminEmail: c.AdminEmail, Language: c.Resolved.Language,
		Address:  address(c.Address, c.Resolved.Country, c.Resolved.State),
		TimeZone: c.TimeZone, SubPartner: c.SubPartner,
		Wave: c.Wave, GoLive: day(c.GoLive), Supported: c.SupportedLocation, SetupAssist: c.SetupAssist,
	}
	if t := c.Resolved.Template; t != nil {
		spec.ProvisioningID, spec.Template = t.ProvisioningID, template(t)
		spec.AdminInvite = p.facts.Yes(t.AllowAdminInvite)
	}
	for _, s := range c.Seats {
		p.addSeat(&spec, s, c.Resolved.Limited)
	}
	if c.Resolved.Calling && c.Resolved.HQ != "" {
		spec.HQ = headquarters(c)
	}
	spec.Unknown = unknown(c)
	return spec
}

// packagesSpec is what rows of the sheet Packages ask of a customer that stands: what they name, and nothing else.
func (p *Planner) packagesSpec(c *onboarding.Customer) wanted.Customer {
	spec := wanted.Customer{PackagesOnly: true, SubPartner: c.SubPartner, TimeZone: c.TimeZone}
	for _, s := range c.Seats {
		if s.Written() {
			p.addSeat(&spec, s, c.Resolved.Limited)
		}
	}
	return spec
}

func (p *Planner) addSeat(spec *wanted.Customer, s onboarding.Seat, limited bool) {
	if s.Package == "" {
		return
	}
	if !slices.Contains(spec.Packages, s.Package) {
		spec.Packages = append(spec.Packages, s.Package)
	}
	spec.Meetings = spec.Meetings || p.facts.Meetings(s.Package)
	if p.facts.Rank(s.Package) > p.facts.Rank(spec.Level) {
		spec.Level = s.Package
	}
	key, ok := p.facts.Quantity(s.Package)
	if !limited || !ok || !s.Numeric {
		return
	}
	if spec.Limits == nil {
		spec.Limits = make(map[string]int)
	}
	spec.Limits[key] = s.Limit
}

// unknown gives the columns of which nobody knows the value, of the customer, its template and its packages.
func unknown(c *onboarding.Customer) wanted.Vague {
	out := vague(c.Unknown)
	if t := c.Resolved.Template; t != nil {
		out = append(out, vague(t.Unknown)...)
	}
	if slices.ContainsFunc(c.Seats, func(s onboarding.Seat) bool { return s.Unknown }) {
		out = append(out, "package_quantity")
	}
	return out
}

func vague(fields []onboarding.Field) wanted.Vague {
	var out wanted.Vague
	for _, f := range fields {
		out = append(out, string(f))
	}
	return out
}

// lacking says which columns must be filled before an object is created, nil when none must.
func lacking(v wanted.Vague) *onboarding.Failure {
	if len(v) == 0 {
		return nil
	}
	list := make(onboarding.List, len(v))
	for i, f := range v {
		list[i] = onboarding.Field(f)
	}
	return onboarding.Explain("input", onboarding.T("it does not stand, and to create it somebody must fill: %s", list))
}

// headquarters is the location that the service makes with the customer: a row of Locations describes it when there is
// one, the customer's own row otherwise.
func headquarters(c *onboarding.Customer) *wanted.Place {
	hq := &wanted.Place{
		Name: c.Resolved.HQ, Address: address(c.Address, c.Resolved.Country, c.Resolved.State),
		TimeZone: c.TimeZone, Language: c.Resolved.Announce, Emergency: c.EmergencyLocation, HQ: true,
	}
	l := c.Resolved.HQSite
	if l == nil {
		return hq
	}
	if l.Address.Line1 != "" {
		hq.Address = address(l.Address, l.Resolved.Country, l.Resolved.State)
	}
	hq.TimeZone = cmp.Or(l.TimeZone, hq.TimeZone)
	hq.Language = cmp.Or(l.Resolved.Announce, hq.Language)
	return hq
}

func address(a onboarding.Address, country, state string) wanted.Address {
	return wanted.Address{Line1: a.Line1, Line2: a.Line2, City: a.City, State: state, Zip: a.Zip, Country: country}
}

// day writes a date as 2006-01-02, and leaves what is none as it stands: a rule has told of it.
func day(text string) string {
	if d, ok := onboarding.Day(text); ok {
		return d.Format(time.DateOnly)
	}
	return text
}

// template keeps what the sheet says of a customer's template, passwords in addresses left out; no API can be asked for it.
func template(t *onboarding.Template) *wanted.Template {
	return &wanted.Template{
		Name: t.Name, Admin: t.ServiceProviderAdmin, Country: t.Country, Language: t.DefaultEmailLanguage, Subscription: t.Subscription,
		CCPProvider: t.CCPProvider, Authentication: t.Authentication, IDPEntityID: onboarding.ShownAddress(t.IDPEntityID), OIDCIDPEntityID: t.OIDCIDPEntityID,
		TACIDPName: t.TACIDPName, SAMLMetadata: onboarding.ShownAddress(t.SAMLMetadata), OIDCIssuer: onboarding.ShownAddress(t.OIDCIssuer), BrandName: t.BrandName,
		AllowAdminInvite: t.AllowAdminInvite, AllowWebexToWebex: t.AllowWebexToWebex, Platforms: t.Platforms,
	}
}
