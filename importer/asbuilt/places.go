package asbuilt

import (
	"cmp"
	"slices"
	"strings"

	"muster/importer/live"
	"muster/internal/onboarding"
	"muster/internal/wanted"
)

// headquarters fills the headquarters into the customer's row. The service does not say which location it made with the
// customer: the journal does, else the name and the address tell; of several that may be it, the first is taken.
func (c *customer) headquarters(rec *onboarding.Customer) {
	if c.Sent != nil && c.Sent.HQ != nil {
		rec.EmergencyLocation = c.Sent.HQ.Emergency
	}
	c.hq = c.findHeadquarters()
	switch {
	case c.hq != nil:
		rec.HQName, rec.TimeZone, rec.AnnounceLanguage = c.hq.Name, cmp.Or(c.hq.TimeZone, c.word), cmp.Or(language(c.hq), c.word)
	case !c.calling():
		rec.TimeZone = c.seen(func(s *wanted.Customer) string { return s.TimeZone })
	case c.Sent != nil && c.Sent.HQ != nil:
		rec.HQName, rec.TimeZone, rec.AnnounceLanguage = c.Sent.HQ.Name, c.Sent.HQ.TimeZone, c.Sent.HQ.Language
	default:
		rec.HQName, rec.TimeZone, rec.AnnounceLanguage = c.word, c.word, c.word
	}
}

func (c *customer) findHeadquarters() *live.Site {
	if !c.calling() {
		return nil
	}
	billing := c.at.Customer.Address.Location()
	for _, fits := range []func(*live.Site) bool{
		func(s *live.Site) bool {
			return c.Sent != nil && c.Sent.HQ != nil && strings.EqualFold(s.Name, c.Sent.HQ.Name)
		},
		func(s *live.Site) bool { return strings.EqualFold(s.Name, c.at.OrgName) },
		func(s *live.Site) bool { return s.Address == billing },
		func(*live.Site) bool { return true },
	} {
		for i := range c.at.Sites {
			if s := &c.at.Sites[i]; s.Calling && fits(s) {
				return s
			}
		}
	}
	return nil
}

// language is the one in which a location speaks.
func language(s *live.Site) string { return cmp.Or(s.AnnouncementLanguage, s.PreferredLanguage) }

// ownRow reports whether a location needs a row on the sheet Locations: all but a headquarters of which the customer's row
// says everything.
func (c *customer) ownRow(s *live.Site) bool {
	return s != c.hq || s.Main != "" || s.Address != c.at.Customer.Address.Location()
}

// sites writes the locations that make calls; the sheet has no place for others.
func (c *customer) sites() error {
	for i := range c.at.Sites {
		s := &c.at.Sites[i]
		if !s.Calling || !c.calling() {
			c.left.Sites++
			continue
		}
		c.counts.Locations++
		if !c.ownRow(s) {
			continue
		}
		a := s.Address
		rec := &onboarding.Location{
			Customer: c.id(), Name: s.Name, MainNumber: s.Main,
			Address:  onboarding.Address{Line1: a.Address1, Line2: a.Address2, City: a.City, State: a.State, Zip: a.PostalCode, Country: a.Country},
			TimeZone: cmp.Or(s.TimeZone, c.word), AnnounceLanguage: cmp.Or(language(s), c.word),
		}
		marked := slices.Concat(c.marks(onboarding.ObjectLocation, s.Name), c.marks(onboarding.ObjectNumbers, s.Name))
		if err := c.Book.Location(rec, marked...); err != nil {
			return err
		}
	}
	return nil
}
