package provision

import (
	"context"

	"muster/internal/journal"
	"muster/internal/wanted"
)

// An organization that a customer is attached to may hold people, locations, numbers and roles. What stood in it before is
// not this run's, and an undo must leave it.

// lookBefore finds out, before a customer is attached, whether the organization has its headquarters already: afterwards
// nobody can tell it from one that the service made with the customer. A partner who may not look yet learns nothing.
func (t *tenant) lookBefore(ctx context.Context) error {
	if t.spec.OrgID == "" || t.spec.HQ == nil {
		return nil
	}
	stood := "no"
	for l, err := range t.service.ListLocations(ctx, t.spec.OrgID) {
		if err != nil {
			_, fatal := verdict(err)
			return fatal
		}
		if fold(l.Name) == fold(t.spec.HQ.Name) {
			stood = "yes"
		}
	}
	t.spec.HQStood = stood
	return nil
}

// madeHQ reports whether a location is a headquarters that the service made with a customer of this journal, and of which
// that is not known yet. Where nobody could look before the customer was attached, an organization in which there is nobody
// is taken to have had none.
func (t *tenant) madeHQ(ctx context.Context, it journal.Item, spec wanted.Place) (bool, error) {
	if !spec.HQ || !t.mine || it.Made {
		return false, nil
	}
	sent, _, err := t.ours(ctx)
	if err != nil {
		return false, err
	}
	if !t.attached && (sent == nil || sent.OrgID == "") {
		return true, nil
	}
	if sent != nil && sent.HQStood != "" {
		return sent.HQStood == "no", nil
	}
	if err := t.listPeople(ctx); err != nil {
		return false, err
	}
	return len(t.known) == 0, nil
}

// noteStood remembers, before they get a package, which of the users to be created are persons of the attached organization
// already: afterwards nobody could tell.
func (t *tenant) noteStood(ctx context.Context, jobs []job) error {
	if !t.attached {
		return nil
	}
	if err := t.listPeople(ctx); err != nil {
		return err
	}
	for _, j := range jobs {
		person, stands := t.known[fold(j.spec.Email)]
		if !stands || begun(j.it) {
			continue
		}
		err := t.run.Remember(ctx, journal.Object{
			Kind: j.it.Kind, Customer: t.key, Key: j.it.Key, ID: person.id, Facts: wanted.Encode(wanted.User{Stood: true}),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// stood reports whether a user was a person of the attached organization before it was given a package.
func (t *tenant) stood(ctx context.Context, it journal.Item) (bool, error) {
	if !t.attached {
		return false, nil
	}
	o, ok, err := t.run.Object(ctx, it.Kind, t.key, it.Key)
	if err != nil || !ok || len(o.Facts) == 0 {
		return false, err
	}
	u, err := wanted.Decode[wanted.User](o.Facts)
	return u.Stood, err
}
