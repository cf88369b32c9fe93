package main

import (
	"net/http"
	"sync"
	"time"

	"muster/report"
)

// tempo passes calls on and notes when each was made and how long its answer took, for the charts of a run. However long a
// run is, it keeps few numbers: stretches of time are laid together as they become many.
type tempo struct {
	next  http.RoundTripper
	clock func() time.Time

	mu   sync.Mutex
	pace report.Pace
}

const mostStretches = 100

func newTempo(next http.RoundTripper, clock func() time.Time) *tempo {
	return &tempo{next: next, clock: clock, pace: report.Pace{Step: 10 * time.Millisecond}}
}

// RoundTrip makes the call.
func (t *tempo) RoundTrip(req *http.Request) (*http.Response, error) {
	began := t.clock()
	answer, err := t.next.RoundTrip(req)
	t.note(began, t.clock().Sub(began))
	return answer, err
}

func (t *tempo) note(began time.Time, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.pace.From.IsZero() {
		t.pace.From = began.Truncate(t.pace.Step)
	}
	at := max(0, began.Sub(t.pace.From))
	for at/t.pace.Step >= mostStretches {
		t.merge()
		at = max(0, began.Sub(t.pace.From))
	}
	for len(t.pace.Stretches) <= int(at/t.pace.Step) {
		t.pace.Stretches = append(t.pace.Stretches, report.Stretch{})
	}
	s := &t.pace.Stretches[at/t.pace.Step]
	s.Calls++
	s.Took += took
}

// merge takes the next longer step that people count by, on whose beat the first stretch then begins.
func (t *tempo) merge() {
	old := t.pace
	n := longer(old.Step)
	t.pace = report.Pace{Step: n * old.Step, From: old.From.Truncate(n * old.Step)}
	skip := int(old.From.Sub(t.pace.From) / old.Step)
	t.pace.Stretches = make([]report.Stretch, (len(old.Stretches)+skip+int(n)-1)/int(n))
	for i, s := range old.Stretches {
		to := &t.pace.Stretches[(i+skip)/int(n)]
		to.Calls += s.Calls
		to.Took += s.Took
	}
}

// longer gives how many steps the next longer one has: 10 ms, 20 ms, 100 ms … 10 s, 20 s, 1 min, 2 min, 10 min … 1 h, 2 h, 12 h, 24 h and so on.
func longer(step time.Duration) time.Duration {
	steps := []time.Duration{
		10 * time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, time.Second, 2 * time.Second, 10 * time.Second, 20 * time.Second,
		time.Minute, 2 * time.Minute, 10 * time.Minute, 20 * time.Minute, time.Hour, 2 * time.Hour, 12 * time.Hour, 24 * time.Hour,
	}
	for i, s := range steps[:len(steps)-1] {
		if s == step {
			return steps[i+1] / s
		}
	}
	return 2
}

// Pace gives what was noted so far.
func (t *tempo) Pace() report.Pace {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.pace
	out.Stretches = append([]report.Stretch(nil), t.pace.Stretches...)
	return out
}
