package annotate_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"

	"muster/internal/onboarding"
	"muster/report"
	"muster/report/annotate"
)

const (
	main   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	head   = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	sheet1 = "xl/worksheets/sheet1.xml"
	rels1  = "xl/worksheets/_rels/sheet1.xml.rels"
	rows   = `<row r="1" spans="1:3"><c r="A1" s="1" t="inlineStr"><is><t>ID</t></is></c><c r="B1" s="1" t="inlineStr"><is><t>Name</t></is></c></row>` +
		`<row r="2" spans="1:3"><c r="B2"><v>7</v></c><c r="C2" t="str"><f>1&amp;B2</f><v>17</v></c></row><row r="4" s="1" customFormat="1"/>`
)

// workbook packs a workbook of one sheet, with what is given in place of its usual parts.
func workbook(t testing.TB, parts map[string]string) string {
	t.Helper()
	all := map[string]string{
		"[Content_Types].xml": head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/` + sheet1 + `" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":                head + relations("officeDocument", "xl/workbook.xml"),
		"xl/workbook.xml":            head + `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="Users" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": head + relations("worksheet", "worksheets/sheet1.xml", "styles", "styles.xml"),
		"xl/styles.xml": head + `<styleSheet xmlns="` + main + `"><fonts count="2"><font><sz val="10"/></font><font><b/><color theme="0"/></font></fonts><fills count="3"><fill/><fill/><fill><patternFill patternType="solid"><fgColor rgb="FF000080"/></patternFill></fill></fills>` +
			`<borders count="1"><border/></borders><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49" fontId="1" fillId="2"><alignment wrapText="1"/></xf></cellXfs></styleSheet>`,
		sheet1: worksheet(rows, ""),
	}
	for name, text := range parts {
		if all[name] = text; text == "" {
			delete(all, name)
		}
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range all {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// relations makes a list of relationships rId1, rId2 of types and targets in turn.
func relations(pairs ...string) string {
	var b strings.Builder
	b.WriteString(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i := 0; i < len(pairs); i += 2 {
		kind := office + "/" + pairs[i]
		if pairs[i] == "threadedComment" {
			kind = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"
		}
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type=%q Target=%q/>`, i/2+1, kind, pairs[i+1])
	}
	return b.String() + `</Relationships>`
}

func worksheet(rows, behind string) string {
	return head + `<worksheet xmlns="` + main + `" xmlns:r="` + office + `"><dimension ref="A1:C4"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews><cols><col min="3" max="4" width="30" style="1"/></cols><sheetData>` + rows + `</sheetData>` + behind + `</worksheet>`
}

func users() *onboarding.Source {
	return &onboarding.Source{File: "book.xlsx", Sheet: "Users", Kind: onboarding.Users, HeaderRow: 1}
}

func finding(s *onboarding.Source, row, column int, severity onboarding.Severity, words string) onboarding.Finding {
	return onboarding.Finding{Rule: "a-rule", Severity: severity, Place: onboarding.Place{Source: s, Row: row, Column: column}, Message: onboarding.T("%s", words), Hint: onboarding.T("mend it")}
}

// copied gives the parts of the copy of a workbook.
func copied(t testing.TB, b *annotate.Book) (path string, parts map[string]string, told annotate.Told) {
	t.Helper()
	var out bytes.Buffer
	told, err := annotate.Write(&out, b)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "copy.xlsx")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts = make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
		if strings.HasSuffix(f.Name, ".bin") || bytes.HasPrefix(text, []byte("\xff\xfe")) {
			continue
		}
		if err := wellFormed(text); err != nil {
			t.Errorf("%s: %v in %s", f.Name, err, text)
		}
	}
	return path, parts, told
}

func wellFormed(b []byte) error {
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func base(path string) *annotate.Base { return &annotate.Base{File: "book.xlsx", Path: path} }

// words gives the comments of a sheet by cell, as another reader sees them.
func words(t testing.TB, path, sheet string) map[string]string {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	list, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, c := range list {
		text := c.Text
		for _, p := range c.Paragraph {
			text += p.Text
		}
		out[c.Cell] = text
	}
	return out
}

// The rows of a worksheet stay byte for byte but for the styles of marked cells and cells that were not there, which have the
// style of their row or column.
func TestRows(t *testing.T) {
	s := users()
	fs := []onboarding.Finding{
		finding(s, 1, 2, onboarding.Note, "heading"), finding(s, 2, 1, onboarding.Error, "missing"), finding(s, 2, 3, onboarding.Warning, "formula"), finding(s, 2, 4, onboarding.Error, "behind"),
		finding(s, 3, 0, onboarding.Error, "row"), finding(s, 4, 2, onboarding.Error, "styled row"), finding(s, 6, 3, onboarding.Error, "below"),
	}
	_, parts, told := copied(t, &annotate.Book{Base: base(workbook(t, nil)), Findings: fs})
	got := regexp.MustCompile(`s="\d+"`).ReplaceAllString(between(parts[sheet1], "<sheetData>", "</sheetData>"), `s=""`)
	want := `<row r="1"><c r="A1" s="" t="inlineStr"><is><t>ID</t></is></c><c r="B1" s="" t="inlineStr"><is><t>Name</t></is></c></row>` +
		`<row r="2"><c r="A2" s=""/><c r="B2"><v>7</v></c><c r="C2" t="str" s=""><f>1&amp;B2</f><v>17</v></c><c r="D2" s=""/></row>` +
		`<row r="3"><c r="A3" s=""/></row><row r="4" s="" customFormat="1"><c r="B4" s=""/></row><row r="6"><c r="C6" s=""/></row>`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if told.Comments != len(fs) {
		t.Errorf("%d comments", told.Comments)
	}
	looks := regexp.MustCompile(`<c r="(\w+)"[^>]*? s="(\d+)"`).FindAllStringSubmatch(parts[sheet1], -1)
	formats := strings.Split(between(parts["xl/styles.xml"], "<cellXfs", "</cellXfs>"), "<xf ")[1:]
	for _, l := range looks {
		var n int
		fmt.Sscan(l[2], &n)
		dark := slices.Contains([]string{"B1", "D2", "B4", "C6"}, l[1]) // of a heading, a column, a row
		if l[1] != "A1" && strings.Contains(formats[n], `numFmtId="49" fontId="2"`) != dark {
			t.Errorf("%s has the format %q", l[1], formats[n])
		}
	}
	if !strings.Contains(parts["xl/styles.xml"], `<font><b/><color rgb="FF000000"/></font>`) {
		t.Errorf("white letters stay white on a light ground: %s", parts["xl/styles.xml"])
	}
	if strings.Contains(parts[sheet1], "tabSelected") || strings.Count(parts[sheet1], "legacyDrawing") != 1 {
		t.Error(parts[sheet1])
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

const (
	vmlHead  = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shapetype id="_x0000_t202"/>`
	noteAtB2 = `<v:shape id="_x0000_s1030" type="#_x0000_t202"><x:ClientData ObjectType="Note"><x:Anchor>2, 15, 0, 2, 3, 15, 4, 8</x:Anchor><x:Row>1</x:Row><x:Column>1</x:Column></x:ClientData></v:shape>`
	button   = `<v:shape id="_x0000_s1029"><v:textbox>one<br></br>two</v:textbox><x:ClientData ObjectType="Button"><x:Anchor>1,1,1,1,1,1,1,1</x:Anchor></x:ClientData></v:shape>`
)

// Where a cell has a comment its words stay, and ours follow; its box gets room. Conversations are left alone, and that is said.
func TestComments(t *testing.T) {
	comments := head + `<comments xmlns="` + main + `"><authors><author>Eve</author></authors><commentList>` +
		`<comment ref="B2" authorId="0"><text><t xml:space="preserve">plain words</t></text></comment>` +
		`<comment ref="C2" authorId="0"><text><r><t>in </t></r><r><rPr><b/></rPr><t>runs</t></r></text></comment>` +
		`<comment ref="D2" authorId="0"><text><t>[Threaded comment]</t></text></comment><comment ref="B9" authorId="0"><text/></comment></commentList></comments>`
	path := workbook(t, map[string]string{
		sheet1:                        worksheet(rows, `<legacyDrawing r:id="rId2"/><tableParts count="0"/>`),
		rels1:                         head + relations("comments", "../comments1.xml", "vmlDrawing", "../drawings/vmlDrawing1.vml", "threadedComment", "../threadedComments/threadedComment1.xml"),
		"xl/comments1.xml":            comments,
		"xl/drawings/vmlDrawing1.vml": vmlHead + button + noteAtB2 + "</xml>",
		"xl/threadedComments/threadedComment1.xml": `<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"><threadedComment ref="D2"><text>so?</text></threadedComment></ThreadedComments>`,
	})
	s := users()
	var fs []onboarding.Finding
	for _, column := range []int{1, 2, 3, 4} {
		fs = append(fs, finding(s, 2, column, onboarding.Error, fmt.Sprintf("=%d <&> \x01", column)))
	}
	fs = append(fs, finding(s, 9, 2, onboarding.Note, "nine"))
	out, parts, told := copied(t, &annotate.Book{Base: base(path), Findings: fs, Pages: []report.Page{report.FindingsPage(&report.Check{Findings: fs}, report.Made{})}})
	got := words(t, out, "Users")
	for cell, want := range map[string]string{
		"A2": "muster: error, a-rule\n=1 <&> \\u0001\n→ mend it", "B2": "plain words\n\nmuster: error, a-rule\n=2 <&> \\u0001\n→ mend it",
		"C2": "in runs\n\nmuster: error, a-rule\n=3 <&> \\u0001\n→ mend it", "D2": "[Threaded comment]", "B9": "muster: note, a-rule\nnine\n→ mend it",
	} {
		if strings.TrimSpace(got[cell]) != want {
			t.Errorf("%s says %q, wanted %q", cell, got[cell], want)
		}
	}
	vml := parts["xl/drawings/vmlDrawing1.vml"]
	if !strings.Contains(vml, button) || strings.Count(vml, "<x:Row>1</x:Row><x:Column>1</x:Column>") != 1 || strings.Contains(vml, "2, 15, 0, 2, 3, 15, 4, 8") {
		t.Errorf("the boxes: %s", vml)
	}
	if strings.Count(parts[sheet1], "legacyDrawing") != 1 || told.Comments != 4 || len(told.Remarks) != 1 || !strings.Contains(parts["xl/worksheets/sheet2.xml"], "conversation") {
		t.Errorf("%+v %s", told, parts[sheet1])
	}
}

// Drawings that are no comments stay, comments without boxes get them, and a drawing in another form keeps the colours alone.
func TestDrawings(t *testing.T) {
	fs := []onboarding.Finding{finding(users(), 2, 2, onboarding.Error, "two")}
	t.Run("of the header", func(t *testing.T) {
		path := workbook(t, map[string]string{
			sheet1: worksheet(rows, `<legacyDrawingHF r:id="rId1"/>`), rels1: head + relations("vmlDrawing", "../drawings/vmlDrawing1.vml"), "xl/drawings/vmlDrawing1.vml": vmlHead + "</xml>",
		})
		out, parts, _ := copied(t, &annotate.Book{Base: base(path), Findings: fs})
		if parts["xl/drawings/vmlDrawing1.vml"] != vmlHead+"</xml>" || !strings.Contains(parts[sheet1], `r:id="rIdMuster2"/><legacyDrawingHF`) || words(t, out, "Users")["B2"] == "" {
			t.Error(parts[sheet1])
		}
	})
	t.Run("missing", func(t *testing.T) {
		path := workbook(t, map[string]string{
			rels1: head + relations("comments", "../comments1.xml"), "xl/comments1.xml": `<comments xmlns="` + main + `"><authors/><commentList><comment ref="A1" authorId="0"><text><t>mine</t></text></comment></commentList></comments>`,
		})
		out, parts, _ := copied(t, &annotate.Book{Base: base(path), Findings: fs})
		if vml := parts["xl/drawings/vmlDrawing1.vml"]; strings.Count(vml, "<v:shape ") != 2 || words(t, out, "Users")["A1"] != "mine" {
			t.Errorf("%s", vml)
		}
	})
	t.Run("in another form", func(t *testing.T) {
		path := workbook(t, map[string]string{
			sheet1: worksheet(rows, `<legacyDrawing r:id="rId1"/>`), rels1: head + relations("vmlDrawing", "../drawings/vmlDrawing1.vml"), "xl/drawings/vmlDrawing1.vml": "<drawing/>",
		})
		_, parts, told := copied(t, &annotate.Book{Base: base(path), Findings: fs})
		if told.Comments != 0 || len(told.Remarks) != 1 || !strings.Contains(told.Remarks[0].String(), "no comments") || parts["xl/drawings/vmlDrawing1.vml"] != "<drawing/>" || strings.Contains(parts[sheet1], `<c r="B2"><v>`) {
			t.Errorf("%+v %s", told, parts[sheet1])
		}
	})
}

// The list of sheets: names of one sheet tell it by its position, which moves; the first sheet is the one that is shown; a name
// that is taken is not given twice.
func TestSheets(t *testing.T) {
	path := workbook(t, map[string]string{
		"xl/workbook.xml": head + `<x:workbook xmlns:x="` + main + `" xmlns:r="` + office + `"><x:bookViews><x:workbookView activeTab="1" firstSheet="1"/></x:bookViews><x:sheets><x:sheet name="Users" sheetId="1" r:id="rId1"/><x:sheet name="findings" sheetId="7" r:id="rId3"/></x:sheets>` +
			`<x:definedNames><x:definedName name="_xlnm.Print_Area" localSheetId="1">findings!$A$1</x:definedName><x:definedName name="All">Users!$A$1</x:definedName></x:definedNames></x:workbook>`,
		"xl/_rels/workbook.xml.rels": head + relations("worksheet", "worksheets/sheet1.xml", "styles", "styles.xml", "worksheet", "worksheets/sheet9.xml"),
		"xl/worksheets/sheet9.xml":   worksheet("", ""),
	})
	s := users()
	fs := []onboarding.Finding{finding(s, 2, 2, onboarding.Error, "two")}
	page := report.FindingsPage(&report.Check{Findings: fs, Inputs: []report.Input{{File: "book.xlsx", SHA256: "abc"}}}, report.Made{Version: "9"})
	text := &onboarding.Source{File: "b.csv", HeaderRow: 1}
	records := func(yield func(annotate.TextRow, error) bool) {
		_ = yield(annotate.TextRow{Number: 1, Cells: []string{"ID", "Text"}}, nil) && yield(annotate.TextRow{Number: 3, Cells: []string{"007", "=1+1", "", strings.Repeat("ü", 40_000)}}, nil)
	}
	out, parts, _ := copied(t, &annotate.Book{Base: base(path), Findings: fs, Pages: []report.Page{page}, Texts: []annotate.Text{{Source: text, Name: "b/[1]: a name that is far too long for it", Rows: records}}})
	f, err := excelize.OpenFile(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if diff := cmp.Diff([]string{"Findings (2)", "Users", "findings", "b__1__ a name that is far too l"}, f.GetSheetList()); diff != "" {
		t.Errorf("sheets (-want +got):\n%s", diff)
	}
	book := parts["xl/workbook.xml"]
	for _, want := range []string{`localSheetId="2">findings!$A$1`, `<x:definedName name="All">Users!$A$1`, `<x:workbookView/>`, `sheetId="8"`, `localSheetId="0" hidden="1">'Findings (2)'!$A$8:$I$9<`} {
		if !strings.Contains(book, want) {
			t.Errorf("the list of sheets has not %s: %s", want, book)
		}
	}
	for name, text := range parts {
		if selected := strings.Contains(text, "tabSelected"); selected != (name == "xl/worksheets/sheet2.xml") {
			t.Errorf("%s is selected: %v", name, selected)
		}
	}
	if ok, to, err := f.GetCellHyperLink("Findings (2)", "B9"); err != nil || !ok || to != "'Users'!B2" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	last := f.GetSheetList()[3]
	for cell, want := range map[string]string{"A3": "007", "B3": "=1+1"} {
		got, _ := f.GetCellValue(last, cell)
		if formula, _ := f.GetCellFormula(last, cell); got != want || formula != "" {
			t.Errorf("%s says %q, formula %q", cell, got, formula)
		}
	}
	if long, _ := f.GetCellValue(last, "D3"); len([]rune(long)) > 32_767 || !strings.HasSuffix(long, "…") {
		t.Errorf("%d letters in a cell", len([]rune(long)))
	}
}

// More comments than a workbook should hold: errors have theirs, the rest have colours, and that is said.
func TestRation(t *testing.T) {
	s := users()
	var fs []onboarding.Finding
	for row := 2; row < 12_002; row++ {
		severity := onboarding.Warning
		if row%2 == 0 {
			severity = onboarding.Error
		}
		fs = append(fs, finding(s, row, 1, severity, "words"))
	}
	fs[0] = finding(s, 2, 1, onboarding.Error, strings.Repeat("long ", 2000))
	out, parts, told := copied(t, &annotate.Book{Base: base(workbook(t, nil)), Findings: fs})
	got := words(t, out, "Users")
	if told.Comments != 10_000 || len(got) != 10_000 || len(told.Remarks) != 1 || !strings.Contains(told.Remarks[0].String(), "2000 cells") {
		t.Errorf("%d comments, %d seen, %q", told.Comments, len(got), told.Remarks)
	}
	if got["A12000"] == "" || got["A2001"] == "" || got["A12001"] != "" {
		t.Error("not the errors first")
	}
	if n := len(got["A2"]); n > 3_100 {
		t.Errorf("a comment of %d bytes", n)
	}
	if n := strings.Count(parts[sheet1], "<c r="); n < 12_000 {
		t.Errorf("%d cells", n)
	}
	if vml := parts["xl/drawings/vmlDrawing1.vml"]; !strings.Contains(vml, `data="1,2,3,4,5,6,7,8,9,10"`) {
		t.Errorf("the blocks of the shapes: %s", vml[:400])
	}
}

func results(rs ...report.RowResult) iter.Seq2[report.RowResult, error] {
	return func(yield func(report.RowResult, error) bool) {
		for _, r := range rs {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// Results stand behind everything that a sheet holds, merged cells included, one row for all that it made.
func TestResults(t *testing.T) {
	path := workbook(t, map[string]string{sheet1: worksheet(rows, `<mergeCells count="1"><mergeCell ref="A9:E9"/></mergeCells>`)})
	s := users()
	at := report.Spot{File: "book.xlsx", Sheet: "Users", Row: 2}
	r, err := annotate.NewResults([]*onboarding.Source{s}, results(
		report.RowResult{Spot: at, Kind: onboarding.ObjectRole, What: "role", Status: "failed", Tone: report.Bad, Why: "no such role", Tracked: "T1"},
		report.RowResult{Spot: at, Kind: onboarding.ObjectUser, What: "user", Status: "created", Tone: report.Good, ID: "=ID", When: "2026-11-21T12:00:00Z"},
	))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	out, parts, _ := copied(t, &annotate.Book{Base: base(path), Results: r})
	f, err := excelize.OpenFile(out)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := f.GetRows("Users")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"ID", "Name", "", "", "", "Result", "Result ID", "Result time", "Result error", "Result tracking ID"},
		{"", "7", "17", "", "", "created; role failed", "=ID", "2026-11-21T12:00:00Z", "role: no such role", "T1"},
	}
	if diff := cmp.Diff(want, got[:2]); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	for _, want := range []string{`<dimension ref="A1:J4"/>`, `<col min="3" max="4" width="30" style="1"/><col min="6" max="6" width="14" customWidth="1"/>`} {
		if !strings.Contains(parts[sheet1], want) {
			t.Errorf("the sheet has not %s: %s", want, parts[sheet1])
		}
	}
}

// Macros stay in a copy whose name allows them, and leave the others, which no program would open.
func TestMacros(t *testing.T) {
	const macros = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
	types := head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override PartName="/xl/workbook.xml" ContentType="` + macros + `"/><Override PartName="/xl/vbaProjectSignature.bin" ContentType="a/b"/></Types>`
	path := workbook(t, map[string]string{
		"[Content_Types].xml": types, "xl/vbaProject.bin": "macro", "xl/vbaProjectSignature.bin": "sign", "xl/_rels/vbaProject.bin.rels": head + relations("x", "vbaProjectSignature.bin"),
		"xl/_rels/workbook.xml.rels": head + relations("worksheet", "worksheets/sheet1.xml", "styles", "styles.xml", "vbaProject", "vbaProject.bin"),
	})
	_, parts, told := copied(t, &annotate.Book{Base: base(path), Macros: true})
	if parts["xl/vbaProject.bin"] != "macro" || !strings.Contains(parts["[Content_Types].xml"], macros) || len(told.Remarks) > 0 {
		t.Errorf("%v %v", parts, told)
	}
	_, parts, told = copied(t, &annotate.Book{Base: base(path)})
	for name, text := range parts {
		if strings.Contains(name, "vba") || strings.Contains(text, "vba") && name != "[Content_Types].xml" || strings.Contains(text, macros) {
			t.Errorf("%s still speaks of macros: %s", name, text)
		}
	}
	if len(told.Remarks) != 1 || !strings.Contains(told.Remarks[0].String(), ".xlsm") {
		t.Errorf("%q", told.Remarks)
	}
}

// Worksheets in every form that the reader takes, and workbooks without styles.
func TestForms(t *testing.T) {
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.Replace(worksheet(rows, ""), "UTF-8", "UTF-16", 1))
	if err != nil {
		t.Fatal(err)
	}
	prefixed := worksheet(rows, "")
	for _, name := range []string{"worksheet", "dimension", "sheetViews", "sheetView ", "cols>", "col ", "sheetData", "row", "c ", "c>", "v>", "f>", "is>", "t>"} {
		prefixed = strings.ReplaceAll(strings.ReplaceAll(prefixed, "<"+name, "<x:"+name), "</"+name, "</x:"+name)
	}
	prefixed = strings.Replace(prefixed, "xmlns=", "xmlns:x=", 1)
	for name, parts := range map[string]map[string]string{
		"UTF-16": {sheet1: wide}, "prefix": {sheet1: prefixed}, "empty": {sheet1: strings.Replace(worksheet("", ""), "<sheetData></sheetData>", "<sheetData/>", 1)},
		"no styles":    {"xl/styles.xml": "", "xl/_rels/workbook.xml.rels": head + relations("worksheet", "worksheets/sheet1.xml")},
		"empty styles": {"xl/styles.xml": `<styleSheet xmlns="` + main + `"/>`, sheet1: worksheet(strings.ReplaceAll(rows, ` s="1"`, ""), "")},
		"few styles":   {"xl/styles.xml": `<styleSheet xmlns="` + main + `"><cellXfs count="1"><xf/></cellXfs><cellStyles count="0"/></styleSheet>`},
	} {
		t.Run(name, func(t *testing.T) {
			out, _, told := copied(t, &annotate.Book{Base: base(workbook(t, parts)), Findings: []onboarding.Finding{finding(users(), 2, 2, onboarding.Error, "two")}})
			if told.Comments != 1 || !strings.Contains(words(t, out, "Users")["B2"], "two") {
				t.Errorf("%+v %v", told, words(t, out, "Users"))
			}
		})
	}
}
