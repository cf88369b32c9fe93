package rehearse

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/beevik/etree"
	crewsaml "github.com/crewjam/saml"
)

const (
	samlLogout = "logout"
	sloPath    = "/saml/slo"
)

// logoutMessage is a LogoutResponse as it stands on the wire. Its signature is not looked at: the verdict is a note, and
// nothing follows from it.
type logoutMessage struct {
	XMLName      xml.Name   `xml:"urn:oasis:names:tc:SAML:2.0:protocol LogoutResponse"`
	InResponseTo string     `xml:",attr"`
	Status       samlStatus `xml:"urn:oasis:names:tc:SAML:2.0:protocol Status"`
}

// logoutAddress gives the binding to use and where to send a LogoutRequest; both are empty when none is offered.
func logoutAddress(idp *crewsaml.EntityDescriptor) (binding, location string) {
	return address(idp, func(r crewsaml.IDPSSODescriptor) []crewsaml.Endpoint { return r.SingleLogoutServices })
}

// beginLogout ends the session of the last sign-in that was accepted.
func (p *samlParty) beginLogout(r *samlRequest) (departure, error) {
	session := p.session()
	if session == nil {
		return departure{}, errors.New("sign in first: only an accepted sign-in can be logged out")
	}
	sp := &p.providers[0]
	binding, location := logoutAddress(sp.IDPMetadata)
	target, err := url.Parse(location)
	if err != nil {
		return departure{}, fmt.Errorf("make the logout request: the address %q is none", location)
	}
	req := &crewsaml.LogoutRequest{
		ID: "id-" + rand.Text(), Version: "2.0", IssueInstant: p.clock().UTC(), Destination: location,
		Issuer: &crewsaml.Issuer{Value: p.expect.Audience}, NameID: session.Subject.NameID,
	}
	if len(session.AuthnStatements) > 0 && session.AuthnStatements[0].SessionIndex != "" {
		req.SessionIndex = &crewsaml.SessionIndex{Value: session.AuthnStatements[0].SessionIndex}
	}
	r.messageID, r.State = req.ID, Begun
	if binding == crewsaml.HTTPRedirectBinding {
		return departure{url: redirectLogout(req, target)}, nil
	}
	if sp.SignatureMethod != "" {
		if err := sp.SignLogoutRequest(req); err != nil {
			return departure{}, fmt.Errorf("sign the logout request: %w", err)
		}
	}
	return formDeparture(location, req.Element())
}

// redirectLogout keeps what the address holds as its query.
func redirectLogout(req *crewsaml.LogoutRequest, target *url.URL) string {
	out := *target
	query := req.Redirect("").Query()
	for name, values := range target.Query() {
		query[name] = values
	}
	out.RawQuery = query.Encode()
	return out.String()
}

// session gives the assertion of the last accepted sign-in that names a user.
func (p *samlParty) session() *crewsaml.Assertion {
	for i := len(p.answers) - 1; i >= 0; i-- {
		a := &p.answers[i]
		if a.Refusal == nil && a.Assertion != nil && a.Assertion.Subject != nil && a.Assertion.Subject.NameID != nil {
			return a.Assertion
		}
	}
	return nil
}

// receiveLogout takes the answer to our LogoutRequest by either binding.
func (p *samlParty) receiveLogout(r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	text, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(r.Form.Get("SAMLResponse")), ""))
	if err == nil && r.Method == http.MethodGet {
		text, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(text)), maxBody))
	}
	if err != nil {
		return p.stray(errors.New("an answer to a logout arrived that cannot be read"))
	}
	var m logoutMessage
	if err := xml.Unmarshal(text, &m); err != nil {
		return p.stray(fmt.Errorf("an answer to a logout arrived that is no LogoutResponse: %w", err))
	}
	for i := range p.asked {
		if q := &p.asked[i]; q.ID == samlLogout && q.State == Begun && q.messageID == m.InResponseTo {
			q.State, p.loggedOut = Answered, &m.Status
			return nil
		}
	}
	return p.stray(fmt.Errorf("an answer to the logout %q arrived, which is none of our open requests", m.InResponseTo))
}

// formDeparture carries a message by the binding HTTP-POST.
func formDeparture(location string, message *etree.Element) (departure, error) {
	doc := etree.NewDocument()
	doc.SetRoot(message)
	text, err := doc.WriteToBytes()
	if err != nil {
		return departure{}, fmt.Errorf("write the request: %w", err)
	}
	return departure{url: location, fields: map[string]string{"SAMLRequest": base64.StdEncoding.EncodeToString(text)}}, nil
}
