package oidc

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// archives holds one file per check, which is its example and its test. The comment says what the example shows. Members
// below raises are inputs that raise the check, those below passes inputs that just do not: NAME.json is a discovery document,
// NAME.jwks a key set, NAME.options sets options (see setOption), and NAME.want lists what that check finds. Members are Go
// text/templates over archiveFuncs. UPDATE_ARCHIVES=1 rewrites the want members.
const archives = "testdata"

// today is the day of the examples that give none.
var today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func TestArchives(t *testing.T) {
	for _, file := range archiveFiles(t) {
		id := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(id, func(t *testing.T) { runArchive(t, file, id) })
	}
}

func TestEveryCheckHasItsArchive(t *testing.T) {
	var ids, have []string
	for _, c := range Checks() {
		ids = append(ids, c.ID)
	}
	for _, file := range archiveFiles(t) {
		have = append(have, strings.TrimSuffix(filepath.Base(file), ".txtar"))
	}
	slices.Sort(ids)
	if d := diff.Diff(ids, have); d != "" {
		t.Errorf("checks (-) and archives (+) differ:\n%s", d)
	}
}

func TestCatalogueIsComplete(t *testing.T) {
	for _, c := range Checks() {
		if len(c.Levels) == 0 || len(c.Evidence) == 0 || c.Source == "" || c.Title == "" || c.Why == "" || c.Fix == "" {
			t.Errorf("%s lacks something: %+v", c.ID, c)
		}
		if !slices.IsSortedFunc(c.Levels, func(a, b level) int { return cmp.Compare(b, a) }) {
			t.Errorf("%s: the heaviest level comes first, not %v", c.ID, c.Levels)
		}
	}
}

func archiveFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(archives, "OIDC-*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return files // sorted by Glob
}

// examples lists the members of an archive without their endings, each once, in order.
func examples(a *txtar.Archive) []string {
	var out []string
	for _, f := range a.Files {
		if stem := strings.TrimSuffix(f.Name, path.Ext(f.Name)); !slices.Contains(out, stem) {
			out = append(out, stem)
		}
	}
	return out
}

// runArchive judges every example of one archive.
func runArchive(t *testing.T, file, id string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(a.Comment)) == 0 {
		t.Error("the archive does not say what it shows")
	}
	update := os.Getenv("UPDATE_ARCHIVES") != ""
	groups := map[string]int{}
	for _, stem := range examples(a) {
		dir, _ := path.Split(stem)
		groups[dir]++
		got := outcome(t, a, stem, id)
		switch {
		case dir == "raises/" && got == "":
			t.Errorf("%s does not raise the check", stem)
		case dir == "raises/" && update:
			setWant(a, stem, got)
		default:
			want, _ := part(a, stem+".want")
			if d := diff.Diff(want, got); d != "" {
				t.Errorf("%s: wanted (-), found (+):\n%s", stem, d)
			}
		}
	}
	for _, l := range levelsOf(id) {
		if !strings.Contains("\n"+wants(a), "\n"+l.String()+" line ") {
			t.Errorf("no example raises the level %s", l)
		}
	}
	if groups["raises/"] == 0 || groups["passes/"] == 0 || len(groups) != 2 {
		t.Errorf("an archive has examples below raises and below passes, this one %v", groups)
	}
	if update {
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// outcome judges one example, and writes what the check found.
func outcome(t *testing.T, a *txtar.Archive, stem, id string) string {
	t.Helper()
	e := example{Input: Input{GoLive: today}}
	if text, ok := part(a, stem+".json"); ok {
		e.Discovery = expand(t, stem, text)
	}
	if text, ok := part(a, stem+".jwks"); ok {
		e.Keys = expand(t, stem, text)
	}
	options, _ := part(a, stem+".options")
	for line := range strings.Lines(string(expand(t, stem, options))) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !ok {
			t.Fatalf("%s.options: no colon in %q", stem, line)
		}
		e.set(t, key, strings.TrimPrefix(value, " "))
	}
	var out strings.Builder
	for _, f := range e.inspect() {
		if !slices.Contains(levelsOf(f.ID), f.Level) {
			t.Errorf("%s: %s is no level of %s", stem, f.Level, f.ID)
		}
		if f.ID == id {
			fmt.Fprintf(&out, "%s line %d: %s\n    %s\n", f.Level, f.Line, f.Message, f.Hint)
		}
	}
	return out.String()
}

// levelsOf gives the levels that the catalogue lists for a check.
func levelsOf(id string) []level {
	for _, c := range Checks() {
		if c.ID == id {
			return c.Levels
		}
	}
	return nil
}

func part(a *txtar.Archive, name string) (string, bool) {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data), true
		}
	}
	return "", false
}

// wants gives all that the examples of an archive want.
func wants(a *txtar.Archive) string {
	var out strings.Builder
	for _, f := range a.Files {
		if path.Ext(f.Name) == ".want" {
			out.Write(f.Data)
		}
	}
	return out.String()
}

// setWant puts what was found behind the members of an example.
func setWant(a *txtar.Archive, stem, data string) {
	name := stem + ".want"
	after := 0
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(data)
			return
		}
		if strings.TrimSuffix(a.Files[i].Name, path.Ext(a.Files[i].Name)) == stem {
			after = i + 1
		}
	}
	a.Files = slices.Insert(a.Files, after, txtar.File{Name: name, Data: []byte(data)})
}

// expand runs one member as a template.
func expand(t testing.TB, name, text string) []byte {
	t.Helper()
	tmpl, err := template.New(name).Funcs(archiveFuncs()).Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
