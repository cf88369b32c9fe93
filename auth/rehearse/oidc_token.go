package rehearse

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// oidcAnswer is what came to the redirect URI, and the tokens and claims behind it.
type oidcAnswer struct {
	Request       string
	At            time.Time
	Nonce         string // of our request
	Method        string // of client authentication
	Issuer        string // the parameter iss (RFC 9207)
	HasIssuer     bool
	Code          string // error code of the authorization or token endpoint
	Description   string // what the endpoint says of it
	AtToken       bool   // the error is one of the token endpoint
	Scope         string // granted; empty when the token endpoint does not say
	Header        tokenHeader
	Claims        map[string]any // of the ID token, verified if Refusal is nil
	Refusal       error          // why the ID token was refused
	WrongHash     bool           // at_hash is not that of the access token
	UserInfo      map[string]any // nil when there is none
	UserInfoError string
}

// tokenHeader is the protected header of a token.
type tokenHeader struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

// decodeToken reads a token in compact form without trusting it.
func decodeToken(raw string) (h tokenHeader, claims map[string]any, err error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return h, nil, errors.New("the ID token is no signed token in compact form")
	}
	if err := decodePart(parts[0], &h); err != nil {
		return h, nil, fmt.Errorf("read the header of the ID token: %w", err)
	}
	if err := decodePart(parts[1], &claims); err != nil {
		return h, nil, fmt.Errorf("read the claims of the ID token: %w", err)
	}
	return h, claims, nil
}

func decodePart(part string, into any) error {
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		return errors.New("it is no base64url")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return errors.New("it is no JSON object")
	}
	return nil
}

// text gives a claim that is a string, else nothing.
func text(claims map[string]any, name string) string {
	s, _ := claims[name].(string)
	return s
}

// moment gives a claim that is a NumericDate.
func moment(claims map[string]any, name string) (time.Time, bool) {
	var seconds float64
	switch n := claims[name].(type) {
	case json.Number:
		f, err := n.Float64()
		if err != nil {
			return time.Time{}, false
		}
		seconds = f
	case float64:
		seconds = n
	default:
		return time.Time{}, false
	}
	if seconds < 0 || seconds > 1e11 {
		return time.Time{}, false // year 5138: no date of a token
	}
	return time.Unix(int64(seconds), 0), true
}

// audiences gives the claim aud, a string or a list of them.
func audiences(claims map[string]any) []string {
	switch v := claims["aud"].(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, item := range v {
			if s, ok := item.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// maskClaims masks the values that belong to the user or bind a session.
func maskClaims(claims map[string]any) map[string]any {
	shown := []string{"iss", "aud", "azp", "exp", "iat", "nbf", "auth_time", "acr", "amr", "email_verified"}
	out := make(map[string]any, len(claims))
	for name, v := range claims {
		if !slices.Contains(shown, name) {
			v = mask(fmt.Sprint(v))
		}
		out[name] = v
	}
	return out
}

// claimsCopy is a file of claims, masked.
func claimsCopy(name string, claims map[string]any) Copy {
	text, err := json.MarshalIndent(maskClaims(claims), "", "  ")
	if err != nil {
		text = []byte("{}") // only values that came as JSON are in it
	}
	return Copy{name, append(text, '\n')}
}
