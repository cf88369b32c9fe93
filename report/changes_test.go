package report_test

import (
	"bytes"
	"iter"
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/report"
)

func changes(all ...onboarding.Change) iter.Seq2[onboarding.Change, error] {
	return func(yield func(onboarding.Change, error) bool) {
		for _, c := range all {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// TestChangesAsText shows what a person reads of a copy, hostile marks made visible.
func TestChangesAsText(t *testing.T) {
	users := &onboarding.Source{File: "book.xlsx", Sheet: "Users"}
	at := func(row, column int) onboarding.Place {
		return onboarding.Place{Source: users, Row: row, Column: column}
	}
	c := &report.Check{Repair: &report.Repair{Path: "fixed.xlsx", Cells: 1, Left: 1, Changes: changes(
		onboarding.Change{Place: at(17, 4), Field: "phone_number", Old: "０３０\u202e 1234567", New: "+49301234567", Reason: onboarding.T("written as E.164")},
		onboarding.Change{Place: at(18, 4), Field: "phone_number", Old: "030 1234568", New: "+49301234568", Reason: onboarding.T("written as E.164"), Left: true},
	)}}
	want := `book.xlsx, sheet Users
  Users!D17  phone_number  "０３０\u202e 1234567" -> "+49301234567"  written as E.164
  Users!D18  phone_number  "030 1234568" left alone, a formula; it would be "+49301234568"  written as E.164

1 cell changed, 1 cell left alone in the copy "fixed.xlsx"
ready: 0 errors, 0 warnings, 0 notes in 0 templates, 0 customers, 0 locations, 0 users
`
	if got := text(t, "text", c); got != want {
		t.Errorf("got\n%s\nwanted\n%s", got, want)
	}
	c.Repair = &report.Repair{Path: "fixed.xlsx", Changes: changes()}
	if got, want := text(t, "text", c), "nothing to change in the copy \"fixed.xlsx\"\nready: "; !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwanted at its beginning %q", got, want)
	}
}

// TestChangesInDocuments has the list with a copy, though it be empty, and not without.
func TestChangesInDocuments(t *testing.T) {
	c := &report.Check{}
	if got := text(t, "json", c); strings.Contains(got, "changes") {
		t.Errorf("without a copy: %s", got)
	}
	c.Repair = &report.Repair{Changes: changes()}
	if got := text(t, "json", c); !strings.Contains(got, `"changes":[]`) {
		t.Errorf("with a copy: %s", got)
	}
}

func text(t *testing.T, format string, c *report.Check) string {
	t.Helper()
	f, ok := report.ByName(format)
	if !ok {
		t.Fatalf("no format %q", format)
	}
	var b bytes.Buffer
	if err := f.Check(&b, c); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
