package rehearse

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"

	crewsaml "github.com/crewjam/saml"
)

func TestLogoutVerdicts(t *testing.T) {
	asked := func(s State) []Request { return []Request{{ID: samlLogout, State: s}} }
	status := func(value string) *samlStatus {
		s := &samlStatus{Message: "no session"}
		s.Code.Value = value
		return s
	}
	tests := []struct {
		name     string
		status   *samlStatus
		requests []Request
		want     string
	}{
		{"not offered", nil, nil, "info: the metadata offers no single logout"},
		{"not tried", nil, asked(Open), "checklist: the metadata offers single logout; it was not tried"},
		{"no answer", nil, asked(Begun), "info: no answer to the logout came"},
		{"refused", status("urn:x:Responder"), asked(Answered), `info: the provider refuses the logout: status "urn:x:Responder", message "no session"`},
		{"taken", status(crewsaml.StatusSuccess), asked(Answered), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := found(&Report{Findings: judgeLogout(tt.status, tt.requests)}, "LIVE-SAML-08"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestLogoutOfNobody asks for a logout before and after sign-ins that were not accepted, and sends answers to none.
func TestLogoutOfNobody(t *testing.T) {
	p := newIDP(t, healthy(), func(a *crewsaml.Assertion) { a.Issuer.Value = "https://other.example.com" })
	idp := p.server.IDP.Metadata()
	idp.IDPSSODescriptors[0].SingleLogoutServices = []crewsaml.Endpoint{{Binding: crewsaml.HTTPPostBinding, Location: "https://idp.example.com/slo"}}
	r := p.open(Options{}, idp)
	o := newOperator(t)
	if s := o.follow(r, samlLogout); s.status != http.StatusConflict {
		t.Errorf("before: status %d", s.status)
	}
	o.follow(r, samlSignIn)
	if s := o.follow(r, samlLogout); s.status != http.StatusConflict || !strings.Contains(s.text, "only an accepted sign-in can be logged out") {
		t.Errorf("after: status %d", s.status)
	}
	base := strings.TrimSuffix(r.Invitation().Register[0], acsPath+"0")
	for _, value := range []string{"", "?", base64.StdEncoding.EncodeToString([]byte(`<p:LogoutResponse xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" InResponseTo="id-1"/>`))} {
		if s := o.read(o.client.PostForm(base+sloPath, url.Values{"SAMLResponse": {value}})); s.status != http.StatusForbidden {
			t.Errorf("%q: status %d", value, s.status)
		}
	}
	finish(t, o, r)
}
