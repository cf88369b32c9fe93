package validate

import (
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// packageNone refuses a customer without packages.
func packageNone() Rule {
	return Rule{
		ID: "package-none", Severity: onboarding.Error,
		Summary: "a customer has at least one package",
		Why:     "the service refuses an empty list (documented by the vendor)",
		Fix:     "name a package in the list, in a package column, or on the sheet Packages",
		Example: "Packages and add-ons: (empty), and no package column or row of Packages either\nerror: the customer has no package",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if len(c.Seats) == 0 {
				here := at(c.Row, "packages", c.PackageList)
				if here.place().Column == 0 && w.noPackages(c.Source) {
					if !w.first("no package column " + c.Source.File + c.Source.Sheet) {
						*w.held = true
						return
					}
					here = heading(c.Row, "packages")
				}
				w.add(here, onboarding.T("the customer has no package"), onboarding.T("name one in the list, in a package column, or on the sheet Packages"))
			}
		},
	}
}

// noPackages reports whether a sheet of customers has no place at all that names packages, as far as can be seen.
func (w *Walk) noPackages(src *onboarding.Source) bool {
	return !w.Options.Batch.Has(onboarding.Packages) &&
		!slices.ContainsFunc(w.Options.Batch.Customers, func(c *onboarding.Customer) bool { return c.Source == src && len(c.Seats) > 0 })
}

// packageUnknown refuses a word that is no package.
func packageUnknown() Rule {
	return Rule{
		ID: "package-unknown", Severity: onboarding.Error,
		Summary: "a package is known by its API value, its name in Partner Hub or a former name",
		Why:     "the service takes a fixed list (documented by the vendor)",
		Fix:     "correct the name; `muster rules package-unknown` shows them",
		Example: "Packages and add-ons: Webex Calling, Webex Telepathy\nerror: there is no package \"Webex Telepathy\"\nKnown are: webex_calling, webex_calling_standard, webex_voice, webex_suite, webex_meetings, cx_essentials (Customer Assist), common_area_calling,\nattendant_console, cisco_calling_plan, cx_premium_agent, cx_standard_agent, cx_voice_ports, cx_ai_assistant, webex_ai_agent.",
		Packages: func(w *Walk, c *onboarding.Customer) {
			for _, s := range c.Seats {
				switch {
				case s.Package != "" || !s.Written():
				case s.Label == "":
					w.add(nameCell(c, s), onboarding.T("the row names no package"), onboarding.T("fill the cell, or delete the row"))
				default:
					w.add(nameCell(c, s), onboarding.T("there is no package %q", s.Label), onboarding.T("write a name of Partner Hub, such as Webex Calling"))
				}
			}
		},
	}
}

// packageCustomer refuses a row of the sheet Packages whose customer is not there.
func packageCustomer() Rule {
	return Rule{
		ID: "package-customer", Severity: onboarding.Error,
		Summary: "a row of the sheet Packages names a customer of the sheet Customers",
		Why:     "a package that belongs to nobody would be lost (our judgement)",
		Fix:     "correct the external customer ID",
		Example: "External customer ID: C1, and the sheet Customers has only c1\nerror: there is no customer \"C1\"",
	}
}

// strays reports rows of the sheet Packages that belong to nobody.
func (w *Walk) strays() {
	r := packageCustomer()
	w.rule = &r
	unheld := false
	w.held = &unheld
	for _, s := range w.Options.Batch.StraySeats {
		w.whose = s.Customer
		switch {
		case !w.Options.Batch.Has(onboarding.Customers):
			w.unchecked(at(s.Row, "external_id", s.Customer), onboarding.Customers)
		case s.Customer == "":
			w.required(s.Row, []requirement{{"external_id", "", "external customer ID"}})
		default:
			w.add(at(s.Row, "external_id", s.Customer), onboarding.T("there is no customer %q", s.Customer), onboarding.T("correct the external customer ID"))
		}
	}
}

// packageDependency refuses an add-on without a package that it rides on.
func packageDependency() Rule {
	return Rule{
		ID: "package-dependency", Severity: onboarding.Error,
		Summary: "an add-on comes with a package that it rides on",
		Why:     "the service refuses it alone (documented by the vendor)",
		Fix:     "add one of the packages that the message names",
		Example: "Packages and add-ons: Attendant Console; Webex Meetings\nerror: Attendant Console needs one of Webex Calling, Webex Suite, Customer Assist, Webex Voice beside it",
		Packages: func(w *Walk, c *onboarding.Customer) {
			for _, s := range c.Seats {
				p, ok := w.Facts.Package(s.Package)
				if !ok || !s.Written() || len(p.DependsOn) == 0 || slices.ContainsFunc(p.DependsOn, func(api string) bool { return hasPackage(c, api) }) {
					continue
				}
				w.add(nameCell(c, s), onboarding.T("%s needs one of %s beside it", p.Display, w.names(p.DependsOn)), onboarding.T("add one of them to the customer"))
			}
		},
	}
}

// packageHeadquarters refuses the first package that makes calls where the inputs say nothing else of the customer.
func packageHeadquarters() Rule {
	return Rule{
		ID: "package-headquarters", Severity: onboarding.Error,
		Summary: "the first package that makes calls comes with a headquarters",
		Why:     "the service makes the headquarters together with that package (documented by the vendor); a row of the sheet Packages does not describe it",
		Fix:     "add the customer's row to the sheet Customers, with headquarters, time zone and announcement language",
		Example: "A sheet Packages alone, with Webex Calling for a customer that stands and has Webex Meetings only\nerror: Webex Calling is the customer's first package that makes calls, and the inputs do not describe its headquarters",
		Packages: func(w *Walk, c *onboarding.Customer) {
			calls := func(s onboarding.Seat) bool {
				p, ok := w.Facts.Package(s.Package)
				return ok && p.Calling
			}
			i := slices.IndexFunc(c.Seats, calls)
			if !c.OnlyPackages() || i < 0 || slices.ContainsFunc(c.Seats, func(s onboarding.Seat) bool { return !s.Written() && calls(s) }) {
				return
			}
			if s := c.Seats[i]; s.Written() {
				w.add(nameCell(c, s), onboarding.T("%s is the customer's first package that makes calls, and the inputs do not describe its headquarters", s.Label), onboarding.T("add the customer's row to the sheet Customers"))
			}
		},
	}
}

// names gives the names of packages as people know them.
func (w *Walk) names(apis []string) string {
	out := make([]string, len(apis))
	for i, api := range apis {
		out[i] = api
		if p, ok := w.Facts.Package(api); ok {
			out[i] = p.Display
		}
	}
	return strings.Join(out, ", ")
}
