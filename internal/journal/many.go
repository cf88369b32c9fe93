package journal

import (
	"context"
	"strings"
)

// many is a statement that writes rows of one table. Rows that come one after the other share it: that costs half.
type many struct {
	table           slot
	head, row, tail string
	columns         int // parameters of a row
}

// statements are those that write row after row.
type statements struct{ intents, outcomes, objects, deedRows *many }

func newStatements() statements {
	return statements{
		intents: &many{
			outcomeSlot, `INSERT INTO outcome (run, seq, state, attempts, at) VALUES `, `(?, ?, 'intent', 1, ?)`,
			` ON CONFLICT (run, seq) DO UPDATE SET state = 'intent', attempts = attempts + 1, at = excluded.at`, 3,
		},
		outcomes: &many{
			outcomeSlot, `INSERT INTO outcome (run, seq, state, at, status, reason, remote_id, since, error, differs) VALUES `, `(?, ?, 'done', ?, ?, ?, ?, ?, ?, ?)`,
			` ON CONFLICT (run, seq) DO UPDATE SET state = 'done', at = excluded.at, status = excluded.status, reason = excluded.reason,
			remote_id = excluded.remote_id, since = excluded.since, error = excluded.error, differs = excluded.differs`, 9,
		},
		objects: &many{
			objectSlot, `INSERT INTO object (scope, customer, kind, key, id, run, made, facts) VALUES `, `(?, ?, ?, ?, ?, ?, ?, ?)`,
			` ON CONFLICT (scope, customer, kind, key) DO UPDATE SET
			run = CASE WHEN excluded.made OR NOT made OR id <> excluded.id THEN excluded.run ELSE run END,
			made = excluded.made OR (made AND id = excluded.id),
			id = excluded.id, facts = excluded.facts`, 8,
		},
		deedRows: &many{ // first tries for planned rows that were not refused: most are such
			auditSlot, `INSERT INTO audit (run, deed, seq, sent, took, status, tracking, try, code, subject) VALUES `, `(?, ?, ?, ?, ?, ?, ?, 0, '', '')`, ``, 7,
		},
	}
}

// slot is where rows of a table wait for others. Two tables never depend on each other's rows.
type slot int

const (
	outcomeSlot slot = iota
	objectSlot
	auditSlot
	slots
)

const rowsTogether = 16

// waiting are rows of one table and one statement, in the order in which they came.
type waiting struct {
	what *many
	args []any
}

// add writes a row, with the next ones if it can: before the commit, and before any other statement.
func (w *writer) add(ctx context.Context, m *many, args ...any) error {
	s := &w.slots[m.table]
	if s.what != m {
		if err := w.flush(ctx, s); err != nil {
			return err
		}
		s.what = m
	}
	s.args = append(s.args, args...)
	if len(s.args) < rowsTogether*m.columns {
		return nil
	}
	return w.flush(ctx, s)
}

// flush writes the rows that wait, in few sizes, so that few statements are prepared.
func (w *writer) flush(ctx context.Context, s *waiting) error {
	args := s.args
	s.args = s.args[:0]
	for len(args) > 0 {
		n := 1
		for _, together := range [...]int{rowsTogether, 4} {
			if n == 1 && len(args) >= together*s.what.columns {
				n = together
			}
		}
		if err := w.run(ctx, s.what.query(n), args[:n*s.what.columns]...); err != nil {
			return err
		}
		args = args[n*s.what.columns:]
	}
	return nil
}

func (w *writer) flushAll(ctx context.Context) error {
	for i := range w.slots {
		if err := w.flush(ctx, &w.slots[i]); err != nil {
			return err
		}
	}
	return nil
}

// drop forgets what waits, when the transaction is rolled back.
func (w *writer) drop() {
	for i := range w.slots {
		w.slots[i].args = w.slots[i].args[:0]
	}
}

func (m *many) query(rows int) string {
	return m.head + strings.TrimSuffix(strings.Repeat(m.row+",", rows), ",") + m.tail
}
