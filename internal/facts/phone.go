package facts

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone is a phone number that could be read.
type Phone struct {
	E164     string // + and 7 to 15 digits
	Country  string // ISO code of the region whose plan the number belongs to; empty when unknown
	TollFree bool
	Valid    bool // fits the numbering plan of its region
}

// PhoneFault says what is wrong with a text that is no phone number.
type PhoneFault uint8

// The faults of phone numbers.
const (
	PhoneUnread    PhoneFault = iota // the library makes nothing of it, as a number of Country
	PhoneNational                    // in national form, and nobody knows the country
	PhoneLength                      // not 7 to 15 digits
	PhoneExtension                   // an extension stands behind it
	PhoneSeveral                     // more than one number
	PhoneLetter                      // Letter is not part of a phone number
	PhoneEmpty                       // no digits
)

// PhoneError is why a text is no phone number.
type PhoneError struct {
	Fault   PhoneFault
	Letter  string // of PhoneLetter
	Country string // ISO code; of PhoneUnread, empty for any country
	name    string // of the country, in English
}

// Error says it in English.
func (e *PhoneError) Error() string {
	switch e.Fault {
	case PhoneNational:
		return "it is in national form, and its country is not known; write it with + and the country code"
	case PhoneLength:
		return "it has not 7 to 15 digits after the +"
	case PhoneExtension:
		return "it has an extension behind the number; put the extension into its own column"
	case PhoneSeveral:
		return "the cell holds more than one number; one user has one number"
	case PhoneLetter:
		return fmt.Sprintf("%q is not part of a phone number", e.Letter)
	case PhoneEmpty:
		return "it has no digits"
	case PhoneUnread:
	}
	if e.Country == "" {
		return "it cannot be read as a phone number of any country"
	}
	return "it cannot be read as a phone number of " + e.name
}

// Phone reads a number in international or national form. National forms get their meaning from the country, an ISO code
// that may be empty. The error is a *PhoneError; a number that can be read and does not fit its numbering
// plan has Valid false.
func (t *Tables) Phone(text, iso string) (Phone, error) {
	if p, ok := t.quickPhone(text, iso); ok {
		return p, nil
	}
	return t.phone(text, iso)
}

// phone leaves the judgement to the library.
func (t *Tables) phone(text, iso string) (Phone, error) {
	if err := dialable(text); err != nil {
		return Phone{}, err
	}
	text = strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(text, "00"); ok && t.dialsAbroadBy00(iso) {
		text = "+" + rest
	}
	if iso == "" && !strings.HasPrefix(text, "+") {
		return Phone{}, &PhoneError{Fault: PhoneNational}
	}
	n, err := phonenumbers.Parse(text, iso)
	if err != nil {
		return Phone{}, t.unread(iso, text)
	}
	p := Phone{E164: phonenumbers.Format(n, phonenumbers.E164)}
	if !isE164(p.E164) {
		return Phone{}, &PhoneError{Fault: PhoneLength}
	}
	p.Country = phonenumbers.GetRegionCodeForNumber(n)
	if p.Country == "ZZ" || p.Country == "001" {
		p.Country = ""
	}
	p.Valid = phonenumbers.IsValidNumber(n)
	p.TollFree = p.Valid && phonenumbers.GetNumberType(n) == phonenumbers.TOLL_FREE
	return p, nil
}

// dialsAbroadBy00 reports whether 00 and nothing else stands before numbers of other countries, as in most of them. Where the
// country is not known it is taken for one of them.
func (t *Tables) dialsAbroadBy00(iso string) bool {
	n := &t.numbers
	n.once.Do(n.load)
	m := n.metas[iso]
	return m == nil || m.GetInternationalPrefix() == "00"
}

func (t *Tables) unread(iso, text string) *PhoneError {
	if strings.HasPrefix(text, "+") || iso == "" {
		return &PhoneError{Fault: PhoneUnread}
	}
	return &PhoneError{Fault: PhoneUnread, Country: iso, name: t.CountryName(iso)}
}

// dialable refuses what nobody can dial: letters, several numbers in a cell, an extension behind the number.
func dialable(text string) error {
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && strings.TrimLeft(text[:i], " (") == "":
		case strings.ContainsRune(" -.()/\u00a0\u2010\u2011\u2013", r):
		case r == 'x' || r == 'X' || r == '#':
			return &PhoneError{Fault: PhoneExtension}
		case r == ';' || r == ',' || r == '\n':
			return &PhoneError{Fault: PhoneSeveral}
		default:
			return &PhoneError{Fault: PhoneLetter, Letter: string(r)}
		}
	}
	if digits == 0 {
		return &PhoneError{Fault: PhoneEmpty}
	}
	return nil
}

// TrunkZero reports whether national numbers of the country begin with a 0 that the international form leaves out.
func (t *Tables) TrunkZero(iso string) bool {
	return phonenumbers.GetNddPrefixForRegion(iso, true) == "0"
}

// isE164 tells + and 7 to 15 digits, of which the first is not 0.
func isE164(s string) bool {
	if len(s) < 8 || len(s) > 16 || s[0] != '+' || s[1] == '0' {
		return false
	}
	for i := 1; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
