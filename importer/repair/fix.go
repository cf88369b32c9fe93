package repair

import (
	"muster/internal/facts"
	"muster/internal/onboarding"
)

// cell is what a fixer looks at.
type cell struct {
	field  onboarding.Field
	text   string // normalised
	number bool   // a spreadsheet program keeps the cell as a number
	iso    string // ISO code of the row's country; empty when not known
}

// fixer gives a better text for a cell and why, or the same text. It never guesses.
type fixer func(f *facts.Tables, c cell) (text string, reason onboarding.Text)

// fixers lists them, in the order in which they look at a cell. Normalising comes before them all.
func fixers() [4]fixer {
	return [...]fixer{fixCountry, fixState, fixZip, fixPhone}
}

// reasonNormalised is why a text changes that its column reads as another.
const reasonNormalised onboarding.Word = "digits, blanks and invisible marks normalised"

// local reports whether the meaning of a field depends on the country of its row.
func local(f onboarding.Field) bool {
	switch f {
	case "state", "zip", "phone_number", "main_number":
		return true
	}
	return false
}
