package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fixDoc is what the tests read of muster/check/1 with changes.
type fixDoc struct {
	checkDoc
	Changes []struct {
		Cell, Field, Old, New, Reason string
		LeftAlone                     bool `json:"left_alone"`
	}
}

// specimens are the samples, and the files from the field where they are at hand.
func specimens(t *testing.T) []string {
	t.Helper()
	out := []string{filepath.Join(samplesDir, "migration.xlsx"), filepath.Join(samplesDir, "broken.xlsx")}
	for _, pattern := range []string{filepath.Join(samplesDir, "languages", "*.xlsx"), filepath.Join(samplesDir, "csv", "*.csv"), "../../../shared/reference/sheets/*.*"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, found...)
	}
	return out
}

// TestFixKeepsWhatWasThere copies every specimen: the copy has no finding that the input has not, nothing left to normalise,
// and nothing to change.
func TestFixKeepsWhatWasThere(t *testing.T) {
	changed := 0
	for _, in := range specimens(t) {
		t.Run(filepath.Base(in), func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "copy"+filepath.Ext(in))
			besideIt(t, copied)
			flags := []string{"--customer", "crm-1", "--package", "Webex Calling", "--format", "json"}
			first := muster(t, append([]string{"check", in, "--fix", copied}, flags...)...)
			if first.code == exitUnusable {
				if _, err := os.Stat(copied); err == nil {
					t.Error("there is a copy of a file that cannot be read")
				}
				return
			}
			second := muster(t, append([]string{"check", copied, "--fix", filepath.Join(t.TempDir(), "again"+filepath.Ext(in))}, flags...)...)
			before, after := decoded[fixDoc](t, first.out), decoded[fixDoc](t, second.out)
			changed += len(before.Changes)
			if n := len(after.Changes) - leftAlone(after); n > 0 {
				t.Errorf("the copy still has %d changes: %v", n, after.Changes)
			}
			if diff := cmp.Diff(before.Counts, after.Counts); diff != "" {
				t.Errorf("records (-input +copy):\n%s", diff)
			}
			had := tally(before)
			for what, n := range tally(after) {
				if n > had[what] {
					t.Errorf("%d findings %q in the copy, %d in the input", n, what, had[what])
				}
				if strings.HasPrefix(what, "cell-normalised") && leftAlone(after) == 0 {
					t.Errorf("%d findings %q in the copy", n, what)
				}
			}
		})
	}
	if changed < 500 {
		t.Errorf("only %d changes in all specimens", changed)
	}
}

// besideIt puts what the samples' templates name beside a copy.
func besideIt(t *testing.T, copied string) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(samplesDir, "idp-metadata.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(copied), "idp-metadata.xml"), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func leftAlone(d fixDoc) (n int) {
	for _, c := range d.Changes {
		if c.LeftAlone {
			n++
		}
	}
	return n
}

// tally counts findings by rule, severity and field. Lines may move where a break within a value is gone.
func tally(d fixDoc) map[string]int {
	out := make(map[string]int)
	for _, f := range d.Findings {
		out[strings.Join([]string{f.Rule, f.Severity, f.Sheet, f.Field}, " ")]++
	}
	return out
}

// TestFixKeepsTheOutcomes applies inputs and their copies: the same rows with the same outcomes.
func TestFixKeepsTheOutcomes(t *testing.T) {
	for _, name := range []string{"migration.xlsx", "broken.xlsx", "languages/ja.xlsx", "languages/ar.xlsx", "csv"} {
		t.Run(name, func(t *testing.T) {
			in := filepath.Join(samplesDir, filepath.FromSlash(name))
			copied := filepath.Join(t.TempDir(), "copy"+filepath.Ext(name))
			muster(t, "check", in, "--fix", copied)
			before, after := outcomesOf(t, in), outcomesOf(t, copied)
			for key, was := range before {
				// What the input's damage held back may go ahead now.
				if is := after[key]; is != was && was != "held" {
					t.Errorf("%s was %s, is %q", key, was, is)
				}
			}
			if len(before) == 0 || len(after) != len(before) {
				t.Errorf("%d outcomes, %d before", len(after), len(before))
			}
		})
	}
}

func outcomesOf(t *testing.T, in string) map[string]string {
	t.Helper()
	got := muster(t, "apply", in, "--state", filepath.Join(t.TempDir(), "state"), "--format", "json", "--progress", "none", "--partial")
	if got.code == exitUsage {
		t.Fatal(got.talk)
	}
	out := make(map[string]string)
	for _, o := range decoded[runDoc1](t, got.out).Outcomes {
		out[fmt.Sprintf("%s %s %s %d", o.Kind, o.Customer, o.Key, o.Row)] = o.Status
	}
	return out
}

// TestFixListsTheSameInEveryFormat holds the three formats to the same changes.
func TestFixListsTheSameInEveryFormat(t *testing.T) {
	in := filepath.Join(samplesDir, "csv")
	fix := func(format string) string {
		return muster(t, "check", in, "--format", format, "--fix", filepath.Join(t.TempDir(), "copy")).out
	}
	doc := decoded[fixDoc](t, fix("json"))
	text, lines := fix("text"), fix("ndjson")
	for _, c := range doc.Changes {
		if want := fmt.Sprintf("  %s  %s  %q -> %q  %s\n", c.Cell, c.Field, c.Old, c.New, c.Reason); !strings.Contains(text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
	if n := strings.Count(lines, `{"type":"change",`); n != len(doc.Changes) || n == 0 {
		t.Errorf("%d changes in ndjson, %d in json", n, len(doc.Changes))
	}
	if strings.Contains(muster(t, "check", in, "--format", "json").out, `"changes"`) {
		t.Error("there are changes without --fix")
	}
}

// TestFixLeavesInputsAlone compares the bytes of inputs before and after, and finds no file but the copies.
func TestFixLeavesInputsAlone(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "in"), os.DirFS(filepath.Join(samplesDir, "csv"))); err != nil {
		t.Fatal(err)
	}
	before := filesIn(t, dir)
	got := muster(t, "check", filepath.Join(dir, "in"), "--fix", filepath.Join(dir, "out"))
	if got.code != exitDone {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	after := filesIn(t, dir)
	for name, b := range before {
		if !bytes.Equal(after[name], b) {
			t.Errorf("%s is another", name)
		}
		copied := strings.Replace(name, "in", "out", 1)
		if (len(after[copied]) > 0) != strings.HasSuffix(name, ".csv") {
			t.Errorf("%s holds %d bytes", copied, len(after[copied]))
		}
		delete(after, name)
		delete(after, copied)
	}
	if len(after) > 0 {
		t.Errorf("left behind: %v", slices.Collect(maps.Keys(after)))
	}
}

func filesIn(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := make(map[string][]byte)
	entries, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := filepath.Glob(filepath.Join(dir, "*", ".*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(entries, hidden...) {
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			t.Fatal(err)
		}
		if out[rel], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	return out
}
