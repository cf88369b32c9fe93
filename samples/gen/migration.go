package main

import (
	"muster/internal/onboarding"
)

// packColumns are the package columns of the customers, by the names of Partner Hub.
func packColumns() []string { return []string{calling, standard, suite, voice, meetings, assist} }

// migration is the clean workbook.
func migration() book {
	customers := &sheet{kind: onboarding.Customers, heads: fields(
		"external_id", "name", "admin_email", "country", "template", "line1", "city", "state", "zip", "customer_language",
		"supported_location_confirmed", "hq_location", "timezone", "language", "wave", "go_live")}
	for _, p := range packColumns() {
		customers.heads = append(customers.heads, head{pack: p})
	}
	locations := &sheet{kind: onboarding.Locations, heads: fields(
		"external_id", "name", "line1", "city", "state", "zip", "country", "timezone", "language", "main_number")}
	users := &sheet{kind: onboarding.Users, title: "Migration to Webex for Wholesale: people of waves 1 to 3", heads: userHeads()}
	for _, c := range companies() {
		c.addCustomer(customers)
		c.addLocations(locations)
		c.addUsers(users)
	}
	return book{templates(), customers, locations, users}
}

func (c company) addCustomer(s *sheet) {
	row := []any{
		c.id, c.name, c.admin(), c.country, c.template, c.line1, c.city, c.state, c.zip, c.language, "yes", c.hq, c.zone, c.announce, c.wave, c.goLive,
	}
	for _, p := range packColumns() {
		row = append(row, c.quantity(p))
	}
	s.add(row...)
}

// quantity leaves some seats free, as people do.
func (c company) quantity(pack string) any {
	for _, s := range c.seats {
		switch {
		case s.pack != pack:
		case s.unlimited:
			return "x"
		default:
			return s.holders + 5 - s.holders%5
		}
	}
	return ""
}

// mainNumber is the first of a block beyond those of users.
const mainNumber = 90

// addLocations adds the headquarters, which has a main number, and the further locations.
func (c company) addLocations(s *sheet) {
	s.add(c.id, c.hq, c.line1, c.city, c.state, c.zip, c.country, c.zone, c.announce, c.phones.number(mainNumber))
	for _, l := range c.sites {
		s.add(c.id, l.name, l.line1, l.city, l.state, l.zip, c.country, l.zone, c.announce, l.phones.number(mainNumber))
	}
}
