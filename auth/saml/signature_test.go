package saml

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
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

// The prefixes of InclusiveNamespaces count for the content and for SignedInfo, each with its own list. The canonical SignedInfo is
// written by hand here, the content by the library.
func TestListedPrefixes(t *testing.T) {
	const list = `<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="%s"></ec:InclusiveNamespaces>`
	doc := etree.NewDocument()
	if err := doc.ReadFromString(small); err != nil {
		t.Fatal(err)
	}
	content, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("u v").Canonicalize(doc.Root())
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(content)
	info := `<ds:SignedInfo%s><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">` + fmt.Sprintf(list, "u #default") + `</ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></ds:SignatureMethod><ds:Reference URI=""><ds:Transforms>` +
		`<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">` +
		fmt.Sprintf(list, "u v") + `</ds:Transform></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></ds:DigestMethod><ds:DigestValue>` +
		base64.StdEncoding.EncodeToString(digest[:]) + `</ds:DigestValue></ds:Reference></ds:SignedInfo>`
	sum := sha256.Sum256(fmt.Appendf(nil, info, ` xmlns="urn:r" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:u="urn:u"`))
	key, err := testKey("rsa2048")
	if err != nil {
		t.Fatal(err)
	}
	value, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	signature := `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">` + fmt.Sprintf(info, "") + `<ds:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue></ds:Signature></r>`
	if err := verified(t, strings.TrimSuffix(small, "</r>")+signature, key.Public()); err != nil {
		t.Error(err)
	}
}

// Anything but the usual structure is told before anything is verified.
func TestUnusualSignatures(t *testing.T) {
	text, _ := signedWith(t, "rsa2048", crypto.SHA256, dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(""), small)
	const exclusive = `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`
	const enveloped = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>`
	list := func(n int) string {
		return `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="` + strings.Repeat("u ", n) + `"/></ds:Transform>`
	}
	for _, c := range []struct{ from, to, want string }{
		{"", "", ""},
		{exclusive, "", ""}, // Canonical XML 1.0 then
		{exclusive, list(100), ""},
		{exclusive, list(101), "transform 2"},
		{exclusive, exclusive + exclusive, "transform 2"},
		{exclusive, `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><x/></ds:Transform>`, "transform 2"},
		{exclusive, `<ds:Transform Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"><InclusiveNamespaces xmlns="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="u"/></ds:Transform>`, "transform 2"},
		{exclusive, enveloped, "transform 2"},
		{enveloped + exclusive, exclusive + enveloped, "transform 1"},
		{enveloped + exclusive, "", "transforms should be"},
		{enveloped + exclusive, enveloped + "<x/>", "transforms should be"},
		{` URI="#_r"`, ` URI=""`, ""},
		{` URI="#_r"`, ``, "refers to"},
		{` URI="#_r"`, ` URI="#"`, "refers to"},
		{` URI="#_r"`, ` URI="#xpointer(/)"`, "refers to"},
		{` ID="_r"`, ` id="_r"`, "refers to"},
		{`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`, `<ds:CanonicalizationMethod Algorithm="urn:other"/>`, "canonicalised by"},
		{`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`, "", "should hold one CanonicalizationMethod"},
		{"</ds:SignedInfo>", "<x/></ds:SignedInfo>", "should hold one CanonicalizationMethod"},
		{"</ds:SignedInfo>", "</ds:SignedInfo><ds:SignedInfo/>", "2 elements SignedInfo"},
		{"<ds:SignatureValue>", "<ds:SignatureValue/><ds:SignatureValue>", "2 elements SignatureValue"},
		{"<ds:SignatureValue>", "<ds:SignatureValue>*", "SignatureValue is no base64"},
		{"<ds:DigestValue>", "<ds:DigestValue>*", "DigestValue is no base64"},
		{"<ds:DigestValue>", "<ds:DigestValue/><ds:DigestValue>", "one DigestValue"},
		{"</ds:Transforms>", "</ds:Transforms><ds:Transforms/>", "one Transforms"},
		{"<ds:KeyInfo>", "<ds:KeyInfo/><ds:KeyInfo>", "one KeyInfo"},
		{"</ds:Reference>", "</ds:Reference><ds:Reference/>", "2 references"},
	} {
		s := readSeal([]byte(strings.Replace(text, c.from, c.to, 1)))
		if s == nil {
			t.Fatalf("%q: no signature", c.to)
		}
		if got := s.unusual.String(); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s -> %s: %q, want something about %q", c.from, c.to, got, c.want)
		}
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
