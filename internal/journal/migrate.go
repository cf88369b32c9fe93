package journal

import (
	"context"
	"fmt"
)

// migrate brings a file of an older format up to date, all of it or nothing. What it holds stays.
func (j *Journal) migrate(ctx context.Context, version int) error {
	steps := [...]string{
		1: `ALTER TABLE outcome ADD COLUMN differs TEXT NOT NULL DEFAULT '';
			CREATE INDEX IF NOT EXISTS planned_standing ON planned (plan, seq) WHERE line = 0;
			CREATE INDEX IF NOT EXISTS object_customers ON object (scope, customer, key) WHERE kind = 'customer';
			CREATE INDEX IF NOT EXISTS object_locations ON object (scope, customer, key) WHERE kind = 'location'`,
		// of keys that differ in case only, the one stays that this journal made
		2: `UPDATE OR REPLACE object SET key = lower(key) WHERE kind IN ('user', 'role') AND key <> lower(key) AND made;
			UPDATE OR IGNORE object SET key = lower(key) WHERE kind IN ('user', 'role') AND key <> lower(key);
			DELETE FROM object WHERE kind IN ('user', 'role') AND key <> lower(key)`,
		3: `CREATE TABLE deed (id INTEGER PRIMARY KEY, actor TEXT NOT NULL, name TEXT NOT NULL, command TEXT NOT NULL, method TEXT NOT NULL, route TEXT NOT NULL,
				UNIQUE (actor, name, command, method, route));
			CREATE TABLE audit (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, deed INTEGER NOT NULL, seq INTEGER NOT NULL, sent INTEGER NOT NULL, took INTEGER NOT NULL,
				try INTEGER NOT NULL, status INTEGER NOT NULL, code TEXT NOT NULL, tracking TEXT NOT NULL, subject TEXT NOT NULL)`,
		4: `ALTER TABLE run ADD COLUMN flags TEXT NOT NULL DEFAULT ''`,
	}
	for ; version < schemaVersion; version++ {
		_, err := j.db.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA user_version = %d; COMMIT", steps[version], version+1))
		if err != nil {
			return fmt.Errorf("bring journal from format %d to %d: %w", version, version+1, err)
		}
	}
	return nil
}
