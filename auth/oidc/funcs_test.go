package oidc

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
	"slices"
	"strings"
	"sync"
	"text/template"
	"time"
)

// archiveFuncs are what members of archives can call.
func archiveFuncs() template.FuncMap {
	return template.FuncMap{
		"healthy": healthy,
		"jwk":     jwk,
		"x5c":     x5c,
		"bom":     func() string { return "\ufeff" },
		"bytes":   func(hex ...int) string { return string(toBytes(hex)) },
		"repeat":  strings.Repeat,
	}
}

func toBytes(hex []int) []byte {
	var out []byte
	for _, b := range hex {
		out = append(out, byte(b))
	}
	return out
}

// healthy gives a discovery document that raises nothing, one member in a line, with changes: `name=JSON` sets a member,
// `-name` leaves it out.
func healthy(changes ...string) (string, error) {
	return changed([]string{
		`issuer="https://idp.contoso.com"`,
		`authorization_endpoint="https://idp.contoso.com/authorize"`,
		`token_endpoint="https://idp.contoso.com/token"`,
		`userinfo_endpoint="https://idp.contoso.com/userinfo"`,
		`jwks_uri="https://idp.contoso.com/keys"`,
		`response_types_supported=["code"]`,
		`subject_types_supported=["public"]`,
		`id_token_signing_alg_values_supported=["RS256"]`,
		`scopes_supported=["openid", "email", "profile"]`,
		`claims_supported=["sub", "email", "email_verified", "given_name", "family_name"]`,
		`code_challenge_methods_supported=["S256"]`,
	}, changes, "\n  ", "\n")
}

// changed writes an object of members with changes.
func changed(members, changes []string, before, end string) (string, error) {
	for _, c := range changes {
		name, _, set := strings.Cut(strings.TrimPrefix(c, "-"), "=")
		i := slices.IndexFunc(members, func(m string) bool { return strings.HasPrefix(m, name+"=") })
		switch {
		case !set && i < 0:
			return "", fmt.Errorf("no member %q to leave out", name)
		case !set:
			members = slices.Delete(members, i, i+1)
		case i < 0:
			members = append(members, c)
		default:
			members[i] = c
		}
	}
	var out []string
	for _, m := range members {
		name, value, _ := strings.Cut(m, "=")
		out = append(out, fmt.Sprintf("%s%q: %s", before, name, value))
	}
	return "{" + strings.Join(out, ",") + end + "}", nil
}

// Keys of the tests, each made once.
var (
	rsa2048 = sync.OnceValue(func() crypto.Signer { return madeRSA(2048) })
	rsa1024 = sync.OnceValue(func() crypto.Signer { return madeRSA(1024) })
	p224    = sync.OnceValue(func() crypto.Signer { return madeEC(elliptic.P224()) })
	p256    = sync.OnceValue(func() crypto.Signer { return madeEC(elliptic.P256()) })
	p521    = sync.OnceValue(func() crypto.Signer { return madeEC(elliptic.P521()) })
	edwards = sync.OnceValue(func() crypto.Signer { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) })
)

func madeRSA(bits int) crypto.Signer {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func madeEC(c elliptic.Curve) crypto.Signer {
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func keyNamed(name string) (crypto.Signer, error) {
	switch name {
	case "rsa2048":
		return rsa2048(), nil
	case "rsa1024":
		return rsa1024(), nil
	case "p224":
		return p224(), nil
	case "p256":
		return p256(), nil
	case "p521":
		return p521(), nil
	case "ed25519":
		return edwards(), nil
	}
	return nil, fmt.Errorf("no key %q", name)
}

// jwk gives the public part of a key as a JSON Web Key in one line, with changes as in healthy.
func jwk(name string, changes ...string) (string, error) {
	key, err := keyNamed(name)
	if err != nil {
		return "", err
	}
	text := func(b []byte) string { return `"` + base64.RawURLEncoding.EncodeToString(b) + `"` }
	members := []string{`kid="` + name + `"`, `use="sig"`}
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		members = append(members, `kty="RSA"`, `e=`+text(big.NewInt(int64(public.E)).Bytes()), `n=`+text(public.N.Bytes()))
	case *ecdsa.PublicKey:
		point, err := public.Bytes()
		if err != nil {
			return "", err
		}
		half := len(point) / 2
		members = append(members, `kty="EC"`, `crv="`+public.Params().Name+`"`, `x=`+text(point[1:half+1]), `y=`+text(point[half+1:]))
	case ed25519.PublicKey:
		members = append(members, `kty="OKP"`, `crv="Ed25519"`, `x=`+text(public))
	}
	return changed(members, changes, " ", " ")
}

// x5c gives a list with a certificate of a key's own, valid between two days.
func x5c(name, from, to string) (string, error) {
	key, err := keyNamed(name)
	if err != nil {
		return "", err
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp.contoso.com"}}
	if c.NotBefore, err = time.Parse(time.DateOnly, from); err != nil {
		return "", err
	}
	if c.NotAfter, err = time.Parse(time.DateOnly, to); err != nil {
		return "", err
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		return "", err
	}
	return `["` + base64.StdEncoding.EncodeToString(der) + `"]`, nil
}
