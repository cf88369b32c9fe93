package sheet

import (
	"errors"
	"io"
	"iter"
	"os"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// Table is one sheet that was read, for those who go through its cells once more.
type Table struct {
	book    *Book
	in      *sheetIn
	columns []TableColumn
}

// TableColumn is a column of a table that holds something known. A column of a package has the field package_quantity.
type TableColumn struct {
	Field onboarding.Field
	Sort  Sort
	At    int // counted from 1
}

// Line is one data row as it stands in its file. Its cells are valid until the next line is asked for.
type Line struct {
	Row   onboarding.Row // nothing in it is readable where the values may stand in the wrong columns
	Cells []xlsx.Cell    // as read, not normalised
}

// Path is where the bytes of the input are: the file itself, or the copy of standard input, which is gone after Close.
func (in *Input) Path() string { return in.path }

// Temporary reports whether the input came from standard input and Path is only a copy of it.
func (in *Input) Temporary() bool { return in.temp }

// Keep hands the copy of standard input over to the caller, who removes it. Others are left where they are.
func (in *Input) Keep() (path string, yours bool) {
	yours = in.temp && !in.kept
	in.kept = true
	return in.path, yours
}

// Workbook reports whether the input is a workbook rather than a text file.
func (in *Input) Workbook() bool { return in.book != nil }

// Tables gives the sheets of an input whose headings are known, in their order.
func (b *Book) Tables(in *Input) []Table {
	var out []Table
	for _, s := range b.sheets {
		if s.in == in {
			out = append(out, Table{b, s, columnsOf(s)})
		}
	}
	return out
}

// Source is the sheet.
func (t Table) Source() *onboarding.Source { return t.in.source }

// Part is the name of the part of the workbook that holds the sheet; empty for a text file.
func (t Table) Part() string {
	if t.in.index < 0 {
		return ""
	}
	return t.in.in.book.Part(t.in.index)
}

// Headings gives the headings as they stand in the sheet, known or not.
func (t Table) Headings() []string {
	out := make([]string, len(t.in.head.cells))
	for i, c := range t.in.head.cells {
		out[i] = c.text
	}
	return out
}

// Columns gives the columns whose cells are read, from left to right.
func (t Table) Columns() []TableColumn { return t.columns }

func columnsOf(s *sheetIn) []TableColumn {
	sorts := make(map[onboarding.Field]Sort)
	for _, c := range Columns() {
		if c.Kind == s.source.Kind {
			sorts[c.Field] = c.Sort
		}
	}
	var out []TableColumn
	for i, c := range s.head.cells {
		switch {
		case c.twice > 0:
		case c.field != "":
			out = append(out, TableColumn{c.field, sorts[c.field], i + 1})
		case c.pack != nil && s.source.Kind == onboarding.Customers:
			out = append(out, TableColumn{"package_quantity", Count, i + 1})
		}
	}
	return out
}

// Lines goes through the data rows once more. An error is the last thing it gives; it is a *FileError.
func (t Table) Lines() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		counted := t.in.source.Rows
		err := t.book.readRows(t.in, func(onboarding.Finding) {}, func(l *line, _ rows) error {
			if !yield(Line{l.place, l.cells}, nil) {
				return errStopped
			}
			return nil
		})
		t.in.source.Rows = counted
		if err != nil && !errors.Is(err, errStopped) {
			yield(Line{}, &FileError{t.in.in.File, err})
		}
	}
}

// Text gives what a cell of the line says, as the reading of the records takes it: normalised, empty where it cannot be
// trusted, and what Options say of the customer and the location of users where there is no such column.
func (t Table) Text(l Line, f onboarding.Field) string {
	for _, c := range t.columns {
		if c.Field == f {
			text, _ := t.Meant(l, c)
			return text
		}
	}
	switch {
	case t.in.source.Kind != onboarding.Users:
	case f == "external_id":
		return t.book.opt.Customer
	case f == "location":
		return t.book.opt.Location
	}
	return ""
}

// Meant gives the text of a cell as its column reads it. sound is false, and the text empty, for a cell that cannot be
// trusted: an error value, lost digits, zeros or letters, a date in place of a number.
func (t Table) Meant(l Line, col TableColumn) (text string, sound bool) {
	if col.At > len(l.Cells) || l.Cells[col.At-1].Text == "" {
		return "", true
	}
	c := l.Cells[col.At-1]
	probe := line{place: l.Row, sink: func(onboarding.Finding) {}}
	if width := t.in.widths[col.At-1]; len(c.Text) < width && probe.lostZeros(col.Field, &c, col.At, width) {
		return "", false
	}
	c.Text, _ = normalise(c.Text, col.Sort)
	if c.Kind == xlsx.Error || isErrorValue(c.Text) {
		return "", false
	}
	if msg, _ := damage(c, col.Sort); !msg.Empty() {
		return "", false
	}
	return c.Text, true
}

// Records goes through the records of a text input once more, headings and what stands above them included. The cells of one
// are valid until the next is asked for. An error is the last thing it gives.
func (b *Book) Records(in *Input) iter.Seq2[delimited.Record, error] {
	return func(yield func(delimited.Record, error) bool) {
		f, err := os.Open(in.path)
		if err != nil {
			yield(delimited.Record{}, &FileError{in.File, pathCause(err)})
			return
		}
		defer f.Close()
		r, err := delimited.Open(f, b.textOptions())
		if err != nil {
			yield(delimited.Record{}, &FileError{in.File, err})
			return
		}
		defer r.Close()
		for {
			rec, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(delimited.Record{}, &FileError{in.File, err})
				return
			}
			if !yield(*rec, nil) {
				return
			}
		}
	}
}

// Form tells how a text file is being read. The encoding is the one that the whole of it was found to have.
func (t Table) Form() (d delimited.Detection, err error) {
	f, err := os.Open(t.in.in.path)
	if err != nil {
		return d, &FileError{t.in.in.File, pathCause(err)}
	}
	defer f.Close()
	r, err := delimited.Open(f, t.book.textOptions())
	if err != nil {
		return d, &FileError{t.in.in.File, err}
	}
	d = r.Detected()
	d.Encoding = t.in.encoding
	return d, r.Close()
}
