package oidc

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/auth/address"
	"muster/auth/check"
	"muster/auth/fetch"
	"muster/internal/onboarding"
)

// observation is what was seen on the network; nothing of it when nothing was asked.
type observation struct {
	endpoints []endpoint
	answers   []*fetch.Answer // of the discovery document and the key set
	keySet    *fetch.Answer
}

// endpoint is one address of the provider that was knocked at.
type endpoint struct {
	name    onboarding.Word // "token endpoint"
	host    string
	servers bool // Webex's servers call it, not only browsers
	tls     *fetch.TLS
	err     error
}

// networkChecks lists the checks of what is between Webex and the provider. Without an observation they find nothing.
func networkChecks() []entry {
	return []entry{
		{check.Check{
			ID: "OIDC-NET-001", Levels: at(check.Error, check.Warn), Evidence: by(check.Profile, check.Measured), Source: "SAML2Int SDP-G01",
			Title: "the clocks of the provider and of this computer agree",
			Why:   "tokens are refused as expired or not yet valid",
			Fix:   "let the provider's servers follow a time service",
		}, (*judge).clocks},
		{check.Check{
			ID: "OIDC-NET-002", Levels: at(check.Error, check.Warn), Evidence: by(check.Judgement), Source: "RFC 8414 section 6",
			Title: "the certificates of the provider's hosts verify, and will on go-live day",
			Why:   "a server that calls the host refuses it, as far as servers check certificates",
			Fix:   "renew the certificate and send the whole chain",
		}, (*judge).chains},
		{check.Check{
			ID: "OIDC-NET-003", Levels: at(check.Error), Evidence: by(check.Webex, check.Profile), Source: guide + " (said of XSP interfaces); BCP 195",
			Title: "the provider's hosts speak TLS 1.2 or newer",
			Why:   "Webex does not negotiate older versions with application servers, and hardly anybody does",
			Fix:   "enable TLS 1.2 and 1.3 at the host",
		}, (*judge).versions},
		{check.Check{
			ID: "OIDC-NET-004", Levels: at(check.Error), Evidence: by(check.Judgement), Source: "our judgement",
			Title: "token, key-set and UserInfo endpoints can be reached from outside",
			Why:   "the server that exchanges the code calls them, not only browsers, and it stands outside",
			Fix:   "publish the endpoint under a name that resolves to a public address",
		}, (*judge).reachable},
		{check.Check{
			ID: "OIDC-NET-005", Levels: at(check.Info), Evidence: by(check.Judgement), Source: "RFC 9111 section 5.2.2.1",
			Title: "the key set may be cached for a day at most, and is not rationed",
			Why:   "after a change of keys, clients go on with the old ones",
			Fix:   "publish a new key longer before it signs than the set may be cached",
		}, (*judge).caching},
	}
}

// skew is how far the clock of a host is ahead of this computer's.
type skew struct {
	host  string
	ahead time.Duration
}

// skews gives one measurement for each host. The server wrote the date half a round trip before it was received.
func (o *observation) skews() []skew {
	var out []skew
	for _, a := range o.answers {
		u, err := url.Parse(a.FinalURL)
		known := func(s skew) bool { return err == nil && s.host == u.Host }
		if err != nil || a.Header.Date.IsZero() || slices.ContainsFunc(out, known) {
			continue
		}
		out = append(out, skew{u.Host, a.Header.Date.Add(a.RTT / 2).Sub(a.Received)})
	}
	return out
}

const (
	skewWarn  = time.Minute
	skewError = 5 * time.Minute
	skewAgree = 30 * time.Second // two hosts that differ by less agree
)

func (j *judge) clocks() {
	all := j.network.skews()
	agree := len(all) > 1 && !slices.ContainsFunc(all, func(s skew) bool { return (s.ahead - all[0].ahead).Abs() > skewAgree })
	for _, s := range all {
		r := remark{level: check.Warn, subject: check.Unrelated, value: s.host}
		switch off := s.ahead.Abs(); {
		case off <= skewWarn:
			continue
		case off > skewError:
			r.level = check.Error
		}
		direction := onboarding.T("ahead of")
		if s.ahead < 0 {
			direction = onboarding.T("behind")
		}
		seconds := int(s.ahead.Abs().Round(time.Second) / time.Second)
		r.message = onboarding.T("the clock of %q is %d s %s this computer's", s.host, seconds, direction)
		if agree {
			r.message = onboarding.T("the clocks of %d hosts agree, and are %d s %s this computer's", len(all), seconds, direction)
			r.hint = onboarding.T("let this computer follow a time service and check again")
			j.say(r)
			return
		}
		j.say(r)
	}
}

func (j *judge) chains()   { j.tellTLS() }
func (j *judge) versions() { j.tellTLS() }

// tellTLS says the faults of TLS that belong to the current check.
func (j *judge) tellTLS() {
	for _, e := range j.network.endpoints {
		for _, f := range judgeTLS(e, j.GoLive) {
			if f.check == j.current.ID {
				j.say(f.remark)
			}
		}
	}
}

func (j *judge) reachable() {
	for _, e := range j.network.endpoints {
		if !e.servers {
			continue
		}
		r := remark{level: check.Error, subject: check.Issuer, value: e.host}
		bare := (&url.URL{Host: e.host}).Hostname()
		switch {
		case address.Internal(bare):
			r.message = onboarding.T("the %s is at %q, which is internal: Webex cannot reach it", e.name, e.host)
		case refused(e.err):
			r.message = onboarding.T("the %s is at %q, which resolves to an internal address: Webex cannot reach it", e.name, e.host)
		default:
			continue
		}
		j.say(r)
	}
}

func (j *judge) caching() {
	const longest = 24 * 60 * 60 // seconds
	a := j.network.keySet
	if a == nil {
		return
	}
	r := remark{level: check.Info, subject: check.Issuer}
	if age := maxAge(a.Header.CacheControl); age > longest {
		r.value = a.Header.CacheControl
		r.message = onboarding.T("the key set may be cached for %d s, longer than a day", age)
		j.say(r)
	}
	if a.Status == http.StatusTooManyRequests || a.Header.RetryAfter != "" {
		r.value = a.Header.RetryAfter
		r.message = onboarding.T("the provider rations requests for the key set (status %d, Retry-After %q)", a.Status, a.Header.RetryAfter)
		j.say(r)
	}
}

// maxAge gives the max-age of a Cache-Control header in seconds; 0 when there is none.
func maxAge(header string) int {
	for part := range strings.SplitSeq(header, ",") {
		name, arg, _ := strings.Cut(strings.TrimSpace(part), "=")
		if strings.EqualFold(name, "max-age") {
			n, err := strconv.Atoi(strings.Trim(arg, `"`))
			if err == nil {
				return n
			}
		}
	}
	return 0
}
