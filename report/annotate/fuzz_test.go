package annotate

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"muster/report"
)

// FuzzRewrite shows marks and results in any bytes as a worksheet: it never panics, what was well-formed stays so, and without
// anything to show nothing changes.
func FuzzRewrite(f *testing.F) {
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	f.Add([]byte(`<worksheet xmlns="`+main+`"><dimension ref="A1:B2"/><sheetViews><sheetView tabSelected="1"/></sheetViews><cols><col min="1" max="2"/></cols><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1"><v>1</v></c></row><row/></sheetData><tableParts/></worksheet>`), uint8(1), uint8(2))
	f.Add([]byte(`<x:worksheet xmlns:x='`+main+`'><x:cols/><x:sheetData/></x:worksheet>`), uint8(1), uint8(2))
	f.Add([]byte(`<?xml version="1.0"?><!-- <c> --><worksheet xmlns="`+main+`"><sheetData><row r='3'><!-- </row> --><c r='B3' s="4"><f>1</f></c></row></sheetData></worksheet>`), uint8(3), uint8(2))
	f.Fuzz(func(t *testing.T, in []byte, row, column uint8) {
		s, err := readStyles([]byte(`<styleSheet xmlns="` + main + `"/>`))
		if err != nil {
			t.Fatal(err)
		}
		sound := wellFormed(in) == nil
		var plain bytes.Buffer
		if err := rewrite(&plain, bytes.NewReader(in), &job{}, s, spacesOf(false)); err == nil && sound && !bytes.Equal(plain.Bytes(), in) {
			t.Errorf("with nothing to show %q becomes %q", in, plain.Bytes())
		}
		j := &job{
			marks: []mark{{int(row) + 1, int(column) + 1, report.Bad}}, legacy: "r1", deselect: true, extraAt: 300, widths: []float64{1, 2},
			extras: func(int) (extra, bool, error) { return extra{cells: []string{"=a", ""}}, true, nil },
		}
		var out bytes.Buffer
		if err := rewrite(&out, bytes.NewReader(in), j, s, spacesOf(false)); err != nil || !sound {
			return
		}
		if err := wellFormed(out.Bytes()); err != nil {
			t.Errorf("%q becomes %q: %v", in, out.Bytes(), err)
		}
	})
}

// wellFormed reads XML to its end.
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
