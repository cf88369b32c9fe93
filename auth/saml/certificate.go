package saml

import (
	"crypto/x509"
	"time"
)

// Certificate is one certificate of the identity provider's role as a go-live card shows it.
type Certificate struct {
	Line      int
	Use       string // "signing", "encryption", or empty for both
	NotBefore time.Time
	NotAfter  time.Time
	Subject   string // distinguished name, RFC 2253
	Issuer    string // distinguished name, RFC 2253
	SHA256    string // of the certificate, upper-case hex with colons
	SHA1      string // of the certificate, upper-case hex with colons
	SPKI      string // SHA-256 of the subject public key info, lower-case hex
	Key       string // "RSA-2048", "EC P-256", "Ed25519", "DSA-1024"
	Signature string // algorithm of the certificate's own signature: "SHA256-RSA"
	Err       error  // why it cannot be used; the fields above are empty then, save Line and Use

	parsed *x509.Certificate
}

// certificates reads the certificates of the entity's IdP roles, in document order.
func certificates(*Entity) []Certificate { return nil }
