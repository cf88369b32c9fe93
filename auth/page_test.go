package auth

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"muster/auth/check"
	"muster/auth/rehearse"
)

const docsPage = "../docs/sign-in.md"

// TestSignInPage keeps docs/sign-in.md what the checks and their examples say; UPDATE_DOCS=1 writes it.
func TestSignInPage(t *testing.T) {
	page := signInPage(t)
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(docsPage, page, 0o644); err != nil { //nolint:gosec // a page of the repository
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(docsPage)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(page, have) {
		t.Errorf("docs/sign-in.md is not what the checks say; UPDATE_DOCS=1 go test ./auth writes it:\n%s", cmp.Diff(string(have), string(page)))
	}
}

// family is a chapter of the page. Its checks are those whose ID begins with prefix; their archives lie in dir.
type family struct {
	prefix, dir, title, about string
}

func families() []family {
	const samlDir, oidcDir = "saml/testdata", "oidc/testdata"
	return []family{
		{"TPL-", "testdata", "Templates", "What stands in the sheet Templates, whatever the provider. TPL-007 to TPL-010 are the checklist."},
		{"SAML-DOC-", samlDir, "SAML: the document", "Is the file metadata at all, and does everybody read the same in it? After a blocker here nothing else is judged. A file that a template names and that is not there, and an address that does not answer, are an error of SAML-DOC-001."},
		{"SAML-SEL-", samlDir, "SAML: the choice", "Which entity of the file is meant."},
		{"SAML-EID-", samlDir, "SAML: the entity ID", "The name by which Webex knows the provider. A template without metadata, and an address that was not fetched, are a warning of SAML-EID-001: not proven."},
		{"SAML-ROLE-", samlDir, "SAML: the role", "Is it an identity provider that is described?"},
		{"SAML-SSO-", samlDir, "SAML: sign-on addresses", "Where browsers are sent to sign in."},
		{"SAML-SLO-", samlDir, "SAML: logout", "Where browsers are sent to sign out."},
		{"SAML-NID-", samlDir, "SAML: NameID", "The formats of the identifier in the answer."},
		{"SAML-ATT-", samlDir, "SAML: attributes", "How the e-mail address reaches Webex."},
		{"SAML-REQ-", samlDir, "SAML: requests", "What the provider asks of requests."},
		{"SAML-KEY-", samlDir, "SAML: certificates", "With what the provider signs, and until when."},
		{"SAML-VAL-", samlDir, "SAML: validity", "Until when the metadata itself may be used."},
		{"SAML-SIG-", samlDir, "SAML: the signature of the metadata", "Most metadata is unsigned. A signature that is there has to hold."},
		{"OIDC-NAME-", oidcDir, "OpenID Connect: the name", "The name that stands in the template and in the TAC case. In a workbook TPL-004 tells what OIDC-NAME-005 would."},
		{"OIDC-TAC-", oidcDir, "OpenID Connect: what TAC asks for", "Judged when flags say what goes to TAC: `--client-id`, `--scopes`, `--partner-org`, `--redirect-uri`, `--secret-delivered`."},
		{"OIDC-DISC-", oidcDir, "OpenID Connect: the discovery document", "Does it come, can it be read, and is it that of the issuer?"},
		{"OIDC-CAP-", oidcDir, "OpenID Connect: capabilities", "What the provider says it can do."},
		{"OIDC-JWKS-", oidcDir, "OpenID Connect: the key set", "With what the provider signs ID tokens."},
		{"OIDC-NET-", oidcDir, "OpenID Connect: the network", "What the hosts answer, with `--online` or an address given by flag."},
	}
}

func signInPage(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString(pageIntro)
	writeContents(&b)
	all := Checks()
	for _, f := range families() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", f.title, f.about)
		n := len(all)
		all = slices.DeleteFunc(all, func(c check.Check) bool {
			if !strings.HasPrefix(c.ID, f.prefix) {
				return false
			}
			writeCheck(t, &b, f, c)
			return true
		})
		if len(all) == n {
			t.Errorf("there is no check %s…", f.prefix)
		}
	}
	for _, c := range all {
		t.Errorf("%s belongs to no chapter", c.ID)
	}
	writeRehearsal(&b)
	return b.Bytes()
}

// writeContents lists the chapters.
func writeContents(b *bytes.Buffer) {
	b.WriteString("\n## Chapters\n\n")
	for _, f := range families() {
		anchor := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(f.title), ":", ""), " ", "-")
		fmt.Fprintf(b, "- [%s](#%s): %s…\n", f.title, anchor, f.prefix)
	}
	b.WriteString("- [Rehearsal](#rehearsal): LIVE-…\n")
}

// writeCheck writes the section of one check.
func writeCheck(t *testing.T, b *bytes.Buffer, f family, c check.Check) {
	t.Helper()
	fmt.Fprintf(b, "\n### %s\n\n**%s** (%s)\n\n- Why: %s.\n- Fix: %s.\n- Rests on: %s.\n\n", c.ID, sentence(c.Title), levelWords(c), prose(c.Why), prose(c.Fix), source(c))
	file := filepath.Join(f.dir, c.ID+".txtar")
	if _, err := os.Stat(file); os.IsNotExist(err) {
		b.WriteString("No file raises it: it looks at the network, with `--online`.\n")
		return
	}
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	raises, passes := pair(a)
	if raises.name == "" || passes.name == "" {
		t.Errorf("%s has no example of both kinds", c.ID)
		return
	}
	fmt.Fprintf(b, "%s.\n\n```diff\n", prose(strings.Join(strings.Fields(string(a.Comment)), " ")))
	for _, line := range slices.Concat(changed(raises.text, passes.text), found(a, raises.name, c)) {
		b.WriteString(strings.TrimRight(inMiddle(line), " ") + "\n")
	}
	b.WriteString("```\n")
}

// The most of an example that is shown.
const (
	longestSide  = 8   // lines that only one of the two has
	contextLines = 2   // lines that both have, before and after
	longestFound = 6   // lines of findings
	longestLine  = 240 // bytes
)

// sample is one example of an archive: its name and what its members say.
type sample struct {
	name string
	text []string
}

// samples lists the examples of an archive, raises/… and passes/…, whatever the room it is from.
func samples(a *txtar.Archive) []sample {
	var out []sample
	for _, f := range a.Files {
		name, ext := strings.TrimSuffix(f.Name, path.Ext(f.Name)), path.Ext(f.Name)
		isFile := strings.Count(f.Name, "/") == 2
		if isFile {
			name = path.Dir(f.Name)
		}
		if ext == ".want" {
			continue
		}
		i := slices.IndexFunc(out, func(s sample) bool { return s.name == name })
		if i < 0 {
			i = len(out)
			out = append(out, sample{name: name})
		}
		text := strings.Split(strings.TrimRight(string(f.Data), "\n"), "\n")
		if isFile && path.Base(f.Name) != "templates.csv" {
			text = append([]string{"", path.Base(f.Name) + ":"}, text...)
		}
		if ext == ".options" {
			out[i].text = append(text, out[i].text...)
		} else {
			out[i].text = append(out[i].text, text...)
		}
	}
	return out
}

// pair gives the first example that raises the check, and the most similar one that does not.
func pair(a *txtar.Archive) (raises, passes sample) {
	best := -1
	for _, s := range samples(a) {
		switch {
		case strings.HasPrefix(s.name, "passes/"):
			if common := len(s.text) - len(without(s.text, raises.text)); common > best {
				passes, best = s, common
			}
		case raises.name == "":
			raises = s
		}
	}
	return raises, passes
}

// without gives the lines that the other text lacks.
func without(text, other []string) []string {
	return slices.DeleteFunc(slices.Clone(text), func(line string) bool { return slices.Contains(other, line) })
}

// changed shows how the first text becomes the second: lines before and after that both have, then those that differ.
func changed(from, to []string) []string {
	var before, after []string
	for len(from) > 0 && len(to) > 0 && from[0] == to[0] {
		before, from, to = append(before, "  "+from[0]), from[1:], to[1:]
	}
	for len(from) > 0 && len(to) > 0 && from[len(from)-1] == to[len(to)-1] {
		after, from, to = append(after, "  "+from[len(from)-1]), from[:len(from)-1], to[:len(to)-1]
	}
	slices.Reverse(after)
	if len(before) > contextLines+1 {
		before = append([]string{before[0], "  …"}, before[len(before)-contextLines:]...)
	}
	return slices.Concat(before, side("- ", from), side("+ ", to), shorten(after, contextLines+1))
}

// side marks the lines of one of the two texts.
func side(mark string, lines []string) []string {
	var out []string
	for _, line := range lines {
		out = append(out, mark+line)
	}
	return shorten(out, longestSide)
}

// found lists what an example is told. A hint that repeats the fix of its check is left out.
func found(a *txtar.Archive, name string, c check.Check) []string {
	var out []string
	for line := range strings.Lines(member(a, name+".want")) {
		line = strings.TrimSuffix(line, "\n")
		if strings.TrimSpace(line) != c.Fix {
			out = append(out, "! "+strings.Replace(line, " line 0:", ":", 1))
		}
	}
	return shorten(out, longestFound)
}

// shorten cuts a text to a number of lines.
func shorten(lines []string, most int) []string {
	if len(lines) <= most {
		return lines
	}
	return append(slices.Clone(lines[:most-1]), lines[0][:1]+" …")
}

// inMiddle cuts a long line there.
func inMiddle(line string) string {
	if len(line) <= longestLine {
		return line
	}
	return strings.ToValidUTF8(line[:longestLine/2], "") + " … " + strings.ToValidUTF8(line[len(line)-longestLine/2:], "")
}

// levelWords lists the levels of a check.
func levelWords(c check.Check) string {
	var out []string
	for _, l := range c.Levels {
		out = append(out, l.String())
	}
	return strings.Join(out, ", ")
}

// grounds says in words what a check rests on.
func grounds(c check.Check) string {
	words := map[check.Evidence]string{
		check.Webex: "Webex", check.Standard: "a standard", check.Profile: "a profile", check.Measured: "measured", check.Judgement: "judgement",
	}
	var out []string
	for _, e := range c.Evidence {
		out = append(out, words[e])
	}
	return strings.Join(out, ", ")
}

// source says what a check rests on, and where that can be read.
func source(c check.Check) string {
	where := strings.TrimPrefix(prose(c.Source), "our own judgement; ")
	if where == "our own judgement" || where == "our judgement" {
		return grounds(c)
	}
	return grounds(c) + " (" + where + ")"
}

// prose keeps a text of the catalogue from being taken for HTML, and leaves its full stop to the page.
func prose(s string) string {
	return strings.TrimSuffix(strings.ReplaceAll(s, "<", "&lt;"), ".")
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + prose(s[1:]) }

// writeRehearsal writes the chapter of the checks that look at a real sign-in.
func writeRehearsal(b *bytes.Buffer) {
	b.WriteString("\n## Rehearsal\n\nWhat `muster auth rehearse` looks at while somebody signs in. How to rehearse stands in [Rehearsing a sign-in](rehearsal.md).\n\n" +
		"| Id | Looks at | Levels | Rests on |\n| --- | --- | --- | --- |\n")
	inCell := strings.NewReplacer("|", `\|`, "<", "&lt;")
	for _, c := range rehearse.Catalogue() {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", c.ID, inCell.Replace(c.Title), levelWords(c), grounds(c))
	}
	b.WriteString("\nEvery result ends with what it does not prove:\n\n")
	for _, limit := range rehearse.Limits() {
		fmt.Fprintf(b, "- %s\n", prose(limit)+".")
	}
}
