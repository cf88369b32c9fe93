package saml

// attributeChecks lists the checks of the advertised attributes.
func attributeChecks() []entry { return nil }
