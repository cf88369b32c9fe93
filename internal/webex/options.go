package webex

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// DefaultTimeout bounds one exchange with the service, from sending to the last byte of the answer.
const DefaultTimeout = 60 * time.Second

// Options is what a Client is made from. Only BaseURL is required.
type Options struct {
	BaseURL    string       // used as it stands, with or without a version; a trailing slash is dropped
	HTTP       *http.Client // the caller's; nil makes one with Transport(16). Redirects are never followed
	Tokens     TokenSource  // nil sends the bearer "sandbox", which the stand-in accepts
	Budget     *Budget      // shared by all clients of a run; nil is an unlimited one
	SubPartner string       // organization id sent as onBehalfOfSubPartnerOrgId with every wholesale call
	UserAgent  string
	Timeout    time.Duration // of one exchange; 0 is DefaultTimeout

	Clock   func() time.Time                           // nil is time.Now
	Sleep   func(context.Context, time.Duration) error // nil sleeps until the time is over or the context ends
	Log     *slog.Logger                               // nil logs nothing
	Outage  func(Outage)                               // called when the service goes down and when it is back
	Observe func(Call)                                 // called after each exchange, possibly by many goroutines at once
}

// Client speaks to one service on behalf of one partner. It is safe for use by many goroutines.
type Client struct {
	*connection
	subPartner string
}

// connection is what clients of one partner share, whatever sub-partner they act for.
type connection struct {
	base      *url.URL
	prefix    string // base as text, without a trailing slash
	http      *http.Client
	tokens    TokenSource
	budget    *Budget
	userAgent string
	timeout   time.Duration
	clock     func() time.Time
	sleep     func(context.Context, time.Duration) error
	log       *slog.Logger
	logs      bool // somebody reads the log
	observe   func(Call)
	outage    func(Outage)
	circuit   circuit
	renewing  chan struct{} // held by the worker that renews the token for all
	buffers   sync.Pool     // of *bytes.Buffer, for answers
	counts    counters
}

// OnBehalf gives a client that acts for the sub-partner with this organization ID. Budget, token and counts are shared.
func (c *Client) OnBehalf(subPartner string) *Client { return &Client{c.connection, subPartner} }

// New makes a Client. It refuses a base URL that is not absolute http or https, or that carries a query or a password.
func New(o Options) (*Client, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	c := &Client{&connection{
		base: base, prefix: base.String(), http: quietClient(o.HTTP),
		tokens: o.Tokens, budget: o.Budget, userAgent: o.UserAgent,
		timeout: o.Timeout, clock: o.Clock, sleep: o.Sleep, log: o.Log, observe: o.Observe, outage: o.Outage, renewing: make(chan struct{}, 1),
	}, o.SubPartner}
	c.setDefaults()
	return c, nil
}

func (c *Client) setDefaults() {
	if c.timeout <= 0 {
		c.timeout = DefaultTimeout
	}
	if c.clock == nil {
		c.clock = time.Now
	}
	if c.sleep == nil {
		c.sleep = sleep
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	c.logs = c.log.Enabled(context.Background(), slog.LevelError)
	if c.budget == nil {
		c.budget = NewBudget(BudgetOptions{Clock: c.clock, Sleep: c.sleep})
	}
}

func parseBase(s string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(s, "/"))
	switch {
	case err != nil:
		return nil, errors.New("base URL: not a URL; give one like https://webexapis.com/v1")
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, fmt.Errorf("base URL %q: give an absolute http or https address", u.Redacted())
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return nil, fmt.Errorf("base URL of host %q: give it without user, query and fragment", u.Host)
	}
	return u, nil
}

// quietClient copies the caller's client and keeps it from following redirects: a redirect would repeat a create, and the
// service has none.
func quietClient(h *http.Client) *http.Client {
	var own http.Client
	if h != nil {
		own = *h
	} else {
		own.Transport = Transport(16)
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// Transport gives an HTTP transport for a number of workers: each keeps one connection to the service, none waits for another's.
func Transport(concurrency int) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: concurrency,
		MaxConnsPerHost:     concurrency,
		IdleConnTimeout:     90 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,

		MaxResponseHeaderBytes: maxHeader,
	}
}

// sleep waits for d or for the end of the context, whichever comes first.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
