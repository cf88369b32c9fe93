package sheet

import (
	"cmp"
	"slices"

	"muster/importer/sheet/xlsx"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// headingRows is how many rows from the top may stand above the headings: titles, logos, instructions.
const headingRows = 30

// heading is a heading row that was understood: what each column holds.
type heading struct {
	kind     onboarding.Kind
	row      int
	language string
	cells    []headingCell // by column, index = column - 1
	form     *form         // of another system, nil for a sheet of ours
	matched  int
	mapped   int // of these, how many the user has named
}

// headingCell is one heading.
type headingCell struct {
	text  string
	field onboarding.Field // empty when unknown
	pack  *facts.Package   // a package column of the sheet Customers
	twice int              // column that already holds this field, 0 when none

	mapped bool // the user has named the field
}

// means gives what the column holds, nil when that is not known.
func (c *headingCell) means() any {
	switch {
	case c.field != "":
		return c.field
	case c.pack != nil:
		return c.pack
	}
	return nil
}

// has reports whether a column holds the field.
func (h *heading) has(f onboarding.Field) bool {
	return slices.ContainsFunc(h.cells, func(c headingCell) bool { return c.field == f })
}

// strange reports whether there is a column of which muster does not know what it holds.
func (h *heading) strange() bool {
	return slices.ContainsFunc(h.cells, func(c headingCell) bool { return c.text != "" && c.means() == nil })
}

// words holds the words and tables by which headings are understood.
type words struct {
	locale  *locale.Words
	facts   *facts.Tables
	renamed map[string]string // folded heading → field, from the user
}

// findHeading picks the heading row among the first rows of a sheet: the one with most known headings, the upper one on
// a tie. Two rows are headings together where that makes more of them known. want restricts the kind when the sheet's name or a flag tells it. ok is false when no row looks like headings.
func (w words) findHeading(rows []peeked, want onboarding.Kind) (heading, bool) {
	var best heading
	for _, r := range rows {
		h := w.readHeading(r, want)
		if h.matched > best.matched {
			best = h
		}
	}
	for i := 1; i < len(rows); i++ {
		if rows[i].number != rows[i-1].number+1 {
			continue
		}
		if h := w.readHeading(peeked{rows[i].number, rows[i].cells, rows[i-1].cells}, want); h.matched > best.matched {
			best = h
		}
	}
	if best.kind == onboarding.NoKind || !enough(best, want) {
		return heading{}, false
	}
	return best, true
}

// enough asks for two known headings, or for one where the kind is told or the row has no other: one word alone is as
// likely a title.
func enough(h heading, want onboarding.Kind) bool {
	if h.matched >= 2 || h.matched == 1 && want != onboarding.NoKind {
		return true
	}
	filled := 0
	for _, c := range h.cells {
		if c.text != "" {
			filled++
		}
	}
	return h.matched == 1 && filled == 1
}

// readHeading reads one row as headings of the kind that fits best.
func (w words) readHeading(r peeked, want onboarding.Kind) heading {
	var best heading
	for k := onboarding.Templates; k <= onboarding.Users; k++ {
		if want != onboarding.NoKind && want != k {
			continue
		}
		h := w.readAs(r, k)
		if h.matched > 0 && h.fitsBetter(&best) {
			best = h
		}
	}
	return best
}

// fitsBetter counts known headings, then those that the user has named, then the share of the required ones that are there.
func (h *heading) fitsBetter(than *heading) bool {
	if c := cmp.Or(cmp.Compare(h.matched, than.matched), cmp.Compare(h.mapped, than.mapped)); c != 0 {
		return c > 0
	}
	return requiredShare(h) > requiredShare(than)
}

func (w words) readAs(r peeked, k onboarding.Kind) heading {
	h := heading{kind: k, row: r.number, cells: make([]headingCell, max(len(r.cells), len(r.above)))}
	langs := make(map[string]int)
	taken := make(map[onboarding.Field]bool) // for columns that the user has named
	for i := range h.cells {
		h.cells[i] = w.readPair(r.above, r.cells, i, k, langs)
		if h.cells[i].mapped {
			taken[h.cells[i].field] = true
		}
	}
	for i := range h.cells {
		if c := &h.cells[i]; !c.mapped && taken[c.field] {
			c.field = ""
		}
	}
	if k == onboarding.Users {
		h.takeForm()
		h.dropPackages()
	}
	h.count()
	h.language = mostly(langs)
	return h
}

// dropPackages leaves the columns of single packages alone where a column names the user's package.
func (h *heading) dropPackages() {
	if !h.has("package") {
		return
	}
	for i := range h.cells {
		h.cells[i].pack = nil
	}
}

// count counts the columns whose meaning is known, and marks those that mean the same as an earlier one.
func (h *heading) count() {
	first := make(map[any]int, len(h.cells))
	for i := range h.cells {
		c := &h.cells[i]
		means := c.means()
		if means == nil {
			continue
		}
		if c.twice = first[means]; c.twice > 0 {
			continue
		}
		first[means] = i + 1
		h.matched++
		if c.mapped {
			h.mapped++
		}
	}
}

// readPair reads a heading that may stand in two rows: the lower one by itself, else both as one text, else the upper one
// where there is no lower. An upper one goes on to its right until the next.
func (w words) readPair(above, cells []xlsx.Cell, i int, k onboarding.Kind, langs map[string]int) headingCell {
	up, low := cellAt(above, i), cellAt(cells, i)
	if low.Text == "" {
		return w.readCell(up, k, langs)
	}
	alone := w.readCell(low, k, langs)
	for j := i - 1; j >= 0 && up.Text == ""; j-- {
		up = cellAt(above, j)
	}
	if up.Text == "" || alone.means() != nil {
		return alone
	}
	low.Text = up.Text + " " + low.Text
	if both := w.readCell(low, k, langs); both.means() != nil {
		return both
	}
	return alone
}

// cellAt gives the cell at an index, an empty one beyond the last.
func cellAt(cells []xlsx.Cell, i int) xlsx.Cell {
	if i < len(cells) {
		return cells[i]
	}
	return xlsx.Cell{}
}

func (w words) readCell(c xlsx.Cell, k onboarding.Kind, langs map[string]int) headingCell {
	text, _ := normalise(c.Text, Code)
	cell := headingCell{text: text}
	if text == "" {
		return cell
	}
	if f, ok := w.renamed[locale.Fold(text)]; ok && isColumn(k, onboarding.Field(f)) {
		cell.field, cell.mapped = onboarding.Field(f), true
		return cell
	}
	if f, lang, ok := w.locale.Field(k.String(), text); ok {
		cell.field = onboarding.Field(f)
		langs[lang]++
		return cell
	}
	if p, ok := w.facts.Package(text); ok && (k == onboarding.Customers || k == onboarding.Users && p.UserAssignable) {
		cell.pack = p
	}
	return cell
}

// mostly gives the language of most headings; English wins ties, since product words are English everywhere.
func mostly(langs map[string]int) string {
	best := "en"
	for lang, n := range langs {
		if n > langs[best] || n == langs[best] && best != "en" && lang < best {
			best = lang
		}
	}
	return best
}

func requiredShare(h *heading) float64 {
	need, have := 0, 0
	for _, c := range Columns() {
		if c.Kind != h.kind || !c.Required {
			continue
		}
		need++
		if h.has(c.Field) {
			have++
		}
	}
	return float64(have) / float64(max(need, 1))
}

func isColumn(k onboarding.Kind, f onboarding.Field) bool {
	return slices.ContainsFunc(Columns(), func(c Column) bool { return c.Kind == k && c.Field == f })
}
