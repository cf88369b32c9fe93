package rehearse

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"muster/auth/check"
)

// OIDCOptions say with whom to rehearse an OpenID Connect sign-in.
type OIDCOptions struct {
	Options
	Issuer       string
	ClientID     string
	ClientSecret Secret
	Scopes       []string // empty is openid email profile
}

// The requests of an OpenID Connect rehearsal.
const (
	oidcSignIn = "sign-in"
	oidcMethod = "other-method" // the other way of client authentication
	oidcPlain  = "no-pkce"
)

const callbackPath = "/oidc/callback"

// answerTime is how long the provider has for the calls behind one answer.
const answerTime = 20 * time.Second

// oidcParty is an OpenID Connect client.
type oidcParty struct {
	clock    func() time.Time
	http     *http.Client
	secret   string
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	config   oauth2.Config
	expect   oidcExpectation
	asked    []oidcRequest
	spent    map[string]bool // states that have had their answer
	answers  []oidcAnswer
	strays   []string
	copies   []Copy
}

// oidcRequest is one request and what binds its answer to it.
type oidcRequest struct {
	Request
	method   oauth2.AuthStyle
	plain    bool // without PKCE
	state    string
	nonce    string
	verifier string
}

// published is what the rehearsal needs of a discovery document.
type published struct {
	Token      string   `json:"token_endpoint"`
	Authorize  string   `json:"authorization_endpoint"`
	UserInfo   string   `json:"userinfo_endpoint"`
	Algorithms []string `json:"id_token_signing_alg_values_supported"`
	Methods    []string `json:"token_endpoint_auth_methods_supported"`
	NamesIss   bool     `json:"authorization_response_iss_parameter_supported"`
}

// OpenOIDC reads the provider's discovery document and opens a rehearsal with it. A document of another issuer settles
// the verdict at once; a provider that cannot be reached is an error.
func OpenOIDC(ctx context.Context, o OIDCOptions) (*Rehearsal, error) {
	o.Options = o.withDefaults()
	if len(o.Scopes) == 0 {
		o.Scopes = []string{oidc.ScopeOpenID, "email", "profile"}
	}
	client := careful(o.HTTP)
	discovering, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	provider, err := oidc.NewProvider(oidc.ClientContext(discovering, client), o.Issuer)
	var mismatch *oidc.IssuerMismatchError
	if errors.As(err, &mismatch) {
		return &Rehearsal{settled: &Report{Protocol: "oidc", Requests: []Request{}, Findings: wrongIssuer(mismatch)}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the discovery document of %q: %w", o.Issuer, brief(err))
	}
	var doc published
	if err := provider.Claims(&doc); err != nil {
		return nil, fmt.Errorf("read the discovery document of %q: %w", o.Issuer, err)
	}
	if err := doc.safe(); err != nil {
		return nil, err
	}
	s, err := listen(o.Options)
	if err != nil {
		return nil, err
	}
	p := newOIDCParty(o, s.base+callbackPath, doc)
	p.http, p.provider = client, provider
	p.verifier = provider.Verifier(&oidc.Config{ClientID: o.ClientID, Now: o.Clock})
	s.serve(p)
	return &Rehearsal{
		server: s, timeout: o.Timeout, invitation: Invitation{Address: s.base + s.home, Register: []string{p.config.RedirectURL}},
	}, nil
}

// safe refuses endpoints to which the client secret and the user would go in the clear.
func (d published) safe() error {
	for name, address := range map[string]string{"authorization_endpoint": d.Authorize, "token_endpoint": d.Token, "userinfo_endpoint": d.UserInfo} {
		if address == "" && name == "userinfo_endpoint" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
			return fmt.Errorf("read the discovery document: the %s %q is no https address", name, address)
		}
	}
	return nil
}

func newOIDCParty(o OIDCOptions, redirect string, doc published) *oidcParty {
	first, other := oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams
	if len(doc.Methods) > 0 && !slices.Contains(doc.Methods, "client_secret_basic") && slices.Contains(doc.Methods, "client_secret_post") {
		first, other = other, first
	}
	return &oidcParty{
		clock: o.Clock, secret: string(o.ClientSecret), spent: make(map[string]bool),
		config: oauth2.Config{
			ClientID: o.ClientID, ClientSecret: string(o.ClientSecret), RedirectURL: redirect, Scopes: o.Scopes,
			Endpoint: oauth2.Endpoint{AuthURL: doc.Authorize, TokenURL: doc.Token},
		},
		expect: oidcExpectation{
			Issuer: o.Issuer, ClientID: o.ClientID, Scopes: o.Scopes, Email: o.ExpectEmail, Algorithms: doc.Algorithms, NamesIssuer: doc.NamesIss,
			HasUserInfo: doc.UserInfo != "",
		},
		asked: []oidcRequest{
			{Request: Request{ID: oidcSignIn, Title: "sign in with PKCE and " + methodName(first), State: Open}, method: first},
			{Request: Request{ID: oidcMethod, Title: "the same with " + methodName(other), State: Open}, method: other},
			{Request: Request{ID: oidcPlain, Title: "the same without PKCE", State: Open}, method: first, plain: true},
		},
	}
}

func methodName(s oauth2.AuthStyle) string {
	if s == oauth2.AuthStyleInParams {
		return "client_secret_post"
	}
	return "client_secret_basic"
}

func (p *oidcParty) requests() []Request {
	var out []Request
	for _, r := range p.asked {
		out = append(out, r.Request)
	}
	return out
}

func (p *oidcParty) routes() []string { return []string{"GET " + callbackPath} }

// begin makes a fresh authorization request. Sent again before its answer came, a request loses its former state.
func (p *oidcParty) begin(id string) (departure, error) {
	i := slices.IndexFunc(p.asked, func(r oidcRequest) bool { return r.ID == id })
	if i < 0 {
		return departure{}, fmt.Errorf("there is no request %q", id)
	}
	r := &p.asked[i]
	if err := r.mayBegin(i == 0 || p.asked[0].State == Answered); err != nil {
		return departure{}, err
	}
	r.State, r.state, r.nonce, r.verifier = Begun, rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	options := []oauth2.AuthCodeOption{oidc.Nonce(r.nonce)}
	if !r.plain {
		options = append(options, oauth2.S256ChallengeOption(r.verifier))
	}
	return departure{url: p.config.AuthCodeURL(r.state, options...)}, nil
}

// receive takes the answer to one of our requests, whatever it is worth, and no other.
func (p *oidcParty) receive(r *http.Request) error {
	query := r.URL.Query()
	state := query.Get("state")
	i := slices.IndexFunc(p.asked, func(q oidcRequest) bool { return q.State == Begun && state != "" && q.state == state })
	switch {
	case state == "":
		return p.stray(errors.New("an answer arrived without state; answers that no request asked for are refused"))
	case p.spent[state]:
		return p.stray(errors.New("a second answer to the same request arrived; each request is answered once"))
	case i < 0:
		return p.stray(errors.New("an answer arrived with a state of none of our open requests"))
	}
	q := &p.asked[i]
	q.State = Answered
	p.spent[state] = true
	a := oidcAnswer{
		Request: q.ID, At: p.clock(), Nonce: q.nonce, Method: methodName(q.method), Issuer: query.Get("iss"), HasIssuer: query.Has("iss"),
		Code: query.Get("error"), Description: scrub(query.Get("error_description"), p.secret),
	}
	if a.Code == "" {
		// Not the request's context: the browser may go away, the answer shall still be judged.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), answerTime)
		defer cancel()
		p.exchange(oidc.ClientContext(ctx, p.http), q, query.Get("code"), &a)
	}
	p.answers = append(p.answers, a)
	return nil
}

// exchange trades the code for tokens and looks into them. Tokens are dropped at its end.
func (p *oidcParty) exchange(ctx context.Context, q *oidcRequest, code string, a *oidcAnswer) {
	config := p.config
	config.Endpoint.AuthStyle = q.method
	var options []oauth2.AuthCodeOption
	if !q.plain {
		options = append(options, oauth2.VerifierOption(q.verifier))
	}
	token, err := config.Exchange(ctx, code, options...)
	if err != nil {
		a.explain(err, p.secret, code, q.verifier)
		return
	}
	a.Scope, _ = token.Extra("scope").(string)
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		a.Refusal = errors.New("the token endpoint gave no id_token")
		return
	}
	a.Header, a.Claims, a.Refusal = decodeToken(raw)
	verified, err := p.verifier.Verify(ctx, raw)
	if err != nil {
		a.Refusal = brief(errors.New(scrub(err.Error(), p.secret, token.AccessToken, raw)))
		return
	}
	if verified.AccessTokenHash != "" {
		a.WrongHash = verified.VerifyAccessToken(token.AccessToken) != nil
	}
	p.userInfo(ctx, token, a)
	if q.ID == oidcSignIn {
		p.copies = append(p.copies, claimsCopy("id-token.json", a.Claims), claimsCopy("userinfo.json", a.UserInfo))
	}
}

// userInfo asks for the claims that the provider keeps out of the ID token.
func (p *oidcParty) userInfo(ctx context.Context, token *oauth2.Token, a *oidcAnswer) {
	if !p.expect.HasUserInfo {
		return
	}
	info, err := p.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		a.UserInfoError = brief(errors.New(scrub(err.Error(), p.secret, token.AccessToken))).Error()
		return
	}
	if err := info.Claims(&a.UserInfo); err != nil {
		a.UserInfoError = err.Error()
	}
}

// stray notes an answer that was not taken. A few are kept, so that nobody fills the memory.
func (p *oidcParty) stray(err error) error {
	if len(p.strays) < 8 {
		p.strays = append(p.strays, err.Error())
	}
	return err
}

func (p *oidcParty) report() *Report {
	r := &Report{Protocol: "oidc", Requests: p.requests(), OIDC: receivedOIDC(p.answers), Copies: slices.Clone(p.copies)}
	r.Findings = judgeOIDC(p.expect, p.answers, r.Requests)
	level := check.Blocker
	if len(p.answers) > 0 {
		level = check.Warn
	}
	r.Findings = append(r.Findings, judgeStrays("LIVE-OIDC-01", level, p.strays)...)
	return r
}

// explain says why there are no tokens. The library's own text would print the whole answer.
func (a *oidcAnswer) explain(err error, secrets ...string) {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		a.Refusal = brief(errors.New(scrub(err.Error(), secrets...)))
		return
	}
	a.Code, a.Description = scrub(refused.ErrorCode, secrets...), scrub(refused.ErrorDescription, secrets...)
	if a.Code == "" && refused.Response != nil {
		a.Code = strings.ToLower(refused.Response.Status)
	}
	a.AtToken = true
}

// loopback reports whether a host can only be this computer.
func loopback(host string) bool {
	return host == "localhost" || host == "::1" || strings.HasPrefix(host, "127.")
}

// brief cuts the library's error, which may hold the whole answer.
func brief(err error) error {
	const most = 200
	text := []rune(err.Error())
	if len(text) <= most {
		return err
	}
	return errors.New(string(text[:most]) + "…")
}
