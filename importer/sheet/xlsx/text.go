package xlsx

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// zeroBytes has the high bit of the lowest zero byte of x set; bits above it may be set without reason.
func zeroBytes(x uint64) uint64 { return (x - lowBits) &^ x & highBits }

// unplain is not 0 when x has a byte that text may need to be decoded or checked for: a control character, one beyond
// ASCII, & (entities), > (]]>) or _ (escapes).
func unplain(x uint64) uint64 {
	return x&highBits | (x-0x20*lowBits)&^x&highBits |
		zeroBytes(x^'&'*lowBits) | zeroBytes(x^'>'*lowBits) | zeroBytes(x^'_'*lowBits)
}

// textEnd finds the next < from b[i] on and tells whether all bytes before it mean themselves. It gives -1 when there
// is none with eight bytes from it on, which is what the shortest end of a cell takes.
func textEnd(b []byte, i int) (end int, plain bool) {
	var odd uint64
	for ; len(b)-i >= 8; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:])
		tag := zeroBytes(x ^ '<'*lowBits)
		if tag == 0 {
			odd |= unplain(x)
			continue
		}
		n := bits.TrailingZeros64(tag) / 8
		// The bytes from the tag on count as blanks.
		keep := uint64(1)<<(8*n) - 1
		odd |= unplain(x&keep | (0x20*lowBits)&^keep)
		return i + n, odd == 0
	}
	return -1, false
}

// appendXML appends what a run of XML text means. ok is false for what encoding/xml should judge: malformed text,
// entities other than the five, line ends to normalise.
func appendXML(dst, src []byte) (out []byte, ok bool) {
	if !utf8.Valid(src) || bytes.Contains(src, []byte("]]>")) {
		return dst, false
	}
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case c == '&':
			end := bytes.IndexByte(src[i:], ';')
			if end < 0 {
				return dst, false
			}
			r, known := entity(src[i+1 : i+end])
			if !known {
				return dst, false
			}
			dst = utf8.AppendRune(dst, r)
			i += end
		case c < 0x20 && c != '\t' && c != '\n':
			return dst, false
		case c == 0xEF && (src[i+1] == 0xBF && src[i+2] >= 0xBE): // U+FFFE and U+FFFF are no characters of XML
			return dst, false
		default:
			dst = append(dst, c)
		}
	}
	return dst, true
}

// entity gives the character of an entity's name, or of its number as in #34 and #x22.
func entity(name []byte) (r rune, ok bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	digits, numeric := bytes.CutPrefix(name, []byte("#"))
	base := 10
	if hex, ok := bytes.CutPrefix(digits, []byte("x")); ok {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(string(digits), base, 21)
	if !numeric || err != nil || !isXMLChar(rune(n)) {
		return 0, false
	}
	return rune(n), true
}

// isXMLChar tells the characters that XML text may hold.
func isXMLChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// decodeEscapes replaces _xHHHH_, by which workbooks write characters that XML cannot hold, in place. An escape that is
// half a character stays as it is.
func decodeEscapes(s []byte) []byte {
	i := bytes.Index(s, []byte("_x"))
	if i < 0 {
		return s
	}
	out := s[:i]
	for i < len(s) {
		r, n := escape(s[i:])
		if n == 0 {
			out = append(out, s[i])
			i++
			continue
		}
		out = utf8.AppendRune(out, r)
		i += n
	}
	return out
}

// escape reads the escape, or the two that make up one character, that s begins with; n is 0 when there is none.
func escape(s []byte) (r rune, n int) {
	const size = len("_x0000_")
	r, ok := escapedUnit(s)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, size
	}
	low, ok := escapedUnit(s[size:])
	if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
		return pair, 2 * size
	}
	return 0, 0
}

func escapedUnit(s []byte) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(s[2:6]), 16, 16)
	return rune(n), err == nil
}
