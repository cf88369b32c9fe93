package undo

import (
	"context"
	"strings"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
)

// takeRoles takes roles from people.
func (t *tenant) takeRoles(ctx context.Context, rows []row) error {
	org, err := t.organization(ctx)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	users, err := t.listed(ctx)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	persons := make(map[string]bool, len(users))
	for _, s := range users {
		persons[s.PersonID] = true
	}
	lead, err := t.leader(ctx)
	if err != nil {
		return err
	}
	return t.beside(ctx, rows, func(ctx context.Context, r row) error {
		switch {
		case t.e.halted.Load():
			return t.notTried(ctx, []row{r})
		case org == "":
			return t.outOfReach(ctx, r)
		case r.Rank <= lead && strings.HasSuffix(strings.ToLower(r.Key), " full administrator"):
			return t.keep(ctx, r, onboarding.ReasonAdministrator,
				onboarding.T("the organization remains, and its first administrator keeps this role: without one nobody could manage it"))
		case !persons[r.object.ID]:
			return t.absent(ctx, r, onboarding.T("the user is not there any more"))
		}
		return t.takeRole(ctx, r, org)
	})
}

// leader gives the rank of the user who became the administrator of the organization by being its first, as the plan orders
// them; none when the run did not make the customer.
func (t *tenant) leader(ctx context.Context) (int, error) {
	const none, any = -1, 1
	if made, err := t.madeCustomer(ctx); err != nil || !made {
		return none, err
	}
	users, _, err := t.of.Rows(ctx, t.key, onboarding.ObjectUser, journal.Cursor{}, 1)
	if err != nil || len(users) == 0 {
		return any, err
	}
	return users[0].Rank, nil
}

// madeCustomer reports whether the run that is taken back made the customer, or an earlier process took it back.
func (t *tenant) madeCustomer(ctx context.Context) (bool, error) {
	o, ok, err := t.of.Object(ctx, onboarding.ObjectCustomer, t.key, t.key)
	return ok && o.Made && o.Run == t.of.ID(), err
}

func (t *tenant) takeRole(ctx context.Context, r row, org string) error {
	_, name, _ := strings.Cut(r.Key, " ")
	if spec, err := wanted.Decode[wanted.Role](r.Spec); err == nil {
		name = spec.Role
	}
	if name == "" {
		return t.keep(ctx, r, onboarding.ReasonUnknown,
			onboarding.T("the data of the run were purged, so nobody knows which role it gave: take it in Control Hub under Management > Users > the user > Administrator roles"))
	}
	role, err := t.e.roleID(ctx, org, name)
	if err != nil {
		return t.refused(ctx, r, err)
	}
	if role == "" {
		return t.record(ctx, r, onboarding.Outcome{Status: onboarding.Failed, Error: onboarding.Explain("input", onboarding.T("the service lists no role %q", name))})
	}
	if t.run == nil {
		return t.away(ctx, r, onboarding.NoReason, onboarding.Text{})
	}
	if err := t.announce(ctx, []row{r}); err != nil {
		return err
	}
	removed, err := t.service.RemoveRole(ctx, org, r.object.ID, role)
	switch {
	case err != nil:
		return t.refused(ctx, r, err)
	case !removed:
		return t.absent(ctx, r, onboarding.T("the user does not hold the role any more"))
	}
	return t.away(ctx, r, onboarding.NoReason, onboarding.Text{})
}

// takeUsers removes users beside each other.
func (t *tenant) takeUsers(ctx context.Context, rows []row) error {
	users, err := t.listed(ctx)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	var standing []row
	for _, r := range rows {
		s, ok := users[r.object.ID]
		if !ok {
			if err := t.absent(ctx, r, onboarding.T("the user is not there any more")); err != nil {
				return err
			}
			continue
		}
		if s.PersonID != "" {
			t.going[s.PersonID] = true
		}
		standing = append(standing, r)
	}
	if t.run != nil && len(standing) > 0 {
		if err := t.announce(ctx, standing); err != nil {
			return err
		}
	}
	return t.beside(ctx, standing, t.takeUser)
}

func (t *tenant) takeUser(ctx context.Context, r row) error {
	if t.e.halted.Load() {
		return t.notTried(ctx, []row{r})
	}
	if t.run != nil {
		if err := t.service.DeleteSubscriber(ctx, r.object.ID); err != nil {
			return t.refused(ctx, r, err)
		}
	}
	t.mu.Lock()
	t.removed++
	t.mu.Unlock()
	return t.away(ctx, r, onboarding.NoReason, onboarding.Text{})
}

// stoodBefore reports whether a user was a person of the attached organization before the run, and counts those who were.
func (t *tenant) stoodBefore(r row) bool {
	u, err := wanted.Decode[wanted.User](r.object.Facts)
	if r.Kind != onboarding.ObjectUser || err != nil || !u.Stood || u.Was != "" {
		return false
	}
	t.stood++
	return true
}

// changed says what a row that was only changed was before, as far as that is known, and what a person can do about it.
func changed(r row) onboarding.Text {
	switch r.Kind {
	case onboarding.ObjectCustomer:
		return changedCustomer(r)
	case onboarding.ObjectUser:
		return changedUser(r)
	}
	return onboarding.T("it was there before the run, which changed it; what it was before is not known: put the old values into the sheet and apply it")
}

// changedUser names the package that a user had before, as far as that is known.
func changedUser(r row) onboarding.Text {
	text := onboarding.T("it was there before the run, which changed it; what it was before is not known: put the old package into the sheet and apply it")
	if u, err := wanted.Decode[wanted.User](r.object.Facts); err == nil && u.Was != "" {
		text = onboarding.T("it was there before the run, which changed it; its package was %s and is %s now: put the old one into the sheet and apply it", u.Was, u.Package)
	}
	if asked, err := wanted.Decode[wanted.User](r.Spec); err == nil && asked.Admin {
		return onboarding.T("%s; an administrator is not moved to a lower package", text)
	}
	return text
}

// changedCustomer says what can be done about a customer that was changed. No call lowers a quantity.
func changedCustomer(r row) onboarding.Text {
	if asked, err := wanted.Decode[wanted.Customer](r.Spec); err == nil && len(asked.Limits) == 0 {
		return onboarding.T("it was there before the run, which changed it; packages that it added go with `muster apply --remove` and a sheet without them, and an old address with a sheet that has it")
	}
	return onboarding.T("it was there before the run, which changed it; quantities that were raised stay, since no call lowers one: ask the partner help desk; packages that it added go with `muster apply --remove` and a sheet without them, and an old address with a sheet that has it")
}
