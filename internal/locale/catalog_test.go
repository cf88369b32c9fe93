package locale

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// verb is one that takes a value, or a percent sign.
var verb = regexp.MustCompile(`%[-+# 0]*(?:\[(\d+)\])?(?:\d+)?(?:\.\d+)?([a-zA-Z%])`)

// span is a command, a flag or a value that stands in every language as it is typed.
var span = regexp.MustCompile("`[^`]+`|--[a-z][a-z-]+|\\{[0-9]\\}")

// verbs gives the verb of each value that a format writes: 1 → "q".
func verbs(format string) map[int]string {
	out := make(map[int]string)
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			_, _ = fmt.Sscan(m[1], &next)
		}
		out[next] += m[2]
		next++
	}
	return out
}

// faults says what is wrong with a translation.
func faults(x text, e entry) []string {
	var out []string
	if e.forms != nil {
		if !x.counted {
			out = append(out, "has forms, and its words do not depend on a number")
		}
		if e.text == "" {
			out = append(out, `lacks the form "other"`)
		}
	}
	for name, words := range e.forms {
		if !slices.Contains([]string{"zero", "one", "two", "few", "many", other}, name) {
			out = append(out, fmt.Sprintf("has a form %q", name))
		}
		if silentNumber := slices.Contains([]string{"zero", "one", "two"}, name) && len(verbs(words)) == 0; !silentNumber {
			out = append(out, wording(x.format, words)...)
		}
	}
	if e.forms == nil {
		out = append(out, wording(x.format, e.text)...)
	}
	return out
}

// wording compares one translation with its format.
func wording(format, words string) []string {
	var out []string
	if strings.TrimSpace(words) == "" {
		return []string{"is empty"}
	}
	if d := cmp.Diff(verbs(format), verbs(words)); d != "" {
		out = append(out, fmt.Sprintf("%q has other verbs: %s", words, d))
	}
	if leading(format) != leading(words) || trailing(format) != trailing(words) {
		out = append(out, fmt.Sprintf("%q begins or ends with other blanks", words))
	}
	for _, s := range span.FindAllString(format, -1) {
		if !strings.Contains(words, s) {
			out = append(out, fmt.Sprintf("%q lacks %s, which is typed in every language as it stands", words, s))
		}
	}
	if i := strings.IndexFunc(words, func(r rune) bool { return unicode.Is(unicode.Cf, r) || unicode.IsControl(r) && r != '\n' }); i >= 0 {
		out = append(out, fmt.Sprintf("%q holds an invisible mark at byte %d", words, i))
	}
	return out
}

func leading(s string) string { return s[:len(s)-len(strings.TrimLeftFunc(s, unicode.IsSpace))] }

func trailing(s string) string { return s[len(strings.TrimRightFunc(s, unicode.IsSpace)):] }

// Every text is in every catalogue, with the same values, and no catalogue holds another.
//
// UPDATE_CATALOG=1 takes the filled entries of catalog/missing-LANGUAGE.json into the catalogue, drops what is said no more,
// and writes what is missing now into that file, in the order of the source.
func TestCatalogs(t *testing.T) {
	all := texts(t)
	if len(all) < 800 {
		t.Fatalf("only %d texts were found: they cannot be followed any more", len(all))
	}
	for _, lang := range Load().Languages()[1:] {
		t.Run(lang, func(t *testing.T) {
			entries := readCatalog(t, lang)
			if os.Getenv("UPDATE_CATALOG") != "" {
				merge(t, lang, entries, all)
			}
			missing := 0
			for _, x := range all {
				e, ok := entries[x.format]
				if !ok {
					missing++
					continue
				}
				for _, f := range faults(x, e) {
					t.Errorf("%s: %q %s", lang, x.format, f)
				}
				delete(entries, x.format)
			}
			for _, format := range slices.Sorted(maps.Keys(entries)) {
				t.Errorf("%s: nobody says %q any more; UPDATE_CATALOG=1 drops it", lang, format)
			}
			if missing > 0 {
				t.Errorf("%s lacks %d of %d texts; UPDATE_CATALOG=1 lists them in catalog/missing-%s.json", lang, missing, len(all), lang)
			}
		})
	}
}

func catalogPath(lang string) string { return "catalog/" + lang + ".json" }

func missingPath(lang string) string { return "catalog/missing-" + lang + ".json" }

func readCatalog(t *testing.T, lang string) map[string]entry {
	t.Helper()
	raw, err := os.ReadFile(catalogPath(lang))
	if err != nil {
		t.Fatal(err)
	}
	return parseCatalog(t, catalogPath(lang), raw)
}

func parseCatalog(t *testing.T, path string, raw []byte) map[string]entry {
	t.Helper()
	out := make(map[string]entry)
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return out
}

// merge brings the two files of a language up to date, and the entries with them.
func merge(t *testing.T, lang string, entries map[string]entry, all []text) {
	t.Helper()
	raw, err := os.ReadFile(missingPath(lang))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	filled := make(map[string]entry)
	if err == nil {
		filled = parseCatalog(t, missingPath(lang), raw)
	}
	kept := make(map[string]entry)
	var missing []string
	for _, x := range all {
		e, ok := entries[x.format]
		if !ok {
			e, ok = filled[x.format]
			if empty := e.text == "" && e.forms == nil; ok && !empty {
				if wrong := faults(x, e); len(wrong) > 0 {
					t.Errorf("%s: %q is not taken: it %s", lang, x.format, strings.Join(wrong, "; "))
					ok = false
				}
			} else {
				ok = false
			}
		}
		if ok {
			kept[x.format] = e
		} else {
			missing = append(missing, x.format)
		}
	}
	writeCatalog(t, catalogPath(lang), slices.Sorted(maps.Keys(kept)), kept)
	writeMissing(t, lang, missing, filled)
	maps.DeleteFunc(entries, func(format string, _ entry) bool { _, ok := kept[format]; return !ok })
	maps.Copy(entries, kept)
}

// writeMissing lists what is missing; what was filled and is wrong stands there as it was.
func writeMissing(t *testing.T, lang string, missing []string, filled map[string]entry) {
	t.Helper()
	if len(missing) > 0 {
		writeCatalog(t, missingPath(lang), missing, filled)
		return
	}
	if err := os.Remove(missingPath(lang)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

func writeCatalog(t *testing.T, path string, order []string, entries map[string]entry) {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("{")
	for i, format := range order {
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n\t" + encode(t, format) + ": ")
		if e := entries[format]; e.forms != nil {
			b.WriteString(encode(t, e.forms))
		} else {
			b.WriteString(encode(t, e.text))
		}
	}
	b.WriteString("\n}\n")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func encode(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestFaults(t *testing.T) {
	x := text{format: "the email %q stands in %s already (`muster check`, --online)"}
	if got := faults(x, entry{text: "%[2]s hat %[1]q schon (`muster check`, --online)"}); got != nil {
		t.Errorf("a good translation is refused: %q", got)
	}
	for _, bad := range []string{
		"", "die Adresse %q steht schon da (`muster check`, --online)", "%s hat %q schon (`muster check`, --online)", "%q in %s, siehe muster check, --online",
		" %q in %s (`muster check`, --online)", "%q in %s (`muster check`, --online)\u202e", "%q in %s %d (`muster check`, --online)",
	} {
		if faults(x, entry{text: bad}) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	counted := text{format: "%s errors", counted: true}
	forms := map[string]string{"two": "خطآن", "few": "%s أخطاء", "other": "%s خطأ"}
	if got := faults(counted, entry{text: "%s خطأ", forms: forms}); got != nil {
		t.Errorf("good forms are refused: %q", got)
	}
	if faults(text{format: "%s errors"}, entry{text: "%s خطأ", forms: forms}) == nil {
		t.Error("forms are taken where there is no number")
	}
	if faults(counted, entry{forms: map[string]string{"few": "أخطاء"}}) == nil {
		t.Error("a form without its number, and without the form for all others, is taken")
	}
}
