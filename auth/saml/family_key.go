package saml

import (
	"errors"
	"slices"
	"strings"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// xmldsig is the namespace of KeyInfo. It begins with http and stays so: it is a name, not an address.
const xmldsig = "http://www.w3.org/2000/09/xmldsig#"

// keyChecks lists the checks of keys and certificates. Those that sign count: use="signing", or no use at all.
func keyChecks() []entry {
	return slices.Concat(keyPresenceChecks(), keyTimeChecks(), keyStrengthChecks(), keyRolloverChecks(), keySecrecyChecks(), keyDetailChecks())
}

// keyPresenceChecks lists those that ask whether there is a certificate that can be read.
func keyPresenceChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-KEY-001", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Webex, check.Profile}, Source: "SAML2Int SDP-MD08; help article WBX9000037189",
			Title: "there is a certificate to verify assertions with",
			Why:   "without a signing key no assertion can be verified",
			Fix:   "export the metadata with the signing certificate; an encryption-only key does not count",
		}, (*judge).keyMissing},
		{check.Check{
			ID: "SAML-KEY-002", Levels: []check.Level{check.Error, check.Warn}, Evidence: []check.Evidence{check.Measured}, Source: "crypto/x509 of Go 1.26",
			Title: "certificates can be read",
			Why:   "an importer refuses the file or drops the key",
			Fix:   "export the metadata again, and do not edit the certificate",
		}, (*judge).keyReadable},
		{check.Check{
			ID: "SAML-KEY-003", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard, check.Profile}, Source: "SAML2Meta 2.4.1.1; SAML2Int SDP-MD05",
			Title: "keys stand in the namespace of XML signatures, as certificates",
			Why:   "readers that look at namespaces see no key; a blanket replacement of http by https causes it",
			Fix:   "do not edit namespaces; export the metadata again, with a certificate",
		}, (*judge).keyNamespace},
	}
}

func (j *judge) keyMissing() {
	roles := j.entity.signOnRoles()
	if len(roles) == 0 || len(j.signing()) > 0 {
		return
	}
	broken, other := 0, 0
	for _, c := range j.certs {
		switch {
		case !c.signing():
			other++
		case goLimit(c.Err), errors.Is(c.Err, errOtherCurve):
			return // there is a key, though this program cannot read it
		default:
			broken++
		}
	}
	switch {
	case broken > 0:
		j.say(check.Blocker, roles[0].Line, "", onboarding.T("there is no usable signing certificate: of %d none can be read", broken))
	case other > 0:
		j.say(check.Blocker, roles[0].Line, "", onboarding.T("there is no signing certificate, only %d of another use", other))
	default:
		j.say(check.Blocker, roles[0].Line, "", onboarding.T("there is no signing certificate"))
	}
}

// goLimit reports whether a certificate is refused by Go's library alone.
func goLimit(err error) bool {
	return errors.Is(err, errNegativeSerial) || errors.Is(err, errExplicitCurve)
}

func (j *judge) keyReadable() {
	var faults, limits []fault
	for i, c := range j.certs {
		switch {
		case goLimit(c.Err):
			limits = append(limits, fault{c.Line, "", onboarding.T("certificate %d cannot be looked at: %v; other programs may take it, its dates and its key are not judged here", i+1, c.Err)})
		case c.Err != nil && !errors.Is(c.Err, errPrivateKey) && !errors.Is(c.Err, errOtherCurve):
			faults = append(faults, fault{c.Line, "", onboarding.T("certificate %d is not readable: %v", i+1, c.Err)})
		}
	}
	j.sayEach(check.Error, faults)
	j.sayEach(check.Warn, limits)
}

func (j *judge) keyNamespace() {
	var faults []fault
	for _, r := range j.entity.signOnRoles() {
		certified := slices.ContainsFunc(r.Keys, func(k Key) bool { return signingUse(k.Use) })
		for _, s := range r.StrayKeys {
			switch {
			case !signingUse(s.Use):
			case s.Space != xmldsig && s.Space != "":
				faults = append(faults, fault{s.Line, s.Space, onboarding.T("the namespace of %s is %q; %q would be right", s.Element, clip(s.Space), xmldsig)})
			case s.Space == "":
				faults = append(faults, fault{s.Line, "", onboarding.T("%s is in no namespace; %q would be right", s.Element, xmldsig)})
			case !certified:
				faults = append(faults, fault{s.Line, s.Element, onboarding.T("the signing key is given as %s only, without a certificate", s.Element)})
			}
		}
	}
	j.sayEach(check.Blocker, faults)
}

// signing gives the readable certificates that may sign, in document order.
func (j *judge) signing() []Certificate {
	return slices.DeleteFunc(slices.Clone(j.certs), func(c Certificate) bool { return !c.signing() || c.parsed == nil })
}

// distinct keeps the first certificate of each value that name gives.
func distinct(list []Certificate, name func(Certificate) string) []Certificate {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(list), func(c Certificate) bool {
		before := seen[name(c)]
		seen[name(c)] = true
		return before
	})
}

func byCertificate(c Certificate) string { return c.SHA256 }
func byKey(c Certificate) string         { return c.SPKI }

// subject names a certificate in a message: by its common name, else all of its name, else its serial number.
func subject(c Certificate) string {
	if name := strings.TrimSpace(c.parsed.Subject.CommonName); name != "" {
		return clip(name)
	}
	if c.Subject != "" {
		return clip(c.Subject)
	}
	return clip("serial number " + c.parsed.SerialNumber.String())
}
