package delimited

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// begin reads the beginning of the file, tells text from other formats, passes over a byte order mark and settles
// the encoding as far as it can be.
func (s *source) begin(encoding string) (bom bool, err error) {
	s.fill(prefixBytes)
	if len(s.pending) == 0 && s.err != nil && !s.atEnd() {
		return false, fmt.Errorf("read the first bytes: %w", s.err)
	}
	if format := otherFormat(s.pending); format != "" {
		return false, &NotTextError{Format: format}
	}
	marked, mark := byteOrderMark(s.pending)
	if encoding != "" {
		if s.codec, err = codecNamed(encoding); err != nil {
			return false, err
		}
		if marked != "" && marked != s.codec.name {
			return false, &EncodingError{Line: 1, Encoding: s.codec.name, Bytes: bytes.Clone(mark)}
		}
		s.confidence = Certain
	} else if err := s.detect(marked); err != nil {
		return false, err
	}
	s.pending = s.pending[len(mark):]
	s.offset = int64(len(mark))
	return len(mark) > 0, nil
}

// detect settles the encoding by the byte order mark, by the zero bytes of UTF-16, or by what stands beyond ASCII.
func (s *source) detect(marked string) error {
	s.confidence = Likely
	if marked != "" {
		s.codec, s.confidence = mustCodec(marked), Certain
		return nil
	}
	if name := guessUTF16(s.pending); name != "" {
		s.codec = mustCodec(name)
		return nil
	}
	s.codec, s.open = mustCodec("utf-8"), true
	x := firstNonASCII(s.pending)
	if x == len(s.pending) {
		if s.atEnd() {
			s.confidence = Certain
		}
		return nil
	}
	s.fill(x + windowBytes)
	if x > 0 {
		s.last = s.pending[x-1]
	}
	err := s.decide(x)
	if err == nil {
		return nil
	}
	if zero := bytes.IndexByte(s.pending, 0); zero >= 0 {
		err, x = zeroByte(), zero
	}
	return s.placed(asPlaced(err), x)
}

// placed gives an error of the pending byte at i, with the line it is in.
func (s *source) placed(err placed, i int) error {
	err.place(countBreaks(s.pending[:i])+1, int64(i))
	return err
}

// peek gives the text of what is pending, as far as it can be read.
func (s *source) peek() []byte {
	switch {
	case s.codec.utf16 != nil:
		text := make([]byte, 2*len(s.pending)+4)
		n, _, _ := s.codec.fromUTF16(text, s.pending)
		return text[:n]
	case s.codec.legacy != nil:
		text, _ := s.codec.decode(nil, s.pending, false)
		return text
	}
	return s.pending
}

// atEnd reports whether the file ends after what is pending.
func (s *source) atEnd() bool { return errors.Is(s.err, io.EOF) }

// byteOrderMark gives the encoding whose mark the file begins with, and the mark.
func byteOrderMark(head []byte) (name string, mark []byte) {
	marks := []struct{ name, mark string }{
		{"utf-8", "\xef\xbb\xbf"},
		{"utf-16le", "\xff\xfe"},
		{"utf-16be", "\xfe\xff"},
		{"gb18030", "\x84\x31\x95\x33"},
	}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return m.name, head[:len(m.mark)]
		}
	}
	return "", nil
}

// otherFormat tells by its first bytes a file that is no delimited text; empty for one that may be.
func otherFormat(head []byte) string {
	magics := []struct{ format, magic string }{
		{"zip", "PK\x03\x04"},
		{"zip", "PK\x05\x06"},
		{"ole2", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
		{"pdf", "%PDF-"},
		{"gzip", "\x1f\x8b\x08"},
		{"xml", "<?xml"},
		{"html", "<!doctype html"},
		{"html", "<html"},
		{"rtf", `{\rtf`},
	}
	_, mark := byteOrderMark(head)
	head = head[len(mark):]
	for _, m := range magics {
		if len(head) >= len(m.magic) && bytes.EqualFold(head[:len(m.magic)], []byte(m.magic)) {
			return m.format
		}
	}
	return ""
}
