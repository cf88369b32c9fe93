package repair

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

// scanner walks over the tags of an XML text and copies every byte that it passes, but for those that are replaced. It
// judges nothing: the text was read before and found sound.
type scanner struct {
	in  io.Reader
	out io.Writer

	buf  []byte
	pos  int // behind the tag at hand
	done int // bytes of buf that are copied already
	hold int // from here bytes wait, since they may be replaced; -1: none
	end  error
}

func newScanner(out io.Writer, in io.Reader) scanner {
	return scanner{in: in, out: out, hold: -1}
}

// next gives the next tag, and where it starts in buf; io.EOF after the last one. The bytes of the tag are valid until the
// next call.
func (s *scanner) next() (t tag, start int, err error) {
	for {
		i := bytes.IndexByte(s.buf[s.pos:], '<')
		if i < 0 {
			s.pos = len(s.buf)
			if err := s.fill(); err != nil {
				return nil, 0, err
			}
			continue
		}
		s.pos += i
		n, err := s.markup()
		if err != nil {
			return nil, 0, err
		}
		start = s.pos
		s.pos += n
		if t := tag(s.buf[start:s.pos]); t[1] != '!' && t[1] != '?' {
			return t, start, nil
		}
	}
}

// markup gives the length of the markup that starts at pos: a tag, a comment, an instruction or a section of text.
func (s *scanner) markup() (int, error) {
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
var errDoctype = errors.New("there is a document type declaration in a worksheet")

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
func (s *scanner) fill() error {
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
func (s *scanner) copyTo(i int) error {
	if i <= s.done {
		return nil
	}
	_, err := s.out.Write(s.buf[s.done:i])
	s.done = i
	return err
}

// finish copies the rest.
func (s *scanner) finish() error { return s.copyTo(len(s.buf)) }

// tag is a start tag, an end tag, or both in one.
type tag []byte

func (t tag) closing() bool { return t[1] == '/' }
func (t tag) empty() bool   { return t[len(t)-2] == '/' }

// name gives the prefix, with its colon, and the local name.
func (t tag) name() (prefix, local []byte) {
	b := t[1:]
	if t.closing() {
		b = t[2:]
	}
	if i := bytes.IndexAny(b, " \t\r\n/>"); i >= 0 {
		b = b[:i]
	}
	i := bytes.IndexByte(b, ':') + 1
	return b[:i], b[i:]
}

// is reports whether the local name is the given one.
func (t tag) is(local string) bool {
	_, name := t.name()
	return string(name) == local
}

// attribute is one of a tag; raw is all of it with the blank before.
type attribute struct{ raw, name, value []byte }

// attributes goes through those of a start tag.
func (t tag) attributes() iter.Seq[attribute] {
	return func(yield func(attribute) bool) {
		rest := bytes.TrimRight(t[:len(t)-1], "/")
		rest = rest[max(0, bytes.IndexAny(rest, " \t\r\n")):]
		for {
			a, ok := firstAttribute(rest)
			if !ok || !yield(a) {
				return
			}
			rest = rest[len(a.raw):]
		}
	}
}

// firstAttribute takes the attribute that b begins with, after a blank.
func firstAttribute(b []byte) (a attribute, ok bool) {
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
	return attribute{b[:stop+1], bytes.TrimSpace(b[:eq]), b[open+1 : stop]}, true
}

// attribute gives the value of the attribute without prefix of this name, decoded.
func (t tag) attribute(name string) (value []byte, given bool, err error) {
	for a := range t.attributes() {
		if string(a.name) != name {
			continue
		}
		if bytes.IndexByte(a.value, '&') < 0 {
			return a.value, true, nil
		}
		var x struct {
			Text []byte `xml:",chardata"`
		}
		err := xml.Unmarshal([]byte("<x>"+string(a.value)+"</x>"), &x)
		return x.Text, true, err
	}
	return nil, false, nil
}
