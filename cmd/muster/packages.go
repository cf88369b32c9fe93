package main

import "muster/internal/facts"

// packages tells the plan what the tables know of packages.
type packages struct{ tables *facts.Tables }

// Quantity gives the key under which the service takes the quantity of a package.
func (p packages) Quantity(pack string) (limitKey string, ok bool) {
	known, ok := p.tables.Package(pack)
	if !ok || !known.Quantity {
		return "", false
	}
	return known.LimitKey, true
}

// Meetings reports whether a package holds meetings.
func (p packages) Meetings(pack string) bool {
	known, ok := p.tables.Package(pack)
	return ok && known.Meetings
}
