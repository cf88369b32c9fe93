package annotate

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"muster/internal/markup"
	"muster/internal/onboarding"
	"muster/report"
)

// Limits of comments. Every one is a drawing, and spreadsheet programs slow down with them.
const (
	mostComments = 10_000 // of a workbook
	mostRemarks  = 3_000  // UTF-16 units of one comment
)

// author of the comments that are added.
const author = "muster"

// note is what a comment says at a cell.
type note struct {
	row, column int
	remarks     []report.Remark
}

func (n note) ref() string { return onboarding.ColumnLetters(n.column) + strconv.Itoa(n.row) }

// runs are the texts of a note, bold and plain in turn.
func (n note) runs(prefix string) string {
	var b strings.Builder
	look := "<" + prefix + `sz val="9"/><` + prefix + `color indexed="81"/><` + prefix + `rFont val="Tahoma"/></` + prefix + "rPr><" + prefix + `t xml:space="preserve">`
	end := "</" + prefix + "t></" + prefix + "r>"
	left := mostRemarks
	run := func(bold, s string) {
		if s == "" || left <= 0 {
			return
		}
		if left < len(s) {
			s = clipped(s, left, "… (see the first sheet)")
		}
		left -= len(s)
		b.WriteString("<" + prefix + "r><" + prefix + "rPr>" + bold + look + escaped(s) + end)
	}
	for i, r := range n.remarks {
		gap := ""
		if i > 0 {
			gap = "\n\n"
		}
		run("<"+prefix+"b/>", gap+r.Title)
		hint := ""
		if r.Hint != "" {
			hint = "\n→ " + r.Hint
		}
		run("", "\n"+r.Text+hint)
	}
	return b.String()
}

// lines is how many lines of a comment's box the note takes, roughly.
func (n note) lines() int {
	lines := 0
	for _, r := range n.remarks {
		lines += 2 + len(r.Title)/40 + len(r.Text)/45 + len(r.Hint)/45
		if r.Hint != "" {
			lines++
		}
	}
	return min(lines, 30)
}

// commentPart adds notes to the comments of a sheet.
type commentPart struct {
	prefix string
	notes  map[string]note // by cell
	order  []string
	edits  edits
	b      []byte

	cells   []string // of all comments that were there
	met     map[string]bool
	ref     string // of the comment at hand
	authors int
	ours    string // index of the author of the added ones
	shut    int    // behind the last text of the comment at hand
}

// annotated gives the part of comments with notes added; a cell that has a comment gets the text at its end. It also gives the
// cells that had comments.
func annotated(b []byte, notes []note) (out []byte, had []string, err error) {
	c := &commentPart{notes: make(map[string]note), b: b, met: make(map[string]bool)}
	for _, n := range notes {
		c.notes[n.ref()] = n
		c.order = append(c.order, n.ref())
	}
	if err := walk(b, c.step); err != nil {
		return nil, nil, err
	}
	if c.ours == "" {
		return nil, nil, errors.New("the part of the comments names no authors")
	}
	return c.edits.apply(b), c.cells, nil
}

func (c *commentPart) step(n node) error {
	switch {
	case n.depth == 1 && !n.tag.Closing():
		c.prefix = prefixOf(n.tag)
	case n.depth == 2 && n.tag.Is("authors"):
		c.author(n)
	case n.depth == 3 && n.tag.Is("author") && !n.tag.Closing():
		c.authors++
	case n.depth == 2 && n.tag.Is("commentList") && n.tag.Empty():
		c.edits.replace(n.from, n.to, string(opened(n.tag))+c.fresh()+"</"+nameOf(n.tag)+">")
	case n.depth == 2 && n.tag.Is("commentList") && n.tag.Closing():
		c.edits.put(n.from, c.fresh())
	case n.depth == 3 && n.tag.Is("comment") && !n.tag.Closing():
		c.ref = strings.ReplaceAll(text(n.tag, "ref"), "$", "")
		c.cells = append(c.cells, c.ref)
	default:
		c.within(n)
	}
	return nil
}

// author adds ours behind the authors.
func (c *commentPart) author(n node) {
	ours := "<" + c.prefix + "author>" + author + "</" + c.prefix + "author>"
	switch {
	case n.tag.Empty():
		c.edits.replace(n.from, n.to, string(opened(n.tag))+ours+"</"+nameOf(n.tag)+">")
	case n.tag.Closing():
		c.edits.put(n.from, ours)
	default:
		return
	}
	c.ours = strconv.Itoa(c.authors)
}

// within looks at the text of a comment. What was one text becomes a run, so that another can follow it.
func (c *commentPart) within(n node) {
	more, ok := c.notes[c.ref]
	if !ok || c.met[c.ref] {
		return
	}
	switch {
	case n.depth == 4 && n.tag.Is("text") && n.tag.Empty():
		c.edits.replace(n.from, n.to, string(opened(n.tag))+more.runs(c.prefix)+"</"+nameOf(n.tag)+">")
		c.met[c.ref] = true
	case n.depth == 4 && n.tag.Is("text") && !n.tag.Closing():
		c.shut = n.to
	case n.depth == 5 && n.tag.Is("t") && n.tag.Empty():
		c.shut = n.to
	case n.depth == 5 && n.tag.Is("t") && !n.tag.Closing():
		c.edits.put(n.from, "<"+c.prefix+"r>")
	case n.depth == 5 && n.tag.Is("t"):
		c.edits.put(n.to, "</"+c.prefix+"r>")
		c.shut = n.to
	case n.depth == 5 && n.tag.Is("r") && (n.tag.Closing() || n.tag.Empty()):
		c.shut = n.to
	case n.depth == 4 && n.tag.Is("text"):
		more.remarks = append([]report.Remark{}, more.remarks...)
		more.remarks[0].Title = "\n\n" + more.remarks[0].Title
		c.edits.put(c.shut, more.runs(c.prefix))
		c.met[c.ref] = true
	}
}

// fresh are the comments of cells that had none.
func (c *commentPart) fresh() string {
	var b strings.Builder
	for _, ref := range c.order {
		if !c.met[ref] {
			b.WriteString("<" + c.prefix + `comment ref="` + ref + `" authorId="` + c.ours + `"><` + c.prefix + "text>" + c.notes[ref].runs(c.prefix) + "</" + c.prefix + "text></" + c.prefix + "comment>")
		}
	}
	return b.String()
}

// noComments is the part of comments of a sheet that has none.
func noComments(n spaces) []byte {
	return []byte(`<comments xmlns="` + n.main + `"><authors/><commentList/></comments>`)
}

// noDrawing is the drawing of comments of a sheet that has none.
const noDrawing = `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">` +
	`<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%s"/></o:shapelayout></xml>`

const shapeType = `<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>`

// shape is the box of one comment: id, fill, anchor, row, column.
const shape = `<v:shape id="_x0000_s%d" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:1.5pt;width:260pt;height:%dpt;z-index:%d;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">` +
	`<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>` +
	`<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>%d, 15, %d, 2, %d, 15, %d, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>%d</x:Row><x:Column>%d</x:Column></x:ClientData></v:shape>`

var (
	shapeID    = regexp.MustCompile(`_x0000_s(\d+)`)
	clientData = regexp.MustCompile(`(?s)<x:ClientData[^>]*ObjectType=["']Note["'].*?</x:ClientData>`)
	noteRow    = regexp.MustCompile(`<x:Row>\s*(\d+)\s*</x:Row>`)
	noteColumn = regexp.MustCompile(`<x:Column>\s*(\d+)\s*</x:Column>`)
	noteAnchor = regexp.MustCompile(`<x:Anchor>\s*(\d+),\s*(-?\d+),\s*(\d+),\s*(-?\d+),\s*(\d+),\s*(-?\d+),\s*(\d+),\s*(-?\d+)\s*</x:Anchor>`)
)

// The last column and row of a sheet, counted from 0.
const (
	lastColumn = 16_383
	lastRow    = 1_048_575
)

// drawn gives the drawing with a box for every note that has none, and with boxes that are large enough for what was added.
func drawn(b []byte, notes []note, h sheetHead) ([]byte, error) {
	s := string(b)
	end := strings.LastIndex(s, "</xml>")
	for _, name := range []string{`xmlns:v="urn:schemas-microsoft-com:vml"`, `xmlns:o="urn:schemas-microsoft-com:office:office"`, `xmlns:x="urn:schemas-microsoft-com:office:excel"`} {
		if end < 0 || !strings.Contains(strings.ReplaceAll(s[:min(len(s), 2000)], "'", `"`), name) {
			return nil, errors.New("the drawing of the comments has a form that is not known")
		}
	}
	wanted := make(map[string]note, len(notes))
	for _, n := range notes {
		wanted[n.ref()] = n
	}
	s = clientData.ReplaceAllStringFunc(s, func(data string) string { return enlarged(data, wanted, h) })
	end = strings.LastIndex(s, "</xml>")
	var out strings.Builder
	out.WriteString(s[:end])
	if !strings.Contains(s, `"_x0000_t202"`) && len(wanted) > 0 {
		out.WriteString(shapeType)
	}
	id := lastShape(s)
	for _, n := range notes {
		if _, open := wanted[n.ref()]; !open {
			continue
		}
		id++
		height := n.lines() + 2
		left, top := min(n.column, lastColumn-5), min(max(n.row-2, 0), lastRow-height)
		fmt.Fprintf(&out, shape, id, height*13, id%1024+1, left, top, h.across(left), top+height, n.row-1, n.column-1)
	}
	out.WriteString(s[end:])
	return []byte(out.String()), nil
}

// lastShape is the highest number of a shape of the drawing.
func lastShape(s string) int {
	last := 1024
	for _, m := range shapeID.FindAllStringSubmatch(s, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil && n < 1<<24 {
			last = max(last, n)
		}
	}
	return last
}

// enlarged gives the box of a comment more room when its cell has a note, which is met then.
func enlarged(data string, wanted map[string]note, h sheetHead) string {
	row, column := noteRow.FindStringSubmatch(data), noteColumn.FindStringSubmatch(data)
	if row == nil || column == nil {
		return data
	}
	r, _ := strconv.Atoi(row[1])
	c, _ := strconv.Atoi(column[1])
	n, ok := wanted[note{row: r + 1, column: c + 1}.ref()]
	if !ok {
		return data
	}
	delete(wanted, n.ref())
	return noteAnchor.ReplaceAllStringFunc(data, func(anchor string) string {
		var at [8]int
		for i, m := range noteAnchor.FindStringSubmatch(anchor)[1:] {
			at[i], _ = strconv.Atoi(m)
		}
		at[4] = max(at[4], h.across(at[0]))
		at[6] = min(at[6]+n.lines()+1, lastRow)
		return fmt.Sprintf("<x:Anchor>%d, %d, %d, %d, %d, %d, %d, %d</x:Anchor>", at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7])
	})
}

// idMap is the list of blocks of 1,024 numbers that the shapes of a new drawing take.
func idMap(shapes int) string {
	blocks := make([]string, shapes/1024+1)
	for i := range blocks {
		blocks[i] = strconv.Itoa(i + 1)
	}
	return strings.Join(blocks, ",")
}

// threads lists the cells that have a conversation: its words stand in another part, and a spreadsheet program shows only those.
func threads(b []byte) (map[string]bool, error) {
	cells := make(map[string]bool)
	return cells, walk(b, func(n node) error {
		if n.tag.Is("threadedComment") && !n.tag.Closing() {
			cells[text(n.tag, "ref")] = true
		}
		return nil
	})
}

// cellsOf gives notes without remarks at cells, for the boxes of comments that have none.
func cellsOf(refs []string) []note {
	var out []note
	for _, ref := range refs {
		if column, row, ok := markup.ParseReference([]byte(ref)); ok {
			out = append(out, note{row: row, column: column})
		}
	}
	return out
}
