package report

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"muster/internal/onboarding"
)

// Diff is what is different between two revisions of a workbook, row by row. Nobody was asked. Rows may be read more than
// once; they come by customer.
type Diff struct {
	Old, New DiffSide
	Summary  DiffSummary
	Rows     iter.Seq2[DiffRow, error]
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

func (p DiffPlace) String() string {
	return where(onboarding.Outcome{File: p.File, Sheet: p.Sheet, Row: p.Row})
}

// DiffField is a field that is different, in the service's codes.
type DiffField struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

func (r DiffRow) place() string {
	switch {
	case r.Old.Row == 0:
		return r.New.String()
	case r.New.Row == 0:
		return "was " + r.Old.String()
	case r.Old == r.New:
		return r.New.String()
	}
	return r.Old.String() + " -> " + r.New.String()
}

func diffLine(s DiffSummary) string {
	if !s.Differs() {
		return "no difference in " + plural(s.Same, "row")
	}
	return fmt.Sprintf("%s added, %s gone, %s changed, %s as before", thousands(s.Added), thousands(s.Gone), thousands(s.Changed), thousands(s.Same))
}

// mostDiff is how many rows of a customer are listed as text.
const mostDiff = 30

// textDiff shows the rows by customer, then the counts.
func textDiff(w io.Writer, d *Diff) error {
	t := &planText{Writer: bufio.NewWriter(w)}
	customer, listed, first := "", 0, true
	more := func() {
		if n := listed - mostDiff; n > 0 {
			fmt.Fprintf(t, "  … and %s more\n", thousands(n))
		}
	}
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
	for _, side := range []struct {
		name   string
		errors int
	}{{"old", d.Old.Errors}, {"new", d.New.Errors}} {
		if side.errors > 0 {
			fmt.Fprintf(t, "the %s revision has %s: `muster check` shows them\n", side.name, plural(side.errors, "error"))
		}
	}
	fmt.Fprintf(t, "%s\n", diffLine(d.Summary))
	return t.Flush()
}

func (t *planText) diffRow(r DiffRow) {
	mark := map[string]string{"added": "+", "gone": "-", "changed": "~"}[r.Change]
	t.line(fmt.Sprintf("  %s %-8s %-8s ", mark, r.Change, r.Kind), Visible(r.Key), Visible(r.place()))
	for _, f := range r.Fields {
		wrap(t.Writer, "      ", fmt.Sprintf("%s: %s -> %s", f.Field, shown(f.Old), shown(f.New)))
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
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# muster plan --diff\n\n**%s**\n", diffLine(d.Summary))
	n := 0
	for r, err := range d.Rows {
		if err != nil {
			return err
		}
		if n++; n == 1 {
			fmt.Fprint(b, "\n| Customer | Change | Kind | Key | Where | What |\n| --- | --- | --- | --- | --- | --- |\n")
		}
		if n > mostInMarkdown {
			continue
		}
		var fields []string
		for _, f := range r.Fields {
			fields = append(fields, fmt.Sprintf("%s: %s -> %s", f.Field, shown(f.Old), shown(f.New)))
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s |\n", inTable(r.Customer), r.Change, r.Kind, inTable(r.Key), inTable(r.place()), inTable(strings.Join(fields, "; ")))
	}
	if n > mostInMarkdown {
		fmt.Fprintf(b, "\n… and %s more\n", thousands(n-mostInMarkdown))
	}
	return b.Flush()
}
