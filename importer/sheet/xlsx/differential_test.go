package xlsx

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

const specimens = "../../../../shared/reference/sheets"

// specimen reads a file of other people's programs.
func specimen(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(specimens, name))
	if os.IsNotExist(err) {
		t.Skipf("the specimen %s is not here; they are no part of this repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSpecimensReadAsExcelizeReadsThem(t *testing.T) {
	var names []string
	for _, pattern := range []string{"*.xlsx", "*.xlsm"} {
		found, err := filepath.Glob(filepath.Join(specimens, pattern))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	if len(names) == 0 {
		t.Skip("the specimens are not here; they are no part of this repository")
	}
	for _, path := range names {
		name := filepath.Base(path)
		if name == "password.xlsx" || name == "xml-entity-bomb.xlsx" {
			continue // refused, see the tests of damages and limits
		}
		t.Run(name, func(t *testing.T) { sameAsExcelize(t, specimen(t, name)) })
	}
}

func TestGeneratedWorkbooksReadAsExcelizeReadsThem(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *excelize.File){
		"shared strings": writeCells, "streamed": streamCells,
	} {
		t.Run(name, func(t *testing.T) {
			f := excelize.NewFile()
			defer f.Close()
			write(t, f)
			var b bytes.Buffer
			if err := f.Write(&b); err != nil {
				t.Fatal(err)
			}
			sameAsExcelize(t, b.Bytes())
		})
	}
}

// values gives one row of all types, different for each row.
func values(i int) []any {
	unicode := []string{"Zoë", "山田 太郎", "🙂 smile", "a<b>&\"c\"", " blanks ", "line\nend", "_x0041_", "Ελλάδα", "", "tab\there"}
	return []any{
		fmt.Sprintf("user%d@example.com", i), unicode[i%len(unicode)], i, -float64(i) / 8, i%2 == 0,
		time.Date(2026, 1, 1+i%365, i%24, 0, 0, 0, time.UTC), int64(14085550000) + int64(i), nil, float64(i) * 1e-5, "0" + strconv.Itoa(i),
	}
}

const generatedRows = 2_000

func writeCells(t *testing.T, f *excelize.File) {
	t.Helper()
	const name = "Benutzer & 使用者"
	if _, err := f.NewSheet(name); err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= generatedRows; i++ {
		if i%97 == 0 {
			continue // an empty row
		}
		v := values(i)
		if err := f.SetSheetRow(name, "B"+strconv.Itoa(i), &v); err != nil {
			t.Fatal(err)
		}
	}
	rich := []excelize.RichTextRun{{Text: "bold ", Font: &excelize.Font{Bold: true}}, {Text: "plain"}}
	if err := f.SetCellRichText(name, "AA5", rich); err != nil {
		t.Fatal(err)
	}
	if err := f.MergeCell(name, "A1", "A3"); err != nil {
		t.Fatal(err)
	}
}

func streamCells(t *testing.T, f *excelize.File) {
	t.Helper()
	if _, err := f.NewSheet("Streamed"); err != nil {
		t.Fatal(err)
	}
	w, err := f.NewStreamWriter("Streamed")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= generatedRows; i++ {
		row := append(values(i), excelize.Cell{Formula: "1+1", Value: i})
		if err := w.SetRow("A"+strconv.Itoa(i), row, excelize.RowOpts{Hidden: i%10 == 0}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

// sameAsExcelize reads a workbook with both readers.
func sameAsExcelize(t *testing.T, data []byte) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := mustOpen(t, data)
	var names []string
	for _, s := range w.Sheets() {
		names = append(names, s.Name)
	}
	if !slices.Equal(names, f.GetSheetList()) {
		t.Fatalf("sheets are %q, want %q", names, f.GetSheetList())
	}
	for i, s := range w.Sheets() {
		if s.Type != Worksheet {
			continue
		}
		if visible, err := f.GetSheetVisible(s.Name); err != nil || visible != (s.State == Visible) {
			t.Errorf("sheet %q: visible is %t for excelize (error %v)", s.Name, visible, err)
		}
		slow, err := readRows(w, i, false)
		if err != nil {
			t.Fatalf("sheet %q token by token: %v", s.Name, err)
		}
		quick, err := readRows(w, i, true)
		if err != nil {
			t.Fatalf("sheet %q quick: %v", s.Name, err)
		}
		wantSameRows(t, quick, slow)
		sameSheet(t, f, s.Name, slow, w.epoch.from1904)
	}
}

func sameSheet(t *testing.T, f *excelize.File, name string, rows []Row, from1904 bool) {
	t.Helper()
	want, err := f.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		var theirs []string
		if r.Number <= len(want) {
			theirs = want[r.Number-1]
			want[r.Number-1] = nil
		}
		for i := range max(len(r.Cells), len(theirs)) {
			c, raw := Cell{}, ""
			if i < len(r.Cells) {
				c = r.Cells[i]
			}
			if i < len(theirs) {
				raw = theirs[i]
			}
			if !sameCell(c, raw, from1904) {
				t.Errorf("sheet %q, %s is %+v, excelize reads %q", name, reference(i+1, r.Number), c, raw)
			}
		}
	}
	for i, theirs := range want {
		if slices.ContainsFunc(theirs, func(s string) bool { return s != "" }) {
			t.Errorf("sheet %q, row %d is left out, excelize reads %q", name, i+1, theirs)
		}
	}
}

// sameCell compares a cell with what is stored for it.
func sameCell(c Cell, raw string, from1904 bool) bool {
	switch c.Kind {
	case Bool:
		return c.Text == map[string]string{"1": "TRUE", "0": "FALSE", "TRUE": "TRUE", "FALSE": "FALSE"}[raw]
	case Number:
		ours, err1 := strconv.ParseFloat(c.Text, 64)
		theirs, err2 := strconv.ParseFloat(raw, 64)
		return err1 == nil && err2 == nil && math.Abs(ours-theirs) <= 1e-14*math.Abs(theirs)
	case Date:
		if c.Text == raw {
			return true // stored as text
		}
		serial, err := strconv.ParseFloat(raw, 64)
		if err != nil {
			return false
		}
		want, err := excelize.ExcelDateToTime(serial, from1904)
		if err != nil {
			return false
		}
		for _, layout := range []string{dateLayout, dateLayout + "T" + timeLayout} {
			if got, err := time.Parse(layout, c.Text); err == nil {
				return got.Equal(want.Round(time.Second))
			}
		}
		_, clock, err := clockOf(c.Text)
		return err == nil && clock == int(math.Round(serial*secondsPerDay))
	}
	return c.Text == raw
}

// clockOf reads hours, minutes and seconds.
func clockOf(s string) (n, seconds int, err error) {
	var h, m, sec int
	n, err = fmt.Sscanf(s, "%d:%d:%d", &h, &m, &sec)
	return n, 3600*h + 60*m + sec, err
}
