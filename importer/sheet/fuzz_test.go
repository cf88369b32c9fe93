package sheet

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"muster/importer/sheet/xlsx"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// Headings are found in arbitrary rows: each known one stands where its column says, and none twice.
func FuzzHeading(f *testing.F) {
	w := words{locale: locale.Load(), facts: facts.Load(), renamed: map[string]string{"id": "external_id", "colour": "colour"}}
	for _, s := range []string{
		"", "External customer ID\tFirst name\tLast name\tEmail address\tPackage", "title\n\t\nVorname\tNachname\tid", "Phone\tTelefon\tPhone",
		"Company name\tWebex Calling\tEnhanced Calling\tcolour", "*名 :\t姓", "\u200f\u00a0\t\ufeff", "External\tName\t\tEmail\ncustomer ID\tfirst\tlast", "Email\tName\t\tPackage\n\tfirst\tlast\t",
	} {
		f.Add(s, byte(0))
		f.Add(s, byte(onboarding.Users))
	}
	f.Fuzz(func(t *testing.T, s string, kind byte) {
		var rows []peeked
		for n, row := range strings.Split(s, "\n") {
			p := peeked{number: n + 1}
			for _, cell := range strings.Split(row, "\t") {
				p.cells = append(p.cells, xlsx.Cell{Text: cell, Kind: xlsx.Text})
			}
			rows = append(rows, p)
		}
		want := onboarding.Kind(kind % (byte(onboarding.Users) + 1))
		h, ok := w.findHeading(rows, want)
		if !ok {
			return
		}
		if h.kind == onboarding.NoKind || want != onboarding.NoKind && h.kind != want {
			t.Errorf("kind %v, want %v", h.kind, want)
		}
		if h.row < 1 || h.row > len(rows) {
			t.Fatalf("row %d of %d", h.row, len(rows))
		}
		width := len(rows[h.row-1].cells)
		if n := len(h.cells); n != width && (h.row == 1 || n != max(width, len(rows[h.row-2].cells))) {
			t.Fatalf("row %d with %d cells", h.row, n)
		}
		checkHeadingCells(t, h)
	})
}

func checkHeadingCells(t *testing.T, h heading) {
	t.Helper()
	seen := make(map[any]int)
	for i, c := range h.cells {
		means := c.means()
		if means == nil {
			continue
		}
		if c.field != "" && !isColumn(h.kind, c.field) {
			t.Errorf("%q of %v is no column", c.field, h.kind)
		}
		if c.twice != seen[means] {
			t.Errorf("column %d is the second of column %d, want %d", i+1, c.twice, seen[means])
		}
		if seen[means] == 0 {
			seen[means] = i + 1
		}
	}
	if len(seen) != h.matched || h.mapped > h.matched {
		t.Errorf("%d headings known, %d mapped, counted %d", h.matched, h.mapped, len(seen))
	}
}

// Arbitrary bytes are read as a text file or refused, and every finding stands within the file.
func FuzzBook(f *testing.F) {
	head := "External customer ID,First name,Last name,Email address,Package"
	for _, s := range []string{
		"", head + "\nc1,Ana,Silva,a@x.example,webex_calling\n", "t\n\n" + head + ",x,Phone,Phone\r\n\"c\n1\",Ana,#N/A,1E+5,,,,,z\n",
		"External ID;Company name;Webex Calling;Packages\nc1;B\xe4cker;5;a|b\n", "\xff\xfeE\x00x\x00t\x00", "External ID\tPackage\tQuantity\rc1\tx\t1\r",
		"Template name,Country,id\n", "External ID,Location name,Time zone\n",
	} {
		f.Add([]byte(s), 0)
		f.Add([]byte(s), 2)
	}
	fc, lo := facts.Load(), locale.Load()
	path := filepath.Join(f.TempDir(), "fuzz.csv")
	f.Fuzz(func(t *testing.T, data []byte, header int) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		lines := 1 + bytes.Count(data, []byte{'\n'}) + bytes.Count(data, []byte{'\r'})
		sink := func(f onboarding.Finding) {
			p := f.Place
			if p.Source == nil || p.Row < 0 || p.Row > lines || p.Column < 0 || p.Column > len(data)+1 || f.Rule == "" || f.Message.String() == "" {
				t.Errorf("%s at row %d, column %d of %d lines: %s", f.Rule, p.Row, p.Column, lines, f.Message)
			}
		}
		b, err := Open([]string{path}, Options{Facts: fc, Words: lo, HeaderRow: header, Rename: map[string]string{"id": "external_id"}})
		if err == nil {
			err = errors.Join(readAll(t, b, sink, lines), b.Close())
		}
		var file *FileError
		if err != nil && !errors.As(err, &file) {
			t.Errorf("error %v, want a *FileError", err)
		}
	})
}

func readAll(t *testing.T, b *Book, sink Sink, lines int) error {
	t.Helper()
	if _, err := b.Batch(sink); err != nil {
		return err
	}
	last := 0
	return Users(b, sink, func() idle { return idle{} }, func(block *Block[idle]) error {
		for _, u := range block.Users {
			if u.Number <= last || u.Number > lines {
				t.Errorf("row %d after row %d of %d lines", u.Number, last, lines)
			}
			last = u.Number
		}
		return nil
	})
}

// idle is a lane that does not judge.
type idle struct{}

func (idle) Rows([]onboarding.User) {}
