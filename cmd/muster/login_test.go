package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"muster/internal/sandbox"
)

const plantedSecret = "planted-client-secret-77aa31"

// authority is a service on loopback at which one can log in, with a clock that can be moved.
type authority struct {
	t     *testing.T
	base  string
	ahead atomic.Int64 // nanoseconds that its clock is ahead
	seen  func(r *http.Request)
}

// openAuthority starts a service, and gives the user of the test a folder for logins.
func openAuthority(t *testing.T, set sandbox.Settings) *authority {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(t.TempDir(), "settings"))
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	for _, name := range []string{"WEBEX_ACCESS_TOKEN", "WEBEX_CLIENT_ID", "WEBEX_REFRESH_TOKEN", "DISPLAY", "WAYLAND_DISPLAY"} {
		t.Setenv(name, "")
	}
	t.Setenv("WEBEX_CLIENT_SECRET", plantedSecret)
	a := &authority{t: t}
	server, err := sandbox.Open(t.Context(), sandbox.Options{
		Path: filepath.Join(t.TempDir(), "sandbox.db"), Settings: set,
		Clock: func() time.Time { return time.Now().Add(time.Duration(a.ahead.Load())) },
	})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.seen != nil {
			a.seen(r)
		}
		server.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		front.Close()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	a.base = front.URL + "/v1"
	return a
}

// browse logs in, and calls visit with the page that the user is to see.
func (a *authority) browse(visit func(page string), args ...string) told {
	a.t.Helper()
	talk, say := io.Pipe()
	all := new(bytes.Buffer)
	done := make(chan told, 1)
	go func() {
		var out bytes.Buffer
		code := run(a.t.Context(), append([]string{
			"muster", "login", "--target", a.base, "--client-id", "app", "--redirect", "http://127.0.0.1:0/back", "--no-browser",
		}, args...), streams{strings.NewReader(""), &out, say})
		_ = say.Close()
		done <- told{out: out.String(), code: code}
	}()
	lines := bufio.NewScanner(talk)
	for lines.Scan() {
		fmt.Fprintln(all, lines.Text())
		if strings.HasPrefix(lines.Text(), "http") && visit != nil {
			go visit(lines.Text())
		}
	}
	got := <-done
	got.talk = all.String()
	return got
}

// agree is a user who signs in.
func (a *authority) agree(page string) { a.get(page) }

func (a *authority) get(page string) (int, string) {
	resp, err := http.Get(page)
	if err != nil {
		a.t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, string(body)
}

// asDocument holds a document to its schema.
func asDocument(t *testing.T, text, name string) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile("../../docs/schema/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if err := s.Validate(doc); err != nil {
		t.Error(err)
	}
}

func TestLoginByCode(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	var forms []string
	a.seen = func(r *http.Request) {
		if r.URL.Path == "/v1/access_token" {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			forms = append(forms, string(body))
		}
	}
	var page string
	got := a.browse(func(p string) {
		page = p
		at, err := url.Parse(p)
		if err != nil {
			t.Error(err)
			return
		}
		back := at.Query().Get("redirect_uri")
		for _, stray := range []string{"?code=evil&state=wrong", "?code=evil", "/other?code=evil&state=" + at.Query().Get("state"), "?error=access_denied&state=wrong"} {
			if status, _ := a.get(back + stray); status < 400 {
				t.Errorf("%s was taken: %d", stray, status)
			}
		}
		if status, text := a.get(p); status != 200 || !strings.Contains(text, "Signed in") {
			t.Errorf("%d %s", status, text)
		}
	}, "--scope", "openid", "--scope", "spark-admin:people_read")
	if got.code != exitDone || !strings.Contains(got.talk, "logged in at "+a.base) {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	if q, _ := url.Parse(page); q.Query().Get("code_challenge_method") != "S256" || len(q.Query().Get("state")) < 20 || q.Query().Get("nonce") == "" || strings.Contains(page, plantedSecret) {
		t.Errorf("the page is %s", page)
	}
	if len(forms) != 1 || !strings.Contains(forms[0], "code_verifier=") {
		t.Errorf("the token endpoint was asked %q", forms)
	}
	who := muster(t, "whoami", "--target", a.base, "--format", "json")
	asDocument(t, who.out, "whoami-1")
	for _, want := range []string{`"renews": true`, `"method": "authorization code"`, `"email": "partner.admin@sandbox.example"`, `"granted": 2`, `"missing": 16`} {
		if !strings.Contains(who.out, want) {
			t.Errorf("%s is missing: %s", want, who.out)
		}
	}
	if strings.Contains(got.talk+got.out+who.out+who.talk, plantedSecret) {
		t.Error("the secret is told")
	}
	if out := muster(t, "whoami", "--target", a.base).out; !strings.Contains(out, "renewed by itself until") || !strings.Contains(out, "spark-admin:people_read\n") || !strings.Contains(out, "missing") {
		t.Error(out)
	}
	if got := muster(t, "logout", "--target", a.base); got.code != exitDone || !strings.Contains(got.talk, "logged out") {
		t.Error(got)
	}
	if got := muster(t, "logout", "--target", a.base); got.code != exitDone || !strings.Contains(got.talk, "nobody was logged in") {
		t.Error(got)
	}
	if out := muster(t, "whoami", "--target", a.base).out; strings.Contains(out, "renewed") {
		t.Errorf("still logged in: %s", out)
	}
}

func TestLoginThatComesToNothing(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	if got := a.browse(a.agree, "--client-id", "sandbox-denied"); got.code != exitStopped || !strings.Contains(got.talk, `"access_denied": "The user denied the request."`) {
		t.Errorf("denied: %d %s", got.code, got.talk)
	}
	if got := a.browse(nil, "--timeout", "1ms"); got.code != exitStopped || !strings.Contains(got.talk, "nobody signed in") {
		t.Errorf("nobody came: %d %s", got.code, got.talk)
	}
	if got := a.browse(func(page string) {
		at, _ := url.Parse(page)
		a.get(at.Query().Get("redirect_uri") + "?code=made-up-code&state=" + at.Query().Get("state"))
	}); got.code != exitStopped || !strings.Contains(got.talk, "answered 400") || strings.Contains(got.talk, "made-up-code") {
		t.Errorf("a code that was made up: %d %s", got.code, got.talk)
	}
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"far redirect": {[]string{"--redirect", "https://evil.example/back"}, "not on loopback"},
		"no port":      {[]string{"--redirect", "http://127.0.0.1/back"}, "not on loopback"},
		"keep":         {[]string{"--keep", "clipboard"}, "--keep"},
		"sandbox":      {[]string{"--target", "sandbox"}, "needs no token"},
		"argument":     {[]string{"now"}, "takes no argument"},
	} {
		if got := a.browse(nil, tc.args...); got.code != exitUsage || !strings.Contains(got.talk, tc.want) {
			t.Errorf("%s: %d %s", name, got.code, got.talk)
		}
	}
	t.Setenv("WEBEX_CLIENT_SECRET", "")
	if got := a.browse(nil); got.code != exitUsage || !strings.Contains(got.talk, "client secret is missing") {
		t.Errorf("no secret: %d %s", got.code, got.talk)
	}
}

// serviceApp logs in as a service app, its secrets by files.
func (a *authority) serviceApp(args ...string) {
	a.t.Helper()
	dir := a.t.TempDir()
	for name, text := range map[string]string{"secret": plantedSecret, "refresh": "planted-refresh-token-5512"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			a.t.Fatal(err)
		}
	}
	got := muster(a.t, append([]string{
		"login", "--service-app", "--target", a.base, "--client-id", "app", "--client-secret-file", filepath.Join(dir, "secret"),
		"--refresh-token-file", filepath.Join(dir, "refresh"),
	}, args...)...)
	if got.code != exitDone {
		a.t.Fatalf("exit %d: %s", got.code, got.talk)
	}
}

// loginFile reads the one login that is kept.
func loginFile(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "muster", "login-*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (a *authority) apply(state string, args ...string) told {
	return muster(a.t, append([]string{
		"apply", filepath.Join(samplesDir, "languages", "en.xlsx"), "--state", state, "--target", a.base, "--yes", "--format", "json", "--progress", "none",
	}, args...)...)
}

// endTokens lets all tokens end when the service gets its n-th user.
func (a *authority) endTokens(n int32) {
	var users atomic.Int32
	a.seen = func(r *http.Request) {
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/wholesale/subscribers") && users.Add(1) == n {
			a.ahead.Add(int64(15 * 24 * time.Hour))
		}
	}
}

// A token that ends in the middle of a run is renewed, and the run goes on; the login keeps what was renewed.
func TestATokenThatCanBeRenewedEndsInTheMiddle(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	a.serviceApp()
	before := loginFile(t)
	a.endTokens(2)
	got := a.apply(t.TempDir())
	if got.code != exitDone {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	if doc := decoded[runDoc1](t, got.out); doc.Summary["created"] != float64(len(doc.Outcomes)) {
		t.Errorf("%v of %d", doc.Summary, len(doc.Outcomes))
	}
	refresh := regexp.MustCompile(`"refresh": "[^"]+"`)
	if after := loginFile(t); refresh.FindString(after) == refresh.FindString(before) || refresh.FindString(after) == "" {
		t.Error("the rotated refresh token is not kept")
	}
	a.seen = nil
	if who := muster(t, "whoami", "--target", a.base); who.code != exitDone {
		t.Errorf("the next command: %s", who.talk)
	}
}

// The same with credentials of the environment, which the service rotates: the next process uses what this one got.
func TestRotatedCredentialsOfTheEnvironmentAreKept(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	t.Setenv("WEBEX_CLIENT_ID", "app")
	t.Setenv("WEBEX_REFRESH_TOKEN", "planted-refresh-token-5512")
	state := t.TempDir()
	for range 3 {
		if got := a.apply(state); got.code != exitDone {
			t.Fatalf("exit %d: %s", got.code, got.talk)
		}
		a.ahead.Add(int64(15 * 24 * time.Hour))
	}
	if text := loginFile(t); strings.Contains(text, plantedSecret) {
		t.Error("the client's secret is kept")
	}
}

// A token that cannot be renewed stops the run, which goes on with a fresh one.
func TestATokenThatCannotBeRenewedEndsInTheMiddle(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	a.serviceApp()
	access := regexp.MustCompile(`"access": "([^"]+)"`).FindStringSubmatch(loginFile(t))[1]
	t.Setenv("WEBEX_ACCESS_TOKEN", access)
	a.endTokens(2)
	state := t.TempDir()
	got := a.apply(state)
	if got.code != exitStopped || !strings.Contains(got.talk, "the same command goes on") {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	first := decoded[runDoc1](t, got.out)
	if first.Summary["created"] == 0 || first.Summary["not_tried"]+first.Summary["failed"] == 0 {
		t.Errorf("%v", first.Summary)
	}
	t.Setenv("WEBEX_ACCESS_TOKEN", "")
	a.seen = nil
	got = a.apply(state, "--settle", "100ms") // the login renews its token
	again := decoded[runDoc1](t, got.out)
	if got.code != exitDone || again.Run != first.Run || !again.Resumed || again.Summary["created"] != float64(len(again.Outcomes)) {
		t.Errorf("exit %d, %v: %s", got.code, again.Summary, got.talk)
	}
}

// A token that lacks a scope is refused before anything is sent, with the name of the scope.
func TestMissingScopesAreToldBeforeARun(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	var writes atomic.Int32
	a.seen = func(r *http.Request) {
		if r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/access_token") {
			writes.Add(1)
		}
	}
	if got := a.browse(a.agree, "--scope", "spark-admin:wholesale_customers_read", "--scope", "spark-admin:wholesale_subscribers_read"); got.code != exitDone {
		t.Fatal(got.talk)
	}
	state := t.TempDir()
	got := a.apply(state)
	if got.code != exitStopped || !strings.Contains(got.talk, "nothing was sent: the token lacks scopes") ||
		!strings.Contains(got.talk, "spark-admin:wholesale_subscribers_write (make, change and remove users)") || strings.Contains(got.talk, "wholesale_customers_read") {
		t.Errorf("exit %d: %s", got.code, got.talk)
	}
	if got := muster(t, "plan", filepath.Join(samplesDir, "languages", "en.xlsx"), "--state", state, "--target", a.base); got.code != exitStopped || !strings.Contains(got.talk, "organizations_read") || strings.Contains(got.talk, "_write") {
		t.Errorf("plan: exit %d: %s", got.code, got.talk)
	}
	if writes.Load() != 0 {
		t.Errorf("%d calls could have changed something", writes.Load())
	}
}

// A token of which nobody said the scopes shows by reading what it may not read.
func TestMissingScopesAreFoundByReading(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{Tokens: []sandbox.Token{{Value: "some", Scopes: []string{
		"spark-admin:wholesale_customers_read", "spark-admin:organizations_read", "spark-admin:people_read",
	}}}})
	t.Setenv("WEBEX_ACCESS_TOKEN", "some")
	if got := a.apply(t.TempDir()); got.code != exitStopped || !strings.Contains(got.talk, "spark-admin:wholesale_subscribers_read (look users up)") {
		t.Errorf("exit %d: %s", got.code, got.talk)
	}
	who := muster(t, "whoami", "--target", a.base, "--format", "json")
	asDocument(t, who.out, "whoami-1")
	if !strings.Contains(who.out, `"from": "WEBEX_ACCESS_TOKEN"`) || !strings.Contains(who.out, `"renews": false`) || !strings.Contains(who.out, `"granted": "no"`) || !strings.Contains(who.out, `"granted": "unknown"`) {
		t.Error(who.out)
	}
}

func TestLifetimeAgainstTheRun(t *testing.T) {
	const never = 1<<63 - 1
	for _, tc := range []struct {
		left, needs time.Duration
		renews      bool
		last        time.Duration
		want        string
	}{
		{20 * time.Minute, 45 * time.Minute, false, never, "warning: the token ends in 20 min and cannot be renewed; the run needs about 45 min: it will stop then, and the same command goes on with a fresh token"},
		{50 * time.Minute, 45 * time.Minute, false, never, "the token ends in 50 min and cannot be renewed; the run needs about 45 min"},
		{12 * time.Hour, 45 * time.Minute, false, never, ""},
		{20 * time.Minute, 3 * time.Hour, true, never, "the token ends in 20 min and is renewed by itself; the run needs about 3 h"},
		{2 * time.Hour, 3 * time.Minute, true, never, ""},
		{time.Hour, 100 * time.Hour, true, 72 * time.Hour, "warning: the token can be renewed for 3 days, and the run needs about 4 days: it will stop then; `muster login` first"},
		{-time.Minute, 30 * time.Second, false, never, "warning: the token ends in 0 s and cannot be renewed; the run needs about 30 s: it will stop then, and the same command goes on with a fresh token"},
	} {
		if got := lifetimeText(tc.left, tc.needs, tc.renews, tc.last).String(); got != tc.want {
			t.Errorf("got  %s\nwant %s", got, tc.want)
		}
	}
}

// The lifetime is told at the start of a run.
func TestAShortTokenIsTold(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	a.ahead.Store(-int64(14*24*time.Hour + time.Hour)) // its tokens are over for us, and never refused
	a.serviceApp()
	t.Setenv("WEBEX_ACCESS_TOKEN", regexp.MustCompile(`"access": "([^"]+)"`).FindStringSubmatch(loginFile(t))[1])
	if got := a.apply(t.TempDir(), "--canary", "0"); !strings.Contains(got.talk, "warning: the token ends in 0 s and cannot be renewed; the run needs about") {
		t.Error(got.talk)
	}
}

// No secret of a login leaves the vault: not in logs, reports, the journal, nor what is said.
func TestSecretsOfALoginStayInside(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{})
	a.serviceApp()
	written := t.TempDir()
	a.endTokens(2)
	got := a.apply(filepath.Join(written, "state"), "--log-level", "debug", "--log-file", filepath.Join(written, "log"), "--report", filepath.Join(written, "r.html"))
	if got.code != exitDone {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	text := loginFile(t)
	secrets := []string{plantedSecret, "planted-refresh-token-5512"}
	for _, m := range regexp.MustCompile(`"(?:access|refresh)": "([^"]+)"`).FindAllStringSubmatch(text, -1) {
		secrets = append(secrets, m[1])
	}
	if len(secrets) != 4 {
		t.Fatal(text)
	}
	all := got.out + got.talk
	err := filepath.WalkDir(written, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		all += string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range secrets {
		if strings.Contains(all, s) {
			t.Errorf("%s… is told", s[:8])
		}
	}
}
