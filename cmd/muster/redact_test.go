package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"
)

// telling are the fields whose cells say who somebody is.
var tellingFields = []string{
	"external_id", "name", "admin_email", "line1", "line2", "city", "zip", "first_name", "last_name", "email", "phone_number", "extension",
	"main_number", "hq_location", "location", "idp_entity_id", "oidc_idp_entity_id", "tac_idp_name", "saml_metadata", "oidc_issuer",
	"brand_name", "service_provider_admin", "template", "state", "emergency_location_identifier", "subscription",
}

// personal gives every value of a workbook that must not be told: each once, those of a word or three digits left out that
// could be anything.
func personal(t *testing.T, path string) []string {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	tables := loadTables()
	harmless := harmless(tables)
	found := make(map[string]bool)
	for _, sheet := range book.GetSheetList() {
		section, _, ok := tables.words.Sheet(sheet)
		if !ok {
			continue
		}
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var fields []string
		for _, row := range rows {
			if fields == nil {
				fields = headings(tables, section, row)
				continue
			}
			for i, cell := range row {
				if i < len(fields) && slices.Contains(tellingFields, fields[i]) {
					found[strings.TrimSpace(cell)] = true
				}
			}
		}
	}
	var out []string
	for v := range found {
		if len(v) > 2 && !harmless(v) && !regexp.MustCompile(`^[0-9]{1,3}$|^no$|^yes$`).MatchString(v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// headings reads a row of headings; nil when it is none.
func headings(t tables, section string, row []string) []string {
	out := make([]string, len(row))
	known := 0
	for i, cell := range row {
		if field, _, ok := t.words.Field(section, strings.Trim(cell, " *:")); ok {
			out[i] = field
			known++
		}
	}
	if known < 3 {
		return nil
	}
	return out
}

// leaks gives the values that stand in a text, as a word of their own.
func leaks(text string, values []string) []string {
	zones := regexp.MustCompile(`\b(America|Europe|Asia|Africa|Australia|Pacific|Atlantic)(\\?/[A-Z][A-Za-z_]+)+`)
	text = zones.ReplaceAllString(text, "ZONE")
	text = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`).ReplaceAllString(text, "UUID")
	counts := regexp.MustCompile(`^[0-9]{1,5}$`) // these are counts and times, too: only what stands as a text counts
	var out []string
	for _, v := range values {
		if at := standsAt(text, v); at >= 0 && (!counts.MatchString(v) || strings.Contains(text, `"`+v+`"`) || strings.Contains(text, "<bdi>"+v+"<")) {
			out = append(out, v+" in …"+text[max(0, at-60):min(len(text), at+len(v)+30)])
		}
	}
	return out
}

func standsAt(text, v string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], v)
		if i < 0 {
			return -1
		}
		i += from
		from = i + len(v)
		before, after := []rune(text[max(0, i-4):i]), []rune(text[from:min(len(text), from+4)])
		if (len(before) == 0 || !wordy(before[len(before)-1])) && (len(after) == 0 || !wordy(after[0])) {
			return i
		}
	}
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// readable gives the texts of what was written: as it is, and without the escapes of its form.
func readable(data []byte) string {
	text := string(data)
	return text + "\n" + html.UnescapeString(text) + "\n" + strings.NewReplacer(`\"`, `"`, `\\`, `\`, `""`, `"`).Replace(text)
}

// TestRedactedLeaksNothing runs every command that tells of rows with --redact, in every form, and looks for every value of
// the columns that say who somebody is.
func TestRedactedLeaksNothing(t *testing.T) {
	withoutRaces(t)
	for _, name := range []string{"broken.xlsx", "migration.xlsx", "languages/ja.xlsx"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			in := filepath.Join(samplesDir, name)
			values := personal(t, in)
			if len(values) < 20 {
				t.Fatalf("only %d values in %s", len(values), name)
			}
			r := redacting{t: t, dir: t.TempDir(), values: append(values, "broken.xlsx", "migration.xlsx")}
			r.everything(in)
		})
	}
}

// redacting runs commands with --redact on one state directory.
type redacting struct {
	t      *testing.T
	dir    string
	values []string
}

func (r redacting) everything(in string) {
	if plain := muster(r.t, "apply", in, "--partial", "--format", "json", "--state", filepath.Join(r.dir, "plain")); len(leaks(readable([]byte(plain.out)), r.values)) < 20 {
		r.t.Errorf("a run without --redact tells only %d of the values: the test looks for the wrong ones", len(leaks(readable([]byte(plain.out)), r.values)))
	}
	checks := []string{".html", ".json", ".xml", ".csv", ".md"}
	for _, format := range []string{"text", "json", "ndjson", "github"} {
		r.run(checks, "check", in, "--format", format, "--lang", "de", "--lang-customer", "ja")
	}
	r.run(checks, "auth", "check", in)
	r.run(nil, "handoff", in)
	r.run([]string{".html", ".md", ".json", ".txt"}, "handoff", in, "--format", "json")
	r.run(nil, "templates", in)
	r.run([]string{".html", ".json"}, "plan", in)
	r.run(nil, "plan", in, "--format", "ndjson")
	r.run(nil, "plan", in, "--diff", filepath.Join(samplesDir, "languages", "en.xlsx"))
	spans := make(chan []byte, 1000)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		if body, err := io.ReadAll(q.Body); err == nil {
			spans <- body
		}
	}))
	r.t.Cleanup(collector.Close)
	log := filepath.Join(r.dir, "log")
	r.run(checks, "apply", in, "--format", "json", "--partial", "--log-level", "debug", "--log-file", log, "--progress", "plain", "--otlp", collector.URL)
	if len(spans) == 0 {
		r.t.Error("the collector got nothing")
	}
	for len(spans) > 0 {
		r.look([]string{"apply", ""}, "spans", <-spans)
	}
	text, err := os.ReadFile(log)
	if err != nil || len(text) == 0 {
		r.t.Errorf("the log holds %d bytes (%v)", len(text), err)
	}
	r.look([]string{"apply", ""}, "log", text)
	r.run(nil, "apply", in, "--format", "ndjson", "--partial", "--log-level", "debug", "--log-format", "json")
	r.run(checks, "verify", in)
	r.run(checks, "status")
	r.run(nil, "runs")
	r.run([]string{".json"}, "verify", in, "--format", "ndjson")
	r.run(nil, "runs", "--format", "json")
	r.run(nil, "activate", "--dry-run", "--wave", "1")
	got := muster(r.t, "runs", "--format", "json", "--state", filepath.Join(r.dir, "state"))
	var doc struct{ Runs []struct{ Run string } }
	if err := json.Unmarshal([]byte(got.out), &doc); err != nil {
		r.t.Fatal(err)
	}
	if len(doc.Runs) == 0 {
		return // the journal holds none: no row could be provisioned
	}
	run := doc.Runs[len(doc.Runs)-1].Run
	r.bundle(run)
	r.run([]string{".csv", ".html"}, "audit")
	r.run(nil, "audit", run, "--format", "ndjson")
	r.run([]string{".html", ".json", ".csv", ".md"}, "undo", run, "--dry-run")
	r.run([]string{".json"}, "undo", run, "--yes", "--format", "ndjson")
	r.bundle("")
}

// run runs a command, and looks at all that it wrote.
func (r redacting) run(reports []string, args ...string) {
	r.t.Helper()
	args = append(args, "--redact", "--state", filepath.Join(r.dir, "state"))
	var files []string
	for _, ending := range reports {
		files = append(files, filepath.Join(r.dir, "report"+ending))
		args = append(args, "--report", files[len(files)-1])
	}
	got := muster(r.t, args...)
	if got.code == exitUnexpected || got.code == exitUsage {
		r.t.Errorf("%v: exit %d: %s", args, got.code, got.talk)
	}
	r.look(args, "standard output", []byte(got.out))
	r.look(args, "standard error", []byte(got.talk))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			r.t.Errorf("%v: %v", args, err)
		}
		r.look(args, filepath.Base(f), data)
		if err := os.Remove(f); err != nil {
			r.t.Error(err)
		}
	}
}

func (r redacting) look(args []string, what string, data []byte) {
	r.t.Helper()
	found := leaks(readable(data), r.values)
	for i, leak := range found {
		if i == 12 {
			r.t.Errorf("and %d more", len(found)-i)
			return
		}
		r.t.Errorf("%s %s, %s: %s", args[0], args[1], what, leak)
	}
}

// bundle packs a run twice, holds the archive to its manifest, and looks at its files.
func (r redacting) bundle(run string) {
	r.t.Helper()
	var packed [2][]byte
	for i := range packed {
		path := filepath.Join(r.dir, "bundle.zip")
		args := []string{"bundle", "--state", filepath.Join(r.dir, "state"), "--out", path, "--force"}
		if run != "" {
			args = append(args, run)
		}
		if got := muster(r.t, args...); got.code != exitDone {
			r.t.Fatalf("bundle: exit %d: %s", got.code, got.talk)
		}
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
			r.t.Errorf("the bundle has the mode %v (%v)", st.Mode(), err)
		}
		var err error
		if packed[i], err = os.ReadFile(path); err != nil {
			r.t.Fatal(err)
		}
	}
	if !bytes.Equal(packed[0], packed[1]) {
		r.t.Error("the same run gave two different bundles")
	}
	for name, data := range unpacked(r.t, packed[0]) {
		r.look([]string{"bundle", run}, name, data)
	}
}

// unpacked gives the files of a bundle, which must be those of its manifest.
func unpacked(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	files := parts(t, archive)
	var doc bundleDoc
	if err := json.Unmarshal(files["MANIFEST.json"], &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Files) != len(files)-1 {
		t.Errorf("the manifest lists %d files, the archive holds %d beside it", len(doc.Files), len(files)-1)
	}
	for _, f := range doc.Files {
		if sum := sha256.Sum256(files[f.Name]); hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(files[f.Name])) != f.Bytes {
			t.Errorf("%s is not what the manifest says", f.Name)
		}
	}
	return files
}
