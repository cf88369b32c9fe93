package journal

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"muster/internal/onboarding"
)

// Outcomes gives the outcome of every planned row in the order of the plan. A row that was never reached is not_tried; an
// intent whose outcome is not known is failed as unsettled, since it may have been carried out.
func (r *Run) Outcomes(ctx context.Context) iter.Seq2[onboarding.Outcome, error] {
	return func(yield func(onboarding.Outcome, error) bool) {
		for it, err := range r.paged(ctx, selectOutlines+`WHERE p.plan = ?3 AND p.seq > ?4 AND p.line > 0 ORDER BY p.seq LIMIT ?5`) {
			if !yield(it.Told(), err) || err != nil {
				return
			}
		}
	}
}

// All gives every planned row, those too that stand and are no rows of the inputs, in the order of the plan.
func (r *Run) All(ctx context.Context) iter.Seq2[Item, error] {
	return r.paged(ctx, selectItems+`WHERE p.plan = ?3 AND p.seq > ?4 ORDER BY p.seq LIMIT ?5`)
}

// Told is what became of the row so far, as Outcomes gives it.
func (it Item) Told() onboarding.Outcome {
	o := it.Entry.Outcome
	if o.Reason == onboarding.ReasonReview {
		o.OrgID = it.attachedTo()
	}
	switch it.Entry.State {
	case New:
		o.Status = onboarding.NotTried
	case Intent:
		o.Status, o.Reason, o.Error = onboarding.Failed, onboarding.NoReason, onboarding.Explain(onboarding.CodeUnsettled,
			onboarding.T("the run ended before an answer came; running the same command again settles it"))
		o.Error.Code = onboarding.CodeUnsettled
	}
	return o
}

// attachedTo is the organization that a planned customer names; empty for none, and for one that was purged.
func (it Item) attachedTo() string {
	var spec struct {
		OrgID string `json:"org_id"`
	}
	if json.Unmarshal(it.Spec, &spec) != nil {
		return ""
	}
	return spec.OrgID
}

// Summary counts the outcomes of the run by status. What stands without being a row of the inputs is counted apart and
// taken off: the million rows that are counted need not be looked at for that.
func (r *Run) Summary(ctx context.Context) (onboarding.RunSummary, error) {
	var s onboarding.RunSummary
	err := r.j.db.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM planned WHERE plan = ?1) - (SELECT count(*) FROM planned WHERE plan = ?1 AND line = 0)`, r.plan).Scan(&s.Rows)
	if err != nil {
		return s, fmt.Errorf("read journal: %w", err)
	}
	rows, err := r.j.db.QueryContext(ctx, `SELECT CASE state WHEN 'done' THEN status ELSE 'failed' END, sum(n) FROM (
			SELECT state, status, count(*) AS n FROM outcome WHERE run = ?1 GROUP BY 1, 2
			UNION ALL
			SELECT o.state, o.status, -count(*) FROM planned p JOIN outcome o ON o.run = ?1 AND o.seq = p.seq WHERE p.plan = ?2 AND p.line = 0 GROUP BY 1, 2
		) GROUP BY 1`, r.row, r.plan)
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
