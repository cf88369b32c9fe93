package rehearse

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	crewsaml "github.com/crewjam/saml"
	dsig "github.com/russellhaering/goxmldsig"

	"muster/auth/check"
)

// SAMLOptions say with whom to rehearse a SAML sign-in.
type SAMLOptions struct {
	Options
	IdP      *crewsaml.EntityDescriptor // the chosen entity of checked metadata
	EntityID string                     // of our service provider; empty is the address of its metadata
}

// The requests of a SAML rehearsal. The second and the third ask for the other assertion consumer service.
const (
	samlSignIn  = "sign-in"
	samlByURL   = "acs-url"
	samlByIndex = "acs-index"
)

const acsPath = "/saml/acs/"

// samlParty is a service provider with a throw-away key and two assertion consumer services.
type samlParty struct {
	clock     func() time.Time
	expect    samlExpectation
	providers [2]crewsaml.ServiceProvider // one per assertion consumer service: the library compares with a single address
	verifier  *verifier
	asked     []samlRequest
	spent     map[string]bool // message ids that have had their answer
	answers   []samlAnswer
	loggedOut *samlStatus // what the provider says to the logout; nil before
	strays    []string    // why other answers were not taken
	copies    []Copy
}

// samlRequest is one request and the message that carries it now.
type samlRequest struct {
	Request
	messageID string
	endpoint  int // index of the assertion consumer service asked for
}

// OpenSAML opens a rehearsal with a SAML identity provider. It listens at once; nothing is sent before the operator opens
// the page.
func OpenSAML(o SAMLOptions) (*Rehearsal, error) {
	o.Options = o.withDefaults()
	if o.IdP == nil || len(o.IdP.IDPSSODescriptors) == 0 {
		return nil, errors.New("rehearse a sign-in: the metadata has no IDPSSODescriptor")
	}
	s, err := listen(o.Options)
	if err != nil {
		return nil, err
	}
	p, err := newSAMLParty(o, s.base)
	if err != nil {
		return nil, errors.Join(err, s.listener.Close())
	}
	metadata, err := p.metadata()
	if err != nil {
		return nil, errors.Join(err, s.listener.Close())
	}
	s.serve(p)
	return &Rehearsal{
		server: s, timeout: o.Timeout,
		invitation: Invitation{Address: s.base + s.home, Register: p.expect.Endpoints[:], EntityID: p.expect.Audience, Metadata: metadata},
	}, nil
}

func newSAMLParty(o SAMLOptions, base string) (*samlParty, error) {
	binding, location := signOnAddress(o.IdP)
	if location == "" {
		return nil, errors.New("rehearse a sign-in: the metadata has no SingleSignOnService for HTTP-Redirect or HTTP-POST")
	}
	if u, err := url.Parse(location); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("rehearse a sign-in: the SingleSignOnService %q for %q is no http address", location, binding)
	}
	certs, err := signingCertificates(o.IdP)
	if err != nil {
		return nil, err
	}
	p := &samlParty{
		clock: o.Clock, spent: make(map[string]bool), verifier: &verifier{certs: certs, clock: o.Clock},
		expect: samlExpectation{
			Issuer: o.IdP.EntityID, Audience: o.EntityID, NameIDFormat: string(crewsaml.TransientNameIDFormat), Email: o.ExpectEmail,
			Endpoints: [2]string{base + acsPath + "0", base + acsPath + "1"},
			Logout:    base + sloPath,
		},
		asked: []samlRequest{
			{Request: Request{ID: samlSignIn, Title: "sign in, answered at assertion consumer service 0", State: Open}},
			{Request: Request{ID: samlByURL, Title: "assertion consumer service 1, named by its address", State: Open}, endpoint: 1},
			{Request: Request{ID: samlByIndex, Title: "assertion consumer service 1, named by its index", State: Open}, endpoint: 1},
		},
	}
	if _, location := logoutAddress(o.IdP); location != "" {
		p.asked = append(p.asked, samlRequest{Request: Request{ID: samlLogout, Title: "log out again", State: Open}})
	}
	if p.expect.Audience == "" {
		p.expect.Audience = base + "/saml/metadata"
	}
	return p, p.makeProviders(o.IdP)
}

// signOnAddress gives the binding to use and where to send the request.
func signOnAddress(idp *crewsaml.EntityDescriptor) (binding, location string) {
	return address(idp, func(r crewsaml.IDPSSODescriptor) []crewsaml.Endpoint { return r.SingleSignOnServices })
}

// address gives the first address of a service. HTTP-Redirect goes first: it needs no form.
func address(idp *crewsaml.EntityDescriptor, of func(crewsaml.IDPSSODescriptor) []crewsaml.Endpoint) (binding, location string) {
	for _, binding := range []string{crewsaml.HTTPRedirectBinding, crewsaml.HTTPPostBinding} {
		for _, role := range idp.IDPSSODescriptors {
			for _, e := range of(role) {
				if e.Binding == binding && e.Location != "" {
					return binding, e.Location
				}
			}
		}
	}
	return "", ""
}

// makeProviders makes the service providers over one throw-away key. They sign requests if the metadata asks for it.
func (p *samlParty) makeProviders(idp *crewsaml.EntityDescriptor) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("make a key for the rehearsal: %w", err)
	}
	now := p.clock()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: "muster rehearsal"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return fmt.Errorf("make a certificate for the rehearsal: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return fmt.Errorf("make a certificate for the rehearsal: %w", err)
	}
	method := ""
	if wants := idp.IDPSSODescriptors[0].WantAuthnRequestsSigned; wants != nil && *wants {
		method = dsig.RSASHA256SignatureMethod
	}
	for i := range p.providers {
		acs, err := url.Parse(p.expect.Endpoints[i])
		if err != nil {
			return fmt.Errorf("rehearse a sign-in: %w", err)
		}
		p.providers[i] = crewsaml.ServiceProvider{
			EntityID: p.expect.Audience, Key: key, Certificate: cert, AcsURL: *acs, IDPMetadata: idp,
			AuthnNameIDFormat: crewsaml.TransientNameIDFormat, SignatureMethod: method, SignatureVerifier: p.verifier,
		}
	}
	return nil
}

// metadata describes our service provider for the test application at the identity provider.
func (p *samlParty) metadata() ([]byte, error) {
	first := &p.providers[0]
	data := base64.StdEncoding.EncodeToString(first.Certificate.Raw)
	keyInfo := crewsaml.KeyInfo{X509Data: crewsaml.X509Data{X509Certificates: []crewsaml.X509Certificate{{Data: data}}}}
	signed := first.SignatureMethod != ""
	yes, no := true, false
	doc := crewsaml.EntityDescriptor{
		EntityID: p.expect.Audience, ValidUntil: first.Certificate.NotAfter,
		SPSSODescriptors: []crewsaml.SPSSODescriptor{{
			SSODescriptor: crewsaml.SSODescriptor{
				RoleDescriptor: crewsaml.RoleDescriptor{
					ProtocolSupportEnumeration: "urn:oasis:names:tc:SAML:2.0:protocol",
					KeyDescriptors:             []crewsaml.KeyDescriptor{{Use: "signing", KeyInfo: keyInfo}, {Use: "encryption", KeyInfo: keyInfo}},
				},
				SingleLogoutServices: []crewsaml.Endpoint{
					{Binding: crewsaml.HTTPRedirectBinding, Location: p.expect.Logout}, {Binding: crewsaml.HTTPPostBinding, Location: p.expect.Logout},
				},
				NameIDFormats: []crewsaml.NameIDFormat{crewsaml.TransientNameIDFormat},
			},
			AuthnRequestsSigned: &signed,
			AssertionConsumerServices: []crewsaml.IndexedEndpoint{
				{Binding: crewsaml.HTTPPostBinding, Location: p.expect.Endpoints[0], Index: 0, IsDefault: &yes},
				{Binding: crewsaml.HTTPPostBinding, Location: p.expect.Endpoints[1], Index: 1, IsDefault: &no},
			},
		}},
	}
	text, err := xml.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the metadata of the rehearsal: %w", err)
	}
	return append([]byte(xml.Header), append(text, '\n')...), nil
}

func (p *samlParty) requests() []Request {
	var out []Request
	for _, r := range p.asked {
		out = append(out, r.Request)
	}
	return out
}

func (p *samlParty) routes() []string {
	return []string{"POST " + acsPath + "{index}", "GET " + sloPath, "POST " + sloPath}
}

// begin makes a fresh AuthnRequest. Sent again before its answer came, a request loses its former message.
func (p *samlParty) begin(id string) (departure, error) {
	i := slices.IndexFunc(p.asked, func(r samlRequest) bool { return r.ID == id })
	if i < 0 {
		return departure{}, fmt.Errorf("there is no request %q", id)
	}
	r := &p.asked[i]
	if err := r.mayBegin(i == 0 || p.asked[0].State == Answered); err != nil {
		return departure{}, err
	}
	if id == samlLogout {
		return p.beginLogout(r)
	}
	sp := &p.providers[r.endpoint]
	binding, location := signOnAddress(sp.IDPMetadata)
	// The binding is told only after the changes below, because the library signs for HTTP-POST while it makes the request.
	req, err := sp.MakeAuthenticationRequest(location, crewsaml.HTTPRedirectBinding, crewsaml.HTTPPostBinding)
	if err != nil {
		return departure{}, fmt.Errorf("make the request: %w", err)
	}
	req.IssueInstant = p.clock().UTC()
	if id == samlByIndex {
		req.AssertionConsumerServiceIndex = strconv.Itoa(r.endpoint)
		req.AssertionConsumerServiceURL, req.ProtocolBinding = "", "" // they exclude the index (SAML core 3.4.1)
	}
	r.messageID, r.State = req.ID, Begun
	if binding == crewsaml.HTTPPostBinding {
		return postDeparture(sp, req)
	}
	u, err := req.Redirect("", sp)
	if err != nil {
		return departure{}, fmt.Errorf("make the request: %w", err)
	}
	return departure{url: u.String()}, nil
}

func postDeparture(sp *crewsaml.ServiceProvider, req *crewsaml.AuthnRequest) (departure, error) {
	if sp.SignatureMethod != "" {
		if err := sp.SignAuthnRequest(req); err != nil {
			return departure{}, fmt.Errorf("sign the request: %w", err)
		}
	}
	return formDeparture(req.Destination, req.Element())
}

// receive takes the answer to one of our requests, whatever it is worth, and no other: unsolicited and repeated ones are
// refused.
func (p *samlParty) receive(r *http.Request) error {
	if r.URL.Path == sloPath {
		return p.receiveLogout(r)
	}
	endpoint, err := strconv.Atoi(r.PathValue("index"))
	if err != nil || endpoint < 0 || endpoint >= len(p.providers) {
		return fmt.Errorf("there is no assertion consumer service %q", r.PathValue("index"))
	}
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	message, err := decodeResponse(r.PostForm.Get("SAMLResponse"))
	if err != nil {
		return p.stray(err)
	}
	i := slices.IndexFunc(p.asked, func(q samlRequest) bool { return q.State == Begun && q.messageID == message.InResponseTo })
	switch {
	case message.InResponseTo == "":
		return p.stray(errors.New("a response arrived without InResponseTo; answers that no request asked for are refused"))
	case p.spent[message.InResponseTo]:
		return p.stray(fmt.Errorf("a second response to the request %q arrived; each request is answered once", message.InResponseTo))
	case i < 0:
		return p.stray(fmt.Errorf("a response to %q arrived, which is none of our open requests", message.InResponseTo))
	}
	q := &p.asked[i]
	q.State = Answered
	p.spent[q.messageID] = true
	a := message.answer(q, endpoint, p.clock())
	a.judge(&p.providers[endpoint], p.verifier, r, message)
	p.answers = append(p.answers, a)
	p.copies = append(p.copies, message.masked(fmt.Sprintf("%s-response.xml", q.ID)))
	return nil
}

// stray notes an answer that was not taken. A few are kept, so that nobody fills the memory.
func (p *samlParty) stray(err error) error {
	if len(p.strays) < 8 {
		p.strays = append(p.strays, err.Error())
	}
	return err
}

func (p *samlParty) report() *Report {
	r := &Report{Protocol: "saml", Requests: p.requests(), Copies: slices.Clone(p.copies)}
	if len(p.answers) > 0 {
		r.SAML = received(p.answers)
	}
	r.Findings = judgeSAML(p.expect, p.answers, r.Requests)
	if len(p.answers) > 0 {
		r.Findings = append(r.Findings, judgeLogout(p.loggedOut, r.Requests)...)
	}
	level := check.Error
	if len(p.answers) > 0 {
		level = check.Warn
	}
	r.Findings = append(r.Findings, judgeStrays("LIVE-SAML-05", level, p.strays)...)
	return r
}
