package oidc

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/auth/check"
	"muster/auth/fetch"
)

// provider is an OpenID provider on loopback.
type provider struct {
	url    string
	pages  map[string]string // by path
	asked  chan string       // paths, in order
	client *fetch.Client
}

// providerDate is what the provider's clock shows.
const providerDate = "Sat, 21 Nov 2026 00:10:00 GMT"

func newProvider(t *testing.T, most uint16) *provider {
	t.Helper()
	p := &provider{pages: map[string]string{}, asked: make(chan string, 20)}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.asked <- r.URL.Path
		page, ok := p.pages[r.URL.Path]
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Date", providerDate)
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, page) // the checks see what is missing
	}))
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: most}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what is tested
	s.StartTLS()
	t.Cleanup(s.Close)
	p.url = s.URL
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	p.client = fetch.New(fetch.Options{Roots: roots, AllowPrivate: true, Now: func() time.Time { return today }})
	return p
}

// document is a healthy one of this provider.
func (p *provider) document(t *testing.T) string {
	t.Helper()
	return strings.ReplaceAll(string(document(t)), "https://idp.contoso.com", p.url)
}

// told gives level and ID of the findings, sorted.
func told(found []check.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Level.String()+" "+f.ID)
	}
	slices.Sort(out)
	return out
}

func TestFetch(t *testing.T) {
	p := newProvider(t, 0)
	key, err := jwk("rsa2048")
	p.pages[wellKnown] = p.document(t)
	p.pages["/keys"] = string(text1(t, `{"keys": [`+key+`]}`, err))
	in := Fetch(t.Context(), p.client, Input{Issuer: p.url, GoLive: today})
	got := Inspect(in)
	if len(got.Findings) > 0 || got.Document == nil || len(got.Keys) != 1 {
		t.Errorf("document %v, %d keys, findings %v", got.Document, len(got.Keys), got.Findings)
	}
	for _, want := range []string{wellKnown, "/keys"} {
		if got := <-p.asked; got != want {
			t.Errorf("asked for %q, want %q", got, want)
		}
	}
	network := Network(t.Context(), p.client, in, got)
	if diff := cmp.Diff([]string{"error OIDC-NET-001", "error OIDC-NET-004"}, told(network)); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(network[0].Message.String(), "600 s ahead of") {
		t.Errorf("got %q", network[0].Message)
	}
}

// What is there already is not fetched.
func TestFetchNothing(t *testing.T) {
	p := newProvider(t, 0)
	in := Fetch(t.Context(), p.client, Input{Issuer: p.url, Discovery: []byte(p.document(t)), Keys: []byte(`{"keys": []}`)})
	if in.FetchedDiscovery != nil || in.FetchedKeys != nil || len(p.asked) > 0 {
		t.Errorf("asked %d times", len(p.asked))
	}
}

func TestFetchKeysOfForm(t *testing.T) {
	p := newProvider(t, 0)
	in := Fetch(t.Context(), p.client, Input{Form: &TACForm{KeySetURL: p.url + "/keys"}})
	if in.FetchedKeys == nil || in.FetchedKeys.Answer.Status != 404 {
		t.Errorf("got %+v", in.FetchedKeys)
	}
}

func TestFetchInstead(t *testing.T) {
	p := newProvider(t, 0)
	p.pages[wellKnownOAuth+"/tenant"] = p.document(t)
	in := Fetch(t.Context(), p.client, Input{DiscoveryURL: p.url + "/tenant" + wellKnown, GoLive: today})
	if got, want := in.FetchedDiscovery.Instead, p.url+wellKnownOAuth+"/tenant"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if diff := cmp.Diff([]string{"error OIDC-DISC-001", "error OIDC-DISC-002"}, told(Inspect(in).Findings)); diff != "" {
		t.Error(diff)
	}
}

func TestFetchNothingInstead(t *testing.T) {
	p := newProvider(t, 0)
	for _, address := range []string{p.url + "/tenant" + wellKnown, p.url + "/tenant"} {
		in := Fetch(t.Context(), p.client, Input{DiscoveryURL: address})
		if in.FetchedDiscovery.Answer.Status != 404 || in.FetchedDiscovery.Instead != "" {
			t.Errorf("%s: got %+v", address, in.FetchedDiscovery)
		}
	}
}

func TestFetchRefused(t *testing.T) {
	in := Fetch(t.Context(), fetch.New(fetch.Options{}), Input{DiscoveryURL: "https://127.0.0.1" + wellKnown})
	found := Inspect(in).Findings
	if diff := cmp.Diff([]string{"error OIDC-DISC-002"}, told(found)); diff != "" {
		t.Fatal(diff)
	}
	if !strings.Contains(found[0].Message.String(), "is loopback, which is not asked") {
		t.Errorf("got %q", found[0].Message)
	}
}

// A client that must not ask inside says of the endpoints that they are inside.
func TestNetworkRefused(t *testing.T) {
	doc := Inspect(Input{Discovery: document(t, `token_endpoint="https://127.0.0.1/token"`, `userinfo_endpoint="https://127.0.0.1/me"`, `jwks_uri="https://10.0.0.1/keys"`, `authorization_endpoint="https://10.0.0.2/"`)})
	found := Network(t.Context(), fetch.New(fetch.Options{}), Input{GoLive: today}, doc)
	if diff := cmp.Diff([]string{"error OIDC-NET-004", "error OIDC-NET-004"}, told(found)); diff != "" {
		t.Error(diff)
	}
}

func TestTLS(t *testing.T) {
	good, old := newProvider(t, 0), newProvider(t, tls.VersionTLS11)
	strange := fetch.New(fetch.Options{AllowPrivate: true, Now: func() time.Time { return today }})
	ends := time.Date(2084, 1, 29, 16, 0, 0, 0, time.UTC) // of the certificate in httptest
	tests := []struct {
		name    string
		client  *fetch.Client
		address string
		goLive  time.Time
		want    []string
	}{
		{"good", good.client, good.url, today, nil},
		{"old", old.client, old.url, today, []string{"error OIDC-NET-003"}},
		{"ends soon", good.client, good.url, ends.AddDate(0, 0, -29), []string{"warning OIDC-NET-002"}},
		{"ends before", good.client, good.url, ends.AddDate(0, 0, 1), []string{"error OIDC-NET-002"}},
		{"other host", good.client, strings.Replace(good.url, "127.0.0.1", "localhost", 1), today, []string{"error OIDC-NET-002"}},
		{"nobody trusts it", strange, good.url, today, []string{"error OIDC-NET-002"}},
		{"internal", fetch.New(fetch.Options{}), good.url, today, []string{"warning OIDC-NET-002"}},
		{"no address", good.client, "/relative", today, []string{"error OIDC-NET-002"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, told(TLS(t.Context(), tt.client, tt.address, tt.goLive))); diff != "" {
				t.Error(diff)
			}
		})
	}
}
