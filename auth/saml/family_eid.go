package saml

// entityIDChecks lists the checks of the entity ID.
func entityIDChecks() []entry { return nil }
