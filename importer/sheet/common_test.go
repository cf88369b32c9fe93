package sheet_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/importer/sheet"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

var (
	factTables = facts.Load()
	wordTable  = locale.Load()
)

// found is all that reading some inputs gave.
type found struct {
	inputs   []*sheet.Input
	batch    *onboarding.Batch
	users    []onboarding.User
	blocks   []int // users in each block
	findings []onboarding.Finding
}

// read opens inputs as the commands do and reads them to the end.
func read(o sheet.Options, inputs ...string) (got found, err error) {
	o.Facts, o.Words = factTables, wordTable
	b, err := sheet.Open(inputs, o)
	if err != nil {
		return got, err
	}
	defer b.Close()
	got.inputs = b.Inputs
	sink := func(f onboarding.Finding) { got.findings = append(got.findings, f) }
	if got.batch, err = b.Batch(sink); err != nil {
		return got, err
	}
	err = sheet.Users(b, sink, newNobody, func(block *sheet.Block[nobody]) error {
		got.users = append(got.users, block.Users...)
		got.blocks = append(got.blocks, len(block.Users))
		return nil
	})
	return got, err
}

// nobody is a lane that does not judge.
type nobody struct{}

func newNobody() nobody { return nobody{} }

func (nobody) Rows([]onboarding.User) {}

// mustRead fails the test when the inputs cannot be read.
func mustRead(t *testing.T, o sheet.Options, inputs ...string) found {
	t.Helper()
	got, err := read(o, inputs...)
	if err != nil {
		t.Fatalf("read %v: %v", inputs, err)
	}
	return got
}

// place writes a place as people do; a row as a whole as file:row, a sheet as a whole by its name.
func place(p onboarding.Place) string {
	if cell := p.Cell(); cell != "" {
		return cell
	}
	name := p.Source.Sheet
	if p.Source.CSV() {
		name = filepath.Base(p.Source.File)
	}
	if p.Row == 0 {
		return name
	}
	return fmt.Sprintf("%s:%d", name, p.Row)
}

// lines gives each finding as "rule place", in report order.
func (f found) lines() []string {
	var out []string
	for _, x := range onboarding.SortFindings(slices.Clone(f.findings)) {
		out = append(out, x.Rule+" "+place(x.Place))
	}
	return out
}

// only gives the findings of one rule.
func (f found) only(rule string) []onboarding.Finding {
	var out []onboarding.Finding
	for _, x := range f.findings {
		if x.Rule == rule {
			out = append(out, x)
		}
	}
	return out
}

// write puts a file into a folder of its own and gives its path.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// compareDoc holds a page of the documentation against what the code says; UPDATE_DOCS=1 writes it instead.
func compareDoc(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("..", "..", "docs", name)
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != text {
		t.Errorf("%s is not what the code says; run UPDATE_DOCS=1 go test ./importer/sheet\n%s", path, firstDifference(string(have), text))
	}
}

func firstDifference(have, want string) string {
	h, w := strings.Split(have, "\n"), strings.Split(want, "\n")
	for i := range w {
		if i >= len(h) || h[i] != w[i] {
			old := "(end of page)"
			if i < len(h) {
				old = h[i]
			}
			return fmt.Sprintf("line %d\n have %s\n want %s", i+1, old, w[i])
		}
	}
	return "the page is longer than it should be"
}
