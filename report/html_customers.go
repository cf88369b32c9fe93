package report

import (
	"cmp"
	"slices"

	"muster/internal/onboarding"
)

// Limits of a page: what needs somebody is listed before what is done, and the rest is counted. With all of them reached a
// page has some 15 MB.
const (
	pageNeeds     = 20_000 // rows that need somebody, listed
	pageRows      = 5_000  // a page with more rows than that does not list those that are done
	pageCustomers = 2_000  // customers with a part of their own
)

// customerList is the customers of a page, each with what there is to say of it.
type customerList struct {
	Items []*customerItem
	More  onboarding.Text // how many more there are
}

// customerItem is one customer.
type customerItem struct {
	Key, Name string
	ID        string
	Marks     []mark
	Line      onboarding.List
	Pick      string // the findings or rows of the customer in the list that has them
	PickText  onboarding.Text
	Seats     *chart
	Counts    *chart
	Heads     []listColumn
	Note      onboarding.Text // what is not listed
	rows      []listRow
	weight    int // trouble comes first
}

// mark is a number that stands beside the name.
type mark struct {
	Tone string
	Text onboarding.Text
}

// customerBook gathers customers in the order in which they are met.
type customerBook struct {
	items []*customerItem
	at    map[string]*customerItem
	names map[string]*CheckCustomer
}

func newCustomerBook(c *Check) *customerBook {
	b := &customerBook{at: make(map[string]*customerItem), names: make(map[string]*CheckCustomer, len(c.Customers))}
	for i := range c.Customers {
		b.names[c.Customers[i].Key] = &c.Customers[i]
	}
	return b
}

// of gives the customer of an external ID.
func (b *customerBook) of(key string) *customerItem {
	item := b.at[key]
	if item == nil {
		item = &customerItem{Key: Visible(key), ID: anchor("c", key)}
		if known := b.names[key]; known != nil {
			item.Name = Visible(known.Name)
			item.Seats = seatChart(checkSeats(known))
		}
		b.at[key] = item
		b.items = append(b.items, item)
	}
	return item
}

// list gives the customers with trouble first, and counts those that find no room.
func (b *customerBook) list() *customerList {
	slices.SortStableFunc(b.items, func(x, y *customerItem) int { return cmp.Compare(y.weight, x.weight) })
	out := &customerList{Items: b.items}
	if more := len(b.items) - pageCustomers; more > 0 {
		out.Items = b.items[:pageCustomers]
		out.More = onboarding.T("%s more customers, of less trouble, are not shown here: the lists above, and the workbook or CSV report, hold their rows", onboarding.Number(more))
	}
	return out
}

func (p *page) addCustomers(b *customerBook) {
	if len(b.items) > 0 {
		p.add(pageSection{ID: "customers", Title: onboarding.T("Customers"), N: len(b.items), Customers: b.list()})
	}
}

// checkedCustomers tells of each customer of a check how much it has and what was found.
func checkedCustomers(c *Check, l *list) *customerBook {
	b := newCustomerBook(c)
	found := make(map[string]*onboarding.Summary)
	for _, f := range c.Findings {
		if found[f.Customer] == nil {
			found[f.Customer] = &onboarding.Summary{}
		}
		found[f.Customer].Count(f)
	}
	for i := range c.Customers {
		known := &c.Customers[i]
		if known.Key == "" || b.at[known.Key] != nil {
			continue // without an ID, or with one that is there twice: the findings say so
		}
		item := b.of(known.Key)
		item.Line = onboarding.List{locationsOf(known.Locations), usersOf(known.Users)}
		if known.Wave != "" {
			item.Line = append(item.Line, onboarding.T("wave %s", known.Wave))
		}
		item.found(found[known.Key])
		if k, ok := l.Filters[byCustomer].number(item.Key); ok {
			item.Pick, item.PickText = pick(l.ID, byCustomer, k), onboarding.T("Show the findings of this customer")
		}
	}
	return b
}

// found marks the customer with what was found.
func (c *customerItem) found(s *onboarding.Summary) {
	if s == nil || *s == (onboarding.Summary{}) {
		c.Marks = []mark{{"good", onboarding.T("no findings")}}
		return
	}
	c.weight = s.Errors*1000 + s.Warnings
	for _, m := range []struct {
		n    int
		mark mark
	}{{s.Errors, mark{"bad", errorsOf(s.Errors)}}, {s.Warnings, mark{"look", warningsOf(s.Warnings)}}, {s.Notes, mark{"calm", notesOf(s.Notes)}}} {
		if m.n > 0 {
			c.Marks = append(c.Marks, m.mark)
		}
	}
}

// tallies counts rows by kind and status.
type tallies map[string]map[string]int

func (t tallies) count(kind, name string) {
	if t[kind] == nil {
		t[kind] = make(map[string]int)
	}
	t[kind][name]++
}

// of sums a status up over all kinds.
func (t tallies) of(name string) int {
	n := 0
	for _, byName := range t {
		n += byName[name]
	}
	return n
}

// kinds gives the kinds of which there are rows, in their order.
func (t tallies) kinds() []onboarding.ObjectKind {
	return slices.DeleteFunc(planKinds(), func(k onboarding.ObjectKind) bool { return t[string(k)] == nil })
}

// chart lays the counts out, a line a kind, without bars.
func (t tallies) chart(names []share) *chart {
	c := &chart{Heads: []onboarding.Word{"What"}}
	names = slices.DeleteFunc(slices.Clone(names), func(s share) bool { return t.of(s.Class) == 0 })
	for _, s := range names {
		c.Heads = append(c.Heads, s.Name)
	}
	for _, kind := range t.kinds() {
		r := chartRow{Name: kind.Word()}
		for _, s := range names {
			r.Cells = append(r.Cells, dash(t[string(kind)][s.Class]))
		}
		c.Rows = append(c.Rows, r)
	}
	return c
}

// marks gives the counts as marks, and how heavy the trouble is.
func (t tallies) marks(names []share) (out []mark, weight int) {
	for _, s := range names {
		n := t.of(s.Class)
		if n == 0 {
			continue
		}
		tone := toneOf(s.Class)
		out = append(out, mark{tone, onboarding.T("%s %s", onboarding.Number(n), s.Name)})
		switch tone {
		case "bad":
			weight += 1000 * n
		case "look":
			weight += n
		}
	}
	return out, weight
}
