package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const samplesDir = "../../samples"

// told is what a command wrote, and how it ended.
type told struct {
	out, talk string
	code      int
}

// muster runs the program within the test.
func muster(t *testing.T, args ...string) told {
	t.Helper()
	var out, talk bytes.Buffer
	code := run(t.Context(), append([]string{"muster"}, args...), streams{strings.NewReader(""), &out, &talk})
	return told{out.String(), talk.String(), code}
}

// checkDoc is what the tests read of muster/check/1.
type checkDoc struct {
	Counts   map[string]int
	Summary  map[string]int
	Findings []struct {
		Rule, Severity, Sheet, Cell, Field, Value string
		Row                                       int
	}
}

// runDoc1 is what the tests read of muster/run/1.
type runDoc1 struct {
	Run      string
	Resumed  bool
	Summary  map[string]float64
	Outcomes []outcome
}

type outcome struct {
	Kind, Key, Customer, Status, ID string
	Row                             int
}

func decoded[D any](t *testing.T, text string) D {
	t.Helper()
	var d D
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return d
}

func TestTheCleanSampleIsClean(t *testing.T) {
	got := muster(t, "check", filepath.Join(samplesDir, "migration.xlsx"), "--format", "json")
	doc := decoded[checkDoc](t, got.out)
	if got.code != exitDone || doc.Summary["errors"] != 0 || doc.Summary["warnings"] != 0 {
		t.Errorf("exit %d, summary %v, findings %v", got.code, doc.Summary, doc.Findings)
	}
	for kind, least := range map[string]int{"templates": 3, "customers": 12, "locations": 20, "users": 300} {
		if doc.Counts[kind] < least {
			t.Errorf("%d %s, wanted at least %d", doc.Counts[kind], kind, least)
		}
	}
}

func TestTheBrokenSampleShowsThePlantedFindings(t *testing.T) {
	got := muster(t, "check", filepath.Join(samplesDir, "broken.xlsx"), "--format", "json")
	if got.code != exitFindings {
		t.Errorf("exit %d, wanted %d: %s", got.code, exitFindings, got.talk)
	}
	var have []string
	for _, f := range decoded[checkDoc](t, got.out).Findings {
		cell := f.Cell
		switch {
		case cell == "" && f.Row > 0:
			cell = fmt.Sprintf("%s!%d", f.Sheet, f.Row)
		case cell == "":
			cell = f.Sheet
		}
		have = append(have, f.Rule+" "+f.Severity+" "+cell)
	}
	want := planted(t)
	slices.Sort(have)
	slices.Sort(want)
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("findings differ from the planted ones (-planted +found):\n%s", diff)
	}
	if len(want) < 60 {
		t.Errorf("only %d planted findings", len(want))
	}
}

// planted reads the list beside the broken sample.
func planted(t *testing.T) []string {
	t.Helper()
	f, err := os.Open(filepath.Join(samplesDir, "broken.expected.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows[1:] {
		out = append(out, strings.Join(r, " "))
	}
	return out
}

// TestEveryLanguageGivesTheSameOutcomes applies the small workbook in six languages and as text files, each to a sandbox
// of its own: the same rows with the same outcomes, and the same calls.
func TestEveryLanguageGivesTheSameOutcomes(t *testing.T) {
	inputs := []string{"csv"}
	for _, lang := range []string{"en", "zh-TW", "de", "es", "ar", "ja"} {
		inputs = append(inputs, filepath.Join("languages", lang+".xlsx"))
	}
	var first []outcome
	var calls float64
	for _, in := range inputs {
		got := muster(t, "apply", filepath.Join(samplesDir, in), "--state", filepath.Join(t.TempDir(), "state"), "--format", "json", "--progress", "none")
		if got.code != exitDone {
			t.Fatalf("%s: exit %d: %s", in, got.code, got.talk)
		}
		doc := decoded[runDoc1](t, got.out)
		for i := range doc.Outcomes {
			doc.Outcomes[i].ID = "" // every sandbox gives its own
		}
		if first == nil {
			first, calls = doc.Outcomes, doc.Summary["calls"]
			continue
		}
		if diff := cmp.Diff(first, doc.Outcomes); diff != "" {
			t.Errorf("%s differs from %s:\n%s", in, inputs[0], diff)
		}
		if doc.Summary["calls"] != calls {
			t.Errorf("%s takes %v calls, %s %v", in, doc.Summary["calls"], inputs[0], calls)
		}
	}
	if len(first) == 0 {
		t.Error("no outcomes")
	}
}

// TestApplyTwiceCreatesNothing holds the second run to reading only.
func TestApplyTwiceCreatesNothing(t *testing.T) {
	args := []string{"apply", filepath.Join(samplesDir, "migration.xlsx"), "--state", filepath.Join(t.TempDir(), "state"), "--format", "json", "--progress", "none"}
	first := decoded[runDoc1](t, muster(t, args...).out)
	second := decoded[runDoc1](t, muster(t, args...).out)
	rows := float64(len(first.Outcomes))
	if first.Summary["created"] != rows || first.Summary["rows"] != rows {
		t.Errorf("first run: %v of %v rows", first.Summary, rows)
	}
	if second.Summary["unchanged"] != rows || second.Run == first.Run || second.Resumed {
		t.Errorf("second run: %v, run %s, resumed %v", second.Summary, second.Run, second.Resumed)
	}
	customers, sites, users, roles := 13.0, 17.0, 326.0, 26.0
	if most := (12*customers+6*sites+1.1*users+3*roles)*1.05 + 20; first.Summary["calls"] > most {
		t.Errorf("%v calls, allowed are %v", first.Summary["calls"], most)
	}
	for i := range second.Outcomes {
		if second.Outcomes[i].ID != first.Outcomes[i].ID {
			t.Errorf("%s %s has the id %s, before %s", first.Outcomes[i].Kind, first.Outcomes[i].Key, second.Outcomes[i].ID, first.Outcomes[i].ID)
		}
	}
}
