package validate

import (
	"strings"
	"unicode/utf8"

	"muster/internal/onboarding"
)

// customerRequired refuses a customer without what a create needs.
func customerRequired() Rule {
	return Rule{
		ID: "customer-required", Severity: onboarding.Error,
		Summary: "a customer has an external ID, a name, an administrator, a country, a template, an address and a city; with a calling package also a time zone and an announcement language",
		Why:     "the service refuses a customer without them; the headquarters becomes a calling location (documented by the vendor)",
		Fix:     "fill the empty cell",
		Example: "Company name: (empty)\nerror: the company name is missing",
		Customer: func(w *Walk, c *onboarding.Customer) {
			w.required(c.Row, []requirement{
				{"external_id", c.ExternalID, "external customer ID"},
				{"name", c.Name, "company name"},
				{"admin_email", c.AdminEmail, "administrator email"},
				{"country", c.Address.Country, "country"},
				{"template", c.Template, "onboarding template"},
				{"line1", c.Address.Line1, "address line 1"},
				{"city", c.Address.City, "city"},
			})
			if !c.Resolved.Calling {
				return
			}
			hq := c.Resolved.HQSite
			if c.TimeZone == "" && (hq == nil || hq.TimeZone == "") {
				w.missingForCalling(c, "timezone", "time zone")
			}
			if c.AnnounceLanguage == "" && (hq == nil || hq.AnnounceLanguage == "") {
				w.missingForCalling(c, "language", "announcement language")
			}
		},
	}
}

// missingForCalling reports a value that only calling customers need. Its column is optional, so where it is missing the
// finding stands once, at the headings.
func (w *Walk) missingForCalling(c *onboarding.Customer, f onboarding.Field, name onboarding.Word) {
	place := at(c.Row, f, "")
	if place.place().Column == 0 {
		if !w.first("no column " + string(f) + c.Source.File + c.Source.Sheet) {
			*w.held = true
			return
		}
		place = heading(c.Row, f)
	}
	w.add(place, onboarding.T("the %s of the headquarters is missing; a customer with a calling package needs it", name), onboarding.T("fill the cell, or add the headquarters to the sheet of locations"))
}

// customerName refuses the one character that the service does not take.
func customerName() Rule {
	return Rule{
		ID: "customer-name", Severity: onboarding.Error,
		Summary: "a company name holds no percent sign",
		Why:     "the service refuses it (documented by the vendor)",
		Fix:     "write the word instead of the sign",
		Example: "Company name: Hundert % GmbH\nerror: the company name \"Hundert % GmbH\" holds a percent sign",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if strings.ContainsAny(c.Name, "%％") {
				w.add(at(c.Row, "name", c.Name), onboarding.T("the company name %q holds a percent sign", c.Name), onboarding.T("write the word instead of the sign"))
			}
		},
	}
}

// customerAdminEmail looks at the first administrator's address.
func customerAdminEmail() Rule {
	return Rule{
		ID: "customer-admin-email", Severity: onboarding.Error,
		Summary: "the administrator's email is an address, of one customer only, and not of a free mail provider",
		Why:     "the address becomes the organization's first administrator and must not belong to another organization (documented by the vendor); free mail addresses often have an account of their own already (our judgement, a warning)",
		Fix:     "name an address of the customer's own domain",
		Example: "Administrator email: chef.ohne.example\nerror: \"chef.ohne.example\" has no @",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if c.AdminEmail == "" {
				return
			}
			here := at(c.Row, "admin_email", c.AdminEmail)
			if msg := mailFault(c.AdminEmail); !msg.Empty() {
				w.add(here, msg, onboarding.T("write it as name@domain"))
				return
			}
			key := strings.ToLower(c.AdminEmail)
			if first, twice := w.admins[key]; twice && first.ExternalID != c.ExternalID {
				w.addAs(onboarding.Warning, here, onboarding.T("%q administers the customer in %s already; an address belongs to one organization", c.AdminEmail, first.Cell("admin_email").Cell()), onboarding.T("name another address"))
				return
			}
			w.admins[key] = c
			if _, domain, _ := strings.Cut(key, "@"); w.Facts.FreeMail(domain) {
				w.addAs(onboarding.Warning, here, onboarding.T("%q is an address of a free mail provider; its owner may have to agree first", c.AdminEmail), onboarding.T("name an address of the customer's own domain"))
			}
		},
	}
}

// customerExternalID refuses a second customer of one key.
func customerExternalID() Rule {
	return Rule{
		ID: "customer-external-id", Severity: onboarding.Error,
		Summary: "an external customer ID stands once",
		Why:     "it is the partner's own key, by which a customer is found again (documented by the vendor)",
		Fix:     "give each customer its own ID",
		Example: "customers.csv:2 External customer ID: c1\ncustomers.csv:4 External customer ID: c1\nerror: the external customer ID \"c1\" stands in customers.csv:2:1 already",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if c.ExternalID == "" {
				return
			}
			if first, twice := w.customers[c.ExternalID]; twice {
				w.add(at(c.Row, "external_id", c.ExternalID), onboarding.T("the external customer ID %q stands in %s already", c.ExternalID, first.Cell("external_id").Cell()), onboarding.T("give each customer its own ID, or delete the row"))
				return
			}
			w.customers[c.ExternalID] = c
		},
	}
}

// customerTemplate refuses a reference to a template that is not there.
func customerTemplate() Rule {
	return Rule{
		ID: "customer-template", Severity: onboarding.Error,
		Summary: "a customer's onboarding template is one of the sheet Templates, by name or Provisioning ID",
		Why:     "a customer is created with its template's Provisioning ID (documented by the vendor)",
		Fix:     "correct the name, or add the template",
		Example: "Onboarding template: Europa, and the sheet Templates has only Europe\nerror: there is no template \"Europa\"",
		Customer: func(w *Walk, c *onboarding.Customer) {
			switch {
			case c.Template == "" || c.Resolved.Template != nil:
			case !w.Options.Batch.Has(onboarding.Templates):
				w.unchecked(at(c.Row, "template", c.Template), onboarding.Templates)
			default:
				w.add(at(c.Row, "template", c.Template), onboarding.T("there is no template %q", c.Template), onboarding.T("correct the name, or add the template to the sheet of templates"))
			}
		},
	}
}

// customerCountry refuses a country that nobody knows.
func customerCountry() Rule {
	return Rule{
		ID: "customer-country", Severity: onboarding.Error,
		Summary: "a customer's country is an ISO 3166 code or a country's name in one of the six languages",
		Why:     "the service takes two-letter codes (documented by the vendor)",
		Fix:     "write the two letters of the country, such as US or DE",
		Example: "Country: Deutschlond\nerror: \"Deutschlond\" is no country",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if c.Address.Country != "" && c.Resolved.Country == "" {
				w.add(at(c.Row, "country", c.Address.Country), onboarding.T("%q is no country", c.Address.Country), onboarding.T("write the two letters of the country, such as US or DE"))
			}
		},
	}
}

// customerSupportedLocation asks for the confirmation that Partner Hub asks for.
func customerSupportedLocation() Rule {
	return Rule{
		ID: "customer-supported-location", Severity: onboarding.Warning,
		Summary: "somebody has confirmed that the customer is in a supported location",
		Why:     "Partner Hub has a check box for it; the API does not ask, so nobody else will (documented by the vendor)",
		Fix:     "look the country up in the vendor's list, and write yes",
		Example: "Supported location confirmed: no\nwarning: \"no\" does not confirm that the customer is in a supported location",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if yes, _ := w.Facts.YesNo(c.SupportedLocation); yes {
				return
			}
			here := at(c.Row, "supported_location_confirmed", c.SupportedLocation)
			if here.place().Column == 0 {
				if !w.first("no column for supported location " + c.Source.File + c.Source.Sheet) {
					return
				}
				here = heading(c.Row, "supported_location_confirmed")
			}
			msg := onboarding.T("nobody has confirmed that the customer is in a supported location")
			if c.SupportedLocation != "" {
				msg = onboarding.T("%q does not confirm that the customer is in a supported location", c.SupportedLocation)
			}
			w.add(here, msg, onboarding.T("look the country up in the vendor's list of supported countries, and write yes"))
		},
	}
}

// customerLanguage looks at the language of the organization.
func customerLanguage() Rule {
	return Rule{
		ID: "customer-language", Severity: onboarding.Error,
		Summary: "a customer's language is a code such as en or en_US, or a language's name",
		Why:     "the service takes codes of this form (documented by the vendor); which codes it offers is remembered only, so an unusual one is a warning",
		Fix:     "write a code such as en or en_US",
		Example: "Language: Klingonisch\nerror: \"Klingonisch\" is no language",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if c.Language == "" {
				return
			}
			code, known := w.Facts.OrgLanguage(c.Language)
			w.language(at(c.Row, "customer_language", c.Language), code, known)
		},
	}
}

// language reports a word that is no language, and warns of a language that the service may not offer.
func (w *Walk) language(c cell, code string, known bool) {
	switch {
	case code == "":
		w.add(c, onboarding.T("%q is no language", c.value), onboarding.T("write a code such as en_US"))
	case !known:
		w.addAs(onboarding.Warning, c, onboarding.T("the service is not known to offer the language %q", c.value), onboarding.T("look it up in the vendor's list of languages"))
	}
}

// customerRegion notes a customer in another region than its template.
func customerRegion() Rule {
	return Rule{
		ID: "customer-region", Severity: onboarding.Note,
		Summary: "a customer lies in the region of its template",
		Why:     "a partner may create customers in any region, and where the data of an organization is kept follows from its country (documented by the vendor; which countries share a region is our reading)",
		Fix:     "nothing, if it is meant",
		Example: "Country: NZ, and the template Europe has DE\nnote: the customer lies in the rest of the world, its template \"Europe\" in Europe; its data may be kept in another region",
		Customer: func(w *Walk, c *onboarding.Customer) {
			t := c.Resolved.Template
			if t == nil || c.Resolved.Country == "" || t.Resolved.Country == "" {
				return
			}
			if here, there := region(c.Resolved.Country), region(t.Resolved.Country); here != there {
				w.add(at(c.Row, "country", c.Address.Country), onboarding.T("the customer lies in %s, its template %q in %s; its data may be kept in another region", here, t.Name, there), no())
			}
		},
	}
}

// region is where the data of organizations in a country is kept, as far as we read the vendor's pages: Europe for the
// European Economic Area, Switzerland and the United Kingdom, the rest of the world for all others.
func region(iso string) onboarding.Word {
	switch iso {
	case "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
		"IS", "LI", "NO", "CH", "GB":
		return "Europe"
	}
	return "the rest of the world"
}

// customerE911 notes the extra mails of emergency calling.
func customerE911() Rule {
	return Rule{
		ID: "customer-e911", Severity: onboarding.Note,
		Summary: "people know that customers in the United States and Canada get a separate RedSky mail",
		Why:     "emergency calling is switched on by itself there, and its mails cannot be switched off (documented by the vendor)",
		Fix:     "tell the customer beforehand",
		Example: "Country: DE, and a location in CA\nnote: users and administrators in the United States and Canada get a separate RedSky mail about emergency calls",
		Customer: func(w *Walk, c *onboarding.Customer) {
			e911 := northAmerica(c.Resolved.Country)
			for _, l := range c.Sites {
				e911 = e911 || northAmerica(l.Resolved.Country)
			}
			if e911 {
				w.add(at(c.Row, "country", c.Address.Country), onboarding.T("users and administrators in the United States and Canada get a separate RedSky mail about emergency calls"), no())
			}
		},
	}
}

func northAmerica(iso string) bool { return iso == "US" || iso == "CA" }

// long counts the characters of a text as people do.
func long(s string, most int) bool { return len(s) > most && utf8.RuneCountInString(s) > most }
