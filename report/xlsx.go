package report

import (
	"errors"
	"io"
	"iter"
	"strconv"

	"github.com/xuri/excelize/v2"

	"muster/internal/onboarding"
)

// xlsxFormat writes a result workbook: a summary, every outcome, every finding.
func xlsxFormat() Format {
	return Format{Name: "xlsx", Ending: ".xlsx", Check: xlsxCheck, Run: xlsxRun, Plan: xlsxPlan, Verify: xlsxVerify}
}

const mostRows = excelize.TotalRows - 1 // of one sheet, below its headings

// xlsx is a workbook in the language of its reader.
type xlsx struct {
	file  *excelize.File
	voice onboarding.Voice
}

func newXLSX(v onboarding.Voice) *xlsx { return &xlsx{excelize.NewFile(), spoken(v)} }

func xlsxCheck(w io.Writer, c *Check) (err error) {
	b := newXLSX(c.Voice)
	defer func() { err = errors.Join(err, b.file.Close()) }()
	rows := []fact{{onboarding.T("Verdict"), verdict(c.Summary)}, {onboarding.T("Counts"), countsLine(c)}}
	if err := b.summary(append(rows, inputFacts(c)...)); err != nil {
		return err
	}
	if err := b.providers(c); err != nil {
		return err
	}
	if err := b.findings(c.Findings); err != nil {
		return err
	}
	return b.file.Write(w)
}

// inputFacts names the inputs.
func inputFacts(c *Check) []fact {
	var rows []fact
	for _, in := range c.Inputs {
		rows = append(rows, fact{onboarding.T("Input %s", in.File), "sha256 " + in.SHA256})
	}
	return rows
}

func xlsxRun(w io.Writer, r *Run) (err error) {
	b := newXLSX(r.voice())
	defer func() { err = errors.Join(err, b.file.Close()) }()
	text, _ := runVerdict(r)
	rows := []fact{{onboarding.T("Verdict"), text}}
	if r.Sandbox {
		rows = append([]fact{unchangedFact()}, rows...)
	}
	rows = append(rows, runFacts(r)...)
	for _, c := range statusCounts(r.Summary) {
		rows = append(rows, fact{onboarding.T("Rows %s", c.Name), c.N})
	}
	if err := b.summary(append(rows, inputFacts(&r.Check)...)); err != nil {
		return err
	}
	if err := b.providers(&r.Check); err != nil {
		return err
	}
	if err := b.outcomes(r); err != nil {
		return err
	}
	if err := b.findings(r.Check.Findings); err != nil {
		return err
	}
	return b.file.Write(w)
}

// unchangedFact says of a run at the sandbox that nothing real was changed.
func unchangedFact() fact {
	return fact{onboarding.T("SANDBOX"), onboarding.T("nothing real was changed")}
}

// summary fills the sheet that a new workbook has.
func (b *xlsx) summary(rows []fact) error {
	name := b.sheetName("Summary")
	if err := b.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	t, err := b.table(name, []column{{"What", 24}, {"Value", 80}})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := t.add(r.Name, r.Value); err != nil {
			return err
		}
	}
	return t.out.Flush()
}

func (b *xlsx) outcomes(r *Run) error {
	cols := []column{
		{"Status", 11}, {"Kind", 10}, {"Key", 36}, {"Customer", 20}, {"Why", 50}, {"ID", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8}, {"Tracking ID", 30}, {"Code", 10},
	}
	return b.list("Outcomes", cols, each(r.Outcomes, func(o onboarding.Outcome) any {
		why, code, tracking := because(onboarding.Outcome{Reason: o.Reason, Differs: o.Differs}), "", ""
		if o.Error != nil {
			why, code, tracking = o.Error.Text(), o.Error.Code, o.Error.TrackingID
		}
		return []any{o.Status.Word(), o.Kind.Word(), o.Key, o.Customer, why, o.ID, o.File, o.Sheet, o.Row, tracking, code}
	}))
}

func (b *xlsx) findings(fs []onboarding.Finding) error {
	cols := []column{
		{"Severity", 10}, {"Cell", 18}, {"Rule", 26}, {"What is wrong", 60}, {"What to do", 60}, {"Value", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8},
	}
	return b.list("Findings", cols, each(seq(fs), func(f onboarding.Finding) any {
		d := findingOf(f)
		return []any{weight(f), place(f), d.Rule, f.Message, f.Hint, d.Value, d.File, d.Sheet, d.Row}
	}))
}

type column struct {
	heading onboarding.Word
	width   float64
}

// table writes rows below bold, frozen headings. Texts are stored as texts: no value can become a formula.
type table struct {
	out   *excelize.StreamWriter
	voice onboarding.Voice
	row   int
}

// sheet adds a sheet with a table.
func (b *xlsx) sheet(name onboarding.Word, cols []column) (*table, error) {
	title := b.sheetName(name)
	if _, err := b.file.NewSheet(title); err != nil {
		return nil, err
	}
	return b.table(title, cols)
}

// sheetName gives the name in the language of the reader, as long as a workbook allows.
func (b *xlsx) sheetName(name onboarding.Word) string {
	letters := []rune(said(b.voice, name))
	return string(letters[:min(len(letters), excelize.MaxSheetNameLength)])
}

func (b *xlsx) table(sheet string, cols []column) (*table, error) {
	fromRight := b.voice.RightToLeft()
	if err := b.file.SetSheetView(sheet, -1, &excelize.ViewOptions{RightToLeft: &fromRight}); err != nil {
		return nil, err
	}
	out, err := b.file.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	for i, c := range cols {
		if err := out.SetColWidth(i+1, i+1, c.width); err != nil {
			return nil, err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	bold, err := b.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	heads := make([]any, len(cols))
	for i, c := range cols {
		heads[i] = excelize.Cell{StyleID: bold, Value: said(b.voice, c.heading)}
	}
	return &table{out, b.voice, 1}, out.SetRow("A1", heads)
}

// add writes one row. A sheet holds about a million; what is beyond stands in the other formats.
func (t *table) add(values ...any) error {
	if t.row > mostRows {
		return nil
	}
	t.row++
	cells := make([]any, len(values))
	for i, v := range values {
		switch v.(type) {
		case int, bool:
			cells[i] = v
		default:
			cells[i] = said(t.voice, v)
		}
	}
	return t.out.SetRow("A"+strconv.Itoa(t.row), cells)
}

// xlsxPlan writes a workbook: a summary, every step, what the sheet does not name, the findings.
func xlsxPlan(w io.Writer, p *Plan) (err error) {
	b := newXLSX(p.Check.Voice)
	defer func() { err = errors.Join(err, b.file.Close()) }()
	if err := b.summary(append(planFacts(p), inputFacts(&p.Check)...)); err != nil {
		return err
	}
	steps := []column{{"Customer", 20}, {"Kind", 10}, {"Key", 36}, {"Action", 10}, {"What", 70}, {"Removes", 9}, {"ID", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8}}
	err = b.list("Steps", steps, each(p.Steps, func(s onboarding.Step) any {
		var mark onboarding.Word
		if removes(s) {
			mark = "removes"
		}
		return []any{s.Customer, s.Kind.Word(), s.Key, s.Action.Word(), remarks(s), mark, s.ID, s.File, s.Sheet, s.Row}
	}))
	if err != nil {
		return err
	}
	err = b.list("Not in the sheet", []column{{"Customer", 20}, {"Kind", 10}, {"Key", 40}, {"Made by this journal", 20}}, each(p.Extras, func(x PlanExtra) any {
		return []any{x.Customer, x.Kind.Word(), x.Key, x.Made}
	}))
	if err != nil {
		return err
	}
	if err := b.findings(p.Check.Findings); err != nil {
		return err
	}
	return b.file.Write(w)
}

// planFacts say what a plan is of, and what it comes to.
func planFacts(p *Plan) []fact {
	text, _ := planVerdict(p.Summary)
	rows := []fact{
		{onboarding.T("Verdict"), text},
		{onboarding.T("Target"), p.Target},
		{onboarding.T("Partner organization"), p.Org},
		{onboarding.T("Made"), stamp(p.Made)},
	}
	if p.Sandbox {
		rows = append([]fact{{onboarding.T("SANDBOX"), onboarding.T("nothing real is compared")}}, rows...)
	}
	rows = append(rows, p.facts()...)
	for _, kind := range planKinds() {
		if n := p.Summary.Kinds[kind]; n.all() > 0 {
			rows = append(rows, fact{onboarding.T("%s", kind.Word()), planLine(n)})
		}
	}
	return rows
}

// list adds a sheet of rows, each a []any.
func (b *xlsx) list(sheet onboarding.Word, cols []column, rows iter.Seq2[any, error]) error {
	t, err := b.sheet(sheet, cols)
	if err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if err := t.add(row.([]any)...); err != nil {
			return err
		}
	}
	return t.out.Flush()
}
