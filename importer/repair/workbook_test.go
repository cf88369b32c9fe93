package repair_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"

	"muster/importer/sheet"
	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

const (
	main       = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strict     = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	office     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	header     = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	sheetPart  = "xl/worksheets/sheet1.xml"
	headingRow = `<row r="1" spans="1:8"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c>` +
		`<c r="E1" t="s"><v>4</v></c><c r="F1" t="s"><v>5</v></c><c r="G1" t="s"><v>6</v></c><c r="H1" t="s"><v>7</v></c></row>`
)

// book packs a workbook with one sheet of locations, whose shared strings are the headings and then what is given.
func book(t testing.TB, worksheet string, texts ...string) []byte {
	t.Helper()
	var sst strings.Builder
	for _, s := range append(strings.Split(siteHeads, ","), texts...) {
		sst.WriteString(`<si><t xml:space="preserve">` + s + `</t></si>`)
	}
	rels := func(list string) string {
		return header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + list + `</Relationships>`
	}
	rel := func(id, kind, target string) string {
		return fmt.Sprintf(`<Relationship Id=%q Type="%s/%s" Target=%q/>`, id, office, kind, target)
	}
	types := header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/>` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
		`<Override PartName="/` + sheetPart + `" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
	return packed(t,
		[2]string{"[Content_Types].xml", types},
		[2]string{"_rels/.rels", rels(rel("rId1", "officeDocument", "xl/workbook.xml"))},
		[2]string{"xl/workbook.xml", header + `<workbook xmlns="` + main + `" xmlns:r="` + office + `"><sheets><sheet name="Sites" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		[2]string{"xl/_rels/workbook.xml.rels", rels(rel("rId1", "worksheet", "worksheets/sheet1.xml") + rel("rId2", "sharedStrings", "sharedStrings.xml") + rel("rId3", "styles", "styles.xml"))},
		[2]string{"xl/sharedStrings.xml", header + `<sst xmlns="` + main + `">` + sst.String() + `</sst>`},
		[2]string{"xl/styles.xml", header + `<styleSheet xmlns="` + main + `"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49"/></cellXfs></styleSheet>`},
		[2]string{sheetPart, worksheet},
		[2]string{"xl/vbaProject.bin", "\x00macro\xff"},
		[2]string{"xl/media/", ""},
	)
}

func worksheet(rows string) string {
	return header + `<worksheet xmlns="` + main + `"><sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetData>` + headingRow + rows + `</sheetData><legacyDrawing r:id="rId1" xmlns:r="` + office + `"/></worksheet>`
}

// TestWorksheet gives the rows of a worksheet before and after, byte for byte. The shared strings 8 to 10 are Germany, a
// number of Germany, and a name with a no-break space.
func TestWorksheet(t *testing.T) {
	inline := func(text string) string {
		return ` t="inlineStr"><is><t xml:space="preserve">` + text + `</t></is></c>`
	}
	tests := []struct{ name, in, want, changes string }{
		{
			"shared strings, a style and a number",
			`<row r="2"><c r="B2" t="s"><v>10</v></c><c r="C2" s="1" t="s"><v>8</v></c><c r="E2"><v>1067</v></c><c r="F2" t="s"><v>9</v></c></row>`,
			`<row r="2"><c r="B2"` + inline("Haus &amp; Hof") + `<c r="C2" s="1"` + inline("DE") + `<c r="E2"` + inline("01067") + `<c r="F2"` + inline("+492214710190") + `</row>`,
			`B2 "Haus &\u00a0Hof" -> "Haus & Hof"` + "\n" + `C2 "Germany" -> "DE"` + "\n" + `E2 "1067" -> "01067"` + "\n" + `F2 "0221 4710190" -> "+492214710190"`,
		},
		{
			"formulas are left alone, alone and over a range",
			`<row r="2"><c r="C2" t="s"><v>8</v></c><c r="F2" t="str"><f>"0221"&amp;X2</f><v>0221 4710190</v></c></row>` +
				`<row r="3"><c r="C3"><v>1</v></c><c r="F3" t="str" cm="1"><f t="array" ref="F3:F4">X3:X4</f><v>+49 221 4710190</v></c></row>` +
				`<row r="4"><c r="F4" t="str"><v>+49 221 4710191</v></c></row>` +
				`<row r="5"><c r="F5" t="str"><v>+49 221 4710192</v></c></row>`,
			`<row r="2"><c r="C2"` + inline("DE") + `<c r="F2" t="str"><f>"0221"&amp;X2</f><v>0221 4710190</v></c></row>` +
				`<row r="3"><c r="C3"><v>1</v></c><c r="F3" t="str" cm="1"><f t="array" ref="F3:F4">X3:X4</f><v>+49 221 4710190</v></c></row>` +
				`<row r="4"><c r="F4" t="str"><v>+49 221 4710191</v></c></row>` +
				`<row r="5"><c r="F5"` + inline("+492214710192") + `</row>`,
			`C2 "Germany" -> "DE"` + "\n" + `F2 "0221 4710190" left, not "+492214710190"` + "\n" + `F3 "+49 221 4710190" left, not "+492214710190"` + "\n" +
				`F4 "+49 221 4710191" left, not "+492214710191"` + "\n" + `F5 "+49 221 4710192" -> "+492214710192"`,
		},
		{
			"other attributes and extensions stay, those of the value go",
			`<row><c/><c  s='1' t="inlineStr" ph = "1" cm="2" vm="3"><is><r><t>two </t></r><r><t xml:space="preserve"> words</t></r></is><extLst><ext uri="a"><b xmlns="b">c</b></ext></extLst></c></row>`,
			`<row><c/><c  s='1' ph = "1"` + strings.TrimSuffix(inline("two words"), "</c>") + `<extLst><ext uri="a"><b xmlns="b">c</b></ext></extLst></c></row>`,
			`B2 "two  words" -> "two words"`,
		},
		{
			"comments, sections and blanks between",
			"\n<!-- <c r=\"C2\"> -->\n<row r=\"2\" >\n<c r=\"B2\" t=\"str\" ><v><![CDATA[a <c> \t b]]></v></c >\n<?x <c?></row >",
			"\n<!-- <c r=\"C2\"> -->\n<row r=\"2\" >\n<c r=\"B2\"" + inline("a &lt;c&gt; b") + "\n<?x <c?></row >",
			`B2 "a <c> \t b" -> "a <c> b"`,
		},
		{
			"what looks like an escape is written as one",
			`<row r="2"><c r="B2" t="str"><v>_x005F_x0041_ &lt;&amp;&gt;  b</v></c></row>`,
			`<row r="2"><c r="B2"` + inline("_x005F_x0041_ &lt;&amp;&gt; b") + `</row>`,
			`B2 "_x0041_ <&>  b" -> "_x0041_ <&> b"`,
		},
		{
			"damage is left alone",
			`<row r="2"><c r="C2" t="s"><v>8</v></c><c r="E2"><v>1.5E+20</v></c><c r="F2"><v>4.92214710190123E+20</v></c><c r="G2" t="e"><v>#N/A</v></c></row>`,
			`<row r="2"><c r="C2"` + inline("DE") + `<c r="E2"><v>1.5E+20</v></c><c r="F2"><v>4.92214710190123E+20</v></c><c r="G2" t="e"><v>#N/A</v></c></row>`,
			`C2 "Germany" -> "DE"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := book(t, worksheet(tt.in), "Germany", "0221 4710190", "Haus &amp;\u00a0Hof")
			compareCopy(t, in, worksheet(tt.want), tt.changes)
		})
	}
}

// compareCopy holds the copy of a workbook to the worksheet wanted: all other parts stay, both readers see the changes and
// nothing else, and the copy of the copy is the copy.
func compareCopy(t *testing.T, in []byte, want, changes string) {
	t.Helper()
	out, all := copies(t, sheet.Options{}, write(t, "book.xlsm", in))
	if diff := cmp.Diff(changes, strings.Join(lines(all), "\n")); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	parts := unpacked(t, in)
	parts[sheetPart] = want
	if diff := cmp.Diff(parts, unpacked(t, out[0])); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	compareCells(t, in, out[0], all)
	again, all := copies(t, sheet.Options{}, write(t, "book.xlsm", out[0]))
	for _, c := range all {
		if !c.Left {
			t.Errorf("the copy of the copy has the changes %v", lines(all))
		}
	}
	if diff := cmp.Diff(unpacked(t, out[0]), unpacked(t, again[0])); diff != "" {
		t.Errorf("the copy of the copy differs:\n%s", diff)
	}
}

// compareCells reads a workbook and its copy with two readers. Their cells differ by the changes alone.
func compareCells(t *testing.T, in, out []byte, changes []onboarding.Change) {
	t.Helper()
	changed := make(map[string]string)
	for _, c := range changes {
		if !c.Left {
			changed[c.Place.Cell()] = c.New
		}
	}
	for name, read := range map[string]func(testing.TB, []byte) map[string]string{"own reader": ownCells, "excelize": otherCells} {
		want := read(t, in)
		for cell, text := range changed {
			want[cell] = text
		}
		if diff := cmp.Diff(want, read(t, out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func ownCells(t testing.TB, b []byte) map[string]string {
	t.Helper()
	w, err := xlsx.Open(bytes.NewReader(b), int64(len(b)), xlsx.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for i, s := range w.Sheets() {
		if s.Type != xlsx.Worksheet {
			continue
		}
		rows, err := w.Open(i)
		if err != nil {
			t.Fatal(err)
		}
		for row, err := rows.Next(); err == nil; row, err = rows.Next() {
			for j, c := range row.Cells {
				if c.Text != "" {
					out[fmt.Sprintf("%s!%s%d", s.Name, onboarding.ColumnLetters(j+1), row.Number)] = c.Text
				}
			}
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func otherCells(t testing.TB, b []byte) map[string]string {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := make(map[string]string)
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, text := range row {
				if text != "" {
					out[fmt.Sprintf("%s!%s%d", name, onboarding.ColumnLetters(j+1), i+1)] = text
				}
			}
		}
	}
	return out
}

// TestForms rewrites worksheets in every form that the reader takes: with a prefix, Strict, in UTF-16.
func TestForms(t *testing.T) {
	const row = `<row r="2"><c r="C2" t="s"><v>8</v></c></row>`
	const fixed = `<row r="2"><c r="C2" t="inlineStr"><is><t xml:space="preserve">DE</t></is></c></row>`
	prefixed := func(s string) string {
		s = strings.NewReplacer("</", "</x:", "<?", "<?").Replace(s)
		for _, name := range []string{"worksheet", "sheetViews", "sheetView ", "sheetData", "row", "c ", "v>", "is>", "t ", "legacyDrawing"} {
			s = strings.ReplaceAll(s, "<"+name, "<x:"+name)
		}
		return strings.Replace(s, "xmlns=", "xmlns:x=", 1)
	}
	wide := func(e unicode.Endianness, p unicode.BOMPolicy) func(string) string {
		return func(s string) string {
			out, err := unicode.UTF16(e, p).NewEncoder().String(strings.Replace(s, "UTF-8", "UTF-16", 1))
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
	}
	forms := map[string]func(string) string{
		"prefix":            prefixed,
		"strict":            func(s string) string { return strings.Replace(s, main, strict, 1) },
		"mark":              func(s string) string { return "\ufeff" + s },
		"UTF-16":            wide(unicode.LittleEndian, unicode.UseBOM),
		"UTF-16 big endian": wide(unicode.BigEndian, unicode.UseBOM),
		"UTF-16 unmarked":   wide(unicode.LittleEndian, unicode.IgnoreBOM),
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			in := book(t, form(worksheet(row)), "Germany")
			out, changes := copies(t, sheet.Options{}, write(t, "book.xlsx", in))
			if diff := cmp.Diff([]string{`C2 "Germany" -> "DE"`}, lines(changes)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(form(worksheet(fixed)), unpacked(t, out[0])[sheetPart]); diff != "" {
				t.Errorf("worksheet (-want +got):\n%s", diff)
			}
			if got := ownCells(t, out[0])["Sites!C2"]; got != "DE" {
				t.Errorf("the reader finds %q", got)
			}
		})
	}
}

// TestUntouched keeps a workbook without changes as it is packed, part by part.
func TestUntouched(t *testing.T) {
	in := book(t, worksheet(`<row r="2"><c r="C2" t="s"><v>8</v></c></row>`), "DE")
	out, changes := copies(t, sheet.Options{}, write(t, "book.xlsx", in))
	if len(changes) > 0 || !bytes.Equal(out[0], in) {
		t.Errorf("%d bytes become %d, changes %v", len(in), len(out[0]), lines(changes))
	}
}
