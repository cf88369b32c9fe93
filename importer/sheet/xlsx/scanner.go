package xlsx

import "bytes"

// mostAhead is how many bytes are gathered to see an element whole; a longer one is read token by token.
const mostAhead = 8 * mib

// whole makes the window hold the end of at least one element that ends so, if it is not too far. All bytes up to that
// end may then be looked at.
func (d *document) whole(end string) bool {
	for {
		have := d.base + int64(len(d.win))
		if have != d.searched {
			from := int(max(d.searched-int64(len(end))+1, d.base+int64(d.pos)) - d.base)
			if i := bytes.LastIndex(d.win[from:], []byte(end)); i >= 0 {
				d.ends = d.base + int64(from+i+len(end))
			}
			d.searched = have
		}
		if d.base+int64(d.pos) < d.ends {
			return true
		}
		if len(d.win)-d.pos > mostAhead || d.refill() != nil {
			return false
		}
	}
}

// scanner takes the shapes that spreadsheet programs write from bytes. Whatever differs makes it give up; encoding/xml
// then judges the same bytes.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) blanks() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\r' || s.b[s.i] == '\t') {
		s.i++
	}
}

func (s *scanner) take(want string) bool {
	if len(s.b)-s.i < len(want) || string(s.b[s.i:s.i+len(want)]) != want {
		return false
	}
	s.i += len(want)
	return true
}

// attribute takes one attribute of a tag, after its blank: name="value". ok is false at the end of the tag too, and for
// a value so long that the limit of a token may be near.
func (s *scanner) attribute() (name, value []byte, ok bool) {
	if s.i >= len(s.b) || s.b[s.i] != ' ' {
		return nil, nil, false
	}
	start := s.i + 1
	j := start
	for j < len(s.b) && inName(s.b[j]) {
		j++
	}
	name = s.b[start:j]
	if len(name) == 0 || len(s.b)-j < 2 || s.b[j] != '=' || s.b[j+1] != '"' {
		return nil, nil, false
	}
	start = j + 2
	for j = start; j < len(s.b) && inValue(s.b[j]); j++ {
	}
	if j == len(s.b) || s.b[j] != '"' || j-start > longestValue {
		return nil, nil, false
	}
	s.i = j + 1
	return name, s.b[start:j], true
}

// attributeKinds says for each byte from blank to ~ where in an attribute it may stand and mean itself: n in names and
// values, v in values.
const attributeKinds = "vv-vvv-vvvvvvvvvnnnnnnnnnnnv-vvvvnnnnnnnnnnnnnnnnnnnnnnnnnnvvvvvvnnnnnnnnnnnnnnnnnnnnnnnnnnvvvv"

func inName(c byte) bool { return c >= ' ' && c <= '~' && attributeKinds[c-' '] == 'n' }

func inValue(c byte) bool { return c >= ' ' && c <= '~' && attributeKinds[c-' '] != '-' }

// textElement appends the text of <t>…</t>.
func (s *scanner) textElement(dst []byte, limit int64) ([]byte, bool) {
	if !s.take("<t>") && !s.take(`<t xml:space="preserve">`) {
		if s.take("<t/>") {
			return dst, true
		}
		return dst, false
	}
	dst, ok := s.text(dst, limit)
	return dst, ok && s.take("</t>")
}

// text appends the text up to the next tag, decoded.
func (s *scanner) text(dst []byte, limit int64) ([]byte, bool) {
	end, plain := textEnd(s.b, s.i)
	if end < 0 || int64(end-s.i) > limit {
		return dst, false
	}
	raw := s.b[s.i:end]
	s.i = end
	if plain {
		return append(dst, raw...), true
	}
	start := len(dst)
	dst, ok := appendXML(dst, raw)
	if !ok {
		return dst, false
	}
	return dst[:start+len(decodeEscapes(dst[start:]))], true
}

// wholeNumber reads a whole number of at most nine digits.
func wholeNumber(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}
