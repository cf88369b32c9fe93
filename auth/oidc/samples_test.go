package oidc

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/auth/check"
)

const samples = "../../../shared/reference/auth-samples"

// Real documents raise what the manifest expects of them, and no error that it does not expect.
func TestSamples(t *testing.T) {
	f, err := os.Open(filepath.Join(samples, "MANIFEST.csv"))
	if err != nil {
		t.Skip("the samples are not beside the repository:", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	expected := map[string][]string{} // of a key set
	for _, row := range rows {
		if name, ok := strings.CutSuffix(row[0], ".jwks.json"); ok {
			expected[name] = ids(row[6])
		}
	}
	n := 0
	for _, row := range rows {
		if name, ok := strings.CutSuffix(row[0], ".discovery.json"); ok {
			n++
			t.Run(filepath.Base(name), func(t *testing.T) {
				in := Input{GoLive: today, DiscoveryURL: strings.TrimPrefix(row[4], "discovery_url=")}
				in.Discovery = sample(t, row[0])
				if _, ok := expected[name]; ok {
					in.Keys = sample(t, name+".jwks.json")
				}
				compare(t, Inspect(in), slices.Concat(ids(row[6]), expected[name]))
			})
		}
	}
	if n != 6 {
		t.Errorf("the manifest has %d discovery documents, want 6", n)
	}
}

func ids(column string) []string {
	if column == "none" {
		return nil
	}
	return strings.Fields(column)
}

func sample(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(samples, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func compare(t *testing.T, got *Result, want []string) {
	t.Helper()
	if got.Document == nil {
		t.Error("the document was not read")
	}
	for _, id := range want {
		if !slices.ContainsFunc(got.Findings, func(f check.Finding) bool { return f.ID == id }) {
			t.Errorf("%s is expected and did not come", id)
		}
	}
	for _, f := range got.Findings {
		if f.Level >= check.Error && !slices.Contains(want, f.ID) {
			t.Errorf("not expected: %s %s line %d: %s", f.ID, f.Level, f.Line, f.Message)
		}
		t.Logf("%s %s line %d: %s", f.ID, f.Level, f.Line, f.Message)
	}
}

// A key set of which nothing is expected raises nothing at all.
func TestSampleKeySets(t *testing.T) {
	for _, name := range []string{"oidc/o02-pingfederate.jwks.json", "oidc/o04-dex-live.jwks.json"} {
		if _, err := os.Stat(filepath.Join(samples, name)); err != nil {
			t.Skip("the samples are not beside the repository:", err)
		}
		got := Inspect(Input{GoLive: today, Keys: sample(t, name)})
		if len(got.Findings) > 0 || len(got.Keys) == 0 {
			t.Errorf("%s: %d keys, findings %v", name, len(got.Keys), got.Findings)
		}
	}
}
