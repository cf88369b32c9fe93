package sheet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

// grid is the cells of a sheet, row by row.
type grid [][]string

// csv writes a grid as delimited text and tells the line on which each row starts.
func (g grid) csv(delimiter string) (text string, starts []int) {
	var b strings.Builder
	line := 1
	for _, row := range g {
		starts = append(starts, line)
		for i, cell := range row {
			if i > 0 {
				b.WriteString(delimiter)
			}
			if strings.ContainsAny(cell, delimiter+"\"\n") {
				cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
			b.WriteString(cell)
			line += strings.Count(cell, "\n")
		}
		b.WriteString("\n")
		line++
	}
	return b.String(), starts
}

// named is a sheet with its name.
type named struct {
	name string
	grid grid
}

// writeShared makes a workbook whose texts stand in the table of shared strings.
func writeShared(t testing.TB, sheets ...named) string {
	t.Helper()
	f := excelize.NewFile()
	for _, s := range sheets {
		newSheet(t, f, s.name)
		for r, row := range s.grid {
			for c, cell := range row {
				if cell == "" {
					continue
				}
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				if err == nil {
					err = f.SetCellStr(s.name, at, cell)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return save(t, f)
}

// writeInline makes a workbook whose texts stand in their cells.
func writeInline(t testing.TB, sheets ...named) string {
	t.Helper()
	f := excelize.NewFile()
	for _, s := range sheets {
		newSheet(t, f, s.name)
		w, err := f.NewStreamWriter(s.name)
		if err != nil {
			t.Fatal(err)
		}
		for r, row := range s.grid {
			cells := make([]any, len(row))
			for i, cell := range row {
				if cell != "" {
					cells[i] = cell
				}
			}
			if err := w.SetRow(fmt.Sprintf("A%d", r+1), cells); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	return save(t, f)
}

func newSheet(t testing.TB, f *excelize.File, name string) {
	t.Helper()
	if _, err := f.NewSheet(name); err != nil {
		t.Fatal(err)
	}
}

// save drops the sheet that every new workbook has, and writes the file.
func save(t testing.TB, f *excelize.File) string {
	t.Helper()
	if len(f.GetSheetList()) > 1 {
		if err := f.DeleteSheet("Sheet1"); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// writeFolder puts grids as CSV files into one folder, named after the sheets.
func writeFolder(t testing.TB, sheets ...named) string {
	t.Helper()
	dir := t.TempDir()
	for _, s := range sheets {
		text, _ := s.grid.csv(",")
		if err := os.WriteFile(filepath.Join(dir, s.name+".csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// telling makes a sheet of a kind in which every value tells where it belongs: title rows, all headings in reverse order
// with a strange one between them, two rows of data and a blank one between them.
func telling(k onboarding.Kind) grid {
	heads := []string{}
	var fields []onboarding.Field
	for _, c := range sheet.Columns() {
		if c.Kind == k {
			heads = append([]string{wordTable.Label(k.String(), string(c.Field), "en")}, heads...)
			fields = append([]onboarding.Field{c.Field}, fields...)
		}
	}
	heads = append(heads[:2:2], append([]string{"Favourite colour"}, heads[2:]...)...)
	fields = append(fields[:2:2], append([]onboarding.Field{"colour"}, fields[2:]...)...)
	blank := make([]string, len(heads))
	g := grid{{"Migration of the bakery"}, {"as of today", "2026"}, blank, heads}
	for n := range 2 {
		row := make([]string, len(fields))
		for i, f := range fields {
			row[i] = fmt.Sprintf("%s-%s-%d", k, f, n)
		}
		g = append(g, row, blank)
	}
	return g
}

// records gives every record of a reading with its place and its values.
func (f found) records() []record {
	var out []record
	for _, r := range f.batch.Templates {
		out = append(out, record{r.Row, sheet.TemplateValues(r)})
	}
	for _, r := range f.batch.Customers {
		out = append(out, record{r.Row, sheet.CustomerValues(r)})
	}
	for _, r := range f.batch.Locations {
		out = append(out, record{r.Row, sheet.LocationValues(r)})
	}
	for i := range f.users {
		out = append(out, record{f.users[i].Row, sheet.UserValues(&f.users[i])})
	}
	return out
}

type record struct {
	row    onboarding.Row
	values map[onboarding.Field]string
}
