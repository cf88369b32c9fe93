package sheet_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// told is a finding in full.
func told(fs []onboarding.Finding) []string {
	var out []string
	for _, f := range onboarding.SortFindings(slices.Clone(fs)) {
		out = append(out, fmt.Sprintf("%s %s %s [%s] %q: %s (%s)", f.Severity, f.Rule, place(f.Place), f.Field, f.Value, f.Message, f.Hint))
	}
	return out
}

// What is said of headings, word for word, at its place.
func TestHeadingFindings(t *testing.T) {
	for _, tt := range []struct {
		about string
		rows  []string
		want  []string
	}{
		{"nothing to say", []string{userHead, "c1,Ana,Silva,a@x.example,webex_calling"}, nil},
		{
			"missing, at the row of headings",
			[]string{"All users,,", "First name,Last name,Package"},
			[]string{
				`error header-missing users.csv:2 [external_id] "": the sheet of users has no column "External customer ID" (add a column with the heading "External customer ID")`,
				`error header-missing users.csv:2 [email] "": the sheet of users has no column "Email address" (add a column with the heading "Email address")`,
			},
		},
		{
			"missing, in the language of the headings",
			[]string{"Vorname,Nachname,Paket,E-Mail"},
			[]string{`error header-missing users.csv:1 [external_id] "": the sheet of users has no column "Externe Kunden-ID" (add a column with the heading "Externe Kunden-ID")`},
		},
		{
			"near miss of a required one",
			[]string{strings.Replace(userHead, "Email", "Emial", 1)},
			[]string{
				`error header-missing users.csv:1 [email] "": the sheet of users has no column "Email address" (rename the heading "Emial address" to "Email address")`,
				`warning header-near-miss users.csv:1:4 [] "Emial address": the heading "Emial address" is not known; the column is not read (did you mean "Email address"?)`,
			},
		},
		{
			"near miss of one that is there",
			[]string{userHead + ",Emial address"},
			[]string{`note header-unknown users.csv:1:6 [] "Emial address": the column "Emial address" is not known; it is kept for the results ()`},
		},
		{
			"unknown",
			[]string{userHead + ",Shoe size"},
			[]string{`note header-unknown users.csv:1:6 [] "Shoe size": the column "Shoe size" is not known; it is kept for the results ()`},
		},
		{
			"twice under two names",
			[]string{userHead + ",Phone number,,Telefon,Phone"},
			[]string{
				`error header-duplicate users.csv:1:8 [phone_number] "Telefon": the heading "Telefon" names the same column as the one in users.csv:1:6 (keep one of the two columns)`,
				`error header-duplicate users.csv:1:9 [phone_number] "Phone": the heading "Phone" names the same column as the one in users.csv:1:6 (keep one of the two columns)`,
			},
		},
	} {
		t.Run(tt.about, func(t *testing.T) {
			got := mustRead(t, sheet.Options{}, writeCSVIn(t, "users.csv", csvOf(tt.rows...)))
			if d := cmp.Diff(tt.want, told(got.findings)); d != "" {
				t.Error("(-want +got):\n", d)
			}
		})
	}
}

// writeCSVIn puts a file into a folder and gives the folder, so that places name the file alone.
func writeCSVIn(t *testing.T, name, text string) string {
	t.Helper()
	path := write(t, name, text)
	return strings.TrimSuffix(path, "/"+name)
}

// The first of doubled columns is the one that is read.
func TestFirstOfDoubledColumns(t *testing.T) {
	got := mustRead(t, sheet.Options{}, write(t, "users.csv", csvOf(userHead+",Phone,Telefon", "c1,Ana,Silva,a@x.example,webex_calling,,+49301")))
	if u := got.users[0]; u.Phone != "" || u.Cell("phone_number").Column != 6 {
		t.Errorf("user %+v", u)
	}
	seats := mustRead(t, sheet.Options{}, write(t, "customers.csv", csvOf(customerHead+",Webex Calling,Enhanced Calling", bakery+",5,6")))
	if have := seatsOf(seats.batch.Customers[0]); !slices.Equal(have, []string{"Webex Calling=5"}) {
		t.Errorf("seats %q", have)
	}
	if have := seats.lines(); len(have) != 1 || !strings.HasPrefix(have[0], "header-duplicate") {
		t.Errorf("findings %q", have)
	}
}

// What is said of whole files and sheets.
func TestFileFindings(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"pets.csv", "dog,cat\n1,2\n", []string{
			`error no-data pets.csv [] "": no sheet has headings that muster knows (docs/columns.md lists the headings; --map HEADING=FIELD makes one known)`,
			`note sheet-skipped pets.csv [] "": the file has no heading that is known and was not read ()`,
		}},
		{"pets.csv", "", []string{
			`error no-data pets.csv [] "": no sheet has headings that muster knows (docs/columns.md lists the headings; --map HEADING=FIELD makes one known)`,
			`note sheet-skipped pets.csv [] "": the file is empty and was not read ()`,
		}},
		{"users.csv", "\n , ,\n", []string{
			`error no-data users.csv [] "": no sheet has headings that muster knows (docs/columns.md lists the headings; --map HEADING=FIELD makes one known)`,
			`note sheet-skipped users.csv [] "": the file is empty and was not read ()`,
		}},
		{"packages.csv", "\ndog,cat\n1,2\n", []string{
			`error header-missing packages.csv:2 [external_id] "": the sheet of packages has no column "External customer ID" (add a column with the heading "External customer ID")`,
			`error header-missing packages.csv:2 [package] "": the sheet of packages has no column "Package" (add a column with the heading "Package")`,
		}},
		{"users.csv", strings.ReplaceAll(userHead, ",", ";") + "\n", []string{
			`note encoding-detected users.csv [] "": read as UTF-8 (certain) with the delimiter semicolon (if letters look wrong, say --encoding or --delimiter)`,
		}},
		{"users.csv", "\ufeff" + userHead + "\n", []string{
			`note encoding-detected users.csv [] "": read as UTF-8 with byte order mark (certain) with the delimiter comma (if letters look wrong, say --encoding or --delimiter)`,
		}},
	} {
		got := mustRead(t, sheet.Options{}, writeCSVIn(t, tt.name, tt.text))
		if d := cmp.Diff(tt.want, told(got.findings)); d != "" {
			t.Errorf("%s %q (-want +got):\n%s", tt.name, tt.text, d)
		}
	}
}

// A row longer than the headings is an error at its first value too many; a shorter one is none.
func TestRaggedRows(t *testing.T) {
	got := mustRead(t, sheet.Options{}, writeCSVIn(t, "users.csv", csvOf(userHead,
		"c1,Ana", "c1,Ana,Silva,a@x.example,webex_calling,,\u00a0,", "c1,Ben,Lee, Jr,b@x.example,webex_calling,,x", "c1,Cem,Oz,c@x.example,webex_calling")))
	want := []string{
		`error row-ragged users.csv:4:6 [] "webex_calling": the row has a value in column 6, beyond the last heading in column 5 (values may have moved to the right; put a value that holds the delimiter in double quotes)`,
	}
	have := slices.DeleteFunc(told(got.findings), func(s string) bool { return strings.Contains(s, "cell-normalised") })
	if d := cmp.Diff(want, have); d != "" {
		t.Error("(-want +got):\n", d)
	}
	if len(got.users) != 4 || got.users[0].Email != "" || got.users[0].FirstName != "Ana" {
		t.Errorf("users %+v", got.users)
	}
	for i, u := range got.users {
		if u.Readable("email") != (i != 2) {
			t.Errorf("row %d: the values of a row that is too long, and of no other, are not to be trusted", u.Number)
		}
	}
}

// In a workbook nothing can have moved: the value beyond the headings is an error, the rest of the row is judged.
func TestRaggedRowOfWorkbook(t *testing.T) {
	got := mustRead(t, sheet.Options{}, writeInline(t, named{"Users", grid{
		strings.Split(userHead, ","), {"c1", "Ana", "Silva", "a@x.example", "webex_calling", "", "call her"},
	}}))
	want := []string{`error row-ragged Users!G2 [] "call her": the row has a value in column 7, beyond the last heading in column 5 (give the column a heading, or delete the value)`}
	if d := cmp.Diff(want, told(got.findings)); d != "" {
		t.Error("(-want +got):\n", d)
	}
	if u := got.users[0]; len(u.Damaged) != 1 || !u.Readable("email") {
		t.Errorf("damaged %q", u.Damaged)
	}
}

// A first letter beyond ASCII that comes late still has its encoding told.
func TestEncodingToldLate(t *testing.T) {
	row := "c1,Ana,Silva,a@x.example,webex_calling"
	text := csvOf(append(append([]string{userHead}, slices.Repeat([]string{row}, 20_000)...), "c1,Jos\xe9,Mu\xf1oz,j@x.example,webex_calling")...)
	got := mustRead(t, sheet.Options{}, writeCSVIn(t, "users.csv", text))
	if last := got.users[len(got.users)-1]; last.FirstName != "José" || last.LastName != "Muñoz" {
		t.Errorf("user %+v", last)
	}
	if finds := got.only("encoding-detected"); len(finds) != 1 || !strings.Contains(finds[0].Message.String(), "WINDOWS-1252") {
		t.Errorf("findings %q", told(got.findings))
	}
}

// The user's word on encoding and delimiter counts.
func TestEncodingAndDelimiterSaid(t *testing.T) {
	text := csvOf(strings.ReplaceAll(userHead, ",", "#"), "c1#\xe1#Silva#a@x.example#webex_calling")
	got := mustRead(t, sheet.Options{Encoding: "windows-1256", Delimiter: '#'}, writeCSVIn(t, "users.csv", text))
	if got.users[0].FirstName != "ل" {
		t.Errorf("first name %q", got.users[0].FirstName)
	}
	if want := []string{`note encoding-detected users.csv [] "": read as WINDOWS-1256 (certain) with the delimiter '#' (if letters look wrong, say --encoding or --delimiter)`}; !slices.Equal(told(got.findings), want) {
		t.Errorf("findings %q", told(got.findings))
	}
}
