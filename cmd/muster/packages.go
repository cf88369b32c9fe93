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

// Rank gives the place of a package in the order of levels, 0 for one that has none.
func (p packages) Rank(pack string) int {
	known, ok := p.tables.Package(pack)
	if !ok || !known.UserAssignable {
		return 0
	}
	return known.Rank
}

// Yes reports whether a word says yes, in any language.
func (p packages) Yes(word string) bool {
	yes, _ := p.tables.YesNo(word)
	return yes
}
