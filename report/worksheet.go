package report

import (
	"fmt"
	"slices"

	"muster/internal/onboarding"
)

// mostNamed is how many customers of a template are named for a person; the JSON document names them all.
const mostNamed = 12

type worksheetsDoc struct {
	Schema      string            `json:"schema"`
	Summary     worksheetsSummary `json:"summary"`
	Differences []differenceDoc   `json:"differences"`
	Templates   []worksheetDoc    `json:"templates"`
}

type worksheetsSummary struct {
	Templates int `json:"templates"`
	WithoutID int `json:"without_provisioning_id"`
	Missing   int `json:"missing"` // settings that the form asks for and the sheet leaves empty
	Errors    int `json:"errors"`  // findings at settings
	Warnings  int `json:"warnings"`
	Customers int `json:"customers"`
}

// differenceDoc is a setting that is not the same in all templates; values stand in their order.
type differenceDoc struct {
	Field  string   `json:"field"`
	Label  string   `json:"label"`
	Values []string `json:"values"`
	shown  []any    // the values for a person
}

type worksheetDoc struct {
	Name      string        `json:"name"`
	File      string        `json:"file"`
	Sheet     string        `json:"sheet"`
	Row       int           `json:"row"`
	GoesTo    string        `json:"goes_to"` // where the Provisioning ID belongs
	Created   bool          `json:"created"` // the sheet has its Provisioning ID
	SignIn    string        `json:"sign_in"` // the verdict of `muster auth check`
	Customers []customerDoc `json:"customers"`
	Missing   []missingDoc  `json:"missing"`
	Findings  []findingDoc  `json:"findings"` // at no setting of the screens
	Screens   []screenDoc   `json:"screens"`
}

type customerDoc struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type missingDoc struct {
	Field string `json:"field"`
	Label string `json:"label"`
	Cell  string `json:"cell"`
}

type screenDoc struct {
	Title string     `json:"title"`
	Local string     `json:"title_local,omitempty"`
	Steps []clickDoc `json:"steps"`
}

type clickDoc struct {
	Do       string       `json:"do"`
	Field    string       `json:"field,omitempty"`
	Label    string       `json:"label,omitempty"`
	Local    string       `json:"label_local,omitempty"`
	Value    string       `json:"value,omitempty"`
	Cell     string       `json:"cell,omitempty"`
	Missing  bool         `json:"missing,omitempty"`
	Advice   string       `json:"advice,omitempty"`
	Findings []findingDoc `json:"findings,omitempty"`
}

// Worksheets makes the paper along which templates are made in Partner Hub, for a reader of this voice; nil is English.
func Worksheets(all []*onboarding.Worksheet, v onboarding.Voice) *Paper {
	doc := worksheetsDoc{Schema: "muster/templates/1", Templates: []worksheetDoc{}, Differences: differences(all)}
	p := &Paper{voice: v, title: onboarding.T("muster templates")}
	for _, w := range all {
		d := worksheetOf(w)
		doc.Templates = append(doc.Templates, d)
		doc.Summary.add(w, d)
		p.sections = append(p.sections, worksheetSections(w, d)...)
	}
	p.document = doc
	p.tone, p.verdict = worksheetsVerdict(doc.Summary)
	p.lines = []onboarding.Text{onboarding.T("No API creates templates: a person makes each in Partner Hub, along this sheet, and copies its Provisioning ID into the workbook.")}
	if len(doc.Differences) > 0 {
		p.sections = append([]section{differenceSection(all, doc.Differences)}, p.sections...)
	}
	return p
}

func (s *worksheetsSummary) add(w *onboarding.Worksheet, d worksheetDoc) {
	s.Templates++
	s.Customers += len(d.Customers)
	s.Missing += len(d.Missing)
	if !d.Created {
		s.WithoutID++
	}
	found := onboarding.Summary{}
	for _, f := range w.Findings() {
		found.Count(f)
	}
	s.Errors += found.Errors
	s.Warnings += found.Warnings
}

func worksheetsVerdict(s worksheetsSummary) (tone string, text onboarding.Text) {
	tone, text = "good", onboarding.T("templates to make: %s of %s", onboarding.Number(s.WithoutID), onboarding.Number(s.Templates))
	if s.WithoutID == 0 {
		text = onboarding.T("%s, each with its Provisioning ID", templatesOf(s.Templates))
	}
	switch {
	case s.Errors > 0 || s.Missing > 0:
		tone = "bad"
		text = onboarding.T("%s; %s to mend, %s missing", text, errorsOf(s.Errors), valuesOf(s.Missing))
	case s.Warnings == 0 && s.WithoutID > 0:
		tone = "look"
	case s.Warnings > 0:
		tone = "look"
		text = onboarding.T("%s; %s to look at", text, warningsOf(s.Warnings))
	}
	return tone, text
}

func worksheetOf(w *onboarding.Worksheet) worksheetDoc {
	t := w.Template
	d := worksheetDoc{
		Name: t.Name, File: t.Source.File, Sheet: t.Source.Sheet, Row: t.Number, GoesTo: cellOf(w.Goes, w.Column).String(), Created: t.ProvisioningID != "",
		Customers: []customerDoc{}, Missing: []missingDoc{}, Findings: []findingDoc{}, Screens: []screenDoc{},
	}
	if w.Provider != nil {
		d.SignIn = w.Provider.Verdict().String()
	}
	for _, c := range w.Customers {
		d.Customers = append(d.Customers, customerDoc{c.ExternalID, c.Name})
	}
	for _, f := range w.Others {
		d.Findings = append(d.Findings, findingOf(f))
	}
	for _, c := range w.Missing() {
		d.Missing = append(d.Missing, missingDoc{string(c.Field), c.Setting.English, cellOf(c.Place, c.Setting.English).String()})
	}
	for _, s := range w.Screens {
		screen := screenDoc{Title: s.Title.English, Local: s.Title.Other, Steps: []clickDoc{}}
		for _, c := range s.Clicks {
			screen.Steps = append(screen.Steps, clickOf(c))
		}
		d.Screens = append(d.Screens, screen)
	}
	return d
}

func clickOf(c onboarding.Click) clickDoc {
	d := clickDoc{
		Do: c.Do.String(), Field: string(c.Field), Label: c.Setting.English, Local: c.Setting.Other, Value: c.Value,
		Cell: cellOf(c.Place, c.Setting.English).String(), Missing: c.Missing, Advice: c.Advice.String(),
	}
	for _, f := range c.Findings {
		d.Findings = append(d.Findings, findingOf(f))
	}
	return d
}

// cellOf names a cell; where the sheet has no such column, the row and the column to add.
func cellOf(p onboarding.Place, column string) onboarding.Text {
	switch {
	case p.Source == nil:
		return onboarding.Text{}
	case p.Column > 0:
		return onboarding.T("%s", p.Cell())
	case p.Source.CSV():
		return onboarding.T("%s:%d, in a new column %q", p.Source.File, p.Row, column)
	}
	return onboarding.T("%s row %d, in a new column %q", p.Source.Sheet, p.Row, column)
}

// differences gives the settings that are not the same everywhere. A setting that a template's form does not show is empty.
func differences(all []*onboarding.Worksheet) []differenceDoc {
	var order []onboarding.Click
	values, shown := make(map[onboarding.Field][]string), make(map[onboarding.Field][]any)
	for i, w := range all {
		for _, c := range settingsOf(w) {
			if values[c.Field] == nil {
				values[c.Field], shown[c.Field] = make([]string, len(all)), make([]any, len(all))
				order = append(order, c)
			}
			values[c.Field][i], shown[c.Field][i] = c.Value, todoOf(c).entered()
		}
	}
	out := []differenceDoc{}
	for _, c := range order {
		list := values[c.Field]
		if slices.ContainsFunc(list, func(v string) bool { return v != list[0] }) {
			out = append(out, differenceDoc{string(c.Field), bilingual(c.Setting), list, shown[c.Field]})
		}
	}
	return out
}

// settingsOf gives the settings of a template but those that differ by their nature.
func settingsOf(w *onboarding.Worksheet) []onboarding.Click {
	var out []onboarding.Click
	for _, s := range w.Screens {
		for _, c := range s.Clicks {
			if c.Setting.English != "" && c.Field != "name" && c.Field != "provisioning_id" {
				out = append(out, c)
			}
		}
	}
	return out
}

// bilingual writes a label of Partner Hub in English, and in the other language behind it.
func bilingual(l onboarding.Label) string {
	if l.Other == "" {
		return l.English
	}
	return l.English + " (" + l.Other + ")"
}

func screenTitle(l onboarding.Label) onboarding.Text {
	if !l.Ours.Empty() {
		return l.Ours
	}
	return onboarding.T("%s", bilingual(l))
}

func differenceSection(all []*onboarding.Worksheet, diffs []differenceDoc) section {
	g := &grid{heads: []any{onboarding.Word("Setting")}}
	for _, w := range all {
		g.heads = append(g.heads, w.Template.Name)
	}
	for _, d := range diffs {
		row := []any{d.Label}
		for i, v := range d.Values {
			if v == "" {
				row = append(row, orDash(v))
				continue
			}
			row = append(row, d.shown[i])
		}
		g.rows = append(g.rows, row)
	}
	return section{level: 2, title: onboarding.T("What differs between the templates"), table: g}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

func worksheetSections(w *onboarding.Worksheet, d worksheetDoc) []section {
	top := section{level: 2, title: onboarding.T("Template %s", d.Name)}
	top.lines = append(top.lines, usedBy(w.Customers))
	if d.Created {
		top.lines = append(top.lines, onboarding.T("It has its Provisioning ID in %s: it should be in Partner Hub already.", cellOf(w.Goes, w.Column)))
	} else {
		top.lines = append(top.lines, onboarding.T("Its Provisioning ID goes into %s.", cellOf(w.Goes, w.Column)))
	}
	if w.Provider != nil && w.Provider.Method != "Webex" {
		top.lines = append(top.lines, onboarding.T("Sign-in: %s (`muster auth check`).", w.Provider.Verdict()))
	}
	remarks := todo{do: onboarding.T("look at what else the template's row says")}
	for _, f := range w.Others {
		remarks.remark(f)
	}
	if len(w.Others) > 0 {
		top.todo = append(top.todo, remarks)
	}
	for _, c := range w.Missing() {
		top.todo = append(top.todo, gapOf(c))
	}
	out := []section{top}
	for _, s := range w.Screens {
		sec := section{level: 3, title: screenTitle(s.Title)}
		for _, c := range s.Clicks {
			sec.todo = append(sec.todo, todoOf(c))
		}
		out = append(out, sec)
	}
	return out
}

// gapOf says which cell must be filled before the form can be.
func gapOf(c onboarding.Click) todo {
	cell := cellOf(c.Place, c.Setting.English)
	if c.Value != "" {
		return todo{do: onboarding.T("mend %s", cell), alerts: []onboarding.Text{onboarding.T("%s: the form has nothing like %q", bilingual(c.Setting), c.Value)}}
	}
	return todo{do: onboarding.T("fill %s", cell), alerts: []onboarding.Text{onboarding.T("%s is missing; the form asks for it", bilingual(c.Setting))}}
}

func usedBy(customers []*onboarding.Customer) onboarding.Text {
	if len(customers) == 0 {
		return onboarding.T("No customer uses it.")
	}
	var names onboarding.List
	for _, c := range customers[:min(mostNamed, len(customers))] {
		names = append(names, fmt.Sprintf("%s (%s)", c.Name, c.ExternalID))
	}
	if more := len(customers) - mostNamed; more > 0 {
		return onboarding.T("Used by %s: %s and %s more.", customersOf(len(customers)), names, onboarding.Number(more))
	}
	return onboarding.T("Used by %s: %s.", customersOf(len(customers)), names)
}

func todoOf(c onboarding.Click) todo {
	t := todo{do: c.Do, value: c.Value, shown: c.Shown}
	if c.Setting.English != "" {
		t.do = onboarding.T("%s: %s", bilingual(c.Setting), t.do)
	}
	if c.Missing && c.Value == "" && len(c.Findings) == 0 {
		t.alerts = append(t.alerts, onboarding.T("missing: fill %s", cellOf(c.Place, c.Setting.English)))
	}
	for _, f := range c.Findings {
		t.remark(f)
	}
	if c.Place.Source != nil && c.Place.Column > 0 {
		t.notes = append(t.notes, onboarding.T("from %s", c.Place.Cell()))
	}
	if !c.Advice.Empty() {
		t.notes = append(t.notes, c.Advice)
	}
	return t
}

// remark says what is wrong with the cell: errors and warnings stand out.
func (t *todo) remark(f onboarding.Finding) {
	text := onboarding.T("%s: %s [%s]", weight(f), f.Message, f.Rule)
	if f.Severity == onboarding.Note || f.Waived {
		t.notes = append(t.notes, text)
		return
	}
	t.alerts = append(t.alerts, text)
}
