package xlsx

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
)

func wantLimit(t *testing.T, err error, name, part string, most int64) {
	t.Helper()
	var l *LimitError
	if !errors.As(err, &l) {
		t.Fatalf("the error is %v, want a *LimitError of %s", err, name)
	}
	if l.Limit != name || l.Part != part || l.Max != most || l.Value <= most {
		t.Errorf("the limit is %+v, want %s of %d in part %q", *l, name, most, part)
	}
	if !strings.Contains(err.Error(), name) {
		t.Errorf("the text %q does not name the limit", err)
	}
}

// openLimit is a limit that Open refuses by.
type openLimit struct {
	name    string
	changes parts
	part    string
	value   int64 // allowed; one less is refused
	set     func(*Limits, int64)
}

func openLimits() []openLimit {
	twoSheets := bookXML("", `<sheet name="A" sheetId="1" r:id="rId1"/><sheet name="B" sheetId="2" r:id="rId1"/>`)
	return []openLimit{
		{"parts", nil, "", 7, func(l *Limits, n int64) { l.Parts = n }},
		{"sheets", parts{bookPart: twoSheets}, bookPart, 2, func(l *Limits, n int64) { l.Sheets = n }},
		{"shared-strings", nil, stringsPart, 2, func(l *Limits, n int64) { l.SharedStrings = n }},
		{"shared-strings", parts{stringsPart: sstXML(`<si><r><t>a</t></r></si><si/><si><t>b</t></si>`)}, stringsPart, 3, func(l *Limits, n int64) { l.SharedStrings = n }},
		{"shared-string-bytes", nil, stringsPart, 7, func(l *Limits, n int64) { l.SharedStringBytes = n }},
		{"string-bytes", nil, stringsPart, 4, func(l *Limits, n int64) { l.StringBytes = n }},
		{"string-bytes", parts{stringsPart: sstXML(`<si><t>_x0041_bc</t></si>`)}, stringsPart, 3, func(l *Limits, n int64) { l.StringBytes = n }},
		{"string-bytes", parts{stringsPart: sstXML(`<si><r><t>ab</t></r><r><t>cde</t></r></si>`)}, stringsPart, 5, func(l *Limits, n int64) { l.StringBytes = n }},
		{"token-bytes", parts{stylesPart: strings.Replace(stylesXML(), `<cellXfs>`, `<!--`+strings.Repeat("x", 493)+`--><cellXfs>`, 1)}, stylesPart, 500, func(l *Limits, n int64) { l.TokenBytes = n }},
	}
}

func TestOpenRefusesWhatIsOverALimit(t *testing.T) {
	for _, c := range openLimits() {
		t.Run(c.name, func(t *testing.T) {
			data := build(t, c.changes)
			var l Limits
			c.set(&l, c.value)
			if _, err := openBytes(data, l); err != nil {
				t.Errorf("with a limit of %d: %v", c.value, err)
			}
			c.set(&l, c.value-1)
			_, err := openBytes(data, l)
			wantLimit(t, err, c.name, c.part, c.value-1)
		})
	}
}

func TestOpenRefusesTooManyBytes(t *testing.T) {
	total := int64(0)
	for _, text := range defaultParts() {
		total += int64(len(text))
	}
	data := build(t, nil)
	if _, err := openBytes(data, Limits{Bytes: total}); err != nil {
		t.Errorf("with all bytes allowed: %v", err)
	}
	_, err := openBytes(data, Limits{Bytes: total - 1})
	wantLimit(t, err, "bytes", "", total-1)
}

// The sizes in a directory may be anything; together they must not wrap around.
func TestOpenRefusesDeclaredSizesBeyondAll(t *testing.T) {
	data := packed(t, "x", func(h *zip.FileHeader, data []byte) []byte {
		h.UncompressedSize64 = 1<<64 - 2
		return data
	})
	_, err := openBytes(data, Limits{})
	wantLimit(t, err, "bytes", "", DefaultLimits().Bytes)
}

// sheetLimit is a limit that reading a sheet refuses by.
type sheetLimit struct {
	name, label string
	rows        string
	value       int64 // allowed; one less is refused
	set         func(*Limits, int64)
}

func sheetLimits() []sheetLimit {
	rowBytes := func(l *Limits, n int64) { l.RowBytes = n }
	stringBytes := func(l *Limits, n int64) { l.StringBytes = n }
	tokenBytes := func(l *Limits, n int64) { l.TokenBytes = n }
	rows := func(l *Limits, n int64) { l.Rows = n }
	columns := func(l *Limits, n int64) { l.Columns = n }
	long := strings.Repeat("a", 50)
	return []sheetLimit{
		{"rows", "number", `<row r="7"><c r="A7"><v>1</v></c></row>`, 7, rows},
		{"rows", "without number", `<row r="6"/><row><c><v>1</v></c></row>`, 7, rows},
		{"columns", "reference", `<row r="1"><c r="AB1"><v>1</v></c></row>`, 28, columns},
		{"columns", "no reference", `<row r="1"><c r="B1"/><c/></row>`, 3, columns},
		{"row-bytes", "inline", `<row r="1"><c t="inlineStr"><is><t>abc</t></is></c><c><v>12</v></c></row>`, 5, rowBytes},
		{"row-bytes", "shared", `<row r="1"><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>`, 8, rowBytes},
		{"row-bytes", "truth values", `<row r="1"><c t="b"><v>1</v></c><c t="b"><v>1</v></c></row>`, 8, rowBytes},
		{"string-bytes", "inline", inline(long), 50, stringBytes},
		{"string-bytes", "runs", one(` t="inlineStr"`, `<is><r><t>`+long+`</t></r><r><t>`+long+`</t></r></is>`), 100, stringBytes},
		{"string-bytes", "formula text", one(` t="str"`, `<v>`+long+`</v>`), 50, stringBytes},
		{"string-bytes", "entities", inline(strings.Repeat("&amp;", 50)), 50, stringBytes},
		{"string-bytes", "escapes", inline(strings.Repeat("_x0041_", 50)), 50, stringBytes},
		{"string-bytes", "sections", inline(`<![CDATA[` + long + `]]>` + long), 100, stringBytes},
		{"token-bytes", "comment", `<!--` + strings.Repeat("x", 493) + `-->`, 500, tokenBytes},
		{"token-bytes", "blanks", strings.Repeat(" ", 499) + `<row r="1"/>`, 500, tokenBytes},
		{"token-bytes", "tag", `<row r="1" x="` + strings.Repeat("x", 483) + `"/>`, 500, tokenBytes},
	}
}

func TestReadingRefusesWhatIsOverALimit(t *testing.T) {
	for _, c := range sheetLimits() {
		t.Run(c.name+" "+c.label, func(t *testing.T) {
			data := build(t, parts{sheetPart: sheetXML(c.rows)})
			w := mustOpen(t, data)
			for _, quick := range []bool{false, true} {
				c.set(&w.files.limits, c.value)
				if _, err := readRows(w, 0, quick); err != nil {
					t.Errorf("quick %t, with a limit of %d: %v", quick, c.value, err)
				}
				c.set(&w.files.limits, c.value-1)
				_, err := readRows(w, 0, quick)
				wantLimit(t, err, c.name, sheetPart, c.value-1)
			}
		})
	}
}

// The limits of a sheet are those given to Open.
func TestReadingTakesTheLimitsOfOpen(t *testing.T) {
	merges := `<worksheet ` + mainNS + `><sheetData/><mergeCells>` + strings.Repeat(`<mergeCell ref="A1:B2"/>`, 3) + `</mergeCells></worksheet>`
	data := build(t, parts{sheetPart: merges})
	for most, refused := range map[int64]bool{2: true, 3: false} {
		w, err := openBytes(data, Limits{Merges: most})
		if err != nil {
			t.Fatal(err)
		}
		_, err = readRows(w, 0, true)
		switch {
		case refused:
			wantLimit(t, err, "merges", sheetPart, most)
		case err != nil:
			t.Errorf("with a limit of %d: %v", most, err)
		}
	}
}

// A long formula is passed over; its bytes count all the same.
func TestReadingRefusesALongFormula(t *testing.T) {
	data := build(t, parts{sheetPart: sheetXML(one("", `<f>`+strings.Repeat("1", 600)+`</f><v>1</v>`))})
	for _, quick := range []bool{false, true} {
		w, err := openBytes(data, Limits{TokenBytes: 500})
		if err != nil {
			t.Fatal(err)
		}
		_, err = readRows(w, 0, quick)
		wantLimit(t, err, "token-bytes", sheetPart, 500)
	}
}

// bomb is a sheet that unpacks to far more than it takes.
func bomb(t *testing.T, unpacked int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range defaultParts() {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if name == sheetPart {
			blanks := bytes.Repeat([]byte(" "), mib)
			for range unpacked / mib {
				if _, err := w.Write(blanks); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestZipBombIsRefusedUnread(t *testing.T) {
	w, err := openBytes(bomb(t, 5*mib), Limits{RatioFloor: 4 * mib})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = readRows(w, 0, true)
	runtime.ReadMemStats(&after)
	wantLimit(t, err, "ratio", sheetPart, DefaultLimits().Ratio)
	if took := after.TotalAlloc - before.TotalAlloc; took > mib {
		t.Errorf("to refuse it took %d bytes of memory", took)
	}
}

// Up to the floor, a small file may unpack to much: a sheet of equal rows does.
func TestRatioCountsFromTheFloor(t *testing.T) {
	data := build(t, parts{sheetPart: sheetXML(strings.Repeat(" ", 100*kib))})
	for floor, refused := range map[int64]bool{100 * kib: true, 101 * kib: false} {
		w, err := openBytes(data, Limits{Ratio: 10, RatioFloor: floor})
		if err != nil {
			t.Fatal(err)
		}
		_, err = readRows(w, 0, true)
		switch {
		case refused:
			wantLimit(t, err, "ratio", sheetPart, 10)
		case err != nil:
			t.Errorf("with a floor of %d: %v", floor, err)
		}
	}
}

// A directory may lie about the size: what comes beyond it is not read.
func TestLyingBombIsRefused(t *testing.T) {
	text := sheetXML(strings.Repeat(" ", 3*mib) + soundRow)
	w := mustOpen(t, packed(t, text, func(h *zip.FileHeader, data []byte) []byte {
		h.UncompressedSize64 = 1000
		return data
	}))
	for _, quick := range []bool{false, true} {
		rows, err := readRows(w, 0, quick)
		var d *DamagedError
		if !errors.As(err, &d) || d.Part != sheetPart || len(rows) > 0 {
			t.Errorf("quick %t: %d rows and the error %v, want a damage of the sheet", quick, len(rows), err)
		}
	}
}

func TestEntityBombIsRefused(t *testing.T) {
	data := specimen(t, "xml-entity-bomb.xlsx")
	w, err := openBytes(data, Limits{})
	if err == nil {
		_, err = readRows(w, 0, true)
	}
	var d *DamagedError
	if !errors.As(err, &d) || !strings.Contains(err.Error(), "document type declaration") {
		t.Errorf("the error is %v, want a damage that names the document type declaration", err)
	}
}

// A row longer than is gathered for the quick path is read all the same.
func TestLongRowIsReadTokenByToken(t *testing.T) {
	long := strings.Repeat("x", 100*kib)
	var b strings.Builder
	b.WriteString(`<row r="1"><c r="A1"><v>1</v></c></row><row r="2">`)
	n := mostAhead/len(long) + 10
	for i := range n {
		b.WriteString(`<c r="` + reference(i+1, 2) + `" t="inlineStr"><is><t>` + long + `</t></is></c>`)
	}
	b.WriteString(`</row><row r="3"><c r="A3"><v>3</v></c></row>`)
	rows := bothPaths(t, mustOpen(t, build(t, parts{sheetPart: sheetXML(b.String())})))
	if len(rows) != 3 || len(rows[1].Cells) != n || rows[1].Cells[n-1].Text != long {
		t.Errorf("%d rows, want 3 with %d long cells in the second", len(rows), n)
	}
}

// Close must end the goroutine that unpacks ahead, wherever the reading stands, and waits for it. A bubble ends only
// when every goroutine begun in it has ended, and fails the test when one never does.
func TestCloseEndsTheGoroutine(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		b.WriteString(`<row><c><v>` + reference(0, i) + `</v></c><c t="inlineStr"><is><t>some text</t></is></c></row>`)
	}
	w := mustOpen(t, build(t, parts{sheetPart: sheetXML(b.String())}))
	for i := range 50 {
		synctest.Test(t, func(t *testing.T) { closeAfter(t, w, i*100) })
	}
}

func closeAfter(t *testing.T, w *Workbook, rows int) {
	r, err := w.Open(0)
	if err != nil {
		t.Fatal(err)
	}
	for range rows {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-r.d.src.done:
	default:
		t.Fatalf("after %d rows, Close came back while the goroutine runs", rows)
	}
	if _, err := r.Next(); !errors.Is(err, fs.ErrClosed) {
		t.Fatalf("after Close, Next gives the error %v, want %v", err, fs.ErrClosed)
	}
}

// Ranges of hidden columns may come in any number: what is kept of them does not grow with it.
func TestManyHiddenRanges(t *testing.T) {
	var cols strings.Builder
	for range 100_000 {
		cols.WriteString(`<col min="1" max="16384" hidden="1"/>`)
	}
	sheet := strings.Replace(sheetXML(soundRow), "<sheetData>", "<cols>"+cols.String()+"</cols><sheetData>", 1)
	w := mustOpen(t, build(t, parts{sheetPart: sheet}))
	r, err := w.Open(0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := r.HiddenColumns(); len(got) != 1 || got[0] != (ColumnRange{1, 16384}) || len(r.edges) != mostColumns+2 {
		t.Errorf("hidden are %v, kept by %d numbers", got, len(r.edges))
	}
}
