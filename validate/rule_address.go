package validate

import (
	"unicode/utf8"

	"muster/internal/facts"
	"muster/internal/onboarding"
)

const addressLine = 50 // characters of an address line, documented by the vendor

// customerAddress looks at the customer's address with its country's eyes.
func customerAddress() Rule {
	return Rule{
		ID: "customer-address", Severity: onboarding.Error,
		Summary: "an address line has at most 50 characters; state and postal code are what the country asks for",
		Why:     "the length is documented by the vendor, as are state and postal code in the United States and Canada; elsewhere they follow postal convention, and are warnings",
		Fix:     "shorten the line, or write the state's code and the postal code as the country's post does",
		Example: "Country: US, State or province: TZ\nerror: \"TZ\" is no state or province of United States",
		Customer: func(w *Walk, c *onboarding.Customer) {
			w.address(c.Row, c.Address, c.Resolved.Country)
		},
	}
}

// locationAddress is the same for a further location.
func locationAddress() Rule {
	return Rule{
		ID: "location-address", Severity: onboarding.Error,
		Summary: "a location's address is what its country asks for",
		Why:     "as for customers; the emergency services are sent to it",
		Fix:     "shorten the line, or write the state's code and the postal code as the country's post does",
		Example: "Country: US, State or province: (empty)\nerror: the state or province is missing; addresses in \"United States\" need one",
		Location: func(w *Walk, l *onboarding.Location) {
			if l.Address == (onboarding.Address{}) {
				return // location-required tells when that matters
			}
			if l.Address.Country != "" && l.Resolved.Country == "" {
				w.add(at(l.Row, "country", l.Address.Country), onboarding.T("%q is no country", l.Address.Country), onboarding.T("write the two letters of the country, such as US or DE"))
				return
			}
			w.address(l.Row, l.Address, l.Resolved.Country)
		},
	}
}

func (w *Walk) address(row onboarding.Row, a onboarding.Address, iso string) {
	for _, line := range []requirement{{"line1", a.Line1, ""}, {"line2", a.Line2, ""}} {
		if long(line.value, addressLine) {
			w.add(at(row, line.field, line.value), onboarding.T("%q has %d characters; an address line has at most %d", line.value, utf8.RuneCountInString(line.value), addressLine), onboarding.T("shorten it, or move a part into the other line"))
		}
	}
	if iso == "" {
		return
	}
	rule := w.Facts.AddressRule(iso)
	severity := onboarding.Warning
	if rule.Confidence == facts.Documented {
		severity = onboarding.Error
	}
	w.state(row, a, iso, rule, severity)
	w.zip(row, a, iso, rule, severity)
}

func (w *Walk) state(row onboarding.Row, a onboarding.Address, iso string, rule facts.AddressRule, severity onboarding.Severity) {
	country := w.country(iso)
	if a.State == "" {
		if rule.StateRequired {
			w.missingPart(row, "state", severity, onboarding.T("the state or province is missing; addresses in %q need one", country))
		}
		return
	}
	if _, known := w.Facts.State(iso, a.State); !known && rule.HasStates {
		w.addAs(severity, at(row, "state", a.State), onboarding.T("%q is no state or province of %s", a.State, country), onboarding.T("write its code, such as TX for Texas"))
	}
}

// country names a country for readers.
func (w *Walk) country(iso string) onboarding.Country {
	return onboarding.Country{Code: iso, Name: w.Facts.CountryName(iso)}
}

func (w *Walk) zip(row onboarding.Row, a onboarding.Address, iso string, rule facts.AddressRule, severity onboarding.Severity) {
	country := w.country(iso)
	if a.Zip == "" {
		if rule.ZipRequired {
			w.missingPart(row, "zip", severity, onboarding.T("the postal code is missing; addresses in %q need one", country))
		}
		return
	}
	match, known := w.Facts.MatchZip(iso, a.Zip)
	if match || !known {
		return
	}
	here := at(row, "zip", a.Zip)
	if full, lost := w.withZeros(iso, a.Zip); lost {
		w.addRule("cell-lossy", onboarding.Error, here, onboarding.T("the postal code %q has lost its leading zero", a.Zip), onboarding.T("format the column as text and write %q", full))
		return
	}
	w.addAs(onboarding.Warning, here, onboarding.T("%q does not look like a postal code of %s", a.Zip, country), onboarding.T("there it looks like %q", rule.ZipExample))
}

// withZeros puts leading zeros back that a spreadsheet program dropped, when that makes a good postal code.
func (w *Walk) withZeros(iso, zip string) (full string, lost bool) {
	for i := 0; i < len(zip); i++ {
		if zip[i] < '0' || zip[i] > '9' {
			return "", false
		}
	}
	full = zip
	for range 2 {
		full = "0" + full
		if match, _ := w.Facts.MatchZip(iso, full); match {
			return full, true
		}
	}
	return "", false
}

// missingPart reports an empty part of an address, once a severity at the headings where its column is missing.
func (w *Walk) missingPart(row onboarding.Row, f onboarding.Field, severity onboarding.Severity, msg onboarding.Text) {
	here := at(row, f, "")
	if here.place().Column == 0 {
		if !w.first(w.rule.ID + " has no column " + string(f) + severity.String() + row.Source.File + row.Source.Sheet) {
			if severity == onboarding.Error {
				*w.held = true
			}
			return
		}
		here = heading(row, f)
	}
	w.addAs(severity, here, msg, onboarding.T("fill the cell"))
}
