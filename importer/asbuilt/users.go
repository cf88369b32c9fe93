package asbuilt

import (
	"cmp"
	"slices"
	"strings"

	"muster/importer/live"
	"muster/internal/onboarding"
)

// fullAdministrator is the role of a customer's administrators, as the service lists it.
const fullAdministrator = "Full Administrator"

// users writes the users of the customer, its administrators first: people expect them there.
func (c *customer) users() error {
	for _, first := range []bool{true, false} {
		for i := range c.at.Users {
			u := &c.at.Users[i]
			if c.administers(u) != first {
				continue
			}
			if err := c.user(u); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *customer) administers(u *live.User) bool {
	return c.Sent != nil && strings.EqualFold(u.Email, c.Sent.AdminEmail) || slices.Contains(u.Roles, fullAdministrator)
}

func (c *customer) user(u *live.User) error {
	rec := &onboarding.User{Customer: c.id(), Email: u.Email}
	pack, ok := c.Facts.Package(packageOf(u))
	rec.Package = packageOf(u)
	if ok {
		rec.Package = pack.Display
	}
	if u.Person == nil {
		c.absent(u, rec, ok && pack.Calling)
	} else {
		rec.FirstName, rec.LastName = cmp.Or(u.Person.FirstName, c.word), cmp.Or(u.Person.LastName, c.word)
		if ok && pack.Calling {
			rec.Location, rec.Phone, rec.Extension = cmp.Or(u.Site, c.word), u.Phone, u.Person.Extension
			if rec.Phone+rec.Extension == "" {
				rec.Phone, rec.Extension = c.word, c.word
			}
		}
		rank := 0
		if ok {
			rank = pack.Rank
		}
		rec.Role = c.role(u, rank)
	}
	if known, ok := c.Users[fold(u.Email)]; ok && rec.Phone != "" {
		rec.PortDate = known.Port
	}
	c.counts.Users++
	marked := c.marks(onboarding.ObjectUser, u.Email)
	for _, role := range u.Roles {
		marked = slices.Concat(marked, c.marks(onboarding.ObjectRole, u.Email+" "+role))
	}
	return c.Book.User(rec, marked...)
}

// absent fills in a user who has not agreed to move yet: the service tells an
// email and a package, and that there is no role; the journal may know more.
func (c *customer) absent(u *live.User, rec *onboarding.User, calling bool) {
	known := c.Users[fold(u.Email)]
	rec.FirstName, rec.LastName = cmp.Or(known.FirstName, c.word), cmp.Or(known.LastName, c.word)
	if !calling {
		return
	}
	rec.Location, rec.Phone, rec.Extension = cmp.Or(known.Location, c.word), known.Phone, known.Extension
	if rec.Phone+rec.Extension == "" {
		rec.Phone, rec.Extension = c.word, c.word
	}
}

// role gives the one role that a sheet has room for: full administrator before all others. An administrator below the
// level of the customer keeps the role at the service, but a sheet that asks for it would be refused.
func (c *customer) role(u *live.User, rank int) string {
	chosen := ""
	for _, role := range u.Roles {
		name, known := c.Facts.Role(role)
		switch {
		case !known || name == "":
			c.left.Roles++
		case name == fullAdministrator && c.invited(u) && !c.Roles[fold(u.Email+" "+name)]:
			// the customer's administrator has it by itself, and no sheet asked for it
		case name == fullAdministrator && rank < c.level(rank) && rank > 0 && !c.invited(u):
			c.left.Roles++
		case chosen == "":
			chosen = name
		default:
			c.left.Roles++
			if name == fullAdministrator {
				chosen = name
			}
		}
	}
	return chosen
}

// invited reports whether the customer was made with this user as its administrator, whatever the role says.
func (c *customer) invited(u *live.User) bool {
	return c.Sent != nil && strings.EqualFold(u.Email, c.Sent.AdminEmail)
}

// level is the highest rank among the customer's packages for users, at least the given one.
func (c *customer) level(rank int) int {
	for _, api := range c.at.Customer.Packages {
		if p, ok := c.Facts.Package(api); ok && p.UserAssignable {
			rank = max(rank, p.Rank)
		}
	}
	return rank
}

// packageOf is the package of a user, in the newer spelling or the older one.
func packageOf(u *live.User) string {
	if len(u.Packages) > 0 {
		return u.Packages[0]
	}
	return u.Package
}
