// Package markup walks over the tags of an XML text and copies every byte that it passes, but for those that are replaced.
//
// It judges nothing: the text was read before and found sound. Memory does not grow with the text.
package markup

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
)

const (
	chunk = 128 << 10 // bytes that are read at a time
	// mostKept is how many bytes of one tag, comment or cell are held. The reader's limits end far below.
	mostKept = 64 << 20
)

// Scanner walks over the tags of a text. What it passes is copied, unless somebody holds it.
type Scanner struct {
	in  io.Reader
	out io.Writer

	buf   []byte
	start int   // of the tag at hand
	pos   int   // behind the tag at hand
	done  int   // bytes of buf that are copied already
	hold  int   // from here bytes wait, since they may be replaced; -1: none
	gone  int64 // bytes that stood before buf
	end   error
}

// NewScanner makes a Scanner that copies in to out.
func NewScanner(out io.Writer, in io.Reader) *Scanner {
	return &Scanner{in: in, out: out, hold: -1}
}

// Over makes a Scanner of a text that is held as a whole, and of which no copy is wanted.
func Over(text []byte) *Scanner {
	return &Scanner{out: io.Discard, buf: text, hold: -1, end: io.EOF}
}

// Next gives the next tag; io.EOF after the last one. Its bytes are valid until the next call.
func (s *Scanner) Next() (Tag, error) {
	for {
		i := bytes.IndexByte(s.buf[s.pos:], '<')
		if i < 0 {
			s.pos = len(s.buf)
			if err := s.fill(); err != nil {
				return nil, err
			}
			continue
		}
		s.pos += i
		n, err := s.markup()
		if err != nil {
			return nil, err
		}
		s.start = s.pos
		s.pos += n
		if t := Tag(s.buf[s.start:s.pos]); t[1] != '!' && t[1] != '?' {
			return t, nil
		}
	}
}

// Offset is where the tag at hand begins, counted in bytes from the start of the text.
func (s *Scanner) Offset() int64 { return s.gone + int64(s.start) }

// mostPassed is how many bytes PassTo looks at.
const mostPassed = 1 << 20

// PassTo goes on behind the first end tag of this form, as it is written, and is false, having done nothing, where anything
// but tags and text stands before it, or where it is far away.
func (s *Scanner) PassTo(end string) (bool, error) {
	for {
		b := s.buf[s.pos:]
		if i := indexEnd(b, end); i >= 0 {
			if special(b[:i]) {
				return false, nil
			}
			s.pos += i + len(end)
			return true, nil
		}
		if len(b) > mostPassed {
			return false, nil
		}
		if err := s.fill(); errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
}

// indexEnd finds an end tag by the last letter of its name, which is rarer than the marks around it.
func indexEnd(b []byte, end string) int {
	letter := len(end) - 2
	for at := letter; at < len(b)-1; at++ {
		i := bytes.IndexByte(b[at:len(b)-1], end[letter])
		if i < 0 {
			return -1
		}
		at += i
		if string(b[at-letter:at+2]) == end {
			return at - letter
		}
	}
	return -1
}

// special tells whether there may be anything but tags and text.
func special(b []byte) bool {
	for _, mark := range []byte("!?") {
		if bytes.IndexByte(b, mark) >= 0 && bytes.Contains(b, []byte{'<', mark}) {
			return true
		}
	}
	return false
}

// Hold keeps the tag at hand and what follows from being copied, until Replace or Release.
func (s *Scanner) Hold() { s.hold = s.start }

// Held gives what has been passed since Hold, the tag at hand included.
func (s *Scanner) Held() []byte { return s.buf[s.hold:s.pos] }

// Replace writes b in place of what is held.
func (s *Scanner) Replace(b []byte) error {
	if err := s.copyTo(s.hold); err != nil {
		return err
	}
	s.done, s.hold = s.pos, -1
	_, err := s.out.Write(b)
	return err
}

// Release lets what is held be copied after all.
func (s *Scanner) Release() { s.hold = -1 }

// Insert writes b before the tag at hand.
func (s *Scanner) Insert(b []byte) error {
	if err := s.copyTo(s.start); err != nil {
		return err
	}
	_, err := s.out.Write(b)
	return err
}

// markup gives the length of the markup that starts at pos: a tag, a comment, an instruction or a section of text.
func (s *Scanner) markup() (int, error) {
	for {
		n, err := markupLength(s.buf[s.pos:])
		if n > 0 || err != nil {
			return n, err
		}
		if err := s.fill(); errors.Is(err, io.EOF) {
			return 0, io.ErrUnexpectedEOF
		} else if err != nil {
			return 0, err
		}
	}
}

// errDoctype refuses what the reader refuses: a document type could define entities.
var errDoctype = errors.New("there is a document type declaration in a part of the workbook")

// markupLength is 0 when b does not hold the markup to its end.
func markupLength(b []byte) (int, error) {
	if len(b) > 1 && b[1] != '!' && b[1] != '?' {
		return tagLength(b), nil
	}
	forms := [...]struct{ begin, end string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}
	for _, f := range forms {
		if bytes.HasPrefix(b, []byte(f.begin)) {
			if i := bytes.Index(b[len(f.begin):], []byte(f.end)); i >= 0 {
				return len(f.begin) + i + len(f.end), nil
			}
			return 0, nil
		}
	}
	if len(b) < len("<![CDATA[") {
		return 0, nil
	}
	return 0, errDoctype
}

// tagLength finds the end of a tag outside the quotes of its attributes.
func tagLength(b []byte) int {
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote == 0 && c == '>':
			return i + 1
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return 0
}

// fill reads on, and makes room by copying what has been passed.
func (s *Scanner) fill() error {
	if s.end != nil {
		return s.end
	}
	keep := s.pos
	if s.hold >= 0 {
		keep = s.hold
	}
	if err := s.copyTo(keep); err != nil {
		return err
	}
	s.gone += int64(keep)
	n := copy(s.buf, s.buf[keep:])
	s.buf = s.buf[:n]
	s.pos, s.done = s.pos-keep, 0
	if s.hold >= 0 {
		s.hold = 0
	}
	if n > mostKept {
		return fmt.Errorf("a cell or tag takes more than %d bytes", mostKept)
	}
	if cap(s.buf) < 2*n+chunk {
		s.buf = append(make([]byte, 0, 2*n+chunk), s.buf...)
	}
	read, err := io.ReadAtLeast(s.in, s.buf[n:cap(s.buf)], 1)
	s.buf = s.buf[:n+read]
	s.end = err
	if read > 0 {
		return nil
	}
	return err
}

// copyTo copies what stands before an index of buf and was not copied yet.
func (s *Scanner) copyTo(i int) error {
	if i <= s.done {
		return nil
	}
	_, err := s.out.Write(s.buf[s.done:i])
	s.done = i
	return err
}

// Finish copies the rest.
func (s *Scanner) Finish() error { return s.copyTo(len(s.buf)) }

// Tag is a start tag, an end tag, or both in one.
type Tag []byte

// Closing reports whether it is an end tag.
func (t Tag) Closing() bool { return t[1] == '/' }

// Empty reports whether the element ends with the tag.
func (t Tag) Empty() bool { return t[len(t)-2] == '/' }

// Name gives the prefix, with its colon, and the local name.
func (t Tag) Name() (prefix, local []byte) {
	b := t[1:]
	if t.Closing() {
		b = t[2:]
	}
	if i := bytes.IndexAny(b, " \t\r\n/>"); i >= 0 {
		b = b[:i]
	}
	i := bytes.IndexByte(b, ':') + 1
	return b[:i], b[i:]
}

// Is reports whether the local name is the given one.
func (t Tag) Is(local string) bool {
	_, name := t.Name()
	return string(name) == local
}

// Attribute is one of a tag; raw is all of it with the blank before.
type Attribute struct{ Raw, Name, Value []byte }

// Attributes goes through those of a start tag.
func (t Tag) Attributes() iter.Seq[Attribute] {
	return func(yield func(Attribute) bool) {
		rest := bytes.TrimRight(t[:len(t)-1], "/")
		rest = rest[max(0, bytes.IndexAny(rest, " \t\r\n")):]
		for {
			a, ok := firstAttribute(rest)
			if !ok || !yield(a) {
				return
			}
			rest = rest[len(a.Raw):]
		}
	}
}

// firstAttribute takes the attribute that b begins with, after a blank.
func firstAttribute(b []byte) (a Attribute, ok bool) {
	eq := bytes.IndexByte(b, '=')
	if eq < 0 {
		return a, false
	}
	open := eq + 1 + max(0, bytes.IndexAny(b[eq+1:], `"'`))
	if open >= len(b) {
		return a, false
	}
	n := bytes.IndexByte(b[open+1:], b[open])
	if n < 0 {
		return a, false
	}
	stop := open + 1 + n
	return Attribute{b[:stop+1], bytes.TrimSpace(b[:eq]), b[open+1 : stop]}, true
}

// Attribute gives the value of the attribute without prefix of this name, decoded.
func (t Tag) Attribute(name string) (value []byte, given bool, err error) {
	for a := range t.Attributes() {
		if string(a.Name) != name {
			continue
		}
		if bytes.IndexByte(a.Value, '&') < 0 {
			return a.Value, true, nil
		}
		var x struct {
			Text []byte `xml:",chardata"`
		}
		err := xml.Unmarshal([]byte("<x>"+string(a.Value)+"</x>"), &x)
		return x.Text, true, err
	}
	return nil, false, nil
}
