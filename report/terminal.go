package report

import (
	"fmt"

	"muster/internal/onboarding"
)

// terminal gathers the rows of a listing that a person must see: the first of each status, and rows that say the same as one line.
type terminal struct {
	lines []*terminalLine
	voice onboarding.Voice
	most  int // lines of each status
	same  map[[2]string]*terminalLine
	count map[string]int // lines by status
	more  map[string]int // rows by status that are not listed
	order []string
}

type terminalLine struct {
	cells []string
	said  string // what several rows say, after their names
	names onboarding.List
	rows  int
}

func newTerminal(v onboarding.Voice, most int) *terminal {
	return &terminal{voice: v, most: most, same: make(map[[2]string]*terminalLine), count: make(map[string]int), more: make(map[string]int)}
}

func (t *terminal) add(l Line) {
	cells, same := l.said(t.voice), said(t.voice, l.Same)
	status := cells[0]
	const few = 3
	if at := t.same[[2]string{status, same}]; at != nil && same != "" {
		if at.rows++; len(at.names) < few {
			at.names = append(at.names, Visible(l.Name))
		}
		return
	}
	if t.count[status] == 0 {
		t.order = append(t.order, status)
	}
	if t.count[status] == t.most {
		t.more[status]++
		return
	}
	t.count[status]++
	line := &terminalLine{cells: cells, said: same, names: onboarding.List{Visible(l.Name)}, rows: 1}
	t.lines = append(t.lines, line)
	if same != "" {
		t.same[[2]string{status, same}] = line
	}
}

func (t *terminal) write(p pen) {
	for _, l := range t.lines {
		text := p.sentence(l.cells[1:])
		if l.rows > 1 {
			text = p.say("%s × %s; %s", onboarding.Number(l.rows), l.said, l.names)
			if more := l.rows - len(l.names); more > 0 {
				text = p.say("%s and %s more", text, onboarding.Number(more))
			}
		}
		fmt.Fprintf(p, "  %s %s\n", pad(l.cells[0], 9), text)
	}
	for _, status := range t.order {
		p.andMore("  "+pad(status, 9), t.more[status])
	}
}
