package provision

import (
	"context"
	"slices"
	"strings"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// person is what the roles step must know of a user.
type person struct {
	id     string // the service's person ID; empty while the user is not there
	status onboarding.Status
}

// rolesWanted notes whose person ID is needed once the users stand.
func (t *tenant) rolesWanted(ctx context.Context) error {
	if t.people != nil {
		return nil
	}
	rows, err := t.rows(ctx, onboarding.ObjectRole)
	if err != nil {
		return err
	}
	t.people = make(map[string]person, len(rows))
	for _, it := range rows {
		spec, err := wanted.Decode[wanted.Role](it.Spec)
		if err != nil {
			return err
		}
		t.people[fold(spec.Email)] = person{}
	}
	return nil
}

// noteUser remembers a user that stands.
func (t *tenant) noteUser(it journal.Item, s webex.Subscriber, status onboarding.Status) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.leads(it) && s.Status == webex.SubscriberProvisioned {
		t.adminIn = true
	}
	email := fold(s.Email)
	if _, wanted := t.people[email]; wanted {
		if s.Status == webex.SubscriberPending {
			status = onboarding.Waiting
		}
		t.people[email] = person{s.PersonID, status}
	}
}

// noteHeld remembers a user who waits for somebody else: so does the role.
func (t *tenant) noteHeld(it journal.Item, spec wanted.User, why onboarding.Reason) {
	if why != onboarding.ReasonParentWaits || begun(it) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, wanted := t.people[fold(spec.Email)]; wanted {
		t.people[fold(spec.Email)] = person{status: onboarding.Waiting}
	}
}

func (t *tenant) countCreated() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.created++
}

// userKnown notes a user that an earlier process of this run has finished.
func (t *tenant) userKnown(it journal.Item, live map[string]webex.Subscriber) {
	if s, ok := live[fold(it.Key)]; ok {
		t.noteUser(it, s, it.Entry.Outcome.Status)
	}
}

// grants gives every user the role that the sheet asks for.
func (t *tenant) grants(ctx context.Context) (stepResult, error) {
	return goOn, t.each(ctx, onboarding.ObjectRole, true, t.grant)
}

// grant gives one role by reading the person, adding the role, and reading again.
func (t *tenant) grant(ctx context.Context, it journal.Item) error {
	if it.Held != onboarding.NoReason {
		return t.e.held(ctx, it, it.Held)
	}
	spec, err := wanted.Decode[wanted.Role](it.Spec)
	if err != nil {
		return err
	}
	p := t.people[fold(spec.Email)]
	if p.id == "" {
		return t.e.held(ctx, it, below(p.status))
	}
	role, err := t.e.roleID(ctx, t.org, spec.Role)
	if err != nil {
		return t.rowFailed(ctx, it, err)
	}
	if role == "" {
		return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: onboarding.Explain("input", onboarding.T("the service lists no role %q", spec.Role))})
	}
	added, err := t.service.AddRole(ctx, t.org, p.id, role)
	if err != nil {
		return t.rowFailed(ctx, it, err)
	}
	status := standing(it)
	if added || p.status == onboarding.Created && status == onboarding.Adopted {
		status = onboarding.Created // also when a person of this run became administrator by itself, as the first user or by the email
	}
	err = t.run.Remember(ctx, journal.Object{Kind: it.Kind, Customer: t.key, Key: it.Key, ID: p.id, Made: status == onboarding.Created, Facts: it.Spec})
	if err != nil {
		return err
	}
	return t.e.record(ctx, it, onboarding.Outcome{Status: status, ID: p.id})
}

// roleID looks a role up by the name that the service lists, once per run: the names are the same in every organization.
func (e *Engine) roleID(ctx context.Context, org, name string) (string, error) {
	select {
	case e.asking <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-e.asking }()
	if e.roles == nil {
		roles, err := e.service.Roles(ctx, org)
		if err != nil {
			return "", err
		}
		e.roles = make(map[string]string, len(roles))
		for _, r := range roles {
			e.roles[strings.ToLower(r.Name)] = r.ID
		}
	}
	return e.roles[strings.ToLower(name)], nil
}

// fullAdministrator is the role that the first user of a new organization gets by itself, as the service lists it.
const fullAdministrator = "Full Administrator"

// administers checks that the first user of a new organization became its administrator, as the service promises. Where
// the sheet asks for the role it is granted; else somebody is told.
func (t *tenant) administers(ctx context.Context, it journal.Item, s webex.Subscriber) ([]onboarding.Difference, error) {
	if !t.leads(it) {
		return nil, nil // others are worked on beside each other
	}
	_, granted := t.people[fold(s.Email)]
	if !t.empty || granted || s.PersonID == "" || t.spec.OrgID != "" || t.settled.Status != onboarding.Created {
		return nil, nil
	}
	role, err := t.e.roleID(ctx, t.org, fullAdministrator)
	if err == nil && role != "" {
		var p webex.Person
		if p, err = t.service.Person(ctx, s.PersonID); err == nil && !slices.Contains(p.Roles, role) {
			return []onboarding.Difference{{
				Field: "role", Sheet: fullAdministrator,
				Fixed: onboarding.T("the service did not make the first user an administrator: give the role in the column Role, or in Control Hub > Management > Users > the user > Administrator roles"),
			}}, nil
		}
	}
	if err == nil {
		return nil, nil
	}
	_, fatal := verdict(err)
	return nil, fatal // that the person cannot be read says nothing about the user
}
