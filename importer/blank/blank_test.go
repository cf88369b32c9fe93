package blank_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/importer/blank"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

func options(lang string) blank.Options {
	return blank.Options{Facts: facts.Load(), Words: locale.Load(), Language: lang, Made: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}
}

func written(t *testing.T, o blank.Options) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := blank.Write(&b, o); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// choices gives the words that a column offers.
func choices(t *testing.T, f *excelize.File, sheet, column string) []string {
	t.Helper()
	all, err := f.GetDataValidations(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if !strings.HasPrefix(v.Sqref, column+"3:") {
			continue
		}
		name, area, _ := strings.Cut(v.Formula1, "!")
		name = strings.Trim(name, "'")
		from, to, _ := strings.Cut(strings.ReplaceAll(area, "$", ""), ":")
		col, _, err := excelize.SplitCellName(from)
		if err != nil {
			t.Fatal(err)
		}
		_, last, err := excelize.SplitCellName(to)
		if err != nil {
			t.Fatal(err)
		}
		at, err := excelize.ColumnNameToNumber(col)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for i := 0; i < min(last, len(rows)); i++ {
			if at <= len(rows[i]) && rows[i][at-1] != "" {
				out = append(out, rows[i][at-1])
			}
		}
		return out
	}
	return nil
}

// Every word that a list offers means something, in every language.
func TestEveryChoiceIsUnderstood(t *testing.T) {
	for _, lang := range locale.Load().Languages() {
		o := options(lang)
		f := written(t, o)
		understood := map[onboarding.Field]func(string) bool{
			"country":                      func(s string) bool { _, ok := o.Facts.Country(s); return ok },
			"timezone":                     func(s string) bool { _, ok := o.Facts.Zone(s); return ok },
			"default_email_language":       func(s string) bool { _, ok := o.Facts.OrgLanguage(s); return ok },
			"language":                     func(s string) bool { _, ok := o.Facts.CallingLanguage(s, "US"); return ok },
			"auth_mode":                    func(s string) bool { _, ok := o.Facts.AuthMode(s); return ok },
			"supported_location_confirmed": func(s string) bool { _, ok := o.Facts.YesNo(s); return ok },
			"role":                         func(s string) bool { name, ok := o.Facts.Role(s); return ok && name != "" },
			"package":                      func(s string) bool { p, ok := o.Facts.Package(s); return ok && p.UserAssignable },
		}
		seen := make(map[onboarding.Field]int)
		for _, kind := range []onboarding.Kind{onboarding.Templates, onboarding.Customers, onboarding.Locations, onboarding.Users} {
			sheet := o.Words.SheetName(kind.String(), lang)
			rows, err := f.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			for i, heading := range rows[1] {
				field, _, ok := o.Words.Field(kind.String(), heading)
				means := understood[onboarding.Field(field)]
				if !ok || means == nil {
					continue
				}
				column, _ := excelize.ColumnNumberToName(i + 1)
				list := choices(t, f, sheet, column)
				seen[onboarding.Field(field)] += len(list)
				for _, word := range list {
					if !means(word) {
						t.Errorf("%s, %s!%s: nobody understands %q", lang, sheet, heading, word)
					}
				}
			}
		}
		for field := range understood {
			if seen[field] < 2 {
				t.Errorf("%s: %s has %d choices", lang, field, seen[field])
			}
		}
		if seen["country"] < 3*200 || seen["role"] != 5 {
			t.Errorf("%s: choices are %v", lang, seen)
		}
	}
}

// Every heading has a note, columns of numbers are texts, headings stay in sight, and the same options give the same bytes.
func TestLooks(t *testing.T) {
	f := written(t, options("en"))
	for _, sheet := range []string{"Templates", "Customers", "Locations", "Users"} {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		notes, err := f.GetComments(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if len(notes) != len(rows[1])+1 { // and the one at the example
			t.Errorf("%s: %d notes at %d headings", sheet, len(notes), len(rows[1]))
		}
		if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 2 {
			t.Errorf("%s: %+v %v", sheet, panes, err)
		}
		for i, heading := range rows[1] {
			switch strings.TrimSuffix(heading, " *") {
			case "Phone number", "Extension", "ZIP or postal code", "External customer ID", "Main number", "Port date", "Provisioning ID":
			default:
				continue
			}
			column, _ := excelize.ColumnNumberToName(i + 1)
			id, err := f.GetColStyle(sheet, column)
			if err != nil {
				t.Fatal(err)
			}
			if style, err := f.GetStyle(id); err != nil || style.NumFmt != 49 {
				t.Errorf("%s!%s is not formatted as text", sheet, heading)
			}
		}
	}
	if visible, err := f.GetSheetVisible("Choices"); err != nil || visible {
		t.Errorf("the lists are in sight: %v", err)
	}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := blank.Write(w, options("de")); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two workbooks of the same options differ")
	}
}
