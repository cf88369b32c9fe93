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

func xlsxCheck(w io.Writer, c *Check) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	rows := [][2]string{{"Verdict", verdict(c.Summary)}, {"Counts", countsLine(c)}}
	if err := xlsxSummary(f, append(rows, inputRows(c)...)); err != nil {
		return err
	}
	if err := xlsxProviders(f, c); err != nil {
		return err
	}
	if err := xlsxFindings(f, c.Findings); err != nil {
		return err
	}
	return f.Write(w)
}

func inputRows(c *Check) [][2]string {
	var rows [][2]string
	for _, in := range c.Inputs {
		rows = append(rows, [2]string{"Input " + in.File, "sha256 " + in.SHA256})
	}
	return rows
}

func xlsxRun(w io.Writer, r *Run) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	text, _ := runVerdict(r)
	rows := [][2]string{{"Verdict", text}}
	if r.Sandbox {
		rows = append([][2]string{{"SANDBOX", "nothing real was changed"}}, rows...)
	}
	for _, x := range runFacts(r) {
		rows = append(rows, [2]string{x.Name, x.Value})
	}
	for _, c := range statusCounts(r.Summary) {
		rows = append(rows, [2]string{"Rows " + c.Name, strconv.Itoa(c.N)})
	}
	if err := xlsxSummary(f, append(rows, inputRows(&r.Check)...)); err != nil {
		return err
	}
	if err := xlsxProviders(f, &r.Check); err != nil {
		return err
	}
	if err := xlsxOutcomes(f, r); err != nil {
		return err
	}
	if err := xlsxFindings(f, r.Check.Findings); err != nil {
		return err
	}
	return f.Write(w)
}

// xlsxSummary fills the sheet that a new workbook has.
func xlsxSummary(f *excelize.File, rows [][2]string) error {
	if err := f.SetSheetName("Sheet1", "Summary"); err != nil {
		return err
	}
	t, err := newTable(f, "Summary", []column{{"What", 24}, {"Value", 80}})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if err := t.add(r[0], r[1]); err != nil {
			return err
		}
	}
	return t.out.Flush()
}

func xlsxOutcomes(f *excelize.File, r *Run) error {
	if _, err := f.NewSheet("Outcomes"); err != nil {
		return err
	}
	t, err := newTable(f, "Outcomes", []column{
		{"Status", 11}, {"Kind", 10}, {"Key", 36}, {"Customer", 20}, {"Why", 50}, {"ID", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8}, {"Tracking ID", 30}, {"Code", 10},
	})
	if err != nil {
		return err
	}
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		why, code, tracking := reasonText(o.Reason), "", ""
		if o.Error != nil {
			why, code, tracking = o.Error.Message, o.Error.Code, o.Error.TrackingID
		} else if why == "" {
			why = differsText(o)
		}
		if err := t.add(string(o.Status), string(o.Kind), o.Key, o.Customer, why, o.ID, o.File, o.Sheet, o.Row, tracking, code); err != nil {
			return err
		}
	}
	return t.out.Flush()
}

func xlsxFindings(f *excelize.File, fs []onboarding.Finding) error {
	if _, err := f.NewSheet("Findings"); err != nil {
		return err
	}
	t, err := newTable(f, "Findings", []column{
		{"Severity", 10}, {"Cell", 18}, {"Rule", 26}, {"What is wrong", 60}, {"What to do", 60}, {"Value", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8},
	})
	if err != nil {
		return err
	}
	for _, x := range fs {
		d := findingOf(x).visible()
		if err := t.add(weight(x), place(x), d.Rule, d.Message, d.Hint, d.Value, d.File, d.Sheet, d.Row); err != nil {
			return err
		}
	}
	return t.out.Flush()
}

type column struct {
	heading string
	width   float64
}

// table writes rows below bold, frozen headings. Texts are stored as texts: no value can become a formula.
type table struct {
	out *excelize.StreamWriter
	row int
}

func newTable(f *excelize.File, sheet string, cols []column) (*table, error) {
	out, err := f.NewStreamWriter(sheet)
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
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	heads := make([]any, len(cols))
	for i, c := range cols {
		heads[i] = excelize.Cell{StyleID: bold, Value: c.heading}
	}
	return &table{out, 1}, out.SetRow("A1", heads)
}

// add writes one row. A sheet holds about a million; what is beyond stands in the other formats.
func (t *table) add(values ...any) error {
	if t.row > mostRows {
		return nil
	}
	t.row++
	return t.out.SetRow("A"+strconv.Itoa(t.row), values)
}

// xlsxPlan writes a workbook: a summary, every step, what the sheet does not name, the findings.
func xlsxPlan(w io.Writer, p *Plan) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	text, _ := planVerdict(p.Summary)
	rows := [][2]string{{"Verdict", text}, {"Target", p.Target}, {"Partner organization", p.Org}, {"Made", p.Made.UTC().Format("2006-01-02 15:04:05 UTC")}}
	if p.Sandbox {
		rows = append([][2]string{{"SANDBOX", "nothing real is compared"}}, rows...)
	}
	for _, x := range p.facts() {
		rows = append(rows, [2]string{x.Name, x.Value})
	}
	for _, kind := range planKinds() {
		if n := p.Summary.Kinds[kind]; n.all() > 0 {
			rows = append(rows, [2]string{string(kind), planLine(n)})
		}
	}
	if err := xlsxSummary(f, append(rows, inputRows(&p.Check)...)); err != nil {
		return err
	}
	steps := []column{{"Customer", 20}, {"Kind", 10}, {"Key", 36}, {"Action", 10}, {"What", 70}, {"Removes", 9}, {"ID", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8}}
	err = xlsxList(f, "Steps", steps, each(p.Steps, func(s onboarding.Step) any {
		mark := ""
		if removes(s) {
			mark = "removes"
		}
		return []any{Visible(s.Customer), string(s.Kind), Visible(s.Key), string(s.Action), remarks(s), mark, s.ID, Visible(s.File), Visible(s.Sheet), s.Row}
	}))
	if err != nil {
		return err
	}
	err = xlsxList(f, "Not in the sheet", []column{{"Customer", 20}, {"Kind", 10}, {"Key", 40}, {"Made by this journal", 20}}, each(p.Extras, func(x PlanExtra) any {
		return []any{Visible(x.Customer), string(x.Kind), Visible(x.Key), x.Made}
	}))
	if err != nil {
		return err
	}
	if err := xlsxFindings(f, p.Check.Findings); err != nil {
		return err
	}
	return f.Write(w)
}

// xlsxList adds a sheet of rows, each a []any.
func xlsxList(f *excelize.File, sheet string, cols []column, rows iter.Seq2[any, error]) error {
	if _, err := f.NewSheet(sheet); err != nil {
		return err
	}
	t, err := newTable(f, sheet, cols)
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
