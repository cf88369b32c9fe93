package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

const officialFile = "../../../shared/reference/openapi/webex-wholesale.json"

// inspector stands between muster and a service, and holds every exchange that the official description knows to it.
type inspector struct {
	t       *testing.T
	service http.Handler
	router  routers.Router

	mu   sync.Mutex
	seen map[string]int // exchanges by operation
}

func newInspector(t *testing.T, service http.Handler) *inspector {
	t.Helper()
	if _, err := os.Stat(officialFile); err != nil {
		t.Skip("skip: the service's OpenAPI document is not at hand")
	}
	doc, err := openapi3.NewLoader().LoadFromFile(officialFile)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: "/v1"}}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &inspector{t: t, service: service, router: router, seen: make(map[string]int)}
}

func (i *inspector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		i.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var in *openapi3filter.RequestValidationInput
	if strings.Contains(r.URL.Path, "/wholesale/") {
		in = i.request(r)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	rec := httptest.NewRecorder()
	i.service.ServeHTTP(rec, r)
	if in != nil {
		i.answer(in, rec)
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes()) // a client that went away is none of the contract
}

func (i *inspector) request(r *http.Request) *openapi3filter.RequestValidationInput {
	route, params, err := i.router.FindRoute(r)
	if err != nil {
		i.t.Errorf("%s %s: %v", r.Method, r.URL, err)
		return nil
	}
	i.mu.Lock()
	i.seen[r.Method+" "+route.Path]++
	i.mu.Unlock()
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		i.t.Errorf("request %s %s: %v", r.Method, r.URL, err)
	}
	for name := range r.URL.Query() {
		if route.Operation.Parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			i.t.Errorf("%s %s: the query parameter %q is not in the description", r.Method, route.Path, name)
		}
	}
	return in
}

func (i *inspector) answer(in *openapi3filter.RequestValidationInput, rec *httptest.ResponseRecorder) {
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: rec.Code, Header: rec.Header(), Options: in.Options}
	out.SetBodyBytes(rec.Body.Bytes())
	if err := openapi3filter.ValidateResponse(in.Request.Context(), out); err != nil {
		i.t.Errorf("answer to %s %s: %v", in.Request.Method, in.Request.URL, err)
	}
}

// TestApplyKeepsTheOfficialContract carries a whole apply, and the one after it, through the inspector.
func TestApplyKeepsTheOfficialContract(t *testing.T) {
	dir := t.TempDir()
	i := newInspector(t, openSandbox(t, dir).Handler())
	front := httptest.NewServer(i)
	t.Cleanup(front.Close)
	for _, status := range []string{"created", "unchanged"} {
		got := muster(t, "apply", filepath.Join(samplesDir, "languages", "de.xlsx"), "--state", filepath.Join(dir, "state"),
			"--target", front.URL+"/v1", "--yes", "--format", "json", "--progress", "none")
		if got.code != exitDone {
			t.Fatalf("exit %d: %s", got.code, got.talk)
		}
		if doc := decoded[runDoc1](t, got.out); doc.Summary[status] != float64(len(doc.Outcomes)) {
			t.Errorf("%v of %d rows, wanted all %s", doc.Summary, len(doc.Outcomes), status)
		}
	}
	for _, op := range []string{"POST /wholesale/customers", "GET /wholesale/customers", "POST /wholesale/subscribers", "GET /wholesale/subscribers"} {
		if i.seen[op] == 0 {
			t.Errorf("%s was not seen, but %v", op, i.seen)
		}
	}
}
