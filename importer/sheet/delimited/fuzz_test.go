package delimited

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzReader checks that any bytes give the same records and the same error whatever the workers and blocks, and that
// what encoding/csv takes without lazy quotes is read as it reads it. The two differ where encoding/csv gives an
// error (blanks around a quoted cell, quotes within a cell), at carriage returns that no line feed follows (here they
// end a line), at byte order marks, zero bytes and bytes that are not UTF-8 (refused here), and at a "sep=" line.
func FuzzReader(f *testing.F) {
	for _, s := range []string{
		"", "a,b\n1,2\n", "a;b\r\n\"1\n2\";\"\"\"\"\r\n", "x\ry\r", " \"a\" ,b\n5\" z\n", "\"a\"b\n", "\"a", "sep=;\na;b", "\xff\xfea\x00",
		"\xe9,\n", "a\x00b", "\xef\xbb\xbfa\n", "\x83\x7c\"|\"\n", "\xed\xa0\x80", "a\xc3",
	} {
		for encoding := range uint8(10) {
			f.Add([]byte(s), encoding, uint8(encoding%5))
		}
	}
	for _, s := range samples() {
		f.Add([]byte(s.text), uint8(0), uint8(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, encoding, delimiter uint8) {
		if len(data) > 20_000 {
			return
		}
		o := Options{
			Encoding:  append([]string{""}, EncodingNames()...)[int(encoding)%10],
			Delimiter: []byte{0, ',', ';', '\t', '|'}[delimiter%5],
			Limits:    Limits{MaxRecordBytes: 300, MaxColumns: 30},
			Workers:   1,
		}
		want, found, wantErr := readAll(bytes.NewReader(data), o)
		for _, v := range []Options{{Workers: 1, BlockSize: 64}, {Workers: 3, BlockSize: 64}, {Workers: 2, BlockSize: 113}} {
			o.Workers, o.BlockSize = v.Workers, v.BlockSize
			got, alsoFound, err := readAll(bytes.NewReader(data), o)
			if diff := cmp.Diff(wantErr, err); diff != "" {
				t.Fatalf("%d workers, blocks of %d: %s", o.Workers, o.BlockSize, diff)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%d workers, blocks of %d: %s", o.Workers, o.BlockSize, diff)
			}
			if found.Delimiter != alsoFound.Delimiter || found.LineEnd != alsoFound.LineEnd || err == nil && found != alsoFound {
				t.Fatalf("detected %+v, then %+v", found, alsoFound)
			}
		}
		for _, r := range want {
			if !utf8.ValidString(strings.Join(r.Cells, "")) {
				t.Fatalf("line %d is not UTF-8: %q", r.Line, r.Cells)
			}
		}
		compareWithStandard(t, data)
	})
}

func compareWithStandard(t *testing.T, data []byte) {
	lone := bytes.Count(data, []byte("\r")) > bytes.Count(data, []byte("\r\n"))
	if lone || !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 || bytes.HasPrefix(data, []byte("\ufeff")) || strings.HasPrefix(strings.ToLower(string(data)), "sep=") {
		return
	}
	c := csv.NewReader(bytes.NewReader(data))
	c.FieldsPerRecord = -1
	want, err := c.ReadAll()
	if err != nil {
		return
	}
	got, _, err := readAll(bytes.NewReader(data), Options{Encoding: "utf-8", Delimiter: ','})
	var other *NotTextError
	if errors.As(err, &other) {
		return
	}
	if err != nil {
		t.Fatalf("encoding/csv reads it: %v", err)
	}
	if diff := cmp.Diff(want, append([][]string(nil), cellsOf(got)...)); diff != "" && len(want)+len(got) > 0 {
		t.Fatal("encoding/csv reads otherwise:", diff)
	}
}

// FuzzGuess checks that guessing an encoding neither panics nor names one under which the bytes are no text.
func FuzzGuess(f *testing.F) {
	for _, s := range samples() {
		f.Add([]byte(s.text))
	}
	f.Add([]byte("\x81\x30\x81"))
	f.Fuzz(func(t *testing.T, data []byte) {
		x := firstNonASCII(data)
		if x == len(data) || len(data) > 5_000 {
			return
		}
		name, sure, fitting := guess('a', data[x:], true)
		switch {
		case name == "" && sure == Certain:
			t.Error("certain of nothing")
		case name == "", name == "utf-8":
		default:
			c := mustCodec(name)
			_, ok := c.decode(nil, data, true)
			damaged := c.wide && beyondASCII(data[x:][:c.sound(data[x:])]) >= enoughSound // reading will name the place
			if !ok && !damaged || fitting[0] != name {
				t.Errorf("%s of %v", name, fitting)
			}
		}
	})
}
