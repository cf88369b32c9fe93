package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// Secrets that are planted wherever one can come in. None of them may be in a byte that muster writes.
const (
	plantedEnvToken      = "planted-env-token-8c21"
	plantedFileToken     = "planted-file-token-5d0e"
	plantedServiceSecret = "planted-client-secret-b94f"
	plantedRefresh       = "planted-refresh-token-77aa"
	plantedRenewed       = "planted-renewed-token-c3d2"
	plantedRotated       = "planted-rotated-token-0e6b"
	plantedOIDC          = "planted-oidc-secret-41fe"
	plantedPassword      = "planted-url-password-9b3c"
	plantedQuery         = "planted-url-query-d270"
	plantedSetting       = "planted-setting-63ac"
)

func plantedSecrets() []string {
	return []string{
		plantedEnvToken, plantedFileToken, plantedServiceSecret, plantedRefresh, plantedRenewed, plantedRotated, plantedOIDC, plantedPassword, plantedQuery, plantedSetting,
	}
}

// gossip is a service that tells everything it hears: in messages, tracking ids, headers and pages of errors.
type gossip struct {
	t       *testing.T
	forward http.Handler
	refuses atomic.Bool // each create of a user, and the token endpoint
	renewed atomic.Int32
	ended   atomic.Int32 // number of the renewed token that is refused
	closed  atomic.Bool  // no token is renewed any more

	mu      sync.Mutex
	hangs   chan struct{} // not nil: calls wait here
	reached chan struct{}
}

func (g *gossip) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client was killed
	}
	heard := r.Header.Get("Authorization") + " " + string(body)
	w.Header().Set("trackingId", "GOSSIP_"+r.Header.Get("Authorization"))
	g.mu.Lock()
	hangs, reached := g.hangs, g.reached
	g.mu.Unlock()
	switch {
	case hangs != nil:
		select {
		case reached <- struct{}{}:
		default:
		}
		select {
		case <-hangs:
		case <-r.Context().Done():
		}
	case strings.HasSuffix(r.URL.Path, "/access_token"):
		g.grant(w, heard)
	case !strings.HasSuffix(r.URL.Path, "/me") && strings.Contains(heard, fmt.Sprintf("%s-%d", plantedRenewed, g.ended.Load())):
		g.refuse(w, http.StatusUnauthorized, heard) // in the middle of a run
	case g.refuses.Load() && r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/subscribers"):
		g.refuse(w, http.StatusBadRequest, heard)
	default:
		r.Body = io.NopCloser(bytes.NewReader(body))
		g.forward.ServeHTTP(w, r)
	}
}

func (g *gossip) refuse(w http.ResponseWriter, status int, heard string) {
	w.WriteHeader(status)
	err := json.NewEncoder(w).Encode(map[string]any{
		"message": "refused: " + heard, "trackingId": "BODY_" + heard, "error_description": heard,
		"errors": []any{map[string]any{"description": "heard " + heard, "errorCode": heard}},
	})
	if err != nil {
		g.t.Error(err)
	}
}

func (g *gossip) grant(w http.ResponseWriter, heard string) {
	if g.closed.Load() {
		g.refuse(w, http.StatusBadRequest, heard)
		return
	}
	n := g.renewed.Add(1)
	err := json.NewEncoder(w).Encode(map[string]any{
		"access_token": fmt.Sprintf("%s-%d", plantedRenewed, n), "refresh_token": plantedRotated, "expires_in": 3600, "refresh_token_expires_in": 7200,
	})
	if err != nil {
		g.t.Error(err)
	}
}

// anyCode stands for every exit code.
const anyCode = -1

// parts gives the files of an archive.
func parts(t *testing.T, archive []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte)
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(in); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// watched runs the built program and gathers every byte that it writes.
type watched struct {
	t       *testing.T
	program string
	dir     string // everything is written below it
	target  string
	env     []string
	talk    int
}

func newWatched(t *testing.T) (*watched, *gossip) {
	t.Helper()
	service := t.TempDir()
	l, err := openSandbox(t, service).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	at, err := url.Parse(l.URL())
	if err != nil {
		t.Fatal(err)
	}
	at.Path = ""
	g := &gossip{t: t, forward: httputil.NewSingleHostReverseProxy(at)}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	p := &watched{t: t, program: binary(t), dir: filepath.Join(t.TempDir(), "written"), target: server.URL + "/v1"}
	if err := os.Mkdir(p.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return p, g
}

// command makes a process of the program with its home and its working folder below dir.
func (p *watched) command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, p.program, args...)
	c.Dir = p.dir
	c.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "LC_ALL=C", "MUSTER_STATE=state", "MUSTER_RATE=100000/s"}, p.env...)
	return c
}

// run runs the program with every report and the most talkative log. Everything it says is kept as a file beside the others.
func (p *watched) run(want int, args ...string) string {
	p.t.Helper()
	out, err := p.command(p.t.Context(), args...).CombinedOutput()
	code := 0
	if exit, ok := err.(*exec.ExitError); ok {
		code = exit.ExitCode()
	} else if err != nil {
		p.t.Fatal(err)
	}
	if code != want && want != anyCode {
		p.t.Errorf("%v: exit %d, want %d: %s", args, code, want, out)
	}
	p.keep(out)
	return string(out)
}

func (p *watched) keep(talk []byte) {
	p.t.Helper()
	p.talk++
	if err := os.WriteFile(filepath.Join(p.dir, fmt.Sprintf("talk-%d.txt", p.talk)), talk, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *watched) reports(name string, endings ...string) []string {
	var args []string
	for _, e := range endings {
		args = append(args, "--report", name+e)
	}
	return args
}

// search looks for the secrets in every file, as they are and in the forms in which they travel; archives and workbooks are
// unpacked.
func (p *watched) search() {
	p.t.Helper()
	files := 0
	err := filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if strings.HasPrefix(d.Name(), "login-") && strings.HasSuffix(d.Name(), ".json") {
			if st, err := d.Info(); err != nil || st.Mode().Perm() != 0o600 {
				p.t.Errorf("the renewed tokens are kept with the mode %v (%v)", st.Mode(), err)
			}
			return nil // where there is no keyring, they are kept here, and nowhere else
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		texts := map[string][]byte{"": data}
		if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
			texts = parts(p.t, data)
		}
		for part, text := range texts {
			for _, secret := range plantedSecrets() {
				for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))[:len(secret)], fmt.Sprintf("%x", secret)} {
					if at := bytes.Index(text, []byte(form)); at >= 0 {
						p.t.Errorf("%s %s holds %q: …%s", d.Name(), part, form, text[max(0, at-80):min(len(text), at+40)])
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if files < 10 {
		p.t.Errorf("only %d files were written", files)
	}
}

// TestPlantedSecretsOfTheService plants every credential of the service, lets it echo them in whatever it answers, and
// searches all that was written: reports, log, journal, archive, the dump of a process that was asked to quit.
func TestPlantedSecretsOfTheService(t *testing.T) {
	withoutRaces(t)
	t.Parallel()
	p, g := newWatched(t)
	book, err := filepath.Abs(filepath.Join(samplesDir, "languages", "en.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	all := []string{".html", ".xlsx", ".json", ".xml", ".csv", ".md"}
	tokenFile := filepath.Join(t.TempDir(), "token") // ours, and not written by muster
	if err := os.WriteFile(tokenFile, []byte(plantedFileToken+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	log := []string{"--target", p.target, "--log-level", "debug", "--log-format", "json"}
	g.refuses.Store(true)

	p.env = []string{"WEBEX_CLIENT_ID=client", "WEBEX_CLIENT_SECRET=" + plantedServiceSecret, "WEBEX_REFRESH_TOKEN=" + plantedRefresh}
	g.ended.Store(1)
	p.run(exitDone, append([]string{"plan", book}, log...)...)
	g.ended.Store(2)
	p.run(exitRowsFailed, append(append([]string{"apply", book, "--yes", "--format", "ndjson"}, log...), p.reports("renewed", all...)...)...)
	if g.renewed.Load() != 3 {
		t.Errorf("the token was renewed %d times, not in the middle of a run", g.renewed.Load())
	}
	g.ended.Store(3)
	g.closed.Store(true)
	if out := p.run(exitStopped, append([]string{"verify", book}, log...)...); !strings.Contains(out, "[redacted]") {
		t.Errorf("the refused renewal is told without what the service said: %s", out)
	}

	p.env = []string{"WEBEX_ACCESS_TOKEN=" + plantedEnvToken}
	p.run(exitRowsFailed, append(append([]string{"apply", book, "--yes", "--format", "json", "--only-failed", "renewed.csv"}, log...), p.reports("env", all...)...)...)
	p.run(exitRowsFailed, append([]string{"apply", book, "--yes", "--token-file", tokenFile, "--log-level", "debug"}, log[:2]...)...)
	p.run(exitDone, "status", "--format", "json")
	p.run(exitDone, "audit", "--format", "json")
	bundle := p.run(exitDone, "bundle", "--out", "bundle.zip")
	if !strings.Contains(bundle, "wrote") {
		t.Error(bundle)
	}
	if data, err := os.ReadFile(filepath.Join(p.dir, "bundle.zip")); err != nil || !bytes.Contains(parts(t, data)["failures.ndjson"], []byte("[redacted]")) {
		t.Errorf("the archive does not hold the answers that echo the token (%v)", err)
	}
	p.quits(g, book)
	p.search()
}

// quits asks a process that holds a token to quit: it prints its stacks.
func (p *watched) quits(g *gossip, book string) {
	p.t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	g.mu.Lock()
	g.hangs, g.reached = make(chan struct{}), make(chan struct{}, 1)
	g.mu.Unlock()
	c := p.command(p.t.Context(), "apply", book, "--yes", "--target", p.target, "--log-level", "debug")
	c.Env = append(c.Env, "GOTRACEBACK=all")
	var talk bytes.Buffer
	c.Stdout, c.Stderr = &talk, &talk
	if err := c.Start(); err != nil {
		p.t.Fatal(err)
	}
	<-g.reached
	if line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", c.Process.Pid)); err == nil {
		p.keep(line)
	}
	if err := c.Process.Signal(syscall.SIGQUIT); err != nil {
		p.t.Fatal(err)
	}
	if err := c.Wait(); err == nil || !strings.Contains(talk.String(), "goroutine 1 ") {
		p.t.Errorf("the process did not print its stacks: %v, %s", err, talk.String())
	}
	close(g.hangs)
	p.keep(talk.Bytes())
}

// TestPlantedSecretsOfProviders plants passwords and keys in addresses: in cells, in flags, in answers of a provider, and in
// settings where there is no place for them.
func TestPlantedSecretsOfProviders(t *testing.T) {
	withoutRaces(t)
	t.Parallel()
	p, _ := newWatched(t)
	idp := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://user:"+plantedPassword+"@127.0.0.1:1/next?token="+plantedQuery, http.StatusFound)
	}))
	t.Cleanup(idp.Close)
	secret := strings.Replace(idp.URL, "https://", "https://user:"+plantedPassword+"@", 1) + "/metadata?token=" + plantedQuery + "&client_secret=" + plantedQuery
	book := t.TempDir()
	write(t, book, "templates.csv", "Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription,Authentication,IDP Entity ID,SAML metadata,OIDC issuer,OpenID Connect IDP Entity ID\n"+
		"S,ZjViMzYxODctYzhkZC00NzI3LTgz,sp@partner.example,US,en_US,Sub1,Partner SAML,urn:idp,"+secret+",,\n"+
		"T,ZjViMzYxODctYzhkZC00NzI3LTg4,sp@partner.example,US,en_US,Sub1,Partner OpenID Connect,,,"+secret+",idp\n")
	write(t, book, "customers.csv", "External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,ZIP or postal code,State or province,Packages and add-ons,Supported location confirmed\n"+
		"c-1,Bakery,ana@bakery.example,US,S,1 Main Street,Austin,78701,TX,Webex Meetings,yes\n")
	for _, online := range [][]string{nil, {"--online", "--allow-private"}} {
		for _, format := range []string{"text", "json", "github"} {
			p.run(exitFindings, append([]string{"auth", "check", book, "--format", format}, online...)...)
		}
	}
	p.run(exitFindings, append([]string{"check", book}, p.reports("check", ".html", ".json", ".xml", ".csv", ".md")...)...)
	p.run(exitFindings, "templates", book)
	p.run(exitFindings, "handoff", book, "--format", "json")
	p.run(exitDone, append([]string{"apply", book, "--partial", "--log-level", "debug"}, p.reports("run", ".html", ".json", ".csv")...)...)
	p.run(exitFindings, "auth", "check", "--metadata-url", secret, "--entity-id", "urn:idp", "--allow-private")
	p.run(exitFindings, "auth", "check", "--issuer", secret, "--idp-name", "idp", "--allow-private")

	p.env = []string{"MUSTER_OIDC_CLIENT_SECRET=" + plantedOIDC}
	p.run(anyCode, "auth", "rehearse", "oidc", "--issuer", idp.URL, "--client-id", "id", "--timeout", "10s")

	p.env = nil
	for _, target := range []string{"https://user:" + plantedPassword + "@example.invalid/v1", "https://example.invalid/v1?token=" + plantedQuery, "https://example.invalid/v1#" + plantedQuery, "ftp://user:" + plantedPassword + "@example.invalid"} {
		p.run(exitUsage, "export", "--target", target, "-o", "export.xlsx")
	}
	for name, text := range map[string]string{"token": "token: " + plantedSetting, "client_secret": "client_secret: [" + plantedSetting + "]", "nested": "webex:\n  token: " + plantedSetting} {
		write(t, book, name+".yaml", text+"\n")
		p.run(exitUsage, "check", book, "--config", filepath.Join(book, name+".yaml"))
	}
	p.search()
}
