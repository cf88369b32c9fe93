package saml

import (
	"muster/auth/address"
	"muster/auth/check"
	"muster/internal/onboarding"
)

// signOnChecks lists the checks of the sign-on endpoints. SAML-SSO-006 needs the network: whoever may go online runs it, so
// its entry holds no run.
func signOnChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-SSO-001", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Webex, check.Profile}, Source: "single sign-on guides for Control Hub (mfu88u and others); SAML2Int",
			Title: "there is a sign-on address for HTTP-POST or HTTP-Redirect",
			Why:   "Webex sends its requests by one of these two bindings",
			Fix:   "enable HTTP-POST or HTTP-Redirect for SAML 2.0 at the identity provider",
		}, (*judge).signOnBinding},
		{check.Check{
			ID: "SAML-SSO-002", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Profile}, Source: "SAML2Int, TLS at endpoints of the identity provider",
			Title: "sign-on addresses are https",
			Why:   "browsers warn of a sign-in page without TLS or do not open it, and anybody on the way can read along",
			Fix:   "give the identity provider an https address and export the metadata again",
		}, (*judge).signOnSecure},
		{check.Check{
			ID: "SAML-SSO-003", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard, check.Measured}, Source: "SAML2Meta 2.2.2; CVE-2023-45683; crewjam/saml v0.5.1 refuses the whole file",
			Title: "sign-on addresses are absolute URLs with a host",
			Why:   "importers refuse the whole file for one address that is none, and other schemes can carry an attack",
			Fix:   "correct the address at the identity provider and export the metadata again",
		}, (*judge).signOnLocation},
		{check.Check{
			ID: "SAML-SSO-004", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement; RFC 1918, 4193, 6762",
			Title: "sign-on hosts can be reached from outside",
			Why:   "the user's browser opens the sign-in page: outside the office it does not find an internal host",
			Fix:   "publish the sign-in page under a public name, or make sure that all users reach it by VPN",
		}, (*judge).signOnInternal},
		{check.Check{
			ID: "SAML-SSO-005", Levels: []check.Level{check.Warn, check.Info}, Evidence: []check.Evidence{check.Profile, check.Judgement}, Source: "rules of the UK federation (check_saml2)",
			Title: "each binding has one sign-on address",
			Why:   "an importer takes the first or the last of several",
			Fix:   "keep one address for each binding",
		}, (*judge).signOnTwice},
		{check.Check{
			ID: "SAML-SSO-006", Levels: []check.Level{check.Error, check.Warn}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement; needs the network",
			Title: "sign-on hosts answer with a valid TLS certificate",
			Why:   "the browser warns or refuses at go-live",
			Fix:   "renew the certificate of the web server, with its whole chain",
		}, nil},
	}
}

func (j *judge) signOnBinding() {
	roles := j.entity.signOnRoles()
	var offered []string
	for _, r := range roles {
		for _, e := range r.SignOn {
			if e.usable() {
				return
			}
			offered = append(offered, e.Binding)
		}
	}
	switch {
	case len(roles) == 0:
	case len(offered) == 0:
		j.say(check.Blocker, roles[0].Line, "", onboarding.T("there is no SingleSignOnService"))
	default:
		j.say(check.Blocker, roles[0].Line, offered[0], onboarding.T("only %s is offered for sign-on", quotedList(offered)))
	}
}

func (j *judge) signOnSecure() {
	var faults []fault
	for _, e := range j.signOnEndpoints() {
		if l := locate(e.Location); l.wrong.Empty() && e.usable() && !l.secure() {
			faults = append(faults, fault{e.Line, l.shown, onboarding.T("sign-on URL %q is not https", l.shown)})
		}
	}
	j.sayEach(check.Error, faults)
}

func (j *judge) signOnLocation() {
	var faults []fault
	for _, e := range j.signOnEndpoints() {
		if l := locate(e.Location); !l.wrong.Empty() {
			faults = append(faults, fault{e.Line, l.shown, l.wrong})
		}
	}
	j.sayEach(check.Blocker, faults)
}

func (j *judge) signOnInternal() {
	var faults []fault
	for _, e := range j.signOnEndpoints() {
		if l := locate(e.Location); l.wrong.Empty() && e.usable() && address.Internal(l.url.Hostname()) {
			faults = append(faults, fault{e.Line, l.shown, onboarding.T("%q looks internal: remote users will not reach the sign-in page", l.url.Hostname())})
		}
	}
	j.sayEach(check.Warn, faults)
}

func (j *judge) signOnTwice() {
	var faults, repeated []fault
	for _, r := range j.entity.signOnRoles() {
		first := map[string]Endpoint{}
		for _, e := range r.SignOn {
			f, seen := first[e.Binding]
			switch {
			case !seen:
				first[e.Binding] = e
			case f.Location == e.Location:
				repeated = append(repeated, fault{e.Line, e.Binding, onboarding.T("%s with the same address stands here and on line %d; perhaps another binding was meant", shortBinding(e.Binding), f.Line)})
			default:
				a, b := locate(f.Location).shown, locate(e.Location).shown
				faults = append(faults, fault{e.Line, b, onboarding.T("%s has the address %q on line %d and %q here", shortBinding(e.Binding), a, f.Line, b)})
			}
		}
	}
	j.sayEach(check.Warn, faults)
	j.sayEach(check.Info, repeated)
}

func (j *judge) signOnEndpoints() []Endpoint {
	var out []Endpoint
	for _, r := range j.entity.signOnRoles() {
		out = append(out, r.SignOn...)
	}
	return out
}
