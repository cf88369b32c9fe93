package address

import "muster/internal/onboarding"

// Shown gives an address as reports may hold it: without user name and password, and without the value of a parameter that
// is named like a secret.
func Shown(address string) string { return onboarding.ShownAddress(address) }
