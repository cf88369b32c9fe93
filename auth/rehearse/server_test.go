package rehearse

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"muster/auth/check"
)

// idle is a rehearsal at whose provider nobody signs in.
func idle(t *testing.T, o Options) *Rehearsal {
	t.Helper()
	h := newHostile(t, nil)
	r := rehearseOIDC(t, h.server.URL, o)
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestListenRefusesWhatOthersReach(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:80", "example.com:80", "127.0.0.1", "", "[::]:0"} {
		if err := CheckListen(address); err == nil {
			t.Errorf("%q is served", address)
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:8443", "[::1]:0", "127.0.0.2:0"} {
		if err := CheckListen(address); err != nil {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestServerRefusesForeignHosts(t *testing.T) {
	r := idle(t, Options{})
	for host, want := range map[string]int{"evil.example.com": http.StatusMisdirectedRequest, "localhost": http.StatusMisdirectedRequest, "": http.StatusOK} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, r.Invitation().Address, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != want {
			t.Errorf("host %q: status %d, want %d", host, res.StatusCode, want)
		}
	}
}

func TestServerSealsItsPages(t *testing.T) {
	r := idle(t, Options{})
	home, err := url.Parse(r.Invitation().Address)
	if err != nil {
		t.Fatal(err)
	}
	if len(home.Path) < 20 {
		t.Errorf("the path %q can be guessed", home.Path)
	}
	o := newOperator(t)
	first, second := o.open(home.String()), o.open(home.String())
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
		"Content-Type": "text/html; charset=utf-8",
	} {
		if got := first.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	policy := first.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; style-src 'nonce-") || policy == second.header.Get("Content-Security-Policy") {
		t.Errorf("the policies are %q and %q", policy, second.header.Get("Content-Security-Policy"))
	}
	if strings.Contains(first.text, "<script") {
		t.Error("the page has a script")
	}
	for _, limit := range Limits() {
		if !strings.Contains(first.text, limit[:40]) {
			t.Errorf("the page does not say %q", limit)
		}
	}
	home.Path = "/"
	if s := o.open(home.String()); s.status != http.StatusNotFound {
		t.Errorf("%s: status %d", home, s.status)
	}
}

// TestPageEscapes lets the provider send markup.
func TestPageEscapes(t *testing.T) {
	h := newHostile(t, func(f *forged) { f.claims["name"] = `<script>alert(1)</script>` })
	r := rehearseOIDC(t, h.server.URL, Options{Single: true})
	s := newOperator(t).follow(r, oidcSignIn)
	if strings.Contains(s.text, "<script>") || !strings.Contains(s.text, "&lt;script&gt;") {
		t.Errorf("the page holds the provider's markup: %s", s.text)
	}
	outcome(t, r)
}

func TestRequestsAreSentInOrderAndAnsweredOnce(t *testing.T) {
	h := newHostile(t, nil)
	r := rehearseOIDC(t, h.server.URL, Options{})
	o := newOperator(t)
	steps := []struct {
		request string
		status  int
		text    string
	}{
		{oidcPlain, http.StatusConflict, "sign in first"},
		{"another", http.StatusConflict, "there is no request"},
		{oidcSignIn, http.StatusOK, "LIVE-OIDC-01"},
		{oidcSignIn, http.StatusConflict, "each is answered once"},
		{oidcPlain, http.StatusOK, "LIVE-OIDC-06"},
	}
	for _, step := range steps {
		if s := o.follow(r, step.request); s.status != step.status || !strings.Contains(s.text, step.text) {
			t.Errorf("%s: status %d, want %d and %q", step.request, s.status, step.status, step.text)
		}
	}
	if got := found(finish(t, o, r), "LIVE-OIDC-07"); got != "checklist: the same with client_secret_post: not tried" {
		t.Errorf("LIVE-OIDC-07 says %q", got)
	}
}

// TestSecondStartVoidsTheFirst lets the operator go back and start again: only the later request counts.
func TestSecondStartVoidsTheFirst(t *testing.T) {
	h := newHostile(t, nil)
	r := rehearseOIDC(t, h.server.URL, Options{})
	o := newOperator(t)
	noRedirect := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := noRedirect.Get(r.Invitation().Address + "start/" + oidcSignIn)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Fatal(err)
	}
	former, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	if q := former.Query(); q.Get("code_challenge_method") != "S256" || len(q.Get("state")) < 20 || len(q.Get("nonce")) < 20 {
		t.Errorf("the request is %s", former)
	}
	if s := o.follow(r, oidcSignIn); s.status != http.StatusOK {
		t.Errorf("status %d", s.status)
	}
	if s := o.open(former.String()); s.status != http.StatusForbidden {
		t.Errorf("the former request was answered with %d", s.status)
	}
	finish(t, o, r)
}

func TestServerBoundsAnswers(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	r := p.rehearse(Options{})
	o := newOperator(t)
	s := o.read(o.client.PostForm(r.Invitation().Register[0], url.Values{"SAMLResponse": {strings.Repeat("A", maxBody)}}))
	if s.status != http.StatusForbidden || !strings.Contains(s.text, "too large") {
		t.Errorf("status %d: %s", s.status, s.text)
	}
	s = o.read(o.client.PostForm(strings.Replace(r.Invitation().Register[0], "/acs/0", "/acs/2", 1), nil))
	if s.status != http.StatusForbidden || !strings.Contains(s.text, "there is no assertion consumer service") {
		t.Errorf("status %d: %s", s.status, s.text)
	}
	finish(t, o, r)
}

func TestWaitEndsWithoutAnswer(t *testing.T) {
	h := newHostile(t, nil)
	o := OIDCOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient, Timeout: time.Millisecond}, Issuer: h.server.URL, ClientID: "rehearsal"}
	r, err := OpenOIDC(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Wait(t.Context()); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("error %v", err)
	}
	r = rehearseOIDC(t, h.server.URL, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if _, err := http.Get(r.Invitation().Address); err == nil {
		t.Error("the page is still served")
	}
}

// TestFinishedWithoutAnswer is an operator who ends at once: no check may be called passed.
func TestFinishedWithoutAnswer(t *testing.T) {
	h := newHostile(t, nil)
	r := rehearseOIDC(t, h.server.URL, Options{})
	report := finish(t, newOperator(t), r)
	for _, v := range report.Verdicts() {
		if v.Word != check.Checklist.String() {
			t.Errorf("%s is %q", v.ID, v.Word)
		}
	}
}

func TestUnreachableProvider(t *testing.T) {
	o := OIDCOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient}, Issuer: "http://" + freePort(t), ClientID: "rehearsal"}
	if _, err := OpenOIDC(t.Context(), o); err == nil || !strings.Contains(err.Error(), "read the discovery document of") {
		t.Errorf("error %v", err)
	}
}

// TestSecretIsNotSentOn has a token endpoint that redirects elsewhere, where the secret must not arrive.
func TestSecretIsNotSentOn(t *testing.T) {
	var arrived string
	elsewhere := newHostile(t, nil)
	elsewhere.server.Config.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		arrived += r.Method + string(body) + r.Header.Get("Authorization")
	})
	h := newHostile(t, nil)
	inner := h.server.Config.Handler
	h.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			http.Redirect(w, r, elsewhere.server.URL, http.StatusTemporaryRedirect)
			return
		}
		inner.ServeHTTP(w, r)
	})
	r := rehearseOIDC(t, h.server.URL, Options{Single: true})
	newOperator(t).follow(r, oidcSignIn)
	if got := found(outcome(t, r), "LIVE-OIDC-01"); !strings.Contains(got, "blocker: the token endpoint refuses with") {
		t.Errorf("LIVE-OIDC-01 says %q", got)
	}
	if arrived != "" {
		t.Errorf("%q arrived elsewhere", arrived)
	}
}
