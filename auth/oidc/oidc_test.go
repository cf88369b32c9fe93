package oidc

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"muster/auth/check"
)

func text1(t *testing.T, s string, err error) []byte {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return []byte(s)
}

func document(t *testing.T, changes ...string) []byte {
	t.Helper()
	s, err := healthy(changes...)
	return text1(t, s, err)
}

// A healthy provider raises nothing at all, with everything given.
func TestHealthy(t *testing.T) {
	key, err := jwk("rsa2048")
	got := Inspect(Input{
		Name: "contoso-idp", HasName: true, TACName: "contoso-idp", HasTACName: true, NeedTACName: true, OtherNames: []string{"contoso-idp"},
		DiscoveryURL: "https://idp.contoso.com" + wellKnown, Issuer: "https://idp.contoso.com", GoLive: today,
		Discovery: document(t), Keys: text1(t, `{"keys": [`+key+`]}`, err),
	})
	if len(got.Findings) > 0 {
		t.Errorf("findings %v", got.Findings)
	}
	want := &Document{
		Issuer: "https://idp.contoso.com", AuthorizationEndpoint: "https://idp.contoso.com/authorize", TokenEndpoint: "https://idp.contoso.com/token",
		KeySetURL: "https://idp.contoso.com/keys", UserInfoEndpoint: "https://idp.contoso.com/userinfo",
		Scopes: []string{"openid", "email", "profile"}, Algorithms: []string{"RS256"},
	}
	if diff := cmp.Diff(want, got.Document, cmpopts.IgnoreUnexported(Document{})); diff != "" {
		t.Error(diff)
	}
}

// What a go-live card shows of keys. The quick-start key's sum was computed apart.
func TestKeys(t *testing.T) {
	quick := `{"kty": "RSA", "use": "sig", "kid": "quick", "alg": "RS256", "e": "AQAB", "n": "xwQ72P9z9OYshiQ-ntDYaPnnfwG6u9JAdLMZ5o0dmjlcyrvwQRdoFIKPnO65Q8mh6F_LDSxjxa2Yzo_wdjhbPZLjfUJXgCzm54cClXzT5twzo7lzoAfaJlkTsoZc2HFWqmcri0BuzmTFLZx2Q7wYBm0pXHmQKF0V-C1O6NWfd4mfBhbM-I1tHYSpAMgarSm22WDMDx-WWI7TEzy2QhaBVaENW9BKaKkJklocAZCxk18WhR0fckIGiWiSM5FcU1PY2jfGsTmX505Ub7P5Dz75Ygqrutd5tFrcqyPAtPTFDk8X1InxkkUwpP3nFU5o50DGhwQolGYKPGtQ-ZtmbOfcWQ"}`
	chain, err := x5c("p256", "2026-01-01", "2028-01-01")
	curve := string(text1(t, chain, err))
	curve, err = jwk("p256", "x5c="+curve, "-use")
	got := Inspect(Input{Keys: text1(t, "{\"keys\": [\n"+quick+",\n"+curve+`, {"kty": "EC", "crv": "P-999"}]}`, err)}).Keys
	want := []KeyInfo{
		{Line: 2, ID: "quick", Type: "RSA", Bits: 2048, Algorithm: "RS256", Use: "sig", SPKI: "df469f03622a78d3633abf2c465df94df622416bd75500f01e120b6de35ab9d1"},
		{Line: 3, ID: "p256", Type: "EC", Curve: "P-256", CertificateExpiry: time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC)},
		{Line: 3, Type: "EC", Curve: "P-999"},
	}
	if len(got) == 3 && len(got[1].SPKI) == 64 {
		got[1].SPKI = ""
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(KeyInfo{})); diff != "" {
		t.Error(diff)
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		limits Limits
		want   string // of the message; empty: read
	}{
		{"bytes, just", `{"a": 1}`, Limits{Bytes: 8}, ""},
		{"bytes, over", `{"a": 1} `, Limits{Bytes: 8}, "longer than 8 bytes"},
		{"depth, just", `{"a": {}}`, Limits{Depth: 2}, ""},
		{"depth, over", `{"a": {"b": []}}`, Limits{Depth: 2}, "more than 2 lists and objects"},
		{"values, just", `{"a": [1]}`, Limits{Values: 3}, ""},
		{"values, over", `{"a": [1, 2]}`, Limits{Values: 3}, "more than 3 values"},
		{"depth as it is", `{"a":` + strings.Repeat("[", 1<<16), Limits{}, "more than 32 lists and objects"},
		{"values as they are", `{"a":[` + strings.Repeat("1,", 1<<16), Limits{}, "more than 20000 values"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Inspect(Input{Discovery: []byte(tt.text), Limits: tt.limits})
			if tt.want == "" {
				if got.Document == nil {
					t.Errorf("not read: %v", got.Findings)
				}
				return
			}
			if got.Document != nil || len(got.Findings) != 1 || !strings.Contains(got.Findings[0].Message.String(), tt.want) {
				t.Errorf("got %v, want %q", got.Findings, tt.want)
			}
		})
	}
}

// A set of many bad keys is not told key by key.
func TestManyFaults(t *testing.T) {
	bad := strings.Repeat(`{"kid": 1},`, 100)
	n, last := 0, check.Finding{}
	for _, f := range Inspect(Input{Keys: []byte(`{"keys": [` + strings.TrimSuffix(bad, ",") + `]}`)}).Findings {
		if f.ID == "OIDC-JWKS-004" {
			n, last = n+1, f
		}
	}
	if n != mostRemarks+1 || last.Message.String() != "further findings of this kind are not shown" {
		t.Errorf("%d findings, the last %q", n, last.Message)
	}
}

// The password of an address is in none of the texts.
func TestNoSecrets(t *testing.T) {
	const secret = "hunter2"
	with := "https://user:" + secret + "@idp.contoso.com"
	got := Inspect(Input{
		DiscoveryURL: with + "/x", Issuer: with, GoLive: today,
		Discovery: document(t, `issuer="`+with+`/{tenant}"`, `token_endpoint="`+with+`/token"`, `jwks_uri="//`+with[8:]+`:x"`),
		Form:      &TACForm{RedirectURI: with, ClientID: "webex"},
	})
	if len(got.Findings) < 6 {
		t.Errorf("only %d findings", len(got.Findings))
	}
	for _, f := range got.Findings {
		if all := fmt.Sprint(f.Message, f.Hint, f.Value); strings.Contains(all, secret) {
			t.Errorf("%s tells the password: %s", f.ID, all)
		}
	}
}

func TestDiscoveryURL(t *testing.T) {
	tests := []struct{ issuer, want string }{
		{"https://idp.contoso.com", "https://idp.contoso.com/.well-known/openid-configuration"},
		{"https://idp.contoso.com/", "https://idp.contoso.com/.well-known/openid-configuration"},
		{"https://idp.contoso.com/a/b/", "https://idp.contoso.com/a/b/.well-known/openid-configuration"},
	}
	for _, tt := range tests {
		if got := DiscoveryURL(tt.issuer); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.issuer, got, tt.want)
		}
	}
}

func TestOtherPlaces(t *testing.T) {
	want := []string{
		"https://idp.contoso.com/.well-known/oauth-authorization-server/a",
		"https://idp.contoso.com/.well-known/openid-configuration/a",
		"https://idp.contoso.com/a/.well-known/oauth-authorization-server",
	}
	if diff := cmp.Diff(want, otherPlaces("https://idp.contoso.com/a/")); diff != "" {
		t.Error(diff)
	}
	want = []string{"https://idp.contoso.com/.well-known/oauth-authorization-server"}
	if diff := cmp.Diff(want, otherPlaces("https://idp.contoso.com/")); diff != "" {
		t.Error(diff)
	}
}

func TestSuits(t *testing.T) {
	tests := []struct {
		key  KeyInfo
		alg  string
		want bool
	}{
		{KeyInfo{Type: "RSA"}, "RS256", true},
		{KeyInfo{Type: "RSA"}, "PS512", true},
		{KeyInfo{Type: "RSA", Algorithm: "RS256"}, "RS384", false},
		{KeyInfo{Type: "RSA"}, "ES256", false},
		{KeyInfo{Type: "RSA"}, "HS256", false},
		{KeyInfo{Type: "EC", Curve: "P-256"}, "ES256", true},
		{KeyInfo{Type: "EC", Curve: "P-256"}, "ES384", false},
		{KeyInfo{Type: "EC", Curve: "P-384"}, "ES384", true},
		{KeyInfo{Type: "EC", Curve: "secp256k1"}, "ES256K", true},
		{KeyInfo{Type: "OKP", Curve: "Ed25519"}, "EdDSA", true},
		{KeyInfo{Type: "OKP", Curve: "Ed25519"}, "Ed25519", true},
		{KeyInfo{Type: "OKP", Curve: "Ed25519"}, "Ed448", false},
		{KeyInfo{Type: "oct"}, "HS256", false},
	}
	for _, tt := range tests {
		if got := tt.key.suits(tt.alg); got != tt.want {
			t.Errorf("%s %s suits %s: %t", tt.key.Type, tt.key.Curve, tt.alg, got)
		}
	}
}

func TestMaxAge(t *testing.T) {
	tests := []struct {
		header string
		want   int
	}{
		{"", 0},
		{"no-store", 0},
		{"public, max-age=60", 60},
		{`Max-Age="60", public`, 60},
		{"s-maxage=60", 0},
		{"max-age=soon", 0},
	}
	for _, tt := range tests {
		if got := maxAge(tt.header); got != tt.want {
			t.Errorf("%q: %d, want %d", tt.header, got, tt.want)
		}
	}
}

// A value that is too long is cut between characters.
func TestShort(t *testing.T) {
	tests := []struct{ s, want string }{
		{strings.Repeat("a", 200), strings.Repeat("a", 200)},
		{strings.Repeat("a", 201), strings.Repeat("a", 200) + "…"},
		{strings.Repeat("a", 199) + "ü", strings.Repeat("a", 199) + "…"},
	}
	for _, tt := range tests {
		if got := short(tt.s); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestQuoted(t *testing.T) {
	if got := quoted(strings.Split("a b c d e f g h i j", " ")).String(); got != `"a", "b", "c", "d", "e", "f", "g", "h" and 2 more` {
		t.Errorf("got %s", got)
	}
}
