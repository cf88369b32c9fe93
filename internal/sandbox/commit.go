package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
)

// write is one statement that waits for the next commit.
type write struct {
	stmt statement
	args []any
	user *user // what putUser writes
}

// errClosed answers requests that come after Close.
var errClosed = errors.New("sandbox is closed")

type statement uint8

const (
	putOrg statement = iota
	putCustomer
	putLocation
	putToken
	putUser
	putNumber
	dropNumber
	dropSubscriptions
	putSerial
	statementCount
)

// sqlOf holds the text of every statement a handler can cause.
func sqlOf(s statement) string {
	const doc = "(n, key, doc) VALUES (?, ?, ?) ON CONFLICT (n) DO UPDATE SET key = excluded.key, doc = excluded.doc"
	switch s {
	case putOrg:
		return "INSERT INTO orgs " + doc
	case putCustomer:
		return "INSERT INTO customers " + doc
	case putLocation:
		return "INSERT INTO locations " + doc
	case putToken:
		return "INSERT INTO tokens " + doc
	case putUser:
		return "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, n) DO UPDATE SET " +
			"status = excluded.status, package = excluded.package, first = excluded.first, last = excluded.last, " +
			"display = excluded.display, phone = excluded.phone, extension = excluded.extension, location = excluded.location, " +
			"roles = excluded.roles, addons = excluded.addons, changed = excluded.changed"
	case putNumber:
		return "INSERT INTO numbers VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET " +
			"owner = excluded.owner, inactive = excluded.inactive"
	case dropNumber:
		return "DELETE FROM numbers WHERE number = ?"
	case dropSubscriptions:
		return "UPDATE users SET status = '', package = '', changed = ? WHERE org = ?"
	}
	return "UPDATE meta SET value = max(value, ?) WHERE key = 'serial'"
}

// batch is what one commit makes durable.
type batch struct {
	writes []write
	last   serial
	done   chan struct{}
	err    error // read after done
}

// commitLog is the single writer. Everything handed in while one commit runs goes into the next.
type commitLog struct {
	conn  *sql.Conn
	stmts [statementCount]*sql.Stmt
	after func(*batch) // called between a commit and its announcement

	mu     sync.Mutex
	open   *batch // takes writes
	flying *batch // is being committed; nil when none is
	broken error  // the first failed commit; nothing is accepted after it
	closed bool
	wake   chan struct{}
	idle   chan struct{} // closed when the writer has ended
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// newCommitLog starts the writer. After is called between every commit and its announcement.
func newCommitLog(ctx context.Context, db *sql.DB, after func(*batch)) (*commitLog, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("open writer: %w", err)
	}
	l := &commitLog{conn: conn, after: after, open: newBatch(), wake: make(chan struct{}, 1), idle: make(chan struct{})}
	for i := range l.stmts {
		if l.stmts[i], err = conn.PrepareContext(ctx, sqlOf(statement(i))); err != nil {
			_ = conn.Close() // the first error is the one to tell
			return nil, fmt.Errorf("prepare %q: %w", sqlOf(statement(i)), err)
		}
	}
	go l.run()
	return l, nil
}

// add hands in writes that belong to one change; they are committed together.
func (l *commitLog) add(last serial, writes ...write) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open.writes = append(l.open.writes, writes...)
	l.open.last = max(l.open.last, last)
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// wait returns when everything handed in before is on disk.
func (l *commitLog) wait() error {
	l.mu.Lock()
	b, err := l.open, l.broken
	if len(b.writes) == 0 {
		b = l.flying
	}
	l.mu.Unlock()
	if b == nil || err != nil {
		return err
	}
	<-b.done
	return b.err
}

// run commits batch after batch until close.
func (l *commitLog) run() {
	defer close(l.idle)
	for range l.wake {
		l.mu.Lock()
		b, closed, broken := l.open, l.closed, l.broken
		l.open, l.flying = newBatch(), b
		l.mu.Unlock()
		b.err = broken
		if broken == nil && len(b.writes) > 0 {
			b.err = l.commit(b)
		}
		l.after(b)
		l.mu.Lock()
		l.flying, l.broken = nil, b.err
		if closed {
			l.end()
		}
		l.mu.Unlock()
		close(b.done)
		if closed {
			return
		}
	}
}

// end refuses what came after the last batch.
func (l *commitLog) end() {
	l.broken = errors.Join(l.broken, errClosed)
	l.open.err = l.broken
	close(l.open.done)
	l.open = newBatch()
}

// commit writes one batch in one transaction. It must not be interrupted: clients wait for it.
func (l *commitLog) commit(b *batch) error {
	ctx := context.Background()
	if _, err := l.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return fmt.Errorf("begin commit: %w", err)
	}
	b.writes = append(b.writes, write{stmt: putSerial, args: []any{int64(b.last)}})
	for _, w := range b.writes {
		if _, err := l.stmts[w.stmt].ExecContext(ctx, w.args...); err != nil {
			_, _ = l.conn.ExecContext(ctx, "ROLLBACK") // the first error is the one to tell
			return fmt.Errorf("write %q: %w", sqlOf(w.stmt), err)
		}
	}
	if _, err := l.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// close commits what waits and ends the writer.
func (l *commitLog) close() error {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
	<-l.idle
	return l.conn.Close()
}

// busy reports whether something waits for a commit.
func (l *commitLog) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open.writes) > 0 || l.flying != nil
}
