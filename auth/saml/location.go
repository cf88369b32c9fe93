package saml

import (
	"net/url"
	"strconv"
	"strings"

	"muster/internal/onboarding"
)

// The bindings by which Webex sends requests (help articles on single sign-on in Control Hub).
const (
	bindingPost     = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	bindingRedirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
)

// usable reports whether a browser is sent to the endpoint.
func (e Endpoint) usable() bool { return e.Binding == bindingPost || e.Binding == bindingRedirect }

// shortBinding gives the last part of a binding's URN, as people name it.
func shortBinding(urn string) string { return urn[strings.LastIndexByte(urn, ':')+1:] }

// location is an endpoint's address, looked at.
type location struct {
	url   *url.URL        // nil when it is none a browser could follow
	shown string          // without a password
	wrong onboarding.Text // what is wrong; empty when it is an absolute http or https URL
}

// locate judges an endpoint's Location or ResponseLocation.
func locate(text string) location {
	if text == "" {
		return location{wrong: onboarding.T("Location is empty; an absolute https URL would be right")}
	}
	if strings.Trim(text, " \t\r\n") != text {
		shown := clip(hidePassword(text))
		return location{shown: shown, wrong: onboarding.T("Location %q has white space around it", shown)}
	}
	u, err := url.Parse(text)
	if err != nil {
		shown := clip(hidePassword(text))
		return location{shown: shown, wrong: onboarding.T("Location %q is no URL; an absolute https URL would be right", shown)}
	}
	l := location{url: u, shown: clip(u.Redacted())}
	if u.Opaque != "" {
		l.shown = clip(hidePassword(text))
	}
	switch scheme := strings.ToLower(u.Scheme); {
	case scheme == "":
		l.wrong = onboarding.T("Location %q is not absolute; it should start with https://", l.shown)
	case scheme != "https" && scheme != "http":
		l.wrong = onboarding.T("Location %q has the scheme %q; an absolute https URL would be right", l.shown, u.Scheme)
	case u.Hostname() == "":
		l.wrong = onboarding.T("Location %q names no host", l.shown)
	case !validPort(u.Port()):
		l.wrong = onboarding.T("Location %q has the port %q, which does not exist", l.shown, u.Port())
	case u.User != nil:
		l.wrong = onboarding.T("Location %q holds a user name", l.shown)
	case u.Fragment != "" || strings.HasSuffix(text, "#"):
		l.wrong = onboarding.T("Location %q has a fragment after #", l.shown)
	}
	return l
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

func (l location) secure() bool { return l.url != nil && strings.EqualFold(l.url.Scheme, "https") }

// hidePassword takes away what may be a name and password in front of the host of something that is no URL.
func hidePassword(text string) string {
	slashes, at := strings.Index(text, "//"), strings.LastIndexByte(text, '@')
	if at < 0 || slashes > at {
		return text
	}
	if slashes < 0 {
		return text[at:]
	}
	return text[:slashes+2] + text[at:]
}

// clip shortens a value for a message to 200 characters.
func clip(s string) string {
	const most = 200
	n := 0
	for i := range s {
		if n == most {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// mostListed is how many values a message quotes; the rest is counted.
const mostListed = 5

// quotedList joins quoted values for a message, each once: the first 5, then how many more.
func quotedList(values []string) onboarding.Text {
	var distinct []string
	seen := map[string]bool{}
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			distinct = append(distinct, strconv.Quote(clip(v)))
		}
	}
	return onboarding.Some(distinct, mostListed)
}
