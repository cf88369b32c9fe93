package sheet

import (
	"testing"
	"unicode/utf8"

	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

var allSorts = []Sort{FreeText, Code, List, ID, Phone, Digits, Postal, Mail, Date, Count}

func TestNormalise(t *testing.T) {
	names := []Sort{FreeText}
	rest := allSorts[1:]
	for _, tt := range []struct {
		about    string
		sorts    []Sort
		in, want string
	}{
		{"plain", allSorts, "Ana Silva", "Ana Silva"},
		{"empty", allSorts, "", ""},
		{"letters of scripts", allSorts, "Ñandú 王小明 Ωμέγα محمد नमस्ते", "Ñandú 王小明 Ωμέγα محمد नमस्ते"},
		{"outer blanks", allSorts, "  a b ", "a b"},
		{"outer tabs and line ends", allSorts, "\t\r\na\n", "a"},
		{"no-break space", allSorts, "\u00a0a\u00a0b\u202f", "a b"},
		{"full-width space", allSorts, "田中\u3000太郎\u3000", "田中 太郎"},
		{"thin spaces", allSorts, "a\u2009b\u2003c", "a b c"},
		{"only blanks", allSorts, " \u00a0\u3000\t\n\u200b", ""},
		{"blanks in a row", without(allSorts, ID, List), "a  \u00a0 b", "a b"},
		{"blanks in a row of an identifier", []Sort{ID}, "a \u00a0b", "a  b"},
		{"zero-width space", allSorts, "a\u200bb\u2060c\ufeff", "abc"},
		{"soft hyphen", allSorts, "Donau\u00addampf", "Donaudampf"},
		{"bidi marks", allSorts, "\u202a+49 30\u202c \u200e1\u200f\u061c", "+49 30 1"},
		{"bidi isolates", allSorts, "\u2066abc\u2069", "abc"},
		{"control characters", allSorts, "a\x01b\x7fc\u0081", "abc"},
		{"full-width digits", allSorts, "１２３", "123"},
		{"Arabic-Indic digits", allSorts, "٠١٢٣٤٥٦٧٨٩", "0123456789"},
		{"Persian digits", allSorts, "۰۱۲۳۴۵۶۷۸۹", "0123456789"},
		{"full-width letters", rest, "ａｎａ＠ｘ．ｅｘａｍｐｌｅ", "ana@x.example"},
		{"full-width letters of a name", names, "ＡＢＣ株式会社", "ＡＢＣ株式会社"},
		{"half-width kana", allSorts, "ｱﾅ", "ｱﾅ"},
		{"line break in a cell", without(allSorts, List), "Mill Lane 1\nRear building", "Mill Lane 1 Rear building"},
		{"line break in a list", []Sort{List}, "Suite\r\nVoice\u2028Calling", "Suite\n\nVoice\nCalling"},
		{"Persian name", names, "می\u200cخواهم", "می\u200cخواهم"},
		{"Sinhala name", names, "ශ්\u200dරී", "ශ්\u200dරී"},
		{"Arabic name with bidi marks", names, "\u200fمحمد \u200eعلي\u200f", "محمد علي"},
		{"non-joiner in an identifier", rest, "c\u200c1\u200d", "c1"},
		{"joiners alone", names, " \u200c\u200d \u200c", ""},
		{"emoji of several runes", names, "👩\u200d💻", "👩\u200d💻"},
		{"combining marks", allSorts, "e\u0301", "e\u0301"},
	} {
		for _, sort := range tt.sorts {
			got, changed := normalise(tt.in, sort)
			if got != tt.want || changed != (tt.in != tt.want) {
				t.Errorf("%s, sort %d: %q becomes %q (changed %v), want %q", tt.about, sort, tt.in, got, changed, tt.want)
			}
		}
	}
}

func without(sorts []Sort, drop ...Sort) []Sort {
	var out []Sort
	for _, s := range sorts {
		keep := true
		for _, d := range drop {
			keep = keep && s != d
		}
		if keep {
			out = append(out, s)
		}
	}
	return out
}

// strict are the sorts that are read to the letter.
var strict = []Sort{ID, Phone, Digits, Postal, Count}

func TestDamage(t *testing.T) {
	text := func(s string) xlsx.Cell { return xlsx.Cell{Text: s, Kind: xlsx.Text} }
	number := func(s string, lossy bool) xlsx.Cell {
		return xlsx.Cell{Text: s, Kind: xlsx.Number, LossyNumber: lossy}
	}
	date := func(s string) xlsx.Cell { return xlsx.Cell{Text: s, Kind: xlsx.Date} }
	for _, tt := range []struct {
		about string
		cell  xlsx.Cell
		sorts []Sort // in which the cell gives this rule, no finding in the others
		rule  string
	}{
		{"whole number", number("4711", false), nil, ""},
		{"shortened number", number("4.93012345678901E+17", true), strict, "cell-lossy"},
		{"scientific text", text("4.93E+11"), strict, "cell-lossy"},
		{"scientific text with comma", text("4,93E+11"), strict, "cell-lossy"},
		{"scientific text, small e", text("-5e+3"), strict, "cell-lossy"},
		{"scientific text among blanks", text(" 4.93E+11\u00a0"), strict, "cell-lossy"},
		{"scientific text in full width", text("４.９３E+１１"), strict, "cell-lossy"},
		{"identifier that looks like one", text("12E4"), nil, ""},
		{"identifier with a plus", text("E+5"), nil, ""},
		{"address with a plus", text("a1e+5@x.example"), nil, ""},
		{"date of a workbook", date("2026-02-01"), strict, "cell-lossy"},
		{"date as text", text("2026-02-01"), []Sort{Digits}, "cell-lossy"},
		{"date with a time", text("2026-02-01 00:00:00"), []Sort{Digits}, "cell-lossy"},
		{"English date", text("01-Feb"), []Sort{Digits}, "cell-lossy"},
		{"English date, month first", text("Feb-01"), []Sort{Digits}, "cell-lossy"},
		{"date with slashes", text("1/2/2026"), []Sort{Digits}, "cell-lossy"},
		{"date with dots", text("01.02.2026"), []Sort{Digits}, "cell-lossy"},
		{"German date", text("01. Mrz"), []Sort{Digits}, "cell-lossy"},
		{"German date with umlaut", text("01.Mär"), []Sort{Digits}, "cell-lossy"},
		{"Spanish date", text("01-ene"), []Sort{Digits}, "cell-lossy"},
		{"Japanese date", text("1月2日"), []Sort{Digits}, "cell-lossy"},
		{"two numbers", text("10/11"), nil, ""},
		{"lost letter", text("M\ufffdller"), allSorts, "cell-lossy"},
		{"error value of a workbook", xlsx.Cell{Text: "#DIV/0!", Kind: xlsx.Error}, allSorts, "cell-error-value"},
		{"error value as text", text("#N/A"), allSorts, "cell-error-value"},
		{"error value in small letters", text("#ref!"), allSorts, "cell-error-value"},
		{"error value among blanks", text("\u00a0#NAME? "), allSorts, "cell-error-value"},
		{"a room", text("#12"), nil, ""},
		{"several error values", text("#N/A #REF!"), nil, ""},
	} {
		for _, sort := range allSorts {
			want := ""
			for _, s := range tt.sorts {
				if s == sort {
					want = tt.rule
				}
			}
			checkDamage(t, tt.about, tt.cell, sort, want)
		}
	}
}

func checkDamage(t *testing.T, about string, c xlsx.Cell, sort Sort, rule string) {
	t.Helper()
	got, value, readable := "", "", true
	type rec struct{ text string }
	col := bound[rec]{column: column[rec]{Field: "field", Sort: sort, text: func(r *rec) *string { return &r.text }}, at: 1}
	var r rec
	l := &line{cells: []xlsx.Cell{c}, sink: func(f onboarding.Finding) {
		if f.Rule != "cell-normalised" {
			got, value = f.Rule, f.Value
		}
	}}
	fill(l, []bound[rec]{col}, &r)
	readable = l.place.Readable("field")
	switch {
	case got != rule:
		t.Errorf("%s, sort %d: rule %q, want %q", about, sort, got, rule)
	case rule != "" && (r.text != "" || readable || value != c.Text):
		t.Errorf("%s, sort %d: a damaged cell gives %q, readable %v, said of %q", about, sort, r.text, readable, value)
	case rule == "" && (r.text == "" || !readable):
		t.Errorf("%s, sort %d: a sound cell gives %q, readable %v", about, sort, r.text, readable)
	}
}

// Normalising twice is normalising once, nothing grows, and the quick ways out agree with the long way.
func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"", " a ", "a\u00a0\u00a0b", "\u200c \u200d", "１２٣", "a\n\nb", "#N/A", "1E+5", "\xff \x00", "\u202a+49\u202c", " \n \u3000x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, sort := range allSorts {
			once, changed := normalise(s, sort)
			if changed != (once != s) {
				t.Errorf("sort %d: %q becomes %q, changed %v", sort, s, once, changed)
			}
			if twice, again := normalise(once, sort); twice != once || again {
				t.Errorf("sort %d: %q becomes %q, then %q", sort, s, once, twice)
			}
			if utf8.RuneCountInString(once) > utf8.RuneCountInString(s) {
				t.Errorf("sort %d: %q grows to %q", sort, s, once)
			}
			cell := xlsx.Cell{Text: s, Kind: xlsx.Text}
			if s != "" && trusted(&cell, sort) {
				msg, _ := damage(cell, sort)
				if changed || isErrorValue(s) || !msg.Empty() {
					t.Errorf("sort %d: %q is trusted, yet becomes %q; %s", sort, s, once, msg)
				}
			}
		}
	})
}

// Spreadsheet programs show errors in their user's language, and a text file holds what they show.
func TestErrorValuesInOtherLanguages(t *testing.T) {
	for _, s := range []string{"#NV", "#WERT!", "#BEZUG!", "#ZAHL!", "#ÜBERLAUF!", "#N/D", "#¡VALOR!", "#¡REF!", "#¿NOMBRE?", "#n/a"} {
		if !isErrorValue(s) {
			t.Errorf("%q is taken for a value", s)
		}
	}
	for _, s := range []string{"#1", "#NV Energy", "NV", "#", "#VALUE", "# N/A"} {
		if isErrorValue(s) {
			t.Errorf("%q is taken for an error", s)
		}
	}
}
