package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// marked is a voice whose every word can be seen: it writes the Latin letters of all that it says as Cyrillic ones. What is
// still Latin in a report was not said, and stays English in every language.
type marked struct{}

func (marked) Language() string  { return "ja" }
func (marked) RightToLeft() bool { return false }

// typed are the parts of a format that stand in every language as they are: values, commands, flags.
var typed = regexp.MustCompile("%[-+# 0]*(\\[\\d+\\])?\\d*(\\.\\d+)?[a-zA-Z%]|`[^`]+`|--[a-z][a-z-]+")

func (m marked) Say(t onboarding.Text) string {
	var format strings.Builder
	last := 0
	for _, at := range typed.FindAllStringIndex(t.Format, -1) {
		format.WriteString(cyrillic(t.Format[last:at[0]]) + t.Format[at[0]:at[1]])
		last = at[1]
	}
	format.WriteString(cyrillic(t.Format[last:]))
	if len(t.Args) == 0 {
		return format.String()
	}
	args := make([]any, len(t.Args))
	for i, a := range t.Args {
		args[i] = m.value(a)
	}
	return fmt.Sprintf(format.String(), args...)
}

func (m marked) value(a any) any {
	switch a := a.(type) {
	case onboarding.Text:
		return m.Say(a)
	case onboarding.Word:
		return cyrillic(string(a))
	case onboarding.Field, onboarding.FieldName, onboarding.Country:
		return cyrillic(fmt.Sprint(a))
	case onboarding.List:
		out := make([]string, len(a))
		for i, item := range a {
			out[i] = fmt.Sprint(m.value(item))
		}
		return strings.Join(out, ", ")
	case onboarding.Clauses:
		out := make([]string, len(a))
		for i, item := range a {
			out[i] = m.Say(item)
		}
		return strings.Join(out, "; ")
	}
	return a
}

func cyrillic(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'а'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'А'
		}
		return r
	}, s)
}

var (
	latin = regexp.MustCompile(`[A-Za-z][A-Za-z_]{2,}`)
	tag   = regexp.MustCompile(`(?s)<(script|style|template)[^>]*>.*?</(script|style|template)>|<[^>]*>`)

	cells   = regexp.MustCompile(`sharedStrings|worksheets/sheet|comments`) // parts of a workbook that hold what people read
	formula = regexp.MustCompile(`<(f|formula1|formula2)[ >][^<]*</|<(conditionalFormatting|dataValidations).*?</(conditionalFormatting|dataValidations)>`)

	// named is what no language changes: messages of the service, quoted values, commands, flags, addresses, files, ids of rules and runs, hashes, words cut short.
	named = regexp.MustCompile("Request refused: .* does not exist in location|`[^`]*`|muster(?: (?:auth )?[a-z]+)?|--[a-z][a-z-]+|\"[^\"]*\"|\\S+@\\S+|\\S+://\\S+|\\S+\\.(?:xlsx|csv|html|md|xml|json|example|net|test)\\S*|" +
		`\[?[A-Za-z]+(?:-[A-Za-z0-9]+)+\]?|\d{8}T\d{6}Z-[0-9a-f]{4}|[0-9a-f]{16,}|[A-Za-z0-9+/=_-]{30,}|[A-Za-z]+…`)
)

// unspoken gives the English of a text that no voice has said, beside the words of the inputs.
func unspoken(text string, known map[string]bool) []string {
	var out []string
	for line := range strings.Lines(named.ReplaceAllString(text, " ")) {
		for _, word := range latin.FindAllString(line, -1) {
			if !known[word] {
				out = append(out, word+": "+strings.TrimSpace(line))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// textOf gives the text of a document, without its markup.
func textOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if z, err := zip.NewReader(bytes.NewReader(text), int64(len(text))); err == nil {
		text = nil
		for _, f := range z.File {
			if !cells.MatchString(f.Name) {
				continue
			}
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			part, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			text = append(text, formula.ReplaceAll(part, []byte(" "))...)
		}
		return html.UnescapeString(tag.ReplaceAllString(string(text), "\n"))
	}
	if filepath.Ext(path) == ".html" {
		return html.UnescapeString(tag.ReplaceAllString(string(text), "\n"))
	}
	return string(text)
}

// English reaches nobody who chose another language: the words of every reporting command are said by the voice.
func TestEveryWordIsSaid(t *testing.T) {
	known := map[string]bool{
		"muster": true, "MUSTER": true, "apply": true, "sandbox": true, "devel": true, // this program, its tracking ids, its command, the service, the version
		"Templates": true, "Customers": true, "Packages": true, "Locations": true, "Users": true, // sheets of the inputs
		"sha": true, "SHA": true, "RSA": true, "UTC": true, // hashes, keys, moments
	}
	know := func(text string) {
		for _, word := range latin.FindAllString(text, -1) {
			known[word] = true
		}
	}
	for _, path := range []string{sample("broken.xlsx"), sample("migration.xlsx"), sample("idp-metadata.xml")} {
		know(textOf(t, path))
	}
	tables := loadTables()
	for _, p := range tables.facts.Packages() {
		know(p.API + " " + p.Display + " Cx Essentials")
	}
	for _, label := range []string{ // Partner Hub shows them, in English first
		"primary_settings", "email_settings", "call_settings", "auth.webex", "auth.saml", "auth.oidc", "brand_name", "allow_admin_invite_emails", "allow_webex_to_webex_calling",
	} {
		know(tables.words.Label("hub", label, "en"))
	}
	dir := t.TempDir()
	service := []string{"--target", "sandbox", "--state", filepath.Join(dir, "state")}
	with := func(args ...string) []string { return append(args, service...) }
	failing := func(args ...string) []string {
		return append(args, "--target", "sandbox", "--state", filepath.Join(dir, "failing"))
	}
	for _, s := range webex.Scopes() {
		know(s.Name)
	}
	for _, c := range []struct {
		args    []string
		reports []string
	}{
		{[]string{"check", sample("broken.xlsx")}, []string{"x.md", "x.html", "x.xlsx"}},
		{[]string{"handoff", sample("broken.xlsx")}, []string{"x.md", "x.html"}},
		{[]string{"templates", sample("broken.xlsx")}, []string{"x.md", "x.html"}},
		{[]string{"auth", "check", sample("migration.xlsx")}, []string{"x.md", "x.html"}},
		{[]string{"rules"}, nil},
		{with("plan", sample("migration.xlsx")), []string{"x.md", "x.html", "x.xlsx"}},
		{with("apply", sample("migration.xlsx"), "--numbers", "inactive", "--progress", "none"), []string{"x.md", "x.html", "x.xlsx"}},
		{with("plan", sample("migration.xlsx")), []string{"x.md", "x.html", "x.xlsx"}},
		{with("status"), []string{"x.md", "x.html"}},
		{[]string{"runs", "--state", filepath.Join(dir, "state")}, nil},
		{with("verify", sample("migration.xlsx"), "--settle", "0s"), []string{"x.md", "x.html", "x.xlsx"}},
		{with("export", "--out", filepath.Join(dir, "out.xlsx")), nil},
		{with("activate", "--all", "--dry-run"), []string{"x.md", "x.html"}},
		{failing("apply", sample("migration.xlsx"), "--numbers", "existing", "--progress", "none"), []string{"x.md", "x.html", "x.xlsx"}},
		{failing("status"), []string{"x.md", "x.html"}},
		{failing("whoami"), nil},
		{with("undo", "--dry-run", "RUN"), []string{"x.md", "x.html"}},
		{with("undo", "RUN", "--progress", "none"), []string{"x.md", "x.html"}},
	} {
		name := strings.Join(c.args[:min(2, len(c.args))], " ")
		var files []string
		args := append([]string{"muster"}, c.args...)
		for i, a := range args {
			if a == "RUN" {
				args[i] = latestRun(t, dir)
			}
		}
		for _, r := range c.reports {
			files = append(files, filepath.Join(dir, r))
			args = append(args, "--report", filepath.Join(dir, r))
		}
		var out, talk bytes.Buffer
		app := newApp(streams{bytes.NewReader(nil), &out, &talk})
		app.Metadata[speaker] = func(string) onboarding.Voice { return marked{} }
		err := app.RunContext(t.Context(), flagsFirst(app, args))
		if out.Len() == 0 && talk.Len() == 0 {
			t.Fatalf("%s says nothing: %v", name, err)
		}
		texts := map[string]string{"standard output": out.String(), "standard error": talk.String()}
		for _, f := range files {
			texts[filepath.Base(f)] = textOf(t, f)
		}
		for where, text := range texts {
			for _, w := range unspoken(text, known) {
				t.Errorf("%s, %s: %s", name, where, w)
			}
		}
	}
}

// latestRun gives the id of the only run.
func latestRun(t *testing.T, dir string) string {
	t.Helper()
	var out bytes.Buffer
	run(t.Context(), []string{"muster", "runs", "--state", filepath.Join(dir, "state"), "--format", "json"}, streams{bytes.NewReader(nil), &out, &out})
	id := regexp.MustCompile(`\d{8}T\d{6}Z-[0-9a-f]{4}`).FindString(out.String())
	if id == "" {
		t.Fatal(out.String())
	}
	return id
}
