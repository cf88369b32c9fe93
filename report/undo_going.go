package report

import (
	"muster/internal/onboarding"
)

// fewListed is how many customers a summary names.
const fewListed = 20

// goings sums up what an undo would remove: by kind, and for each of the first customers by name.
type goings struct {
	kinds     map[onboarding.ObjectKind]int
	customers []*going
	at        map[string]*going
	more      int // rows of further customers
}

// going is what would go of one customer.
type going struct {
	customer string
	kinds    map[onboarding.ObjectKind]int
	names    map[onboarding.ObjectKind][]string // the first few
}

// add counts a row that would be removed.
func (g *goings) add(o onboarding.Outcome) {
	if g.kinds == nil {
		g.kinds, g.at = make(map[onboarding.ObjectKind]int), make(map[string]*going)
	}
	g.kinds[o.Kind]++
	c := g.at[o.Customer]
	switch {
	case c == nil && len(g.customers) == fewListed:
		g.more++
		return
	case c == nil:
		c = &going{o.Customer, make(map[onboarding.ObjectKind]int), make(map[onboarding.ObjectKind][]string)}
		g.at[o.Customer] = c
		g.customers = append(g.customers, c)
	}
	const few = 3
	c.kinds[o.Kind]++
	if len(c.names[o.Kind]) < few {
		c.names[o.Kind] = append(c.names[o.Kind], o.Key)
	}
}

// lines says what would go, the last thing that is made first.
func (g *goings) lines() []onboarding.Text {
	if len(g.kinds) == 0 {
		return nil
	}
	var parts onboarding.List
	for _, k := range undoOrder() {
		if n := g.kinds[k]; n > 0 {
			parts = append(parts, kindCount(k, n))
		}
	}
	out := []onboarding.Text{onboarding.T("would go: %s", parts)}
	for _, c := range g.customers {
		out = append(out, onboarding.T("  %s: %s", c.customer, c.text()))
	}
	if g.more > 0 {
		out = append(out, onboarding.Count(g.more, "  and %s row of further customers (--report x.csv has all)", "  and %s rows of further customers (--report x.csv has all)"))
	}
	return out
}

func (c *going) text() onboarding.Text {
	var parts []onboarding.Text
	for _, k := range undoOrder() {
		n, names := c.kinds[k], c.names[k]
		switch {
		case n == 0:
			continue
		case k == onboarding.ObjectCustomer:
			parts = append(parts, onboarding.T("the customer itself"))
			continue
		}
		parts = append(parts, onboarding.T("%s (%s)", kindCount(k, n), onboarding.SomeOf(names, n)))
	}
	return onboarding.Joined(parts)
}

// undoOrder is the order in which kinds are taken back.
func undoOrder() []onboarding.ObjectKind {
	return []onboarding.ObjectKind{onboarding.ObjectRole, onboarding.ObjectUser, onboarding.ObjectNumbers, onboarding.ObjectLocation, onboarding.ObjectCustomer}
}

func kindCount(k onboarding.ObjectKind, n int) onboarding.Text {
	switch k {
	case onboarding.ObjectNumbers:
		return onboarding.Count(n, "numbers of %s location", "numbers of %s locations")
	case onboarding.ObjectRole:
		return onboarding.Count(n, "%s role", "%s roles")
	case onboarding.ObjectUser:
		return usersOf(n)
	case onboarding.ObjectLocation:
		return locationsOf(n)
	}
	return customersOf(n)
}

// named is how a row is called beside rows of other customers.
func named(o onboarding.Outcome) string {
	if o.Kind == onboarding.ObjectCustomer {
		return o.Key
	}
	return o.Key + " (" + o.Customer + ")"
}
