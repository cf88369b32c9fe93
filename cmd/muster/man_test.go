package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

const manFile = "../../docs/muster.1"

// TestDocsManual holds docs/muster.1 to the commands of the program; UPDATE_DOCS=1 writes it anew.
func TestDocsManual(t *testing.T) {
	got := []byte(muster(t, "man").out)
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(manFile, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(manFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/muster.1 is not what `muster man` prints; UPDATE_DOCS=1 go test ./cmd/muster -run TestDocsManual writes it")
	}
}

// Every command and every flag stands in the page, and man shows it without a complaint.
func TestManShowsEverything(t *testing.T) {
	if _, err := exec.LookPath("man"); err != nil {
		t.Skip("skip: man is not installed")
	}
	path, err := filepath.Abs(manFile)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "man", "--warnings", "-E", "UTF-8", "-P", "cat", "-l", path)
	c.Env = append(os.Environ(), "MANWIDTH=100", "LC_ALL=C.UTF-8", "MAN_KEEP_FORMATTING=")
	var talk bytes.Buffer
	c.Stderr = &talk
	shown, err := c.Output()
	if err != nil || talk.Len() > 0 {
		t.Fatalf("man: %v: %s", err, talk.String())
	}
	page := strings.Join(strings.Fields(string(shown)), " ")
	commands := newApp(streams{os.Stdin, io.Discard, io.Discard}).Commands
	each(commands, "muster", func(name string, c *cli.Command) {
		if !strings.Contains(page, strings.TrimSpace(name+" "+c.ArgsUsage)) {
			t.Errorf("man does not show %s %s", name, c.ArgsUsage)
		}
		for _, f := range c.Flags {
			if !strings.Contains(page, "--"+f.Names()[0]) {
				t.Errorf("man does not show --%s of %s", f.Names()[0], name)
			}
		}
	})
}
