package webex

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// What is read of an answer at most. The largest documented page (2000 numbers) is about 1 MB.
const (
	maxBody   = 16 << 20
	maxHeader = 64 << 10
)

// Call describes one exchange with the service, for logs, progress and archives. It holds no token and no query.
type Call struct {
	Method     string
	Route      string
	RequestID  string // the tracking id we sent
	TrackingID string // the tracking id of the answer
	Status     int    // 0 when no answer came
	Try        int    // 0 for the first
	Poll       bool
	Sent       time.Time
	Took       time.Duration
	Waited     time.Duration // for the rate and the token, before it was sent
	Paused     time.Duration // between the try before it and this one: back-off, a renewed token
	Code       string        // the most telling code of an answer that is no success
	About      Subject       // as the context says it
	Err        error         // what the exchange came to; nil for a success
}

// answer is what is left of a success beside its body.
type answer struct {
	status     int // 0 when no answer came
	trackingID string
	location   string
	next       string // address of the next page, as sent
}

// try is one exchange on its way.
type try struct {
	*prepared
	n     int
	token string
	id    string
	epoch uint64

	waited time.Duration // before it was sent
	paused time.Duration // between the try before it and this one
}

// exchange sends a request once and decodes a success into out (nil: not wanted).
func (c *Client) exchange(ctx context.Context, t *try, out any) (answer, *Error) {
	asked := c.clock()
	if err := c.admit(ctx, t); err != nil {
		return answer{}, t.fail(&Error{Err: err, unsent: true})
	}
	t.waited = c.clock().Sub(asked)
	ans, err := c.attempt(ctx, t, out)
	if ctx.Err() == nil && c.circuit.outcome(ans.status, c.clock()) {
		c.tellOutage(Outage{Down: true, Since: c.clock(), Cause: err})
	}
	return ans, err
}

// attempt is an exchange that has been admitted.
func (c *Client) attempt(ctx context.Context, t *try, out any) (answer, *Error) {
	c.counts.sent(ctx, t.n)
	sent := c.clock()
	ans, err := c.send(ctx, t, out)
	c.report(t, ans.status, err)
	c.tell(ctx, t, Call{
		Status: ans.status, TrackingID: ans.trackingID, Sent: sent, Took: c.clock().Sub(sent), Waited: t.waited, Paused: t.paused,
	}, err)
	return ans, err
}

// admit waits for the service to be up, and for what allow waits for.
func (c *Client) admit(ctx context.Context, t *try) error {
	if err := c.whileUp(ctx); err != nil {
		return err
	}
	return c.allow(ctx, t)
}

// allow waits for the budget and gets a token, in this order: a token may run out while it waits.
func (c *Client) allow(ctx context.Context, t *try) error {
	if err := c.budget.Wait(ctx); err != nil {
		return err
	}
	t.epoch = c.budget.epoch.Load()
	t.token = "sandbox"
	if c.tokens == nil {
		return nil
	}
	token, err := c.tokens.Token(ctx)
	if err != nil {
		return fmt.Errorf("%w: %w", errToken, err)
	}
	t.token = token
	return nil
}

// report tells the budget how the service took the call.
func (c *Client) report(t *try, status int, err *Error) {
	c.counts.answered(status)
	switch {
	case status == http.StatusTooManyRequests:
		c.budget.refused(t.epoch, err.RetryAfter)
	case status == http.StatusLocked && err.RetryAfter > 0:
		c.budget.pause(err.RetryAfter)
	case status != 0:
		c.budget.accepted(t.epoch)
	}
}

// send makes the exchange.
func (c *Client) send(ctx context.Context, t *try, out any) (answer, *Error) {
	bounded, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	t.id = newTrackingID()
	var touched atomic.Bool
	req, err := t.httpRequest(bounded, c.header(t), &touched)
	if err != nil {
		return answer{}, t.fail(&Error{Err: err, unsent: true})
	}
	resp, err := c.http.Do(req)
	if err != nil {
		e := &Error{Err: plainCause(ctx, err, c.timeout), unsent: neverLeft(err, t.body != nil, &touched)}
		return answer{}, t.fail(e)
	}
	defer drain(resp.Body)
	ans := answer{
		status: resp.StatusCode, trackingID: c.hide(resp.Header.Get("trackingId"), t.token),
		location: resp.Header.Get("Location"), next: nextLink(resp.Header["Link"]),
	}
	if e := judge(resp, c.clock()); e != nil {
		if c.tokens != nil {
			e.scrub(t.token)
		}
		return ans, t.fail(e)
	}
	if err := c.readInto(out, resp.Body); err != nil {
		e := &Error{Status: ans.status, TrackingID: ans.trackingID, Err: plainCause(ctx, err, c.timeout)}
		return ans, t.fail(e)
	}
	return ans, nil
}

// fail completes the error of this try: which call it was, and whether the service may have carried it out.
func (t *try) fail(e *Error) *Error {
	e.Method, e.Route = t.method, t.route
	e.TrackingID = firstText(e.TrackingID, t.id)
	e.request = t.body
	answered := e.Status >= 300 && e.Status < 500
	e.Unclear = t.once && !e.unsent && !answered
	return e
}

func (c *Client) header(t *try) http.Header {
	h := make(http.Header, 6)
	h["Authorization"] = []string{"Bearer " + t.token}
	h["Accept"] = []string{"application/json"}
	h["Trackingid"] = []string{t.id}
	if c.userAgent != "" {
		h["User-Agent"] = []string{c.userAgent}
	}
	return h
}

// hide takes our token out of a header, should a proxy have echoed it.
func (c *Client) hide(header, token string) string {
	if c.tokens == nil || token == "" {
		return header
	}
	return strings.ReplaceAll(header, token, redacted)
}

// tell shows the exchange to the log and to the observer.
func (c *Client) tell(ctx context.Context, t *try, call Call, err *Error) {
	if !c.logs && c.observe == nil {
		return
	}
	call.Method, call.Route, call.RequestID, call.Try, call.Poll, call.About = t.method, t.route, t.id, t.n, isPoll(ctx), subjectOf(ctx)
	if err != nil {
		call.Err, call.Code = err, err.Code
	}
	if c.logs {
		c.logCall(ctx, &call)
	}
	if c.observe != nil {
		c.observe(call)
	}
}

// plainCause takes the address, and with it the query, out of an error of the HTTP client, and says which clock ran out.
func plainCause(ctx context.Context, err error, timeout time.Duration) error {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		err = outer.Err
	}
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %v: %w", timeout, err)
	}
	return err
}

// neverLeft reports whether a failed exchange certainly did not reach the service: no connection was made, or none of the
// body was asked for.
func neverLeft(err error, hasBody bool, touched *atomic.Bool) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	return hasBody && !touched.Load()
}

// errCut marks an answer that ended too early.
var errCut = errors.New("the answer was cut")

// readInto reads an answer into a buffer that is used again: its bytes never outlive the decoding.
func (c *Client) readInto(out any, body io.Reader) error {
	if out == nil {
		return nil
	}
	buf, ok := c.buffers.Get().(*bytes.Buffer)
	if !ok {
		buf = new(bytes.Buffer)
	}
	defer func() {
		if buf.Cap() <= 1<<20 {
			buf.Reset()
			c.buffers.Put(buf)
		}
	}()
	switch n, err := buf.ReadFrom(io.LimitReader(body, maxBody+1)); {
	case err != nil:
		return fmt.Errorf("%w: %w", errCut, err)
	case n > maxBody:
		return fmt.Errorf("read answer: it is larger than %d bytes", maxBody)
	}
	return decode(buf.Bytes(), out)
}

// decode reads a JSON answer. An empty one, as 202 and 204 have, leaves out as it is.
func decode(b []byte, out any) error {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil
	}
	err := json.Unmarshal(b, out)
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok && broken.Offset >= int64(len(b)) {
		return fmt.Errorf("%w: %w", errCut, err)
	}
	if err != nil {
		return fmt.Errorf("decode answer: %w", err)
	}
	return nil
}

// drain reads what little is left of a body, so that its connection can be used again.
func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10)
	_ = body.Close()
}

// newTrackingID makes a random id (UUID version 4) that both sides' logs show.
func newTrackingID() string {
	hi, lo := rand.Uint64(), rand.Uint64()
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(0b11<<62) | 0b10<<62
	return fmt.Sprintf("MUSTER_%08x-%04x-%04x-%04x-%012x", hi>>32, hi>>16&0xffff, hi&0xffff, lo>>48, lo&0xffffffffffff)
}
