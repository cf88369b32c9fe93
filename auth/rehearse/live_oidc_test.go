package rehearse

import (
	"bufio"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// plantedSecret is the client secret of every rehearsal in the tests; it must not be found in anything that is shown.
const plantedSecret = "planted-client-secret-8d21"

// npmProvider is how the certified oidc-provider is set up.
type npmProvider struct {
	Conform bool   `json:"conform"`
	PKCE    bool   `json:"pkce"`
	Method  string `json:"method"`
}

// start runs the provider as a process of its own and gives its issuer.
func (p npmProvider) start(t *testing.T) string {
	t.Helper()
	home := os.Getenv("MUSTER_OIDC_PROVIDER")
	if home == "" {
		t.Skip("skip: MUSTER_OIDC_PROVIDER does not name a folder with the npm package oidc-provider; .ci/run installs it")
	}
	options, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "oidc-provider", "server.mjs"), string(options))
	c.Env = append(os.Environ(), "REHEARSAL_SECRET="+plantedSecret)
	stdin, err := c.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close() // the provider ends with its input
		var exit *exec.ExitError
		if err := c.Wait(); err != nil && !errors.As(err, &exit) {
			t.Error(err)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the provider did not say its issuer: %v", err)
	}
	return strings.TrimSpace(line)
}

func rehearseOIDC(t *testing.T, issuer string, o Options) *Rehearsal {
	t.Helper()
	o.Clock, o.HTTP, o.Timeout = time.Now, http.DefaultClient, patience
	r, err := OpenOIDC(t.Context(), OIDCOptions{Options: o, Issuer: issuer, ClientID: "rehearsal", ClientSecret: plantedSecret})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOIDCGoodSignIn rehearses with the certified provider in both of its habits.
func TestOIDCGoodSignIn(t *testing.T) {
	tests := []struct {
		name     string
		provider npmProvider
		place    string
		method   string
		plain    string
	}{
		{
			"email by UserInfo",
			npmProvider{Conform: true, Method: "client_secret_basic"},
			"userinfo",
			"info: the same with client_secret_post: taken", "info: the same without PKCE: taken",
		},
		{
			"email in both, PKCE required",
			npmProvider{PKCE: true, Method: "client_secret_basic"},
			"both",
			"info: the same with client_secret_post: taken", `info: the same without PKCE: refused with "invalid_request"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			issuer := tt.provider.start(t)
			r := rehearseOIDC(t, issuer, Options{ExpectEmail: "ada@example.com"})
			o := newOperator(t)
			for _, request := range []string{oidcSignIn, oidcMethod, oidcPlain} {
				if s := o.follow(r, request); s.status != http.StatusOK || !strings.Contains(s.text, "LIVE-OIDC-05") {
					t.Fatalf("%s: status %d at %s\n%s", request, s.status, s.url, s.text)
				}
			}
			report := outcome(t, r)
			want := []string{"01 passed", "02 passed", "03 passed", "04 passed", "05 info", "06 info", "07 info"}
			if got := words(report); !slices.Equal(got, want) {
				t.Errorf("verdicts %q, want %q; findings %v", got, want, report.Findings)
			}
			got := report.OIDC
			if !got.Verified || got.Issuer != issuer || got.Subject != "ada@example.com" || got.Email != tt.place || got.Algorithm != "RS256" {
				t.Errorf("received %+v", got)
			}
			if got := found(report, "LIVE-OIDC-07"); !strings.Contains(got, tt.method) {
				t.Errorf("LIVE-OIDC-07 says %q, want %q", got, tt.method)
			}
			if got := found(report, "LIVE-OIDC-06"); !strings.Contains(got, tt.plain) {
				t.Errorf("LIVE-OIDC-06 says %q, want %q", got, tt.plain)
			}
		})
	}
}

func TestOIDCWrongIssuerOfRealProvider(t *testing.T) {
	issuer := npmProvider{Method: "client_secret_basic"}.start(t)
	r := rehearseOIDC(t, issuer+"/", Options{})
	if a := r.Invitation().Address; a != "" {
		t.Errorf("there is a page at %q, though the verdict is known", a)
	}
	report := outcome(t, r)
	if got := found(report, "LIVE-OIDC-01"); !strings.Contains(got, `blocker: the discovery document is of the issuer "`+issuer+`", not of "`+issuer+`/"`) {
		t.Errorf("LIVE-OIDC-01 says %q", got)
	}
}

func TestOIDCRefusedClient(t *testing.T) {
	issuer := npmProvider{Method: "client_secret_basic"}.start(t)
	o := OIDCOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient, Timeout: patience, Single: true}, Issuer: issuer, ClientID: "rehearsal", ClientSecret: "another"}
	r, err := OpenOIDC(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	newOperator(t).follow(r, oidcSignIn)
	if got := found(outcome(t, r), "LIVE-OIDC-01"); !strings.Contains(got, `blocker: the token endpoint refuses with "invalid_client"`) {
		t.Errorf("LIVE-OIDC-01 says %q", got)
	}
}
