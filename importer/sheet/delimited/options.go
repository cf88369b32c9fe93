package delimited

import (
	"fmt"
	"runtime"
)

// Defaults of Options and Limits.
const (
	DefaultBlockSize      = 64 << 10 // bytes
	DefaultMaxRecordBytes = 1 << 20  // a worksheet's widest row of short cells is far below
	DefaultMaxColumns     = 16384    // columns of a worksheet
)

// maxDefaultWorkers bounds the workers that are started unasked: the reading goroutine feeds no more.
const maxDefaultWorkers = 4

// Options says how a text is to be read. The zero value detects everything.
type Options struct {
	Encoding  string // one of EncodingNames or a common other name of theirs; empty: detected
	Delimiter byte   // 0: detected among comma, semicolon, tab and pipe
	Limits    Limits

	Workers   int // goroutines that parse; 0: as many as there are processors, at most 4; 1: none but the caller's
	BlockSize int // bytes read at a time, at least 64; 0: DefaultBlockSize

	Kept  int  // blocks that the caller keeps at once, at least 1
	Reuse bool // strings are valid until their block is returned or passed: nothing is left for the collector
}

// Limits bounds what one record may hold. A zero is the default.
type Limits struct {
	MaxRecordBytes int // of the text of one record as UTF-8
	MaxColumns     int // cells of one record
}

func (o Options) withDefaults() (Options, error) {
	if o.Workers <= 0 {
		o.Workers = min(runtime.GOMAXPROCS(0), maxDefaultWorkers)
	}
	if o.BlockSize <= 0 {
		o.BlockSize = DefaultBlockSize
	}
	o.BlockSize = max(o.BlockSize, 64)
	o.Kept = max(o.Kept, 1)
	if o.Limits.MaxRecordBytes <= 0 {
		o.Limits.MaxRecordBytes = DefaultMaxRecordBytes
	}
	if o.Limits.MaxColumns <= 0 {
		o.Limits.MaxColumns = DefaultMaxColumns
	}
	if d := o.Delimiter; d != 0 && !usableDelimiter(d) {
		return o, fmt.Errorf("delimiter %q cannot separate cells; use a comma, semicolon, tab, pipe or another mark", d)
	}
	return o, nil
}

// usableDelimiter accepts the tab and printable ASCII that is no letter, digit, quote or blank.
func usableDelimiter(d byte) bool {
	switch {
	case d == '\t':
		return true
	case d <= ' ', d >= 0x7f, d == '"':
		return false
	case d >= '0' && d <= '9', d|0x20 >= 'a' && d|0x20 <= 'z':
		return false
	}
	return true
}
