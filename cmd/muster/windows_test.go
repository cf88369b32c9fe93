package main

import (
	"strings"
	"testing"
	"time"

	"muster/importer/provision"
	"muster/internal/wanted"
)

// A wall time is over in one zone and not in another; a customer whose turn comes too late may be left.
func TestWindowsOfCustomers(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	moment := func(text string) provision.Moment {
		m, err := provision.ParseMoment(text)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	stops := func(opens, closes string) string {
		w := newWindows(moment(opens), moment(closes), now)
		w.add("tokyo", wanted.Customer{TimeZone: "America/Chicago", HQ: &wanted.Place{TimeZone: "Asia/Tokyo"}}, 0)
		w.add("berlin", wanted.Customer{TimeZone: "Europe/Berlin"}, 3600)
		w.add("austin", wanted.Customer{TimeZone: "America/Chicago"}, 4000)
		var out []string
		for _, s := range w.stops("T", now, 1) {
			out = append(out, s.String())
		}
		return strings.Join(out, "\n")
	}
	for _, c := range []struct{ opens, closes, want string }{
		{"", "", ""},
		{"", "2026-11-29T12:00", ""},
		{"", "2026-11-28T13:30", "over for 1 of 3 customers, each in its own zone: tokyo\nmay leave for later: --not-after T comes before the turn of 1 of 3 customers at 1 calls a second: berlin"},
		{"", "2026-11-28T05:00", "would begin no customer: --not-after T is over"},
		{"", "2026-11-28T14:00", "over for 1 of 3 customers, each in its own zone: tokyo"},
		{"2026-11-28T13:30", "2026-11-28T13:50:00Z", "over for 1 of 3 customers, each in its own zone: austin"},
	} {
		if got := stops(c.opens, c.closes); got != c.want && !strings.HasSuffix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("from %q to %q: %q, want %q", c.opens, c.closes, got, c.want)
		}
	}
}
