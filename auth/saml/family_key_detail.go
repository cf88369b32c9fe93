package saml

import (
	"bytes"
	"crypto/rsa"
	"errors"
	"regexp"
	"slices"
	"strings"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// keyDetailChecks lists those that some importers trip over.
func keyDetailChecks() []entry {
	return []entry{
		{check.Check{
			ID: "SAML-KEY-013", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Profile}, Source: "Shibboleth Metadata Aggregator, X509RSAExponentValidator",
			Title: "RSA exponents are odd and 65537 or more",
			Why:   "small or even exponents make weak keys, which federations refuse",
			Fix:   "make a key pair with the exponent 65537",
		}, (*judge).keyExponent},
		{check.Check{
			ID: "SAML-KEY-014", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Standard, check.Measured}, Source: "XML Schema, base64Binary; importers of the Ruby family",
			Title: "certificates are plain base64, without PEM lines",
			Why:   "some importers refuse the file",
			Fix:   "remove the BEGIN and END lines",
		}, (*judge).keyArmour},
		{check.Check{
			ID: "SAML-KEY-015", Levels: []check.Level{check.Warn}, Evidence: []check.Evidence{check.Profile}, Source: "SAML2Int SDP-ALG01; IIP-ALG01, IIP-ALG02",
			Title: "advertised signature algorithms hold one better than SHA-1",
			Why:   "the identity provider will sign with SHA-1",
			Fix:   "set the identity provider to sign with SHA-256",
		}, (*judge).keyAlgorithms},
	}
}

func (j *judge) keyExponent() {
	var faults []fault
	for _, c := range distinct(j.signing(), byKey) {
		if k, ok := c.parsed.PublicKey.(*rsa.PublicKey); ok && (k.E%2 == 0 || k.E < leastRSAExp) {
			faults = append(faults, fault{c.Line, c.Key, onboarding.T("the exponent of the RSA signing key is %d; %d would be right", k.E, leastRSAExp)})
		}
	}
	j.sayEach(check.Warn, faults)
}

func (j *judge) keyArmour() {
	var faults []fault
	for _, r := range j.entity.signOnRoles() {
		for _, k := range r.Keys {
			if strings.Contains(k.Text, "-----BEGIN") || strings.Contains(k.Text, "-----END") {
				faults = append(faults, fault{k.Line, "", onboarding.T("X509Certificate holds the BEGIN and END lines of PEM; base64 alone would be right")})
			}
		}
	}
	j.sayEach(check.Warn, faults)
}

func (j *judge) keyAlgorithms() {
	var faults []fault
	for _, r := range j.entity.signOnRoles() {
		if weakOnly(r.Signing) {
			faults = append(faults, fault{r.Line, r.Signing[0], onboarding.T("the identity provider advertises no signature algorithm but %s", quotedList(r.Signing))})
		}
		if weakOnly(r.Digests) {
			faults = append(faults, fault{r.Line, r.Digests[0], onboarding.T("the identity provider advertises no digest algorithm but %s", quotedList(r.Digests))})
		}
	}
	j.sayEach(check.Warn, faults)
}

func weakOnly(algorithms []string) bool {
	return len(algorithms) > 0 && !slices.ContainsFunc(algorithms, func(a string) bool { return !weakAlgorithm(a) })
}

// weakAlgorithm reports whether the URI of a signature or digest algorithm names SHA-1 or MD5: xmldsig#rsa-sha1,
// xmldsig-more#md5 and their kin.
func weakAlgorithm(uri string) bool {
	name := strings.ToLower(uri[strings.LastIndexByte(uri, '#')+1:])
	return strings.HasSuffix(name, "sha1") || strings.HasSuffix(name, "md5") || strings.HasPrefix(name, "sha1-") || strings.HasPrefix(name, "md5-")
}

// privateText is how PEM announces a private key of whatever kind.
var privateText = regexp.MustCompile(`BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY`)

// keyPrivate looks for private keys in the whole file, comments and other entities included: it is the file that is handed on.
// What it finds is never quoted.
func (j *judge) keyPrivate() {
	var faults []fault
	line, from := 1, 0
	for _, at := range privateText.FindAllIndex(j.doc.Text, -1) {
		line += bytes.Count(j.doc.Text[from:at[0]], []byte("\n"))
		from = at[0]
		faults = append(faults, fault{line, "", onboarding.T("there is a private key in the metadata, as PEM text")})
	}
	armoured := len(faults) > 0 // then one in X509Certificate probably is what was found already
	for _, c := range j.certs {
		if errors.Is(c.Err, errPrivateKey) && !armoured {
			faults = append(faults, fault{c.Line, "", onboarding.T("there is a private key in an X509Certificate element")})
		}
	}
	for _, r := range slices.Concat(j.entity.IDPs, j.entity.SPs) {
		for _, s := range r.StrayKeys {
			if s.Private {
				faults = append(faults, fault{s.Line, "", onboarding.T("%s holds the private parts of a key", s.Element)})
			}
		}
	}
	j.sayEach(check.Blocker, faults)
}
