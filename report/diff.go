package report

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"

	"muster/internal/onboarding"
)

// Diff is what is different between two revisions of a workbook, row by row. Nobody was asked. Rows may be read more than
// once; they come by customer.
type Diff struct {
	Old, New DiffSide
	Summary  DiffSummary
	Rows     iter.Seq2[DiffRow, error]
	Voice    onboarding.Voice // of the reader; nil: English
}

// DiffSide is one revision.
type DiffSide struct {
	Inputs []Input
	Errors int // findings that keep rows from being provisioned
}

// DiffSummary counts rows.
type DiffSummary struct {
	Customers int `json:"customers"` // with a difference
	Added     int `json:"added"`
	Gone      int `json:"gone"`
	Changed   int `json:"changed"`
	Same      int `json:"same"`
}

// Differs reports whether anything is different.
func (s DiffSummary) Differs() bool { return s.Added+s.Gone+s.Changed > 0 }

// DiffRow is one row that is different.
type DiffRow struct {
	Kind     onboarding.ObjectKind
	Key      string
	Customer string
	Change   string // added, gone or changed
	Old, New DiffPlace
	Fields   []DiffField // of a changed row
}

// DiffPlace is where a row stands; Row is 0 where it does not.
type DiffPlace struct {
	File  string `json:"file"`
	Sheet string `json:"sheet"`
	Row   int    `json:"row"`
}

func (p DiffPlace) text() onboarding.Text {
	return where(onboarding.Outcome{File: p.File, Sheet: p.Sheet, Row: p.Row})
}

// DiffField is a field that is different, in the service's codes.
type DiffField struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

func (r DiffRow) place() onboarding.Text {
	switch {
	case r.Old.Row == 0:
		return r.New.text()
	case r.New.Row == 0:
		return onboarding.T("was %s", r.Old.text())
	case r.Old == r.New:
		return r.New.text()
	}
	return onboarding.T("%s -> %s", r.Old.text(), r.New.text())
}

// change is the word for what became of the row.
func (r DiffRow) change() onboarding.Word {
	switch r.Change {
	case "added":
		return "added"
	case "gone":
		return "gone"
	}
	return "changed"
}

func (f DiffField) text() onboarding.Text {
	if f.Field == "wave" && f.Old != "" && f.New != "" {
		return onboarding.T("moved from wave %s to wave %s", f.Old, f.New)
	}
	return onboarding.T("%s: %s -> %s", onboarding.Field(f.Field), shown(f.Old), shown(f.New))
}

func diffLine(s DiffSummary) onboarding.Text {
	if !s.Differs() {
		return onboarding.T("no difference in %s", rowsOf(s.Same))
	}
	return onboarding.T("%s added, %s gone, %s changed, %s as before", onboarding.Number(s.Added), onboarding.Number(s.Gone), onboarding.Number(s.Changed), onboarding.Number(s.Same))
}

// mostDiff is how many rows of a customer are listed as text.
const mostDiff = 30

// textDiff shows the rows by customer, then the counts.
func textDiff(w io.Writer, d *Diff) error {
	t := &planText{pen: newPen(w, d.Voice)}
	customer, listed, first := "", 0, true
	more := func() { t.andMore(" ", listed-mostDiff) }
	for r, err := range d.Rows {
		if err != nil {
			return err
		}
		if first || r.Customer != customer {
			more()
			customer, listed, first = r.Customer, 0, false
			fmt.Fprintf(t, "%s\n", Visible(customer))
		}
		if listed++; listed <= mostDiff {
			t.diffRow(r)
		}
	}
	more()
	if !first {
		fmt.Fprintln(t)
	}
	if d.Old.Errors > 0 {
		t.line("the old revision has %s: `muster check` shows them", errorsOf(d.Old.Errors))
	}
	if d.New.Errors > 0 {
		t.line("the new revision has %s: `muster check` shows them", errorsOf(d.New.Errors))
	}
	fmt.Fprintln(t, t.said(diffLine(d.Summary)))
	return t.Flush()
}

func (t *planText) diffRow(r DiffRow) {
	mark := map[string]string{"added": "+", "gone": "-", "changed": "~"}[r.Change]
	t.step(fmt.Sprintf("  %s %s %s ", mark, t.pad(r.change(), 8), t.pad(r.Kind.Word(), 8)), Visible(r.Key), t.said(r.place()))
	for _, f := range r.Fields {
		wrap(t.Writer, "      ", t.said(f.text()))
	}
}

type diffHead struct {
	Schema  string      `json:"schema"`
	Old     diffSideDoc `json:"old"`
	New     diffSideDoc `json:"new"`
	Summary DiffSummary `json:"summary"`
}

type diffSideDoc struct {
	Inputs []inputDoc `json:"inputs"`
	Errors int        `json:"errors"`
}

type diffRowDoc struct {
	Kind     string      `json:"kind"`
	Key      string      `json:"key"`
	Customer string      `json:"customer"`
	Change   string      `json:"change"`
	Old      *DiffPlace  `json:"old"` // null: not there
	New      *DiffPlace  `json:"new"`
	Fields   []DiffField `json:"fields"`
}

func diffHeadOf(d *Diff) diffHead {
	side := func(s DiffSide) diffSideDoc {
		return diffSideDoc{checkHeadOf(&Check{Inputs: s.Inputs}).Inputs, s.Errors}
	}
	return diffHead{"muster/diff/1", side(d.Old), side(d.New), d.Summary}
}

func diffRowOf(r DiffRow) diffRowDoc {
	doc := diffRowDoc{Kind: string(r.Kind), Key: r.Key, Customer: r.Customer, Change: r.Change, Fields: append([]DiffField{}, r.Fields...)}
	if r.Old.Row > 0 {
		doc.Old = &r.Old
	}
	if r.New.Row > 0 {
		doc.New = &r.New
	}
	return doc
}

func jsonDiff(w io.Writer, d *Diff) error {
	doc, err := beginDoc(w, diffHeadOf(d))
	if err != nil {
		return err
	}
	if err := doc.list("rows", each(d.Rows, func(r DiffRow) any { return diffRowOf(r) })); err != nil {
		return err
	}
	return doc.end()
}

type typedDiff struct {
	Type string `json:"type"`
	diffHead
}

type typedDiffRow struct {
	Type string `json:"type"`
	diffRowDoc
}

type typedDiffSummary struct {
	Type string `json:"type"`
	DiffSummary
}

func ndjsonDiff(w io.Writer, d *Diff) error {
	b := bufio.NewWriter(w)
	if err := line(b, typedDiff{"diff", diffHeadOf(d)}); err != nil {
		return err
	}
	if err := writeLines(b, each(d.Rows, func(r DiffRow) any { return typedDiffRow{"row", diffRowOf(r)} })); err != nil {
		return err
	}
	if err := line(b, typedDiffSummary{"summary", d.Summary}); err != nil {
		return err
	}
	return b.Flush()
}

// csvDiff writes a line for each field that is different, and one for each row that was added or is gone.
func csvDiff(w io.Writer, d *Diff) error {
	out, err := newCSV(w)
	if err != nil {
		return err
	}
	if err := out.Write([]string{"customer", "kind", "key", "change", "field", "old", "new", "old_place", "new_place"}); err != nil {
		return err
	}
	for r, err := range d.Rows {
		if err != nil {
			return err
		}
		fields := r.Fields
		if len(fields) == 0 {
			fields = []DiffField{{}}
		}
		for _, f := range fields {
			row := safeRow(Visible(r.Customer), string(r.Kind), Visible(r.Key), r.Change, f.Field, Visible(f.Old), Visible(f.New), placeOr(r.Old), placeOr(r.New))
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func placeOr(p DiffPlace) string {
	if p.Row == 0 {
		return ""
	}
	return Visible(p.File) + ":" + Visible(p.Sheet) + ":" + strconv.Itoa(p.Row)
}

func markdownDiff(w io.Writer, d *Diff) error {
	p := newPen(w, d.Voice)
	fmt.Fprintf(p, "# muster plan --diff\n\n**%s**\n", p.said(diffLine(d.Summary)))
	n := 0
	for r, err := range d.Rows {
		if err != nil {
			return err
		}
		if n++; n == 1 {
			fmt.Fprintln(p)
			p.mdHead([]onboarding.Word{"Customer", "Change", "Kind", "Key", "Where", "What"}, 0, 0)
		}
		if n > mostInMarkdown {
			continue
		}
		var fields []onboarding.Text
		for _, f := range r.Fields {
			fields = append(fields, f.text())
		}
		p.mdRow(r.Customer, r.change(), r.Kind.Word(), r.Key, r.place(), onboarding.Joined(fields))
	}
	p.mdMore(n)
	return p.Flush()
}
