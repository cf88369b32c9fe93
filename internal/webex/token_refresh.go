package webex

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	renewAhead  = 300 * time.Second // of the end of a token
	renewTries  = 3
	maxGrant    = 64 << 10 // bytes of an answer of the token endpoint
	grantsRoute = "/access_token"
)

// Grant is what the token endpoint gives: a token for calls and one to renew it with.
type Grant struct {
	AccessToken    Secret
	RefreshToken   Secret
	Expires        time.Time // zero when the service did not say
	RefreshExpires time.Time
}

// RefreshOptions is what a renewing token source is made from. BaseURL, ClientID, ClientSecret and Grant.RefreshToken are
// required.
type RefreshOptions struct {
	BaseURL      string // as in Options
	ClientID     string
	ClientSecret Secret
	Grant        Grant             // what is known so far; without an access token one is fetched at the first call
	Save         func(Grant) error // called with every new grant, before it is used: the refresh token may have changed

	HTTP  *http.Client
	Clock func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// errNotKept is wrapped by the error of a renewal whose grant could not be saved: it works, but the next run needs it.
var errNotKept = errors.New("keep the renewed one")

type refreshToken struct {
	hidden
	endpoint string
	id       string
	secret   string
	save     func(Grant) error
	http     *http.Client
	clock    func() time.Time
	sleep    func(context.Context, time.Duration) error

	gate  chan struct{} // held by who looks at or changes the rest
	grant Grant
	ahead time.Duration
}

// RefreshToken is a token that is renewed before it ends and when the service refuses it.
func RefreshToken(o RefreshOptions) (TokenSource, error) {
	base, err := parseBase(o.BaseURL)
	if err != nil {
		return nil, err
	}
	if o.ClientID == "" || o.ClientSecret == "" || o.Grant.RefreshToken == "" {
		return nil, errors.New("refresh credentials: client id, client secret and refresh token are all needed")
	}
	r := &refreshToken{
		endpoint: base.String() + grantsRoute, id: o.ClientID, secret: string(o.ClientSecret), save: o.Save,
		http: quietClient(o.HTTP), clock: o.Clock, sleep: o.Sleep,
		gate: make(chan struct{}, 1), grant: o.Grant, ahead: renewAhead,
	}
	if r.clock == nil {
		r.clock = time.Now
	}
	if r.sleep == nil {
		r.sleep = sleep
	}
	return r, nil
}

func (r *refreshToken) lock(ctx context.Context) error {
	select {
	case r.gate <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *refreshToken) unlock() { <-r.gate }

// Token renews the token when it is about to end. While the old one is still good, a failure to renew it is no error.
func (r *refreshToken) Token(ctx context.Context) (string, error) {
	if err := r.lock(ctx); err != nil {
		return "", err
	}
	defer r.unlock()
	left := r.left()
	if left > r.ahead {
		return string(r.grant.AccessToken), nil
	}
	if err := r.renew(ctx); err != nil && (left <= 0 || errors.Is(err, errNotKept)) {
		return "", err
	}
	return string(r.grant.AccessToken), nil
}

// left is how long the token at hand is good.
func (r *refreshToken) left() time.Duration {
	switch {
	case r.grant.AccessToken == "":
		return 0
	case r.grant.Expires.IsZero():
		return renewAhead + 1
	}
	return r.grant.Expires.Sub(r.clock())
}

// Refresh renews the token at once.
func (r *refreshToken) Refresh(ctx context.Context) error {
	if err := r.lock(ctx); err != nil {
		return err
	}
	defer r.unlock()
	return r.renew(ctx)
}

func (r *refreshToken) renew(ctx context.Context) error {
	var g Grant
	var err error
	for n := range renewTries {
		if g, err = r.fetch(ctx); !hasKind(err, kindUnavailable) {
			break
		}
		if r.sleep(ctx, firstBackOff<<n) != nil {
			break
		}
	}
	if err != nil {
		return err
	}
	r.ahead = renewAhead
	if !g.Expires.IsZero() {
		r.ahead = min(renewAhead, g.Expires.Sub(r.clock())/2)
	}
	r.grant = g
	if r.save == nil {
		return nil
	}
	if err := r.save(g); err != nil {
		return fmt.Errorf("%w: %w", errNotKept, err)
	}
	return nil
}

// fetch asks the token endpoint once.
func (r *refreshToken) fetch(ctx context.Context) (Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	form := url.Values{
		"grant_type": {"refresh_token"}, "client_id": {r.id}, "client_secret": {r.secret},
		"refresh_token": {string(r.grant.RefreshToken)},
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return Grant{}, r.fail(&Error{Err: errBadRequest})
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := r.http.Do(req)
	if err != nil {
		return Grant{}, r.fail(&Error{Err: plainCause(ctx, err, DefaultTimeout)})
	}
	defer drain(resp.Body)
	if e := judge(resp, r.clock()); e != nil {
		return Grant{}, r.fail(e)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxGrant))
	if err != nil {
		return Grant{}, r.fail(&Error{Err: fmt.Errorf("%w: %w", errCut, err)})
	}
	return r.read(resp.StatusCode, body)
}

func (r *refreshToken) read(status int, body []byte) (Grant, error) {
	var w struct {
		AccessToken      text `json:"access_token"`
		ExpiresIn        code `json:"expires_in"` // seconds
		RefreshToken     text `json:"refresh_token"`
		RefreshExpiresIn code `json:"refresh_token_expires_in"`
	}
	if err := json.Unmarshal(body, &w); err != nil || w.AccessToken == "" {
		return Grant{}, r.fail(&Error{Status: status, Err: errors.New("the answer holds no access token")})
	}
	g := Grant{
		AccessToken: Secret(w.AccessToken), RefreshToken: Secret(w.RefreshToken),
		Expires: r.after(w.ExpiresIn), RefreshExpires: r.after(w.RefreshExpiresIn),
	}
	if g.RefreshToken == "" { // the old one stays good
		g.RefreshToken, g.RefreshExpires = r.grant.RefreshToken, r.grant.RefreshExpires
	}
	return g, nil
}

func (r *refreshToken) after(seconds code) time.Time {
	s, err := strconv.ParseFloat(string(seconds), 64)
	if err != nil || s <= 0 || s > 1e9 {
		return time.Time{}
	}
	return r.clock().Add(time.Duration(s * float64(time.Second)))
}

// fail names the call and takes our secrets out of what the answer said.
func (r *refreshToken) fail(e *Error) *Error {
	e.Method, e.Route = http.MethodPost, grantsRoute
	e.scrub(r.secret, string(r.grant.RefreshToken), string(r.grant.AccessToken))
	return e
}
