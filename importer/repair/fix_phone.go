package repair

import (
	"strings"

	"muster/internal/facts"
	"muster/internal/onboarding"
)

// The reasons of changed phone numbers.
const (
	reasonE164 onboarding.Word = "written as E.164"
	reasonPlus onboarding.Word = "the + that the spreadsheet program dropped"
)

// fixPhone writes a phone number as E.164 where it can be read in one way only, and the numbering plan has it.
func fixPhone(f *facts.Tables, c cell) (text string, reason onboarding.Text) {
	if c.field != "phone_number" && c.field != "main_number" {
		return c.text, onboarding.Text{}
	}
	digits := strings.Trim(c.text, "0123456789") == "" && c.text != ""
	switch {
	case c.number && !digits:
		return c.text, onboarding.Text{} // a fraction looks like a number with dots
	case strings.HasPrefix(c.text, "+"):
		return orSame(c.text, validPhone(f, c.text, "")), onboarding.T("%s", reasonE164)
	case strings.HasPrefix(c.text, "00"):
		return afterZeros(f, c), onboarding.T("%s", reasonE164)
	case c.iso == "":
		return c.text, onboarding.Text{}
	case digits && c.text[0] != '0':
		return bareDigits(f, c)
	case f.TrunkZero(c.iso) && digitsBegin(c.text) != '0':
		return c.text, onboarding.Text{} // not whole: national numbers of the country begin with a 0
	}
	return orSame(c.text, validPhone(f, c.text, c.iso)), onboarding.T("%s", reasonE164)
}

// afterZeros reads a number with 00 in place of the +. In some countries calls abroad begin with 001, 0011 and the like; where
// the number would be one behind such a prefix, too, it stays open which is meant.
func afterZeros(f *facts.Tables, c cell) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, c.text)
	for n := len("001"); n <= len("0011") && n < len(digits); n++ {
		if validPhone(f, "+"+digits[n:], "") != "" {
			return c.text
		}
	}
	return orSame(c.text, validPhone(f, c.text, c.iso))
}

// bareDigits reads digits that may be a national number, or an international one without its +. When both are numbers that
// exist it stays open which is meant. A missing + is put back only before the calling code of the row's own country, and a
// national number has to begin with the 0 that the country's numbers have.
func bareDigits(f *facts.Tables, c cell) (text string, reason onboarding.Text) {
	national, abroad := validPhone(f, c.text, c.iso), validPhone(f, "+"+c.text, "")
	switch {
	case national != "" && abroad != "" && national != abroad:
		return c.text, onboarding.Text{}
	case abroad != "":
		if code := f.AddressRule(c.iso).CallingCode; code == "" || !strings.HasPrefix(c.text, code) {
			return c.text, onboarding.Text{}
		}
		return abroad, onboarding.T("%s", reasonPlus)
	case national == "" || f.TrunkZero(c.iso):
		return c.text, onboarding.Text{}
	}
	return national, onboarding.T("%s", reasonE164)
}

// validPhone gives the E.164 form of a number that its numbering plan has, else the empty text.
func validPhone(f *facts.Tables, text, iso string) string {
	p, err := f.Phone(text, iso)
	if err != nil || !p.Valid {
		return ""
	}
	return p.E164
}

// orSame gives the better text if there is one.
func orSame(text, better string) string {
	if better == "" {
		return text
	}
	return better
}

// digitsBegin gives the first digit of a number that is written with marks; 0 when it has none.
func digitsBegin(text string) byte {
	if i := strings.IndexAny(text, "0123456789"); i >= 0 {
		return text[i]
	}
	return 0
}
