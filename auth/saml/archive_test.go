package saml

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"muster/auth/check"
)

// archives holds one file per check, which is its example and its test. The comment says what the example shows. Members
// below raises are metadata files that raise the check, members below passes files that just do not. NAME.options beside one
// sets options (see setOption), NAME.want below raises lists what that check finds. Members are Go text/templates over
// archiveFuncs. UPDATE_ARCHIVES=1 rewrites the want members.
const archives = "testdata"

// goLive is the day of the examples that give none.
var goLive = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// online are the checks that need the network: no file raises them.
var online = []string{"SAML-SSO-006"}

func TestArchives(t *testing.T) {
	for _, file := range archiveFiles(t) {
		id := strings.TrimSuffix(filepath.Base(file), ".txtar")
		t.Run(id, func(t *testing.T) { runArchive(t, file, id) })
	}
}

func TestEveryCheckHasItsArchive(t *testing.T) {
	var ids, have []string
	for _, c := range Checks() {
		if !slices.Contains(online, c.ID) {
			ids = append(ids, c.ID)
		}
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
	files, err := filepath.Glob(filepath.Join(archives, "SAML-*.txtar"))
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
	for _, f := range slices.Clone(a.Files) {
		dir, base := path.Split(f.Name)
		if ext := path.Ext(base); ext == ".options" || ext == ".want" {
			continue
		}
		groups[strings.TrimSuffix(dir, "/")]++
		hold(t, a, f, outcome(t, a, f, id), update)
	}
	if groups["raises"] == 0 || groups["passes"] == 0 || len(groups) != 2 {
		t.Errorf("an archive has examples below raises and below passes, this one %v", groups)
	}
	if update {
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// hold compares what an example raises with what it has to, or writes that down.
func hold(t *testing.T, a *txtar.Archive, f txtar.File, got string, update bool) {
	t.Helper()
	raises, stem := strings.HasPrefix(f.Name, "raises/"), strings.TrimSuffix(f.Name, path.Ext(f.Name))
	if raises && got == "" {
		t.Errorf("%s does not raise the check", f.Name)
		return
	}
	if raises && update {
		setMember(a, f.Name, stem+".want", got)
		return
	}
	if diff := cmp.Diff(member(a, stem+".want"), got); diff != "" {
		t.Errorf("%s: wanted (-), found (+):\n%s", f.Name, diff)
	}
}

// outcome judges one example, and writes what the check found.
func outcome(t *testing.T, a *txtar.Archive, f txtar.File, id string) string {
	t.Helper()
	o := Options{GoLive: goLive}
	stem := strings.TrimSuffix(f.Name, path.Ext(f.Name))
	for line := range strings.Lines(expand(t, stem+".options", member(a, stem+".options"))) {
		key, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ":")
		if !ok {
			t.Fatalf("%s.options: no colon in %q", stem, line)
		}
		setOption(t, &o, key, strings.TrimPrefix(value, " "))
	}
	result := Inspect(strings.NewReader(expand(t, f.Name, string(f.Data))), o)
	var out strings.Builder
	for _, found := range result.Findings {
		inHouseForm(t, found)
		if found.ID == id {
			fmt.Fprintf(&out, "%s line %d: %s\n", found.Level, found.Line, found.Message)
			if !found.Hint.Empty() {
				fmt.Fprintf(&out, "    %s\n", found.Hint)
			}
		}
	}
	return masked(out.String())
}

// inHouseForm demands of a finding that its check knows its level, and that its texts are no sentences with a full stop.
func inHouseForm(t *testing.T, found check.Finding) {
	t.Helper()
	all := Checks()
	i := slices.IndexFunc(all, func(c check.Check) bool { return c.ID == found.ID })
	if i < 0 || !slices.Contains(all[i].Levels, found.Level) {
		t.Errorf("%s finds something at level %s, which the catalogue does not give it", found.ID, found.Level)
	}
	for _, text := range []string{found.Message.String(), found.Hint.String()} {
		if strings.HasSuffix(text, ".") || strings.Contains(text, "%!") {
			t.Errorf("%s: %q", found.ID, text)
		}
	}
}

// masked hides what differs from run to run, because keys are made anew: fingerprints.
func masked(s string) string {
	s = regexp.MustCompile(`\b([0-9A-F]{2}:){19,}[0-9A-F]{2}\b`).ReplaceAllString(s, "FINGERPRINT")
	return regexp.MustCompile(`\b[0-9a-f]{64}\b`).ReplaceAllString(s, "sha256")
}

// setOption sets what NAME.options says. Values are taken as they stand after one space, so that white space can be shown.
func setOption(t *testing.T, o *Options, key, value string) {
	t.Helper()
	number := func() int {
		n, err := strconv.Atoi(value)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	switch key {
	case "entity-id":
		o.EntityID, o.HasEntityID = value, true
	case "go-live":
		day, err := time.Parse(time.DateOnly, value)
		if err != nil {
			t.Fatal(err)
		}
		o.GoLive = day
	case "source-url":
		o.SourceURL = value
	case "anchor": // base64 of a certificate, as cert gives it
		der, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			t.Fatal(err)
		}
		o.Anchor = der
	case "max-bytes":
		o.Limits.Bytes = int64(number())
	case "max-depth":
		o.Limits.Depth = number()
	case "max-elements":
		o.Limits.Elements = number()
	case "max-attributes":
		o.Limits.Attributes = number()
	case "max-attribute-bytes":
		o.Limits.AttributeBytes = number()
	case "max-closest":
		o.MaxClosest = number()
	default:
		t.Fatalf("no option %q", key)
	}
}

func member(a *txtar.Archive, name string) string {
	for _, f := range a.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// setMember puts a member behind the one named after, or in its own place when it is there.
func setMember(a *txtar.Archive, after, name, data string) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(data)
			return
		}
	}
	i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == after })
	a.Files = slices.Insert(a.Files, i+1, txtar.File{Name: name, Data: []byte(data)})
}

// expand runs one member as a template.
func expand(t testing.TB, name, text string) string {
	t.Helper()
	tmpl, err := template.New(name).Funcs(archiveFuncs()).Option("missingkey=error").Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := tmpl.Execute(&out, nil); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// archiveFuncs are what members of archives can call.
func archiveFuncs() template.FuncMap {
	all := template.FuncMap{}
	for _, m := range []template.FuncMap{documentFuncs(), certificateFuncs(), signatureFuncs()} {
		maps.Copy(all, m)
	}
	return all
}
