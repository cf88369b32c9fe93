package webex

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// broken is a service in memory that is down for a while, or on one route for ever.
type broken struct {
	from, until time.Time
	route       string // only this path is down; empty: all
	down, up    atomic.Int64
}

func (b *broken) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(20 * time.Millisecond)
	now := time.Now()
	if (b.route == "" || r.URL.Path == b.route) && !now.Before(b.from) && now.Before(b.until) {
		if b.down.Add(1)%2 == 0 {
			return nil, errors.New("connection refused")
		}
		return &http.Response{StatusCode: http.StatusBadGateway, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	b.up.Add(1)
	return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// overADay lets 16 workers call a broken service for as long as they are let.
func overADay(t *testing.T, b *broken, route string) (outages []Outage, errs []error) {
	t.Helper()
	var mu sync.Mutex
	c, err := New(Options{
		BaseURL: "http://service.example", HTTP: &http.Client{Transport: b},
		Outage: func(o Outage) {
			mu.Lock()
			defer mu.Unlock()
			outages = append(outages, o)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for ctx.Err() == nil {
				if _, err := c.do(ctx, request{method: http.MethodGet, route: route}, nil); err != nil && ctx.Err() == nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
					return
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
	}
	wg.Wait()
	return outages, errs
}

func TestAnOutageIsWaitedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &broken{from: time.Now().Add(time.Minute), until: time.Now().Add(9 * time.Minute)}
		outages, errs := overADay(t, b, "/x")
		if len(errs) > 0 {
			t.Errorf("%d calls failed: %v", len(errs), errs[0])
		}
		if n := b.down.Load(); n > 16+downAfter+30 {
			t.Errorf("%d calls were sent while the service was down", n)
		}
		if len(outages) != 2 || !outages[0].Down || outages[0].Cause == nil || outages[1].Down {
			t.Fatalf("told: %+v", outages)
		}
		if b.up.Load() < 16*20*60*8 {
			t.Errorf("only %d calls were answered", b.up.Load())
		}
	})
}

func TestAnOutageThatLastsEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := &broken{from: began, until: began.Add(time.Hour)}
		outages, errs := overADay(t, b, "/x")
		if took := time.Since(began); took < longestDown || took > longestDown+2*lastProbe {
			t.Errorf("given up after %v", took)
		}
		if len(errs) != 16 || len(outages) != 1 {
			t.Errorf("%d workers ended, told: %+v", len(errs), outages)
		}
		for _, err := range errs {
			if f, fatal := Verdict(err); !errors.Is(err, ErrDown) || f != nil || fatal == nil || Unclear(err) {
				t.Errorf("got %v", err)
			}
		}
	})
}

// A single route that is out of order is no outage: its calls fail by themselves.
func TestABrokenRouteIsNoOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		b := &broken{route: "/x", from: began, until: began.Add(time.Hour)}
		_, errs := overADay(t, b, "/x")
		if took := time.Since(began); len(errs) != 16 || took > 3*time.Minute {
			t.Errorf("%d calls failed, after %v", len(errs), took)
		}
		for _, err := range errs {
			if f, fatal := Verdict(err); fatal != nil || f.Kind != kindUnavailable {
				t.Errorf("got %v", err)
			}
		}
	})
}

// Whoever waits for a service that is down can be stopped at any time.
func TestAnOutageEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &broken{from: time.Now(), until: time.Now().Add(time.Hour)}
		c, err := New(Options{BaseURL: "http://service.example", HTTP: &http.Client{Transport: b}})
		must(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if _, err := c.do(ctx, request{method: http.MethodGet, route: "/x"}, nil); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
	})
}
