package main

import (
	"net/http"
	"testing"
	"time"
)

type answering struct{}

func (answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
}

// Whatever a run lasts, every call is counted in the stretch in which it began, and there are few stretches.
func TestTempoKeepsFewNumbers(t *testing.T) {
	for _, lasts := range []time.Duration{50 * time.Millisecond, 3 * time.Second, 17 * time.Minute, 9 * time.Hour, 40 * 24 * time.Hour} {
		now := time.Date(2026, 11, 21, 10, 17, 59, 123_456_789, time.UTC)
		first := now
		const calls = 1000
		half := 0
		tp := newTempo(answering{}, func() time.Time {
			half++
			if half%2 == 0 {
				return now.Add(3 * time.Millisecond) // the answer
			}
			now = first.Add(lasts * time.Duration(half/2) / calls)
			return now
		})
		for range calls {
			if _, err := tp.RoundTrip(nil); err != nil {
				t.Fatal(err)
			}
		}
		p := tp.Pace()
		n := 0
		for _, s := range p.Stretches {
			n += s.Calls
			if s.Took != time.Duration(s.Calls)*3*time.Millisecond {
				t.Errorf("%v: %d calls took %v", lasts, s.Calls, s.Took)
			}
		}
		last := first.Add(lasts * (calls - 1) / calls)
		end := p.From.Add(p.Step * time.Duration(len(p.Stretches)))
		if n != calls || len(p.Stretches) > mostStretches || p.From.After(first) || first.Sub(p.From) >= p.Step || last.Before(end.Add(-p.Step)) || !last.Before(end) {
			t.Errorf("%v: %d of %d calls in %d stretches of %v from %v to %v", lasts, n, calls, len(p.Stretches), p.Step, p.From, end)
		}
	}
}
