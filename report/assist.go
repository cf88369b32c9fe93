package report

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/internal/onboarding"
)

// assistNote says how sure the fields are.
const assistNote = "The fields of the form are not public. The vendor's page njff38ab speaks of locations and of their users, which decide the price; a field with * is our judgement of what will be asked."

// AssistPaper makes the requests of Wholesale Setup Assist as text, one section a customer and location.
func AssistPaper(all []*onboarding.AssistRequest) *Paper {
	p := &Paper{title: "Wholesale Setup Assist: data for the request form", lines: []string{assistNote}}
	missing := 0
	for _, r := range all {
		lacking := r.Missing()
		missing += len(lacking)
		p.sections = append(p.sections, assistSections(r, lacking)...)
	}
	p.tone, p.verdict = "good", plural(len(all), "request")+", complete"
	switch {
	case len(all) == 0:
		p.verdict = "no chosen customer has Setup Assist"
	case missing > 0:
		p.tone, p.verdict = "bad", fmt.Sprintf("%s, %s missing", plural(len(all), "request"), plural(missing, "value"))
	}
	return p
}

func assistSections(r *onboarding.AssistRequest, lacking []onboarding.AssistField) []section {
	top := section{level: 2, title: fmt.Sprintf("%s (%s)", r.Customer.Name, r.Customer.ExternalID), table: assistGrid(r.Fields)}
	for _, f := range lacking {
		top.todo = append(top.todo, todo{do: assistGap(f)})
	}
	out := []section{top}
	for _, l := range r.Locations {
		out = append(out, section{level: 3, title: "Location " + l.Name, table: assistGrid(l.Fields)})
		if len(l.Numbers) > 0 {
			g := &grid{heads: []string{"Number", "Port date", "From"}}
			for _, n := range l.Numbers {
				g.rows = append(g.rows, []string{n.E164, orDash(dayOf(n.Day)), n.Cell.Cell()})
			}
			out = append(out, section{level: 3, title: "Numbers of " + l.Name, table: g})
		}
	}
	return out
}

func assistGap(f onboarding.AssistField) string {
	if cell := cellOf(f.Place, f.Column); cell != "" {
		return fmt.Sprintf("fill %s: %s", cell, f.Name)
	}
	return fmt.Sprintf("find out: %s", f.Name)
}

func assistGrid(fields []onboarding.AssistField) *grid {
	g := &grid{heads: []string{"Field", "Value", "From"}}
	for _, f := range fields {
		g.rows = append(g.rows, []string{assistName(f), assistValue(f), f.Place.Cell()})
	}
	return g
}

func assistValue(f onboarding.AssistField) string {
	if f.Missing() {
		return "MISSING"
	}
	return orDash(f.Value)
}

// assistName marks a field of which the vendor's page does not speak.
func assistName(f onboarding.AssistField) string {
	if f.Published {
		return f.Name.String()
	}
	return f.Name.String() + " *"
}

func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// AssistWorkbook writes the requests as a workbook: what is missing, the requests, their locations and their numbers.
func AssistWorkbook(w io.Writer, all []*onboarding.AssistRequest) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	var notes [][2]string
	notes = append(notes, [2]string{"Note", assistNote})
	for _, r := range all {
		lacking := r.Missing()
		if len(lacking) == 0 {
			notes = append(notes, [2]string{r.Customer.ExternalID, "complete"})
		}
		for _, x := range lacking {
			notes = append(notes, [2]string{r.Customer.ExternalID, assistGap(x)})
		}
	}
	if err := xlsxSummary(f, notes); err != nil {
		return err
	}
	if err := assistSheets(f, all); err != nil {
		return err
	}
	return f.Write(w)
}

func assistSheets(f *excelize.File, all []*onboarding.AssistRequest) error {
	customer, location := column{"Customer", 20}, column{"Location", 24}
	field := []column{{"Field", 44}, {"Value", 60}, {"From", 24}}
	for _, s := range []struct {
		name string
		cols []column
		fill func(*assistTable, *onboarding.AssistRequest) error
	}{
		{"Requests", append([]column{customer}, field...), func(t *assistTable, r *onboarding.AssistRequest) error {
			return t.fields(r.Fields, r.Customer.ExternalID)
		}},
		{"Locations", append([]column{customer, location}, field...), (*assistTable).locations},
		{"Numbers", []column{customer, location, {"Number", 20}, {"Port date", 12}, {"From", 20}}, (*assistTable).numbers},
	} {
		t, err := assistSheet(f, s.name, s.cols)
		if err != nil {
			return err
		}
		for _, r := range all {
			if err := s.fill(t, r); err != nil {
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
			if err := t.add(Visible(r.Customer.ExternalID), Visible(l.Name), n.E164, dayOf(n.Day), n.Cell.Cell()); err != nil {
				return err
			}
		}
	}
	return nil
}

func assistSheet(f *excelize.File, name string, cols []column) (*assistTable, error) {
	if _, err := f.NewSheet(name); err != nil {
		return nil, err
	}
	t, err := newTable(f, name, cols)
	return &assistTable{t}, err
}

// assistTable is a sheet whose rows are fields of a request.
type assistTable struct{ *table }

// fields adds a row for each field, behind the names of what it belongs to.
func (t *assistTable) fields(fields []onboarding.AssistField, of ...string) error {
	for _, f := range fields {
		var row []any
		for _, name := range of {
			row = append(row, Visible(name))
		}
		row = append(row, assistName(f), Visible(assistValue(f)), Visible(f.Place.Cell()))
		if err := t.add(row...); err != nil {
			return err
		}
	}
	return nil
}
