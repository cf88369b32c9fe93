package xlsx

import (
	"bytes"
	"encoding/xml"
)

// CellKind says what a cell holds.
type CellKind uint8

// The kinds of cells.
const (
	Empty CellKind = iota
	Text
	Number
	Bool
	Error // a formula without a result, as #N/A
	Date
)

// Cell is one cell as a person sees it when it is wide enough.
type Cell struct {
	Text string
	Kind CellKind
	// LossyNumber tells that a number shows an exponent or has more digits than a spreadsheet program keeps (15), so
	// that it cannot be what was typed.
	LossyNumber bool
}

// cellType is the attribute t of a cell.
type cellType uint8

const (
	numberCell cellType = iota
	sharedCell
	stringCell
	inlineCell
	boolCell
	errorCell
	dateCell
)

func parseCellType(t []byte) (cellType, bool) {
	switch string(t) {
	case "", "n":
		return numberCell, true
	case "s":
		return sharedCell, true
	case "str":
		return stringCell, true
	case "inlineStr":
		return inlineCell, true
	case "b":
		return boolCell, true
	case "e":
		return errorCell, true
	case "d":
		return dateCell, true
	}
	return 0, false
}

// put adds a cell whose value is stored as raw. ok is false when raw is no value of that type.
func (r *Rows) put(t cellType, style int, raw []byte) (ok bool) {
	kind := Text
	lossy := false
	start := len(r.text)
	switch t {
	case sharedCell:
		i, ok := wholeNumber(raw)
		if !ok || i >= r.book.strings.count {
			return false
		}
		r.addText(r.book.strings.at(i))
		return true
	case stringCell, inlineCell:
		r.text = append(r.text, raw...)
	case errorCell:
		r.text, kind = append(r.text, raw...), Error
	case boolCell:
		switch string(raw) {
		case "1", "true":
			r.text, kind = append(r.text, "TRUE"...), Bool
		case "0", "false":
			r.text, kind = append(r.text, "FALSE"...), Bool
		default:
			return false
		}
	case dateCell:
		kind = Date
		if r.text, ok = appendISO(r.text, string(raw)); !ok {
			return false
		}
	default:
		if kind, lossy, ok = r.number(style, raw); !ok {
			return false
		}
	}
	if len(r.text) == start {
		kind = Empty
	}
	r.row.Cells = append(r.row.Cells, Cell{Kind: kind, LossyNumber: lossy})
	r.spans = append(r.spans, span{len(r.row.Cells) - 1, start, len(r.text)})
	return true
}

// addText adds a cell whose text is kept elsewhere.
func (r *Rows) addText(text string) {
	kind := Text
	if text == "" {
		kind = Empty
	}
	r.row.Cells = append(r.row.Cells, Cell{Text: text, Kind: kind})
	r.shared += len(text)
}

// number appends a number as its style shows it.
func (r *Rows) number(style int, raw []byte) (kind CellKind, lossy, ok bool) {
	if style >= len(r.book.formats) {
		return 0, false, false
	}
	f := r.book.formats[style]
	if f.kind == general && isPlainInteger(raw) {
		r.text = append(r.text, raw...)
		return Number, false, true
	}
	v, ok := parseNumber(raw)
	if !ok {
		return 0, false, false
	}
	switch f.kind {
	case date:
		if r.text, ok = r.book.epoch.appendDate(r.text, v); ok {
			return Date, false, true
		}
	case elapsed:
		if r.text, ok = appendElapsed(r.text, v); ok {
			return Date, false, true
		}
	case padded:
		start := len(r.text)
		r.text, lossy = appendNumber(r.text, v)
		if lossy || bytes.IndexByte(r.text[start:], '.') >= 0 {
			return Number, lossy, true
		}
		digits := append([]byte(nil), r.text[start:]...)
		r.text = f.appendPadded(r.text[:start], digits)
		return Number, false, true
	}
	r.text, lossy = appendNumber(r.text, v)
	return Number, lossy, true
}

// slowCell reads the cell at hand token by token.
func (r *Rows) slowCell(t *xml.StartElement) error {
	d := r.d
	column, err := r.columnOf(t)
	if err != nil {
		return r.placed(err, false) // the text names the cell
	}
	r.column = column
	style, err := d.integer(t, "s")
	if err != nil {
		return err
	}
	v, _ := attribute(t, "t")
	kind, ok := parseCellType([]byte(v))
	if !ok {
		return d.damaged("the type of the cell is %q, which is not known", v)
	}
	value, found, err := r.slowValue(kind)
	if err != nil {
		return err
	}
	r.fillUp(column - 1)
	if !found || len(value) == 0 && kind != sharedCell {
		r.row.Cells = append(r.row.Cells, Cell{})
		return nil
	}
	if kind != stringCell && kind != inlineCell {
		value = bytes.Trim(value, " \t\r\n")
	}
	if !r.put(kind, style, value) {
		return r.badValue(kind, style, value)
	}
	return r.checkSize()
}

func (r *Rows) badValue(kind cellType, style int, value []byte) error {
	d := r.d
	switch {
	case kind == sharedCell:
		return d.damaged("the shared string %q does not exist, there are %d", shorten(value), r.book.strings.count)
	case kind == boolCell:
		return d.damaged("%q is no truth value", shorten(value))
	case kind == dateCell:
		return d.damaged("%q is no date", shorten(value))
	case style >= len(r.book.formats):
		return d.damaged("the style %d does not exist, there are %d", style, len(r.book.formats))
	}
	return d.damaged("%q is no number", shorten(value))
}

// slowValue reads what is within a cell; found is false when it holds no value.
func (r *Rows) slowValue(kind cellType) (value []byte, found bool, err error) {
	d := r.d
	err = d.children(func(t *xml.StartElement) (err error) {
		switch {
		case isMain(t, "v"):
			if found {
				return d.damaged("the cell has two values")
			}
			found = true
			value, err = d.cellText(value, "v")
		case isMain(t, "is") && kind == inlineCell:
			if found {
				return d.damaged("the cell has two values")
			}
			found = true
			value, err = d.richText(value, "is")
		case isMain(t, "f"), isMain(t, "extLst"):
			err = d.skip()
		default:
			err = d.unknown(t, "c")
		}
		return err
	})
	return value, found, err
}
