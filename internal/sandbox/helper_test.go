package sandbox_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/sandbox"
)

// hand is a clock that tests move.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func newHand() *hand { return &hand{now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)} }

func (h *hand) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hand) Move(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// fixture is a served sandbox.
type fixture struct {
	*sandbox.Server
	t     testing.TB
	path  string
	clock *hand
	http  *httptest.Server
	url   string // base URL with /v1
}

func serve(t testing.TB, set sandbox.Settings) *fixture { return serveFile(t, "", set) }

func serveFile(t testing.TB, path string, set sandbox.Settings) *fixture {
	t.Helper()
	clock := newHand()
	s, err := sandbox.Open(t.Context(), sandbox.Options{Path: path, Clock: clock.Now, Settings: set})
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s.Handler())
	f := &fixture{Server: s, t: t, path: path, clock: clock, http: h, url: h.URL + "/v1"}
	t.Cleanup(f.stop)
	return f
}

func (f *fixture) stop() {
	f.http.Close()
	if err := f.Close(); err != nil {
		f.t.Error(err)
	}
}

// reopen closes the sandbox and opens it again from its file, with the same clock.
func (f *fixture) reopen(set sandbox.Settings) {
	f.t.Helper()
	f.stop()
	s, err := sandbox.Open(f.t.Context(), sandbox.Options{Path: f.path, Clock: f.clock.Now, Settings: set})
	if err != nil {
		f.t.Fatal(err)
	}
	f.Server, f.http = s, httptest.NewServer(s.Handler())
	f.url = f.http.URL + "/v1"
}

// reply is an answer with its decoded body.
type reply struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// get reads a value by path: keys and list positions, as in "items.0.id".
func (r reply) get(path string) any {
	var v any = r.body
	for _, step := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i := int(step[0] - '0')
			if i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

func (r reply) text(path string) string {
	s, _ := r.get(path).(string)
	return s
}

func (r reply) count(path string) int {
	list, _ := r.get(path).([]any)
	return len(list)
}

// call sends a request under /v1; body is a JSON text or empty.
func (f *fixture) call(method, path, body string) reply {
	f.t.Helper()
	r, err := f.try(method, f.url+path, body)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

func (f *fixture) try(method, url, body string) (reply, error) {
	req, err := http.NewRequestWithContext(f.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	req.Header.Set("Authorization", "Bearer any")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return f.send(req)
}

func (f *fixture) send(req *http.Request) (reply, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if bytes.HasPrefix(raw, []byte("{")) {
		err = json.Unmarshal(raw, &r.body)
	}
	return r, err
}

// want calls and insists on a status.
func (f *fixture) want(status int, method, path, body string) reply {
	f.t.Helper()
	r := f.call(method, path, body)
	if r.status != status {
		f.t.Fatalf("%s %s: status %d, want %d: %s", method, path, r.status, status, r.raw)
	}
	return r
}

// customerJSON is a complete POST with two packages; more is put in at the top level.
func customerJSON(external, email, more string) string {
	if more != "" {
		more += ","
	}
	const place = `{"addressLine1":"1 Example Street","city":"Austin","stateOrProvince":"TX","zipOrPostalCode":"78701","country":"US"}`
	return `{` + more + `"provisioningId":"tpl-1","packages":["webex_calling","webex_meetings"],"externalId":"` + external + `","address":` + place + `,
	"customerInfo":{"name":"Example Bakery","primaryEmail":"` + email + `","language":"en"},
	"provisioningParameters":{"calling":{"location":{"name":"Head Office","address":` + place + `,"timezone":"America/Chicago","language":"en_us"}},"meetings":{"timezone":"America/Chicago"}}}`
}

// tenant is a provisioned customer.
type tenant struct {
	id, org, hq string
}

// provision creates a customer, lets its work be done and makes the organization visible.
func (f *fixture) provision(external string) tenant {
	f.t.Helper()
	f.want(202, "POST", "/wholesale/customers", customerJSON(external, external+"@bakery.example", ""))
	f.clock.Move(time.Second)
	list := f.want(200, "GET", "/wholesale/customers?externalId="+external, "")
	t := tenant{id: list.text("items.0.id"), org: list.text("items.0.orgId")}
	f.want(200, "GET", "/organizations/"+t.org, "")
	t.hq = f.want(200, "GET", "/locations?orgId="+t.org, "").text("items.0.id")
	if t.id == "" || t.org == "" || t.hq == "" {
		f.t.Fatalf("customer %s is not provisioned: %s", external, list.raw)
	}
	return t
}

// userJSON is a subscriber POST with an extension at the headquarters.
func (t tenant) userJSON(email, extension string) string {
	return `{"customerId":"` + t.id + `","email":"` + email + `","packages":["webex_calling"],"provisioningParameters":{"firstName":"Ana","lastName":"Diaz","extension":"` +
		extension + `","locationId":"` + t.hq + `"}}`
}
