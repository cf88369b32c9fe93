package onboarding

import "slices"

// Worksheet is what a person clicks in Partner Hub to make one template. No API creates templates.
type Worksheet struct {
	Template  *Template
	Goes      Place  // the cell that takes the Provisioning ID; without a column where the sheet has none
	Column    string // heading of that cell's column, as it is called in the sheet's language
	Customers []*Customer
	Provider  *Provider // how its users sign in; nil when that was not looked at
	Screens   []Screen
	Others    []Finding // about the template, at cells that no screen asks for
}

// Screen is one page of Partner Hub's form, with what to do there.
type Screen struct {
	Title  Label
	Clicks []Click
}

// Label is what Partner Hub writes beside a setting, in English and in one other language.
type Label struct {
	English string
	Other   string // empty: the same, or not known
	Ours    Text   // a title of ours that no screen shows, to be said in the reader's language; else empty
}

// Click is one thing to do: a button to press, or a setting to enter.
type Click struct {
	Do       Text  // what to do
	Setting  Label // empty for a click that enters nothing
	Value    string
	Shown    Text // the value in the reader's language, where the word is ours; else empty
	Field    Field
	Place    Place // the cell that says the value; without a column where the sheet has none
	Missing  bool  // the form asks for it and the cell is empty
	Advice   Text
	Findings []Finding // about the cell
}

// Missing gives the settings that the form asks for and the sheet leaves empty.
func (w *Worksheet) Missing() []Click {
	var out []Click
	for _, s := range w.Screens {
		for _, c := range s.Clicks {
			if c.Missing {
				out = append(out, c)
			}
		}
	}
	return out
}

// Settings counts the settings that must be entered, switched or looked at; the Provisioning ID is none.
func (w *Worksheet) Settings() int {
	n := 0
	for _, s := range w.Screens {
		for _, c := range s.Clicks {
			if c.Setting.English != "" && c.Field != "provisioning_id" {
				n++
			}
		}
	}
	return n
}

// Findings gives everything that is wrong with the template's row.
func (w *Worksheet) Findings() []Finding {
	out := slices.Clone(w.Others)
	for _, s := range w.Screens {
		for _, c := range s.Clicks {
			out = append(out, c.Findings...)
		}
	}
	return out
}
