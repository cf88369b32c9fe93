package main

import (
	"fmt"

	"muster/internal/onboarding"
)

// user adds a user of Rheinwerk, good but for the other values.
func (p *planter) user(other values, wants ...want) {
	p.n++
	good := values{
		"external_id": "crm-005102", "first_name": "Max", "last_name": fmt.Sprintf("Muster %d", p.n), "email": fmt.Sprintf("max.%d@rheinwerk.example", p.n),
		"package": calling, "location": "Werk Köln", "phone_number": fmt.Sprintf("+49 221 4710 %d", 500+p.n), "extension": fmt.Sprint(5000 + p.n),
	}
	p.add(onboarding.Users, good, other, wants...)
}

func (p *planter) users() {
	e, w := "error", "warning"
	p.user(values{"first_name": ""}, want{"user-required", e, "first_name"})
	p.user(values{"package": ""}, want{"user-required", e, "package"})
	p.user(values{"external_id": "crm-5102"}, want{"user-customer", e, "external_id"})
	p.user(values{"email": "max.muster@"}, want{"user-email", e, "email"})
	p.user(values{"email": "max muster@rheinwerk.example"}, want{"user-email", e, "email"})
	p.user(values{"email": "Anna.Mueller@Rheinwerk.example"}, want{"user-email-duplicate", e, "email"})
	p.user(values{"package": "Webex Telepathy"}, want{"user-package", e, "package"})
	p.user(values{"package": "Cisco Calling Plan"}, want{"user-package", e, "package"})
	p.user(values{"package": voice}, want{"user-package", e, "package"})
	p.user(values{"location": ""}, want{"user-location", e, "location"})
	p.user(values{"location": "Werk Mars"}, want{"user-location", e, "location"})
	p.user(values{"phone_number": "", "extension": ""}, want{"user-number-or-extension", e, "phone_number"})
	p.user(values{"phone_number": "0221 CALL-ME"}, want{"user-phone", e, "phone_number"})
	p.user(values{"phone_number": "+49 221"}, want{"user-phone", e, "phone_number"})
	p.user(values{"phone_number": "0221 4710 100"}, want{"user-phone-duplicate", e, "phone_number"})
	p.user(values{"phone_number": "+34 910 555 777"}, want{"user-phone-country", w, "phone_number"})
	p.user(values{"phone_number": "0800 3301000"}, want{"user-phone-tollfree", w, "phone_number"})
	p.user(values{"extension": "7"}, want{"user-extension", e, "extension"})
	p.user(values{"extension": "112"}, want{"user-extension", e, "extension"})
	p.user(values{"extension": "12-34"}, want{"user-extension", e, "extension"})
	p.user(values{"extension": "1001"}, want{"user-extension-duplicate", e, "extension"})
	p.user(values{"role": "Boss"}, want{"user-role", e, "role"})
	p.user(values{"external_id": "crm-004711", "package": meetings, "email": "kim.late@harborlight.example", "phone_number": "", "extension": "1900", "location": ""},
		want{"user-calling-fields-ignored", w, "extension"})
	p.user(values{"phone_number": "4.92215E+11"}, want{"cell-lossy", e, "phone_number"})
	p.user(values{"phone_number": 492214710888}, want{"cell-lossy", e, "phone_number"})
	p.user(values{"extension": day(2026, 10, 11)}, want{"cell-lossy", e, "extension"})
	p.user(values{"last_name": "#N/A"}, want{"cell-error-value", e, "last_name"})
	p.user(values{"last_name": "Muster\u00a0Mann"}, want{"cell-normalised", "note", "last_name"})
	p.user(values{"extension": "５９９９"}, want{"cell-normalised", "note", "extension"})
	p.teams()
}

// teams adds people of the customers whose mistake is only seen with them.
func (p *planter) teams() {
	of := func(customer, mail string) values {
		return values{"external_id": customer, "email": mail, "location": "Zentrale"}
	}
	p.user(of("bad-few-seats", "chef@knapp.example"))
	p.user(of("bad-few-seats", "zwei@knapp.example"))
	p.user(of("bad-no-admin", "eins@ohne.example"))
	p.user(of("bad-late-admin", "erster@spaet.example"))
	p.user(of("bad-late-admin", "zweiter@spaet.example"))
	p.user(with(of("bad-parity", "chef@parity.example"), values{"package": calling}), want{"admin-package-parity", "error", "package"})
	p.user(with(of("bad-parity", "gast@parity.example"), values{"package": suite}))
}

// reading plants what is seen while the sheets are read: headings, rows and sheets.
func (p *planter) reading() {
	users := p.book.sheet(onboarding.Users)
	users.heads = append(users.heads, head{text: "Desk"})
	p.heading(users, want{"header-unknown", "note", "Desk"})
	for i := range users.rows {
		users.rows[i] = append(users.rows[i], "")
	}
	users.hides = 40
	p.list = append(p.list, expected{"row-hidden", "note", fmt.Sprintf("Users!%d", users.headRow()+1+users.hides)})
	users.rows[50] = append(users.rows[50], "moved")
	p.list = append(p.list, expected{"row-ragged", "error", fmt.Sprintf("Users!%s%d", onboarding.ColumnLetters(len(users.heads)+1), users.headRow()+1+50)})

	customers := p.book.sheet(onboarding.Customers)
	customers.heads[customers.column("go_live")].text = "Go-live dtae"
	p.heading(customers, want{"header-near-miss", "warning", "go_live"})

	locations := p.book.sheet(onboarding.Locations)
	locations.heads = append(locations.heads, head{text: "Town"})
	p.heading(locations, want{"header-duplicate", "error", "Town"})

	p.book = append(p.book, &sheet{name: "Read me", heads: []head{{text: "How to fill in this workbook"}}, rows: [][]any{{"Ask the migration team."}}})
	p.list = append(p.list, expected{"sheet-skipped", "note", "Read me"})
}

// heading notes a finding at a heading.
func (p *planter) heading(s *sheet, w want) {
	p.list = append(p.list, expected{w.rule, w.severity, fmt.Sprintf("%s!%s%d", p.w.sheetName(s, "en"), onboarding.ColumnLetters(s.column(w.column)+1), s.headRow())})
}
