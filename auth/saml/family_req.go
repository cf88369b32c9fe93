package saml

// requestChecks lists the checks of what the identity provider asks of requests.
func requestChecks() []entry { return nil }
