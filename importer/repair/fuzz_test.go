package repair

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"muster/importer/sheet/delimited"
	"muster/internal/onboarding"
)

// script is an editor of given edits, which keeps what it is told.
type script struct {
	rows []rowEdits
	said []onboarding.Change
}

func (s *script) editor() editor {
	return editor{
		next: func() (rowEdits, error) {
			if len(s.rows) == 0 {
				return rowEdits{}, io.EOF
			}
			r := s.rows[0]
			s.rows = s.rows[1:]
			return r, nil
		},
		say: func(c onboarding.Change) error {
			s.said = append(s.said, c)
			return nil
		},
	}
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

// wide tells a text that is taken for UTF-16, as only such a one has a zero or a mark among its first two bytes.
func wide(b []byte) bool {
	return len(b) > 1 && (b[0] == 0 || b[1] == 0 || string(b[:2]) == "\xfe\xff" || string(b[:2]) == "\xff\xfe")
}

// FuzzGrid rewrites any bytes as a worksheet: it never panics, what was well-formed stays so, and without edits nothing
// changes.
func FuzzGrid(f *testing.F) {
	const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	f.Add([]byte(`<worksheet xmlns="`+main+`"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c></row></sheetData></worksheet>`), uint16(1), uint16(1), "a")
	f.Add([]byte(`<x:worksheet xmlns:x='`+main+`'><x:sheetData><x:row><x:c/><x:c t="inlineStr"><x:is><x:t>ü</x:t></x:is><x:extLst/></x:c></x:row></x:sheetData></x:worksheet>`), uint16(1), uint16(2), "<&_x0041_")
	f.Add([]byte(`<?xml version="1.0"?><!-- <c> --><worksheet xmlns="`+main+`"><sheetData><row r='3'><c r='B3' s="4"><f t="array" ref="B3:B9">1</f><v>1</v></c></row></sheetData></worksheet>`), uint16(3), uint16(2), "\x00\ufffe")
	f.Fuzz(func(t *testing.T, in []byte, row, column uint16, text string) {
		var plain bytes.Buffer
		if err := rewriteGrid(&plain, bytes.NewReader(in), (&script{}).editor()); err == nil && !wide(in) && !bytes.Equal(plain.Bytes(), in) {
			t.Errorf("without an edit %q becomes %q", in, plain.Bytes())
		}
		s := script{rows: []rowEdits{{int(row), []edit{{int(column), onboarding.Change{New: text}}}}}}
		var out bytes.Buffer
		if err := rewriteGrid(&out, bytes.NewReader(in), s.editor()); err != nil {
			return
		}
		if wide(in) || wellFormed(in) != nil {
			return
		}
		if err := wellFormed(out.Bytes()); err != nil {
			t.Errorf("%q becomes %q: %v", in, out.Bytes(), err)
		}
	})
}

// readAll gives the records of a text, with the lines on which they start.
func readAll(b []byte, o delimited.Options) (cells [][]string, lines []int, err error) {
	r, err := delimited.Open(bytes.NewReader(b), o)
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return cells, lines, nil
		}
		if err != nil {
			return nil, nil, err
		}
		cells, lines = append(cells, slices.Clone(rec.Cells)), append(lines, rec.Line)
	}
}

// unwritable tells what no value is: control characters, and what stands for bytes that are no text.
func unwritable(r rune) bool {
	return r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError
}

// FuzzText changes one value in so many of any text that the reader takes: reading the copy gives exactly that value in
// another form, and without edits nothing changes.
func FuzzText(f *testing.F) {
	f.Add([]byte("a,b\r\n\"c\nd\", \"e\"\"f\" \n\n,g\rh"), uint8(0), uint8(2), "x")
	f.Add([]byte("\xef\xbb\xbfa;b\n1;2\n"), uint8(0), uint8(1), `say "x;y"`)
	f.Add([]byte("\xff\xfea\x00,\x00b\x00\n\x00"), uint8(1), uint8(1), "ü")
	f.Add([]byte("\x83|\x83|b\n\x83\x5c|d\n"), uint8(6), uint8(1), "ア")
	f.Add([]byte("\x84\x31\x95\x33\x81\x30\x81\x30|b\n"), uint8(8), uint8(1), "é")
	f.Fuzz(func(t *testing.T, in []byte, encoding, nth uint8, text string) {
		names := delimited.EncodingNames()
		o := delimited.Options{Encoding: names[int(encoding)%len(names)], Delimiter: []byte(",;|\t")[int(encoding)%4], Workers: 1}
		before, lines, err := readAll(in, o)
		if err != nil || len(before) == 0 || strings.ContainsFunc(text, unwritable) {
			return
		}
		l := layout{o.Encoding, o.Delimiter}
		var plain bytes.Buffer
		if err := rewriteText(&plain, bytes.NewReader(in), l, (&script{}).editor()); err != nil || !bytes.Equal(plain.Bytes(), in) {
			t.Fatalf("without an edit %q becomes %q, %v", in, plain.Bytes(), err)
		}
		every := max(int(nth), 1)
		s, n := script{}, 0
		for i, rec := range before {
			r := rowEdits{row: lines[i]}
			for j, old := range rec {
				if n++; n%every == 0 && (len(rec) > 1 || text != "") {
					r.edits = append(r.edits, edit{j + 1, onboarding.Change{Old: old, New: text}})
					before[i][j] = text
				}
			}
			if len(r.edits) > 0 {
				s.rows = append(s.rows, r)
			}
		}
		var out bytes.Buffer
		if err := rewriteText(&out, bytes.NewReader(in), l, s.editor()); err != nil {
			if strings.Contains(err.Error(), "cannot be written as") {
				return
			}
			t.Fatalf("%q: %v", in, err)
		}
		after, _, err := readAll(out.Bytes(), o)
		if err != nil {
			t.Fatalf("%q becomes %q: %v", in, out.Bytes(), err)
		}
		if !slices.EqualFunc(before, after, slices.Equal[[]string]) {
			t.Errorf("%q becomes %q: %q, wanted %q", in, out.Bytes(), after, before)
		}
	})
}
