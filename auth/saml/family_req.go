package saml

import (
	"muster/auth/check"
	"muster/internal/onboarding"
)

// requestChecks lists the checks of what the identity provider asks of requests.
func requestChecks() []entry {
	return []entry{{check.Check{
		ID: "SAML-REQ-001", Levels: []check.Level{check.Info, check.Checklist}, Evidence: []check.Evidence{check.Webex, check.Standard}, Source: "Single Sign-On Integration in Control Hub (ixe4v9); SAML2Meta 2.4.3",
		Title: "whether requests must be signed",
		Why:   "Webex follows what the metadata asks for, so the identity provider must hold the Webex signing certificate and follow its renewals",
		Fix:   "plan the renewals of the Webex certificate, about every year or five years",
	}, (*judge).requestSigned}}
}

func (j *judge) requestSigned() {
	for _, r := range j.entity.signOnRoles() {
		if r.WantsSigned {
			j.say(check.Info, r.Line, "true", onboarding.T("the identity provider demands signed requests (WantAuthnRequestsSigned)"))
			j.say(check.Checklist, r.Line, "true", onboarding.T("confirm that the identity provider has the Webex signing certificate, and who loads the next one"))
			return
		}
	}
}
