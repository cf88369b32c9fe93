package journal

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Purge drops the personal data of a run: names, addresses, emails and numbers. Ids, statuses and hashes stay, so that it
// can still be proven what was made. Runs of the same plan lose theirs too, and the plan is not used again.
func (j *Journal) Purge(ctx context.Context, id string) error {
	r, err := j.RunByID(ctx, id)
	if err != nil {
		return err
	}
	rows, err := j.db.QueryContext(ctx, `SELECT seq, key FROM planned WHERE plan = ? AND kind IN ('user', 'role')`, r.plan)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	hashes := make(map[int64]string)
	for rows.Next() {
		var seq int64
		var key string
		if err := rows.Scan(&seq, &key); err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		sum := sha256.Sum256([]byte(key))
		hashes[seq] = "sha256:" + hex.EncodeToString(sum[:])
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	if err := j.write.sync(ctx, r.forget(hashes)); err != nil {
		return err
	}
	return j.vacuum(ctx)
}

// ofPartner are the scopes of one partner: its own, ?1, and those of its sub-partners.
const ofPartner = `(SELECT b.id FROM scope a JOIN scope b ON b.target = a.target AND b.org = a.org WHERE a.id = ?1)`

// forget overwrites the personal columns of the run's plan, and of the objects that it knows.
func (r *Run) forget(hashes map[int64]string) func(context.Context, *writer) error {
	return func(ctx context.Context, w *writer) error {
		for seq, hash := range hashes {
			err := w.exec(ctx, `UPDATE OR REPLACE object SET key = ?2 WHERE scope IN `+ofPartner+` AND (customer, kind, key) = (SELECT customer, kind, `+plannedKey+` FROM planned p WHERE plan = ?3 AND seq = ?4)`,
				r.scope, hash, r.plan, seq)
			if err != nil {
				return err
			}
			if err := w.exec(ctx, `UPDATE planned SET key = ? WHERE plan = ? AND seq = ?`, hash, r.plan, seq); err != nil {
				return err
			}
		}
		for _, q := range []string{
			`UPDATE object SET facts = x'' WHERE scope IN ` + ofPartner + ` AND customer IN (SELECT DISTINCT customer FROM planned WHERE plan = ?2)`,
			`UPDATE planned SET spec = x'', number = '' WHERE ?1 AND plan = ?2`,
			`UPDATE outcome SET error = '', differs = '' WHERE ?1 AND run IN (SELECT id FROM run WHERE plan = ?2)`,
			`UPDATE audit SET subject = json_remove(subject, '$.key') WHERE ?1 AND subject <> '' AND run IN (SELECT id FROM run WHERE plan = ?2)`,
			`UPDATE run SET flags = '' WHERE ?1 AND plan = ?2`,
			`UPDATE plan SET done = 2 WHERE ?1 AND id = ?2`,
		} {
			if err := w.exec(ctx, q, r.scope, r.plan); err != nil {
				return err
			}
		}
		return nil
	}
}

// vacuum writes the file anew, so that nothing of what was dropped remains in it or in its log.
func (j *Journal) vacuum(ctx context.Context) error {
	for _, q := range []string{`VACUUM`, `PRAGMA wal_checkpoint(TRUNCATE)`} {
		if _, err := j.db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	return nil
}
