package main

import (
	"time"

	"muster/importer/provision"
	"muster/internal/onboarding"
	"muster/internal/wanted"
)

// windows says of which customers a run would find the window over. Each is asked in its customer's own zone, as a run does.
type windows struct {
	opens, closes provision.Moment
	begin         time.Time
	zones         *provision.Zones
	all           []customerWindow
}

// customerWindow is that of one customer.
type customerWindow struct {
	key    string
	begin  time.Time // of a run, or of the window when it opens later
	closes time.Time
	before int // calls for the customers before it
}

func newWindows(opens, closes provision.Moment, begin time.Time) *windows {
	return &windows{opens: opens, closes: closes, begin: begin, zones: provision.NewZones(begin.Location())}
}

// add notes the next customer of the plan.
func (w *windows) add(key string, spec wanted.Customer, callsBefore int) {
	if w.closes.IsZero() {
		return
	}
	zone := w.zones.Of(spec)
	c := customerWindow{key: key, begin: w.begin, closes: w.closes.In(zone), before: callsBefore}
	if opens := w.opens.In(zone); !w.opens.IsZero() && opens.After(c.begin) {
		c.begin = opens
	}
	w.all = append(w.all, c)
}

// stops says how many customers would not be begun, and how many may not: those whose turn comes after their window at
// this rate of calls.
func (w *windows) stops(notAfter string, begin time.Time, rate float64) []onboarding.Text {
	var over, late []customerWindow
	for _, c := range w.all {
		turn := begin.Add(time.Duration(float64(c.before) / rate * float64(time.Second)))
		switch {
		case c.closes.Before(c.begin):
			over = append(over, c)
		case c.closes.Before(turn):
			late = append(late, c)
		}
	}
	var out []onboarding.Text
	switch n := len(over); {
	case n == 0:
	case n == len(w.all):
		out = append(out, onboarding.T("would begin no customer: --not-after %s is over", notAfter))
	default:
		out = append(out, onboarding.T("would leave for later: --not-after %s is over for %d of %d customers, each in its own zone: %s", notAfter, n, len(w.all), someKeys(over)))
	}
	if n := len(late); n > 0 {
		out = append(out, onboarding.T("may leave for later: --not-after %s comes before the turn of %d of %d customers at %g calls a second: %s", notAfter, n, len(w.all), rate, someKeys(late)))
	}
	return out
}

func someKeys(all []customerWindow) onboarding.Text {
	keys := make([]string, len(all))
	for i, c := range all {
		keys[i] = c.key
	}
	const few = 3
	return onboarding.Some(keys, few)
}
