package delimited

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// candidate is an encoding under which a window of bytes is text, and how plausible that text is.
type candidate struct {
	codec codec
	text  string
	bits  int // the fewer the more plausible: the cost of the text under a coarse model of its language
}

// char is a character beyond ASCII with its neighbours; a neighbour is 0 at the edge of the file.
type char struct {
	prev, r, next rune
	raw           []byte
}

// newCandidate weighs a window under an encoding, unless some of its bytes cannot be read.
func newCandidate(c codec, before byte, window []byte, whole bool) (candidate, bool) {
	chars, text, ok := c.read(window, whole)
	if !ok {
		return candidate{}, false
	}
	cost := costOf(c.name)
	out := candidate{codec: c, text: text}
	prev := rune(before)
	for i, ch := range chars {
		ch.prev, prev = prev, ch.r
		if i+1 < len(chars) {
			ch.next = chars[i+1].r
		}
		if ch.r >= utf8.RuneSelf {
			out.bits += cost(ch)
		}
	}
	return out, true
}

func (c codec) read(window []byte, whole bool) (chars []char, text string, ok bool) {
	var b strings.Builder
	rest := window
	for raw, t := range c.chars(window) {
		if unreadable(t) >= 0 {
			return nil, "", false
		}
		r, _ := utf8.DecodeRune(t)
		chars = append(chars, char{r: r, raw: rest[:len(raw)]})
		b.Write(t)
		rest = rest[len(raw):]
	}
	return chars, b.String(), len(rest) == 0 || !whole
}

// costOf gives the model of the language for which an encoding is used. The figures are rough binary logarithms of
// how rare a character is among those beyond ASCII, more where its neighbours make it unlikely.
func costOf(name string) func(char) int {
	switch name {
	case "windows-1256":
		return arabic
	case "shift_jis":
		return japaneseWith(runeSet(commonKanji))
	case "big5":
		return chineseWith(runeSet(commonTraditional), levelOfBig5)
	case "gb18030":
		return chineseWith(runeSet(commonSimplified), levelOfGB)
	}
	return latin
}

func runeSet(s string) map[rune]bool {
	set := make(map[rune]bool)
	for _, r := range s {
		set[r] = true
	}
	return set
}

const (
	latinCommon      = "éèêëàâäáãåçñóòôöõíìîïúùûüßøæœ"
	latinCapitals    = "ÉÈÊÀÂÄÁÃÅÇÑÓÔÖÕÍÎÚÜØÆŒ"
	latinPunctuation = "’‘“”„–—…•€©®™°ºª«»¿¡·£§´\u00a0"
	arabicCommon     = "ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإآؤئء"
	arabicMarks      = "،؛؟ـ"
	eastPunctuation  = "、。・ー々「」（）〇，：；／－　《》“”"
)

func latin(c char) int {
	bits := 11
	switch {
	case strings.ContainsRune(latinCommon, c.r):
		bits = 4
	case strings.ContainsRune(latinCapitals, c.r):
		bits = 5
	case unicode.IsLetter(c.r):
		bits = 7
	case strings.ContainsRune(latinPunctuation, c.r):
		bits = 6
	}
	if unicode.IsLetter(c.r) {
		if c.prev >= utf8.RuneSelf && unicode.IsLetter(c.prev) {
			bits += 4
		}
		if unicode.IsUpper(c.r) && unicode.IsLower(c.prev) {
			bits += 6
		}
	} else if unicode.IsLetter(c.prev) && unicode.IsLetter(c.next) && c.r != '’' && c.r != '·' {
		bits += 5
	}
	return bits
}

func arabic(c char) int {
	bits := 11
	switch {
	case strings.ContainsRune(arabicCommon, c.r):
		bits = 4
	case unicode.Is(unicode.Arabic, c.r):
		bits = 8
	case strings.ContainsRune(arabicMarks, c.r):
		bits = 7
	default:
		return latin(c) + 3
	}
	if isLatin(c.prev) || isLatin(c.next) {
		bits += 8
	}
	if !unicode.Is(unicode.Arabic, c.prev) && !unicode.Is(unicode.Arabic, c.next) {
		bits += 4
	}
	return bits
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

// besideLatin is the cost of a character of an eastern script within a western word.
func besideLatin(c char) int {
	bits := 0
	if isLatin(c.prev) {
		bits += 4
	}
	if isLatin(c.next) {
		bits += 4
	}
	return bits
}

func japaneseWith(common map[rune]bool) func(char) int {
	return func(c char) int {
		bits := 18
		lead := c.raw[0]
		switch {
		case isHalfKatakana(c.r):
			return halfKatakana(c) + besideLatin(c)
		case unicode.Is(unicode.Hiragana, c.r):
			bits = 5
		case unicode.Is(unicode.Katakana, c.r):
			bits = 6
		case strings.ContainsRune(eastPunctuation, c.r):
			bits = 7
		case common[c.r]:
			bits = 8
		case lead == 0x82: // full-width letters and digits
			bits = 9
		case lead >= 0x88 && lead <= 0x97: // everyday kanji
			bits = 11
		case lead >= 0x98 && lead <= 0xea: // rare kanji
			bits = 17
		}
		return bits + besideLatin(c)
	}
}

func isHalfKatakana(r rune) bool { return r >= 0xff61 && r <= 0xff9f }

// halfKatakana weighs a single byte: it stands in a run, which begins with none of the small or modifying signs.
func halfKatakana(c char) int {
	bits := 5
	if !isHalfKatakana(c.prev) && c.prev != 0 {
		bits += 3
	}
	if !isHalfKatakana(c.prev) && !isHalfKatakana(c.next) {
		bits += 6
	}
	if !isHalfKatakana(c.prev) && (c.r <= 0xff70 || c.r >= 0xff9e) {
		bits += 8
	}
	return bits
}

// level is how usual a character is by its place in a code table, which is ordered that way.
type level int

const (
	everyday level = iota
	rare
	letters // of other scripts, full width
	outside
)

func chineseWith(common map[rune]bool, levelOf func([]byte) level) func(char) int {
	return func(c char) int {
		bits := 18
		switch l := levelOf(c.raw); {
		case common[c.r]:
			bits = 7
		case l == everyday:
			bits = 12
		case strings.ContainsRune(eastPunctuation, c.r):
			bits = 8
		case l == letters:
			bits = 13
		case l == rare:
			bits = 17
		}
		return bits + besideLatin(c)
	}
}

func levelOfBig5(raw []byte) level {
	switch lead := raw[0]; {
	case lead >= 0xa4 && bytes.Compare(raw, []byte{0xc6, 0x7e}) <= 0:
		return everyday
	case lead >= 0xc9 && lead <= 0xf9:
		return rare
	case lead >= 0xa1 && lead <= 0xa3:
		return letters
	}
	return outside
}

func levelOfGB(raw []byte) level {
	if len(raw) != 2 || raw[1] < 0xa1 {
		return outside
	}
	switch lead := raw[0]; {
	case lead >= 0xb0 && lead <= 0xd7:
		return everyday
	case lead >= 0xd8 && lead <= 0xf7:
		return rare
	case lead >= 0xa1 && lead <= 0xa9:
		return letters
	}
	return outside
}
