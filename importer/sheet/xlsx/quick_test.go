package xlsx

import (
	"errors"
	"io"
	"testing"
)

// The shapes that spreadsheet programs write must not fall back: they are read many times faster from the bytes.
func TestUsualRowsAreTakenQuickly(t *testing.T) {
	for name, rows := range map[string]string{
		"excel":          `<row r="1" spans="1:5" x14ac:dyDescent="0.25"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1"><v>1.5</v></c><c r="C1" s="2"/></row>`,
		"excel, styled":  `<row r="1" spans="1:5" s="3" customFormat="1" ht="15.75" customHeight="1" hidden="1"><c r="A1" t="b"><v>1</v></c></row>`,
		"excel, formula": `<row r="1"><c r="A1" t="str"><f>A2&amp;"x"</f><v>a_x000D_b &gt; c</v></c><c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`,
		"openpyxl":       `<row r="1"><c r="A1" t="inlineStr"><is><t>Müller</t></is></c><c r="B1" t="n"><v>3</v></c><c r="C1" /></row>`,
		"excelize":       `<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c><c r="B1" t="d"><v>2026-01-31</v></c></row>`,
		"no references":  `<row><c><v>1</v></c><c t="s"><v>1</v></c></row>`,
		"pretty-printed": "\n  <row r=\"1\">\n    <c r=\"A1\"><v>1</v></c>\n  </row>",
	} {
		r, err := mustOpen(t, build(t, parts{sheetPart: sheetXML(rows)})).Open(0)
		if err != nil {
			t.Fatal(err)
		}
		if !r.quick || !r.quickRow() {
			t.Errorf("%s: the row is read token by token", name)
		}
		r.Close()
	}
}

// Rows that cross the end of a chunk, at any of their bytes, are read as others are.
func TestRowsAcrossChunks(t *testing.T) {
	row := `<row r="2"><c r="A2" t="inlineStr"><is><t>a &amp; b</t></is></c><c r="B2"><v>12</v></c></row>`
	before := len(sheetXML(soundRow)) - len(`</sheetData></worksheet>`)
	for shift := range len(row) + 2 {
		blanks := make([]byte, chunkSize-before-shift)
		for i := range blanks {
			blanks[i] = ' '
		}
		text := sheetXML(soundRow + string(blanks) + row)
		d := memory(t, sheetPart, []byte(text))
		w := &Workbook{formats: []format{{}}, strings: new(sharedStrings)}
		r := &Rows{book: w, d: d}
		if err := r.begin(); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
		if !r.quickRow() {
			t.Errorf("with %d bytes in the first chunk, the row is read token by token", shift)
		}
		r.seal()
		if got, want := show([]Row{r.row}), `R2 A="a & b"t B="12"n`; got != want {
			t.Errorf("with %d bytes in the first chunk: %s, want %s", shift, got, want)
		}
		if rows, err := collect(r, true); err != nil || len(rows) > 0 {
			t.Errorf("with %d bytes in the first chunk, then come %d rows and the error %v", shift, len(rows), err)
		}
		r.Close()
	}
}

// A source that gives its bytes one by one, and one that gives none for ever.
func TestFillTakesSmallReads(t *testing.T) {
	buf := make([]byte, 10)
	if n, err := fill(oneByOne{}, buf); n != len(buf) || err != nil {
		t.Errorf("one by one, %d bytes are read and the error is %v", n, err)
	}
	if _, err := fill(nothing{}, buf); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("without bytes, the error is %v, want %v", err, io.ErrNoProgress)
	}
}

type oneByOne struct{}

func (oneByOne) Read(p []byte) (int, error) { return copy(p, "x"), nil }

type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, nil }
