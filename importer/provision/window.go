package provision

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // windows are meant in customers' zones, also on machines that know none

	"muster/internal/wanted"
)

// Moment is a point of time, or a wall time that every customer has in its own zone. The zero value is none.
type Moment struct {
	at   time.Time // the wall time as if it were UTC
	wall bool
}

// ParseMoment reads RFC 3339, or a date and time without offset that is meant in each customer's zone: 2026-11-28T04:00,
// with or without seconds, with T or a blank. Empty text is no moment.
func ParseMoment(text string) (Moment, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Moment{}, nil
	}
	if at, err := time.Parse(time.RFC3339, strings.Replace(text, " ", "T", 1)); err == nil {
		return Moment{at: at}, nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if at, err := time.Parse(layout, strings.Replace(text, " ", "T", 1)); err == nil {
			return Moment{at: at, wall: true}, nil
		}
	}
	return Moment{}, fmt.Errorf("%q is no time", text)
}

// IsZero reports whether there is none.
func (m Moment) IsZero() bool { return m.at.IsZero() }

// In is the point of time at which a zone has the moment. Of a wall time that a zone has twice, when clocks go back, it is
// the first; one that a zone skips, when clocks go forward, comes as much after the change as it would have come before.
func (m Moment) In(zone *time.Location) time.Time {
	if !m.wall {
		return m.at
	}
	const day = 24 * time.Hour
	_, before := m.at.Add(-day).In(zone).Zone()
	_, after := m.at.Add(day).In(zone).Zone()
	for _, offset := range []int{max(before, after), min(before, after)} {
		if t := m.at.Add(-time.Duration(offset) * time.Second); sameWall(t.In(zone), m.at) {
			return t
		}
	}
	return m.at.Add(-time.Duration(before) * time.Second)
}

func sameWall(a, b time.Time) bool {
	return a.Format(time.DateTime) == b.Format(time.DateTime)
}

// Before reports whether m comes before n in any zone of the earth.
func (m Moment) Before(n Moment) bool {
	const first, last = 14 * 3600, -12 * 3600 // seconds east of Greenwich
	for _, offset := range []int{first, last} {
		if zone := time.FixedZone("", offset); m.In(zone).Before(n.In(zone)) {
			return true
		}
	}
	return false
}

// Zones finds the time zones of customers, each once. It is for one goroutine.
type Zones struct {
	here  *time.Location
	known map[string]*time.Location
}

// NewZones makes one for customers of whom no zone is known to live here.
func NewZones(here *time.Location) *Zones {
	return &Zones{here: here, known: make(map[string]*time.Location)}
}

// Of is where a customer lives: its headquarters, else what the sheet says of it, else here.
func (z *Zones) Of(c wanted.Customer) *time.Location {
	name := c.TimeZone
	if c.HQ != nil {
		name = cmp.Or(c.HQ.TimeZone, name)
	}
	if l, ok := z.known[name]; ok {
		return l
	}
	l, err := time.LoadLocation(name)
	if err != nil || name == "" {
		l = z.here
	}
	z.known[name] = l
	return l
}

func (e *Engine) zone(c wanted.Customer) *time.Location {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.zones.Of(c)
}

// over reports whether the window of a customer has ended.
func (e *Engine) over(c wanted.Customer) bool {
	return !e.opt.NotAfter.IsZero() && e.opt.Clock().After(e.opt.NotAfter.In(e.zone(c)))
}

// opens is when the window of a customer opens; zero when it has.
func (e *Engine) opens(c wanted.Customer) time.Time {
	if e.opt.NotBefore.IsZero() {
		return time.Time{}
	}
	at := e.opt.NotBefore.In(e.zone(c))
	if !e.opt.Clock().Before(at) {
		return time.Time{}
	}
	return at
}

// window lets a customer wait until its window opens. One whose window has ended by then is not begun.
func (t *tenant) window(context.Context) (stepResult, error) {
	if t.begun {
		return goOn, nil
	}
	if t.opens = t.e.opens(t.spec); !t.opens.IsZero() {
		t.due = t.opens
		return waits, nil
	}
	if t.e.over(t.spec) {
		return ends, nil
	}
	t.begun = true
	return goOn, nil
}

// tellOpening tells when the first of the windows opens that customers wait for; last is what was told before.
func (e *Engine) tellOpening(parked []waiter, last *time.Time) {
	var first time.Time
	for _, w := range parked {
		if at := w.opens; !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	if e.opt.Opens == nil || first.Equal(*last) {
		return
	}
	*last = first
	e.opt.Opens(first)
}
