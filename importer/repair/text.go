package repair

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/text/transform"

	"muster/importer/sheet"
	"muster/internal/onboarding"
)

const (
	chunk = 128 << 10 // bytes that are read at a time
	// mostKept is how many bytes of one record are held. The reader's limits end far below.
	mostKept = 64 << 20
)

// text copies a text file byte for byte, but for the values that change.
func (r *Repairer) text(w io.Writer, f *os.File, t sheet.Table, say func(onboarding.Change) error) error {
	form, err := t.Form()
	if err != nil {
		return err
	}
	next, stop := r.pulled(t)
	defer stop()
	return rewriteText(w, f, layout{form.Encoding, form.Delimiter}, editor{next, say})
}

// layout is how a text file is written.
type layout struct {
	encoding  string
	delimiter byte
}

// rewriteText copies a text with the edits in place. UTF-16 goes through UTF-8 and back, which loses nothing; what is
// written in any other encoding is looked at as it stands.
func rewriteText(w io.Writer, r io.Reader, l layout, e editor) error {
	enc, err := encodingNamed(l.encoding)
	if err != nil {
		return err
	}
	if !enc.wide {
		return walkRecords(w, r, l.delimiter, enc, e)
	}
	out := transform.NewWriter(w, enc.text.NewEncoder())
	utf8 := charset{name: enc.name}
	if err := walkRecords(out, transform.NewReader(r, enc.text.NewDecoder()), l.delimiter, utf8, e); err != nil {
		return err
	}
	return out.Close()
}

// records rewrites delimited text by the rules of the reader: a record ends at a line feed, a carriage return or both,
// outside quotes; a cell whose first character, blanks aside, is a quote goes on to the closing quote.
type records struct {
	in    io.Reader
	out   io.Writer
	delim byte
	enc   charset
	editor

	buf  []byte
	pos  int // where the record at hand begins
	end  bool
	line int
	now  rowEdits

	cells []span // of the record at hand
}

// span is the bytes of a cell, with blanks and quotes.
type span struct{ from, to int }

func walkRecords(w io.Writer, r io.Reader, delim byte, enc charset, e editor) error {
	s := &records{in: r, out: w, delim: delim, enc: enc, editor: e, line: 1}
	if err := s.advance(); err != nil {
		return err
	}
	if err := s.fill(); err != nil {
		return err
	}
	s.pos = enc.markLength(s.buf)
	if _, err := s.out.Write(s.buf[:s.pos]); err != nil {
		return err
	}
	for {
		stop, breaks, whole := s.record()
		if !whole && !s.end {
			if err := s.fill(); err != nil {
				return err
			}
			continue
		}
		if stop == s.pos {
			break
		}
		if err := s.write(stop); err != nil {
			return err
		}
		s.pos, s.line = stop, s.line+breaks
	}
	if s.now.row != 0 {
		return s.missed()
	}
	return nil
}

func (s *records) missed() error {
	return fmt.Errorf("line %d is not the one that was read before: the file was changed meanwhile", s.now.row)
}

func (s *records) advance() (err error) {
	s.now, err = s.next()
	if errors.Is(err, io.EOF) {
		s.now, err = rowEdits{}, nil
	}
	return err
}

// fill reads on behind what is left.
func (s *records) fill() error {
	n := copy(s.buf, s.buf[s.pos:])
	s.buf, s.pos = s.buf[:n], 0
	if n > mostKept {
		return fmt.Errorf("the record in line %d takes more than %d bytes", s.line, mostKept)
	}
	if cap(s.buf) < 2*n+chunk {
		s.buf = append(make([]byte, 0, 2*n+chunk), s.buf...)
	}
	read, err := io.ReadAtLeast(s.in, s.buf[n:cap(s.buf)], 1)
	s.buf = s.buf[:n+read]
	if errors.Is(err, io.EOF) {
		s.end, err = true, nil
	}
	return err
}

// record finds the cells of the record at hand and where the next one begins. whole is false when more may belong to it.
func (s *records) record() (stop, breaks int, whole bool) {
	s.cells = s.cells[:0]
	for i := s.pos; ; i++ {
		from := i
		i, breaks = s.cell(i, breaks)
		s.cells = append(s.cells, span{from, i})
		if i >= len(s.buf) {
			return len(s.buf), breaks, false
		}
		if s.buf[i] == s.delim {
			continue
		}
		if s.buf[i] == '\r' && i+1 < len(s.buf) && s.buf[i+1] == '\n' {
			return i + 2, breaks + 1, true
		}
		// A line feed may follow the carriage return that ends the bytes at hand.
		return i + 1, breaks + 1, i+1 < len(s.buf) || s.buf[i] == '\n'
	}
}

// cell gives the index behind the cell that starts at i: of a delimiter, a line break or the end.
func (s *records) cell(i, breaks int) (end, lines int) {
	open := i
	for open < len(s.buf) && s.buf[open] == ' ' {
		open++
	}
	if open < len(s.buf) && s.buf[open] == '"' {
		i, breaks = s.quoted(open+1, breaks)
	}
	for i < len(s.buf) {
		switch c := s.buf[i]; {
		case c == s.delim || c == '\n' || c == '\r':
			return i, breaks
		case c >= 0x80:
			i += s.enc.size(s.buf[i:])
		default:
			i++
		}
	}
	return len(s.buf), breaks
}

// quoted gives the index behind the quote that closes a cell.
func (s *records) quoted(i, breaks int) (end, lines int) {
	for ; i < len(s.buf); i++ {
		switch s.buf[i] {
		case '"':
			if i+1 == len(s.buf) || s.buf[i+1] != '"' {
				return i + 1, breaks
			}
			i++
		case '\n':
			breaks++
		case '\r':
			if i+1 == len(s.buf) || s.buf[i+1] != '\n' {
				breaks++
			}
		}
	}
	return i, breaks
}

// write copies the record that ends at stop, with its edits in place.
func (s *records) write(stop int) error {
	done := s.pos
	if s.now.row != 0 && s.line > s.now.row {
		return s.missed()
	}
	if s.line == s.now.row {
		for _, e := range s.now.edits {
			if e.column > len(s.cells) {
				return s.missed()
			}
			at := s.cells[e.column-1]
			if err := s.replace(done, at, e); err != nil {
				return err
			}
			done = at.to
		}
		if err := s.advance(); err != nil {
			return err
		}
	}
	_, err := s.out.Write(s.buf[done:stop])
	return err
}

// replace copies from done up to a cell and writes its new value.
func (s *records) replace(done int, at span, e edit) error {
	value, err := s.replacement(s.buf[at.from:at.to], e)
	if err != nil {
		return err
	}
	if _, err := s.out.Write(s.buf[done:at.from]); err != nil {
		return err
	}
	if _, err := s.out.Write(value); err != nil {
		return err
	}
	return s.say(e.change)
}

// replacement gives the bytes of a changed value, in quotes where the old one stood in quotes or where it needs them.
func (s *records) replacement(raw []byte, e edit) ([]byte, error) {
	old, err := s.enc.decode(raw)
	if err != nil {
		return nil, err
	}
	old, inQuotes := unquote(old)
	if old != e.change.Old {
		return nil, s.missed()
	}
	text := e.change.New
	if inQuotes || strings.ContainsAny(text, "\"\r\n"+string(s.delim)) || text != strings.Trim(text, " ") {
		text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	out, err := s.enc.encode(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %q cannot be written as %s", e.change.Place.Cell(), e.change.New, s.enc.name)
	}
	return out, nil
}

// unquote gives the text of a value as the reader does.
func unquote(raw string) (text string, quoted bool) {
	inner := strings.Trim(raw, " ")
	if !strings.HasPrefix(inner, `"`) {
		return raw, false
	}
	inner = strings.TrimSuffix(inner[1:], `"`)
	return strings.NewReplacer(`""`, `"`, "\r\n", "\n", "\r", "\n").Replace(inner), true
}
