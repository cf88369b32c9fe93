package repair_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"muster/importer/repair"
	"muster/importer/sheet"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
	"muster/internal/resolve"
)

var (
	factTables = facts.Load()
	wordTable  = locale.Load()
)

// copies gives the repaired copy of each input, and the changes of all of them.
func copies(t testing.TB, o sheet.Options, inputs ...string) (out [][]byte, changes []onboarding.Change) {
	t.Helper()
	o.Facts, o.Words = factTables, wordTable
	book, err := sheet.Open(inputs, o)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	ignore := func(onboarding.Finding) {}
	batch, err := book.Batch(ignore)
	if err != nil {
		t.Fatal(err)
	}
	users := resolve.New(factTables, batch).Cursor()
	nobody := func() lane { return lane{} }
	if err := sheet.Users(book, ignore, nobody, func(*sheet.Block[lane]) error { return nil }); err != nil {
		t.Fatal(err)
	}
	r := repair.New(factTables, batch, users)
	for _, in := range book.Inputs {
		var b bytes.Buffer
		err := r.Copy(&b, book, in, func(c onboarding.Change) error {
			changes = append(changes, c)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b.Bytes())
	}
	return out, changes
}

// lane judges nobody.
type lane struct{}

func (lane) Rows([]onboarding.User) {}

// lines gives each change as the tests write it.
func lines(changes []onboarding.Change) []string {
	out := []string{}
	for _, c := range changes {
		arrow := "->"
		if c.Left {
			arrow = "left, not"
		}
		cell := fmt.Sprintf("%s%d", c.Place.ColumnName(), c.Place.Row)
		if c.Place.Source.CSV() {
			cell = fmt.Sprintf("%d:%d", c.Place.Row, c.Place.Column)
		}
		out = append(out, fmt.Sprintf("%s %q %s %q", cell, c.Old, arrow, c.New))
	}
	return out
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// packed makes a zip of parts, in the order given.
func packed(t testing.TB, parts ...[2]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p[0])
		if err == nil {
			_, err = io.WriteString(w, p[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpacked gives the parts of a zip by name.
func unpacked(t testing.TB, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]string)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}
