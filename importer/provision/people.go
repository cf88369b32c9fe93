package provision

import (
	"context"
	"strings"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// known is what must be known of a person to tell what differs; the whole person would not be kept for thousands.
type known struct{ id, first, last, extension, location, phone string }

// askPeople lists the people of the organization, once, when a user is met that stood before this run: their names, numbers
// and places stand nowhere else.
func (t *tenant) askPeople(ctx context.Context, it journal.Item, s webex.Subscriber) error {
	if t.bare || begun(it) || waited(it) || s.Status != webex.SubscriberProvisioned {
		return nil
	}
	return t.listPeople(ctx)
}

// listPeople lists the people of the organization, once.
func (t *tenant) listPeople(ctx context.Context) error {
	if t.known != nil {
		return nil
	}
	all := make(map[string]known)
	for p, err := range t.service.ListPeople(ctx, webex.PeopleFilter{OrgID: t.org, Calling: true}) {
		if err != nil {
			if _, fatal := verdict(err); fatal != nil {
				return fatal
			}
			break // without the list nothing is said of names and numbers: that is no reason to leave users alone
		}
		for _, email := range p.Emails {
			all[fold(email)] = known{
				strings.Clone(p.ID), strings.Clone(p.FirstName), strings.Clone(p.LastName), strings.Clone(p.Extension), strings.Clone(p.LocationID), strings.Clone(compare.WorkPhone(p)),
			}
		}
	}
	t.known = all
	return nil
}

// userDrift notes what somebody changed of a user since this journal last saw it: the package, and where the people of the
// organization were listed, names, number and place.
func (t *tenant) userDrift(it journal.Item, s webex.Subscriber) {
	if begun(it) || waited(it) || s.Status != webex.SubscriberProvisioned || it.SawID != s.ID || len(it.Saw) == 0 {
		return
	}
	sent, err := wanted.Decode[wanted.User](it.Saw)
	if err != nil || sent.Package == "" {
		return // of one that was purged nothing is known
	}
	k, listed := t.known[fold(s.Email)]
	if !listed {
		sent = wanted.User{Package: sent.Package}
	}
	sent.Calling = sent.Location+sent.Phone+sent.Extension != ""
	t.e.drift.note(it.Kind, it.Key, compare.User(sent, s, k.person(), t.sites[k.location], k.phone))
}

// person is what is compared of a person.
func (k known) person() *webex.Person {
	return &webex.Person{FirstName: k.first, LastName: k.last, Extension: k.extension, LocationID: k.location}
}

// userDiffers gives what no call can change of a user that stands.
func (t *tenant) userDiffers(it journal.Item, spec wanted.User, s webex.Subscriber) []onboarding.Difference {
	k, ok := t.known[fold(s.Email)]
	if !ok || begun(it) || waited(it) || it.Held != onboarding.NoReason {
		return nil
	}
	var fixed []onboarding.Difference
	for _, d := range compare.User(spec, s, k.person(), t.sites[k.location], k.phone) {
		if !d.Unknown && !d.Fixed.Empty() {
			fixed = append(fixed, d)
		}
	}
	return fixed
}
