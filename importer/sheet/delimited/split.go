package delimited

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"unicode/utf8"
)

// splitter cuts the text into blocks that end where a record ends. It follows the quotes by the same rules as the
// parser, so a block can be parsed without knowing those before it. Only a quote needs a look, which is far less
// than parsing.
type splitter struct {
	src    *source
	delim  byte
	limits Limits
	size   int // bytes of a block

	carry []byte // begun but not finished by the last block
	spans []span
	done  bool
}

// span is a piece of a block that stands outside quotes.
type span struct{ from, to int }

// next fills b with the next block; false after the last one.
func (s *splitter) next(b *block) bool {
	if s.done {
		return false
	}
	b.reset()
	b.raw = append(slices.Grow(b.raw, max(s.size, len(s.carry))+utf8.UTFMax), s.carry...)
	for {
		s.read(b)
		if s.done {
			break
		}
		if cut := s.lastRecordEnd(b.raw); cut > 0 {
			s.carry = append(s.carry[:0], b.raw[cut:]...)
			b.raw = b.raw[:cut]
			break
		}
		if len(b.raw) > s.limits.MaxRecordBytes*s.maxBytesPerTextByte()+2*utf8.UTFMax {
			s.done, b.torn = true, true
			break
		}
	}
	b.codec, b.confidence, b.ascii = s.src.codec, s.src.confidence, s.src.open
	if b.ascii && b.final {
		b.confidence = Certain
	}
	return true
}

// maxBytesPerTextByte is how many bytes of a block a byte of text may have taken in the file.
func (s *splitter) maxBytesPerTextByte() int {
	if s.src.codec.wide {
		return 2
	}
	return 1
}

// read lengthens the block: to its size, or to the double if that was not enough for one record.
func (s *splitter) read(b *block) {
	goal := s.size
	if len(b.raw) >= goal {
		goal = 2 * len(b.raw)
	}
	b.raw = slices.Grow(b.raw, goal-len(b.raw)+utf8.UTFMax)
	for len(b.raw) < goal {
		n, err := s.src.read(b.raw[len(b.raw):cap(b.raw)])
		b.raw = b.raw[:len(b.raw)+n]
		if err != nil {
			s.done, b.final = true, errors.Is(err, io.EOF)
			if !b.final {
				b.torn, b.err = true, err
			}
			return
		}
	}
}

// lastRecordEnd gives the index after the line break that ends the last whole record of b, or 0. A carriage return
// at the very end is not taken, since a line feed may follow.
func (s *splitter) lastRecordEnd(b []byte) int {
	s.outside(b)
	for _, sp := range slices.Backward(s.spans) {
		for i := sp.to - 1; i >= sp.from; i-- {
			if b[i] == '\n' || b[i] == '\r' && i+1 < len(b) {
				return afterBreak(b, i)
			}
		}
	}
	return 0
}

// outside finds the pieces of b outside quotes; b starts where a record starts.
func (s *splitter) outside(b []byte) {
	s.spans = s.spans[:0]
	from := 0
	for at := 0; ; {
		k := bytes.IndexByte(b[at:], '"')
		if k < 0 {
			s.spans = append(s.spans, span{from, len(b)})
			return
		}
		at += k
		if !s.opens(b, from, at) {
			at++
			continue
		}
		s.spans = append(s.spans, span{from, at})
		if at = afterQuoted(b, at+1); at < 0 {
			return
		}
		from = at
	}
}

// opens reports whether the quote at q begins a cell; one within a cell is an ordinary character.
func (s *splitter) opens(b []byte, from, q int) bool {
	i := q - 1
	for i >= from && b[i] == ' ' {
		i--
	}
	switch {
	case i < 0:
		return true
	case i < from:
		return false
	case b[i] == '\n' || b[i] == '\r':
		return true
	}
	return b[i] == s.delim && !s.secondByte(b[:i])
}

// secondByte reports whether a delimiter after b is really the end of a character of several bytes. Of the
// delimiters only the pipe can be. No byte below the digits is part of such a character, so one need not look back
// beyond it; the quote before is one, which keeps many quotes in a line from costing more than the line.
func (s *splitter) secondByte(b []byte) bool {
	if len(b) == 0 || b[len(b)-1] < utf8.RuneSelf || !s.src.codec.wide {
		return false
	}
	from := len(b)
	for from > 0 && b[from-1] >= '0' {
		from--
	}
	return s.src.codec.unfinished(b[from:])
}

// afterQuoted gives the index after the quote that closes a cell whose text starts at i, or -1 if it is not in b. A
// quote as the last byte may be the first of two.
func afterQuoted(b []byte, i int) int {
	for {
		k := bytes.IndexByte(b[i:], '"')
		if k < 0 || i+k+1 == len(b) {
			return -1
		}
		if i += k + 1; b[i] != '"' {
			return i
		}
		i++
	}
}

// afterBreak gives the index after the line break at i, which may be a carriage return and a line feed.
func afterBreak(b []byte, i int) int {
	if b[i] == '\r' && i+1 < len(b) && b[i+1] == '\n' {
		return i + 2
	}
	return i + 1
}
