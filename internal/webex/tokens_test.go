package webex

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

const secretText = "s3cr3t-v4lue-0123456789"

func TestSecretsNeverShow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(path, []byte(secretText), 0o600))
	file, err := FileToken(path)
	must(t, err)
	o := RefreshOptions{
		BaseURL: "https://x/v1", ClientID: "id", ClientSecret: secretText,
		Grant: Grant{AccessToken: secretText, RefreshToken: secretText},
	}
	renewing, err := RefreshToken(o)
	must(t, err)
	client, err := New(Options{BaseURL: "https://x/v1", Tokens: renewing})
	must(t, err)
	values := map[string]any{
		"static": StaticToken(secretText), "file": file, "refresh": renewing, "secret": Secret(secretText), "options": o, "grant": o.Grant,
		"client options": Options{Tokens: StaticToken(secretText)}, "nested": []any{map[string]any{"x": renewing}},
	}
	for name, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			check(t, name+" "+verb, fmt.Sprintf(verb, v))
		}
		var logs bytes.Buffer
		slog.New(slog.NewJSONHandler(&logs, nil)).Info("m", "v", v)
		slog.New(slog.NewTextHandler(&logs, nil)).Info("m", "v", v)
		check(t, name+" in a log", logs.String())
		if doc, err := json.Marshal(v); err == nil {
			check(t, name+" as JSON", string(doc))
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v"} {
		check(t, "client "+verb, fmt.Sprintf(verb, client))
	}
}

func check(t *testing.T, where, text string) {
	t.Helper()
	hexed := fmt.Sprintf("%x", secretText)
	if strings.Contains(text, secretText) || strings.Contains(text, hexed) {
		t.Errorf("%s shows the secret: %s", where, text)
	}
}

func TestAnEchoedTokenIsTakenOutOfErrorsAndLogs(t *testing.T) {
	var logs bytes.Buffer
	b := setup(t, func(o *Options) {
		o.Tokens = StaticToken(secretText)
		o.Log = slog.New(slog.NewTextHandler(&logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	b.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		auth := r.Header.Get("Authorization")
		w.Header().Set("Trackingid", auth)
		w.Header().Set("Cisco-Spark-Error-Codes", auth)
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"message": auth, "errors": []any{map[string]string{"description": auth, "fieldName": auth, "errorCode": auth}}})
	})
	_, err := b.CreateSubscriber(t.Context(), NewSubscriber{Email: "private@b.example"})
	e := asError(t, err)
	check(t, "the error", fmt.Sprintf("%v %+v %#v", err, *e, e.Failure()))
	check(t, "the log", logs.String())
	check(t, "the call", fmt.Sprintf("%+v", b.calls))
	if !strings.Contains(e.Message, redacted) {
		t.Errorf("message %q", e.Message)
	}
	if !strings.Contains(logs.String(), "route=/wholesale/subscribers") {
		t.Errorf("log %q names no route", logs.String())
	}
}

func TestErrorsShowNoQuery(t *testing.T) {
	b := setup(t, func(o *Options) {
		o.HTTP = &http.Client{Transport: failingTransport{}}
	})
	_, err := collect(b.ListSubscribers(t.Context(), SubscriberFilter{Email: "private@b.example"}))
	if err == nil || strings.Contains(err.Error(), "private") {
		t.Errorf("got %v", err)
	}
}

type failingTransport struct{}

func (failingTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("wire is down")
}

func TestStaticToken(t *testing.T) {
	if _, err := StaticToken("").Token(t.Context()); err == nil {
		t.Error("an empty token was accepted")
	}
	if err := StaticToken("x").Refresh(t.Context()); err == nil {
		t.Error("a static token was renewed")
	}
	b := setup(t, func(o *Options) { o.Tokens = StaticToken("") })
	_, err := b.Me(t.Context())
	diff(t, true, Refused(err))
	diff(t, 0, len(b.seen))
}

func TestFileToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token")
	must(t, os.WriteFile(path, []byte(" first \r\n"), 0o600))
	f, err := FileToken(path)
	must(t, err)
	now := func() string {
		token, err := f.Token(t.Context())
		must(t, err)
		return token
	}
	diff(t, "first", now())
	if err := f.Refresh(t.Context()); err == nil {
		t.Error("the same token counts as a fresh one")
	}
	must(t, os.WriteFile(path, []byte("second"), 0o600))
	diff(t, "first", now())
	must(t, f.Refresh(t.Context()))
	diff(t, "second", now())
	must(t, os.Remove(path))
	if err := f.Refresh(t.Context()); err == nil {
		t.Error("a missing file gives a token")
	}
}

func TestFileTokenRefuses(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"empty": " \n", "two": "a b", "binary": "a\x00b", "umlaut": "tökén"} {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(content), 0o600))
		if _, err := FileToken(path); err == nil || strings.Contains(err.Error(), content) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o620} {
		path := filepath.Join(dir, mode.String())
		must(t, os.WriteFile(path, []byte(secretText), 0o600))
		must(t, os.Chmod(path, mode))
		_, err := FileToken(path)
		if err == nil || !strings.Contains(err.Error(), "give it mode 0600") {
			t.Errorf("mode %v: got %v", mode, err)
		}
	}
}

// endpoint is a token endpoint that gives answers in turn and records what it was asked.
type endpoint struct {
	mu      sync.Mutex
	answers []reply
	forms   []string
}

func (g *endpoint) serve(b *bench) {
	b.mux.HandleFunc("POST /access_token", func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		g.forms = append(g.forms, r.Header.Get("Content-Type")+" "+string(body))
		a := g.answers[min(len(g.forms)-1, len(g.answers)-1)]
		w.WriteHeader(a.status)
		_, _ = io.WriteString(w, a.body)
	})
}

func renewing(t *testing.T, g *endpoint, known Grant, save func(Grant) error) (TokenSource, *fakeClock) {
	t.Helper()
	b := setup(t)
	g.serve(b)
	src, err := RefreshToken(RefreshOptions{
		BaseURL: b.url, ClientID: "id", ClientSecret: "client-secret", Grant: known, Keeper: keeps(save),
		HTTP: &http.Client{}, Clock: b.fake.Now, Sleep: b.fake.Sleep,
	})
	must(t, err)
	return src, b.fake
}

// keeps is a keeper of one process that hands every grant to save.
type keeps func(Grant) error

func (save keeps) Renew(_ context.Context, have Grant, renew func(Grant) (Grant, error)) (Grant, error) {
	g, err := renew(have)
	if err != nil || save == nil {
		return g, err
	}
	return g, save(g)
}

func grantJSON(access, refresh string, seconds int) string {
	return fmt.Sprintf(`{"access_token":%q,"expires_in":%d,"refresh_token":%q,"refresh_token_expires_in":"7776000","token_type":"Bearer"}`, access, seconds, refresh)
}

func TestRefreshTokenRenewsAheadAndKeepsTheRotation(t *testing.T) {
	g := &endpoint{answers: []reply{ok(grantJSON("A1", "R1", 3600)), ok(`{"access_token":"A2","expires_in":"3600"}`), ok(grantJSON("A3", "R3", 3600))}}
	var saved []string
	src, clock := renewing(t, g, Grant{RefreshToken: "R0"}, func(g Grant) error {
		saved = append(saved, string(g.AccessToken)+" "+string(g.RefreshToken))
		return nil
	})
	want := func(token string) {
		t.Helper()
		got, err := src.Token(t.Context())
		must(t, err)
		diff(t, token, got)
	}
	want("A1")
	_ = clock.Sleep(t.Context(), 3290*time.Second)
	want("A1") // 310 s are left
	_ = clock.Sleep(t.Context(), 11*time.Second)
	want("A2") // 299 s were left; the answer brings no refresh token, so R1 stays
	must(t, src.Refresh(t.Context()))
	want("A3")
	diff(t, []string{"A1 R1", "A2 R1", "A3 R3"}, saved)
	form := func(token string) string {
		return "application/x-www-form-urlencoded client_id=id&client_secret=client-secret&grant_type=refresh_token&refresh_token=" + token
	}
	diff(t, []string{form("R0"), form("R1"), form("R1")}, g.forms)
}

func TestAKnownGrantIsUsedAsLongAsItLasts(t *testing.T) {
	g := &endpoint{answers: []reply{failing(500)}}
	src, clock := renewing(t, g, Grant{AccessToken: "A0", RefreshToken: "R0", Expires: newFakeClock().now.Add(time.Hour)}, nil)
	_ = clock.Sleep(t.Context(), 3400*time.Second)
	got, err := src.Token(t.Context()) // 200 s are left and it cannot be renewed
	must(t, err)
	diff(t, "A0", got)
	diff(t, renewTries, len(g.forms))
	_ = clock.Sleep(t.Context(), 300*time.Second)
	if _, err = src.Token(t.Context()); err == nil {
		t.Error("a dead token was given")
	}
}

func TestAShortTokenIsNotRenewedAtEveryCall(t *testing.T) {
	g := &endpoint{answers: []reply{ok(grantJSON("A1", "R1", 120))}}
	src, _ := renewing(t, g, Grant{RefreshToken: "R0"}, nil)
	for range 3 {
		_, err := src.Token(t.Context())
		must(t, err)
	}
	diff(t, 1, len(g.forms))
}

func TestATokenWithoutAnEndIsKept(t *testing.T) {
	g := &endpoint{answers: []reply{ok(`{"access_token":"A1"}`)}}
	src, clock := renewing(t, g, Grant{RefreshToken: "R0"}, nil)
	for range 3 {
		_, err := src.Token(t.Context())
		must(t, err)
		_ = clock.Sleep(t.Context(), time.Hour)
	}
	diff(t, 1, len(g.forms))
}

func TestFailedRenewals(t *testing.T) {
	cases := map[string]struct {
		answers []reply
		want    string // kind
		tries   int
	}{
		"as other errors": {[]reply{{status: 400, body: `{"message":"R0-is-long-and-gone client-secret"}`}}, kindInput, 1},
		"as OAuth":        {[]reply{{status: 400, body: `{"error":"invalid_grant"}`}}, kindInput, 1},
		"in trouble":      {[]reply{failing(503)}, kindUnavailable, renewTries},
		"cut":             {[]reply{ok(`{"access`)}, kindProtocol, 1},
		"no token":        {[]reply{ok(`{}`)}, kindProtocol, 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			g := &endpoint{answers: tc.answers}
			src, _ := renewing(t, g, Grant{RefreshToken: "R0-is-long-and-gone"}, nil)
			_, err := src.Token(t.Context())
			diff(t, tc.want, asError(t, err).Failure().Kind)
			diff(t, tc.tries, len(g.forms))
			for _, secret := range []string{"R0-is-long-and-gone", "client-secret"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows %q: %v", secret, err)
				}
			}
		})
	}
}

func TestTokenTroubleIsWaitedOutButARefusalEndsTheRun(t *testing.T) {
	for _, tc := range []struct {
		answers []reply
		refused bool
	}{
		{[]reply{failing(503), failing(503), failing(503), ok(grantJSON("A1", "R1", 3600))}, false},
		{[]reply{failing(400)}, true},
	} {
		src, _ := renewing(t, &endpoint{answers: tc.answers}, Grant{RefreshToken: "R0"}, nil)
		b := setup(t, func(o *Options) { o.Tokens = src })
		b.answer("POST /wholesale/customers", reply{status: 202, body: `{"id":"E1"}`})
		err := create(b)
		diff(t, tc.refused, Refused(err))
		diff(t, tc.refused, err != nil)
		diff(t, false, Unclear(err))
	}
}

func TestTroubleWhileRenewingARefusedTokenIsWaitedOut(t *testing.T) {
	known := Grant{AccessToken: "old", RefreshToken: "R0"}
	for _, tc := range []struct {
		answers []reply
		want    string // kind; empty for success
	}{
		{[]reply{failing(503), failing(503), failing(503), failing(503), ok(grantJSON("new", "R1", 3600))}, ""},
		{[]reply{failing(503)}, kindUnavailable},
		{[]reply{failing(400)}, kindRefused},
	} {
		src, _ := renewing(t, &endpoint{answers: tc.answers}, known, nil)
		b := setup(t, func(o *Options) { o.Tokens = src })
		guarded(b, "new")
		kind := ""
		if err := create(b); err != nil {
			kind = asError(t, err).Failure().Kind
		}
		diff(t, tc.want, kind)
	}
}

func TestAGrantThatCannotBeKeptIsSaid(t *testing.T) {
	full := errors.New("disk full")
	src, _ := renewing(t, &endpoint{answers: []reply{ok(grantJSON("A1", "R1", 3600))}}, Grant{RefreshToken: "R0"}, func(Grant) error { return full })
	if _, err := src.Token(t.Context()); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
	got, err := src.Token(t.Context())
	must(t, err)
	diff(t, "A1", got)
}

func TestRefreshTokenWantsCredentials(t *testing.T) {
	for _, o := range []RefreshOptions{
		{BaseURL: "nowhere", ClientID: "id", ClientSecret: "s", Grant: Grant{RefreshToken: "r"}},
		{BaseURL: "https://x", ClientSecret: "s", Grant: Grant{RefreshToken: "r"}},
		{BaseURL: "https://x", ClientID: "id", Grant: Grant{RefreshToken: "r"}},
		{BaseURL: "https://x", ClientID: "id", ClientSecret: "s"},
	} {
		if _, err := RefreshToken(o); err == nil {
			t.Errorf("%+v: accepted", o)
		}
	}
}

func TestWaitingForARenewalEndsWithTheContext(t *testing.T) {
	src, _ := renewing(t, &endpoint{answers: []reply{failing(500)}}, Grant{RefreshToken: "R0"}, nil)
	must(t, src.(*refreshToken).lock(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := src.Token(ctx)
	diff(t, []bool{true, true}, []bool{errors.Is(err, context.Canceled), errors.Is(src.Refresh(ctx), context.Canceled)})
}
