package handoff

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// assistNumber is a user's number of a customer with Setup Assist, in little room: a partner may ask for many users.
type assistNumber struct {
	digits uint64 // of the E.164 form
	day    time.Time
	source *onboarding.Source
	row    int
}

// note keeps a number for a request.
func (s *tally) note(u *onboarding.User, day time.Time) {
	digits, err := strconv.ParseUint(strings.TrimPrefix(u.Resolved.Phone, "+"), 10, 64)
	if err == nil {
		s.noted = append(s.noted, assistNumber{digits, day, u.Source, u.Number})
	}
}

// Requests gives what is known for the request forms of the chosen customers whose Setup Assist says yes. known tells what the
// journal has of a customer: its ID at the service, empty when it is not known.
func (c *Counter) Requests(known func(externalID string) string) []*onboarding.AssistRequest {
	var out []*onboarding.AssistRequest
	for _, cu := range c.batch.Customers {
		if yes, _ := c.Facts.YesNo(cu.SetupAssist); yes && c.Chosen(cu) {
			out = append(out, c.request(cu, known(cu.ExternalID)))
		}
	}
	return out
}

// form makes the fields of one record.
type form struct {
	*Counter
	row    onboarding.Row
	fields []onboarding.AssistField
}

// put adds a field that a cell tells.
func (f *form) put(name onboarding.Text, field onboarding.Field, value string, need bool) *onboarding.AssistField {
	column := ""
	if f.row.Source != nil && field != "" {
		column = f.Label(f.row.Source.Kind, field, f.row.Source.Language)
	}
	a := onboarding.AssistField{Name: name, Value: value, Column: column, Need: need}
	if field != "" {
		a.Place = f.row.Cell(field)
	}
	f.fields = append(f.fields, a)
	return &f.fields[len(f.fields)-1]
}

// language is that of the headings of the record's sheet.
func (f *form) language() string {
	if f.row.Source == nil {
		return ""
	}
	return f.row.Source.Language
}

func (c *Counter) request(cu *onboarding.Customer, atService string) *onboarding.AssistRequest {
	f := &form{Counter: c, row: cu.Row}
	places := c.places(cu)
	f.put(onboarding.T("company name"), "name", cu.Name, true).Published = true
	f.put(onboarding.T("external customer ID"), "external_id", cu.ExternalID, true)
	f.put(onboarding.T("organization ID"), "organization_id", cu.OrganizationID, false)
	f.put(onboarding.T("customer ID (journal)"), "", atService, false)
	f.put(onboarding.T("contact, e-mail"), "admin_email", cu.AdminEmail, true)
	f.put(onboarding.T("contact, name and phone"), "", "ask the customer: the sheet has no column", false)
	f.put(onboarding.T("address"), "line1", strings.Join(filled(cu.Address.Line1, cu.Address.Line2), ", "), true)
	f.put(onboarding.T("city"), "city", cu.Address.City, true)
	f.put(onboarding.T("state or province"), "state", cmp.Or(cu.Resolved.State, cu.Address.State), false)
	f.put(onboarding.T("postal code"), "zip", cu.Address.Zip, false)
	f.put(onboarding.T("country"), "country", cmp.Or(cu.Resolved.Country, cu.Address.Country), true)
	f.put(onboarding.T("language"), "customer_language", cu.Language, false)
	f.put(onboarding.T("go-live date"), "go_live", cu.GoLive, true)
	f.put(onboarding.T("wave"), "wave", cu.Wave, false)
	f.put(onboarding.T("sub-partner"), "sub_partner", cu.SubPartner, false)
	f.put(onboarding.T("packages and quantities"), "packages", c.packages(cu), true)
	f.put(onboarding.T("users"), "", strconv.Itoa(cu.Totals.Users), false).Published = true
	f.put(onboarding.T("users by package"), "", c.counts(cu.Totals.Packages), false)
	f.put(onboarding.T("locations"), "", strconv.Itoa(len(places)), false).Published = true
	f.template(cu)
	out := &onboarding.AssistRequest{Customer: cu, Fields: f.fields}
	for _, p := range places {
		out.Locations = append(out.Locations, c.assistLocation(cu, p))
	}
	return out
}

func (f *form) template(cu *onboarding.Customer) {
	f.put(onboarding.T("onboarding template"), "template", cu.Template, true)
	t := cu.Resolved.Template
	if t == nil {
		return
	}
	f.row = t.Row
	f.put(onboarding.T("partner's contact"), "service_provider_admin", t.ServiceProviderAdmin, true)
	f.put(onboarding.T("Wholesale subscription"), "subscription", t.Subscription, true)
	f.put(onboarding.T("Provisioning ID"), "provisioning_id", t.ProvisioningID, true)
	switch t.Resolved.AuthMode {
	case onboarding.AuthSAML:
		f.put(onboarding.T("authentication"), "auth_mode", "Partner authentication", true)
		f.put(onboarding.T("IDP Entity ID"), "idp_entity_id", t.IDPEntityID, true)
	case onboarding.AuthOIDC:
		f.put(onboarding.T("authentication"), "auth_mode", "Partner authentication with OpenID Connect", true)
		f.put(onboarding.T("OpenID Connect IdP name"), "oidc_idp_entity_id", t.OIDCIDPEntityID, true)
	case onboarding.AuthWebex:
		f.put(onboarding.T("authentication"), "auth_mode", "Webex authentication", true)
	default:
		f.put(onboarding.T("authentication"), "auth_mode", "", true)
	}
}

func (c *Counter) assistLocation(cu *onboarding.Customer, p place) onboarding.AssistLocation {
	f := &form{Counter: c, row: p.row}
	a, state, zone, language := cu.Address, cu.Resolved.State, cu.TimeZone, cu.AnnounceLanguage
	if l := p.location; l != nil {
		a, state = l.Address, l.Resolved.State
		zone, language = cmp.Or(l.TimeZone, zone), cmp.Or(l.AnnounceLanguage, language)
	}
	f.put(onboarding.T("name"), p.nameAt, p.name, true).Published = true
	f.put(onboarding.T("address"), "line1", strings.Join(filled(a.Line1, a.Line2), ", "), true)
	f.put(onboarding.T("city"), "city", a.City, true)
	f.put(onboarding.T("state or province"), "state", cmp.Or(state, a.State), false)
	f.put(onboarding.T("postal code"), "zip", a.Zip, false)
	f.put(onboarding.T("country"), "country", p.country, true)
	f.put(onboarding.T("time zone"), "timezone", zone, true)
	f.put(onboarding.T("announcement language"), "language", language, true)
	if p.location != nil {
		f.put(onboarding.T("main number"), "main_number", p.main, false)
		f.put(onboarding.T("PSTN provider"), "pstn_connection", p.pstn, true)
	} else {
		f.fields = append(f.fields, onboarding.AssistField{Name: onboarding.T("PSTN provider"), Need: true, Fill: f.headquartersRow(p.name)})
	}
	f.put(onboarding.T("users"), "", strconv.Itoa(p.count.users), false).Published = true
	f.put(onboarding.T("users by package"), "", c.counts(p.count.packages), false)
	f.put(onboarding.T("numbers"), "", strconv.Itoa(p.count.numbers), false)
	out := onboarding.AssistLocation{Name: p.name, Fields: f.fields}
	for _, n := range p.count.noted {
		cell := onboarding.Place{Source: n.source, Row: n.row, Column: n.source.Column("phone_number")}
		out.Numbers = append(out.Numbers, onboarding.AssistNumber{E164: "+" + strconv.FormatUint(n.digits, 10), Day: n.day, Cell: cell})
	}
	return out
}

// headquartersRow says where the PSTN connection of a headquarters goes that has no row of its own.
func (f *form) headquartersRow(name string) onboarding.Text {
	sheet, column := f.sheetOf(onboarding.Locations, f.language()), f.Label(onboarding.Locations, "pstn_connection", f.language())
	if name == "" {
		return onboarding.T("add a row for the headquarters to the sheet %q, under its name, and fill its column %q", sheet, column)
	}
	return onboarding.T("add a row named %q, as the headquarters is, to the sheet %q and fill its column %q", name, sheet, column)
}

// sheetOf names the sheet, or the file, that holds the rows of a kind; where there is none yet, as it is to be called.
func (c *Counter) sheetOf(k onboarding.Kind, lang string) string {
	for _, s := range c.batch.Sources {
		if s.Kind == k {
			return cmp.Or(s.Sheet, s.File)
		}
	}
	return c.Label(k, "", lang)
}

func filled(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// packages lists what the customer has, with quantities where there are some.
func (c *Counter) packages(cu *onboarding.Customer) string {
	var out []string
	for _, s := range cu.Seats {
		name := s.Label
		if p, ok := c.Facts.Package(s.Label); ok {
			name = p.Display
		}
		if s.Numeric {
			name += " " + strconv.Itoa(s.Limit)
		}
		out = append(out, name)
	}
	return strings.Join(out, ", ")
}

func (c *Counter) counts(list []onboarding.PackageCount) string {
	var out []string
	for _, n := range list {
		name := n.Package
		if p, ok := c.Facts.Package(n.Package); ok {
			name = p.Display
		}
		out = append(out, name+" "+strconv.Itoa(n.Users))
	}
	return strings.Join(out, ", ")
}
