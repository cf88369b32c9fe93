package oidc

import (
	"net/url"
	"slices"
	"strings"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// TACForm is what the operator gives to TAC for the set-up, and what came back. It holds no secret.
type TACForm struct {
	ClientID              string
	SecretDelivered       bool   // the operator says that TAC has the client secret
	Scopes                string // separated by spaces
	DiscoveryURL          string
	AuthorizationEndpoint string
	TokenEndpoint         string
	KeySetURL             string
	UserInfoEndpoint      string
	OrganizationID        string // of the partner
	RedirectURI           string // received from TAC
	EmailOnlyInUserInfo   bool   // a rehearsal showed no e-mail address in the ID token
	NeedsPKCE             bool   // the provider refuses requests without a code challenge
}

// formChecks lists the checks of what goes to TAC.
func formChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-TAC-001", Levels: at(check.Error, check.Warn), Evidence: by(check.Webex), Source: guide,
			Title: "the list of scopes contains openid and email",
			Why:   "Webex does not learn the user's address",
			Fix:   "give the scopes separated by spaces, for example \"openid email profile\"",
		}, (*judge).formScopes},
		{check.Check{
			ID: "OIDC-TAC-002", Levels: at(check.Error), Evidence: by(check.Webex), Source: guide,
			Title: "the form has the discovery URL, or both the authorization and the token endpoint",
			Why:   "the form is incomplete, and TAC cannot set the IdP up",
			Fix:   "give the discovery URL, or both endpoints",
		}, (*judge).formEndpoints},
		{check.Check{
			ID: "OIDC-TAC-003", Levels: at(check.Warn), Evidence: by(check.Webex, check.Judgement), Source: guide,
			Title: "the form says where the keys are",
			Why:   "without the key set nobody can verify an ID token",
			Fix:   "add the key-set endpoint to the case",
		}, (*judge).formKeys},
		{check.Check{
			ID: "OIDC-TAC-004", Levels: at(check.Error), Evidence: by(check.Webex, check.Measured), Source: guide,
			Title: "the form has the UserInfo endpoint when the e-mail address arrives there only",
			Why:   "without an address no user is found",
			Fix:   "give TAC the UserInfo endpoint, or move the claim email into the ID token",
		}, (*judge).formUserInfo},
		{check.Check{
			ID: "OIDC-TAC-005", Levels: at(check.Checklist), Evidence: by(check.Webex), Source: guide,
			Title: "the form has the partner's organisation ID, the client ID and the client secret",
			Why:   "the form is incomplete",
			Fix:   "complete the TAC case; give the secret to TAC only, not to this program",
		}, (*judge).formComplete},
		{check.Check{
			ID: "OIDC-TAC-006", Levels: at(check.Warn, check.Checklist), Evidence: by(check.Webex, check.Profile), Source: guide + "; RFC 9700 2.1",
			Title: "the redirect URI from TAC leads to Webex and is registered at the provider",
			Why:   "providers compare redirect URIs byte for byte and refuse others",
			Fix:   "ask TAC to confirm the redirect URI",
		}, (*judge).formRedirect},
	}
}

func (j *judge) formScopes() {
	if j.Form == nil {
		return
	}
	r := remark{level: check.Error, subject: check.TACForm, value: j.Form.Scopes}
	if strings.ContainsAny(j.Form.Scopes, ",;") {
		r.message = onboarding.T("the scopes %q are not separated by spaces", short(j.Form.Scopes))
		j.say(r)
		return
	}
	scopes := strings.Fields(j.Form.Scopes)
	if missing := lacking(scopes, "openid", "email"); len(missing) > 0 {
		r.message = onboarding.T("the scopes %q lack %s", short(j.Form.Scopes), quoted(missing))
		j.say(r)
	}
	if j.doc == nil || len(j.doc.Scopes) == 0 {
		return
	}
	if unknown := lacking(j.doc.Scopes, scopes...); len(unknown) > 0 {
		r.level = check.Warn
		r.message = onboarding.T("the provider does not list the scopes %s", quoted(unknown))
		r.hint = onboarding.T("leave them out, or make sure that the provider takes them")
		j.say(r)
	}
}

func (j *judge) formEndpoints() {
	if j.Form == nil || j.Form.DiscoveryURL != "" {
		return
	}
	r := remark{level: check.Error, subject: check.TACForm}
	switch {
	case j.Form.AuthorizationEndpoint == "" && j.Form.TokenEndpoint == "":
		r.message = onboarding.T("the form has neither the discovery URL nor the authorization and token endpoints")
	case j.Form.AuthorizationEndpoint == "":
		r.message = onboarding.T("the form has no discovery URL and no authorization endpoint")
	case j.Form.TokenEndpoint == "":
		r.message = onboarding.T("the form has no discovery URL and no token endpoint")
	default:
		return
	}
	j.say(r)
}

func (j *judge) formKeys() {
	if j.Form != nil && j.Form.DiscoveryURL == "" && j.Form.KeySetURL == "" {
		j.say(remark{level: check.Warn, subject: check.TACForm, message: onboarding.T("the form has neither the discovery URL nor the key-set endpoint")})
	}
}

func (j *judge) formUserInfo() {
	if j.Form != nil && j.Form.EmailOnlyInUserInfo && j.Form.DiscoveryURL == "" && j.Form.UserInfoEndpoint == "" {
		j.say(remark{level: check.Error, subject: check.TACForm, message: onboarding.T(
			"the provider puts email into UserInfo only, and the form has neither the discovery URL nor the UserInfo endpoint")})
	}
}

func (j *judge) formComplete() {
	if j.Form == nil {
		return
	}
	r := remark{level: check.Checklist, subject: check.TACForm}
	switch id := j.Form.OrganizationID; {
	case id == "":
		r.message = onboarding.T("confirm that the TAC case has the partner's organisation ID")
		j.say(r)
	case !guid.MatchString(id):
		r.value = id
		r.message = onboarding.T("confirm the partner's organisation ID: %q is no UUID", short(id))
		j.say(r)
	}
	r.value = ""
	if j.Form.ClientID == "" {
		r.message = onboarding.T("confirm that the TAC case has the client ID")
		j.say(r)
	}
	if !j.Form.SecretDelivered {
		r.message = onboarding.T("confirm that the client secret was delivered to TAC")
		j.say(r)
	}
}

// brokerHosts are the documented hosts that Webex signs users in at (BroadWorks solution guide no4dlj3).
func brokerHosts() []string {
	return []string{
		"idbroker.webex.com", "idbroker-eu.webex.com", "idbroker-b-us.webex.com", "idbroker-ca.webex.com", "idbroker-sg.webex.com",
		"idbroker-in.webex.com", "idbroker-ae.webex.com", "idbroker-au.webex.com",
	}
}

func (j *judge) formRedirect() {
	if j.Form == nil {
		return
	}
	uri := j.Form.RedirectURI
	r := remark{level: check.Checklist, subject: check.TACForm, value: shown(uri)}
	if uri == "" {
		r.message = onboarding.T("confirm that the redirect URI came back from TAC and is registered at the provider")
		j.say(r)
		return
	}
	if message := redirectFault(uri); !message.Empty() {
		r.level, r.message = check.Warn, message
		j.say(r)
	}
	r.level, r.message = check.Checklist, onboarding.T("confirm that %q is registered at the provider byte for byte", shown(uri))
	r.hint = onboarding.T("record who registered it, and when")
	j.say(r)
}

func redirectFault(uri string) onboarding.Text {
	u, err := url.Parse(uri)
	switch {
	case err != nil || u.Host == "":
		return onboarding.T("the redirect URI %q is no absolute address", shown(uri))
	case u.Scheme != "https":
		return onboarding.T("the redirect URI %q is not https", shown(uri))
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(uri, "#"):
		return onboarding.T("the redirect URI %q has a user name, a query or a fragment", shown(uri))
	case !slices.Contains(brokerHosts(), u.Host):
		return onboarding.T("the redirect URI leads to %q, which is none of the hosts that Webex documents", short(u.Host))
	}
	return onboarding.Text{}
}
