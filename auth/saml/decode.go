package saml

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"

	"muster/internal/onboarding"
)

// mark is what the first bytes say of the encoding.
type mark uint8

const (
	unmarked   mark = iota
	markedUTF8      // UTF-8 with byte-order mark
	wide            // UTF-16
)

// unmark takes the byte-order mark off and turns UTF-16 into UTF-8.
func unmark(raw []byte) ([]byte, mark, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe\x00\x00")) || bytes.HasPrefix(raw, []byte("\x00\x00\xfe\xff")):
		return nil, 0, undecodable(1, "the file is UTF-32")
	case bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")):
		return raw[3:], markedUTF8, nil
	case bytes.HasPrefix(raw, []byte("\xff\xfe")):
		return fromUTF16(raw[2:], binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\xfe\xff")):
		return fromUTF16(raw[2:], binary.BigEndian)
	case bytes.HasPrefix(raw, []byte("<\x00")):
		return fromUTF16(raw, binary.LittleEndian)
	case bytes.HasPrefix(raw, []byte("\x00<")):
		return fromUTF16(raw, binary.BigEndian)
	}
	return raw, unmarked, nil
}

// fromUTF16 decodes UTF-16. Half characters are refused.
func fromUTF16(raw []byte, order binary.ByteOrder) ([]byte, mark, error) {
	endian := unicode.LittleEndian
	if order == binary.BigEndian {
		endian = unicode.BigEndian
	}
	if len(raw)%2 != 0 {
		return nil, 0, undecodable(0, "the file is UTF-16 and ends in half a character")
	}
	line := 1
	for i := 0; i < len(raw); i += 2 {
		u := order.Uint16(raw[i:])
		switch {
		case u == '\n':
			line++
		case u >= 0xDC00 && u < 0xE000 && !followsHigh(raw, i, order), u >= 0xD800 && u < 0xDC00 && !precedesLow(raw, i, order):
			return nil, 0, undecodable(line, "the file is UTF-16 and holds half a surrogate pair")
		}
	}
	text, err := unicode.UTF16(endian, unicode.IgnoreBOM).NewDecoder().Bytes(raw)
	return text, wide, err
}

func followsHigh(raw []byte, i int, order binary.ByteOrder) bool {
	return i >= 2 && order.Uint16(raw[i-2:])>>10 == 0xD800>>10
}

func precedesLow(raw []byte, i int, order binary.ByteOrder) bool {
	return i+4 <= len(raw) && order.Uint16(raw[i+2:])>>10 == 0xDC00>>10
}

// undecodable refuses a file by its encoding.
func undecodable(line int, reason string) *refusal {
	return refuse("SAML-DOC-004", line, "", onboarding.Text{Format: reason})
}

// decode turns an unmarked text into UTF-8 by what its XML declaration says, and says in warned what is odd about it. The
// declaration then names UTF-8, so that nobody decodes it again.
func decode(text []byte, m mark) (out []byte, warned *refusal, err error) {
	declared, at := declaredEncoding(text)
	name := strings.ToLower(declared)
	switch {
	case m == wide:
		if declared != "" && !slices.Contains([]string{"utf-16", "utf-16le", "utf-16be"}, name) {
			return nil, nil, contradiction(declared, "UTF-16")
		}
		warned = odd("the file is UTF-16")
	case name == "utf8":
		warned = odd("the file declares encoding %q, which many readers do not know; the name is %q", declared, "UTF-8")
	case declared != "" && name != "utf-8" && name != "us-ascii":
		if m == markedUTF8 {
			return nil, nil, contradiction(declared, "UTF-8 by its byte-order mark")
		}
		if text, err = transcode(text, declared); err != nil {
			return nil, nil, err
		}
		warned = odd("the file is %s", declared)
	case m == markedUTF8:
		warned = odd("the file has a byte-order mark before its UTF-8 text")
	}
	if line := firstInvalid(text, name == "us-ascii"); line > 0 {
		if declared == "" {
			return nil, warned, undecodable(line, "the file holds bytes that are not UTF-8, and declares no other encoding")
		}
		r := contradiction(declared, "another encoding")
		r.line = line
		return nil, warned, r
	}
	if declared != "" && name != "utf-8" {
		text = slices.Concat(text[:at[0]], []byte("UTF-8"), text[at[1]:])
	}
	return text, warned, nil
}

func odd(format string, args ...any) *refusal {
	return refuse("SAML-DOC-004", 1, "", onboarding.T(format, args...))
}

func contradiction(declared string, actual onboarding.Word) *refusal {
	return refuse("SAML-DOC-004", 1, declared, onboarding.T("the file declares encoding %q and is %s", declared, actual))
}

// transcode decodes what is neither UTF-8 nor UTF-16 by the name that IANA knows.
func transcode(text []byte, name string) ([]byte, error) {
	if strings.HasPrefix(strings.ToLower(name), "utf-16") {
		return nil, contradiction(name, "written in single bytes")
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		return nil, refuse("SAML-DOC-004", 1, name, onboarding.T("the file declares encoding %q, which is not known", clip(name)))
	}
	out, err := e.NewDecoder().Bytes(text)
	if err != nil {
		return nil, contradiction(name, "another encoding")
	}
	if at := bytes.IndexRune(out, utf8.RuneError); at >= 0 || !bytes.HasPrefix(out, []byte("<?xml")) {
		r := contradiction(name, "another encoding")
		r.line = 1 + bytes.Count(out[:max(at, 0)], []byte("\n"))
		return nil, r
	}
	return out, nil
}

// declaredEncoding gives the encoding of the XML declaration, and where its name stands.
func declaredEncoding(text []byte) (name string, at [2]int) {
	head := text[:min(len(text), headBytes)]
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return "", at
	}
	end := bytes.Index(head, []byte("?>"))
	if end < 0 {
		return "", at
	}
	declaration := regexp.MustCompile(`\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)
	if m := declaration.FindSubmatchIndex(head[:end]); m != nil {
		return string(head[m[2]:m[3]]), [2]int{m[2], m[3]}
	}
	return "", at
}

// firstInvalid gives the line of the first byte that is no UTF-8, or no ASCII where that is wanted; 0 when there is none.
func firstInvalid(text []byte, ascii bool) int {
	if !ascii && utf8.Valid(text) {
		return 0
	}
	line := 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1, ascii && r > 127:
			return line
		case r == '\n':
			line++
		}
		text = text[size:]
	}
	return 0
}

// illegalCharacter refuses NUL and the other characters that XML 1.0 does not allow.
func illegalCharacter(text []byte) *refusal {
	line := 1
	for i := 0; i < len(text); {
		c := rune(text[i])
		size := 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(text[i:])
		}
		switch {
		case c == '\n':
			line++
		case c < ' ' && c != '\t' && c != '\r', c == 0xFFFE, c == 0xFFFF:
			return refuse("SAML-DOC-006", line, "", onboarding.T("the character U+%04X is not allowed in XML", c))
		}
		i += size
	}
	return nil
}
