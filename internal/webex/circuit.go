package webex

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// When a service counts as down, and how it is asked whether it is back.
const (
	downAfter   = 10 // failures in a row, over all calls
	firstProbe  = time.Second
	lastProbe   = 30 * time.Second // probes come later and later, down to this
	longestDown = 15 * time.Minute // after which calls fail with ErrDown
)

// ErrDown is wrapped by the error of a call that was not made because the service has been down for longer than a run should
// wait: stop, and go on with the same command when it is back.
var ErrDown = errors.New("the service is down")

// Outage tells that the service went down or came back.
type Outage struct {
	Down  bool
	Since time.Time // when it went down
	Cause error     // of the last failure; nil when it is back
}

// circuit keeps calls back while the service is down: many failures in a row open it, a probe that is answered closes it.
type circuit struct {
	failures atomic.Int64
	open     atomic.Bool

	mu    sync.Mutex
	since time.Time
	back  chan struct{} // closed when the circuit closes; nil while it is closed
	probe chan struct{} // held by the one that asks
}

// outcome counts what became of a call. It is true when the circuit opens with it.
func (k *circuit) outcome(status int, now time.Time) (opens bool) {
	if status != 0 && !troubled(status) {
		if k.failures.Load() != 0 {
			k.failures.Store(0)
		}
		return false
	}
	if k.failures.Add(1) < downAfter {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.back != nil {
		return false
	}
	k.since, k.back, k.probe = now, make(chan struct{}), make(chan struct{}, 1)
	k.open.Store(true)
	return true
}

// troubled reports whether a status says that the service, or what stands before it, does not work.
func troubled(status int) bool {
	switch status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// close lets everybody go on.
func (k *circuit) close() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.back != nil {
		close(k.back)
	}
	k.back = nil
	k.failures.Store(0)
	k.open.Store(false)
}

func (k *circuit) state() (since time.Time, back, probe chan struct{}) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.since, k.back, k.probe
}

// whileUp returns when the service is not down, at once in most cases. One of those who wait asks, the others wait for it.
func (c *Client) whileUp(ctx context.Context) error {
	for c.circuit.open.Load() {
		since, back, probe := c.circuit.state()
		if back == nil {
			continue
		}
		select {
		case <-back:
		case <-ctx.Done():
			return ctx.Err()
		case probe <- struct{}{}:
			err := c.untilUp(ctx, since)
			<-probe
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// untilUp asks again and again, until an answer comes or the time is over.
func (c *Client) untilUp(ctx context.Context, since time.Time) error {
	for pause := firstProbe; ; pause = min(2*pause, lastProbe) {
		if c.clock().Sub(since) >= longestDown {
			return fmt.Errorf("%w: no useful answer for %v", ErrDown, c.clock().Sub(since).Round(time.Second))
		}
		if err := c.sleep(ctx, pause); err != nil {
			return err
		}
		up, err := c.answers(ctx)
		if err != nil {
			return err
		}
		if up {
			c.circuit.close()
			c.tellOutage(Outage{Since: since})
			return nil
		}
	}
}

// answers makes one call that changes nothing.
func (c *Client) answers(ctx context.Context) (bool, error) {
	p, err := c.prepare(&request{method: http.MethodGet, route: "/people/me"})
	if err != nil {
		return false, err
	}
	t := try{prepared: p}
	ctx = AsPoll(ctx)
	if err := c.allow(ctx, &t); err != nil {
		return false, ctx.Err() // a token that cannot be had now counts as no answer
	}
	ans, _ := c.attempt(ctx, &t, nil)
	return ans.status != 0 && !troubled(ans.status), ctx.Err()
}

func (c *Client) tellOutage(o Outage) {
	if c.outage != nil {
		c.outage(o)
	}
}
