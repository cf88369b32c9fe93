// Package handoff lists what people must do by hand for a batch, because no call of the service does it, with exact counts.
//
// A Counter sees every user once, as a planner does, and keeps a tally per location: memory grows with locations, not users.
package handoff

import (
	"strings"
	"time"

	"muster/internal/facts"
	"muster/internal/onboarding"
)

// Options of a list.
type Options struct {
	Facts    *facts.Tables
	Chosen   func(*onboarding.Customer) bool // whose work is listed
	Beside   []onboarding.Beside
	Settings map[*onboarding.Template]int    // how many settings a template's form asks for
	ByHand   bool                            // customers are made in Partner Hub, so all their quantities are typed
	Preload  bool                            // all numbers are added switched off: --numbers inactive
	Attached func(*onboarding.Customer) bool // it is known to be attached to its organization; nil: nobody knows of any
	Assist   bool                            // numbers are kept for requests of Setup Assist

	Label func(onboarding.Kind, onboarding.Field, string) string // heading of a field in a language, and name of the sheet with an empty one
}

// Counter counts what the users of a batch need.
type Counter struct {
	Options
	batch   *onboarding.Batch
	sites   map[siteKey]*tally
	last    siteKey // of the user before: the next one often sits there too
	at      *tally
	dates   map[string]time.Time
	written string // the port date of the user before, and its day
	day     time.Time
}

type siteKey struct {
	customer *onboarding.Customer
	location *onboarding.Location // nil: the headquarters, which has no row of its own
}

// tally is what was counted of one location.
type tally struct {
	users    int // with a package that makes calls
	numbers  int // of these, and the main number where no user has it
	packages []onboarding.PackageCount
	ports    []porting // one a day
	dateless int       // numbers without a day

	undatedAt onboarding.Row // the first user with one

	main  bool           // a user has the main number
	noted []assistNumber // only of customers with Setup Assist, when asked for
	ask   bool           // numbers are to be noted
}

// porting is how many numbers are ported on one day.
type porting struct {
	day     time.Time // zero: what is written is no day
	numbers int
	first   onboarding.Row // the first user with it
}

// NewCounter makes a counter of a resolved batch.
func NewCounter(b *onboarding.Batch, o Options) *Counter {
	return &Counter{Options: o, batch: b, sites: make(map[siteKey]*tally), dates: make(map[string]time.Time)}
}

// User counts a user. It keeps no string of it, and its error is always nil.
func (c *Counter) User(u *onboarding.User) error {
	if u.Resolved.Customer != nil && u.Resolved.Calling {
		c.calling(u)
	}
	return nil
}

func (c *Counter) calling(u *onboarding.User) {
	k := siteKey{u.Resolved.Customer, u.Resolved.Site}
	if k.location == nil {
		k.location = k.customer.Resolved.HQSite
	}
	if k != c.last || c.at == nil {
		c.last, c.at = k, c.site(k)
	}
	s := c.at
	s.users++
	s.count(u.Resolved.Package)
	if u.Resolved.Phone == "" {
		return
	}
	s.numbers++
	if k.location != nil && u.Resolved.Phone == k.location.Resolved.Main {
		s.main = true
	}
	var day time.Time
	if u.PortDate != "" {
		day = c.portDay(u.PortDate)
		s.port(day, u.Row)
	} else if s.dateless++; s.dateless == 1 {
		s.undatedAt = u.Row
		s.undatedAt.Damaged = nil
	}
	if s.ask {
		s.note(u, day)
	}
}

// Close is there for those that plan; a counter has nothing to finish.
func (c *Counter) Close() error { return nil }

func (c *Counter) site(k siteKey) *tally {
	s, ok := c.sites[k]
	if !ok {
		yes, _ := c.Facts.YesNo(k.customer.SetupAssist)
		s = &tally{ask: c.Assist && yes}
		c.sites[k] = s
	}
	return s
}

// portDay reads a date once, however often it is written.
func (c *Counter) portDay(text string) time.Time {
	if text == c.written {
		return c.day
	}
	day, known := c.dates[text]
	if !known {
		day, _ = onboarding.Day(text)
		if len(c.dates) < mostDates {
			c.dates[strings.Clone(text)] = day
		}
	}
	c.written, c.day = strings.Clone(text), day
	return day
}

// mostDates bounds the dates that are remembered as written.
const mostDates = 1000

func (s *tally) count(pack string) {
	for i := range s.packages {
		if s.packages[i].Package == pack {
			s.packages[i].Users++
			return
		}
	}
	s.packages = append(s.packages, onboarding.PackageCount{Package: pack, Users: 1})
}

func (s *tally) port(day time.Time, row onboarding.Row) {
	for i := range s.ports {
		if s.ports[i].day.Equal(day) {
			s.ports[i].numbers++
			return
		}
	}
	row.Damaged = nil
	s.ports = append(s.ports, porting{day, 1, row})
}

// add adds the numbers of another location's day.
func (s *tally) add(p porting) {
	for i := range s.ports {
		if s.ports[i].day.Equal(p.day) {
			s.ports[i].numbers += p.numbers
			return
		}
	}
	s.ports = append(s.ports, p)
}

// place is one location of a customer with what was counted there.
type place struct {
	name     string
	country  string
	pstn     string
	main     string // E.164
	row      onboarding.Row
	nameAt   onboarding.Field // that names it in the row
	location *onboarding.Location
	count    tally
}

// places gives the locations of a customer, the headquarters first, none for a customer that makes no calls.
func (c *Counter) places(cu *onboarding.Customer) []place {
	if !cu.Resolved.Calling {
		return nil
	}
	hq := place{name: cu.Resolved.HQ, country: cu.Resolved.Country, row: cu.Row, nameAt: "hq_location"}
	if l := cu.Resolved.HQSite; l != nil {
		hq = siteOf(l)
	}
	out := []place{hq}
	for _, l := range cu.Sites {
		if l != cu.Resolved.HQSite {
			out = append(out, siteOf(l))
		}
	}
	for i := range out {
		p := &out[i]
		if s := c.sites[siteKey{cu, p.location}]; s != nil {
			p.count = *s
		}
		if p.main != "" && !p.count.main {
			p.count.numbers++
		}
	}
	return out
}

// undated counts the numbers without a Port date, the main number among them when no user has it.
func (p place) undated() int {
	n := p.count.dateless
	if p.main != "" && !p.count.main {
		n++
	}
	return n
}

func siteOf(l *onboarding.Location) place {
	return place{name: l.Name, country: l.Resolved.Country, pstn: l.PSTN, main: l.Resolved.Main, row: l.Row, nameAt: "name", location: l}
}
