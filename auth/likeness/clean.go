package likeness

import (
	"fmt"
	"strings"
	"unicode"
)

// Strange is a character that does not belong into a name, and that a spreadsheet or a document may have put there.
type Strange struct {
	Position int    // in characters, from 1
	Rune     rune   // the character
	Name     string // "U+200B ZERO WIDTH SPACE"
}

// Clean gives a name without the strange characters of TPL-005, and lists those: white space other than a plain space,
// spaces around it, characters without width, marks of writing direction, curly quotes, dashes, an apostrophe before it, and
// a formula =HYPERLINK around it. Spaces of other kinds become a plain space, quotes and dashes those of ASCII; tabs, line breaks
// and what has no width go. A name without strange characters comes back as it is.
func Clean(s string) (string, []Strange) {
	var list []Strange
	if inner, ok := hyperlink(s); ok {
		list = append(list, Strange{1, '=', "the formula =HYPERLINK("})
		s = inner
	} else {
		list = strangeIn(s)
	}
	if len(list) == 0 {
		return s, nil
	}
	s = strings.TrimSpace(strings.Map(plain, s))
	return strings.TrimSpace(strings.TrimLeft(s, "' ")), list
}

// hyperlink gives the address of a formula that a cell shows as a link.
func hyperlink(s string) (string, bool) {
	const start = "=hyperlink("
	t := strings.TrimSpace(s)
	if len(t) < len(start) || !strings.EqualFold(t[:len(start)], start) {
		return "", false
	}
	_, rest, _ := strings.Cut(t, `"`)
	address, _, _ := strings.Cut(rest, `"`)
	return address, true
}

// strangeIn lists the strange characters of a name.
func strangeIn(s string) []Strange {
	var list []Strange
	first := strings.IndexFunc(s, func(r rune) bool { return r != ' ' })
	last := len(strings.TrimRight(s, " "))
	if first < 0 {
		first = len(s)
	}
	position := 0
	for at, r := range s {
		position++
		around := r == ' ' && (at < first || at >= last)
		apostrophe := r == '\'' && at == first
		if around || apostrophe || plain(r) != r {
			list = append(list, Strange{position, r, name(r)})
		}
	}
	return list
}

// plain gives what Clean puts for a character: itself, another, or -1 for none.
func plain(r rune) rune {
	switch {
	case r == '\t' || r == '\r' || r == '\n' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return -1
	case r == 0xAD || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x2064 || r >= 0x2066 && r <= 0x2069 || r == 0xFEFF:
		return -1
	case r == 0x2018 || r == 0x2019 || r == 0x201A || r == 0x201B:
		return '\''
	case r == 0x201C || r == 0x201D || r == 0x201E || r == 0x201F:
		return '"'
	case r >= 0x2010 && r <= 0x2015 || r == 0x2212:
		return '-'
	case unicode.IsSpace(r):
		return ' '
	}
	return r
}

// name gives code point and Unicode name of a strange character.
func name(r rune) string {
	names := map[rune]string{
		'\t': "TAB", '\n': "LINE FEED", '\r': "CARRIAGE RETURN", ' ': "SPACE", '\'': "APOSTROPHE",
		0xA0: "NO-BREAK SPACE", 0xAD: "SOFT HYPHEN", 0x200B: "ZERO WIDTH SPACE", 0x200C: "ZERO WIDTH NON-JOINER", 0x200D: "ZERO WIDTH JOINER",
		0x200E: "LEFT-TO-RIGHT MARK", 0x200F: "RIGHT-TO-LEFT MARK", 0x202A: "LEFT-TO-RIGHT EMBEDDING", 0x202B: "RIGHT-TO-LEFT EMBEDDING",
		0x202C: "POP DIRECTIONAL FORMATTING", 0x202D: "LEFT-TO-RIGHT OVERRIDE", 0x202E: "RIGHT-TO-LEFT OVERRIDE", 0x202F: "NARROW NO-BREAK SPACE",
		0x2060: "WORD JOINER", 0x2066: "LEFT-TO-RIGHT ISOLATE", 0x2067: "RIGHT-TO-LEFT ISOLATE", 0x2068: "FIRST STRONG ISOLATE",
		0x2069: "POP DIRECTIONAL ISOLATE", 0xFEFF: "ZERO WIDTH NO-BREAK SPACE", 0x2010: "HYPHEN", 0x2011: "NON-BREAKING HYPHEN",
		0x2013: "EN DASH", 0x2014: "EM DASH", 0x2018: "LEFT SINGLE QUOTATION MARK", 0x2019: "RIGHT SINGLE QUOTATION MARK",
		0x201C: "LEFT DOUBLE QUOTATION MARK", 0x201D: "RIGHT DOUBLE QUOTATION MARK", 0x2212: "MINUS SIGN", 0x3000: "IDEOGRAPHIC SPACE",
	}
	code := fmt.Sprintf("U+%04X", r)
	if n, ok := names[r]; ok {
		return code + " " + n
	}
	return code
}
