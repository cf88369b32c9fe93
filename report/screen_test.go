package report_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"muster/internal/onboarding"
	"muster/report"
)

// rowed is a check with one finding at a cell of a row of users.
func rowed(f onboarding.Finding, keys ...string) *report.Check {
	src := &onboarding.Source{File: "book.xlsx", Sheet: "Users", Kind: onboarding.Users}
	f.Place.Source, f.Rule, f.Severity = src, "user-rule", onboarding.Error
	c := &report.Check{Findings: []onboarding.Finding{f}}
	var cells []onboarding.KeyCell
	for i, field := range []onboarding.Field{"external_id", "first_name", "last_name", "email"} {
		cells = append(cells, onboarding.KeyCell{Field: field, Text: keys[i]})
	}
	c.Glimpse = func(onboarding.Place) []onboarding.KeyCell { return cells }
	return c
}

// The row of a finding stands below it with the offending cell marked, wherever that cell is.
func TestRowOfFinding(t *testing.T) {
	for _, test := range []struct {
		name string
		at   onboarding.Place
		f    onboarding.Finding
		keys []string
		want string
	}{
		{"one of the keys", onboarding.Place{Row: 17, Column: 4}, onboarding.Finding{Field: "email", Value: "ana@"}, []string{"crm-1", "Ana", "García", "ana@"}, "crm-1 | Ana | García | >>ana@<<"},
		{"another cell", onboarding.Place{Row: 17, Column: 7}, onboarding.Finding{Field: "phone_number", Value: "0221 CALL"}, []string{"crm-1", "Ana", "García", "ana@b.example"}, "crm-1 | Ana | García | ana@b.example | phone number >>0221 CALL<<"},
		{"an empty cell", onboarding.Place{Row: 17, Column: 2}, onboarding.Finding{Field: "first_name"}, []string{"crm-1", "", "García", "ana@b.example"}, "crm-1 | >><< | García | ana@b.example"},
		{"the row as a whole", onboarding.Place{Row: 17}, onboarding.Finding{}, []string{"crm-1", "Ana", "", "ana@b.example"}, "crm-1 | Ana | ana@b.example"},
		{"what a terminal would obey", onboarding.Place{Row: 17, Column: 2}, onboarding.Finding{Field: "first_name", Value: "A\x1b[31m\u202e\n"}, []string{"crm-1", "x", "y", "z"}, `crm-1 | >>A\u001b[31m\u202e\u000a<< | y | z`},
		{"Arabic beside Arabic", onboarding.Place{Row: 17, Column: 4}, onboarding.Finding{Field: "email", Value: "x"}, []string{"crm-1", "أحمد", "علي", "x"}, "crm-1 | أحمد\u200e | \u200eعلي | >>x<<"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.f.Place = test.at
			lines := strings.Split(text(t, "text", rowed(test.f, test.keys...)), "\n")
			if len(lines) < 3 || strings.TrimSpace(lines[2]) != test.want {
				t.Errorf("got\n%s\nwant in the third line\n%s", strings.Join(lines, "\n"), test.want)
			}
		})
	}
}

// arabic names every field in Arabic.
type arabic struct{ onboarding.English }

func (arabic) Say(t onboarding.Text) string {
	if len(t.Args) == 1 {
		if _, ok := t.Args[0].(onboarding.FieldName); ok {
			return "رقم الهاتف"
		}
	}
	return t.String()
}

// A number behind a heading in Arabic stays between its marks.
func TestRowInArabic(t *testing.T) {
	c := rowed(onboarding.Finding{Place: onboarding.Place{Row: 17, Column: 7}, Field: "phone_number", Value: "12"}, "crm-1", "a", "b", "c")
	c.Voice = arabic{}
	if got, want := text(t, "text", c), "crm-1 | a | b | c | رقم الهاتف \u200e>>12<<\n"; !strings.Contains(got, want) {
		t.Errorf("got\n%s\nwant in it %q", got, want)
	}
}

var ornament = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Nothing is wider than the terminal but words that cannot be broken, the marked cell stays, and no letter is halved.
func TestFitsTheTerminal(t *testing.T) {
	message := strings.Repeat("株式会社さくら製作所の電話番号は使えません。", 6)
	f := onboarding.Finding{
		Place: onboarding.Place{Row: 17, Column: 7}, Field: "phone_number", Value: strings.Repeat("電話", 40),
		Message: onboarding.T("%s", message), Hint: onboarding.T("%s", strings.Repeat("write the number anew ", 20)),
	}
	for _, columns := range []int{40, 60, 80, 100, 132, 200} {
		c := rowed(f, strings.Repeat("顧客", 30), strings.Repeat("花", 30), "e\u0301\u0301e\u0301", strings.Repeat("taro", 20)+"@example.example")
		c.Screen = report.Screen{Columns: columns, Colour: true}
		got := ornament.ReplaceAllString(text(t, "text", c), "")
		body, _, _ := strings.Cut(got, "\n\n")
		if !utf8.ValidString(got) || !strings.Contains(body, ">>電話") || !strings.Contains(body, "<<") {
			t.Errorf("at %d columns the cell is not shown:\n%s", columns, got)
		}
		if joined := strings.NewReplacer("\n", "", " ", "").Replace(body); !strings.Contains(joined, message) {
			t.Errorf("at %d columns the message is not whole:\n%s", columns, got)
		}
		for line := range strings.Lines(body) {
			if w := uniseg.StringWidth(strings.TrimRight(line, "\n")); w > columns {
				t.Errorf("at %d columns a line takes %d: %s", columns, w, line)
			}
		}
	}
}

// Too many findings: the heaviest are listed, in their order, and the others are counted by rule.
func TestMostFindings(t *testing.T) {
	src := &onboarding.Source{File: "book.xlsx", Sheet: "Users", Kind: onboarding.Users}
	c := &report.Check{Screen: report.Screen{Most: 3}}
	for row := range 20 {
		f := onboarding.Finding{Place: onboarding.Place{Source: src, Row: row + 2}, Rule: "light", Severity: onboarding.Note, Message: onboarding.T("light %d", row)}
		switch {
		case row == 5 || row == 15:
			f.Rule, f.Severity, f.Message = "heavy", onboarding.Error, onboarding.T("heavy %d", row)
		case row == 7:
			f.Rule, f.Severity, f.Waived = "heavy", onboarding.Error, true
		case row > 16:
			f.Rule, f.Severity, f.Message = "middle", onboarding.Warning, onboarding.T("middle %d", row)
		}
		c.Findings = append(c.Findings, f)
		c.Summary.Count(f)
	}
	got := text(t, "text", c)
	want := `book.xlsx, sheet Users
  error   row 7    heavy 5 [heavy]
  error   row 17   heavy 15 [heavy]
  warning row 19   middle 17 [middle]
  … and 17 more: 14 light, 2 middle, 1 heavy
  all of them: --max-findings 0, --report findings.html, --report findings.xlsx

not ready: 2 errors to mend: 2 errors, 3 warnings, 14 notes in 0 templates, 0 customers, 0 locations, 0 users
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	c.Screen.Reports = []string{"a.html", "b.xlsx"}
	if got := text(t, "text", c); !strings.Contains(got, "  all of them: a.html, b.xlsx\n") {
		t.Errorf("the reports are not named:\n%s", got)
	}
	for _, format := range []string{"json", "ndjson", "github"} {
		if n := strings.Count(text(t, format, c), "light"); n < 14 {
			t.Errorf("%s is cut: %d", format, n)
		}
	}
}

// No colour is in a text unless the terminal allows it, and the words are the same with it.
func TestColour(t *testing.T) {
	f := onboarding.Finding{Place: onboarding.Place{Row: 17, Column: 4}, Field: "email", Value: "ana@", Message: onboarding.T("no domain")}
	c := rowed(f, "crm-1", "Ana", "García", "ana@")
	plain := text(t, "text", c)
	c.Screen.Colour = true
	coloured := text(t, "text", c)
	if strings.Contains(plain, "\x1b") || !strings.Contains(coloured, "\x1b[31m>>ana@<<\x1b[0m") || ornament.ReplaceAllString(coloured, "") != plain {
		t.Errorf("plain %q\ncoloured %q", plain, coloured)
	}
}
