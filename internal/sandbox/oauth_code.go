package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// codeLife is how long an authorization code is good.
const codeLife = 5 * time.Minute

// consent is what a user agreed to, until its code is exchanged.
type consent struct {
	client    string
	redirect  string
	challenge string // S256 of PKCE; empty for none
	nonce     string
	scopes    []string
	until     time.Time
}

// consent is the page on which a user agrees. Nobody sits before the sandbox, so the answer comes at once: yes, unless the
// client id orders a no.
func (s *Server) consent(q *request) answer {
	v := q.query()
	back, err := url.Parse(v.Get("redirect_uri"))
	switch {
	case v.Get("client_id") == "":
		return invalid("client_id is mandatory")
	case err != nil || !back.IsAbs() || back.Host == "":
		return invalid("redirect_uri must be an absolute URL")
	case v.Get("response_type") != "code":
		return invalid("response_type must be code")
	case v.Get("code_challenge") != "" && v.Get("code_challenge_method") != "S256":
		return invalid("code_challenge_method must be S256")
	}
	answers := back.Query()
	if state := v.Get("state"); state != "" {
		answers.Set("state", state)
	}
	if strings.Contains(strings.ToLower(v.Get("client_id")), MarkDenied) {
		answers.Set("error", "access_denied")
		answers.Set("error_description", "The user denied the request.")
	} else {
		answers.Set("code", s.agree(&consent{
			client: v.Get("client_id"), redirect: v.Get("redirect_uri"), challenge: v.Get("code_challenge"), nonce: v.Get("nonce"),
			scopes: strings.Fields(v.Get("scope")), until: q.now.Add(codeLife),
		}))
	}
	back.RawQuery = answers.Encode()
	return answer{status: http.StatusFound, location: back.String()}
}

// agree keeps a consent under a new code.
func (s *Server) agree(c *consent) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := secretText()
	s.codes[code] = c
	return code
}

// redeem exchanges a code once, for the client, the address and the verifier that it was made for.
func (s *Server) redeem(q *request, client string, form url.Values) answer {
	c := s.codes[form.Get("code")]
	if form.Get("code") == "" || form.Get("redirect_uri") == "" {
		return invalid("code and redirect_uri are mandatory")
	}
	delete(s.codes, form.Get("code"))
	switch {
	case c == nil || !q.now.Before(c.until):
		return invalid("code is not known, was used already, or has expired")
	case c.client != client:
		return invalid("code was made for another client_id")
	case c.redirect != form.Get("redirect_uri"):
		return invalid("redirect_uri is not that of the authorization request")
	case c.challenge != "" && c.challenge != challengeOf(form.Get("code_verifier")):
		return invalid("code_verifier does not fit the code_challenge")
	}
	view := s.issue(q, c.scopes)
	if strings.Contains(" "+view.Scope+" ", " openid ") {
		view.ID = identityToken(client, c.nonce, q.now)
	}
	return ok(view)
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// identityToken makes an unsigned token that repeats the nonce.
func identityToken(client, nonce string, now time.Time) string {
	claims, _ := json.Marshal(map[string]any{ // nothing in it can fail
		"aud": client, "nonce": nonce, "iat": now.Unix(), "exp": now.Add(codeLife).Unix(), "sub": "sandbox",
	})
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(claims) + "."
}
