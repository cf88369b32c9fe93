package compare

import (
	"strings"

	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// meetings is the one package of users that makes no calls; on the way from it to another the service takes number,
// extension and location.
const meetings = "webex_meetings"

// User compares a planned user with the subscriber and the person that stand. p is nil when the person was not read or is
// not there yet; siteName is the name of the person's location and phone its number, E.164, each empty for none. Only the
// package can be changed by the calls for subscribers. A user that still has to agree to move is not compared.
func User(spec wanted.User, s webex.Subscriber, p *webex.Person, siteName, phone string) []onboarding.Difference {
	var d differences
	if s.Status == webex.SubscriberPending {
		return nil
	}
	for _, f := range spec.Unknown {
		d.nobodyKnows(onboarding.Field(f))
	}
	pack := PackageOf(s)
	names(&d, spec, p)
	d.plain(fieldPackage, spec.Package, pack, sameText)
	if !spec.Calling {
		return d
	}
	if pack == meetings && spec.Package != meetings {
		d.plain(fieldLocation, spec.Location, siteName, sameWord)
		d.plain(fieldPhone, spec.Phone, phone, sameText)
		d.plain(fieldExtension, spec.Extension, extension(p), sameText)
		return d
	}
	if p == nil {
		d.unknown(fieldLocation, spec.Location)
		d.unknown(fieldPhone, spec.Phone)
		d.unknown(fieldExtension, spec.Extension)
		return d
	}
	switch {
	case siteName == "" && p.LocationID != "":
		d.unknown(fieldLocation, spec.Location)
	case !sameWord(spec.Location, siteName):
		d.fixed(fieldLocation, spec.Location, siteName, onboarding.T("move the user in Control Hub > Management > Users > the user > Calling > Location"))
	}
	numbers := onboarding.T("change it in Control Hub > Management > Users > the user > Calling > Numbers")
	d.fixed(fieldPhone, spec.Phone, phone, numbers)
	d.fixed(fieldExtension, spec.Extension, extension(p), numbers)
	return d
}

func names(d *differences, spec wanted.User, p *webex.Person) {
	if p == nil || p.FirstName+p.LastName == "" {
		d.unknown(fieldFirst, spec.FirstName)
		d.unknown(fieldLast, spec.LastName)
		return
	}
	where := onboarding.T("change it in Control Hub > Management > Users > the user > Profile")
	d.fixed(fieldFirst, spec.FirstName, p.FirstName, where)
	d.fixed(fieldLast, spec.LastName, p.LastName, where)
}

func extension(p *webex.Person) string {
	if p == nil {
		return ""
	}
	return p.Extension
}

// WorkPhone is the number that calls of a person come and go with, E.164; empty for none.
func WorkPhone(p webex.Person) string {
	for _, n := range p.PhoneNumbers {
		if n.Type == "work" && strings.HasPrefix(n.Value, "+") {
			return n.Value
		}
	}
	return ""
}

// PackageOf is the package of a user, in the newer spelling or the older one; empty when there is none.
func PackageOf(s webex.Subscriber) string {
	if len(s.Packages) > 0 {
		return s.Packages[0]
	}
	return s.Package
}
