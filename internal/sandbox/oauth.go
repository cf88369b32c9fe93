package sandbox

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// refreshLife is how long a refresh token is good.
const refreshLife = 90 * 24 * time.Hour

// tokenView is the answer of the token endpoints; lifetimes in seconds.
type tokenView struct {
	Access         string `json:"access_token"`
	Expires        int64  `json:"expires_in"`
	Refresh        string `json:"refresh_token"`
	RefreshExpires int64  `json:"refresh_token_expires_in"`
	Type           string `json:"token_type"`
	Scope          string `json:"scope,omitempty"`
	ID             string `json:"id_token,omitempty"` // unsigned; only when the scope openid was asked for
}

// authorize refuses a call without a good bearer, or with one that lacks the scope.
func (s *Server) authorize(q *request, scope string) (answer, bool) {
	value, found := strings.CutPrefix(q.Header.Get("Authorization"), "Bearer ")
	if !found || value == "" {
		return refuse(http.StatusUnauthorized, flaw{text: "authorization header with a bearer token is missing"}), true
	}
	t, known := s.token(value)
	switch {
	case !known:
		return refuse(http.StatusUnauthorized, flaw{text: "the access token is not known"}), true
	case !t.Expires.IsZero() && !q.now.Before(t.Expires):
		return refuse(http.StatusUnauthorized, flaw{text: "the access token has expired"}), true
	case scope != "" && len(t.Scopes) > 0 && !slices.Contains(t.Scopes, "spark-admin:"+scope) && !scopeIncludes(t.Scopes, scope):
		return refuse(http.StatusForbidden, flaw{text: fmt.Sprintf("the access token lacks the scope %q", "spark-admin:"+scope)}), true
	}
	return answer{}, false
}

// scopeIncludes knows the scopes that let more pass than their name says: locations may be read with people_read.
func scopeIncludes(scopes []string, scope string) bool {
	return scope == "locations_read" && slices.ContainsFunc(scopes, func(s string) bool {
		return s == "spark-admin:people_read" || s == "spark-admin:device_read"
	})
}

// token finds a bearer. Without a list any is good; one that the sandbox issued keeps its expiry.
func (s *Server) token(value string) (Token, bool) {
	for _, t := range s.set.Tokens {
		if t.Value == value {
			return t, true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.tokens[value]; t != nil {
		return Token{Value: value, Expires: t.Expires, Scopes: t.Scopes}, true
	}
	return Token{Value: value}, len(s.set.Tokens) == 0
}

func (s *Server) tokenExpiry(q *request) answer {
	t, _ := s.token(strings.TrimPrefix(q.Header.Get("Authorization"), "Bearer "))
	if t.Expires.IsZero() {
		t.Expires = q.now.Add(s.set.tokenLife())
	}
	return ok(map[string]int64{"exp": t.Expires.UnixMilli()})
}

// accessToken is the form endpoint: a code or a refresh token becomes a token pair.
func (s *Server) accessToken(q *request) answer {
	form, err := url.ParseQuery(string(q.body))
	if err != nil || !strings.HasPrefix(q.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return refuse(http.StatusUnsupportedMediaType, flaw{text: "content type must be application/x-www-form-urlencoded"})
	}
	id, secret, basic := q.BasicAuth()
	if !basic {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	if id == "" || secret == "" {
		return invalid("client_id and client_secret are mandatory")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch grant := form.Get("grant_type"); grant {
	case "authorization_code":
		return s.redeem(q, id, form)
	case "refresh_token":
		return s.rotate(q, form.Get("refresh_token"))
	default:
		return invalid(fmt.Sprintf("grant_type %q: use authorization_code or refresh_token", grant))
	}
}

// rotate exchanges a refresh token once.
func (s *Server) rotate(q *request, value string) answer {
	old := s.refreshes[value]
	listed := len(s.set.RefreshTokens) == 0 || slices.Contains(s.set.RefreshTokens, value)
	switch {
	case value == "" || old == nil && !listed:
		return invalid("refresh_token is not known")
	case old != nil && old.Used:
		return invalid("refresh_token was used already")
	case old == nil: // brought from elsewhere: remember that it is spent
		old = &issued{N: s.next(), Access: "spent-" + value, Refresh: value, Expires: q.now}
		s.refreshes[value] = old
	}
	old.Used = true
	s.save(old)
	return ok(s.issue(q, old.Scopes))
}

// issue makes a token pair; without scopes it is good for everything.
func (s *Server) issue(q *request, scopes []string) tokenView {
	life := s.set.tokenLife()
	t := &issued{N: s.next(), Access: secretText(), Refresh: secretText(), Expires: q.now.Add(life), Scopes: scopes}
	s.keepToken(t)
	s.save(t)
	return tokenView{
		Access: t.Access, Expires: int64(life / time.Second), Refresh: t.Refresh, RefreshExpires: int64(refreshLife / time.Second), Type: "Bearer",
		Scope: strings.Join(scopes, " "),
	}
}

func secretText() string { return fmt.Sprintf("sandbox-%016x%016x", rand.Uint64(), rand.Uint64()) }

// appToken is the endpoint of service apps.
func (s *Server) appToken(q *request) answer {
	var body struct {
		ClientID     string `json:"clientId"`
		ClientSecret string `json:"clientSecret"`
		TargetOrgID  string `json:"targetOrgId"`
	}
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	if body.ClientID == "" || body.ClientSecret == "" || body.TargetOrgID == "" {
		return invalid("clientId, clientSecret and targetOrgId are mandatory")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return ok(s.issue(q, nil))
}
