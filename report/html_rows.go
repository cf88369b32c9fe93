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

func newRowsPage(c *Check, names []share, rows int, why onboarding.Word) *rowsPage {
	v := spoken(c.Voice)
	r := &rowsPage{names: names, small: rows <= pageRows, needs: newList("rows", v), customers: newCustomerBook(c), counts: make(map[string]tallies), all: make(tallies)}
	r.needs.columns(
		newColumn{"Status", "w-tag", "f0"}, newColumn{"What", "w-kind", "f1"}, newColumn{"Key", "w-key", "t2"}, newColumn{"Where", "w-place", "o"},
		newColumn{why, "w-text", "t4"}, newColumn{"Customer", "w-who", "f2"},
	)
	status := r.needs.filter("Status")
	for _, n := range names {
		status.offer(said(v, n.Name))
	}
	r.needs.filter("What")
	r.needs.filter("Customer")
	return r
}

// row is one row of whatever page.
type row struct {
	status        string // id
	kind          onboarding.ObjectKind
	key, customer string
	where         onboarding.Text
	why           whyCell
	id            string // the service's
	need          bool
}

// whyCell says why a row is as it is.
type whyCell struct {
	text  onboarding.Text
	lines []whyLine
}

type whyLine struct {
	class string
	text  onboarding.Text
}

func (c *whyCell) line(class string, text onboarding.Text) {
	c.lines = append(c.lines, whyLine{class, text})
}

func (c whyCell) said(v onboarding.Voice) listCell {
	out := listCell{Class: "w-text", Text: said(v, c.text)}
	for _, l := range c.lines {
		out.Lines = append(out.Lines, listLine{Class: l.class, Text: said(v, l.text)})
	}
	return out
}

func (r *rowsPage) name(status string) string {
	for _, n := range r.names {
		if n.Class == status {
			return said(r.needs.voice, n.Name)
		}
	}
	return status
}

// add takes one row.
func (r *rowsPage) add(x row) {
	r.all.count(string(x.kind), x.status)
	if r.counts[x.customer] == nil {
		r.counts[x.customer] = make(tallies)
	}
	r.counts[x.customer].count(string(x.kind), x.status)
	item := r.customers.of(x.customer)
	if !x.need && !r.small {
		return
	}
	v := r.needs.voice
	key, word, kind := Visible(x.key), r.name(x.status), said(v, x.kind.Word())
	cells := []listCell{tag(x.status, word), {Class: "w-kind", Text: kind}, {Class: "w-key", Text: key}, {Class: "w-place", Text: said(v, x.where)}, x.why.said(v)}
	if r.small {
		item.rows = append(item.rows, listRow{Cells: withID(cells, x.id)})
	}
	switch {
	case !x.need:
	case r.needs.N() >= pageNeeds:
		r.more++
	default:
		f := r.needs.Filters
		at := []int{f[rowsByStatus].at(word), f[rowsByKind].at(kind), f[rowsByCustomer].at(item.Key)}
		cells := append(cells[:5:5], listCell{Class: "w-who", Text: item.Key})
		r.needs.add(listRow{ID: anchor("r", string(x.kind), x.key, x.customer), At: at, Cells: cells})
	}
}

// withID shows below the last cell which object it is at the service.
func withID(cells []listCell, id string) []listCell {
	if id == "" {
		return cells
	}
	out := slices.Clone(cells)
	last := &out[len(out)-1]
	last.Lines = append(slices.Clone(last.Lines), listLine{Class: "id", Text: Visible(id)})
	return out
}

// finish puts the gathered rows on the page.
func (r *rowsPage) finish(p *page, title, lead onboarding.Text) {
	for key, t := range r.counts {
		item := r.customers.at[key]
		item.Marks, item.weight = t.marks(r.names)
		item.Counts = t.chart(r.names)
		item.Heads = r.needs.Columns[:5]
		if n, ok := r.needs.Filters[rowsByCustomer].number(item.Key); ok {
			item.Pick, item.PickText = pick("rows", rowsByCustomer, n), onboarding.T("Show the rows of this customer that need somebody")
		}
		if !r.small {
			item.Note = onboarding.T("rows that are done are counted here; the workbook, CSV or JSON report lists them")
		}
	}
	if r.more > 0 {
		r.needs.More = onboarding.T("%s more rows need somebody: the workbook, CSV or JSON report lists them all", onboarding.Number(r.more))
	}
	if r.needs.N() > 0 {
		p.add(pageSection{ID: "rows", Title: title, Lead: lead, N: r.needs.N() + r.more, List: r.needs})
	}
	p.addCustomers(r.customers)
}

// kindChart tells how the rows of each kind are parted.
func (r *rowsPage) kindChart() *chart {
	c := r.all.chart(r.names)
	c.Title = onboarding.T("By kind")
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
	for i, kind := range r.all.kinds() {
		var n []int
		for _, class := range classes {
			n = append(n, r.all[string(kind)][class])
		}
		c.Rows[i].Bar = stack(most, classes, n)
	}
	return c
}

// whyOf says why an outcome needs somebody.
func whyOf(o onboarding.Outcome) whyCell {
	var c whyCell
	switch {
	case o.Error != nil:
		c.text = o.Error.Text()
		if o.Error.Code != "" {
			c.line("hint", onboarding.T("code %s", o.Error.Code))
		}
		if o.Error.TrackingID != "" {
			c.line("hint", onboarding.T("tracking id %s", o.Error.TrackingID))
		}
	case o.Reason != onboarding.NoReason:
		c.text = waitText(o.Reason, o.OrgID)
	}
	for _, d := range o.Differs {
		c.line("hint", onboarding.T("differs: %s", differenceText(d)))
	}
	return c
}
