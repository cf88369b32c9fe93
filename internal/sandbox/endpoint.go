package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// endpoint carries one exchange: log, token, rate, faults, handler, disk, answer.
type endpoint struct {
	s       *Server
	route   route
	control bool
}

// ServeHTTP answers one request.
func (e *endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := &request{Request: r, s: e.s, now: e.s.clock()}
	if strings.HasPrefix(r.RequestURI, "/v1/") {
		q.prefix = "/v1"
	}
	tracking := r.Header.Get("TrackingID")
	if tracking == "" {
		tracking = newTracking()
	}
	w.Header().Set("trackingId", tracking)
	var f Fault
	a := refuse(http.StatusBadRequest, flaw{text: "body could not be read"})
	if err := q.readBody(w); err == nil {
		a, f = e.answer(q)
	}
	body, err := a.encode(tracking, e.s.set.StringCodes)
	if err != nil {
		a.status, body = http.StatusInternalServerError, nil
	}
	if !e.control {
		e.s.traffic.note(entry{Time: q.now, Route: e.route.pattern, Method: r.Method, Path: r.URL.Path, Status: a.status, Key: q.subject, Fault: f.Kind})
	}
	f.deliver(w, a, body)
}

// answer finds out what to say. What it says is on disk.
func (e *endpoint) answer(q *request) (answer, Fault) {
	if e.control {
		return e.route.handle(e.s, q), Fault{}
	}
	if a, refused := e.admit(q); refused {
		return a, Fault{}
	}
	f := e.s.faults.draw(e.route.pattern, q.Method+" "+q.URL.Path)
	if f.Delay > 0 {
		pause(q, time.Duration(f.Delay))
	}
	if f.early() {
		return f.replace(answer{}), f
	}
	a := e.handle(q)
	if f.Kind == KindDuplicate {
		a = e.handle(q)
	}
	return f.replace(a), f
}

// handle runs the operation and waits until everything it saw is on disk.
func (e *endpoint) handle(q *request) answer {
	a := e.route.handle(e.s, q)
	if err := e.s.store.log.wait(); err != nil {
		return broken(fmt.Errorf("state could not be written: %w", err))
	}
	return a
}

// admit refuses calls without a good token and calls beyond the rate.
func (e *endpoint) admit(q *request) (answer, bool) {
	if e.route.scope == open {
		return answer{}, false
	}
	if a, refused := e.s.authorize(q, e.route.scope); refused {
		return a, true
	}
	wait := e.s.limit.take(q.now)
	if wait == 0 {
		return answer{}, false
	}
	a := refuse(http.StatusTooManyRequests, flaw{text: "too many requests"})
	if !e.s.set.RateWithoutRetryAfter {
		a.retry = wholeSeconds(wait)
	}
	return a, true
}

// pause waits for a fault's delay or until the client has gone.
func pause(q *request, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-q.Context().Done():
	}
}

func newTracking() string {
	return fmt.Sprintf("SANDBOX_%016x%016x", rand.Uint64(), rand.Uint64())
}
