package xlsx

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// memory gives a part from memory, so that the fuzzers of XML need no zip. Nothing can go wrong before its first token.
func memory(t *testing.T, name string, text []byte) *document {
	t.Helper()
	limits := DefaultLimits()
	d, err := newDocument(name, &limits, io.NopCloser(bytes.NewReader(text)), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// fuzzRows reads a sheet of the given text.
func fuzzRows(t *testing.T, w *Workbook, text []byte, quick bool) ([]Row, error) {
	t.Helper()
	d := memory(t, sheetPart, text)
	r := &Rows{book: w, d: d}
	defer r.Close()
	if err := r.begin(); err != nil {
		return nil, err
	}
	return collect(r, quick)
}

// FuzzRows wants the quick path to give what the path token by token gives, errors included.
func FuzzRows(f *testing.F) {
	for _, c := range allCases() {
		f.Add([]byte(c.rows))
	}
	for _, c := range rootCases() {
		f.Add([]byte(c.rows))
	}
	for _, c := range damages() {
		f.Add([]byte(soundRow + c.rows))
	}
	for _, c := range sheetLimits() {
		f.Add([]byte(c.rows))
	}
	w := mustOpen(f, build(f, nil))
	f.Fuzz(func(t *testing.T, text []byte) {
		// Most changes should meet the rows and not what stands around them.
		if !bytes.Contains(text, []byte("worksheet")) {
			text = []byte(sheetXML(string(text)))
		}
		slow, slowErr := fuzzRows(t, w, text, false)
		quick, quickErr := fuzzRows(t, w, text, true)
		wantSameRows(t, quick, slow)
		wantSameError(t, quickErr, slowErr)
		for _, row := range slow {
			for i, c := range row.Cells {
				if (c.Text == "") != (c.Kind == Empty) {
					t.Fatalf("%s is %+v", reference(i+1, row.Number), c)
				}
			}
		}
	})
}

func wantSameError(t *testing.T, quick, slow error) {
	t.Helper()
	if (quick == nil) != (slow == nil) || quick != nil && quick.Error() != slow.Error() {
		t.Fatalf("the paths differ:\nquick          %v\ntoken by token %v", quick, slow)
	}
	var d *DamagedError
	var l *LimitError
	if slow != nil && !errors.As(slow, &d) && !errors.As(slow, &l) {
		t.Fatalf("the error is %v, which is neither a damage nor a limit", slow)
	}
}

// FuzzStrings wants the same of the two paths over shared strings.
func FuzzStrings(f *testing.F) {
	for _, items := range []string{
		``, `<si/>`, `<si><t>a</t></si>`, ` <si><t xml:space="preserve"> a </t></si>` + "\n", `<si><r><t>a</t></r><r><t>b</t></r></si>`,
		`<si><t>&lt;_x0041_]]&gt;</t><rPh><t>x</t></rPh></si><extLst/>`, `<si><t/></si><si><t>&#xD800;</t></si>`, `<SI/>`, `<si><t>a</si>`,
		`<si><t><![CDATA[a]]>b</t></si><!-- </si> -->`, "<si><t>a\r\nb</t></si>", "<si><t>\xFF</t></si>",
	} {
		f.Add([]byte(sstXML(items)))
	}
	f.Add([]byte(`<sst ` + mainNS + `/><si><t>a</t></si>`))
	f.Add([]byte(`<x:sst xmlns:x="` + strict + `"><x:si><x:t>a</x:t></x:si></x:sst>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var texts [2][]string
		var errs [2]error
		for i, quick := range []bool{false, true} {
			d := memory(t, stringsPart, text)
			table, err := d.readItems(quick)
			d.close()
			errs[i] = err
			for j := 0; err == nil && j < table.count; j++ {
				texts[i] = append(texts[i], table.at(j))
			}
		}
		if !slices.Equal(texts[0], texts[1]) {
			t.Fatalf("the paths differ:\nquick          %q\ntoken by token %q", texts[1], texts[0])
		}
		wantSameError(t, errs[1], errs[0])
	})
}

// FuzzOpen gives any bytes to Open. Small limits keep what it may take small; every refusal has to be one of the known.
func FuzzOpen(f *testing.F) {
	sound := build(f, nil)
	f.Add(sound)
	f.Add(sound[:len(sound)/2])
	f.Add([]byte{})
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte(magicOLE2 + strings.Repeat("\x00", 100) + encryptedStream))
	f.Add(zipped(f, parts{"a.txt": "a"}))
	f.Add(build(f, parts{"xl/workbook.bin": "x"}))
	f.Add(build(f, parts{sheetPart: absent}))
	for _, c := range openLimits() {
		f.Add(build(f, c.changes))
	}
	limits := Limits{
		Parts: 20, Bytes: mib, Ratio: 20, RatioFloor: 64 * kib, Sheets: 10, Rows: 1_000, Columns: 100, RowBytes: 10 * kib,
		StringBytes: kib, SharedStrings: 1_000, SharedStringBytes: 100 * kib, TokenBytes: 4 * kib, Merges: 10,
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := openBytes(data, limits)
		if err != nil {
			wantKnown(t, err)
			return
		}
		for i, s := range w.Sheets() {
			if s.Type != Worksheet {
				continue
			}
			rows, err := readRows(w, i, true)
			wantKnown(t, err)
			if int64(len(rows)) > limits.Rows {
				t.Fatalf("%d rows are more than the limit", len(rows))
			}
			for _, r := range rows {
				if int64(len(r.Cells)) > limits.Columns {
					t.Fatalf("%d columns are more than the limit", len(r.Cells))
				}
			}
		}
	})
}

// wantKnown wants one of the errors that Open promises.
func wantKnown(t *testing.T, err error) {
	t.Helper()
	var d *DamagedError
	var l *LimitError
	if err == nil || errors.As(err, &d) || errors.As(err, &l) {
		return
	}
	for _, known := range []error{ErrLegacy, ErrPassword, ErrXLSB, ErrNotZip, ErrNotWorkbook, ErrNoWorksheet} {
		if errors.Is(err, known) {
			return
		}
	}
	t.Fatalf("the error is %v, which is none of the known", err)
}
