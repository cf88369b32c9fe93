package webex

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"muster/internal/onboarding"
)

// flood answers without an end, and counts what was taken.
type flood struct {
	status int
	header string
	sent   atomic.Int64
}

func (f *flood) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	if f.header != "" {
		w.Header().Set("Trackingid", f.header)
	}
	w.WriteHeader(f.status)
	block := []byte(strings.Repeat(" ", 64<<10))
	for f.sent.Load() < 4*maxBody {
		n, err := w.Write(block)
		f.sent.Add(int64(n))
		if err != nil {
			return // nobody reads any more
		}
	}
}

// TestNothingIsReadWithoutEnd: whatever a service, or somebody on the way to it, sends, no more than a bound of it is read.
func TestNothingIsReadWithoutEnd(t *testing.T) {
	t.Parallel()
	const kernel = 16 << 20 // what is on its way when the reader stops
	for name, c := range map[string]*struct {
		flood
		most int64
		says string
		call func(ctx context.Context, base string, hc *http.Client) error
	}{
		"a success":       {flood{status: 200}, maxBody + kernel, "larger than", me},
		"an error":        {flood{status: 400}, maxErrorBody + kernel, "answered 400", me},
		"a token":         {flood{status: 200}, maxGrant + kernel, "no access token", renew},
		"a refused token": {flood{status: 400}, maxErrorBody + kernel, "answered 400", renew},
		"a header":        {flood{status: 200, header: strings.Repeat("x", 2*maxHeader)}, maxBody + kernel, "header", me},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := httptest.NewServer(&c.flood)
			t.Cleanup(srv.Close)
			err := c.call(t.Context(), srv.URL, &http.Client{Transport: Transport(1)})
			if err == nil || !strings.Contains(err.Error(), c.says) || len(err.Error()) > 2*maxErrorText {
				t.Errorf("the error is %.300v, want %q", err, c.says)
			}
			if n := c.sent.Load(); n > c.most {
				t.Errorf("%d bytes were sent, at most %d may be taken", n, c.most)
			}
			var e *Error
			if errors.As(err, &e) {
				if x := e.Failure().Exchange; x != nil && len(x.Answer) > maxKept {
					t.Errorf("%d bytes of the answer are kept", len(x.Answer))
				}
			}
		})
	}
}

func me(ctx context.Context, base string, hc *http.Client) error {
	c, err := New(Options{BaseURL: base, HTTP: hc, Tokens: StaticToken("t"), Sleep: newFakeClock().Sleep, Clock: newFakeClock().Now})
	if err != nil {
		return err
	}
	_, err = c.Me(ctx)
	return err
}

func renew(ctx context.Context, base string, hc *http.Client) error {
	src, err := RefreshToken(RefreshOptions{BaseURL: base, ClientID: "c", ClientSecret: "s", Grant: Grant{RefreshToken: "r"}, HTTP: hc, Sleep: newFakeClock().Sleep})
	if err != nil {
		return err
	}
	_, err = src.Token(ctx)
	return err
}

// TestFailuresKeepTheirCall: what was sent and what came stands in the failure, clipped and without the token.
func TestFailuresKeepTheirCall(t *testing.T) {
	e := &Error{Method: "POST", Route: "/wholesale/subscribers", Status: 400, request: []byte(`{"email":"a@b.example"}`), answer: "no " + secretText}
	e.scrub(secretText)
	diff(t, &onboarding.Exchange{Method: "POST", Route: "/wholesale/subscribers", Request: `{"email":"a@b.example"}`, Answer: "no [redacted]"}, e.Failure().Exchange)
	e.request = []byte(strings.Repeat("é", maxKept))
	if x := e.Failure().Exchange; len(x.Request) > maxKept || !strings.HasSuffix(x.Request, "é") {
		t.Errorf("%d bytes of the request are kept", len(x.Request))
	}
	e.unsent = true
	if x := e.Failure().Exchange; x != nil {
		t.Errorf("a call that was not sent is kept: %+v", x)
	}
}
