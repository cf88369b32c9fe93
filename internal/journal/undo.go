package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// undoCommand is the command of runs that take another one back. Their selection begins with the name of that run.
const undoCommand = "undo"

// undoSelection names the run that is taken back, and the customers to which that is restricted.
func undoSelection(run, customers string) string {
	return strings.TrimSpace(undoCommand + " " + run + " " + customers)
}

// note takes from a run's selection what it takes back, and from later runs what took it back.
func (i *RunInfo) note(selection string, undoneBy map[string]string) {
	i.UndoneBy = undoneBy[i.ID]
	if i.Command != undoCommand {
		return
	}
	i.Undoes, _, _ = strings.Cut(strings.TrimPrefix(selection, undoCommand+" "), " ")
	if undoneBy[i.Undoes] == "" {
		undoneBy[i.Undoes] = i.ID // runs are listed the latest first
	}
}

// undone reports whether a run takes this one back, or began to.
func (r *Run) undone(ctx context.Context) (bool, error) {
	var n int
	err := r.j.db.QueryRowContext(ctx, `SELECT count(*) FROM run WHERE plan = ?1 AND command = ?2 AND (selection = ?3 OR substr(selection, 1, length(?3) + 1) = ?3 || ' ')`,
		r.plan, undoCommand, undoSelection(r.id, "")).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("read journal: %w", err)
	}
	return n > 0, nil
}

// FindUndo gives the run that takes r back for this selection of customers, ok false when there is none.
func (j *Journal) FindUndo(ctx context.Context, r *Run, customers string) (u *Run, ok bool, err error) {
	u = &Run{j: j, doubts: new(doubts), plan: r.plan, scope: r.scope}
	var started int64
	err = j.db.QueryRowContext(ctx, `SELECT id, name, started FROM run WHERE plan = ? AND command = ? AND selection = ? ORDER BY id DESC LIMIT 1`,
		r.plan, undoCommand, undoSelection(r.id, customers)).Scan(&u.row, &u.id, &started)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("read journal: %w", err)
	}
	u.started = moment(started)
	return u, true, nil
}

// BeginUndo takes up the run that takes r back for the selection of customers in n, or makes it. Its rows are those of r's
// plan; r is not taken up again from now on.
func (j *Journal) BeginUndo(ctx context.Context, r *Run, n NewRun) (u *Run, resumed bool, err error) {
	u, resumed, err = j.FindUndo(ctx, r, n.Selection)
	if err != nil {
		return nil, false, err
	}
	if resumed {
		return u, true, u.takeUp(ctx)
	}
	n.Plan, n.Command, n.Selection = r.plan, undoCommand, undoSelection(r.id, n.Selection)
	u, err = j.Begin(ctx, n)
	return u, false, err
}

// NumbersBefore gives the numbers of a location that runs before this one planned and whose stock they filled. Those that
// were taken back do not count.
func (r *Run) NumbersBefore(ctx context.Context, customer, site string) ([]string, error) {
	st, err := r.j.prepared(ctx, `SELECT DISTINCT p.number FROM run e JOIN planned p ON p.plan = e.plan AND p.customer = ?2 AND p.site = ?3 AND p.number <> '' AND p.held = ''
		WHERE e.id < ?1 AND e.scope = (SELECT scope FROM run WHERE id = ?1) AND e.command <> '`+undoCommand+`'
		AND EXISTS (SELECT 1 FROM planned q JOIN outcome o ON o.run = e.id AND o.seq = q.seq
			WHERE q.plan = e.plan AND q.customer = ?2 AND q.kind = 'numbers' AND q.key = ?3 AND o.status = 'created')
		AND NOT EXISTS (SELECT 1 FROM run u WHERE u.plan = e.plan AND u.command = '`+undoCommand+`'
			AND (u.selection = '`+undoCommand+` ' || e.name OR u.selection LIKE '`+undoCommand+` ' || e.name || ' %'))`)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, r.row, customer, site)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		out = append(out, n)
	}
	return out, rows.Err()
}
