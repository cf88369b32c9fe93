package provision

import (
	"context"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
)

// standing takes up a customer that no input holds: it is found, never created or changed. When the service does not know
// it, whatever the inputs ask for in it fails with that word.
func (t *tenant) standing(ctx context.Context, live *webex.Customer) (stepResult, error) {
	if live == nil {
		f := onboarding.Explain("conflict", onboarding.T("the service has no customer %q, and no input holds it", t.key))
		if err := t.e.record(ctx, t.item, onboarding.Outcome{Status: onboarding.Failed, Error: f}); err != nil {
			return ends, err
		}
		return ends, t.failBelow(ctx, f)
	}
	t.id, t.since, t.retried = live.ID, t.waitingSince(), true // a failed set-up is not sent again
	t.settled = onboarding.Outcome{Status: onboarding.Unchanged, ID: live.ID}
	return goOn, nil
}

// failBelow fails the rows of a customer that is not there.
func (t *tenant) failBelow(ctx context.Context, f *onboarding.Failure) error {
	for _, kind := range []onboarding.ObjectKind{onboarding.ObjectLocation, onboarding.ObjectNumbers, onboarding.ObjectUser, onboarding.ObjectRole} {
		err := t.each(ctx, kind, false, func(ctx context.Context, it journal.Item) error {
			if it.Held != onboarding.NoReason {
				return t.e.held(ctx, it, it.Held)
			}
			return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: f})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// standingLocation takes up a location that no input holds. Users of one that is gone fail with that word.
func (t *tenant) standingLocation(ctx context.Context, it journal.Item, found *webex.Location) error {
	if found == nil {
		f := onboarding.Explain("conflict", onboarding.T("the organization has no location %q, and no input holds it", it.Key))
		t.setPlace(it.Key, &place{reason: onboarding.ReasonParentFailed, gone: f})
		return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: f})
	}
	t.setPlace(it.Key, &place{id: found.ID})
	return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Unchanged, ID: found.ID})
}
