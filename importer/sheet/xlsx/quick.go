package xlsx

// quickRow takes a whole row from the bytes. It is false, and nothing is taken, for every shape it does not know and for
// every value that is not right; those are then read token by token and judged there.
func (r *Rows) quickRow() bool {
	if !r.d.whole("</row>") {
		return false
	}
	s := scanner{b: r.d.win, i: r.d.pos}
	s.blanks()
	if !s.take("<row") {
		return false
	}
	before := r.row.Number
	number, hidden, ok := s.rowTag(before + 1)
	if ok && number > before && int64(number) <= r.d.limits.Rows {
		r.clear(number)
		r.row.Hidden = hidden
		ok = s.take("/>") || s.take(">") && r.quickCells(&s)
	} else {
		ok = false
	}
	if !ok {
		r.clear(before)
		return false
	}
	r.d.pos = s.i
	return true
}

// The attributes of a row, for none to be there twice.
const (
	rowNumber = 1 << iota
	rowHidden
	rowSpans
	rowStyle
	rowFormat
	rowHeight
	rowOwnHeight
	rowDescent
)

// rowTag takes the attributes of a row.
func (s *scanner) rowTag(next int) (number int, hidden, ok bool) {
	number = next
	for seen := 0; ; {
		name, value, more := s.attribute()
		if !more {
			s.blanks()
			return number, hidden, true
		}
		bit := 0
		ok = true
		switch string(name) {
		case "r":
			bit = rowNumber
			number, ok = wholeNumber(value)
		case "hidden":
			bit = rowHidden
			hidden = string(value) == "1" || string(value) == "true"
			ok = hidden || string(value) == "0" || string(value) == "false"
		case "spans":
			bit = rowSpans
		case "s":
			bit = rowStyle
		case "customFormat":
			bit = rowFormat
		case "ht":
			bit = rowHeight
		case "customHeight":
			bit = rowOwnHeight
		case "x14ac:dyDescent":
			bit = rowDescent
		}
		if !ok || bit == 0 || seen&bit != 0 {
			return 0, false, false
		}
		seen |= bit
	}
}

// quickCells takes the cells of a row and its end.
func (r *Rows) quickCells(s *scanner) bool {
	for {
		s.blanks()
		if !s.take("<c") {
			return s.take("</row>")
		}
		style, kind, ok := r.cellTag(s)
		if !ok {
			return false
		}
		r.fillUp(r.column - 1)
		if s.take("/>") {
			r.row.Cells = append(r.row.Cells, Cell{})
			continue
		}
		if !s.take(">") || !r.quickValue(s, kind, style) || !s.take("</c>") {
			return false
		}
	}
}

// cellTag takes the attributes of a cell and moves to its column.
func (r *Rows) cellTag(s *scanner) (style int, kind cellType, ok bool) {
	column, seen := r.column+1, 0
	if r.takeReference(s, column) {
		seen = 1
		kind, seen = takeType(s, seen)
	}
	for {
		name, value, more := s.attribute()
		if !more {
			s.blanks()
			r.column = column
			return style, kind, int64(column) <= r.d.limits.Columns
		}
		if len(name) != 1 {
			return 0, 0, false
		}
		bit := 0
		switch name[0] {
		case 'r':
			bit = 1
			var row int
			column, row, ok = parseReference(value)
			ok = ok && row == r.row.Number && column > r.column
		case 's':
			bit = 2
			style, ok = wholeNumber(value)
		case 't':
			bit = 4
			kind, ok = parseCellType(value)
		}
		if !ok || bit == 0 || seen&bit != 0 {
			return 0, 0, false
		}
		seen |= bit
	}
}

// takeReference takes the reference of the cell in a column of the row, which is the one that nearly always follows.
func (r *Rows) takeReference(s *scanner, column int) bool {
	if column > mostLetters {
		return false
	}
	for len(r.letters) < column {
		r.letters = append(r.letters, letters(len(r.letters)+1))
	}
	name := r.letters[column-1]
	const before = ` r="`
	end := s.i + len(before) + len(name) + len(r.digits)
	if end >= len(s.b) || s.b[end] != '"' || string(s.b[s.i:s.i+len(before)]) != before ||
		string(s.b[s.i+len(before):end-len(r.digits)]) != name || string(s.b[end-len(r.digits):end]) != string(r.digits) {
		return false
	}
	s.i = end + 1
	return true
}

// mostLetters is up to which column the letters are kept ready.
const mostLetters = 512

// takeType takes one of the types that most cells have.
func takeType(s *scanner, seen int) (kind cellType, both int) {
	switch {
	case s.take(` t="s"`):
		return sharedCell, seen | 4
	case s.take(` t="inlineStr"`):
		return inlineCell, seen | 4
	}
	return numberCell, seen
}

// quickValue takes the value of a cell, behind its formula if it has one.
func (r *Rows) quickValue(s *scanner, kind cellType, style int) bool {
	if kind == inlineCell {
		return s.take("<is>") && r.quickText(s, true) && s.take("</is>")
	}
	if s.take("<f>") && !r.quickFormula(s) || !s.take("<v>") {
		return false
	}
	if kind == stringCell {
		return r.quickText(s, false) && s.take("</v>")
	}
	end, plain := textEnd(s.b, s.i)
	if end <= s.i || !plain || end-s.i > longestValue {
		return false
	}
	raw := s.b[s.i:end]
	s.i = end
	return r.put(kind, style, raw) && s.take("</v>")
}

// longestValue is more than a number, an index, a date or an attribute takes.
const longestValue = 64

func (r *Rows) quickFormula(s *scanner) (ok bool) {
	r.formula, ok = s.text(r.formula[:0], r.d.limits.TokenBytes)
	return ok && s.take("</f>")
}

// quickText adds a cell with the text that follows, in an element of its own or not.
func (r *Rows) quickText(s *scanner, element bool) (ok bool) {
	start := len(r.text)
	if element {
		r.text, ok = s.textElement(r.text, r.d.limits.StringBytes)
	} else {
		r.text, ok = s.text(r.text, r.d.limits.StringBytes)
	}
	r.addSpan(start)
	return ok
}

// addSpan adds a cell whose text was appended from start on.
func (r *Rows) addSpan(start int) {
	kind := Text
	if len(r.text) == start {
		kind = Empty
	}
	r.row.Cells = append(r.row.Cells, Cell{Kind: kind})
	r.spans = append(r.spans, span{len(r.row.Cells) - 1, start, len(r.text)})
}
