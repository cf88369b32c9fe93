package annotate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"muster/internal/markup"
	"muster/internal/onboarding"
	"muster/report"
)

// mark is a cell that gets a colour.
type mark struct {
	row, column int
	tone        report.Tone
}

// extra are cells that a row gets behind its last one.
type extra struct {
	cells []string
	tone  report.Tone // of the first cell
	head  bool
}

// job is what becomes of one worksheet.
type job struct {
	marks    []mark // by row and column
	extras   func(row int) (extra, bool, error)
	extraAt  int // column of the first extra cell; 0: there are none
	widths   []float64
	legacy   string // id of the relationship to the drawing of the comments; empty: nothing is added
	deselect bool   // another sheet is to be the one that is shown first
}

// idle tells a job that changes nothing.
func (j *job) idle() bool {
	return len(j.marks) == 0 && j.extraAt == 0 && j.legacy == "" && !j.deselect
}

// grid rewrites the XML of a worksheet: every byte stays but the styles of marked cells and the cells that are added.
//
// It relies on what the reader has made sure of: within the rows' element stand rows, within rows cells, in order.
type grid struct {
	*markup.Scanner
	*job
	styles *styles
	spaces

	depth   int
	prefix  string
	rowEnd  string // the end tag of a row
	data    bool   // within the rows' element
	past    bool   // behind it
	done    bool   // the drawing of the comments is named
	next    int    // of marks
	row     int
	column  int
	rowLook int
	columns []span
	tail    extra // of the row at hand
	tailed  bool
	touched bool // the row at hand gets cells
}

// span is a range of columns with a style of their own.
type span struct{ from, to, style int }

// rewrite copies a worksheet with the changes of a job.
func rewrite(w io.Writer, r io.Reader, j *job, s *styles, n spaces) error {
	return markup.InUTF8(w, r, func(w io.Writer, r io.Reader) error {
		g := &grid{Scanner: markup.NewScanner(w, r), job: j, styles: s, spaces: n}
		for {
			t, err := g.Next()
			if errors.Is(err, io.EOF) {
				return g.Finish()
			}
			if err == nil {
				err = g.step(t)
			}
			if err != nil {
				return err
			}
		}
	})
}

// The depths at which elements stand.
const (
	rootDepth = 1 + iota
	partDepth
	rowDepth
	cellDepth
)

// step takes one tag.
func (g *grid) step(t markup.Tag) error {
	if t.Closing() {
		g.depth--
		return g.leave(t)
	}
	g.depth++
	empty := t.Empty()
	err := g.enter(t)
	if empty {
		g.depth--
		if g.depth < partDepth {
			g.data = false
		}
	}
	return err
}

func (g *grid) enter(t markup.Tag) error {
	switch {
	case g.data && g.depth == rowDepth:
		return g.enterRow(t)
	case g.data && g.depth == cellDepth:
		return g.enterCell(t)
	case g.data:
		return nil
	case g.depth == rootDepth:
		g.prefix = prefixOf(t)
		g.rowEnd = "</" + g.prefix + "row>"
	case g.depth == partDepth:
		return g.enterPart(t)
	case g.depth == rowDepth && t.Is("sheetView") && g.deselect:
		return g.swap(with(t, "tabSelected", ""))
	case g.depth == rowDepth && t.Is("col"):
		g.columns = append(g.columns, span{number(t, "min"), number(t, "max"), number(t, "style")})
	}
	return nil
}

// swap writes a tag in place of the one at hand.
func (g *grid) swap(t markup.Tag) error {
	g.Hold()
	return g.Replace(t)
}

// enterPart takes an element of the worksheet itself.
func (g *grid) enterPart(t markup.Tag) error {
	switch {
	case t.Is("dimension") && g.extraAt > 0:
		return g.swap(with(t, "ref", widened(text(t, "ref"), g.extraAt+len(g.widths)-1)))
	case t.Is("cols") && t.Empty() && g.extraAt > 0:
		return g.swap([]byte("<" + g.prefix + "cols>" + g.cols() + "</" + g.prefix + "cols>"))
	case t.Is("sheetData"):
		g.data, g.past = true, true
		return g.enterData(t)
	case g.past && g.legacy != "" && !g.done && behindDrawing(t):
		g.done = true
		return g.Insert(g.drawing())
	}
	return nil
}

// enterData begins the rows.
func (g *grid) enterData(t markup.Tag) error {
	if g.extraAt > 0 && len(g.columns) == 0 {
		if err := g.Insert([]byte("<" + g.prefix + "cols>" + g.cols() + "</" + g.prefix + "cols>")); err != nil {
			return err
		}
	}
	if !t.Empty() || len(g.marks) == 0 {
		return nil
	}
	g.Hold()
	b := append(bytes.Clone(opened(t)), g.rowsBefore(1<<30)...)
	return g.Replace(append(b, "</"+g.prefix+"sheetData>"...))
}

// cols are the widths of the columns that are added; none where the sheet says something of them already.
func (g *grid) cols() string {
	for _, c := range g.columns {
		if c.to >= g.extraAt {
			return ""
		}
	}
	var b bytes.Buffer
	for i, w := range g.widths {
		fmt.Fprintf(&b, `<%scol min="%d" max="%d" width="%g" customWidth="1"/>`, g.prefix, g.extraAt+i, g.extraAt+i, w)
	}
	return b.String()
}

func (g *grid) leave(t markup.Tag) error {
	switch {
	case g.data && g.depth == partDepth:
		return g.leaveRow()
	case g.data && g.depth == rootDepth:
		g.data = false
		if rows := g.rowsBefore(1 << 30); len(rows) > 0 {
			return g.Insert(rows)
		}
	case g.depth == rootDepth && !g.past && t.Is("cols") && g.extraAt > 0:
		return g.Insert([]byte(g.cols()))
	case g.depth == 0 && g.legacy != "" && !g.done:
		g.done = true
		return g.Insert(g.drawing())
	}
	return nil
}

// drawing names the drawing that holds the comments.
func (g *grid) drawing() []byte {
	return fmt.Appendf(nil, `<%slegacyDrawing xmlns:r=%q r:id=%q/>`, g.prefix, g.rel, g.legacy)
}

// behindDrawing tells the elements that stand behind the drawing of the comments.
func behindDrawing(t markup.Tag) bool {
	_, local := t.Name()
	switch string(local) {
	case "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst", "AlternateContent":
		return true
	}
	return false
}

func (g *grid) enterRow(t markup.Tag) (err error) {
	before := g.row
	if g.row++; text(t, "r") != "" {
		if g.row = number(t, "r"); g.row <= before {
			return fmt.Errorf("row %d stands behind row %d: the file was changed meanwhile", g.row, before)
		}
	}
	if rows := g.rowsBefore(g.row); len(rows) > 0 {
		if err := g.Insert(rows); err != nil {
			return err
		}
	}
	g.column, g.rowLook = 0, -1
	if g.tail, g.tailed = (extra{}), false; g.extraAt > 0 {
		if g.tail, g.tailed, err = g.extras(g.row); err != nil {
			return err
		}
	}
	if g.touched = g.tailed || g.next < len(g.marks) && g.marks[g.next].row == g.row; !g.touched {
		return g.pass(t)
	}
	if text(t, "customFormat") == "1" || text(t, "customFormat") == "true" {
		g.rowLook = number(t, "s")
	}
	start := with(t, "spans", "")
	if !t.Empty() {
		return g.swap(start)
	}
	b := append(bytes.Clone(opened(start)), g.rest(nil, 1<<30)...)
	return g.swap(append(append(b, g.tailCells()...), "</"+nameOf(t)+">"...))
}

// pass goes on behind a row in which nothing changes.
func (g *grid) pass(t markup.Tag) error {
	if t.Empty() {
		return nil
	}
	passed, err := g.PassTo(g.rowEnd)
	if passed {
		g.depth--
	}
	return err
}

func (g *grid) leaveRow() error {
	if !g.touched {
		return nil
	}
	g.touched = false
	if b := append(g.rest(nil, 1<<30), g.tailCells()...); len(b) > 0 {
		return g.Insert(b)
	}
	return nil
}

// rowsBefore makes the rows with marks that the sheet does not have, up to a row.
func (g *grid) rowsBefore(row int) []byte {
	var b []byte
	for g.next < len(g.marks) && g.marks[g.next].row < row {
		n := g.marks[g.next].row
		g.rowLook = -1
		b = fmt.Appendf(b, `<%srow r="%d">`, g.prefix, n)
		at := g.row
		g.row = n
		b = append(g.rest(b, 1<<30), "</"+g.prefix+"row>"...)
		g.row = at
	}
	return b
}

// rest appends the marked cells of the row at hand that the sheet does not have, up to a column.
func (g *grid) rest(b []byte, column int) []byte {
	for ; g.next < len(g.marks) && g.marks[g.next].row == g.row && g.marks[g.next].column < column; g.next++ {
		m := g.marks[g.next]
		b = fmt.Appendf(b, `<%sc r="%s%d" s="%d"/>`, g.prefix, onboarding.ColumnLetters(m.column), m.row, g.styles.mark(g.lookAt(m.column), m.tone))
	}
	return b
}

// lookAt is the style of a cell that the sheet does not have: that of its row, else of its column.
func (g *grid) lookAt(column int) int {
	if g.rowLook >= 0 {
		return g.rowLook
	}
	for _, c := range g.columns {
		if column >= c.from && column <= c.to {
			return c.style
		}
	}
	return 0
}

func (g *grid) enterCell(t markup.Tag) error {
	if !g.touched || !t.Is("c") {
		return nil
	}
	g.column++
	if ref := text(t, "r"); ref != "" {
		column, _, ok := markup.ParseReference([]byte(ref))
		if !ok {
			return fmt.Errorf("%q is no cell of row %d", ref, g.row)
		}
		g.column = column
	}
	if b := g.rest(nil, g.column); len(b) > 0 {
		if err := g.Insert(b); err != nil {
			return err
		}
	}
	if g.next == len(g.marks) || g.marks[g.next].row != g.row || g.marks[g.next].column != g.column {
		return nil
	}
	m := g.marks[g.next]
	g.next++
	return g.swap(with(t, "s", strconv.Itoa(g.styles.mark(number(t, "s"), m.tone))))
}

// tailCells are those that the row at hand gets at its right. Empty ones are left out.
func (g *grid) tailCells() []byte {
	if !g.tailed {
		return nil
	}
	g.tailed = false
	var b []byte
	for i, c := range g.tail.cells {
		l := look{text: true}
		switch {
		case g.tail.head:
			l.font = boldFont
		case i == 0:
			l.tone = int(g.tail.tone)
		}
		if c != "" {
			b = g.styles.cell(b, g.prefix, onboarding.ColumnLetters(g.extraAt+i)+strconv.Itoa(g.row), c, l)
		}
	}
	return b
}

// mostText is how many UTF-16 units a cell holds.
const mostText = 32_767

// cell appends a cell with a text. A text that begins like a formula stays a text when somebody edits it.
func (s *styles) cell(b []byte, prefix, ref, value string, l look) []byte {
	b = append(append(append(b, '<'), prefix...), `c r="`...)
	b = append(append(b, ref...), `" s="`...)
	b = append(strconv.AppendInt(b, int64(s.style(l)), 10), `" t="inlineStr"><`...)
	b = append(append(append(b, prefix...), "is><"...), prefix...)
	b = markup.AppendText(append(b, `t xml:space="preserve">`...), clipped(value, mostText, "…"))
	for _, local := range []string{"t", "is", "c"} {
		b = append(append(append(append(b, "</"...), prefix...), local...), '>')
	}
	return b
}

// clipped cuts a text of more UTF-16 units than allowed, with a word in place of what is lost.
func clipped(s string, most int, lost string) string {
	if len(s) <= most {
		return s // every unit takes a byte at least
	}
	units := 0
	room := most - len(lost)
	cut := 0
	for i, r := range s {
		if units <= room {
			cut = i
		}
		if units++; r > 0xffff {
			units++
		}
	}
	if units <= most {
		return s
	}
	return s[:cut] + lost
}

// widened gives a range with its right side at a column.
func widened(ref string, column int) string {
	from, to, found := bytes.Cut([]byte(ref), []byte(":"))
	right, bottom, ok := markup.ParseReference(to)
	if !found || !ok || right >= column {
		return ref // one cell alone is what those write who do not know
	}
	return string(from) + ":" + onboarding.ColumnLetters(column) + strconv.Itoa(bottom)
}

// extent gives the last column of a worksheet that holds anything, cells that are merged included.
func extent(r io.Reader) (last int, err error) {
	column := 0
	err = tags(r, func(t markup.Tag) bool {
		switch {
		case t.Closing():
		case t.Is("row"):
			column = 0
		case t.Is("c"):
			column = columnOr(text(t, "r"), column+1)
			last = max(last, column)
		case t.Is("mergeCell"):
			_, to, _ := strings.Cut(text(t, "ref"), ":")
			last = max(last, columnOr(to, 0))
		}
		return true
	})
	return last, err
}

// columnOr gives the column of a reference, or the one that is meant where there is none.
func columnOr(ref string, usual int) int {
	if column, _, ok := markup.ParseReference([]byte(ref)); ok {
		return column
	}
	return usual
}
