// Package journal keeps the durable record of every run: what was planned, what was about to be sent, and what became of it.
//
// The record is one SQLite file in the state directory. A write that was acknowledged survives kill -9 and power loss:
// the log is synced at every commit, and all writes that wait at a moment share one commit. People may open the file with
// sqlite3; docs/journal.md describes its tables.
package journal

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the driver
)

//go:embed schema.sql
var schema string

const (
	fileName      = "journal.db"
	applicationID = 0x6d757374 // "must"
	schemaVersion = 5

	keysVersion  = 3 // since which keys of users and roles are in small letters
	flagsVersion = 5 // since which the flags of a run are kept
)

// Options of a journal.
type Options struct {
	Clock   func() time.Time // nil means time.Now
	Command string           // told to whoever finds the journal locked
}

// Journal is an open journal. Its methods may be called from many goroutines.
type Journal struct {
	db    *sql.DB
	clock func() time.Time
	lock  *lock   // nil when opened for reading
	write *writer // nil when opened for reading
	dir   string
	older int // format of a file that is only read and was not brought up to date; 0: the newest

	mu         sync.Mutex
	statements map[string]*sql.Stmt // of the queries that a run asks again and again
}

// readers is how many connections the pool has, the writer's among them. All stay open: a new one reads the schema anew. Each
// keeps a megabyte of the file, the writer 16.
const readers = 8

// CorruptError says that the file is no journal, or damaged. It is never read in part.
type CorruptError struct {
	File string
	Err  error
}

// Error names the file and what to do.
func (e *CorruptError) Error() string {
	return fmt.Sprintf("open journal %q: the file is damaged or no journal: %v\nhint: put it aside and run again: what stands at the service is then adopted, not made twice", e.File, e.Err)
}

// Unwrap gives the cause.
func (e *CorruptError) Unwrap() error { return e.Err }

// Open opens the journal of a state directory for writing, and makes both when they are not there. A second process is
// refused with ErrLocked.
func Open(ctx context.Context, dir string, o Options) (*Journal, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make state directory: %w", err)
	}
	l, err := takeLock(dir, o)
	if err != nil {
		return nil, err
	}
	if err := ownersAlone(filepath.Join(dir, fileName)); err != nil {
		return nil, errors.Join(err, l.release())
	}
	j, err := open(ctx, dir, "rwc", o.Clock)
	if err != nil {
		return nil, errors.Join(err, l.release())
	}
	j.lock = l
	if err = j.begin(ctx); err != nil {
		return nil, errors.Join(err, j.db.Close(), l.release())
	}
	return j, nil
}

// ownersAlone makes a file that nobody but its owner may read, or takes that right from others. It must be so before SQLite opens
// it: the log beside it gets the same mode.
func ownersAlone(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	if shared := info.Mode().Perm() & 0o077; shared != 0 {
		return os.Chmod(path, info.Mode().Perm()&^shared)
	}
	return nil
}

// ErrNoJournal is the error of reading a directory that holds no journal.
var ErrNoJournal = errors.New("there is no journal")

// OpenReader opens a journal to look at it, also while another process writes.
func OpenReader(ctx context.Context, dir string) (*Journal, error) {
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		return nil, fmt.Errorf("%w in %q\nhint: `muster apply` makes one, --state names its directory", ErrNoJournal, dir)
	}
	j, err := open(ctx, dir, "ro", time.Now)
	if err != nil {
		return nil, err
	}
	version, err := j.identify(ctx)
	if err != nil {
		return nil, errors.Join(err, j.db.Close())
	}
	if version < schemaVersion {
		j.older = version
	}
	return j, nil
}

func open(_ context.Context, dir, mode string, clock func() time.Time) (*Journal, error) {
	path := filepath.Join(dir, fileName)
	// Nothing of the rows goes to files outside the state directory: temp_store.
	q := url.Values{"mode": {mode}, "_pragma": {"busy_timeout(10000)", "synchronous(FULL)", "cache_size(-1000)", "foreign_keys(0)", "temp_store(MEMORY)"}, "_txlock": {"immediate"}}
	u := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("open journal: %w", err)
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return &Journal{db: db, clock: clock, dir: dir, statements: make(map[string]*sql.Stmt)}, nil
}

// prepared gives the statement of a query that is asked many times; parsing costs more than most of them take.
func (j *Journal) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if st := j.statements[query]; st != nil {
		return st, nil
	}
	st, err := j.db.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	j.statements[query] = st
	return st, nil
}

// begin makes the file a journal, or makes sure that it is one, and starts the writer.
func (j *Journal) begin(ctx context.Context) error {
	if err := j.create(ctx); err != nil {
		return err
	}
	version, err := j.identify(ctx)
	if err != nil {
		return err
	}
	if err := j.checkWhole(ctx); err != nil {
		return err
	}
	if err := j.migrate(ctx, version); err != nil {
		return err
	}
	conn, err := j.db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	if _, err := conn.ExecContext(ctx, `PRAGMA cache_size = -16000; UPDATE meta SET clean = 0`); err != nil {
		return errors.Join(fmt.Errorf("write journal: %w", err), conn.Close())
	}
	if err := purgeUnfinishedPlans(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	j.write = startWriter(conn, j.clock)
	return nil
}

// create lays the tables in a new file.
func (j *Journal) create(ctx context.Context) error {
	var tables int
	if err := j.db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&tables); err != nil {
		return j.corrupt(err)
	}
	if tables > 0 {
		return nil
	}
	if _, err := j.db.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	if _, err := j.db.ExecContext(ctx, fmt.Sprintf("BEGIN IMMEDIATE; %s; PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", schema, applicationID, schemaVersion)); err != nil {
		return fmt.Errorf("make journal: %w", err)
	}
	return nil
}

// identify gives the format of the file. It refuses one that is not ours, or of a newer muster.
func (j *Journal) identify(ctx context.Context) (version int, err error) {
	var app int
	if err := j.db.QueryRowContext(ctx, `PRAGMA application_id`).Scan(&app); err != nil {
		return 0, j.corrupt(err)
	}
	if err := j.db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return 0, j.corrupt(err)
	}
	switch {
	case app != applicationID:
		return 0, j.corrupt(fmt.Errorf("its application id is %#x, not %#x", app, applicationID))
	case version > schemaVersion:
		return 0, fmt.Errorf("open journal: its format %d is newer than this muster understands (%d)\nhint: use the newer muster", version, schemaVersion)
	}
	return version, nil
}

// smallFile is the size in bytes up to which a file is looked through whenever it is opened: that takes a moment.
const smallFile = 64 << 20

// checkWhole looks through the whole file when it was not closed in good order, or is small.
func (j *Journal) checkWhole(ctx context.Context) error {
	var clean int
	if err := j.db.QueryRowContext(ctx, `SELECT clean FROM meta`).Scan(&clean); err != nil {
		return j.corrupt(err)
	}
	info, err := os.Stat(filepath.Join(j.dir, fileName))
	if err != nil {
		return fmt.Errorf("open journal: %w", err)
	}
	if clean == 1 && info.Size() > smallFile {
		return nil
	}
	var word string
	if err := j.db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&word); err != nil {
		return j.corrupt(err)
	}
	if word != "ok" {
		return j.corrupt(errors.New(word))
	}
	return nil
}

func (j *Journal) corrupt(err error) error {
	return &CorruptError{filepath.Join(j.dir, fileName), err}
}

// Close makes everything durable and gives the lock back.
func (j *Journal) Close() error {
	var errs []error
	if j.write != nil {
		errs = append(errs, j.write.close())
	}
	for _, st := range j.statements {
		errs = append(errs, st.Close())
	}
	errs = append(errs, j.db.Close())
	if j.lock != nil {
		errs = append(errs, j.lock.release())
	}
	return errors.Join(errs...)
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
