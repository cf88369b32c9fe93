package webex

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

const openAPIFile = "../../../shared/reference/openapi/webex-wholesale.json"

// official checks every request against the service's OpenAPI document and answers with the document's own example.
type official struct {
	t      *testing.T
	router routers.Router
	routes []string // operations that were called
}

func loadOfficial(t *testing.T) *official {
	t.Helper()
	if _, err := os.Stat(openAPIFile); err != nil {
		t.Skip("the service's OpenAPI document is not at hand")
	}
	doc, err := openapi3.NewLoader().LoadFromFile(openAPIFile)
	must(t, err)
	doc.Servers = openapi3.Servers{{URL: "https://service.example/v1"}}
	router, err := gorillamux.NewRouter(doc)
	must(t, err)
	return &official{t: t, router: router}
}

func (o *official) RoundTrip(r *http.Request) (*http.Response, error) {
	route, params, err := o.router.FindRoute(r)
	if err != nil {
		o.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		return nil, err
	}
	o.routes = append(o.routes, r.Method+" "+route.Path)
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		o.t.Errorf("%s %s: %v", r.Method, route.Path, err)
	}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			o.t.Errorf("%s %s: query parameter %q is not in the document", r.Method, route.Path, name)
		}
	}
	status, body := exampleOf(o.t, route.Operation)
	return &http.Response{
		StatusCode: status, Request: r, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// exampleOf gives the first success of an operation with its example.
func exampleOf(t *testing.T, op *openapi3.Operation) (status int, body string) {
	t.Helper()
	for _, code := range []string{"200", "201", "202", "204"} {
		resp := op.Responses.Value(code)
		if resp == nil {
			continue
		}
		status, _ = strconv.Atoi(code)
		media := resp.Value.Content.Get("application/json")
		if media == nil || media.Example == nil {
			return status, ""
		}
		b, err := json.Marshal(media.Example)
		must(t, err)
		return status, string(b)
	}
	t.Fatalf("operation %s has no success", op.OperationID)
	return 0, ""
}

func TestRequestsConformToTheOfficialDocument(t *testing.T) {
	o := loadOfficial(t)
	c, err := New(Options{BaseURL: "https://service.example/v1", HTTP: &http.Client{Transport: o}, SubPartner: "SUB"})
	must(t, err)
	ctx := t.Context()
	address := WholesaleAddress{"1 Example Street", "Floor 2", "Austin", "TX", "78701", "US"}
	full := NewCustomer{
		ProvisioningID: "P", Packages: []string{"webex_calling", "webex_meetings"}, ExternalID: "crm-1", OrgID: "O1", Address: address,
		CustomerInfo: &CustomerInfo{Name: "Bakery", PrimaryEmail: "o@b.example", Language: "en"},
		ProvisioningParameters: ProvisioningParameters{
			Calling:  &CallingParameters{Location: Headquarters{"HQ", address, "America/Chicago", "en_us", "x"}},
			Meetings: &MeetingsParameters{TimeZone: "America/Chicago"},
			Packages: PackageParameters{Limits: map[string]int{"webex_calling": 25, "webex_meetings": 5}},
		},
		SubPartnerAdminEmail: "s@p.example",
	}
	user := NewSubscriber{
		CustomerID: "E1", Email: "ana@b.example", Packages: []string{"webex_calling"},
		ProvisioningParameters: SubscriberParameters{"Ana", "Diaz", "+15125550101", "0101", "L1"},
	}
	calls := map[string]func() error{
		"POST /wholesale/customers":          func() error { _, err := c.CreateCustomer(ctx, full); return err },
		"POST /wholesale/customers/validate": func() error { _, err := c.PrecheckCustomer(ctx, full); return err },
		"PUT /wholesale/customers/{customerId}": func() error {
			return c.UpdateCustomer(ctx, "E1", CustomerUpdate{full.Packages, "crm-2", &address, full.ProvisioningParameters})
		},
		"DELETE /wholesale/customers/{customerId}": func() error { return c.DeleteCustomer(ctx, "E1") },
		"GET /wholesale/customers/{customerId}":    func() error { _, err := c.Customer(ctx, "E1"); return err },
		"GET /wholesale/customers": func() error {
			_, err := collect(c.ListCustomers(ctx, CustomerFilter{"x", "O1", CustomerProvisioned}))
			return err
		},
		"GET /wholesale/subscribers": func() error {
			_, err := collect(c.ListSubscribers(ctx, SubscriberFilter{"E1", "a@b.example", SubscriberPending}))
			return err
		},
		"POST /wholesale/subscribers":               func() error { _, err := c.CreateSubscriber(ctx, user); return err },
		"POST /wholesale/subscribers/validate":      func() error { _, err := c.PrecheckSubscriber(ctx, user); return err },
		"GET /wholesale/subscribers/{subscriberId}": func() error { _, err := c.Subscriber(ctx, "S1"); return err },
		"PUT /wholesale/subscribers/{subscriberId}": func() error {
			_, err := c.UpdateSubscriber(ctx, "S1", SubscriberUpdate{user.Packages, user.ProvisioningParameters})
			return err
		},
		"DELETE /wholesale/subscribers/{subscriberId}":        func() error { return c.DeleteSubscriber(ctx, "S1") },
		"POST /subscribers/{subscriberId}/emails/consentMove": func() error { return c.ResendConsent(ctx, "S1") },
		"GET /wholesale/subPartners":                          func() error { _, err := collect(c.SubPartners(ctx)); return err },
	}
	for name, call := range calls {
		o.routes = nil
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !slices.Contains(o.routes, name) {
			t.Errorf("%s was not called, but %v", name, o.routes)
		}
	}
}
