package saml

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"slices"

	"muster/auth/check"
	"muster/auth/published"
	"muster/internal/onboarding"
)

const (
	leastRSA    = 2048  // bits; SAML2Int SDP-MD06
	brokenRSA   = 1024  // bits; Go 1.24 and newer do not verify with less
	leastRSAExp = 65537 // what key generators use
)

// keyStrengthChecks lists those of the kind of key and its strength.
func keyStrengthChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-KEY-007", Levels: []check.Level{check.Blocker, check.Error}, Evidence: []check.Evidence{check.Profile, check.Measured}, Source: "SAML2Int SDP-MD06; NIST SP 800-131A; crypto/rsa of Go 1.24",
			Title: "RSA keys have 2048 bits or more",
			Why:   "modern libraries refuse shorter keys, and below 1024 bits do not verify at all",
			Fix:   "make a key pair of at least 2048 bits",
		}, (*judge).keySize},
		{check.Check{
			ID: "SAML-KEY-008", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Profile}, Source: "SAML2Int SDP-MD07, SDP-ALG01",
			Title: "keys are RSA, or EC on P-256, P-384 or P-521",
			Why:   "XML signatures with other keys are not supported everywhere",
			Fix:   "use an RSA or P-256 key",
		}, (*judge).keyType},
		{check.Check{
			ID: "SAML-KEY-009", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Profile}, Source: "SAML2Int SDP-MD05, note",
			Title: "certificates are not signed with MD5 or SHA-1",
			Why:   "no trust is drawn from that signature, but import screens warn of it",
			Fix:   "renew the certificate with SHA-256",
		}, (*judge).keyCertificateHash},
	}
}

// keySecrecyChecks lists those that ask whether the private half is secret.
func keySecrecyChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-KEY-011", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Measured, check.Judgement}, Source: "our own comparison with test keys that projects publish",
			Title: "the key is not a published test key",
			Why:   "anybody can forge sign-ins",
			Fix:   "make a key pair of your own, then export the metadata again",
		}, (*judge).keyPublished},
		{check.Check{
			ID: "SAML-KEY-012", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement",
			Title: "there is no private key in the metadata",
			Why:   "the secret leaks with the file: whoever has it can forge sign-ins",
			Fix:   "replace the key pair, then export the metadata again",
		}, (*judge).keyPrivate},
	}
}

func (j *judge) keySize() {
	var weak, broken []fault
	for _, c := range distinct(j.signing(), byKey) {
		k, ok := c.parsed.PublicKey.(*rsa.PublicKey)
		if !ok {
			continue
		}
		bits := k.N.BitLen()
		f := fault{c.Line, c.Key, onboarding.T("the signing key is RSA-%d; at least %d bits are needed", bits, leastRSA)}
		switch {
		case bits < brokenRSA:
			broken = append(broken, f)
		case bits < leastRSA:
			weak = append(weak, f)
		}
	}
	j.sayEach(check.Blocker, broken)
	j.sayEach(check.Error, weak)
}

func (j *judge) keyType() {
	var faults []fault
	for _, c := range distinct(j.signing(), byKey) {
		switch k := c.parsed.PublicKey.(type) {
		case *rsa.PublicKey:
			continue
		case *ecdsa.PublicKey:
			if slices.Contains([]elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()}, k.Curve) {
				continue
			}
		}
		faults = append(faults, fault{c.Line, c.Key, onboarding.T("the signing key is of type %q, which is not interoperable", c.Key)})
	}
	for _, c := range j.certs {
		if c.signing() && errors.Is(c.Err, errOtherCurve) {
			faults = append(faults, fault{c.Line, "", onboarding.T("the signing key is on an elliptic curve that is not interoperable")})
		}
	}
	j.sayEach(check.Error, faults)
}

func (j *judge) keyCertificateHash() {
	weak := []x509.SignatureAlgorithm{x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1}
	var faults []fault
	for _, c := range distinct(j.signing(), byCertificate) {
		if slices.Contains(weak, c.parsed.SignatureAlgorithm) {
			faults = append(faults, fault{c.Line, c.Signature, onboarding.T("signing certificate %q is itself signed with %s", subject(c), c.Signature)})
		}
	}
	j.sayEach(check.Warn, faults)
}

func (j *judge) keyPublished() {
	var faults []fault
	for _, c := range distinct(j.signing(), byKey) {
		if where := published.Where(c.SPKI); where != "" {
			faults = append(faults, fault{c.Line, c.SPKI, onboarding.T("the private half of this signing key is published with %s", where)})
		}
	}
	j.sayEach(check.Blocker, faults)
}
