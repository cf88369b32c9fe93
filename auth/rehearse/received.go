package rehearse

import "slices"

// SAMLReceived is what a SAML provider sent in answer to the first sign-in.
type SAMLReceived struct {
	Verified     bool         `json:"verified"`
	Issuer       string       `json:"issuer"`
	NameID       string       `json:"name_id"`
	NameIDFormat string       `json:"name_id_format"`
	Attributes   []Attribute  `json:"attributes"`
	Signed       []string     `json:"signed"` // "Response", "Assertion": those that were looked at
	Algorithm    string       `json:"algorithm"`
	Digest       string       `json:"digest"`
	Certificate  *Certificate `json:"certificate"` // nil when none verifies
	Encrypted    bool         `json:"encrypted"`
	SkewSeconds  int          `json:"skew_seconds"` // by which the provider's clock is ahead
	Arrivals     []Arrival    `json:"arrivals"`
}

// Attribute is one attribute of an assertion. Its values are masked when the response was refused.
type Attribute struct {
	Name         string   `json:"name"`
	FriendlyName string   `json:"friendly_name"`
	Format       string   `json:"format"`
	Values       []string `json:"values"`
}

// Certificate is the one of the metadata that verifies the signature.
type Certificate struct {
	Subject  string `json:"subject"`
	SHA256   string `json:"sha256"`
	NotAfter string `json:"not_after"` // RFC 3339
	Position int    `json:"position"`  // among the signing certificates of the metadata, from 1
}

// Arrival says at which assertion consumer service the answer to a request arrived.
type Arrival struct {
	Request string `json:"request"`
	Asked   int    `json:"asked"`
	Arrived int    `json:"arrived"`
	Refusal string `json:"refusal"` // why it was refused; empty when it was taken
}

// received tells of the first sign-in. It masks the values of a response that nobody vouches for.
func received(answers []samlAnswer) *SAMLReceived {
	i := slices.IndexFunc(answers, func(a samlAnswer) bool { return a.Request == samlSignIn })
	if i < 0 {
		return nil
	}
	a := &answers[i]
	r := &SAMLReceived{
		Verified: a.Refusal == nil, Encrypted: a.Encrypted, SkewSeconds: int(a.skew().Seconds()), Attributes: []Attribute{}, Signed: []string{},
	}
	if a.Issuer != nil {
		r.Issuer = *a.Issuer
	}
	r.addAssertion(a)
	for _, s := range a.Signatures {
		r.Signed = append(r.Signed, s.Element)
	}
	if len(a.Signatures) > 0 {
		s := a.Signatures[0]
		r.Algorithm, r.Digest = s.Algorithm, s.Digest
		if s.Cert != nil {
			r.Certificate = &Certificate{s.Cert.Subject.String(), fingerprint(s.Cert), clockTime(s.Cert.NotAfter), s.Position}
		}
	}
	for _, a := range answers {
		arrival := Arrival{Request: a.Request, Asked: a.Asked, Arrived: a.Endpoint}
		if a.Refusal != nil {
			arrival.Refusal = a.Refusal.Error()
		}
		r.Arrivals = append(r.Arrivals, arrival)
	}
	return r
}

func (r *SAMLReceived) addAssertion(a *samlAnswer) {
	if a.Assertion == nil {
		return
	}
	if r.Issuer == "" {
		r.Issuer = a.Assertion.Issuer.Value
	}
	r.Attributes = append(r.Attributes, attributes(a.Assertion)...)
	if s := a.Assertion.Subject; s != nil && s.NameID != nil {
		r.NameID, r.NameIDFormat = s.NameID.Value, s.NameID.Format
	}
	if r.Verified {
		return
	}
	r.NameID = mask(r.NameID)
	for _, at := range r.Attributes {
		for i := range at.Values {
			at.Values[i] = mask(at.Values[i])
		}
	}
}

// OIDCReceived is what an OpenID provider sent in answer to the first sign-in.
type OIDCReceived struct {
	Verified  bool           `json:"verified"`
	Issuer    string         `json:"issuer"`
	Subject   string         `json:"subject"`
	Algorithm string         `json:"algorithm"`
	KeyID     string         `json:"key_id"`
	Scope     string         `json:"scope"` // granted, as the token endpoint says; empty when it does not say
	Email     string         `json:"email"` // where the address arrives: "id_token", "userinfo", "both", "none"
	IDToken   map[string]any `json:"id_token"`
	UserInfo  map[string]any `json:"userinfo"` // null when there is none
	Skew      int            `json:"skew_seconds"`
}

// receivedOIDC tells of the first sign-in; nil when there is no ID token. It masks the claims of a token that nobody
// vouches for.
func receivedOIDC(answers []oidcAnswer) *OIDCReceived {
	i := slices.IndexFunc(answers, func(a oidcAnswer) bool { return a.Request == oidcSignIn && a.Claims != nil })
	if i < 0 {
		return nil
	}
	a := &answers[i]
	r := &OIDCReceived{
		Verified: a.Refusal == nil, Issuer: text(a.Claims, "iss"), Subject: text(a.Claims, "sub"), Algorithm: a.Header.Algorithm, KeyID: a.Header.KeyID,
		Scope: a.Scope, Email: emailPlace(a), IDToken: a.Claims, UserInfo: a.UserInfo,
	}
	if iat, ok := moment(a.Claims, "iat"); ok {
		r.Skew = int(iat.Sub(a.At).Seconds())
	}
	if !r.Verified {
		r.Subject, r.IDToken = mask(r.Subject), maskClaims(a.Claims)
	}
	return r
}

func emailPlace(a *oidcAnswer) string {
	switch inToken, inInfo := text(a.Claims, "email") != "", text(a.UserInfo, "email") != ""; {
	case inToken && inInfo:
		return "both"
	case inToken:
		return "id_token"
	case inInfo:
		return "userinfo"
	}
	return "none"
}
