package repair

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// TestGridOfRealWorkbooks changes every third cell of workbooks that spreadsheet programs wrote. The reader finds those
// changes and no other; cells with formulas keep what they show.
func TestGridOfRealWorkbooks(t *testing.T) {
	var books []string
	for _, pattern := range []string{"../../samples/*.xlsx", "../../samples/languages/*.xlsx", "../../../shared/reference/sheets/*.xls[xm]"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		books = append(books, found...)
	}
	for _, path := range books {
		t.Run(filepath.Base(path), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			w, err := xlsx.Open(bytes.NewReader(b), int64(len(b)), xlsx.Limits{})
			if err != nil {
				return // one that is not read has no copy
			}
			for i, s := range w.Sheets() {
				if s.Type == xlsx.Worksheet {
					changeThirds(t, b, w, i)
				}
			}
		})
	}
}

func changeThirds(t *testing.T, b []byte, w *xlsx.Workbook, sheet int) {
	t.Helper()
	want, ok := cellsOf(t, w, sheet)
	if !ok {
		return
	}
	s, n := script{}, 0
	for _, row := range want {
		r := rowEdits{row: row.number}
		for i, text := range row.texts {
			if n++; text != "" && n%3 == 0 {
				r.edits = append(r.edits, edit{i + 1, onboarding.Change{Old: text, New: fmt.Sprintf("new <%d> & _x0041_", n), Place: onboarding.Place{Row: row.number, Column: i + 1}}})
			}
		}
		if len(r.edits) > 0 {
			s.rows = append(s.rows, r)
		}
	}
	changed := withPart(t, b, w.Part(sheet), func(dst io.Writer, src io.Reader) error { return rewriteGrid(dst, src, s.editor()) })
	byRow := make(map[int]textRow)
	for _, row := range want {
		byRow[row.number] = row
	}
	for _, c := range s.said {
		if !c.Left {
			byRow[c.Place.Row].texts[c.Place.Column-1] = c.New
		}
	}
	again, err := xlsx.Open(bytes.NewReader(changed), int64(len(changed)), xlsx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, ok := cellsOf(t, again, sheet)
	if !ok {
		t.Fatal("the copy cannot be read")
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(textRow{})); diff != "" {
		t.Errorf("cells (-want +got):\n%s", diff)
	}
}

type textRow struct {
	number int
	texts  []string
}

func cellsOf(t *testing.T, w *xlsx.Workbook, sheet int) (out []textRow, ok bool) {
	t.Helper()
	rows, err := w.Open(sheet)
	if err != nil {
		return nil, false
	}
	defer rows.Close()
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return out, true
		}
		if err != nil {
			return nil, false
		}
		r := textRow{number: row.Number}
		for _, c := range row.Cells {
			r.texts = append(r.texts, c.Text)
		}
		out = append(out, r)
	}
}

// withPart gives the workbook with one part written anew.
func withPart(t *testing.T, b []byte, name string, fn func(io.Writer, io.Reader) error) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	out := zip.NewWriter(&buf)
	for _, f := range in.File {
		if f.Name != name {
			err = out.Copy(f)
		} else {
			err = onePart(out, f, fn)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func onePart(out *zip.Writer, f *zip.File, fn func(io.Writer, io.Reader) error) error {
	w, err := out.Create(f.Name)
	if err != nil {
		return err
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return fn(w, r)
}

// TestGridOfAnotherSheet refuses to write when the sheet has not the cells that were read.
func TestGridOfAnotherSheet(t *testing.T) {
	const grid = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="2"><c r="B2"><v>1</v></c></row></sheetData></worksheet>`
	for _, at := range [][2]int{{1, 2}, {2, 1}, {2, 3}, {3, 2}} {
		s := script{rows: []rowEdits{{at[0], []edit{{at[1], onboarding.Change{New: "x"}}}}}}
		if err := rewriteGrid(io.Discard, bytes.NewReader([]byte(grid)), s.editor()); err == nil {
			t.Errorf("an edit of row %d, column %d goes nowhere", at[0], at[1])
		}
	}
}

// TestGridOfManyArrays leaves every cell alone that may be in the range of a formula, though there are too many to keep.
func TestGridOfManyArrays(t *testing.T) {
	const ranges = 3 * mostArrays
	var b strings.Builder
	b.WriteString(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">`)
	for i := 1; i <= ranges; i++ {
		fmt.Fprintf(&b, `<c r="%[1]s1" t="str"><f t="array" ref="%[1]s1:%[1]s2">1</f><v>1</v></c>`, onboarding.ColumnLetters(i))
	}
	b.WriteString(`</row>`)
	for row := 2; row <= 3; row++ {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%[1]d"><v>1</v></c><c r="%s%[1]d"><v>1</v></c></row>`, row, onboarding.ColumnLetters(ranges))
	}
	b.WriteString(`</sheetData></worksheet>`)
	s := &script{}
	for row := 1; row <= 3; row++ {
		s.rows = append(s.rows, rowEdits{row, []edit{{1, onboarding.Change{Old: "first"}}, {ranges, onboarding.Change{Old: "last"}}}})
	}
	if err := rewriteGrid(io.Discard, strings.NewReader(b.String()), s.editor()); err != nil {
		t.Fatal(err)
	}
	for i, c := range s.said {
		if left := i < 4; c.Left != left {
			t.Errorf("change %d, of the %s column, is left alone: %v, wanted %v", i, c.Old, c.Left, left)
		}
	}
	if len(s.said) != 6 {
		t.Errorf("%d changes", len(s.said))
	}
}

// TestGridInPieces gives a worksheet in small pieces, and one whose cell is longer than what is read at a time.
func TestGridInPieces(t *testing.T) {
	long := bytes.Repeat([]byte("0123456789"), chunk/4)
	before := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><!-- ` + string(long) + ` --><sheetData><row r="1"><c r="A1" t="str"><v>`
	grid := before + string(long) + `</v></c><c r="B1"><v>1</v></c></row></sheetData></worksheet>`
	want := before[:len(before)-len(` t="str"><v>`)] + ` t="inlineStr"><is><t xml:space="preserve">x</t></is></c><c r="B1"><v>1</v></c></row></sheetData></worksheet>`
	for name, in := range map[string]io.Reader{"whole": bytes.NewReader([]byte(grid)), "in pieces": pieces{bytes.NewReader([]byte(grid))}} {
		s := script{rows: []rowEdits{{1, []edit{{1, onboarding.Change{New: "x"}}}}}}
		var out bytes.Buffer
		if err := rewriteGrid(&out, in, s.editor()); err != nil || out.String() != want {
			t.Errorf("%s: %d bytes, wanted %d, %v", name, out.Len(), len(want), err)
		}
	}
}

// pieces gives at most a few bytes at a time.
type pieces struct{ in io.Reader }

func (p pieces) Read(b []byte) (int, error) { return p.in.Read(b[:min(len(b), 4093)]) }
