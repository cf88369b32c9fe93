package sheet

import (
	"strings"

	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// errorValues are what spreadsheet programs show where a formula has no result.
const errorValues = " #N/A #NAME? #REF! #VALUE! #DIV/0! #NULL! #NUM! #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #GETTING_DATA #BUSY! #UNKNOWN! " +
	"#NV #WERT! #BEZUG! #ZAHL! #ÜBERLAUF! #N/D #¡VALOR! #¡REF! #¿NOMBRE? #¡DIV/0! #¡NUM! #¡NULO! #¡DESBORDAMIENTO! "

func isErrorValue(s string) bool {
	return len(s) > 2 && s[0] == '#' && !strings.Contains(s, " ") && strings.Contains(errorValues, " "+strings.ToUpper(s)+" ")
}

// damage says what a spreadsheet program did to a cell that must be read to the letter, empty when nothing is wrong.
func damage(c xlsx.Cell, sort Sort) (message, hint onboarding.Text) {
	switch {
	case strings.ContainsRune(c.Text, '\ufffd'):
		return onboarding.T("letters were lost when this cell was saved: it shows %q", strings.Clone(c.Text)),
			onboarding.T("type the value again, or save the file as UTF-8 from where it came")
	case sort == FreeText || sort == Code || sort == List || sort == Date || sort == Mail || c.Text == "":
		return message, hint
	case c.Kind == xlsx.Date:
		return onboarding.T("a spreadsheet program took this value for a date and shows %q", strings.Clone(c.Text)),
			onboarding.T("format the column as text and type the value again")
	case c.LossyNumber || isScientific(c.Text):
		return onboarding.T("a spreadsheet program shortened this number to %q; digits are lost", strings.Clone(c.Text)),
			onboarding.T("format the column as text and paste the full value from where it came")
	case sort == Digits && looksLikeDate(c.Text):
		return onboarding.T("a spreadsheet program took this extension for a date and wrote %q", strings.Clone(c.Text)),
			onboarding.T("format the column as text and type the extension again")
	}
	return message, hint
}

// isScientific tells a number in the form 1.24E+10. A bare 12E4 may be an identifier, so a sign is asked for.
func isScientific(s string) bool {
	i := strings.IndexAny(s, "eE")
	if i < 1 || i+2 >= len(s) || s[i+1] != '+' {
		return false
	}
	return onlyDigits(s[i+2:]) && onlyDigits(strings.NewReplacer(".", "", ",", "").Replace(strings.TrimPrefix(s[:i], "-")))
}

// looksLikeDate tells what spreadsheet programs make of 1-2, 10/11 and the like when the column is not text.
func looksLikeDate(s string) bool {
	if onlyDigits(s) {
		return false
	}
	if onlyDigits(strings.NewReplacer("年", "", "月", "", "日", "").Replace(s)) { // 1月2日
		return true
	}
	s = strings.Replace(s, ". ", ".", 1)        // 01. Feb
	if i := strings.IndexByte(s, ' '); i >= 0 { // 2026-01-02 00:00:00
		s = s[:i]
	}
	for _, sep := range []string{"-", "/", "."} {
		parts := strings.Split(s, sep)
		if len(parts) < 2 || len(parts) > 3 {
			continue
		}
		if dateParts(parts) {
			return true
		}
	}
	return false
}

// months3 are short names of months in the languages with letters for them that spreadsheet programs put into dates.
const months3 = " jan feb mar apr may jun jul aug sep oct nov dec ene abr ago sept dic jän mrz mär mai okt dez "

func dateParts(parts []string) bool {
	digits, months := 0, 0
	for _, p := range parts {
		switch {
		case p != "" && len(p) <= 4 && onlyDigits(p):
			digits++
		case strings.Contains(months3, " "+strings.ToLower(p)+" "):
			months++
		}
	}
	return digits+months == len(parts) && (len(parts) == 3 || months == 1)
}

func onlyDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
