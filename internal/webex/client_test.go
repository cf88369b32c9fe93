package webex

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// basePath is not the root, so that a call with an absolute address misses the service.
const basePath = "/proxy/v1"

// bench is a client and the service it speaks to.
type bench struct {
	*Client
	t   *testing.T
	mux *http.ServeMux
	url string

	mu    sync.Mutex
	seen  []wire
	calls []Call
	fake  *fakeClock
}

// fakeClock jumps instead of sleeping.
type fakeClock struct {
	mu     sync.Mutex
	now    time.Time
	sleeps []time.Duration
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sleeps = append(c.sleeps, d)
	c.now = c.now.Add(d)
	return ctx.Err()
}

// wire is a request as it arrived.
type wire struct{ Line, Query, Body string }

// setup starts a service without routes and a client for it that never really sleeps. Options may be changed first.
func setup(t *testing.T, change ...func(*Options)) *bench {
	t.Helper()
	b := &bench{t: t, mux: http.NewServeMux(), fake: newFakeClock()}
	srv := httptest.NewServer(http.StripPrefix(basePath, http.HandlerFunc(b.serve)))
	t.Cleanup(srv.Close)
	b.url = srv.URL + basePath
	o := Options{
		BaseURL: b.url + "/", HTTP: srv.Client(), UserAgent: "muster/test",
		Clock: b.fake.Now, Sleep: b.fake.Sleep,
		Observe: func(c Call) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.calls = append(b.calls, c)
		},
	}
	for _, c := range change {
		c(&o)
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b.Client = c
	return b
}

func (b *bench) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	b.mu.Lock()
	b.seen = append(b.seen, wire{r.Method + " " + r.URL.EscapedPath(), r.URL.RawQuery, string(body)})
	b.mu.Unlock()
	w.Header().Set("Trackingid", "SERVICE_1")
	b.mux.ServeHTTP(w, r)
}

// reply is a canned answer.
type reply struct {
	status int
	body   string
	header map[string]string
}

// answer registers the answers to a route in turn; the last one is given from then on.
func (b *bench) answer(pattern string, replies ...reply) {
	n := 0
	b.mux.HandleFunc(pattern, func(w http.ResponseWriter, _ *http.Request) {
		b.mu.Lock()
		r := replies[min(n, len(replies)-1)]
		n++
		b.mu.Unlock()
		for k, v := range r.header {
			w.Header().Set(k, v)
		}
		if r.status == cut {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(r.status)
		_, _ = io.WriteString(w, r.body)
	})
}

// cut is the status of a reply that closes the connection without an answer.
const cut = -1

func ok(body string) reply { return reply{status: http.StatusOK, body: body} }

func failing(status int) reply { return reply{status: status, body: `{"message":"not now"}`} }

// want compares what arrived with what should have. Bodies are compared as JSON.
func (b *bench) want(want ...wire) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.seen, cmp.Comparer(sameWire)); diff != "" {
		b.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func sameWire(x, y wire) bool {
	return x.Line == y.Line && x.Query == y.Query && canonical(x.Body) == canonical(y.Body)
}

func canonical(s string) string {
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		return s
	}
	out, _ := json.Marshal(v)
	return string(out)
}

func gather[T any](t *testing.T, rows iter.Seq2[T, error]) []T {
	t.Helper()
	all, err := collect(rows)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func asError(t *testing.T, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	return e
}

func diff(t *testing.T, want, got any, opts ...cmp.Option) {
	t.Helper()
	if d := cmp.Diff(want, got, opts...); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestNewRefusesBadBaseURLs(t *testing.T) {
	for _, bad := range []string{"", "webexapis.com/v1", "ftp://x", "https://", "https://u:secretpw@x/v1", "https://x/v1?a=b", "http://[::1"} {
		_, err := New(Options{BaseURL: bad})
		if err == nil {
			t.Errorf("%q: accepted", bad)
		} else if strings.Contains(err.Error(), "secretpw") {
			t.Errorf("%q: the error shows the password: %v", bad, err)
		}
	}
}

func TestEveryCallSaysWhoItIs(t *testing.T) {
	b := setup(t, func(o *Options) { o.Tokens = StaticToken("my-token") })
	var got http.Header
	b.mux.HandleFunc("GET /people/me", func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		_, _ = io.WriteString(w, `{"id":"P1"}`)
	})
	_, err := b.Me(t.Context())
	must(t, err)
	diff(t, "Bearer my-token", got.Get("Authorization"))
	diff(t, "muster/test", got.Get("User-Agent"))
	id := got.Get("TrackingID")
	if !strings.HasPrefix(id, "MUSTER_") || len(id) != len("MUSTER_")+36 || id[7+14] != '4' {
		t.Errorf("tracking id %q, want MUSTER_ and a random UUID", id)
	}
	diff(t, id, b.calls[0].RequestID)
	diff(t, "SERVICE_1", b.calls[0].TrackingID)
}

func TestWithoutTokensTheStandInIsAddressed(t *testing.T) {
	b := setup(t)
	b.mux.HandleFunc("GET /people/me", func(w http.ResponseWriter, r *http.Request) {
		diff(t, "Bearer sandbox", r.Header.Get("Authorization"))
		_, _ = io.WriteString(w, `{}`)
	})
	_, err := b.Me(t.Context())
	must(t, err)
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	b := setup(t)
	b.answer("POST /wholesale/customers", reply{status: http.StatusTemporaryRedirect, header: map[string]string{"Location": "/elsewhere"}})
	_, err := b.CreateCustomer(t.Context(), NewCustomer{})
	diff(t, kindProtocol, asError(t, err).Failure().Kind)
	if len(b.seen) != 1 {
		t.Errorf("%d requests, want 1", len(b.seen))
	}
}

func TestIDsAreEscapedAndNeverEmpty(t *testing.T) {
	b := setup(t)
	b.answer("GET /wholesale/customers/{id}", ok(`{"id":"x"}`))
	_, err := b.Customer(t.Context(), "a/b==?")
	must(t, err)
	b.want(wire{Line: "GET /wholesale/customers/a%2Fb==%3F"})
	for _, id := range []string{"", ".", ".."} {
		_, err := b.Customer(t.Context(), id)
		diff(t, kindInput, asError(t, err).Failure().Kind)
	}
	if len(b.seen) != 1 {
		t.Errorf("%d requests, want 1: an empty id would list all customers", len(b.seen))
	}
}

func TestTransportKeepsOneConnectionPerWorker(t *testing.T) {
	tr := Transport(7)
	diff(t, []int{7, 7}, []int{tr.MaxIdleConnsPerHost, tr.MaxConnsPerHost})
}
