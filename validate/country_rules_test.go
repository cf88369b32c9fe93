package validate_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/internal/onboarding"
	"muster/validate"
)

// TestCountryRules holds addresses to the calling platform's own rules.
func TestCountryRules(t *testing.T) {
	src := &onboarding.Source{File: "c.csv", HeaderRow: 1}
	for i, f := range []onboarding.Field{"state", "zip", "timezone"} {
		src.SetColumn(f, i+1)
	}
	row := onboarding.Row{Source: src, Number: 2}
	strict := validate.CountryRules{StateRequired: true, ZipRequired: true, States: []string{"TX"}, TimeZones: []string{"America/Chicago"}}
	for name, c := range map[string]struct {
		rules   validate.CountryRules
		address validate.Postal
		want    string
	}{
		"fits":            {strict, validate.Postal{State: "TX", Zip: "78701", TimeZone: "America/Chicago"}, ""},
		"lax":             {validate.CountryRules{}, validate.Postal{State: "Any", TimeZone: "Asia/Tokyo"}, ""},
		"nothing":         {strict, validate.Postal{}, "error online-address c.csv:2:1 the calling platform needs a state or province in US\nerror online-address c.csv:2:2 the calling platform needs a postal code in US\n"},
		"unknown state":   {strict, validate.Postal{State: "TZ", Zip: "1"}, "error online-address c.csv:2:1 the calling platform knows no state or province \"TZ\" in US\n"},
		"other time zone": {strict, validate.Postal{State: "TX", Zip: "1", TimeZone: "America/Detroit"}, "error online-address c.csv:2:3 the calling platform does not offer the time zone \"America/Detroit\" in US\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, printed(c.rules.Judge(row, "US", c.address))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
