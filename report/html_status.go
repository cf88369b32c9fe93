package report

import (
	"io"

	"muster/internal/onboarding"
)

// htmlStatus writes the page of a run as it stands, with the board of its waves.
func htmlStatus(w io.Writer, s *Status) error {
	p, err := runPage(&s.Run, s.board())
	if err != nil {
		return err
	}
	if s.Reminded {
		p.Line = onboarding.T("%s · %s", p.Line, s.reminded())
	}
	return writePage(w, p)
}

// board lists the waves as a section of the page: the customers of each, drawn by how far they are.
func (s *Status) board() pageSection {
	c := &chart{Heads: []onboarding.Word{"Wave", "Go-live", "Customers", "Done", "Waiting", "Failed", "Not tried", "Rows"}}
	most := 1
	for _, w := range s.Waves {
		most = max(most, w.Customers)
	}
	out := pageSection{ID: "waves", Title: onboarding.T("Waves"), Table: c}
	for _, w := range s.Waves {
		c.Rows = append(c.Rows, chartRow{
			Name: w.title(), Bar: stack(most, []string{"done", "waiting", "failed", "not_tried"}, []int{w.Done, w.Waiting, w.Failed, w.NotTried}),
			Cells: []any{w.goLive(), thousands(w.Customers), dash(w.Done), dash(w.Waiting), dash(w.Failed), dash(w.NotTried), onboarding.T("%d of %d", w.Finished, w.Rows)},
		})
		if len(w.Next) > 0 {
			out.Lead = onboarding.T("for the next window, wave %s: %s", w.title(), few(w.Next))
		}
	}
	return out
}
