// Package fetch gets one small document over https without trusting the address, the server or the answer.
//
// Addresses are judged after the name was resolved, so a name that resolves to an inner network is refused however it
// comes to do so. Redirects are few, follow the same rules and are told. Nothing is cached, no cookie is kept.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"time"
)

const (
	defaultTimeout = 10 * time.Second
	defaultBytes   = 1 << 20
	mostRedirects  = 3
	mostHeader     = 64 << 10 // bytes of the answer's header
	userAgent      = "muster"
)

// Options says what a Client may do. The zero value is the strict one.
type Options struct {
	Roots        *x509.CertPool                        // whom certificates must lead to; nil: those of the system
	Timeout      time.Duration                         // of one document with its redirects, or of one handshake; 0: 10 s
	MaxBytes     int64                                 // of a body; 0: 1 MiB
	AllowPrivate bool                                  // loopback and private networks may be asked; never link-local ones
	AllowHTTP    bool                                  // http is taken for loopback hosts
	Proxy        func(*http.Request) (*url.URL, error) // nil: none. With one, names are resolved there and guarding is its task
	Now          func() time.Time                      // nil: time.Now
}

// Client gets documents. It may be used by many goroutines.
type Client struct {
	options   Options
	guard     func(net.IP) error
	transport http.RoundTripper
}

// New makes a Client.
func New(o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Client{options: o, guard: guard(o.AllowPrivate)}
	dial := c.dial
	if o.Proxy != nil {
		dial = (&net.Dialer{}).DialContext
	}
	c.transport = &http.Transport{
		Proxy:                  o.Proxy,
		DialContext:            dial,
		TLSClientConfig:        &tls.Config{RootCAs: o.Roots, Time: o.Now, MinVersion: tls.VersionTLS12},
		DisableKeepAlives:      true,
		DisableCompression:     true, // the limit counts the bytes that come
		MaxResponseHeaderBytes: mostHeader,
	}
	return c
}

// Answer is what a server sent, whatever its status.
type Answer struct {
	URL       string   // that was asked for
	FinalURL  string   // that answered
	Redirects []string // the addresses redirected to, in order; the last is FinalURL
	Status    int
	Header    Header
	Body      []byte
	TLS       *TLS          // nil over http
	Received  time.Time     // by this computer's clock, when the header came
	RTT       time.Duration // from the request's last byte to the answer's first
}

// Header is the part of an answer's header that somebody asks for.
type Header struct {
	ContentType  string
	CacheControl string
	RetryAfter   string
	Date         time.Time // what the server's clock showed, in whole seconds, with the age in a cache added; zero when absent
}

// Get gets the document at an address. Any status is an answer; an *Error says why there is none.
func (c *Client) Get(ctx context.Context, address string) (*Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	u, err := c.parse(address)
	if err != nil {
		return nil, err
	}
	a := &Answer{URL: u.String()}
	for {
		next, err := c.once(ctx, u, a)
		if err != nil {
			return nil, err
		}
		if next == "" {
			return a, nil
		}
		if u, err = c.follow(u, next, len(a.Redirects)); err != nil {
			return nil, err
		}
		a.Redirects = append(a.Redirects, u.String())
	}
}

// follow judges where a redirect leads.
func (c *Client) follow(from *url.URL, location string, followed int) (*url.URL, error) {
	if followed == mostRedirects {
		return nil, newError(Redirect, from, "more than %d redirects", mostRedirects)
	}
	to, err := from.Parse(location)
	if err != nil {
		return nil, newError(Redirect, from, "redirects to something that is no address")
	}
	if from.Scheme == "https" && to.Scheme != "https" {
		return nil, newError(Redirect, from, "redirects from https to %q", to.Scheme)
	}
	if err := c.judge(to); err != nil {
		return nil, err
	}
	return to, nil
}

// once asks one address and fills in the answer, or says where to go next.
func (c *Client) once(ctx context.Context, u *url.URL, a *Answer) (next string, err error) {
	watch := &stopwatch{now: c.options.Now}
	req := &http.Request{Method: http.MethodGet, URL: u, Host: u.Host, Header: http.Header{
		"User-Agent": {userAgent},
		"Accept":     {"application/json, application/samlmetadata+xml, application/xml;q=0.9, */*;q=0.5"},
	}}
	resp, err := c.transport.RoundTrip(req.WithContext(httptrace.WithClientTrace(ctx, watch.trace()))) // not a http.Client, which has a mind of its own about redirects
	if err != nil {
		return "", explain(ctx, u, err)
	}
	defer func() { _ = resp.Body.Close() }() // read or given up; its error changes nothing
	if next := resp.Header.Get("Location"); next != "" && redirects(resp.StatusCode) {
		return next, nil
	}
	a.FinalURL, a.Status = u.String(), resp.StatusCode
	a.Received, a.RTT = watch.times()
	a.Header = headerOf(resp.Header)
	if resp.TLS != nil {
		a.TLS = &TLS{Version: resp.TLS.Version, Served: resp.TLS.PeerCertificates, Verified: resp.TLS.VerifiedChains}
	}
	a.Body, err = c.body(ctx, u, resp.Body)
	return "", err
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

func headerOf(h http.Header) Header {
	out := Header{ContentType: h.Get("Content-Type"), CacheControl: h.Get("Cache-Control"), RetryAfter: h.Get("Retry-After")}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		out.Date = date.Add(age(h.Get("Age")))
	}
	return out
}

// age gives how long a cache on the way has kept the answer (RFC 9111 section 5.1).
func age(header string) time.Duration {
	seconds, err := strconv.ParseUint(header, 10, 31)
	if err != nil {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

func (c *Client) body(ctx context.Context, u *url.URL, r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, c.options.MaxBytes+1))
	if err == nil {
		err = ctx.Err() // a server that sees us leave may end its answer in good form: what came is no whole one
	}
	if err != nil {
		return nil, explain(ctx, u, err)
	}
	if int64(len(b)) > c.options.MaxBytes {
		return nil, newError(TooLarge, u, "the answer is longer than %d bytes", c.options.MaxBytes)
	}
	return b, nil
}
