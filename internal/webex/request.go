package webex

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// errBadRequest is wrapped by the error of a call that cannot be put into words of HTTP: an empty id, an unencodable body.
var errBadRequest = errors.New("nothing was sent")

// request is one call as a resource file describes it.
type request struct {
	method string
	route  string // path below the base, ids as {name}
	ids    []string
	query  url.Values
	body   any
	org    string // organization the call belongs to: after a first 403 it is made visible and the call repeated
	once   bool   // a create: it must not be carried out twice
	rawURL string // the whole address, for a next page on the service's own host
}

// path puts the escaped ids into the route.
func (r *request) path() (string, error) {
	if len(r.ids) == 0 {
		return r.route, nil
	}
	var b strings.Builder
	rest := r.route
	for _, id := range r.ids {
		before, after, _ := strings.Cut(rest, "{")
		name, after, _ := strings.Cut(after, "}")
		if id == "" || id == "." || id == ".." {
			return "", fmt.Errorf("%w: %s is %q", errBadRequest, name, id)
		}
		b.WriteString(before)
		b.WriteString(url.PathEscape(id))
		rest = after
	}
	b.WriteString(rest)
	return b.String(), nil
}

// prepared is a request ready to be sent any number of times.
type prepared struct {
	*request
	url  string
	body []byte
}

func (c *Client) prepare(r *request) (*prepared, error) {
	p := &prepared{request: r, url: r.rawURL}
	if p.url == "" {
		path, err := r.path()
		if err != nil {
			return nil, err
		}
		p.url = c.prefix + path
		if len(r.query) > 0 {
			p.url += "?" + r.query.Encode()
		}
	}
	if r.body != nil {
		// The bytes are not pooled: the transport may still read them when the exchange is over.
		b, err := json.Marshal(r.body)
		if err != nil {
			return nil, fmt.Errorf("%w: body: %w", errBadRequest, err)
		}
		p.body = b
	}
	return p, nil
}

// payload tells whether a request has begun to leave: the transport reads it after it has a connection.
type payload struct {
	bytes   bytes.Reader
	touched *atomic.Bool
}

func newPayload(b []byte, touched *atomic.Bool) *payload {
	p := &payload{touched: touched}
	p.bytes.Reset(b)
	return p
}

func (p *payload) Read(b []byte) (int, error) {
	p.touched.Store(true)
	return p.bytes.Read(b)
}

func (p *payload) Close() error { return nil }

// httpRequest makes the request of one exchange. touched is set when its body begins to leave.
func (p *prepared) httpRequest(ctx context.Context, h http.Header, touched *atomic.Bool) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, p.method, p.url, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: the address cannot be parsed", errBadRequest)
	}
	req.Header = h
	if p.body != nil {
		h["Content-Type"] = []string{"application/json"}
		req.ContentLength = int64(len(p.body))
		req.Body = newPayload(p.body, touched)
		req.GetBody = func() (io.ReadCloser, error) { return newPayload(p.body, touched), nil }
	}
	return req, nil
}
