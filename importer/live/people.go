package live

import (
	"context"
	"slices"
	"strings"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// users tells what becomes of the planned users.
func (c *comparison) users(ctx context.Context) error {
	c.byEmail, c.byExt = make(map[string]*User), make(map[string]string)
	c.planned, c.kept, c.people = make(map[string]bool), make(map[string]string), make(map[string]onboarding.Step)
	c.lead = noLead
	c.granted, c.admins = make(map[string]bool), make(map[string]bool)
	if c.out.Live != nil {
		for i := range c.out.Live.Users {
			u := &c.out.Live.Users[i]
			c.byEmail[fold(u.Email)] = u
			if u.Person != nil && u.Person.Extension != "" {
				c.byExt[u.Person.Extension] = fold(u.Email)
			}
		}
	}
	return c.each(ctx, onboarding.ObjectUser, c.userRow)
}

// userRow tells what becomes of one planned user.
func (c *comparison) userRow(it journal.Item) error {
	spec, err := wanted.Decode[wanted.User](it.Spec)
	if err != nil {
		return err
	}
	s := begin(it)
	c.user(it, spec, &s)
	if len(c.planned) == 0 && spec.Admin {
		c.lead = it.Rank // the first row tells whether anybody has the administrator's email, or the role alone
	}
	c.afterAdministrator(it, &s)
	email := fold(spec.Email)
	if spec.Admin {
		c.admins[email] = true
	}
	c.planned[email], c.people[email] = true, onboarding.Step{Action: s.Action, Reason: s.Reason}
	if s.Action == onboarding.ActCreate || s.Action == onboarding.ActUpdate {
		c.kept[email] = spec.Package
	}
	c.add(s)
	return nil
}

// noLead is the rank of the administrators of a customer that has none among its users.
const noLead = -1

// afterAdministrator holds the users of an organization in which nobody is yet while its administrator waits for consent:
// the first user of a new organization becomes its administrator, whoever that is.
func (c *comparison) afterAdministrator(it journal.Item, s *onboarding.Step) {
	switch leads := it.Rank == c.lead; {
	case leads && s.Action == onboarding.ActWait:
		c.adminWaits = !c.adminComes && !slices.ContainsFunc(c.liveUsers(), func(u User) bool { return u.Status == webex.SubscriberProvisioned })
	case leads && s.Action == onboarding.ActCreate:
		c.adminComes, c.adminWaits = true, false
	case c.adminWaits && s.Action == onboarding.ActCreate:
		s.Action, s.Reason, s.Why = onboarding.ActHold, onboarding.ReasonParentWaits, onboarding.Text{}
	}
}

func (c *comparison) liveUsers() []User {
	if c.out.Live == nil {
		return nil
	}
	return c.out.Live.Users
}

func (c *comparison) user(it journal.Item, spec wanted.User, s *onboarding.Step) {
	u := c.byEmail[fold(spec.Email)]
	if u != nil {
		c.userStands(it, spec, u, s)
		return
	}
	site := c.sites[fold(it.Site)]
	var place onboarding.Step
	if spec.Calling && site != nil {
		place = site.step
	}
	if hold(s, it.Held, c.parent) || hold(s, it.Held, place) {
		return
	}
	s.Action, s.Why = onboarding.ActCreate, c.madeBefore(*s)
	if len(spec.Unknown) > 0 {
		s.Action, s.Why = onboarding.ActConflict, lackText(spec.Unknown)
		return
	}
	c.taken(spec, "", s)
}

// taken makes a conflict of a number or an extension that somebody else has.
func (c *comparison) taken(spec wanted.User, person string, s *onboarding.Step) {
	if h := c.held[spec.Phone]; spec.Phone != "" && h.Owner != "" && h.Owner != person {
		s.Action, s.Why = onboarding.ActConflict, onboarding.T("the number %s belongs to another user of the organization", spec.Phone)
	}
	if owner := c.byExt[spec.Extension]; spec.Extension != "" && owner != "" && owner != fold(spec.Email) {
		s.Action, s.Why = onboarding.ActConflict, onboarding.T("the extension %s belongs to %q", spec.Extension, owner)
	}
}

// userStands tells what becomes of a user that is there.
func (c *comparison) userStands(it journal.Item, spec wanted.User, u *User, s *onboarding.Step) {
	s.ID = u.ID
	switch {
	case u.Status == webex.SubscriberPending:
		s.Action, s.Reason = onboarding.ActWait, onboarding.ReasonConsent
		return
	case it.Held != onboarding.NoReason:
		s.Action, s.Reason = onboarding.ActHold, it.Held
		return
	}
	s.Changes = compare.User(spec, u.Subscriber, u.Person, u.Site, u.Phone)
	s.Action = stands(s.Changes, it.Made)
	if saw, ok := saw[wanted.User](c, it, u.ID); ok {
		saw.Calling = saw.Location+saw.Phone+saw.Extension != ""
		s.Drift = drift(compare.User(saw, u.Subscriber, u.Person, u.Site, u.Phone))
	}
}

// stillHeld makes a conflict of packages that are to go although users would still have them: the service refuses that.
func (c *comparison) stillHeld(context.Context) error {
	if c.out.Live == nil {
		return nil
	}
	s := &c.out.Steps[0]
	for _, d := range s.Changes {
		if !d.Removal {
			continue
		}
		var holders []string
		for _, u := range c.out.Live.Users {
			email := fold(u.Email)
			if p, moved := c.kept[email]; !moved && compare.PackageOf(u.Subscriber) == d.Live || p == d.Live {
				holders = append(holders, u.Email)
			}
		}
		if len(holders) > 0 {
			s.Action, s.Why = onboarding.ActConflict, onboarding.T("users still have %s, so the service will not take it away: %s", d.Live, onboarding.Some(holders, mostNamed))
			return nil
		}
	}
	return nil
}

// roleRows tells what becomes of the planned roles.
func (c *comparison) roleRows(ctx context.Context) error {
	return c.each(ctx, onboarding.ObjectRole, func(it journal.Item) error {
		spec, err := wanted.Decode[wanted.Role](it.Spec)
		if err != nil {
			return err
		}
		s := begin(it)
		c.role(it, spec, &s)
		c.granted[fold(spec.Email)+" "+strings.ToLower(spec.Role)] = true
		c.add(s)
		return nil
	})
}

func (c *comparison) role(it journal.Item, spec wanted.Role, s *onboarding.Step) {
	email := fold(spec.Email)
	if u := c.byEmail[email]; u != nil && u.Person != nil {
		s.ID = u.PersonID
		holds := func(name string) bool { return strings.EqualFold(name, spec.Role) }
		switch {
		case slices.ContainsFunc(u.Roles, holds):
			s.Action = stands(nil, it.Made)
		case it.Held != onboarding.NoReason:
			s.Action, s.Reason = onboarding.ActHold, it.Held
		default:
			s.Action = onboarding.ActCreate
		}
		return
	}
	user, planned := c.people[email]
	if !planned {
		user.Action = onboarding.ActConflict
	}
	if !hold(s, it.Held, c.parent) && !hold(s, it.Held, user) {
		s.Action = onboarding.ActCreate
	}
}

// extras lists what stands and the sheet does not name, and which of it this journal made.
func (c *comparison) extras(context.Context) error {
	if c.out.Live == nil {
		return nil
	}
	c.unnamed()
	for i, x := range c.out.Extra {
		c.out.Extra[i].Made = c.seen[Extra{Kind: x.Kind, Key: fold(x.Key)}].Made
	}
	return nil
}

// unnamed lists what stands and the sheet does not name.
func (c *comparison) unnamed() {
	if !c.Remove && !c.spec.PackagesOnly {
		for _, p := range c.out.Live.Customer.Packages {
			if !slices.Contains(c.spec.Packages, p) {
				c.out.Extra = append(c.out.Extra, Extra{Kind: onboarding.ObjectCustomer, Key: p})
			}
		}
	}
	for _, site := range c.out.Live.Sites {
		if c.sites[fold(site.Name)] == nil {
			c.out.Extra = append(c.out.Extra, Extra{Kind: onboarding.ObjectLocation, Key: site.Name})
		}
	}
	for _, u := range c.out.Live.Users {
		if !c.planned[fold(u.Email)] {
			c.out.Extra = append(c.out.Extra, Extra{Kind: onboarding.ObjectUser, Key: u.Email})
			continue
		}
		c.unnamedRoles(u)
	}
}

// unnamedRoles lists the roles of a planned user that the sheet does not name.
func (c *comparison) unnamedRoles(u User) {
	email := fold(u.Email)
	for _, role := range u.Roles {
		if !c.granted[email+" "+strings.ToLower(role)] && !(c.admins[email] && role == fullAdministrator) {
			c.out.Extra = append(c.out.Extra, Extra{Kind: onboarding.ObjectRole, Key: u.Email + " " + role})
		}
	}
}

// seats counts the capacity of the packages that users can have.
func (c *comparison) seats() {
	now := make(map[string]int)
	after := make(map[string]int)
	if c.out.Live != nil {
		now = used(c.out.Live.Users)
		for _, u := range c.out.Live.Users {
			if c.kept[fold(u.Email)] == "" {
				after[compare.PackageOf(u.Subscriber)]++
			}
		}
	}
	for _, p := range c.kept {
		after[p]++
	}
	known := c.memory()
	for _, p := range c.spec.Packages {
		s := Seats{Package: p, Asked: c.spec.Limits[p], Used: now[p], After: after[p]}
		if known != nil {
			s.Total, s.Known = known.Limits[p], true
		}
		c.out.Seats = append(c.out.Seats, s)
	}
}

// used counts users by package.
func used(users []User) map[string]int {
	n := make(map[string]int)
	for _, u := range users {
		n[compare.PackageOf(u.Subscriber)]++
	}
	return n
}

const mostNamed = 3 // values that a text names; the others are counted

// lacking says which numbers a location is to get.
func lacking(numbers []string) onboarding.Difference {
	asked := onboarding.T("%s: %s", onboarding.Count(len(numbers), "%s number", "%s numbers"), onboarding.Some(numbers, mostNamed))
	return onboarding.Difference{Field: "phone_number", Sheet: asked.String(), Asked: asked}
}

// fullAdministrator is the role of a customer's administrators, as the service lists it.
const fullAdministrator = "Full Administrator"

// lackText says what must be filled before an object can be created.
func lackText(fields wanted.Vague) onboarding.Text {
	list := make(onboarding.List, len(fields))
	for i, f := range fields {
		list[i] = onboarding.Field(f)
	}
	return onboarding.T("it does not stand, and to create it somebody must fill: %s", list)
}
