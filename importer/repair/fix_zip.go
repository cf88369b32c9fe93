package repair

import (
	"strings"

	"muster/internal/facts"
	"muster/internal/onboarding"
)

// mostZeros is how many leading zeros a postal code is believed to have lost. Codes such as 00501 have two.
const mostZeros = 2

// fixZip puts back the zeros that a spreadsheet program dropped when it took a postal code for a number. Only a cell that is
// kept as a number has lost any, and only one completion may have the form of the country's codes.
func fixZip(f *facts.Tables, c cell) (text string, reason onboarding.Text) {
	if c.field != "zip" || !c.number || strings.Trim(c.text, "0123456789") != "" {
		return c.text, onboarding.Text{}
	}
	if match, known := f.MatchZip(c.iso, c.text); match || !known {
		return c.text, onboarding.Text{}
	}
	full, found := "", 0
	for n := 1; n <= 2*mostZeros; n++ {
		if padded := strings.Repeat("0", n) + c.text; matches(f, c.iso, padded) {
			found++
			if n <= mostZeros {
				full = padded
			}
		}
	}
	if found != 1 || full == "" {
		return c.text, onboarding.Text{}
	}
	return full, onboarding.T("the leading zero that the spreadsheet program dropped")
}

func matches(f *facts.Tables, iso, zip string) bool {
	match, _ := f.MatchZip(iso, zip)
	return match
}
