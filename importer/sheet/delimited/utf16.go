package delimited

import (
	"unicode/utf16"
	"unicode/utf8"
)

// fromUTF16 turns units of src into UTF-8 in dst until either is used up. It stops before an unpaired surrogate and
// then reports false; a unit or pair that src does not hold to its end is left for the next call.
func (c codec) fromUTF16(dst, src []byte) (n, used int, ok bool) {
	for len(src)-used >= 2 && len(dst)-n >= utf8.UTFMax {
		r := rune(c.utf16.Uint16(src[used:]))
		size := 2
		if utf16.IsSurrogate(r) {
			if len(src)-used < 4 && r < 0xdc00 {
				return n, used, true
			}
			if r, size = c.pair(src[used:]), 4; r < 0 {
				return n, used, false
			}
		}
		used += size
		n += utf8.EncodeRune(dst[n:], r)
	}
	return n, used, true
}

// pair gives the character of two surrogates, or -1.
func (c codec) pair(src []byte) rune {
	if len(src) < 4 {
		return -1
	}
	r := utf16.DecodeRune(rune(c.utf16.Uint16(src)), rune(c.utf16.Uint16(src[2:])))
	if r == utf8.RuneError {
		return -1
	}
	return r
}
