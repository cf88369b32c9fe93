package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/auth/check"
	"muster/auth/oidc"
	"muster/internal/onboarding"
)

const entityID = "https://idp.partner.net/saml"

// far is a day on which nothing of a healthy provider has ended.
var far = time.Date(2028, 11, 21, 0, 0, 0, 0, time.UTC)

func samlTemplate(name, metadata string) *onboarding.Template {
	t := &onboarding.Template{Name: name, IDPEntityID: entityID, SAMLMetadata: metadata}
	t.Resolved.AuthMode = onboarding.AuthSAML
	return located(t)
}

func oidcTemplate(name, issuer string) *onboarding.Template {
	t := &onboarding.Template{Name: name, OIDCIDPEntityID: "partner-oidc", TACIDPName: "partner-oidc", OIDCIssuer: issuer}
	t.Resolved.AuthMode = onboarding.AuthOIDC
	return located(t)
}

func located(t *onboarding.Template) *onboarding.Template {
	t.Source = &onboarding.Source{File: "book.xlsx", Sheet: "Templates", Kind: onboarding.Templates}
	t.Number = 2
	return t
}

func customer(t *onboarding.Template, goLive string) *onboarding.Customer {
	c := &onboarding.Customer{GoLive: goLive}
	c.Resolved.Template = t
	return c
}

// files opens metadata by name.
func files(byName map[string]string) func(*onboarding.Template, string) (io.ReadCloser, error) {
	return func(_ *onboarding.Template, name string) (io.ReadCloser, error) {
		if body, ok := byName[name]; ok {
			return io.NopCloser(strings.NewReader(body)), nil
		}
		return nil, fs.ErrNotExist
	}
}

func judge(b *onboarding.Batch, o Options) *Report {
	o.Today = today
	return Templates(context.Background(), b, o)
}

func batch(ts ...*onboarding.Template) *onboarding.Batch { return &onboarding.Batch{Templates: ts} }

// onLoopback is what the servers of these tests raise because they are on this computer.
const onLoopback = `t SAML-SSO-004 warning: "127.0.0.1" looks internal: remote users will not reach the sign-in page`

// lines writes what was found, but for the checklist and notes.
func lines(r *Report) []string {
	var out []string
	for _, f := range r.Findings {
		if f.Level >= check.Warn {
			out = append(out, fmt.Sprintf("%s %s %s: %s", f.Template.Name, f.ID, f.Level, f.Message))
		}
	}
	return out
}

func expectLines(t *testing.T, r *Report, want ...string) {
	t.Helper()
	for _, f := range r.Findings {
		inHouseForm(t, f)
	}
	if diff := cmp.Diff(want, lines(r)); diff != "" {
		t.Errorf("wanted (-), found (+):\n%s", diff)
	}
}

func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Checks() {
		if seen[c.ID] {
			t.Errorf("%s stands twice in the catalogue", c.ID)
		}
		seen[c.ID] = true
		if len(c.Levels) == 0 || len(c.Evidence) == 0 || c.Source == "" || c.Title == "" || c.Why == "" || c.Fix == "" {
			t.Errorf("%s lacks something: %+v", c.ID, c)
		}
		for _, text := range []string{c.Title, c.Why, c.Fix} {
			if strings.Contains(text, "Webex requires") && !slices.Contains(c.Evidence, check.Webex) {
				t.Errorf("%s says what Webex requires and does not rest on Webex: %q", c.ID, text)
			}
		}
	}
}

func TestDayOf(t *testing.T) {
	day := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		text string
		want time.Time
	}{
		{"2026-12-01", day},
		{"2026-12-01 18:30:00", day.Add(18*time.Hour + 30*time.Minute)},
		{"2026-12-01T18:30:00", day.Add(18*time.Hour + 30*time.Minute)},
		{"2026/12/01", day},
		{"2026/12/1", day},
		{"1.12.2026", day},
		{"01.12.2026", day},
		{"12/01/2026", time.Time{}}, // January or December
		{"01-12-2026", time.Time{}},
		{"2026-13-01", time.Time{}},
		{"2026-02-30", time.Time{}},
		{"46357", time.Time{}}, // the number behind a date of a spreadsheet
		{"soon", time.Time{}},
		{"", time.Time{}},
	}
	for _, tt := range tests {
		if got, ok := onboarding.Day(tt.text); !got.Equal(tt.want) || ok == tt.want.IsZero() {
			t.Errorf("%q: got %s, %v; want %s", tt.text, got, ok, tt.want)
		}
	}
}

func TestGoLive(t *testing.T) {
	asked := time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)
	december := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	past := time.Date(2025, 5, 5, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		asked time.Time
		dates []string
		want  time.Time
	}{
		{"the flag wins", asked, []string{"2026-12-01"}, asked},
		{"the latest of the customers", time.Time{}, []string{"2026-11-30", "2026-12-01", "28.11.2026"}, december},
		{"a date of two meanings does not count", time.Time{}, []string{"2026-12-01", "03/04/2027"}, december},
		{"a date that has passed is still theirs", time.Time{}, []string{"2025-05-05"}, past},
		{"today when nobody has a date", time.Time{}, []string{"", "in spring"}, today},
		{"today without customers", time.Time{}, nil, today},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			own, other := oidcTemplate("own", ""), oidcTemplate("other", "")
			other.OIDCIDPEntityID = "other"
			b := batch(own, other)
			for _, date := range tt.dates {
				b.Customers = append(b.Customers, customer(own, date))
			}
			b.Customers = append(b.Customers, customer(other, "2029-09-09"), customer(nil, "2030-01-01"))
			card := judge(b, Options{GoLive: tt.asked}).Providers[0]
			if !card.GoLive.Equal(tt.want) || card.Customers != len(tt.dates) {
				t.Errorf("go-live %s for %d customers, want %s for %d", card.GoLive, card.Customers, tt.want, len(tt.dates))
			}
		})
	}
}

func TestMethods(t *testing.T) {
	webex, unknown := located(&onboarding.Template{Name: "webex"}), located(&onboarding.Template{Name: "unknown", Authentication: "LDAP"})
	unknown.Resolved.AuthMode = onboarding.AuthUnknown
	r := judge(batch(webex, unknown), Options{})
	expectLines(t, r, `unknown TPL-001 error: the authentication method "LDAP" is none of Webex authentication, Partner authentication, Partner authentication with OpenID Connect`)
	want := []*onboarding.Provider{
		{Method: "Webex", Templates: []string{"webex"}, GoLive: today},
		{Method: "unknown", Name: "LDAP", Templates: []string{"unknown"}, GoLive: today, Summary: onboarding.Summary{Errors: 1}},
	}
	if diff := cmp.Diff(want, r.Providers); diff != "" {
		t.Errorf("cards:\n%s", diff)
	}
	if len(r.Forms) != 0 {
		t.Errorf("there is nothing for TAC, and yet %v", r.Forms)
	}
}

// Two templates of one provider share a card and a form; a document is told once and its findings count once.
func TestSharedCard(t *testing.T) {
	ends := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	open := files(map[string]string{"idp.xml": metadata(t, entityID, "https://idp.partner.net/sso", ends)})
	a, b := samlTemplate("a", "idp.xml"), samlTemplate("b", "idp.xml")
	all := batch(a, b)
	all.Customers = []*onboarding.Customer{customer(a, ""), customer(b, ""), customer(b, "")}
	r := judge(all, Options{Open: open})
	alone := judge(batch(samlTemplate("a", "idp.xml")), Options{Open: open})
	if diff := cmp.Diff(lines(alone), lines(r)); diff != "" || len(lines(r)) == 0 {
		t.Errorf("one template (-), two of one file (+):\n%s", diff)
	}
	if len(r.Providers) != 1 || len(r.Forms) != 1 {
		t.Fatalf("%d cards and %d forms for one provider", len(r.Providers), len(r.Forms))
	}
	card, single := r.Providers[0], alone.Providers[0]
	if !slices.Equal(card.Templates, []string{"a", "b"}) || card.Customers != 3 {
		t.Errorf("the card has templates %q with %d customers", card.Templates, card.Customers)
	}
	if card.Blockers != single.Blockers || card.Summary.Errors != single.Summary.Errors || single.Summary.Errors == 0 {
		t.Errorf("findings count %+v (%d blockers) for two templates, %+v (%d) for one", card.Summary, card.Blockers, single.Summary, single.Blockers)
	}
	if diff := cmp.Diff(single.Keys, card.Keys); diff != "" || len(card.Keys) != 1 {
		t.Errorf("keys:\n%s", diff)
	}
	if diff := cmp.Diff(single.Checklist, card.Checklist); diff != "" || len(card.Checklist) != 4 {
		t.Errorf("checklist:\n%s", diff)
	}
}

// Templates that go live on two days have two cards. What is wrong on either day counts on each, and is told once.
func TestTwoDays(t *testing.T) {
	const broken = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="` + entityID + `"/>`
	a, b := samlTemplate("a", "idp.xml"), samlTemplate("b", "idp.xml")
	all := batch(a, b)
	all.Customers = []*onboarding.Customer{customer(a, "2026-12-01"), customer(b, "2027-12-01")}
	r := judge(all, Options{Open: files(map[string]string{"idp.xml": broken})})
	if len(r.Providers) != 2 || r.Providers[0].Blockers == 0 || r.Providers[0].Summary.Errors != r.Providers[1].Summary.Errors {
		t.Errorf("the cards differ: %+v and %+v", r.Providers[0], r.Providers[1])
	}
	for _, f := range r.Findings {
		if f.Template == b && f.Subject == check.Metadata {
			t.Errorf("told again for the second template: %s %s", f.ID, f.Message)
		}
	}
}

// A certificate that ends between two go-live dates is told for the later.
func TestCertificateBetweenTwoDays(t *testing.T) {
	ends := time.Date(2027, 6, 1, 0, 0, 0, 0, time.UTC)
	a, b := samlTemplate("a", "idp.xml"), samlTemplate("b", "idp.xml")
	all := batch(a, b)
	all.Customers = []*onboarding.Customer{customer(a, "2026-12-01"), customer(b, "2027-12-01")}
	r := judge(all, Options{Open: files(map[string]string{"idp.xml": metadata(t, entityID, "https://idp.partner.net/sso", ends)})})
	if r.Providers[0].Summary.Errors != 0 || r.Providers[1].Summary.Errors == 0 {
		t.Errorf("errors: %d for December 2026, %d for December 2027; the certificate ends in June", r.Providers[0].Summary.Errors, r.Providers[1].Summary.Errors)
	}
	if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Template == b && strings.HasPrefix(f.ID, "SAML-KEY-") }) {
		t.Error("nothing is told for the later template")
	}
}

// One path names two files when it stands in workbooks of two folders.
func TestSamePathInTwoBooks(t *testing.T) {
	a, b := samlTemplate("a", "idp.xml"), samlTemplate("b", "idp.xml")
	a.Source.File, b.Source.File = "one/book.xlsx", "two/book.xlsx"
	r := judge(batch(a, b), Options{Open: files(map[string]string{"idp.xml": "no metadata"})})
	if got := lines(r); len(got) != 2 || !strings.HasPrefix(got[0], "a SAML-DOC-") || !strings.HasPrefix(got[1], "b SAML-DOC-") {
		t.Errorf("got %q", got)
	}
}

// What stands at customers and beside other templates counts on the card of the template.
func TestBatchFindingsCount(t *testing.T) {
	a, b := samlTemplate("a", "idp.xml"), samlTemplate("b", "idp2.xml")
	b.IDPEntityID += "/"
	all := batch(a, b)
	c := customer(a, "")
	c.Name, c.OrganizationID = "Rye Bakery", "2f1e0d9c"
	all.Customers = []*onboarding.Customer{c}
	r := judge(all, Options{Open: files(map[string]string{
		"idp.xml": metadata(t, entityID, "https://idp.partner.net/sso", far), "idp2.xml": metadata(t, entityID+"/", "https://idp.partner.net/sso", far),
	})})
	if got := r.Providers[0].Summary; got.Warnings != 1 || got.Errors != 0 {
		t.Errorf("the customer's warning does not count: %+v", got)
	}
	if got := r.Providers[1].Summary; got.Errors != 1 {
		t.Errorf("the second spelling does not count: %+v", got)
	}
}

func TestNotProven(t *testing.T) {
	refusing := func(*onboarding.Template, string) (io.ReadCloser, error) {
		return nil, errors.New("it lies outside the folder of the workbook")
	}
	tests := []struct {
		name, metadata string
		want           []string
		verdict        string
	}{
		{"no metadata", "", []string{`t SAML-EID-001 warning: not proven: no SAML metadata was given to compare "https://idp.partner.net/saml" with`}, "not proven: neither metadata nor a discovery document was looked at"},
		{"an address without a client", "HTTPS://idp.partner.net/metadata", []string{`t SAML-EID-001 warning: not proven: "HTTPS://idp.partner.net/metadata" was not fetched`}, "not proven: neither metadata nor a discovery document was looked at"},
		{"a path that is refused", "../../secret.xml", []string{`t SAML-DOC-001 error: the metadata "../../secret.xml" cannot be read: it lies outside the folder of the workbook`}, "not ready: errors to mend: 1"},
		{"a letter of a drive", `C:\idp.xml`, []string{`t SAML-DOC-001 error: the metadata "C:\\idp.xml" cannot be read: it lies outside the folder of the workbook`}, "not ready: errors to mend: 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := judge(batch(samlTemplate("t", tt.metadata)), Options{Open: refusing})
			expectLines(t, r, tt.want...)
			if got := r.Providers[0]; got.Proven || got.Verdict().String() != tt.verdict {
				t.Errorf("the card says %q", got.Verdict())
			}
			if len(r.Forms) != 1 {
				t.Errorf("%d forms for TAC, want 1", len(r.Forms))
			}
		})
	}
}

// An empty entity ID is told once, whether there is metadata or not.
func TestEmptyEntityID(t *testing.T) {
	for _, file := range []string{"", "idp.xml"} {
		tpl := samlTemplate("t", file)
		tpl.IDPEntityID = ""
		r := judge(batch(tpl), Options{Open: files(map[string]string{"idp.xml": metadata(t, entityID, "https://idp.partner.net/sso", far)})})
		expectLines(t, r, `t TPL-002 error: the method is Partner authentication (SAML), and "IDP Entity ID" is empty`)
	}
	tpl := oidcTemplate("t", "")
	tpl.OIDCIDPEntityID = ""
	expectLines(t, judge(batch(tpl), Options{}), `t TPL-002 error: the method is Partner authentication with OpenID Connect, and "OpenID Connect IDP Entity ID" is empty`)
}

// A cell that could not be read has its error already, and nothing is concluded from its being empty.
func TestDamagedCells(t *testing.T) {
	method := located(&onboarding.Template{Name: "method", IDPEntityID: entityID})
	method.Damaged = []onboarding.Field{"auth_mode"}
	file := samlTemplate("file", "")
	file.Damaged = []onboarding.Field{"saml_metadata"}
	name := oidcTemplate("name", "")
	name.OIDCIDPEntityID, name.Damaged = "", []onboarding.Field{onboarding.AllFields}
	r := judge(batch(method, file, name), Options{})
	expectLines(t, r)
	for _, p := range r.Providers {
		if got := p.Verdict().String(); got != "not proven: neither metadata nor a discovery document was looked at" {
			t.Errorf("the card of %q says %q", p.Templates, got)
		}
	}
}

func TestFetchedMetadata(t *testing.T) {
	s := newServer(t, far)
	s.pages["/login"] = page{contentType: "text/html", body: "<!DOCTYPE html><html><head><title>Sign in</title></head></html>"}
	s.pages["/gone"] = page{status: http.StatusGone}
	s.pages["/good"] = page{contentType: "application/samlmetadata+xml", body: metadata(t, entityID, s.url+"/sso", far)}
	s.pages["/other"] = page{contentType: "application/samlmetadata+xml", body: metadata(t, "https://login.partner.net/saml", s.url+"/sso", far)}
	tests := []struct {
		path   string
		want   []string
		proven bool
	}{
		{"/missing", []string{"t SAML-DOC-001 error: the metadata cannot be fetched: it answered 404 Not Found"}, false},
		{"/gone", []string{"t SAML-DOC-001 error: the metadata cannot be fetched: it answered 410 Gone"}, false},
		{"/login", []string{`t SAML-DOC-003 blocker: this is a web page titled "Sign in", not metadata`}, false},
		{"/good", []string{onLoopback}, true},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			r := judge(batch(samlTemplate("t", s.url+tt.path)), Options{Client: s.client})
			expectLines(t, r, tt.want...)
			if r.Providers[0].Proven != tt.proven {
				t.Errorf("proven: %v, want %v", r.Providers[0].Proven, tt.proven)
			}
		})
	}
	t.Run("the card", func(t *testing.T) {
		card := judge(batch(samlTemplate("t", s.url+"/good")), Options{Client: s.client}).Providers[0]
		want := []onboarding.ProviderEndpoint{
			{Name: "sign-on HTTP-Redirect", URL: s.url + "/sso"}, {Name: "logout HTTP-Redirect", URL: "https://idp.partner.net/slo"},
		}
		if diff := cmp.Diff(want, card.Endpoints); diff != "" {
			t.Errorf("endpoints:\n%s", diff)
		}
		if len(card.Keys) != 1 || card.Keys[0].Use != "signing" || card.Keys[0].Type != "EC P-256" || !card.Keys[0].Expiry.Equal(far) {
			t.Errorf("keys: %+v", card.Keys)
		}
	})
	t.Run("another name", func(t *testing.T) {
		r := judge(batch(samlTemplate("t", s.url+"/other")), Options{Client: s.client})
		expectLines(t, r, `t SAML-EID-001 blocker: the template has "https://idp.partner.net/saml", the metadata has "https://login.partner.net/saml"`, onLoopback)
		for _, f := range r.Findings {
			if f.ID == "SAML-EID-001" && (f.Subject != check.EntityID || f.File != s.url+"/other" || f.Line != 1) {
				t.Errorf("the finding stands at %d in line %d of %q", f.Subject, f.Line, f.File)
			}
		}
	})
	t.Run("http is refused", func(t *testing.T) {
		r := judge(batch(samlTemplate("t", "http://idp.partner.net/metadata")), Options{Client: s.client})
		expectLines(t, r, `t SAML-DOC-001 error: the metadata cannot be fetched: is "http"; only https is asked`)
	})
}

// SAML-SSO-006 looks at the certificate of the hosts where users sign in.
func TestSignOnHost(t *testing.T) {
	ended := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	s := newServer(t, ended)
	open := files(map[string]string{"idp.xml": metadata(t, entityID, s.url+"/sso", far)})
	first, second := samlTemplate("t", "idp.xml"), samlTemplate("second", "idp.xml")
	r := judge(batch(first, second), Options{Open: open, Client: s.client})
	expectLines(t, r, onLoopback, fmt.Sprintf(`t SAML-SSO-006 error: a certificate of %q ("CN=idp.partner.net") ends on 2026-11-01, before go-live on 2026-11-21`, s.host(t)))
	for _, f := range r.Findings {
		if f.ID == "SAML-SSO-006" && (f.Line != 6 || f.File != "idp.xml") {
			t.Errorf("the finding stands in line %d of %q, not at the sign-on address", f.Line, f.File)
		}
	}
	expectLines(t, judge(batch(first), Options{Open: open}), onLoopback) // nothing is asked without a client
}

func TestProviderBySAML(t *testing.T) {
	open := files(map[string]string{"idp.xml": metadata(t, entityID, "https://idp.partner.net/sso", far)})
	request := func(id string, has bool) Request {
		r := Request{Template: &onboarding.Template{IDPEntityID: id, SAMLMetadata: "idp.xml"}, HasEntityID: has}
		r.Template.Resolved.AuthMode = onboarding.AuthSAML
		return r
	}
	tests := []struct {
		name    string
		request Request
		want    []string
		card    string
	}{
		{"without an entity ID", request("", false), []string{` SAML-EID-001 warning: not compared: no entity ID was given to compare "https://idp.partner.net/saml" with`}, entityID},
		{"with its entity ID", request(entityID, true), nil, entityID},
		{"with an empty one", request("", true), []string{` SAML-EID-001 blocker: the template's entity ID is empty, the metadata has "https://idp.partner.net/saml"`}, entityID},
		{"with another", request("urn:mace:partner", true), []string{` SAML-EID-001 blocker: the template has "urn:mace:partner", the metadata has "https://idp.partner.net/saml"`}, "urn:mace:partner"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Provider(context.Background(), tt.request, Options{Today: today, Open: open})
			expectLines(t, r, tt.want...)
			card := r.Providers[0]
			if card.Name != tt.card || !card.Proven || len(card.Templates) != 0 || len(card.Checklist) != 4 || !card.GoLive.Equal(today) {
				t.Errorf("the card is %+v", card)
			}
			if got := r.Forms[0].Items[1].Value; got != tt.card {
				t.Errorf("the form for TAC has the entity ID %q", got)
			}
		})
	}
	t.Run("go-live by flag", func(t *testing.T) {
		late := far.AddDate(0, 0, 1)
		r := Provider(context.Background(), request(entityID, true), Options{Today: today, GoLive: late, Open: open})
		if card := r.Providers[0]; !card.GoLive.Equal(late) || card.Summary.Errors == 0 {
			t.Errorf("the certificate ends the day before, and the card is %+v", card)
		}
	})
}

func TestOpenIDProvider(t *testing.T) {
	s := newServer(t, far)
	s.openIDProvider(t)
	r := judge(batch(oidcTemplate("t", s.url)), Options{Client: s.client})
	expectLines(t, r, fmt.Sprintf(`t OIDC-NET-004 error: the token endpoint is at %q, which is internal: Webex cannot reach it`, s.host(t)))
	card := r.Providers[0]
	want := []onboarding.ProviderEndpoint{
		{Name: "issuer", URL: s.url},
		{Name: "authorization", URL: s.url + "/authorize"},
		{Name: "token", URL: s.url + "/token"},
		{Name: "key set", URL: s.url + "/keys"},
		{Name: "UserInfo", URL: s.url + "/userinfo"},
		{Name: "logout", URL: s.url + "/logout"},
	}
	if diff := cmp.Diff(want, card.Endpoints); diff != "" {
		t.Errorf("endpoints:\n%s", diff)
	}
	if len(card.Keys) != 3 || card.Keys[0].Type != "RSA-2048" || len(card.Keys[0].Fingerprint) != 64 || !card.Keys[0].Expiry.IsZero() {
		t.Errorf("keys: %+v", card.Keys)
	}
	if !card.Proven || card.Summary.Errors != 1 || card.Blockers != 0 {
		t.Errorf("the card is %+v", card)
	}
}

// Nothing is fetched without a client, and nothing is called proven.
func TestOpenIDProviderOffline(t *testing.T) {
	r := judge(batch(oidcTemplate("t", "https://idp.partner.net")), Options{})
	expectLines(t, r)
	if r.Providers[0].Proven {
		t.Error("proven without a document")
	}
}

func TestOpenIDProviderAnswers(t *testing.T) {
	ended := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	s := newServer(t, ended)
	s.openIDProvider(t)
	t.Run("network findings", func(t *testing.T) {
		r := judge(batch(oidcTemplate("t", s.url)), Options{Client: s.client})
		expectLines(t, r, fmt.Sprintf(`t OIDC-NET-002 warning: a certificate of %q ("CN=idp.partner.net") ends on 2026-11-25, 4 days after go-live`, s.host(t)),
			fmt.Sprintf(`t OIDC-NET-004 error: the token endpoint is at %q, which is internal: Webex cannot reach it`, s.host(t)))
	})
	t.Run("no document", func(t *testing.T) {
		r := judge(batch(oidcTemplate("t", s.url+"/elsewhere")), Options{Client: s.client})
		if got := lines(r); len(got) != 1 || !strings.HasPrefix(got[0], "t OIDC-DISC-002 ") || r.Providers[0].Proven {
			t.Errorf("got %q, proven %v", got, r.Providers[0].Proven)
		}
	})
	t.Run("another issuer", func(t *testing.T) {
		s.pages["/other/.well-known/openid-configuration"] = s.pages["/.well-known/openid-configuration"]
		r := judge(batch(oidcTemplate("t", s.url+"/other")), Options{Client: s.client})
		i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.ID == "OIDC-DISC-005" && f.Level == check.Blocker })
		if i < 0 || r.Findings[i].File != s.url+"/other/.well-known/openid-configuration" || r.Findings[i].Line != 2 || r.Findings[i].Subject != check.Issuer {
			t.Errorf("got %q", lines(r))
		}
	})
}

func TestProviderByOpenIDConnect(t *testing.T) {
	tpl := &onboarding.Template{OIDCIDPEntityID: "partner-oidc"}
	tpl.Resolved.AuthMode = onboarding.AuthOIDC
	in := oidc.Input{
		Name: "partner-oidc", HasName: true, NeedTACName: true, DiscoveryURL: "https://idp.partner.net/.well-known/openid-configuration",
		Discovery: []byte("{}"), Keys: keySet(t),
	}
	r := Provider(context.Background(), Request{Template: tpl, OIDC: in}, Options{Today: today})
	if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.ID == "OIDC-NAME-001" && f.Level == check.Error }) {
		t.Errorf("the missing name from TAC is no error: %q", lines(r))
	}
	i := slices.IndexFunc(r.Findings, func(f Finding) bool { return strings.HasPrefix(f.ID, "OIDC-DISC-") })
	if i < 0 || r.Findings[i].File != in.DiscoveryURL {
		t.Errorf("findings of the document do not name it: %q", lines(r))
	}
	var kinds []string
	for _, k := range r.Providers[0].Keys {
		kinds = append(kinds, k.Use+" "+k.Type)
	}
	if diff := cmp.Diff([]string{"signing RSA-2048", "encryption EC P-256", "signing and encryption OKP Ed25519"}, kinds); diff != "" {
		t.Errorf("keys:\n%s", diff)
	}
}
