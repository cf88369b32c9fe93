package report

import (
	"slices"

	"muster/internal/onboarding"
)

// rowsPage gathers the rows of a run, a plan or a reading back in one walk: what needs somebody is listed, everything is
// counted, and what is done is listed by customer where there is room.
type rowsPage struct {
	names     []share // the statuses in their order; Class is the id
	small     bool    // there is room for what is done
	needs     *list
	more      int // needs that are only counted
	customers *customerBook
	counts    map[string]tallies // by customer
	all       tallies
}

// Numbers of the filters of rows.
const (
	rowsByStatus = iota
	rowsByKind
	rowsByCustomer
)

func newRowsPage(c *Check, names []share, rows int, why string) *rowsPage {
	r := &rowsPage{names: names, small: rows <= pageRows, needs: newList("rows"), customers: newCustomerBook(c), counts: make(map[string]tallies), all: make(tallies)}
	r.needs.Columns = []listColumn{
		{say("Status"), "w-tag", "f0"}, {say("What"), "w-kind", "f1"}, {say("Key"), "w-key", "t2"}, {say("Where"), "w-place", "o"}, {why, "w-text", "t4"}, {say("Customer"), "w-who", "f2"},
	}
	status := r.needs.filter(say("Status"))
	for _, n := range names {
		status.offer(n.Name)
	}
	r.needs.filter(say("What"))
	r.needs.filter(say("Customer"))
	return r
}

// row is one row of whatever page.
type row struct {
	status              string // id
	kind, key, customer string
	where               string
	why                 listCell
	id                  string // the service's
	need                bool
}

func (r *rowsPage) name(status string) string {
	for _, n := range r.names {
		if n.Class == status {
			return n.Name
		}
	}
	return status
}

// add takes one row.
func (r *rowsPage) add(x row) {
	r.all.count(x.kind, x.status)
	if r.counts[x.customer] == nil {
		r.counts[x.customer] = make(tallies)
	}
	r.counts[x.customer].count(x.kind, x.status)
	item := r.customers.of(x.customer)
	if !x.need && !r.small {
		return
	}
	key, word := Visible(x.key), r.name(x.status)
	cells := []listCell{tag(x.status, word), {Class: "w-kind", Text: x.kind}, {Class: "w-key", Text: key}, {Class: "w-place", Text: Visible(x.where)}, x.why}
	if r.small {
		item.rows = append(item.rows, listRow{Cells: withID(cells, x.id)})
	}
	switch {
	case !x.need:
	case r.needs.N() >= pageNeeds:
		r.more++
	default:
		f := r.needs.Filters
		at := []int{f[rowsByStatus].at(word), f[rowsByKind].at(x.kind), f[rowsByCustomer].at(item.Key)}
		cells := append(cells[:5:5], listCell{Class: "w-who", Text: item.Key})
		r.needs.add(listRow{ID: anchor("r", x.kind, x.key, x.customer), At: at, Cells: cells})
	}
}

// withID shows below the last cell which object it is at the service.
func withID(cells []listCell, id string) []listCell {
	if id == "" {
		return cells
	}
	out := slices.Clone(cells)
	last := &out[len(out)-1]
	last.Lines = append(slices.Clone(last.Lines), listLine{"id", Visible(id)})
	return out
}

// finish puts the gathered rows on the page.
func (r *rowsPage) finish(p *page, title, lead string) {
	for key, t := range r.counts {
		item := r.customers.at[key]
		item.Marks, item.weight = t.marks(r.names)
		item.Counts = t.chart(r.names)
		item.Heads = r.needs.Columns[:5]
		if n, ok := r.needs.Filters[rowsByCustomer].number(item.Key); ok {
			item.Pick, item.PickText = pick("rows", rowsByCustomer, n), say("Show the rows of this customer that need somebody")
		}
		if !r.small {
			item.Note = say("rows that are done are counted here; the workbook, CSV or JSON report lists them")
		}
	}
	if r.more > 0 {
		r.needs.More = say("%s more rows need somebody: the workbook, CSV or JSON report lists them all", thousands(r.more))
	}
	if r.needs.N() > 0 {
		p.add(pageSection{ID: "rows", Title: title, Lead: lead, N: r.needs.N() + r.more, List: r.needs})
	}
	p.addCustomers(r.customers)
}

// kindChart tells how the rows of each kind are parted.
func (r *rowsPage) kindChart() *chart {
	c := r.all.chart(r.names)
	c.Title = say("By kind")
	most := 0
	for _, byName := range r.all {
		n := 0
		for _, v := range byName {
			n += v
		}
		most = max(most, n)
	}
	var classes []string
	for _, s := range r.names {
		classes = append(classes, s.Class)
	}
	for i, line := range c.Rows {
		var n []int
		for _, class := range classes {
			n = append(n, r.all[line.Name][class])
		}
		c.Rows[i].Bar = stack(most, classes, n)
	}
	return c
}

// whyOf says why an outcome needs somebody.
func whyOf(d outcomeDoc) listCell {
	c := listCell{Class: "w-text"}
	switch {
	case d.Error != nil:
		c.Text = Visible(d.Error.Message)
		if d.Error.Code != "" {
			c.Lines = append(c.Lines, listLine{"hint", say("code %s", Visible(d.Error.Code))})
		}
		if d.Error.TrackingID != "" {
			c.Lines = append(c.Lines, listLine{"hint", say("tracking id %s", Visible(d.Error.TrackingID))})
		}
	case d.Reason != nil:
		c.Text = reasonText(onboarding.Reason(*d.Reason))
	}
	for _, x := range d.Differs {
		c.Lines = append(c.Lines, listLine{"hint", say("differs: %s", x.Text())})
	}
	return c
}
