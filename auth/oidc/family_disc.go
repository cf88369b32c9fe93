package oidc

import (
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"muster/auth/check"
	"muster/auth/likeness"
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

const (
	wellKnown   = "/.well-known/openid-configuration"
	wellKnown84 = "/.well-known/oauth-authorization-server" // of RFC 8414
)

// DiscoveryURL gives where an issuer's discovery document is (OpenID Connect Discovery 1.0 section 4).
func DiscoveryURL(issuer string) string { return strings.TrimSuffix(issuer, "/") + wellKnown }

// otherPlaces gives where RFC 8414 (sections 3 and 5) puts the metadata of an issuer instead.
func otherPlaces(issuer string) []string {
	u, err := url.Parse(strings.TrimSuffix(issuer, "/"))
	if err != nil {
		return nil
	}
	path := u.Path
	u.Path = wellKnown84 + path
	out := []string{u.String()}
	if path != "" {
		u.Path = wellKnown + path
		out = append(out, u.String())
		u.Path = path + wellKnown84
		out = append(out, u.String())
	}
	return out
}

// address gives where the discovery document is.
func (in Input) address() string {
	if in.DiscoveryURL == "" && in.Issuer != "" {
		return DiscoveryURL(in.Issuer)
	}
	return in.DiscoveryURL
}

var userInfo = regexp.MustCompile(`//[^/?#]*@`)

// shown gives an address as it may be told: without user name and password.
func shown(address string) string { return short(userInfo.ReplaceAllString(address, "//")) }

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

// addressFault says what is wrong with a discovery URL, and which one to use.
func addressFault(address string) (message, hint onboarding.Text) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return onboarding.T("the discovery URL %q is no absolute address", shown(address)), onboarding.Text{}
	}
	switch {
	case u.User != nil:
		message = onboarding.T("the discovery URL %q holds a user name", shown(address))
	case u.Scheme != "https" && (u.Scheme != "http" || !onLoopback(u.Hostname())):
		message = onboarding.T("the discovery URL %q is not https", shown(address))
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(address, "#"):
		message = onboarding.T("the discovery URL %q has a query or a fragment", shown(address))
	case strings.HasSuffix(u.Path, wellKnown):
		return onboarding.Text{}, onboarding.Text{}
	case strings.Contains(u.Path, wellKnown84), strings.Contains(u.Path, wellKnown+"/"):
		message = onboarding.T("the discovery URL %q is at a place of RFC 8414, not of OpenID Connect", shown(address))
	default:
		message = onboarding.T("the discovery URL %q does not end with %q", shown(address), wellKnown)
	}
	return message, onboarding.T("use %q", shown(straightened(*u)))
}

// straightened gives the discovery URL that is probably meant.
func straightened(u url.URL) string {
	path := strings.TrimSuffix(u.Path, "/")
	for _, place := range []string{wellKnown84, wellKnown} {
		path = strings.Replace(path, place, "", 1)
	}
	u.Scheme, u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawPath = "https", nil, "", false, "", ""
	u.Path = strings.TrimSuffix(path, "/") + wellKnown
	return u.String()
}

func onLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
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
	want := k.kind.String()
	if k.kind == list {
		want = "a list of strings"
	}
	j.say(remark{level: check.Error, subject: check.Issuer, line: line, value: k.name, message: onboarding.T("%q is not %s", k.name, want)})
}

func empty(v *value) bool {
	return v.kind == text && v.text == "" || v.kind == list && len(v.list) == 0
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
		if v == nil || v.kind != text {
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
