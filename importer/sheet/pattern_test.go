package sheet_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
)

// extensions writes a sheet of users, one for each extension; a number is a number in a workbook.
func extensions(t *testing.T, workbook bool, values ...any) string {
	t.Helper()
	if !workbook {
		rows := []string{userHead + ",Extension"}
		for i, v := range values {
			rows = append(rows, fmt.Sprintf("c1,Ana,Silva,a%d@x.example,webex_calling,%v", i, v))
		}
		return writeCSVIn(t, "users.csv", csvOf(rows...))
	}
	f := excelize.NewFile()
	defer f.Close()
	head := strings.Split(userHead+",Extension", ",")
	if err := f.SetSheetRow("Sheet1", "A1", &head); err != nil {
		t.Fatal(err)
	}
	for i, v := range values {
		row := []any{"c1", "Ana", "Silva", fmt.Sprintf("a%d@x.example", i), "webex_calling", v}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &row); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "users.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// A value that is shorter than all others has lost its zeros, where the sheet itself shows that they belong there.
func TestLostZerosByTheSheetsPattern(t *testing.T) {
	for _, tt := range []struct {
		about    string
		workbook bool
		values   []any
		lost     []int // rows
	}{
		{"a number among texts", true, []any{"0101", "0102", 103, "0104", "0105", "1106"}, []int{4}},
		{"a number with all its digits", true, []any{"0101", "0102", 1103, "0104", "0105", "0106"}, nil},
		{"a short text was typed so", true, []any{"0101", "0102", "103", "0104", "0105", "0106"}, nil},
		{"numbers without a zero in front of any", true, []any{"1101", "1102", 103, "1104", "1105", "1106"}, nil},
		{"too few to tell", true, []any{"0101", "0102", 103, "0104", "0105"}, nil},
		{"a longer number", true, []any{"0101", "0102", 10300, "0104", "0105", "0106", 107}, nil},
		{"a text file, all others with a zero", false, []any{"0101", "0102", "103", "0104", "0105", "0106", "99"}, []int{4, 8}},
		{"a text file, some others without a zero", false, []any{"0101", "0102", "103", "0104", "0105", "0106", "1107"}, nil},
		{"not only digits", false, []any{"0101", "0102", "103", "0104", "0105", "0106", "x107"}, nil},
	} {
		t.Run(tt.about, func(t *testing.T) {
			got := mustRead(t, sheet.Options{}, extensions(t, tt.workbook, tt.values...))
			var lost []int
			for _, f := range got.findings {
				if f.Rule == "cell-lossy" {
					lost = append(lost, f.Place.Row)
					if hint := f.Hint.String(); !strings.Contains(hint, "\"0") {
						t.Errorf("row %d: hint %q", f.Place.Row, hint)
					}
				}
			}
			if !slices.Equal(lost, tt.lost) {
				t.Errorf("lost in rows %v, want %v; findings %q", lost, tt.lost, got.lines())
			}
			for _, row := range tt.lost {
				if u := got.users[row-2]; u.Extension != "" || u.Readable("extension") {
					t.Errorf("row %d: extension %q is taken for good", row, u.Extension)
				}
			}
		})
	}
}

// A pattern is learnt from the first rows and holds for all that follow.
func TestLostZerosFarBelow(t *testing.T) {
	var values []any
	for i := range 3000 {
		values = append(values, fmt.Sprintf("%04d", i%1000))
	}
	values[2500] = 77
	for _, workbook := range []bool{true, false} {
		got := mustRead(t, sheet.Options{}, extensions(t, workbook, values...))
		if want := []string{"cell-lossy"}; len(got.findings) != 1 || got.findings[0].Rule != want[0] || got.findings[0].Place.Row != 2502 {
			t.Errorf("workbook %v: findings %q", workbook, got.lines())
		}
	}
}

// A column that is full of blanks has so many notes, and one that counts the others: the same for every form and size of blocks.
func TestManyNotesAreCounted(t *testing.T) {
	const rows = 5000
	var values []any
	for i := range rows {
		values = append(values, fmt.Sprintf(" %d ", 1000+i))
	}
	for _, workbook := range []bool{true, false} {
		for _, o := range []sheet.Options{{Workers: 1}, {Workers: 3, BlockSize: 700}} {
			got := mustRead(t, o, extensions(t, workbook, values...))
			last := got.findings[len(got.findings)-1]
			if len(got.findings) != 101 || last.Place.Row != 1 || last.Place.Column != 6 || last.Message.String() != "4900 more cells of the column were cleaned of blanks, marks or digits of other scripts" {
				t.Errorf("workbook %v: %d findings, the last %+v", workbook, len(got.findings), last)
			}
			for i, f := range got.findings[:100] {
				if f.Place.Row != i+2 {
					t.Fatalf("note %d stands in row %d", i, f.Place.Row)
				}
			}
			if len(got.users) != rows || got.users[rows-1].Extension != "5999" {
				t.Errorf("%d users", len(got.users))
			}
		}
	}
}

// Headings over two rows, the upper ones merged or not, are read as one.
func TestHeadingsInTwoRows(t *testing.T) {
	for _, tt := range []struct {
		about string
		rows  []string
	}{
		{"the upper one names the half", []string{"External,User,,Email,,", "customer ID,First name,Last name,address,Package,Extension"}},
		{"the upper one stands alone, merged downwards", []string{"External customer ID,User,,Email,Package,Extension", ",First name,Last name,address,,"}},
		{"below a title", []string{"Our users,,,,,", "External,Name,,Email,,", "customer ID,First name,Last name,address,Package,Extension"}},
	} {
		t.Run(tt.about, func(t *testing.T) {
			got := mustRead(t, sheet.Options{}, writeCSVIn(t, "list.csv", csvOf(append(tt.rows, "c1,Ana,Silva,a@x.example,webex_calling,1001")...)))
			if len(got.users) != 1 {
				t.Fatalf("%d users; findings %q", len(got.users), got.lines())
			}
			u := got.users[0]
			if u.Customer != "c1" || u.FirstName != "Ana" || u.LastName != "Silva" || u.Email != "a@x.example" || u.Package != "webex_calling" || u.Extension != "1001" {
				t.Errorf("user %+v", u)
			}
			if len(got.findings) > 0 {
				t.Errorf("findings %q", got.lines())
			}
		})
	}
}
