package webex

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// How the rate moves. The service tells nobody its limit, so it is found by asking for a little more than it gives.
const (
	rampStep     = 2.0      // calls a second gained by each answer until the first refusal: twice the rate in 0.35 s
	rampLate     = 400.0    // calls a second gained in a second once the rate is high
	floorRate    = 0.1      // calls a second below which the rate never falls
	freeRate     = 10_000.0 // calls a second above which calls are no longer spaced
	slowest      = 300.0    // seconds in which the rate doubles at the latest while nothing is refused
	slack        = 5 * time.Millisecond
	defaultPause = time.Second     // after a 429 that does not say how long
	longestGuess = 8 * time.Second // the longest pause that was not the service's own wish
	scoutTime    = 2 * time.Second // after which a call without an answer holds up the others no longer
	scoutLook    = 10 * time.Millisecond
)

// BudgetOptions says how a Budget begins.
type BudgetOptions struct {
	Ceiling float64 // calls a second never exceeded; 0 is none
	Start   float64 // calls a second at the beginning; 0 does not limit until the service refuses a call

	Clock func() time.Time                           // nil is time.Now
	Sleep func(context.Context, time.Duration) error // nil sleeps until the time is over or the context ends
}

// Budget is the one rate that all workers of a run share.
//
// A refusal (429) pauses everybody, and the rate falls to what the service was measured to give. Then it climbs, slowly at
// first and the slower the better the measurement was, until it is refused again. A limit of R calls a minute is so used
// nearly in full at the price of a few refusals, whether the service counts by the minute or fills a bucket.
type Budget struct {
	open  atomic.Bool   // neither limited nor paused: Wait returns at once
	epoch atomic.Uint64 // counts falls; an answer to a call of an earlier epoch says nothing about the new rate
	turn  chan struct{} // whoever holds it goes next; only that one sleeps on a timer
	clock func() time.Time
	sleep func(context.Context, time.Duration) error

	ceiling float64

	mu          sync.Mutex
	rate        float64   // calls a second; 0 is unlimited
	next        time.Time // when the next call may go
	pausedUntil time.Time
	tight       bool // the latest call had to wait for the rate
	refusals    int64

	ramp   bool      // nothing was refused yet
	probes int       // calls made at the full rate since the latest refusal
	cycle  cycle     // since the latest refusal
	empty  int       // refusals in a row with nothing accepted between them
	scout  time.Time // when a call was sent ahead to see whether the pause was long enough
	guess  guess     // from the cycle before
}

// NewBudget makes a Budget.
func NewBudget(o BudgetOptions) *Budget {
	b := &Budget{
		turn: make(chan struct{}, 1), clock: o.Clock, sleep: o.Sleep,
		ceiling: o.Ceiling, rate: o.Start, ramp: true,
	}
	if b.clock == nil {
		b.clock = time.Now
	}
	if b.sleep == nil {
		b.sleep = sleep
	}
	if b.rate == 0 {
		b.rate = b.ceiling
	}
	b.setRate(b.rate)
	b.open.Store(b.rate == 0)
	return b
}

// Rate is how many calls a second the budget gives now; 0 while it does not limit.
func (b *Budget) Rate() float64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rate
}

// Wait blocks until the next call may be sent, or gives the error of the context.
func (b *Budget) Wait(ctx context.Context) error {
	if b.open.Load() {
		return ctx.Err()
	}
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-b.turn }()
	for waited := false; ; waited = true {
		d := b.claim(waited)
		if d <= 0 {
			return ctx.Err()
		}
		if err := b.sleep(ctx, d); err != nil {
			return err
		}
	}
}

// claim takes the next place in time, or says how long to wait for it.
func (b *Budget) claim(waited bool) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	at := b.next
	if b.pausedUntil.After(at) {
		at = b.pausedUntil
	}
	if d := at.Sub(now); d > 0 {
		return d
	}
	if b.empty > 0 && b.cycle.taken == 0 { // the pause may be too short again: one call goes ahead and looks
		if now.Before(b.scout.Add(scoutTime)) {
			return scoutLook
		}
		b.scout = now
		return 0
	}
	if b.rate == 0 {
		b.open.Store(true)
		return 0
	}
	late := now.Sub(b.next)
	b.tight = waited || late <= slack
	if late > slack {
		b.next = now.Add(-slack)
	}
	b.next = b.next.Add(time.Duration(float64(time.Second) / b.rate))
	return 0
}

// accepted records an answer other than 429 to a call sent in an epoch.
func (b *Budget) accepted(epoch uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if epoch != b.epoch.Load() {
		return
	}
	b.cycle.accept(b.clock(), b.rate)
	if b.tight {
		b.grow()
	}
}

func (b *Budget) grow() {
	switch {
	case b.rate == 0:
	case b.ramp:
		b.setRate(b.rate + min(rampStep, rampLate/b.rate))
	default:
		b.probes++
		b.setRate(b.guess.rateAfter(b.probes))
	}
}

func (b *Budget) setRate(r float64) {
	switch {
	case b.ceiling > 0:
		r = min(r, b.ceiling)
	case r > freeRate:
		r = 0
	}
	b.rate = r
}

// refused records a 429 to a call sent in an epoch: everybody pauses, and the rate falls once for all calls then under way.
func (b *Budget) refused(epoch uint64, retryAfter time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refusals++
	if retryAfter <= 0 {
		retryAfter = defaultPause
	}
	if epoch != b.epoch.Load() {
		b.pauseFor(retryAfter)
		return
	}
	b.epoch.Add(1)
	if b.cycle.taken > 0 {
		b.empty = 0
		b.cycle.tick(b.clock(), b.rate)
		b.guess.close(b.cycle, b.rate)
	} else { // the pause was too short, which is one more thing to learn from
		b.empty++
		retryAfter = max(retryAfter, min(defaultPause<<min(b.empty-1, 10)/2, longestGuess))
	}
	b.pauseFor(retryAfter)
	b.scout = time.Time{}
	b.cycle = cycle{last: b.pausedUntil}
	if b.guess.paused(retryAfter) {
		b.ramp, b.probes = false, 0
		b.setRate(b.guess.rateAfter(0))
	}
}

// pause makes everybody wait, without a lesson for the rate: for a 423 that says how long.
func (b *Budget) pause(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pauseFor(d)
}

func (b *Budget) pauseFor(d time.Duration) {
	if until := b.clock().Add(min(d, longestWait)); until.After(b.pausedUntil) {
		b.pausedUntil = until
	}
	b.open.Store(false)
}

// BudgetStats is a look at a Budget.
type BudgetStats struct {
	Rate        float64   // calls a second allowed now; 0 is unlimited
	PausedUntil time.Time // in the past when nothing is paused
	Refused     int64     // answers 429 so far
}

// Stats gives the state of the budget, for progress and forecasts.
func (b *Budget) Stats() BudgetStats {
	b.mu.Lock()
	defer b.mu.Unlock()
	return BudgetStats{Rate: b.rate, PausedUntil: b.pausedUntil, Refused: b.refusals}
}
