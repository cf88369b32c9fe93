package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"muster/samples"
)

// TestSamplesAreWhatTheGeneratorMakes makes every sample anew: the same bytes.
func TestSamplesAreWhatTheGeneratorMakes(t *testing.T) {
	dir := t.TempDir()
	if err := generate(dir); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := fs.WalkDir(samples.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		want, err := samples.Files.ReadFile(path)
		if err != nil {
			return err
		}
		have, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if err != nil {
			return err
		}
		if !bytes.Equal(have, want) {
			t.Errorf("%s differs from what the generator makes; run go generate ./samples", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < 14 {
		t.Errorf("only %d samples", n)
	}
}
