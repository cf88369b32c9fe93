package report

import (
	"cmp"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// Page is a sheet that a workbook gets beside those of the user: facts, counts, and a table with filters.
type Page struct {
	Name    string // of the sheet
	Title   string
	Tone    Tone
	Facts   [][2]string
	Counts  []PageRow // of rules or kinds, each with the place of the first
	Columns []PageColumn
	Rows    iter.Seq2[PageRow, error] // may be read once
	Known   int                       // how many rows there are; 0: not known
	More    string                    // is said where there is no room for more rows

	RightToLeft bool // the texts are written so
}

// pageColumn is a column whose heading is to be said.
type pageColumn struct {
	heading onboarding.Word
	PageColumn
}

// newSheetPage makes a page in the language of its reader.
func newSheetPage(v onboarding.Voice, name onboarding.Word, title onboarding.Text, columns []pageColumn) Page {
	p := Page{Name: said(v, name), Title: said(v, title), RightToLeft: v.RightToLeft(), More: said(v, onboarding.T("There are more: a sheet has no room for them. The reports in other formats hold all."))}
	for _, c := range columns {
		c.Heading = said(v, c.heading)
		p.Columns = append(p.Columns, c.PageColumn)
	}
	return p
}

func (p *Page) facts(v onboarding.Voice, all ...fact) {
	for _, f := range all {
		p.Facts = append(p.Facts, f.said(v))
	}
}

// PageColumn is a column of a page's table.
type PageColumn struct {
	Heading string
	Width   float64 // in characters
	Link    bool    // its cells lead to the place of the row
	Wide    bool    // its texts are broken into lines
	Number  bool    // its cells are whole numbers
}

// PageRow is one row. Its texts are visible.
type PageRow struct {
	Cells []string
	Tone  Tone
	Spot  Spot
}

// Spot is a place in an input; Row and Column may be 0.
type Spot struct {
	File, Sheet string
	Row, Column int
}

// Tone says how much a row matters, for its colour.
type Tone uint8

// The tones, those first that need somebody.
const (
	Plain Tone = iota
	Bad        // an error, a failure
	Look       // a warning, something that waits
	Aside      // a note
	Good
)

// ToneOf gives the tone of a finding.
func ToneOf(f onboarding.Finding) Tone {
	switch {
	case f.Waived, f.Severity == onboarding.Note:
		return Aside
	case f.Severity == onboarding.Warning:
		return Look
	}
	return Bad
}

// Made says when and by what a page was made.
type Made struct {
	Version string
	At      time.Time
}

// FindingsPage is the sheet of all findings.
func FindingsPage(c *Check, m Made) Page {
	v := spoken(c.Voice)
	p := newSheetPage(v, "Findings", onboarding.T("%s: %s", c.title(), verdict(c.Summary)), []pageColumn{
		{"Severity", PageColumn{Width: 12}},
		{"Cell", PageColumn{Width: 20, Link: true}},
		{"What is wrong", PageColumn{Width: 56, Wide: true}},
		{"What to do", PageColumn{Width: 44, Wide: true}},
		{"Value", PageColumn{Width: 26, Wide: true}},
		{"Rule", PageColumn{Width: 26}},
		{"Sheet", PageColumn{Width: 14}},
		{"Row", PageColumn{Width: 8, Number: true}},
		{"File", PageColumn{Width: 20}},
	})
	p.Tone, p.Counts = checkTone(c.Summary), ruleCounts(v, c.Findings)
	p.Known = len(c.Findings)
	p.facts(v, fact{onboarding.T("Counts"), countsLine(c)})
	for _, in := range c.Inputs {
		p.facts(v, fact{onboarding.T("Input"), in.File + ", sha256 " + in.SHA256})
	}
	p.facts(v, fact{onboarding.T("Written"), onboarding.T("%s by muster %s", stamp(m.At), m.Version)})
	p.Rows = func(yield func(PageRow, error) bool) {
		for _, f := range c.Findings {
			d := findingOf(f).visible()
			row := PageRow{Tone: ToneOf(f), Spot: spotOf(f.Place)}
			row.Cells = []string{said(v, weight(f)), Visible(place(f)), said(v, f.Message), said(v, f.Hint), d.Value, d.Rule, d.Sheet, rowNumber(d.Row), d.File}
			if !yield(row, nil) {
				return
			}
		}
	}
	return p
}

func checkTone(s onboarding.Summary) Tone {
	switch {
	case s.Errors > 0:
		return Bad
	case s.Warnings > 0:
		return Look
	}
	return Good
}

func rowNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func spotOf(p onboarding.Place) Spot {
	if p.Source == nil {
		return Spot{}
	}
	return Spot{p.Source.File, p.Source.Sheet, p.Row, p.Column}
}

// ruleCounts tells how often each rule speaks, the heaviest and most frequent first.
func ruleCounts(v onboarding.Voice, fs []onboarding.Finding) []PageRow {
	type count struct {
		first onboarding.Finding
		n     int
	}
	type key struct {
		rule   string
		weight onboarding.Severity
		waived bool
	}
	at := make(map[key]*count)
	var all []*count
	for _, f := range fs {
		k := key{f.Rule, f.Severity, f.Waived}
		if at[k] == nil {
			at[k] = &count{first: f}
			all = append(all, at[k])
		}
		at[k].n++
	}
	slices.SortStableFunc(all, func(a, b *count) int {
		return cmp.Or(cmp.Compare(ToneOf(a.first), ToneOf(b.first)), cmp.Compare(b.n, a.n), cmp.Compare(a.first.Rule, b.first.Rule))
	})
	out := make([]PageRow, len(all))
	for i, c := range all {
		out[i] = PageRow{Cells: []string{said(v, weight(c.first)), strconv.Itoa(c.n), c.first.Rule}, Tone: ToneOf(c.first), Spot: spotOf(c.first.Place)}
	}
	return out
}

// Remark is a finding as a comment at its cell says it.
type Remark struct{ Title, Text, Hint string }

// RemarkOf puts a finding into the words of a comment.
func RemarkOf(v onboarding.Voice, f onboarding.Finding) Remark {
	return Remark{said(v, onboarding.T("muster: %s, %s", weight(f), f.Rule)), said(v, f.Message), said(v, f.Hint)}
}

// SignInPage is the sheet of the identity providers; ok is false when there are none.
func SignInPage(c *Check) (p Page, ok bool) {
	v := spoken(c.Voice)
	cards := c.shownCards()
	if len(cards) == 0 {
		return p, false
	}
	p = newSheetPage(v, "Sign-in", onboarding.T("How users will sign in"), []pageColumn{
		{"Method", PageColumn{Width: 18}}, {"Identity provider", PageColumn{Width: 44, Wide: true}}, {"What", PageColumn{Width: 22}}, {"Value", PageColumn{Width: 90, Wide: true}},
	})
	p.Rows = func(yield func(PageRow, error) bool) {
		for _, d := range cards {
			for _, f := range d.rows() {
				r := f.said(v)
				if !yield(PageRow{Cells: []string{d.Method, d.Name, r[0], r[1]}}, nil) {
					return
				}
			}
		}
	}
	return p, true
}

// RowResult is what became of one object of a row of an input.
type RowResult struct {
	Spot                   Spot
	Kind                   onboarding.ObjectKind
	What                   string // the kind in words
	Status                 string
	Tone                   Tone
	ID, Why, When, Tracked string
}

// ResultHeadings are those of the columns that a sheet gets at its right, in the order of ResultCells.
func ResultHeadings(v onboarding.Voice) []string {
	return saidAll(v, []onboarding.Word{"Result", "Result ID", "Result time", "Result error", "Result tracking ID"})
}

// ResultCells puts what became of the objects of one row into the cells of one: the row's own object first.
func ResultCells(rs []RowResult) (cells []string, tone Tone) {
	slices.SortStableFunc(rs, func(a, b RowResult) int { return cmp.Compare(besides(a.Kind), besides(b.Kind)) })
	own := rs[0]
	status, why, tracked := []string{own.Status}, []string{}, []string{}
	tone = own.Tone
	for i, r := range rs {
		if i > 0 && r.Status != own.Status {
			status = append(status, r.What+" "+r.Status)
		}
		if said := r.said(i == 0); said != "" && !slices.Contains(why, said) {
			why = append(why, said)
		}
		if r.Tracked != "" {
			tracked = append(tracked, r.Tracked)
		}
		tone = heavier(tone, r.Tone)
	}
	return []string{strings.Join(status, "; "), own.ID, own.When, strings.Join(why, "; "), strings.Join(tracked, " ")}, tone
}

// said is why the object needs somebody; one that is not the row's own is named.
func (r RowResult) said(own bool) string {
	if own || r.Why == "" {
		return r.Why
	}
	return r.What + ": " + r.Why
}

func heavier(a, b Tone) Tone {
	if b == Bad || b == Look && a != Bad {
		return b
	}
	return a
}

// besides tells the objects that a row makes beside its own, in the order in which they are told.
func besides(k onboarding.ObjectKind) int {
	switch k {
	case onboarding.ObjectCustomer, onboarding.ObjectUser:
		return 0
	case onboarding.ObjectLocation:
		return 1
	case onboarding.ObjectNumbers:
		return 2
	}
	return 3
}

// RunResults gives the outcomes of a run as results of rows.
func RunResults(r *Run) iter.Seq2[RowResult, error] {
	return func(yield func(RowResult, error) bool) {
		for o, err := range r.Outcomes {
			if !yield(resultOf(r.voice(), o), err) || err != nil {
				return
			}
		}
	}
}

func resultOf(v onboarding.Voice, o onboarding.Outcome) RowResult {
	out := RowResult{
		Spot: Spot{File: o.File, Sheet: o.Sheet, Row: o.Row}, Kind: o.Kind, What: said(v, o.Kind.Word()), Status: said(v, o.Status.Word()), Tone: statusTone(o.Status),
		ID: Visible(o.ID), Why: said(v, outcomeWhy(o)),
	}
	if !o.At.IsZero() {
		out.When = o.At.UTC().Format(time.RFC3339)
	}
	if o.Error != nil {
		out.Tracked = Visible(o.Error.TrackingID)
	}
	return out
}

// outcomeWhy says why a row needs somebody; empty when it does not.
func outcomeWhy(o onboarding.Outcome) onboarding.Text {
	switch {
	case o.Error != nil && o.Error.Code != "":
		return onboarding.T("%s (%s)", o.Error.Text(), o.Error.Code)
	case o.Error != nil:
		return o.Error.Text()
	case o.Reason != onboarding.NoReason:
		return waitText(o.Reason, o.OrgID)
	}
	return differsText(o)
}

func statusTone(s onboarding.Status) Tone {
	switch s {
	case onboarding.Failed:
		return Bad
	case onboarding.Waiting, onboarding.Held, onboarding.NotTried:
		return Look
	}
	return Good
}

// OutcomesPage is the sheet of a run: its counts, and every outcome.
func OutcomesPage(r *Run) Page {
	v := r.voice()
	text, _ := runVerdict(r)
	p := newSheetPage(v, "Outcomes", onboarding.T("%s: %s", "muster apply", text), resultColumns("Status"))
	p.Tone = runTone(r)
	p.Rows = resultRows(r.Outcomes, func(o onboarding.Outcome) PageRow {
		return resultRow(resultOf(v, o), o.Key, o.Customer, said(v, where(o)))
	})
	if r.Sandbox {
		p.facts(v, unchangedFact())
	}
	p.facts(v, runFacts(r)...)
	for _, c := range statusCounts(r.Summary) {
		if c.N > 0 {
			p.Counts = append(p.Counts, PageRow{Cells: []string{said(v, c.Name), strconv.Itoa(c.N)}, Tone: statusTone(onboarding.Status(strings.ReplaceAll(string(c.Name), " ", "_")))})
		}
	}
	return p
}

func runTone(r *Run) Tone {
	switch _, tone := runVerdict(r); tone {
	case "bad":
		return Bad
	case "look":
		return Look
	}
	return Good
}

func resultColumns(first onboarding.Word) []pageColumn {
	return []pageColumn{
		{first, PageColumn{Width: 12}},
		{"Row", PageColumn{Width: 20, Link: true}},
		{"Kind", PageColumn{Width: 10}},
		{"Key", PageColumn{Width: 36}},
		{"Customer", PageColumn{Width: 20}},
		{"Why", PageColumn{Width: 50, Wide: true}},
		{"ID", PageColumn{Width: 30}},
		{"When", PageColumn{Width: 22}},
		{"Tracking ID", PageColumn{Width: 30}},
	}
}

func resultRow(r RowResult, key, customer, where string) PageRow {
	return PageRow{Cells: []string{r.Status, where, r.What, Visible(key), Visible(customer), r.Why, r.ID, r.When, r.Tracked}, Tone: r.Tone, Spot: r.Spot}
}

// resultRows makes rows of a page of what a run or a reading back gives.
func resultRows[R any](all iter.Seq2[R, error], row func(R) PageRow) iter.Seq2[PageRow, error] {
	return func(yield func(PageRow, error) bool) {
		for r, err := range all {
			if err != nil {
				yield(PageRow{}, err)
				return
			}
			if !yield(row(r), nil) {
				return
			}
		}
	}
}

// VerifyResults gives what a reading back found as results of rows.
func VerifyResults(v *Verify) iter.Seq2[RowResult, error] {
	return func(yield func(RowResult, error) bool) {
		for r, err := range v.Rows {
			if !yield(v.result(r), err) || err != nil {
				return
			}
		}
	}
}

func (v *Verify) result(r onboarding.Verified) RowResult {
	tone := Good
	switch {
	case r.Verdict.Wrong():
		tone = Bad
	case r.Verdict == onboarding.VerdictWaiting:
		tone = Look
	}
	return RowResult{
		Spot: Spot{File: r.File, Sheet: r.Sheet, Row: r.Row}, Kind: r.Kind, What: said(v.voice(), r.Kind.Word()), Status: said(v.voice(), r.Verdict.Word()), Tone: tone,
		ID: Visible(r.ID), Why: said(v.voice(), VerifyWhy(r)), When: v.AsOf.UTC().Format(time.RFC3339),
	}
}

// VerifyPage is the sheet of a reading back: its counts, and every row.
func VerifyPage(d *Verify) Page {
	v := d.voice()
	text, tone := verifyTone(d.Summary)
	p := newSheetPage(v, "Outcomes", onboarding.T("%s: %s", "muster verify", text), resultColumns("Verdict"))
	p.Tone = map[string]Tone{"bad": Bad, "look": Look, "good": Good}[tone]
	p.Rows = resultRows(d.Rows, func(r onboarding.Verified) PageRow {
		return resultRow(d.result(r), r.Key, r.Customer, said(v, verifyPlace(r)))
	})
	if d.Sandbox {
		p.facts(v, unreadFact())
	}
	p.facts(v, verifyFacts(d)...)
	for _, aside := range verifyAsides(d.Summary) {
		p.facts(v, fact{onboarding.T("Also"), aside})
	}
	for _, c := range verifyCounts(d.Summary) {
		if c.N > 0 {
			p.Counts = append(p.Counts, PageRow{Cells: []string{said(v, c.Name), strconv.Itoa(c.N)}})
		}
	}
	return p
}
