package sheet_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

var languageNames = map[string]string{
	"en": "English", "zh-TW": "繁體中文", "de": "Deutsch", "es": "Español", "ar": "العربية", "ja": "日本語",
}

var sortNames = map[sheet.Sort]string{
	sheet.FreeText: "text", sheet.Code: "word", sheet.List: "list", sheet.ID: "identifier", sheet.Phone: "phone number",
	sheet.Digits: "extension", sheet.Postal: "postal code", sheet.Mail: "email", sheet.Date: "date", sheet.Count: "quantity",
}

const columnsHead = `# Sheets and columns

<!-- Written by importer/sheet/columns_test.go: UPDATE_DOCS=1 go test ./importer/sheet -->

Sheets may stand in any order and in any of six languages, columns likewise; case, blanks and marks such as ` + "`*` and `:`" + ` do not matter.
Other names of the same columns stand in ` + "`internal/locale/labels.csv`" + `. The field is what ` + "`--map HEADING=FIELD`" + ` and reports name.
[input.md](input.md) tells how files are read.

The sheet of customers may also have one column per package, headed by the name of the package: its cells hold the quantity, or ` + "`x`, `yes`" + `
or ` + "`unlimited`" + ` for a package without one.
`

// docs/columns.md says what the columns and their headings are.
func TestColumnsPage(t *testing.T) {
	var b strings.Builder
	b.WriteString(columnsHead)
	kind := onboarding.NoKind
	for _, c := range sheet.Columns() {
		if c.Kind != kind {
			kind = c.Kind
			kindHead(&b, kind)
		}
		need, sort := "", sortNames[c.Sort]
		if c.Required {
			need = "yes"
		}
		if sort == "" {
			t.Errorf("the sort %d has no name", c.Sort)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s", c.Field, need, sort)
		for _, lang := range wordTable.Languages() {
			fmt.Fprintf(&b, " | %s", wordTable.Label(kind.String(), string(c.Field), lang))
		}
		b.WriteString(" |\n")
	}
	compareDoc(t, "columns.md", b.String())
}

func kindHead(b *strings.Builder, k onboarding.Kind) {
	fmt.Fprintf(b, "\n## %s\n\n| Field | Required | Holds", wordTable.SheetName(k.String(), "en"))
	for _, lang := range wordTable.Languages() {
		fmt.Fprintf(b, " | %s: %s", languageNames[lang], wordTable.SheetName(k.String(), lang))
	}
	b.WriteString(" |\n" + strings.Repeat("| --- ", 3+len(wordTable.Languages())) + "|\n")
}

// labels is the table of all headings: kind and field → language → main heading and aliases.
type labels map[string]map[string][]string

func loadLabels(t *testing.T) labels {
	t.Helper()
	f, err := os.Open("../../internal/locale/labels.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make(labels)
	for _, row := range all[1:] {
		names := make(map[string][]string)
		for i, lang := range all[0][2:] {
			names[lang] = strings.Split(row[2+i], "|")
		}
		out[row[0]+"."+row[1]] = names
	}
	return out
}

// Every column has a heading in every language, and the table has no heading for a column that does not exist. Beside headings
// it holds the names of sheets and the words that stand in cells.
func TestEveryColumnHasHeadings(t *testing.T) {
	names := loadLabels(t)
	known := make(map[string]bool)
	for _, c := range sheet.Columns() {
		key := c.Kind.String() + "." + string(c.Field)
		if known[key] {
			t.Errorf("%s is listed twice", key)
		}
		known[key] = true
		for _, lang := range wordTable.Languages() {
			if len(names[key][lang]) == 0 || names[key][lang][0] == "" {
				t.Errorf("%s has no heading in %s", key, lang)
			}
		}
	}
	others := []string{"sheet", "word", "about", "hub", "beside", "beside_column", "form", "own"}
	for key := range names {
		if section, field, _ := strings.Cut(key, "."); !known[key] && !slices.Contains(others, section) {
			t.Errorf("the heading table names %s of %s, which is no column", field, section)
		}
	}
}

// Each heading of each language, main or alias, is its field in a sheet of that kind, in whatever dress.
func TestHeadingsAreRecognised(t *testing.T) {
	names := loadLabels(t)
	for _, lang := range wordTable.Languages() {
		for _, c := range sheet.Columns() {
			for _, heading := range names[c.Kind.String()+"."+string(c.Field)][lang] {
				for dress, as := range dresses {
					checkHeading(t, c, lang, dress, as(heading))
				}
			}
		}
	}
}

// dresses are ways in which people write a heading.
var dresses = map[string]func(string) string{
	"as it is":      func(s string) string { return s },
	"upper case":    strings.ToUpper,
	"lower case":    strings.ToLower,
	"asterisk":      func(s string) string { return s + " *" },
	"colon":         func(s string) string { return "*" + s + ":" },
	"blanks around": func(s string) string { return "  " + s + "\t" },
	"wide blanks":   func(s string) string { return strings.ReplaceAll(s, " ", " \u3000 ") },
	"no-break":      func(s string) string { return "\u00a0" + strings.ReplaceAll(s, " ", "\u00a0") },
	"line break":    func(s string) string { return strings.ReplaceAll(s, " ", "\n") },
	"bidi marks":    func(s string) string { return "\u200f" + s + "\u200e" },
	"full width":    fullWidth,
}

func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < unicode.MaxASCII {
			return r - '!' + 0xff01
		}
		return r
	}, s)
}

// checkHeading reads a sheet that has all required headings of a language and the one in question.
func checkHeading(t *testing.T, c sheet.Column, lang, dress, heading string) {
	t.Helper()
	row := []string{heading}
	for _, other := range sheet.Columns() {
		if other.Kind == c.Kind && other.Required && other.Field != c.Field {
			row = append(row, wordTable.Label(c.Kind.String(), string(other.Field), lang))
		}
	}
	h := sheet.FindHeading(factTables, wordTable, row)
	switch {
	case h.Kind != c.Kind:
		t.Errorf("%s, %s: %q among %q is taken for a sheet of %v, want %v", lang, dress, heading, row[1:], h.Kind, c.Kind)
	case h.Fields[0] != c.Field:
		t.Errorf("%s, %s: %q of %v is %q, want %q", lang, dress, heading, c.Kind, h.Fields[0], c.Field)
	}
}

// A sheet with the required headings of a language is of that language; headings of an unknown kind stay unknown.
func TestLanguageOfHeadings(t *testing.T) {
	for _, lang := range wordTable.Languages() {
		for k := onboarding.Templates; k <= onboarding.Users; k++ {
			var row []string
			for _, c := range sheet.Columns() {
				if c.Kind == k && c.Required {
					row = append(row, wordTable.Label(k.String(), string(c.Field), lang))
				}
			}
			h := sheet.FindHeading(factTables, wordTable, append(row, "Shoe size"))
			if h.Kind != k || h.Language != lang {
				t.Errorf("%q is taken for %v in %q, want %v in %q", row, h.Kind, h.Language, k, lang)
			}
			if last := h.Fields[len(row)]; last != "" {
				t.Errorf("%v: an unknown heading is taken for %q", k, last)
			}
		}
	}
}
