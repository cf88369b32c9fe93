package saml

import "muster/auth/check"

// selectionChecks lists the checks of the choice of an entity. They run while choosing, so their entries hold no run.
func selectionChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-SEL-001", Levels: []check.Level{check.Warn, check.Info}, Evidence: []check.Evidence{check.Standard, check.Webex}, Source: "SAML2Meta 2.3.1; IIP-MD02; Partner SSO article d33her",
			Title: "the file is about one entity",
			Why:   "a template names one identity provider; from an aggregate an importer may take another one",
			Fix:   "send TAC only the entity of the identity provider",
		}, nil},
		{check.Check{
			ID: "SAML-SEL-002", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Measured}, Source: "crewjam/saml v0.5.1 takes the first identity provider of an aggregate",
			Title: "the template's entity ID says which entity of the file is meant",
			Why:   "a choice by guess would judge, and trust, the keys of another identity provider",
			Fix:   "put the entity ID of the identity provider in the template, exactly as the metadata has it",
		}, nil},
		{check.Check{
			ID: "SAML-SEL-003", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Standard}, Source: "SAML2Meta 2.3.2; rule E1 of eduGAIN's validator",
			Title: "each entity ID occurs once in the file",
			Why:   "readers keep the first or the last of them, so nobody knows whose keys count",
			Fix:   "keep the current one of them, and delete the others",
		}, nil},
	}
}
