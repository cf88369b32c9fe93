package oidc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
	"time"

	"muster/auth/check"
	"muster/auth/fetch"
	"muster/internal/onboarding"
)

const (
	chainCheck   = "OIDC-NET-002"
	versionCheck = "OIDC-NET-003"
)

// TLS knocks at the host of an https address and says whether its certificates verify and will on go-live day, and whether it
// speaks TLS 1.2. The findings bear OIDC-NET-002 and OIDC-NET-003; a caller that judges hosts for another check, such as
// SAML-SSO-006, puts its own ID there.
func TLS(ctx context.Context, client *fetch.Client, address string, goLive time.Time) []check.Finding {
	e := knock(ctx, client, "", address)
	if refused(e.err) {
		return []check.Finding{{
			ID: chainCheck, Level: check.Warn, Subject: check.Unrelated, Value: e.host,
			Message: onboarding.T("%q is internal and was not asked", e.host), Hint: onboarding.T("check it from inside"),
		}}
	}
	var out []check.Finding
	for _, f := range judgeTLS(e, goLive) {
		out = append(out, check.Finding{
			ID: f.check, Level: f.level, Message: f.message, Hint: f.hint, Value: f.value, Subject: f.subject,
		})
	}
	return out
}

// knock makes a handshake with an endpoint.
func knock(ctx context.Context, client *fetch.Client, name onboarding.Word, address string) endpoint {
	e := endpoint{name: name, host: shown(address)}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		e.host = u.Host
	}
	e.tls, e.err = client.Probe(ctx, address)
	return e
}

// refused reports whether an address was not asked because it leads to an inner network.
func refused(err error) bool {
	e, ok := errors.AsType[*fetch.Error](err)
	return ok && e.Kind == fetch.Private
}

// tlsFault is what is wrong with the TLS of a host, and which check it belongs to.
type tlsFault struct {
	check string
	remark
}

// chainDays is how long after go-live certificates of hosts should last.
const chainDays = 30

func judgeTLS(e endpoint, goLive time.Time) []tlsFault {
	r := remark{level: check.Error, subject: check.Unrelated, value: e.host}
	if e.err != nil {
		return unanswered(e, r)
	}
	var out []tlsFault
	if e.tls.Version < tls.VersionTLS12 {
		r.message = onboarding.T("%q speaks %s at best", e.host, tls.VersionName(e.tls.Version))
		r.hint = onboarding.T("enable TLS 1.2 and 1.3 at the host")
		out = append(out, tlsFault{versionCheck, r})
	}
	first := e.tls.Earliest()
	ends := first != nil && first.NotAfter.Before(goLive.AddDate(0, 0, chainDays))
	if r.message, r.hint = unverified(e, ends && first.NotAfter.Before(goLive)); !r.message.Empty() {
		out = append(out, tlsFault{chainCheck, r})
	}
	if ends {
		if !first.NotAfter.Before(goLive) {
			r.level = check.Warn
		}
		r.message = onboarding.T("a certificate of %q (%q) ends on %s, %s", e.host, short(first.Subject.String()), first.NotAfter.UTC().Format(time.DateOnly), daysAfter(first.NotAfter, goLive))
		r.hint = onboarding.T("renew it before go-live; if it is renewed by itself, check again a few days before")
		out = append(out, tlsFault{chainCheck, r})
	}
	return out
}

// unanswered judges a host without a handshake. That nobody answers may be this computer's network, so it proves less.
func unanswered(e endpoint, r remark) []tlsFault {
	if refused(e.err) {
		return nil // OIDC-NET-004 says so
	}
	r.message = onboarding.T("%q gives no TLS connection: %s", e.host, e.err.Error())
	r.hint = onboarding.T("make the host answer with TLS 1.2 or 1.3 and a valid certificate")
	if f, ok := errors.AsType[*fetch.Error](e.err); ok && (f.Kind == fetch.Network || f.Kind == fetch.Timeout) {
		r.level = check.Warn
		r.message = onboarding.T("%q could not be asked: %s", e.host, e.err.Error())
		r.hint = onboarding.T("check the name, and try from another network")
	}
	return []tlsFault{{chainCheck, r}}
}

// unverified says why a chain does not verify; empty when it does, or when its end is told anyway.
func unverified(e endpoint, endTold bool) (message, hint onboarding.Text) {
	err := e.tls.Err
	if err == nil {
		return onboarding.Text{}, onboarding.Text{}
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		if endTold {
			return onboarding.Text{}, onboarding.Text{}
		}
		return onboarding.T("a certificate of %q is not valid today", e.host), onboarding.T("renew it, and look at the clock of this computer")
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return onboarding.T("the certificate of %q is for other hosts", e.host), onboarding.T("install a certificate that names this host")
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok {
		return onboarding.T("the certificate of %q does not verify: %s", e.host, short(err.Error())), onboarding.T("install a certificate of a public authority")
	}
	own := e.tls.Served[0]
	if len(e.tls.Served) == 1 && own.Issuer.String() != own.Subject.String() {
		return onboarding.T("%q sends its own certificate only, without those between it and the root", e.host), onboarding.T("send the whole chain: servers do not fetch what is missing")
	}
	return onboarding.T("the certificate of %q leads to no authority that is trusted", e.host), onboarding.T("install a certificate of a public authority")
}
