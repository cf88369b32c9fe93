package rehearse

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/xml"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	crewsaml "github.com/crewjam/saml"
	"github.com/crewjam/saml/samlidp"
	dsig "github.com/russellhaering/goxmldsig"

	"muster/auth/check"
)

// patience is how long a rehearsal in a test waits for an answer that does not come.
const patience = 30 * time.Second

// idp is the crewjam identity provider in this process, with its assertions changed at will.
type idp struct {
	t      testing.TB
	server *samlidp.Server
	cert   *x509.Certificate
	change func(*crewsaml.Assertion)
}

// providerKey is the key of every provider in the tests: making one takes longer than a whole sign-in.
var providerKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// life is from when until when the signing certificate of an identity provider is valid.
type life struct{ from, until time.Duration }

func newIDP(t testing.TB, l life, change func(*crewsaml.Assertion)) *idp {
	t.Helper()
	key := providerKey()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp.example.com"},
		NotBefore: time.Now().Add(l.from), NotAfter: time.Now().Add(l.until),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{t: t, cert: cert, change: change}
	front := httptest.NewUnstartedServer(nil)
	address := url.URL{Scheme: "http", Host: front.Listener.Addr().String()}
	p.server, err = samlidp.New(samlidp.Options{
		URL: address, Key: crypto.PrivateKey(key), Certificate: cert, Store: &samlidp.MemoryStore{}, Logger: log.New(io.Discard, "", 0),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.server.IDP.AssertionMaker, p.server.IDP.SignatureMethod = p, dsig.RSASHA256SignatureMethod
	p.server.IDP.LoginURL = p.server.IDP.SSOURL // so that the sign-in goes on with the request that began it
	front.Config.Handler = p.server
	front.Start()
	t.Cleanup(front.Close)
	p.put("/users/ada@example.com", []byte(`{"name":"ada@example.com","password":"lovelace","email":"ada@example.com"}`))
	return p
}

func (p *idp) put(path string, body []byte) {
	p.t.Helper()
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, httptest.NewRequest(http.MethodPut, path, bytes.NewReader(body)))
	if w.Code != http.StatusNoContent {
		p.t.Fatalf("PUT %s: %d %s", path, w.Code, w.Body)
	}
}

// MakeAssertion answers as Webex wants it, then changes that at will.
func (p *idp) MakeAssertion(req *crewsaml.IdpAuthnRequest, s *crewsaml.Session) error {
	if err := (crewsaml.DefaultAssertionMaker{}).MakeAssertion(req, s); err != nil {
		return err
	}
	a := req.Assertion
	a.Subject.NameID.Format = string(crewsaml.TransientNameIDFormat)
	a.AttributeStatements = []crewsaml.AttributeStatement{{Attributes: []crewsaml.Attribute{
		{Name: "mail", NameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic", Values: []crewsaml.AttributeValue{{Type: "xs:string", Value: s.UserEmail}}},
	}}}
	if p.change != nil {
		p.change(a)
	}
	return nil
}

// rehearse opens a rehearsal that the provider knows.
func (p *idp) rehearse(o Options) *Rehearsal {
	p.t.Helper()
	return p.open(o, p.server.IDP.Metadata())
}

// open does so with other metadata of the provider.
func (p *idp) open(o Options, doc *crewsaml.EntityDescriptor) *Rehearsal {
	p.t.Helper()
	o.Clock, o.HTTP, o.Timeout = time.Now, http.DefaultClient, patience
	r, err := OpenSAML(SAMLOptions{Options: o, IdP: doc})
	if err != nil {
		p.t.Fatal(err)
	}
	p.put("/services/muster", r.Invitation().Metadata)
	return r
}

// outcome waits for the report of a rehearsal whose requests were all answered, or ended on the page.
func outcome(t *testing.T, r *Rehearsal) *Report {
	t.Helper()
	report, err := r.Wait(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// words gives the verdict on each check as "01 passed".
func words(r *Report) []string {
	var out []string
	for _, v := range r.Verdicts() {
		out = append(out, v.ID[len(v.ID)-2:]+" "+v.Word)
	}
	return out
}

func found(r *Report, id string) string {
	var out []string
	for _, f := range r.Findings {
		if f.ID == id {
			out = append(out, f.Level.String()+": "+f.Message.String())
		}
	}
	return strings.Join(out, "\n")
}

func healthy() life { return life{-time.Hour, 24 * time.Hour} }

func TestSAMLGoodSignIn(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	r := p.rehearse(Options{ExpectEmail: "ada@example.com"})
	o := newOperator(t)
	for _, request := range []string{samlSignIn, samlByURL, samlByIndex} {
		if s := o.follow(r, request); s.status != http.StatusOK || !strings.Contains(s.text, "LIVE-SAML-04") {
			t.Fatalf("%s: status %d at %s\n%s", request, s.status, s.url, s.text)
		}
	}
	report := outcome(t, r)
	want := []string{"01 passed", "02 passed", "03 passed", "04 passed", "05 passed", "06 info", "07 passed", "08 info"}
	if got := words(report); !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q; findings: %v", got, want, report.Findings)
	}
	got := report.SAML
	if !got.Verified || !got.Encrypted || got.Issuer != p.server.IDP.MetadataURL.String() || got.NameID != "ada@example.com" ||
		got.NameIDFormat != string(crewsaml.TransientNameIDFormat) || got.Certificate == nil || got.Certificate.SHA256 != fingerprint(p.cert) {
		t.Errorf("received %+v", got)
	}
	if len(got.Attributes) != 1 || got.Attributes[0].Name != "mail" || !slices.Equal(got.Attributes[0].Values, []string{"ada@example.com"}) {
		t.Errorf("attributes %+v", got.Attributes)
	}
	wantArrivals := []Arrival{{samlSignIn, 0, 0, ""}, {samlByURL, 1, 1, ""}, {samlByIndex, 1, 1, ""}}
	if !slices.Equal(got.Arrivals, wantArrivals) {
		t.Errorf("arrivals %+v, want %+v", got.Arrivals, wantArrivals)
	}
}

// plain takes the encryption key out of the metadata that the provider is given, so that tests can change responses.
func (p *idp) plain(r *Rehearsal) {
	p.t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(r.Invitation().Metadata); err != nil {
		p.t.Fatal(err)
	}
	for _, key := range doc.FindElements("//KeyDescriptor") {
		key.Parent().RemoveChild(key)
	}
	text, err := doc.WriteToBytes()
	if err != nil {
		p.t.Fatal(err)
	}
	p.put("/services/muster", text)
}

// TestSAMLFaults changes one thing at the provider or on the way and expects the verdict that names it.
func TestSAMLFaults(t *testing.T) {
	tests := []struct {
		name    string
		life    life
		change  func(*crewsaml.Assertion)
		onWay   func(*etree.Element)
		id      string
		message string
		word    string
	}{
		{
			name: "email instead of mail", change: func(a *crewsaml.Assertion) { a.AttributeStatements[0].Attributes[0].Name = "email" },
			id: "LIVE-SAML-04", word: "error", message: `error: there is no attribute "mail"; the address seems to arrive as ["email"]`,
		},
		{
			name: "Mail in upper case", change: func(a *crewsaml.Assertion) { a.AttributeStatements[0].Attributes[0].Name = "Mail" },
			id: "LIVE-SAML-04", word: "error", message: `error: there is no attribute "mail"; the address seems to arrive as ["Mail"]`,
		},
		{
			name: "other case of the address", change: func(a *crewsaml.Assertion) {
				a.AttributeStatements[0].Attributes[0].Values[0].Value = "Ada@example.com"
			},
			id: "LIVE-SAML-04", word: "error", message: `error: the attribute "mail" holds "Ada@example.com"; expected is "ada@example.com", which differs in upper and lower case`,
		},
		{
			name: "two addresses", change: func(a *crewsaml.Assertion) {
				v := &a.AttributeStatements[0].Attributes[0].Values
				*v = append(*v, (*v)[0])
			},
			id: "LIVE-SAML-04", word: "error", message: `error: the attribute "mail" has 2 values; one is right`,
		},
		{
			name: "no attributes", change: func(a *crewsaml.Assertion) { a.AttributeStatements = nil },
			id: "LIVE-SAML-04", word: "error", message: "error: the assertion has no attributes at all",
		},
		{
			name: "other format of NameID", change: func(a *crewsaml.Assertion) { a.Subject.NameID.Format = string(crewsaml.EmailAddressNameIDFormat) },
			id: "LIVE-SAML-03", word: "warning",
			message: `warning: the NameID has the format "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"; "urn:oasis:names:tc:SAML:2.0:nameid-format:transient" was asked for`,
		},
		{
			name: "wrong issuer", change: func(a *crewsaml.Assertion) { a.Issuer.Value = "https://other.example.com" },
			id: "LIVE-SAML-01", word: "blocker", message: `blocker: the issuer of the assertion is "https://other.example.com", not the entity ID`,
		},
		{
			name: "wrong audience",
			change: func(a *crewsaml.Assertion) {
				a.Conditions.AudienceRestrictions[0].Audience.Value = "https://other.example.com"
			},
			id: "LIVE-SAML-05", word: "error", message: `error: the audience is ["https://other.example.com"], not the entity ID`,
		},
		{
			name: "no conditions", change: func(a *crewsaml.Assertion) { a.Conditions = nil },
			id: "LIVE-SAML-05", word: "error", message: "error: the assertion has no Conditions",
		},
		{
			name: "expired certificate", life: life{-48 * time.Hour, -24 * time.Hour},
			id: "LIVE-SAML-02", word: "blocker", message: "blocker: the signature is right, but its certificate is valid from",
		},
		{
			name: "unsigned", onWay: func(root *etree.Element) {
				for _, s := range root.FindElements("//Signature") {
					s.Parent().RemoveChild(s)
				}
			},
			id: "LIVE-SAML-02", word: "blocker", message: "blocker: neither the response nor the assertion is signed",
		},
		{
			name: "changed on the way", onWay: func(root *etree.Element) { root.FindElement("//AttributeValue").SetText("eve@example.com") },
			id: "LIVE-SAML-02", word: "blocker", message: "blocker: the signature of the response verifies with no signing certificate of the metadata",
		},
		{
			name: "over long ago", change: func(a *crewsaml.Assertion) {
				a.Conditions.NotOnOrAfter = time.Now().Add(-time.Hour)
			},
			id: "LIVE-SAML-05", word: "error", message: "error: the answer is valid from",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.life == (life{}) {
				tt.life = healthy()
			}
			p := newIDP(t, tt.life, tt.change)
			r := p.rehearse(Options{ExpectEmail: "ada@example.com", Single: true})
			p.plain(r)
			o := newOperator(t)
			o.tamper = func(target string, fields url.Values) string {
				if fields.Has("SAMLResponse") && tt.onWay != nil {
					fields.Set("SAMLResponse", rewrite(t, fields.Get("SAMLResponse"), tt.onWay))
				}
				return target
			}
			o.follow(r, samlSignIn)
			report := outcome(t, r)
			if got := found(report, tt.id); !strings.Contains(got, tt.message) {
				t.Errorf("%s says %q, want %q; all: %v", tt.id, got, tt.message, report.Findings)
			}
			if tt.name == "unsigned" && !slices.Contains(words(report), "06 checklist") {
				t.Errorf("verdicts %q", words(report))
			}
			if !slices.Contains(words(report), tt.id[len(tt.id)-2:]+" "+tt.word) {
				t.Errorf("verdicts %q, want %s %s", words(report), tt.id, tt.word)
			}
		})
	}
}

// rewrite changes a response on its way.
func rewrite(t *testing.T, value string, change func(*etree.Element)) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		t.Fatal(err)
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(text); err != nil {
		t.Fatal(err)
	}
	change(doc.Root())
	text, err = doc.WriteToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(text)
}

// TestSAMLRefusedResponseIsNeverFine holds for each way in which the library may refuse.
func TestSAMLRefusedResponseIsNeverFine(t *testing.T) {
	e := samlExpectation{Issuer: "https://idp.example.com", Endpoints: [2]string{"http://127.0.0.1:1/saml/acs/0", "http://127.0.0.1:1/saml/acs/1"}}
	a := samlAnswer{Request: samlSignIn, Refusal: io.ErrUnexpectedEOF, At: time.Now()}
	a.Status.Code.Value = crewsaml.StatusSuccess
	a.Encrypted, a.Assertions = true, 1
	report := &Report{Protocol: "saml", Requests: []Request{{State: Answered}}, Findings: judgeSAML(e, []samlAnswer{a}, nil)}
	if report.Worst() < check.Error {
		t.Errorf("findings %v", report.Findings)
	}
	want := []string{"01 checklist", "02 checklist", "03 checklist", "04 checklist", "05 error", "06 info"}
	if got := words(report)[:6]; !slices.Equal(got, want) {
		t.Errorf("verdicts %q, want %q", got, want)
	}
}

// TestSAMLSignatureIsLookedAtAllTheSame has a fault before which the library stops; the report is whole nevertheless.
func TestSAMLSignatureIsLookedAtAllTheSame(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	r := p.rehearse(Options{Single: true})
	p.plain(r)
	o := newOperator(t)
	o.tamper = func(action string, fields url.Values) string {
		if fields.Has("SAMLResponse") {
			fields.Set("SAMLResponse", rewrite(t, fields.Get("SAMLResponse"), func(root *etree.Element) {
				root.RemoveChild(root.SelectElement("Signature"))
				root.CreateAttr("Destination", "https://other.example.com/acs")
			}))
		}
		return action
	}
	o.follow(r, samlSignIn)
	report := outcome(t, r)
	if got := found(report, "LIVE-SAML-05"); !strings.Contains(got, `error: the response is destined for "https://other.example.com/acs", but arrived at`) {
		t.Errorf("LIVE-SAML-05 says %q", got)
	}
	if got := report.SAML; got.Verified || !slices.Equal(got.Signed, []string{"Assertion"}) || got.Certificate == nil || !slices.Contains(words(report), "02 passed") {
		t.Errorf("received %+v, verdicts %q", got, words(report))
	}
	if got := report.SAML.Attributes[0].Values[0]; got != "*** (15 characters)" {
		t.Errorf("a value that nobody vouches for is shown: %q", got)
	}
}

func TestSAMLSecondCertificate(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	other := newIDP(t, life{-time.Hour, 48 * time.Hour}, nil)
	doc := p.server.IDP.Metadata()
	role := &doc.IDPSSODescriptors[0]
	role.KeyDescriptors = append(other.server.IDP.Metadata().IDPSSODescriptors[0].KeyDescriptors[:1:1], role.KeyDescriptors...)
	r := p.open(Options{Single: true}, doc)
	newOperator(t).follow(r, samlSignIn)
	if got := found(outcome(t, r), "LIVE-SAML-02"); got != "warning: the signature verifies with signing certificate 2 of the metadata, not with the first" {
		t.Errorf("LIVE-SAML-02 says %q", got)
	}
}

func TestSAMLMetadataThatCannotBeRehearsed(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	for name, change := range map[string]func(*crewsaml.EntityDescriptor){
		"the metadata has no IDPSSODescriptor":    func(d *crewsaml.EntityDescriptor) { d.IDPSSODescriptors = nil },
		"the metadata has no SingleSignOnService": func(d *crewsaml.EntityDescriptor) { d.IDPSSODescriptors[0].SingleSignOnServices = nil },
		"the metadata has no signing certificate": func(d *crewsaml.EntityDescriptor) { d.IDPSSODescriptors[0].KeyDescriptors = nil },
		`"javascript:alert(1)" for "urn:oasis:nam`: func(d *crewsaml.EntityDescriptor) {
			d.IDPSSODescriptors[0].SingleSignOnServices[0].Location = "javascript:alert(1)"
		},
	} {
		doc := p.server.IDP.Metadata()
		change(doc)
		_, err := OpenSAML(SAMLOptions{Options: Options{Clock: time.Now, HTTP: http.DefaultClient}, IdP: doc})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v, want %q", err, name)
		}
	}
}

func TestSAMLOldAlgorithm(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	p.server.IDP.SignatureMethod = dsig.RSASHA1SignatureMethod
	r := p.rehearse(Options{Single: true})
	newOperator(t).follow(r, samlSignIn)
	report := outcome(t, r)
	if got := found(report, "LIVE-SAML-06"); !strings.Contains(got, `warning: the response is signed with "http://www.w3.org/2000/09/xmldsig#rsa-sha1" and "http://www.w3.org/2000/09/xmldsig#sha1", which rests on SHA-1`) {
		t.Errorf("LIVE-SAML-06 says %q", got)
	}
}

func TestSAMLReplayIsRefused(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	r := p.rehearse(Options{})
	o := newOperator(t)
	var target string
	var sent url.Values
	o.tamper = func(action string, fields url.Values) string {
		if fields.Has("SAMLResponse") {
			target, sent = action, fields
		}
		return action
	}
	o.follow(r, samlSignIn)
	if s := o.read(o.client.PostForm(target, sent)); s.status != http.StatusForbidden || !strings.Contains(s.text, "each request is answered once") {
		t.Errorf("the replay got %d: %s", s.status, s.text)
	}
	report := finish(t, o, r)
	if got := found(report, "LIVE-SAML-05"); !strings.Contains(got, "warning: refused: a second response to the request") {
		t.Errorf("LIVE-SAML-05 says %q", got)
	}
	if len(report.SAML.Arrivals) != 1 {
		t.Errorf("arrivals %+v", report.SAML.Arrivals)
	}
}

// finish ends a rehearsal on its page.
func finish(t *testing.T, o *operator, r *Rehearsal) *Report {
	t.Helper()
	if s := o.read(o.client.PostForm(r.Invitation().Address+"finish", nil)); s.status != http.StatusOK {
		t.Fatalf("finish: %d %s", s.status, s.text)
	}
	return outcome(t, r)
}

func TestSAMLUnsolicitedIsRefused(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	r := p.rehearse(Options{})
	p.plain(r)
	o := newOperator(t)
	o.tamper = func(action string, fields url.Values) string {
		if fields.Has("SAMLResponse") {
			fields.Set("SAMLResponse", rewrite(t, fields.Get("SAMLResponse"), func(root *etree.Element) { root.RemoveAttr("InResponseTo") }))
		}
		return action
	}
	if s := o.follow(r, samlSignIn); s.status != http.StatusForbidden {
		t.Errorf("status %d", s.status)
	}
	report := finish(t, o, r)
	if got := found(report, "LIVE-SAML-05"); !strings.Contains(got, "error: refused: a response arrived without InResponseTo") {
		t.Errorf("LIVE-SAML-05 says %q", got)
	}
	if report.SAML != nil {
		t.Errorf("received %+v", report.SAML)
	}
}

func TestSAMLWrongEndpoint(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	r := p.rehearse(Options{})
	o := newOperator(t)
	o.follow(r, samlSignIn)
	o.tamper = func(action string, fields url.Values) string {
		if fields.Has("SAMLResponse") {
			return strings.Replace(action, "/saml/acs/1", "/saml/acs/0", 1)
		}
		return action
	}
	o.follow(r, samlByURL)
	report := finish(t, o, r)
	got := found(report, "LIVE-SAML-07")
	for _, want := range []string{
		"error: assertion consumer service 1, named by its address: the answer came to assertion consumer service 0",
		"checklist: assertion consumer service 1, named by its index: not tried",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("LIVE-SAML-07 says %q, want %q", got, want)
		}
	}
}

// TestSAMLRequestThatWasNotAnswered is how a provider with one allowed address shows itself: with a page of its own.
func TestSAMLRequestThatWasNotAnswered(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	r := p.rehearse(Options{})
	o := newOperator(t)
	o.follow(r, samlSignIn)
	var doc crewsaml.EntityDescriptor
	if err := xml.Unmarshal(r.Invitation().Metadata, &doc); err != nil {
		t.Fatal(err)
	}
	sp := &doc.SPSSODescriptors[0]
	sp.AssertionConsumerServices = sp.AssertionConsumerServices[:1]
	text, err := xml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	p.put("/services/muster", text)
	if s := o.follow(r, samlByURL); s.status != http.StatusBadRequest {
		t.Fatalf("the provider answers %d", s.status)
	}
	if got := found(finish(t, o, r), "LIVE-SAML-07"); !strings.Contains(got, "error: assertion consumer service 1, named by its address: no answer came") {
		t.Errorf("LIVE-SAML-07 says %q", got)
	}
}

func TestSAMLPostBindingAndSignedRequests(t *testing.T) {
	p := newIDP(t, healthy(), nil)
	doc := p.server.IDP.Metadata()
	role := &doc.IDPSSODescriptors[0]
	role.SingleSignOnServices = slices.DeleteFunc(role.SingleSignOnServices, func(e crewsaml.Endpoint) bool { return e.Binding != crewsaml.HTTPPostBinding })
	yes := true
	role.WantAuthnRequestsSigned = &yes
	r := p.open(Options{Single: true, HTTPS: true}, doc)
	o := newOperator(t)
	signed := false
	o.tamper = func(action string, fields url.Values) string {
		if fields.Has("SAMLRequest") && !signed {
			rewrite(t, fields.Get("SAMLRequest"), func(root *etree.Element) { signed = root.FindElement("./Signature") != nil })
		}
		return action
	}
	o.follow(r, samlSignIn)
	report := outcome(t, r)
	if !signed || report.SAML == nil || !report.SAML.Verified {
		t.Errorf("signed %v, findings %v", signed, report.Findings)
	}
	if !strings.HasPrefix(r.Invitation().Address, "https://localhost:") {
		t.Errorf("the address is %q", r.Invitation().Address)
	}
}
