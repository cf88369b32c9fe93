package repair

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"muster/internal/onboarding"
)

// edit is one cell that is to say something else.
type edit struct {
	column int
	change onboarding.Change
}

// rowEdits are those of one row, from left to right.
type rowEdits struct {
	row   int
	edits []edit
}

// editor is where the edits come from, row by row, and where it is told what became of them.
type editor struct {
	next func() (rowEdits, error) // io.EOF after the last row
	say  func(onboarding.Change) error
}

// grid rewrites the XML of a worksheet: every byte stays but those of the cells with an edit.
//
// It relies on what the reader has made sure of: within the rows' element stand rows, within rows cells, in order.
type grid struct {
	scanner
	editor
	now rowEdits // row 0: none left

	depth   int
	spaces  []attribute // namespaces of the root element
	rows    bool        // within the rows' element
	row     int         // at hand
	column  int
	cell    held
	arrays  []area
	covered int // up to this row there are more arrays than are kept
	pending int // edits of now that were met
}

// held is the cell that may be replaced.
type held struct {
	tag     tag // a copy
	edit    *edit
	formula bool
	ext     int    // where its extensions begin, counted from the start of the cell; 0: none
	kept    []byte // the extensions
}

// mostArrays is how many ranges are kept at once. Where there are more, every cell may be in one.
const mostArrays = 1000

// area is a range that an array formula fills.
type area struct{ left, top, right, bottom int }

func (a area) holds(column, row int) bool {
	return column >= a.left && column <= a.right && row >= a.top && row <= a.bottom
}

// rewriteGrid copies a worksheet with the edits in place.
func rewriteGrid(w io.Writer, r io.Reader, e editor) error {
	head := make([]byte, 2)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	r = io.MultiReader(bytes.NewReader(head[:n]), r)
	if wide := wideOf(head[:n]); wide != nil {
		out := transform.NewWriter(w, wide.NewEncoder())
		if err := walkGrid(out, transform.NewReader(r, wide.NewDecoder()), e); err != nil {
			return err
		}
		return out.Close()
	}
	return walkGrid(w, r, e)
}

// wideOf tells the two forms of UTF-16 by the mark or the first character; nil is UTF-8. A byte order mark is text here,
// so that it stays.
func wideOf(head []byte) encoding.Encoding {
	switch {
	case len(head) < 2:
	case head[0] == 0xfe && head[1] == 0xff, head[0] == 0 && head[1] != 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case head[0] == 0xff && head[1] == 0xfe, head[0] != 0 && head[1] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	}
	return nil
}

func walkGrid(w io.Writer, r io.Reader, e editor) error {
	g := &grid{scanner: newScanner(w, r), editor: e}
	if err := g.advance(); err != nil {
		return err
	}
	for {
		t, start, err := g.scanner.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = g.step(t, start)
		}
		if err != nil {
			return err
		}
	}
	if err := g.passed(); err != nil {
		return err
	}
	if g.now.row != 0 {
		return g.missed()
	}
	return g.finish()
}

// passed goes on to the next edits once all of the row before were met.
func (g *grid) passed() error {
	if g.pending < len(g.now.edits) {
		return g.missed()
	}
	return g.advance()
}

// missed says that the sheet has not the cells that were read from it.
func (g *grid) missed() error {
	return fmt.Errorf("row %d is not the one that was read before: the file was changed meanwhile", g.now.row)
}

// advance asks for the edits of the next row.
func (g *grid) advance() (err error) {
	g.pending = 0
	g.now, err = g.editor.next()
	if errors.Is(err, io.EOF) {
		g.now, err = rowEdits{}, nil
	}
	return err
}

// step takes one tag.
func (g *grid) step(t tag, start int) error {
	if t.closing() {
		return g.leave()
	}
	g.depth++
	if err := g.enter(t, start); err != nil || !t.empty() {
		return err
	}
	return g.leave()
}

// The depths at which elements stand.
const (
	rootDepth = 1 + iota
	dataDepth
	rowDepth
	cellDepth
	valueDepth
)

func (g *grid) enter(t tag, start int) error {
	if g.depth == rootDepth {
		g.spaces = namespaces(t)
	}
	if g.depth == dataDepth {
		g.rows = g.isData(t)
	}
	if !g.rows {
		return nil
	}
	switch g.depth {
	case rowDepth:
		return g.enterRow(t)
	case cellDepth:
		return g.enterCell(t, start)
	case valueDepth:
		return g.enterValue(t, start)
	}
	return nil
}

func (g *grid) leave() error {
	g.depth--
	switch {
	case g.depth < dataDepth:
		g.rows = false
	case !g.rows || g.cell.edit == nil:
	case g.depth == cellDepth && g.cell.ext > 0 && g.cell.kept == nil:
		g.cell.kept = bytes.Clone(g.buf[g.hold+g.cell.ext : g.pos])
	case g.depth == rowDepth:
		return g.leaveCell()
	}
	return nil
}

func namespaces(t tag) []attribute {
	var out []attribute
	for a := range t.attributes() {
		if bytes.HasPrefix(a.name, []byte("xmlns")) {
			out = append(out, attribute{name: bytes.Clone(a.name), value: bytes.Clone(a.value)})
		}
	}
	return out
}

// isData tells the element that holds the rows.
func (g *grid) isData(t tag) bool {
	if !t.is("sheetData") {
		return false
	}
	prefix, _ := t.name()
	want := strings.TrimSuffix("xmlns:"+string(prefix), ":")
	for _, a := range append(namespaces(t), g.spaces...) {
		if string(a.name) == want {
			uri := string(a.value)
			return uri == "http://schemas.openxmlformats.org/spreadsheetml/2006/main" || uri == "http://purl.oclc.org/ooxml/spreadsheetml/main"
		}
	}
	return false
}

func (g *grid) enterRow(t tag) error {
	number, given, err := t.attribute("r")
	if err != nil {
		return err
	}
	before := g.row
	if g.row++; given {
		if g.row, err = strconv.Atoi(string(bytes.TrimSpace(number))); err != nil || g.row <= before {
			return fmt.Errorf("%q is no number of a row behind row %d", number, before)
		}
	}
	g.column = 0
	if g.now.row != 0 && g.row > g.now.row {
		if err := g.passed(); err != nil {
			return err
		}
		if g.now.row != 0 && g.row > g.now.row {
			return g.missed()
		}
	}
	g.dropArrays()
	return nil
}

// dropArrays forgets the ranges above the row at hand.
func (g *grid) dropArrays() {
	g.arrays = slices.DeleteFunc(g.arrays, func(a area) bool { return a.bottom < g.row })
}

func (g *grid) enterCell(t tag, start int) error {
	g.cell = held{}
	if g.row != g.now.row || !t.is("c") {
		return nil
	}
	ref, given, err := t.attribute("r")
	if err != nil {
		return err
	}
	if g.column++; given {
		column, row, ok := parseReference(ref)
		if !ok || row != g.row {
			return fmt.Errorf("%q is no cell of row %d", ref, g.row)
		}
		g.column = column
	}
	if g.pending == len(g.now.edits) || g.now.edits[g.pending].column != g.column {
		return nil
	}
	g.cell = held{tag: bytes.Clone(t), edit: &g.now.edits[g.pending]}
	g.pending++
	g.hold = start
	return nil
}

// enterValue looks at what stands within a cell. Formulas that fill a range matter for cells further on, too.
func (g *grid) enterValue(t tag, start int) error {
	switch {
	case t.is("f"):
		g.cell.formula = true
		return g.noteArray(t)
	case g.cell.edit != nil && g.cell.ext == 0 && t.is("extLst"):
		g.cell.ext = start - g.hold
	}
	return nil
}

// noteArray keeps the range of a formula that fills one, as array formulas and data tables do.
func (g *grid) noteArray(t tag) error {
	kind, _, err := t.attribute("t")
	if err != nil || string(kind) != "array" && string(kind) != "dataTable" {
		return err
	}
	ref, _, err := t.attribute("ref")
	if err != nil {
		return err
	}
	from, to, found := bytes.Cut(ref, []byte(":"))
	if !found {
		to = from
	}
	left, top, ok := parseReference(from)
	right, bottom, ok2 := parseReference(to)
	if !ok || !ok2 {
		return fmt.Errorf("%q is no range of a formula", ref)
	}
	switch {
	case left == right && top == bottom: // the cell itself, which holds the formula
	case len(g.arrays) == mostArrays:
		g.covered = max(g.covered, bottom)
	default:
		g.arrays = append(g.arrays, area{left, top, right, bottom})
	}
	return nil
}

// leaveCell replaces the cell at hand, unless a formula gives its value.
func (g *grid) leaveCell() error {
	e := g.cell.edit
	c := e.change
	if g.cell.formula || g.row <= g.covered || slices.ContainsFunc(g.arrays, func(a area) bool { return a.holds(g.column, g.row) }) {
		c.Left = true
	} else {
		if err := g.copyTo(g.hold); err != nil {
			return err
		}
		if _, err := g.out.Write(g.cell.withText(c.New)); err != nil {
			return err
		}
		g.done = g.pos
	}
	g.hold, g.cell = -1, held{}
	return g.say(c)
}

// withText is the cell with a text in place of its value. The style and everything else that is not about the value stays.
func (h *held) withText(text string) []byte {
	prefix, local := h.tag.name()
	b := fmt.Appendf(nil, "<%s%s", prefix, local)
	for a := range h.tag.attributes() {
		switch string(a.name) {
		case "t", "cm", "vm":
		default:
			b = append(b, a.raw...)
		}
	}
	b = fmt.Appendf(b, ` t="inlineStr"><%sis><%st xml:space="preserve">`, prefix, prefix)
	b = appendXML(b, text)
	b = fmt.Appendf(b, "</%st></%sis>", prefix, prefix)
	b = append(b, h.kept...)
	return fmt.Appendf(b, "</%s%s>", prefix, local)
}

// appendXML appends a text. What XML cannot hold, and what would be read as such an escape, is written as _xHHHH_.
func appendXML(b []byte, text string) []byte {
	for i, r := range text {
		switch {
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '_' && isEscape(text[i:]), r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff:
			b = fmt.Appendf(b, "_x%04X_", r)
		default:
			b = append(b, string(r)...)
		}
	}
	return b
}

func isEscape(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// parseReference reads B7, with or without dollar signs.
func parseReference(ref []byte) (column, row int, ok bool) {
	ref = bytes.ReplaceAll(ref, []byte("$"), nil)
	i := 0
	for ; i < len(ref) && i < 4 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = 26*column + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(string(ref[i:]))
	return column, row, i > 0 && err == nil && row > 0
}
