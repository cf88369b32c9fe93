// Package split takes the rows of one customer out of the inputs: what it gives holds nothing of any other customer.
//
// Templates belong to the partner and are left out, and so are sheets that were not read. Rows lie in a temporary file that only
// the user may read, so that memory does not grow with what they say.
package split

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"muster/importer/sheet"
	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// Parts are the rows of the inputs by customer. Close them.
type Parts struct {
	file   *os.File
	tables []*table
	order  []string
	known  map[string]int // customers by external ID: their place in order
	Strays int            // rows that name no customer of the inputs, and are in no part
}

// table is one sheet.
type table struct {
	source   *onboarding.Source
	headings []string
	rows     map[string][]kept // by customer
	owner    []int32           // by row: one more than the customer's place in the order, 0 for none
}

// kept is a row in the file.
type kept struct {
	at  int64
	row int
}

// record is what stands in the file.
type record struct {
	Cells   []string
	Numbers []bool
}

// New reads the inputs of a book once more. customers are those that get a part; where the inputs hold no customers, every one
// that a row names does.
func New(book *sheet.Book, customers []*onboarding.Customer) (*Parts, error) {
	f, err := os.CreateTemp("", "muster-split-*")
	if err != nil {
		return nil, err
	}
	p := &Parts{file: f, known: make(map[string]int)}
	for _, c := range customers {
		p.know(c.ExternalID)
	}
	if err := p.fill(book, len(customers) == 0); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

func (p *Parts) know(id string) {
	if _, twice := p.known[id]; !twice && id != "" {
		p.known[id] = len(p.order)
		p.order = append(p.order, id)
	}
}

// Customers gives the external IDs, in the order of the inputs.
func (p *Parts) Customers() []string { return p.order }

// Close forgets the rows.
func (p *Parts) Close() error { return errors.Join(p.file.Close(), os.Remove(p.file.Name())) }

func (p *Parts) fill(book *sheet.Book, open bool) error {
	w, at := bufio.NewWriterSize(p.file, 256<<10), int64(0)
	for _, in := range book.Inputs {
		for _, t := range book.Tables(in) {
			if t.Source().Kind == onboarding.Templates {
				continue
			}
			n, err := p.fillTable(w, t, open, at)
			if err != nil {
				return err
			}
			at += n
		}
	}
	return w.Flush()
}

// fillTable writes the rows of a table from a place of the file on, and gives their length there.
func (p *Parts) fillTable(w io.Writer, t sheet.Table, open bool, at int64) (length int64, err error) {
	out := &table{source: t.Source(), headings: t.Headings(), rows: make(map[string][]kept)}
	p.tables = append(p.tables, out)
	for l, err := range t.Lines() {
		if err != nil {
			return 0, err
		}
		n, err := p.keep(w, out, t, keeping{l, open, at + length})
		if err != nil {
			return 0, err
		}
		length += n
	}
	return length, nil
}

// keeping is a row that may be kept.
type keeping struct {
	line sheet.Line
	open bool // every customer that a row names is known
	at   int64
}

// keep writes a row to the file and gives its length there.
func (p *Parts) keep(w io.Writer, out *table, t sheet.Table, k keeping) (int64, error) {
	id := strings.Clone(t.Text(k.line, "external_id"))
	if k.open {
		p.know(id)
	}
	n, known := p.known[id]
	if !known {
		p.Strays++
		return 0, nil
	}
	id = p.order[n] // one copy of the text for all rows
	r := record{Cells: make([]string, len(k.line.Cells)), Numbers: make([]bool, len(k.line.Cells))}
	for i, c := range k.line.Cells {
		r.Cells[i], r.Numbers[i] = c.Text, c.Kind == xlsx.Number && plainNumber(c.Text)
	}
	b, err := json.Marshal(r)
	if err != nil {
		return 0, err
	}
	out.rows[id] = append(out.rows[id], kept{k.at, k.line.Row.Number})
	for len(out.owner) <= k.line.Row.Number {
		out.owner = append(out.owner, 0)
	}
	out.owner[k.line.Row.Number] = int32(n) + 1
	_, err = w.Write(append(b, '\n'))
	return int64(len(b)) + 1, err
}

// plainNumber reports whether a number is written so that reading and writing it changes nothing.
func plainNumber(s string) bool {
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && strconv.FormatFloat(f, 'f', -1, 64) == s
}

// Row is one row of a part.
type Row struct {
	Cells   []string
	Numbers []bool // cells that are numbers rather than texts; nil: none is
}

// Sheet is a sheet of one customer's part.
type Sheet struct {
	Source *onboarding.Source // in the part: its headings stand in row 1, its rows behind them without gaps
	Count  int                // of rows, without the headings
	Rows   iter.Seq2[Row, error]
	from   *table
	moved  map[int]int // rows of the part, by those of the input
}

// Of gives the sheets in which a customer has rows. They are called as in the inputs.
func (p *Parts) Of(customer string) []*Sheet {
	var out []*Sheet
	for _, t := range p.tables {
		rows := t.rows[customer]
		if len(rows) == 0 {
			continue
		}
		s := &Sheet{from: t, Count: len(rows), moved: make(map[int]int, len(rows))}
		s.Source = &onboarding.Source{File: nameOf(t.source, out), Sheet: t.source.Sheet, Kind: t.source.Kind, Order: t.source.Order, HeaderRow: 1, Language: t.source.Language, Rows: len(rows)}
		for i, r := range rows {
			s.moved[r.row] = i + 2
		}
		s.Rows = p.rowsOf(t, rows)
		out = append(out, s)
	}
	return out
}

// rowsOf gives the headings of a table and some of its rows.
func (p *Parts) rowsOf(t *table, rows []kept) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if !yield(Row{Cells: t.headings}, nil) {
			return
		}
		for _, r := range rows {
			var one record
			err := json.NewDecoder(io.NewSectionReader(p.file, r.at, 1<<40)).Decode(&one)
			if !yield(Row(one), err) || err != nil {
				return
			}
		}
	}
}

// nameOf gives the file of a sheet without its folder, which is nobody else's business, as long as that tells it from others.
func nameOf(src *onboarding.Source, before []*Sheet) string {
	name := filepath.Base(src.File)
	if slices.ContainsFunc(before, func(s *Sheet) bool { return s.Source.File == name && s.Source.Sheet == src.Sheet }) {
		return src.File
	}
	return name
}
