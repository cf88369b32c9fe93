package webex

import (
	"context"
	"encoding/base64"
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
	maxGrant    = 64 << 10 // bytes of an answer of the token endpoint
	grantsRoute = "/access_token"
)

// Grant is what the token endpoint gives: a token for calls and one to renew it with.
type Grant struct {
	AccessToken    Secret
	RefreshToken   Secret
	Expires        time.Time // zero when the service did not say
	RefreshExpires time.Time
	Scopes         []string // nil when the service did not say
}

// grants is the token endpoint as one client of it sees it.
type grants struct {
	hidden
	url    string
	id     string
	secret string
	http   *http.Client
	clock  func() time.Time
}

func newGrants(base, id string, secret Secret, client *http.Client, clock func() time.Time) (grants, error) {
	u, err := parseBase(base)
	if err != nil {
		return grants{}, err
	}
	if clock == nil {
		clock = time.Now
	}
	return grants{url: u.String() + grantsRoute, id: id, secret: string(secret), http: quietClient(client), clock: clock}, nil
}

// ask makes one request. What the answer leaves out stays as it was; what it echoes of our secrets is taken out of errors.
func (e *grants) ask(ctx context.Context, form url.Values, have Grant, nonce string) (Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	form.Set("client_id", e.id)
	form.Set("client_secret", e.secret)
	fail := func(err *Error) error {
		err.Method, err.Route = http.MethodPost, grantsRoute
		err.scrub(e.secret, string(have.RefreshToken), string(have.AccessToken), form.Get("code"), form.Get("code_verifier"))
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, strings.NewReader(form.Encode()))
	if err != nil {
		return Grant{}, fail(&Error{Err: errBadRequest})
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := e.http.Do(req)
	if err != nil {
		return Grant{}, fail(&Error{Err: plainCause(ctx, err, DefaultTimeout)})
	}
	defer drain(resp.Body)
	if failed := judge(resp, e.clock()); failed != nil {
		return Grant{}, fail(failed)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxGrant))
	if err != nil {
		return Grant{}, fail(&Error{Err: fmt.Errorf("%w: %w", errCut, err)})
	}
	g, err := e.read(body, have, nonce)
	if err != nil {
		return Grant{}, fail(&Error{Status: resp.StatusCode, Err: err})
	}
	return g, nil
}

func (e *grants) read(body []byte, have Grant, nonce string) (Grant, error) {
	var w struct {
		AccessToken      text `json:"access_token"`
		ExpiresIn        code `json:"expires_in"` // seconds
		RefreshToken     text `json:"refresh_token"`
		RefreshExpiresIn code `json:"refresh_token_expires_in"`
		Scope            text `json:"scope"`
		IDToken          text `json:"id_token"`
	}
	if err := json.Unmarshal(body, &w); err != nil || w.AccessToken == "" {
		return Grant{}, errors.New("the answer holds no access token")
	}
	if nonce != "" && w.IDToken != "" && nonceOf(string(w.IDToken)) != nonce {
		return Grant{}, errors.New("the identity token does not repeat the nonce of the request: the answer belongs to another sign-in")
	}
	g := Grant{
		AccessToken: Secret(w.AccessToken), RefreshToken: Secret(w.RefreshToken),
		Expires: e.after(w.ExpiresIn), RefreshExpires: e.after(w.RefreshExpiresIn), Scopes: strings.Fields(string(w.Scope)),
	}
	if g.RefreshToken == "" { // the old one stays good
		g.RefreshToken, g.RefreshExpires = have.RefreshToken, have.RefreshExpires
	}
	if len(g.Scopes) == 0 {
		g.Scopes = have.Scopes
	}
	return g, nil
}

func (e *grants) after(seconds code) time.Time {
	s, err := strconv.ParseFloat(string(seconds), 64)
	if err != nil || s <= 0 || s > 1e9 {
		return time.Time{}
	}
	return e.clock().Add(time.Duration(s * float64(time.Second)))
}

// nonceOf reads the nonce of an identity token. Its signature need not be looked at: it came from the token endpoint itself.
func nonceOf(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(payload, "="))
	var claims struct {
		Nonce string `json:"nonce"`
	}
	if err != nil || json.Unmarshal(raw, &claims) != nil {
		return ""
	}
	return claims.Nonce
}
