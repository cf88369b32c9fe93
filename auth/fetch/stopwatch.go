package fetch

import (
	"net/http/httptrace"
	"sync"
	"time"
)

// stopwatch measures a round trip. The transport's goroutines stop it, the one that writes perhaps after the answer is here.
type stopwatch struct {
	now func() time.Time

	mu          sync.Mutex
	sent, first time.Time
}

func (w *stopwatch) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		WroteRequest:         func(httptrace.WroteRequestInfo) { w.note(&w.sent) },
		GotFirstResponseByte: func() { w.note(&w.first) },
	}
}

func (w *stopwatch) note(t *time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	*t = w.now()
}

// times gives when the answer began, and how long that took; 0 when the request was answered before it was noted as sent.
func (w *stopwatch) times() (received time.Time, trip time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.sent.IsZero() || w.sent.After(w.first) {
		return w.first, 0
	}
	return w.first, w.first.Sub(w.sent)
}
