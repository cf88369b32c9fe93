package validate

import (
	"muster/internal/facts"
	"muster/internal/onboarding"
)

// level is the highest-ranked package for users of a customer at its creation: as the journal knows it, else as the sheet
// says. It is nil when none is ranked.
func (w *Walk) level(c *onboarding.Customer) (top *facts.Package, remembered bool) {
	if k := w.known[c]; k != nil && !k.Replaced {
		if p, ok := w.Facts.Package(k.Level); ok {
			return p, true
		}
	}
	return w.listedLevel(c), false
}

// listedLevel is the highest-ranked package for users that the inputs list for a customer.
func (w *Walk) listedLevel(c *onboarding.Customer) *facts.Package {
	var top *facts.Package
	for _, s := range c.Seats {
		p, ok := w.Facts.Package(s.Package)
		if ok && p.UserAssignable && p.Rank > 0 && (top == nil || p.Rank > top.Rank) {
			top = p
		}
	}
	return top
}

// adminPackageParity refuses an administrator below the level of the customer.
func adminPackageParity() Rule {
	return Rule{
		ID: "admin-package-parity", Severity: onboarding.Error,
		Summary: "an administrator's package is not lower than the highest of the customer",
		Why:     "an administrator must have the level that the organization was created with (documented by the vendor; which package is higher is our reading)",
		Fix:     "give the administrator the customer's highest package",
		Example: "Package: Webex Calling, Role: Full administrator, and the customer has Webex Suite\nerror: the administrator has Webex Calling, and the level of the customer is Webex Suite",
		User: func(w *Walk, u *onboarding.User) {
			c := u.Resolved.Customer
			if !u.Resolved.Admin || c == nil || u.Resolved.Package == "" || !hasPackage(c, u.Resolved.Package) {
				return
			}
			own, _ := w.Facts.Package(u.Resolved.Package)
			top, remembered := w.level(c)
			switch {
			case top == nil || own == nil || !own.UserAssignable:
			case own.Rank == 0:
				w.addAs(onboarding.Note, at(u.Row, "package", u.Package), onboarding.T("%s is not compared with %s, the level of the customer", own.Display, top.Display), no())
			case own.Rank < top.Rank:
				listed := w.listedLevel(c)
				w.recalled = remembered && (listed == nil || own.Rank >= listed.Rank)
				w.add(at(u.Row, "package", u.Package), onboarding.T("the administrator has %s, and the level of the customer is %s", own.Display, top.Display), onboarding.T("give the administrator %s", top.Display))
				w.recalled = false
			}
		},
	}
}

// adminMissing warns of a customer whose administrator is not among its users.
func adminMissing() Rule {
	return Rule{
		ID: "admin-missing", Severity: onboarding.Warning,
		Summary: "one of a customer's users is its administrator",
		Why:     "the first user of a new organization becomes its administrator, whoever that is (documented by the vendor)",
		Fix:     "add the administrator's row, or write Full administrator into a user's Role",
		Example: "Administrator email: boss@c1.example, and two users with other addresses and no role\nwarning: \"boss@c1.example\" is not among the customer's users, and none has the role Full administrator; the first of them would become the administrator",
		Close: func(w *Walk, c *onboarding.Customer) {
			if c.Totals.Users > 0 && c.Totals.Admins == 0 && c.OrganizationID == "" {
				w.add(at(c.Row, "admin_email", c.AdminEmail), onboarding.T("%q is not among the customer's users, and none has the role Full administrator; the first of them would become the administrator", c.AdminEmail), onboarding.T("add the administrator's row, or write Full administrator into a user's Role"))
			}
		},
	}
}

// adminNotFirst notes that the administrator does not stand first.
func adminNotFirst() Rule {
	return Rule{
		ID: "admin-not-first", Severity: onboarding.Note,
		Summary: "the administrator is the first user of the customer",
		Why:     "the first user of a new organization becomes its administrator (documented by the vendor); muster sends the administrator first whatever the order of the rows",
		Fix:     "nothing; people who type the rows by hand should move the row up",
		Example: "Administrator email: boss@c2.example, whose row is users.csv:5\nnote: the first of the customer's users, in users.csv:4:4, is not the administrator; muster sends the administrator first",
		Close: func(w *Walk, c *onboarding.Customer) {
			if c.Totals.Admins > 0 && !c.Totals.AdminFirst {
				w.add(at(c.Row, "admin_email", c.AdminEmail), onboarding.T("the first of the customer's users, in %s, is not the administrator; muster sends the administrator first", c.Totals.FirstUser.Cell("email").Cell()), no())
			}
		},
	}
}
