package report

import (
	"fmt"
	"iter"

	"muster/internal/onboarding"
)

// changeDoc is a change as it stands in documents.
type changeDoc struct {
	File   string `json:"file"`
	Sheet  string `json:"sheet"`
	Row    int    `json:"row"`
	Column string `json:"column"`
	Cell   string `json:"cell"`
	Field  string `json:"field"`
	Old    string `json:"old"`
	New    string `json:"new"`
	Reason string `json:"reason"`
	Left   bool   `json:"left_alone,omitempty"`
}

type typedChange struct {
	Type string `json:"type"`
	changeDoc
}

func changeOf(c onboarding.Change) changeDoc {
	return changeDoc{
		File: c.Place.Source.File, Sheet: c.Place.Source.Sheet, Row: c.Place.Row, Column: c.Place.ColumnName(), Cell: c.Place.Cell(),
		Field: string(c.Field), Old: c.Old, New: c.New, Reason: c.Reason.String(), Left: c.Left,
	}
}

func changesOf(r *Repair) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for c, err := range r.Changes {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(changeOf(c), nil) {
				return
			}
		}
	}
}

// changes groups the changes by sheet and ends with their number.
func (p pen) changes(r *Repair) error {
	var last *onboarding.Source
	for c, err := range r.Changes {
		if err != nil {
			return err
		}
		if c.Place.Source != last {
			if last != nil {
				fmt.Fprintln(p)
			}
			last = c.Place.Source
			fmt.Fprintln(p, p.paint(bold, p.said(sourceTitle(last))))
		}
		verb := "->"
		if c.Left {
			verb = p.say("left alone, a formula; it would be")
		}
		fmt.Fprintf(p, "  %s  %s  %q %s %q  %s\n", Visible(c.Place.Cell()), p.said(c.Field), c.Old, verb, c.New, p.said(c.Reason))
	}
	if last != nil {
		fmt.Fprintln(p)
	}
	_, err := fmt.Fprintln(p, p.said(repairLine(r)))
	return err
}

// repairLine says what became of the copy.
func repairLine(r *Repair) onboarding.Text {
	what := onboarding.Count(r.Cells, "%s cell changed", "%s cells changed")
	if r.Cells == 0 {
		what = onboarding.T("nothing to change")
	}
	if r.Left > 0 {
		what = onboarding.T("%s, %s", what, onboarding.Count(r.Left, "%s cell left alone", "%s cells left alone"))
	}
	return onboarding.T("%s in the copy %q", what, r.Path)
}
