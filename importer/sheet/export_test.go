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

// UserValues gives the text of every column of a user.
func UserValues(u *onboarding.User) map[onboarding.Field]string { return values(userColumns(), u) }

// CustomerValues gives the text of every column of a customer.
func CustomerValues(c *onboarding.Customer) map[onboarding.Field]string {
	return values(customerColumns(), c)
}

// TemplateValues gives the text of every column of a template.
func TemplateValues(t *onboarding.Template) map[onboarding.Field]string {
	return values(templateColumns(), t)
}

// LocationValues gives the text of every column of a location.
func LocationValues(l *onboarding.Location) map[onboarding.Field]string {
	return values(locationColumns(), l)
}

func values[R any](cols []column[R], rec *R) map[onboarding.Field]string {
	out := make(map[onboarding.Field]string)
	for _, c := range cols {
		out[c.Field] = *c.text(rec)
	}
	return out
}
