package webex

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// CodeOptions is one request for an authorization code, with PKCE (RFC 7636) and its exchange. All but HTTP, Clock and Nonce
// are required.
type CodeOptions struct {
	BaseURL      string // as in Options
	ClientID     string
	ClientSecret Secret
	RedirectURL  string // where the browser brings the code; registered with the integration
	Scopes       []string
	State        string // comes back with the code
	Nonce        string // comes back in the identity token, when the scope openid is asked for
	Verifier     Secret // of PKCE, at least 43 characters

	HTTP  *http.Client
	Clock func() time.Time
}

// AuthorizeURL is the address of the page on which the user agrees. It holds no secret.
func (o *CodeOptions) AuthorizeURL() (string, error) {
	base, err := parseBase(o.BaseURL)
	switch {
	case err != nil:
		return "", err
	case o.ClientID == "" || o.ClientSecret == "" || o.RedirectURL == "" || len(o.Scopes) == 0:
		return "", errors.New("authorization code: client id, client secret, redirect address and scopes are all needed")
	case o.State == "" || len(o.Verifier) < 43:
		return "", errors.New("authorization code: a state and a verifier of at least 43 characters are needed")
	}
	sum := sha256.Sum256([]byte(o.Verifier))
	q := url.Values{
		"client_id": {o.ClientID}, "response_type": {"code"}, "redirect_uri": {o.RedirectURL}, "scope": {strings.Join(o.Scopes, " ")},
		"state": {o.State}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	if o.Nonce != "" {
		q.Set("nonce", o.Nonce)
	}
	return base.String() + "/authorize?" + strings.ReplaceAll(q.Encode(), "+", "%20"), nil
}

// ExchangeCode makes a grant of the code that the browser brought. Where the service does not say which scopes it granted,
// they are those that were asked for.
func ExchangeCode(ctx context.Context, o CodeOptions, code Secret) (Grant, error) {
	endpoint, err := newGrants(o.BaseURL, o.ClientID, o.ClientSecret, o.HTTP, o.Clock)
	if err != nil {
		return Grant{}, err
	}
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {string(code)}, "redirect_uri": {o.RedirectURL}, "code_verifier": {string(o.Verifier)},
	}
	return endpoint.ask(ctx, form, Grant{Scopes: o.Scopes}, o.Nonce)
}

// ExchangeRefresh makes a grant of a refresh token, as a service app is given one in the portal.
func ExchangeRefresh(ctx context.Context, o RefreshOptions) (Grant, error) {
	endpoint, err := newGrants(o.BaseURL, o.ClientID, o.ClientSecret, o.HTTP, o.Clock)
	if err != nil {
		return Grant{}, err
	}
	return endpoint.ask(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {string(o.Grant.RefreshToken)}}, o.Grant, "")
}
