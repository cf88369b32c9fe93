package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// The same files give the same bytes, whatever the clock of the machine is.
func TestSameBytes(t *testing.T) {
	files := []packed{{"muster", bytes.Repeat([]byte("program "), 10_000), 0o755}, {"docs/rules.md", []byte("# Rules\n"), 0o644}}
	var first map[string]string
	for range 2 {
		r := &release{at: time.Date(2026, 11, 21, 15, 0, 1, 0, time.UTC), dist: t.TempDir()}
		for _, write := range []func(string, []packed) error{r.tar, r.zip} {
			if err := write("muster_v1_linux_amd64", files); err != nil {
				t.Fatal(err)
			}
		}
		if err := checksums(r.dist); err != nil {
			t.Fatal(err)
		}
		got := make(map[string]string)
		for _, name := range []string{"muster_v1_linux_amd64.tar.gz", "muster_v1_linux_amd64.zip", "SHA256SUMS"} {
			b, err := os.ReadFile(filepath.Join(r.dist, name))
			if err != nil {
				t.Fatal(err)
			}
			got[name] = string(b)
		}
		for name, b := range first {
			if got[name] != b {
				t.Errorf("%s differs from the first one", name)
			}
		}
		first = got
	}
}

// A library that asks for more than its text beside the program stops the release.
func TestLicenceIsRefused(t *testing.T) {
	text := filepath.Join(t.TempDir(), "COPYING")
	if err := os.WriteFile(text, []byte("…"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{"MIT": true, "AGPL-3.0": false} {
		if _, err := held("example.com/library", text, []string{name}); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := held("example.com/library", "", nil); err == nil {
		t.Error("a library without a licence is taken")
	}
}
