package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"unsafe"
)

// Row is one row of a worksheet. Its cells are valid until the next call of Next, their texts for good; the texts of
// many rows share one piece of memory.
type Row struct {
	Number int // as the user sees it, from 1; rows without cells are left out
	Hidden bool
	Cells  []Cell // Cells[0] is column A; missing ones are Empty
}

// ColumnRange is a range of columns, numbered from 1.
type ColumnRange struct{ First, Last int }

// Rows streams the rows of one worksheet. Close it.
type Rows struct {
	book  *Workbook
	d     *document
	quick bool // the usual shapes may be taken from the bytes
	over  error

	row     Row
	column  int      // of the cell at hand
	digits  []byte   // of the row's number
	letters []string // of the columns that occurred
	text    []byte   // texts of the row's cells, in the free room of kept while it is large enough
	kept    []byte   // texts of the rows before
	shared  int      // bytes of shared strings in the row
	spans   []span
	edges   []int32 // by column: how many hidden ranges begin there, less those that ended before
	formula []byte  // passed over
}

// span says which bytes of the row's text belong to a cell.
type span struct{ cell, start, end int }

// Open starts to read the worksheet with the given index in Sheets. The error is a *DamagedError or *LimitError, or from
// the reader.
func (w *Workbook) Open(sheet int) (*Rows, error) {
	s := w.sheets[sheet]
	if s.Type != Worksheet {
		return nil, fmt.Errorf("the sheet %q holds no cells", s.Name)
	}
	d, err := w.files.document(s.part)
	if err != nil {
		return nil, err
	}
	r := &Rows{book: w, d: d}
	if err := r.begin(); err != nil {
		d.close()
		return nil, err
	}
	return r, nil
}

// begin reads what stands before the rows.
func (r *Rows) begin() error {
	root, err := r.d.root("worksheet")
	if err != nil {
		return err
	}
	r.quick = r.d.unprefixed(root)
	for {
		t, err := r.d.child()
		switch {
		case err != nil:
			return err
		case t == nil:
			return r.d.damaged("the sheet has no element %q", "sheetData")
		case isMain(t, "sheetData"):
			if _, renamed := attribute(t, "xmlns"); renamed || r.d.closed() {
				r.quick = false
			}
			return nil
		case isMain(t, "cols"):
			err = r.d.children(r.readColumn)
		default:
			err = r.d.skip()
		}
		if err != nil {
			return err
		}
	}
}

func (r *Rows) readColumn(t *xml.StartElement) error {
	if !isMain(t, "col") {
		return r.d.unknown(t, "cols")
	}
	first, err := r.d.integer(t, "min")
	if err != nil {
		return err
	}
	last, err := r.d.integer(t, "max")
	if err != nil {
		return err
	}
	v, _ := attribute(t, "hidden")
	hidden, err := r.d.boolean(v)
	if err != nil {
		return err
	}
	if hidden && first > 0 && last >= first {
		r.hide(first, min(last, mostColumns))
	}
	return r.d.skip()
}

// mostColumns is how many columns a worksheet can have.
const mostColumns = 16384

// hide notes where hidden columns begin and end. A workbook may say so of the same ones any number of times.
func (r *Rows) hide(first, last int) {
	if r.edges == nil {
		r.edges = make([]int32, mostColumns+2)
	}
	if first <= last {
		r.edges[first]++
		r.edges[last+1]--
	}
}

// HiddenColumns gives the columns that the sheet does not show.
func (r *Rows) HiddenColumns() []ColumnRange {
	var out []ColumnRange
	depth := int32(0)
	for c, edge := range r.edges {
		depth += edge
		switch {
		case depth == 0:
		case len(out) > 0 && out[len(out)-1].Last == c-1:
			out[len(out)-1].Last = c
		default:
			out = append(out, ColumnRange{c, c})
		}
	}
	return out
}

// Share is how much of the worksheet was read, from 0 to 1.
func (r *Rows) Share() float64 { return r.d.share() }

// Close stops reading and waits until nothing reads ahead. The texts of cells stay valid.
func (r *Rows) Close() error {
	r.d.close()
	if r.over == nil {
		r.over = fs.ErrClosed
	}
	return nil
}

// Next gives the next row that has cells. It gives io.EOF once the whole part was read and found sound; every other error
// is a *DamagedError or a *LimitError, or from the reader, and ends the reading.
func (r *Rows) Next() (*Row, error) {
	for r.over == nil {
		r.over = r.next()
		if r.over == nil && len(r.row.Cells) > 0 {
			return &r.row, nil
		}
	}
	return nil, r.over
}

func (r *Rows) next() error {
	if r.quick && !r.d.held() && r.quickRow() {
		r.seal()
		return r.checkSize()
	}
	t, err := r.d.child()
	switch {
	case err != nil:
		return r.behind(err)
	case t == nil:
		return r.end()
	case !isMain(t, "row"):
		return r.d.unknown(t, "sheetData")
	}
	if err := r.slowRow(t); err != nil {
		return err
	}
	r.seal()
	return nil
}

// clear makes room for the row with the given number.
func (r *Rows) clear(number int) {
	r.row.Number, r.row.Hidden, r.row.Cells = number, false, r.row.Cells[:0]
	r.digits = strconv.AppendInt(r.digits[:0], int64(number), 10)
	if cap(r.kept)-len(r.kept) < rowBytes {
		r.kept = make([]byte, 0, min(max(fewestKept, 2*cap(r.kept)), mostKept))
	}
	r.text, r.spans, r.shared, r.column = r.kept[len(r.kept):], r.spans[:0], 0, 0
}

const (
	fewestKept = 32 * kib // bytes of text that are allocated at once
	mostKept   = 256 * kib
	rowBytes   = 2 * kib // that nearly all rows have room in
)

// Room hands over memory for the texts of the rows to come, and gives back what was in use. Both are the caller's to use
// again once nobody looks at the texts in them.
func (r *Rows) Room(room []byte) (used []byte) {
	used, r.kept = r.kept, room[:0]
	return used
}

// seal gives the cells of the row their texts. What is kept is only appended to, so that strings may point into it.
func (r *Rows) seal() {
	if len(r.text) == 0 {
		return
	}
	if cap(r.text) == cap(r.kept)-len(r.kept) {
		r.kept = r.kept[:len(r.kept)+len(r.text)]
	} else {
		r.kept = r.text // it was too long and has moved
	}
	text := unsafe.String(unsafe.SliceData(r.text), len(r.text))
	for _, s := range r.spans {
		r.row.Cells[s.cell].Text = text[s.start:s.end]
	}
}

// fillUp adds empty cells up to a column.
func (r *Rows) fillUp(column int) {
	for len(r.row.Cells) < column {
		r.row.Cells = append(r.row.Cells, Cell{})
	}
}

func (r *Rows) checkSize() error {
	return within("row-bytes", int64(len(r.text)+r.shared), r.d.limits.RowBytes, r.d.name)
}

// slowRow reads the row at hand token by token.
func (r *Rows) slowRow(t *xml.StartElement) error {
	number, err := r.d.integer(t, "r")
	if err != nil {
		return err
	}
	if _, given := attribute(t, "r"); !given {
		number = r.row.Number + 1
	}
	if number <= r.row.Number {
		return r.d.damaged("row %d stands after row %d", number, r.row.Number)
	}
	if err := within("rows", int64(number), r.d.limits.Rows, r.d.name); err != nil {
		return err
	}
	r.clear(number)
	v, _ := attribute(t, "hidden")
	if r.row.Hidden, err = r.d.boolean(v); err != nil {
		return r.placed(err, false)
	}
	for {
		t, err := r.d.child()
		switch {
		case err != nil:
			return r.placed(err, false)
		case t == nil:
			return nil
		case isMain(t, "c"):
			err = r.placed(r.slowCell(t), true)
		case isMain(t, "extLst"):
			err = r.d.skip()
		default:
			err = r.d.unknown(t, "row")
		}
		if err != nil {
			return r.placed(err, false)
		}
	}
}

// columnOf gives the column of a cell from its reference, or the next one.
func (r *Rows) columnOf(t *xml.StartElement) (int, error) {
	ref, given := attribute(t, "r")
	column := r.column + 1
	if given {
		c, row, ok := parseReference([]byte(ref))
		switch {
		case !ok:
			return 0, r.d.damaged("%q is no reference of a cell", ref)
		case row != r.row.Number:
			return 0, r.d.damaged("the cell %s stands in row %d", ref, r.row.Number)
		case c <= r.column:
			return 0, r.d.damaged("the cell %s stands after the cell %s", ref, reference(r.column, r.row.Number))
		}
		column = c
	}
	return column, within("columns", int64(column), r.d.limits.Columns, r.d.name)
}

// end reads what stands behind the rows, and with it the checksum.
func (r *Rows) end() error {
	d := r.d
	for {
		t, err := d.child()
		switch {
		case err != nil:
			return err
		case t == nil:
			if err := d.finish(); err != nil {
				return err
			}
			return io.EOF
		case isMain(t, "sheetData"):
			return d.damaged("the sheet has the element %q twice", "sheetData")
		case isMain(t, "mergeCells"):
			err = r.countMerges()
		default:
			err = d.skip()
		}
		if err != nil {
			return err
		}
	}
}

func (r *Rows) countMerges() error {
	n := int64(0)
	return r.d.children(func(*xml.StartElement) error {
		n++
		if err := within("merges", n, r.d.limits.Merges, r.d.name); err != nil {
			return err
		}
		return r.d.skip()
	})
}

// placed adds the row, and the cell if wanted, to an error that does not name them yet.
func (r *Rows) placed(err error, cell bool) error {
	var damaged *DamagedError
	if errors.As(err, &damaged) && damaged.Row == 0 {
		damaged.Row = r.row.Number
		if cell && r.column > 0 {
			damaged.Cell = reference(r.column, r.row.Number)
		}
	}
	return err
}

// behind adds the row that was read last to an error between rows, which is in none.
func (r *Rows) behind(err error) error {
	var damaged *DamagedError
	if errors.As(err, &damaged) && r.row.Number > 0 {
		damaged.Msg = fmt.Sprintf("after row %d: %s", r.row.Number, damaged.Msg)
	}
	return err
}

// reference writes a column and a row as in B7.
func reference(column, row int) string { return letters(column) + strconv.Itoa(row) }

// letters writes a column as in AB.
func letters(column int) string {
	var room [8]byte
	i := len(room)
	for ; column > 0; column = (column - 1) / 26 {
		i--
		room[i] = byte('A' + (column-1)%26)
	}
	return string(room[i:])
}

// parseReference reads B7.
func parseReference(b []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(b) && i < 4 && b[i] >= 'A' && b[i] <= 'Z'; i++ {
		column = 26*column + int(b[i]-'A') + 1
	}
	if i == 0 || i < len(b) && b[i] == '0' {
		return 0, 0, false
	}
	row, ok = wholeNumber(b[i:])
	return column, row, ok
}
