package saml

// selectionChecks lists the checks of the choice; they run while choosing.
func selectionChecks() []entry { return nil }
