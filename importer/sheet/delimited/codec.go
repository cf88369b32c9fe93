package delimited

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/transform"
)

// codec is one encoding of text.
type codec struct {
	name   string
	legacy encoding.Encoding // nil for UTF-8 and UTF-16
	utf16  binary.ByteOrder  // nil for all but UTF-16
	wide   bool              // some characters take several bytes, and 0x7C may be the second of them
}

// EncodingNames lists the encodings that can be read, in the names that Options and Detection use.
func EncodingNames() []string {
	var names []string
	for _, c := range codecs() {
		names = append(names, c.name)
	}
	return names
}

func codecs() []codec {
	return []codec{
		{name: "utf-8"},
		{name: "utf-16le", utf16: binary.LittleEndian},
		{name: "utf-16be", utf16: binary.BigEndian},
		{name: "windows-1252", legacy: charmap.Windows1252},
		{name: "windows-1256", legacy: charmap.Windows1256},
		{name: "iso-8859-1", legacy: charmap.ISO8859_1},
		{name: "shift_jis", legacy: japanese.ShiftJIS, wide: true},
		{name: "big5", legacy: traditionalchinese.Big5, wide: true},
		{name: "gb18030", legacy: simplifiedchinese.GB18030, wide: true},
	}
}

// otherName gives the name in the list for others that people and programs use.
func otherName(name string) string {
	switch name {
	case "utf8", "utf-8-sig", "ascii", "us-ascii":
		return "utf-8"
	case "cp1252", "ansi":
		return "windows-1252"
	case "cp1256":
		return "windows-1256"
	case "latin1", "latin-1", "iso8859-1":
		return "iso-8859-1"
	case "sjis", "shift-jis", "cp932", "windows-31j":
		return "shift_jis"
	case "cp950", "big5-hkscs":
		return "big5"
	case "gbk", "gb2312", "cp936":
		return "gb18030"
	}
	return name
}

func codecNamed(name string) (codec, error) {
	want := otherName(strings.ToLower(strings.TrimSpace(name)))
	for _, c := range codecs() {
		if c.name == want {
			return c, nil
		}
	}
	return codec{}, fmt.Errorf("encoding %q is not known; use one of %s", name, strings.Join(EncodingNames(), ", "))
}

func mustCodec(name string) codec {
	i := slices.IndexFunc(codecs(), func(c codec) bool { return c.name == name })
	return codecs()[i]
}

// decode appends the text of raw to dst and reports whether all of it could be read; if not, the text ends before
// the first bytes that could not. An unfinished character at the end is left out unless raw is whole.
func (c codec) decode(dst, raw []byte, whole bool) (text []byte, ok bool) {
	dec := c.legacy.NewDecoder()
	for {
		dst = slices.Grow(dst, 2*len(raw)+utf8.UTFMax)
		n, used, err := dec.Transform(dst[len(dst):cap(dst)], raw, whole)
		dst, raw = dst[:len(dst)+n], raw[used:]
		if !errors.Is(err, transform.ErrShortDst) {
			break
		}
	}
	if bad := unreadable(dst); bad >= 0 {
		return dst[:bad], false
	}
	return dst, true
}

// unreadable finds what decoders write for bytes that the encoding does not define, or -1: the replacement character,
// or a control code of the range beyond ASCII, which no one means.
func unreadable(text []byte) int {
	bad := bytes.Index(text, []byte("\ufffd"))
	end := bad
	if bad < 0 {
		end = len(text)
	}
	for i := 0; i < end; {
		k := bytes.IndexByte(text[i:end], 0xc2)
		if k < 0 {
			break
		}
		if i += k + 1; i < end && text[i] < 0xa0 {
			return i - 1
		}
	}
	return bad
}

// chars walks over the characters of raw, giving the bytes and the text of each. It ends before an unfinished one.
func (c codec) chars(raw []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		dec, buf := c.legacy.NewDecoder(), make([]byte, 16)
		for len(raw) > 0 {
			n, used := 0, 0
			for size := 1; size <= min(4, len(raw)) && n == 0; size++ {
				n, used, _ = dec.Transform(buf, raw[:size], false)
			}
			if n == 0 || !yield(raw[:used], buf[:n]) {
				return
			}
			raw = raw[used:]
		}
	}
}

// unfinished reports whether raw ends within a character.
func (c codec) unfinished(raw []byte) bool {
	done := 0
	for char := range c.chars(raw) {
		done += len(char)
	}
	return done < len(raw)
}

// rawLen gives the number of bytes in the file that the first n bytes of a block's text stand for.
func (c codec) rawLen(raw, text []byte, n int) int {
	switch {
	case c.utf16 != nil:
		return 2 * utf16Units(text[:n])
	case c.legacy == nil:
		return n
	}
	bytes, length := 0, 0
	for char, t := range c.chars(raw) {
		if length >= n {
			break
		}
		bytes, length = bytes+len(char), length+len(t)
	}
	return bytes
}

// utf16Units counts the 16-bit units of a text in UTF-8.
func utf16Units(text []byte) int {
	n := 0
	for _, b := range text {
		if b&0xc0 != 0x80 {
			n++
		}
		if b >= 0xf0 {
			n++
		}
	}
	return n
}
