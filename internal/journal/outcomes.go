package journal

import (
	"context"
	"fmt"
	"iter"

	"muster/internal/onboarding"
)

// Outcomes gives the outcome of every planned row in the order of the plan. A row that was never reached is not_tried; an
// intent whose outcome is not known is failed as unsettled, since it may have been carried out.
func (r *Run) Outcomes(ctx context.Context) iter.Seq2[onboarding.Outcome, error] {
	return func(yield func(onboarding.Outcome, error) bool) {
		for it, err := range r.paged(ctx, `WHERE p.plan = ?3 AND p.seq > ?4 ORDER BY p.seq LIMIT ?5`) {
			if !yield(it.outcome(), err) || err != nil {
				return
			}
		}
	}
}

func (it Item) outcome() onboarding.Outcome {
	o := it.Entry.Outcome
	switch it.Entry.State {
	case New:
		o.Status = onboarding.NotTried
	case Intent:
		o.Status, o.Error = onboarding.Failed, &onboarding.Failure{
			Kind: "unsettled", Code: "unsettled", Message: "the run ended before an answer came; running the same command again settles it",
		}
	}
	return o
}

// Summary counts the outcomes of the run by status.
func (r *Run) Summary(ctx context.Context) (onboarding.RunSummary, error) {
	var s onboarding.RunSummary
	if err := r.j.db.QueryRowContext(ctx, `SELECT count(*) FROM planned WHERE plan = ?`, r.plan).Scan(&s.Rows); err != nil {
		return s, fmt.Errorf("read journal: %w", err)
	}
	rows, err := r.j.db.QueryContext(ctx, `SELECT CASE state WHEN 'done' THEN status ELSE 'failed' END, count(*) FROM outcome WHERE run = ? GROUP BY 1`, r.row)
	if err != nil {
		return s, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	s.NotTried = s.Rows
	for rows.Next() {
		var status onboarding.Status
		var n int
		if err := rows.Scan(&status, &n); err != nil {
			return s, fmt.Errorf("read journal: %w", err)
		}
		for range n {
			s.Count(status)
		}
		s.NotTried -= n
	}
	return s, rows.Err()
}
