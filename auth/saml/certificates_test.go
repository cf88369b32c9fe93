package saml

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"sync"
	"text/template"
	"time"
)

// certificateFuncs make certificates.
func certificateFuncs() template.FuncMap {
	return template.FuncMap{"cert": certificateText}
}

// testKeys are the keys of the examples, each made at its first use. A name ending in b is a second key of its kind.
var testKeys = map[string]func() (crypto.Signer, error){
	"rsa1024":  rsaKey(1024),
	"rsa2048":  rsaKey(2048),
	"rsa2048b": rsaKey(2048),
	"rsa3072":  rsaKey(3072),
	"p224":     ecKey(elliptic.P224()),
	"p256":     ecKey(elliptic.P256()),
	"p256b":    ecKey(elliptic.P256()),
	"p384":     ecKey(elliptic.P384()),
	"ed25519": sync.OnceValues(func() (crypto.Signer, error) {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return key, err
	}),
}

func rsaKey(bits int) func() (crypto.Signer, error) {
	return sync.OnceValues(func() (crypto.Signer, error) { return rsa.GenerateKey(rand.Reader, bits) })
}

func ecKey(curve elliptic.Curve) func() (crypto.Signer, error) {
	return sync.OnceValues(func() (crypto.Signer, error) { return ecdsa.GenerateKey(curve, rand.Reader) })
}

// testKey gives the key of a kind.
func testKey(kind string) (crypto.Signer, error) {
	key, ok := testKeys[kind]
	if !ok {
		return nil, fmt.Errorf("no test key %q", kind)
	}
	return key()
}

// certificateDER makes a self-signed certificate of a test key that is valid between two days. The same arguments give
// certificates of the same key; RSA certificates are equal byte for byte.
func certificateDER(kind, from, to string) ([]byte, error) {
	key, err := testKey(kind)
	if err != nil {
		return nil, err
	}
	begin, err := time.Parse(time.DateOnly, from)
	if err != nil {
		return nil, err
	}
	end, err := time.Parse(time.DateOnly, to)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp.partner.net"}, NotBefore: begin, NotAfter: end}
	return x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
}

// certificateText gives such a certificate as an X509Certificate element holds it.
func certificateText(kind, from, to string) (string, error) {
	der, err := certificateDER(kind, from, to)
	return base64.StdEncoding.EncodeToString(der), err
}

func mustCertificate(kind, from, to string) string {
	text, err := certificateText(kind, from, to)
	if err != nil {
		panic(err)
	}
	return text
}
