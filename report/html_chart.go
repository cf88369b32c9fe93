package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// chart is a table whose rows carry a bar: who does not see the bars reads the numbers.
type chart struct {
	Title, Lead onboarding.Text
	Heads       []onboarding.Word // of the names, then of the numbers
	Rows        []chartRow
	Foot        *chartRow
	Whole       []part          // one bar of all rows above the table
	WholeName   onboarding.List // what it says, in words
	Over        *overTime
	Words       bool // the last cell of a row holds words, no number
}

// Columns is the number of cells beside the name.
func (c *chart) Columns() int { return len(c.Heads) - 1 }

// Bars reports whether a row has a bar.
func (c *chart) Bars() bool {
	return slices.ContainsFunc(c.Rows, func(r chartRow) bool { return len(r.Bar) > 0 })
}

// Class gives the class of a heading: those of numbers stand over them.
func (c *chart) Class(i int) string {
	if i == 0 || c.Words && i == len(c.Heads)-1 {
		return ""
	}
	return "num"
}

// CellClass gives the class of a cell; the names, which stand before the cells, do not count.
func (c *chart) CellClass(i int) string { return c.Class(i + 1) }

// CellHead gives the heading of a cell, for windows that are too narrow for headings.
func (c *chart) CellHead(i int) onboarding.Word { return c.Heads[i+1] }

// chartRow is one row of a chart.
type chartRow struct {
	Name  any    // a word or text of ours, or a value
	Class string // of the colour that the row has in Whole; empty for none
	Code  bool   // the name is an id
	Pick  string // which list to narrow to what, when the name is clicked
	Track string // width of the ground, in percent
	Bar   []part
	Mark  string // where a line crosses the bar, in percent
	Cells []any
}

// part is a stretch of a bar, in percent of its width.
type part struct{ Class, X, W string }

func percent(n, of int) string {
	if of == 0 {
		return "0"
	}
	return strings.TrimSuffix(fmt.Sprintf("%.2f", 100*float64(n)/float64(of)), ".00")
}

// stack lays stretches beside each other; whole is what the full width stands for.
func stack(whole int, classes []string, n []int) []part {
	var out []part
	sum := 0
	for i, class := range classes {
		if n[i] > 0 {
			out = append(out, part{class, percent(sum, whole), percent(n[i], whole)})
			sum += n[i]
		}
	}
	return out
}

// dash shows nothing as a dash.
func dash(n int) string {
	if n == 0 {
		return "–"
	}
	return thousands(n)
}

// pick names an option of a list's filter.
func pick(list string, filter, option int) string {
	return fmt.Sprintf("%s:%d:%d", list, filter, option)
}

// share is a status or the like, with how many rows have it.
type share struct {
	Name  onboarding.Word
	Class string
	N     int
}

// shareChart draws how all rows are parted; what nobody has is left out.
func shareChart(title onboarding.Text, name onboarding.Word, all []share) *chart {
	c := &chart{Title: title, Heads: []onboarding.Word{name, "Rows", "Share"}}
	total := 0
	all = slices.DeleteFunc(slices.Clone(all), func(s share) bool { return s.N == 0 })
	var classes []string
	var n []int
	for _, s := range all {
		total += s.N
		classes, n = append(classes, s.Class), append(n, s.N)
		c.WholeName = append(c.WholeName, onboarding.T("%s %s", onboarding.Number(s.N), s.Name))
	}
	if total == 0 {
		return nil
	}
	c.Whole = stack(total, classes, n)
	for _, s := range all {
		c.Rows = append(c.Rows, chartRow{Name: s.Name, Class: s.Class, Cells: []any{thousands(s.N), shareText(s.N, total)}})
	}
	c.Foot = &chartRow{Name: onboarding.Word("all"), Cells: []any{thousands(total), ""}}
	return c
}

// shareText gives a share in percent; one that is not zero is never shown as zero, and one that is not all never as all.
func shareText(n, of int) string {
	p := 100 * float64(n) / float64(max(of, 1))
	switch {
	case n > 0 && p < 0.1:
		return "< 0.1 %"
	case n < of && p > 99.9:
		return "> 99.9 %"
	}
	return fmt.Sprintf("%.1f %%", p)
}

// seats is the users of one package against its quantity.
type seats struct {
	Package string
	Users   int
	Asked   int // 0: no quantity
}

// seatChart draws users against quantities: a line marks the quantity.
func seatChart(all []seats) *chart {
	if len(all) == 0 {
		return nil
	}
	c := &chart{Title: onboarding.T("Users by package, against quantity"), Heads: []onboarding.Word{"Package", "Users", "Quantity", "Free"}}
	most := 1
	for _, s := range all {
		most = max(most, s.Users, s.Asked)
	}
	limited := make(map[string]bool)
	for _, s := range all {
		limited[s.Package] = limited[s.Package] || s.Asked > 0
	}
	for _, s := range all {
		r := chartRow{Name: seatName(s, limited[s.Package]), Cells: []any{thousands(s.Users), onboarding.Word("no limit"), "–"}}
		r.Bar = stack(most, []string{"users"}, []int{s.Users})
		if s.Asked > 0 {
			r.Cells[1], r.Cells[2] = thousands(s.Asked), thousands(s.Asked-s.Users)
			r.Track, r.Mark = percent(s.Asked, most), percent(s.Asked, most)
			over := max(0, s.Users-s.Asked)
			r.Bar = stack(most, []string{"users", "over"}, []int{s.Users - over, over})
		}
		c.Rows = append(c.Rows, r)
	}
	return c
}

// seatName gives the name of a package. Users of customers who ask for no quantity of it stand apart from those of others.
func seatName(s seats, limited bool) any {
	if s.Asked == 0 && limited {
		return onboarding.T("%s, without quantity", packageName(s.Package))
	}
	return packageName(s.Package)
}

// packageName words the service's name of a package.
func packageName(api string) string {
	words := strings.Split(Visible(api), "_")
	for i, w := range words {
		if w != "" {
			words[i] = strings.ToUpper(w[:1]) + w[1:]
		}
	}
	return strings.Join(words, " ")
}

// summed adds the seats of all customers up, by package. Packages that nobody limits are not set against the quantities of
// others: they are summed apart.
func summed(all []seats) []seats {
	at := make(map[string]int)
	var out []seats
	for _, s := range all {
		if s.Users+s.Asked == 0 {
			continue // chosen, and nobody has it yet
		}
		key := s.Package
		if s.Asked == 0 {
			key += " "
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, seats{Package: s.Package})
		}
		out[i].Users += s.Users
		out[i].Asked += s.Asked
	}
	slices.SortStableFunc(out, func(a, b seats) int { return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(b.Asked, a.Asked)) })
	return out
}

func checkSeats(c *CheckCustomer) []seats {
	out := make([]seats, len(c.Seats))
	for i, s := range c.Seats {
		out[i] = seats{s.Package, s.Users, s.Asked}
	}
	return out
}

// seatsOfAll draws the seats of all customers of a check.
func seatsOfAll(cs []CheckCustomer) *chart {
	var all []seats
	for i := range cs {
		all = append(all, checkSeats(&cs[i])...)
	}
	return seatChart(summed(all))
}
