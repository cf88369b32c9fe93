// Package locale speaks six languages: it knows the words of a workbook, which are the names of its sheets and the headings of
// its columns, and says the texts of reports by a catalogue for each language.
//
// The words of a workbook stand in labels.csv: per field the main label and its aliases in each language. Adding an alias is adding it
// there; a test refuses one that would mean two fields of the same sheet.
package locale

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
)

//go:embed labels.csv
var labels []byte

// sheets is the section that holds the names of sheets.
const sheets = "sheet"

// Words answers what a heading means. It is read-only and may be used by many goroutines. Make one with Load.
type Words struct {
	languages []string
	main      map[key]map[string]string      // label by language
	byFolded  map[string]map[string]meanings // section → folded label
	order     map[string][]string            // section → folded labels, in the order of the table
}

type key struct{ section, field string }

// meanings is the field of a label, and the languages in which it is called so.
type meanings struct {
	field     string
	languages []string
}

// Load reads the embedded table. It is part of the program, so a broken one is a bug and panics.
func Load() *Words {
	all, err := csv.NewReader(bytes.NewReader(labels)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("embedded table of labels: %v", err))
	}
	w := &Words{
		languages: all[0][2:], main: make(map[key]map[string]string),
		byFolded: make(map[string]map[string]meanings), order: make(map[string][]string),
	}
	for _, row := range all[1:] {
		w.add(row)
	}
	return w
}

func (w *Words) add(row []string) {
	k := key{row[0], row[1]}
	w.main[k] = make(map[string]string)
	if w.byFolded[k.section] == nil {
		w.byFolded[k.section] = make(map[string]meanings)
	}
	for i, lang := range w.languages {
		names := strings.Split(row[2+i], "|")
		w.main[k][lang] = names[0]
		for _, name := range names {
			w.addName(k, lang, Fold(name))
		}
	}
}

func (w *Words) addName(k key, lang, folded string) {
	m, ok := w.byFolded[k.section][folded]
	if ok && m.field != k.field {
		panic(fmt.Sprintf("label %q of %s means both %s and %s", folded, k.section, m.field, k.field))
	}
	if !ok {
		w.order[k.section] = append(w.order[k.section], folded)
	}
	m.field = k.field
	if !slices.Contains(m.languages, lang) {
		m.languages = append(m.languages, lang)
	}
	w.byFolded[k.section][folded] = m
}

// Languages lists the language tags, English first.
func (w *Words) Languages() []string { return slices.Clone(w.languages) }

// Field gives the field that a heading of a sheet means, and the language of the heading: English when it is called so in
// several. The match is exact after folding.
func (w *Words) Field(section, heading string) (field, lang string, ok bool) {
	m, ok := w.byFolded[section][Fold(heading)]
	if !ok {
		return "", "", false
	}
	return m.field, m.languages[0], true
}

// Sheet gives the section that the name of a sheet means, and its language.
func (w *Words) Sheet(name string) (section, lang string, ok bool) { return w.Field(sheets, name) }

// Label gives the main label of a field in a language; English where the language is not known, the field's id where the
// field is not.
func (w *Words) Label(section, field, lang string) string {
	names, ok := w.main[key{section, field}]
	if !ok {
		return field
	}
	if name := names[lang]; name != "" {
		return name
	}
	return names["en"]
}

// SheetName gives the name of a sheet in a language.
func (w *Words) SheetName(section, lang string) string { return w.Label(sheets, section, lang) }

// Nearest gives the field that a heading almost names: at most two letters away, in a label of five or more, and nothing
// else as near. label is the main label in English. It is never asked about headings that are known.
func (w *Words) Nearest(section, heading string) (field, label string, ok bool) {
	if len(heading) > longestHeading {
		return "", "", false
	}
	folded := Fold(heading)
	best := nearBound + 1
	unique := false
	for _, name := range w.order[section] {
		letters := len([]rune(name))
		if letters < nearLength || len(folded) == 0 {
			continue
		}
		d := distance(folded, name, best)
		if d > 1 && letters < farLength {
			continue
		}
		switch f := w.byFolded[section][name].field; {
		case d < best:
			best, field, unique = d, f, true
		case d == best && d <= nearBound && f != field:
			unique = false
		}
	}
	if best > nearBound || !unique {
		return "", "", false
	}
	return field, w.Label(section, field, w.languages[0]), true
}

const (
	nearBound  = 2 // letters that may differ
	farLength  = 8 // of the shortest label for which that many make sense
	nearLength = 5 // of the shortest label for which one does

	longestHeading = 400 // bytes; a longer text is no misspelt heading
)

// distance counts the letters that must be put in, taken out or exchanged to turn a into b, neighbours that changed places
// counting once. It gives up beyond most.
func distance(a, b string, most int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d > most || -d > most {
		return most + 1
	}
	before, prev, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(y)]
}
