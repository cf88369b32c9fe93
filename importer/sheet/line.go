package sheet

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"muster/importer/sheet/xlsx"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// line is one data row on its way to a record. It is used again for the next row.
type line struct {
	place onboarding.Row
	cells []xlsx.Cell
	sink  Sink
	notes notes
	words *locale.Words
}

// readEach reads every data row of a sheet into a new record.
func readEach[R any](b *Book, s *sheetIn, sink Sink, cols []column[R], keep func(*R, *line) error) error {
	there := bind(s, cols)
	return b.readRows(s, sink, func(r *line, _ rows) error {
		rec := new(R)
		fill(r, there, rec)
		return keep(rec, r)
	})
}

// bound is a column that a sheet has, with its 1-based number.
type bound[R any] struct {
	column[R]
	at    int
	width int // digits that all values of the column have, 0 where they differ
	vague bool
}

// bind finds the columns of a sheet once for all its rows.
func bind[R any](s *sheetIn, cols []column[R]) []bound[R] {
	var out []bound[R]
	for _, c := range cols {
		if at := s.source.Column(c.Field); at > 0 {
			out = append(out, bound[R]{c, at, s.widths[at-1], vague(s.source.Kind, c.Field)})
		}
	}
	return out
}

// readRows hands over every row below the headings that holds anything, and what it comes from.
func (b *Book) readRows(s *sheetIn, sink Sink, fn func(*line, rows) error) (err error) {
	rs, err := b.open(s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rs.close()) }()
	s.source.Rows = 0
	hidden := hiddenRun{source: s.source, sink: sink}
	l := &line{sink: sink, notes: notes{source: s.source}, words: b.words.locale}
	for {
		r, err := rs.next()
		if errors.Is(err, io.EOF) {
			hidden.end()
			l.notes.end(sink)
			b.detectedLate(s, rs, sink)
			return nil
		}
		if err != nil {
			return s.where(err)
		}
		if !l.take(s, r) {
			continue
		}
		hidden.row(r)
		s.source.Rows++
		if err := fn(l, rs); err != nil {
			return err
		}
	}
}

// take makes a row the line's own. It is false for a row that holds nothing or stands above the data.
func (l *line) take(s *sheetIn, r row) bool {
	if r.number <= s.head.row || blank(r.cells) || s.head.isTypes(r) {
		return false // of a row of types the form's note tells
	}
	l.place, l.cells = onboarding.Row{Source: s.source, Number: r.number}, r.cells
	l.checkWidth(&s.head)
	return true
}

func (b *Book) open(s *sheetIn) (rows, error) {
	if s.index < 0 {
		return openText(s.in.path, b.textOptions())
	}
	rs, err := s.in.book.Open(s.index)
	if err != nil {
		return nil, s.where(err)
	}
	return sheetRows{rs}, nil
}

func (s *sheetIn) where(err error) error {
	if s.index < 0 {
		return err
	}
	return fmt.Errorf("sheet %q: %w", s.source.Sheet, err)
}

func blank(cells []xlsx.Cell) bool {
	for i := range cells {
		if cells[i].Text != "" {
			if t, _ := normalise(cells[i].Text, FreeText); t != "" {
				return false
			}
		}
	}
	return true
}

// checkWidth refuses a row that is longer than the headings: an unquoted delimiter has moved its values. Rows that are
// shorter are common and harmless, since spreadsheet programs leave empty cells at the end out. In a workbook nothing can
// have moved; in a text no rule judges values that may stand in the wrong columns.
func (l *line) checkWidth(h *heading) {
	width := len(h.cells)
	for i := width; i < len(l.cells); i++ {
		text, _ := normalise(l.cells[i].Text, FreeText)
		if text == "" {
			continue
		}
		if h.strange() {
			text = "" // it may come from a column of passwords
		}
		unread, hint := onboarding.Field("beyond the headings"), onboarding.T("give the column a heading, or delete the value")
		if l.place.Source.CSV() {
			unread, hint = onboarding.AllFields, onboarding.T("values may have moved to the right; put a value that holds the delimiter in double quotes")
		}
		l.place.Damaged = append(l.place.Damaged, unread)
		l.sink(onboarding.Finding{
			Rule: "row-ragged", Severity: onboarding.Error,
			Place: onboarding.Place{Source: l.place.Source, Row: l.place.Number, Column: i + 1}, Value: strings.Clone(text),
			Message: onboarding.T("the row has a value in column %d, beyond the last heading in column %d", i+1, width),
			Hint:    hint,
		})
		return
	}
}

// fill reads the cells of a row into a record.
func fill[R any](l *line, cols []bound[R], rec *R) {
	for i := range cols {
		c := &cols[i]
		if c.at > len(l.cells) {
			continue
		}
		cell := &l.cells[c.at-1]
		switch {
		case cell.Text == "":
		case c.vague && cell.Text[0] == '(' && l.unknown(cell.Text):
			l.place.Unknown = append(l.place.Unknown, c.Field)
		case len(cell.Text) < c.width && l.lostZeros(c.Field, cell, c.at, c.width):
		case trusted(cell, c.Sort):
			*c.text(rec) = cell.Text
		default:
			text := l.value(*cell, c.Field, c.Sort, c.at)
			if c.vague && l.unknown(text) {
				l.place.Unknown = append(l.place.Unknown, c.Field)
				continue
			}
			*c.text(rec) = text
		}
	}
}

// value normalises one cell and says what is wrong with it. A cell that cannot be trusted gives the empty text, so that
// no rule judges it again.
func (l *line) value(c xlsx.Cell, f onboarding.Field, sort Sort, at int) string {
	raw := c.Text
	text, changed := normalise(raw, sort)
	c.Text = text
	if c.Kind == xlsx.Error || isErrorValue(text) {
		return l.damaged(f, at, raw, remark{
			"cell-error-value", onboarding.Error,
			onboarding.T("the cell shows %q: a formula has no result", strings.Clone(text)), onboarding.T("mend the formula or type the value"),
		})
	}
	if msg, hint := damage(c, sort); !msg.Empty() {
		return l.damaged(f, at, raw, remark{"cell-lossy", onboarding.Error, msg, hint})
	}
	if changed && l.notes.due(at) {
		l.say(f, at, raw, remark{"cell-normalised", onboarding.Note, onboarding.T("read as %q", strings.Clone(text)), onboarding.Text{}})
	}
	return text
}

// remark is what a finding says, its place aside.
type remark struct {
	rule      string
	severity  onboarding.Severity
	msg, hint onboarding.Text
}

// damaged says why a cell cannot be trusted, and remembers that it carries an error already. It gives the empty text.
func (l *line) damaged(f onboarding.Field, at int, value string, r remark) string {
	l.place.Damaged = append(l.place.Damaged, f)
	l.say(f, at, value, r)
	return ""
}

func (l *line) say(f onboarding.Field, at int, value string, r remark) {
	l.sink(onboarding.Finding{
		Rule: r.rule, Severity: r.severity, Field: f, Value: strings.Clone(value), Message: r.msg, Hint: r.hint,
		Place: onboarding.Place{Source: l.place.Source, Row: l.place.Number, Column: at},
	})
}

// hiddenRun gathers hidden rows that follow each other into one note.
type hiddenRun struct {
	source      *onboarding.Source
	sink        Sink
	first, last int
}

func (h *hiddenRun) row(r row) {
	if !r.hidden {
		h.end()
		return
	}
	if h.first == 0 {
		h.first = r.number
	}
	h.last = r.number
}

func (h *hiddenRun) end() {
	if h.first == 0 {
		return
	}
	msg, hint := onboarding.T("rows %d to %d are hidden; they are read like all others", h.first, h.last), onboarding.T("delete the rows if they are not meant")
	if h.first == h.last {
		msg, hint = onboarding.T("row %d is hidden; it is read like all others", h.first), onboarding.T("delete the row if it is not meant")
	}
	h.sink(onboarding.Finding{
		Rule: "row-hidden", Severity: onboarding.Note, Place: onboarding.Place{Source: h.source, Row: h.first}, Message: msg, Hint: hint,
	})
	h.first = 0
}
