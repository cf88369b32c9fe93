package validate

import (
	"slices"

	"muster/internal/onboarding"
)

// CountryRules is what the calling platform asks of addresses in a country.
type CountryRules struct {
	StateRequired, ZipRequired bool
	States                     []string // codes; none: any
	TimeZones                  []string // IANA names; none: any
}

// Postal is the part of an address that countries differ in.
type Postal struct {
	State, Zip, TimeZone string
}

// Judge holds an address to the platform's own rules, and gives findings of online-address.
func (r CountryRules) Judge(row onboarding.Row, iso string, a Postal) []onboarding.Finding {
	var out []onboarding.Finding
	add := func(f onboarding.Field, value string, msg, hint onboarding.Text) {
		if row.Readable(f) {
			out = append(out, onboarding.Finding{Rule: "online-address", Severity: onboarding.Error, Place: row.Cell(f), Field: f, Value: value, Message: msg, Hint: hint})
		}
	}
	switch {
	case a.State == "" && r.StateRequired:
		add("state", "", onboarding.T("the calling platform needs a state or province in %s", iso), onboarding.T("fill the cell"))
	case a.State != "" && len(r.States) > 0 && !slices.Contains(r.States, a.State):
		add("state", a.State, onboarding.T("the calling platform knows no state or province %q in %s", a.State, iso), onboarding.T("write the state's code"))
	}
	if a.Zip == "" && r.ZipRequired {
		add("zip", "", onboarding.T("the calling platform needs a postal code in %s", iso), onboarding.T("fill the cell"))
	}
	if a.TimeZone != "" && len(r.TimeZones) > 0 && !slices.Contains(r.TimeZones, a.TimeZone) {
		add("timezone", a.TimeZone, onboarding.T("the calling platform does not offer the time zone %q in %s", a.TimeZone, iso), onboarding.T("name one that it offers, such as %s", r.TimeZones[0]))
	}
	return out
}
