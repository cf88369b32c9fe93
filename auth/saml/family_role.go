package saml

import (
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// protocol is the URN by which a role says that it supports SAML 2.0.
const protocol = "urn:oasis:names:tc:SAML:2.0:protocol"

// roleChecks lists the checks of the roles of the entity.
func roleChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-ROLE-001", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard, check.Profile}, Source: "SAML2Meta 2.4.3; SAML2Int",
			Title: "the entity has the role of an identity provider",
			Why:   "without an IDPSSODescriptor there is nobody to sign users in",
			Fix:   "export the metadata of the identity provider",
		}, (*judge).roleMissing},
		{check.Check{
			ID: "SAML-ROLE-002", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement",
			Title: "the metadata is not a service provider's",
			Why:   "the file of a service provider names nobody who signs users in",
			Fix:   "export the identity provider's metadata, not that of the application",
		}, (*judge).roleServiceProvider},
		{check.Check{
			ID: "SAML-ROLE-003", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Standard, check.Webex}, Source: "SAML2Meta 2.4.1; requirements for identity providers (must conform to SAML 2.0)",
			Title: "the role lists SAML 2.0 among its protocols",
			Why:   "importers drop a role that supports other protocols only, some without a word",
			Fix:   "switch SAML 2.0 on at the identity provider and export the metadata again",
		}, (*judge).roleProtocol},
		{check.Check{
			ID: "SAML-ROLE-004", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement",
			Title: "the entity has one role of an identity provider",
			Why:   "an importer picks one of several, with its keys and addresses",
			Fix:   "keep one IDPSSODescriptor for SAML 2.0",
		}, (*judge).roleSeveral},
	}
}

func (j *judge) roleMissing() {
	if len(j.entity.IDPs) > 0 {
		return
	}
	message := onboarding.T("entity %q has no IDPSSODescriptor", j.entity.ID)
	if other := j.entity.Other; len(other) > 0 {
		message = onboarding.T("entity %q has no IDPSSODescriptor, only %s", j.entity.ID, quotedList(other))
	}
	j.say(check.Blocker, j.entity.Line, "", message)
}

func (j *judge) roleServiceProvider() {
	if len(j.entity.IDPs) == 0 && len(j.entity.SPs) > 0 {
		j.say(check.Blocker, j.entity.SPs[0].Line, "", onboarding.T("this is service-provider metadata: entity %q has an SPSSODescriptor and no IDPSSODescriptor", j.entity.ID))
	}
}

func (j *judge) roleProtocol() {
	var faults []fault
	for _, r := range j.entity.signOnRoles() {
		switch {
		case r.modern():
		case len(r.Protocols) == 0:
			faults = append(faults, fault{r.Line, "", onboarding.T("the identity provider's role has no protocolSupportEnumeration; %q would be right", protocol)})
		default:
			faults = append(faults, fault{r.Line, r.Protocols[0], onboarding.T("the identity provider's role supports %s and not %q", quotedList(r.Protocols), protocol)})
		}
	}
	j.sayEach(check.Error, faults)
}

func (j *judge) roleSeveral() {
	roles := j.entity.signOnRoles()
	if len(roles) > 1 && roles[0].modern() {
		j.say(check.Warn, roles[1].Line, "", onboarding.T("entity %q has %d roles of an identity provider for SAML 2.0, the first on line %d", j.entity.ID, len(roles), roles[0].Line))
	}
}

// signOnRoles gives the roles of an identity provider that the checks judge: those that support SAML 2.0, or all when none
// says that it does.
func (e *Entity) signOnRoles() []Role {
	old := func(r Role) bool { return !r.modern() }
	if !slices.ContainsFunc(e.IDPs, old) {
		return e.IDPs // as in all usual metadata: nothing to copy
	}
	if modern := slices.DeleteFunc(slices.Clone(e.IDPs), old); len(modern) > 0 {
		return modern
	}
	return e.IDPs
}

func (r Role) modern() bool { return slices.Contains(r.Protocols, protocol) }
