package undo

import (
	"context"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// takeLocations removes locations that make no calls. No documented call takes calling from a location, and none removes one
// that has it.
func (t *tenant) takeLocations(ctx context.Context, rows []row) error {
	org, err := t.organization(ctx)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	live, calling, err := t.sites(ctx, org)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	return t.beside(ctx, rows, func(ctx context.Context, r row) error {
		switch {
		case t.e.halted.Load():
			return t.notTried(ctx, []row{r})
		case org == "":
			return t.outOfReach(ctx, r)
		case !live[r.object.ID]:
			return t.absent(ctx, r, onboarding.T("the location is not there any more"))
		case calling[r.object.ID]:
			return t.keepLocation(ctx, r)
		}
		return t.takeLocation(ctx, r, org)
	})
}

func (t *tenant) keepLocation(ctx context.Context, r row) error {
	return t.keep(ctx, r, onboarding.ReasonCalling,
		onboarding.T("it makes calls, and no call of the service removes such a location: a person can, in Control Hub under Management > Locations"))
}

// sites gives which locations there are, and which of them make calls.
func (t *tenant) sites(ctx context.Context, org string) (live, calling map[string]bool, err error) {
	live, calling = make(map[string]bool), make(map[string]bool)
	if org == "" {
		return live, calling, nil
	}
	for l, err := range t.service.ListLocations(ctx, org) {
		if err != nil {
			return nil, nil, err
		}
		live[l.ID] = true
	}
	for l, err := range t.service.CallingLocations(ctx, org) {
		if err != nil {
			return nil, nil, err
		}
		calling[l.ID] = true
	}
	return live, calling, nil
}

func (t *tenant) takeLocation(ctx context.Context, r row, org string) error {
	if t.run != nil {
		if err := t.announce(ctx, []row{r}); err != nil {
			return err
		}
		err := t.service.DeleteLocation(ctx, org, r.object.ID)
		if webex.Conflict(err) {
			return t.keepLocation(ctx, r)
		}
		if err != nil {
			return t.refused(ctx, r, err)
		}
	}
	return t.away(ctx, r, onboarding.NoReason, onboarding.Text{})
}
