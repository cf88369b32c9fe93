package rehearse

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxAnswer bounds what a provider may send in one answer, in bytes; the libraries read without end.
const maxAnswer = 1 << 20

// careful is the client with bounded answers that sends a secret only where it was told to: a POST is not sent on when
// the provider redirects it.
func careful(c *http.Client) *http.Client {
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = answerTime // the fetching of keys knows no other end
	}
	return &http.Client{
		Transport: bounded{next}, Timeout: timeout, Jar: c.Jar,
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			switch {
			case via[0].Method != http.MethodGet:
				return http.ErrUseLastResponse
			case len(via) >= 5:
				return errors.New("more than five redirects")
			case via[0].URL.Scheme == "https" && req.URL.Scheme != "https":
				return fmt.Errorf("redirect from https to %q", req.URL.Redacted())
			}
			return nil
		},
	}
}

// bounded ends answers that are longer than maxAnswer with an error.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = &boundedBody{ReadCloser: res.Body, left: maxAnswer}
	return res, nil
}

type boundedBody struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
