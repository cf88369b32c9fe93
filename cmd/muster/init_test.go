package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestInitFilledPassesTheCheck takes the example of each sheet, in every language, as if somebody had filled it in below the
// headings: nothing is wrong with it. Before, nothing is read.
func TestInitFilledPassesTheCheck(t *testing.T) {
	for _, lang := range []string{"en", "zh-TW", "de", "es", "ar", "ja"} {
		t.Run(lang, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "book.xlsx")
			if got := muster(t, "init", "--out", path, "--lang", lang); got.code != exitDone {
				t.Fatalf("exit %d: %s", got.code, got.talk)
			}
			empty := decoded[checkDoc](t, muster(t, "check", path, "--format", "json").out)
			if empty.Counts["customers"]+empty.Counts["users"]+empty.Counts["templates"] != 0 || empty.Summary["errors"] != 0 {
				t.Errorf("empty it holds %v, summary %v", empty.Counts, empty.Summary)
			}
			fillExamples(t, path)
			got := muster(t, "check", path, "--format", "json")
			doc := decoded[checkDoc](t, got.out)
			if got.code != exitDone || doc.Summary["errors"]+doc.Summary["warnings"] != 0 {
				t.Errorf("exit %d, findings %+v", got.code, doc.Findings)
			}
			for _, kind := range []string{"templates", "customers", "locations", "users"} {
				if doc.Counts[kind] != 1 {
					t.Errorf("%d %s", doc.Counts[kind], kind)
				}
			}
		})
	}
}

// fillExamples copies the example above the headings to the first row below them.
func fillExamples(t *testing.T, path string) {
	t.Helper()
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) != 2 {
			continue // instructions, and lists to choose from
		}
		for i, value := range rows[0] {
			if err := f.SetCellStr(name, fmt.Sprintf("%s3", letters(t, i+1)), value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

func letters(t *testing.T, n int) string {
	t.Helper()
	name, err := excelize.ColumnNumberToName(n)
	if err != nil {
		t.Fatal(err)
	}
	return name
}
