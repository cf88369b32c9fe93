package saml

import (
	//lint:ignore SA1019 such keys are recognised in order to be refused
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
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
	Key       string // "RSA-2048", "EC P-256", "DSA-1024", "Ed25519"
	Signature string // algorithm of the certificate's own signature: "SHA256-RSA"
	Err       error  // why it cannot be read; the fields above are empty then, save Line and Use

	role   int               // place of its role among those that count
	parsed *x509.Certificate // nil when it cannot be read
}

// Why a certificate cannot be read, where that makes a difference to the judgement. The first two are limits of Go's
// library: other readers take such certificates.
var (
	errNegativeSerial = errors.New("its serial number is negative")
	errExplicitCurve  = errors.New("it writes out the parameters of its curve instead of naming it")
	errOtherCurve     = errors.New("its key is on an elliptic curve other than P-224, P-256, P-384 and P-521")
	errPrivateKey     = errors.New("it is a private key")
)

// certificates reads the certificates of the entity's IdP roles, in document order. Roles that the checks do not look at
// are left out.
func certificates(e *Entity) []Certificate {
	var out []Certificate
	for i, r := range e.signOnRoles() {
		for _, k := range r.Keys {
			c := readCertificate(k.Text)
			c.Line, c.Use, c.role = k.Line, k.Use, i
			out = append(out, c)
		}
	}
	return out
}

// signing reports whether the key may sign: a key without use may (SAML errata E62).
func (c Certificate) signing() bool { return signingUse(c.Use) }

func signingUse(use string) bool { return use == "" || use == "signing" }

// readCertificate reads the content of an X509Certificate element: base64 of DER, white space and PEM armour removed.
func readCertificate(text string) Certificate {
	der, err := decodeCertificate(text)
	if err != nil {
		return Certificate{Err: err}
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return Certificate{Err: unreadable(der, err)}
	}
	return describe(parsed)
}

func describe(parsed *x509.Certificate) Certificate {
	fingerprint, short, spki := sha256.Sum256(parsed.Raw), sha1.Sum(parsed.Raw), sha256.Sum256(parsed.RawSubjectPublicKeyInfo)
	c := Certificate{
		NotBefore: parsed.NotBefore, NotAfter: parsed.NotAfter, Subject: distinguished(parsed.Subject), Issuer: distinguished(parsed.Issuer),
		SHA256: colons(fingerprint[:]), SHA1: colons(short[:]), SPKI: hex.EncodeToString(spki[:]),
		Key: keyName(parsed), Signature: "unknown", parsed: parsed,
	}
	if parsed.SignatureAlgorithm != x509.UnknownSignatureAlgorithm {
		c.Signature = parsed.SignatureAlgorithm.String()
	}
	return c
}

var armour = regexp.MustCompile(`-----(BEGIN|END) [A-Z0-9 ]{1,40}-----`)

func decodeCertificate(text string) ([]byte, error) {
	text = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, armour.ReplaceAllLiteralString(text, ""))
	if text == "" {
		return nil, errors.New("it is empty")
	}
	der, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		return der, nil
	}
	var at base64.CorruptInputError
	if errors.As(err, &at) && int(at) < len(text) {
		return nil, fmt.Errorf("it is no base64, at character %d of %d", int(at)+1, len(text))
	}
	return nil, errors.New("it is no base64")
}

// unreadable says why a certificate does not parse. Go has no error values for its limits, so its texts are compared; a test
// makes such certificates.
func unreadable(der []byte, err error) error {
	switch err.Error() {
	case "x509: negative serial number":
		return errNegativeSerial
	case "x509: invalid ECDSA parameters":
		return errExplicitCurve
	case "x509: unsupported elliptic curve":
		return errOtherCurve
	}
	if privateKey(der) {
		return errPrivateKey
	}
	return fmt.Errorf("it is no X.509 certificate: %s", strings.TrimPrefix(err.Error(), "x509: "))
}

// privateKey reports whether bytes are a private key as openssl writes it: PKCS #1, PKCS #8, SEC 1.
func privateKey(der []byte) bool {
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(der)
	return err == nil
}

var mailInName = regexp.MustCompile(`1\.2\.840\.113549\.1\.9\.1=#([0-9a-f]+)`)

// distinguished writes a name as RFC 2253 says, with e-mail addresses as text: Go writes them in hex.
func distinguished(n pkix.Name) string {
	return mailInName.ReplaceAllStringFunc(n.String(), func(s string) string {
		der, err := hex.DecodeString(mailInName.FindStringSubmatch(s)[1])
		var address string
		if err != nil {
			return s
		}
		if _, err := asn1.Unmarshal(der, &address); err != nil {
			return s
		}
		return "emailAddress=" + address
	})
}

func colons(b []byte) string {
	return strings.ReplaceAll(fmt.Sprintf("% X", b), " ", ":")
}

func keyName(c *x509.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA-%d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "EC " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	case *dsa.PublicKey:
		return fmt.Sprintf("DSA-%d", k.P.BitLen())
	}
	return otherKeyName(c.RawSubjectPublicKeyInfo)
}

// otherKeyName names a key of a kind that Go does not read, by the object identifier of its algorithm if need be.
func otherKeyName(spki []byte) string {
	var info struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       asn1.BitString
	}
	if _, err := asn1.Unmarshal(spki, &info); err != nil {
		return "unknown"
	}
	switch oid := info.Algorithm.Algorithm.String(); oid {
	case "1.2.840.113549.1.1.10":
		return "RSA-PSS"
	case "1.3.101.110":
		return "X25519"
	case "1.3.101.113":
		return "Ed448"
	default:
		return "unknown, " + oid
	}
}
