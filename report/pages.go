package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// Page is a sheet that a workbook gets beside those of the user: facts, counts, and a table with filters.
type Page struct {
	Name    string
	Title   string
	Tone    Tone
	Facts   [][2]string
	Counts  []PageRow // of rules or kinds, each with the place of the first
	Columns []PageColumn
	Rows    iter.Seq2[PageRow, error] // may be read once
	Known   int                       // how many rows there are; 0: not known
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
	p := Page{
		Name: "Findings", Title: c.title() + ": " + verdict(c.Summary), Tone: checkTone(c.Summary),
		Columns: []PageColumn{
			{Heading: "Severity", Width: 12},
			{Heading: "Cell", Width: 20, Link: true},
			{Heading: "What is wrong", Width: 56, Wide: true},
			{Heading: "What to do", Width: 44, Wide: true},
			{Heading: "Value", Width: 26, Wide: true},
			{Heading: "Rule", Width: 26},
			{Heading: "Sheet", Width: 14},
			{Heading: "Row", Width: 8, Number: true},
			{Heading: "File", Width: 20},
		},
		Facts: [][2]string{{"Counts", countsLine(c)}}, Counts: ruleCounts(c.Findings), Known: len(c.Findings),
	}
	for _, in := range c.Inputs {
		p.Facts = append(p.Facts, [2]string{"Input", Visible(in.File) + ", sha256 " + in.SHA256})
	}
	p.Facts = append(p.Facts, [2]string{"Written", m.At.UTC().Format("2006-01-02 15:04:05 UTC") + " by muster " + m.Version})
	p.Rows = func(yield func(PageRow, error) bool) {
		for _, f := range c.Findings {
			d := findingOf(f).visible()
			row := PageRow{Tone: ToneOf(f), Spot: spotOf(f.Place)}
			row.Cells = []string{weight(f), Visible(place(f)), d.Message, d.Hint, d.Value, d.Rule, d.Sheet, rowNumber(d.Row), d.File}
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
func ruleCounts(fs []onboarding.Finding) []PageRow {
	type count struct {
		first onboarding.Finding
		n     int
	}
	type key struct {
		rule, weight string
	}
	at := make(map[key]*count)
	var all []*count
	for _, f := range fs {
		k := key{f.Rule, weight(f)}
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
		out[i] = PageRow{Cells: []string{weight(c.first), strconv.Itoa(c.n), c.first.Rule}, Tone: ToneOf(c.first), Spot: spotOf(c.first.Place)}
	}
	return out
}

// Remark is a finding as a comment at its cell says it.
type Remark struct{ Title, Text, Hint string }

// RemarkOf puts a finding into the words of a comment.
func RemarkOf(f onboarding.Finding) Remark {
	return Remark{"muster: " + weight(f) + ", " + f.Rule, Visible(f.Message.String()), Visible(f.Hint.String())}
}

// SignInPage is the sheet of the identity providers; ok is false when there are none.
func SignInPage(c *Check) (p Page, ok bool) {
	cards := c.cards()
	if len(cards) == 0 {
		return p, false
	}
	p = Page{Name: "Sign-in", Title: "How users will sign in", Columns: []PageColumn{
		{Heading: "Method", Width: 18}, {Heading: "Identity provider", Width: 44, Wide: true}, {Heading: "What", Width: 22}, {Heading: "Value", Width: 90, Wide: true},
	}}
	p.Rows = func(yield func(PageRow, error) bool) {
		for _, d := range cards {
			d = d.visible()
			for _, r := range d.rows() {
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
	Status                 string
	Tone                   Tone
	ID, Why, When, Tracked string
}

// ResultHeadings are those of the columns that a sheet gets at its right, in the order of ResultCells.
func ResultHeadings() []string {
	return []string{"Result", "Result ID", "Result time", "Result error", "Result tracking ID"}
}

// ResultCells puts what became of the objects of one row into the cells of one: the row's own object first.
func ResultCells(rs []RowResult) (cells []string, tone Tone) {
	slices.SortStableFunc(rs, func(a, b RowResult) int { return cmp.Compare(besides(a.Kind), besides(b.Kind)) })
	own := rs[0]
	status, why, tracked := []string{own.Status}, []string{}, []string{}
	tone = own.Tone
	for i, r := range rs {
		if i > 0 && r.Status != own.Status {
			status = append(status, string(r.Kind)+" "+r.Status)
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
	return string(r.Kind) + ": " + r.Why
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
			if !yield(resultOf(o), err) || err != nil {
				return
			}
		}
	}
}

func resultOf(o onboarding.Outcome) RowResult {
	out := RowResult{
		Spot: Spot{File: o.File, Sheet: o.Sheet, Row: o.Row}, Kind: o.Kind, Status: strings.ReplaceAll(string(o.Status), "_", " "), Tone: statusTone(o.Status),
		ID: Visible(o.ID), Why: Visible(outcomeWhy(o)),
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
func outcomeWhy(o onboarding.Outcome) string {
	switch {
	case o.Error != nil && o.Error.Code != "":
		return o.Error.Message + " (" + o.Error.Code + ")"
	case o.Error != nil:
		return o.Error.Message
	case o.Reason != onboarding.NoReason:
		return reasonText(o.Reason)
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
	text, _ := runVerdict(r)
	p := Page{
		Name: "Outcomes", Title: "muster apply: " + text, Tone: runTone(r),
		Columns: resultColumns("Status"), Rows: resultRows(r.Outcomes, func(o onboarding.Outcome) PageRow {
			return resultRow(resultOf(o), o.Key, o.Customer, where(o))
		}),
	}
	if r.Sandbox {
		p.Facts = append(p.Facts, [2]string{"SANDBOX", "nothing real was changed"})
	}
	for _, f := range runFacts(r) {
		p.Facts = append(p.Facts, [2]string{f.Name, f.Value})
	}
	for _, c := range statusCounts(r.Summary) {
		if c.N > 0 {
			p.Counts = append(p.Counts, PageRow{Cells: []string{c.Name, strconv.Itoa(c.N)}, Tone: statusTone(onboarding.Status(strings.ReplaceAll(c.Name, " ", "_")))})
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

func resultColumns(first string) []PageColumn {
	return []PageColumn{
		{Heading: first, Width: 12},
		{Heading: "Row", Width: 20, Link: true},
		{Heading: "Kind", Width: 10},
		{Heading: "Key", Width: 36},
		{Heading: "Customer", Width: 20},
		{Heading: "Why", Width: 50, Wide: true},
		{Heading: "ID", Width: 30},
		{Heading: "When", Width: 22},
		{Heading: "Tracking ID", Width: 30},
	}
}

func resultRow(r RowResult, key, customer, where string) PageRow {
	return PageRow{Cells: []string{r.Status, Visible(where), string(r.Kind), Visible(key), Visible(customer), r.Why, r.ID, r.When, r.Tracked}, Tone: r.Tone, Spot: r.Spot}
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
			if !yield(verifiedResult(r, v.AsOf), err) || err != nil {
				return
			}
		}
	}
}

func verifiedResult(v onboarding.Verified, at time.Time) RowResult {
	tone := Good
	switch {
	case v.Verdict.Wrong():
		tone = Bad
	case v.Verdict == onboarding.VerdictWaiting:
		tone = Look
	}
	return RowResult{
		Spot: Spot{File: v.File, Sheet: v.Sheet, Row: v.Row}, Kind: v.Kind, Status: verdictWord(v.Verdict), Tone: tone,
		ID: Visible(v.ID), Why: Visible(VerifyWhy(v)), When: at.UTC().Format(time.RFC3339),
	}
}

// VerifyPage is the sheet of a reading back: its counts, and every row.
func VerifyPage(v *Verify) Page {
	text, tone := verifyTone(v.Summary)
	p := Page{
		Name: "Outcomes", Title: "muster verify: " + text, Tone: map[string]Tone{"bad": Bad, "look": Look, "good": Good}[tone],
		Columns: resultColumns("Verdict"), Rows: resultRows(v.Rows, func(r onboarding.Verified) PageRow {
			return resultRow(verifiedResult(r, v.AsOf), r.Key, r.Customer, verifyPlace(r))
		}),
	}
	if v.Sandbox {
		p.Facts = append(p.Facts, [2]string{"SANDBOX", "nothing real was read"})
	}
	for _, f := range verifyFacts(v) {
		p.Facts = append(p.Facts, [2]string{f.Name, Visible(f.Value)})
	}
	for _, aside := range verifyAsides(v.Summary) {
		p.Facts = append(p.Facts, [2]string{"Also", aside})
	}
	for _, c := range verifyCounts(v.Summary) {
		if c.N > 0 {
			p.Counts = append(p.Counts, PageRow{Cells: []string{c.Name, fmt.Sprint(c.N)}})
		}
	}
	return p
}
