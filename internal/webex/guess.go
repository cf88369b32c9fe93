package webex

import "time"

// cycle measures what the service gives from one refusal to the next.
type cycle struct {
	taken int           // calls accepted
	run   time.Duration // while they were made, without idleness
	last  time.Time     // latest answer
}

const (
	cycleMemory = 2 * time.Minute // what lies longer back counts half
	idleAfter   = 250 * time.Millisecond
)

func (c *cycle) accept(now time.Time, rate float64) {
	c.tick(now, rate)
	c.taken++
	if c.run > cycleMemory {
		c.run, c.taken = c.run/2, c.taken/2
	}
}

// tick adds the time since the latest answer. What is longer than the rate explains is idleness of the workers.
func (c *cycle) tick(now time.Time, rate float64) {
	if gap := now.Sub(c.last); gap > 0 && !c.last.IsZero() {
		grace := idleAfter
		if rate > 0 {
			grace = max(grace, time.Duration(3*float64(time.Second)/rate))
		}
		c.run += min(gap, grace)
	}
	if now.After(c.last) {
		c.last = now
	}
}

// guess is what the budget believes the service gives: the calls of a cycle by its time and the pause that it cost.
//
// That is exact for a service that counts by the minute, where the pause lasts to the minute's end, and for one that fills
// a bucket, which fills again during the pause. It is too low where a pause is lost time. So a cycle that agrees with the
// rate at which it was refused eases that rate a little, and a single one that does not agree is not taken at its word.
type guess struct {
	climb
	old climb // the surest climb before, fading: where a short cycle lowered the rate, it soon comes back to this one

	cycle  cycle
	pause  time.Duration
	peak   float64 // rate at which the cycle was refused; 0 for unlimited
	proven float64 // latest rate that a cycle agreed with
	weight float64 // calls of the longest cycle that agreed, fading
	missed bool    // the cycle before did not agree
}

const (
	agreement = 0.8  // share of the peak that a cycle must have reached to agree with it
	easing    = 0.97 // what is left of a peak that a cycle agreed with
)

// climb is how the rate grows while nothing is refused.
type climb struct {
	rate   float64 // calls a second to begin with
	stride float64 // calls after which it has doubled; the longer the cycle it was learnt from, the less is tried
}

func (c climb) after(calls int) float64 {
	r := float64(calls) / c.stride
	return c.rate * (1 + r*r)
}

// rateAfter gives the rate after some calls.
func (g *guess) rateAfter(calls int) float64 {
	if g.stride < g.old.stride {
		return min(g.climb.after(calls), g.old.after(calls))
	}
	return g.climb.after(calls)
}

// close ends a cycle that was refused at a rate.
func (g *guess) close(c cycle, peak float64) {
	if g.cycle.taken > 0 {
		g.learn()
	}
	g.cycle, g.peak, g.pause = c, peak, 0
}

// learn remembers how the closed cycle ended before another one takes its place.
func (g *guess) learn() {
	if g.old.stride /= 2; g.stride >= g.old.stride {
		g.old = g.climb
	}
	if g.agrees() {
		g.proven, g.weight, g.missed = g.rate, max(float64(g.cycle.taken), g.weight/2), false
		return
	}
	if g.missed {
		g.proven, g.weight = 0, 0
	}
	g.missed = true
}

func (g *guess) measured() float64 {
	return float64(g.cycle.taken) / (g.cycle.run + g.pause).Seconds()
}

func (g *guess) agrees() bool { return g.peak > 0 && g.measured() >= agreement*g.peak }

// paused adds a pause to the closed cycle and guesses anew; false when there is no cycle to guess from.
func (g *guess) paused(pause time.Duration) bool {
	if g.cycle.taken == 0 {
		return false
	}
	g.pause += pause
	n := float64(g.cycle.taken)
	switch m := g.measured(); {
	case g.agrees():
		g.rate, g.stride = max(m, easing*g.peak), 8*max(n, g.weight/2)
	case g.proven > 0 && !g.missed:
		g.rate, g.stride = max(m, 0.9*g.proven), 8*max(n, g.weight/2)
	default:
		g.rate, g.stride = m, 3*n
	}
	if g.peak > 0 {
		g.rate = min(g.rate, g.peak)
	}
	g.rate = max(g.rate, floorRate)
	g.stride = max(min(g.stride, slowest*g.rate), 8)
	return true
}
