package delimited

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// Bytes that are looked at before the encoding and the delimiter are decided.
const (
	prefixBytes = 64 << 10 // from the beginning of the file
	windowBytes = 32 << 10 // from the first byte beyond ASCII, wherever it comes
)

// maxEmptyReads is how often a reader may return nothing without an error.
const maxEmptyReads = 100

// source gives the bytes of the file after its byte order mark; those of UTF-16 as UTF-8. While all is ASCII the
// encoding stays open, and it is decided at the first byte beyond, so that a stream needs to be read only once.
type source struct {
	in      io.Reader
	pending []byte // read ahead, not yet given out
	err     error  // what comes after pending
	offset  int64  // in the file, of what is given out next

	codec      codec
	confidence Confidence
	open       bool // the encoding is not decided, all so far was ASCII
	last       byte // given out while open
}

// fill reads ahead until n bytes are pending or no more come.
func (s *source) fill(n int) {
	if len(s.pending) >= n || s.err != nil {
		return
	}
	buf := make([]byte, n)
	have := copy(buf, s.pending)
	for have < n && s.err == nil {
		var k int
		k, s.err = readSome(s.in, buf[have:])
		have += k
	}
	s.pending = buf[:have]
}

// readSome reads at least one byte or gives an error.
func readSome(r io.Reader, p []byte) (int, error) {
	for range maxEmptyReads {
		if n, err := r.Read(p); n > 0 || err != nil {
			return n, err
		}
	}
	return 0, io.ErrNoProgress
}

// read fills p, which has room for a character at least, as far as it can in one step.
func (s *source) read(p []byte) (int, error) {
	if s.codec.utf16 != nil {
		return s.readUTF16(p)
	}
	n, err := s.readRaw(p)
	if s.open && n > 0 {
		n, err = s.watch(p, n)
	}
	s.offset += int64(n)
	return n, err
}

func (s *source) readRaw(p []byte) (int, error) {
	if len(s.pending) > 0 {
		n := copy(p, s.pending)
		s.pending = s.pending[n:]
		return n, nil
	}
	if s.err != nil {
		return 0, s.err
	}
	n, err := readSome(s.in, p)
	s.err = err
	if n > 0 {
		err = nil
	}
	return n, err
}

// watch looks for the first byte beyond ASCII in what was just read. From there on bytes wait until the encoding is
// decided.
func (s *source) watch(p []byte, n int) (int, error) {
	x := firstNonASCII(p[:n])
	if x > 0 {
		s.last = p[x-1]
	}
	if x == n {
		return n, nil
	}
	s.pending = append(bytes.Clone(p[x:n]), s.pending...)
	s.fill(windowBytes)
	if err := s.decide(0); err != nil {
		s.pending, s.err = nil, err
	}
	if x > 0 {
		return x, nil
	}
	return s.readRaw(p)
}

// decide settles the encoding from the window of pending bytes that begins with the first byte beyond ASCII.
func (s *source) decide(from int) error {
	window, whole := s.pending[from:], s.atEnd()
	if len(window) > windowBytes {
		window, whole = window[:windowBytes], false
	}
	name, confidence, fitting := guess(s.last, window, whole)
	if name == "" {
		return &AmbiguousError{Candidates: fitting}
	}
	s.codec, s.confidence, s.open = mustCodec(name), confidence, false
	return nil
}

func (s *source) readUTF16(p []byte) (int, error) {
	s.fill(min(prefixBytes, max(4, len(p))))
	n, used, ok := s.codec.fromUTF16(p, s.pending)
	s.pending = s.pending[used:]
	s.offset += int64(used)
	if n > 0 {
		return n, nil
	}
	if ok && (len(s.pending) == 0 || !s.atEnd()) {
		return 0, s.err
	}
	bad := s.pending[:min(2, len(s.pending))]
	return 0, &EncodingError{Encoding: s.codec.name, Bytes: bytes.Clone(bad)}
}

// firstNonASCII gives the index of the first byte beyond ASCII, or the length.
func firstNonASCII(p []byte) int {
	i := 0
	for ; i+8 <= len(p); i += 8 {
		if p[i]|p[i+1]|p[i+2]|p[i+3]|p[i+4]|p[i+5]|p[i+6]|p[i+7] >= utf8.RuneSelf {
			break
		}
	}
	for ; i < len(p); i++ {
		if p[i] >= utf8.RuneSelf {
			return i
		}
	}
	return i
}
