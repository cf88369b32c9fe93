package validate

import "muster/internal/onboarding"

// customerSubPartner refuses sub-partners for which nothing can be made. The service is asked for them once, when one is named.
func customerSubPartner() Rule {
	return Rule{
		ID: "customer-sub-partner", Severity: onboarding.Error,
		Summary: "a customer's sub-partner is one of the partner's, and active",
		Why:     "a suspended sub-partner may delete customers, not create or change them (documented by the vendor); `plan` and `apply` ask the service for the list",
		Fix:     "correct the organization ID, or have the sub-partner activated",
		Example: "Sub-partner: Sub-B, which is suspended\nerror: the sub-partner \"Sub-B\" is suspended: it may delete customers, not create or change them",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if w.SubPartners == nil || c.SubPartner == "" || !w.Selected(c) {
				return
			}
			here := at(c.Row, "sub_partner", c.SubPartner)
			switch active, known := w.SubPartners[c.SubPartner]; {
			case !known:
				w.add(here, onboarding.T("the service knows no sub-partner %q of this partner", c.SubPartner), onboarding.T("write the organization ID of the sub-partner, or empty the cell"))
			case !active:
				w.add(here, onboarding.T("the sub-partner %q is suspended: it may delete customers, not create or change them", c.SubPartner), onboarding.T("have it activated, or name another"))
			}
		},
	}
}

// customerAttach tells how an existing organization becomes a customer. That it keeps its sign-in is told by TPL-003.
func customerAttach() Rule {
	return Rule{
		ID: "customer-attach", Severity: onboarding.Note,
		Summary: "people know that the administrator of an existing organization may have to agree",
		Why:     "an organization with 100 users or more, or with a verified or claimed domain, is attached only when its administrator approves; any other by itself (documented by the vendor)",
		Fix:     "tell the administrator beforehand",
		Example: "Organization ID: 2f1e0d9c-0000, and the template does not let administrators be invited by mail\nnote: the organization \"2f1e0d9c-0000\" is attached by itself, unless it has 100 users or more, or a verified or claimed domain: then its administrator must approve",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if c.OrganizationID == "" {
				return
			}
			hint := onboarding.T("tell its administrator beforehand; \"Allow admin invite emails\" of the template lets the service write to them")
			if t := c.Resolved.Template; t != nil {
				if yes, _ := w.Facts.YesNo(t.AllowAdminInvite); yes {
					hint = onboarding.T("the template lets the service write to its administrator; say beforehand that the mail comes")
				}
			}
			w.add(at(c.Row, "organization_id", c.OrganizationID), onboarding.T("the organization %q is attached by itself, unless it has 100 users or more, or a verified or claimed domain: then its administrator must approve", c.OrganizationID), hint)
		},
	}
}
