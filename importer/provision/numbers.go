package provision

import (
	"context"
	"slices"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// numbers sees to it that every location holds the numbers that its users and its main line are to have.
func (t *tenant) numbers(ctx context.Context) (stepResult, error) {
	err := t.each(ctx, onboarding.ObjectNumbers, true, t.stock)
	return t.resume(err)
}

// shelf is the stock of numbers of one location on its way.
type shelf struct {
	it      journal.Item
	spec    wanted.Numbers
	p       *place
	planned []string        // each once
	asked   map[string]bool // the same
	listed  map[string]bool // what the location holds
	missing []string        // what it is to hold and does not
	added   map[string]bool // what runs of this journal added
}

// stock fills the stock of numbers of one location.
func (t *tenant) stock(ctx context.Context, it journal.Item) error {
	p := t.places[it.Site]
	switch {
	case it.Held != onboarding.NoReason:
		return t.e.held(ctx, it, it.Held)
	case p == nil || p.reason != onboarding.NoReason:
		return t.e.held(ctx, it, onboarding.ReasonParentFailed)
	}
	spec, err := wanted.Decode[wanted.Numbers](it.Spec)
	if err != nil {
		return err
	}
	s := &shelf{it: it, spec: spec, p: p}
	if err := t.look(ctx, s); err != nil {
		return t.rowFailed(ctx, it, err)
	}
	if len(s.missing) == 0 {
		return t.stocked(ctx, s, standing(it))
	}
	return t.fill(ctx, s)
}

// standing is the status of a row that was found as it should be.
func standing(it journal.Item) onboarding.Status {
	switch {
	case begun(it), it.Made && waited(it):
		return onboarding.Created
	case it.Made:
		return onboarding.Unchanged
	}
	return onboarding.Adopted
}

// look finds out what the location holds, what it is to hold, and what of it this journal added.
func (t *tenant) look(ctx context.Context, s *shelf) (err error) {
	if s.planned, err = t.run.Numbers(ctx, t.key, s.it.Site); err != nil {
		return err
	}
	s.asked, s.added = make(map[string]bool, len(s.planned)), make(map[string]bool)
	for _, n := range s.planned {
		s.asked[n] = true
	}
	if main := s.spec.Main; main != "" && !s.asked[main] {
		s.planned, s.asked[main] = append(s.planned, main), true
	}
	o, ok, err := t.run.Object(ctx, s.it.Kind, t.key, s.it.Key)
	if err != nil {
		return err
	}
	if ok && o.ID == s.p.id && len(o.Facts) > 0 {
		facts, err := wanted.Decode[wanted.Numbers](o.Facts)
		if err != nil {
			return err
		}
		for _, n := range facts.Added {
			s.added[n] = true
		}
	}
	return t.list(ctx, s)
}

// list finds out what the location holds and lacks. A location that was just made holds nothing.
func (t *tenant) list(ctx context.Context, s *shelf) error {
	s.listed, s.missing = make(map[string]bool), nil
	if !s.p.fresh || begun(s.it) {
		for n, err := range t.service.ListNumbers(ctx, t.org, s.p.id) {
			if err != nil {
				return err
			}
			s.listed[n.PhoneNumber] = true
		}
	}
	for _, n := range s.planned {
		if !s.listed[n] {
			s.missing = append(s.missing, n)
		}
	}
	return nil
}

// fill adds the missing numbers, after it has made sure that calls can reach them. What is about to be added is remembered
// before it is sent, so that a crash leaves nobody in doubt whose numbers they are.
func (t *tenant) fill(ctx context.Context, s *shelf) error {
	if t.e.opt.Numbers == NumbersExisting {
		return t.e.record(ctx, s.it, onboarding.Outcome{Status: onboarding.Failed, Error: onboarding.Explain("input",
			onboarding.T("the location does not hold %s, and --numbers existing adds none", onboarding.Some(s.missing, 3)))})
	}
	ok, err := t.connect(ctx, s.spec, s.p)
	if err != nil {
		return t.rowFailed(ctx, s.it, err)
	}
	if !ok {
		s.p.noPSTN = true
		return t.e.held(ctx, s.it, onboarding.ReasonNoPSTN)
	}
	if !t.e.mayCreate() {
		return nil
	}
	for _, n := range s.missing {
		s.added[n] = true
	}
	if err := t.rememberStock(ctx, s, false); err != nil {
		return err
	}
	if err := t.run.Intend(ctx, s.it.Seq); err != nil {
		return err
	}
	s.it.Entry.State, s.it.Entry.At = journal.Intent, t.e.opt.Clock()
	err = t.addAll(ctx, s)
	if err == nil {
		return t.stocked(ctx, s, onboarding.Created)
	}
	if !webex.Unclear(err) {
		for _, n := range s.missing {
			delete(s.added, n) // refused
		}
	}
	if rerr := t.rememberStock(ctx, s, false); rerr != nil {
		return rerr
	}
	return t.rowFailed(ctx, s.it, err)
}

// rememberStock keeps which numbers of the location this journal added, as long as they are planned or there.
func (t *tenant) rememberStock(ctx context.Context, s *shelf, made bool) error {
	facts := s.spec
	facts.Added, facts.Ports = nil, false
	for n := range s.added {
		if s.listed[n] || s.asked[n] {
			facts.Added = append(facts.Added, n)
		}
	}
	slices.Sort(facts.Added)
	return t.run.Remember(ctx, journal.Object{
		Kind: s.it.Kind, Customer: t.key, Key: s.it.Key, ID: s.p.id, Made: made, Facts: wanted.Encode(facts),
	})
}

// addAll adds what is missing: switched on, but for numbers that are ported later and in a run that preloads.
func (t *tenant) addAll(ctx context.Context, s *shelf) error {
	later, err := t.portedLater(ctx, s)
	if err != nil {
		return err
	}
	var now, then []string
	for _, n := range s.missing {
		if later(n) {
			then = append(then, n)
		} else {
			now = append(now, n)
		}
	}
	s.missing = now
	if err := t.addNumbers(ctx, s, true); err != nil {
		s.missing = append(s.missing, then...) // not sent any more
		return err
	}
	s.missing = then
	return t.addNumbers(ctx, s, false)
}

// portedLater tells of a number whether it is to be added switched off.
func (t *tenant) portedLater(ctx context.Context, s *shelf) (func(number string) bool, error) {
	if t.e.opt.Numbers == NumbersInactive {
		return func(string) bool { return true }, nil
	}
	if !s.spec.Ports {
		return func(string) bool { return false }, nil
	}
	dates, err := t.run.PortDates(ctx, t.key, s.it.Site)
	today := t.e.opt.Clock().In(t.e.zone(t.spec)).Format(time.DateOnly)
	return func(number string) bool { return dates[number] > today }, err
}

// addNumbers sends the numbers in the batches that the service takes, and keeps what is left of them. After a conflict or
// an unclear answer the location is listed again: numbers that are there by then count as added. A number stands in one
// place only, so sending one again does no harm.
func (t *tenant) addNumbers(ctx context.Context, s *shelf, active bool) error {
	for lost := 0; len(s.missing) > 0; {
		n := min(len(s.missing), webex.MaxNumbersPerAdd)
		err := t.service.AddNumbers(ctx, t.org, s.p.id, s.missing[:n], active)
		if err == nil {
			s.missing = s.missing[n:]
			continue
		}
		if !webex.Conflict(err) && !webex.Unclear(err) {
			return err
		}
		before := s.missing
		if err := t.list(ctx, s); err != nil {
			return err
		}
		s.missing = slices.DeleteFunc(slices.Clone(before), func(n string) bool { return s.listed[n] })
		if len(s.missing) == len(before) {
			if lost++; lost > mostSends || !webex.Unclear(err) {
				return err // nothing was added: the service will not take them
			}
		}
	}
	return nil
}

// stocked sets the main number of a location that holds all its numbers, and records the row.
func (t *tenant) stocked(ctx context.Context, s *shelf, status onboarding.Status) error {
	changed, err := t.mainNumber(ctx, s.spec, s.p)
	if err != nil {
		return t.rowFailed(ctx, s.it, err)
	}
	if changed && (status == onboarding.Unchanged || status == onboarding.Adopted) {
		status = onboarding.Updated
	}
	if err := t.rememberStock(ctx, s, status == onboarding.Created); err != nil {
		return err
	}
	return t.e.record(ctx, s.it, onboarding.Outcome{Status: status})
}

func (t *tenant) mainNumber(ctx context.Context, spec wanted.Numbers, p *place) (changed bool, err error) {
	if spec.Main == "" {
		return false, nil
	}
	if !p.fresh {
		loc, err := t.service.CallingLocation(ctx, t.org, p.id)
		if err != nil || loc != nil && loc.CallingLineID.PhoneNumber == spec.Main {
			return false, err
		}
	}
	err = t.service.UpdateCallingLocation(ctx, t.org, p.id, webex.CallingLocationUpdate{CallingLineID: webex.CallingLineID{PhoneNumber: spec.Main}})
	return err == nil, err
}

// rowFailed records the refusal of a row, or gives the error that ends the run.
func (t *tenant) rowFailed(ctx context.Context, it journal.Item, err error) error {
	f, fatal := verdict(err)
	if fatal != nil {
		return fatal
	}
	return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: f})
}
