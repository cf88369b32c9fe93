package split

import (
	"fmt"
	"strconv"
	"strings"

	"muster/internal/onboarding"
)

// Sorted are findings by customer.
type Sorted struct {
	parts *Parts
	rows  map[string][]onboarding.Finding
	heads map[*onboarding.Source][]onboarding.Finding
}

// Sort puts findings in order by the customer in whose rows they stand, and those of headings by their sheet. What is said of
// hidden rows and columns is left out: a part has none.
func (p *Parts) Sort(all []onboarding.Finding) *Sorted {
	s := &Sorted{p, make(map[string][]onboarding.Finding), make(map[*onboarding.Source][]onboarding.Finding)}
	tables := make(map[*onboarding.Source]*table)
	for _, t := range p.tables {
		tables[t.source] = t
	}
	for _, f := range all {
		t, row := tables[f.Place.Source], f.Place.Row
		switch {
		case t == nil || row == 0 || f.Rule == "row-hidden" || f.Rule == "column-hidden":
		case row == t.source.HeaderRow && f.Place.Column > 0:
			s.heads[t.source] = append(s.heads[t.source], f)
		case row < len(t.owner) && t.owner[row] > 0:
			id := p.order[t.owner[row]-1]
			s.rows[id] = append(s.rows[id], f)
		}
	}
	return s
}

// Of gives the findings of a customer's rows, and of the headings above them, at their places in the part. What they say of
// rows of other customers is left out.
func (s *Sorted) Of(customer string, sheets []*Sheet) []onboarding.Finding {
	m := s.parts.moverFor(customer, sheets)
	var out []onboarding.Finding
	for _, sheet := range sheets {
		for _, f := range s.heads[sheet.from.source] {
			out = append(out, m.moved(f, sheet, sheet.Source.HeaderRow))
		}
	}
	for _, f := range s.rows[customer] {
		if sheet := m.sheets[f.Place.Source]; sheet != nil {
			out = append(out, m.moved(f, sheet, sheet.moved[f.Place.Row]))
		}
	}
	return onboarding.SortFindings(out)
}

// moved gives a finding at its place in a part.
func (m *mover) moved(f onboarding.Finding, s *Sheet, row int) onboarding.Finding {
	f.Place = onboarding.Place{Source: s.Source, Row: row, Column: f.Place.Column}
	f.Message, f.Hint = m.text(f.Message), m.text(f.Hint)
	return f
}

// mover puts what is said of the inputs into words about a part.
type mover struct {
	parts    *Parts
	customer string
	sheets   map[*onboarding.Source]*Sheet
	named    map[string]*table // by what stands before the place of a cell: a sheet with !, a file with :
}

func (p *Parts) moverFor(customer string, sheets []*Sheet) *mover {
	m := &mover{parts: p, customer: customer, sheets: make(map[*onboarding.Source]*Sheet), named: make(map[string]*table)}
	for _, s := range sheets {
		m.sheets[s.from.source] = s
	}
	for _, t := range p.tables {
		m.named[before(t.source)] = t
	}
	return m
}

func before(s *onboarding.Source) string {
	if s.CSV() {
		return s.File + ":"
	}
	return s.Sheet + "!"
}

// elsewhere stands for the place of a row of another customer, and somebody for what names one.
const (
	elsewhere = "a row that is not in this copy"
	somebody  = "another one"
)

// text gives a sentence with places of the part, and without those of others.
func (m *mover) text(t onboarding.Text) onboarding.Text {
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = a
		if s, ok := a.(string); ok {
			args[i] = m.word(s)
		} else if s, ok := a.(fmt.Stringer); ok {
			args[i] = m.word(s.String())
		}
	}
	return onboarding.Text{Format: t.Format, Args: args}
}

// word gives an argument of a sentence.
func (m *mover) word(s string) string {
	if n, other := m.parts.known[s]; other && m.parts.order[n] != m.customer {
		return somebody
	}
	for prefix, t := range m.named {
		rest, ok := strings.CutPrefix(s, prefix)
		if !ok {
			continue
		}
		row, column, ok := placeOf(rest, t.source.CSV())
		if !ok {
			continue
		}
		sheet := m.sheets[t.source]
		if sheet != nil && row == t.source.HeaderRow {
			return onboarding.Place{Source: sheet.Source, Row: sheet.Source.HeaderRow, Column: column}.Cell()
		}
		if sheet != nil && sheet.moved[row] > 0 {
			return onboarding.Place{Source: sheet.Source, Row: sheet.moved[row], Column: column}.Cell()
		}
		return elsewhere
	}
	return s
}

// placeOf reads what stands behind the name of a sheet or file: D17, or 17:4.
func placeOf(s string, text bool) (row, column int, ok bool) {
	if text {
		line, at, found := strings.Cut(s, ":")
		row, err := strconv.Atoi(line)
		column, err2 := strconv.Atoi(at)
		return row, column, found && err == nil && err2 == nil
	}
	i := 0
	for ; i < len(s) && i < 3 && s[i] >= 'A' && s[i] <= 'Z'; i++ {
		column = 26*column + int(s[i]-'A') + 1
	}
	row, err := strconv.Atoi(s[i:])
	return row, column, err == nil && i > 0 && row > 0
}
