package sheet

import (
	"muster/importer/sheet/xlsx"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// Heading is what a row of headings means.
type Heading struct {
	Kind     onboarding.Kind
	Language string
	Fields   []onboarding.Field
}

// FindHeading reads one row as headings, as for a file whose name tells nothing.
func FindHeading(f *facts.Tables, w *locale.Words, row []string) Heading {
	p := peeked{number: 1}
	for _, text := range row {
		p.cells = append(p.cells, xlsx.Cell{Text: text, Kind: xlsx.Text})
	}
	h, _ := words{locale: w, facts: f}.findHeading([]peeked{p}, onboarding.NoKind)
	out := Heading{Kind: h.kind, Language: h.language, Fields: make([]onboarding.Field, len(row))}
	for i, c := range h.cells {
		out.Fields[i] = c.field
	}
	return out
}
