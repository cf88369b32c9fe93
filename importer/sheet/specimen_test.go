package sheet_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/importer/sheet"
	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// specimens is a folder of spreadsheets from the field, which need not be there.
const specimens = "../../../shared/reference/sheets"

// specimen is one file of the folder and what reading it gives.
type specimen struct {
	file    string
	what    string // in words, for the page of documentation
	does    string // what muster does with it, in words
	err     error  // that refuses the file; nil when it is read
	damaged string // part of the workbook that a *xlsx.DamagedError names
	sheets  string // each as "name kind@heading row+rows", a dash for one that is not read
	finds   string // rules with their numbers
}

const (
	notOurs  = "no-data×1 sheet-skipped×1"
	notOurs2 = "no-data×1 sheet-skipped×2"
	notOurs3 = "no-data×1 sheet-skipped×3"
	notOurs4 = "no-data×1 sheet-skipped×4"
	otherCSV = "encoding-detected×1 no-data×1 sheet-skipped×1"
)

func specimenTable() []specimen {
	return slices.Concat(textSpecimens(), shapeSpecimens(), bookSpecimens(), oddBookSpecimens())
}

func textSpecimens() []specimen {
	return []specimen{
		{
			file: "broadworks-user-create.csv", what: "user sheet of BroadWorks with 59 columns, a row of types below the headings, one heading twice",
			does:   "taken as users; columns that have no place in a workbook are named and kept for the results. The row of types is passed over. `--customer ID` and `--package NAME` fill what is missing",
			sheets: " users@1+0", finds: "form-recognised×1 header-missing×2 header-unknown×54",
		},
		{
			file: "broadworks-group-admin-create.csv", what: "administrator sheet of BroadWorks with a column of passwords",
			does:   "taken as users without addresses, which cannot be provisioned; values of unknown columns, such as passwords, stand in no finding",
			sheets: " users@1+0", finds: "form-recognised×1 header-missing×3 header-unknown×6",
		},
		{
			file: "broadworks-pickup-group-create.csv", what: "list spread over columns `userId[0]`, `userId[1]` …",
			does:   "not taken: muster has no such sheet",
			sheets: " -", finds: notOurs,
		},
		{
			file: "webex-modify-voicemail.csv", what: "user list with headings of its own and a column of results",
			does:   "read once its headings are mapped, for example `--map USERNAME=email`; its own columns are kept",
			sheets: " -", finds: notOurs,
		},
		{
			file: "utf8-bom.csv", what: "UTF-8 with a byte order mark",
			does:   "the mark is taken off",
			sheets: " -", finds: otherCSV,
		},
		{
			file: "semicolon.csv", what: "semicolons between the values",
			does:   "the delimiter is detected and said in a note",
			sheets: " -", finds: otherCSV,
		},
		{
			file: "semicolon-accents.csv", what: "semicolons, accents, decimal points",
			does:   "the delimiter is detected; numbers in quotes or not stay as they are written",
			sheets: " -", finds: otherCSV,
		},
		{
			file: "latin1.csv", what: "one byte that is not UTF-8",
			does:   "the encoding is detected and said in a note; where it cannot be told, the file is refused and `--encoding` asked for",
			sheets: " -", finds: otherCSV,
		},
	}
}

func shapeSpecimens() []specimen {
	return []specimen{
		{
			file: "duplicate-headers.csv", what: "the same heading three times",
			does:   "the first column is read, each further one is an error",
			sheets: " -", finds: notOurs,
		},
		{
			file: "blank-header.csv", what: "a column without a heading",
			does:   "the column is not read; where it holds values, a note says so",
			sheets: " -", finds: notOurs,
		},
		{
			file: "ragged-rows.csv", what: "a blank row, and a row longer than the headings",
			does:   "the blank row is passed over but counted; the long row is an error at its first value too many",
			sheets: " -", finds: notOurs,
		},
		{
			file: "leading-zeros.csv", what: "identifiers that begin with zeros",
			does:   "the zeros stay",
			sheets: " -", finds: notOurs,
		},
		{
			file: "unicode-header.csv", what: "a Chinese heading",
			does:   "headings may be in any script; unknown ones can be mapped",
			sheets: " -", finds: notOurs,
		},
		{
			file: "title-row-above-header.csv", what: "a title above the headings",
			does:   "the headings are found below it, within the first 30 rows that hold anything",
			sheets: " -", finds: notOurs,
		},
		{
			file: "cr-only.csv", what: "old Mac line ends",
			does:   "read like all others",
			sheets: " -", finds: notOurs,
		},
		{
			file: "quoted-newlines.csv", what: "line breaks and quotes within a value",
			does:   "read as one value with a blank in place of the break; row numbers are the lines on which records start",
			sheets: " -", finds: notOurs,
		},
		{
			file: "comma-in-quotes-zip.csv", what: "commas within quotes, a postal code that begins with zero, no last line end",
			does:   "values and zeros stay as they are written",
			sheets: " customers@1+1", finds: "header-missing×5 header-unknown×2",
		},
		{
			file: "MANIFEST.csv", what: "a table about something else",
			does:   "not taken: no heading is known",
			sheets: " -", finds: notOurs,
		},
	}
}

func bookSpecimens() []specimen {
	return []specimen{
		{
			file: "merged-headers-multiline.xlsx", what: "headings over two rows with merged cells",
			does:   "two rows are headings together where that makes more of them known, else the row with most known ones counts; name it with `--header-row N`",
			sheets: "Лист1 -", finds: notOurs,
		},
		{
			file: "merged-cells.xlsx", what: "merged cells in the data",
			does:   "a merged range holds its value in its first cell, the others are empty",
			sheets: "Sheet1 -; Sheet2 -", finds: notOurs2,
		},
		{
			file: "template-with-validations-and-comments.xlsx", what: "drop-downs, comments, sheets of lists",
			does:   "the cells are read; drop-downs and comments do not matter. Sheets of lists are not taken",
			sheets: "Export this as TSV -; abc list -; xyz list -", finds: notOurs3,
		},
		{
			file: "hidden-and-chart-sheets.xlsx", what: "hidden, very hidden and chart sheets beside a visible one",
			does:   "only visible worksheets are read; a note names each of the others",
			sheets: "Visible -; Hidden -; VeryHidden -; Chart -", finds: notOurs4,
		},
		{
			file: "date-1904.xlsx", what: "dates counted from 1904",
			does:   "dates come out as the workbook shows them; in an identifier or extension they are damage",
			sheets: "Sheet1 -", finds: notOurs,
		},
		{
			file: "cell-errors.xlsx", what: "`#DIV/0!` and its sisters as values",
			does:   "each is an error at its cell, and no rule judges the cell again",
			sheets: "Feuil1 -; Feuil2 -; Feuil3 -", finds: notOurs3,
		},
		{
			file: "legacy.xls", what: "the old .xls format",
			does: "refused",
			err:  xlsx.ErrLegacy,
		},
	}
}

func oddBookSpecimens() []specimen {
	return []specimen{
		{
			file: "strict-ooxml.xlsx", what: "Strict Open XML",
			does:   "read like all others",
			sheets: "Sheet1 -; Sheet Number 2 -", finds: notOurs2,
		},
		{
			file: "macro.xlsm", what: "a workbook with macros, which are never run",
			does:   "the cells are read",
			sheets: "Sheet1 -; Sheet2 -; Sheet3 -", finds: notOurs3,
		},
		{
			file: "password.xlsx", what: "a workbook with a password",
			does: "refused",
			err:  xlsx.ErrPassword,
		},
		{
			file: "xml-entity-bomb.xlsx", what: "XML that would unfold to gigabytes",
			does:    "refused; nothing of it is used",
			damaged: "xl/sharedStrings.xml",
		},
		{
			file: "existing-comments.xlsx", what: "cells with comments",
			does:   "the cells are read",
			sheets: "Sheet1 -; Sheet2 -; Sheet3 -", finds: notOurs3,
		},
		{
			file: "million-row-dimension.xlsx", what: "three rows that claim to be 1,048,576",
			does:   "the rows that are there are read; the claim costs nothing",
			sheets: "Sheet 1 -", finds: notOurs,
		},
	}
}

// Every file of the folder is in the table, and reading it gives what the table says.
func TestSpecimens(t *testing.T) {
	entries, err := os.ReadDir(specimens)
	if err != nil {
		t.Skip("the specimens are not at hand:", err)
	}
	table := specimenTable()
	for _, e := range entries {
		i := slices.IndexFunc(table, func(s specimen) bool { return s.file == e.Name() })
		if i < 0 {
			t.Errorf("%s is not in the table", e.Name())
			continue
		}
		t.Run(e.Name(), func(t *testing.T) { checkSpecimen(t, table[i]) })
	}
	if len(entries) != len(table) {
		t.Errorf("the folder has %d files, the table %d", len(entries), len(table))
	}
}

func checkSpecimen(t *testing.T, s specimen) {
	got, err := read(sheet.Options{}, filepath.Join(specimens, s.file))
	var file *sheet.FileError
	if err != nil && !errors.As(err, &file) {
		t.Fatalf("the error is a %T, want a *sheet.FileError: %v", err, err)
	}
	var damaged *xlsx.DamagedError
	switch {
	case s.damaged != "":
		if !errors.As(err, &damaged) || damaged.Part != s.damaged {
			t.Fatalf("error %v, want damage in %s", err, s.damaged)
		}
	case !errors.Is(err, s.err):
		t.Fatalf("error %v, want %v", err, s.err)
	case err == nil:
		if have := sheetsOf(got); have != s.sheets {
			t.Errorf("sheets %q, want %q", have, s.sheets)
		}
		if have := countRules(got.findings); have != s.finds {
			t.Errorf("findings %q, want %q", have, s.finds)
		}
	}
	if err != nil && (len(got.users) > 0 || got.batch != nil) {
		t.Error("something was read from a file that cannot be used")
	}
}

func sheetsOf(got found) string {
	var out []string
	for _, in := range got.inputs {
		for _, s := range in.Sheets {
			if s.Kind == onboarding.NoKind {
				out = append(out, s.Sheet+" -")
				continue
			}
			out = append(out, fmt.Sprintf("%s %s@%d+%d", s.Sheet, s.Kind, s.HeaderRow, s.Rows))
		}
	}
	return strings.Join(out, "; ")
}

func countRules(fs []onboarding.Finding) string {
	n := make(map[string]int)
	var rules []string
	for _, f := range fs {
		if n[f.Rule] == 0 {
			rules = append(rules, f.Rule)
		}
		n[f.Rule]++
	}
	slices.Sort(rules)
	for i, r := range rules {
		rules[i] = fmt.Sprintf("%s×%d", r, n[r])
	}
	return strings.Join(rules, " ")
}

// mapped is a specimen whose headings the user maps, so that its cells are read.
type mapped struct {
	file  string
	names string   // "heading=field", one after the other, cut at |
	row   int      // of the headings, when the user names it
	users []string // as "row: customer|first|last|email|extension"
	finds []string // "rule place", the notes about unknown and missing headings aside
}

func mappedSpecimens() []mapped { return append(mappedTexts(), mappedBooks()...) }

func mappedTexts() []mapped {
	return []mapped{
		{file: "leading-zeros.csv", names: "value=external_id", users: []string{"2: 01||||", "3: 002||||", "4: 00003||||"}},
		{file: "latin1.csv", names: "id=external_id|name=last_name", users: []string{"2: 1||english||", "3: 2||©||"}, finds: []string{"encoding-detected latin1.csv"}},
		{file: "utf8-bom.csv", names: "id=external_id|name=last_name", users: []string{"2: 1||english||", "3: 2||中国人||"}, finds: []string{"encoding-detected utf8-bom.csv"}},
		{file: "semicolon.csv", names: "id=external_id|name=last_name", users: []string{"2: 1||english||", "3: 2||中国人||"}, finds: []string{"encoding-detected semicolon.csv"}},
		{file: "unicode-header.csv", names: "id=external_id|国人=last_name", users: []string{"2: 1||english||", "3: 2||中国人||"}},
		{
			file: "duplicate-headers.csv", names: "id=external_id|name=first_name|age=extension",
			users: []string{"2: 1101|John|||30", "3: 1102|Julie|||26"},
			finds: []string{"header-duplicate duplicate-headers.csv:1:3", "header-duplicate duplicate-headers.csv:1:5"},
		},
		{file: "blank-header.csv", names: "id=external_id|age=extension", users: []string{"2: 1101||||30", "3: 1102||||26"}},
		{
			file: "ragged-rows.csv", names: "id=external_id|name=first_name|age=extension",
			users: []string{"2: 1101|John|||30", "3: 1102|Julie|||26", "5: 1|2|||3"},
			finds: []string{"row-ragged ragged-rows.csv:5:4"},
		},
		{file: "title-row-above-header.csv", names: "Foo=external_id|Bsr=first_name|Baz=last_name", users: []string{"3: Biff|Baff|Boff||", "4: Qux|Teaspoon|Doge||"}},
		{file: "cr-only.csv", names: "Foo=external_id|Bar=first_name|Baz=last_name", users: []string{"2: Biff|Baff|Boff||", "3: Qux|Teaspoon|Doge||"}},
		{
			file: "quoted-newlines.csv", names: "a=external_id|b=last_name", users: []string{`2: 1||ha "ha" ha||`, "5: 3||4||"},
			finds: []string{"cell-normalised quoted-newlines.csv:2:2"},
		},
		{
			file: "webex-modify-voicemail.csv", names: "USERNAME=email|DIRECTORY NUMBER=extension",
			users: []string{
				"2: |||prodtestorg1@example.com|1101", "3: |||demotest1020@example.com|1102", "4: |||demotest1030@example.com|1103",
				"5: |||demotest1040@example.com|1104", "6: |||demotest1050@example.com|1105",
			},
		},
	}
}

func mappedBooks() []mapped {
	return []mapped{
		{
			file: "cell-errors.xlsx", names: "#DIV/0!=extension", row: 1,
			users: []string{"2: ||||", "3: ||||", "4: ||||", "5: ||||", "6: ||||", "7: ||||"},
			finds: []string{"cell-error-value Feuil1!A2", "cell-error-value Feuil1!A3", "cell-error-value Feuil1!A4", "cell-error-value Feuil1!A5", "cell-error-value Feuil1!A6", "cell-error-value Feuil1!A7"},
		},
		{
			file: "date-1904.xlsx", names: "2021-01-01=external_id|15=extension", users: []string{"2: ||||16", "3: ||||17"},
			finds: []string{"cell-lossy Sheet1!A2", "cell-lossy Sheet1!A3"},
		},
		{file: "existing-comments.xlsx", names: "1=extension|one=last_name", users: []string{"2: ||two||2", "3: ||three||3"}},
		{
			file: "million-row-dimension.xlsx", names: "column 1=last_name|Positive_int=extension",
			users: []string{"2: ||A||1", "3: ||B||2"},
		},
		{file: "merged-headers-multiline.xlsx", names: "Region=last_name|Caloric contribution=extension", row: 1, users: []string{"4: ||||", "5: ||||(%)", "6: ||A||B"}},
		{
			file: "template-with-validations-and-comments.xlsx", names: "abc=last_name|integer=extension",
		},
		{
			file: "strict-ooxml.xlsx", names: "test=last_name|1=extension",
			users: []string{"2: ||test 2||2", "3: ||||3", "4: ||||4", "5: ||||5", "6: ||||6"},
		},
		{
			file: "hidden-and-chart-sheets.xlsx", names: "1=last_name|2=extension",
			users: []string{"2: ||3||4", "3: ||5||6", "5: ||This workbook contains 4 sheets: Visible, Hidden, VeryHidden and Chart||"},
		},
		{file: "merged-cells.xlsx", names: "A1=last_name|B1=first_name", users: []string{"3: |B3|A3||", "4: |B4|A4||", "3: |B3|||", "4: |B4|||"}},
	}
}

// The cells of the specimens come out as they stand when the user maps their headings.
func TestSpecimensMapped(t *testing.T) {
	if _, err := os.Stat(specimens); err != nil {
		t.Skip("the specimens are not at hand:", err)
	}
	for _, m := range mappedSpecimens() {
		t.Run(m.file, func(t *testing.T) {
			o := sheet.Options{Rename: make(map[string]string), HeaderRow: m.row, Kinds: map[string]onboarding.Kind{strings.TrimSuffix(m.file, ".csv"): onboarding.Users}}
			for _, pair := range strings.Split(m.names, "|") {
				heading, field, _ := strings.Cut(pair, "=")
				o.Rename[heading] = field
			}
			got := mustRead(t, o, filepath.Join(specimens, m.file))
			var users []string
			for _, u := range got.users {
				users = append(users, fmt.Sprintf("%d: %s", u.Number, strings.Join([]string{u.Customer, u.FirstName, u.LastName, u.Email, u.Extension}, "|")))
			}
			if d := cmp.Diff(m.users, users); d != "" {
				t.Error("users (-want +got):\n", d)
			}
			finds := slices.DeleteFunc(got.lines(), func(s string) bool {
				return strings.HasPrefix(s, "header-missing") || strings.HasPrefix(s, "header-unknown") || strings.HasPrefix(s, "sheet-skipped")
			})
			for i, f := range finds {
				finds[i] = strings.Replace(f, specimens+"/", "", 1)
			}
			if d := cmp.Diff(m.finds, finds); d != "" && (len(m.finds) > 0 || len(finds) > 0) {
				t.Error("findings (-want +got):\n", d)
			}
		})
	}
}
