package webex

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// limiter is a service's way to limit calls: how long to wait, 0 for an accepted call.
type limiter interface {
	take(now time.Time) time.Duration
}

// window accepts limit calls in each window of a length, counted from an offset.
type window struct {
	limit  int
	length time.Duration
	offset time.Duration
	honest bool // says how long the window lasts; otherwise always a second
	began  time.Time
	used   int
}

func (w *window) take(now time.Time) time.Duration {
	start := now.Add(-w.offset).Truncate(w.length).Add(w.offset)
	if !start.Equal(w.began) {
		w.began, w.used = start, 0
	}
	if w.used < w.limit {
		w.used++
		return 0
	}
	if !w.honest {
		return time.Second
	}
	return start.Add(w.length).Sub(now).Truncate(time.Second) + time.Second
}

// sliding accepts limit calls in any span of a length.
type sliding struct {
	limit  int
	length time.Duration
	honest bool
	taken  []time.Time
}

func (s *sliding) take(now time.Time) time.Duration {
	for len(s.taken) > 0 && now.Sub(s.taken[0]) >= s.length {
		s.taken = s.taken[1:]
	}
	if len(s.taken) < s.limit {
		s.taken = append(s.taken, now)
		return 0
	}
	if !s.honest {
		return time.Second
	}
	return s.taken[0].Add(s.length).Sub(now).Truncate(time.Second) + time.Second
}

// bucket fills by limit calls a minute and holds burst calls.
type bucket struct {
	limit, burst float64
	level        float64
	last         time.Time
}

func (b *bucket) take(now time.Time) time.Duration {
	if b.last.IsZero() {
		b.level = b.burst
	} else {
		b.level = min(b.burst, b.level+now.Sub(b.last).Minutes()*b.limit)
	}
	b.last = now
	if b.level >= 1 {
		b.level--
		return 0
	}
	return time.Second
}

// limited is a service in memory behind a limiter.
type limited struct {
	mu                sync.Mutex
	rule              limiter
	latency           time.Duration
	accepted, refused int
}

func (l *limited) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(l.latency)
	l.mu.Lock()
	defer l.mu.Unlock()
	resp := &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}
	if wait := l.rule.take(time.Now()); wait > 0 {
		l.refused++
		resp.StatusCode = http.StatusTooManyRequests
		resp.Header.Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
		return resp, nil
	}
	l.accepted++
	return resp, nil
}

// drive lets workers call for a while and gives the share of the limit they got and the share of refusals.
func drive(t *testing.T, perMinute int, rule limiter, o BudgetOptions, workers int, latency time.Duration) (got, refused float64) {
	t.Helper()
	const minutes = 10
	service := &limited{rule: rule, latency: latency}
	ctx, cancel := context.WithTimeout(t.Context(), minutes*time.Minute)
	defer cancel()
	c, err := New(Options{BaseURL: "http://service.example", HTTP: &http.Client{Transport: service}, Budget: NewBudget(o)})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for ctx.Err() == nil {
				if _, err := c.do(ctx, request{method: http.MethodGet, route: "/x"}, nil); err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	all := float64(service.accepted + service.refused)
	return float64(service.accepted) / float64(perMinute*minutes), float64(service.refused) / all
}

func TestBudgetFindsALimitItIsNotTold(t *testing.T) {
	limits := map[string]int{"300 a minute": 300, "1200 a minute": 1200, "6000 a minute": 6000}
	rules := map[string]func(n int) limiter{
		"fixed minute": func(n int) limiter { return &window{limit: n, length: time.Minute, honest: true} },
		"fixed minute, half off": func(n int) limiter {
			return &window{limit: n, length: time.Minute, offset: 30 * time.Second, honest: true}
		},
		"fixed minute, curt":    func(n int) limiter { return &window{limit: n, length: time.Minute} },
		"sliding minute":        func(n int) limiter { return &sliding{limit: n, length: time.Minute, honest: true} },
		"sliding minute, curt":  func(n int) limiter { return &sliding{limit: n, length: time.Minute} },
		"bucket of a second":    func(n int) limiter { return &bucket{limit: float64(n), burst: float64(n) / 60} },
		"bucket of ten seconds": func(n int) limiter { return &bucket{limit: float64(n), burst: float64(n) / 6} },
		"bucket of a minute":    func(n int) limiter { return &bucket{limit: float64(n), burst: float64(n)} },
		"small bucket":          func(n int) limiter { return &bucket{limit: float64(n), burst: 3} },
		"fixed second":          func(n int) limiter { return &window{limit: n / 60, length: time.Second} },
	}
	starts := map[string]float64{"careful": 5, "unlimited": 0}
	for limitName, n := range limits {
		for ruleName, rule := range rules {
			for startName, start := range starts {
				for _, workers := range []int{4, 64} {
					t.Run(limitName+"/"+ruleName+"/"+startName+"/"+strconv.Itoa(workers), func(t *testing.T) {
						synctest.Test(t, func(t *testing.T) {
							got, refused := drive(t, n, rule(n), BudgetOptions{Start: start}, workers, 20*time.Millisecond)
							t.Logf("RESULT %-62s %6.1f %6.2f", t.Name()[len("TestBudgetFindsALimitItIsNotTold")+1:], 100*got, 100*refused)
							if got < 0.95 {
								t.Errorf("used %.1f %% of the limit, want at least 95 %%", 100*got)
							}
							if refused >= 0.02 {
								t.Errorf("%.2f %% refused, want less than 2 %%", 100*refused)
							}
						})
					})
				}
			}
		}
	}
}
