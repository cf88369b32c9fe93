package annotate

import (
	"strings"
	"testing"

	"muster/report"
)

// Rows of the first sheet are as high as their longest text needs: not every program sees to that itself.
func TestLongTextsGetHighRows(t *testing.T) {
	columns := []report.PageColumn{{Width: 12}, {Width: 33, Wide: true}}
	for text, want := range map[string]int{"": 1, "short": 1, strings.Repeat("word ", 12): 2, strings.Repeat("漢", 30): 2, strings.Repeat("漢", 31): 3} {
		if got := linesOf([]string{strings.Repeat("x", 90), text}, columns); got != want {
			t.Errorf("%q has room for %d lines, not %d", text, got, want)
		}
	}
}
