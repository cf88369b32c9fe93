package saml

// roleChecks lists the checks of the roles of the entity.
func roleChecks() []entry { return nil }
