package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"muster/internal/onboarding"
)

const (
	between   = " | " // the cells of a row
	opening   = ">>"  // before what stands in the cell that a finding is about
	closing   = "<<"
	leastCell = 8  // columns of a cell, however narrow the screen is
	mostCell  = 40 // columns of a cell where there is room
	leftMark  = "\u200e"
)

// row writes the cells by which a person knows the row of a finding, and between marks what stands in the cell that it is
// about; the heading of that cell, too, where it is none of them.
//
// room is used for its cells, and given back.
func (p pen) row(f onboarding.Finding, keys []onboarding.KeyCell, room []rowCell) []rowCell {
	if len(keys) == 0 || f.Place.Row == 0 {
		return room
	}
	room = p.cellsOf(f, keys, room[:0])
	cells := fit(room, cmp.Or(p.screen.Columns, withoutScreen)-findingIndent)
	if len(cells) == 0 {
		return room
	}
	p.indent(findingIndent)
	for i, c := range cells {
		if i > 0 {
			p.text(apart(cells[i-1].text, c.text))
		}
		if c.marked {
			p.text(c.name)
			p.painted(red, opening, c.text, closing)
			continue
		}
		p.painted(dim, c.text)
	}
	p.text("\n")
	return room
}

// rowCell is a cell as it is shown, with the name of its column where that is shown before it.
type rowCell struct {
	name, text string
	marked     bool // it is the one that the finding is about
}

// cellsOf adds the cells that are shown to out. None is marked where the finding is about the row as a whole.
func (p pen) cellsOf(f onboarding.Finding, keys []onboarding.KeyCell, out []rowCell) []rowCell {
	met := f.Place.Column == 0 || f.Field == ""
	for _, k := range keys {
		if k.Field == f.Field && f.Place.Column > 0 {
			out, met = append(out, rowCell{text: Visible(cmp.Or(f.Value, k.Text)), marked: true}), true
			continue
		}
		if k.Text != "" {
			out = append(out, rowCell{text: Visible(k.Text)})
		}
	}
	if !met {
		name := p.say("%s", onboarding.FieldName(f.Field)) + " "
		if strings.ContainsFunc(name, leftward) {
			name += leftMark // else a number behind it would change sides with the marks around it
		}
		out = append(out, rowCell{name: name, text: Visible(f.Value), marked: true})
	}
	return out
}

// columns is how wide the cell is, its text cut to so many.
func (c rowCell) columns(most int) int {
	if !c.marked {
		return min(width(c.text), most)
	}
	return width(c.name) + len(opening) + min(width(c.text), mostCell) + len(closing)
}

// fit shortens cells until they fit into so many columns, then leaves cells out, the last first. The marked one is always
// there, and shortened last.
func fit(cells []rowCell, room int) []rowCell {
	most := mostCell
	for takes(cells, most) > room && most > leastCell {
		most = max(leastCell, most*3/4)
	}
	for takes(cells, most) > room {
		last := unmarked(cells)
		if last < 0 {
			break
		}
		cells = slices.Delete(cells, last, last+1)
	}
	over := max(0, takes(cells, most)-room)
	for i, c := range cells {
		if c.marked {
			cells[i].text = cut(c.text, max(leastCell, mostCell-over))
			continue
		}
		cells[i].text = cut(c.text, most)
	}
	return cells
}

// takes is how wide the cells are beside each other, their texts cut to so many columns.
func takes(cells []rowCell, most int) int {
	n := len(between) * max(0, len(cells)-1)
	for _, c := range cells {
		n += c.columns(most)
	}
	return n
}

// unmarked is the last cell that is not marked; -1 where there is none.
func unmarked(cells []rowCell) int {
	for i := len(cells) - 1; i >= 0; i-- {
		if !cells[i].marked {
			return i
		}
	}
	return -1
}

// apart is what stands between two cells. A terminal that writes Arabic from right to left would swap two cells of it: the
// mark keeps them in their order.
func apart(a, b string) string {
	if !plain(a) && !plain(b) && strings.ContainsFunc(a, leftward) && strings.ContainsFunc(b, leftward) {
		return leftMark + between + leftMark
	}
	return between
}

// leftward tells letters of scripts that are written from right to left.
func leftward(r rune) bool {
	return r >= 0x590 && slices.ContainsFunc([]*unicode.RangeTable{unicode.Arabic, unicode.Hebrew}, func(t *unicode.RangeTable) bool { return unicode.Is(t, r) })
}
