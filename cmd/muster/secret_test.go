package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// plantedToken must not be found in anything that muster writes.
const plantedToken = "planted-secret-4f1d9c"

// TestSecretsStayInside runs an apply with a token that must not leave it, with the most talkative log and every report, and
// reads every byte that was written.
func TestSecretsStayInside(t *testing.T) {
	dir := t.TempDir()
	service := filepath.Join(dir, "service")
	if err := os.Mkdir(service, 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := openSandbox(t, service).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Setenv("WEBEX_ACCESS_TOKEN", plantedToken)
	written := filepath.Join(dir, "written")
	if err := os.Mkdir(written, 0o700); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"apply", filepath.Join(samplesDir, "languages", "en.xlsx"), "--state", filepath.Join(written, "state"), "--target", l.URL(), "--yes",
		"--log-level", "debug", "--log-format", "json", "--format", "ndjson",
	}
	for _, ending := range []string{"html", "xlsx", "json", "xml", "csv", "md"} {
		args = append(args, "--report", filepath.Join(written, "report."+ending))
	}
	got := muster(t, args...)
	if got.code != exitDone || !strings.Contains(got.talk, `"level":"DEBUG"`) {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	if strings.Contains(got.out+got.talk, plantedToken) {
		t.Error("the token was told")
	}
	files := 0
	err = filepath.WalkDir(written, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		data, err := os.ReadFile(path)
		if strings.Contains(string(data), plantedToken) {
			t.Errorf("%s holds the token", d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 7 {
		t.Errorf("only %d files were written", files)
	}
}
