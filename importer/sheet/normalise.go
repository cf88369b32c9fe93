package sheet

import (
	"strings"
	"unicode/utf8"

	"muster/importer/sheet/xlsx"
)

// normalise turns a cell as people make it into the text that was meant: outer blanks, no-break and full-width spaces,
// line breaks, zero-width and bidi marks, full-width and Arabic-Indic digits. changed says whether a person would want
// to know. A clean cell is returned as it stands, without an allocation.
//
// In free text only digits, spaces and invisible marks are touched: the full-width letters of a company name are part
// of the name, and zero-width joiners shape the letters of some scripts.
func normalise(s string, sort Sort) (text string, changed bool) {
	if isClean(s) {
		return s, false
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if m, keep := plainRune(r, sort); keep {
			b.WriteRune(m)
		}
	}
	text = strings.Trim(b.String(), " \n")
	if strings.Contains(text, "  ") && sort != ID && sort != List {
		text = strings.Join(strings.Fields(text), " ")
	}
	if strings.Trim(text, joiners+" ") == "" {
		text = "" // nothing is joined
	}
	return text, text != s
}

// joiners shape the letters around them and are nothing without.
const joiners = "\u200c\u200d"

// trusted is a quick yes for cells that neither normalise nor damage has anything to say of: printable ASCII, and in words
// letters beyond it. Most are.
func trusted(c *xlsx.Cell, sort Sort) bool {
	s := c.Text
	if c.Kind != xlsx.Text || s[0] == ' ' || s[0] == '#' || s[len(s)-1] == ' ' {
		return false
	}
	var seen, all byte
	for i := 0; i < len(s); i++ {
		seen |= asciiKinds[s[i]&0x7f]
		all |= s[i]
	}
	if seen&kindSpace != 0 && strings.Contains(s, "  ") || seen&kindControl != 0 {
		return false
	}
	switch sort {
	case FreeText, Code, List, Date, Mail:
		return all < utf8.RuneSelf || isClean(s) && !strings.ContainsRune(s, utf8.RuneError)
	case Digits:
		return seen == kindDigit && all < utf8.RuneSelf
	}
	return all < utf8.RuneSelf && strings.LastIndexByte(s, '+') < 1 // a later plus is one of a number's exponent
}

// The kinds of ASCII characters that trusted tells apart.
const (
	kindSpace = 1 << iota
	kindControl
	kindDigit
	kindOther
)

// asciiKinds holds the kind of each character of ASCII.
const (
	eightControls = "\x02\x02\x02\x02\x02\x02\x02\x02"
	eightOthers   = "\x08\x08\x08\x08\x08\x08\x08\x08"
	asciiKinds    = eightControls + eightControls + eightControls + eightControls +
		"\x01\x08\x08\x08\x08\x08\x08\x08" + eightOthers + "\x04\x04\x04\x04\x04\x04\x04\x04" + "\x04\x04\x08\x08\x08\x08\x08\x08" +
		eightOthers + eightOthers + eightOthers + eightOthers +
		eightOthers + eightOthers + eightOthers + "\x08\x08\x08\x08\x08\x08\x08\x02"
)

// isClean reports whether a cell holds only printable ASCII, or letters outside it that never need a change, and no
// blank at either end.
func isClean(s string) bool {
	if s == "" {
		return true
	}
	if s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == 0x7f || c == ' ' && s[i+1] == ' ' {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !cleanRune(r) {
			return false
		}
		i += n
	}
	return true
}

// cleanRune is a quick no for every rune that plainRune may change.
func cleanRune(r rune) bool {
	switch {
	case r < 0xa1, r == 0xad:
		return false
	case r < 0x61c:
		return true
	case r <= 0x6f9:
		return r != 0x61c && !isArabicDigit(r)
	case r < 0x1680:
		return true
	case r >= 0x2000 && r <= 0x206f, r == 0x1680, r == 0x3000, r == 0xfeff:
		return false
	}
	return r < 0xff01 || r > 0xff5e
}

func isArabicDigit(r rune) bool { return r >= 0x660 && r <= 0x669 || r >= 0x6f0 && r <= 0x6f9 }

// plainRune maps one rune to what was meant; keep is false for a rune that is dropped.
func plainRune(r rune, sort Sort) (plain rune, keep bool) {
	switch {
	case r >= 0x660 && r <= 0x669:
		return '0' + r - 0x660, true
	case r >= 0x6f0 && r <= 0x6f9:
		return '0' + r - 0x6f0, true
	case r >= 0xff10 && r <= 0xff19:
		return '0' + r - 0xff10, true
	case r >= 0xff01 && r <= 0xff5e:
		if sort == FreeText {
			return r, true
		}
		return r - 0xff01 + '!', true
	case sort == List && isLineEnd(r):
		return '\n', true
	case isBlank(r):
		return ' ', true
	case r == 0x200c || r == 0x200d:
		return r, sort == FreeText
	case isInvisible(r):
		return 0, false
	}
	return r, true
}

func isLineEnd(r rune) bool {
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029
}

// isBlank tells the runes that people take for a space.
func isBlank(r rune) bool {
	switch r {
	case '\t', '\n', '\r', '\v', '\f', 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// isInvisible tells marks that have no width: bidi controls, zero-width space, word joiner, soft hyphen, byte order
// mark and control characters.
func isInvisible(r rune) bool {
	switch {
	case r < ' ', r >= 0x7f && r < 0xa0, r == 0xad, r == 0x61c, r == 0xfeff:
		return true
	case r == 0x200b, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true
	}
	return false
}
