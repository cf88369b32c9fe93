package webex

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

const (
	renewAhead = 300 * time.Second // of the end of a token
	renewTries = 3
)

// RefreshOptions is what a renewing token source is made from. BaseURL, ClientID, ClientSecret and Grant.RefreshToken are
// required.
type RefreshOptions struct {
	BaseURL      string // as in Options
	ClientID     string
	ClientSecret Secret
	Grant        Grant  // what is known so far; without an access token one is fetched at the first call
	Keeper       Keeper // keeps every new grant before it is used: the refresh token may have changed; nil: nothing is kept

	HTTP  *http.Client
	Clock func() time.Time
	Sleep func(context.Context, time.Duration) error
}

// Keeper keeps a grant beyond the process. Several processes may share one.
type Keeper interface {
	// Renew gives a grant with another access token than that of have. While no other process does the same, it looks whether
	// one has kept such a grant meanwhile; otherwise it calls renew with the newest one, and keeps what that gives. A grant that
	// comes with an error was obtained and could not be kept.
	Renew(ctx context.Context, have Grant, renew func(Grant) (Grant, error)) (Grant, error)
}

// errNotKept is wrapped by the error of a renewal whose grant could not be saved: it works, but the next run needs it.
var errNotKept = errors.New("keep the renewed one")

type refreshToken struct {
	hidden
	grants grants
	keeper Keeper
	clock  func() time.Time
	sleep  func(context.Context, time.Duration) error

	gate  chan struct{} // held by who looks at or changes the rest
	grant Grant
	ahead time.Duration
}

// RefreshToken is a token that is renewed before it ends and when the service refuses it.
func RefreshToken(o RefreshOptions) (TokenSource, error) {
	endpoint, err := newGrants(o.BaseURL, o.ClientID, o.ClientSecret, o.HTTP, o.Clock)
	if err != nil {
		return nil, err
	}
	if o.ClientID == "" || o.ClientSecret == "" || o.Grant.RefreshToken == "" {
		return nil, errors.New("refresh credentials: client id, client secret and refresh token are all needed")
	}
	r := &refreshToken{
		grants: endpoint, keeper: o.Keeper, clock: endpoint.clock, sleep: o.Sleep,
		gate: make(chan struct{}, 1), grant: o.Grant, ahead: renewAhead,
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
	g, err := r.another(ctx)
	if g.AccessToken == "" {
		return err
	}
	r.ahead = renewAhead
	if !g.Expires.IsZero() {
		r.ahead = min(renewAhead, g.Expires.Sub(r.clock())/2)
	}
	r.grant = g
	if err != nil {
		return fmt.Errorf("%w: %w", errNotKept, err)
	}
	return nil
}

// another gets another grant, from the keeper or from the service.
func (r *refreshToken) another(ctx context.Context) (Grant, error) {
	fetch := func(have Grant) (Grant, error) { return r.fetch(ctx, have) }
	if r.keeper == nil {
		return fetch(r.grant)
	}
	return r.keeper.Renew(ctx, r.grant, fetch)
}

// fetch asks the token endpoint, again when it is in trouble.
func (r *refreshToken) fetch(ctx context.Context, have Grant) (g Grant, err error) {
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {string(have.RefreshToken)}}
	for n := range renewTries {
		g, err = r.grants.ask(ctx, form, have, "")
		if !hasKind(err, kindUnavailable) || r.sleep(ctx, firstBackOff<<n) != nil {
			break
		}
	}
	return g, err
}
