package webex

import (
	"context"
	"errors"
	"fmt"
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

// curt says nothing of how long to wait.
type curt struct{ limiter }

func (c curt) take(now time.Time) time.Duration { return -max(c.limiter.take(now), 0) }

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
	if wait := l.rule.take(time.Now()); wait != 0 {
		l.refused++
		resp.StatusCode = http.StatusTooManyRequests
		if wait > 0 {
			resp.Header.Set("Retry-After", strconv.Itoa(int(wait/time.Second)))
		}
		return resp, nil
	}
	l.accepted++
	return resp, nil
}

// drive lets workers call for a while and gives the share of the limit they got and the share of refusals.
func drive(t *testing.T, perMinute int, rule limiter, o BudgetOptions, workers int) (got, refused float64) {
	t.Helper()
	const minutes = 10
	service := &limited{rule: rule, latency: 20 * time.Millisecond}
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

// rules are ways to limit calls, with the share of the limit that must be reached under each. Where a pause is lost time
// (nothing is saved up meanwhile), less can be.
var rules = map[string]struct {
	make  func(n int) limiter
	share float64
}{
	"minute": {func(n int) limiter { return &window{limit: n, length: time.Minute, honest: true} }, 0.95},
	"minute, half over": {func(n int) limiter {
		return &window{limit: n, length: time.Minute, offset: 30 * time.Second, honest: true}
	}, 0.95},
	"minute, curt":                       {func(n int) limiter { return &window{limit: n, length: time.Minute} }, 0.95},
	"sliding minute":                     {func(n int) limiter { return &sliding{limit: n, length: time.Minute, honest: true} }, 0.95},
	"sliding minute, curt":               {func(n int) limiter { return &sliding{limit: n, length: time.Minute} }, 0.95},
	"bucket of a second":                 {func(n int) limiter { return &bucket{limit: float64(n), burst: float64(n) / 60} }, 0.95},
	"bucket of 10 seconds":               {func(n int) limiter { return &bucket{limit: float64(n), burst: float64(n) / 6} }, 0.95},
	"bucket of a second, no Retry-After": {func(n int) limiter { return curt{&bucket{limit: float64(n), burst: float64(n) / 60}} }, 0.95},
	"bucket of a minute, no Retry-After": {func(n int) limiter { return curt{&bucket{limit: float64(n), burst: float64(n)}} }, 0.95},
	"minute, no Retry-After":             {func(n int) limiter { return curt{&window{limit: n, length: time.Minute, honest: true}} }, 0.95},
	"bucket of a minute":                 {func(n int) limiter { return &bucket{limit: float64(n), burst: float64(n)} }, 0.95},
	"bucket of 3 calls":                  {func(n int) limiter { return &bucket{limit: float64(n), burst: 3} }, 0.80},
	"second":                             {func(n int) limiter { return &window{limit: n / 60, length: time.Second} }, 0.90},
}

func TestBudgetFindsALimitItIsNotTold(t *testing.T) {
	for name, rule := range rules {
		for _, load := range []struct{ limit, workers int }{{300, 4}, {300, 64}, {1200, 4}, {1200, 64}, {6000, 64}} {
			t.Run(fmt.Sprintf("%s/%d calls a minute/%d workers", name, load.limit, load.workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					got, refused := drive(t, load.limit, rule.make(load.limit), BudgetOptions{Start: 5}, load.workers)
					if got < rule.share || refused >= 0.02 {
						t.Errorf("used %.1f %% of the limit, want at least %.0f %%; %.2f %% refused, want less than 2 %%",
							100*got, 100*rule.share, 100*refused)
					}
				})
			})
		}
	}
}

func TestAnUnlimitedBudgetFindsALimitToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got, refused := drive(t, 6000, &bucket{limit: 6000, burst: 100}, BudgetOptions{}, 64)
		if got < 0.95 || refused >= 0.02 {
			t.Errorf("used %.1f %% of the limit, %.2f %% refused", 100*got, 100*refused)
		}
	})
}

func TestTheCeilingIsNeverExceeded(t *testing.T) {
	for _, o := range []BudgetOptions{{Ceiling: 20}, {Ceiling: 20, Start: 5}, {Ceiling: 20, Start: 500}} {
		synctest.Test(t, func(t *testing.T) {
			got, _ := drive(t, 1200, &bucket{limit: 1e6, burst: 1e6}, o, 64)
			if got < 0.99 || got > 1.01 {
				t.Errorf("%+v: %.1f %% of the ceiling was used", o, 100*got)
			}
		})
	}
}

func TestASingleRefusalIsSoonForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(BudgetOptions{})
		began := time.Now()
		for n := range 1000 {
			must(t, b.Wait(t.Context()))
			epoch := b.epoch.Load()
			time.Sleep(time.Millisecond)
			if n == 50 {
				b.refused(epoch, time.Second)
			} else {
				b.accepted(epoch)
			}
		}
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("a thousand calls of a millisecond and one refusal took %v", took)
		}
	})
}

func TestRefusalsOfCallsUnderWayLowerTheRateOnce(t *testing.T) {
	clock := newFakeClock()
	b := NewBudget(BudgetOptions{Start: 10, Clock: clock.Now, Sleep: clock.Sleep})
	for range 20 {
		must(t, b.Wait(t.Context()))
		b.accepted(b.epoch.Load())
	}
	epoch := b.epoch.Load()
	b.refused(epoch, time.Second)
	rate := b.Stats().Rate
	for range 5 {
		b.refused(epoch, 3*time.Second)
	}
	diff(t, rate, b.Stats().Rate)
	diff(t, int64(6), b.Stats().Refused)
	diff(t, clock.now.Add(3*time.Second), b.Stats().PausedUntil)
}

func TestAPauseWithoutAHintGrows(t *testing.T) {
	clock := newFakeClock()
	b := NewBudget(BudgetOptions{Clock: clock.Now, Sleep: clock.Sleep})
	var pauses []time.Duration
	for range 7 {
		must(t, b.Wait(t.Context()))
		b.refused(b.epoch.Load(), 0)
		pauses = append(pauses, b.Stats().PausedUntil.Sub(clock.now))
	}
	const s = time.Second
	diff(t, []time.Duration{s, s, 2 * s, 4 * s, 8 * s, 8 * s, 8 * s}, pauses)
}

func TestAServiceThatNeverRefusesIsNotSlowedDown(t *testing.T) {
	b := NewBudget(BudgetOptions{Start: 5})
	for range 200_000 {
		b.mu.Lock()
		b.tight = true
		b.mu.Unlock()
		b.accepted(b.epoch.Load())
		if b.Stats().Rate == 0 {
			must(t, b.Wait(t.Context()))
			diff(t, true, b.open.Load())
			return
		}
	}
	t.Errorf("still limited to %.0f calls a second", b.Stats().Rate)
}

func TestWaitEndsWithTheContext(t *testing.T) {
	over, cancel := context.WithCancel(t.Context())
	cancel()
	free := NewBudget(BudgetOptions{})
	paused := NewBudget(BudgetOptions{})
	paused.pause(time.Hour)
	busy := NewBudget(BudgetOptions{Start: 1})
	busy.turn <- struct{}{}
	for name, b := range map[string]*Budget{"free": free, "paused": paused, "busy": busy} {
		if err := b.Wait(over); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestAFreeWaitAllocatesNothing(t *testing.T) {
	b := NewBudget(BudgetOptions{})
	if n := testing.AllocsPerRun(100, func() { _ = b.Wait(t.Context()) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkFreeWait(b *testing.B) {
	budget := NewBudget(BudgetOptions{})
	ctx := b.Context()
	for b.Loop() {
		_ = budget.Wait(ctx)
	}
}
