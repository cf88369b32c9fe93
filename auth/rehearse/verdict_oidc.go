package rehearse

import (
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// oidcChecks is the catalogue of the OpenID Connect rehearsal.
func oidcChecks() []check.Check {
	return []check.Check{
		{
			ID: "LIVE-OIDC-01", Levels: []check.Level{check.Blocker, check.Warn}, Evidence: []check.Evidence{check.Standard},
			Source: "OpenID Connect Core 3.1.3.7; RFC 9207", Title: "the ID token is from this issuer, for this client and this request, signed and current",
			Why: "A client that checks its tokens refuses every other one.",
			Fix: "compare issuer, client ID and keys at the provider with what was given to TAC",
		},
		{
			ID: "LIVE-OIDC-02", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Webex},
			Source: "BroadWorks solution guide no4dlj3, attributes of an OpenID Connect provider", Title: "the scopes openid and email are granted",
			Why: "The list of scopes given to TAC must hold openid and email.",
			Fix: "allow the scopes openid and email for the client at the provider",
		},
		{
			ID: "LIVE-OIDC-03", Levels: []check.Level{check.Error, check.Warn, check.Info}, Evidence: []check.Evidence{check.Webex, check.Standard},
			Source: "BroadWorks solution guide no4dlj3; OpenID Connect Core 5.1", Title: "the claim email holds the address as provisioned",
			Why: "The user is found by the e-mail address.",
			Fix: "release the claim email for the client, with the address that is provisioned in Webex",
		},
		{
			ID: "LIVE-OIDC-04", Levels: []check.Level{check.Error}, Evidence: []check.Evidence{check.Standard},
			Source: "OpenID Connect Core 5.3.2", Title: "UserInfo and ID token speak of the same subject",
			Why: "A client must not use the claims of another subject.",
			Fix: "let both come from the same user record and the same kind of subject identifier",
		},
		{
			ID: "LIVE-OIDC-05", Levels: []check.Level{check.Info}, Evidence: []check.Evidence{check.Measured},
			Source: "measured with oidc-provider and dex", Title: "where the e-mail address arrives",
			Why: "A client that reads only the ID token misses an address that comes by UserInfo.",
			Fix: "tell TAC the UserInfo endpoint, or let the provider put email into the ID token",
		},
		{
			ID: "LIVE-OIDC-06", Levels: []check.Level{check.Info}, Evidence: []check.Evidence{check.Judgement},
			Source: "RFC 9700 2.1.1", Title: "whether the provider insists on PKCE",
			Why: "It is not documented whether Webex sends PKCE.",
			Fix: "ask TAC whether Webex sends PKCE, if the provider insists on it",
		},
		{
			ID: "LIVE-OIDC-07", Levels: []check.Level{check.Info}, Evidence: []check.Evidence{check.Judgement},
			Source: "OpenID Connect Core 9", Title: "which ways of client authentication the provider takes",
			Why: "It is not documented which way Webex uses.",
			Fix: "ask TAC which way Webex uses, if the provider takes only one",
		},
	}
}

// oidcExpectation is what answers are measured against.
type oidcExpectation struct {
	Issuer      string
	ClientID    string
	Scopes      []string // asked for
	Email       string   // as provisioned; empty when it is not to be compared
	Algorithms  []string // advertised for ID tokens
	NamesIssuer bool     // the provider says that its answers carry the parameter iss
	HasUserInfo bool
}

// oidcJudge is one walk over what arrived.
type oidcJudge struct {
	ledger
	expect oidcExpectation
}

func wrongIssuer(e *oidc.IssuerMismatchError) []check.Finding {
	var l ledger
	l.say("LIVE-OIDC-01", check.Blocker, e.Discovered, remark{
		onboarding.T("the discovery document is of the issuer %q, not of %q", e.Discovered, e.Provided), onboarding.T("compare letter by letter: a final slash counts"),
	})
	return l.found
}

// judgeOIDC says of the answers what a client would trip over. Without an answer to the first request there is nothing to
// say.
func judgeOIDC(e oidcExpectation, answers []oidcAnswer, requests []Request) []check.Finding {
	i := slices.IndexFunc(answers, func(a oidcAnswer) bool { return a.Request == oidcSignIn })
	if i < 0 {
		return nil
	}
	j := &oidcJudge{expect: e}
	a := &answers[i]
	j.responseIssuer(a)
	switch {
	case a.Code != "":
		j.refused(a)
	case a.Claims == nil:
		j.say("LIVE-OIDC-01", check.Blocker, "", remark{onboarding.T("no ID token to look at: %v", a.Refusal), onboarding.T("look into the provider's log")})
		j.withoutToken("LIVE-OIDC-01")
	default:
		j.token(a)
		j.scope(a)
		j.email(a)
		j.subject(a)
	}
	j.further(answers, requests)
	slices.SortStableFunc(j.found, func(a, b check.Finding) int { return strings.Compare(a.ID, b.ID) })
	return j.found
}

// responseIssuer judges the parameter iss, which tells a client which provider answers.
func (j *oidcJudge) responseIssuer(a *oidcAnswer) {
	hint := onboarding.T("the parameter iss must be the issuer, letter by letter (RFC 9207)")
	switch {
	case a.HasIssuer && a.Issuer != j.expect.Issuer:
		j.say("LIVE-OIDC-01", check.Blocker, a.Issuer, remark{onboarding.T("the answer names the issuer %q, not %q", a.Issuer, j.expect.Issuer), hint})
	case !a.HasIssuer && j.expect.NamesIssuer:
		j.say("LIVE-OIDC-01", check.Blocker, "", remark{onboarding.T("the answer lacks the parameter iss, which the discovery document promises"), hint})
	}
}

// refused judges an error of the authorization or token endpoint in the first sign-in.
func (j *oidcJudge) refused(a *oidcAnswer) {
	where := "authorization"
	if a.AtToken {
		where = "token"
	}
	id, level := "LIVE-OIDC-01", check.Blocker
	hint := onboarding.T("look into the provider's log; the redirect URI must be registered letter by letter")
	switch a.Code {
	case "invalid_scope":
		id, level, hint = "LIVE-OIDC-02", check.Error, onboarding.T("allow the scopes %q for the client at the provider", j.expect.Scopes)
	case "invalid_client":
		hint = onboarding.T("compare the client ID and the secret with the provider; it may also want another way than %s", a.Method)
	}
	j.say(id, level, a.Code, remark{onboarding.T("the %s endpoint refuses with %q: %q", where, a.Code, a.Description), hint})
	j.withoutToken(id)
}

// withoutToken says of all checks of the first sign-in but one that they could not be made.
func (j *oidcJudge) withoutToken(but string) {
	for _, id := range []string{"LIVE-OIDC-01", "LIVE-OIDC-02", "LIVE-OIDC-03", "LIVE-OIDC-04", "LIVE-OIDC-05"} {
		if id != but {
			j.say(id, check.Checklist, "", remark{message: onboarding.T("not looked at: there is no ID token")})
		}
	}
}

// token judges the ID token. A token that the library refuses is never called fine.
func (j *oidcJudge) token(a *oidcAnswer) {
	j.issuerAndAudience(a)
	j.binding(a)
	j.times(a)
	j.algorithm(a)
	if a.Refusal != nil && j.worst() < check.Error {
		j.blocker("", remark{onboarding.T("the ID token was refused: %v", a.Refusal), onboarding.T("the key set of the provider must hold the key that signs")})
	}
}

func (j *oidcJudge) blocker(value string, r remark) { j.say("LIVE-OIDC-01", check.Blocker, value, r) }

func (j *oidcJudge) issuerAndAudience(a *oidcAnswer) {
	if iss := text(a.Claims, "iss"); iss != j.expect.Issuer {
		j.blocker(iss, remark{onboarding.T("the ID token is of the issuer %q, not of %q", iss, j.expect.Issuer), onboarding.T("compare letter by letter: a final slash counts")})
	}
	auds := audiences(a.Claims)
	if !slices.Contains(auds, j.expect.ClientID) {
		j.blocker(strings.Join(auds, " "), remark{
			onboarding.T("the audience of the ID token is %q, without the client ID %q", auds, j.expect.ClientID), onboarding.T("compare the client ID with the provider"),
		})
	}
	azp, has := a.Claims["azp"]
	switch {
	case has && azp != j.expect.ClientID:
		j.blocker(text(a.Claims, "azp"), remark{
			onboarding.T("the authorized party (azp) of the ID token is %q, not the client ID %q", text(a.Claims, "azp"), j.expect.ClientID), onboarding.T("compare the client ID with the provider"),
		})
	case !has && len(auds) > 1:
		j.say("LIVE-OIDC-01", check.Warn, strings.Join(auds, " "), remark{
			onboarding.T("the ID token has %d audiences and no authorized party (azp)", len(auds)), onboarding.T("let the token be for the client alone, or name it as the authorized party"),
		})
	}
}

// binding judges whether the token belongs to this request and to its access token.
func (j *oidcJudge) binding(a *oidcAnswer) {
	switch nonce, has := a.Claims["nonce"]; {
	case !has:
		j.blocker("", remark{onboarding.T("the ID token lacks the nonce that was sent"), onboarding.T("the provider must repeat the nonce of the request")})
	case nonce != a.Nonce:
		j.blocker("", remark{onboarding.T("the nonce of the ID token is not the one that was sent"), onboarding.T("the provider must repeat the nonce of the request; else the token is of another sign-in")})
	}
	if a.WrongHash {
		j.blocker(text(a.Claims, "at_hash"), remark{onboarding.T("at_hash of the ID token is not the hash of the access token"), onboarding.T("both tokens must come from one answer")})
	}
}

func (j *oidcJudge) times(a *oidcAnswer) {
	hint := onboarding.T("keep the clocks of both sides in step (NTP)")
	exp, ok := moment(a.Claims, "exp")
	switch {
	case !ok:
		j.blocker("", remark{onboarding.T("the ID token has no end (exp)"), onboarding.T("the provider must say in seconds when the token ends")})
	case !a.At.Before(exp):
		j.blocker(clockTime(exp), remark{onboarding.T("the ID token ended at %s; this computer says %s", clockTime(exp), clockTime(a.At)), hint})
	}
	iat, ok := moment(a.Claims, "iat")
	switch {
	case !ok:
		j.blocker("", remark{onboarding.T("the ID token does not say when it was issued (iat)"), onboarding.T("the provider must say in seconds when the token was issued")})
	case iat.Sub(a.At).Abs() > tolerance:
		j.blocker(clockTime(iat), remark{onboarding.T("the ID token was issued at %s; this computer says %s", clockTime(iat), clockTime(a.At)), hint})
	}
}

func (j *oidcJudge) algorithm(a *oidcAnswer) {
	alg := a.Header.Algorithm
	asymmetric := slices.ContainsFunc([]string{"RS", "PS", "ES", "Ed"}, func(p string) bool { return strings.HasPrefix(alg, p) })
	switch {
	case !asymmetric:
		j.blocker(alg, remark{onboarding.T("the ID token is signed with %q, which no published key can verify", alg), onboarding.T("let the provider sign ID tokens with RS256")})
	case len(j.expect.Algorithms) > 0 && !slices.Contains(j.expect.Algorithms, alg):
		j.blocker(alg, remark{onboarding.T("the ID token is signed with %q, but %q are advertised", alg, j.expect.Algorithms), onboarding.T("let the provider sign with an algorithm of its discovery document")})
	}
}

// scope judges what was granted. A token endpoint that does not say has granted what was asked for (RFC 6749 5.1).
func (j *oidcJudge) scope(a *oidcAnswer) {
	granted := j.expect.Scopes
	if a.Scope != "" {
		granted = strings.Fields(a.Scope)
	}
	for _, s := range []string{"openid", "email"} {
		if !slices.Contains(granted, s) {
			j.say("LIVE-OIDC-02", check.Error, strings.Join(granted, " "), remark{
				onboarding.T("the scope %q is not among the granted %q", s, granted), onboarding.T("ask for it with --scopes and allow it for the client at the provider"),
			})
		}
	}
}

// email judges the address and tells where it arrives.
func (j *oidcJudge) email(a *oidcAnswer) {
	const id = "LIVE-OIDC-03"
	inToken, inInfo := text(a.Claims, "email"), text(a.UserInfo, "email")
	if inToken == "" && inInfo == "" {
		j.say(id, check.Error, "", remark{
			onboarding.T("neither the ID token nor UserInfo has the claim email"), onboarding.T("release the claim email for the client at the provider"),
		})
		return
	}
	j.whereEmail(inToken, inInfo)
	if inToken != "" && inInfo != "" && inToken != inInfo {
		j.say(id, check.Error, inInfo, remark{
			onboarding.T("the ID token says %q, UserInfo says %q", inToken, inInfo), onboarding.T("both must hold the address that is provisioned in Webex"),
		})
	}
	source, value := "the claim email of the ID token", inToken
	if value == "" {
		source, value = "the claim email of UserInfo", inInfo
	}
	if !isAddress(value) {
		j.say(id, check.Error, value, remark{onboarding.T("%s is %q, which is no e-mail address", source, value), onboarding.T("map the e-mail address to the claim")})
		return
	}
	j.compareEmail(id, source, value, j.expect.Email)
	for _, claims := range []map[string]any{a.Claims, a.UserInfo} {
		if v, has := claims["email_verified"]; has && v != true && v != "true" {
			j.say(id, check.Warn, "", remark{onboarding.T("email_verified is %v", v), onboarding.T("let the provider say true for addresses that it manages itself")})
			break
		}
	}
}

func (j *oidcJudge) whereEmail(inToken, inInfo string) {
	const id = "LIVE-OIDC-05"
	switch {
	case inToken != "" && inInfo != "":
		j.say(id, check.Info, "both", remark{message: onboarding.T("the e-mail address arrives in the ID token and in UserInfo")})
	case inToken != "":
		j.say(id, check.Info, "id_token", remark{message: onboarding.T("the e-mail address arrives in the ID token only")})
	default:
		j.say(id, check.Info, "userinfo", remark{
			onboarding.T("the e-mail address arrives by UserInfo only"), onboarding.T("tell TAC the UserInfo endpoint, or let the provider put email into the ID token"),
		})
	}
}

func (j *oidcJudge) subject(a *oidcAnswer) {
	const id = "LIVE-OIDC-04"
	sub := text(a.Claims, "sub")
	switch {
	case a.UserInfoError != "":
		j.say(id, check.Error, "", remark{onboarding.T("UserInfo could not be read: %s", a.UserInfoError), onboarding.T("UserInfo must answer to the access token of the sign-in")})
	case a.UserInfo == nil:
		j.say(id, check.Checklist, "", remark{message: onboarding.T("there is no UserInfo to compare with")})
	case text(a.UserInfo, "sub") != sub || sub == "":
		j.say(id, check.Error, text(a.UserInfo, "sub"), remark{
			onboarding.T("the subject of UserInfo is %q, that of the ID token %q", text(a.UserInfo, "sub"), sub), onboarding.T("both must name the same subject"),
		})
	}
}

// further tells how the provider took the other requests.
func (j *oidcJudge) further(answers []oidcAnswer, requests []Request) {
	for _, r := range requests {
		id := map[string]string{oidcPlain: "LIVE-OIDC-06", oidcMethod: "LIVE-OIDC-07"}[r.ID]
		if id == "" {
			continue
		}
		i := slices.IndexFunc(answers, func(a oidcAnswer) bool { return a.Request == r.ID })
		switch {
		case i >= 0 && answers[i].Code == "" && answers[i].Refusal == nil:
			j.say(id, check.Info, "taken", remark{message: onboarding.T("%s: taken", r.Title)})
		case i >= 0 && answers[i].Code != "":
			j.say(id, check.Info, answers[i].Code, remark{onboarding.T("%s: refused with %q, %q", r.Title, answers[i].Code, answers[i].Description), onboarding.T("ask TAC what Webex sends")})
		case i >= 0:
			j.say(id, check.Info, "", remark{onboarding.T("%s: refused: %v", r.Title, answers[i].Refusal), onboarding.T("ask TAC what Webex sends")})
		case r.State == Begun:
			j.say(id, check.Info, r.ID, remark{onboarding.T("%s: no answer came", r.Title), onboarding.T("what the provider showed instead says why; ask TAC what Webex sends")})
		default:
			j.say(id, check.Checklist, r.ID, remark{onboarding.T("%s: not tried", r.Title), onboarding.T("follow the further links on the page after the first sign-in")})
		}
	}
}
