package main

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// annotatedDoc is what these tests read of muster/check/1.
type annotatedDoc struct {
	Findings []struct {
		Rule, Severity, Sheet, Cell, Message, Column, File string
		Row                                                int
	}
}

// annotatedCopy checks an input with an annotated copy as its report.
func annotatedCopy(t *testing.T, in string, flags ...string) (copied string, doc annotatedDoc, got told) {
	t.Helper()
	copied = filepath.Join(t.TempDir(), "report.xlsx")
	if filepath.Ext(in) == ".xlsm" {
		copied = filepath.Join(t.TempDir(), "report.xlsm")
	}
	besideIt(t, copied)
	got = muster(t, append([]string{"check", in, "--report", copied, "--format", "json"}, flags...)...)
	if got.code != exitUnusable {
		doc = decoded[annotatedDoc](t, got.out)
	}
	return copied, doc, got
}

// TestCopiesKeepEveryCell compares every specimen with its annotated copy: every cell of the user says what it said, everything
// else about it is there, and every finding at a cell has a comment and a colour.
func TestCopiesKeepEveryCell(t *testing.T) {
	withoutRaces(t)
	commented := 0
	for _, in := range specimens(t) {
		t.Run(filepath.Base(in), func(t *testing.T) {
			copied, doc, got := annotatedCopy(t, in, "--customer", "crm-1", "--package", "Webex Calling")
			if got.code == exitUnusable {
				if _, err := os.Stat(copied); err == nil {
					t.Error("there is a copy of a file that cannot be read")
				}
				return
			}
			if strings.Contains(got.talk, "no copy of the input") {
				t.Fatal(got.talk)
			}
			wellFormedParts(t, copied)
			if isText(in) {
				compareTexts(t, in, copied)
			} else {
				compareBooks(t, in, copied)
			}
			commented += compareFindings(t, copied, doc)
		})
	}
	if commented < 100 {
		t.Errorf("only %d findings stand at cells", commented)
	}
}

func isText(path string) bool {
	return filepath.Ext(path) == ".csv"
}

// wellFormedParts reads every part of a workbook to its end.
func wellFormedParts(t *testing.T, path string) {
	t.Helper()
	for name, b := range unzipped(t, path) {
		switch filepath.Ext(name) {
		case ".xml", ".rels", ".vml":
		default:
			continue
		}
		d := xml.NewDecoder(strings.NewReader(b))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
	}
}

func unzipped(t testing.TB, path string) map[string]string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	out := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := out[f.Name]; twice {
			t.Errorf("the part %q is there twice", f.Name)
		}
		out[f.Name] = string(b)
	}
	return out
}

// sheetCells reads every cell of every worksheet.
func sheetCells(t testing.TB, path string) (names []string, cells map[string]map[string]xlsx.Cell) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := xlsx.Open(bytes.NewReader(b), int64(len(b)), xlsx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	cells = make(map[string]map[string]xlsx.Cell)
	for i, s := range w.Sheets() {
		names = append(names, s.Name)
		if s.Type != xlsx.Worksheet {
			continue
		}
		cells[s.Name] = make(map[string]xlsx.Cell)
		rows, err := w.Open(i)
		if err != nil {
			t.Fatal(err)
		}
		for {
			row, err := rows.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for j, c := range row.Cells {
				if c.Text != "" {
					cells[s.Name][onboarding.ColumnLetters(j+1)+strconv.Itoa(row.Number)] = c
				}
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return names, cells
}

// compareBooks holds a copy to the workbook: the sheets with all their cells, and every part that is not about them.
func compareBooks(t *testing.T, in, copied string) {
	t.Helper()
	names, want := sheetCells(t, in)
	all, got := sheetCells(t, copied)
	if diff := cmp.Diff(names, all[len(all)-len(names):]); diff != "" {
		t.Errorf("sheets (-input +copy):\n%s", diff)
	}
	for _, name := range names {
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			t.Errorf("cells of %q (-input +copy):\n%s", name, diff)
		}
	}
	before, after := unzipped(t, in), unzipped(t, copied)
	for name, b := range before {
		switch {
		case strings.HasSuffix(name, ".rels"), strings.HasPrefix(name, "xl/worksheets/"), strings.HasPrefix(name, "xl/comments"), strings.HasSuffix(name, ".vml"):
		case name == "[Content_Types].xml", name == "xl/workbook.xml", name == "xl/styles.xml", strings.HasPrefix(name, "xl/chartsheets/"):
		case after[name] != b:
			t.Errorf("the part %q is another", name)
		}
	}
	compareFeatures(t, in, copied)
}

// compareFeatures asks another reader for what a sheet has beside its cells.
func compareFeatures(t *testing.T, in, copied string) {
	t.Helper()
	a, b := opened(t, in), opened(t, copied)
	for _, name := range a.GetSheetList() {
		for what, of := range map[string]func(*excelize.File) (any, error){
			"drop-downs":          func(f *excelize.File) (any, error) { return f.GetDataValidations(name) },
			"conditional formats": func(f *excelize.File) (any, error) { return f.GetConditionalFormats(name) },
			"merged cells":        func(f *excelize.File) (any, error) { return f.GetMergeCells(name) },
			"view":                func(f *excelize.File) (any, error) { return f.GetPanes(name) },
			"visible":             func(f *excelize.File) (any, error) { return f.GetSheetVisible(name) },
			"width":               func(f *excelize.File) (any, error) { return f.GetColWidth(name, "B") },
			"pictures":            func(f *excelize.File) (any, error) { return f.GetPictureCells(name) },
			"raw values":          func(f *excelize.File) (any, error) { return f.GetRows(name, excelize.Options{RawCellValue: true}) },
		} {
			want, errA := of(a)
			got, errB := of(b)
			if diff := cmp.Diff(want, got); diff != "" || (errA == nil) != (errB == nil) {
				t.Errorf("%s of %q (-input +copy): %v %v\n%s", what, name, errA, errB, diff)
			}
		}
		words := make(map[string]string)
		for _, c := range comments(t, b, name) {
			words[c.Cell] = commentText(c)
		}
		for _, c := range comments(t, a, name) {
			if !strings.HasPrefix(words[c.Cell], commentText(c)) {
				t.Errorf("the comment at %s!%s says %q, before %q", name, c.Cell, words[c.Cell], commentText(c))
			}
		}
	}
	for _, d := range a.GetDefinedName() {
		if !slices.Contains(b.GetDefinedName(), d) {
			t.Errorf("the name %v is gone: %v", d, b.GetDefinedName())
		}
	}
}

func opened(t *testing.T, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func comments(t *testing.T, f *excelize.File, name string) []excelize.Comment {
	t.Helper()
	out, err := f.GetComments(name)
	if err != nil && !strings.Contains(err.Error(), "not a worksheet") {
		t.Errorf("comments of %q: %v", name, err)
	}
	return out
}

func commentText(c excelize.Comment) string {
	text := c.Text
	for _, p := range c.Paragraph {
		text += p.Text
	}
	return text
}

// compareTexts holds the sheet of a text input to its records.
func compareTexts(t *testing.T, in, copied string) {
	t.Helper()
	f, err := os.Open(in)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := delimited.Open(f, delimited.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	want := make(map[string]xlsx.Cell)
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for i, text := range rec.Cells {
			if text != "" {
				want[onboarding.ColumnLetters(i+1)+strconv.Itoa(rec.Line)] = xlsx.Cell{Text: text, Kind: xlsx.Text}
			}
		}
	}
	names, cells := sheetCells(t, copied)
	if diff := cmp.Diff(want, cells[names[len(names)-1]]); diff != "" {
		t.Errorf("cells (-records +copy):\n%s", diff)
	}
}

// compareFindings asks for a comment with the rule and the words of every finding at its cell, and for the colour.
func compareFindings(t *testing.T, copied string, doc annotatedDoc) (commented int) {
	t.Helper()
	f := opened(t, copied)
	words := make(map[string]string)
	for _, name := range f.GetSheetList() {
		for _, c := range comments(t, f, name) {
			words[name+"!"+c.Cell] = commentText(c)
		}
	}
	grounds := map[string]string{"error": "FFFFC7CE", "warning": "FFFFEB9C", "note": "FFDDEBF7"}
	ground := groundsOf(t, copied)
	worst := make(map[string]string)
	for _, x := range doc.Findings {
		cell := cellIn(f, x.Sheet, x.Column, x.Row)
		if x.Row == 0 {
			continue
		}
		commented++
		if !strings.Contains(words[cell], x.Rule) || !strings.Contains(words[cell], x.Message) {
			t.Errorf("the comment at %s says %q, and not %s %q", cell, words[cell], x.Rule, x.Message)
		}
		if worst[cell] != "error" && (worst[cell] != "warning" || x.Severity == "error") {
			worst[cell] = x.Severity
		}
	}
	for cell, severity := range worst {
		name, ref, _ := cutLastBang(cell)
		id, err := f.GetCellStyle(name, ref)
		if err != nil {
			t.Fatal(err)
		}
		if ground[id] != grounds[severity] {
			t.Errorf("%s has the ground %v, wanted that of %s", cell, ground[id], severity)
		}
	}
	if rows, err := f.GetRows("Findings"); err != nil || len(rows) < len(doc.Findings) {
		t.Errorf("the sheet Findings has %d rows for %d findings, %v", len(rows), len(doc.Findings), err)
	}
	return commented
}

// groundsOf gives the colour of every format of a workbook.
func groundsOf(t *testing.T, path string) []string {
	t.Helper()
	var doc struct {
		Fills []struct {
			Colour struct {
				RGB string `xml:"rgb,attr"`
			} `xml:"patternFill>fgColor"`
		} `xml:"fills>fill"`
		Formats []struct {
			Fill int `xml:"fillId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := xml.Unmarshal([]byte(unzipped(t, path)["xl/styles.xml"]), &doc); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range doc.Formats {
		out = append(out, doc.Fills[f.Fill].Colour.RGB)
	}
	return out
}

// cellIn is where a finding stands in the copy. The sheet of a text input is the last one.
func cellIn(f *excelize.File, sheet, column string, row int) string {
	if sheet == "" {
		names := f.GetSheetList()
		sheet = names[len(names)-1]
		if n, err := strconv.Atoi(column); err == nil {
			column = onboarding.ColumnLetters(n)
		}
	}
	if column == "" {
		column = "A"
	}
	return fmt.Sprintf("%s!%s%d", sheet, column, row)
}

func cutLastBang(cell string) (name, ref string, ok bool) {
	i := strings.LastIndexByte(cell, '!')
	return cell[:i], cell[i+1:], i > 0
}

// rewritten makes a workbook of another one, part by part.
func rewritten(t *testing.T, in string, edit func(name, text string) string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "rewritten.xlsx")
	f, err := os.Create(out)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	parts := unzipped(t, in)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, edit(name, parts[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(z.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	return out
}

// strictOf writes a workbook in the Strict dialect.
func strictOf(t *testing.T, in string) string {
	t.Helper()
	dialect := strings.NewReplacer(
		"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main",
		"http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships",
	)
	return rewritten(t, in, func(_, text string) string { return dialect.Replace(text) })
}

// TestLibreOfficeSeesTheComments has another program open the copies: the comments sit at the cells of the findings.
func TestLibreOfficeSeesTheComments(t *testing.T) {
	withoutRaces(t)
	office, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("there is no LibreOffice here: .ci/run installs libreoffice-calc-nogui")
	}
	broken := filepath.Join(samplesDir, "broken.xlsx")
	for name, in := range map[string]string{"workbook": broken, "strict": strictOf(t, broken), "text": filepath.Join(samplesDir, "csv", "customers.csv")} {
		t.Run(name, func(t *testing.T) {
			copied, doc, _ := annotatedCopy(t, in)
			dir := t.TempDir()
			c := exec.CommandContext(t.Context(), office, "--headless", "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--convert-to", "fods", "--outdir", dir, copied)
			if said, err := c.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			f, err := os.Open(filepath.Join(dir, "report.fods"))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			seen := flatComments(t, f)
			book := opened(t, copied)
			wanted := 0
			for _, x := range doc.Findings {
				if x.Row == 0 {
					continue
				}
				wanted++
				if cell := cellIn(book, x.Sheet, x.Column, x.Row); !strings.Contains(seen[cell], x.Rule) {
					t.Errorf("at %s LibreOffice sees %q, and not %s", cell, seen[cell], x.Rule)
				}
			}
			if wanted == 0 {
				t.Error("there is nothing to see")
			}
		})
	}
}

// flatComments gives the comments of a flat OpenDocument spreadsheet by cell.
func flatComments(t *testing.T, r io.Reader) map[string]string {
	t.Helper()
	out := make(map[string]string)
	d := xml.NewDecoder(r)
	sheet, row, column, rows, columns := "", 0, 0, 0, 0
	note, depth := "", 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			switch {
			case depth > 0:
				depth++
			case x.Name.Local == "annotation":
				note, depth = "", 1
			case x.Name.Local == "table":
				sheet, row, rows = attributeOf(x, "name"), 0, 0
			case x.Name.Local == "table-row":
				row += rows
				rows, column, columns = repeated(x, "number-rows-repeated"), 1, 0
				if row == 0 {
					row = 1
				}
			case x.Name.Local == "table-cell", x.Name.Local == "covered-table-cell":
				column += columns
				columns = repeated(x, "number-columns-repeated")
			}
		case xml.CharData:
			if depth > 0 {
				note += string(x)
			}
		case xml.EndElement:
			if depth > 0 {
				if depth--; depth == 0 {
					out[fmt.Sprintf("%s!%s%d", sheet, onboarding.ColumnLetters(column), row)] = note
				}
			}
		}
	}
}

func attributeOf(x xml.StartElement, local string) string {
	for _, a := range x.Attr {
		if a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func repeated(x xml.StartElement, local string) int {
	if n, err := strconv.Atoi(attributeOf(x, local)); err == nil {
		return n
	}
	return 1
}
