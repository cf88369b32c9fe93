package provision

import (
	"context"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
)

// readBack lists the users of a customer once more after some were created, and takes back the word "created" of any
// that the service does not know: singly looked up, and for the settle time, since lists lag.
func (t *tenant) readBack(ctx context.Context) (stepResult, error) {
	if t.created == 0 {
		return goOn, nil
	}
	live, err := t.listUsers(ctx)
	if err != nil {
		return t.belowRefused(ctx, err)
	}
	if t.readFrom.IsZero() {
		t.readFrom = t.e.opt.Clock()
	}
	late := t.e.opt.Clock().Sub(t.readFrom) >= t.e.opt.Settle
	lost := 0
	err = t.eachFinal(ctx, func(ctx context.Context, it journal.Item) error {
		if _, ok := live[fold(it.Key)]; ok {
			return nil
		}
		known, err := t.knows(ctx, it.Key)
		if err != nil || known {
			return err
		}
		lost++
		if !late {
			return nil
		}
		return t.fatalRow(ctx, it, unsettled(onboarding.T("the service accepted the user and does not know it any more")))
	})
	if err != nil || lost == 0 || late {
		return goOn, err
	}
	return t.waitFor(t.pause()), nil
}

// eachFinal calls fn for every user row that stands.
func (t *tenant) eachFinal(ctx context.Context, fn func(context.Context, journal.Item) error) error {
	var cursor journal.Cursor
	for {
		items, next, err := t.run.Outlines(ctx, t.key, onboarding.ObjectUser, cursor, blockRows)
		if err != nil || len(items) == 0 {
			return err
		}
		cursor = next
		for _, it := range items {
			if !final(it) {
				continue
			}
			if err := fn(ctx, it); err != nil {
				return err
			}
		}
	}
}

// knows asks for one user.
func (t *tenant) knows(ctx context.Context, email string) (bool, error) {
	for s, err := range t.service.ListSubscribers(ctx, webex.SubscriberFilter{CustomerID: t.id, Email: email}) {
		if err != nil {
			return false, err
		}
		if fold(s.Email) == fold(email) {
			return true, nil
		}
	}
	return false, nil
}

// consentSince is when the wait for a user's consent began.
func (t *tenant) consentSince(it journal.Item, s webex.Subscriber) time.Time {
	if it.Entry.State == journal.Done && !it.Entry.Outcome.Since.IsZero() {
		return it.Entry.Outcome.Since
	}
	if !s.Created.IsZero() {
		return s.Created.Time
	}
	return t.e.opt.Clock()
}
