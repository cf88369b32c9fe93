package saml

import (
	"crypto/x509"
	"encoding/pem"
	"errors"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// signatureChecks lists the checks of the signature over the metadata. What one of them finds out of the signature the
// others use.
func signatureChecks() []entry {
	var v verdict
	return []entry{
		{check.Check{
			ID: "SAML-SIG-001", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Profile, check.Webex}, Source: "IIP-MD05; SAML2Int SDP-MD02; guide crd76f (signed and unsigned metadata)",
			Title: "the metadata is signed by the given certificate",
			Why:   "the file was changed after its export, or comes from somebody else",
			Fix:   "do not edit the file; send TAC the original",
		}, func(j *judge) { j.signatureTrusted(v.of(j)) }},
		{check.Check{
			ID: "SAML-SIG-002", Levels: []check.Level{check.Error, check.Info}, Evidence: []check.Evidence{check.Judgement}, Source: "our own judgement",
			Title: "signed metadata is unchanged, as far as the certificate in it can show",
			Why:   "a broken signature shows that the file was edited after its export; one that holds does not prove where the file comes from",
			Fix:   "export the metadata again if it was edited; compare the signer's certificate to know where it comes from",
		}, func(j *judge) { j.signatureIntegrity(v.of(j)) }},
		{check.Check{
			ID: "SAML-SIG-003", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Profile}, Source: "SAML2Int SDP-ALG01",
			Title: "the metadata is not signed with SHA-1 or MD5",
			Why:   "strict importers refuse such signatures",
			Fix:   "set the identity provider to sign its metadata with SHA-256",
		}, func(j *judge) { j.signatureAlgorithm(v.of(j)) }},
		{check.Check{
			ID: "SAML-SIG-004", Levels: []check.Level{check.Blocker}, Evidence: []check.Evidence{check.Standard, check.Measured}, Source: "XML Signature Syntax and Processing 1.1; GHSA-479m-364c-43vc",
			Title: "the signature is one of the whole file",
			Why:   "a signature with another structure can hide that it covers something else",
			Fix:   "export the metadata again; do not add or move signatures",
		}, func(j *judge) { j.signatureStructure(v.of(j)) }},
		{check.Check{
			ID: "SAML-SIG-005", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Measured}, Source: "goxmldsig v1.6.1 reports an expired signer as a failed validation",
			Title: "the signer's certificate is valid at go-live",
			Why:   "importers that look at the date refuse the signature, though it holds",
			Fix:   "ask for metadata that is signed with a current certificate",
		}, func(j *judge) { j.signatureExpired(v.of(j)) }},
	}
}

// verdict is what is known of the root's signature.
type verdict struct {
	read   bool
	seal   *seal       // nil when there is no signature
	signer Certificate // that the signature verifies with, else the first there is
	err    error       // why it does not verify
}

var errNoCertificate = errors.New("the signature holds no certificate")

// of judges the signature of the document, once.
func (v *verdict) of(j *judge) *verdict {
	if v.read {
		return v
	}
	v.read = true
	if !j.doc.Signed {
		return v
	}
	v.seal = readSeal(j.doc.Text)
	if v.seal == nil || !v.seal.unusual.Empty() {
		return v
	}
	candidates := v.seal.embedded
	if len(j.Anchor) > 0 {
		candidates = []Certificate{readAnchor(j.Anchor)}
	}
	v.judge(candidates)
	return v
}

// judge looks for the certificate that the signature verifies with.
func (v *verdict) judge(candidates []Certificate) {
	if v.err = errNoCertificate; len(candidates) == 0 {
		return
	}
	v.signer = candidates[0]
	if v.err = v.seal.intact(); v.err != nil {
		return
	}
	for i, c := range candidates {
		err := c.Err
		if err == nil {
			err = v.seal.signedBy(c.parsed.PublicKey)
		}
		if err == nil || i == 0 {
			v.signer, v.err = c, err
		}
		if err == nil {
			return
		}
	}
}

// usual reports whether there is a signature whose structure lets it be verified.
func (v *verdict) usual() bool { return v.seal != nil && v.seal.unusual.Empty() }

// readAnchor reads a certificate from PEM or DER.
func readAnchor(b []byte) Certificate {
	if block, _ := pem.Decode(b); block != nil {
		b = block.Bytes
	}
	c, err := x509.ParseCertificate(b)
	if err != nil {
		return Certificate{Err: unreadable(b, err)}
	}
	return describe(c)
}

func (j *judge) signatureTrusted(v *verdict) {
	if len(j.Anchor) == 0 {
		return
	}
	switch {
	case v.seal == nil:
		j.say(check.Blocker, 0, "", onboarding.T("the metadata is not signed, though a certificate was given that it should be signed with"))
	case v.usual() && v.signer.Err != nil:
		j.say(check.Blocker, v.seal.line, "", onboarding.T("the certificate that the metadata should be signed with is not readable: %v", v.signer.Err))
	case v.usual() && v.err != nil:
		j.say(check.Blocker, v.seal.line, "", onboarding.T("the signature does not verify with the given certificate %q: %v", subject(v.signer), v.err))
	}
}

func (j *judge) signatureIntegrity(v *verdict) {
	if len(j.Anchor) > 0 || !v.usual() {
		return
	}
	var other unsupported
	switch {
	case v.err == nil:
		j.say(check.Info, v.seal.line, "", onboarding.T("the metadata is signed: it is unchanged since, by the certificate %q in it; where it comes from is not proven", subject(v.signer)))
	case errors.Is(v.err, errNoCertificate) || v.signer.Err != nil || errors.As(v.err, &other):
		j.say(check.Info, v.seal.line, "", onboarding.T("the metadata is signed, but the signature cannot be checked: %v", v.err))
	default:
		j.say(check.Error, v.seal.line, "", onboarding.T("the signature is broken: %v", v.err))
	}
}

func (j *judge) signatureAlgorithm(v *verdict) {
	if !v.usual() {
		return
	}
	var weak []string
	for _, algorithm := range []string{v.seal.algorithm, v.seal.reference.digest} {
		if weakAlgorithm(algorithm) {
			weak = append(weak, algorithm)
		}
	}
	if len(weak) > 0 {
		j.say(check.Warn, v.seal.line, weak[0], onboarding.T("the metadata is signed with %s", quotedList(weak)))
	}
}

func (j *judge) signatureStructure(v *verdict) {
	if v.seal != nil && !v.seal.unusual.Empty() {
		j.say(check.Blocker, v.seal.line, "", v.seal.unusual)
	}
}

func (j *judge) signatureExpired(v *verdict) {
	if c := v.signer; v.usual() && c.parsed != nil && c.NotAfter.Before(j.GoLive) {
		j.say(check.Warn, v.seal.line, day(c.NotAfter), onboarding.T("the metadata is signed with certificate %q, which expired on %s, %s", subject(c), day(c.NotAfter), j.fromGoLive(c.NotAfter)))
	}
}
