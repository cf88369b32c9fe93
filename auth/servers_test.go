package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"muster/auth/fetch"
)

// signingKey is the key of every certificate and key set of these tests.
var signingKey = sync.OnceValues(func() (*ecdsa.PrivateKey, error) { return ecdsa.GenerateKey(elliptic.P256(), rand.Reader) })

func key(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := signingKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// certificate makes a self-signed certificate of 127.0.0.1 that is valid for three years up to a day.
func certificate(t *testing.T, end time.Time) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp.partner.net"}, NotBefore: end.AddDate(-3, 0, 0), NotAfter: end,
		IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key(t).Public(), key(t))
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return c
}

// page is an answer of a server.
type page struct {
	status      int // 0: 200
	contentType string
	body        string
}

// server is an https server on loopback and a client that trusts it.
type server struct {
	url    string
	pages  map[string]page // by path; any other is not found
	client *fetch.Client
}

// newServer starts a server whose certificate ends on a day.
func newServer(t *testing.T, end time.Time) *server {
	t.Helper()
	s := &server{pages: map[string]page{}}
	h := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, ok := s.pages[r.URL.Path]
		if !ok {
			p.status = http.StatusNotFound
		}
		w.Header().Set("Content-Type", p.contentType)
		w.Header().Set("Date", today.Format(http.TimeFormat))
		if p.status != 0 {
			w.WriteHeader(p.status)
		}
		_, _ = io.WriteString(w, p.body) // the checks see what is missing
	}))
	own := certificate(t, end)
	h.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{own.Raw}, PrivateKey: key(t)}}}
	h.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what is tested
	h.StartTLS()
	t.Cleanup(h.Close)
	roots := x509.NewCertPool()
	roots.AddCert(own)
	s.url = h.URL
	s.client = fetch.New(fetch.Options{Roots: roots, AllowPrivate: true, Now: func() time.Time { return today }})
	return s
}

// host is what findings quote of the server.
func (s *server) host(t *testing.T) string {
	t.Helper()
	u, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

// metadata makes healthy metadata of an identity provider that signs users in at an address. Its signing certificate ends on a day.
func metadata(t *testing.T, entityID, signOn string, end time.Time) string {
	t.Helper()
	return fmt.Sprintf(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="%s" validUntil="2029-11-21T00:00:00Z">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.partner.net/slo"/>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="%s"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>
`, entityID, base64.StdEncoding.EncodeToString(certificate(t, end).Raw), signOn)
}

// openIDProvider makes a server an OpenID provider with a healthy discovery document and key set.
func (s *server) openIDProvider(t *testing.T) {
	t.Helper()
	s.pages["/.well-known/openid-configuration"] = page{contentType: "application/json", body: fmt.Sprintf(`{
  "issuer": "%[1]s",
  "authorization_endpoint": "%[1]s/authorize",
  "token_endpoint": "%[1]s/token",
  "userinfo_endpoint": "%[1]s/userinfo",
  "jwks_uri": "%[1]s/keys",
  "end_session_endpoint": "%[1]s/logout",
  "response_types_supported": ["code"],
  "subject_types_supported": ["public"],
  "id_token_signing_alg_values_supported": ["RS256"],
  "scopes_supported": ["openid", "email", "profile"],
  "claims_supported": ["sub", "email", "email_verified", "given_name", "family_name"],
  "code_challenge_methods_supported": ["S256"]
}`, s.url)}
	s.pages["/keys"] = page{contentType: "application/json", body: string(keySet(t))}
}

// keySet makes a set of an RSA key for signing, one of a curve for encryption and one for anything.
func keySet(t *testing.T) []byte {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key(t).PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString
	return fmt.Appendf(nil, `{"keys": [
  {"kty": "RSA", "kid": "1", "use": "sig", "e": "AQAB", "n": "%s"},
  {"kty": "EC", "crv": "P-256", "kid": "2", "use": "enc", "x": "%s", "y": "%s"},
  {"kty": "OKP", "crv": "Ed25519", "kid": "3", "x": "%s"}
]}`, text(private.N.Bytes()), text(point[1:33]), text(point[33:]), text(edwards))
}
