package main

import (
	"slices"

	"muster/internal/onboarding"
	"muster/report"
)

// customersOf gives what reports say of each customer of the inputs: how much of everything, and the users of each package
// against its quantity.
func customersOf(all []*onboarding.Customer) []report.CheckCustomer {
	out := make([]report.CheckCustomer, len(all))
	for i, c := range all {
		out[i] = report.CheckCustomer{Key: c.ExternalID, Name: c.Name, Wave: c.Wave, Locations: len(c.Sites), Users: c.Totals.Users, Seats: seatsOf(c)}
	}
	return out
}

func seatsOf(c *onboarding.Customer) []report.CheckSeats {
	var out []report.CheckSeats
	at := func(api string) int {
		return slices.IndexFunc(out, func(s report.CheckSeats) bool { return s.Package == api })
	}
	for _, s := range c.Seats {
		if s.Package == "" {
			continue
		}
		i := at(s.Package)
		if i < 0 {
			i = len(out)
			out = append(out, report.CheckSeats{Package: s.Package, Users: c.Totals.Of(s.Package)})
		}
		if s.Numeric {
			out[i].Asked = s.Limit
		}
	}
	for _, p := range c.Totals.Packages {
		if at(p.Package) < 0 {
			out = append(out, report.CheckSeats{Package: p.Package, Users: p.Users})
		}
	}
	return out
}
