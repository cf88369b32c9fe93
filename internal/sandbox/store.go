package sandbox

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the database driver
)

// schema holds the tables; people may open the file with any SQLite tool.
//
//go:embed schema.sql
var schema string

const schemaVersion = 1

// tables lists what Reset empties.
var tables = [...]string{"orgs", "customers", "locations", "tokens", "users", "numbers"}

// store is the database: one writer that commits all waiting writes together, and readers of what is committed.
type store struct {
	db   *sql.DB
	log  *commitLog
	temp string // directory to remove at the end, for a database without a path
}

// openStore opens or creates the database. Without a path it lives in a temporary directory.
func openStore(ctx context.Context, path string, after func(*batch)) (*store, error) {
	st := &store{}
	sync := "FULL"
	if path == "" {
		dir, err := os.MkdirTemp("", "muster-sandbox-")
		if err != nil {
			return nil, fmt.Errorf("open sandbox: temporary directory: %w", err)
		}
		st.temp, path, sync = dir, filepath.Join(dir, "sandbox.db"), "OFF"
	}
	if err := ownersAlone(path); err != nil {
		return nil, fmt.Errorf("open sandbox %q: %w", path, err)
	}
	query := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(" + sync + ")", "busy_timeout(10000)", "wal_autocheckpoint(4000)"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+query.Encode())
	if err != nil {
		return nil, fmt.Errorf("open sandbox %q: %w", path, err)
	}
	db.SetMaxOpenConns(4)
	st.db = db
	if err := st.prepare(ctx, after); err != nil {
		return nil, errors.Join(fmt.Errorf("open sandbox %q: %w", path, err), st.close())
	}
	return st, nil
}

// ownersAlone makes the file of the database, or changes it, so that its owner alone may read it: people are in it. The
// files beside it take after it.
func ownersAlone(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Chmod(path, 0o600))
}

// prepare makes the tables and starts the writer.
func (st *store) prepare(ctx context.Context, after func(*batch)) error {
	if _, err := st.db.ExecContext(ctx, schema); err != nil {
		return fmt.Errorf("create tables: %w", err)
	}
	if _, err := st.db.ExecContext(ctx, "INSERT OR IGNORE INTO meta VALUES ('schema', ?), ('seed', ?), ('serial', 0)", schemaVersion, newSeed()); err != nil {
		return fmt.Errorf("write version: %w", err)
	}
	version, err := st.meta(ctx, "schema")
	if err != nil {
		return err
	}
	if version != schemaVersion {
		return fmt.Errorf("tables are of version %d, this program knows %d: use another state directory or reset", version, schemaVersion)
	}
	st.log, err = newCommitLog(ctx, st.db, after)
	return err
}

func (st *store) meta(ctx context.Context, key string) (int64, error) {
	var value int64
	if err := st.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&value); err != nil {
		return 0, fmt.Errorf("read %s: %w", key, err)
	}
	return value, nil
}

// empty removes every object and takes a new seed, so that old identifiers stay unknown.
func (st *store) empty(ctx context.Context) error {
	tx, err := st.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("reset sandbox: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after a commit this does nothing
	for _, table := range tables {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("reset sandbox: empty %s: %w", table, err)
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE meta SET value = ? WHERE key = 'seed'", newSeed()); err != nil {
		return fmt.Errorf("reset sandbox: %w", err)
	}
	return tx.Commit()
}

func (st *store) close() error {
	var err error
	if st.log != nil {
		err = st.log.close()
	}
	err = errors.Join(err, st.db.Close())
	if st.temp != "" {
		err = errors.Join(err, os.RemoveAll(st.temp))
	}
	return err
}

func newSeed() int64 {
	var raw [4]byte
	_, _ = rand.Read(raw[:]) // never fails
	return int64(binary.BigEndian.Uint32(raw[:]))
}
