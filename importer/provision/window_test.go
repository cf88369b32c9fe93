package provision_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"muster/importer/provision"
	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

func moment(t *testing.T, text string) provision.Moment {
	t.Helper()
	m, err := provision.ParseMoment(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A wall time is a moment of each zone, also on days on which clocks change.
func TestMoments(t *testing.T) {
	for _, c := range []struct{ text, zone, want string }{
		{"2026-11-28T04:00", "America/Chicago", "2026-11-28T10:00:00Z"},
		{"2026-11-28 04:00:30", "Asia/Tokyo", "2026-11-27T19:00:30Z"},
		{"2026-11-28T04:00:00+01:00", "Asia/Tokyo", "2026-11-28T03:00:00Z"},
		{"2026-11-28 04:00:00Z", "Asia/Tokyo", "2026-11-28T04:00:00Z"},
		{"2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00Z"},       // skipped: 03:30
		{"2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00Z"},       // the first after the change
		{"2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"},       // twice: the first
		{"2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00Z"},       // once more
		{"2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00Z"},    // twice
		{"2026-03-08T02:15", "America/New_York", "2026-03-08T07:15:00Z"},    // skipped
		{"2026-04-05T01:45", "Australia/Lord_Howe", "2026-04-04T14:45:00Z"}, // back by half an hour, twice
	} {
		zone, err := time.LoadLocation(c.zone)
		check(t, err)
		if got := moment(t, c.text).In(zone).UTC().Format(time.RFC3339); got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.text, c.zone, got, c.want)
		}
	}
	for _, text := range []string{"tomorrow", "2026-11-28", "04:00", "2026-02-30T04:00"} {
		if _, err := provision.ParseMoment(text); err == nil {
			t.Errorf("%q is a time", text)
		}
	}
	if m := moment(t, " "); !m.IsZero() {
		t.Error("no text is a time")
	}
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"2026-11-28T04:00", "2026-11-28T05:00", true},
		{"2026-11-28T05:00", "2026-11-28T05:00", false},
		{"2026-11-28T06:00", "2026-11-28T05:00", false},
		{"2026-11-28T04:00", "2026-11-28T03:00:00Z", true},
		{"2026-11-28T04:00", "2026-11-27T12:00:00Z", false},
	} {
		if got := moment(t, c.a).Before(moment(t, c.b)); got != c.want {
			t.Errorf("%s before %s: %v", c.a, c.b, got)
		}
	}
}

// clock runs from a time of the test's own, and can be put forward.
type clock struct {
	mu   sync.Mutex
	base time.Time
	from time.Time
}

func clockAt(t *testing.T, at string) *clock {
	t.Helper()
	base, err := time.Parse(time.RFC3339, at)
	check(t, err)
	return &clock{base: base, from: time.Now()}
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base.Add(time.Since(c.from))
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.base, c.from = at, time.Now()
}

func bakeryIn(id, zone string, n int) order {
	o := bakery(id, n)
	o.customer.TimeZone = zone
	return o
}

// A window is meant in each customer's zone. Who waits for it holds no worker, and who comes too late is left for later.
func TestWindows(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	c := clockAt(t, "2026-11-27T19:30:00Z") // 04:30 in Tokyo, 08:30 in Auckland, 13:30 in Chicago
	w.opt.Clock, w.opt.Concurrency = c.now, 1
	w.opt.NotBefore, w.opt.NotAfter = moment(t, "2026-11-28T04:00"), moment(t, "2026-11-28T05:00")
	var told opening
	w.opt.Opens, w.obs = told.opens, whenDone(func(o onboarding.Outcome) {
		if o.Customer == "crm-tokyo" && o.Kind == roles { // its last row: done while the other one waits
			c.set(told.last())
		}
	})
	res := w.apply(bakeryIn("crm-chicago", "America/Chicago", 1), bakeryIn("crm-tokyo", "Asia/Tokyo", 1), bakeryIn("crm-auckland", "Pacific/Auckland", 1))
	check(t, res.err)
	res.want(t, want{customers: "created:2 not_tried:1", locations: "created:2 not_tried:1", numbers: "created:2 not_tried:1", users: "created:2 not_tried:1", roles: "created:2 not_tried:1"})
	for _, o := range res.outcomes {
		if late := o.Customer == "crm-auckland"; late != (o.Status == onboarding.NotTried) {
			t.Errorf("%s %s: %s", o.Customer, o.Kind, o.Status)
		}
	}
	if got := told.all(); got != "2026-11-28T10:00:00Z none" {
		t.Errorf("told: %s", got)
	}
}

// opening keeps what is told of windows.
type opening struct {
	mu    sync.Mutex
	times []time.Time
}

func (o *opening) opens(at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.times = append(o.times, at)
}

func (o *opening) last() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.times[len(o.times)-1]
}

func (o *opening) all() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []string
	for _, at := range o.times {
		if at.IsZero() {
			out = append(out, "none")
			continue
		}
		out = append(out, at.UTC().Format(time.RFC3339))
	}
	return strings.Join(out, " ")
}

// whenDone is told of every outcome.
type whenDone func(onboarding.Outcome)

func (f whenDone) Done(o onboarding.Outcome) { f(o) }
func (whenDone) Waits(int)                   {}

// Numbers that are ported on a later day, as it is where the customer lives, are added switched off.
func TestPortDates(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.opt.Clock = clockAt(t, "2026-11-29T05:30:00Z").now // 23:30 of the day before in Chicago
	here, there := bakeryIn("crm-1", "America/Chicago", 3), bakeryIn("crm-2", "Asia/Tokyo", 2)
	here.users[1].PortDate, here.users[2].PortDate, there.users[1].PortDate = "2026-11-29", "2026-11-28", "2026-11-29"
	res := w.apply(here, there)
	check(t, res.err)
	res.want(t, want{customers: "created:2", locations: "created:2", numbers: "created:2", users: "created:5", roles: "created:2"})
	off := func(id string) (numbers []string) {
		c, err := w.client.FindCustomer(t.Context(), id)
		check(t, err)
		for n, err := range w.client.ListNumbers(t.Context(), c.OrgID, "") {
			check(t, err)
			if n.State == "INACTIVE" {
				numbers = append(numbers, n.PhoneNumber)
			}
		}
		return numbers
	}
	if got := strings.Join(off("crm-1"), " "); got != phone("crm-1", 1) {
		t.Errorf("switched off: %s, want %s", got, phone("crm-1", 1))
	}
	if got := off("crm-2"); len(got) != 0 {
		t.Errorf("switched off although the day has come: %v", got)
	}
}
