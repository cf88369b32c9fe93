package repair

import (
	"muster/internal/facts"
	"muster/internal/onboarding"
)

// fixState writes the ISO 3166-2 code, without the country, of the name of a state or province.
func fixState(f *facts.Tables, c cell) (text string, reason onboarding.Text) {
	if c.field != "state" || c.iso == "" || !f.HasStateList(c.iso) {
		return c.text, onboarding.Text{}
	}
	code, known := f.State(c.iso, c.text) // some known states have no code
	if !known || code == "" || cityOrCounty(f, c.iso, c.text) {
		return c.text, onboarding.Text{}
	}
	return code, onboarding.T("the state's code in %s", onboarding.Country{Code: c.iso, Name: f.CountryName(c.iso)})
}

// cityOrCounty tells a short name that stands for two places: in Taiwan, 新竹 and 嘉義 are a city and a county each.
func cityOrCounty(f *facts.Tables, iso, word string) bool {
	city, isCity := f.State(iso, word+"市")
	county, isCounty := f.State(iso, word+"縣")
	return isCity && isCounty && city != county
}
