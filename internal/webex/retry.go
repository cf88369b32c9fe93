package webex

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	maxTrouble   = 5                // repetitions of a call after failures of the service or the network
	maxRefusals  = 10               // repetitions after 429 and 423, which cost the service nothing
	firstBackOff = time.Second      // doubles with each repetition
	lastBackOff  = 60 * time.Second // and never grows beyond this
	longestWait  = 10 * time.Minute // of a Retry-After; longer ones stop the run
)

// patience is what a call has used up of its repetitions.
type patience struct {
	tries, trouble, refusals int
	renewed, shown           bool
}

// do makes a call, and makes it again as long as that is safe and has a chance. It decodes a success into out.
func (c *Client) do(ctx context.Context, r request, out any) (answer, error) {
	p, err := c.prepare(&r)
	if err != nil {
		return answer{}, &Error{Method: r.method, Route: r.route, Err: err}
	}
	var used patience
	for paused := time.Duration(0); ; {
		t := try{prepared: p, n: used.tries, paused: paused}
		ans, e := c.exchange(ctx, &t, out)
		if e == nil {
			return ans, nil
		}
		failed := c.clock()
		if !c.again(ctx, &t, &used, e) {
			return ans, e
		}
		paused = c.clock().Sub(failed)
		used.tries++
	}
}

// again decides whether a failed call is worth another try, and waits for its time. It may add to the error why not.
func (c *Client) again(ctx context.Context, t *try, used *patience, e *Error) bool {
	switch {
	case ctx.Err() != nil, errors.Is(e.Err, ErrDown):
		return false
	case e.RetryAfter > longestWait:
		e.Err = fmt.Errorf("%w (%v)", ErrWaitTooLong, e.RetryAfter)
		return false
	case e.Status == http.StatusUnauthorized:
		return c.renewOnce(ctx, t, used, e)
	case e.Status == http.StatusForbidden:
		return c.showOnce(ctx, t, used)
	case e.Status == http.StatusTooManyRequests: // the budget makes everybody wait
		used.refusals++
		return used.refusals <= maxRefusals
	case e.Status == http.StatusLocked:
		used.refusals++
		return used.refusals <= maxRefusals && c.rest(ctx, used.refusals, e.RetryAfter)
	case !passing(e), t.once && !e.unsent:
		return false
	}
	used.trouble++
	return used.trouble <= maxTrouble && c.rest(ctx, used.trouble, e.RetryAfter)
}

// passing reports whether a failure may be gone at the next try.
func passing(e *Error) bool {
	switch e.Status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		http.StatusRequestTimeout:
		return true
	case 0:
		return e.kind() == kindUnavailable
	}
	return errors.Is(e.Err, errCut)
}

// rest sleeps before the n-th repetition: as long as the service wishes, else a random half more of a doubling time.
func (c *Client) rest(ctx context.Context, n int, wish time.Duration) bool {
	d := wish
	if d <= 0 {
		d = min(firstBackOff<<(n-1), lastBackOff)
		d = d/2 + rand.N(d/2)
	}
	return c.sleep(ctx, d) == nil
}

// renewOnce gets a new token after a 401. Trouble of the token endpoint is waited out like the service's own.
func (c *Client) renewOnce(ctx context.Context, t *try, used *patience, e *Error) bool {
	if used.renewed || c.tokens == nil {
		return false
	}
	err := c.renew(ctx, t.token)
	if err == nil {
		used.renewed = true
		return true
	}
	e.Err = fmt.Errorf("%w: %w", errToken, err)
	used.trouble++
	return hasKind(err, kindUnavailable) && used.trouble <= maxTrouble && c.rest(ctx, used.trouble, 0)
}

// renew gets a token other than the refused one, unless another worker got one meanwhile.
func (c *Client) renew(ctx context.Context, refused string) error {
	select {
	case c.renewing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-c.renewing }()
	if now, err := c.tokens.Token(ctx); err == nil && now != refused {
		return nil
	}
	return c.tokens.Refresh(ctx)
}

// showOnce makes a new customer's organization visible to the partner: the first call for it is answered 403 until the
// organization was read.
func (c *Client) showOnce(ctx context.Context, t *try, used *patience) bool {
	if used.shown || t.org == "" {
		return false
	}
	used.shown = true
	if _, err := c.Organization(ctx, t.org); err == nil {
		return true
	}
	_, err := c.Organizations(ctx)
	return err == nil
}
