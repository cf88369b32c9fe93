package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/importer/sheet/xlsx"
)

// rowsOf gives the texts of every row of a workbook's sheets, by the external customer ID in column A.
func rowsOf(t *testing.T, path string) map[string][]string {
	t.Helper()
	_, sheets := sheetCells(t, path)
	out := make(map[string][]string)
	for name, cells := range sheets {
		if name == "Templates" || name == "Read me" || name == "Findings" {
			continue
		}
		rows := make(map[string][]xlsx.Cell)
		owner := make(map[string]string)
		for ref, c := range cells {
			row := strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
			rows[row] = append(rows[row], c)
			if ref == "A"+row {
				owner[row] = c.Text
			}
		}
		for row, all := range rows {
			for _, c := range all {
				out[owner[row]] = append(out[owner[row]], c.Text)
			}
		}
	}
	return out
}

// TestSplitHoldsNothingOfOthers looks through every byte of the workbooks that go to customers: no value of another customer's
// rows is in them, and all of their own are.
func TestSplitHoldsNothingOfOthers(t *testing.T) {
	for _, sample := range []string{"broken.xlsx", "migration.xlsx"} {
		t.Run(sample, func(t *testing.T) {
			dir := t.TempDir()
			in := filepath.Join(samplesDir, sample)
			got := muster(t, "check", in, "--split-by", "customer", "--report", filepath.Join(dir, "x.xlsx"))
			if got.code != exitDone && got.code != exitFindings {
				t.Fatal(got.talk)
			}
			found, err := filepath.Glob(filepath.Join(dir, "x-*.xlsx"))
			if err != nil || len(found) < 12 {
				t.Fatalf("%d workbooks, %v", len(found), err)
			}
			all := rowsOf(t, in)
			for _, path := range found {
				comparePart(t, path, all)
			}
		})
	}
}

func comparePart(t *testing.T, path string, all map[string][]string) {
	t.Helper()
	wellFormedParts(t, path)
	id := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "x-"), ".xlsx")
	own := rowsOf(t, path)
	if want := slices.Sorted(slices.Values(all[id])); len(want) > 0 {
		if have := slices.Sorted(slices.Values(own[id])); !slices.Equal(want, have) {
			t.Errorf("%s holds %q, wanted %q", path, have, want)
		}
	}
	var bytes strings.Builder
	for name, text := range unzipped(t, path) {
		fmt.Fprintln(&bytes, name, text)
	}
	mine := strings.Join(all[id], "\n") + strings.Join(all["External customer ID"], "\n")
	for other, texts := range all {
		if other == id || other == "External customer ID" {
			continue
		}
		for _, s := range texts {
			if slices.Contains([]string{"Europe/Berlin", "unlimited", "Full administrator"}, s) {
				continue // what hints name as an example
			}
			if len(s) > 5 && !strings.Contains(mine, s) && strings.Contains(bytes.String(), escapedXML(s)) {
				t.Errorf("%s holds %q of %q", filepath.Base(path), s, other)
			}
		}
	}
}

func escapedXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}
