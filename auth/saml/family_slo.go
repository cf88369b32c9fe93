package saml

// logoutChecks lists the checks of the logout endpoints.
func logoutChecks() []entry { return nil }
