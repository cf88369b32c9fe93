package saml

import (
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"text/template"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// signatureFuncs sign documents and make odd keys.
func signatureFuncs() template.FuncMap {
	return template.FuncMap{
		"signed": signed,
		"oddcert": func(kind string) (string, error) {
			der, err := oddCertificate(kind)
			return base64.StdEncoding.EncodeToString(der), err
		},
		"private": privateText64,
		"pem": func(text string) string {
			return "-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----"
		},
	}
}

// signed signs a document with a test key and puts the certificate of that key, valid between two days, into the signature.
// The method is "sha256" or "sha1".
func signed(kind, from, to, hash, document string) (string, error) {
	key, err := testKey(kind)
	if err != nil {
		return "", err
	}
	der, err := certificateDER(kind, from, to)
	if err != nil {
		return "", err
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromString(document); err != nil {
		return "", err
	}
	ctx, err := dsig.NewSigningContext(key, [][]byte{der})
	if err != nil {
		return "", err
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if hash == "sha1" {
		ctx.Hash = crypto.SHA1
	}
	root, err := ctx.SignEnveloped(doc.Root())
	if err != nil {
		return "", err
	}
	doc.SetRoot(root)
	return doc.WriteToString()
}

// privateText64 gives a test key as PKCS #8 in base64, or as PEM.
func privateText64(kind, form string) (string, error) {
	key, err := testKey(kind)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	if form == "pem" {
		return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), nil
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// publishedModulus is of the RSA key whose private half stands in the test data of crewjam/saml.
const publishedModulus = "D4F3076268598F7D3C9162E16554F8BCEBA5AB1FFD89B9B907CE9F3D6C1428A4368B5D8C62DCF4EEDCEE90FCA68AC4C38506AAC89F0AA9BFFA26386678C9C439D4EF48F9873BC9B5655BDE254E8DA0A467FE63FF043EC55B9D9685BAD45CB49E1D548A7D690D93A4B8864F4C57D4ECC13BF24482AF46CC345FF81F9EA92BA097"

// certificate and tbs are the parts of an X.509 certificate that odd ones need. The signature is one byte: readers of
// certificates do not verify it.
type certificate struct {
	TBS       tbs
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

type tbs struct {
	Version   int `asn1:"explicit,tag:0"`
	Serial    *big.Int
	Algorithm pkix.AlgorithmIdentifier
	Issuer    pkix.RDNSequence
	Validity  struct{ NotBefore, NotAfter time.Time }
	Subject   pkix.RDNSequence
	Key       keyInfoDER
}

type keyInfoDER struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

var (
	oidSHA256RSA  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	oidSHA1RSA    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}
	oidMD5RSA     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}
	oidPSS        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidDSA        = asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}
	oidEC         = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidBrainpool  = asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7}
	oidX25519     = asn1.ObjectIdentifier{1, 3, 101, 110}
	oidCommonName = asn1.ObjectIdentifier{2, 5, 4, 3}
)

// oddCertificate makes a certificate, valid from 2026-01-01 to 2028-01-01, that is unusual in one respect.
func oddCertificate(kind string) ([]byte, error) {
	name := pkix.RDNSequence{{{Type: oidCommonName, Value: "idp.partner.net"}}}
	c := certificate{Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidSHA256RSA, Parameters: asn1.NullRawValue}, Signature: asn1.BitString{Bytes: []byte{1}, BitLength: 8}}
	c.TBS = tbs{Version: 2, Serial: big.NewInt(1), Issuer: name, Subject: name}
	c.TBS.Validity.NotBefore, c.TBS.Validity.NotAfter = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)
	switch kind {
	case "negative-serial":
		c.TBS.Serial = big.NewInt(-5)
	case "md5":
		c.Algorithm.Algorithm = oidMD5RSA
	case "sha1":
		c.Algorithm.Algorithm = oidSHA1RSA
	}
	c.TBS.Algorithm = c.Algorithm
	var err error
	if c.TBS.Key, err = oddKey(kind); err != nil {
		return nil, err
	}
	return asn1.Marshal(c)
}

func oddKey(kind string) (keyInfoDER, error) {
	modulus, exponent := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 2048), big.NewInt(1)), 65537
	switch kind {
	case "rsa512":
		modulus.Rsh(modulus, 1536)
	case "exponent3":
		exponent = 3
	case "exponent65536":
		exponent = 65536
	case "published":
		modulus.SetString(publishedModulus, 16)
	case "negative-serial", "md5", "sha1":
	default:
		return otherKey(kind)
	}
	der, err := asn1.Marshal(struct {
		N *big.Int
		E int
	}{modulus, exponent})
	return keyOf(oidRSA(), asn1.NullRawValue, der), err
}

func oidRSA() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1} }

// otherKey makes a key that is not RSA. Points are not on their curve: nothing computes with them.
func otherKey(kind string) (keyInfoDER, error) {
	point := append([]byte{4}, make([]byte, 64)...)
	one := asn1.RawValue{Tag: asn1.TagInteger, Bytes: []byte{1}}
	switch kind {
	case "brainpool":
		params, err := asn1.Marshal(oidBrainpool)
		return keyOf(oidEC, asn1.RawValue{FullBytes: params}, point), err
	case "explicit-curve":
		params, err := asn1.Marshal([]asn1.RawValue{one, one})
		return keyOf(oidEC, asn1.RawValue{FullBytes: params}, point), err
	case "dsa":
		params, err := asn1.Marshal([]*big.Int{new(big.Int).Lsh(big.NewInt(1), 1023), big.NewInt(7), big.NewInt(2)})
		return keyOf(oidDSA, asn1.RawValue{FullBytes: params}, []byte{2, 1, 4}), err
	case "pss":
		return keyOf(oidPSS, asn1.RawValue{}, []byte{0}), nil
	case "x25519":
		return keyOf(oidX25519, asn1.RawValue{}, make([]byte, 32)), nil
	}
	return keyInfoDER{}, fmt.Errorf("no odd certificate %q", kind)
}

func keyOf(oid asn1.ObjectIdentifier, params asn1.RawValue, key []byte) keyInfoDER {
	return keyInfoDER{pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: params}, asn1.BitString{Bytes: key, BitLength: 8 * len(key)}}
}

func mailName(address string) pkix.AttributeTypeAndValue {
	return pkix.AttributeTypeAndValue{Type: asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, Value: asn1.RawValue{Tag: asn1.TagIA5String, Bytes: []byte(address)}}
}
