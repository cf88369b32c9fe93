package auth

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"muster/auth/check"
	"muster/importer/sheet"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
	"muster/internal/resolve"
)

// archives holds one file per check of the templates, which is its example and its test. The comment says what the example
// shows. raises/NAME/ is a folder of text files that raises the check, passes/NAME/ one that just does not: templates.csv,
// customers.csv, and metadata that a template names. raises/NAME.want lists what that check finds, each at its cell and the
// field of that cell. Members are Go text/templates, so that characters nobody sees can be written: {{"\u200b"}}.
// UPDATE_ARCHIVES=1 rewrites the want members.
const archives = "testdata"

// today is the day of the examples.
var today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func TestArchives(t *testing.T) {
	for _, file := range archiveFiles(t) {
		id := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(id, func(t *testing.T) { runArchive(t, file, id) })
	}
}

func TestEveryCheckHasItsArchive(t *testing.T) {
	var ids, have []string
	for _, e := range entries() {
		ids = append(ids, e.ID)
	}
	for _, file := range archiveFiles(t) {
		have = append(have, strings.TrimSuffix(filepath.Base(file), ".txtar"))
	}
	slices.Sort(ids)
	if diff := cmp.Diff(ids, have); diff != "" {
		t.Errorf("checks (-) and archives (+) differ:\n%s", diff)
	}
}

func archiveFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(archives, "TPL-*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return files // sorted by Glob
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
	wanted := ""
	for _, name := range examples(a) {
		groups[path.Dir(name)]++
		got := outcome(t, a, name, id)
		switch {
		case path.Dir(name) == "raises" && got == "":
			t.Errorf("%s does not raise the check", name)
		case path.Dir(name) == "raises" && update:
			setWant(a, name, got)
		default:
			if diff := cmp.Diff(member(a, name+".want"), got); diff != "" {
				t.Errorf("%s: wanted (-), found (+):\n%s", name, diff)
			}
		}
		wanted += got
	}
	if groups["raises"] == 0 || groups["passes"] == 0 || len(groups) != 2 {
		t.Errorf("an archive has examples below raises and below passes, this one %v", groups)
	}
	for _, l := range catalogued(t, id).Levels {
		if !strings.Contains("\n"+wanted, "\n"+l.String()+" ") {
			t.Errorf("no example raises the level %s", l)
		}
	}
	if update {
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// examples lists the folders of an archive: raises/NAME, passes/NAME.
func examples(a *txtar.Archive) []string {
	var out []string
	for _, f := range a.Files {
		if dir := path.Dir(f.Name); strings.Contains(dir, "/") && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	return out
}

// outcome judges one example, and writes what the check found.
func outcome(t *testing.T, a *txtar.Archive, name, id string) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		if path.Dir(f.Name) == name {
			if err := os.WriteFile(filepath.Join(dir, path.Base(f.Name)), expand(t, f), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out strings.Builder
	for _, f := range judgeFolder(t, dir).Findings {
		inHouseForm(t, f)
		if f.ID == id {
			fmt.Fprintf(&out, "%s %s: %s\n", f.Level, where(f), f.Message)
			if !f.Hint.Empty() {
				fmt.Fprintf(&out, "    %s\n", f.Hint)
			}
		}
	}
	return out.String()
}

// judgeFolder reads a folder as the commands do and judges its templates.
func judgeFolder(t *testing.T, dir string) *Report {
	t.Helper()
	b, err := sheet.Open([]string{dir}, sheet.Options{Facts: facts.Load(), Words: locale.Load()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	raw := map[onboarding.Place]string{}
	batch, err := b.Batch(func(f onboarding.Finding) {
		if f.Rule == "cell-normalised" {
			raw[f.Place] = f.Value
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	resolve.New(facts.Load(), batch)
	return Templates(context.Background(), batch, Options{
		Today: today,
		Open: func(_ *onboarding.Template, name string) (io.ReadCloser, error) {
			return os.Open(filepath.Join(dir, filepath.Base(name)))
		},
		Raw: func(p onboarding.Place) (string, bool) { text, ok := raw[p]; return text, ok },
	})
}

// where names the cell of a finding and its field; a row where there is no such column.
func where(f Finding) string {
	row, field := f.Template.Row, fieldOf(f)
	if f.Customer != nil {
		row = f.Customer.Row
	}
	if cell := row.Cell(field).Cell(); cell != "" {
		return cell + " " + string(field)
	}
	return fmt.Sprintf("%s:%d %s", row.Source.File, row.Number, field)
}

func fieldOf(f Finding) onboarding.Field {
	if f.Customer != nil {
		return "organization_id"
	}
	return map[check.Subject]onboarding.Field{
		check.EntityID: "idp_entity_id", check.Name: "oidc_idp_entity_id", check.TACName: "tac_idp_name", check.Issuer: "oidc_issuer",
		check.Metadata: "saml_metadata", check.Method: "auth_mode",
	}[f.Subject]
}

// inHouseForm demands of a finding that its check knows its level, and that its texts are no sentences with a full stop.
func inHouseForm(t *testing.T, f Finding) {
	t.Helper()
	if !slices.Contains(catalogued(t, f.ID).Levels, f.Level) {
		t.Errorf("%s finds something at level %s, which the catalogue does not give it", f.ID, f.Level)
	}
	for _, text := range []string{f.Message.String(), f.Hint.String()} {
		if strings.HasSuffix(text, ".") || strings.Contains(text, "%!") {
			t.Errorf("%s: %q", f.ID, text)
		}
	}
}

func catalogued(t *testing.T, id string) check.Check {
	t.Helper()
	for _, c := range Checks() {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no check %q", id)
	return check.Check{}
}

func member(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// setWant puts what was found behind the files of an example.
func setWant(a *txtar.Archive, name, data string) {
	after := 0
	for i := range a.Files {
		switch {
		case a.Files[i].Name == name+".want":
			a.Files[i].Data = []byte(data)
			return
		case path.Dir(a.Files[i].Name) == name:
			after = i + 1
		}
	}
	a.Files = slices.Insert(a.Files, after, txtar.File{Name: name + ".want", Data: []byte(data)})
}

// expand runs one member as a template.
func expand(t *testing.T, f txtar.File) []byte {
	t.Helper()
	tmpl, err := template.New(f.Name).Parse(string(f.Data))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := tmpl.Execute(&out, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
