package oidc

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"muster/auth/check"
	"muster/auth/likeness"
	"muster/internal/onboarding"
)

func (j *judge) membersPresent() {
	if j.doc == nil {
		return
	}
	var missing []string
	for _, k := range knownMembers() {
		v := j.doc.root.get(k.name)
		switch {
		case k.required && (v == nil || empty(v)):
			missing = append(missing, k.name)
		case v != nil:
			j.memberType(k, v)
		}
	}
	if missing == nil {
		return
	}
	r := remark{level: check.Error, subject: check.Issuer, message: onboarding.T("the document lacks %s", quoted(missing))}
	for _, name := range missing {
		if other := j.near(name); other != "" {
			r.hint = onboarding.T("%q stands there; %q is meant", short(other), name)
			break
		}
	}
	j.say(r)
}

func (j *judge) memberType(k known, v *value) {
	line, ok := k.fits(v)
	if ok {
		return
	}
	want := k.kind.word()
	if k.kind == isList {
		want = "a list of strings"
	}
	j.say(remark{level: check.Error, subject: check.Issuer, line: line, value: k.name, message: onboarding.T("%q is not %s", k.name, want)})
}

func empty(v *value) bool {
	return v.kind == isText && v.text == "" || v.kind == isList && len(v.list) == 0
}

// near gives a member that nobody knows and that resembles a name; empty when there is none.
func (j *judge) near(name string) string {
	const farthest = 8 // edits
	var strangers []string
	all := knownMembers()
	for _, m := range j.doc.root.members {
		isKnown := slices.ContainsFunc(all, func(k known) bool { return k.name == m.name })
		if !isKnown && likeness.Distance(m.name, name, farthest) <= farthest {
			strangers = append(strangers, m.name)
		}
	}
	for _, closest := range likeness.Closest(name, strangers, 1) {
		return closest
	}
	return ""
}

func (j *judge) endpoints() {
	if j.doc == nil {
		return
	}
	home := ""
	if u, err := url.Parse(j.doc.Issuer); err == nil {
		home = domain(u.Hostname())
	}
	var abroad []string
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"} {
		v := j.doc.root.get(name)
		if v == nil || v.kind != isText {
			continue
		}
		u, err := url.Parse(v.text)
		if message := endpointFault(name, v.text, u, err); !message.Empty() {
			j.say(remark{level: check.Error, subject: check.Issuer, line: v.line, value: shown(v.text), message: message})
		} else if host := u.Hostname(); home != "" && domain(host) != home && !slices.Contains(abroad, host) {
			abroad = append(abroad, host)
		}
	}
	if abroad != nil {
		j.say(remark{
			level: check.Info, subject: check.Issuer, message: onboarding.T("endpoints are at %s, outside the issuer's domain %q", quoted(abroad), short(home)),
			hint: onboarding.T("make sure that these hosts belong to the provider"),
		})
	}
}

func endpointFault(name, address string, u *url.URL, err error) onboarding.Text {
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		return onboarding.T("%s %q is no absolute URL", name, shown(address))
	case u.Scheme != "https":
		return onboarding.T("%s %q is not https", name, shown(address))
	case u.User != nil:
		return onboarding.T("%s %q holds a user name", name, shown(address))
	case strings.Contains(address, "#"):
		return onboarding.T("%s %q has a fragment", name, shown(address))
	}
	return onboarding.Text{}
}

// domain gives the part of a host that somebody registered; the host itself when that cannot be told.
func domain(host string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(host))
	if err != nil {
		return strings.ToLower(host)
	}
	return d
}

func (j *judge) openID() {
	if j.doc == nil {
		return
	}
	r := remark{level: check.Error, subject: check.Issuer}
	scopes, line, ok := j.doc.texts("scopes_supported")
	if ok && !slices.Contains(scopes, "openid") {
		r.line = line
		r.message = onboarding.T("this authorisation server does not offer the scope %q", "openid")
		j.say(r)
		return
	}
	if len(j.doc.Algorithms) == 0 && !j.issuesIDTokens() {
		r.message = onboarding.T("this authorisation server names no algorithm for ID tokens and no response type with one")
		j.say(r)
	}
}

// issuesIDTokens reports whether a response type brings an ID token: a document may misspell its algorithms all the same.
func (j *judge) issuesIDTokens() bool {
	types, _, _ := j.doc.texts("response_types_supported")
	return slices.ContainsFunc(types, func(t string) bool { return slices.Contains(strings.Fields(t), "id_token") })
}
