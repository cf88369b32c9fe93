package repair

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// charset is an encoding of text files.
type charset struct {
	name string
	text encoding.Encoding // nil for UTF-8
	wide bool              // UTF-16
	lead func([]byte) int  // bytes of the character beyond ASCII that begins here; nil: one, or no byte of it is below 0x80
}

// charsets lists those that the reader knows, by its names.
func charsets() []charset {
	return []charset{
		{name: "utf-8"},
		{name: "utf-16le", text: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), wide: true},
		{name: "utf-16be", text: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), wide: true},
		{name: "windows-1252", text: charmap.Windows1252},
		{name: "windows-1256", text: charmap.Windows1256},
		{name: "iso-8859-1", text: charmap.ISO8859_1},
		{name: "shift_jis", text: japanese.ShiftJIS, lead: leadShiftJIS},
		{name: "big5", text: traditionalchinese.Big5, lead: leadBig5},
		{name: "gb18030", text: simplifiedchinese.GB18030, lead: leadGB18030},
	}
}

func encodingNamed(name string) (charset, error) {
	for _, c := range charsets() {
		if c.name == name {
			return c, nil
		}
	}
	return charset{}, fmt.Errorf("texts cannot be written as %q", name)
}

// size gives how many bytes the character takes that b begins with.
func (c charset) size(b []byte) int {
	if c.lead == nil || b[0] < utf8.RuneSelf {
		return 1
	}
	return c.lead(b)
}

func leadShiftJIS(b []byte) int {
	if b[0] == 0x80 || b[0] >= 0xa0 && b[0] <= 0xdf || b[0] > 0xfc {
		return 1 // half-width katakana
	}
	return 2
}

func leadBig5([]byte) int { return 2 }

func leadGB18030(b []byte) int {
	switch {
	case b[0] == 0x80:
		return 1
	case len(b) > 1 && b[1] >= '0' && b[1] <= '9':
		return 4
	}
	return 2
}

// markLength gives the length of the byte order mark that b begins with.
func (c charset) markLength(b []byte) int {
	for _, mark := range []string{"\xef\xbb\xbf", "\x84\x31\x95\x33"} {
		if bytes.HasPrefix(b, []byte(mark)) && (c.name == "gb18030") == (mark[0] == '\x84') {
			return len(mark)
		}
	}
	return 0
}

// decode gives the text of bytes that were read before.
func (c charset) decode(raw []byte) (string, error) {
	if c.text == nil {
		return string(raw), nil
	}
	out, err := c.text.NewDecoder().Bytes(raw)
	return string(out), err
}

// encode gives the bytes of a text, or an error where it holds a letter that the encoding has not.
func (c charset) encode(text string) ([]byte, error) {
	if c.text == nil {
		return []byte(text), nil
	}
	return c.text.NewEncoder().Bytes([]byte(text))
}
