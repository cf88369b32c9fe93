package validate

import "muster/internal/onboarding"

// The rules of this file need the journal or the live state, which `plan` looks at: the walk over the sheets does not run
// them.

// packageQuantityLowered refuses a quantity below one that was sent.
func packageQuantityLowered() Rule {
	return Rule{
		ID: "package-quantity-lowered", Severity: onboarding.Error,
		Summary: "a quantity is never lowered",
		Why:     "a later quantity must be higher (documented by the vendor); the service does not return it, so the journal is asked",
		Fix:     "write the quantity that was sent before, or more",
		Example: "Webex Calling: 5, and 10 seats were sent before\nerror: a quantity is never lowered",
	}
}

// packageQuantitySwitched refuses a change between limited and unlimited.
func packageQuantitySwitched() Rule {
	return Rule{
		ID: "package-quantity-switched", Severity: onboarding.Error,
		Summary: "a customer stays limited or unlimited",
		Why:     "quantities cannot be switched on or off later (documented by the vendor)",
		Fix:     "keep to how the customer was created",
		Example: "Webex Calling: x, and 10 seats were sent before\nerror: a customer stays limited or unlimited",
	}
}

// adminPackageDowngrade refuses a lower package for a live administrator.
func adminPackageDowngrade() Rule {
	return Rule{
		ID: "admin-package-downgrade", Severity: onboarding.Error,
		Summary: "an administrator is never moved to a lower package",
		Why:     "it is not supported (documented by the vendor)",
		Fix:     "keep the administrator's package",
		Example: "Package: Webex Calling, and the administrator has Webex Suite\nerror: an administrator is never moved to a lower package",
	}
}
