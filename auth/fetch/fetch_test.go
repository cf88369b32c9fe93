package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// server starts one on loopback with a certificate.
func server(t *testing.T, cert tls.Certificate, most uint16, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // refused handshakes are what is tested
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, MaxVersion: most}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.URL
}

func client(a *authority, change func(*Options)) *Client {
	o := Options{Roots: a.pool(), AllowPrivate: true, Now: func() time.Time { return today }}
	if change != nil {
		change(&o)
	}
	return New(o)
}

func fine(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "max-age=60")
	w.Header().Set("Date", "Sat, 21 Nov 2026 00:01:30 GMT")
	w.Header().Set("Age", "30")
	_, _ = io.WriteString(w, "{}") // the client's side is what is tested
}

func TestGet(t *testing.T) {
	a := newAuthority(t)
	agents := make(chan string, 3)
	base := server(t, a.leaf(t, today.AddDate(0, 1, 0), true), 0, func(w http.ResponseWriter, r *http.Request) {
		agents <- r.UserAgent()
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/again", http.StatusFound)
		case "/again":
			http.Redirect(w, r, "/here", http.StatusMovedPermanently)
		default:
			fine(w, r)
		}
	})
	got, err := client(a, nil).Get(t.Context(), base+"/moved")
	if err != nil {
		t.Fatal(err)
	}
	if got.TLS == nil || got.TLS.Version != tls.VersionTLS13 || len(got.TLS.Served) != 2 || len(got.TLS.Verified) != 1 {
		t.Errorf("TLS %+v", got.TLS)
	}
	got.TLS = nil
	want := &Answer{
		URL: base + "/moved", FinalURL: base + "/here", Redirects: []string{base + "/again", base + "/here"}, Status: 200, Body: []byte("{}"), Received: today,
		Header: Header{ContentType: "application/json", CacheControl: "max-age=60", Date: today.Add(2 * time.Minute)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for range cap(agents) {
		if agent := <-agents; agent != "muster" {
			t.Errorf("the agent is %q", agent)
		}
	}
}

// A status other than 200 and a page are answers: who asked judges them.
func TestGetOther(t *testing.T) {
	a := newAuthority(t)
	base := server(t, a.leaf(t, today.AddDate(0, 1, 0), true), 0, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Retry-After", "120")
		w.Header().Set("Location", "/elsewhere") // no redirect without its status
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, "<html>")
	})
	got, err := client(a, nil).Get(t.Context(), base)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != 429 || got.Header.ContentType != "text/html" || got.Header.RetryAfter != "120" || string(got.Body) != "<html>" {
		t.Errorf("got %+v", got)
	}
}

func TestGetRefuses(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	good := a.leaf(t, today.AddDate(0, 1, 0), true)
	jump := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
	}
	tests := []struct {
		name    string
		cert    tls.Certificate
		most    uint16
		handler http.HandlerFunc
		change  func(*Options)
		kind    Kind
		text    string
	}{
		{"redirect to a private network", good, 0, jump("https://10.1.2.3/"), nil, Private, "the address 10.1.2.3 is private"},
		{"redirect to the cloud", good, 0, jump("https://169.254.169.254/latest"), nil, Private, "a service of the cloud"},
		{"redirect to http", good, 0, jump("http://127.0.0.1/"), func(o *Options) { o.AllowHTTP = true }, Redirect, `from https to "http"`},
		{"redirect to a file", good, 0, jump("file:///etc/passwd"), nil, Redirect, `from https to "file"`},
		{"redirect with a password", good, 0, jump("https://u:hunter2@127.0.0.1/"), nil, Address, "user name or a password"},
		{"redirect without end", good, 0, jump("/"), nil, Redirect, "more than 3 redirects"},
		{"redirect to no address", good, 0, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://u:hunter2@[")
			w.WriteHeader(http.StatusFound)
		}, nil, Redirect, "something that is no address"},
		{"body that ends early", good, 0, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "{}")
		}, nil, Network, "unexpected EOF"},
		{"too large", good, 0, fine, func(o *Options) { o.MaxBytes = 1 }, TooLarge, "longer than 1 bytes"},
		{"expired", a.leaf(t, today.AddDate(0, 0, -1), true), 0, fine, nil, Certificate, "expired"},
		{"unknown authority", other.leaf(t, today.AddDate(0, 1, 0), true), 0, fine, nil, Certificate, "unknown authority"},
		{"part of a chain", a.leaf(t, today.AddDate(0, 1, 0), false), 0, fine, nil, Certificate, "unknown authority"},
		{"TLS 1.1", good, tls.VersionTLS11, fine, nil, Handshake, "protocol version"},
		{"header too large", good, 0, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Long", strings.Repeat("x", 2*mostHeader))
		}, nil, Network, "header"},
		{"body without end in time", good, 0, func(w http.ResponseWriter, r *http.Request) {
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, func(o *Options) { o.Timeout = 200 * time.Millisecond }, Timeout, "no whole answer in time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base := server(t, tt.cert, tt.most, tt.handler)
			guarded := client(a, tt.change)
			allowed := guarded.guard
			guarded.guard = func(ip net.IP) error { // loopback stands for the outside
				if ip.IsLoopback() {
					return nil
				}
				return guard(false)(ip)
			}
			if allowed(net.IPv4(10, 1, 2, 3)) != nil {
				t.Error("AllowPrivate does not allow a private network")
			}
			_, err := guarded.Get(t.Context(), base)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Kind != tt.kind || !strings.Contains(e.Error(), tt.text) || strings.Contains(e.Error(), "hunter2") {
				t.Errorf("got %v (%#v), want kind %d with %q", err, err, tt.kind, tt.text)
			}
		})
	}
}

// The guard sees the address that a name was resolved to, at the moment of the connection.
func TestGetRefusesResolved(t *testing.T) {
	a := newAuthority(t)
	base := server(t, a.leaf(t, today.AddDate(0, 1, 0), true), 0, func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c := client(a, func(o *Options) { o.AllowPrivate = false })
	address := "https://localhost:" + u.Port()
	_, got := c.Get(t.Context(), address)
	if e, ok := errors.AsType[*Error](got); !ok || e.Kind != Private || !strings.Contains(e.Error(), "is loopback") {
		t.Errorf("got %v", got)
	}
	_, probed := c.Probe(t.Context(), address)
	if e, ok := errors.AsType[*Error](probed); !ok || e.Kind != Private {
		t.Errorf("probe: %v", probed)
	}
}

func TestGetAddress(t *testing.T) {
	tests := []struct{ address, want string }{
		{"http://idp.contoso.com/", `"http://idp.contoso.com/": is "http"; only https is asked`},
		{"ftp://idp.contoso.com/", `"ftp://idp.contoso.com/": is "ftp"; only https is asked`},
		{"https://u:hunter2@idp.contoso.com/", `"https://idp.contoso.com/": holds a user name or a password, which is not sent`},
		{"https:///path", `"https:///path": no host; an address of the form https://host/path is needed`},
		{"https://u:hunter2@[", "what is given is no address of the form https://host/path"},
		{"mailto:u@contoso.com", "what is given is no address of the form https://host/path"},
		{"", `no host; an address of the form https://host/path is needed`},
		{"https://[::ffff:10.0.0.1]/", `"https://[::ffff:10.0.0.1]/": the address 10.0.0.1 is private, which is not asked`},
		{"http://localhost/", `"http://localhost/": is "http"; only https is asked`},
	}
	for _, tt := range tests {
		if _, err := New(Options{}).Get(t.Context(), tt.address); fmt.Sprint(err) != tt.want {
			t.Errorf("%q: %v, want %s", tt.address, err, tt.want)
		}
	}
}

func TestGetHTTPOnLoopback(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(fine))
	defer s.Close()
	a, err := New(Options{AllowPrivate: true, AllowHTTP: true}).Get(t.Context(), s.URL)
	if err != nil || a.TLS != nil || string(a.Body) != "{}" {
		t.Errorf("got %+v, %v", a, err)
	}
}

func TestGetCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := New(Options{AllowPrivate: true}).Get(ctx, "https://127.0.0.1/")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestGuard(t *testing.T) {
	tests := []struct {
		ip              string
		strict, private bool // passes without and with AllowPrivate
	}{
		{"8.8.8.8", true, true},
		{"2606:4700::1111", true, true},
		{"127.0.0.1", false, true},
		{"127.255.255.254", false, true},
		{"::1", false, true},
		{"::ffff:127.0.0.1", false, true},
		{"10.255.255.255", false, true},
		{"172.31.255.255", false, true},
		{"172.32.0.0", true, true},
		{"192.168.0.1", false, true},
		{"fd12::1", false, true},
		{"100.64.0.1", false, true},
		{"100.128.0.0", true, true},
		{"100.100.100.200", false, false},
		{"168.63.129.16", false, false},
		{"169.254.169.254", false, false},
		{"fd00:ec2::254", false, false},
		{"fe80::1", false, false},
		{"0.0.0.0", false, false},
		{"::", false, false},
		{"224.0.0.1", false, false},
		{"ff02::1", false, false},
		{"255.255.255.255", false, false},
		{"192.0.2.1", false, false},
		{"64:ff9b::a00:1", false, false},
		{"2002:a00:1::", false, false},
		{"::10.0.0.1", false, false},
	}
	for _, tt := range tests {
		ip := net.IP(netip.MustParseAddr(tt.ip).AsSlice())
		if got := guard(false)(ip) == nil; got != tt.strict {
			t.Errorf("%s passes %t, want %t", tt.ip, got, tt.strict)
		}
		if got := guard(true)(ip) == nil; got != tt.private {
			t.Errorf("%s passes %t with AllowPrivate, want %t", tt.ip, got, tt.private)
		}
	}
	if guard(true)(net.IP{1, 2, 3}) == nil {
		t.Error("three bytes pass")
	}
}

func TestProbe(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	soon := today.AddDate(0, 1, 0)
	tests := []struct {
		name     string
		cert     tls.Certificate
		most     uint16
		earliest time.Time
		fault    string // empty: verifies
	}{
		{"good, the leaf ends first", a.leaf(t, soon, true), tls.VersionTLS13, soon, ""},
		{"good, what is between ends first", a.leaf(t, today.AddDate(0, 6, 0), true), tls.VersionTLS12, today.AddDate(0, 2, 0), ""},
		{"old", a.leaf(t, soon, true), tls.VersionTLS11, soon, ""},
		{"expired", a.leaf(t, today.AddDate(0, 0, -1), true), tls.VersionTLS13, today.AddDate(0, 0, -1), "expired"},
		{"part of a chain", a.leaf(t, soon, false), tls.VersionTLS13, soon, "unknown authority"},
		{"unknown authority", other.leaf(t, soon, true), tls.VersionTLS13, soon, "unknown authority"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := client(a, nil).Probe(t.Context(), server(t, tt.cert, tt.most, fine))
			if err != nil {
				t.Fatal(err)
			}
			if got.Version != tt.most || !got.Earliest().NotAfter.Equal(tt.earliest) {
				t.Errorf("version %x, earliest %v", got.Version, got.Earliest().NotAfter)
			}
			if tt.fault == "" && got.Err != nil || tt.fault != "" && (got.Err == nil || !strings.Contains(got.Err.Error(), tt.fault)) {
				t.Errorf("verifies: %v, want %q", got.Err, tt.fault)
			}
		})
	}
}

// Of two ways to a root the one that lasts longer counts; what is served and leads nowhere does not.
func TestEarliest(t *testing.T) {
	key := newKey(t)
	made := func(serial int64, name string, months int) *x509.Certificate {
		c := template(serial, name, today, today.AddDate(0, months, 0))
		return sign(t, c, c, key, key)
	}
	leaf, older, newer, stray, root := made(1, "leaf", 6), made(2, "older", 1), made(3, "newer", 2), made(4, "stray", 0), made(5, "root", 1)
	served := []*x509.Certificate{leaf, older, newer, stray}
	both := &TLS{Served: served, Verified: [][]*x509.Certificate{{leaf, older, root}, {leaf, newer, root}}}
	if got := both.Earliest(); got != newer {
		t.Errorf("got %s", got.Subject)
	}
	if got := (&TLS{Served: served}).Earliest(); got != stray {
		t.Errorf("without a chain: got %s", got.Subject)
	}
	if got := (&TLS{}).Earliest(); got != nil {
		t.Errorf("of nothing: got %s", got.Subject)
	}
}

func TestProbeHost(t *testing.T) {
	a := newAuthority(t)
	base := server(t, a.leaf(t, today.AddDate(0, 1, 0), true), 0, fine)
	got, err := client(a, nil).Probe(t.Context(), strings.Replace(base, "127.0.0.1", "localhost", 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[x509.HostnameError](got.Err); !ok {
		t.Errorf("verifies: %v", got.Err)
	}
}

func TestProbeRefuses(t *testing.T) {
	tests := []struct {
		address string
		kind    Kind
	}{
		{"http://idp.contoso.com", Address},
		{"https://localhost", Private}, // at the port of https
		{"https://10.0.0.1", Private},
	}
	for _, tt := range tests {
		_, err := New(Options{}).Probe(t.Context(), tt.address)
		if e, ok := errors.AsType[*Error](err); !ok || e.Kind != tt.kind {
			t.Errorf("%s: got %v", tt.address, err)
		}
	}
}

// An answer may overtake the note that the request was sent.
func TestStopwatch(t *testing.T) {
	tests := []struct {
		name        string
		sent, first time.Time
		trip        time.Duration
	}{
		{"in order", today, today.Add(time.Second), time.Second},
		{"not noted yet", time.Time{}, today, 0},
		{"noted late", today.Add(time.Second), today, 0},
	}
	for _, tt := range tests {
		w := &stopwatch{sent: tt.sent, first: tt.first}
		if received, trip := w.times(); !received.Equal(tt.first) || trip != tt.trip {
			t.Errorf("%s: %v, %v", tt.name, received, trip)
		}
	}
}

// A proxy may stand inside; it is told the name, and decides.
func TestGetProxy(t *testing.T) {
	asked := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	defer s.Close()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	_, err = New(Options{Proxy: http.ProxyURL(u)}).Get(t.Context(), "https://idp.contoso.com/")
	if e, ok := errors.AsType[*Error](err); !ok || e.Kind != Network || !strings.Contains(e.Error(), "Forbidden") {
		t.Errorf("got %v", err)
	}
	if got := <-asked; got != "CONNECT idp.contoso.com:443" {
		t.Errorf("the proxy was asked for %q", got)
	}
}

func TestProbeNoTLS(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(fine))
	defer s.Close()
	_, err := New(Options{AllowPrivate: true}).Probe(t.Context(), strings.Replace(s.URL, "http:", "https:", 1))
	if e, ok := errors.AsType[*Error](err); !ok || e.Kind != Handshake {
		t.Errorf("got %#v", err)
	}
}
