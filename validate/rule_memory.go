package validate

import "muster/internal/onboarding"

// The rules of this file need what the inputs cannot tell: the journal's memory, or the live state, which `plan` reads.

// customerSubPartnerChanged refuses a customer that was made for another sub-partner: it would be made a second time.
func customerSubPartnerChanged() Rule {
	return Rule{
		ID: "customer-sub-partner-changed", Severity: onboarding.Error,
		Summary: "a customer stays with the sub-partner for which it was made",
		Why:     "no call moves a customer, and external IDs are told apart by sub-partner: the customer would be made a second time; where it was made is known from the journal alone",
		Fix:     "name the sub-partner as before, or take the customer back with `muster undo` first",
		Example: "Sub-partner: empty, and the customer was made for Sub-A\nerror: this journal made the customer for the sub-partner \"Sub-A\": elsewhere it would be made a second time",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if w.Memory == nil || c.ExternalID == "" || !w.Selected(c) {
				return
			}
			was, made := w.Memory.MadeFor(c)
			if !made {
				return
			}
			msg, hint := onboarding.T("this journal made the customer for the sub-partner %q: elsewhere it would be made a second time", was), onboarding.T("write %s, or take the customer back with `muster undo` first", was)
			if was == "" {
				msg, hint = onboarding.T("this journal made the customer for the partner itself: for a sub-partner it would be made a second time"), onboarding.T("empty the cell and leave out --sub-partner, or take the customer back with `muster undo` first")
			}
			w.add(at(c.Row, "sub_partner", c.SubPartner), msg, hint)
		},
	}
}

// packageQuantityLowered refuses a quantity below one that was sent.
func packageQuantityLowered() Rule {
	return Rule{
		ID: "package-quantity-lowered", Severity: onboarding.Error,
		Summary: "a quantity is never lowered",
		Why:     "a later quantity must be higher (documented by the vendor); the service does not return it, so the journal is asked, and in a plan the licences and users that the service lists",
		Fix:     "write the quantity that was sent before, or more",
		Example: "Webex Calling: 5, and 10 seats were sent before\nerror: 5 seats of Webex Calling are fewer than the 10 that this journal sent before; a quantity is never lowered",
		Known: func(w *Walk, c *onboarding.Customer, k *Known) {
			unknown := !k.Made && !k.Replaced
			for _, s := range w.counted(c) {
				p, _ := w.Facts.Package(s.Package)
				have, ok := k.Seats[p.LimitKey]
				unknown = unknown && !ok
				if ok && s.Numeric && s.Limit < have.Seats {
					w.add(seatCell(c, s), lowered(s, have), onboarding.T("write %d or more", have.Seats))
				}
			}
			switch {
			case !c.Resolved.Limited:
			case k.Replaced:
				w.addAs(onboarding.Note, w.activation(c), onboarding.T("the service has %q under another identifier than this journal made: what the journal knew of its quantities holds no more", c.ExternalID), no())
			case unknown:
				w.addAs(onboarding.Note, w.activation(c), onboarding.T("quantities of %q are not known here: the service does not return them, and this journal did not send them", c.ExternalID), onboarding.T("make sure that none is lowered, and that the customer was made with quantities"))
			}
		},
	}
}

// lowered says how a number of seats is too low, and where that is known from.
func lowered(s onboarding.Seat, have Have) onboarding.Text {
	switch have.From {
	case FromLicences:
		return onboarding.T("%d seats of %s are fewer than the %d that the service has licences for; a quantity is never lowered", s.Limit, s.Label, have.Seats)
	case FromUsers:
		return onboarding.T("%d seats of %s are fewer than the %d users who have it at the service; a quantity is never lowered", s.Limit, s.Label, have.Seats)
	}
	return onboarding.T("%d seats of %s are fewer than the %d that this journal sent before; a quantity is never lowered", s.Limit, s.Label, have.Seats)
}

// packageQuantitySwitched refuses a change between limited and unlimited.
func packageQuantitySwitched() Rule {
	return Rule{
		ID: "package-quantity-switched", Severity: onboarding.Error,
		Summary: "a customer stays limited or unlimited",
		Why:     "quantities cannot be switched on or off later (documented by the vendor); whether a customer has them is known from the journal alone",
		Fix:     "keep to how the customer was created",
		Example: "Webex Calling: x, and 10 seats were sent before\nerror: the customer was made with quantities, and they cannot be switched off",
		Known: func(w *Walk, c *onboarding.Customer, k *Known) {
			if !k.Made || k.Replaced {
				return
			}
			switch limited := len(k.Seats) > 0; {
			case limited && !c.Resolved.Limited:
				w.switchedOff(c)
			case k.BroadWork, migrates(c): // it could not have any: that is said of the quantities themselves
			case !limited && c.Resolved.Limited && w.anyCounted(k.Packages):
				w.add(w.activation(c), onboarding.T("the customer was made without quantities, and they cannot be switched on later"), onboarding.T("write x instead of the numbers"))
			}
		},
	}
}

// switchedOff refuses a customer that was made with quantities and now has none. One that is now under a template which serves
// BroadWorks as well cannot be given any: the template is what is to be changed back.
func (w *Walk) switchedOff(c *onboarding.Customer) {
	seats := w.counted(c)
	switch {
	case len(seats) == 0:
	case migrates(c):
		w.add(at(c.Row, "template", c.Template), onboarding.T("the customer was made with quantities, and the template %q, which serves BroadWorks as well, allows none: they cannot be switched off", c.Resolved.Template.Name), onboarding.T("name the template with which the customer was made, and write its quantities, as they were or higher"))
	default:
		w.add(seatCell(c, seats[0]), onboarding.T("the customer was made with quantities, and they cannot be switched off"), onboarding.T("write the quantity of each package, as it was or higher"))
	}
}

// anyCounted reports whether one of these packages takes a quantity.
func (w *Walk) anyCounted(packages []string) bool {
	for _, name := range packages {
		if p, ok := w.Facts.Package(name); ok && p.Quantity {
			return true
		}
	}
	return false
}

// rememberedMigration refuses quantities for a customer that was made for both platforms, where the inputs do not say on
// which platforms it is now.
func rememberedMigration(w *Walk, c *onboarding.Customer, k *Known) {
	t := c.Resolved.Template
	if !k.BroadWork || k.Replaced || !c.Resolved.Limited || t != nil && t.Platforms != "" {
		return
	}
	w.add(w.activation(c), onboarding.T("the customer was made with a template that serves BroadWorks as well, and then quantities cannot be chosen"), onboarding.T("write x instead of the number, or fill Platforms of the template when the migration is over"))
}

// exceededLive refuses more users than seats when the users at the service are known as well.
func exceededLive(w *Walk, c *onboarding.Customer, k *Known) {
	for _, s := range w.counted(c) {
		n := k.Users[s.Package]
		if s.Numeric && n > s.Limit && c.Totals.Of(s.Package) <= s.Limit {
			w.add(seatCell(c, s), onboarding.T("with those at the service %d users have %s, and its quantity is %d", n, s.Label, s.Limit), onboarding.T("raise the quantity to %d, or give some users another package", n))
		}
	}
}

// adminPackageDowngrade refuses a lower package for an administrator that stands.
func adminPackageDowngrade() Rule {
	return Rule{
		ID: "admin-package-downgrade", Severity: onboarding.Error,
		Summary: "an administrator is never moved to a lower package",
		Why:     "it is not supported (documented by the vendor); the package that stands is known from the journal, and in a plan from the service",
		Fix:     "keep the administrator's package",
		Example: "Package: Webex Calling, and the administrator has Webex Suite\nerror: the administrator has Webex Suite, and is not moved to the lower Webex Calling",
		User: func(w *Walk, u *onboarding.User) {
			c := u.Resolved.Customer
			if w.Memory == nil || w.Purpose == Plan && !w.Compared || !u.Resolved.Admin || c == nil || u.Resolved.Package == "" {
				return
			}
			w.recalled = true
			w.downgraded(u.Row, w.Memory.Package(c, u.Email), u.Resolved.Package)
			w.recalled = false
		},
		Known: func(w *Walk, _ *onboarding.Customer, k *Known) {
			for _, m := range k.Changed {
				w.downgraded(m.Row, m.Was, m.Now)
			}
		},
	}
}

func (w *Walk) downgraded(row onboarding.Row, was, now string) {
	before, ok := w.Facts.Package(was)
	after, known := w.Facts.Package(now)
	if was == "" || !ok || !known || after.Rank == 0 || after.Rank >= before.Rank {
		return
	}
	w.add(at(row, "package", after.Display), onboarding.T("the administrator has %s, and is not moved to the lower %s", before.Display, after.Display), onboarding.T("keep %s", before.Display))
}
