package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// TestTutorial does what docs/tutorial.md tells: the cells are typed, the commands are run in order, and each must print
// what the page says. UPDATE_DOCS=1 writes the page anew.
func TestTutorial(t *testing.T) {
	path, err := filepath.Abs("../../docs/tutorial.md")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	t.Setenv("CI", "true")
	t.Setenv("NO_COLOR", "1")
	r := &reader{t: t, real: make(map[string]string)}
	got := r.page(string(page))
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(page), got); d != "" {
		t.Errorf("the tutorial does not tell what happens (-page +program; UPDATE_DOCS=1 writes it anew):\n%s", d)
	}
}

// reader follows the page.
type reader struct {
	t    *testing.T
	real map[string]string // names of runs by the names that the page gives them
}

// page gives the page as it should be.
func (r *reader) page(text string) string {
	var out strings.Builder
	for text != "" {
		before, rest, found := strings.Cut(text, "\n```")
		out.WriteString(before)
		if !found {
			break
		}
		info, rest, _ := strings.Cut(rest, "\n")
		body, after, _ := strings.Cut(rest, "```\n")
		switch kind, file, _ := strings.Cut(info, " "); kind {
		case "console":
			body = r.console(body)
		case "cells":
			r.cells(file, body)
		}
		fmt.Fprintf(&out, "\n```%s\n%s```\n", info, body)
		text = after
	}
	return out.String()
}

// cells types what a block says, a cell a line: Users!A2 = value.
func (r *reader) cells(file, body string) {
	r.t.Helper()
	book, err := excelize.OpenFile(file)
	if err != nil {
		r.t.Fatal(err)
	}
	defer book.Close()
	for line := range strings.Lines(body) {
		at, value, ok := strings.Cut(strings.TrimSpace(line), " =")
		sheet, cell, named := strings.Cut(at, "!")
		if !ok || !named {
			r.t.Fatalf("%q does not say which cell holds what", line)
		}
		if err := book.SetCellStr(sheet, cell, strings.TrimSpace(value)); err != nil {
			r.t.Fatal(err)
		}
	}
	if err := book.Save(); err != nil {
		r.t.Fatal(err)
	}
}

// console runs the commands of a block and gives the block with what they print.
func (r *reader) console(body string) string {
	var out strings.Builder
	for line := range strings.Lines(body) {
		command, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "$ ")
		if !ok {
			continue // what the page says was printed
		}
		fmt.Fprintf(&out, "$ %s\n%s", command, r.run(command))
	}
	return out.String()
}

// run gives what a command prints, its last line the exit code when that is not 0.
func (r *reader) run(command string) string {
	for shown, real := range r.real {
		command = strings.ReplaceAll(command, shown, real)
	}
	var b bytes.Buffer
	code := run(r.t.Context(), strings.Fields(command), streams{strings.NewReader(""), &b, &b})
	if code != exitDone {
		fmt.Fprintf(&b, "(exit code %d)\n", code)
	}
	return r.plain(b.String())
}

// plain puts the same words for what differs from time to time: names of runs, moments, durations.
func (r *reader) plain(text string) string {
	text = regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{4}`).ReplaceAllStringFunc(text, func(id string) string {
		for shown, real := range r.real {
			if real == id {
				return shown
			}
		}
		shown := fmt.Sprintf("20261120T2015%02dZ-7f3a", len(r.real))
		r.real[shown] = id
		return shown
	})
	for pattern, word := range map[string]string{
		`\b\d+\.\d s\b`:                "0.4 s",
		`read at sandbox in \d+ calls`: "read at sandbox in 9 calls", // what differs is read again within a bound
		`\b\d+ polls\b`:                "2 polls",
		`\b\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( [A-Z]{3,4})?`: "2026-11-20 20:15",
		`\bY2lzY29zcGFyazovL3VzL09[0-9A-Za-z_-]{40,}`:       "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi8", // every sandbox has organizations of its own
		`\b[0-9a-f]{64}\b`: strings.Repeat("7f3a", 16),
	} {
		text = regexp.MustCompile(pattern).ReplaceAllString(text, word)
	}
	return text
}
