package rehearse

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/beevik/etree"
	crewsaml "github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// samlMessage is a Response as it stands on the wire, nothing of it verified.
type samlMessage struct {
	XMLName      xml.Name             `xml:"urn:oasis:names:tc:SAML:2.0:protocol Response"`
	InResponseTo string               `xml:",attr"`
	Destination  string               `xml:",attr"`
	IssueInstant string               `xml:",attr"`
	Issuer       *string              `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	Status       samlStatus           `xml:"urn:oasis:names:tc:SAML:2.0:protocol Status"`
	Encrypted    []struct{}           `xml:"urn:oasis:names:tc:SAML:2.0:assertion EncryptedAssertion"`
	Assertions   []crewsaml.Assertion `xml:"urn:oasis:names:tc:SAML:2.0:assertion Assertion"`

	raw []byte
}

type samlStatus struct {
	Code struct {
		Value string `xml:",attr"`
		Inner struct {
			Value string `xml:",attr"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:protocol StatusCode"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol StatusCode"`
	Message string `xml:"urn:oasis:names:tc:SAML:2.0:protocol StatusMessage"`
}

// signature is one that was looked at.
type signature struct {
	Element   string // "Response" or "Assertion"
	Algorithm string // URI of the signature method
	Digest    string // URI of the digest method of the reference
	Cert      *x509.Certificate
	Position  int // of the certificate among the signing certificates of the metadata, from 1; 0 when none verifies it
}

// samlAnswer is one response as it arrived, with what the library said of it.
type samlAnswer struct {
	Request      string // id of the request it answers
	Asked        int    // index of the assertion consumer service that was asked for
	Endpoint     int    // index of the one at which it arrived
	At           time.Time
	MessageID    string // of our request
	InResponseTo string
	Destination  string
	Issuer       *string
	Issued       time.Time // zero when it cannot be read
	Status       samlStatus
	Assertion    *crewsaml.Assertion // verified if Refusal is nil; nil when there is none that can be read
	Assertions   int                 // how many there are, encrypted ones among them
	Signatures   []signature
	Encrypted    bool
	Refusal      error // why the library refused it
}

// decodeResponse reads the form's value without trusting it.
func decodeResponse(value string) (*samlMessage, error) {
	if value == "" {
		return nil, errors.New("an answer arrived without SAMLResponse")
	}
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value), ""))
	if err != nil {
		return nil, errors.New("a SAMLResponse arrived that is no base64")
	}
	m := &samlMessage{raw: text}
	if err := xml.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("a SAMLResponse arrived that is no SAML 2.0 response: %w", err)
	}
	return m, nil
}

func (m *samlMessage) answer(q *samlRequest, endpoint int, at time.Time) samlAnswer {
	a := samlAnswer{
		Request: q.ID, Asked: q.endpoint, Endpoint: endpoint, At: at, MessageID: q.messageID, InResponseTo: m.InResponseTo,
		Destination: m.Destination, Issuer: m.Issuer, Status: m.Status, Encrypted: len(m.Encrypted) > 0,
		Assertions: len(m.Assertions) + len(m.Encrypted),
	}
	if t, err := time.Parse(time.RFC3339Nano, m.IssueInstant); err == nil {
		a.Issued = t
	}
	if len(m.Assertions) > 0 {
		a.Assertion = &m.Assertions[0]
	}
	return a
}

// judge lets the library say whether it takes the response, and keeps which signatures it looked at. The library stops at
// the first fault; the signatures are then looked at all the same, so that the report is whole.
func (a *samlAnswer) judge(sp *crewsaml.ServiceProvider, v *verifier, r *http.Request, m *samlMessage) {
	v.seen = nil
	assertion, err := parse(sp, r, a.MessageID)
	if err == nil {
		a.Assertion, a.Signatures = assertion, v.seen
		return
	}
	a.Refusal = err
	var invalid *crewsaml.InvalidResponseError
	if errors.As(err, &invalid) {
		a.Refusal = invalid.PrivateErr // the public text says no reason
	}
	if len(v.seen) == 0 {
		v.inspect(m.raw)
	}
	a.Signatures = v.seen
}

// parse calls the library, which reads through missing elements of a signed assertion.
func parse(sp *crewsaml.ServiceProvider, r *http.Request, id string) (a *crewsaml.Assertion, err error) {
	defer func() {
		if recover() != nil {
			a, err = nil, errors.New("the assertion lacks a Subject, its SubjectConfirmationData or the Conditions")
		}
	}()
	return sp.ParseResponse(r, []string{id})
}

// verifier checks signatures for the library against each certificate of the metadata, so that the report can name the
// one, and tells an expired certificate from a wrong one.
type verifier struct {
	certs []*x509.Certificate
	clock func() time.Time
	seen  []signature
}

// signatureError says why a signature does not count.
type signatureError struct{ text string }

func (e signatureError) Error() string { return e.text }

// VerifySignature implements the library's hook.
func (v *verifier) VerifySignature(_ *dsig.ValidationContext, el *etree.Element) error {
	s := signature{Element: el.Tag, Algorithm: algorithm(el, "SignatureMethod"), Digest: algorithm(el, "DigestMethod")}
	var last error
	for i, cert := range v.certs {
		context := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
		context.IdAttribute = "ID"
		context.Clock = dsig.NewFakeClockAt(cert.NotBefore) // its dates are judged below
		if _, last = context.Validate(el); last == nil {
			s.Cert, s.Position = cert, i+1
			break
		}
	}
	v.seen = append(v.seen, s)
	if s.Cert == nil {
		return signatureError{fmt.Sprintf("the signature of the %s verifies with none of the %d signing certificates of the metadata: %v", el.Tag, len(v.certs), last)}
	}
	switch now := v.clock(); {
	case now.After(s.Cert.NotAfter):
		return signatureError{fmt.Sprintf("the certificate that signs the %s expired on %s", el.Tag, day(s.Cert.NotAfter))}
	case now.Before(s.Cert.NotBefore):
		return signatureError{fmt.Sprintf("the certificate that signs the %s is valid only from %s", el.Tag, day(s.Cert.NotBefore))}
	}
	return nil
}

// inspect looks at the signatures of a response that was refused for another reason, and of its assertions.
func (v *verifier) inspect(raw []byte) {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil || doc.Root() == nil {
		return
	}
	for _, el := range append([]*etree.Element{doc.Root()}, doc.Root().SelectElements("Assertion")...) {
		if el.SelectElement("Signature") == nil {
			continue
		}
		outer, err := etreeutils.NSBuildParentContext(el)
		if err != nil {
			continue
		}
		inner, err := outer.SubContext(el)
		if err != nil {
			continue
		}
		if alone, err := etreeutils.NSDetatch(inner, el); err == nil {
			_ = v.VerifySignature(nil, alone) // what it finds is kept in seen
		}
	}
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// algorithm gives the Algorithm of an element below the signature of a signed element.
func algorithm(el *etree.Element, tag string) string {
	for _, child := range el.ChildElements() {
		if child.Tag != "Signature" {
			continue
		}
		if found := child.FindElement(".//" + tag); found != nil {
			return found.SelectAttrValue("Algorithm", "")
		}
	}
	return ""
}

// signingCertificates gives the certificates of the metadata that may verify signatures, in document order.
func signingCertificates(idp *crewsaml.EntityDescriptor) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	for _, role := range idp.IDPSSODescriptors {
		for _, key := range role.KeyDescriptors {
			if key.Use == "encryption" {
				continue
			}
			for _, c := range key.KeyInfo.X509Data.X509Certificates {
				cert, err := parseCertificate(c.Data)
				if err != nil {
					return nil, fmt.Errorf("read signing certificate %d of the metadata: %w", len(out)+1, err)
				}
				out = append(out, cert)
			}
		}
	}
	if len(out) == 0 {
		return nil, errors.New("rehearse a sign-in: the metadata has no signing certificate")
	}
	return out, nil
}

func parseCertificate(text string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// masked is the message with every value masked that belongs to the user or would let somebody use the message again.
func (m *samlMessage) masked(name string) Copy {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(m.raw); err != nil || doc.Root() == nil {
		return Copy{name, []byte("<!-- the response could not be read -->\n")}
	}
	maskTexts(doc.Root())
	var out bytes.Buffer
	if _, err := doc.WriteTo(&out); err != nil {
		return Copy{name, []byte("<!-- the response could not be written -->\n")}
	}
	return Copy{name, out.Bytes()}
}

// maskTexts masks the text of every element but those that name parties, and the certificate, which is public.
func maskTexts(el *etree.Element) {
	for i := range el.Attr {
		if a := &el.Attr[i]; a.Key == "SessionIndex" || a.Key == "Address" {
			a.Value = mask(a.Value)
		}
	}
	for _, child := range el.Child {
		switch child := child.(type) {
		case *etree.Element:
			maskTexts(child)
		case *etree.Comment:
			child.Data = mask(child.Data)
		case *etree.CharData:
			if public(el.Tag) || strings.TrimSpace(child.Data) == "" {
				continue
			}
			child.SetData(mask(child.Data))
		}
	}
}

func public(tag string) bool {
	switch tag {
	case "Issuer", "Audience", "AuthnContextClassRef", "X509Certificate", "StatusMessage":
		return true
	}
	return false
}

// fingerprint is the SHA-256 of a certificate in hexadecimal.
func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}
