package validate

import (
	"muster/internal/onboarding"
)

// userRequired refuses a user without what Partner Hub asks for.
func userRequired() Rule {
	return Rule{
		ID: "user-required", Severity: onboarding.Error,
		Summary: "a user has a customer, a first name, a last name, an email and a package",
		Why:     "Partner Hub asks for all of them, and so do we, though the API would take a user without a name (documented by the vendor)",
		Fix:     "fill the empty cell",
		Example: "First name: (empty)\nerror: the first name is missing",
		User: func(w *Walk, u *onboarding.User) {
			if u.Customer == "" || u.FirstName == "" || u.LastName == "" || u.Email == "" || u.Package == "" {
				w.required(u.Row, []requirement{
					{"external_id", u.Customer, "external customer ID"},
					{"first_name", u.FirstName, "first name"},
					{"last_name", u.LastName, "last name"},
					{"email", u.Email, "email address"},
					{"package", u.Package, "package"},
				})
			}
		},
	}
}

// userCustomer refuses a user of a customer that is not there.
func userCustomer() Rule {
	return Rule{
		ID: "user-customer", Severity: onboarding.Error,
		Summary: "a user's customer is one of the sheet Customers",
		Why:     "a user is made within a customer (documented by the vendor)",
		Fix:     "correct the external customer ID",
		Example: "External customer ID: C1, and the sheet Customers has only c1\nerror: there is no customer \"C1\"",
		User: func(w *Walk, u *onboarding.User) {
			switch {
			case u.Customer == "" || u.Resolved.Customer != nil:
			case !w.Options.Batch.Has(onboarding.Customers):
				w.unchecked(at(u.Row, "external_id", u.Customer), onboarding.Customers)
			default:
				w.add(at(u.Row, "external_id", u.Customer), onboarding.T("there is no customer %q", u.Customer), onboarding.T("correct the external customer ID, or add the customer"))
			}
		},
	}
}

// userEmail refuses an address that is none.
func userEmail() Rule {
	return Rule{
		ID: "user-email", Severity: onboarding.Error,
		Summary: "a user's email is an address",
		Why:     "it is the login, and invitations go to it; the service names the characters that it takes (documented by the vendor)",
		Fix:     "write it as name@domain",
		Example: "Email address: max.muster@\nerror: \"max.muster@\" has no domain after the @",
		User: func(w *Walk, u *onboarding.User) {
			if u.Email == "" {
				return
			}
			if msg := mailFault(u.Email); !msg.Empty() {
				w.add(at(u.Row, "email", u.Email), msg, onboarding.T("write it as name@domain"))
			}
		},
	}
}

// userEmailDuplicate refuses a second user of one address.
func userEmailDuplicate() Rule {
	return Rule{
		ID: "user-email-duplicate", Severity: onboarding.Error,
		Summary: "an email stands once in all inputs, whatever its case",
		Why:     "an address belongs to one user of one organization (documented by the vendor, code 10022)",
		Fix:     "give each user an address, or delete the row",
		Example: "users.csv:3 Email address: max@c1.example\nusers.csv:5 Email address: Max@C1.Example\nerror: the email \"Max@C1.Example\" stands in users.csv:3:4 already",
		Unique: &Unique{
			Key: func(buf []byte, u *onboarding.User) []byte { return folded(buf, u.Email) },
			Twice: func(w *Walk, u *onboarding.User, first onboarding.Row) {
				w.add(at(u.Row, "email", u.Email), onboarding.T("the email %q stands in %s already", u.Email, first.Cell("email").Cell()), onboarding.T("give each user an address, or delete the row"))
			},
		},
	}
}

// userPackage refuses a package that a user cannot have.
func userPackage() Rule {
	return Rule{
		ID: "user-package", Severity: onboarding.Error,
		Summary: "a user's package is one that users can hold, and one of the customer's",
		Why:     "the service takes one package of a fixed list (documented by the vendor), and only what the customer has (our reading)",
		Fix:     "name one of the customer's packages, or add the package to the customer",
		Example: "Package: Webex Suite, and the customer has only Webex Calling\nerror: the customer \"c1\" does not have Webex Suite",
		User: func(w *Walk, u *onboarding.User) {
			if u.Package == "" || u.Resolved.Assignable && (u.Resolved.Customer == nil || hasPackage(u.Resolved.Customer, u.Resolved.Package)) {
				return
			}
			here := at(u.Row, "package", u.Package)
			p, ok := w.Facts.Package(u.Package)
			switch {
			case !ok:
				w.add(here, onboarding.T("there is no package %q", u.Package), onboarding.T("write a name of Partner Hub, such as Webex Calling"))
			case !p.UserAssignable:
				w.add(here, onboarding.T("%s cannot be given to a user", p.Display), onboarding.T("name a package for users, such as Webex Calling"))
			default:
				w.add(here, onboarding.T("the customer %q does not have %s", u.Customer, p.Display), onboarding.T("name one of the customer's packages, or add it to the customer"))
			}
		},
	}
}

// hasPackage reports whether a customer has a package. A customer with none, or with one that is not known, has a finding
// of its own, and its users are not reported for it again.
func hasPackage(c *onboarding.Customer, api string) bool {
	unknown := len(c.Seats) == 0
	for i := range c.Seats {
		if c.Seats[i].Package == api {
			return true
		}
		unknown = unknown || c.Seats[i].Package == ""
	}
	return unknown
}

// userLocation asks for the location of users who make calls.
func userLocation() Rule {
	return Rule{
		ID: "user-location", Severity: onboarding.Error,
		Summary: "a user with a calling package has a location: the headquarters or a row of Locations",
		Why:     "numbers and emergency calls belong to a location (documented by the vendor)",
		Fix:     "name the headquarters, or a location of the sheet Locations",
		Example: "Package: Webex Calling, Location: Werk Mars\nerror: the customer has no location \"Werk Mars\"",
		User: func(w *Walk, u *onboarding.User) {
			c := u.Resolved.Customer
			here := at(u.Row, "location", u.Location)
			switch {
			case u.Location == "":
				if u.Resolved.Calling {
					w.missingForCall(u, "location", onboarding.T("a user with %s needs a location", u.Package))
				}
			case c == nil || u.Resolved.AtHQ || u.Resolved.Site != nil || u.Resolved.Package == noCalls:
			case !w.Options.Batch.Has(onboarding.Locations):
				w.unchecked(here, onboarding.Locations)
			default:
				w.add(here, onboarding.T("the customer has no location %q", u.Location), onboarding.T("name the headquarters %q, or add the location", c.Resolved.HQ))
			}
		},
	}
}

// missingForCall reports a value that only users who make calls need; its column is optional.
func (w *Walk) missingForCall(u *onboarding.User, f onboarding.Field, msg onboarding.Text) {
	here := at(u.Row, f, "")
	if here.place().Column == 0 {
		*w.held = true
		if !w.first(w.rule.ID + " has no column" + u.Source.File + u.Source.Sheet) {
			return
		}
		here = heading(u.Row, f)
	}
	w.add(here, msg, onboarding.T("fill the cell"))
}

// noCalls is the one base package without calls.
const noCalls = "webex_meetings"

// userRole refuses a role that the service does not list.
func userRole() Rule {
	return Rule{
		ID: "user-role", Severity: onboarding.Error,
		Summary: "a user's role is one of the service's administrator roles, in any of the six languages, or empty",
		Why:     "roles are looked up by name; custom roles are not available for Wholesale (documented by the vendor)",
		Fix:     "write Full administrator, or leave the cell empty for an ordinary user",
		Example: "Role: Boss\nerror: there is no role \"Boss\"",
		User: func(w *Walk, u *onboarding.User) {
			if u.Role == "" || u.Resolved.Role != "" {
				return
			}
			if _, ok := w.Facts.Role(u.Role); !ok {
				w.add(at(u.Row, "role", u.Role), onboarding.T("there is no role %q", u.Role), onboarding.T("write Full administrator, or leave the cell empty for an ordinary user"))
			}
		},
	}
}

// userCallingFieldsIgnored warns of calling data of a user who makes no calls.
func userCallingFieldsIgnored() Rule {
	return Rule{
		ID: "user-calling-fields-ignored", Severity: onboarding.Warning,
		Summary: "a user without calls has no location, number or extension",
		Why:     "they would be ignored, and a number that is missing on the night is found too late (our judgement)",
		Fix:     "empty the cells, or give the user a calling package",
		Example: "Package: Webex Meetings, Extension: 1900\nwarning: a user with Webex Meetings makes no calls; \"1900\" will not be used",
		User: func(w *Walk, u *onboarding.User) {
			if u.Resolved.Package == "" || u.Resolved.Calling || u.Resolved.Package != noCalls {
				return
			}
			for _, f := range []requirement{{"location", u.Location, ""}, {"phone_number", u.Phone, ""}, {"extension", u.Extension, ""}} {
				if f.value != "" {
					w.add(at(u.Row, f.field, f.value), onboarding.T("a user with %s makes no calls; %q will not be used", u.Package, f.value), onboarding.T("empty the cell, or give the user a calling package"))
					return
				}
			}
		},
	}
}
