package delimited

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// parser takes the records out of a block's text. The text becomes one string, of which the cells are pieces.
type parser struct {
	delim  byte
	limits Limits
	reuse  bool // the strings may share the memory of the text
	final  bool // the text ends the file, so its last record needs no line break
	out    *block

	b    []byte
	s    string
	at   int // where the record starts
	line int // line breaks before at

	// Where the next of each stands, len(b) if there is none; looked up again when passed.
	lf, cr, quote int
}

// piece says which cell has its text in the block's changed texts.
type piece struct{ cell, from, to int }

// run parses to the end of the text or the first fault. A record begun but not ended is left out unless the text
// ends the file.
func (p *parser) run() *fault {
	p.s = p.text(p.b)
	p.lf, p.cr, p.quote = -1, -1, -1
	for p.at < len(p.b) {
		eol := p.nextBreak(p.at)
		if eol == p.at {
			p.at = afterBreak(p.b, eol)
			p.line++
			continue
		}
		whole, f := p.record(eol)
		if f != nil || !whole {
			p.finish()
			return f
		}
	}
	p.finish()
	return nil
}

// text gives bytes of the block as a string: a copy, or the very same memory.
func (p *parser) text(b []byte) string {
	if p.reuse {
		return unsafe.String(unsafe.SliceData(b), len(b))
	}
	return string(b)
}

// record takes the record at p.at, whose first line ends at eol.
func (p *parser) record(eol int) (whole bool, f *fault) {
	if p.nextQuote(p.at) < eol || !p.plain(p.at, eol, 1) || eol-p.at > p.limits.MaxRecordBytes {
		return p.quotedRecord(eol)
	}
	p.split(p.at, eol)
	p.add(eol, 0)
	return true, nil
}

// plain reports whether the line from i, where a cell of this column starts, to eol can be cut by split: it is the
// end of a record and too short to hold too many columns. That it has no quote is for the caller to know.
func (p *parser) plain(i, eol, column int) bool {
	return (eol < len(p.b) || p.final) && column+eol-i <= p.limits.MaxColumns
}

// split cuts what goes from one index to another into cells, eight bytes at a time. There are no quotes in it.
func (p *parser) split(from, to int) {
	const low7 = 0x7f7f7f7f7f7f7f7f
	pattern := 0x0101010101010101 * uint64(p.delim)
	b, s, cells := p.b, p.s, p.out.cells
	i := from
	for last := min(to, len(b)-7); i < last; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:i+8]) ^ pattern
		hits := ^((x&low7 + low7) | x | low7) // the high bit of each byte that was the delimiter
		for ; hits != 0; hits &= hits - 1 {
			d := i + bits.TrailingZeros64(hits)>>3
			if d >= to {
				break
			}
			cells = append(cells, s[from:d])
			from = d + 1
		}
	}
	for ; i < to; i++ {
		if b[i] == p.delim {
			cells = append(cells, s[from:i])
			from = i + 1
		}
	}
	p.out.cells = append(cells, s[from:to])
}

// add closes the record that ends at end, with line breaks within it, and goes on after its line break.
func (p *parser) add(end, breaks int) {
	p.out.records = append(p.out.records, Record{Line: p.line + 1})
	p.out.ends = append(p.out.ends, len(p.out.cells))
	p.line += breaks
	p.at = end
	if end < len(p.b) {
		p.at = afterBreak(p.b, end)
		p.line++
	}
}

// finish gives the records their cells, now that these no longer move.
func (p *parser) finish() {
	changed := p.text(p.out.changed)
	for _, c := range p.out.pieces {
		if c.cell < len(p.out.cells) {
			p.out.cells[c.cell] = changed[c.from:c.to]
		}
	}
	from := 0
	for i, to := range p.out.ends {
		p.out.records[i].Cells = p.out.cells[from:to:to]
		from = to
	}
}

// nextBreak gives the index of the first line feed or carriage return from i on.
func (p *parser) nextBreak(i int) int {
	if p.lf < i {
		p.lf = p.index('\n', i)
	}
	if p.cr < i {
		p.cr = p.index('\r', i)
	}
	return min(p.lf, p.cr)
}

func (p *parser) nextQuote(i int) int {
	if p.quote < i {
		p.quote = p.index('"', i)
	}
	return p.quote
}

// index gives the place of c from i on, or the length of the text.
func (p *parser) index(c byte, i int) int {
	if k := bytes.IndexByte(p.b[i:], c); k >= 0 {
		return i + k
	}
	return len(p.b)
}
