package rehearse

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// The tokens that the hostile provider gives out; none may be found in anything that is shown.
const (
	plantedAccess  = "planted-access-token-77c0"
	plantedRefresh = "planted-refresh-token-5e1b"
	plantedCode    = "planted-code-0b9a"
)

// hostile is an OpenID provider that answers as a test wants it: what no real one can be made to do.
type hostile struct {
	t      *testing.T
	server *httptest.Server
	key    *rsa.PrivateKey
	change func(*forged)

	mu    sync.Mutex // guards nonce
	nonce string
}

// forged is everything that the provider says in one sign-in.
type forged struct {
	discovery map[string]any
	callback  url.Values
	token     map[string]any // answer of the token endpoint, without the ID token
	claims    map[string]any
	userInfo  map[string]any
	sign      func(claims []byte) string
	status    int // of the token endpoint
}

func newHostile(t *testing.T, change func(*forged)) *hostile {
	t.Helper()
	key := providerKey()
	h := &hostile{t: t, key: key, change: change}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { h.json(w, http.StatusOK, h.forge().discovery) })
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		h.json(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /authorize", h.authorize)
	mux.HandleFunc("POST /token", h.token)
	mux.HandleFunc("GET /userinfo", func(w http.ResponseWriter, _ *http.Request) { h.json(w, http.StatusOK, h.forge().userInfo) })
	h.server = httptest.NewServer(mux)
	t.Cleanup(h.server.Close)
	return h
}

// forge makes what an honest provider would say, then changes it.
func (h *hostile) forge() *forged {
	h.mu.Lock()
	defer h.mu.Unlock()
	issuer, now := h.server.URL, time.Now().Unix()
	f := &forged{
		discovery: map[string]any{
			"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/keys",
			"userinfo_endpoint": issuer + "/userinfo", "id_token_signing_alg_values_supported": []string{"RS256"},
		},
		callback: url.Values{"code": {plantedCode}},
		token:    map[string]any{"access_token": plantedAccess, "refresh_token": plantedRefresh, "token_type": "Bearer", "expires_in": 60},
		claims: map[string]any{
			"iss": issuer, "aud": "rehearsal", "sub": "ada", "nonce": h.nonce, "iat": now, "exp": now + 300, "email": "ada@example.com", "email_verified": true,
		},
		userInfo: map[string]any{"sub": "ada", "email": "ada@example.com"},
		sign:     h.sign, status: http.StatusOK,
	}
	if h.change != nil {
		h.change(f)
	}
	return f
}

func (h *hostile) sign(claims []byte) string {
	options := (&jose.SignerOptions{}).WithHeader("kid", "one")
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: h.key}, options)
	if err != nil {
		h.t.Fatal(err)
	}
	signed, err := s.Sign(claims)
	if err != nil {
		h.t.Fatal(err)
	}
	raw, err := signed.CompactSerialize()
	if err != nil {
		h.t.Fatal(err)
	}
	return raw
}

func (h *hostile) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	h.mu.Lock()
	h.nonce = q.Get("nonce")
	h.mu.Unlock()
	answer := h.forge().callback
	if !answer.Has("state") {
		answer.Set("state", q.Get("state"))
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+answer.Encode(), http.StatusFound)
}

func (h *hostile) token(w http.ResponseWriter, _ *http.Request) {
	f := h.forge()
	if f.status == http.StatusOK && f.sign != nil {
		claims, err := json.Marshal(f.claims)
		if err != nil {
			h.t.Error(err)
		}
		f.token["id_token"] = f.sign(claims)
	}
	h.json(w, f.status, f.token)
}

func (h *hostile) json(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		h.t.Error(err)
	}
}

func unsignedToken(claims []byte) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(`{"alg":"none"}`)) + "." + e.EncodeToString(claims) + "."
}

// TestOIDCFaults changes one thing that the provider says and expects the verdict that names it.
func TestOIDCFaults(t *testing.T) {
	claim := func(name string, value any) func(*forged) {
		return func(f *forged) { f.claims[name] = value }
	}
	without := func(name string) func(*forged) {
		return func(f *forged) { delete(f.claims, name) }
	}
	now := time.Now().Unix()
	tests := []struct {
		name    string
		change  func(*forged)
		id      string
		message string
	}{
		{"wrong nonce", claim("nonce", "another"), "LIVE-OIDC-01", "blocker: the nonce of the ID token is not the one that was sent"},
		{"no nonce", without("nonce"), "LIVE-OIDC-01", "blocker: the ID token lacks the nonce that was sent"},
		{"wrong audience", claim("aud", "webex"), "LIVE-OIDC-01", `blocker: the audience of the ID token is ["webex"], without the client ID "rehearsal"`},
		{"wrong issuer", claim("iss", "https://other.example.com"), "LIVE-OIDC-01", `blocker: the ID token is of the issuer "https://other.example.com", not of`},
		{"wrong authorized party", claim("azp", "webex"), "LIVE-OIDC-01", `blocker: the authorized party (azp) of the ID token is "webex", not the client ID "rehearsal"`},
		{"two audiences", claim("aud", []string{"rehearsal", "webex"}), "LIVE-OIDC-01", "warning: the ID token has 2 audiences and no authorized party (azp)"},
		{"over", claim("exp", now-60), "LIVE-OIDC-01", "blocker: the ID token ended at"},
		{"no end", without("exp"), "LIVE-OIDC-01", "blocker: the ID token has no end (exp)"},
		{"issued tomorrow", claim("iat", now+86400), "LIVE-OIDC-01", "blocker: the ID token was issued at"},
		{"not issued", without("iat"), "LIVE-OIDC-01", "blocker: the ID token does not say when it was issued (iat)"},
		{"wrong at_hash", claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "LIVE-OIDC-01", "blocker: at_hash of the ID token is not the hash of the access token"},
		{"alg none", func(f *forged) { f.sign = unsignedToken }, "LIVE-OIDC-01", `blocker: the ID token is signed with "none", which no published key can verify`},
		{
			"other algorithm than advertised", func(f *forged) { f.discovery["id_token_signing_alg_values_supported"] = []string{"ES256"} },
			"LIVE-OIDC-01", `blocker: the ID token is signed with "RS256", but ["ES256"] are advertised`,
		},
		{"wrong key", func(f *forged) {
			sign := f.sign
			f.sign = func(claims []byte) string { return sign(claims)[:40] + sign([]byte(`{}`))[40:] }
		}, "LIVE-OIDC-01", "blocker: "},
		{"no ID token", func(f *forged) { f.sign = nil }, "LIVE-OIDC-01", "blocker: no ID token to look at: the token endpoint gave no id_token"},
		{"other iss parameter", func(f *forged) { f.callback.Set("iss", "https://other.example.com") }, "LIVE-OIDC-01", `blocker: the answer names the issuer "https://other.example.com", not`},
		{
			"no iss parameter though promised", func(f *forged) { f.discovery["authorization_response_iss_parameter_supported"] = true },
			"LIVE-OIDC-01", "blocker: the answer lacks the parameter iss, which the discovery document promises",
		},
		{"scope not granted", func(f *forged) { f.token["scope"] = "openid profile" }, "LIVE-OIDC-02", `error: the scope "email" is not among the granted ["openid" "profile"]`},
		{
			"scope refused", func(f *forged) { f.callback = url.Values{"error": {"invalid_scope"}} },
			"LIVE-OIDC-02", `error: the authorization endpoint refuses with "invalid_scope"`,
		},
		{
			"access denied", func(f *forged) {
				f.callback = url.Values{"error": {"access_denied"}, "error_description": {"not for " + plantedSecret}}
			},
			"LIVE-OIDC-01", `blocker: the authorization endpoint refuses with "access_denied": "not for [redacted]"`,
		},
		{"token endpoint is out of order", func(f *forged) { f.status = http.StatusInternalServerError }, "LIVE-OIDC-01", `blocker: the token endpoint refuses with "500 internal server error"`},
		{"other address", func(f *forged) {
			f.claims["email"], f.userInfo["email"] = "eve@example.com", "eve@example.com"
		}, "LIVE-OIDC-03", `error: the claim email of the ID token holds "eve@example.com"; expected is "ada@example.com"`},
		{"two different addresses", func(f *forged) { f.userInfo["email"] = "eve@example.com" }, "LIVE-OIDC-03", `error: the ID token says "ada@example.com", UserInfo says "eve@example.com"`},
		{"no address", func(f *forged) { delete(f.claims, "email"); delete(f.userInfo, "email") }, "LIVE-OIDC-03", "error: neither the ID token nor UserInfo has the claim email"},
		{"not verified", claim("email_verified", false), "LIVE-OIDC-03", "warning: email_verified is false"},
		{"other subject", func(f *forged) { f.userInfo["sub"] = "eve" }, "LIVE-OIDC-04", `error: the subject of UserInfo is "eve", that of the ID token "ada"`},
		{"UserInfo out of order", func(f *forged) {
			f.discovery["userinfo_endpoint"] = f.discovery["issuer"].(string) + "/absent/" + plantedAccess
		}, "LIVE-OIDC-04", "error: UserInfo could not be read: 404 Not Found"},
		{"no UserInfo", func(f *forged) { delete(f.discovery, "userinfo_endpoint") }, "LIVE-OIDC-04", "checklist: there is no UserInfo to compare with"},
		{"endpoint for keys is out of order", func(f *forged) {
			f.discovery["jwks_uri"] = f.discovery["issuer"].(string) + "/absent"
		}, "LIVE-OIDC-01", "blocker: the ID token was refused: failed to verify signature: fetching keys"},
		{"UserInfo only", without("email"), "LIVE-OIDC-05", "info: the e-mail address arrives by UserInfo only"},
		{"ID token only", func(f *forged) { delete(f.userInfo, "email") }, "LIVE-OIDC-05", "info: the e-mail address arrives in the ID token only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newHostile(t, tt.change)
			r := rehearseOIDC(t, h.server.URL, Options{ExpectEmail: "ada@example.com", Single: true})
			newOperator(t).follow(r, oidcSignIn)
			report := outcome(t, r)
			if got := found(report, tt.id); !strings.Contains(got, tt.message) {
				t.Errorf("%s says %q, want %q; all: %v", tt.id, got, tt.message, report.Findings)
			}
			if report.OIDC == nil && slices.ContainsFunc(words(report), func(w string) bool { return strings.HasSuffix(w, "passed") }) {
				t.Errorf("without an ID token, verdicts %q", words(report))
			}
			if strings.HasPrefix(tt.message, "blocker") && slices.Contains(words(report), "01 passed") {
				t.Errorf("verdicts %q", words(report))
			}
		})
	}
}

func TestOIDCReplayAndForeignAnswers(t *testing.T) {
	h := newHostile(t, nil)
	r := rehearseOIDC(t, h.server.URL, Options{})
	o := newOperator(t)
	s := o.follow(r, oidcSignIn)
	for _, tt := range []struct{ address, text string }{
		{s.url.String(), "a second answer to the same request arrived"},
		{strings.Replace(s.url.String(), "state=", "state=x", 1), "a state of none of our open requests"},
		{strings.Split(s.url.String(), "?")[0] + "?code=x", "an answer arrived without state"},
	} {
		if got := o.open(tt.address); got.status != http.StatusForbidden || !strings.Contains(got.text, tt.text) {
			t.Errorf("%s: %d, without %q", tt.address, got.status, tt.text)
		}
	}
	if got := found(finish(t, o, r), "LIVE-OIDC-01"); strings.Count(got, "warning: refused:") != 3 {
		t.Errorf("LIVE-OIDC-01 says %q", got)
	}
}

// TestOIDCNothingSecretIsShown reads every byte that a rehearsal shows, in good and in bad days.
func TestOIDCNothingSecretIsShown(t *testing.T) {
	for name, change := range map[string]func(*forged){
		"good":    nil,
		"refused": func(f *forged) { f.claims["aud"] = "webex" },
		"echo": func(f *forged) {
			f.status = http.StatusBadRequest
			f.token["error"] = "invalid_grant " + plantedCode
			f.token["error_description"] = plantedSecret + " " + plantedCode
		},
		"no error code": func(f *forged) { f.status = http.StatusBadRequest },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHostile(t, change)
			r := rehearseOIDC(t, h.server.URL, Options{})
			o := newOperator(t)
			shown := o.follow(r, oidcSignIn).text + o.follow(r, oidcMethod).text + o.follow(r, oidcPlain).text
			report := outcome(t, r)
			shown += fmt.Sprintf("%+v %+v %+v %+v", report, report.OIDC, r, report.Copies)
			for _, c := range report.Copies {
				shown += string(c.Text)
			}
			whole, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			shown += string(whole)
			for _, secret := range []string{plantedSecret, plantedAccess, plantedRefresh, plantedCode, h.sign([]byte("{}"))[:20]} {
				if strings.Contains(shown, secret) {
					t.Errorf("%q is shown", secret)
				}
			}
			if !strings.Contains(shown, "LIVE-OIDC-01") {
				t.Error("nothing was shown")
			}
		})
	}
}

func TestOIDCRefusesEndpointsInTheClear(t *testing.T) {
	h := newHostile(t, func(f *forged) { f.discovery["token_endpoint"] = "http://idp.example.com/token" })
	o := OIDCOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient}, Issuer: h.server.URL, ClientID: "rehearsal", ClientSecret: plantedSecret}
	if _, err := OpenOIDC(t.Context(), o); err == nil || !strings.Contains(err.Error(), `the token_endpoint "http://idp.example.com/token" is no https address`) {
		t.Errorf("error %v", err)
	}
}

func TestOIDCBoundsAnswers(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 64<<10)
		for range 64 {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	o := OIDCOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient}, Issuer: server.URL, ClientID: "rehearsal"}
	if _, err := OpenOIDC(t.Context(), o); err == nil || !strings.Contains(err.Error(), "the answer is longer than 1048576 bytes") {
		t.Errorf("error %v", err)
	}
}
