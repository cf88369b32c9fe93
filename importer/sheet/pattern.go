package sheet

import (
	"strings"

	"muster/importer/sheet/xlsx"
	"muster/internal/onboarding"
)

// fewestAlike is how many values of a column must be alike for the column to have a pattern.
const fewestAlike = 5

// learn finds the columns of numbers to be read to the letter whose values all have as many digits, leading zeros among
// them. A shorter value is one that has lost its zeros: of a workbook, where the others are text and it is a number; of a
// text, where every other value begins with a zero.
func (s *sheetIn) learn(sample []peeked) {
	s.widths = make([]int, len(s.head.cells))
	for _, c := range Columns() {
		if at := s.source.Column(c.Field); c.Kind == s.source.Kind && at > 0 && (c.Sort == Digits || c.Sort == ID) {
			s.widths[at-1] = s.width(at, sample)
		}
	}
}

// width gives the digits that the values of a column have.
func (s *sheetIn) width(at int, sample []peeked) int {
	width, alike, zeros, shorter := 0, 0, 0, 0
	for _, r := range sample {
		if r.number <= s.head.row || at > len(r.cells) {
			continue
		}
		text, _ := normalise(r.cells[at-1].Text, Digits)
		switch {
		case text == "":
		case !onlyDigits(text):
			return 0
		case s.mayBeCut(&r.cells[at-1]) && text[0] != '0':
			shorter = max(shorter, len(text))
		case width == 0 || len(text) == width:
			width = len(text)
			alike++
			if text[0] == '0' {
				zeros++
			}
		default:
			return 0
		}
	}
	if alike < fewestAlike || zeros == 0 || shorter > width || shorter == width && s.index < 0 {
		return 0
	}
	return width
}

// mayBeCut reports whether a value may have lost zeros: a text file does not tell numbers from text.
func (s *sheetIn) mayBeCut(c *xlsx.Cell) bool { return s.index < 0 || c.Kind == xlsx.Number }

// lostZeros says that a value is shorter than all others of its column.
func (l *line) lostZeros(f onboarding.Field, c *xlsx.Cell, at, width int) bool {
	text, _ := normalise(c.Text, Digits)
	if text == "" || len(text) >= width || !onlyDigits(text) || text[0] == '0' || !(l.place.Source.CSV() || c.Kind == xlsx.Number) {
		return false
	}
	l.damaged(f, at, c.Text, remark{
		"cell-lossy", onboarding.Error,
		onboarding.T("the other values of the column have %d digits; %q has lost its zeros in front", width, strings.Clone(text)),
		onboarding.T("format the column as text and write %q, or put all digits of the other values right", strings.Repeat("0", width-len(text))+text),
	})
	return true
}

// headless says which columns hold values and have no heading.
func (b *Book) headless(s *sheetIn, sample []peeked) {
	for i, c := range s.head.cells {
		if c.text != "" {
			continue
		}
		for _, r := range sample {
			if r.number <= s.head.row || i >= len(r.cells) {
				continue
			}
			if text, _ := normalise(r.cells[i].Text, FreeText); text == "" {
				continue
			}
			b.say(onboarding.Finding{
				Rule: "header-unknown", Severity: onboarding.Note, Place: onboarding.Place{Source: s.source, Row: s.head.row, Column: i + 1},
				Message: onboarding.T("the column has values and no heading; it is kept for the results"),
				Hint:    onboarding.T("give the column a heading if its values are meant"),
			})
			break
		}
	}
}
