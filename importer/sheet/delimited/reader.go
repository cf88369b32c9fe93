// Package delimited reads delimited text as people save it, and says where it cannot.
//
// Open looks at the beginning of a stream and finds out encoding, byte order mark, delimiter and line ends; the whole
// stream is checked against that while it is read. Nothing is replaced or left out in silence: bytes that are no text
// in the encoding, a quote that is never closed, text after a closing quote, a zero byte and a record over a limit
// end the reading with an error that names line and byte, after all records before it.
//
// The rules: a record ends at a line feed, a carriage return or both, outside quotes. A cell whose first character,
// blanks aside, is a quote goes on to the closing quote; two quotes within it are one, and a line break within it is
// given as a line feed. Any other quote is an ordinary character. Empty lines are passed over but counted.
//
// The text is cut into blocks at ends of records, and the blocks are parsed in parallel. Records and errors are the
// same whatever the number of workers and the size of the blocks.
package delimited

import (
	"io"
	"io/fs"
)

// Record is one record of the text.
type Record struct {
	Line   int      // on which the record starts as an editor shows it, from 1; line breaks within quotes count
	Number int      // among the records, from 1
	Cells  []string // at least one; the strings keep the text of their block alive
}

// Reader reads the records of a text. It is not safe for use by several goroutines.
type Reader struct {
	options Options
	found   Detection
	sepLine bool // the first record is not data but names the delimiter
	split   *splitter
	pipe    *pipeline // nil until there is a second block

	block   *block // whose records were given out last
	taken   bool   // the caller keeps it
	spare   *block // for the next block when there is no pipeline
	given   int    // records of block that Next gave out
	lines   int    // before block
	offset  int64  // in the file, of block
	records int    // before block
	err     error  // what every further call gives
}

// Open reads the beginning of a text and detects what Options leaves open. It gives a *NotTextError for files of
// another format, an *AmbiguousError where the encoding cannot be told, an *EncodingError where a byte order mark
// contradicts the encoding asked for, or the error of r. Close the Reader.
func Open(r io.Reader, o Options) (*Reader, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	src := &source{in: r}
	bom, err := src.begin(o.Encoding)
	if err != nil {
		return nil, err
	}
	text := src.peek()
	found := Detection{Encoding: src.codec.name, Confidence: src.confidence, BOM: bom}
	sep, sepLine := sepDelimiter(text)
	switch {
	case o.Delimiter != 0:
		found.Delimiter = o.Delimiter
	case sepLine:
		found.Delimiter = sep
	default:
		found.Delimiter = guessDelimiter(text, src.atEnd(), o.Limits)
	}
	found.LineEnd = lineEnd(text, found.Delimiter)
	split := &splitter{src: src, delim: found.Delimiter, limits: o.Limits, size: o.BlockSize}
	return &Reader{options: o, found: found, sepLine: sepLine, split: split, offset: src.offset}, nil
}

// Detected tells how the text is read. The encoding of a text that begins with much ASCII is decided only at its
// first byte beyond ASCII, so ask again after the last record.
func (r *Reader) Detected() Detection { return r.found }

// Next gives the next record, io.EOF after the last one, or what is wrong: a *SyntaxError, *EncodingError,
// *AmbiguousError, *LimitError or the error of the underlying reader. The record is valid until the next call of
// Next or TakeBlock, its strings for good unless Options.Reuse is set.
func (r *Reader) Next() (*Record, error) {
	for r.block == nil || r.given == len(r.block.records) {
		if err := r.advance(); err != nil {
			return nil, err
		}
	}
	r.given++
	return &r.block.records[r.given-1], nil
}

// Block is some records that the caller keeps until it gives them back.
type Block struct {
	Records []Record
	Bytes   int // of the file that they took
	block   *block
	pipe    *pipeline
}

// TakeBlock gives the next records, at least one, as many as are at hand; the errors are those of Next. The records, and
// with Options.Reuse their strings, are valid until Return, which every block wants. How many records a block has depends
// on Options.BlockSize alone. At most Options.Kept blocks may be out at once.
func (r *Reader) TakeBlock() (Block, error) {
	for r.block == nil || r.given == len(r.block.records) {
		if err := r.advance(); err != nil {
			return Block{}, err
		}
	}
	b := r.block
	out := Block{b.records[r.given:], b.length, b, r.pipe}
	r.taken = true
	r.passBlock() // from now on the block is the caller's
	return out, nil
}

// Return gives a block back to its reader. Any goroutine may do so, also after Close.
func (b Block) Return() {
	if b.pipe != nil {
		b.pipe.recycle(b.block)
	}
}

// Close ends the goroutines of the Reader, waiting for a read that is under way. It does not close the underlying
// reader.
func (r *Reader) Close() error {
	if r.pipe != nil {
		r.pipe.close()
		r.pipe = nil
	}
	r.block, r.err = nil, fs.ErrClosed
	return nil
}

// advance makes the next block the current one.
func (r *Reader) advance() error {
	if r.err != nil {
		return r.err
	}
	if r.block != nil {
		r.passBlock()
		if r.err != nil {
			return r.err
		}
	}
	b := r.nextBlock()
	if b == nil {
		r.err = io.EOF
		return r.err
	}
	r.found.Encoding, r.found.Confidence = b.codec.name, b.confidence
	if r.sepLine && len(b.records) > 0 {
		b.records = b.records[1:]
		r.sepLine = false
	}
	for i := range b.records {
		r.records++
		b.records[i].Number = r.records
		b.records[i].Line += r.lines
	}
	r.block, r.given = b, 0
	return nil
}

// passBlock counts the current block as done and keeps its error.
func (r *Reader) passBlock() {
	b := r.block
	if f := b.fault; f != nil {
		f.err.place(r.lines+f.lines+1, r.offset+int64(f.bytes))
		r.err = f.err
	}
	r.lines += b.lines
	r.offset += int64(b.length)
	r.block = nil
	switch {
	case r.taken && r.pipe == nil:
		r.spare = b.another()
	case r.taken: // the caller gives it back
	case r.pipe != nil:
		r.pipe.recycle(b)
	default:
		r.spare = b
	}
	r.taken = false
}

// nextBlock parses the first block itself, so that small texts need no goroutines.
func (r *Reader) nextBlock() *block {
	if r.pipe == nil && r.spare != nil && r.options.Workers > 1 && !r.split.done {
		r.pipe, r.spare = startPipeline(r.split, r.spare, r.options), nil
	}
	if r.pipe != nil {
		return r.pipe.next()
	}
	b := r.spare
	if b == nil {
		b = new(block)
	}
	if !r.split.next(b) {
		return nil
	}
	b.parse(r.split.delim, r.options)
	return b
}
