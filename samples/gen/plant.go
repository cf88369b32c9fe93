package main

import (
	"fmt"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// expected is a finding that was planted.
type expected struct{ rule, severity, cell string }

// want is a finding at a column of a row.
type want struct{ rule, severity, column string }

// cells are the values of a row by column, where they differ from a good one.
type values map[string]any

// planter puts mistakes into a good book and keeps the list of them.
type planter struct {
	book book
	w    writer
	list []expected
	n    int // of rows added, for their keys
}

// plant spoils a book, one mistake a row, and gives the findings in the order of the sheets.
func plant(b *book, w writer) []expected {
	p := &planter{book: *b, w: w}
	for _, id := range []string{"crm-004711", "crm-004712", "crm-004713"} {
		s := b.sheet(onboarding.Customers)
		p.expect(s, s.row("external_id", id), want{"customer-e911", "note", "country"})
	}
	s := b.sheet(onboarding.Customers)
	s.heads = append(s.heads, head{field: "packages"}, head{pack: "Cisco Calling Plan"})
	for i := range s.rows {
		s.rows[i] = append(s.rows[i], "", "")
	}
	p.templates()
	p.customers()
	p.packages()
	p.locations()
	p.users()
	p.reading()
	*b = p.book
	slices.SortFunc(p.list, func(a, b expected) int {
		return strings.Compare(a.rule+" "+a.cell, b.rule+" "+b.cell)
	})
	return p.list
}

// expect notes a finding in a row of a sheet.
func (p *planter) expect(s *sheet, row int, w want) {
	cell := fmt.Sprintf("%s!%s%d", p.w.sheetName(s, "en"), onboarding.ColumnLetters(s.column(w.column)+1), s.headRow()+1+row)
	p.list = append(p.list, expected{w.rule, w.severity, cell})
}

// add appends a row made of a good one with other values, and what is to be found in it.
func (p *planter) add(kind onboarding.Kind, good, other values, wants ...want) {
	s := p.book.sheet(kind)
	row := make([]any, len(s.heads))
	for i := range row {
		row[i] = ""
	}
	for _, v := range []values{good, other} {
		for column, value := range v {
			row[s.column(column)] = value
		}
	}
	s.rows = append(s.rows, row)
	for _, w := range wants {
		p.expect(s, len(s.rows)-1, w)
	}
}

func (p *planter) templates() {
	s := p.book.sheet(onboarding.Templates)
	s.heads = append(s.heads, head{field: "allow_webex_to_webex_calling"})
	for i := range s.rows {
		s.rows[i] = append(s.rows[i], "")
	}
	good := func(name string) values {
		return values{
			"name": name, "provisioning_id": "ODkxMmQ3YmMtNTU0", "service_provider_admin": "onboarding@partner.example", "country": "DE",
			"default_email_language": "de_DE", "subscription": "Sub-104001", "auth_mode": "Webex", "platforms": "Wholesale",
		}
	}
	unused := want{"template-unused", "note", "name"}
	t := onboarding.Templates
	p.add(t, good("Standby"), values{"service_provider_admin": ""}, want{"template-required", "error", "service_provider_admin"}, unused)
	p.add(t, good("Europe with SSO"), nil, want{"template-duplicate", "error", "name"})
	p.add(t, good("Partner calling"), values{"ccp_provider": "Partner Voice"}, want{"template-pstn", "warning", "ccp_provider"}, unused)
	p.add(t, good("Chatty"), values{"allow_webex_to_webex_calling": "yes"}, want{"template-webex-calls", "warning", "allow_webex_to_webex_calling"}, unused)
	p.add(t, good("Torn"), values{"provisioning_id": "ODkxMmQ3 bmMtNTU0"}, want{"template-provisioning-id", "error", "provisioning_id"}, unused)
	p.add(t, good("Blank"), values{"provisioning_id": ""}, want{"template-provisioning-id", "note", "provisioning_id"}, unused)
	p.add(t, good("Sunken"), values{"country": "Atlantis"}, want{"template-country", "error", "country"}, unused)
	p.add(t, good("Spaceship"), values{"default_email_language": "Klingon"}, want{"template-language", "error", "default_email_language"}, unused)
	p.add(t, good("Two platforms"), values{"platforms": "Wholesale, BroadWorks"})
}

// customer adds a customer in Germany without people, good but for the other values.
func (p *planter) customer(other values, wants ...want) {
	p.n++
	id := fmt.Sprintf("bad-%03d", p.n)
	good := values{
		"external_id": id, "name": fmt.Sprintf("Beispiel %d GmbH", p.n), "admin_email": "chef@" + id + ".example", "country": "DE",
		"template": "Europe with SSO", "line1": "Hauptstraße 1", "city": "Berlin", "zip": "10117", "customer_language": "de_DE",
		"supported_location_confirmed": "yes", "hq_location": "Zentrale", "timezone": "Europe/Berlin", "language": "de_de", "wave": 4,
		calling: 5,
	}
	p.add(onboarding.Customers, good, other, wants...)
}

func (p *planter) customers() {
	e, w, n := "error", "warning", "note"
	p.customer(values{"name": ""}, want{"customer-required", e, "name"})
	p.customer(values{"city": ""}, want{"customer-required", e, "city"})
	p.customer(values{"timezone": ""}, want{"customer-required", e, "timezone"})
	p.customer(values{"language": ""}, want{"customer-required", e, "language"})
	p.customer(values{"name": "Hundert % GmbH"}, want{"customer-name", e, "name"})
	p.customer(values{"admin_email": "chef.beispiel.example"}, want{"customer-admin-email", e, "admin_email"})
	p.customer(values{"admin_email": "chef.beispiel@gmail.com"}, want{"customer-admin-email", w, "admin_email"})
	p.customer(values{"external_id": "crm-005101"}, want{"customer-external-id", e, "external_id"})
	p.customer(values{"template": "Europe without SSO"}, want{"customer-template", e, "template"})
	p.customer(values{"country": "Deutschlond"}, want{"customer-country", e, "country"})
	p.customer(values{"line1": "Straße des siebzehnten Juni einhundertfünfunddreißig"}, want{"customer-address", e, "line1"})
	p.customer(values{"zip": "D-10117-A"}, want{"customer-address", w, "zip"})
	p.customer(values{"supported_location_confirmed": "no"}, want{"customer-supported-location", w, "supported_location_confirmed"})
	p.customer(values{"customer_language": "Klingonisch"}, want{"customer-language", e, "customer_language"})
	p.customer(values{"timezone": "Europe/Belrin"}, want{"location-timezone", e, "timezone"})
	p.customer(values{"timezone": "America/Chicago"}, want{"location-timezone", w, "timezone"})
	p.customer(values{"language": "Klingonisch"}, want{"location-language", e, "language"})
	p.customer(values{"hq_location": strings.Repeat("Hauptsitz ", 8) + "Nord"}, want{"location-name", e, "hq_location"})
	austin := values{
		"country": "US", "template": "United States standard", "city": "Austin", "line1": "1 Main Street", "state": "TX", "zip": "78701",
		"customer_language": "en_US", "timezone": "America/Chicago", "language": "en_us",
	}
	e911 := want{"customer-e911", n, "country"}
	p.customer(with(austin, values{"state": "TZ"}), e911, want{"customer-address", e, "state"})
	p.customer(with(austin, values{"zip": ""}), e911, want{"customer-address", e, "zip"})
	p.customer(with(austin, values{"timezone": "America/Detroit"}), e911, want{"location-timezone", w, "timezone"})
	p.customer(with(austin, values{"template": "Europe with SSO"}), e911, want{"customer-region", n, "country"})
	p.seats()
}

func with(good, other values) values {
	out := make(values, len(good))
	for _, v := range []values{good, other} {
		for column, value := range v {
			out[column] = value
		}
	}
	return out
}

// seats plants mistakes of packages and quantities.
func (p *planter) seats() {
	e := "error"
	p.customer(values{calling: "", "packages": ""}, want{"package-none", e, "packages"})
	p.customer(values{calling: "", "packages": "Webex Calling, Webex Telepathy"}, want{"package-unknown", e, "packages"})
	p.customer(values{calling: "", "packages": "Attendant Console; Webex Meetings"}, want{"package-dependency", e, "packages"})
	p.customer(values{suite: "x"}, want{"package-quantity-missing", e, suite})
	p.customer(values{suite: 0}, want{"package-quantity-zero", e, suite})
	p.customer(values{suite: 2.5}, want{"package-quantity-invalid", e, suite})
	p.customer(values{suite: "many"}, want{"package-quantity-invalid", e, suite})
	p.customer(values{suite: "unlimited"}, want{"package-quantity-mixed", e, suite})
	p.customer(values{"Cisco Calling Plan": 3}, want{"package-quantity-not-allowed", e, "Cisco Calling Plan"})
	p.customer(values{"template": "Two platforms"}, want{"package-quantity-migration", e, calling})
	p.customer(values{"external_id": "bad-few-seats", "admin_email": "chef@knapp.example", calling: 1}, want{"package-quantity-exceeded", e, calling})
	p.customer(values{"external_id": "bad-two-counts", "admin_email": "chef@zweierlei.example"})
	p.customer(values{"external_id": "bad-no-admin"}, want{"admin-missing", "warning", "admin_email"})
	p.customer(values{"external_id": "bad-late-admin", "admin_email": "zweiter@spaet.example"}, want{"admin-not-first", "note", "admin_email"})
	p.customer(values{"external_id": "bad-parity", "admin_email": "chef@parity.example", suite: 5})
}

// packages adds the sheet Packages with a customer that is not there.
func (p *planter) packages() {
	p.book = append(p.book, &sheet{kind: onboarding.Packages, heads: fields("external_id", "package", "package_quantity")})
	p.add(onboarding.Packages, values{"external_id": "crm-004711", "package": assist, "package_quantity": 3}, nil)
	p.add(onboarding.Packages, values{"external_id": "crm-4711", "package": assist, "package_quantity": 3}, nil, want{"package-customer", "error", "external_id"})
	p.add(onboarding.Packages, values{"external_id": "bad-two-counts", "package": calling, "package_quantity": 7}, nil,
		want{"package-quantity-conflict", "error", "package_quantity"})
}

func (p *planter) locations() {
	place := func(other values, wants ...want) {
		p.n++
		good := values{
			"external_id": "crm-005102", "name": fmt.Sprintf("Lager %d", p.n), "line1": "Hafenstraße 1", "city": "Köln", "zip": "50667", "country": "DE",
			"timezone": "Europe/Berlin", "language": "de_de",
		}
		p.add(onboarding.Locations, good, other, wants...)
	}
	e, w := "error", "warning"
	place(values{"city": ""}, want{"location-required", e, "city"})
	place(values{"external_id": "crm-999999"}, want{"location-customer", e, "external_id"})
	place(values{"name": "Werk Frankfurt"}, want{"location-duplicate", e, "name"})
	place(values{"name": strings.Repeat("Lagerhalle ", 8)[:87]}, want{"location-name", e, "name"})
	place(values{"zip": "5O667"}, want{"location-address", w, "zip"})
	place(values{"timezone": "MEZ"}, want{"location-timezone", e, "timezone"})
	place(values{"timezone": "Europe/Madrid"}, want{"location-timezone", w, "timezone"})
	place(values{"language": "elvish"}, want{"location-language", e, "language"})
	place(values{"main_number": "0221 47"}, want{"location-main-number", e, "main_number"})
	place(values{
		"external_id": "crm-005202", "line1": "Carrer Major 1", "city": "Barcelona", "state": "B", "zip": 8007, "country": "ES", "timezone": "Europe/Madrid", "language": "es_es",
	}, want{"cell-lossy", e, "zip"})
}
