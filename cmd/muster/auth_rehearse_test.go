package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"log"
	"math/big"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/crewjam/saml/samlidp"
	"github.com/go-jose/go-jose/v4"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/net/html"
)

// rehearsed is the program while it waits for the operator.
type rehearsed struct {
	t       *testing.T
	command *exec.Cmd
	out     bytes.Buffer
	talk    *bufio.Reader
	told    strings.Builder
	address string
}

// startRehearsal runs `muster auth rehearse` as a process (TestMain puts it on the path) and reads the address to open.
func startRehearsal(t *testing.T, env []string, args ...string) *rehearsed {
	t.Helper()
	r := &rehearsed{t: t, command: exec.CommandContext(t.Context(), "muster", append([]string{"auth", "rehearse"}, args...)...)}
	r.command.Env = append(os.Environ(), env...)
	r.command.Stdout = &r.out
	talk, err := r.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.command.Start(); err != nil {
		t.Fatal(err)
	}
	r.talk = bufio.NewReader(talk)
	for r.address == "" {
		line, err := r.talk.ReadString('\n')
		r.told.WriteString(line)
		if err != nil {
			t.Fatalf("the program ended before it said what to open: %s", r.told.String())
		}
		if address, ok := strings.CutPrefix(line, "open "); ok {
			r.address = strings.TrimSpace(address)
		}
	}
	return r
}

// end waits for the program and gives its exit code and all that it said.
func (r *rehearsed) end() (code int, said string) {
	r.t.Helper()
	rest, err := io.ReadAll(r.talk)
	if err != nil {
		r.t.Fatal(err)
	}
	r.told.Write(rest)
	var exit *exec.ExitError
	if err := r.command.Wait(); err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return r.command.ProcessState.ExitCode(), r.told.String()
}

// surf opens an address and submits every form that comes, as Ada, until a page has none or is muster's.
func surf(t *testing.T, client *http.Client, address string) string {
	t.Helper()
	res, err := client.Get(address)
	for range 8 {
		if err != nil {
			t.Fatal(err)
		}
		text, err2 := io.ReadAll(res.Body)
		if err := errors.Join(err2, res.Body.Close()); err != nil {
			t.Fatal(err)
		}
		action, fields := firstForm(t, text)
		if action == "" || strings.Contains(string(text), "What this does not prove") {
			return string(text)
		}
		res, err = client.PostForm(action, fields)
	}
	t.Fatal("the forms do not end")
	return ""
}

func firstForm(t *testing.T, page []byte) (action string, fields url.Values) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	fields = url.Values{}
	for n := range doc.Descendants() {
		at := make(map[string]string)
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "form" && action == "":
			action = at["action"]
		case n.Data == "input" && at["name"] != "":
			fields.Set(at["name"], at["value"])
		}
	}
	for name, value := range map[string]string{"user": "ada", "password": "lovelace"} {
		if fields.Has(name) {
			fields.Set(name, value)
		}
	}
	return action, fields
}

func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Timeout: 30 * time.Second}
}

// samlProvider serves crewjam's identity provider and writes its metadata into a file.
func samlProvider(t *testing.T) (server *samlidp.Server, metadata string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewUnstartedServer(nil)
	address := url.URL{Scheme: "http", Host: front.Listener.Addr().String()}
	server, err = samlidp.New(samlidp.Options{URL: address, Key: key, Certificate: cert, Store: &samlidp.MemoryStore{}, Logger: log.New(io.Discard, "", 0)})
	if err != nil {
		t.Fatal(err)
	}
	front.Config.Handler = server
	front.Start()
	t.Cleanup(front.Close)
	server.IDP.LoginURL = server.IDP.SSOURL // so that the sign-in goes on with the request that began it
	provide(t, server, "/users/ada", []byte(`{"name":"ada","password":"lovelace","email":"ada@example.com"}`))
	text, err := xml.Marshal(server.IDP.Metadata())
	if err != nil {
		t.Fatal(err)
	}
	metadata = filepath.Join(t.TempDir(), "idp.xml")
	if err := os.WriteFile(metadata, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return server, metadata
}

func provide(t *testing.T, server *samlidp.Server, path string, body []byte) {
	t.Helper()
	w := httptest.NewRecorder()
	server.ServeHTTP(w, httptest.NewRequest(http.MethodPut, path, bytes.NewReader(body)))
	if w.Code != http.StatusNoContent {
		t.Fatalf("PUT %s: %d", path, w.Code)
	}
}

// TestAuthRehearseSAML rehearses with a provider that names the address urn:oid:… as crewjam's does, which is a near miss.
func TestAuthRehearseSAML(t *testing.T) {
	server, metadata := samlProvider(t)
	own := filepath.Join(t.TempDir(), "muster.xml")
	saved := filepath.Join(t.TempDir(), "saved")
	r := startRehearsal(t, nil, "saml", "--metadata", metadata, "--sp-metadata", own, "--expect-email", "ada@example.com", "--format", "json", "--save", saved, "--timeout", "1m")
	text, err := os.ReadFile(own)
	if err != nil {
		t.Fatal(err)
	}
	provide(t, server, "/services/muster", text)
	client := browser(t)
	for _, request := range []string{"sign-in", "acs-url", "acs-index"} {
		if page := surf(t, client, r.address+"start/"+request); !strings.Contains(page, "LIVE-SAML-07") {
			t.Fatalf("%s: %s", request, page)
		}
	}
	code, said := r.end()
	if code != exitFindings {
		t.Errorf("exit %d: %s", code, said)
	}
	holdsTo(t, r.out.Bytes(), "rehearsal-1")
	doc := decoded[rehearsalDoc](t, r.out.String())
	if doc.Summary.Errors != 1 || doc.Protocol != "saml" || len(doc.Verdicts) != 8 {
		t.Errorf("summary %+v, %d verdicts", doc.Summary, len(doc.Verdicts))
	}
	for _, f := range doc.Findings {
		if f.ID == "LIVE-SAML-04" && !strings.Contains(f.Message, `arrive as ["urn:oid:0.9.2342.19200300.100.1.3"`) {
			t.Errorf("LIVE-SAML-04 says %q", f.Message)
		}
	}
	kept, err := os.ReadFile(filepath.Join(saved, "sign-in-response.xml"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(kept, []byte("*** (")) || bytes.Contains(kept, []byte("ada@example.com")) {
		t.Errorf("what was saved is not masked: %s", kept)
	}
}

// holdsTo asks whether a document keeps its schema.
func holdsTo(t *testing.T, doc []byte, name string) {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("..", "..", "docs", "schema", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		t.Fatalf("%v: %s", err, doc)
	}
	if err := s.Validate(v); err != nil {
		t.Error(err)
	}
}

func TestAuthRehearseInterrupted(t *testing.T) {
	_, metadata := samlProvider(t)
	r := startRehearsal(t, nil, "saml", "--metadata", metadata, "--timeout", "1m")
	if err := r.command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code, said := r.end(); code != exitInterrupted || !strings.Contains(said, "the rehearsal was interrupted") {
		t.Errorf("exit %d: %s", code, said)
	}
}

func TestAuthRehearseTimeout(t *testing.T) {
	_, metadata := samlProvider(t)
	r := startRehearsal(t, nil, "saml", "--metadata", metadata, "--timeout", "1s")
	if code, said := r.end(); code != exitUnexpected || !strings.Contains(said, "no answer of the provider has arrived") {
		t.Errorf("exit %d: %s", code, said)
	}
}

// TestAuthRehearseWrongIssuer needs no sign-in: the discovery document settles it.
func TestAuthRehearseWrongIssuer(t *testing.T) {
	issuer, _ := oidcProvider(t)
	t.Setenv("REHEARSAL_SECRET", plantedClientSecret)
	got := muster(t, "auth", "rehearse", "oidc", "--issuer", issuer+"/", "--client-id", "rehearsal", "--client-secret-env", "REHEARSAL_SECRET", "--format", "json")
	if got.code != exitFindings {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	holdsTo(t, []byte(got.out), "rehearsal-1")
	if doc := decoded[rehearsalDoc](t, got.out); doc.Summary.Blockers != 1 || doc.Received != nil || doc.Findings[0].ID != "LIVE-OIDC-01" {
		t.Errorf("%+v", doc)
	}
}

// The secrets of a sign-in; none may be found in anything that muster writes.
const (
	plantedClientSecret = "planted-client-secret-51ce"
	plantedAccessToken  = "planted-access-token-a07d"
	plantedRefreshToken = "planted-refresh-token-e64b"
	plantedCode         = "planted-code-18f3"
)

// oidcProvider serves a provider that signs everybody in as Ada. It gives the issuer and the ID token given out last.
func oidcProvider(t *testing.T) (issuer string, token func() string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu         sync.Mutex // guards raw and nonce
		raw, nonce string
	)
	server := httptest.NewUnstartedServer(nil)
	issuer = "http://" + server.Listener.Addr().String()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/keys"})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("GET /authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		mu.Lock()
		defer mu.Unlock()
		nonce = q.Get("nonce")
		http.Redirect(w, r, q.Get("redirect_uri")+"?code="+plantedCode+"&state="+url.QueryEscape(q.Get("state")), http.StatusFound)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		now := time.Now().Unix()
		claims, err := json.Marshal(map[string]any{"iss": issuer, "aud": "rehearsal", "sub": "ada", "nonce": nonce, "iat": now, "exp": now + 60, "email": "ada@example.com"})
		if err != nil {
			t.Error(err)
		}
		signed, err := signer.Sign(claims)
		if err != nil {
			t.Error(err)
		}
		if raw, err = signed.CompactSerialize(); err != nil {
			t.Error(err)
		}
		answer(w, map[string]any{"access_token": plantedAccessToken, "refresh_token": plantedRefreshToken, "token_type": "Bearer", "id_token": raw})
	})
	server.Config.Handler = mux
	server.Start()
	t.Cleanup(server.Close)
	return issuer, func() string {
		mu.Lock()
		defer mu.Unlock()
		return raw
	}
}

func TestAuthRehearseOIDCTellsNoSecret(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			issuer, token := oidcProvider(t)
			saved := filepath.Join(t.TempDir(), "saved")
			r := startRehearsal(t, []string{"MUSTER_OIDC_CLIENT_SECRET=" + plantedClientSecret},
				"oidc", "--issuer", issuer, "--client-id", "rehearsal", "--expect-email", "ada@example.com", "--format", format, "--save", saved, "--timeout", "1m")
			client := browser(t)
			all := ""
			for _, request := range []string{"sign-in", "other-method", "no-pkce"} {
				all += surf(t, client, r.address+"start/"+request)
			}
			code, said := r.end()
			if code != exitDone {
				t.Errorf("exit %d: %s", code, said)
			}
			if format == "json" {
				holdsTo(t, r.out.Bytes(), "rehearsal-1")
			}
			all += said + r.out.String()
			files := 0
			err := filepath.WalkDir(saved, func(path string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				files++
				text, err := os.ReadFile(path)
				all += string(text)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if files == 0 || !strings.Contains(all, "ada@example.com") || !strings.Contains(all, "LIVE-OIDC-05") {
				t.Errorf("%d files; what was told: %s", files, all)
			}
			signature := token()[strings.LastIndex(token(), ".")+1:]
			for _, secret := range []string{plantedClientSecret, plantedAccessToken, plantedRefreshToken, plantedCode, signature} {
				if strings.Contains(all, secret) {
					t.Errorf("%q is told", secret)
				}
			}
		})
	}
}
