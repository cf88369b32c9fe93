package annotate

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"muster/internal/markup"
	"muster/internal/onboarding"
	"muster/report"
)

// arrange sorts the findings by sheet and cell, and chooses those that get a comment: errors before warnings before notes.
func (c *copying) arrange() {
	c.names, c.shown = make(map[place]string), make(map[place]cells)
	if c.book.Base != nil {
		for _, s := range c.sheets {
			c.names[place{c.book.Base.File, s.name}] = s.name
		}
	}
	for i := 0; i < len(c.book.Findings); {
		f := c.book.Findings[i]
		n := i + 1
		for n < len(c.book.Findings) && sameCell(f.Place, c.book.Findings[n].Place) {
			n++
		}
		if f.Place.Source != nil && f.Place.Row > 0 {
			c.show(c.book.Findings[i:n])
		}
		i = n
	}
	c.ration()
}

func sameCell(a, b onboarding.Place) bool {
	return a.Source == b.Source && a.Row == b.Row && max(a.Column, 1) == max(b.Column, 1)
}

// show puts the findings of one cell at it; those of a whole row at its first cell.
func (c *copying) show(fs []onboarding.Finding) {
	p := fs[0].Place
	at := place{p.Source.File, p.Source.Sheet}
	m := mark{p.Row, max(p.Column, 1), report.Aside}
	n := note{row: m.row, column: m.column}
	for _, f := range fs {
		m.tone = min(m.tone, report.ToneOf(f))
		n.remarks = append(n.remarks, report.RemarkOf(c.book.Voice, f))
	}
	s := c.shown[at]
	s.marks, s.notes = append(s.marks, m), append(s.notes, n)
	c.shown[at] = s
}

// ration leaves out comments where there are more than a workbook should hold.
func (c *copying) ration() {
	var count [report.Good + 1]int
	total := 0
	for at, s := range c.shown {
		if at.file == "" {
			continue
		}
		for _, m := range s.marks {
			count[m.tone]++
			total++
		}
	}
	if total <= mostComments {
		return
	}
	left := mostComments
	var room [report.Good + 1]int
	for _, t := range []report.Tone{report.Bad, report.Look, report.Aside} {
		room[t] = min(count[t], left)
		left -= room[t]
	}
	for _, src := range c.order() {
		s := c.shown[src]
		var notes []note
		for i, m := range s.marks {
			if room[m.tone] > 0 {
				room[m.tone]--
				notes = append(notes, s.notes[i])
			}
		}
		s.notes = notes
		c.shown[src] = s
	}
	c.told.Remarks = append(c.told.Remarks, onboarding.T("%d cells are coloured and have no comment: a workbook gets %d comments, errors first; all findings stand on this sheet", total-mostComments, mostComments))
}

// order lists the sheets with findings as the findings name them.
func (c *copying) order() []place {
	var out []place
	for i, f := range c.book.Findings {
		if s := f.Place.Source; s != nil && (i == 0 || c.book.Findings[i-1].Place.Source != s) {
			out = append(out, place{s.File, s.Sheet})
		}
	}
	return out
}

// planSheet plans the colours and comments of a sheet. Comments in a form that is not known stay as they are, and that is said.
func (c *copying) planSheet(at place, part string, j *job, h sheetHead) error {
	s := c.shown[at]
	j.marks = s.marks
	if len(s.notes) == 0 {
		return nil
	}
	err := c.planComments(part, s.notes, j, h)
	if err != nil {
		c.told.Remarks = append(c.told.Remarks, onboarding.T("the sheet %q gets colours and no comments: %v", at.sheet, err))
	}
	return nil
}

// planComments makes or extends the parts of a sheet's comments.
func (c *copying) planComments(part string, notes []note, j *job, h sheetHead) error {
	rels, err := c.relsOf(part)
	if err != nil {
		return err
	}
	if notes, err = c.unthreaded(rels, notes); err != nil || len(notes) == 0 {
		return err
	}
	words := noComments(c.spaces)
	comments, has := rels.ofType("comments")
	if has {
		if words, err = c.read(comments.target); err != nil {
			return err
		}
	}
	words, had, err := annotated(words, notes)
	if err != nil {
		return err
	}
	vml, b, err := c.drawing(part, rels)
	if err != nil {
		return err
	}
	boxes := notes
	if vml == "" {
		b = fmt.Appendf(nil, noDrawing, idMap(len(notes)+len(had)))
		boxes = append(cellsOf(missing(had, notes)), notes...)
	}
	if b, err = drawn(b, boxes, h); err != nil {
		return err
	}
	if has {
		c.changed[fold(comments.target)] = append([]byte(xmlHead), words...)
	} else {
		name := c.free(c.folder()+"comments", ".xml")
		c.add(name, typeComments, append([]byte(xmlHead), words...))
		rels.add(c.rel+"/comments", name)
	}
	if vml != "" {
		c.changed[fold(vml)] = b
	} else {
		name := c.free(c.folder()+"drawings/vmlDrawing", ".vml")
		c.add(name, typeVML, b)
		j.legacy = rels.add(c.rel+"/vmlDrawing", name)
	}
	c.told.Comments += len(notes)
	if b, err = rels.bytes(); err == nil {
		c.put(rels.name(), append([]byte(xmlHead), b...))
	}
	return err
}

// missing gives the cells that are in no note.
func missing(refs []string, notes []note) []string {
	in := make(map[string]bool, len(notes))
	for _, n := range notes {
		in[n.ref()] = true
	}
	var out []string
	for _, ref := range refs {
		if !in[ref] {
			out = append(out, ref)
		}
	}
	return out
}

// unthreaded leaves out the cells that hold a conversation.
func (c *copying) unthreaded(rels *relList, notes []note) ([]note, error) {
	r, ok := rels.ofType("threadedComment")
	if !ok {
		return notes, nil
	}
	b, err := c.read(r.target)
	if err != nil {
		return nil, err
	}
	talks, err := threads(b)
	if err != nil {
		return nil, err
	}
	var out []note
	for _, n := range notes {
		if !talks[n.ref()] {
			out = append(out, n)
		}
	}
	if left := len(notes) - len(out); left > 0 {
		c.told.Remarks = append(c.told.Remarks, onboarding.T("%d cells are coloured and have no comment of muster: they hold a conversation", left))
	}
	return out, nil
}

// drawing finds the drawing of a sheet's comments and buttons; name is empty when there is none.
func (c *copying) drawing(part string, rels *relList) (name string, b []byte, err error) {
	if _, ok := rels.ofType("vmlDrawing"); !ok {
		return "", nil, nil
	}
	in, err := c.parts[fold(part)].Open()
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	id, err := legacyDrawing(in)
	if err != nil || id == "" {
		return "", nil, err
	}
	name = rels.byID(id)
	f := c.parts[fold(name)]
	if f == nil {
		return "", nil, fmt.Errorf("the drawing %q is missing", name)
	}
	vml, err := f.Open()
	if err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, vml.Close()) }()
	b, err = io.ReadAll(io.LimitReader(vml, mostHeld))
	return name, b, err
}

// legacyDrawing gives the id of the drawing of a worksheet.
func legacyDrawing(r io.Reader) (id string, err error) {
	err = tags(r, func(t markup.Tag) bool {
		if !t.Is("legacyDrawing") || t.Closing() {
			return true
		}
		for a := range t.Attributes() {
			if string(a.Name) == "id" || len(a.Name) > 3 && string(a.Name[len(a.Name)-3:]) == ":id" {
				id = string(a.Value)
			}
		}
		return false
	})
	return id, err
}

// sheetHead is what stands before the rows of a worksheet.
type sheetHead struct {
	selected bool // the sheet is one of those that are shown first
	usual    float64
	widths   []columnWidth
}

// columnWidth is the width of some columns in characters.
type columnWidth struct {
	from, to int
	width    float64
}

// headOf reads what stands before the rows of a sheet.
func (c *copying) headOf(part string) (h sheetHead, err error) {
	in, err := c.parts[fold(part)].Open()
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	h.usual = usualWidth
	err = tags(in, func(t markup.Tag) bool {
		switch {
		case t.Closing():
		case t.Is("sheetView"):
			v := text(t, "tabSelected")
			h.selected = h.selected || v == "1" || v == "true"
		case t.Is("sheetFormatPr"):
			h.usual = decimal(text(t, "defaultColWidth"), usualWidth)
		case t.Is("col"):
			w := decimal(text(t, "width"), h.usual)
			if v := text(t, "hidden"); v == "1" || v == "true" {
				w = 0
			}
			h.widths = append(h.widths, columnWidth{number(t, "min"), number(t, "max"), w})
		}
		return !t.Is("sheetData")
	})
	return h, err
}

// usualWidth is that of a column of which nothing is said, in characters.
const usualWidth = 8.43

func decimal(s string, usual float64) float64 {
	if v, err := strconv.ParseFloat(s, 64); err == nil && v >= 0 {
		return v
	}
	return usual
}

// across gives the column, counted from 0, up to which a box reaches that starts there and is wide enough for a comment.
func (h sheetHead) across(left int) int {
	const enough = 42 // characters
	sum := 0.0
	for column := left; column < lastColumn; column++ {
		if sum += h.width(column + 1); sum >= enough {
			return column + 1
		}
	}
	return lastColumn
}

func (h sheetHead) width(column int) float64 {
	for _, w := range h.widths {
		if column >= w.from && column <= w.to {
			return w.width
		}
	}
	return h.usual
}

// tags goes through the tags of a part until fn has seen enough.
func tags(r io.Reader, fn func(markup.Tag) bool) error {
	return markup.InUTF8(io.Discard, r, func(_ io.Writer, r io.Reader) error {
		s := markup.NewScanner(io.Discard, r)
		for {
			t, err := s.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil || !fn(t) {
				return err
			}
		}
	})
}
