package validate

import (
	"errors"
	"strings"

	"muster/internal/facts"
	"muster/internal/onboarding"
)

// userNumberOrExtension asks for a way to reach a user who makes calls.
func userNumberOrExtension() Rule {
	return Rule{
		ID: "user-number-or-extension", Severity: onboarding.Error,
		Summary: "a user with a calling package has a phone number, an extension or both",
		Why:     "the service refuses a calling user without either (documented by the vendor)",
		Fix:     "fill one of the two cells",
		Example: "Package: Webex Calling, Phone number: (empty), Extension: (empty)\nerror: a user with Webex Calling needs a phone number or an extension",
		User: func(w *Walk, u *onboarding.User) {
			if u.Resolved.Calling && u.Phone == "" && u.Extension == "" && u.Readable("phone_number") && u.Readable("extension") {
				field := onboarding.Field("phone_number")
				if u.Source.Column(field) == 0 && u.Source.Column("extension") != 0 {
					field = "extension" // the sheet is one of people without numbers of their own
				}
				w.missingForCall(u, field, onboarding.T("a user with %s needs a phone number or an extension", u.Package))
			}
		},
	}
}

// userPhone refuses a number that nobody can dial.
func userPhone() Rule {
	return Rule{
		ID: "user-phone", Severity: onboarding.Error,
		Summary: "a phone number is in international form, or in the national form of the user's country",
		Why:     "the service takes E.164 numbers (documented by the vendor)",
		Fix:     "write it with + and the country code",
		Example: "Phone number: 0221 CALL-ME\nerror: \"0221 CALL-ME\" is no phone number: \"C\" is not part of a phone number",
		User: func(w *Walk, u *onboarding.User) {
			if u.Phone == "" || u.Resolved.Package == noCalls || u.Resolved.Customer == nil && u.Phone[0] != '+' {
				return
			}
			if u.Resolved.Phone != "" && !w.mayLackPlus(u.Phone, u.Resolved.Country) {
				w.withoutTrunk(u)
				return
			}
			w.badNumber(at(u.Row, "phone_number", u.Phone), u.Resolved.Country)
		},
	}
}

// withoutTrunk warns of a number in national form that lacks the 0 in front: a spreadsheet program may have taken it, or it
// is the number of a line without its area code, which reads as a number of another place.
func (w *Walk) withoutTrunk(u *onboarding.User) {
	if c := u.Phone[0]; c < '1' || c > '9' || u.Resolved.PhoneIn != u.Resolved.Country || !w.Facts.TrunkZero(u.Resolved.Country) {
		return
	}
	if code := w.Facts.AddressRule(u.Resolved.Country).CallingCode; code == "" || strings.HasPrefix(u.Phone, code) {
		return
	}
	w.addAs(onboarding.Warning, at(u.Row, "phone_number", u.Phone), onboarding.T("%q has no 0 in front, as numbers of %s have; it is read as %s", u.Phone, w.country(u.Resolved.Country), u.Resolved.Phone),
		onboarding.T("write it with + and the country code"))
}

// badNumber says what is wrong with a number that could not be read: the + that a spreadsheet program dropped, or the
// number itself.
func (w *Walk) badNumber(c cell, iso string) {
	if full, lost := w.withPlus(c.value, iso); lost {
		w.addRule("cell-lossy", onboarding.Error, c, onboarding.T("the number %q has lost its +", c.value), onboarding.T("format the column as text and write %q", full))
		return
	}
	p, err := w.Facts.Phone(c.value, iso)
	if err == nil && p.Valid {
		return // as North American numbers are, that stand without a +
	}
	if err != nil {
		w.add(c, onboarding.T("%q is no phone number: %s", c.value, w.whyNotPhone(err)), onboarding.T("write it with + and the country code"))
		return
	}
	w.add(c, onboarding.T("%q reads as %s, which no numbering plan has", c.value, p.E164), onboarding.T("check the number of digits and the area code"))
}

// whyNotPhone says to readers what is wrong with a number that could not be read.
func (w *Walk) whyNotPhone(err error) onboarding.Text {
	e, ok := errors.AsType[*facts.PhoneError](err)
	if !ok {
		return onboarding.T("%s", err.Error())
	}
	switch e.Fault {
	case facts.PhoneNational:
		return onboarding.T("it is in national form, and its country is not known; write it with + and the country code")
	case facts.PhoneLength:
		return onboarding.T("it has not 7 to 15 digits after the +")
	case facts.PhoneExtension:
		return onboarding.T("it has an extension behind the number; put the extension into its own column")
	case facts.PhoneSeveral:
		return onboarding.T("the cell holds more than one number; one user has one number")
	case facts.PhoneLetter:
		return onboarding.T("%q is not part of a phone number", e.Letter)
	case facts.PhoneEmpty:
		return onboarding.T("it has no digits")
	case facts.PhoneUnread:
	}
	if e.Country == "" {
		return onboarding.T("it cannot be read as a phone number of any country")
	}
	return onboarding.T("it cannot be read as a phone number of %s", w.country(e.Country))
}

// mayLackPlus tells bare digits that begin with the country's calling code. North American numbers are written with a 1 in
// front by people, too, and read well without a +.
func (w *Walk) mayLackPlus(value, iso string) bool {
	if value[0] < '1' || value[0] > '9' {
		return false
	}
	code := w.Facts.AddressRule(iso).CallingCode
	if code == "" || code == "1" || !strings.HasPrefix(value, code) {
		return false
	}
	for i := 0; i < len(value); i++ {
		if value[i] < '0' || value[i] > '9' {
			return false
		}
	}
	return true
}

// withPlus puts the + back that a spreadsheet program took from a number in international form: one that is good with it,
// and not also good in national form. Where national numbers begin with a 0, one that does not is not in national form.
func (w *Walk) withPlus(value, iso string) (full string, lost bool) {
	if !w.mayLackPlus(value, iso) {
		return "", false
	}
	p, err := w.Facts.Phone("+"+value, iso)
	if err != nil || !p.Valid {
		return "", false
	}
	national, err := w.Facts.Phone(value, iso)
	if err == nil && national.Valid && national.E164 != p.E164 && !w.Facts.TrunkZero(iso) {
		return "", false
	}
	return p.E164, true
}

// userPhoneDuplicate refuses a second user of one number.
func userPhoneDuplicate() Rule {
	return Rule{
		ID: "user-phone-duplicate", Severity: onboarding.Error,
		Summary: "a phone number belongs to one user",
		Why:     "a number has one owner (documented by the vendor)",
		Fix:     "give each user a number, or an extension alone",
		Example: "users.csv:3 Phone number: 030 23125 190\nusers.csv:5 Phone number: +493023125190\nerror: the number +493023125190 stands in users.csv:3:7 already",
		Unique: &Unique{
			Key: func(buf []byte, u *onboarding.User) []byte {
				if u.Resolved.Package == noCalls {
					return buf
				}
				return append(buf, u.Resolved.Phone...)
			},
			Twice: func(w *Walk, u *onboarding.User, first onboarding.Row) {
				w.add(at(u.Row, "phone_number", u.Phone), onboarding.T("the number %s stands in %s already", u.Resolved.Phone, first.Cell("phone_number").Cell()), onboarding.T("give each user a number, or an extension alone"))
			},
		},
	}
}

// userPhoneCountry warns of a number of another country.
func userPhoneCountry() Rule {
	return Rule{
		ID: "user-phone-country", Severity: onboarding.Warning,
		Summary: "a number belongs to the country of the user's location",
		Why:     "carriers assign numbers by country, and so do emergency calls (our judgement)",
		Fix:     "check the number and the location",
		Example: "Phone number: +34 910 555 777, and the location is in Germany\nwarning: +34910555777 is a number of Spain, and the user sits in Germany",
		User: func(w *Walk, u *onboarding.User) {
			if r := &u.Resolved; r.Phone != "" && r.PhoneIn != "" && r.Country != "" && r.PhoneIn != r.Country && r.Package != noCalls && !(northAmerica(r.PhoneIn) && r.TollFree) {
				w.add(at(u.Row, "phone_number", u.Phone), onboarding.T("%s is a number of %s, and the user sits in %s", r.Phone, w.country(r.PhoneIn), w.country(r.Country)), onboarding.T("check the number and the location"))
			}
		},
	}
}

// userPhoneTollFree warns of a toll-free number.
func userPhoneTollFree() Rule {
	return Rule{
		ID: "user-phone-tollfree", Severity: onboarding.Warning,
		Summary: "a user has no toll-free number",
		Why:     "toll-free numbers cannot be given to users (documented by the vendor)",
		Fix:     "give the user a geographic number, and route the toll-free one to a hunt group or auto attendant",
		Example: "Phone number: 0800 3301000\nwarning: +498003301000 is toll-free and cannot be given to a user",
		User: func(w *Walk, u *onboarding.User) {
			if u.Resolved.TollFree && u.Resolved.Package != noCalls {
				w.add(at(u.Row, "phone_number", u.Phone), onboarding.T("%s is toll-free and cannot be given to a user", u.Resolved.Phone), onboarding.T("give the user a geographic number"))
			}
		},
	}
}

const (
	shortestExtension = 2
	longestExtension  = 10
)

// userExtension refuses an extension that cannot be dialled.
func userExtension() Rule {
	return Rule{
		ID: "user-extension", Severity: onboarding.Error,
		Summary: "an extension has 2 to 10 digits and is no emergency number",
		Why:     "digits only and no emergency number are documented by the vendor; the length is remembered from its pages",
		Fix:     "write digits only",
		Example: "Extension: 12-34\nerror: the extension \"12-34\" holds something other than digits",
		User: func(w *Walk, u *onboarding.User) {
			s := u.Extension
			if s == "" || u.Resolved.Package == noCalls {
				return
			}
			here := at(u.Row, "extension", s)
			for i := 0; i < len(s); i++ {
				if s[i] < '0' || s[i] > '9' {
					w.add(here, onboarding.T("the extension %q holds something other than digits", s), onboarding.T("write digits only"))
					return
				}
			}
			switch {
			case len(s) < shortestExtension || len(s) > longestExtension:
				w.add(here, onboarding.T("the extension %q does not have %d to %d digits", s, shortestExtension, longestExtension), onboarding.T("write %d to %d digits", shortestExtension, longestExtension))
			case w.Facts.EmergencyNumber(s, u.Resolved.Country):
				w.add(here, onboarding.T("the extension %q is an emergency number", s), onboarding.T("choose another extension"))
			}
		},
	}
}

// userExtensionDuplicate refuses a second user of one extension within a customer.
func userExtensionDuplicate() Rule {
	return Rule{
		ID: "user-extension-duplicate", Severity: onboarding.Error,
		Summary: "an extension belongs to one user of a customer",
		Why:     "the service refuses the second one (documented by the vendor, WXC-4202)",
		Fix:     "give each user an extension",
		Example: "users.csv:4 Extension: 1001\nusers.csv:5 Extension: 1001, of the same customer\nerror: the extension \"1001\" stands in users.csv:4:8 already",
		Unique: &Unique{
			Key: func(buf []byte, u *onboarding.User) []byte {
				if u.Extension == "" || u.Customer == "" || u.Resolved.Package == noCalls {
					return buf
				}
				return append(append(append(buf, u.Customer...), 0), u.Extension...)
			},
			Twice: func(w *Walk, u *onboarding.User, first onboarding.Row) {
				w.add(at(u.Row, "extension", u.Extension), onboarding.T("the extension %q stands in %s already", u.Extension, first.Cell("extension").Cell()), onboarding.T("give each user of the customer an extension of their own"))
			},
		},
	}
}
