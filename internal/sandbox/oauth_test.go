package sandbox_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/internal/sandbox"
)

// token posts a form to the token endpoint.
func (f *fixture) token(form url.Values, basic bool) reply {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodPost, f.http.URL+"/v1/access_token", strings.NewReader(form.Encode()))
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if basic {
		req.SetBasicAuth("id", "secret")
	}
	r, err := f.send(req)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// as calls GET /people/me and other paths with a bearer of one's own.
func (f *fixture) as(bearer, path string) int {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, f.http.URL+"/v1"+path, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	req.Header.Set("Authorization", bearer)
	r, err := f.send(req)
	if err != nil {
		f.t.Fatal(err)
	}
	return r.status
}

func TestRefreshTokenRotates(t *testing.T) {
	f := serve(t, sandbox.Settings{Tokens: []sandbox.Token{{Value: "listed"}}, TokenLife: time.Hour})
	refresh := func(value string) reply {
		return f.token(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {value}}, true)
	}
	first := refresh("brought")
	if first.status != 200 || first.get("expires_in") != 3600.0 || first.text("token_type") != "Bearer" {
		t.Fatal(first.raw)
	}
	if r := refresh("brought"); r.status != 400 {
		t.Errorf("a spent token: %s", r.raw)
	}
	second := refresh(first.text("refresh_token"))
	if second.status != 200 || second.text("refresh_token") == first.text("refresh_token") {
		t.Errorf("no rotation: %s", second.raw)
	}
	if r := refresh(first.text("refresh_token")); r.status != 400 {
		t.Errorf("a rotated token: %s", r.raw)
	}
	bearer := "Bearer " + second.text("access_token")
	if got := f.as(bearer, "/people/me"); got != 200 {
		t.Errorf("issued token: %d", got)
	}
	f.clock.Move(time.Hour)
	if got := f.as(bearer, "/people/me"); got != 401 {
		t.Errorf("expired token: %d", got)
	}
	if got := f.as("Bearer listed", "/people/me"); got != 200 {
		t.Errorf("listed token: %d", got)
	}
	if got := f.as("Bearer other", "/people/me"); got != 401 {
		t.Errorf("unlisted token: %d", got)
	}
	if got := f.as("", "/people/me"); got != 401 {
		t.Errorf("no token: %d", got)
	}
}

func TestTokenEndpointRefusals(t *testing.T) {
	f := serve(t, sandbox.Settings{RefreshTokens: []string{"good"}})
	full := url.Values{"grant_type": {"authorization_code"}, "client_id": {"a"}, "client_secret": {"b"}, "code": {"c"}, "redirect_uri": {"http://localhost/"}}
	if r := f.token(full, false); r.status != 400 {
		t.Error("a code that nobody agreed to: ", r.raw)
	}
	for name, form := range map[string]url.Values{
		"no client": {"grant_type": {"refresh_token"}}, "no code": {"grant_type": {"authorization_code"}, "client_id": {"a"}, "client_secret": {"b"}},
		"grant": {"grant_type": {"password"}, "client_id": {"a"}, "client_secret": {"b"}}, "unknown": {"grant_type": {"refresh_token"}, "refresh_token": {"bad"}, "client_id": {"a"}, "client_secret": {"b"}},
	} {
		if r := f.token(form, false); r.status != 400 || r.text("message") == "" {
			t.Errorf("%s: %d %s", name, r.status, r.raw)
		}
	}
	f.want(415, "POST", "/access_token", `{}`)
	f.want(400, "POST", "/applications/app/token", `{}`)
	if r := f.want(200, "POST", "/applications/app/token", `{"clientId":"a","clientSecret":"b","targetOrgId":"c"}`); r.text("access_token") == "" {
		t.Error(r.raw)
	}
	if r := f.want(200, "GET", "/authorizations/tokenExpiry", ""); r.get("exp").(float64) <= float64(f.clock.Now().UnixMilli()) {
		t.Error(r.raw)
	}
}

func TestScopesAndExpiryOfListedTokens(t *testing.T) {
	f := serve(t, sandbox.Settings{Tokens: []sandbox.Token{
		{Value: "people", Scopes: []string{"spark-admin:people_read"}},
		{Value: "old", Expires: newHand().Now()},
	}})
	for path, want := range map[string]int{"/people": 200, "/locations": 200, "/roles": 403, "/wholesale/customers": 403, "/people/me": 200} {
		if got := f.as("Bearer people", path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	if got := f.as("Bearer old", "/people/me"); got != 401 {
		t.Errorf("expired: %d", got)
	}
}

func TestRateLimit(t *testing.T) {
	f := serve(t, sandbox.Settings{RatePerMinute: 60, RateBurst: 2})
	f.want(200, "GET", "/roles", "")
	f.want(200, "GET", "/roles", "")
	if r := f.want(429, "GET", "/roles", ""); r.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
	}
	f.clock.Move(time.Second)
	f.want(200, "GET", "/roles", "")
	f.want(429, "GET", "/roles", "")
	silent := serve(t, sandbox.Settings{RatePerMinute: 1, RateWithoutRetryAfter: true})
	silent.want(200, "GET", "/roles", "")
	if r := silent.want(429, "GET", "/roles", ""); r.header.Get("Retry-After") != "" {
		t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
	}
}

// agreed follows the page of consent to where it leads.
func (f *fixture) agreed(q url.Values) (url.Values, int) {
	f.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Get(f.http.URL + "/v1/authorize?" + q.Encode())
	if err != nil {
		f.t.Fatal(err)
	}
	_ = resp.Body.Close()
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil {
		f.t.Fatal(err)
	}
	return to.Query(), resp.StatusCode
}

// A code is good once, for the client, the address and the verifier it was made for; its token has the scopes asked for.
func TestAuthorizationCode(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	const verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" // of RFC 7636
	page := url.Values{
		"client_id": {"id"}, "response_type": {"code"}, "redirect_uri": {"http://127.0.0.1:1/cb?x=1"}, "state": {"s"}, "nonce": {"n"},
		"scope": {"openid spark-admin:people_read"}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	exchange := func(change func(url.Values)) reply {
		to, status := f.agreed(page)
		if status != 302 || to.Get("state") != "s" || to.Get("x") != "1" {
			t.Fatal(status, to)
		}
		form := url.Values{
			"grant_type": {"authorization_code"}, "client_id": {"id"}, "client_secret": {"b"}, "code": {to.Get("code")},
			"redirect_uri": {page.Get("redirect_uri")}, "code_verifier": {verifier},
		}
		change(form)
		if r := f.token(form, false); r.status != 200 {
			return r
		}
		return f.token(form, false) // once more
	}
	if r := exchange(func(url.Values) {}); r.status != 400 || !strings.Contains(r.raw, "used already") {
		t.Error("a code was good twice: ", r.raw)
	}
	for name, value := range map[string]string{"client_id": "other", "redirect_uri": "http://127.0.0.1:2/cb", "code_verifier": "other", "code": "other"} {
		if r := exchange(func(form url.Values) { form.Set(name, value) }); r.status != 400 || strings.Contains(r.raw, "used already") && name != "code" {
			t.Errorf("another %s: %s", name, r.raw)
		}
	}
	to, _ := f.agreed(page)
	first := f.token(url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"id"}, "client_secret": {"b"}, "code": {to.Get("code")},
		"redirect_uri": {page.Get("redirect_uri")}, "code_verifier": {verifier},
	}, false)
	second := f.token(url.Values{"grant_type": {"refresh_token"}, "client_id": {"id"}, "client_secret": {"b"}, "refresh_token": {first.text("refresh_token")}}, false)
	for _, r := range []reply{first, second} {
		bearer := "Bearer " + r.text("access_token")
		if r.text("scope") != "openid spark-admin:people_read" || f.as(bearer, "/people") != 200 || f.as(bearer, "/roles") != 403 {
			t.Error(r.raw)
		}
	}
	if first.text("id_token") == "" {
		t.Error(first.raw)
	}
	f.clock.Move(6 * time.Minute)
	page.Set("client_id", "sandbox-denied")
	if to, _ := f.agreed(page); to.Get("error") != "access_denied" || to.Get("code") != "" {
		t.Error(to)
	}
	for _, name := range []string{"client_id", "response_type", "redirect_uri", "code_challenge_method"} {
		bad := url.Values{"client_id": {"id"}, "response_type": {"code"}, "redirect_uri": {"http://127.0.0.1:1/cb"}, "code_challenge": {"c"}, "code_challenge_method": {"S256"}}
		bad.Del(name)
		if _, status := f.agreed(bad); status != 400 {
			t.Errorf("without %s: %d", name, status)
		}
	}
}
