package sheet

import (
	"errors"
	"io"
	"os"

	"muster/importer/sheet/delimited"
	"muster/importer/sheet/xlsx"
)

// row is one row of either form of input. The cells are valid until the next row is asked for, their texts for good.
type row struct {
	number int
	hidden bool
	cells  []xlsx.Cell
}

// peeked is a copy of a row that outlives the next one.
type peeked struct {
	number int
	cells  []xlsx.Cell
	above  []xlsx.Cell // the row above, where the two are headings together
}

// rows is a stream of rows; next gives io.EOF after the last one, and only when the input was whole.
type rows interface {
	next() (row, error)
	share() float64 // of the input that was read
	close() error
}

// sheetRows reads a worksheet.
type sheetRows struct{ in *xlsx.Rows }

func (s sheetRows) next() (row, error) {
	r, err := s.in.Next()
	if err != nil {
		return row{}, err
	}
	return row{r.Number, r.Hidden, r.Cells}, nil
}

func (s sheetRows) share() float64 { return s.in.Share() }

func (s sheetRows) close() error { return s.in.Close() }

// textRows reads a delimited text file.
type textRows struct {
	file  *os.File
	in    *delimited.Reader
	cells []xlsx.Cell
}

func openText(path string, o delimited.Options) (*textRows, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	in, err := delimited.Open(f, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &textRows{file: f, in: in}, nil
}

func (t *textRows) next() (row, error) {
	r, err := t.in.Next()
	if err != nil {
		return row{}, err
	}
	t.cells = textCells(t.cells[:0], r.Cells)
	return row{number: r.Line, cells: t.cells}, nil
}

// textCells appends the cells of a record.
func textCells(dst []xlsx.Cell, texts []string) []xlsx.Cell {
	for _, text := range texts {
		kind := xlsx.Text
		if text == "" {
			kind = xlsx.Empty
		}
		dst = append(dst, xlsx.Cell{Text: text, Kind: kind})
	}
	return dst
}

func (t *textRows) share() float64 { return 0 }

func (t *textRows) close() error {
	t.in.Close()
	return t.file.Close()
}

// Bounds of what is looked at before a sheet is read.
const (
	sampleRows  = 200
	sampleCells = 20_000
)

// peek reads the first rows that hold anything: those that may stand above the headings, and some of the data. Where the
// user names the row of the headings, it begins there.
func peek(rs rows, named int) ([]peeked, error) {
	var out []peeked
	for cells := 0; len(out) < sampleRows && (cells < sampleCells || len(out) < headingRows); {
		r, err := rs.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if blank(r.cells) || r.number < named {
			continue
		}
		cells += len(r.cells)
		out = append(out, peeked{number: r.number, cells: append([]xlsx.Cell(nil), r.cells...)})
	}
	return out, nil
}

// mayHead gives the rows among which the headings are looked for.
func mayHead(top []peeked, named int) []peeked {
	switch {
	case named == 0:
		return top[:min(headingRows, len(top))]
	case len(top) > 0 && top[0].number == named:
		return top[:1]
	}
	return nil
}
