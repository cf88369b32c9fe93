package oidc

import (
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// capabilityChecks lists the checks of what the provider says it can do. A list that is absent has the default of its
// specification.
func capabilityChecks() []entry { return slices.Concat(flowChecks(), requestChecks()) }

// flowChecks lists those of the flow, of scopes and claims, and of algorithms.
func flowChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-CAP-001", Levels: at(check.Error), Evidence: by(check.Webex, check.Judgement), Source: guide + "; OpenID Connect Core 1.0 section 3.1",
			Title: "the provider offers the response type code",
			Why:   "the TAC form sets up a client with a secret, which asks for a code",
			Fix:   "enable the authorization code flow",
		}, (*judge).responseTypes},
		{check.Check{
			ID: "OIDC-CAP-002", Levels: at(check.Error), Evidence: by(check.Standard), Source: discovery + "3",
			Title: "the provider offers the grant type authorization_code",
			Why:   "a code cannot be exchanged for tokens",
			Fix:   "enable the grant type authorization_code",
		}, (*judge).grantTypes},
		{check.Check{
			ID: "OIDC-CAP-003", Levels: at(check.Error, check.Info), Evidence: by(check.Webex), Source: guide,
			Title: "the provider offers the scopes openid and email",
			Why:   "without them Webex gets no ID token, or no address in it",
			Fix:   "enable the scopes openid and email",
		}, (*judge).scopes},
		{check.Check{
			ID: "OIDC-CAP-004", Levels: at(check.Warn, check.Info), Evidence: by(check.Judgement), Source: "OpenID Connect Core 1.0 section 5.1",
			Title: "the provider offers the claim email",
			Why:   "tokens probably arrive without an address",
			Fix:   "release the claim email to the Webex client",
		}, (*judge).claims},
		{check.Check{
			ID: "OIDC-CAP-005", Levels: at(check.Info), Evidence: by(check.Standard), Source: "OpenID Connect Core 1.0 section 8",
			Title: "the provider offers public subjects",
			Why:   "a pairwise sub differs from client to client and cannot be compared with other applications",
			Fix:   "nothing to do for sign-in",
		}, (*judge).subjects},
		{check.Check{
			ID: "OIDC-CAP-006", Levels: at(check.Error, check.Warn), Evidence: by(check.Standard, check.Measured), Source: discovery + "3",
			Title: "the provider signs ID tokens with RS256, or at least with a public key",
			Why:   "with symmetric algorithms alone nothing can be verified with the key set",
			Fix:   "enable RS256 for ID tokens",
		}, (*judge).algorithms},
	}
}

// requestChecks lists those of requests and answers, and of what the document does not say.
func requestChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-CAP-007", Levels: at(check.Warn), Evidence: by(check.Standard, check.Profile), Source: "RFC 8725 sections 3.1 and 3.2",
			Title: "the provider does not offer unsigned ID tokens",
			Why:   "a client that takes what is offered can be given a forged token",
			Fix:   "disable the algorithm none",
		}, (*judge).unsigned},
		{check.Check{
			ID: "OIDC-CAP-008", Levels: at(check.Error), Evidence: by(check.Webex, check.Standard), Source: guide + "; " + discovery + "3",
			Title: "the token endpoint takes a client secret",
			Why:   "the TAC form asks for a secret, so Webex has nothing else to show",
			Fix:   "enable client_secret_basic or client_secret_post for the client",
		}, (*judge).clientMethods},
		{check.Check{
			ID: "OIDC-CAP-009", Levels: at(check.Warn, check.Info, check.Checklist), Evidence: by(check.Standard, check.Profile), Source: "RFC 7636; RFC 8414 section 2; RFC 9700 section 2.1.1",
			Title: "the provider takes code challenges with S256, and does not demand them unasked",
			Why:   "whether Webex sends a code challenge is not documented",
			Fix:   "offer S256, and do not demand a code challenge from the Webex client before TAC has confirmed it",
		}, (*judge).challenges},
		{check.Check{
			ID: "OIDC-CAP-010", Levels: at(check.Warn), Evidence: by(check.Standard), Source: discovery + "3",
			Title: "the provider has a UserInfo endpoint",
			Why:   "an address that is not in the ID token can come from there only",
			Fix:   "make sure that email is in the ID token",
		}, (*judge).userInfo},
		{check.Check{
			ID: "OIDC-CAP-011", Levels: at(check.Warn), Evidence: by(check.Standard), Source: "RFC 9126 section 5; RFC 9101 section 10.5; RFC 8705 section 3.3",
			Title: "the provider demands nothing of requests that Webex is not documented to do",
			Why:   "requests in the plain form are refused",
			Fix:   "make an exception for the Webex client, or ask TAC",
		}, (*judge).demands},
		{check.Check{
			ID: "OIDC-CAP-012", Levels: at(check.Warn), Evidence: by(check.Standard), Source: "OAuth 2.0 Multiple Response Type Encoding Practices section 2.1; Form Post Response Mode",
			Title: "the provider answers by query or form_post",
			Why:   "a code has no other way back to a server",
			Fix:   "enable the response mode query",
		}, (*judge).responseModes},
		{check.Check{
			ID: "OIDC-CAP-013", Levels: at(check.Info), Evidence: by(check.Standard), Source: discovery + "3",
			Title: "the document lists the claims",
			Why:   "whether the provider knows the claim email cannot be told",
			Fix:   "look at the claims in a rehearsal",
		}, (*judge).claimsListed},
		{check.Check{
			ID: "OIDC-CAP-014", Levels: at(check.Info), Evidence: by(check.Standard), Source: discovery + "3",
			Title: "the document lists the scopes",
			Why:   "whether the provider knows the scope email cannot be told",
			Fix:   "ask the provider's administrator for the scopes",
		}, (*judge).scopesListed},
	}
}

// offers gives a list of the document that is not empty. Without one there is nothing to judge.
func (j *judge) offers(name string) (items []string, r remark, ok bool) {
	if j.doc == nil {
		return nil, remark{}, false
	}
	items, line, _ := j.doc.texts(name)
	return items, remark{subject: check.Issuer, line: line, value: name}, len(items) > 0
}

func (j *judge) responseTypes() {
	if items, r, ok := j.offers("response_types_supported"); ok && !slices.Contains(items, "code") {
		r.level, r.message = check.Error, onboarding.T("the response types are %s; %q is not among them", quoted(items), "code")
		j.say(r)
	}
}

func (j *judge) grantTypes() {
	if items, r, ok := j.offers("grant_types_supported"); ok && !slices.Contains(items, "authorization_code") {
		r.level, r.message = check.Error, onboarding.T("the grant types are %s; %q is not among them", quoted(items), "authorization_code")
		j.say(r)
	}
}

func (j *judge) scopes() {
	items, r, ok := j.offers("scopes_supported")
	if !ok {
		return
	}
	if missing := lacking(items, "openid", "email"); missing != nil {
		r.level, r.message = check.Error, onboarding.T("the provider does not offer the scopes %s", quoted(missing))
		j.say(r)
	}
	if !slices.Contains(items, "profile") {
		r.level, r.message = check.Info, onboarding.T("the provider does not offer the scope %q", "profile")
		r.hint = onboarding.T("leave it out of the scopes in the TAC form")
		j.say(r)
	}
}

func (j *judge) claims() {
	items, r, ok := j.offers("claims_supported")
	if !ok {
		return
	}
	if !slices.Contains(items, "email") {
		r.level, r.message = check.Warn, onboarding.T("the provider does not list the claim %q", "email")
		j.say(r)
	}
	if missing := lacking(items, "email_verified", "given_name", "family_name"); missing != nil {
		r.level, r.message = check.Info, onboarding.T("the provider does not list the claims %s", quoted(missing))
		r.hint = onboarding.T("nothing to do for sign-in")
		j.say(r)
	}
}

func (j *judge) subjects() {
	if items, r, ok := j.offers("subject_types_supported"); ok && len(lacking([]string{"pairwise"}, items...)) == 0 {
		r.level, r.message = check.Info, onboarding.T("the provider offers pairwise subjects only")
		j.say(r)
	}
}

func (j *judge) algorithms() {
	items, r, ok := j.offers("id_token_signing_alg_values_supported")
	switch {
	case !ok || slices.Contains(items, "RS256"):
		return
	case slices.ContainsFunc(items, asymmetric):
		r.level, r.message = check.Warn, onboarding.T("ID tokens are signed with %s; RS256, which every provider must offer, is not among them", quoted(items))
	default:
		r.level, r.message = check.Error, onboarding.T("ID tokens are signed with %s; none of them works with a public key that is known", quoted(items))
	}
	j.say(r)
}

func (j *judge) unsigned() {
	if items, r, ok := j.offers("id_token_signing_alg_values_supported"); ok && slices.Contains(items, "none") {
		r.level, r.message = check.Warn, onboarding.T("the provider offers ID tokens without signature (%q)", "none")
		j.say(r)
	}
}

func (j *judge) clientMethods() {
	items, r, ok := j.offers("token_endpoint_auth_methods_supported")
	if ok && !slices.Contains(items, "client_secret_basic") && !slices.Contains(items, "client_secret_post") {
		r.level, r.message = check.Error, onboarding.T("the token endpoint takes only %s: a client secret cannot be used", quoted(items))
		j.say(r)
	}
}

func (j *judge) challenges() {
	if j.Form != nil && j.Form.NeedsPKCE {
		j.say(remark{
			level: check.Checklist, subject: check.Issuer, message: onboarding.T("confirm with TAC that Webex sends a code challenge: the provider demands one"),
		})
	}
	items, r, ok := j.offers("code_challenge_methods_supported")
	switch {
	case j.doc == nil || ok && slices.Contains(items, "S256"):
		return
	case ok:
		r.level, r.message = check.Warn, onboarding.T("the provider takes code challenges with %s only, not with S256", quoted(items))
	default:
		r.level, r.message = check.Info, onboarding.T("the document does not say whether the provider takes code challenges")
		r.hint = onboarding.T("nothing to do for sign-in")
	}
	j.say(r)
}

func (j *judge) userInfo() {
	if j.doc != nil && j.doc.root.get("userinfo_endpoint") == nil {
		j.say(remark{level: check.Warn, subject: check.Issuer, message: onboarding.T("the document has no UserInfo endpoint")})
	}
}

func (j *judge) demands() {
	if j.doc == nil {
		return
	}
	for _, d := range []struct {
		name  string
		means onboarding.Text
	}{
		{"require_pushed_authorization_requests", onboarding.T("authorization requests are pushed to it first")},
		{"require_signed_request_object", onboarding.T("requests are signed")},
		{"tls_client_certificate_bound_access_tokens", onboarding.T("tokens are bound to a client certificate")},
	} {
		if v := j.doc.root.get(d.name); v != nil && v.kind == isBoolean && v.text == "true" {
			j.say(remark{
				level: check.Warn, subject: check.Issuer, line: v.line, value: d.name,
				message: onboarding.T("%q is true: the provider demands that %s, which Webex is not documented to do", d.name, d.means),
			})
		}
	}
}

func (j *judge) responseModes() {
	items, r, ok := j.offers("response_modes_supported")
	if ok && !slices.Contains(items, "query") && !slices.Contains(items, "form_post") {
		r.level, r.message = check.Warn, onboarding.T("the response modes are %s; neither query nor form_post is among them", quoted(items))
		j.say(r)
	}
}

func (j *judge) claimsListed() {
	if j.doc != nil && j.doc.root.get("claims_supported") == nil {
		j.say(remark{level: check.Info, subject: check.Issuer, message: onboarding.T("the document does not list the provider's claims")})
	}
}

func (j *judge) scopesListed() {
	if j.doc != nil && j.doc.root.get("scopes_supported") == nil {
		j.say(remark{level: check.Info, subject: check.Issuer, message: onboarding.T("the document does not list the provider's scopes")})
	}
}
