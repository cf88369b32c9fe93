package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/internal/sandbox"
)

func TestSubscriberLife(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	r := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("Ana@Bakery.example", "1001"))
	path := "/wholesale/subscribers/" + r.text("id")
	if r.header.Get("Location") != f.http.URL+"/v1"+path || r.text("status") != "provisioned" || r.text("externalCustomerId") != "crm-1" || r.text("package") != "webex_calling" {
		t.Errorf("created: %q %s", r.header.Get("Location"), r.raw)
	}
	if got := f.want(200, "GET", path, ""); got.raw != r.raw {
		t.Errorf("GET differs from POST: %s", got.raw)
	}
	f.want(409, "POST", "/wholesale/subscribers", x.userJSON("ana@bakery.EXAMPLE", "1002"))
	f.want(200, "PUT", path, `{"packages":["webex_meetings"]}`)
	f.want(400, "PUT", path, `{"packages":["webex_calling"]}`)
	f.want(200, "PUT", path, `{"packages":["webex_calling"],"provisioningParameters":{"extension":"1005","locationId":"`+x.hq+`"}}`)
	f.want(400, "PUT", path, `{"packages":["webex_suite"]}`)
	people, err := f.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []sandbox.Person{{
		ID: r.text("personId"), Email: "ana@bakery.example", OrgID: x.org, First: "Ana", Last: "Diaz", Display: "Ana Diaz", Extension: "1005",
		Location: "Head Office", Package: "webex_calling", Roles: []string{"Full Administrator"},
	}}
	if diff := cmp.Diff(want, people); diff != "" {
		t.Error(diff)
	}
	f.want(204, "DELETE", path, "")
	f.want(404, "DELETE", path, "")
	if r := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@bakery.example", "1005")); r.text("personId") != want[0].ID {
		t.Errorf("another person: %s", r.raw)
	}
}

func TestSubscriberRefusals(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	f.want(202, "POST", "/wholesale/customers", customerJSON("crm-2", "b@x.example", ""))
	pending := f.call("GET", "/wholesale/customers?externalId=crm-2", "").text("items.0.id")
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("first@x.example", "1001"))
	good := x.userJSON("ana@x.example", "1002")
	for name, tt := range map[string]struct {
		body   string
		status int
		part   string
	}{
		"nothing":          {`{}`, 400, "customerId is mandatory"},
		"both packages":    {strings.Replace(good, `"packages"`, `"package":"webex_calling","packages"`, 1), 400, "not both"},
		"two packages":     {strings.Replace(good, `["webex_calling"]`, `["webex_calling","webex_suite"]`, 1), 400, "exactly one"},
		"no user package":  {strings.Replace(good, "webex_calling", "cisco_calling_plan", 1), 400, "cannot be given"},
		"not the legacy":   {strings.Replace(good, `"packages":["webex_calling"]`, `"package":"attendant_console"`, 1), 400, "unknown"},
		"not customer's":   {strings.Replace(good, "webex_calling", "webex_suite", 1), 400, "not among"},
		"no location":      {strings.Replace(good, `"locationId":"`+x.hq+`"`, `"x":1`, 1), 400, "locationId is mandatory"},
		"other location":   {strings.Replace(good, x.hq, "bm8", 1), 400, "names no location"},
		"extension taken":  {strings.Replace(good, "1002", "1001", 1), 400, "already in use"},
		"emergency":        {strings.Replace(good, "1002", "911", 1), 400, "emergency"},
		"no such number":   {strings.Replace(good, `"extension"`, `"primaryPhoneNumber":"+15125550100","extension"`, 1), 400, "does not exist"},
		"dashes in number": {strings.Replace(good, `"extension"`, `"primaryPhoneNumber":"+1-512-555-0100","extension"`, 1), 400, "E.164"},
		"e-mail":           {strings.Replace(good, "ana@x.example", "ana.x.example", 1), 400, "not an e-mail"},
		"unknown customer": {strings.Replace(good, x.id, "bm8", 1), 404, "no customer"},
		"not provisioned":  {strings.Replace(good, x.id, pending, 1), 409, "provisioning"},
		"claimed":          {strings.Replace(good, "ana@", "sandbox-claimed@", 1), 409, "already tied"},
		"elsewhere":        {strings.Replace(good, "ana@", "first@", 1), 409, "already tied"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := f.want(tt.status, "POST", "/wholesale/subscribers", tt.body); !strings.Contains(r.raw, tt.part) {
				t.Errorf("want %q in %s", tt.part, r.raw)
			}
		})
	}
	f.want(200, "POST", "/wholesale/subscribers", strings.Replace(good, `"packages":["webex_calling"]`, `"package":"webex_calling"`, 1))
}

func TestSeatsRunOut(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	f.want(202, "POST", "/wholesale/customers", strings.Replace(customerJSON("crm-1", "a@x.example", ""), `"meetings":`, `"packages":{"limits":{"webex_calling":1,"webex_meetings":1}},"meetings":`, 1))
	f.clock.Move(time.Second)
	id := f.call("GET", "/wholesale/customers", "").text("items.0.id")
	user := func(email string) string {
		return `{"customerId":"` + id + `","email":"` + email + `","packages":["webex_meetings"],"provisioningParameters":{}}`
	}
	first := f.want(200, "POST", "/wholesale/subscribers", user("one@x.example"))
	f.want(409, "POST", "/wholesale/subscribers", user("two@x.example"))
	f.want(204, "DELETE", "/wholesale/subscribers/"+first.text("id"), "")
	f.want(200, "POST", "/wholesale/subscribers", user("two@x.example"))
}

func TestConsent(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	r := f.want(202, "POST", "/wholesale/subscribers", x.userJSON("sandbox-consent.ana@x.example", "1001"))
	if r.text("status") != "pending_user_migration" || r.get("personId") != nil {
		t.Error(r.raw)
	}
	remind := "/subscribers/" + r.text("id") + "/emails/consentMove"
	f.want(204, "POST", remind, "")
	if p := f.want(200, "GET", "/people?email=sandbox-consent.ana@x.example", ""); p.count("items") != 0 {
		t.Errorf("a person before the consent: %s", p.raw)
	}
	release := func(body string, status int) reply {
		got, err := f.try("POST", f.http.URL+"/sandbox/release", body)
		if err != nil || got.status != status {
			t.Fatalf("release: %v %d %s", err, got.status, got.raw)
		}
		return got
	}
	release(`{"kind":"nonsense"}`, 400)
	if got := release(`{"kind":"consent","key":"Sandbox-Consent.ana@x.example"}`, 200); got.get("released") != 1.0 {
		t.Error(got.raw)
	}
	got := f.want(200, "GET", "/wholesale/subscribers?customerId="+x.id+"&status=provisioned", "")
	if got.text("items.0.personId") == "" {
		t.Error(got.raw)
	}
	f.want(409, "POST", remind, "")
	f.want(404, "POST", "/subscribers/none/emails/consentMove", "")
	if subs, err := f.Subscribers(t.Context()); err != nil || len(subs) != 1 || subs[0].Status != "provisioned" || subs[0].CustomerID != x.id {
		t.Errorf("%v %+v", err, subs)
	}
}

func TestFirstUserAndPrimaryEmailBecomeAdministrators(t *testing.T) {
	f := serve(t, sandbox.Settings{RefuseDowngrade: true})
	x := f.provision("crm-1")
	first := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("first@x.example", "1001"))
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("second@x.example", "1002"))
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("crm-1@bakery.example", "1003"))
	roles := map[string]int{}
	people, err := f.People(t.Context())
	for _, p := range people {
		roles[p.Email] = len(p.Roles)
	}
	want := map[string]int{"first@x.example": 1, "second@x.example": 0, "crm-1@bakery.example": 1}
	if diff := cmp.Diff(want, roles); diff != "" || err != nil {
		t.Error(err, diff)
	}
	f.want(400, "PUT", "/wholesale/subscribers/"+first.text("id"), `{"packages":["webex_meetings"]}`)
}

func TestSubscriberFilters(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x, y := f.provision("crm-1"), f.provision("crm-2")
	start := f.clock.Now().UnixMilli()
	a := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("a@x.example", "1001"))
	f.clock.Move(time.Minute)
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("b@x.example", "1002"))
	f.want(202, "POST", "/wholesale/subscribers", y.userJSON("sandbox-consent@y.example", "1001"))
	for query, want := range map[string]string{
		"":                         "a b s",
		"customerId=" + x.id:       "a b",
		"externalCustomerId=crm-2": "s",
		"customerId=" + x.id + "&externalCustomerId=crm-2": "",
		"customerId=none":                       "",
		"email=A@x.example":                     "a",
		"personId=" + a.text("personId"):        "a",
		"personId=none":                         "",
		"status=pending_user_migration":         "s",
		"after=" + timeText(start+1):            "b s",
		"lastStatusChange=2026-11-20T10:00:30Z": "b s",
		"sortBy=created&sortOrder=DESC&max=1":   "b",
		"sortBy=lastStatusChange&sortOrder=asc": "a b s",
	} {
		r := f.want(200, "GET", "/wholesale/subscribers?"+query, "")
		var got []string
		for i := range r.count("items") {
			got = append(got, r.text("items." + string(rune('0'+i)) + ".email")[:1])
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%q: %s", query, diff)
		}
	}
	for _, query := range []string{"after=yesterday", "sortBy=name", "max=0", "offset=-1"} {
		f.want(400, "GET", "/wholesale/subscribers?"+query, "")
	}
}

func timeText(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339Nano) }
