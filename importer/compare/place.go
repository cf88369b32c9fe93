package compare

import (
	"cmp"

	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// Place compares a planned location with the one that stands under its name. announcement is the language of its calling
// settings, empty when they were not read: then the location's own word counts. A language that the service does not return
// is not compared.
func Place(spec wanted.Place, live webex.Location, announcement string) []onboarding.Difference {
	var d differences
	d.address(spec.Address, Office(live.Address))
	if live.TimeZone == "" {
		d.unknown(fieldTimeZone, spec.TimeZone)
	} else {
		d.plain(fieldTimeZone, spec.TimeZone, live.TimeZone, sameWord)
	}
	spoken := cmp.Or(announcement, live.AnnouncementLanguage)
	for _, l := range []string{spoken, live.PreferredLanguage} {
		if l != "" && spec.Language != "" && !SameLanguage(spec.Language, l) {
			d.plain(fieldLanguage, spec.Language, l, SameLanguage)
			break // one column of the sheet stands for both
		}
	}
	return d
}

// Main compares the main number of a location; main is the one that stands, E.164, empty for none.
func Main(spec wanted.Numbers, main string) []onboarding.Difference {
	var d differences
	d.plain(fieldMain, spec.Main, main, sameText)
	return d
}

// Office says an address of the location calls in the words of a plan.
func Office(a webex.LocationAddress) wanted.Address {
	return wanted.Address{Line1: a.Address1, Line2: a.Address2, City: a.City, State: a.State, Zip: a.PostalCode, Country: a.Country}
}
