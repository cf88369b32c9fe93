package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// Whatever tells of rows is readable for its owner alone, and so is what the sandbox keeps.
func TestFilesAreTheOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no such modes there")
	}
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	book := filepath.Join("..", "..", "samples", "migration.xlsx")
	everywhere := []string{"--state", path("state")}
	reports := func(command string, endings ...string) (flags []string) {
		for _, e := range endings {
			flags = append(flags, "--report", path(command+e))
		}
		return flags
	}
	all := []string{".html", ".xlsx", ".json", ".csv", ".md", ".xml"}
	for _, args := range [][]string{
		append([]string{"check", book, "--fix", path("fixed.xlsx")}, reports("check", all...)...),
		append([]string{"plan", book, "--partial", "--out", path("kept.plan")}, reports("plan", ".html", ".json", ".csv", ".md")...),
		append([]string{"apply", book, "--partial", "--progress", "none"}, reports("apply", all...)...),
		append([]string{"verify", book, "--partial", "--settle", "0s", "--as-built", path("built.xlsx")}, reports("verify", all...)...),
		append([]string{"handoff", book, "--setup-assist", path("assist.xlsx")}, reports("handoff", ".html", ".md", ".json", ".txt")...),
		append([]string{"status"}, reports("status", ".json")...),
		{"export", "-o", path("export.xlsx")},
	} {
		if args[0] != "check" {
			args = append(args, everywhere...)
		}
		if r := muster(t, args...); r.code == exitUsage || r.code == exitUnexpected {
			t.Fatalf("%v: %d\n%s", args, r.code, r.talk)
		}
	}
	files := 0
	err := filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		st, err := d.Info()
		if err == nil && st.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v", name, st.Mode())
		}
		return err
	})
	if err != nil || files < 30 {
		t.Errorf("%d files, %v", files, err)
	}
}
