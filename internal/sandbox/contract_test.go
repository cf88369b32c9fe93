package sandbox_test

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"muster/internal/sandbox"
)

const specFile = "../../../shared/reference/openapi/webex-wholesale.json"

// contract checks exchanges against the official description.
type contract struct {
	*fixture
	router  routers.Router
	checked map[string]bool
}

// wholesaleOnly keeps the operations that onboarding uses; the description of others does not validate as a whole.
func wholesaleOnly(t *testing.T, server string) *openapi3.T {
	t.Helper()
	raw, err := os.ReadFile(specFile)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the official description is not at hand")
	}
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		t.Fatal(err)
	}
	for path := range doc.Paths.Map() {
		if !strings.Contains(path, "wholesale") && !strings.Contains(path, "consentMove") {
			doc.Paths.Delete(path)
		}
	}
	doc.Servers = openapi3.Servers{{URL: server}}
	return doc
}

// check sends a request that follows the description, and insists that the answer does too.
func (c *contract) check(status int, method, path, body string) reply {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.http.URL+"/v1"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	route, params, err := c.router.FindRoute(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	in := &openapi3filter.RequestValidationInput{Request: req, Route: route, PathParams: params, Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}
	if err := openapi3filter.ValidateRequest(c.t.Context(), in); err != nil && status < 400 {
		c.t.Errorf("request %s %s: %v", method, path, err)
	}
	r := c.want(status, method, path, body)
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: r.status, Header: r.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	out.SetBodyBytes([]byte(r.raw))
	if err := openapi3filter.ValidateResponse(c.t.Context(), out); err != nil {
		c.t.Errorf("answer %s %s: %v", method, path, err)
	}
	c.checked[route.Method+" "+route.Path] = true
	return r
}

// TestContract walks through every wholesale operation, with successes and refusals.
func TestContract(t *testing.T) {
	f := serve(t, sandbox.Settings{SubPartners: []sandbox.SubPartner{{OrgID: "A", SubscriptionID: "Sub-1", State: "active", Created: "2026-01-01T00:00:00.000Z", BillingStart: "2026-01-01"}}})
	doc := wholesaleOnly(t, f.http.URL+"/v1")
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	c := &contract{fixture: f, router: router, checked: map[string]bool{}}
	c.check(200, "POST", "/wholesale/customers/validate", customerJSON("crm-1", "a@x.example", ""))
	c.check(400, "POST", "/wholesale/customers/validate", `{}`)
	for _, external := range []string{"crm-0", "sandbox-with-errors", "sandbox-error", "sandbox-review", "sandbox-stuck"} {
		c.check(202, "POST", "/wholesale/customers", customerJSON(external, external+"@x.example", ""))
	}
	c.check(409, "POST", "/wholesale/customers", customerJSON("crm-0", "b@x.example", ""))
	c.check(400, "POST", "/wholesale/customers", `{}`)
	x := f.provision("crm-1")
	c.check(200, "GET", "/wholesale/customers?max=100&offset=0", "")
	c.check(200, "GET", "/wholesale/customers/"+x.id+"?includePackageLicenseInfo=true", "")
	c.check(404, "GET", "/wholesale/customers/none", "")
	c.check(200, "GET", "/wholesale/subPartners?max=1", "")
	c.check(200, "POST", "/wholesale/subscribers/validate", `{"email":"ana@x.example","customerId":"`+x.id+`"}`)
	sub := c.check(200, "POST", "/wholesale/subscribers", x.userJSON("ana@x.example", "1001"))
	wait := c.check(202, "POST", "/wholesale/subscribers", x.userJSON("sandbox-consent@x.example", "1002"))
	c.check(409, "POST", "/wholesale/subscribers", x.userJSON("ana@x.example", "1003"))
	c.check(204, "POST", "/subscribers/"+wait.text("id")+"/emails/consentMove", "")
	c.check(200, "GET", "/wholesale/subscribers?customerId="+x.id+"&max=50&offset=0&sortBy=created&sortOrder=ASC", "")
	c.check(200, "GET", "/wholesale/subscribers/"+sub.text("id"), "")
	c.check(200, "PUT", "/wholesale/subscribers/"+sub.text("id"), `{"packages":["webex_meetings"]}`)
	c.check(204, "DELETE", "/wholesale/subscribers/"+sub.text("id"), "")
	c.check(202, "PUT", "/wholesale/customers/"+x.id, `{"packages":["webex_calling","webex_meetings","webex_suite"]}`)
	c.check(202, "DELETE", "/wholesale/customers/"+x.id, "")
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			if !strings.Contains(path, "billing") && !c.checked[method+" "+path] {
				t.Errorf("%s %s was not checked", method, path)
			}
		}
	}
}
