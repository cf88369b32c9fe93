package xlsx

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"hash/crc32"
	"maps"
	"slices"
	"strings"
	"testing"
)

// damage is a worksheet that is refused, and the place that the refusal names.
type damage struct {
	name string
	rows string // behind a sound row 1
	row  int
	cell string
	msg  string // a part of what is said
}

const soundRow = `<row r="1"><c r="A1"><v>1</v></c></row>`

// second puts cells behind a sound A2.
func second(cells string) string { return `<row r="2"><c r="A2"><v>1</v></c>` + cells + `</row>` }

func valueDamages() []damage {
	return []damage{
		{"shared string out of range", second(`<c r="B2" t="s"><v>2</v></c>`), 2, "B2", `shared string "2" does not exist, there are 2`},
		{"shared string below zero", second(`<c r="B2" t="s"><v>-1</v></c>`), 2, "B2", `shared string "-1"`},
		{"shared string that is no number", second(`<c r="B2" t="s"><v>a</v></c>`), 2, "B2", `shared string "a"`},
		{"shared string that is empty", second(`<c r="B2" t="s"><v></v></c>`), 2, "B2", `shared string ""`},
		{"shared string with a long number", second(`<c r="B2" t="s"><v>18446744073709551616</v></c>`), 2, "B2", `shared string`},
		{"style out of range", second(`<c r="B2" s="10"><v>1</v></c>`), 2, "B2", `style 10 does not exist, there are 10`},
		{"style below zero", second(`<c r="B2" s="-1"><v>1</v></c>`), 2, "B2", `not a whole number`},
		{"style that is no number", second(`<c r="B2" s="x"><v>1</v></c>`), 2, "B2", `not a whole number`},
		{"type that is not known", second(`<c r="B2" t="x"><v>1</v></c>`), 2, "B2", `type of the cell is "x"`},
		{"number that is none", second(`<c r="B2"><v>12a</v></c>`), 2, "B2", `"12a" is no number`},
		{"number in hexadecimal", second(`<c r="B2"><v>0x10</v></c>`), 2, "B2", `"0x10" is no number`},
		{"number that is infinite", second(`<c r="B2"><v>1E999</v></c>`), 2, "B2", `"1E999" is no number`},
		{"number that is not a number", second(`<c r="B2"><v>NaN</v></c>`), 2, "B2", `"NaN" is no number`},
		{"number with a line", second(`<c r="B2"><v>1_000</v></c>`), 2, "B2", `is no number`},
		{"number that is long", second(`<c r="B2"><v>` + strings.Repeat("x", 100) + `</v></c>`), 2, "B2", `is no number`},
		{"truth value that is none", second(`<c r="B2" t="b"><v>2</v></c>`), 2, "B2", `"2" is no truth value`},
		{"date that is none", second(`<c r="B2" t="d"><v>2026-02-30</v></c>`), 2, "B2", `"2026-02-30" is no date`},
		{"two values", second(`<c r="B2"><v>1</v><v>2</v></c>`), 2, "B2", `two values`},
		{"two inline texts", second(`<c r="B2" t="inlineStr"><is/><is/></c>`), 2, "B2", `two values`},
		{"value and inline text", second(`<c r="B2" t="inlineStr"><v>1</v><is/></c>`), 2, "B2", `two values`},
		{"inline text of a number", second(`<c r="B2"><is><t>a</t></is></c>`), 2, "B2", `"is" is not known within "c"`},
		{"element in a value", second(`<c r="B2"><v>1<b/></v></c>`), 2, "B2", `"b" is not known within "v"`},
		{"element in an inline text", second(`<c r="B2" t="inlineStr"><is><b/></is></c>`), 2, "B2", `"b" is not known within "is"`},
		{"element in a cell", second(`<c r="B2"><x/><v>1</v></c>`), 2, "B2", `"x" is not known within "c"`},
		{"text in a cell", second(`<c r="B2">x<v>1</v></c>`), 2, "B2", `text between elements: "x"`},
		{"text in an inline text", second(`<c r="B2" t="inlineStr"><is>x</is></c>`), 2, "B2", `text between elements: "x"`},
	}
}

func placeDamages() []damage {
	return []damage{
		{"rows out of order", `<row r="3"/><row r="2"/>`, 0, "", "row 2 stands after row 3"},
		{"doubled row", `<row r="2"/><row r="2"><c r="A2"><v>1</v></c></row>`, 0, "", "row 2 stands after row 2"},
		{"row zero", `<row r="0"/>`, 0, "", "row 0 stands after row 1"},
		{"row that is no number", `<row r="x"><c><v>1</v></c></row>`, 0, "", "not a whole number"},
		{"row that is no number for long", `<row r="99999999999"/>`, 0, "", "not a whole number"},
		{"hidden that is no switch", `<row r="2" hidden="2"/>`, 2, "", `"2" stands where only 1 or 0 may`},
		{"cells out of order", second(`<c r="C2"><v>1</v></c><c r="B2"><v>1</v></c>`), 2, "", "B2 stands after the cell C2"},
		{"doubled cell", second(`<c r="B2"><v>1</v></c><c r="B2"><v>1</v></c>`), 2, "", "B2 stands after the cell B2"},
		{"cell in the wrong row", second(`<c r="B3"><v>1</v></c>`), 2, "", "B3 stands in row 2"},
		{"reference that is none", second(`<c r="2"><v>1</v></c>`), 2, "", `"2" is no reference`},
		{"reference in lower case", second(`<c r="b2"><v>1</v></c>`), 2, "", `"b2" is no reference`},
		{"reference with zeros", second(`<c r="B02"><v>1</v></c>`), 2, "", `"B02" is no reference`},
		{"reference without row", second(`<c r="B"><v>1</v></c>`), 2, "", `"B" is no reference`},
		{"text between rows", `x` + second(""), 0, "", `after row 1: there is text between elements: "x"`},
		{"text between cells", second(`x<c r="B2"><v>1</v></c>`), 2, "", `text between elements: "x"`},
		{"long text between cells", second(strings.Repeat("é", 40)), 2, "", `éé…"`},
		{"element between rows", `<x/>` + second(""), 0, "", `"x" is not known within "sheetData"`},
		{"element between cells", second(`<x/>`), 2, "", `"x" is not known within "row"`},
		{"row within a row", second(`<row r="3"/>`), 2, "", `"row" is not known within "row"`},
		{"cell of another vocabulary", second(`<c xmlns="urn:x" r="B2"><v>1</v></c>`), 2, "", `"c" is not known within "row"`},
		{"cell with an undeclared prefix", second(`<y:c r="B2"><v>1</v></y:c>`), 2, "", `"c" is not known within "row"`},
	}
}

func markupDamages() []damage {
	return []damage{
		{"attribute without quotes", second(`<c r=B2><v>1</v></c>`), 2, "", "malformed XML"},
		{"attribute without value", second(`<c r><v>1</v></c>`), 2, "", "malformed XML"},
		{"attribute without blank", second(`<c r="B2"s="0"><v>1</v></c>`), 2, "", "no blank between two attributes"},
		{"attribute that is doubled", second(`<c r="B2" r="B2"><v>1</v></c>`), 2, "", `the attribute "r" twice`},
		{"attribute of a row that is doubled", `<row r="2" r="2"><c r="A2"/></row>`, 0, "", `the attribute "r" twice`},
		{"tag in an attribute", second(`<c r="B2" s="<"><v>1</v></c>`), 2, "", "malformed XML"},
		{"too many attributes", second(`<c r="B2"` + manyAttributes() + `><v>1</v></c>`), 2, "", "more than 256 attributes"},
		{"end tag of another element", second(`<c r="B2"><v>1</c></v>`), 2, "B2", "malformed XML"},
		{"end tag without start", second(`</c>`), 2, "", "malformed XML"},
		{"end tag with an attribute", second(`<c r="B2"><v>1</v x="1"></c>`), 2, "B2", "malformed XML"},
		{"entity that is not defined", second(`<c r="B2" t="str"><v>&nbsp;</v></c>`), 2, "B2", "malformed XML"},
		{"entity without end", second(`<c r="B2" t="str"><v>a & b</v></c>`), 2, "B2", "malformed XML"},
		{"entity of no character", second(`<c r="B2" t="str"><v>&#x0;</v></c>`), 2, "B2", "malformed XML"},
		{"entity of half a character", second(`<c r="B2" t="str"><v>&#xD800;</v></c>`), 2, "B2", "half a character"},
		{"entity of half a character in decimal", second(`<c r="B2" t="str"><v>a&#057343;b</v></c>`), 2, "B2", "half a character"},
		{"entity of half a character in an attribute", second(`<c r="B2" x="&#xDFFF;"/>`), 2, "", "half a character"},
		{"end of a section in a text", second(`<c r="B2" t="str"><v>a]]>b</v></c>`), 2, "B2", "malformed XML"},
		{"bytes that are not UTF-8", second("<c r=\"B2\" t=\"str\"><v>M\xFCller</v></c>"), 2, "B2", "malformed XML: invalid UTF-8"},
		{"cut UTF-8", second("<c r=\"B2\" t=\"str\"><v>abcdefgh\xE5\xB1</v></c>"), 2, "B2", "malformed XML: invalid UTF-8"},
		{"half a character as UTF-8", second("<c r=\"B2\" t=\"str\"><v>\xED\xA0\x80</v></c>"), 2, "B2", "malformed XML: invalid UTF-8"},
		{"control character", second("<c r=\"B2\" t=\"str\"><v>a\x01</v></c>"), 2, "B2", "malformed XML: illegal character"},
		{"zero byte", second("<c r=\"B2\" t=\"str\"><v>12345678\x00</v></c>"), 2, "B2", "malformed XML: illegal character"},
		{"no character", second("<c r=\"B2\" t=\"str\"><v>\uFFFE</v></c>"), 2, "B2", "malformed XML: illegal character"},
		{"document type within", second(`<!DOCTYPE x>`), 2, "", "document type declaration"},
		{"declaration within", second(`<?xml version="1.0"?>`), 2, "", "XML declaration stands within"},
		{"deep nesting", second(`<extLst>` + strings.Repeat("<a>", 120) + strings.Repeat("</a>", 120) + `</extLst>`), 2, "", "nest deeper than 100"},
		{"broken tag between rows", `<row r="2" <c r="A2"/></row>`, 0, "", "after row 1: malformed XML"},
	}
}

func manyAttributes() string {
	var b strings.Builder
	for i := range 300 {
		b.WriteString(" " + strings.ToLower(reference(i+1, 0)) + `x="1"`)
	}
	return b.String()
}

func damages() []damage { return slices.Concat(valueDamages(), placeDamages(), markupDamages()) }

func TestDamagedRowsAreRefused(t *testing.T) {
	for _, c := range damages() {
		t.Run(c.name, func(t *testing.T) {
			w := mustOpen(t, build(t, parts{sheetPart: sheetXML(soundRow + c.rows)}))
			rows := refusedByBothPaths(t, w, c)
			if got, want := show(rows), `R1 A="1"n`; got != want {
				t.Errorf("before the damage, the rows are %s, want %s", got, want)
			}
		})
	}
}

// refusedByBothPaths wants the same refusal from both paths and gives the rows before it.
func refusedByBothPaths(t *testing.T, w *Workbook, c damage) []Row {
	t.Helper()
	slow, slowErr := readRows(w, 0, false)
	quick, quickErr := readRows(w, 0, true)
	wantDamage(t, slowErr, sheetPart, c)
	wantDamage(t, quickErr, sheetPart, c)
	if !t.Failed() && slowErr.Error() != quickErr.Error() {
		t.Errorf("the paths differ:\nquick          %v\ntoken by token %v", quickErr, slowErr)
	}
	wantSameRows(t, quick, slow)
	return slow
}

func wantDamage(t *testing.T, err error, part string, c damage) {
	t.Helper()
	var d *DamagedError
	if !errors.As(err, &d) {
		t.Fatalf("the error is %v, want a *DamagedError", err)
	}
	if d.Part != part || d.Row != c.row || d.Cell != c.cell || !strings.Contains(d.Error(), c.msg) {
		t.Errorf("the damage is part %q, row %d, cell %q: %v\nwant part %q, row %d, cell %q, text %q",
			d.Part, d.Row, d.Cell, err, part, c.row, c.cell, c.msg)
	}
}

func TestDamagedSheetsAreRefused(t *testing.T) {
	sound := sheetXML(soundRow + `<row r="2"><c r="A2"><v>12</v></c><c r="B2" t="inlineStr"><is><t>text</t></is></c></row>`)
	cut := func(at string) string { return sound[:strings.Index(sound, at)] }
	for _, c := range []damage{
		{"no rows", `<worksheet ` + mainNS + `><sheetPr/></worksheet>`, 0, "", `no element "sheetData"`},
		{"rows twice", strings.Replace(sound, `</worksheet>`, `<sheetData/></worksheet>`, 1), 0, "", `"sheetData" twice`},
		{"no end tag", strings.TrimSuffix(sound, `</worksheet>`), 0, "", `unexpected EOF`},
		{"no end tag of the rows", strings.Replace(sound, `</sheetData>`, ``, 1), 0, "", `after row 2: malformed XML`},
		{"cut in a row", cut(`<c r="B2"`), 2, "", `unexpected EOF`},
		{"cut in a value", cut(`2</v>`), 2, "A2", `unexpected EOF`},
		{"cut in a text", cut(`xt</t>`), 2, "B2", `unexpected EOF`},
		{"cut in a tag", cut(` r="B2"`), 2, "", `unexpected EOF`},
		{"cut between rows", cut(`<row r="2"`), 0, "", `after row 1: malformed XML: unexpected EOF`},
		{"cut before the rows", cut(`<sheetData`), 0, "", `unexpected EOF`},
		{"empty", ``, 0, "", `ends too soon`},
		{"blank", "\n", 0, "", `ends too soon`},
		{"second root", sound + `<worksheet/>`, 0, "", `second root element`},
		{"text behind the root", sound + `x`, 0, "", `text outside the root`},
		{"text before the root", `x` + sound[len(header):], 0, "", `text outside the root`},
		{"zero bytes behind the root", sound + "\x00\x00", 0, "", `illegal character`},
		{"document type", `<!DOCTYPE worksheet [<!ENTITY a "b">]>` + sound[len(header):], 0, "", `document type declaration`},
		{"another root", header + `<sheet ` + mainNS + `/>`, 0, "", `the root element is "sheet"`},
		{"another vocabulary", strings.Replace(sound, transitional, "urn:x", 1), 0, "", `the root element is "worksheet", not`},
		{"no vocabulary", strings.Replace(sound, mainNS, "", 1), 0, "", `the root element is "worksheet", not`},
		{"another encoding", strings.Replace(sound, "UTF-8", "ISO-8859-1", 1), 0, "", `the encoding "ISO-8859-1" is not allowed`},
		{"UTF-16 that is none", strings.Replace(sound, "UTF-8", "UTF-16", 1), 0, "", `the encoding "UTF-16" is not allowed`},
		{"another version", strings.Replace(sound, `version="1.0"`, `version="1.1"`, 1), 0, "", `version`},
		{"half a unit of UTF-16", "\xFF\xFE<\x00w", 0, "", `not valid UTF-16`},
		{"half a pair of UTF-16", "\xFF\xFE<\x00\x00\xDC", 0, "", `not valid UTF-16`},
		{"pair of UTF-16 that is none", "\xFF\xFE<\x00\x00\xD8a\x00", 0, "", `not valid UTF-16`},
		{"cut pair of UTF-16", "\xFE\xFF\x00<\xD8\x00", 0, "", `not valid UTF-16`},
		{"rows of another vocabulary", `<worksheet ` + mainNS + ` xmlns:x="` + transitional + `"><x:sheetData xmlns="urn:x">` + soundRow + `</x:sheetData></worksheet>`, 0, "", `"row" is not known within "sheetData"`},
		{"column that is no number", strings.Replace(sound, `<sheetData>`, `<cols><col min="x" max="1"/></cols><sheetData>`, 1), 0, "", `min of the element "col"`},
		{"columns with something else", strings.Replace(sound, `<sheetData>`, `<cols><row/></cols><sheetData>`, 1), 0, "", `"row" is not known within "cols"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			refusedByBothPaths(t, mustOpen(t, build(t, parts{sheetPart: c.rows})), c)
		})
	}
}

// The byte that a damage names is the one up to which the part was read, however far that is.
func TestDamageNamesItsByte(t *testing.T) {
	var b strings.Builder
	for range 20_000 {
		b.WriteString(`<row><c t="inlineStr"><is><t>some text</t></is></c></row>`)
	}
	const bad = `<row><c><v>x</v></c>`
	text := sheetXML(b.String() + bad + `</row>`)
	w := mustOpen(t, build(t, parts{sheetPart: text}))
	want := int64(strings.Index(text, bad) + len(bad))
	for _, quick := range []bool{false, true} {
		_, err := readRows(w, 0, quick)
		var d *DamagedError
		if !errors.As(err, &d) || d.Offset != want || d.Cell != "A20001" {
			t.Errorf("quick %t: the error is %v, want byte %d", quick, err, want)
		}
	}
}

func TestDamagedStringsAreRefused(t *testing.T) {
	for _, c := range []damage{
		{name: "element that is not known", rows: `<si><t>a</t></si><SI><t>b</t></SI>`, msg: `"SI" is not known within "sst"`},
		{name: "element in a string", rows: `<si><x/></si>`, msg: `"x" is not known within "si"`},
		{name: "element in a text", rows: `<si><t>a<b/></t></si>`, msg: `"b" is not known within "t"`},
		{name: "text between strings", rows: `<si><t>a</t></si>x<si><t>b</t></si>`, msg: `text between elements`},
		{name: "text in a string", rows: `<si>x<t>a</t></si>`, msg: `text between elements`},
		{name: "end tag that is missing", rows: `<si><t>a</si>`, msg: `malformed XML`},
		{name: "bytes that are not UTF-8", rows: "<si><t>abc\xFF</t></si>", msg: `invalid UTF-8`},
		{name: "half a character", rows: `<si><t>&#xDC00;</t></si>`, msg: `half a character`},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := build(t, parts{stringsPart: sstXML(c.rows)})
			_, err := openBytes(data, Limits{})
			wantDamage(t, err, stringsPart, c)
			z, zipErr := zip.NewReader(bytes.NewReader(data), int64(len(data)))
			if zipErr != nil {
				t.Fatal(zipErr)
			}
			files, _ := newContainer(z, DefaultLimits())
			_, slow := readStringsBy(files, false)
			wantDamage(t, slow, stringsPart, c)
		})
	}
	_, err := openBytes(build(t, parts{stringsPart: `<sst ` + mainNS + `/><si><t>a</t></si>`}), Limits{})
	wantDamage(t, err, stringsPart, damage{msg: "second root element"})
}

func TestDamagedPartsOfTheWorkbookAreRefused(t *testing.T) {
	book := defaultParts()[bookPart]
	rels := defaultParts()[relsPart]
	styles := defaultParts()[stylesPart]
	for _, c := range []struct {
		name, part, text string
		refused          string // the part that is named, where it is another one
		msg              string
	}{
		{"relationship that is missing", relsPart, strings.ReplaceAll(rels, `"rId1"`, `"rId9"`), bookPart, `the sheet "Users" has no part (relationship "rId1")`},
		{"relationship that is doubled", relsPart, strings.ReplaceAll(rels, `"rId2"`, `"rId1"`), "", `"rId1" is there twice`},
		{"two tables of strings", relsPart, strings.ReplaceAll(rels, `/styles"`, `/sharedStrings"`), "", `two relationships of the type "sharedStrings"`},
		{"relationships with something else", relsPart, relationshipsXML(`<x/>`), "", `"x" is not known`},
		{"relationships with another root", relsPart, `<x/>`, "", `the root element is "x"`},
		{"sheet in another file", relsPart, strings.Replace(rels, `Target="worksheets/sheet1.xml"`, `Target="http://example.com/" TargetMode="External"`, 1), bookPart, `lies in another file`},
		{"sheet of another type", relsPart, strings.Replace(rels, `/worksheet"`, `/theme"`, 1), bookPart, `its type "theme" is not known`},
		{"relationships that are missing", relsPart, absent, "", `the part is missing`},
		{"sheet that is missing", sheetPart, absent, "", `the part of the sheet "Users" is missing`},
		{"styles that are missing", stylesPart, absent, "", `the part is missing`},
		{"strings that are missing", stringsPart, absent, "", `the part is missing`},
		{"workbook that is missing", bookPart, absent, "", `the part is missing`},
		{"relationships of the package missing", packagePart, absent, "", `the part is missing`},
		{"package without a workbook", packagePart, relationshipsXML(``), "", `no workbook is named`},
		{"workbook that is cut", bookPart, book[:len(book)-20], "", `unexpected EOF`},
		{"state that is not known", bookPart, strings.Replace(book, `sheetId="1"`, `sheetId="1" state="x"`, 1), "", `its state "x" is not known`},
		{"something else than sheets", bookPart, bookXML("", `<x/>`), "", `"x" is not known within "sheets"`},
		{"date system that is none", bookPart, bookXML(`<workbookPr date1904="x"/>`, ``), "", `"x" stands where only 1 or 0 may`},
		{"format without number", stylesPart, strings.Replace(styles, `numFmtId="164"`, `numFmtId="x"`, 1), "", `not a whole number`},
		{"styles with something else", stylesPart, strings.Replace(styles, `<cellXfs>`, `<cellXfs><x/>`, 1), "", `"x" is not known within "cellXfs"`},
		{"formats with something else", stylesPart, strings.Replace(styles, `<numFmts>`, `<numFmts><x/>`, 1), "", `"x" is not known within "numFmts"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := openBytes(build(t, parts{c.part: c.text}), Limits{})
			if c.refused == "" {
				c.refused = c.part
			}
			wantDamage(t, err, c.refused, damage{msg: c.msg})
		})
	}
}

// packed makes a workbook whose worksheet is packed as change wants it.
func packed(t *testing.T, text string, change func(h *zip.FileHeader, data []byte) []byte) []byte {
	t.Helper()
	var data, out bytes.Buffer
	fw, err := flate.NewWriter(&data, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fw.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := fw.Close(); err != nil {
		t.Fatal(err)
	}
	h := &zip.FileHeader{Name: sheetPart, Method: zip.Deflate, CRC32: crc32.ChecksumIEEE([]byte(text)), UncompressedSize64: uint64(len(text))}
	content := change(h, data.Bytes())
	h.CompressedSize64 = uint64(len(content))
	all := defaultParts()
	delete(all, sheetPart)
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(all[name])); err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.CreateRaw(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDamagedPackingIsRefused(t *testing.T) {
	var rows strings.Builder
	for i := range 3_000 {
		rows.WriteString(`<row r="` + reference(0, i+1) + `"><c r="` + reference(1, i+1) + `"><v>` + reference(0, i*i) + `</v></c></row>`)
	}
	text := sheetXML(rows.String())
	for _, c := range []struct {
		name   string
		change func(h *zip.FileHeader, data []byte) []byte
		msg    string
	}{
		{"wrong checksum", func(h *zip.FileHeader, data []byte) []byte { h.CRC32++; return data }, "the checksum is wrong"},
		{"checksum of zero", func(h *zip.FileHeader, data []byte) []byte { h.CRC32 = 0; return data }, "the checksum is wrong"},
		{"cut data", func(_ *zip.FileHeader, data []byte) []byte { return data[:len(data)/2] }, "cut short"},
		{"no data", func(_ *zip.FileHeader, _ []byte) []byte { return nil }, "cut short"},
		{"changed data", func(_ *zip.FileHeader, data []byte) []byte {
			clear(data[100:200])
			return data
		}, ""},
		{"size too small", func(h *zip.FileHeader, data []byte) []byte { h.UncompressedSize64 -= 10; return data }, ""},
		{"size too large", func(h *zip.FileHeader, data []byte) []byte { h.UncompressedSize64 += 10; return data }, "cut short"},
		{"packing that is not known", func(h *zip.FileHeader, data []byte) []byte { h.Method = 99; return data }, "cannot be unpacked"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := mustOpen(t, packed(t, text, c.change))
			for _, quick := range []bool{false, true} {
				_, err := readRows(w, 0, quick)
				var d *DamagedError
				if !errors.As(err, &d) || d.Part != sheetPart || !strings.Contains(err.Error(), c.msg) {
					t.Errorf("quick %t: the error is %v, want a damage of the sheet that says %q", quick, err, c.msg)
				}
			}
		})
	}
	w := mustOpen(t, packed(t, text, func(_ *zip.FileHeader, data []byte) []byte { return data }))
	if rows := bothPaths(t, w); len(rows) != 3_000 {
		t.Errorf("unchanged, there are %d rows", len(rows))
	}
}

func TestDamagedZipIsRefused(t *testing.T) {
	sound := build(t, nil)
	for _, at := range []int{len(sound) - 1, len(sound) / 2, 30, 4} {
		_, err := openBytes(sound[:at], Limits{})
		wantDamage(t, err, "", damage{msg: "cut short or overwritten"})
	}
	twice := parts{strings.ToUpper(sheetPart): "x"}
	_, err := openBytes(build(t, twice), Limits{})
	wantDamage(t, err, sheetPart, damage{msg: "twice"})
}

// A workbook may be read on after its end, and after a damage; the answer stays.
func TestErrorsStay(t *testing.T) {
	for _, rows := range []string{soundRow, soundRow + `<row r="1"/>`} {
		r, err := mustOpen(t, build(t, parts{sheetPart: sheetXML(rows)})).Open(0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		_, first := r.Next()
		_, again := r.Next()
		if first == nil || first.Error() != again.Error() {
			t.Errorf("the first error is %v, then it is %v", first, again)
		}
		r.Close()
		r.Close()
	}
}

func TestFilesThatAreNoWorkbook(t *testing.T) {
	ole := magicOLE2 + strings.Repeat("\x00", 600)
	word := relationshipsXML(`<Relationship Id="rId1" Type="` + officeRels + `/officeDocument" Target="word/document.xml"/>`)
	binary := relationshipsXML(`<Relationship Id="rId1" Type="` + officeRels + `/officeDocument" Target="xl/book.bin"/>`)
	chart := strings.Replace(defaultParts()[relsPart], `/worksheet"`, `/chartsheet"`, 1)
	protected := packed(t, "x", func(h *zip.FileHeader, data []byte) []byte { h.Flags |= 1; return data })
	for _, c := range []struct {
		name string
		data []byte
		want error
	}{
		{"old workbook", []byte(ole), ErrLegacy},
		{"protected workbook", []byte(ole + encryptedStream + ole), ErrPassword},
		{"binary workbook", build(t, parts{"xl/workbook.bin": "x"}), ErrXLSB},
		{"binary workbook with another name", build(t, parts{packagePart: binary, bookPart: absent}), ErrXLSB},
		{"text document", zipped(t, parts{packagePart: word, "word/document.xml": "<x/>"}), ErrNotWorkbook},
		{"other zip", zipped(t, parts{"a.txt": "a"}), ErrNotWorkbook},
		{"empty zip", zipped(t, nil), ErrNotWorkbook},
		{"package of something else", zipped(t, parts{packagePart: relationshipsXML("")}), ErrNotWorkbook},
		{"plain text", []byte("First Name,Last Name\nAda,Lovelace\n"), ErrNotZip},
		{"empty file", nil, ErrNotZip},
		{"no worksheet", build(t, parts{relsPart: chart}), ErrNoWorksheet},
		{"no sheet", build(t, parts{bookPart: bookXML("", "")}), ErrNoWorksheet},
	} {
		if _, err := openBytes(c.data, Limits{}); !errors.Is(err, c.want) {
			t.Errorf("%s: the error is %v, want %v", c.name, err, c.want)
		}
	}
	if _, err := readRows(mustOpen(t, protected), 0, true); !errors.Is(err, ErrPassword) {
		t.Errorf("protected part: the error is %v, want %v", err, ErrPassword)
	}
}

// The name that tells a protected workbook may lie anywhere, also where one piece that is read ends.
func TestProtectedWorkbookIsFoundAnywhere(t *testing.T) {
	for shift := range len(encryptedStream) + 2 {
		blank := strings.Repeat("\x00", 64*kib-len(magicOLE2)-shift)
		if _, err := openBytes([]byte(magicOLE2+blank+encryptedStream+blank), Limits{}); !errors.Is(err, ErrPassword) {
			t.Errorf("with %d bytes of the name in the first piece, the error is %v, want %v", shift, err, ErrPassword)
		}
	}
}

func TestSpecimensThatAreNoWorkbook(t *testing.T) {
	for name, want := range map[string]error{"legacy.xls": ErrLegacy, "password.xlsx": ErrPassword} {
		t.Run(name, func(t *testing.T) {
			if _, err := openBytes(specimen(t, name), Limits{}); !errors.Is(err, want) {
				t.Errorf("the error is %v, want %v", err, want)
			}
		})
	}
}

// Two sheets of one name could not be told apart in any finding.
func TestSheetsOfOneName(t *testing.T) {
	book := bookXML("", `<sheet name="Users" sheetId="1" r:id="rId1"/><sheet name="USERS" sheetId="2" r:id="rId1"/>`)
	b := build(t, parts{bookPart: book})
	_, err := Open(bytes.NewReader(b), int64(len(b)), Limits{})
	var damaged *DamagedError
	if !errors.As(err, &damaged) || !strings.Contains(err.Error(), `two sheets have the name "USERS"`) {
		t.Errorf("error %v", err)
	}
}
