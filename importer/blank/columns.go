package blank

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"muster/importer/sheet"
	"muster/internal/facts"
	"muster/internal/onboarding"
)

// columns gives the columns of a sheet in the order in which people expect them.
func (b *book) columns(k onboarding.Kind) []column {
	var out []column
	for _, c := range sheet.Columns() {
		if c.Kind != k || c.Field == "packages" {
			continue // packages have a column each
		}
		must := c.Required || always(k, c.Field)
		out = append(out, column{
			heading: b.Words.Label(k.String(), string(c.Field), b.Language), required: must, sort: c.Sort,
			note: b.note(c.Sort, must, choice(k, c.Field)), example: b.example(k, c.Field), list: choice(k, c.Field),
		})
	}
	if k != onboarding.Customers {
		return out
	}
	for _, p := range b.packages() {
		list := "quantity"
		if !p.Quantity {
			list = "yesno"
		}
		out = append(out, column{heading: p.Display, note: b.note(sheet.Count, false, list), example: seats(p), list: list, sort: sheet.Count})
	}
	return out
}

// always tells columns that are filled in every migration, though a sheet without them can be read.
func always(k onboarding.Kind, f onboarding.Field) bool {
	switch k {
	case onboarding.Customers:
		return f == "supported_location_confirmed" || f == "timezone" || f == "language"
	case onboarding.Locations:
		return f == "line1" || f == "city" || f == "country"
	}
	return false
}

// packages lists those that a customer may have and that are common.
func (b *book) packages() []*facts.Package {
	var out []*facts.Package
	for _, p := range b.Facts.Packages() {
		if p.CustomerAssignable && (p.Quantity || p.API == "cisco_calling_plan") {
			out = append(out, p)
		}
	}
	return out
}

func seats(p *facts.Package) string {
	if p.API == "webex_calling" {
		return "25"
	}
	return ""
}

// note says what belongs into a column.
func (b *book) note(s sheet.Sort, must bool, list string) string {
	parts := []string{b.word("optional")}
	if must {
		parts[0] = b.word("required")
	}
	if word := map[sheet.Sort]string{
		sheet.List: "several", sheet.ID: "id", sheet.Phone: "phone", sheet.Digits: "digits", sheet.Postal: "postal", sheet.Mail: "mail", sheet.Date: "date", sheet.Count: "seats",
	}[s]; word != "" {
		parts = append(parts, b.word(word))
	}
	if list != "" {
		parts = append(parts, b.word("choose"))
	}
	return strings.Join(parts, " ")
}

// choice names the list that a column offers.
func choice(k onboarding.Kind, f onboarding.Field) string {
	switch f {
	case "country", "timezone":
		return string(f)
	case "default_email_language", "customer_language":
		return "locale"
	case "language":
		return "announce"
	case "auth_mode":
		return "auth"
	case "allow_admin_invite_emails", "allow_webex_to_webex_calling", "supported_location_confirmed", "activate_quantity", "setup_assist":
		return "yesno"
	case "platforms":
		return "platforms"
	case "role":
		return "role"
	case "template":
		return "template"
	case "package":
		return "package"
	case "external_id":
		if k != onboarding.Customers {
			return "customer"
		}
	}
	return ""
}

// choices writes the lists on a hidden sheet, a column each. Names of templates and customers are those that stand in their
// own sheets.
func (b *book) choices() error {
	name := b.Words.Label("own", "lists", b.Language)
	if _, err := b.file.NewSheet(name); err != nil {
		return err
	}
	for i, l := range b.values() {
		letters := onboarding.ColumnLetters(i + 1)
		for n, v := range l.values {
			if err := b.file.SetCellStr(name, fmt.Sprintf("%s%d", letters, n+1), v); err != nil {
				return err
			}
		}
		b.lists[l.name] = fmt.Sprintf("%s!$%s$1:$%s$%d", quoted(name), letters, letters, len(l.values))
	}
	b.lists["template"] = fmt.Sprintf("%s!$A$%d:$A$%d", quoted(b.name(onboarding.Templates)), firstRow, firstRow+999)
	b.lists["customer"] = fmt.Sprintf("%s!$A$%d:$A$%d", quoted(b.name(onboarding.Customers)), firstRow, lastRow)
	return b.file.SetSheetVisible(name, false)
}

func quoted(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

type choiceList struct {
	name   string
	values []string
}

// values gives the lists with their words in the workbook's language.
func (b *book) values() []choiceList {
	locales := b.Facts.Locales()
	announce := make([]string, len(locales))
	for i, l := range locales {
		announce[i] = strings.ToLower(l)
	}
	var packs []string
	for _, p := range b.Facts.Packages() {
		if p.UserAssignable && !p.AddOn {
			packs = append(packs, p.Display)
		}
	}
	hub := func(w string) string { return b.Words.Label("hub", w, b.Language) }
	return []choiceList{
		{"country", b.countries()},
		{"timezone", b.Facts.Zones()},
		{"locale", locales},
		{"announce", announce},
		{"yesno", []string{b.word("yes"), b.word("no")}},
		{"quantity", []string{b.word("unlimited"), "5", "10", "25", "50", "100"}},
		{"auth", []string{hub("auth.webex"), hub("auth.saml"), hub("auth.oidc")}},
		{"platforms", []string{"Wholesale", "Wholesale, BroadWorks"}},
		{"role", []string{b.word("role.full"), b.word("role.read"), b.word("role.user"), b.word("role.device"), b.word("role.support")}},
		{"package", packs},
	}
}

// countries gives the names by which a country is known; the code where its name is not.
func (b *book) countries() []string {
	names := display.Regions(language.MustParse(b.Language))
	var out []string
	for _, iso := range b.Facts.Countries() {
		name := iso
		if region, err := language.ParseRegion(iso); err == nil {
			name = names.Name(region)
		}
		if code, ok := b.Facts.Country(name); !ok || code != iso {
			name = iso
		}
		out = append(out, name)
	}
	return out
}

// example is what stands in the example's cell of a column.
func (b *book) example(k onboarding.Kind, f onboarding.Field) string {
	names := display.Regions(language.MustParse(b.Language))
	all := map[onboarding.Field]string{
		"external_id": "EXAMPLE-1", "line1": "1 Example Street", "city": "Austin", "state": "TX", "zip": "78701", "country": names.Name(language.MustParseRegion("US")),
		"timezone": "America/Chicago", "language": "en_us",
	}
	own := map[onboarding.Kind]map[onboarding.Field]string{
		onboarding.Templates: {
			"name": "Example template", "provisioning_id": "ZjViMzYxODctYzhkZC00NzI3LTgz", "service_provider_admin": "admin@partner.example",
			"default_email_language": "en_US", "subscription": "Sub-123456", "auth_mode": b.Words.Label("hub", "auth.webex", b.Language),
			"brand_name": "Example Voice", "allow_admin_invite_emails": b.word("no"), "platforms": "Wholesale",
		},
		onboarding.Customers: {
			"name": "Example Bakery", "admin_email": "ana@bakery.example", "template": "Example template", "customer_language": "en_US",
			"supported_location_confirmed": b.word("yes"), "hq_location": "Head Office", "wave": "1", "go_live": "2026-12-31",
		},
		onboarding.Locations: {"name": "Plant", "main_number": "+15125550190"},
		onboarding.Users: {
			"first_name": "Ana", "last_name": "Diaz", "email": "ana@bakery.example", "package": "Webex Calling", "location": "Head Office",
			"phone_number": "+15125550100", "extension": "1001", "role": b.word("role.full"),
		},
	}
	if v, ok := own[k][f]; ok {
		return v
	}
	return all[f]
}
