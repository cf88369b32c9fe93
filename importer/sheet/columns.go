package sheet

import "muster/internal/onboarding"

// Sort says what a column's values look like, and so which damage by spreadsheet programs can be told from a value.
type Sort uint8

// The sorts of column.
const (
	FreeText Sort = iota // names and address lines: letters of any script stay as they are
	Code                 // words with a meaning: packages, countries, yes and no
	List                 // several such words, which line breaks may divide
	ID                   // identifiers, where every character counts
	Phone
	Digits // extensions
	Postal
	Mail
	Date
	Count
)

// Column is one heading of the workbook and the field it fills.
type Column struct {
	Kind     onboarding.Kind
	Field    onboarding.Field
	Required bool // a sheet of this kind without the column is an error
	Sort     Sort
}

// column binds a Column to the text it fills in a record.
type column[R any] struct {
	Field    onboarding.Field
	Required bool
	Sort     Sort
	text     func(*R) *string
}

// Columns lists every column of every kind of sheet, in the order in which people expect them.
func Columns() []Column {
	all := plain(onboarding.Templates, templateColumns())
	all = append(all, plain(onboarding.Customers, customerColumns())...)
	all = append(all, plain(onboarding.Packages, packageColumns())...)
	all = append(all, plain(onboarding.Locations, locationColumns())...)
	return append(all, plain(onboarding.Users, userColumns())...)
}

func plain[R any](k onboarding.Kind, cs []column[R]) []Column {
	out := make([]Column, len(cs))
	for i, c := range cs {
		out[i] = Column{k, c.Field, c.Required, c.Sort}
	}
	return out
}

const (
	required = true
	optional = false
)

func templateColumns() []column[onboarding.Template] {
	type t = onboarding.Template
	return []column[t]{
		{"name", required, FreeText, func(t *t) *string { return &t.Name }},
		{"provisioning_id", optional, ID, func(t *t) *string { return &t.ProvisioningID }},
		{"service_provider_admin", required, FreeText, func(t *t) *string { return &t.ServiceProviderAdmin }},
		{"country", required, Code, func(t *t) *string { return &t.Country }},
		{"default_email_language", required, Code, func(t *t) *string { return &t.DefaultEmailLanguage }},
		{"subscription", required, FreeText, func(t *t) *string { return &t.Subscription }},
		{"ccp_provider", optional, FreeText, func(t *t) *string { return &t.CCPProvider }},
		{"auth_mode", optional, Code, func(t *t) *string { return &t.Authentication }},
		{"idp_entity_id", optional, ID, func(t *t) *string { return &t.IDPEntityID }},
		{"oidc_idp_entity_id", optional, ID, func(t *t) *string { return &t.OIDCIDPEntityID }},
		{"tac_idp_name", optional, ID, func(t *t) *string { return &t.TACIDPName }},
		{"saml_metadata", optional, ID, func(t *t) *string { return &t.SAMLMetadata }},
		{"oidc_issuer", optional, ID, func(t *t) *string { return &t.OIDCIssuer }},
		{"brand_name", optional, FreeText, func(t *t) *string { return &t.BrandName }},
		{"allow_admin_invite_emails", optional, Code, func(t *t) *string { return &t.AllowAdminInvite }},
		{"allow_webex_to_webex_calling", optional, Code, func(t *t) *string { return &t.AllowWebexToWebex }},
		{"platforms", optional, List, func(t *t) *string { return &t.Platforms }},
	}
}

func customerColumns() []column[onboarding.Customer] {
	type c = onboarding.Customer
	return []column[c]{
		{"external_id", required, ID, func(c *c) *string { return &c.ExternalID }},
		{"name", required, FreeText, func(c *c) *string { return &c.Name }},
		{"admin_email", required, Mail, func(c *c) *string { return &c.AdminEmail }},
		{"country", required, Code, func(c *c) *string { return &c.Address.Country }},
		{"template", required, FreeText, func(c *c) *string { return &c.Template }},
		{"line1", required, FreeText, func(c *c) *string { return &c.Address.Line1 }},
		{"line2", optional, FreeText, func(c *c) *string { return &c.Address.Line2 }},
		{"city", required, FreeText, func(c *c) *string { return &c.Address.City }},
		{"state", optional, Code, func(c *c) *string { return &c.Address.State }},
		{"zip", optional, Postal, func(c *c) *string { return &c.Address.Zip }},
		{"customer_language", optional, Code, func(c *c) *string { return &c.Language }},
		{"supported_location_confirmed", optional, Code, func(c *c) *string { return &c.SupportedLocation }},
		{"packages", optional, List, func(c *c) *string { return &c.PackageList }},
		{"activate_quantity", optional, Code, func(c *c) *string { return &c.ActivateQuantity }},
		{"organization_id", optional, ID, func(c *c) *string { return &c.OrganizationID }},
		{"hq_location", optional, FreeText, func(c *c) *string { return &c.HQName }},
		{"timezone", optional, Code, func(c *c) *string { return &c.TimeZone }},
		{"language", optional, Code, func(c *c) *string { return &c.AnnounceLanguage }},
		{"emergency_location_identifier", optional, ID, func(c *c) *string { return &c.EmergencyLocation }},
		{"wave", optional, ID, func(c *c) *string { return &c.Wave }},
		{"go_live", optional, Date, func(c *c) *string { return &c.GoLive }},
		{"sub_partner", optional, ID, func(c *c) *string { return &c.SubPartner }},
		{"setup_assist", optional, Code, func(c *c) *string { return &c.SetupAssist }},
	}
}

func packageColumns() []column[seatRow] {
	return []column[seatRow]{
		{"external_id", required, ID, func(s *seatRow) *string { return &s.customer }},
		{"package", required, Code, func(s *seatRow) *string { return &s.label }},
		{"package_quantity", optional, Count, func(s *seatRow) *string { return &s.quantity }},
	}
}

func locationColumns() []column[onboarding.Location] {
	type l = onboarding.Location
	return []column[l]{
		{"external_id", required, ID, func(l *l) *string { return &l.Customer }},
		{"name", required, FreeText, func(l *l) *string { return &l.Name }},
		{"line1", optional, FreeText, func(l *l) *string { return &l.Address.Line1 }},
		{"line2", optional, FreeText, func(l *l) *string { return &l.Address.Line2 }},
		{"city", optional, FreeText, func(l *l) *string { return &l.Address.City }},
		{"state", optional, Code, func(l *l) *string { return &l.Address.State }},
		{"zip", optional, Postal, func(l *l) *string { return &l.Address.Zip }},
		{"country", optional, Code, func(l *l) *string { return &l.Address.Country }},
		{"timezone", required, Code, func(l *l) *string { return &l.TimeZone }},
		{"language", required, Code, func(l *l) *string { return &l.AnnounceLanguage }},
		{"main_number", optional, Phone, func(l *l) *string { return &l.MainNumber }},
		{"pstn_connection", optional, Code, func(l *l) *string { return &l.PSTN }},
	}
}

func userColumns() []column[onboarding.User] {
	type u = onboarding.User
	return []column[u]{
		{"external_id", required, ID, func(u *u) *string { return &u.Customer }},
		{"first_name", required, FreeText, func(u *u) *string { return &u.FirstName }},
		{"last_name", required, FreeText, func(u *u) *string { return &u.LastName }},
		{"email", required, Mail, func(u *u) *string { return &u.Email }},
		{"package", required, Code, func(u *u) *string { return &u.Package }},
		{"location", optional, FreeText, func(u *u) *string { return &u.Location }},
		{"phone_number", optional, Phone, func(u *u) *string { return &u.Phone }},
		{"extension", optional, Digits, func(u *u) *string { return &u.Extension }},
		{"role", optional, Code, func(u *u) *string { return &u.Role }},
		{"port_date", optional, Date, func(u *u) *string { return &u.PortDate }},
	}
}

// TemplateTexts gives what a record says in the columns of its kind, in the order of Columns: what a workbook of ours holds.
func TemplateTexts(t *onboarding.Template) []string { return texts(templateColumns(), t) }

// CustomerTexts gives what a record says in the columns of its kind, in the order of Columns.
func CustomerTexts(c *onboarding.Customer) []string { return texts(customerColumns(), c) }

// LocationTexts gives what a record says in the columns of its kind, in the order of Columns.
func LocationTexts(l *onboarding.Location) []string { return texts(locationColumns(), l) }

// UserTexts gives what a record says in the columns of its kind, in the order of Columns.
func UserTexts(u *onboarding.User) []string { return texts(userColumns(), u) }

func texts[R any](cols []column[R], rec *R) []string {
	out := make([]string, len(cols))
	for i, c := range cols {
		out[i] = *c.text(rec)
	}
	return out
}

// seatRow is one row of the sheet Packages.
type seatRow struct {
	onboarding.Row
	customer, label, quantity string
}
