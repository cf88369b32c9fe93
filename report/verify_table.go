package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"muster/internal/onboarding"
)

// csvVerify writes a row for each row that was read back.
func csvVerify(w io.Writer, v *Verify) error {
	out, err := newCSV(w)
	if err != nil {
		return err
	}
	if err := out.Write([]string{"kind", "key", "customer", "verdict", "reason", "why", "id", "file", "sheet", "row"}); err != nil {
		return err
	}
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		d := verifyOutcome(row).visible()
		if err := out.Write(safeRow(d.Kind, d.Key, d.Customer, d.Status, string(row.Reason), verifyMessage(d), d.ID, d.File, d.Sheet, strconv.Itoa(d.Row))); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func verifyMessage(d outcomeDoc) string {
	if d.Error == nil {
		return ""
	}
	return d.Error.Message
}

// markdownVerify writes the counts and the rows that need somebody.
func markdownVerify(w io.Writer, v *Verify) error {
	b := bufio.NewWriter(w)
	fmt.Fprint(b, "# muster verify\n\n")
	if v.Sandbox {
		fmt.Fprint(b, "**SANDBOX: nothing real was read**\n\n")
	}
	text, _ := verifyTone(v.Summary)
	fmt.Fprintf(b, "**%s**\n\n%s\n\n", text, verifyLine(v.Summary))
	for _, f := range verifyFacts(v) {
		fmt.Fprintf(b, "- %s: %s\n", f.Name, inTable(f.Value))
	}
	for _, aside := range verifyAsides(v.Summary) {
		fmt.Fprintf(b, "- %s\n", aside)
	}
	fmt.Fprint(b, "\n| Verdict | Rows |\n| --- | ---: |\n")
	for _, c := range verifyCounts(v.Summary) {
		if c.N > 0 {
			fmt.Fprintf(b, "| %s | %d |\n", c.Name, c.N)
		}
	}
	fmt.Fprint(b, "\n## Rows that need somebody\n\n| Verdict | Kind | Key | Where | Why |\n| --- | --- | --- | --- | --- |\n")
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		if row.Verdict != onboarding.VerdictEqual {
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", verdictWord(row.Verdict), row.Kind, inTable(row.Key), inTable(verifyPlace(row)), inTable(VerifyWhy(row)))
		}
	}
	markdownFindings(b, v.Check.Findings)
	return b.Flush()
}

// githubVerify writes a workflow command for each row that does not stand as the sheet says.
func githubVerify(w io.Writer, v *Verify) error {
	b := bufio.NewWriter(w)
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		if row.Verdict.Wrong() {
			fmt.Fprintf(b, "::error file=%s,title=%s::%s\n", property(row.File), property(string(row.Kind)+" "+row.Key), data(verifyPlace(row)+": "+verdictWord(row.Verdict)+": "+VerifyWhy(row)))
		}
	}
	text, _ := verifyTone(v.Summary)
	fmt.Fprintf(b, "::notice title=muster::%s\n", data(text+": "+verifyLine(v.Summary)))
	return b.Flush()
}

// junitVerify writes a suite for each customer and a case for each row.
func junitVerify(w io.Writer, v *Verify) error {
	doc := junitSuites{Name: "muster verify"}
	suites := make(map[string]int)
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		i, ok := suites[row.Customer]
		if !ok {
			i = len(doc.Suites)
			suites[row.Customer] = i
			doc.Suites = append(doc.Suites, junitSuite{Name: row.Customer})
		}
		doc.Suites[i].Cases = append(doc.Suites[i].Cases, junitVerified(row))
	}
	return writeJUnit(w, doc)
}

func junitVerified(v onboarding.Verified) junitCase {
	c := junitCase{Name: fmt.Sprintf("%s %s", v.Kind, v.Key), Class: verifyPlace(v)}
	text := verdictWord(v.Verdict)
	if why := VerifyWhy(v); why != "" {
		text += ": " + why
	}
	switch {
	case v.Verdict.Wrong():
		c.Failure = &junitMessage{Message: text}
	case v.Verdict == onboarding.VerdictWaiting:
		c.Skipped = &junitMessage{Message: text}
	default:
		c.Out = text
	}
	return c
}

// xlsxVerify writes a summary and every row.
func xlsxVerify(w io.Writer, v *Verify) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	rows := v.Facts()
	for _, c := range verifyCounts(v.Summary) {
		rows = append(rows, [2]string{"Rows " + c.Name, strconv.Itoa(c.N)})
	}
	if err := xlsxSummary(f, append(rows, inputRows(&v.Check)...)); err != nil {
		return err
	}
	if err := xlsxVerified(f, v); err != nil {
		return err
	}
	if err := xlsxFindings(f, v.Check.Findings); err != nil {
		return err
	}
	return f.Write(w)
}

func xlsxVerified(f *excelize.File, v *Verify) error {
	if _, err := f.NewSheet("Rows"); err != nil {
		return err
	}
	t, err := newTable(f, "Rows", []column{
		{"Verdict", 11}, {"Kind", 10}, {"Key", 36}, {"Customer", 20}, {"Why", 70}, {"ID", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8},
	})
	if err != nil {
		return err
	}
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		d := verifyOutcome(row).visible()
		if err := t.add(verdictWord(row.Verdict), d.Kind, d.Key, d.Customer, verifyMessage(d), d.ID, d.File, d.Sheet, d.Row); err != nil {
			return err
		}
	}
	return t.out.Flush()
}
