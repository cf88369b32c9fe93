package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/internal/sandbox"
)

func (f *fixture) order(faults ...sandbox.Fault) {
	f.t.Helper()
	f.ClearFaults()
	if err := f.Inject(faults...); err != nil {
		f.t.Fatal(err)
	}
}

func TestFaultsStrikeWhenTheyAreOrdered(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	statuses := func(n int) []int {
		var got []int
		for range n {
			got = append(got, f.call("GET", "/roles", "").status)
		}
		return got
	}
	for name, tt := range map[string]struct {
		fault sandbox.Fault
		want  []int
	}{
		"after, times": {sandbox.Fault{Route: "GET /roles", Status: 503, After: 1, Times: 2}, []int{200, 503, 503, 200}},
		"every":        {sandbox.Fault{Route: "*", Status: 423, Every: 2}, []int{200, 423, 200, 423}},
		"other route":  {sandbox.Fault{Route: "GET /people", Status: 500}, []int{200, 200, 200, 200}},
		"chance":       {sandbox.Fault{Route: "*", Status: 500, Probability: 0.5, Seed: 7}, []int{500, 200, 200, 200}},
	} {
		f.order(tt.fault)
		if diff := cmp.Diff(tt.want, statuses(4)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

const postUser = "POST /wholesale/subscribers"

// struck orders one fault and creates a user under it.
func (f *fixture) struck(x tenant, fault sandbox.Fault, email, extension string) (reply, error) {
	f.t.Helper()
	fault.Route, fault.Times = postUser, 1
	f.order(fault)
	return f.try("POST", f.http.URL+"/v1/wholesale/subscribers", x.userJSON(email, extension))
}

func TestEarlyFaultsLeaveNothing(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	for name, tt := range map[string]struct {
		fault  sandbox.Fault
		status int // 0: no answer
		start  string
	}{
		"status": {sandbox.Fault{Status: 429, RetryAfter: 7}, 429, `{"message"`},
		"cut":    {sandbox.Fault{Kind: sandbox.KindCutBefore}, 0, ""},
		"html":   {sandbox.Fault{Kind: sandbox.KindHTML}, 502, "<html>"},
		"list":   {sandbox.Fault{Kind: sandbox.KindList, Status: 422}, 422, "[{"},
	} {
		r, err := f.struck(x, tt.fault, "a@x.example", "1001")
		if (err != nil) != (tt.status == 0) || r.status != tt.status || !strings.HasPrefix(r.raw, tt.start) {
			t.Errorf("%s: %v %+v", name, err, r)
		}
		if tt.fault.RetryAfter > 0 && r.header.Get("Retry-After") != "7" {
			t.Errorf("%s: Retry-After %q", name, r.header.Get("Retry-After"))
		}
	}
	if subs, err := f.Subscribers(t.Context()); len(subs) != 0 || err != nil {
		t.Fatalf("an early fault carried the request out: %v %+v", err, subs)
	}
}

func TestLateFaultsHideWhatWasDone(t *testing.T) {
	f := serve(t, sandbox.Settings{StringCodes: true})
	x := f.provision("crm-1")
	if r, err := f.struck(x, sandbox.Fault{Kind: sandbox.KindCutAfter}, "a@x.example", "1001"); err == nil {
		t.Errorf("cut after: %+v", r)
	}
	if r, err := f.struck(x, sandbox.Fault{Kind: sandbox.KindStatusAfter, Status: 504}, "b@x.example", "1002"); err != nil || r.status != 504 {
		t.Errorf("status after: %v %+v", err, r)
	}
	if r, err := f.struck(x, sandbox.Fault{Kind: sandbox.KindTruncate}, "c@x.example", "1003"); err == nil {
		t.Errorf("truncate: %+v", r)
	}
	twice := sandbox.Fault{Kind: sandbox.KindDuplicate, Delay: sandbox.Duration(time.Millisecond)}
	if r, err := f.struck(x, twice, "d@x.example", "1004"); err != nil || r.status != 409 || r.get("errors.0.errorCode") != "10022" {
		t.Errorf("duplicate: %v %+v", err, r)
	}
	subs, err := f.Subscribers(t.Context())
	if len(subs) != 4 || err != nil || f.RefusedDuplicates() != 1 {
		t.Errorf("%v: %d subscribers, want 4; %d refused, want 1", err, len(subs), f.RefusedDuplicates())
	}
}

func TestFaultsByControlEndpoint(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	control := func(method, path, body string) reply {
		t.Helper()
		r, err := f.try(method, f.http.URL+"/sandbox"+path, body)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, body := range []string{`{}`, `{"route":"*","kind":"bogus"}`, `{"route":"*","status":200}`, `{"route":"*","kind":"status"}`, `{"route":"*","times":-1}`, `{"rout":"*"}`, `{"route":"*","delay":"soon"}`} {
		if r := control("POST", "/faults", body); r.status != 400 {
			t.Errorf("%s: %d %s", body, r.status, r.raw)
		}
	}
	for body, said := range map[string]string{
		`[{"route":"*","status":"503"}]`: `the member "status" holds a JSON string where a whole number belongs`,
		`{"route":"*","times":true}`:     `the member "times" holds a JSON bool where a whole number belongs`,
		`{"faults":{"route":"*"}}`:       `the member "faults" holds a JSON object where an array belongs`,
		`{"route":"*","delay":5}`:        `the member "delay" holds a JSON number where a string belongs`,
		`{"route":"*","delay":"soon"}`:   `"soon" is no duration: write it as 250ms or 2s`,
		`{"rout":"*"}`:                   `no member is called "rout" here`,
		`[{"route":"*"`:                  `it is no JSON`,
		` `:                              `it is empty`,
		`[]`:                             `no fault is named`,
	} {
		if r := control("POST", "/faults", body); r.status != 400 || !strings.Contains(r.text("errors.0.description"), said) {
			t.Errorf("%s: %d %s", body, r.status, r.raw)
		}
	}
	// As docs/sandbox.md shows it.
	if r := control("POST", "/faults", `[{"route":"POST /wholesale/subscribers","kind":"cut-after-commit","every":3}]`); r.status != 200 || r.count("faults") != 1 {
		t.Error(r.raw)
	}
	control("DELETE", "/faults", "")
	if r := control("POST", "/faults", `{"route":"GET /roles","status":503,"delay":"1ms"}`); r.status != 200 || r.text("faults.0.delay") != "1ms" {
		t.Error(r.raw)
	}
	if r := control("POST", "/faults", `{"faults":[{"route":"*","kind":"delay"},{"route":"GET /locations","status":500}]}`); r.count("faults") != 3 {
		t.Error(r.raw)
	}
	f.want(503, "GET", "/roles", "")
	if r := control("GET", "/faults", ""); r.get("faults.0.struck") != 1.0 {
		t.Error(r.raw)
	}
	if r := control("DELETE", "/faults", ""); r.status != 204 {
		t.Error(r.raw)
	}
	f.want(200, "GET", "/roles", "")
}

func TestControlShowsStateAndLogAndResets(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@x.example", "1001"))
	get := func(path string) reply {
		r, err := f.try("GET", f.http.URL+"/sandbox"+path, "")
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	state := get("/state")
	if state.get("customers") != 1.0 || state.get("subscribers") != 1.0 || state.get("locations") != 1.0 || state.get("people") != 1.0 {
		t.Error(state.raw)
	}
	log := get("/log")
	if log.text("items.0.route") != "POST /wholesale/customers" || log.text("items.0.key") != "crm-1" || log.get("items.4.key") != "ana@x.example" {
		t.Error(log.raw)
	}
	if n := f.Counts()["POST /wholesale/subscribers"]; n != 1 {
		t.Errorf("%d counted, want 1", n)
	}
	if r, err := f.try("POST", f.http.URL+"/sandbox/reset", ""); err != nil || r.status != 415 {
		t.Errorf("reset by a plain form: %v %+v", err, r)
	}
	if r, err := f.try("POST", f.http.URL+"/sandbox/reset", "{}"); err != nil || r.status != 204 {
		t.Errorf("reset: %v %+v", err, r)
	}
	if len(f.Customers()) != 0 || len(f.Counts()) != 0 {
		t.Errorf("after reset: %+v %+v", f.Customers(), f.Counts())
	}
	f.want(404, "GET", "/wholesale/customers/"+x.id, "")
	f.provision("crm-1")
}
