package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// writer is the only one who writes. All writes that wait when it becomes free go into one transaction, so that a sync to
// disk is shared by everybody who needs one.
type writer struct {
	conn  *sql.Conn
	clock func() time.Time
	in    chan request
	done  chan struct{}

	mu    sync.Mutex
	err   error // the first failed commit; nothing is accepted after it
	stmts map[string]*sql.Stmt
	slots [slots]waiting
	statements
	deeds deeds
}

// request is one write. It is durable when done has been told nil.
type request struct {
	apply func(context.Context, *writer) error
	done  chan error // nil when nobody waits
}

// queued bounds how many writes may wait without anybody waiting for them.
const queued = 4096

func startWriter(conn *sql.Conn, clock func() time.Time) *writer {
	w := &writer{conn: conn, clock: clock, in: make(chan request, queued), done: make(chan struct{}), stmts: make(map[string]*sql.Stmt), statements: newStatements()}
	go w.loop()
	return w
}

// errClosed is the error of a write after Close.
var errClosed = errors.New("write journal: it is closed")

// loop commits batch after batch until the channel is closed.
func (w *writer) loop() {
	defer close(w.done)
	batch := make([]request, 0, queued)
	for first := range w.in {
		batch = w.gather(append(batch[:0], first))
		err := w.failed()
		if err == nil {
			err = w.commit(batch)
		}
		if err != nil {
			w.fail(err)
		}
		for _, r := range batch {
			if r.done != nil {
				r.done <- err
			}
		}
	}
}

// patience is how long writes that nobody waits for may wait for others to share their commit. A crash meanwhile leaves
// intents, which are looked up.
const patience = 5 * time.Millisecond

// gather takes whatever waits. As long as nobody needs an answer it waits a little for more.
func (w *writer) gather(batch []request) []request {
	over := time.NewTimer(patience)
	defer over.Stop()
	for urgent := batch[0].done != nil; len(batch) < queued && (!urgent || len(w.in) > 0); {
		select {
		case r, ok := <-w.in:
			if !ok {
				return batch
			}
			batch = append(batch, r)
			urgent = urgent || r.done != nil
		case <-over.C:
			return batch
		}
	}
	return batch
}

// commit carries a batch out in one transaction. The context is the writer's own: an interrupted run must not lose what
// it has been told is kept.
func (w *writer) commit(batch []request) (err error) {
	ctx := context.Background()
	if err := w.run(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	for _, r := range batch {
		if r.apply == nil {
			continue
		}
		if err := r.apply(ctx, w); err != nil {
			return w.rollBack(ctx, err)
		}
	}
	if err := w.writeDeeds(ctx); err != nil {
		return w.rollBack(ctx, err)
	}
	if err := w.flushAll(ctx); err != nil {
		return w.rollBack(ctx, err)
	}
	return w.run(ctx, `COMMIT`)
}

func (w *writer) rollBack(ctx context.Context, cause error) error {
	w.drop()
	return errors.Join(cause, w.run(ctx, `ROLLBACK`))
}

// exec runs a statement after everything that came before it.
func (w *writer) exec(ctx context.Context, query string, args ...any) error {
	if err := w.flushAll(ctx); err != nil {
		return err
	}
	return w.run(ctx, query, args...)
}

// run runs a statement that is prepared once.
func (w *writer) run(ctx context.Context, query string, args ...any) error {
	s, ok := w.stmts[query]
	if !ok {
		var err error
		if s, err = w.conn.PrepareContext(ctx, query); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
		w.stmts[query] = s
	}
	if _, err := s.ExecContext(ctx, args...); err != nil {
		return fmt.Errorf("write journal: %w", err)
	}
	return nil
}

func (w *writer) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
}

func (w *writer) failed() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// post hands a write over without waiting for it. An earlier failed write is told here.
func (w *writer) post(ctx context.Context, apply func(context.Context, *writer) error) error {
	if err := w.failed(); err != nil {
		return err
	}
	return w.send(ctx, request{apply: apply})
}

// sync hands a write over and returns when it, and everything before it, is durable.
func (w *writer) sync(ctx context.Context, apply func(context.Context, *writer) error) error {
	r := request{apply, make(chan error, 1)}
	if err := w.send(ctx, r); err != nil {
		return err
	}
	return <-r.done
}

func (w *writer) send(ctx context.Context, r request) error {
	select {
	case w.in <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close commits what waits, says that the file was closed in good order, and folds the log into it.
func (w *writer) close() error {
	err := w.sync(context.Background(), func(ctx context.Context, w *writer) error { return w.exec(ctx, `UPDATE meta SET clean = 1`) })
	close(w.in)
	<-w.done
	for _, s := range w.stmts {
		err = errors.Join(err, s.Close())
	}
	w.fail(errClosed)
	return errors.Join(err, w.conn.Close())
}
