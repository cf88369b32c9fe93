package journal

import (
	"context"
	"fmt"
	"sync"

	"muster/internal/onboarding"
)

// doubt names an object of which an earlier run cannot say whether it made it.
type doubt struct {
	kind          onboarding.ObjectKind
	customer, key string
}

// doubts are read once for a run; there are few, if any.
type doubts struct {
	mu   sync.Mutex
	read bool
	all  map[doubt]bool
}

func (d *doubts) get(ctx context.Context, r *Run) (map[doubt]bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.read {
		return d.all, nil
	}
	all, err := r.readDoubts(ctx)
	if err != nil {
		return nil, err
	}
	d.all, d.read = all, true
	return all, nil
}

// readDoubts gives what earlier runs at the same target left open: intents without an outcome, and rows that they gave up,
// unless a run after them found the object.
func (r *Run) readDoubts(ctx context.Context) (map[doubt]bool, error) {
	rows, err := r.j.db.QueryContext(ctx, `SELECT p.kind, p.customer, p.key
		FROM run r JOIN outcome o ON o.run = r.id JOIN planned p ON p.plan = r.plan AND p.seq = o.seq
		WHERE r.id <> ?1 AND r.command = 'apply' AND r.scope = (SELECT scope FROM run WHERE id = ?1)
		AND (r.state <> 'ended' OR json_extract(r.summary, '$.Failed') > 0)
		AND (o.state = 'intent' OR o.status = 'failed' AND json_extract(o.error, '$.Code') = ?2)
		AND NOT EXISTS (SELECT 1 FROM run l JOIN planned q ON q.plan = l.plan AND q.customer = p.customer AND q.kind = p.kind AND CASE WHEN q.kind IN ('user', 'role') THEN lower(q.key) ELSE q.key END = `+plannedKey+`
			JOIN outcome a ON a.run = l.id AND a.seq = q.seq
			WHERE l.id > r.id AND l.command = 'apply' AND l.scope = r.scope AND a.state = 'done' AND a.status IN ('created', 'updated', 'adopted', 'unchanged'))`,
		r.row, onboarding.CodeUnsettled)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	all := make(map[doubt]bool)
	for rows.Next() {
		var d doubt
		if err := rows.Scan(&d.kind, &d.customer, &d.key); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		d.key = r.j.objectKey(d.kind, d.key)
		all[d] = true
	}
	return all, rows.Err()
}
