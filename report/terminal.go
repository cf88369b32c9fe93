package report

import (
	"bufio"
	"fmt"
	"strings"
)

// terminal gathers the rows of a listing that a person must see: the first of each status, and rows that say the same as one line.
type terminal struct {
	lines []*terminalLine
	same  map[[2]string]*terminalLine
	count map[string]int // lines by status
	more  map[string]int // rows by status that are not listed
	order []string
}

type terminalLine struct {
	cells []string
	said  string // what several rows say, after their names
	names []string
	rows  int
}

func newTerminal() *terminal {
	return &terminal{same: make(map[[2]string]*terminalLine), count: make(map[string]int), more: make(map[string]int)}
}

func (t *terminal) add(l Line) {
	cells := l.visible()
	status := cells[0]
	const few = 3
	if at := t.same[[2]string{status, l.Same}]; at != nil && l.Same != "" {
		if at.rows++; len(at.names) < few {
			at.names = append(at.names, Visible(l.Name))
		}
		return
	}
	if t.count[status] == 0 {
		t.order = append(t.order, status)
	}
	if t.count[status] == mostListed {
		t.more[status]++
		return
	}
	t.count[status]++
	line := &terminalLine{cells: cells, said: Visible(l.Same), names: []string{Visible(l.Name)}, rows: 1}
	t.lines = append(t.lines, line)
	if l.Same != "" {
		t.same[[2]string{status, l.Same}] = line
	}
}

func (t *terminal) write(b *bufio.Writer) {
	for _, l := range t.lines {
		text := sentence(l.cells[1:])
		if l.rows > 1 {
			text = fmt.Sprintf("%s × %s; %s", thousands(l.rows), l.said, strings.Join(l.names, ", "))
			if more := l.rows - len(l.names); more > 0 {
				text += fmt.Sprintf(" and %s more", thousands(more))
			}
		}
		fmt.Fprintf(b, "  %-9s %s\n", l.cells[0], text)
	}
	for _, status := range t.order {
		if n := t.more[status]; n > 0 {
			fmt.Fprintf(b, "  %-9s … and %s more\n", status, thousands(n))
		}
	}
}
