package sheet_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
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

func allKinds() []named {
	var out []named
	for k := onboarding.Templates; k <= onboarding.Users; k++ {
		out = append(out, named{wordTable.SheetName(k.String(), "en"), telling(k)})
	}
	return out
}

// Every value of every record stands at the place that the record tells: file, sheet, row and column.
func TestEveryValueHasItsPlace(t *testing.T) {
	sheets := allKinds()
	slices.Reverse(sheets)
	for form, input := range map[string]string{
		"folder": writeFolder(t, sheets...), "shared": writeShared(t, sheets...), "inline": writeInline(t, sheets...),
	} {
		t.Run(form, func(t *testing.T) {
			got := mustRead(t, sheet.Options{}, input)
			n := 0
			for _, r := range got.records() {
				if len(r.row.Damaged) > 0 {
					t.Errorf("%s row %d: damaged %v", r.row.Source.Kind, r.row.Number, r.row.Damaged)
				}
				n += checkPlaces(t, form, input, sheets, r)
			}
			if want := 2 * (len(sheet.Columns()) - 3); n != want {
				t.Errorf("%d values, want %d", n, want)
			}
			if got := len(got.batch.StraySeats); got != 2 {
				t.Errorf("%d rows of packages without customer, want 2", got)
			}
			for _, f := range got.findings {
				if f.Rule != "header-unknown" || f.Value != "Favourite colour" || f.Place.Row != 4 || f.Place.Column != 3 {
					t.Errorf("finding %s at %s: %s", f.Rule, place(f.Place), f.Message)
				}
			}
		})
	}
}

func checkPlaces(t *testing.T, form, input string, sheets []named, r record) (n int) {
	t.Helper()
	name := wordTable.SheetName(r.row.Source.Kind.String(), "en")
	g := sheets[slices.IndexFunc(sheets, func(s named) bool { return s.name == name })].grid
	file, tab := input, name
	if form == "folder" {
		file, tab = name+".csv", ""
	}
	for field, value := range r.values {
		p := r.row.Cell(field)
		if p.Source.File != file || p.Source.Sheet != tab || p.Source.HeaderRow != 4 {
			t.Errorf("%s %s stands in %q %q", name, field, p.Source.File, p.Source.Sheet)
		}
		if cell := g[p.Row-1][p.Column-1]; cell != value || !strings.Contains(value, "-"+string(field)+"-") {
			t.Errorf("%s %s is %q, at its place %s stands %q", name, field, value, place(p), cell)
		}
		n++
	}
	return n
}

// In text the row is the line on which the record starts, whatever breaks stand within quotes before it.
func TestLinesOfText(t *testing.T) {
	g := grid{
		{"Users of the\n\"bakery\", all of them"},
		{""},
		{"First name", "Last\nname", "Email address", "Package", "External customer ID"},
		{"Ana\nMaria", "Silva", "ana@bakery.example", "webex_calling", "c1"},
		{"", "", "", "", ""},
		{"Ben", "O\"Neil, Jr", "ben@bakery.example", "webex_calling", "c1"},
		{"", "", "\n\n", "", ""},
		{"Cem", "Öz", "cem@bakery.example", "webex_calling", "c1"},
	}
	for _, delimiter := range []string{",", ";", "\t", "|"} {
		for _, eol := range []string{"\n", "\r\n", "\r"} {
			text, starts := g.csv(delimiter)
			got := mustRead(t, sheet.Options{}, write(t, "users.csv", strings.ReplaceAll(text, "\n", eol)))
			var have [][3]any
			for _, u := range got.users {
				have = append(have, [3]any{u.Number, u.FirstName, u.LastName})
			}
			want := [][3]any{{starts[3], "Ana Maria", "Silva"}, {starts[5], "Ben", "O\"Neil, Jr"}, {starts[7], "Cem", "Öz"}}
			if d := cmp.Diff(want, have); d != "" {
				t.Errorf("delimiter %q, line end %q (-want +got):\n%s", delimiter, eol, d)
			}
			if src := got.batch.Sources[0]; src.HeaderRow != starts[2] || src.Rows != 3 {
				t.Errorf("headings at %d, %d rows; want %d, 3", src.HeaderRow, src.Rows, starts[2])
			}
		}
	}
}

const userHead = "External customer ID,First name,Last name,Email address,Package"

// Standard input is one text file named "-"; what was kept of it is removed.
func TestStdin(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	text := userHead + "\nc1,Ana,Silva,ana@x.example,webex_calling\n"
	got := mustRead(t, sheet.Options{Stdin: strings.NewReader(text)}, "-")
	if len(got.users) != 1 || place(got.users[0].Cell("email")) != "-:2:4" {
		t.Errorf("users %v", got.users)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(text))); got.inputs[0].SHA256 != sum {
		t.Errorf("checksum %q, want %q", got.inputs[0].SHA256, sum)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := read(sheet.Options{}, "-"); err == nil {
		t.Error("no standard input, and no error")
	}
}

// What cannot be opened is a *FileError that names the input.
func TestInputsThatCannotBeOpened(t *testing.T) {
	empty := t.TempDir()
	for input, want := range map[string]string{
		filepath.Join(empty, "none.csv"):          "no such file",
		empty:                                     "no workbook and no text file",
		write(t, "page.csv", "<html><body>"):      "HTML",
		write(t, "a.xlsx", "External ID,Name"):    "no .xlsx workbook",
		write(t, "b.csv", "a,b\n\"open,c\n"):      "line 2",
		write(t, "c.csv", userHead+"\nc1,\x00\n"): "zero byte",
		write(t, "d.xlsx", "PK\x03\x04garbage"):   "damaged",
	} {
		_, err := read(sheet.Options{}, input)
		var file *sheet.FileError
		switch {
		case !errors.As(err, &file):
			t.Errorf("%s: error %v, want a *FileError", input, err)
		case file.File != input || !strings.Contains(err.Error(), want):
			t.Errorf("%s: %v, want %q", input, err, want)
		}
	}
}

// A folder gives its workbooks and text files in order of name, and nothing else.
func TestFolder(t *testing.T) {
	dir := writeFolder(t, named{"b", grid{strings.Split(userHead, ","), {"c1", "Ana", "Silva", "a@x.example", "webex_calling"}}})
	for name, text := range map[string]string{
		"a.tsv": strings.ReplaceAll(userHead, ",", "\t") + "\nc1\tBen\tLee\tb@x.example\twebex_calling\n", "~$book.xlsx": "lock", ".hidden.csv": "x",
		"notes.md": "no data", "C.TXT": userHead + "\nc1,Cem,Oz,c@x.example,webex_calling\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "old.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	got := mustRead(t, sheet.Options{}, dir)
	var have []string
	for _, u := range got.users {
		have = append(have, u.Source.File+" "+u.FirstName)
	}
	if want := []string{"C.TXT Cem", "a.tsv Ben", "b.csv Ana"}; !slices.Equal(have, want) {
		t.Errorf("users %q, want %q", have, want)
	}
}

// Users come in blocks, and the strings of a block stay as they are while the next ones are read.
func TestBlocksOfUsers(t *testing.T) {
	const n = 3000
	g := grid{strings.Split(userHead, ",")}
	for i := range n {
		id := strings.Repeat("x", i%7) + strings.Repeat("y", i%5)
		g = append(g, []string{"c" + id, "Ana" + id, "Silva" + id, id + "@x.example", "webex_calling"})
	}
	text, _ := g.csv(",")
	for _, input := range []string{write(t, "users.csv", text), writeInline(t, named{"Users", g}), writeShared(t, named{"Users", g})} {
		got := mustRead(t, sheet.Options{}, input)
		if len(got.users) != n || len(got.blocks) < 2 {
			t.Fatalf("%d users in blocks %v", len(got.users), got.blocks)
		}
		for i, u := range got.users {
			want := g[i+1]
			if u.Number != i+2 || !slices.Equal(want, []string{u.Customer, u.FirstName, u.LastName, u.Email, u.Package}) {
				t.Fatalf("%s: user %d is %+v, want %q", filepath.Ext(input), i, u, want)
			}
		}
	}
}

// The taker's error ends the reading and comes out as it is.
func TestTakerStops(t *testing.T) {
	text := userHead + "\n" + strings.Repeat("c1,Ana,Silva,a@x.example,webex_calling\n", 5000)
	b, err := sheet.Open([]string{write(t, "users.csv", text)}, sheet.Options{Facts: factTables, Words: wordTable})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	enough := errors.New("enough")
	calls := 0
	err = sheet.Users(b, func(onboarding.Finding) {}, newNobody, func(*sheet.Block[nobody]) error {
		calls++
		if calls == 2 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) || calls != 2 {
		t.Errorf("error %v after %d blocks", err, calls)
	}
	seen := 0
	err = sheet.Users(b, func(onboarding.Finding) {}, newNobody, func(u *sheet.Block[nobody]) error { seen += len(u.Users); return nil })
	if err != nil || seen != 5000 {
		t.Errorf("read again: %d users, %v", seen, err)
	}
}

// An error in the middle of a file comes after the users before it, and names the file.
func TestErrorAfterUsers(t *testing.T) {
	path := write(t, "users.csv", userHead+"\n"+strings.Repeat("c1,Ana,Silva,a@x.example,webex_calling\n", 2000)+"c1,\"Ana\" x,Silva,a@x.example,webex_calling\n")
	got, err := read(sheet.Options{}, path)
	var file *sheet.FileError
	if !errors.As(err, &file) || file.File != path || !strings.Contains(err.Error(), "line 2002") {
		t.Errorf("error %v", err)
	}
	if len(got.users) != 2000 {
		t.Errorf("%d users before the error, want 2000", len(got.users))
	}
}

// A worksheet that is cut short in its zip is an error that names the sheet, however many rows were read before.
func TestDamagedSheet(t *testing.T) {
	path := writeInline(t, named{"Customers", grid{strings.Split(customerHead, ","), strings.Split(bakery, ",")}}, named{"Users", cutUsers()})
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := read(sheet.Options{}, write(t, "cut.xlsx", cutPart(t, raw, "Ana1500")))
	var damaged *xlsx.DamagedError
	var file *sheet.FileError
	if !errors.As(err, &file) || !errors.As(err, &damaged) || !strings.Contains(err.Error(), `sheet "Users"`) {
		t.Fatalf("error %v, want damage in the sheet of users", err)
	}
	if len(got.users) == 0 || len(got.users) > 1500 || len(got.batch.Customers) != 1 {
		t.Errorf("%d users and %d customers before the damage", len(got.users), len(got.batch.Customers))
	}
}

func cutUsers() grid {
	g := grid{strings.Split(userHead, ",")}
	for i := range 2000 {
		g = append(g, []string{"c1", fmt.Sprintf("Ana%d", i), "Silva", "a@x.example", "webex_calling"})
	}
	return g
}

// cutPart copies a workbook, with the part that holds mark cut short there.
func cutPart(t *testing.T, book []byte, mark string) string {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _, _ = bytes.Cut(text, []byte(mark))
		w, err := out.Create(f.Name)
		if err == nil {
			_, err = w.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
