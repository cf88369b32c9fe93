package repair

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"muster/internal/markup"
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
	*markup.Scanner
	editor
	now rowEdits // row 0: none left

	depth   int
	spaces  []markup.Attribute // namespaces of the root element
	rows    bool               // within the rows' element
	row     int                // at hand
	column  int
	cell    held
	arrays  []area
	covered int // up to this row there are more arrays than are kept
	pending int // edits of now that were met
}

// held is the cell that may be replaced.
type held struct {
	tag     markup.Tag // a copy
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
	return markup.InUTF8(w, r, func(w io.Writer, r io.Reader) error { return walkGrid(w, r, e) })
}

func walkGrid(w io.Writer, r io.Reader, e editor) error {
	g := &grid{Scanner: markup.NewScanner(w, r), editor: e}
	if err := g.advance(); err != nil {
		return err
	}
	for {
		t, err := g.Scanner.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = g.step(t)
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
	return g.Finish()
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
func (g *grid) step(t markup.Tag) error {
	if t.Closing() {
		return g.leave()
	}
	g.depth++
	if err := g.enter(t); err != nil || !t.Empty() {
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

func (g *grid) enter(t markup.Tag) error {
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
		return g.enterCell(t)
	case valueDepth:
		return g.enterValue(t)
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
		g.cell.kept = bytes.Clone(g.Held()[g.cell.ext:])
	case g.depth == rowDepth:
		return g.leaveCell()
	}
	return nil
}

func namespaces(t markup.Tag) []markup.Attribute {
	var out []markup.Attribute
	for a := range t.Attributes() {
		if bytes.HasPrefix(a.Name, []byte("xmlns")) {
			out = append(out, markup.Attribute{Name: bytes.Clone(a.Name), Value: bytes.Clone(a.Value)})
		}
	}
	return out
}

// isData tells the element that holds the rows.
func (g *grid) isData(t markup.Tag) bool {
	if !t.Is("sheetData") {
		return false
	}
	prefix, _ := t.Name()
	want := strings.TrimSuffix("xmlns:"+string(prefix), ":")
	for _, a := range append(namespaces(t), g.spaces...) {
		if string(a.Name) == want {
			uri := string(a.Value)
			return uri == "http://schemas.openxmlformats.org/spreadsheetml/2006/main" || uri == "http://purl.oclc.org/ooxml/spreadsheetml/main"
		}
	}
	return false
}

func (g *grid) enterRow(t markup.Tag) error {
	number, given, err := t.Attribute("r")
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

func (g *grid) enterCell(t markup.Tag) error {
	g.cell = held{}
	if g.row != g.now.row || !t.Is("c") {
		return nil
	}
	ref, given, err := t.Attribute("r")
	if err != nil {
		return err
	}
	if g.column++; given {
		column, row, ok := markup.ParseReference(ref)
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
	g.Hold()
	return nil
}

// enterValue looks at what stands within a cell. Formulas that fill a range matter for cells further on, too.
func (g *grid) enterValue(t markup.Tag) error {
	switch {
	case t.Is("f"):
		g.cell.formula = true
		return g.noteArray(t)
	case g.cell.edit != nil && g.cell.ext == 0 && t.Is("extLst"):
		g.cell.ext = len(g.Held()) - len(t)
	}
	return nil
}

// noteArray keeps the range of a formula that fills one, as array formulas and data tables do.
func (g *grid) noteArray(t markup.Tag) error {
	kind, _, err := t.Attribute("t")
	if err != nil || string(kind) != "array" && string(kind) != "dataTable" {
		return err
	}
	ref, _, err := t.Attribute("ref")
	if err != nil {
		return err
	}
	from, to, found := bytes.Cut(ref, []byte(":"))
	if !found {
		to = from
	}
	left, top, ok := markup.ParseReference(from)
	right, bottom, ok2 := markup.ParseReference(to)
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
		g.Release()
	} else {
		if err := g.Replace(g.cell.withText(c.New)); err != nil {
			return err
		}
	}
	g.cell = held{}
	return g.say(c)
}

// withText is the cell with a text in place of its value. The style and everything else that is not about the value stays.
func (h *held) withText(text string) []byte {
	prefix, local := h.tag.Name()
	b := fmt.Appendf(nil, "<%s%s", prefix, local)
	for a := range h.tag.Attributes() {
		switch string(a.Name) {
		case "t", "cm", "vm":
		default:
			b = append(b, a.Raw...)
		}
	}
	b = fmt.Appendf(b, ` t="inlineStr"><%sis><%st xml:space="preserve">`, prefix, prefix)
	b = markup.AppendText(b, text)
	b = fmt.Appendf(b, "</%st></%sis>", prefix, prefix)
	b = append(b, h.kept...)
	return fmt.Appendf(b, "</%s%s>", prefix, local)
}
