package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

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
		d := verifyOutcome(row, onboarding.English{}).visible()
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
	p := newPen(w, v.voice())
	fmt.Fprint(p, "# muster verify\n\n")
	p.mdSandbox(v.Sandbox, unreadText())
	text, _ := verifyTone(v.Summary)
	fmt.Fprintf(p, "**%s**\n\n%s\n\n", p.said(text), p.said(verifyLine(v.Summary)))
	for _, f := range verifyFacts(v) {
		p.mdFact(f)
	}
	for _, aside := range verifyAsides(v.Summary) {
		fmt.Fprintf(p, "- %s\n", p.said(aside))
	}
	fmt.Fprintln(p)
	p.mdHead([]onboarding.Word{"Verdict", "Rows"}, 1, 2)
	for _, c := range verifyCounts(v.Summary) {
		if c.N > 0 {
			p.mdRow(c.Name, c.N)
		}
	}
	p.heading(2, "Rows that need somebody")
	p.mdHead([]onboarding.Word{"Verdict", "Kind", "Key", "Where", "Why"}, 0, 0)
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		if row.Verdict != onboarding.VerdictEqual {
			p.mdRow(row.Verdict.Word(), row.Kind.Word(), row.Key, verifyPlace(row), VerifyWhy(row))
		}
	}
	p.mdFindings(v.Check.Findings)
	return p.Flush()
}

// githubVerify writes a workflow command for each row that does not stand as the sheet says.
func githubVerify(w io.Writer, v *Verify) error {
	b := bufio.NewWriter(w)
	voice := v.voice()
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		if row.Verdict.Wrong() {
			title := said(voice, onboarding.T("%s %s", row.Kind.Word(), row.Key))
			text := said(voice, onboarding.T("%s: %s: %s", verifyPlace(row), row.Verdict.Word(), VerifyWhy(row)))
			fmt.Fprintf(b, "::error file=%s,title=%s::%s\n", property(row.File), property(title), data(text))
		}
	}
	text, _ := verifyTone(v.Summary)
	fmt.Fprintf(b, "::notice title=muster::%s\n", data(said(voice, onboarding.T("%s: %s", text, verifyLine(v.Summary)))))
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
	c := junitCase{Name: fmt.Sprintf("%s %s", v.Kind, v.Key), Class: verifyPlace(v).String()}
	text := string(v.Verdict.Word())
	if why := VerifyWhy(v); !why.Empty() {
		text += ": " + why.String()
	}
	switch {
	case v.Verdict.Wrong():
		c.Failure = &junitFailure{string(v.Verdict), junitMessage{Message: text}}
	case v.Verdict == onboarding.VerdictWaiting:
		c.Skipped = &junitMessage{Message: text}
	default:
		c.Out = text
	}
	return c
}

// xlsxVerify writes a summary and every row.
func xlsxVerify(w io.Writer, v *Verify) (err error) {
	b := newXLSX(v.voice())
	defer func() { err = errors.Join(err, b.file.Close()) }()
	rows := v.allFacts()
	for _, c := range verifyCounts(v.Summary) {
		rows = append(rows, fact{onboarding.T("Rows %s", c.Name), c.N})
	}
	if err := b.summary(append(rows, inputFacts(&v.Check)...)); err != nil {
		return err
	}
	cols := []column{{"Verdict", 11}, {"Kind", 10}, {"Key", 36}, {"Customer", 20}, {"Why", 70}, {"ID", 30}, {"File", 20}, {"Sheet", 14}, {"Row", 8}}
	err = b.list("Rows", cols, each(v.Rows, func(row onboarding.Verified) any {
		return []any{row.Verdict.Word(), row.Kind.Word(), row.Key, row.Customer, VerifyWhy(row), row.ID, row.File, row.Sheet, row.Row}
	}))
	if err != nil {
		return err
	}
	if err := b.findings(v.Check.Findings); err != nil {
		return err
	}
	return b.file.Write(w)
}
