package oidc

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// KeyInfo is one key of a key set, judged on its own.
type KeyInfo struct {
	Line              int
	ID                string // kid; empty when absent
	Type              string // kty
	Curve             string // crv
	Bits              int    // of an RSA modulus
	Algorithm         string // alg; empty when absent
	Use               string // use; empty when absent
	SPKI              string // SHA-256 of the SubjectPublicKeyInfo in lower-case hex; empty when the key cannot be read
	CertificateExpiry time.Time

	number  int             // in the set, from 1
	private []string        // names of private members
	unknown onboarding.Text // a type, curve or algorithm that readers skip
	fault   onboarding.Text // why the key cannot be read
	verify  bool            // key_ops is absent or allows it
}

// label names a key in messages.
func (k *KeyInfo) label() onboarding.Text {
	if k.ID != "" {
		return onboarding.T("key %q", short(k.ID))
	}
	return onboarding.T("key %d of the set", k.number)
}

// signs reports whether the key may verify signatures by what it says of itself.
func (k *KeyInfo) signs() bool { return (k.Use == "" || k.Use == "sig") && k.verify }

// usable reports whether the key can be read and may verify signatures.
func (k *KeyInfo) usable() bool {
	return k.signs() && k.fault.Empty() && k.unknown.Empty() && k.SPKI != ""
}

// readKeys reads the keys of a set; false when it has no list of them.
func readKeys(root *value) ([]KeyInfo, bool) {
	all := root.get("keys")
	if all == nil || all.kind != isList {
		return nil, false
	}
	out := make([]KeyInfo, len(all.list))
	for i := range all.list {
		out[i] = readKey(&all.list[i])
		out[i].number = i + 1
	}
	return out, true
}

func readKey(v *value) KeyInfo {
	k := KeyInfo{Line: v.line, verify: true}
	if v.kind != isObject {
		k.fault = onboarding.T("it is %s instead of an object", v.kind.word())
		return k
	}
	r := &keyReader{value: v}
	k.ID, k.Type, k.Curve, k.Algorithm, k.Use = r.text("kid"), r.text("kty"), r.text("crv"), r.text("alg"), r.text("use")
	if ops := v.get("key_ops"); ops != nil {
		k.verify = slices.ContainsFunc(ops.list, func(o value) bool { return o.text == "verify" })
		if ops.kind != isList {
			r.fail(ops.line, onboarding.T("%q is %s instead of a list", "key_ops", ops.kind.word()))
		}
	}
	for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if v.get(name) != nil {
			k.private = append(k.private, name)
		}
	}
	public := r.public(&k)
	k.Line = max(k.Line, r.line)
	if k.fault = r.fault; !k.fault.Empty() || public == nil {
		return k
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		k.fault = onboarding.T("it is no usable public key")
		return k
	}
	sum := sha256.Sum256(der)
	k.SPKI = hex.EncodeToString(sum[:])
	k.CertificateExpiry = r.certificate(der)
	k.fault = r.fault
	if k.Algorithm != "" && familyOf(k.Algorithm) == (family{}) && k.unknown.Empty() {
		k.unknown = onboarding.T("the algorithm %q", short(k.Algorithm))
	}
	return k
}

// keyReader reads the members of one key and keeps the first fault.
type keyReader struct {
	value *value
	fault onboarding.Text
	line  int // of the fault
}

func (r *keyReader) fail(line int, fault onboarding.Text) {
	if r.fault.Empty() {
		r.fault, r.line = fault, line
	}
}

// text gives a member that is a string; empty when it is absent.
func (r *keyReader) text(name string) string {
	v := r.value.get(name)
	if v == nil {
		return ""
	}
	if v.kind != isText {
		r.fail(v.line, onboarding.T("%q is %s instead of a string", name, v.kind.word()))
		return ""
	}
	return v.text
}

// bytes gives a required member in base64url without padding (RFC 7518 section 2).
func (r *keyReader) bytes(name string) []byte {
	v := r.value.get(name)
	if v == nil {
		r.fail(r.value.line, onboarding.T("%q is missing", name))
		return nil
	}
	s := r.text(name)
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	switch {
	case err == nil && len(b) > 0 && !strings.ContainsAny(s, "\r\n"):
		return b
	case strings.ContainsRune(s, '='):
		r.fail(v.line, onboarding.T("%q has padding (=); base64url goes without", name))
	case strings.ContainsAny(s, "+/"):
		r.fail(v.line, onboarding.T("%q is written in base64 instead of base64url", name))
	default:
		r.fail(v.line, onboarding.T("%q is not written in base64url", name))
	}
	return nil
}

// public gives the public key; nil when it cannot be read or its kind is not known.
func (r *keyReader) public(k *KeyInfo) crypto.PublicKey {
	switch k.Type {
	case "RSA":
		return r.rsa(k)
	case "EC":
		return r.ec(k)
	case "OKP":
		return r.okp(k)
	case "oct":
		return nil
	case "":
		r.fail(r.value.line, onboarding.T("%q is missing", "kty"))
		return nil
	}
	k.unknown = onboarding.T("the key type %q", short(k.Type))
	return nil
}

func (r *keyReader) rsa(k *KeyInfo) crypto.PublicKey {
	n, e := new(big.Int).SetBytes(r.bytes("n")), new(big.Int).SetBytes(r.bytes("e"))
	if !r.fault.Empty() {
		return nil
	}
	k.Bits = n.BitLen()
	const largest = 1<<31 - 1 // what clients take
	switch {
	case k.Bits < 2 || n.Bit(0) == 0:
		r.fail(r.value.get("n").line, onboarding.T("%q is no modulus", "n"))
	case e.Cmp(big.NewInt(3)) < 0 || e.Bit(0) == 0 || e.Cmp(big.NewInt(largest)) > 0:
		r.fail(r.value.get("e").line, onboarding.T("%q is no exponent that clients take", "e"))
	default:
		return &rsa.PublicKey{N: n, E: int(e.Int64())}
	}
	return nil
}

func (r *keyReader) ec(k *KeyInfo) crypto.PublicKey {
	if k.Curve == "" {
		r.fail(r.value.line, onboarding.T("%q is missing", "crv"))
		return nil
	}
	curve := curveOf(k.Curve)
	if curve == nil {
		k.unknown = onboarding.T("the curve %q", short(k.Curve))
		return nil
	}
	size := (curve.Params().BitSize + 7) / 8
	point := []byte{4} // uncompressed, SEC 1 section 2.3.3
	for _, name := range []string{"x", "y"} {
		b := r.bytes(name)
		if b != nil && len(b) != size {
			r.fail(r.value.get(name).line, onboarding.T("%q has %d bytes; %s has %d", name, len(b), k.Curve, size))
		}
		point = append(point, b...)
	}
	if !r.fault.Empty() {
		return nil
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		r.fail(r.value.line, onboarding.T("x and y are no point of %s", k.Curve))
		return nil
	}
	return key
}

func curveOf(name string) elliptic.Curve {
	switch name {
	case "P-224":
		return elliptic.P224()
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}

func (r *keyReader) okp(k *KeyInfo) crypto.PublicKey {
	if k.Curve == "" {
		r.fail(r.value.line, onboarding.T("%q is missing", "crv"))
		return nil
	}
	if k.Curve != "Ed25519" {
		k.unknown = onboarding.T("the curve %q", short(k.Curve))
		return nil
	}
	x := r.bytes("x")
	if x != nil && len(x) != ed25519.PublicKeySize {
		r.fail(r.value.get("x").line, onboarding.T("%q has %d bytes; Ed25519 has %d", "x", len(x), ed25519.PublicKeySize))
	}
	if !r.fault.Empty() {
		return nil
	}
	return ed25519.PublicKey(x)
}

// certificate reads x5c (RFC 7517 section 4.7), whose first certificate holds the same key, and gives when that one ends.
func (r *keyReader) certificate(spki []byte) time.Time {
	chain := r.value.get("x5c")
	if chain == nil {
		return time.Time{}
	}
	if chain.kind != isList || len(chain.list) == 0 {
		r.fail(chain.line, onboarding.T("%q is no list of certificates", "x5c"))
		return time.Time{}
	}
	var leaf *x509.Certificate
	for i, item := range chain.list {
		der, err := base64.StdEncoding.DecodeString(item.text)
		if err != nil || item.kind != isText {
			r.fail(item.line, onboarding.T("certificate %d of %q is not written in base64", i+1, "x5c"))
			return time.Time{}
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			r.fail(item.line, onboarding.T("certificate %d of %q cannot be read", i+1, "x5c"))
			return time.Time{}
		}
		if i == 0 {
			leaf = c
		}
	}
	if !bytes.Equal(leaf.RawSubjectPublicKeyInfo, spki) {
		r.fail(chain.line, onboarding.T("the first certificate of %q holds another key", "x5c"))
	}
	return leaf.NotAfter
}

// family is what kind of key an algorithm needs.
type family struct{ kty, crv string }

// familyOf tells the algorithms with public keys of RFC 7518, RFC 8037, RFC 8812 and RFC 9864; nothing for others.
func familyOf(alg string) family {
	switch alg {
	case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512":
		return family{"RSA", ""}
	case "ES256":
		return family{"EC", "P-256"}
	case "ES384":
		return family{"EC", "P-384"}
	case "ES512":
		return family{"EC", "P-521"}
	case "ES256K":
		return family{"EC", "secp256k1"}
	case "EdDSA":
		return family{"OKP", ""}
	case "Ed25519", "Ed448":
		return family{"OKP", alg}
	}
	return family{}
}

func asymmetric(alg string) bool { return familyOf(alg) != family{} }

// suits reports whether the key can verify what an algorithm signs.
func (k *KeyInfo) suits(alg string) bool {
	f := familyOf(alg)
	return f.kty != "" && f.kty == k.Type && (f.crv == "" || f.crv == k.Curve) && (k.Algorithm == "" || k.Algorithm == alg)
}
