package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

// The names of the parts that build makes on its own.
const (
	typesPart   = "[Content_Types].xml"
	packagePart = "_rels/.rels"
	bookPart    = "xl/workbook.xml"
	relsPart    = "xl/_rels/workbook.xml.rels"
	stylesPart  = "xl/styles.xml"
	stringsPart = "xl/sharedStrings.xml"
	sheetPart   = "xl/worksheets/sheet1.xml"
)

const (
	header      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS      = `xmlns="` + transitional + `"`
	officeRels  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRels = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// parts are the files of a workbook by name. The value absent leaves out one that build would make.
type parts map[string]string

const absent = "\x00absent"

func defaultParts() parts {
	return parts{
		typesPart: header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>`,
		packagePart: relationshipsXML(`<Relationship Id="rId1" Type="` + officeRels + `/officeDocument" Target="xl/workbook.xml"/>`),
		bookPart:    bookXML("", `<sheet name="Users" sheetId="1" r:id="rId1"/>`),
		relsPart: relationshipsXML(`<Relationship Id="rId1" Type="` + officeRels + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + officeRels + `/styles" Target="styles.xml"/>` +
			`<Relationship Id="rId3" Type="` + officeRels + `/sharedStrings" Target="sharedStrings.xml"/>`),
		stylesPart:  stylesXML(),
		stringsPart: sstXML(`<si><t>zero</t></si><si><t>one</t></si>`),
		sheetPart:   sheetXML(`<row r="1"><c r="A1"><v>1</v></c></row>`),
	}
}

func relationshipsXML(list string) string {
	return header + `<Relationships xmlns="` + packageRels + `">` + list + `</Relationships>`
}

func bookXML(properties, sheets string) string {
	return header + `<workbook ` + mainNS + ` xmlns:r="` + officeRels + `">` + properties + `<sheets>` + sheets + `</sheets></workbook>`
}

func sstXML(items string) string { return header + `<sst ` + mainNS + `>` + items + `</sst>` }

func sheetXML(rows string) string {
	return header + `<worksheet ` + mainNS + `><sheetData>` + rows + `</sheetData></worksheet>`
}

// The styles that stylesXML makes, by what their number format does.
const (
	styleGeneral  = "0"
	styleZip      = "1" // 00000
	stylePhone    = "2" // 000-0000
	styleDate     = "3" // built in, 14
	styleTime     = "4" // h:mm
	styleElapsed  = "5" // [h]:mm:ss
	styleText     = "6" // @
	styleMoney    = "7" // [$€-407] 0
	styleMoment   = "8" // yyyy-mm-dd hh:mm
	styleLanguage = "9" // [$-409]0000
)

func stylesXML() string {
	codes := []string{"00000", "000\\-0000", "h:mm", "[h]:mm:ss", "[$€-407] 0", "yyyy\\-mm\\-dd hh:mm", "[$-409]0000"}
	ids := []string{"0", "164", "165", "14", "166", "167", "49", "168", "169", "170"}
	var b strings.Builder
	b.WriteString(header + `<styleSheet ` + mainNS + `><numFmts>`)
	for i, code := range codes {
		b.WriteString(`<numFmt numFmtId="` + string("164 165 166 167 168 169 170"[4*i:4*i+3]) + `" formatCode="` + code + `"/>`)
	}
	b.WriteString(`</numFmts><cellXfs>`)
	for _, id := range ids {
		b.WriteString(`<xf numFmtId="` + id + `"/>`)
	}
	b.WriteString(`</cellXfs></styleSheet>`)
	return b.String()
}

// build makes a workbook: the usual parts, with changes in their place or beside them.
func build(tb testing.TB, changes parts) []byte {
	tb.Helper()
	all := defaultParts()
	maps.Copy(all, changes)
	return zipped(tb, all)
}

// zipped packs parts in the order of their names, so that the same parts make the same bytes.
func zipped(tb testing.TB, all parts) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name] == absent {
			continue
		}
		w, err := z.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(w, all[name]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func openBytes(data []byte, limits Limits) (*Workbook, error) {
	return Open(bytes.NewReader(data), int64(len(data)), limits)
}

// mustOpen opens a workbook that has to be sound up to its sheets.
func mustOpen(tb testing.TB, data []byte) *Workbook {
	tb.Helper()
	w, err := openBytes(data, Limits{})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	return w
}

// readRows reads a sheet to its end, by the quick path where it may or never, and copies the rows. With an error, it
// gives the rows before it.
func readRows(w *Workbook, sheet int, quick bool) ([]Row, error) {
	r, err := w.Open(sheet)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return collect(r, quick)
}

// collect reads the rows to their end.
func collect(r *Rows, quick bool) ([]Row, error) {
	r.quick = r.quick && quick
	var all []Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		keep := *row
		keep.Cells = slices.Clone(row.Cells)
		all = append(all, keep)
	}
}

// readStringsBy reads the part of shared strings by one of the two paths.
func readStringsBy(c *container, quick bool) ([]string, error) {
	d, err := c.document(stringsPart)
	if err != nil {
		return nil, err
	}
	defer d.close()
	table, err := d.readItems(quick)
	if err != nil {
		return nil, err
	}
	var all []string
	for i := range table.count {
		all = append(all, table.at(i))
	}
	return all, nil
}

// bothPaths reads the first sheet by both paths and wants the same from them.
func bothPaths(t *testing.T, w *Workbook) []Row {
	t.Helper()
	slow, err := readRows(w, 0, false)
	if err != nil {
		t.Fatalf("token by token: %v", err)
	}
	quick, err := readRows(w, 0, true)
	if err != nil {
		t.Fatalf("quick: %v", err)
	}
	wantSameRows(t, quick, slow)
	return slow
}

func wantSameRows(t *testing.T, quick, slow []Row) {
	t.Helper()
	for i := range min(len(quick), len(slow)) {
		q, s := quick[i], slow[i]
		if q.Number != s.Number || q.Hidden != s.Hidden || !slices.Equal(q.Cells, s.Cells) {
			t.Fatalf("the paths differ:\nquick          %+v\ntoken by token %+v", q, s)
		}
	}
	if len(quick) != len(slow) {
		t.Fatalf("the paths differ: quick gives %d rows, token by token %d", len(quick), len(slow))
	}
}
