package fetch

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

var today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

// authority is a certificate authority with one certificate below its root.
type authority struct {
	root, between *x509.Certificate
	key           *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key := newKey(t)
	a := &authority{key: key}
	root := template(1, "root", today.AddDate(-5, 0, 0), today.AddDate(5, 0, 0))
	a.root = sign(t, root, root, key, key)
	a.between = sign(t, template(2, "between", today.AddDate(-1, 0, 0), today.AddDate(0, 2, 0)), a.root, key, key)
	return a
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func template(serial int64, name string, from, to time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
}

func sign(t *testing.T, c, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// leaf makes a certificate for 127.0.0.1 that ends at a time; whole says whether what is between it and the root comes along.
func (a *authority) leaf(t *testing.T, end time.Time, whole bool) tls.Certificate {
	t.Helper()
	key := newKey(t)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "leaf"}, NotBefore: end.AddDate(-1, 0, 0), NotAfter: end,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	out := tls.Certificate{Certificate: [][]byte{sign(t, c, a.between, key, a.key).Raw}, PrivateKey: key}
	if whole {
		out.Certificate = append(out.Certificate, a.between.Raw)
	}
	return out
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.root)
	return p
}
