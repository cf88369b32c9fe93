package sheet

import "muster/internal/onboarding"

// mostNotes is how many cells of one column are named that were read as something cleaner than what they hold. The others
// are counted: a column filled up with blanks would have a note for every row.
const mostNotes = 100

// notes counts the cells of each column of a sheet that a note was due for.
type notes struct {
	source *onboarding.Source
	counts []int // by column
}

// due counts a note of a column and reports whether it is to be given.
func (n *notes) due(column int) bool {
	for len(n.counts) < column {
		n.counts = append(n.counts, 0)
	}
	n.counts[column-1]++
	return n.counts[column-1] <= mostNotes
}

// more counts notes that were not given.
func (n *notes) more(column, count int) {
	for len(n.counts) < column {
		n.counts = append(n.counts, 0)
	}
	n.counts[column-1] += count
}

// end says how many cells were not named.
func (n *notes) end(sink Sink) {
	for i, count := range n.counts {
		if count <= mostNotes {
			continue
		}
		sink(onboarding.Finding{
			Rule: "cell-normalised", Severity: onboarding.Note, Place: onboarding.Place{Source: n.source, Row: n.source.HeaderRow, Column: i + 1},
			Message: onboarding.T("%d more cells of the column were cleaned of blanks, marks or digits of other scripts", count-mostNotes),
		})
	}
	n.counts = n.counts[:0]
}
