package report

import (
	"errors"
	"io"
	"time"

	"muster/internal/onboarding"
)

// assistNote says how sure the fields are.
const assistNote = "The fields of the form are not public. The vendor's page njff38ab speaks of locations and of their users, which decide the price; a field with * is our judgement of what will be asked."

// AssistPaper makes the requests of Wholesale Setup Assist as text, one section a customer and location, for a reader of this
// voice; nil is English.
func AssistPaper(all []*onboarding.AssistRequest, v onboarding.Voice) *Paper {
	p := &Paper{voice: v, title: onboarding.T("Wholesale Setup Assist: data for the request form"), lines: []onboarding.Text{onboarding.T(assistNote)}}
	missing := 0
	for _, r := range all {
		lacking := r.Missing()
		missing += len(lacking)
		p.sections = append(p.sections, assistSections(r, lacking)...)
	}
	requests := onboarding.Count(len(all), "%s request", "%s requests")
	p.tone, p.verdict = "good", onboarding.T("%s, complete", requests)
	switch {
	case len(all) == 0:
		p.verdict = onboarding.T("no chosen customer has Setup Assist")
	case missing > 0:
		p.tone, p.verdict = "bad", onboarding.T("%s, %s missing", requests, valuesOf(missing))
	}
	return p
}

func assistSections(r *onboarding.AssistRequest, lacking []onboarding.AssistField) []section {
	top := section{level: 2, title: onboarding.T("%s (%s)", r.Customer.Name, r.Customer.ExternalID), table: assistGrid(r.Fields)}
	for _, f := range lacking {
		top.todo = append(top.todo, todo{do: assistGap(f)})
	}
	out := []section{top}
	for _, l := range r.Locations {
		out = append(out, section{level: 3, title: onboarding.T("Location %s", l.Name), table: assistGrid(l.Fields)})
		if len(l.Numbers) > 0 {
			g := &grid{heads: []any{onboarding.Word("Number"), onboarding.Word("Port date"), onboarding.Word("From")}}
			for _, n := range l.Numbers {
				g.rows = append(g.rows, []any{n.E164, orDash(dayOf(n.Day)), n.Cell.Cell()})
			}
			out = append(out, section{level: 3, title: onboarding.T("Numbers of %s", l.Name), table: g})
		}
	}
	return out
}

func assistGap(f onboarding.AssistField) onboarding.Text {
	if cell := cellOf(f.Place, f.Column); !cell.Empty() {
		return onboarding.T("fill %s: %s", cell, f.Name)
	}
	if !f.Fill.Empty() {
		return onboarding.T("%s: %s", f.Fill, f.Name)
	}
	return onboarding.T("find out: %s", f.Name)
}

func assistGrid(fields []onboarding.AssistField) *grid {
	g := &grid{heads: []any{onboarding.Word("Field"), onboarding.Word("Value"), onboarding.Word("From")}}
	for _, f := range fields {
		g.rows = append(g.rows, []any{assistName(f), assistValue(f), f.Place.Cell()})
	}
	return g
}

func assistValue(f onboarding.AssistField) any {
	if f.Missing() {
		return onboarding.Word("MISSING")
	}
	return orDash(f.Value)
}

// assistName marks a field of which the vendor's page does not speak.
func assistName(f onboarding.AssistField) onboarding.Text {
	if f.Published {
		return f.Name
	}
	return onboarding.T("%s *", f.Name)
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// AssistWorkbook writes the requests as a workbook: what is missing, the requests, their locations and their numbers.
func AssistWorkbook(w io.Writer, all []*onboarding.AssistRequest, v onboarding.Voice) (err error) {
	b := newXLSX(v)
	defer func() { err = errors.Join(err, b.file.Close()) }()
	notes := []fact{{onboarding.T("Note"), onboarding.T(assistNote)}}
	for _, r := range all {
		id := onboarding.T("%s", r.Customer.ExternalID)
		lacking := r.Missing()
		if len(lacking) == 0 {
			notes = append(notes, fact{id, onboarding.T("complete")})
		}
		for _, x := range lacking {
			notes = append(notes, fact{id, assistGap(x)})
		}
	}
	if err := b.summary(notes); err != nil {
		return err
	}
	if err := b.assist(all); err != nil {
		return err
	}
	return b.file.Write(w)
}

func (b *xlsx) assist(all []*onboarding.AssistRequest) error {
	customer, location := column{"Customer", 20}, column{"Location", 24}
	field := []column{{"Field", 44}, {"Value", 60}, {"From", 24}}
	for _, s := range []struct {
		name onboarding.Word
		cols []column
		fill func(*assistTable, *onboarding.AssistRequest) error
	}{
		{"Requests", append([]column{customer}, field...), func(t *assistTable, r *onboarding.AssistRequest) error {
			return t.fields(r.Fields, r.Customer.ExternalID)
		}},
		{"Locations", append([]column{customer, location}, field...), (*assistTable).locations},
		{"Numbers", []column{customer, location, {"Number", 20}, {"Port date", 12}, {"From", 20}}, (*assistTable).numbers},
	} {
		t, err := b.sheet(s.name, s.cols)
		if err != nil {
			return err
		}
		for _, r := range all {
			if err := s.fill(&assistTable{t}, r); err != nil {
				return err
			}
		}
		if err := t.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

func (t *assistTable) locations(r *onboarding.AssistRequest) error {
	for _, l := range r.Locations {
		if err := t.fields(l.Fields, r.Customer.ExternalID, l.Name); err != nil {
			return err
		}
	}
	return nil
}

func (t *assistTable) numbers(r *onboarding.AssistRequest) error {
	for _, l := range r.Locations {
		for _, n := range l.Numbers {
			if err := t.add(r.Customer.ExternalID, l.Name, n.E164, dayOf(n.Day), n.Cell.Cell()); err != nil {
				return err
			}
		}
	}
	return nil
}

// assistTable is a sheet whose rows are fields of a request.
type assistTable struct{ *table }

// fields adds a row for each field, behind the names of what it belongs to.
func (t *assistTable) fields(fields []onboarding.AssistField, of ...string) error {
	for _, f := range fields {
		var row []any
		for _, name := range of {
			row = append(row, name)
		}
		if err := t.add(append(row, assistName(f), assistValue(f), f.Place.Cell())...); err != nil {
			return err
		}
	}
	return nil
}
