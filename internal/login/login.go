// Package login gets a grant by authorization code with PKCE: a browser signs the user in, and brings the code to loopback.
//
// The listener takes one answer with the state of its own request, and nothing else: others are refused and do not end the
// sign-in. Neither the verifier nor the client's secret is in any address.
package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"muster/internal/webex"
)

// Options of a sign-in. All but HTTP and Clock are required.
type Options struct {
	BaseURL      string // of the service
	ClientID     string
	ClientSecret webex.Secret
	RedirectURL  string // on loopback, as it is registered with the integration; port 0 takes any
	Scopes       []string
	Timeout      time.Duration           // for the user to sign in
	Visit        func(page string) error // brings the user to the page; it holds no secret

	HTTP  *http.Client
	Clock func() time.Time
}

// ErrNobodyCame is the error of a sign-in that took too long.
var ErrNobodyCame = errors.New("nobody signed in")

// DeniedError says that the page of the service ended without a code.
type DeniedError struct{ Code, Text string }

// Error repeats what the service said.
func (e *DeniedError) Error() string {
	if e.Text == "" {
		return fmt.Sprintf("the service did not grant it: %q", e.Code)
	}
	return fmt.Sprintf("the service did not grant it: %q: %q", e.Code, e.Text)
}

// CheckRedirect refuses an address that is not plain HTTP on loopback with a port.
func CheckRedirect(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("the redirect address %q is no URL", address)
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "http" || u.Port() == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the redirect address %q is not on loopback; give one like http://127.0.0.1:8976/callback", address)
	}
	return u, nil
}

// answer is what the browser brought.
type answer struct {
	code webex.Secret
	err  error
}

// ByCode signs a user in and gives the grant.
func ByCode(ctx context.Context, o Options) (webex.Grant, error) {
	redirect, err := CheckRedirect(o.RedirectURL)
	if err != nil {
		return webex.Grant{}, err
	}
	var config net.ListenConfig
	socket, err := config.Listen(ctx, "tcp", redirect.Host)
	if err != nil {
		return webex.Grant{}, fmt.Errorf("listen for the browser at %q: %w", redirect.Host, err)
	}
	_, port, _ := net.SplitHostPort(socket.Addr().String())
	redirect.Host = net.JoinHostPort(redirect.Hostname(), port)
	if redirect.Path == "" {
		redirect.Path = "/"
	}
	request := webex.CodeOptions{
		BaseURL: o.BaseURL, ClientID: o.ClientID, ClientSecret: o.ClientSecret, RedirectURL: redirect.String(), Scopes: o.Scopes,
		State: rand.Text(), Verifier: webex.Secret(rand.Text() + rand.Text()), Nonce: rand.Text(), HTTP: o.HTTP, Clock: o.Clock,
	}
	page, err := request.AuthorizeURL()
	if err != nil {
		return webex.Grant{}, errors.Join(err, socket.Close())
	}
	ctx, cancel := context.WithTimeoutCause(ctx, o.Timeout, fmt.Errorf("%w within %v", ErrNobodyCame, o.Timeout))
	defer cancel()
	code, err := receive(ctx, socket, redirect, request.State, func() error { return o.Visit(page) })
	if err != nil {
		return webex.Grant{}, err
	}
	return webex.ExchangeCode(ctx, request, code)
}

// receive waits for the browser to bring the code.
func receive(ctx context.Context, socket net.Listener, at *url.URL, state string, visit func() error) (webex.Secret, error) {
	answers := make(chan answer, 1)
	server := &http.Server{Handler: callback(at, state, answers), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	served := make(chan error, 1)
	go func() { served <- server.Serve(socket) }()
	defer func() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		if server.Shutdown(end) != nil { // the browser is still reading the page
			_ = server.Close()
		}
		<-served
	}()
	if err := visit(); err != nil {
		return "", err
	}
	select {
	case a := <-answers:
		return a.code, a.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// callback takes the first answer to the request of this state.
func callback(at *url.URL, state string, answers chan<- answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case r.Method != http.MethodGet || r.URL.Path != at.Path || r.Host != at.Host:
			tell(w, http.StatusNotFound, "Nothing is here.")
			return
		case subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1:
			tell(w, http.StatusBadRequest, "This is not the answer to the sign-in that muster began. Nothing was changed.")
			return
		}
		a := answer{code: webex.Secret(q.Get("code"))}
		if q.Get("error") != "" || a.code == "" {
			a = answer{err: &DeniedError{firstText(q.Get("error"), "no code"), q.Get("error_description")}}
		}
		select {
		case answers <- a:
		default:
			tell(w, http.StatusConflict, "This sign-in has had its answer.")
			return
		}
		if a.err != nil {
			tell(w, http.StatusOK, "Not signed in. Go back to the terminal: it says why.")
			return
		}
		tell(w, http.StatusOK, "Signed in. Close this page and go back to the terminal.")
	})
}

func firstText(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

// tell answers with a page that loads nothing and tells no other site where it was.
func tell(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<!doctype html><html lang=\"en\"><title>muster</title><p>%s</p></html>\n", html.EscapeString(text)) // the browser may be gone
}
