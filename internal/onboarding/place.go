// Package onboarding holds the nouns: what a partner hands over, where it stood, what was found, and what became of it.
//
// It is the bottom of the house: every room may import it, it imports none of them.
package onboarding

import "strconv"

// Kind says what the rows of a sheet describe.
type Kind uint8

// The kinds of sheet of a workbook, in the order in which they are read.
const (
	NoKind Kind = iota
	Templates
	Customers
	Packages
	Locations
	Users
)

var kindNames = [...]string{"", "templates", "customers", "packages", "locations", "users"}

// String gives the name used in JSON documents ("users"), empty for NoKind.
func (k Kind) String() string { return kindNames[k] }

// Word gives the word for people: "users".
func (k Kind) Word() Word {
	switch k {
	case Templates:
		return "templates"
	case Customers:
		return "customers"
	case Packages:
		return "packages"
	case Locations:
		return "locations"
	case Users:
		return "users"
	}
	return ""
}

// ParseKind is the inverse of String; ok is false for an unknown name.
func ParseKind(name string) (k Kind, ok bool) {
	for i := Templates; i <= Users; i++ {
		if kindNames[i] == name {
			return i, true
		}
	}
	return NoKind, false
}

// Field is the name of a column, as scripts see it: the id of the field without its section ("email").
type Field string

// Source is one sheet of a workbook or one CSV file: where records came from and which column held which field.
type Source struct {
	File      string // path as given; within a folder, relative to it
	Sheet     string // empty for CSV
	Kind      Kind
	Order     int // position among all sheets of the run
	HeaderRow int // row number the user sees; for CSV the line
	Language  string
	Rows      int // data rows read so far
	columns   map[Field]int
}

// SetColumn records that field stands in the 1-based column number.
func (s *Source) SetColumn(f Field, column int) {
	if s.columns == nil {
		s.columns = make(map[Field]int)
	}
	s.columns[f] = column
}

// Column gives the 1-based column number of field, 0 when the source has no such column.
func (s *Source) Column(f Field) int { return s.columns[f] }

// CSV reports whether the source is a delimited text file rather than a sheet of a workbook.
func (s *Source) CSV() bool { return s.Sheet == "" }

// Place is an address in the user's own files.
//
// Row is the number the user sees in the spreadsheet program, for CSV the line on which the record starts; 0 stands for
// the file or sheet as a whole. Column is 1-based; 0 stands for the row as a whole.
type Place struct {
	Source *Source
	Row    int
	Column int
}

// ColumnName gives the letters of the column in a workbook, its 1-based number as text for CSV, empty for column 0.
func (p Place) ColumnName() string {
	switch {
	case p.Column == 0:
		return ""
	case p.Source == nil || p.Source.CSV():
		return strconv.Itoa(p.Column)
	}
	return ColumnLetters(p.Column)
}

// Cell gives the address as people write it: Users!D17 in a workbook, users.csv:17:4 for CSV; empty for a whole file.
func (p Place) Cell() string {
	if p.Source == nil || p.Row == 0 || p.Column == 0 {
		return ""
	}
	if p.Source.CSV() {
		return p.Source.File + ":" + strconv.Itoa(p.Row) + ":" + strconv.Itoa(p.Column)
	}
	return p.Source.Sheet + "!" + p.ColumnName() + strconv.Itoa(p.Row)
}

// ColumnLetters turns a 1-based column number into letters: 1 is A, 28 is AB.
func ColumnLetters(n int) string {
	var b [8]byte
	i := len(b)
	for n > 0 {
		n--
		i--
		b[i] = byte('A' + n%26)
		n /= 26
	}
	return string(b[i:])
}
