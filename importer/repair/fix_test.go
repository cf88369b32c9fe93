package repair

import (
	"testing"

	"muster/internal/facts"
	"muster/internal/onboarding"
)

// TestFixers shows what is certain, and what is left alone since it is not.
func TestFixers(t *testing.T) {
	const zip, phone = onboarding.Field("zip"), onboarding.Field("phone_number")
	tests := []struct {
		name string
		cell cell
		want string
	}{
		{"name of a country", cell{field: "country", text: "Deutschland"}, "DE"},
		{"name of a country in Chinese", cell{field: "country", text: "德國"}, "DE"},
		{"code in lower case", cell{field: "country", text: "de"}, "DE"},
		{"three letters", cell{field: "country", text: "USA"}, "US"},
		{"no country", cell{field: "country", text: "Atlantis"}, "Atlantis"},
		{"country's name elsewhere", cell{field: "city", text: "Mexico"}, "Mexico"},

		{"name of a state", cell{field: "state", text: "Texas", iso: "US"}, "TX"},
		{"state with its country", cell{field: "state", text: "us-tx", iso: "US"}, "TX"},
		{"prefecture", cell{field: "state", text: "東京都", iso: "JP"}, "13"},
		{"state of another country", cell{field: "state", text: "Texas", iso: "DE"}, "Texas"},
		{"state without a country", cell{field: "state", text: "Texas"}, "Texas"},
		{"state without a code of its own in the list", cell{field: "state", text: "金門縣", iso: "TW"}, "金門縣"},
		{"city and county of one name", cell{field: "state", text: "新竹", iso: "TW"}, "新竹"},
		{"the county alone", cell{field: "state", text: "新竹縣", iso: "TW"}, "HSQ"},

		{"zero lost in Germany", cell{field: zip, text: "1067", number: true, iso: "DE"}, "01067"},
		{"two zeros lost", cell{field: zip, text: "501", number: true, iso: "US"}, "00501"},
		{"zero lost in Spain", cell{field: zip, text: "8001", number: true, iso: "ES"}, "08001"},
		{"zero lost in Mexico", cell{field: zip, text: "6600", number: true, iso: "MX"}, "06600"},
		{"too much lost", cell{field: zip, text: "7", number: true, iso: "DE"}, "7"},
		{"typed as text", cell{field: zip, text: "1067", iso: "DE"}, "1067"},
		{"nothing lost", cell{field: zip, text: "10115", number: true, iso: "DE"}, "10115"},
		{"four digits are enough", cell{field: zip, text: "1010", number: true, iso: "AT"}, "1010"},
		{"two completions", cell{field: zip, text: "100", number: true, iso: "CR"}, "100"},
		{"no country, no code", cell{field: zip, text: "1067", number: true}, "1067"},
		{"form not known", cell{field: zip, text: "1067", number: true, iso: "AE"}, "1067"},

		{"national number", cell{field: phone, text: "030 23125190", iso: "DE"}, "+493023125190"},
		{"national number with marks", cell{field: "main_number", text: "(0221) 4710-191", iso: "DE"}, "+492214710191"},
		{"marks in an international number", cell{field: phone, text: "+1 (512) 555-0190", iso: "DE"}, "+15125550190"},
		{"two zeros for the +", cell{field: phone, text: "0049 30 23125190", iso: "DE"}, "+493023125190"},
		{"two zeros, or a longer prefix", cell{field: phone, text: "001 656 412 4567", iso: "HK"}, "001 656 412 4567"},
		{"two zeros before North America", cell{field: phone, text: "001 512 555 0190", iso: "DE"}, "+15125550190"},
		{"two zeros in North America", cell{field: phone, text: "0049 30 23125190", iso: "US"}, "0049 30 23125190"},
		{"North America with and without 1", cell{field: phone, text: "1-512-555-0190", iso: "US"}, "+15125550190"},
		{"lost + in the own country", cell{field: phone, text: "34910555777", iso: "ES"}, "+34910555777"},
		{"lost + of another country", cell{field: phone, text: "34910555777", iso: "US"}, "34910555777"},
		{"lost + in a country with a 0 in front", cell{field: phone, text: "493023125190", iso: "DE"}, "+493023125190"},
		{"lost + or national", cell{field: phone, text: "390100110", iso: "IT"}, "390100110"},
		{"lost + or lost 0", cell{field: phone, text: "490203557", iso: "DE"}, "490203557"},
		{"national without its 0", cell{field: phone, text: "3023125190", iso: "DE"}, "3023125190"},
		{"national without its 0, with marks", cell{field: phone, text: "30 23125190", iso: "DE"}, "30 23125190"},
		{"no such number", cell{field: phone, text: "+1 512 55", iso: "US"}, "+1 512 55"},
		{"national, country not known", cell{field: phone, text: "030 23125190"}, "030 23125190"},
		{"a fraction", cell{field: phone, text: "512.5550191", number: true, iso: "US"}, "512.5550191"},
		{"dots", cell{field: phone, text: "512.555.0191", iso: "US"}, "+15125550191"},
		{"an extension behind", cell{field: phone, text: "030 23125190 x12", iso: "DE"}, "030 23125190 x12"},
		{"an extension", cell{field: "extension", text: "03023125190", iso: "DE"}, "03023125190"},
	}
	f := facts.Load()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := tt.cell
			for _, fix := range fixers() {
				text, reason := fix(f, c)
				if text != c.text && reason.Empty() {
					t.Errorf("%q becomes %q without a reason", c.text, text)
				}
				c.text = text
			}
			if c.text != tt.want {
				t.Errorf("%q becomes %q, wanted %q", tt.cell.text, c.text, tt.want)
			}
			for _, fix := range fixers() {
				if again, _ := fix(f, c); again != c.text {
					t.Errorf("%q becomes %q the second time", c.text, again)
				}
			}
		})
	}
}
