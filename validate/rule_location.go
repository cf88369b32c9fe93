package validate

import (
	"slices"
	"strings"
	"unicode/utf8"

	"muster/internal/onboarding"
)

const locationName = 80 // characters of a calling location's name, documented by the vendor

// locationRequired refuses a location without what a create needs.
func locationRequired() Rule {
	return Rule{
		ID: "location-required", Severity: onboarding.Error,
		Summary: "a location has a customer, a name, an address and a city, a time zone and an announcement language",
		Why:     "the service refuses a location without them (documented by the vendor); a row that describes the headquarters may leave out what the customer's row says",
		Fix:     "fill the empty cell",
		Example: "Location name: (empty)\nerror: the location name is missing",
		Location: func(w *Walk, l *onboarding.Location) {
			w.required(l.Row, []requirement{{"external_id", l.Customer, "external customer ID"}, {"name", l.Name, "location name"}})
			if c := l.Resolved.Customer; c != nil && c.Resolved.HQSite == l {
				w.headquartersRow(c, l)
				return
			}
			w.required(l.Row, []requirement{{"timezone", l.TimeZone, "time zone"}, {"language", l.AnnounceLanguage, "announcement language"}})
			for _, r := range []requirement{{"line1", l.Address.Line1, "address line 1"}, {"city", l.Address.City, "city"}} {
				if r.value == "" {
					w.missingPart(l.Row, r.field, onboarding.Error, onboarding.T("the %s of the location is missing", r.name))
				}
			}
		},
	}
}

// headquartersRow asks for what neither the row of the headquarters nor its customer's row says. Of a customer who makes
// calls, customer-required tells.
func (w *Walk) headquartersRow(c *onboarding.Customer, l *onboarding.Location) {
	if c.Resolved.Calling {
		return
	}
	if c.TimeZone == "" {
		w.required(l.Row, []requirement{{"timezone", l.TimeZone, "time zone"}})
	}
	if c.AnnounceLanguage == "" {
		w.required(l.Row, []requirement{{"language", l.AnnounceLanguage, "announcement language"}})
	}
}

// locationCustomer refuses a location of a customer that is not there.
func locationCustomer() Rule {
	return Rule{
		ID: "location-customer", Severity: onboarding.Error,
		Summary: "a location's customer is one of the sheet Customers",
		Why:     "a location is made within its customer's organization (documented by the vendor)",
		Fix:     "correct the external customer ID",
		Example: "External customer ID: C1, and the sheet Customers has only c1\nerror: there is no customer \"C1\"",
		Location: func(w *Walk, l *onboarding.Location) {
			switch {
			case l.Customer == "" || l.Resolved.Customer != nil:
			case !w.Options.Batch.Has(onboarding.Customers):
				w.unchecked(at(l.Row, "external_id", l.Customer), onboarding.Customers)
			default:
				w.add(at(l.Row, "external_id", l.Customer), onboarding.T("there is no customer %q", l.Customer), onboarding.T("correct the external customer ID, or add the customer"))
			}
		},
	}
}

// locationDuplicate refuses a second location of one name.
func locationDuplicate() Rule {
	return Rule{
		ID: "location-duplicate", Severity: onboarding.Error,
		Summary: "a customer has one location of a name",
		Why:     "locations are found again by their names (our judgement)",
		Fix:     "rename one of the two, or delete the row",
		Example: "locations.csv:3 Location name: Köln\nlocations.csv:5 Location name: KÖLN\nerror: the location \"KÖLN\" of this customer stands in locations.csv:3:2 already",
		Location: func(w *Walk, l *onboarding.Location) {
			if l.Customer == "" || l.Name == "" {
				return
			}
			key := siteKey{l.Customer, strings.ToLower(l.Name)}
			if first, twice := w.sites[key]; twice {
				w.add(at(l.Row, "name", l.Name), onboarding.T("the location %q of this customer stands in %s already", l.Name, first.Cell("name").Cell()), onboarding.T("rename one of the two, or delete the row"))
				return
			}
			w.sites[key] = l
		},
	}
}

// locationNameLength refuses a name that is too long, of the headquarters as well.
func locationNameLength() Rule {
	return Rule{
		ID: "location-name", Severity: onboarding.Error,
		Summary: "a location's name has at most 80 characters",
		Why:     "that is the limit of locations that make calls (documented by the vendor)",
		Fix:     "shorten the name",
		Example: "Location name: Lagerhalle am Südhafen hinter dem großen Kran, zweites Tor links, Eingang B im OG\nerror: \"Lagerhalle am Südhafen hinter dem großen Kran, zweites Tor links, Eingang B im OG\" has 81 characters; a location's name has at most 80",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if c.Resolved.Calling && c.Resolved.HQSite == nil && long(c.Resolved.HQ, locationName) {
				here := at(c.Row, "hq_location", c.HQName)
				if c.HQName == "" {
					here = at(c.Row, "name", c.Name)
				}
				w.add(here, onboarding.T("the headquarters' name %q has %d characters; a location's has at most %d", c.Resolved.HQ, utf8.RuneCountInString(c.Resolved.HQ), locationName), onboarding.T("give the headquarters a shorter name of its own"))
			}
		},
		Location: func(w *Walk, l *onboarding.Location) {
			if long(l.Name, locationName) {
				w.add(at(l.Row, "name", l.Name), onboarding.T("%q has %d characters; a location's name has at most %d", l.Name, utf8.RuneCountInString(l.Name), locationName), onboarding.T("shorten it"))
			}
		},
	}
}

// locationTimeZone looks at time zones, of the headquarters as well.
func locationTimeZone() Rule {
	return Rule{
		ID: "location-timezone", Severity: onboarding.Error,
		Summary: "a time zone is a name of the tz database, and one of its country",
		Why:     "the service takes IANA names (documented by the vendor); the documented list of the United States is short; a zone of another country is most likely a slip (our judgement); both are warnings",
		Fix:     "write a name such as America/Chicago or Europe/Berlin",
		Example: "Time zone: Europe/Belrin\nerror: there is no time zone \"Europe/Belrin\"",
		Customer: func(w *Walk, c *onboarding.Customer) {
			w.zone(at(c.Row, "timezone", c.TimeZone), c.Resolved.Country)
		},
		Location: func(w *Walk, l *onboarding.Location) {
			w.zone(at(l.Row, "timezone", l.TimeZone), l.Resolved.Country)
		},
	}
}

func (w *Walk) zone(c cell, iso string) {
	if c.value == "" {
		return
	}
	zones := w.Facts.ZonesOf(iso)
	example := "America/Chicago"
	if i := slices.IndexFunc(zones, w.Facts.ZoneSeen); i >= 0 {
		example = zones[i]
	} else if len(zones) > 0 {
		example = zones[0]
	}
	name, ok := w.Facts.Zone(c.value)
	switch {
	case !ok:
		w.add(c, onboarding.T("there is no time zone %q", c.value), onboarding.T("write a name such as %q", example))
	case len(zones) > 0 && !w.Facts.ZoneIn(iso, name):
		w.addAs(onboarding.Warning, c, onboarding.T("%q is no time zone of %s", name, w.country(iso)), onboarding.T("there it is %q, for example", example))
	case !w.Facts.ZoneSeen(name) && w.Facts.ZoneSeen(example):
		w.addAs(onboarding.Warning, c, onboarding.T("%q is not among the time zones that the service is known to take in %s", name, w.country(iso)), onboarding.T("write the one of its region, such as %q", example))
	}
}

// locationLanguage looks at announcement languages, of the headquarters as well.
func locationLanguage() Rule {
	return Rule{
		ID: "location-language", Severity: onboarding.Error,
		Summary: "an announcement language is a code such as en_us, or a language's name",
		Why:     "callers hear it; the service takes codes of this form (documented by the vendor), and which ones is remembered only, so an unusual one is a warning",
		Fix:     "write a code such as en_us or de_de",
		Example: "Announcement language: Klingonisch\nerror: \"Klingonisch\" is no language",
		Customer: func(w *Walk, c *onboarding.Customer) {
			w.announce(at(c.Row, "language", c.AnnounceLanguage), c.Resolved.Country)
		},
		Location: func(w *Walk, l *onboarding.Location) {
			w.announce(at(l.Row, "language", l.AnnounceLanguage), l.Resolved.Country)
		},
	}
}

func (w *Walk) announce(c cell, iso string) {
	if c.value == "" {
		return
	}
	code, known := w.Facts.CallingLanguage(c.value, iso)
	w.language(c, code, known)
}

// locationMainNumber refuses a main number that nobody can dial.
func locationMainNumber() Rule {
	return Rule{
		ID: "location-main-number", Severity: onboarding.Error,
		Summary: "a location's main number is a phone number of its country, or in international form",
		Why:     "the service takes E.164 numbers (documented by the vendor)",
		Fix:     "write it with + and the country code",
		Example: "Country: DE, Main number: 06131 4\nerror: \"06131 4\" reads as +4961314, which no numbering plan has",
		Location: func(w *Walk, l *onboarding.Location) {
			if l.MainNumber != "" && (l.Resolved.Main == "" || w.mayLackPlus(l.MainNumber, l.Resolved.Country)) {
				w.badNumber(at(l.Row, "main_number", l.MainNumber), l.Resolved.Country)
			}
		},
	}
}
