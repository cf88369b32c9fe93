package locale

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold brings a heading or a word with a meaning into the form in which it is compared: compatibility forms made plain,
// case, diacritics, tatweel and vowel marks, zero-width and bidi marks, asterisks and colons dropped, blanks collapsed.
// Folding twice changes nothing. Short ASCII words in lower case are returned as they stand.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	s = norm.NFKD.String(strings.ToLower(norm.NFKD.String(strings.ToValidUTF8(s, "\ufffd"))))
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			gap = b.Len() > 0
			continue
		}
		f := foldRune(r)
		if f == "" {
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteString(f)
	}
	return norm.NFC.String(b.String())
}

// isFolded is the quick way out for words that are plain already.
func isFolded(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '-' || c == '_' || c == '.' || c == '/' || c == '(' || c == ')':
		case c == ' ' && i > 0 && i < len(s)-1 && s[i+1] != ' ':
		default:
			return false
		}
	}
	return true
}

// foldRune gives what a rune counts as, empty for one that does not count.
func foldRune(r rune) string {
	switch {
	case r == '*' || r == ':', r == 0x640:
		return ""
	case r == 0x3099 || r == 0x309a: // the voicing marks of kana are letters, not decoration
		return string(r)
	case unicode.Is(unicode.Mn, r), unicode.Is(unicode.Cf, r), unicode.IsControl(r):
		return ""
	}
	switch r {
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'ı':
		return "i"
	case 'ʼ', '\u2018', '\u2019':
		return "'"
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2212':
		return "-"
	}
	return string(r)
}
