package validate

import (
	"strconv"
	"strings"

	"muster/internal/onboarding"
)

// seatRule lets a rule look at each package of a customer. Packages that are not known are left to package-unknown.
func seatRule(r Rule, look func(*Walk, *onboarding.Customer, onboarding.Seat)) Rule {
	r.Packages = func(w *Walk, c *onboarding.Customer) {
		for _, s := range c.Seats {
			if s.Package != "" && !s.Unknown && s.Written() {
				look(w, c, s)
			}
		}
	}
	return r
}

const quantityDocumented = "once a quantity is chosen, every package that people or rooms can hold needs one (documented by the vendor)"

// takesQuantity reports whether a package has a quantity at all.
func (w *Walk) takesQuantity(s onboarding.Seat) bool {
	p, ok := w.Facts.Package(s.Package)
	return ok && p.Quantity
}

// chosen reports whether a quantity cell says only that the package is chosen: empty, yes or x.
func (w *Walk) chosen(s onboarding.Seat) bool {
	if s.Quantity == "" {
		return true
	}
	yes, ok := w.Facts.YesNo(s.Quantity)
	return ok && yes && !isNumber(s.Quantity)
}

func isNumber(s string) bool {
	_, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	return err == nil
}

// packageQuantityMissing asks for the quantities that are missing beside others.
func packageQuantityMissing() Rule {
	return seatRule(Rule{
		ID: "package-quantity-missing", Severity: onboarding.Error,
		Summary: "a customer with quantities has one for every package that takes one",
		Why:     quantityDocumented,
		Fix:     "write a number into the cell",
		Example: "Webex Calling: 5, Webex Suite: x\nerror: Webex Suite has no quantity, and quantities are activated for the customer",
	}, func(w *Walk, c *onboarding.Customer, s onboarding.Seat) {
		if !c.Resolved.Limited || migrates(c) || !w.takesQuantity(s) || !w.chosen(s) || hasOtherQuantity(c, s) {
			return
		}
		w.add(seatCell(c, s), onboarding.T("%s has no quantity, and quantities are activated for the customer", s.Label), onboarding.T("write a whole number of at least 1"))
	})
}

// hasOtherQuantity reports whether the package's quantity stands in another place: the list names it, a column counts it.
func hasOtherQuantity(c *onboarding.Customer, s onboarding.Seat) bool {
	for _, o := range c.Seats {
		if o.Package == s.Package && o.Place != s.Place && o.Quantity != "" {
			return true
		}
	}
	return false
}

// packageQuantityZero refuses a quantity of nothing.
func packageQuantityZero() Rule {
	return seatRule(Rule{
		ID: "package-quantity-zero", Severity: onboarding.Error,
		Summary: "a quantity is at least 1",
		Why:     "zero is not allowed (documented by the vendor)",
		Fix:     "write the number of seats, or empty the cell to leave the package out",
		Example: "Webex Calling: 0\nerror: the quantity of Webex Calling is 0",
	}, func(w *Walk, c *onboarding.Customer, s onboarding.Seat) {
		if n, err := strconv.Atoi(s.Quantity); err == nil && n == 0 && w.takesQuantity(s) {
			w.add(seatCell(c, s), onboarding.T("the quantity of %s is 0", s.Label), onboarding.T("write the number of seats, or empty the cell to leave the package out"))
		}
	})
}

// packageQuantityInvalid refuses what is no number.
func packageQuantityInvalid() Rule {
	return seatRule(Rule{
		ID: "package-quantity-invalid", Severity: onboarding.Error,
		Summary: "a quantity is a whole number, or a word for unlimited or yes",
		Why:     "the service takes whole numbers of seats (our reading of the documented field)",
		Fix:     "write a whole number, unlimited, yes or x",
		Example: "Webex Calling: 2.5\nerror: \"2.5\" is no quantity",
	}, func(w *Walk, c *onboarding.Customer, s onboarding.Seat) {
		n, err := strconv.Atoi(s.Quantity)
		if err == nil && n >= 0 || w.chosen(s) || w.Facts.Unlimited(s.Quantity) {
			return
		}
		w.add(seatCell(c, s), onboarding.T("%q is no quantity", s.Quantity), onboarding.T("write a whole number of at least 1, or unlimited, yes or x for a package without quantity"))
	})
}

// packageQuantityConflict refuses two numbers for one package.
func packageQuantityConflict() Rule {
	return Rule{
		ID: "package-quantity-conflict", Severity: onboarding.Error,
		Summary: "a package of a customer has one quantity",
		Why:     "a package may stand in a column and on the sheet Packages; of two numbers one would be dropped (our judgement)",
		Fix:     "delete one of the two, or make them equal",
		Example: "Webex Calling: 5, and on the sheet Packages: 7\nerror: Webex Calling has a quantity of 7 here and of 5 in customers.csv:2:12",
		Packages: func(w *Walk, c *onboarding.Customer) {
			first := make(map[string]onboarding.Seat, len(c.Seats))
			for _, s := range c.Seats {
				if s.Package == "" || !s.Numeric || !w.takesQuantity(s) || !s.Written() {
					continue
				}
				f, twice := first[s.Package]
				if !twice {
					first[s.Package] = s
				} else if f.Limit != s.Limit {
					w.add(seatCell(c, s), onboarding.T("%s has a quantity of %d here and of %d in %s", s.Label, s.Limit, f.Limit, f.Place.Cell()), onboarding.T("delete one of the two, or make them equal"))
				}
			}
		},
	}
}

// packageQuantityMixed refuses an unlimited package beside limited ones.
func packageQuantityMixed() Rule {
	return seatRule(Rule{
		ID: "package-quantity-mixed", Severity: onboarding.Error,
		Summary: "a customer's packages are all limited or all unlimited",
		Why:     "the two cannot be mixed (documented by the vendor)",
		Fix:     "write a number here, or unlimited everywhere",
		Example: "Webex Calling: unlimited, Webex Suite: 5\nerror: Webex Calling is unlimited, and other packages of the customer have quantities",
	}, func(w *Walk, c *onboarding.Customer, s onboarding.Seat) {
		if c.Resolved.Limited && !migrates(c) && w.takesQuantity(s) && w.Facts.Unlimited(s.Quantity) {
			w.add(seatCell(c, s), onboarding.T("%s is unlimited, and other packages of the customer have quantities", s.Label), onboarding.T("write a number here, or unlimited everywhere"))
		}
	})
}

// packageQuantityNotAllowed refuses a number where none is taken.
func packageQuantityNotAllowed() Rule {
	return seatRule(Rule{
		ID: "package-quantity-not-allowed", Severity: onboarding.Error,
		Summary: "an item that nobody can hold has no quantity",
		Why:     "the vendor names Cisco Calling Plan; contact-center items have no place in the documented field either",
		Fix:     "write x instead of the number",
		Example: "Webex Calling: 5, Cisco Calling Plan: 3\nerror: Cisco Calling Plan takes no quantity",
	}, func(w *Walk, c *onboarding.Customer, s onboarding.Seat) {
		if _, err := strconv.Atoi(s.Quantity); err == nil && !w.takesQuantity(s) {
			w.add(seatCell(c, s), onboarding.T("%s takes no quantity", s.Label), onboarding.T("write x instead of %q", s.Quantity))
		}
	})
}

// packageQuantityMaximum holds quantities to the partner's own ceiling.
func packageQuantityMaximum() Rule {
	return seatRule(Rule{
		ID: "package-quantity-maximum", Severity: onboarding.Error,
		Summary: "a quantity does not exceed the ceiling that was configured",
		Why:     "the service has a maximum that is not published; --quantity-ceiling sets the partner's own",
		Fix:     "lower the number, or raise the ceiling",
		Example: "Webex Calling: 51, with --quantity-ceiling 50\nerror: 51 seats of Webex Calling are more than the ceiling of 50",
	}, func(w *Walk, c *onboarding.Customer, s onboarding.Seat) {
		if w.QuantityCeiling > 0 && s.Numeric && s.Limit > w.QuantityCeiling && w.takesQuantity(s) {
			w.add(seatCell(c, s), onboarding.T("%d seats of %s are more than the ceiling of %d", s.Limit, s.Label, w.QuantityCeiling), onboarding.T("lower the number, or raise --quantity-ceiling"))
		}
	})
}

// packageQuantityMigration refuses quantities for customers of both platforms.
func packageQuantityMigration() Rule {
	r := seatRule(Rule{
		ID: "package-quantity-migration", Severity: onboarding.Error,
		Summary: "a customer that migrates from BroadWorks has no quantities",
		Why:     "quantities cannot be chosen while a customer has BroadWorks and Wholesale packages (documented by the vendor)",
		Fix:     "empty the quantities until the migration is over",
		Example: "Onboarding template: Both (Wholesale and BroadWorks), Webex Calling: 5\nerror: the template \"Both\" serves BroadWorks as well, and then quantities cannot be chosen",
	}, func(w *Walk, c *onboarding.Customer, s onboarding.Seat) {
		if migrates(c) && s.Numeric && w.takesQuantity(s) {
			w.add(seatCell(c, s), onboarding.T("the template %q serves BroadWorks as well, and then quantities cannot be chosen", c.Resolved.Template.Name), onboarding.T("write x instead of the number"))
		}
	})
	r.Known = rememberedMigration
	r.Customer = func(w *Walk, c *onboarding.Customer) {
		if active, _ := w.Facts.YesNo(c.ActivateQuantity); active && migrates(c) {
			w.add(at(c.Row, "activate_quantity", c.ActivateQuantity), onboarding.T("the template %q serves BroadWorks as well, and then quantities cannot be activated", c.Resolved.Template.Name), onboarding.T("empty the cell"))
		}
	}
	return r
}

// migrates reports whether a customer may have BroadWorks packages as well. Nothing is said of its quantities but that it
// cannot have any.
func migrates(c *onboarding.Customer) bool {
	return c.Resolved.Template != nil && c.Resolved.Template.Resolved.BroadWork
}

// packageQuantityExceeded refuses more users than seats.
func packageQuantityExceeded() Rule {
	return Rule{
		ID: "package-quantity-exceeded", Severity: onboarding.Error,
		Summary: "no package has more users than seats",
		Why:     "the quantity is the most that can be assigned (documented by the vendor)",
		Fix:     "raise the quantity, or give some users another package",
		Example: "Webex Calling: 1, and three of the customer's users have it\nerror: 3 users have Webex Calling, and its quantity is 1",
		Close:   exceededHere,
		Standing: func(w *Walk, c *onboarding.Customer) {
			exceededHere(w, c)
			for _, s := range c.Seats {
				if n := c.Totals.Of(s.Package); s.Numeric && n > s.Limit && w.takesQuantity(s) && !s.Written() && !hasOtherQuantity(c, s) {
					p, _ := w.Facts.Package(s.Package)
					here := c.Totals.FirstUser
					w.add(at(here, "package", p.Display), onboarding.T("%d users of %q have %s here, and the quantity that was sent is %d", n, c.ExternalID, p.Display, s.Limit), onboarding.T("raise the quantity of the customer first, or give some users another package"))
				}
			}
		},
		Known: exceededLive,
	}
}

// exceededHere refuses more users in the inputs than a cell of theirs gives seats.
func exceededHere(w *Walk, c *onboarding.Customer) {
	for _, s := range c.Seats {
		if n := c.Totals.Of(s.Package); s.Numeric && s.Package != "" && w.takesQuantity(s) && n > s.Limit && s.Written() {
			w.add(seatCell(c, s), onboarding.T("%d users have %s, and its quantity is %d", n, s.Label, s.Limit), onboarding.T("raise the quantity to %d, or give some users another package", n))
		}
	}
}
