package delimited

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// What it takes to decide for an encoding. The bits are those of plausibility.
const (
	clearMargin  = 10 // bits by which the best must beat each other that gives another text
	bitsPerByte  = 6  // more than this for each byte beyond ASCII means that the text is in none of the languages
	slackBits    = 14 // allowed above it, so that a single rare character is accepted
	utf8Majority = 4  // valid characters of UTF-8 for each invalid byte: damaged UTF-8 rather than something else
	enoughSound  = 60 // bytes beyond ASCII before a damaged one that tell an encoding
	utf16Share   = 10 // of so many units at least one has a zero byte on the side of ASCII
)

// guess tells the encoding of a window of the file that begins with a byte beyond ASCII, after another byte. The name
// is empty where the candidates that fit are too close to each other, or none fits well.
func guess(before byte, window []byte, whole bool) (name string, sure Confidence, fitting []string) {
	name, sure, fitting = guessAll(before, window, whole)
	if name != "" {
		return name, sure, fitting
	}
	// One damaged byte must not hide what all before it say: reading then names its place.
	for _, wide := range []string{"shift_jis", "big5", "gb18030"} {
		sound := window[:mustCodec(wide).sound(window)]
		if len(sound) == len(window) || beyondASCII(sound) < enoughSound {
			continue
		}
		if n, sure, _ := guessAll(before, sound, false); n == wide {
			return n, sure, []string{n}
		}
	}
	return name, sure, fitting
}

// sound gives how many bytes of a window can be read from its beginning on.
func (c codec) sound(window []byte) int {
	n := 0
	for raw, t := range c.chars(window) {
		if unreadable(t) >= 0 {
			break
		}
		n += len(raw)
	}
	return n
}

// guessAll looks at the window as a whole.
func guessAll(before byte, window []byte, whole bool) (name string, sure Confidence, fitting []string) {
	good, bad := countUTF8(window, whole)
	switch {
	case bad == 0:
		return "utf-8", Certain, nil
	case good >= utf8Majority*bad:
		return "utf-8", Likely, nil
	}
	candidates := candidatesFor(before, window, whole)
	for _, c := range candidates {
		fitting = append(fitting, c.codec.name)
	}
	if len(candidates) == 0 || candidates[0].bits > bitsPerByte*beyondASCII(window)+slackBits {
		return "", Likely, fitting
	}
	best := candidates[0]
	if !best.codec.wide && 2*good >= bad && good > 0 {
		return "", Likely, append(fitting, "utf-8") // letters of UTF-8 among others: one of the two is damage
	}
	for _, c := range candidates[1:] {
		if c.bits < best.bits+clearMargin && c.text != best.text {
			return "", Likely, fitting
		}
	}
	return best.codec.name, Likely, fitting
}

// candidatesFor gives the legacy encodings under which the whole window is text, the most plausible first.
func candidatesFor(before byte, window []byte, whole bool) []candidate {
	var out []candidate
	for _, name := range []string{"windows-1252", "windows-1256", "shift_jis", "big5", "gb18030"} {
		if c, ok := newCandidate(mustCodec(name), before, window, whole); ok {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(a.bits, b.bits) })
	return out
}

// countUTF8 counts the valid characters of several bytes and the bytes that belong to none.
func countUTF8(window []byte, whole bool) (good, bad int) {
	for len(window) > 0 {
		r, size := utf8.DecodeRune(window)
		switch {
		case r == utf8.RuneError && size == 1:
			if !whole && !utf8.FullRune(window) {
				return good, bad
			}
			bad++
		case size > 1:
			good++
		}
		window = window[size:]
	}
	return good, bad
}

func beyondASCII(window []byte) int {
	n := 0
	for _, b := range window {
		if b >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// guessUTF16 tells UTF-16 without a byte order mark by the zero bytes of its ASCII characters, which all stand on
// one side. Where all other bytes are ASCII, nearly half of all must be zero: else some zeros have strayed into a text.
func guessUTF16(head []byte) string {
	var zeros [2]int
	ascii := true
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
		ascii = ascii && b < utf8.RuneSelf
	}
	if ascii && 5*(zeros[0]+zeros[1]) < 2*(len(head)-1) {
		return ""
	}
	enough := len(head) / 2 / utf16Share
	switch {
	case zeros[0] == 0 && zeros[1] > enough:
		return "utf-16le"
	case zeros[1] == 0 && zeros[0] > enough:
		return "utf-16be"
	}
	return ""
}
