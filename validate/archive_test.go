package validate_test

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/text/encoding/htmlindex"

	"muster/importer"
	"muster/importer/sheet"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/validate"
)

// archives holds a file per rule. Its comment says what the rule is for; each directory in it is a case, whose text files
// muster reads and whose file want lists every finding: severity, rule, cell, message. A case without want has none. Files
// outside any directory stand in every case. \u00a0 in a text stands for that character. A line of the comment sets options,
// for all cases ("options: ceiling=50") or for one ("options late: purpose=apply"); the keys are those of type options.
const archives = "testdata"

// options of a case.
type options struct {
	purpose  validate.Purpose
	ceiling  int
	partners map[string]bool // sub-partners that the service lists
	made     recollection    // what is known of customers that were made elsewhere
	selected string          // the one customer that is about to be sent; empty: all
	written  string          // the encoding in which the text files are written; empty: UTF-8
}

func (o *options) set(t *testing.T, key, value string) {
	t.Helper()
	var err error
	switch key {
	case "purpose":
		purposes := map[string]validate.Purpose{"check": validate.Check, "plan": validate.Plan, "apply": validate.Apply}
		p, ok := purposes[value]
		if !ok {
			t.Fatalf("no purpose %q", value)
		}
		o.purpose = p
	case "ceiling":
		o.ceiling, err = strconv.Atoi(value)
	case "made": // as c1:Sub-A
		id, sub, _ := strings.Cut(value, ":")
		if o.made.elsewhere == nil {
			o.made.elsewhere = make(map[string]string)
		}
		o.made.elsewhere[id] = sub
	case "selected":
		o.selected = value
	case "partners": // as A:active,B:suspended
		o.partners = make(map[string]bool)
		for pair := range strings.SplitSeq(value, ",") {
			org, state, _ := strings.Cut(pair, ":")
			o.partners[org] = state == "active"
		}
	case "written":
		o.written = value
	default:
		t.Fatalf("no option %q", key)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// optionsOf reads the options of one case from an archive's comment.
func optionsOf(t *testing.T, comment, name string) options {
	t.Helper()
	var o options
	for line := range strings.Lines(comment) {
		head, words, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || head != "options" && head != "options "+name {
			continue
		}
		for _, word := range strings.Fields(words) {
			key, value, _ := strings.Cut(word, "=")
			o.set(t, key, value)
		}
	}
	return o
}

// memory is what is known beside the inputs; nothing unless a case says so.
func (o *options) memory() validate.Memory {
	if o.made.elsewhere == nil {
		return nil
	}
	return o.made
}

// cases lists the cases of an archive: those with options of their own, and its directories; "." when it has none.
func cases(a *txtar.Archive) []string {
	var out []string
	for line := range strings.Lines(string(a.Comment)) {
		head, _, _ := strings.Cut(strings.TrimSpace(line), ":")
		if name, ok := strings.CutPrefix(head, "options "); ok {
			out = append(out, name)
		}
	}
	for _, f := range a.Files {
		if dir := path.Dir(f.Name); dir != "." && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
	}
	if out == nil {
		out = []string{"."}
	}
	return out
}

// unpack writes the text files of a case into a folder of its own, and gives what is wanted of it.
func unpack(t *testing.T, a *txtar.Archive, name string, o options) (dir, want string) {
	t.Helper()
	dir = t.TempDir()
	for _, f := range a.Files {
		in, base := path.Dir(f.Name), path.Base(f.Name)
		if base == "want" && in == name {
			want = string(f.Data)
		}
		if base == "want" || in != name && in != "." {
			continue
		}
		if in == "." && slices.ContainsFunc(a.Files, func(o txtar.File) bool { return name != "." && o.Name == name+"/"+base }) {
			continue // the case has its own
		}
		if err := os.WriteFile(filepath.Join(dir, base), encoded(t, f.Data, o.written), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, want
}

func encoded(t *testing.T, data []byte, encoding string) []byte {
	t.Helper()
	data = regexp.MustCompile(`\\u[0-9a-f]{4}`).ReplaceAllFunc(data, func(b []byte) []byte {
		n, err := strconv.ParseInt(string(b[2:]), 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(string(rune(n)))
	})
	if encoding == "" {
		return data
	}
	e, err := htmlindex.Get(encoding)
	if err != nil {
		t.Fatal(err)
	}
	out, err := e.NewEncoder().Bytes(data)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// tables are loaded once: they are read-only.
type tables struct {
	facts *facts.Tables
	words *locale.Words
}

func loadTables() tables { return tables{facts.Load(), locale.Load()} }

// check reads a folder as `muster check` does.
func check(t *testing.T, tb tables, dir string, o options) []onboarding.Finding {
	t.Helper()
	found, err := read(tb, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return onboarding.SortFindings(found)
}

// checkAny reads a folder that may hold anything; an input that cannot be used has no findings.
func checkAny(tb tables, dir string) []onboarding.Finding {
	found, err := read(tb, dir, options{})
	if err != nil {
		return nil
	}
	return onboarding.SortFindings(found)
}

// read reads a folder twice, in one go and in small pieces beside each other with memory used again: that must not matter.
func read(tb tables, dir string, o options) ([]onboarding.Finding, error) {
	found, err := readAs(tb, dir, o, sheet.Options{Workers: 1})
	pieces, other := readAs(tb, dir, o, sheet.Options{Workers: 3, BlockSize: 64, Reuse: true})
	if a, b := printed(onboarding.SortFindings(found)), printed(onboarding.SortFindings(pieces)); a != b || fmt.Sprint(err) != fmt.Sprint(other) {
		return nil, fmt.Errorf("in one go: %s %w, in pieces: %s %w", a, err, b, other)
	}
	return found, err
}

func readAs(tb tables, dir string, o options, how sheet.Options) (found []onboarding.Finding, err error) {
	how.Facts, how.Words = tb.facts, tb.words
	book, err := sheet.Open([]string{dir}, how)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	sink := func(f onboarding.Finding) { found = append(found, f) }
	var selected func(*onboarding.Customer) bool
	if o.selected != "" {
		selected = func(c *onboarding.Customer) bool { return c.ExternalID == o.selected }
	}
	reading := importer.Reading{Book: book, Sink: sink, Begin: func(b *onboarding.Batch) (importer.Checker, func() importer.Lane) {
		r := resolve.New(tb.facts, b)
		w := validate.New(validate.Options{
			Batch: b, Resolver: r, Facts: tb.facts, Purpose: o.purpose, Today: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
			QuantityCeiling: o.ceiling, Selected: selected, SubPartners: o.partners, Memory: o.memory(),
		}, sink)
		return w, func() importer.Lane { return importer.Lane{Resolver: r.Cursor(), Judge: w.Lane()} }
	}}
	_, err = reading.Run()
	return found, err
}

// printed gives findings as archives hold them.
func printed(found []onboarding.Finding) string {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%s %s %s %s\n", f.Severity, f.Rule, where(f.Place), f.Message)
	}
	return b.String()
}

// where is a finding's cell as muster prints it, else its row, else its file.
func where(p onboarding.Place) string {
	switch {
	case p.Source == nil:
		return "-"
	case p.Cell() != "":
		return p.Cell()
	case p.Row > 0:
		return fmt.Sprintf("%s:%d", p.Source.File, p.Row)
	}
	return p.Source.File
}

func readArchive(t *testing.T, id string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join(archives, id+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// archived lists the rules that have an archive.
func archived(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(archives, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range names {
		names[i] = strings.TrimSuffix(filepath.Base(n), ".txtar")
	}
	return names
}

// TestArchives holds every rule to the findings of its archive. UPDATE_ARCHIVES=1 writes what was found into the archives:
// read it before you keep it.
func TestArchives(t *testing.T) {
	tb := loadTables()
	for _, id := range archived(t) {
		t.Run(id, func(t *testing.T) {
			a := readArchive(t, id)
			shown := false
			for _, name := range cases(a) {
				o := optionsOf(t, string(a.Comment), name)
				dir, want := unpack(t, a, name, o)
				got := printed(check(t, tb, dir, o))
				shown = shown || strings.Contains(got, " "+id+" ")
				if os.Getenv("UPDATE_ARCHIVES") != "" {
					setWant(a, name, got)
				} else if diff := cmp.Diff(strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")); diff != "" {
					t.Errorf("%s: findings differ (-want +got):\n%s", name, diff)
				}
			}
			if !shown {
				t.Errorf("no case shows a finding of %s", id)
			}
			if os.Getenv("UPDATE_ARCHIVES") != "" {
				if err := os.WriteFile(filepath.Join(archives, id+".txtar"), txtar.Format(a), 0o644); err != nil { //nolint:gosec // a file of the repository
					t.Fatal(err)
				}
			}
		})
	}
}

// setWant puts the findings of a case behind its other files.
func setWant(a *txtar.Archive, name, got string) {
	file := path.Join(name, "want")
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == file })
	if got == "" {
		return
	}
	last := len(a.Files)
	for i, f := range a.Files {
		if path.Dir(f.Name) == name {
			last = i + 1
		}
	}
	a.Files = slices.Insert(a.Files, last, txtar.File{Name: file, Data: []byte(got)})
}

// TestEveryRuleHasAnArchive fails for a rule that no archive shows, and for an archive of no rule.
func TestEveryRuleHasAnArchive(t *testing.T) {
	reasons := map[string]string{
		"online-customer":           "the service is asked: plan_online.txtar shows it",
		"online-user":               "the service is asked: plan_online.txtar shows it",
		"online-number":             "the service is asked: plan_online.txtar shows it",
		"online-language":           "the service is asked: plan_online.txtar shows it",
		"online-address":            "the service is asked: TestCountryRules shows it",
		"sheet-skipped":             "only workbooks have sheets to skip: samples/broken.xlsx shows it",
		"column-hidden":             "only workbooks hide columns: importer/sheet tests it",
		"row-hidden":                "only workbooks hide rows: samples/broken.xlsx shows it",
		"package-quantity-lowered":  "the journal knows what was sent before: TestMemory shows it",
		"package-quantity-switched": "the journal knows what was sent before: TestMemory shows it",
		"package-headquarters":      "the journal or the service knows what the customer has: packages_only.txtar shows it",
		"admin-package-downgrade":   "the journal or the service knows the package before: TestMemory shows it",
	}
	have := archived(t)
	for _, r := range validate.Rules() {
		_, excused := reasons[r.ID]
		if has := slices.Contains(have, r.ID); has == excused {
			t.Errorf("%s: archive %v, excused %v", r.ID, has, excused)
		}
	}
	for _, id := range have {
		if _, ok := validate.Find(id); !ok {
			t.Errorf("%s.txtar belongs to no rule", id)
		}
	}
}
