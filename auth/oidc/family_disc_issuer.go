package oidc

import (
	"net/url"
	"slices"
	"strings"

	"muster/auth/check"
	"muster/auth/likeness"
	"muster/internal/onboarding"
)

func (j *judge) issuerEqual() {
	if j.doc == nil || j.doc.Issuer == "" {
		return // OIDC-DISC-008 says so
	}
	fromURL := issuerOf(j.DiscoveryURL)
	j.compareIssuer(onboarding.T("the discovery URL stands for"), fromURL)
	if strings.TrimSuffix(j.Issuer, "/") != strings.TrimSuffix(fromURL, "/") {
		j.compareIssuer(onboarding.T("what is given is"), j.Issuer)
	}
}

// compareIssuer compares an issuer, and says where it comes from, with that of the document.
func (j *judge) compareIssuer(origin onboarding.Text, given string) {
	issuer, line := j.doc.text("issuer")
	if given == "" || given == issuer {
		return
	}
	r := remark{
		level: check.Blocker, subject: check.Issuer, line: line, value: shown(issuer),
		hint: onboarding.T("use exactly %q wherever an issuer is asked for", shown(issuer)),
	}
	causes := j.causes(given, issuer)
	switch {
	case strings.TrimSuffix(given, "/") == strings.TrimSuffix(issuer, "/"):
		r.level = check.Info
		r.message = onboarding.T("%s the issuer %q, the document says %q: they differ by the slash at the end", origin, shown(given), shown(issuer))
	case causes.Empty():
		r.message = onboarding.T("%s the issuer %q, the document says %q", origin, shown(given), shown(issuer))
		r.hint = onboarding.T("this is the document of another provider: use the discovery URL of %q, or the document of %q", shown(issuer), shown(given))
	default:
		r.message = onboarding.T("%s the issuer %q, the document says %q: %s", origin, shown(given), shown(issuer), causes)
	}
	j.say(r)
}

// issuerOf gives the issuer that a discovery URL stands for; empty when it is none.
func issuerOf(address string) string {
	issuer, ok := strings.CutSuffix(address, wellKnown)
	if !ok {
		return ""
	}
	return issuer
}

// causes are why the given issuer differs from the document's; empty when none is known.
func (j *judge) causes(given, issuer string) onboarding.Text {
	var out onboarding.Text
	for _, cause := range likeness.Compare(given, issuer, likeness.Known{
		SignOn: []string{j.doc.AuthorizationEndpoint}, Logout: []string{j.doc.EndSessionEndpoint}, SourceURL: j.address(),
	}) {
		if out.Empty() {
			out = cause.Text
		} else {
			out = onboarding.T("%s; %s", out, cause.Text)
		}
	}
	return out
}

func (j *judge) issuerForm() {
	if j.doc == nil || j.doc.Issuer == "" {
		return
	}
	issuer, line := j.doc.text("issuer")
	r := remark{level: check.Error, subject: check.Issuer, line: line, value: shown(issuer)}
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "":
		r.message = onboarding.T("the issuer %q is no https URL", shown(issuer))
	case u.User != nil:
		r.message = onboarding.T("the issuer %q holds a user name", shown(issuer))
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(issuer, "#"):
		r.message = onboarding.T("the issuer %q has a query or a fragment", shown(issuer))
	case u.Host != strings.ToLower(u.Host):
		r.message = onboarding.T("the host of the issuer %q is not in lower case", shown(issuer))
	default:
		return
	}
	j.say(r)
}

func (j *judge) issuerTenant() {
	given := []string{j.Issuer, j.DiscoveryURL}
	line := 0
	if j.doc != nil {
		var issuer string
		issuer, line = j.doc.text("issuer")
		given = append([]string{issuer}, given...)
	}
	r := remark{level: check.Blocker, subject: check.Issuer}
	for i, address := range given {
		if word := tenantWord(address); word != "" {
			if i == 0 {
				r.line = line
			}
			r.value = shown(address)
			r.message = onboarding.T("%q is for all tenants: it holds %q", shown(address), short(word))
			j.say(r)
			return
		}
	}
	if policy := policyOf(j.address()); policy != "" && j.doc != nil && j.doc.Issuer != "" && !strings.Contains(strings.ToLower(j.doc.Issuer), policy) {
		r.line, r.value = line, j.doc.Issuer
		r.message = onboarding.T("the issuer %q does not hold the policy %q of the discovery URL", shown(j.doc.Issuer), short(policy))
		r.hint = onboarding.T("make the user flow issue tokens with the policy in the issuer (/tfp/), and use that issuer")
		j.say(r)
	}
}

// tenantWord gives what stands in the place of a tenant; empty when nothing does.
func tenantWord(address string) string {
	for _, open := range []string{"{", "%7B", "%7b"} {
		if i := strings.Index(address, open); i >= 0 {
			word, _, _ := strings.Cut(address[i:], "/")
			return word
		}
	}
	u, err := url.Parse(address)
	if err != nil || !microsoft(u.Hostname()) {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if slices.Contains([]string{"common", "organizations", "consumers"}, strings.ToLower(first)) {
		return first
	}
	return ""
}

// microsoft tells the hosts whose first path element is a tenant.
func microsoft(host string) bool {
	return slices.Contains([]string{
		"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn", "login.microsoft.com",
		"login.windows.net", "sts.windows.net",
	}, strings.ToLower(host))
}

// policyOf gives the policy in the discovery URL of an Azure AD B2C tenant in lower case; empty when there is none.
func policyOf(address string) string {
	u, err := url.Parse(strings.ToLower(address))
	if err != nil {
		return ""
	}
	for part := range strings.SplitSeq(u.Path, "/") {
		if strings.HasPrefix(part, "b2c_1") {
			return part
		}
	}
	if p := u.Query().Get("p"); strings.HasPrefix(p, "b2c_1") {
		return p
	}
	return ""
}
