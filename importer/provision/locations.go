package provision

import (
	"context"
	"slices"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// locations sees to it that the headquarters and every further location stand and can make calls.
func (t *tenant) locations(ctx context.Context) (stepResult, error) {
	rows, err := t.rows(ctx, onboarding.ObjectLocation)
	if err != nil || len(rows) == 0 {
		return goOn, err
	}
	live, err := t.liveLocations(ctx)
	if err != nil {
		return t.belowRefused(ctx, err)
	}
	t.sites = make(map[string]string, len(live.byName))
	for _, l := range live.byName {
		t.sites[l.ID] = l.Name
	}
	if hq := headquartersRow(rows); hq != nil && live.named(hq.Key) == nil && t.headquartersLate(*hq) {
		return t.waitFor(t.pause()), nil
	}
	if t.places == nil {
		t.places = make(map[string]*place)
	}
	var errs firstError
	for _, it := range rows {
		t.do(true, func() { errs.set(t.location(about(ctx, it), it, live)) })
	}
	t.wg.Wait()
	return t.resume(errs.get())
}

// hqTries is how many times the headquarters of a new customer is looked for; it may show up later than the customer.
const hqTries = 20

// headquartersLate reports whether a headquarters that is not listed may still show up: of a customer that this process
// made, or that an earlier one made without having seen it.
func (t *tenant) headquartersLate(hq journal.Item) bool {
	if t.fresh || !t.mine || final(hq) || hq.Made {
		return t.fresh && t.tries < hqTries
	}
	now := t.e.opt.Clock()
	if t.lookedFrom.IsZero() {
		t.lookedFrom = now
	}
	return now.Sub(t.lookedFrom) < t.e.opt.Settle
}

// rows gives all rows of a kind, final or not. Only for kinds of which a customer has few.
func (t *tenant) rows(ctx context.Context, kind onboarding.ObjectKind) ([]journal.Item, error) {
	var all []journal.Item
	var cursor journal.Cursor
	for {
		items, next, err := t.run.Rows(ctx, t.key, kind, cursor, blockRows)
		if err != nil || len(items) == 0 {
			return all, err
		}
		all, cursor = append(all, items...), next
	}
}

func headquartersRow(rows []journal.Item) *journal.Item {
	for i := range rows {
		if spec, err := wanted.Decode[wanted.Place](rows[i].Spec); err == nil && spec.HQ {
			return &rows[i]
		}
	}
	return nil
}

// liveSites is what the organization has: locations by name, and which of them can make calls.
type liveSites struct {
	byName  map[string]webex.Location
	calling map[string]bool
}

func (l liveSites) named(name string) *webex.Location {
	if loc, ok := l.byName[fold(name)]; ok {
		return &loc
	}
	return nil
}

func (t *tenant) liveLocations(ctx context.Context) (liveSites, error) {
	live := liveSites{byName: make(map[string]webex.Location), calling: make(map[string]bool)}
	for l, err := range t.service.ListLocations(ctx, t.org) {
		if err != nil {
			return live, err
		}
		live.byName[fold(l.Name)] = l
	}
	if t.bare && len(live.byName) <= 1 {
		return live, nil // nothing but the headquarters, which the service enables itself
	}
	for l, err := range t.service.CallingLocations(ctx, t.org) {
		if err != nil {
			return live, err
		}
		live.calling[l.ID] = true
	}
	return live, nil
}

// location deals with one location row and remembers what is known of the place.
func (t *tenant) location(ctx context.Context, it journal.Item, live liveSites) error {
	if final(it) {
		t.setPlace(it.Key, &place{id: it.Entry.Outcome.ID})
		return nil
	}
	if it.Held != onboarding.NoReason {
		t.setPlace(it.Key, &place{reason: onboarding.ReasonParentFailed})
		return t.e.held(ctx, it, it.Held)
	}
	spec, err := wanted.Decode[wanted.Place](it.Spec)
	if err != nil {
		return err
	}
	found := live.named(spec.Name)
	if it.Standing() {
		return t.standingLocation(ctx, it, found)
	}
	switch {
	case found != nil:
		return t.locationFound(ctx, it, spec, *found, live.calling[found.ID])
	case spec.HQ:
		return t.headquartersMissing(ctx, it, live)
	}
	return t.createLocation(ctx, it, spec)
}

func (t *tenant) setPlace(name string, p *place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.places[name] = p
}

func (t *tenant) locationFound(ctx context.Context, it journal.Item, spec wanted.Place, l webex.Location, calling bool) error {
	it, status := t.owned(it), onboarding.Adopted
	ours, err := t.madeHQ(ctx, it, spec)
	switch {
	case err != nil:
		return err
	case begun(it), ours:
		status = onboarding.Created
	case it.Made:
		status = onboarding.Unchanged
	}
	if !calling && !(spec.HQ && t.bare) {
		if err := t.enable(ctx, spec, l.ID); err != nil {
			return t.locationFailed(ctx, it, l.ID, err)
		}
	}
	t.placeDrift(it, l)
	if !t.bare {
		changed, err := t.alterLocation(ctx, spec, l)
		if err != nil {
			t.setPlace(it.Key, &place{id: l.ID}) // it stands, and takes users
			return t.rowFailed(ctx, it, err)
		}
		if changed && status != onboarding.Created {
			status = onboarding.Updated
		}
	}
	return t.locationStands(ctx, it, onboarding.Outcome{Status: status, ID: l.ID}, spec.HQ && t.bare)
}

// placeDrift notes what somebody changed of a location since this journal last saw it.
func (t *tenant) placeDrift(it journal.Item, l webex.Location) {
	if t.bare || begun(it) || it.SawID != l.ID || len(it.Saw) == 0 {
		return
	}
	if saw, err := wanted.Decode[wanted.Place](it.Saw); err == nil { // of one that was purged nothing is known
		t.e.drift.note(it.Kind, it.Key, compare.Place(saw, l, l.AnnouncementLanguage))
	}
}

// alterLocation brings a location that was there before to what the sheet says of it.
func (t *tenant) alterLocation(ctx context.Context, spec wanted.Place, l webex.Location) (changed bool, err error) {
	a := alterationOf(spec, l)
	if a.place != (webex.Location{}) {
		if err := t.service.UpdateLocation(ctx, t.org, l.ID, a.place); err != nil {
			return false, err
		}
	}
	if a.announce {
		u := webex.CallingLocationUpdate{AnnouncementLanguage: spec.Language}
		return true, t.service.UpdateCallingLocation(ctx, t.org, l.ID, u)
	}
	return a.differs, nil
}

// alteration is what changes a location: one call for itself, and one for the language of its announcements.
type alteration struct {
	differs  bool
	place    webex.Location
	announce bool
}

func alterationOf(spec wanted.Place, l webex.Location) (a alteration) {
	if len(told(compare.Place(spec, l, ""))) == 0 {
		return a
	}
	a.differs = true
	if spec.TimeZone != "" && spec.TimeZone != l.TimeZone {
		a.place.TimeZone = spec.TimeZone
	}
	if l.PreferredLanguage != "" && spec.Language != "" && !compare.SameLanguage(spec.Language, l.PreferredLanguage) {
		a.place.PreferredLanguage = spec.Language
	}
	if now := compare.Office(l.Address); compare.Address(spec.Address, now) != now {
		a.place.Address = wholesale(compare.Address(spec.Address, now)).Location()
	}
	a.announce = l.AnnouncementLanguage != "" && spec.Language != "" && !compare.SameLanguage(spec.Language, l.AnnouncementLanguage)
	return a
}

// Alterations counts the calls that bring a location which stands to what the sheet says of it. One that makes no calls yet is
// enabled.
func Alterations(spec wanted.Place, l webex.Location, calling bool) (calls int) {
	a := alterationOf(spec, l)
	if a.place != (webex.Location{}) {
		calls++
	}
	if a.announce {
		calls++
	}
	if !calling {
		calls++
	}
	return calls
}

// told are the differences of fields that both sides tell.
func told(all []onboarding.Difference) []onboarding.Difference {
	return slices.DeleteFunc(all, func(d onboarding.Difference) bool { return d.Unknown })
}

// headquartersMissing says that the service did not make the headquarters under the name of the sheet.
func (t *tenant) headquartersMissing(ctx context.Context, it journal.Item, live liveSites) error {
	var names []string
	for _, l := range live.byName {
		names = append(names, l.Name)
	}
	slices.Sort(names)
	said := onboarding.T("the organization has no location %q; it has %s", it.Key, quoted(names))
	if t.spec.OrgID != "" {
		said = onboarding.T("%s: an organization that is attached may keep its own headquarters, so give the name that it has there", said)
	}
	t.setPlace(it.Key, &place{reason: onboarding.ReasonParentFailed})
	return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: onboarding.Explain("conflict", said)})
}

func quoted(names []string) onboarding.Text {
	if len(names) == 0 {
		return onboarding.T("none")
	}
	out := make(onboarding.List, len(names))
	for i, n := range names {
		out[i] = onboarding.T("%q", n)
	}
	return onboarding.T("%s", out)
}

func (t *tenant) createLocation(ctx context.Context, it journal.Item, spec wanted.Place) error {
	if ok, err := t.intend(ctx, &it); !ok {
		return err
	}
	id, err := t.service.CreateLocation(ctx, t.org, location(spec, ""))
	if webex.Unclear(err) || webex.Conflict(err) {
		return t.settleLocation(ctx, it, spec, err)
	}
	if err != nil {
		return t.locationFailed(ctx, it, "", err)
	}
	if err := t.rememberLocation(ctx, it, id, true); err != nil {
		return err
	}
	if err := t.enable(ctx, spec, id); err != nil {
		return t.locationFailed(ctx, it, id, err)
	}
	return t.locationStands(ctx, it, onboarding.Outcome{Status: onboarding.Created, ID: id}, true)
}

// settleLocation finds out what became of a create whose answer was lost.
func (t *tenant) settleLocation(ctx context.Context, it journal.Item, spec wanted.Place, cause error) error {
	t.conflicted(it, cause, 1)
	t.noAnswer(it, cause)
	live, err := t.liveLocations(ctx)
	if err != nil {
		return t.locationLost(ctx, it, err)
	}
	if l := live.named(spec.Name); l != nil {
		return t.locationFound(ctx, it, spec, *l, live.calling[l.ID])
	}
	if t.later(it) {
		return nil
	}
	if webex.Unclear(cause) {
		return t.locationUnsettled(ctx, it, notFound(cause))
	}
	return t.locationFailed(ctx, it, "", cause)
}

// locationLost records a location that may have been made and cannot be looked up.
func (t *tenant) locationLost(ctx context.Context, it journal.Item, err error) error {
	f, fatal := notLooked(err)
	if fatal != nil {
		return fatal
	}
	return t.locationUnsettled(ctx, it, f)
}

func (t *tenant) locationUnsettled(ctx context.Context, it journal.Item, f *onboarding.Failure) error {
	t.setPlace(it.Key, &place{reason: onboarding.ReasonParentFailed})
	return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: f})
}

func (t *tenant) locationStands(ctx context.Context, it journal.Item, o onboarding.Outcome, fresh bool) error {
	t.setPlace(it.Key, &place{id: o.ID, fresh: fresh})
	if err := t.rememberLocation(ctx, it, o.ID, o.Status == onboarding.Created); err != nil {
		return err
	}
	return t.e.record(ctx, it, o)
}

func (t *tenant) rememberLocation(ctx context.Context, it journal.Item, id string, made bool) error {
	return t.run.Remember(ctx, journal.Object{Kind: it.Kind, Customer: t.key, Key: it.Key, ID: id, Made: made, Facts: it.Spec})
}

// enable makes a location able to make calls. The location's own ID is the natural key, so after an unclear answer it is
// looked at and, if need be, sent again.
func (t *tenant) enable(ctx context.Context, spec wanted.Place, id string) error {
	for sends := 1; ; sends++ {
		err := t.service.EnableCalling(ctx, t.org, location(spec, id))
		if err == nil || webex.Conflict(err) {
			return nil
		}
		if !webex.Unclear(err) || sends > mostSends {
			return err
		}
		enabled, lookErr := t.service.CallingLocation(ctx, t.org, id)
		if lookErr != nil || enabled != nil {
			return lookErr
		}
	}
}

func (t *tenant) locationFailed(ctx context.Context, it journal.Item, id string, err error) error {
	f, fatal := verdict(err)
	if fatal != nil {
		return fatal
	}
	t.setPlace(it.Key, &place{id: id, reason: onboarding.ReasonParentFailed})
	return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, ID: id, Error: f})
}
