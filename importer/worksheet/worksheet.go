// Package worksheet turns the templates of a batch into the clicks that make them in Partner Hub.
//
// The order of the screens and their labels are those of the vendor's page nf9ghpq, as far as it is public. What is wrong
// with a cell does not stop the worksheet: it stands at the setting.
package worksheet

import (
	"slices"

	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// Options of the worksheets.
type Options struct {
	Facts     *facts.Tables
	Words     *locale.Words
	Lang      string // of the labels beside English; empty or "en": none
	Findings  []onboarding.Finding
	Providers []*onboarding.Provider
	Chosen    func(*onboarding.Customer) bool // customers that are counted
}

// Make gives the worksheet of every template of a resolved batch, in the order of the sheet. Where customers are selected,
// templates that none of them uses are left out.
func Make(b *onboarding.Batch, o Options) []*onboarding.Worksheet {
	byPlace := make(map[onboarding.Place][]onboarding.Finding, len(o.Findings))
	byRow := make(map[rowKey][]onboarding.Finding)
	for _, f := range o.Findings {
		byPlace[f.Place] = append(byPlace[f.Place], f)
		byRow[rowKey{f.Place.Source, f.Place.Row}] = append(byRow[rowKey{f.Place.Source, f.Place.Row}], f)
	}
	used := make(map[*onboarding.Template][]*onboarding.Customer)
	selected := false
	for _, c := range b.Customers {
		if !o.Chosen(c) {
			selected = true
			continue
		}
		if t := c.Resolved.Template; t != nil {
			used[t] = append(used[t], c)
		}
	}
	var out []*onboarding.Worksheet
	for _, t := range b.Templates {
		if selected && len(used[t]) == 0 {
			continue
		}
		m := maker{Options: o, t: t, found: byPlace}
		w := &onboarding.Worksheet{
			Template: t, Goes: t.Cell("provisioning_id"), Column: o.Words.Label("templates", "provisioning_id", t.Source.Language),
			Customers: used[t], Provider: m.provider(), Screens: m.screens(),
		}
		w.Others = others(w, byRow[rowKey{t.Source, t.Number}])
		out = append(out, w)
	}
	return out
}

type rowKey struct {
	source *onboarding.Source
	row    int
}

// others gives the findings of a template's row that stand at no setting of its worksheet.
func others(w *onboarding.Worksheet, row []onboarding.Finding) []onboarding.Finding {
	shown := make(map[onboarding.Place]bool)
	for _, s := range w.Screens {
		for _, c := range s.Clicks {
			shown[c.Place] = shown[c.Place] || len(c.Findings) > 0
		}
	}
	var out []onboarding.Finding
	for _, f := range row {
		if !shown[f.Place] {
			out = append(out, f)
		}
	}
	return out
}

// maker makes the worksheet of one template.
type maker struct {
	Options
	t     *onboarding.Template
	found map[onboarding.Place][]onboarding.Finding
}

func (m *maker) provider() *onboarding.Provider {
	i := slices.IndexFunc(m.Providers, func(p *onboarding.Provider) bool { return slices.Contains(p.Templates, m.t.Name) })
	if i < 0 {
		return nil
	}
	return m.Providers[i]
}

// label gives the words of Partner Hub for a field or title.
func (m *maker) label(field string) onboarding.Label {
	l := onboarding.Label{English: m.word(field, "en")}
	if other := m.word(field, m.Lang); m.Lang != "" && other != l.English {
		l.Other = other
	}
	return l
}

// word looks among the words that Partner Hub alone has, then among the headings of the sheet, which follow it.
func (m *maker) word(field, lang string) string {
	if w := m.Words.Label("hub", field, lang); w != field {
		return w
	}
	return m.Words.Label("templates", field, lang)
}

// plain is a click that enters nothing.
func plain(format string, args ...any) onboarding.Click {
	return onboarding.Click{Do: onboarding.T(format, args...)}
}

// set is a setting that a cell tells.
func (m *maker) set(field onboarding.Field, value string, do onboarding.Text) onboarding.Click {
	place := m.t.Cell(field)
	c := onboarding.Click{Do: do, Setting: m.label(string(field)), Value: value, Field: field, Place: place}
	for _, f := range m.found[place] {
		if f.Field == field || f.Field == "" {
			c.Findings = append(c.Findings, f)
		}
	}
	return c
}

// must is a setting that the form asks for.
func (m *maker) must(field onboarding.Field, value string, do onboarding.Text) onboarding.Click {
	c := m.set(field, value, do)
	c.Missing = value == "" && m.t.Readable(field)
	return c
}
