package oidc

import (
	"net/netip"
	"net/url"
	"strings"

	"muster/auth/address"
	"muster/internal/onboarding"
)

const (
	wellKnown      = "/.well-known/openid-configuration"
	wellKnownOAuth = "/.well-known/oauth-authorization-server" // of RFC 8414
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
	u.Path = wellKnownOAuth + path
	out := []string{u.String()}
	if path != "" {
		u.Path = wellKnown + path
		out = append(out, u.String())
		u.Path = path + wellKnownOAuth
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

// shown gives an address as it may be told, at most as long as other values.
func shown(text string) string { return short(address.Shown(text)) }

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
	case strings.Contains(u.Path, wellKnownOAuth), strings.Contains(u.Path, wellKnown+"/"):
		message = onboarding.T("the discovery URL %q is at a place of RFC 8414, not of OpenID Connect", shown(address))
	default:
		message = onboarding.T("the discovery URL %q does not end with %q", shown(address), wellKnown)
	}
	return message, onboarding.T("use %q", shown(straightened(*u)))
}

// straightened gives the discovery URL that is probably meant.
func straightened(u url.URL) string {
	path := strings.TrimSuffix(u.Path, "/")
	for _, place := range []string{wellKnownOAuth, wellKnown} {
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
