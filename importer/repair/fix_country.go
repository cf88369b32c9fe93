package repair

import "muster/internal/facts"

// fixCountry writes the ISO 3166-1 code of a country's name, in any of the languages that the check reads.
func fixCountry(f *facts.Tables, c cell) (text, reason string) {
	if c.field != "country" {
		return c.text, ""
	}
	if iso, ok := f.Country(c.text); ok {
		return iso, "the country's ISO code"
	}
	return c.text, ""
}
