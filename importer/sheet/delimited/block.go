package delimited

import (
	"bytes"
	"unicode/utf8"
)

// block is a piece of the file that holds whole records, and what parsing makes of it.
type block struct {
	raw        []byte // bytes of the file; UTF-8 if that is UTF-16
	codec      codec
	confidence Confidence
	ascii      bool  // raw is known to be ASCII
	final      bool  // the file ends with this block
	torn       bool  // the block ends anywhere, since the record is too long or the reading failed
	err        error // what ended the reading after this block; nil at the end of the file
	text       []byte

	records []Record
	cells   []string
	ends    []int   // of the cells of each record
	changed []byte  // texts of cells that are not pieces of the block's text
	pieces  []piece // which cells these are
	lines   int     // line breaks
	length  int     // bytes in the file
	fault   *fault
	parsed  chan struct{} // gets a value when a worker is done
}

// fault is an error whose place is known within a block only.
type fault struct {
	at    int // in the text of the block
	lines int // line breaks of the block before it
	bytes int // of the file from the block's beginning to it
	err   placed
}

func faultAt(i int, err placed) *fault { return &fault{at: i, err: err} }

// placed is an error that is told its place in the file.
type placed interface {
	error
	place(line int, offset int64)
}

func (b *block) reset() {
	*b = block{
		raw: b.raw[:0], text: b.text[:0], parsed: b.parsed,
		records: b.records[:0], cells: b.cells[:0], ends: b.ends[:0], changed: b.changed[:0], pieces: b.pieces[:0],
	}
}

// another makes an empty block with the same room.
func (b *block) another() *block {
	return &block{
		parsed:  make(chan struct{}, 1),
		records: make([]Record, 0, cap(b.records)),
		cells:   make([]string, 0, cap(b.cells)),
		ends:    make([]int, 0, cap(b.ends)),
	}
}

// parse decodes and parses the block. Of several things wrong the first in the text is the fault.
func (b *block) parse(delim byte, o Options) {
	text, bad := b.decode()
	p := parser{delim: delim, limits: o.Limits, reuse: o.Reuse, b: text, final: b.final && bad == nil, out: b}
	b.fault = p.run()
	if b.fault == nil {
		b.fault = bad
	}
	if b.fault == nil && b.err != nil {
		b.fault = faultAt(len(text), asPlaced(b.err))
	}
	b.lines = p.line
	b.length = len(b.raw)
	if b.codec.utf16 != nil {
		b.length = 2 * utf16Units(text)
	}
	if b.fault != nil {
		b.fault.lines = countBreaks(text[:b.fault.at])
		b.fault.bytes = b.codec.rawLen(b.raw, text, b.fault.at)
	}
}

// decode gives the text of the block up to the first bytes that are none, and the fault these are.
func (b *block) decode() ([]byte, *fault) {
	text, ok := b.raw, true
	switch {
	case b.ascii:
	case b.codec.legacy != nil:
		b.text, ok = b.codec.decode(b.text, b.raw, !b.torn)
		text = b.text
	case !utf8.Valid(b.raw):
		text, ok = validUTF8(b.raw, !b.torn)
	}
	if zero := bytes.IndexByte(text, 0); zero >= 0 {
		return text[:zero], faultAt(zero, zeroByte())
	}
	if ok {
		return text, nil
	}
	at := b.codec.rawLen(b.raw, text, len(text))
	return text, faultAt(len(text), &EncodingError{Encoding: b.codec.name, Bytes: b.badBytes(b.raw[at:])})
}

// validUTF8 gives the valid beginning of raw. An unfinished character at the end is no error unless raw is whole.
func validUTF8(raw []byte, whole bool) ([]byte, bool) {
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			return raw[:i], !whole && !utf8.FullRune(raw[i:])
		}
		i += size
	}
	return raw, true
}

// badBytes copies the bytes to show of those that could not be read.
func (b *block) badBytes(rest []byte) []byte {
	n := 1
	if b.codec.wide || b.codec.legacy == nil {
		n = min(2, len(rest))
	}
	return append([]byte(nil), rest[:n]...)
}

// countBreaks counts the line breaks of a text: line feeds, carriage returns, and pairs of them.
func countBreaks(text []byte) int {
	n := bytes.Count(text, []byte{'\n'})
	if cr := bytes.Count(text, []byte{'\r'}); cr > 0 {
		n += cr - bytes.Count(text, []byte{'\r', '\n'})
	}
	return n
}
