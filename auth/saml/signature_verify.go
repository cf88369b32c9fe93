package saml

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1" // verified and reported as weak
	_ "crypto/sha256"
	_ "crypto/sha512"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Why a signature does not verify.
var (
	errChanged     = errors.New("the content is not what was signed")
	errOtherSigner = errors.New("the signature value does not fit the certificate's key")
)

// unsupported is the error of a signature that cannot be verified here, so that nothing is known of it.
type unsupported struct{ what string }

func (u unsupported) Error() string { return u.what }

// intact reports whether the document is what was signed.
func (s *seal) intact() error {
	digest, ok := digestHash(s.reference.digest)
	if !ok {
		return unsupported{fmt.Sprintf("digest algorithm %q is not known here", clip(s.reference.digest))}
	}
	h := digest.New()
	if err := canonicalise(h, s.text, s.reference.form, part{apex: s.root, skip: s.at, around: s.reference.uri == ""}); err != nil {
		return err
	}
	if !bytes.Equal(h.Sum(nil), s.reference.value) {
		return errChanged
	}
	return nil
}

// signedBy reports whether a key made the signature value. Together with intact that proves the document to be signed by
// it. No date of any certificate is looked at.
func (s *seal) signedBy(key crypto.PublicKey) error {
	isRSA, hash, ok := signatureHash(s.algorithm)
	if !ok {
		return unsupported{fmt.Sprintf("signature algorithm %q is not known here", clip(s.algorithm))}
	}
	if s.sum == nil {
		h := hash.New()
		if err := canonicalise(h, s.text, s.infoForm, part{apex: s.info, skip: -1}); err != nil {
			return err
		}
		s.sum = h.Sum(nil)
	}
	switch k := key.(type) {
	case *rsa.PublicKey:
		if isRSA {
			return verifyRSA(k, hash, s.sum, s.value)
		}
	case *ecdsa.PublicKey:
		if !isRSA {
			return verifyECDSA(k, s.sum, s.value)
		}
	}
	return errOtherSigner
}

// Keys outside these bounds are not verified with: Go refuses shorter ones, and longer ones only cost time.
const (
	shortestRSA = 1024
	longestRSA  = 16384
)

func verifyRSA(k *rsa.PublicKey, hash crypto.Hash, sum, value []byte) error {
	if n := k.N.BitLen(); n < shortestRSA || n > longestRSA {
		return unsupported{fmt.Sprintf("keys of type RSA-%d are not verified with", n)}
	}
	if rsa.VerifyPKCS1v15(k, hash, sum, value) != nil {
		return errOtherSigner
	}
	return nil
}

// verifyECDSA takes the value as XML signatures write it, r and s side by side (RFC 4050, XML DSig 1.1).
func verifyECDSA(k *ecdsa.PublicKey, sum, value []byte) error {
	size := (k.Curve.Params().BitSize + 7) / 8
	if len(value) != 2*size {
		return errOtherSigner
	}
	if !ecdsa.Verify(k, sum, new(big.Int).SetBytes(value[:size]), new(big.Int).SetBytes(value[size:])) {
		return errOtherSigner
	}
	return nil
}

func digestHash(uri string) (crypto.Hash, bool) {
	switch uri {
	case xmldsig + "sha1":
		return crypto.SHA1, true
	case "http://www.w3.org/2001/04/xmlenc#sha256":
		return crypto.SHA256, true
	case "http://www.w3.org/2001/04/xmldsig-more#sha384":
		return crypto.SHA384, true
	case "http://www.w3.org/2001/04/xmlenc#sha512":
		return crypto.SHA512, true
	}
	return 0, false
}

// signatureHash says of a signature algorithm whether it is RSA (else ECDSA), and its hash.
func signatureHash(uri string) (isRSA bool, hash crypto.Hash, ok bool) {
	if uri == xmldsig+"rsa-sha1" {
		return true, crypto.SHA1, true
	}
	name, ok := strings.CutPrefix(uri, "http://www.w3.org/2001/04/xmldsig-more#")
	kind, bits, _ := strings.Cut(name, "-sha")
	hash, known := map[string]crypto.Hash{"1": crypto.SHA1, "256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[bits]
	return kind == "rsa", hash, ok && known && (kind == "ecdsa" || kind == "rsa" && hash != crypto.SHA1)
}
