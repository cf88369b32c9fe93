package sheet_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

const customerHead = "External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City"

const bakery = "c1,Bakery,adm@bakery.example,DE,Gold,Mill Lane 1,Berlin"

func csvOf(rows ...string) string { return strings.Join(rows, "\n") + "\n" }

// seatsOf tells seats without their places.
func seatsOf(c *onboarding.Customer) []string {
	var out []string
	for _, s := range c.Seats {
		out = append(out, fmt.Sprintf("%s=%s", s.Label, s.Quantity))
	}
	return out
}

// Package columns and the sheet Packages say the same; each seat stands at the cell to change.
func TestSeats(t *testing.T) {
	columns := writeFolder(t, named{"customers", grid{
		append(strings.Split(customerHead, ","), "Webex Calling", "Webex Suite", "webex_meetings", "Common Area", "Webex Voice"),
		append(strings.Split(bakery, ","), "10", "x", "yes", "unlimited", ""),
	}})
	long := writeFolder(t,
		named{"customers", grid{strings.Split(customerHead, ","), strings.Split(bakery, ",")}},
		named{"packages", grid{
			{"External customer ID", "Package", "Quantity"},
			{"c1", "Webex Calling", "10"},
			{"c1", "Webex Suite", "x"},
			{"c1", "webex_meetings", "yes"},
			{"c1", "Common Area", "unlimited"},
			{"c9", "Webex Suite", "1"},
		}},
	)
	a, b := mustRead(t, sheet.Options{}, columns), mustRead(t, sheet.Options{}, long)
	want := []string{"Webex Calling=10", "Webex Suite=x", "webex_meetings=yes", "Common Area=unlimited"}
	for form, got := range map[string]found{"columns": a, "long": b} {
		if d := cmp.Diff(want, seatsOf(got.batch.Customers[0])); d != "" {
			t.Errorf("%s (-want +got):\n%s", form, d)
		}
		if len(got.findings) > 0 {
			t.Errorf("%s: findings %q", form, got.lines())
		}
	}
	var places []string
	for _, s := range slices.Concat(a.batch.Customers[0].Seats, b.batch.Customers[0].Seats) {
		places = append(places, place(s.Place)+" "+string(s.Field))
	}
	if want := []string{
		"customers.csv:2:8 package_quantity", "customers.csv:2:9 package_quantity", "customers.csv:2:10 package_quantity", "customers.csv:2:11 package_quantity",
		"packages.csv:2:3 package_quantity", "packages.csv:3:3 package_quantity", "packages.csv:4:3 package_quantity", "packages.csv:5:3 package_quantity",
	}; !slices.Equal(places, want) {
		t.Errorf("places %q, want %q", places, want)
	}
	if stray := b.batch.StraySeats; len(stray) != 1 || stray[0].Customer != "c9" || stray[0].Number != 6 {
		t.Errorf("strays %+v", stray)
	}
}

// The list cell is cut at the marks of all languages; every name of a package survives it whole.
func TestPackageList(t *testing.T) {
	head := strings.Split(customerHead+",Packages and add-ons", ",")
	var want []string
	for _, p := range factTables.Packages() {
		want = append(want, append([]string{p.API, p.Display}, p.Aliases...)...)
	}
	for _, sep := range []string{",", "; ", "|", " / ", "\n", "、", "，", "；", "،", "؛", ",\u00a0"} {
		path := writeInline(t, named{"Customers", grid{head, append(strings.Split(bakery, ","), strings.Join(want, sep))}})
		got := mustRead(t, sheet.Options{}, path).batch.Customers[0]
		var have []string
		for _, s := range got.Seats {
			have = append(have, s.Label)
			if s.Field != "packages" || !s.FromList || place(s.Place) != "Customers!H2" {
				t.Fatalf("seat %+v", s)
			}
		}
		expect := want
		if sep == " / " { // cannot be told from the slash within a name
			expect = strings.Split(strings.Join(want, sep), sep)
		}
		if d := cmp.Diff(expect, have); d != "" {
			t.Errorf("cut at %q (-want +got):\n%s", sep, d)
		}
	}
}

// A row of packages without a customer belongs to nobody, even beside a customer without an identifier.
func TestSeatOfNobody(t *testing.T) {
	got := mustRead(t, sheet.Options{}, writeFolder(t,
		named{"customers", grid{strings.Split(customerHead, ","), append([]string{""}, strings.Split(bakery, ",")[1:]...)}},
		named{"packages", grid{{"External customer ID", "Package", "Quantity"}, {"", "Webex Calling", "10"}}},
	))
	if n := len(got.batch.Customers[0].Seats); n != 0 || len(got.batch.StraySeats) != 1 {
		t.Errorf("%d seats, strays %+v", n, got.batch.StraySeats)
	}
}

// A damaged cell of a package column carries one error, and its seat a field that no rule judges.
func TestDamagedSeats(t *testing.T) {
	got := mustRead(t, sheet.Options{}, writeFolder(t,
		named{"customers", grid{
			append(strings.Split(customerHead, ","), "Webex Calling", "Webex Suite"),
			append(strings.Split(bakery, ","), "#REF!", "\uff15"),
		}},
		named{"packages", grid{{"External customer ID", "Package", "Quantity"}, {"c1", "Webex Voice", "1.5E+3"}, {"c1", "#N/A", "7"}}},
	))
	c := got.batch.Customers[0]
	var have []string
	for _, s := range c.Seats {
		have = append(have, fmt.Sprintf("%s=%s %v", s.Label, s.Quantity, c.Readable(s.Field)))
	}
	if want := []string{"Webex Calling= false", "Webex Suite=5 true", "Webex Voice= false", "=7 false"}; !slices.Equal(have, want) {
		t.Errorf("seats %q, want %q", have, want)
	}
	if want := []string{
		"cell-error-value customers.csv:2:8", "cell-normalised customers.csv:2:9",
		"cell-lossy packages.csv:2:3", "cell-error-value packages.csv:3:2",
	}; !slices.Equal(got.lines(), want) {
		t.Errorf("findings %q, want %q", got.lines(), want)
	}
	if !c.Readable("package") || !c.Readable("packages") {
		t.Errorf("damaged are %q: the names of other packages must be judged", c.Damaged)
	}
}

// The customer given by the user fills sheets of users without the column, and only those.
func TestCustomerFlag(t *testing.T) {
	dir := writeFolder(t,
		named{"with", grid{strings.Split(userHead, ","), {"", "Ana", "Silva", "a@x.example", "webex_calling"}, {"c2", "Ben", "Lee", "b@x.example", "webex_calling"}}},
		named{"without", grid{strings.Split(userHead, ",")[1:], {"Cem", "Oz", "c@x.example", "webex_calling"}}},
	)
	got := mustRead(t, sheet.Options{Customer: "c7"}, dir)
	var have []string
	for _, u := range got.users {
		have = append(have, u.FirstName+" "+u.Customer)
	}
	if want := []string{"Ana ", "Ben c2", "Cem c7"}; !slices.Equal(have, want) || len(got.findings) > 0 {
		t.Errorf("users %q, want %q; findings %q", have, want, got.lines())
	}
	if bare := mustRead(t, sheet.Options{}, dir); !slices.Equal(bare.lines(), []string{"header-missing without.csv:1"}) {
		t.Errorf("without the flag: %q", bare.lines())
	}
}

// The row named by the user holds the headings, however deep it stands and whatever stands above it.
func TestHeaderRow(t *testing.T) {
	g := grid{strings.Split(userHead, ","), {"x1", "Xen", "Old", "x@x.example", "webex_calling"}}
	for range 60 {
		g = append(g, []string{"note", "note"})
	}
	g = append(g, strings.Split(userHead, ","), []string{"c1", "Ana", "Silva", "a@x.example", "webex_calling"})
	for _, input := range []string{writeFolder(t, named{"users", g}), writeShared(t, named{"Users", g})} {
		got := mustRead(t, sheet.Options{HeaderRow: 63}, input)
		if len(got.users) != 1 || got.users[0].FirstName != "Ana" || got.users[0].Number != 64 || got.users[0].Source.HeaderRow != 63 {
			t.Errorf("users %+v, findings %q", got.users, got.lines())
		}
		wrong := mustRead(t, sheet.Options{HeaderRow: 5}, input)
		if len(wrong.users) > 0 || len(wrong.only("header-missing")) != 5 {
			t.Errorf("row 5 as headings: %d users, findings %q", len(wrong.users), wrong.lines())
		}
	}
	if got := mustRead(t, sheet.Options{}, writeFolder(t, named{"users", g})); len(got.users) != 63 {
		t.Errorf("the first of two equal rows of headings is taken: %d users", len(got.users))
	}
}

// Blank rows above the headings do not count, however many.
func TestBlankRowsAboveHeadings(t *testing.T) {
	g := slices.Repeat(grid{{" ", "", "\u00a0"}}, 500)
	g = append(g, strings.Split(userHead, ","), []string{"c1", "Ana", "Silva", "a@x.example", "webex_calling"})
	for _, input := range []string{writeFolder(t, named{"users", g}), writeInline(t, named{"Data", g})} {
		if got := mustRead(t, sheet.Options{}, input); len(got.users) != 1 || got.users[0].Number != 502 {
			t.Errorf("%s: users %+v, findings %q", input, got.users, got.lines())
		}
	}
}

// A kind is what the user says, else what the headings are complete for, else what the sheet's name says.
func TestKindOfSheet(t *testing.T) {
	head := strings.Split(customerHead, ",")
	short := grid{{"External customer ID", "Package"}, {"c1", "webex_calling"}}
	for _, tt := range []struct {
		name  string
		grid  grid
		kinds map[string]onboarding.Kind
		want  onboarding.Kind
	}{
		{"Tabelle1", grid{head}, nil, onboarding.Customers},
		{"Packages", short, nil, onboarding.Packages},
		{"Benutzer", short, nil, onboarding.Packages}, // complete for packages, not for users
		{"Tabelle1", short, nil, onboarding.Packages},
		{"Tabelle1", short, map[string]onboarding.Kind{"Tabelle1": onboarding.Users}, onboarding.Users},
		{"Customer", grid{strings.Split(userHead, ",")}, nil, onboarding.Users},
		{"Kunden", grid{strings.Split(userHead, ",")}, map[string]onboarding.Kind{"Kunden": onboarding.Customers}, onboarding.Customers},
		{"Kunden", grid{{"Sprache", "Ort"}}, nil, onboarding.Customers},
		{"ユーザー", grid{{"名", "姓"}}, nil, onboarding.Users},
		{"Users", grid{{"Location"}}, nil, onboarding.Users},
	} {
		got := mustRead(t, sheet.Options{Kinds: tt.kinds}, writeShared(t, named{tt.name, tt.grid}))
		if k := got.inputs[0].Sheets[0].Kind; k != tt.want {
			t.Errorf("sheet %q with %q is taken for %v, want %v", tt.name, tt.grid[0], k, tt.want)
		}
	}
}

// A heading is mapped in whatever dress, and only in the kinds of sheet that have the field.
func TestMap(t *testing.T) {
	dir := writeFolder(t,
		named{"users", grid{append(strings.Split(userHead, ","), "RUFNUMMER neu*"), {"c1", "Ana", "Silva", "a@x.example", "webex_calling", "+49301234567"}}},
		named{"customers", grid{append(strings.Split(customerHead, ","), "Rufnummer neu"), append(strings.Split(bakery, ","), "1")}},
	)
	got := mustRead(t, sheet.Options{Rename: map[string]string{"Rufnummer neu": "phone_number"}}, dir)
	if u := got.users[0]; u.Phone != "+49301234567" || place(u.Cell("phone_number")) != "users.csv:2:6" {
		t.Errorf("user %+v", u)
	}
	if want := []string{"header-unknown customers.csv:1:8"}; !slices.Equal(got.lines(), want) {
		t.Errorf("findings %q, want %q", got.lines(), want)
	}
	tie := mustRead(t, sheet.Options{Rename: map[string]string{"id": "external_id", "name": "last_name"}},
		write(t, "list.csv", csvOf("id,name", "c1,Silva")))
	if len(tie.users) != 1 || tie.users[0].LastName != "Silva" {
		t.Errorf("the headings that the user names count more: %q", tie.lines())
	}
	taken := mustRead(t, sheet.Options{Rename: map[string]string{"Mobile": "phone_number"}},
		write(t, "users.csv", csvOf(userHead+",Phone,Mobile,Telefon", "c1,Ana,Silva,a@x.example,webex_calling,1,2,3")))
	if u := taken.users[0]; u.Phone != "2" || countRules(taken.findings) != "header-unknown×2" {
		t.Errorf("a mapped heading takes the place of known ones: %+v, %q", u, taken.lines())
	}
	over := mustRead(t, sheet.Options{Rename: map[string]string{"Last name": "first_name", "First name": "last_name"}},
		write(t, "users.csv", csvOf(userHead, "c1,Ana,Silva,a@x.example,webex_calling")))
	if u := over.users[0]; u.FirstName != "Silva" || u.LastName != "Ana" {
		t.Errorf("mapping wins over the known meaning: %+v", u)
	}
}

// Hidden, very hidden and chart sheets are named and left out; hidden rows and columns are read and
// named, columns only where they have a heading.
func TestHidden(t *testing.T) {
	head := strings.Split(userHead, ",")
	row := func(n string) []string { return []string{"c1", "Ana" + n, "Silva", n + "@x.example", "webex_calling"} }
	g := grid{head, row("2"), row("3"), row("4"), row("5"), row("6")}
	path := writeShared(t, named{"Users", g}, named{"Old", g}, named{"Older", g})
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	chart := &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Values: "Users!$A$1:$A$2"}}}
	for _, err := range []error{
		f.SetSheetVisible("Old", false), f.SetSheetVisible("Older", false, true), f.AddChartSheet("Picture", chart),
		f.SetRowVisible("Users", 2, false), f.SetRowVisible("Users", 4, false), f.SetRowVisible("Users", 5, false),
		f.SetColVisible("Users", "B:C", false), f.SetColVisible("Users", "Z:AA", false), f.Save(), f.Close(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := mustRead(t, sheet.Options{}, path)
	if len(got.users) != 5 {
		t.Errorf("%d users, want 5", len(got.users))
	}
	want := []string{"column-hidden Users!B1", "column-hidden Users!C1", "row-hidden Users:2", "row-hidden Users:4", "sheet-skipped Old", "sheet-skipped Older", "sheet-skipped Picture"}
	if !slices.Equal(got.lines(), want) {
		t.Errorf("findings %q, want %q", got.lines(), want)
	}
	texts := []string{"row 2 is hidden; it is read like all others", "rows 4 to 5 are hidden; they are read like all others"}
	for i, f := range got.only("row-hidden") {
		if f.Message.String() != texts[i] || f.Severity != onboarding.Note {
			t.Errorf("finding %q, want %q", f.Message, texts[i])
		}
	}
	for i, text := range []string{`the sheet "Old" is hidden and was not read`, `the sheet "Older" is hidden and was not read`, `the sheet "Picture" is a chart sheet and was not read`} {
		if f := got.only("sheet-skipped")[i]; f.Message.String() != text || f.Severity != onboarding.Note {
			t.Errorf("finding %q, want %q", f.Message, text)
		}
	}
}

// plainFinding is what a finding says, without where its texts and sources live.
type plainFinding struct {
	Rule, Severity, Place, Field, Value, Message, Hint string
}

func plain(fs []onboarding.Finding) []plainFinding {
	var out []plainFinding
	for _, f := range onboarding.SortFindings(slices.Clone(fs)) {
		where := fmt.Sprintf("%d:%d", f.Place.Row, f.Place.Column)
		message := f.Message.String()
		if f.Rule == "header-duplicate" { // names a cell in the notation of its file
			message, _, _ = strings.Cut(message, " in ")
		}
		hint := f.Hint.String()
		if f.Rule == "row-ragged" { // in a text values may have moved
			hint = ""
		}
		out = append(out, plainFinding{f.Rule, f.Severity.String(), where, string(f.Field), f.Value, message, hint})
	}
	return out
}

// The same data gives the same records and findings as text and in both forms of workbook.
func TestThreeFormsAgree(t *testing.T) {
	sheets := map[string]grid{
		"Users": {
			append(strings.Split(userHead, ","), "Phone number", "Extension", "Telefon", "Rool", "Colour"),
			{"c1", "Ana\u00a0Maria", "Silva ", "ana＠x.example", "webex_calling", "+49 30 123456", "１０１", "", "", "red"},
			{"1.2E+10", "بهار\u200cه", "#N/A", "b@x.example", "webex_suite", "4.93E+11", "02-Jan"},
			{"", "", "", "", ""},
			{"c3", "Cem\n\nCan", " #REF! ", "c@x.example", "x", "\u202a+49301\u202c", "1/2/2026", "", "", "", "", "beyond"},
		},
		"Customers": {
			append(strings.Split(customerHead, ","), "Webex Calling", "Packages and add-ons", "Webex Calling Professional"),
			append(strings.Split(bakery, ","), "１０", "Webex Suite,Webex Voice", "9"),
		},
	}
	for name, g := range sheets {
		forms := []found{
			mustRead(t, sheet.Options{}, writeFolder(t, named{name, g})),
			mustRead(t, sheet.Options{}, writeInline(t, named{name, g})),
			mustRead(t, sheet.Options{}, writeShared(t, named{name, g})),
		}
		sources := cmpopts.IgnoreTypes(&onboarding.Source{}, onboarding.Place{})
		for i, form := range forms[1:] {
			if d := cmp.Diff(forms[0].batch.Customers, form.batch.Customers, sources, cmpopts.IgnoreFields(onboarding.Row{}, "Damaged")); d != "" {
				t.Errorf("%s: customers of form %d (-text +book):\n%s", name, i+1, d)
			}
			if d := cmp.Diff(forms[0].users, form.users, sources, cmpopts.IgnoreFields(onboarding.Row{}, "Damaged")); d != "" {
				t.Errorf("%s: users of form %d (-text +book):\n%s", name, i+1, d)
			}
			for j, u := range forms[0].users {
				if !u.Readable("first_name") { // the row that is too long in a text
					continue
				}
				if other := form.users[j].Damaged; !slices.Equal(u.Damaged, other) {
					t.Errorf("%s: row %d of form %d: damaged %q, in the text %q", name, u.Number, i+1, other, u.Damaged)
				}
			}
			if d := cmp.Diff(plain(forms[0].findings), plain(form.findings)); d != "" {
				t.Errorf("%s: findings of form %d (-text +book):\n%s", name, i+1, d)
			}
		}
		if len(forms[0].findings) < 2 {
			t.Errorf("%s: findings %q", name, forms[0].lines())
		}
	}
}

// A text file is named with or without its ending.
func TestKindOfTextFile(t *testing.T) {
	path := write(t, "people.csv", csvOf("Package,External ID", "webex_calling,c1"))
	for _, name := range []string{"people", "people.csv"} {
		got := mustRead(t, sheet.Options{Kinds: map[string]onboarding.Kind{name: onboarding.Users}}, path)
		if len(got.users) != 1 {
			t.Errorf("named %q: findings %q", name, got.lines())
		}
	}
}

// The user export of Control Hub is a sheet of users; only the package is missing when the customer is given.
func TestControlHubExport(t *testing.T) {
	got := mustRead(t, sheet.Options{Customer: "c1"}, write(t, "exported.csv", csvOf(
		"First Name,Last Name,Display Name,User Status,User ID/Email (Required),Days Inactive,Location,Phone Number,Extension",
		"Ana,Silva,Ana Silva,Active,ana@x.example,3,Mill,+49301234567,101")))
	if u := got.users[0]; u.Email != "ana@x.example" || u.Phone != "+49301234567" || u.Extension != "101" || u.Location != "Mill" || u.Customer != "c1" {
		t.Errorf("user %+v", u)
	}
	if missing := got.only("header-missing"); len(missing) != 1 || missing[0].Field != "package" {
		t.Errorf("findings %q", got.lines())
	}
}

// What stands in columns that muster does not know, such as passwords, reaches no finding, even where values have moved.
func TestSecretsStayOut(t *testing.T) {
	got := mustRead(t, sheet.Options{}, write(t, "users.csv", csvOf(userHead+",password", "c1,Ana,Silva, Jr,a@x.example,webex_calling,hunter2", "c1,#N/A,Silva,a@x.example,webex_calling,hunter2")))
	if len(got.only("row-ragged")) != 1 || len(got.only("cell-error-value")) != 1 {
		t.Errorf("findings %q", got.lines())
	}
	for _, text := range told(got.findings) {
		if strings.Contains(text, "hunter2") {
			t.Error("the password stands in a finding:", text)
		}
	}
}

// Cells of a workbook that hold numbers, dates and truth values come out as a person sees them, or as damaged.
func TestTypedCells(t *testing.T) {
	path := writeShared(t, named{"Users", grid{append(strings.Split(userHead, ","), "Phone", "Extension", "Role", "Port date")}})
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for i, row := range [][]any{
		{4711, "Ana", "Silva", "a@x.example", "webex_calling", 493012345678, 101, true, day},
		{1234567890123456.0, "Ben", "Lee", "b@x.example", "webex_calling", 4.93e18, day, "", "soon"},
	} {
		if err := f.SetSheetRow("Users", fmt.Sprintf("A%d", i+2), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(f.Save(), f.Close()); err != nil {
		t.Fatal(err)
	}
	got := mustRead(t, sheet.Options{}, path)
	for i, want := range []onboarding.User{
		{Customer: "4711", FirstName: "Ana", LastName: "Silva", Email: "a@x.example", Package: "webex_calling", Phone: "493012345678", Extension: "101", Role: "TRUE", PortDate: "2026-11-20"},
		{FirstName: "Ben", LastName: "Lee", Email: "b@x.example", Package: "webex_calling", PortDate: "soon"},
	} {
		if d := cmp.Diff(want, got.users[i], cmpopts.IgnoreTypes(onboarding.Row{})); d != "" {
			t.Errorf("user %d (-want +got):\n%s", i, d)
		}
	}
	if want := []string{"cell-lossy Users!A3", "cell-lossy Users!F3", "cell-lossy Users!G3"}; !slices.Equal(got.lines(), want) {
		t.Errorf("findings %q, want %q", got.lines(), want)
	}
	if d := got.users[1].Damaged; !slices.Equal(d, []onboarding.Field{"external_id", "phone_number", "extension"}) {
		t.Errorf("damaged %q", d)
	}
}
