package saml

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// signedWith signs a document by the library.
func signedWith(t testing.TB, kind string, hash crypto.Hash, form dsig.Canonicalizer, document string) (string, *x509.Certificate) {
	t.Helper()
	key, err := testKey(kind)
	if err != nil {
		t.Fatal(err)
	}
	der, err := certificateDER(kind, "2026-01-01", "2028-01-01")
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromString(document); err != nil {
		t.Fatal(err)
	}
	ctx, err := dsig.NewSigningContext(key, [][]byte{der})
	if err != nil {
		t.Fatal(err)
	}
	ctx.Canonicalizer, ctx.Hash = form, hash
	root, err := ctx.SignEnveloped(doc.Root())
	if err != nil {
		t.Fatal(err)
	}
	doc.SetRoot(root)
	doc.WriteSettings = etree.WriteSettings{CanonicalAttrVal: true, CanonicalText: true} // keeps references to line feeds
	text, err := doc.WriteToString()
	if err != nil {
		t.Fatal(err)
	}
	return text, cert
}

// verified gives why the signature of a text does not verify with a key.
func verified(t testing.TB, text string, key crypto.PublicKey) error {
	t.Helper()
	s := readSeal([]byte(text))
	if s == nil {
		t.Fatal("there is no signature")
	}
	if !s.unusual.Empty() {
		t.Fatal(s.unusual)
	}
	if err := s.intact(); err != nil {
		return err
	}
	return s.signedBy(key)
}

func verifiedByLibrary(text string, cert *x509.Certificate) error {
	doc := etree.NewDocument()
	if err := doc.ReadFromString(text); err != nil {
		return err
	}
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	ctx.Clock = dsig.NewFakeClockAt(goLive)
	_, err := ctx.Validate(doc.Root())
	return err
}

// small is a document whose forms differ: unused prefixes, a default namespace, attributes to sort, references, comments.
const small = `<r xmlns="urn:r" xmlns:u="urn:u" ID="_r" z="1" a="&amp;&quot;&#10;"><u:e xmlns:v="urn:v" v:x="1"><!-- c -->ä&lt;&gt;</u:e><e xmlns=""/> text</r>`

func TestSignaturesOfTheLibraryVerify(t *testing.T) {
	for name, form := range map[string]dsig.Canonicalizer{
		"exclusive":     dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""),
		"canonical 1.0": dsig.MakeC14N10RecCanonicalizer(),
		"canonical 1.1": dsig.MakeC14N11Canonicalizer(),
	} {
		for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
			t.Run(fmt.Sprint(name, " ", hash), func(t *testing.T) {
				text, cert := signedWith(t, "rsa2048", hash, form, small)
				judgeBoth(t, text, cert)
			})
		}
	}
}

// judgeBoth lets the library and us judge a good signature and two bad ones.
func judgeBoth(t *testing.T, text string, cert *x509.Certificate) {
	t.Helper()
	if err := verifiedByLibrary(text, cert); err != nil {
		t.Errorf("the library does not verify what it signed: %v", err)
	}
	if err := verified(t, text, cert.PublicKey); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
	edited := strings.Replace(text, " text", " Text", 1)
	if err := verified(t, edited, cert.PublicKey); !errors.Is(err, errChanged) || verifiedByLibrary(edited, cert) == nil {
		t.Errorf("edited: %v", err)
	}
	value := regexp.MustCompile(`(<ds:SignatureValue>)(.)`)
	forged := value.ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasSuffix(s, "A") {
			return s[:len(s)-1] + "B"
		}
		return s[:len(s)-1] + "A"
	})
	if err := verified(t, forged, cert.PublicKey); !errors.Is(err, errOtherSigner) || verifiedByLibrary(forged, cert) == nil {
		t.Errorf("forged: %v", err)
	}
}

// The library writes the value of ECDSA in ASN.1; XML signatures have both numbers side by side.
func TestECDSA(t *testing.T) {
	for kind, size := range map[string]int{"p256": 32, "p384": 48} {
		text, cert := signedWith(t, kind, crypto.SHA256, dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), small)
		value := regexp.MustCompile(`<ds:SignatureValue>([^<]+)<`).FindStringSubmatch(text)[1]
		der, err := base64.StdEncoding.DecodeString(value)
		if err != nil {
			t.Fatal(err)
		}
		var numbers struct{ R, S *big.Int }
		if _, err := asn1.Unmarshal(der, &numbers); err != nil {
			t.Fatal(err)
		}
		raw := append(numbers.R.FillBytes(make([]byte, size)), numbers.S.FillBytes(make([]byte, size))...)
		text = strings.Replace(text, value, "\n"+base64.StdEncoding.EncodeToString(raw)+"\n", 1)
		if err := verified(t, text, cert.PublicKey); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if err := verified(t, strings.Replace(text, " text", "", 1), cert.PublicKey); !errors.Is(err, errChanged) {
			t.Errorf("%s, edited: %v", kind, err)
		}
		_, other := signedWith(t, "rsa2048", crypto.SHA256, dsig.MakeC14N11Canonicalizer(), small)
		if err := verified(t, text, other.PublicKey); !errors.Is(err, errOtherSigner) {
			t.Errorf("%s with an RSA key: %v", kind, err)
		}
	}
}

// An aggregate has more elements than the library looks at, and its signature may stand anywhere below the root.
func TestLargeDocumentsVerify(t *testing.T) {
	text, cert := signedWith(t, "rsa2048", crypto.SHA256, dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), `<r xmlns="urn:r" ID="_r">`+strings.Repeat("<e a='1'>x</e>\n", 5000)+`</r>`)
	if err := verified(t, text, cert.PublicKey); err != nil {
		t.Error(err)
	}
	begin, end := strings.Index(text, "<ds:Signature "), strings.Index(text, "</ds:Signature>")+len("</ds:Signature>")
	first := strings.Replace(text[:begin]+text[end:], "<e", text[begin:end]+"<e", 1)
	if err := verified(t, first, cert.PublicKey); err != nil {
		t.Errorf("signature first: %v", err)
	}
}

// White space that an XML processor replaces does not break a signature.
func TestLineEndsDoNotBreakASignature(t *testing.T) {
	text, cert := signedWith(t, "rsa2048", crypto.SHA256, dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), "<r xmlns=\"urn:r\" ID=\"_r\" a=\"1 2\">\n<e/>\n</r>")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\n", "\r\n"), "1 2", "1\r\n2")
	if err := verified(t, text, cert.PublicKey); err != nil {
		t.Error(err)
	}
}

func TestKeysThatAreNotVerifiedWith(t *testing.T) {
	text, _ := signedWith(t, "rsa2048", crypto.SHA256, dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), small)
	for _, bits := range []uint{512, 1 << 17} {
		var refused unsupported
		key := &rsa.PublicKey{N: new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), bits), big.NewInt(1)), E: 65537}
		if err := verified(t, text, key); !errors.As(err, &refused) {
			t.Errorf("RSA-%d: %v", bits, err)
		}
	}
	for from, to := range map[string]string{"xmlenc#sha256": "xmlenc#sha224", "xmldsig-more#rsa-sha256": "xmldsig-more#rsa-sha1", "xmldsig-more#rsa": "xmldsig-more#hmac"} {
		var refused unsupported
		if err := verified(t, strings.Replace(text, from, to, 1), &rsa.PublicKey{}); !errors.As(err, &refused) {
			t.Errorf("%s: %v", to, err)
		}
	}
}

// The certificate that verifies is found among several, and its end is what counts.
func TestSignerAmongSeveral(t *testing.T) {
	text, cert := signedWith(t, "rsa2048", crypto.SHA256, dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), small)
	other := "<ds:X509Certificate>" + mustCertificate("rsa2048b", "2020-01-01", "2021-01-01") + "</ds:X509Certificate>"
	text = strings.Replace(text, "<ds:X509Certificate>", other+"<ds:X509Certificate>QUJD</ds:X509Certificate><ds:X509Certificate>", 1)
	j := &judge{Options: Options{GoLive: goLive}, doc: &Document{Text: []byte(text), Signed: true}}
	var v verdict
	v.of(j)
	if v.err != nil || !v.signer.NotAfter.Equal(cert.NotAfter) {
		t.Errorf("signer until %s, %v; want %s", v.signer.NotAfter.Format(time.DateOnly), v.err, cert.NotAfter.Format(time.DateOnly))
	}
}

// FuzzSeal demands that no text makes the reader of signatures fail, and that no second reading differs.
func FuzzSeal(f *testing.F) {
	text, _ := signedWith(f, "p256", crypto.SHA256, dsig.MakeC14N11Canonicalizer(), small)
	f.Add([]byte(text))
	f.Add([]byte(strings.ReplaceAll(text, "xml-c14n11", "xml-exc-c14n#WithComments")))
	f.Add([]byte(`<r xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:Signature/><d:Signature></r></r></r>`))
	key, err := testKey("p256")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		before := bytes.Clone(text)
		s := readSeal(text)
		if !bytes.Equal(text, before) {
			t.Fatal("the text was changed")
		}
		if s == nil {
			return
		}
		if lines := 1 + bytes.Count(s.text, []byte("\n")); s.line < 1 || s.line > lines {
			t.Fatalf("the signature stands on line %d of %d", s.line, lines)
		}
		if !s.unusual.Empty() {
			return
		}
		if s.intact() == nil && s.signedBy(key.Public()) == nil && !bytes.Contains(text, []byte("SignatureValue")) {
			t.Fatal("verified without a signature value")
		}
	})
}
