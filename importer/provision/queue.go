package provision

import (
	"context"
	"sync"
	"time"

	"muster/internal/webex"
)

// queue hands customers to workers: first those whose wait is over, then new ones. A customer that waits stands in
// neither place and holds no worker.
type queue struct {
	fresh func() (*tenant, error) // the next new customer, nil when there are no more; set before the first next

	mu      sync.Mutex
	wake    *sync.Cond
	ready   []*tenant
	parked  map[*tenant]struct{}
	working int
	closed  bool // no new customers are begun
	stopped bool // nobody waits any more
	over    bool
	ended   chan struct{} // closed when nothing is left
	err     error
}

func newQueue() *queue {
	q := &queue{parked: make(map[*tenant]struct{}), ended: make(chan struct{})}
	q.wake = sync.NewCond(&q.mu)
	return q
}

// next blocks until a customer is to be worked on. It gives nil when nothing is left: no new ones, none that waits.
func (q *queue) next() (*tenant, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for {
		if len(q.ready) > 0 {
			t := q.ready[0]
			q.ready = q.ready[1:]
			q.working++
			return t, nil
		}
		if t := q.begin(); t != nil {
			q.working++
			return t, nil
		}
		if q.finish() {
			return nil, q.err
		}
		q.wake.Wait()
	}
}

// begin takes a new customer; the caller holds the lock.
func (q *queue) begin() *tenant {
	if q.closed {
		return nil
	}
	t, err := q.fresh()
	if err != nil {
		q.err = err
	}
	if t == nil {
		q.closed = true
	}
	return t
}

// park puts a customer aside until release is called with it. After stop there is nobody left to do so: it is let go.
func (q *queue) park(t *tenant) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.working--
	if q.stopped {
		q.ready = append(q.ready, t)
	} else {
		q.parked[t] = struct{}{}
	}
	q.wake.Broadcast()
}

// done says that nothing is left to do for a customer now.
func (q *queue) done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.working--
	q.wake.Broadcast()
}

// release makes a parked customer ready again.
func (q *queue) release(t *tenant) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, ok := q.parked[t]; !ok {
		return
	}
	delete(q.parked, t)
	q.ready = append(q.ready, t)
	q.wake.Broadcast()
}

// stop begins no new customer and lets go of those that wait.
func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.stopped = true, true
	for t := range q.parked {
		delete(q.parked, t)
		q.ready = append(q.ready, t)
	}
	q.wake.Broadcast()
}

// waiter is a customer that waits, as it was when it was looked at: it may be let go, and worked on, at any moment.
type waiter struct {
	tenant  *tenant
	id      string
	service *webex.Client
	phase   webex.CustomerStatus

	parked, since, due, opens time.Time
}

// waiting lists the parked customers.
func (q *queue) waiting() []waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := make([]waiter, 0, len(q.parked))
	for t := range q.parked {
		out = append(out, waiter{tenant: t, id: t.id, service: t.service, phase: t.phase(), parked: t.parked, since: t.since, due: t.due, opens: t.opens})
	}
	return out
}

// tick waits for the pause, or until the queue has ended.
func (q *queue) tick(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-q.ended:
	case <-timer.C:
	}
	return nil
}

// finish lets everybody go when nothing is left; the caller holds the lock.
func (q *queue) finish() bool {
	over := q.err != nil || q.closed && q.working == 0 && len(q.parked) == 0 && len(q.ready) == 0
	if over && !q.over {
		q.over = true
		close(q.ended)
		q.wake.Broadcast()
	}
	return over
}

// isOver reports whether nothing is left.
func (q *queue) isOver() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.finish()
}
