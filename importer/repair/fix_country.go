package repair

import (
	"muster/internal/facts"
	"muster/internal/onboarding"
)

// fixCountry writes the ISO 3166-1 code of a country's name, in any of the languages that the check reads.
func fixCountry(f *facts.Tables, c cell) (text string, reason onboarding.Text) {
	if c.field != "country" {
		return c.text, onboarding.Text{}
	}
	if iso, ok := f.Country(c.text); ok {
		return iso, onboarding.T("the country's ISO code")
	}
	return c.text, onboarding.Text{}
}
