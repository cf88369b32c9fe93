// Package rehearse lets an operator sign in once at the real identity provider and shows what a service configured like
// Webex would receive.
//
// A rehearsal plays the relying party on loopback: a SAML service provider with two assertion consumer services, or an
// OpenID Connect client. It judges what arrives under the ids LIVE-SAML-… and LIVE-OIDC-… and keeps nothing. It is no
// Webex sign-in: Limits says what it cannot prove.
package rehearse

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"muster/auth/check"
)

// Options are what both protocols need. Clock and HTTP are required.
type Options struct {
	Listen      string           // loopback address; empty is "127.0.0.1:0"
	HTTPS       bool             // serve https://localhost with a self-signed certificate
	Timeout     time.Duration    // of the whole rehearsal; 0 is five minutes
	ExpectEmail string           // the address as provisioned in Webex; empty when it is not to be compared
	Single      bool             // only the first sign-in is wished, not the further requests
	Clock       func() time.Time // all time rules compare with it
	HTTP        *http.Client     // for calls to the provider
}

// Invitation is what the operator needs to begin.
type Invitation struct {
	Address  string   // to open in the browser; it holds a random path that lets nobody else in
	Register []string // the addresses that the provider must know: assertion consumer services or redirect URI
	EntityID string   // of the SAML service provider; empty for OpenID Connect
	Metadata []byte   // of the SAML service provider, for a test application at the provider
}

// State says how far a request has come.
type State string

// The states of a request.
const (
	Open     State = "open"     // not sent yet
	Begun    State = "begun"    // sent, no answer came
	Answered State = "answered" // an answer came, good or bad
)

// Request is one of the requests that a rehearsal can send.
type Request struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	State State  `json:"state"`
}

// mayBegin refuses a request that has its answer, and one before the first has been answered.
func (r *Request) mayBegin(signedIn bool) error {
	switch {
	case r.State == Answered:
		return fmt.Errorf("the request %q has its answer; each is answered once", r.ID)
	case !signedIn:
		return errors.New("sign in first: the other requests follow the first answer")
	}
	return nil
}

// Report is what is known after a rehearsal.
type Report struct {
	Protocol string // "saml" or "oidc"
	Requests []Request
	Findings []check.Finding // in the order of the catalogue
	SAML     *SAMLReceived   // nil before a SAML response came
	OIDC     *OIDCReceived   // nil before an ID token came
	Copies   []Copy          // what came, masked
}

// Copy is a message of the provider with every personal value and every signature masked.
type Copy struct {
	Name string // of a file
	Text []byte
}

// Worst gives the heaviest level among the findings; 0 when there is none.
func (r *Report) Worst() check.Level {
	var worst check.Level
	for _, f := range r.Findings {
		worst = max(worst, f.Level)
	}
	return worst
}

// ErrNoAnswer says that the time was over before the provider answered anything.
var ErrNoAnswer = errors.New("the time is over and no answer of the provider has arrived")

// party is the relying party of one protocol. The server calls it from one goroutine at a time.
type party interface {
	requests() []Request
	routes() []string // patterns of net/http at which answers arrive
	begin(id string) (departure, error)
	receive(r *http.Request) error // an error says why an answer was not taken at all
	report() *Report
}

// departure is how the browser leaves for the provider: by a form if there are fields, else by redirect.
type departure struct {
	url    string
	fields map[string]string
}

// Rehearsal is one that has been opened. Wait ends it.
type Rehearsal struct {
	invitation Invitation
	server     *server
	timeout    time.Duration
	settled    *Report // known without any sign-in
}

// Invitation says what to register and to open. Its address is empty when the verdict is known without a sign-in.
func (r *Rehearsal) Invitation() Invitation { return r.invitation }

// Wait serves until every wished request is answered, the operator ends it on the page, or the time is over, and gives the
// report. It returns ErrNoAnswer when nothing arrived in time, and the context's error when that is cancelled.
func (r *Rehearsal) Wait(ctx context.Context) (*Report, error) {
	if r.settled != nil {
		return r.settled, nil
	}
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	select {
	case <-r.server.done:
	case <-limited.Done():
	}
	if err := r.server.close(); err != nil {
		return nil, fmt.Errorf("end the rehearsal: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	report := r.server.report()
	if limited.Err() != nil && !answered(report.Requests) && len(report.Findings) == 0 {
		return nil, ErrNoAnswer
	}
	return report, nil
}

// Close ends a rehearsal that nobody will wait for.
func (r *Rehearsal) Close() error {
	if r.settled != nil {
		return nil
	}
	return r.server.close()
}

func answered(requests []Request) bool {
	for _, r := range requests {
		if r.State == Answered {
			return true
		}
	}
	return false
}

func (o Options) withDefaults() Options {
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Minute
	}
	return o
}
