package oidc

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"muster/auth/check"
	"muster/auth/fetch"
	"muster/internal/onboarding"
)

type level = check.Level

// example is an input under construction. Answers of the network take their body from the members of the archive.
type example struct {
	Input
	network observation
}

// inspect runs all checks over the example, those of the network over what it says was seen there.
func (e *example) inspect() []check.Finding {
	out := Inspect(e.Input).Findings
	j := &judge{Input: e.Input, network: e.network}
	j.run(networkChecks())
	return append(out, j.found...)
}

// set sets what NAME.options says. Values are taken as they stand after one space, so that white space can be shown; \u200b
// stands for that character.
func (e *example) set(t *testing.T, key, value string) {
	t.Helper()
	if strings.Contains(value, `\u`) {
		plain, err := strconv.Unquote(`"` + value + `"`)
		if err != nil {
			t.Fatal(err)
		}
		value = plain
	}
	switch {
	case e.setForm(key, value), e.setAnswer(t, key, value), e.setNetwork(t, key, value):
		return
	}
	switch key {
	case "name":
		e.Name, e.HasName = value, true
	case "tac-name":
		e.TACName, e.HasTACName = value, true
	case "need-tac-name":
		e.NeedTACName = value == "yes"
	case "other-name":
		e.OtherNames = append(e.OtherNames, value)
	case "discovery-url":
		e.DiscoveryURL = value
	case "issuer":
		e.Issuer = value
	case "go-live":
		e.GoLive = date(t, value)
	case "max-bytes":
		e.Limits.Bytes = number10(t, value)
	default:
		t.Fatalf("no option %q", key)
	}
}

func date(t *testing.T, value string) time.Time {
	t.Helper()
	day, err := time.Parse(time.DateOnly, value)
	if err != nil {
		t.Fatal(err)
	}
	return day
}

func number10(t *testing.T, value string) int {
	t.Helper()
	n, err := strconv.Atoi(value)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// setForm sets what goes to TAC.
func (e *example) setForm(key, value string) bool {
	name, ok := strings.CutPrefix(key, "form-")
	if !ok {
		return false
	}
	if e.Form == nil {
		e.Form = &TACForm{}
	}
	switch name {
	case "client-id":
		e.Form.ClientID = value
	case "secret-delivered":
		e.Form.SecretDelivered = value == "yes"
	case "scopes":
		e.Form.Scopes = value
	case "discovery-url":
		e.Form.DiscoveryURL = value
	case "authorization-endpoint":
		e.Form.AuthorizationEndpoint = value
	case "token-endpoint":
		e.Form.TokenEndpoint = value
	case "key-set-url":
		e.Form.KeySetURL = value
	case "userinfo-endpoint":
		e.Form.UserInfoEndpoint = value
	case "organization-id":
		e.Form.OrganizationID = value
	case "redirect-uri":
		e.Form.RedirectURI = value
	case "email-only-in-userinfo":
		e.Form.EmailOnlyInUserInfo = value == "yes"
	case "needs-pkce":
		e.Form.NeedsPKCE = value == "yes"
	default:
		return false
	}
	return true
}

// setAnswer makes the discovery document (or, after "keys-", the key set) one that came over the network.
func (e *example) setAnswer(t *testing.T, key, value string) bool {
	t.Helper()
	f, body, url := &e.FetchedDiscovery, &e.Discovery, e.address()
	name, isKeys := strings.CutPrefix(key, "keys-")
	if isKeys {
		f, body, url = &e.FetchedKeys, &e.Keys, "https://idp.contoso.com/keys"
	}
	switch name {
	case "status", "content-type", "redirected-to", "fails", "instead", "cache-control", "retry-after":
	default:
		return false
	}
	if *f == nil {
		*f = &Fetched{Answer: &fetch.Answer{URL: url, FinalURL: url, Status: 200, Body: *body}}
		(*f).Answer.Header.ContentType = "application/json"
		*body = nil
	}
	a := (*f).Answer
	switch name {
	case "status":
		a.Status = number10(t, value)
	case "content-type":
		a.Header.ContentType = value
	case "redirected-to":
		a.FinalURL, a.Redirects = value, append(a.Redirects, value)
	case "fails":
		(*f).Answer, (*f).Err = nil, &fetch.Error{Kind: fetch.Timeout, URL: url, Err: errors.New(value)}
	case "instead":
		(*f).Instead = value
	case "cache-control":
		a.Header.CacheControl = value
	case "retry-after":
		a.Header.RetryAfter = value
	}
	if isKeys {
		e.network.keySet = a
	}
	return true
}

// setNetwork sets what was seen of the network: "clock: HOST 90s" says that the host's date is that much ahead,
// "token: HOST", "key set: HOST" and so on name endpoints, and the options after one are about it.
func (e *example) setNetwork(t *testing.T, key, value string) bool {
	t.Helper()
	seen := &e.network
	switch key {
	case "clock":
		host, ahead, _ := strings.Cut(value, " ")
		d, err := time.ParseDuration(ahead)
		if err != nil {
			t.Fatal(err)
		}
		const roundTrip = 2 * time.Second
		seen.answers = append(seen.answers, &fetch.Answer{
			FinalURL: "https://" + host + "/", Received: today, RTT: roundTrip, Header: fetch.Header{Date: today.Add(d - roundTrip/2)},
		})
		return true
	case "token endpoint", "key set", "UserInfo endpoint", "authorization endpoint":
		seen.endpoints = append(seen.endpoints, endpoint{
			name: onboarding.Word(key), host: value, servers: key != "authorization endpoint",
			tls: &fetch.TLS{Version: tls.VersionTLS13, Served: []*x509.Certificate{certificate("root", today.AddDate(1, 0, 0))}},
		})
		return true
	}
	if len(seen.endpoints) == 0 {
		return false
	}
	last := &seen.endpoints[len(seen.endpoints)-1]
	switch key {
	case "speaks":
		last.tls.Version = map[string]uint16{"TLS 1.1": tls.VersionTLS11, "TLS 1.2": tls.VersionTLS12}[value]
	case "ends":
		last.tls.Served = []*x509.Certificate{certificate("root", date(t, value))}
	case "verifies":
		last.tls.Err = notVerified(t, value)
	case "refused":
		last.tls, last.err = nil, &fetch.Error{Kind: fetch.Private, URL: "https://" + last.host, Err: errors.New(value)}
	case "silent":
		last.tls, last.err = nil, &fetch.Error{Kind: fetch.Network, URL: "https://" + last.host, Err: errors.New(value)}
	case "breaks off":
		last.tls, last.err = nil, &fetch.Error{Kind: fetch.Handshake, URL: "https://" + last.host, Err: errors.New(value)}
	case "sends its own certificate only from":
		last.tls.Served = []*x509.Certificate{certificate(value, today.AddDate(1, 0, 0))}
	default:
		return false
	}
	return true
}

func certificate(issuer string, end time.Time) *x509.Certificate {
	return &x509.Certificate{Subject: pkix.Name{CommonName: "idp.contoso.com"}, Issuer: pkix.Name{CommonName: issuer}, NotAfter: end}
}

func notVerified(t *testing.T, why string) error {
	t.Helper()
	switch why {
	case "no, expired":
		return x509.CertificateInvalidError{Reason: x509.Expired}
	case "no, other hosts":
		return x509.HostnameError{Certificate: certificate("root", today), Host: "idp.contoso.com"}
	case "no, unknown authority":
		return x509.UnknownAuthorityError{}
	case "no, not a server":
		return x509.CertificateInvalidError{Reason: x509.IncompatibleUsage}
	}
	t.Fatalf("no reason %q", why)
	return nil
}
