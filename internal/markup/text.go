package markup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// InUTF8 has fn copy a text that may be written in UTF-16: fn reads and writes UTF-8, what arrives is as it was.
func InUTF8(w io.Writer, r io.Reader, fn func(io.Writer, io.Reader) error) error {
	head := make([]byte, 2)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	wide := wideOf(head[:n])
	if wide == nil {
		return fn(w, r)
	}
	out := transform.NewWriter(w, wide.NewEncoder())
	if err := fn(out, transform.NewReader(r, wide.NewDecoder())); err != nil {
		return err
	}
	return out.Close()
}

// wideOf tells the two forms of UTF-16 by the mark or the first character; nil is UTF-8. A byte order mark is text here,
// so that it stays.
func wideOf(head []byte) encoding.Encoding {
	switch {
	case len(head) < 2:
	case head[0] == 0xfe && head[1] == 0xff, head[0] == 0 && head[1] != 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case head[0] == 0xff && head[1] == 0xfe, head[0] != 0 && head[1] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	}
	return nil
}

// plain reports whether every byte of a text can be written as it is.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' && c != '\t' && c != '\n' || c == '<' || c == '>' || c == '&' || c == '_' || c >= 0xef {
			return false
		}
	}
	return utf8.ValidString(text)
}

// AppendText appends a text. What XML cannot hold, and what would be read as such an escape, is written as _xHHHH_.
func AppendText(b []byte, text string) []byte {
	if plain(text) {
		return append(b, text...)
	}
	for i, r := range text {
		switch {
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '_' && isEscape(text[i:]), r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			b = fmt.Appendf(b, "_x%04X_", r)
		default:
			b = append(b, string(r)...)
		}
	}
	return b
}

func isEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// ParseReference reads B7, with or without dollar signs.
func ParseReference(ref []byte) (column, row int, ok bool) {
	ref = bytes.ReplaceAll(ref, []byte("$"), nil)
	i := 0
	for ; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = 26*column + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(string(ref[i:]))
	return column, row, i > 0 && err == nil && row > 0
}
