package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"muster/internal/onboarding"
)

// PlanID names a plan of this journal.
type PlanID int64

// Planned is one object that a plan asks for.
type Planned struct {
	Seq      int64 // order of the plan; 0 takes the next free one
	Kind     onboarding.ObjectKind
	Customer string // external ID
	Key      string // natural key, as in outcomes
	Site     string // location name, for numbers and users
	Number   string // E.164 number that a user is to get; empty for none
	Rank     int    // order among the customer's rows of a kind, 0 first
	File     string
	Sheet    string
	Row      int               // 0: it stands and no input holds it; it is looked up, not changed, and neither reported nor counted
	Held     onboarding.Reason // why the row must not be tried; empty when it may
	Spec     []byte            // JSON
}

// Standing reports whether the object is no row of the inputs.
func (p Planned) Standing() bool { return p.Row == 0 }

// FindPlan gives the complete plan of this key; ok is false when there is none.
func (j *Journal) FindPlan(ctx context.Context, key string) (id PlanID, ok bool, err error) {
	err = j.db.QueryRowContext(ctx, `SELECT id FROM plan WHERE key = ? AND done = 1 ORDER BY id DESC LIMIT 1`, key).Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, false, nil
	case err != nil:
		return 0, false, fmt.Errorf("read journal: %w", err)
	}
	return id, true, nil
}

// PlanWriter takes the rows of a new plan. It is for one goroutine. End it with Commit or Discard.
type PlanWriter struct {
	j       *Journal
	id      PlanID
	key     string // by which it is found, when not the one that it began with
	rows    int
	next    int64
	args    []any
	sources map[[2]string]int64
	ahead   []chan error // of the blocks that are not known to be written, the oldest first
}

// NewPlan begins a plan. It cannot be found before Commit, and is forgotten when the process dies before it.
func (j *Journal) NewPlan(ctx context.Context, key string) (*PlanWriter, error) {
	w := &PlanWriter{j: j, sources: make(map[[2]string]int64)}
	err := j.write.sync(ctx, func(ctx context.Context, x *writer) error {
		if err := x.exec(ctx, `INSERT INTO plan (key, made) VALUES (?, ?)`, key, millis(j.clock())); err != nil {
			return err
		}
		return x.conn.QueryRowContext(ctx, `SELECT last_insert_rowid()`).Scan(&w.id)
	})
	if err != nil {
		return nil, err
	}
	return w, nil
}

const (
	plannedColumns = 12
	rowsPerInsert  = 64 // one statement for many rows costs a third of one statement each
	blocksAhead    = 64 // blocks that may wait to be written: reading is faster than writing, and rows are large
)

// Add takes one row. Rows reach the file in blocks.
func (w *PlanWriter) Add(p Planned) error {
	if p.Seq == 0 {
		p.Seq = w.next + 1
	}
	w.next = max(w.next, p.Seq)
	source, err := w.source(p.File, p.Sheet)
	if err != nil {
		return err
	}
	w.args = append(w.args, w.id, p.Seq, string(p.Kind), p.Customer, p.Key, p.Site, p.Number, p.Rank, source, p.Row, string(p.Held), notNil(p.Spec))
	w.rows++
	if len(w.args) == plannedColumns*rowsPerInsert {
		return w.flush()
	}
	return nil
}

func notNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// source gives the number of a file and sheet.
func (w *PlanWriter) source(file, sheet string) (id int64, err error) {
	if id, ok := w.sources[[2]string{file, sheet}]; ok {
		return id, nil
	}
	err = w.j.write.sync(context.Background(), func(ctx context.Context, x *writer) error {
		if err := x.exec(ctx, `INSERT OR IGNORE INTO source (file, sheet) VALUES (?, ?)`, file, sheet); err != nil {
			return err
		}
		return x.conn.QueryRowContext(ctx, `SELECT id FROM source WHERE file = ? AND sheet = ?`, file, sheet).Scan(&id)
	})
	w.sources[[2]string{file, sheet}] = id
	return id, err
}

func (w *PlanWriter) flush() error {
	if len(w.args) == 0 {
		return nil
	}
	args := w.args
	w.args = make([]any, 0, plannedColumns*rowsPerInsert)
	if len(w.ahead) == blocksAhead {
		oldest := w.ahead[0]
		w.ahead = append(w.ahead[:0], w.ahead[1:]...)
		if err := <-oldest; err != nil {
			return err
		}
	}
	block := request{func(ctx context.Context, x *writer) error {
		return x.exec(ctx, insertPlanned(len(args)/plannedColumns), args...)
	}, make(chan error, 1)}
	w.ahead = append(w.ahead, block.done)
	return w.j.write.send(context.Background(), block)
}

func insertPlanned(rows int) string {
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", plannedColumns), ",") + ")"
	return `INSERT INTO planned (plan, seq, kind, customer, key, site, number, rank, source, line, held, spec) VALUES ` +
		strings.TrimSuffix(strings.Repeat(one+",", rows), ",")
}

// Rename gives the plan another key than the one it began with.
func (w *PlanWriter) Rename(key string) { w.key = key }

// Commit makes the plan complete and durable.
func (w *PlanWriter) Commit(ctx context.Context) (PlanID, error) {
	if err := w.flush(); err != nil {
		return 0, err
	}
	err := w.j.write.sync(ctx, func(ctx context.Context, x *writer) error {
		return x.exec(ctx, `UPDATE plan SET done = 1, rows = ?, key = coalesce(nullif(?, ''), key) WHERE id = ?`, w.rows, w.key, w.id)
	})
	return w.id, err
}

// Discard forgets the plan.
func (w *PlanWriter) Discard() error {
	w.args = nil
	return w.j.write.sync(context.Background(), func(ctx context.Context, x *writer) error {
		if err := x.exec(ctx, `DELETE FROM planned WHERE plan = ?`, w.id); err != nil {
			return err
		}
		return x.exec(ctx, `DELETE FROM plan WHERE id = ?`, w.id)
	})
}

// purgeUnfinishedPlans forgets plans that a crash left incomplete.
func purgeUnfinishedPlans(ctx context.Context, conn *sql.Conn) error {
	for _, q := range []string{`DELETE FROM planned WHERE plan IN (SELECT id FROM plan WHERE done = 0)`, `DELETE FROM plan WHERE done = 0`} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	return nil
}

// Kinds counts the rows of a plan's inputs by kind.
func (j *Journal) Kinds(ctx context.Context, plan PlanID) (map[onboarding.ObjectKind]int, error) {
	return j.kinds(ctx, plan, 0)
}

// Kinds counts the rows of the run's inputs by kind.
func (r *Run) Kinds(ctx context.Context) (map[onboarding.ObjectKind]int, error) {
	return r.j.kinds(ctx, r.plan, 0)
}

// Left counts by kind the rows that the run has not dealt with yet.
func (r *Run) Left(ctx context.Context) (map[onboarding.ObjectKind]int, error) {
	return r.j.kinds(ctx, r.plan, r.row)
}

// kinds counts the rows of a plan without those that stand in a run.
func (j *Journal) kinds(ctx context.Context, plan PlanID, run int64) (map[onboarding.ObjectKind]int, error) {
	rows, err := j.db.QueryContext(ctx, `SELECT kind, sum(n) FROM (
			SELECT kind, count(*) AS n FROM planned WHERE plan = ?1 GROUP BY 1
			UNION ALL SELECT kind, -count(*) FROM planned WHERE plan = ?1 AND line = 0 GROUP BY 1
			UNION ALL SELECT p.kind, -count(*) FROM outcome o JOIN planned p ON p.plan = ?1 AND p.seq = o.seq
				WHERE o.run = ?2 AND o.state = 'done' AND o.status IN ('created', 'updated', 'adopted', 'unchanged') AND p.line > 0 GROUP BY 1
		) GROUP BY 1`, plan, run)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	out := make(map[onboarding.ObjectKind]int)
	for rows.Next() {
		var kind onboarding.ObjectKind
		var n int
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		out[kind] = n
	}
	return out, rows.Err()
}
