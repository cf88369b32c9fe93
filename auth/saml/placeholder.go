package saml

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"muster/auth/check"
	"muster/internal/onboarding"
)

func (j *judge) entityIDPlaceholder() {
	id := j.entity.ID
	if blank := blank(id); blank != "" {
		j.say(check.Blocker, j.entity.Line, id, onboarding.T("the entityID %q holds the placeholder %q", clip(id), clip(blank)))
		if strings.Contains(strings.ToLower(id), "{tenantid}") {
			j.found[len(j.found)-1].Hint = onboarding.T("this is Entra's metadata for all tenants: download it from the federation metadata URL of the tenant")
		}
		return
	}
	if example := reserved(id); example != "" {
		j.say(check.Error, j.entity.Line, id, onboarding.T("the entityID %q is for examples and tests: %q reaches nobody from outside", clip(id), clip(example)))
	}
}

// blank gives the part of a name that was left to be filled in.
func blank(id string) string {
	return regexp.MustCompile(`\$?\{[^{}]*\}|%s|<[^<>]*>|(?i:\bchange[-_ ]?me\b)`).FindString(id)
}

// reserved gives the part of a name that stands for examples and tests: the names of RFC 2606 and RFC 6761, the urn
// namespace of RFC 6963, and addresses of the computer itself.
func reserved(id string) string {
	if len(id) > 12 && strings.EqualFold(id[:12], "urn:example:") {
		return "urn:example:"
	}
	host := hostOf(id)
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	switch {
	case slices.Contains([]string{"example", "test", "invalid", "localhost"}, last):
		return host
	case len(labels) > 1 && labels[len(labels)-2] == "example" && slices.Contains([]string{"com", "net", "org"}, last):
		return host
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.Unmap().IsLoopback() {
		return host
	}
	return ""
}

// hostOf gives the host of a URL in lower case, without port; "" for other names.
func hostOf(name string) string {
	u, err := url.Parse(name)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
