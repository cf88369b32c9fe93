package sheet

import (
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
	matched  int
}

// headingCell is one heading.
type headingCell struct {
	text  string
	field onboarding.Field // empty when unknown
	pack  *facts.Package   // a package column of the sheet Customers
	twice int              // column that already holds this field, 0 when none
}

// reader holds the words and tables by which headings are understood.
type words struct {
	locale  *locale.Words
	facts   *facts.Tables
	renamed map[string]string // folded heading → field, from the user
}

// findHeading picks the heading row among the first rows of a sheet: the one with most known headings, the upper one on
// a tie. want restricts the kind when the sheet's name or a flag tells it. ok is false when no row looks like headings.
func (w words) findHeading(rows []peeked, want onboarding.Kind) (heading, bool) {
	var best heading
	for _, r := range rows {
		h := w.readHeading(r, want)
		if h.matched > best.matched {
			best = h
		}
	}
	if best.kind == onboarding.NoKind || !enough(best) {
		return heading{}, false
	}
	return best, true
}

// enough asks for two known headings, or for one where the row has no other: one word alone is as likely a title.
func enough(h heading) bool {
	if h.matched >= 2 {
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
	bestShare := 0.0
	for k := onboarding.Templates; k <= onboarding.Users; k++ {
		if want != onboarding.NoKind && want != k {
			continue
		}
		h := w.readAs(r, k)
		share := requiredShare(h)
		if h.matched > best.matched || h.matched == best.matched && share > bestShare {
			best, bestShare = h, share
		}
	}
	return best
}

func (w words) readAs(r peeked, k onboarding.Kind) heading {
	h := heading{kind: k, row: r.number, cells: make([]headingCell, len(r.cells))}
	first := make(map[onboarding.Field]int, len(r.cells))
	langs := make(map[string]int)
	for i, c := range r.cells {
		cell := w.readCell(c, k, langs)
		if at, seen := first[cell.field]; seen && cell.field != "" {
			cell.twice = at
		} else if cell.field != "" {
			first[cell.field] = i + 1
			h.matched++
		} else if cell.pack != nil {
			h.matched++
		}
		h.cells[i] = cell
	}
	h.language = mostly(langs)
	return h
}

func (w words) readCell(c xlsx.Cell, k onboarding.Kind, langs map[string]int) headingCell {
	text, _ := normalise(c.Text, Code)
	cell := headingCell{text: text}
	if text == "" {
		return cell
	}
	if f, ok := w.renamed[locale.Fold(text)]; ok {
		cell.field = onboarding.Field(f)
		return cell
	}
	if f, lang, ok := w.locale.Field(k.String(), text); ok {
		cell.field = onboarding.Field(f)
		langs[lang]++
		return cell
	}
	if k == onboarding.Customers {
		if p, ok := w.facts.Package(text); ok {
			cell.pack = p
		}
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

func requiredShare(h heading) float64 {
	need, have := 0, 0
	for _, c := range Columns() {
		if c.Kind != h.kind || !c.Required {
			continue
		}
		need++
		for _, cell := range h.cells {
			if cell.field == c.Field {
				have++
				break
			}
		}
	}
	return float64(have) / float64(need)
}
