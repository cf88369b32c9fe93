package main

import (
	"time"

	"muster/internal/onboarding"
)

// sheet is one sheet of a sample. Cells are text, whole numbers or dates.
type sheet struct {
	kind  onboarding.Kind
	name  string // of a sheet that is no kind
	title string // row above the headings
	heads []head
	rows  [][]any
	hides int // index of a row that is hidden; 0 is none
}

// head is a column: a field, a package with its quantity, or a heading of its own.
type head struct {
	field onboarding.Field
	pack  string // name of the package column
	text  string // heading that is written as it stands
}

type book []*sheet

func fields(names ...onboarding.Field) []head {
	out := make([]head, len(names))
	for i, n := range names {
		out[i].field = n
	}
	return out
}

func (b book) sheet(k onboarding.Kind) *sheet {
	for _, s := range b {
		if s.kind == k {
			return s
		}
	}
	return nil
}

// headRow is the number of the row that holds the headings.
func (s *sheet) headRow() int {
	if s.title != "" {
		return 3 // an empty row stands between
	}
	return 1
}

// column gives the index of a field or package column.
func (s *sheet) column(name string) int {
	for i, h := range s.heads {
		if string(h.field) == name || h.pack == name || h.text == name {
			return i
		}
	}
	panic("no column " + name)
}

// row gives the index of the first row whose cell of that column says value.
func (s *sheet) row(column string, value any) int {
	c := s.column(column)
	for i, r := range s.rows {
		if r[c] == value {
			return i
		}
	}
	panic("no row " + column)
}

func (s *sheet) add(cells ...any) {
	if len(cells) != len(s.heads) {
		panic("row and headings differ in length")
	}
	s.rows = append(s.rows, cells)
}

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
