package saml

import (
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// logoutChecks lists the checks of the logout endpoints.
func logoutChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-SLO-001", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Webex}, Source: "Single Sign-On Integration in Control Hub (ixe4v9)",
			Title: "there is a logout address for HTTP-POST or HTTP-Redirect",
			Why:   "signing out of Webex leaves the session at the identity provider open; Webex recommends Single Logout",
			Fix:   "enable Single Logout at the identity provider, or tell users to close the browser",
		}, (*judge).logoutMissing},
		{check.Check{
			ID: "SAML-SLO-002", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Profile}, Source: "SAML2Int, TLS at endpoints of the identity provider",
			Title: "logout addresses are https",
			Why:   "browsers warn of an address without TLS or do not open it",
			Fix:   "give the identity provider an https logout address and export the metadata again",
		}, (*judge).logoutSecure},
	}
}

func (j *judge) logoutMissing() {
	roles := j.entity.signOnRoles()
	for _, r := range roles {
		if slices.ContainsFunc(r.Logout, Endpoint.usable) {
			return
		}
	}
	if len(roles) > 0 {
		j.say(check.Warn, roles[0].Line, "", onboarding.T("there is no Single Logout address for HTTP-POST or HTTP-Redirect; Webex recommends one"))
	}
}

func (j *judge) logoutSecure() {
	var faults []fault
	add := func(line int, what onboarding.Word, address string) {
		if l := locate(address); !l.secure() {
			faults = append(faults, fault{line, l.shown, onboarding.T("%s %q is not an https URL", what, l.shown)})
		}
	}
	for _, r := range j.entity.signOnRoles() {
		for _, e := range r.Logout {
			if !e.usable() {
				continue
			}
			add(e.Line, "logout URL", e.Location)
			if e.ResponseLocation != "" {
				add(e.Line, "logout response URL", e.ResponseLocation)
			}
		}
	}
	j.sayEach(check.Warn, faults)
}
