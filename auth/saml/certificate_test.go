package saml

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"muster/auth/check"
)

func TestReadCertificate(t *testing.T) {
	got := readCertificate("\n" + mustCertificate("rsa2048", "2026-01-01", "2028-01-01") + " ")
	for what, pattern := range map[string]string{got.SHA256: `^([0-9A-F]{2}:){31}[0-9A-F]{2}$`, got.SHA1: `^([0-9A-F]{2}:){19}[0-9A-F]{2}$`, got.SPKI: `^[0-9a-f]{64}$`} {
		if !regexp.MustCompile(pattern).MatchString(what) {
			t.Errorf("%q does not look like %s", what, pattern)
		}
	}
	got.SHA256, got.SHA1, got.SPKI = "", "", ""
	want := Certificate{
		NotBefore: got.parsed.NotBefore, NotAfter: got.parsed.NotAfter, Subject: "CN=idp.partner.net", Issuer: "CN=idp.partner.net", Key: "RSA-2048", Signature: "SHA256-RSA",
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Certificate{})); diff != "" {
		t.Errorf("wanted (-), found (+):\n%s", diff)
	}
	if day(got.NotBefore) != "2026-01-01" || day(got.NotAfter) != "2028-01-01" {
		t.Errorf("valid %s to %s", day(got.NotBefore), day(got.NotAfter))
	}
}

// Go has no error values for its own limits: this notices when their texts change.
func TestOddCertificates(t *testing.T) {
	for kind, want := range map[string]error{"negative-serial": errNegativeSerial, "explicit-curve": errExplicitCurve, "brainpool": errOtherCurve} {
		der, err := oddCertificate(kind)
		if err != nil {
			t.Fatal(err)
		}
		if got := readCertificate(base64.StdEncoding.EncodeToString(der)); !errors.Is(got.Err, want) {
			t.Errorf("%s: %v, want %v", kind, got.Err, want)
		}
	}
	for kind, want := range map[string]string{"rsa512": "RSA-512", "dsa": "DSA-1024", "pss": "RSA-PSS", "x25519": "X25519"} {
		der, err := oddCertificate(kind)
		if err != nil {
			t.Fatal(err)
		}
		if got := readCertificate(base64.StdEncoding.EncodeToString(der)); got.Key != want || got.Err != nil {
			t.Errorf("%s: %q, %v; want %q", kind, got.Key, got.Err, want)
		}
	}
}

func TestPrivateKeysAreKnownInEveryForm(t *testing.T) {
	for _, kind := range []string{"rsa2048", "p256", "ed25519"} {
		text, err := privateText64(kind, "base64")
		if err != nil {
			t.Fatal(err)
		}
		if got := readCertificate(text); !errors.Is(got.Err, errPrivateKey) {
			t.Errorf("%s: %v", kind, got.Err)
		}
	}
}

func TestMailInNames(t *testing.T) {
	der, err := certificateDER("p256", "2026-01-01", "2028-01-01")
	if err != nil {
		t.Fatal(err)
	}
	c := readCertificate(base64.StdEncoding.EncodeToString(der))
	c.parsed.Subject.ExtraNames = append(c.parsed.Subject.ExtraNames, mailName("admin@partner.net"))
	if got := distinguished(c.parsed.Subject); !strings.Contains(got, "emailAddress=admin@partner.net") {
		t.Errorf("the name is %q", got)
	}
}

func TestNamesInMessages(t *testing.T) {
	named := readCertificate(mustCertificate("p256", "2026-01-01", "2028-01-01"))
	for want, name := range map[string]pkix.Name{
		"idp":             {CommonName: " idp ", Organization: []string{"Partner"}},
		"O=Partner":       {Organization: []string{"Partner"}},
		"serial number 1": {},
	} {
		c := named
		c.parsed = &x509.Certificate{Subject: name, SerialNumber: named.parsed.SerialNumber}
		c.Subject = distinguished(name)
		if got := subject(c); got != want {
			t.Errorf("the certificate is called %q, want %q", got, want)
		}
	}
	if got := spans(slices.Repeat([]Certificate{named}, 7)).String(); !strings.HasSuffix(got, "2026-01-01 to 2028-01-01 (EC P-256) and 2 more") {
		t.Errorf("seven keys are told as %q", got)
	}
}

// FuzzCertificate judges a role with any bytes in the place of its certificate: as text, and as DER.
func FuzzCertificate(f *testing.F) {
	for _, kind := range []string{"negative-serial", "md5", "rsa512", "exponent3", "brainpool", "explicit-curve", "dsa", "pss"} {
		der, err := oddCertificate(kind)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
	}
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, text := range []string{string(b), base64.StdEncoding.EncodeToString(b)} {
			judgeKey(t, text)
		}
	})
}

// judgeKey runs the checks of keys over a role with the certificate twice.
func judgeKey(t *testing.T, text string) {
	t.Helper()
	j := &judge{Options: Options{GoLive: goLive}, doc: &Document{}, entity: &Entity{IDPs: []Role{{Protocols: []string{protocol}, Keys: []Key{{Text: text, Line: 1}, {Text: text, Line: 2}}}}}}
	j.certs = certificates(j.entity)
	j.run(keyChecks())
	c := j.certs[0]
	if (c.Err == nil) != (c.parsed != nil) || (c.Err == nil) != (len(c.SHA256) == 95) {
		t.Fatalf("half a certificate: %+v", c)
	}
	if c.Err != nil && !raised(j.found, "SAML-KEY-002", "SAML-KEY-008", "SAML-KEY-012") {
		t.Fatalf("nothing is said of a certificate that cannot be read: %v", c.Err)
	}
	if c.Err == nil && !raised(j.found, "SAML-KEY-010") {
		t.Fatal("nothing is said of a certificate that stands twice")
	}
}

func raised(found []check.Finding, ids ...string) bool {
	for _, f := range found {
		for _, id := range ids {
			if f.ID == id {
				return true
			}
		}
	}
	return false
}
