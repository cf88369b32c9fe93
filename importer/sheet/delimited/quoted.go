package delimited

import "bytes"

// quotedRecord takes the record at p.at cell by cell. It is the whole grammar; parser.split is its short cut.
//
// A cell whose first character, blanks aside, is a quote goes on to the closing quote, over delimiters and line
// breaks; two quotes within it are one. A quote later in a cell is an ordinary character.
func (p *parser) quotedRecord(eol int) (whole bool, f *fault) {
	first := len(p.out.cells)
	end, f := p.cellsOf()
	switch {
	case end-p.at > p.limits.MaxRecordBytes:
		f = p.tooLong()
	case f == nil && (end < len(p.b) || p.final):
		breaks := 0
		if end != eol {
			breaks = countBreaks(p.b[p.at:end])
		}
		p.add(end, breaks)
		return true, nil
	}
	p.out.cells = p.out.cells[:first]
	return false, f
}

// cellsOf appends the cells of the record and gives its end, or the place where a fault shows. That is the end of the
// text also when the record is cut off there.
func (p *parser) cellsOf() (end int, f *fault) {
	i := p.at
	for column := 1; ; column++ {
		if column > p.limits.MaxColumns {
			return i, p.tooManyColumns()
		}
		eol, quote := p.nextBreak(i), p.nextQuote(i)
		if quote >= eol && p.plain(i, eol, column) {
			p.split(i, eol)
			return eol, nil
		}
		// The cells before the one with the quote are plain.
		if d := bytes.LastIndexByte(p.b[i:min(quote, eol)], p.delim); d >= 0 && column+d < p.limits.MaxColumns {
			before := len(p.out.cells)
			p.split(i, i+d)
			column += len(p.out.cells) - before
			i += d + 1
		}
		i, f = p.cell(i, column)
		if f != nil || i == len(p.b) || p.b[i] != p.delim {
			return i, f
		}
		i++
	}
}

// cell appends the cell that starts at i and gives the index after it.
func (p *parser) cell(i, column int) (end int, f *fault) {
	open := i
	for open < len(p.b) && p.b[open] == ' ' {
		open++
	}
	if open < len(p.b) && p.b[open] == '"' {
		return p.quotedCell(open, column)
	}
	eol := p.nextBreak(i)
	end = eol
	if k := bytes.IndexByte(p.b[i:eol], p.delim); k >= 0 {
		end = i + k
	}
	p.out.cells = append(p.out.cells, p.s[i:end])
	return end, nil
}

// quotedCell appends the cell whose opening quote stands at open.
func (p *parser) quotedCell(open, column int) (end int, f *fault) {
	closing, doubled := p.closingQuote(open + 1)
	if closing < 0 {
		if p.final {
			f = p.unclosed(open, column)
		}
		return len(p.b), f
	}
	p.takeQuoted(open+1, closing, doubled)
	end = closing + 1
	for end < len(p.b) && p.b[end] == ' ' {
		end++
	}
	if end < len(p.b) && p.b[end] != p.delim && p.b[end] != '\n' && p.b[end] != '\r' {
		return end, faultAt(end, &SyntaxError{
			Column: column,
			Msg:    "text follows a closing quote; a quote within a quoted cell is written twice",
		})
	}
	return end, nil
}

// closingQuote finds the quote that closes a cell whose text starts at i, or -1, and says whether the text holds
// doubled quotes.
func (p *parser) closingQuote(i int) (closing int, doubled bool) {
	for {
		k := bytes.IndexByte(p.b[i:], '"')
		if k < 0 {
			return -1, doubled
		}
		i += k
		if i+1 == len(p.b) || p.b[i+1] != '"' {
			return i, doubled
		}
		doubled = true
		i += 2
	}
}

// takeQuoted appends the cell between two quotes. Every line break within it becomes a line feed.
func (p *parser) takeQuoted(from, to int, doubled bool) {
	p.out.cells = append(p.out.cells, p.s[from:to])
	if !doubled && bytes.IndexByte(p.b[from:to], '\r') < 0 {
		return
	}
	start := len(p.out.changed)
	for i := from; i < to; i++ {
		c := p.b[i]
		if next := i + 1; c == '"' || c == '\r' && next < to && p.b[next] == '\n' {
			i = next
			c = p.b[next]
		}
		if c == '\r' {
			c = '\n'
		}
		p.out.changed = append(p.out.changed, c)
	}
	p.out.pieces = append(p.out.pieces, piece{len(p.out.cells) - 1, start, len(p.out.changed)})
}

// unclosed is the fault of a quote that nothing closes. It shows only at the end of the text.
func (p *parser) unclosed(open, column int) *fault {
	return faultAt(open, &SyntaxError{Column: column, Msg: "a quote opens a cell here and nothing closes it"})
}

// tooLong is the fault of a record whose text goes on beyond the limit, whatever comes there.
func (p *parser) tooLong() *fault {
	err := &LimitError{Limit: "record bytes", Max: p.limits.MaxRecordBytes}
	if bytes.IndexByte(p.b[p.at:p.at+p.limits.MaxRecordBytes], '"') >= 0 {
		err.Hint = "a quote in it may not be closed"
	}
	return faultAt(p.at, err)
}

func (p *parser) tooManyColumns() *fault {
	return faultAt(p.at, &LimitError{Limit: "columns", Max: p.limits.MaxColumns})
}
