package rehearse

import (
	"encoding/base64"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/auth/check"
)

// FuzzSAMLResponse posts what a stranger could post. Without the provider's key nothing may be called verified, whatever it
// is, and nothing may break the program.
func FuzzSAMLResponse(f *testing.F) {
	const protocol = `xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"`
	ok := `<p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status>`
	f.Add([]byte(`<p:Response ` + protocol + ` InResponseTo="id-1" IssueInstant="2026-01-01T00:00:00Z">` + ok + `<a:Assertion/></p:Response>`))
	f.Add([]byte(`<p:Response ` + protocol + ` InResponseTo="id-1">` + ok + `<a:EncryptedAssertion/></p:Response>`))
	f.Add([]byte(`<p:Response ` + protocol + ` InResponseTo="id-1">` + ok + `<a:Assertion><a:Subject><a:SubjectConfirmation/></a:Subject><a:Conditions/></a:Assertion></p:Response>`))
	f.Add([]byte(`<p:Response ` + protocol + ` ID="x" InResponseTo="id-1"><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>` + ok + `</p:Response>`))
	f.Add([]byte(`<p:Response ` + protocol + `/>`))
	f.Add([]byte(strings.Repeat("<a>", 20000) + strings.Repeat("</a>", 20000)))
	base := fuzzParty(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		p := *base
		p.asked, p.spent = slices.Clone(base.asked), maps.Clone(base.spent)
		form := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(text)}}
		r := httptest.NewRequest(http.MethodPost, p.expect.Endpoints[0], strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetPathValue("index", "0")
		err := p.receive(r)
		report := p.report()
		if (err == nil) != (report.SAML != nil) {
			t.Errorf("error %v, received %+v", err, report.SAML)
		}
		if report.SAML != nil && (report.SAML.Verified || report.Worst() < check.Error) {
			t.Errorf("verified %v, findings %v", report.SAML.Verified, report.Findings)
		}
	})
}

// fuzzParty is a service provider that waits for the answer to one request.
func fuzzParty(f *testing.F) *samlParty {
	f.Helper()
	idp := newIDP(f, healthy(), nil)
	p, err := newSAMLParty(SAMLOptions{Options: Options{Clock: time.Now}, IdP: idp.server.IDP.Metadata()}, "http://127.0.0.1:1")
	if err != nil {
		f.Fatal(err)
	}
	p.asked[0].State, p.asked[0].messageID = Begun, "id-1"
	return p
}

// FuzzIDToken reads tokens of any form: none that is not signed may be called fine.
func FuzzIDToken(f *testing.F) {
	part := base64.RawURLEncoding.EncodeToString
	f.Add(part([]byte(`{"alg":"none"}`))+"."+part([]byte(`{"iss":"https://idp.example.com","aud":["rehearsal"],"nonce":"n","exp":1e300,"iat":-1}`))+".", "openid email")
	f.Add(part([]byte(`{"alg":["RS256"]}`))+"."+part([]byte(`{"aud":{"a":1},"azp":3,"email":["x"],"email_verified":"no"}`))+".c2ln", "")
	f.Add("a.b.c", "")
	e := oidcExpectation{Issuer: "https://idp.example.com", ClientID: "rehearsal", Email: "ada@example.com"}
	f.Fuzz(func(t *testing.T, raw, scope string) {
		a := oidcAnswer{Request: oidcSignIn, At: time.Unix(1.8e9, 0), Nonce: "n", Scope: scope}
		a.Header, a.Claims, a.Refusal = decodeToken(raw)
		if a.Refusal == nil {
			a.Refusal = http.ErrNotSupported // as the library refuses what no key signs
		}
		answers := []oidcAnswer{a}
		report := Report{Protocol: "oidc", OIDC: receivedOIDC(answers), Findings: judgeOIDC(e, answers, nil)}
		if report.Worst() < check.Error {
			t.Errorf("findings %v", report.Findings)
		}
		report.Sections()
		claimsCopy("id-token.json", a.Claims)
	})
}
