package report_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/report"
)

// TestCSVRunsNoFormula writes what a spreadsheet program would run, opens the table as such a program does (with commas, and with
// semicolons as in many countries), and reads the values back.
func TestCSVRunsNoFormula(t *testing.T) {
	values := []string{
		"=1+1", "+49301234567", "-1", "@SUM(A1)", " =1+1", "\u00a0=1", `"=1"`, `'=1`, `''=1`, `" =1`, "\u200b=1", "\ufeff=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x",
		"a;=1", "a; =1", "a;'=1", `a;"=1"`, ";;+1", `=HYPERLINK("http://x";"y")`, "=cmd|' /C calc'!A1",
		"plain", "a-b", "a=b", "ana@bakery.example", "'", ";", "", "5 + 5",
	}
	c := &report.Check{}
	source := &onboarding.Source{File: "u.csv", Kind: onboarding.Users}
	for i, v := range values {
		c.Findings = append(c.Findings, onboarding.Finding{
			Rule: "user-email", Severity: onboarding.Error, Place: onboarding.Place{Source: source, Row: i + 2, Column: 4}, Field: "email", Value: v, Message: onboarding.T("%s", v),
		})
	}
	format, err := report.ForPath("x.csv")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := format.Check(&text, c); err != nil {
		t.Fatal(err)
	}
	for _, comma := range []rune{',', ';'} {
		in := csv.NewReader(bytes.NewReader(text.Bytes()))
		in.Comma, in.LazyQuotes, in.FieldsPerRecord = comma, true, -1
		rows, err := in.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				bare := strings.TrimLeft(strings.Trim(cell, "\ufeff"), " \"\u00a0\u200b\ufeff")
				if bare != "" && strings.ContainsAny(bare[:1], "=+-@\t\r") || strings.HasPrefix(bare, "\uff1d") || strings.HasPrefix(bare, "\uff0b") {
					t.Errorf("with %q between cells %q is run", comma, cell)
				}
			}
		}
		if comma != ',' {
			continue
		}
		if len(rows) != len(values)+1 {
			t.Fatalf("%d rows", len(rows))
		}
		for i, v := range values {
			if got := report.Unsafe(rows[i+1][8]); got != report.Visible(v) {
				t.Errorf("%q is read back as %q", v, got)
			}
		}
	}
}
