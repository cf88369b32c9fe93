package saml

// nameIDChecks lists the checks of the NameID formats.
func nameIDChecks() []entry { return nil }
