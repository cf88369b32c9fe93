package delimited

import "bytes"

// sampleRecords is how many records are looked at to find the delimiter.
const sampleRecords = 200

// sepDelimiter gives the delimiter that a first line such as "sep=;" names. Spreadsheet programs take that line for
// an instruction, not for data.
func sepDelimiter(text []byte) (byte, bool) {
	const key = "sep="
	if len(text) <= len(key) || !bytes.EqualFold(text[:len(key)], []byte(key)) || !usableDelimiter(text[len(key)]) {
		return 0, false
	}
	rest := text[len(key)+1:]
	return text[len(key)], len(rest) == 0 || rest[0] == '\n' || rest[0] == '\r'
}

// shape is what a text looks like under one delimiter.
type shape struct {
	delim   byte
	columns int     // that most records with more than one have
	first   int     // index of the first such record
	fit     float64 // share of such records; those with another number above one count half, all if there is a fault
}

// guessDelimiter finds the delimiter under which the records have the same number of columns. Title rows above the
// heading spoil no candidate, since they have one column under each. A text of one column gets the comma.
func guessDelimiter(text []byte, whole bool, limits Limits) byte {
	best := shape{delim: ','}
	b := block{raw: text, ascii: true, final: whole}
	for _, d := range []byte{',', ';', '\t', '|'} {
		if s := shapeOf(&b, d, limits); s.better(best) {
			best = s
		}
	}
	return best.delim
}

// better prefers the clearly more regular shape, then the one that begins earlier (a mark within the data is rarely
// in the heading too), then the one of more columns.
func (s shape) better(than shape) bool {
	const clear = 0.1
	switch {
	case s.columns == 0:
		return false
	case than.columns == 0 || s.fit > than.fit+clear:
		return true
	case than.fit > s.fit+clear:
		return false
	case s.first != than.first:
		return s.first < than.first
	}
	return s.columns > than.columns
}

func shapeOf(b *block, delim byte, limits Limits) shape {
	b.records, b.cells, b.ends = b.records[:0], b.cells[:0], b.ends[:0]
	b.parse(delim, Options{Limits: limits})
	records := b.records[:min(len(b.records), sampleRecords)]
	counts := make(map[int]int)
	several := 0
	s := shape{delim: delim}
	for _, r := range records {
		if n := len(r.Cells); n > 1 {
			several++
			counts[n]++
			if counts[n] > counts[s.columns] || counts[n] == counts[s.columns] && n > s.columns {
				s.columns = n
			}
		}
	}
	for s.columns > 0 && len(records[s.first].Cells) != s.columns {
		s.first++
	}
	hits := counts[s.columns]
	s.fit = (float64(hits) + float64(several-hits)/2) / float64(max(1, len(records)))
	if b.fault != nil {
		s.fit /= 2
	}
	return s
}

// lineEnd names the line breaks outside quotes.
func lineEnd(text []byte, delim byte) string {
	s := splitter{src: &source{}, delim: delim}
	s.outside(text)
	crlf, lf, cr := 0, 0, 0
	for _, sp := range s.spans {
		piece := text[sp.from:sp.to]
		pairs := bytes.Count(piece, []byte("\r\n"))
		crlf += pairs
		lf += bytes.Count(piece, []byte{'\n'}) - pairs
		cr += bytes.Count(piece, []byte{'\r'}) - pairs
	}
	switch {
	case crlf+lf+cr == 0:
		return ""
	case crlf > 0 && lf+cr == 0:
		return "CRLF"
	case lf > 0 && crlf+cr == 0:
		return "LF"
	case cr > 0 && crlf+lf == 0:
		return "CR"
	}
	return "mixed"
}
