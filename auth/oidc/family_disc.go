package oidc

import (
	"mime"
	"net/http"
	"net/url"
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// discoveryChecks lists the checks of the discovery document.
func discoveryChecks() []entry { return slices.Concat(documentChecks(), memberChecks()) }

// documentChecks lists those of the document as it is found.
func documentChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-DISC-001", Levels: at(check.Error, check.Info), Evidence: by(check.Standard), Source: discovery + "4; RFC 8414 sections 3 and 5",
			Title: "the discovery URL is the issuer with /.well-known/openid-configuration behind it, over https",
			Why:   "clients that are given the issuer look nowhere else",
			Fix:   "use the discovery URL of OpenID Connect",
		}, (*judge).discoveryURL},
		{check.Check{
			ID: "OIDC-DISC-002", Levels: at(check.Error, check.Warn), Evidence: by(check.Standard, check.Measured), Source: discovery + "4.2",
			Title: "the discovery URL answers with status 200, without redirect, in time, with at most 1 MiB",
			Why:   "a redirect hides the real issuer, and a client that gets no answer signs nobody in",
			Fix:   "make the provider answer at exactly this address",
		}, (*judge).discoveryAnswer},
		{check.Check{
			ID: "OIDC-DISC-003", Levels: at(check.Error, check.Warn), Evidence: by(check.Standard, check.Measured), Source: discovery + "4.2",
			Title: "the discovery document is one JSON object, served as application/json",
			Why:   "a login or error page was saved or served in place of the document",
			Fix:   "download the document again from the discovery URL, without a login in between",
		}, (*judge).discoveryForm},
		{check.Check{
			ID: "OIDC-DISC-004", Levels: at(check.Warn), Evidence: by(check.Standard, check.Measured), Source: "RFC 8259 sections 4 and 8.1",
			Title: "discovery document and key set are plain UTF-8 without byte-order mark, doubled names and misspelt case",
			Why:   "some clients refuse such a document, others silently take another value than is meant",
			Fix:   "correct the document at the provider, not in the saved file",
		}, (*judge).discoveryTidy},
	}
}

// memberChecks lists those of what stands in the document.
func memberChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-DISC-005", Levels: at(check.Blocker, check.Info), Evidence: by(check.Standard), Source: discovery + "4.3; RFC 8414 section 3.3",
			Title: "the issuer in the document is the one that the discovery URL stands for",
			Why:   "clients compare the two byte for byte, and the iss of every token with them",
			Fix:   "use the issuer exactly as the document writes it wherever it is asked for",
		}, (*judge).issuerEqual},
		{check.Check{
			ID: "OIDC-DISC-006", Levels: at(check.Error), Evidence: by(check.Standard), Source: discovery + "3; OpenID Connect Core 1.0 section 1.2",
			Title: "the issuer is an https URL without query and fragment, its host in lower case",
			Why:   "an issuer of another form is refused, or never equals the one in a token",
			Fix:   "set the issuer at the provider to an https URL",
		}, (*judge).issuerForm},
		{check.Check{
			ID: "OIDC-DISC-007", Levels: at(check.Blocker), Evidence: by(check.Measured), Source: "go-oidc issues 121, 212, 233, 245",
			Title: "the issuer belongs to one tenant",
			Why:   "the issuer of a document for all tenants never equals the one in a token",
			Fix:   "use the authority of the tenant, for example https://login.microsoftonline.com/<tenant GUID>/v2.0",
		}, (*judge).issuerTenant},
		{check.Check{
			ID: "OIDC-DISC-008", Levels: at(check.Error), Evidence: by(check.Standard, check.Measured), Source: discovery + "3",
			Title: "the document has all required members, and members of the right type",
			Why:   "clients cannot work with a document that lacks them",
			Fix:   "complete the document at the provider",
		}, (*judge).membersPresent},
		{check.Check{
			ID: "OIDC-DISC-009", Levels: at(check.Error, check.Info), Evidence: by(check.Standard), Source: discovery + "3; RFC 6749 sections 3.1 and 3.2",
			Title: "the endpoints are absolute https URLs without fragment",
			Why:   "tokens travel in clear, or the address leads nowhere",
			Fix:   "give absolute https URLs at the provider",
		}, (*judge).endpoints},
		{check.Check{
			ID: "OIDC-DISC-010", Levels: at(check.Error), Evidence: by(check.Standard), Source: "OpenID Connect Core 1.0 section 3.1.2.1",
			Title: "the server does OpenID Connect, not OAuth alone",
			Why:   "an authorisation server without the scope openid issues no ID token",
			Fix:   "use the provider's OpenID Connect issuer, or enable OpenID Connect for this authorisation server",
		}, (*judge).openID},
	}
}

func (j *judge) discoveryURL() {
	address := j.address()
	if address == "" {
		return
	}
	r := remark{level: check.Error, subject: check.Issuer, value: shown(address)}
	if r.message, r.hint = addressFault(address); !r.message.Empty() {
		j.say(r)
	}
	if u, err := url.Parse(address); err == nil && u.Scheme == "http" && onLoopback(u.Hostname()) {
		j.say(remark{
			level: check.Info, subject: check.Issuer, value: shown(address),
			message: onboarding.T("the discovery URL is http on this computer"), hint: onboarding.T("good for a rehearsal; go live with https"),
		})
	}
	if want := DiscoveryURL(j.Issuer); j.Issuer != "" && j.DiscoveryURL != "" && j.DiscoveryURL != want {
		r.message = onboarding.T("the discovery URL %q is not that of the issuer %q", shown(j.DiscoveryURL), shown(j.Issuer))
		r.hint = onboarding.T("use %q", shown(want))
		j.say(r)
	}
	if f := j.FetchedDiscovery; f != nil && f.Instead != "" {
		r.message = onboarding.T("only %q answers, where RFC 8414 puts the metadata of OAuth servers", shown(f.Instead))
		r.hint = onboarding.T("make the provider answer at %q", shown(address))
		j.say(r)
	}
}

func (j *judge) discoveryAnswer() {
	r := remark{level: check.Error, subject: check.Issuer, value: shown(j.address())}
	j.tellFaults(j.discovery, tooLong, r)
	f := j.FetchedDiscovery
	switch {
	case f == nil:
		return
	case f.Err != nil:
		r.message = onboarding.T("the discovery document does not come: %s", f.Err.Error())
		j.say(r)
		return
	case f.Answer.Status != http.StatusOK:
		r.message = onboarding.T("the discovery URL %q answers with status %d instead of 200", shown(f.Answer.URL), f.Answer.Status)
		j.say(r)
	}
	if len(f.Answer.Redirects) > 0 {
		r.level = check.Warn
		r.message = onboarding.T("the discovery URL redirects to %q", shown(f.Answer.FinalURL))
		r.hint = onboarding.T("give the address at the end of the redirects, if it is the provider's own")
		j.say(r)
	}
}

// tellFaults says the faults of one weight that a document has.
func (j *judge) tellFaults(s *source, w weight, r remark) {
	if s == nil {
		return
	}
	for _, f := range s.faults {
		if f.weight == w {
			r.line, r.message = f.line, f.message
			if f.value != "" {
				r.value = f.value
			}
			j.say(r)
		}
	}
}

func (j *judge) discoveryForm() {
	r := remark{level: check.Error, subject: check.Issuer}
	j.tellFaults(j.discovery, unreadable, r)
	if _, ok := j.FetchedDiscovery.body(); !ok {
		return
	}
	given := j.FetchedDiscovery.Answer.Header.ContentType
	if media, _, err := mime.ParseMediaType(given); err != nil || media != "application/json" {
		r.level, r.value = check.Warn, given
		r.message = onboarding.T("the discovery document is served as %q instead of application/json", short(given))
		r.hint = onboarding.T("set the content type at the provider")
		j.say(r)
	}
}

func (j *judge) discoveryTidy() {
	r := remark{level: check.Warn, subject: check.Issuer}
	j.tellFaults(j.discovery, untidy, r)
	if j.doc != nil {
		for _, k := range knownMembers() {
			j.tellCase(j.doc.root, k.name, onboarding.T("the discovery document"))
		}
	}
	j.tellFaults(j.set, untidy, r)
	if j.set == nil || j.set.root == nil {
		return
	}
	j.tellCase(j.set.root, "keys", onboarding.T("the key set"))
	if keys := j.set.root.get("keys"); keys != nil {
		for i := range keys.list {
			for _, name := range []string{"kty", "kid", "use", "alg", "crv", "n", "e", "x", "y", "x5c"} {
				j.tellCase(&keys.list[i], name, onboarding.T("the key set"))
			}
		}
	}
}

func (j *judge) tellCase(v *value, name string, what onboarding.Text) {
	if m := misspelt(v, name); m != nil {
		j.say(remark{
			level: check.Warn, subject: check.Issuer, line: m.line, value: m.name,
			message: onboarding.T("%s has %q where %q is meant", what, short(m.name), name),
		})
	}
}
