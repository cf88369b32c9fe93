package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/internal/sandbox"
)

func TestCustomerIsProvisionedWhenItsTimeHasCome(t *testing.T) {
	f := serve(t, sandbox.Settings{LocationLag: 5 * time.Second})
	r := f.want(202, "POST", "/wholesale/customers", customerJSON("crm-1", "owner@bakery.example", ""))
	url := r.header.Get("Location")
	if url == "" || url != r.text("url") || !strings.HasPrefix(url, f.http.URL+"/v1/wholesale/customers/") {
		t.Fatalf("Location %q, body %s", url, r.raw)
	}
	path := strings.TrimPrefix(url, f.http.URL+"/v1")
	if got := f.want(200, "GET", path, ""); got.text("status") != "provisioning" || got.get("orgId") != nil {
		t.Errorf("at once: %s", got.raw)
	}
	f.clock.Move(150 * time.Millisecond)
	got := f.want(200, "GET", path+"?includePackageLicenseInfo=true", "")
	if got.text("status") != "provisioned" || got.count("resourceDetails.packages.0.licenseIds") != 1 {
		t.Errorf("later: %s", got.raw)
	}
	f.want(403, "GET", "/locations?orgId="+got.text("orgId"), "")
	f.want(200, "GET", "/organizations/"+got.text("orgId"), "")
	if l := f.want(200, "GET", "/locations?orgId="+got.text("orgId"), ""); l.count("items") != 0 {
		t.Errorf("the headquarters shows before its lag: %s", l.raw)
	}
	f.clock.Move(5 * time.Second)
	if l := f.want(200, "GET", "/locations?orgId="+got.text("orgId"), ""); l.text("items.0.name") != "Head Office" || l.text("items.0.address.state") != "TX" {
		t.Errorf("headquarters: %s", l.raw)
	}
}

func TestCustomerByPolls(t *testing.T) {
	f := serve(t, sandbox.Settings{ProvisionPolls: 3})
	f.want(202, "POST", "/wholesale/customers", customerJSON("crm-1", "owner@bakery.example", ""))
	var seen []string
	for range 4 {
		seen = append(seen, f.call("GET", "/wholesale/customers?externalId=crm-1", "").text("items.0.status"))
	}
	want := []string{"provisioning", "provisioning", "provisioned", "provisioned"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
}

func TestCustomerFindingsComeTogether(t *testing.T) {
	f := serve(t, sandbox.Settings{ProvisioningIDs: []string{"tpl-1"}, MaxQuantity: 100})
	for name, tt := range map[string]struct {
		body string
		want []string // parts of the descriptions, in order
	}{
		"empty": {`{}`, []string{"provisioningId is", "externalId is", "packages is", "address is", "customerInfo is"}},
		"packages": {
			`{"provisioningId":"tpl-2","externalId":"x","packages":["attendant_console","bogus","webex_meetings","webex_meetings"],"address":{"addressLine1":"1","city":"Y","country":"XX"},"customerInfo":{"name":"10 %","primaryEmail":"no","language":"english"}}`,
			[]string{"no onboarding template", "attendant_console", "bogus", "listed twice", "country", "contain %", "not an e-mail", "neither ll nor ll_CC"},
		},
		"headquarters": {
			strings.NewReplacer("America/Chicago", "America/NY", "en_us", "us", `"Austin"`, `""`, "TX", "Texas").Replace(customerJSON("x", "a@b.example", "")),
			[]string{"address.city is", "not a subdivision", "America/NY", "not ll_cc", "location.address.city is", "not a subdivision", "meetings.timezone"},
		},
		"length": {strings.Replace(customerJSON("x", "a@b.example", ""), "1 Example Street", strings.Repeat("é", 51), 1), []string{"longer than 50"}},
		"quantities": {
			strings.Replace(customerJSON("x", "a@b.example", ""), `"meetings":`, `"packages":{"limits":{"webex_calling":0,"webex_voice":3,"cx_voice_ports":1}},"meetings":`, 1),
			[]string{"takes no quantity", "at least 1", "not in packages", `"webex_meetings" has no quantity`},
		},
		"maximum": {strings.Replace(customerJSON("x", "a@b.example", ""), `"meetings":`, `"packages":{"limits":{"webex_calling":101,"webex_meetings":1}},"meetings":`, 1), []string{"above 100"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := f.want(400, "POST", "/wholesale/customers", tt.body)
			if r.count("errors") != len(tt.want) {
				t.Fatalf("%d findings, want %d: %s", r.count("errors"), len(tt.want), r.raw)
			}
			for i, part := range tt.want {
				if text := r.text("errors." + string(rune('0'+i)) + ".description"); !strings.Contains(text, part) {
					t.Errorf("finding %d is %q, want %q in it", i, text, part)
				}
			}
			if r.header.Get("trackingId") == "" || r.text("trackingId") != r.header.Get("trackingId") {
				t.Errorf("tracking id: header %q, body %s", r.header.Get("trackingId"), r.raw)
			}
		})
	}
}

func TestCustomerDuplicates(t *testing.T) {
	f := serve(t, sandbox.Settings{ListLag: time.Minute})
	f.want(202, "POST", "/wholesale/customers", customerJSON("crm-1", "owner@bakery.example", ""))
	if r := f.want(200, "GET", "/wholesale/customers?externalId=crm-1", ""); r.count("items") != 0 {
		t.Errorf("listed before the lag: %s", r.raw)
	}
	f.want(409, "POST", "/wholesale/customers", customerJSON("crm-1", "other@bakery.example", ""))
	f.want(202, "POST", "/wholesale/customers?onBehalfOfSubPartnerOrgId=sub", customerJSON("crm-1", "third@bakery.example", ""))
	if n := f.RefusedDuplicates(); n != 1 {
		t.Errorf("%d refused, want 1", n)
	}
}

func TestCustomerOutcomesByMarker(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	add := func(external, email string) {
		f.want(202, "POST", "/wholesale/customers", customerJSON(external, email, ""))
	}
	status := func(external string) reply { return f.call("GET", "/wholesale/customers?externalId="+external, "") }
	add("sandbox-error-1", "a@x.example")
	add("sandbox-with-errors-1", "b@x.example")
	add("sandbox-review-1", "c@x.example")
	add("sandbox-stuck-1", "d@x.example")
	add("sandbox-slow-1", "e@x.example")
	add("first", "same@x.example")
	add("second", "Same@x.example")
	f.clock.Move(time.Second)
	for external, want := range map[string]string{
		"sandbox-error-1": "error", "sandbox-with-errors-1": "provisioned_with_errors", "sandbox-review-1": "pending_rpl_review",
		"sandbox-stuck-1": "provisioning", "sandbox-slow-1": "provisioning", "first": "provisioned", "second": "error",
	} {
		if r := status(external); r.text("items.0.status") != want {
			t.Errorf("%s: want %s: %s", external, want, r.raw)
		}
	}
	if r := status("second"); r.get("items.0.errors.0.errorCode") != 10022.0 {
		t.Errorf("doubled primary e-mail: %s", r.raw)
	}
	if r := status("sandbox-with-errors-1"); r.get("items.0.resourceDetails.packages.0.warnings.0.errorCode") != 2560.0 || r.text("items.0.resourceDetails.packages.1.status") != "provisioned" {
		t.Errorf("failed package: %s", r.raw)
	}
	f.clock.Move(2 * time.Second)
	if r := status("sandbox-slow-1"); r.text("items.0.status") != "provisioned" {
		t.Errorf("slow: %s", r.raw)
	}
	for _, kind := range []string{"review", "stuck"} {
		if n, err := f.Release(t.Context(), kind, ""); n != 1 || err != nil {
			t.Errorf("release %s: %d, %v", kind, n, err)
		}
		if r := status("sandbox-" + kind + "-1"); r.text("items.0.status") != "provisioned" {
			t.Errorf("%s after release: %s", kind, r.raw)
		}
	}
	f.want(202, "PUT", "/wholesale/customers/"+status("sandbox-error-1").text("items.0.id"), `{"packages":["webex_meetings"]}`)
	f.clock.Move(time.Second)
	if r := status("sandbox-error-1"); r.text("items.0.status") != "provisioned" {
		t.Errorf("repaired: %s", r.raw)
	}
}

func TestReviewEndsByItself(t *testing.T) {
	f := serve(t, sandbox.Settings{ReviewDelay: time.Hour, ProvisionDelay: -1})
	f.want(202, "POST", "/wholesale/customers", customerJSON("sandbox-review-1", "c@x.example", ""))
	if r := f.call("GET", "/wholesale/customers?status=pending_rpl_review&status=error", ""); r.count("items") != 1 {
		t.Errorf("by status: %s", r.raw)
	}
	f.clock.Move(time.Hour)
	if r := f.call("GET", "/wholesale/customers?status=provisioned", ""); r.count("items") != 1 {
		t.Errorf("after an hour: %s", r.raw)
	}
}

func TestRefusedAdminEmail(t *testing.T) {
	f := serve(t, sandbox.Settings{RefuseAdminEmail: true})
	f.want(202, "POST", "/wholesale/customers", customerJSON("a", "same@x.example", ""))
	if r := f.want(409, "POST", "/wholesale/customers", customerJSON("b", "same@x.example", "")); r.get("errors.0.errorCode") != 10022.0 {
		t.Error(r.raw)
	}
	f.want(409, "POST", "/wholesale/customers/validate", customerJSON("c", "sandbox-claimed@x.example", ""))
}

func TestCustomerUpdateReplacesPackages(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@bakery.example", "1001"))
	path := "/wholesale/customers/" + x.id
	f.want(409, "PUT", path, `{"packages":["webex_meetings"]}`)
	f.want(400, "PUT", path, `{"packages":[]}`)
	f.want(400, "PUT", path, `{"packages":["webex_calling"],"provisioningParameters":{"packages":{"limits":{"webex_calling":5}}}}`)
	f.want(202, "PUT", path, `{"packages":["webex_calling","webex_suite"],"externalId":"crm-2"}`)
	f.want(409, "PUT", path, `{"packages":["webex_calling"]}`)
	f.clock.Move(time.Second)
	r := f.want(200, "GET", "/wholesale/customers?externalId=crm-2&orgId="+x.org, "")
	if diff := cmp.Diff([]any{"webex_calling", "webex_suite"}, r.get("items.0.packages")); diff != "" || r.text("items.0.status") != "provisioned" {
		t.Errorf("%s %s", diff, r.raw)
	}
}

func TestQuantitiesOnlyRise(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	limited := strings.Replace(customerJSON("crm-1", "a@x.example", ""), `"meetings":`, `"packages":{"limits":{"webex_calling":2,"webex_meetings":1}},"meetings":`, 1)
	f.want(202, "POST", "/wholesale/customers", limited)
	f.clock.Move(time.Second)
	path := "/wholesale/customers/" + f.call("GET", "/wholesale/customers", "").text("items.0.id")
	limits := func(text string) string {
		return `{"packages":["webex_calling","webex_meetings","webex_suite"],"provisioningParameters":{"packages":{"limits":{` + text + `}}}}`
	}
	f.want(400, "PUT", path, `{"packages":["webex_calling","webex_meetings","webex_suite"]}`)
	f.want(400, "PUT", path, limits(`"webex_calling":1,"webex_suite":1`))
	f.want(202, "PUT", path, limits(`"webex_calling":3,"webex_suite":1`))
	want := map[string]int{"webex_calling": 3, "webex_meetings": 1, "webex_suite": 1}
	if diff := cmp.Diff(want, f.Customers()[0].Limits); diff != "" {
		t.Error(diff)
	}
}

func TestDeletedCustomerLeavesItsOrganization(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	sub := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@bakery.example", "1001"))
	f.want(409, "POST", "/wholesale/customers", customerJSON("crm-2", "new@x.example", `"orgId":"`+x.org+`"`))
	f.want(202, "DELETE", "/wholesale/customers/"+x.id, "")
	if r := f.want(200, "GET", "/wholesale/customers/"+x.id, ""); r.text("status") != "deleting" {
		t.Error(r.raw)
	}
	f.clock.Move(time.Second)
	f.want(404, "GET", "/wholesale/customers/"+x.id, "")
	f.want(404, "DELETE", "/wholesale/customers/"+x.id, "")
	f.want(404, "GET", "/wholesale/subscribers/"+sub.text("id"), "")
	f.want(200, "GET", "/people/"+sub.text("personId"), "")
	other := f.provision("crm-3")
	f.want(409, "POST", "/wholesale/subscribers", other.userJSON("ana@bakery.example", "1001"))
	f.want(202, "POST", "/wholesale/customers", customerJSON("crm-1", "crm-1@bakery.example", `"orgId":"`+x.org+`"`))
	f.clock.Move(time.Second)
	again := f.call("GET", "/wholesale/customers?externalId=crm-1", "")
	if again.text("items.0.orgId") != x.org {
		t.Fatalf("attached: %s", again.raw)
	}
	back := tenant{again.text("items.0.id"), x.org, x.hq}
	if r := f.want(200, "POST", "/wholesale/subscribers", back.userJSON("ana@bakery.example", "1001")); r.text("personId") != sub.text("personId") {
		t.Errorf("the person is another one: %s", r.raw)
	}
}

func TestPrecheck(t *testing.T) {
	for _, list := range []bool{false, true} {
		f := serve(t, sandbox.Settings{PrecheckList: list})
		path := "info.infoCode"
		if list {
			path = "info.0.infoCode"
		}
		if r := f.want(200, "POST", "/wholesale/customers/validate", customerJSON("a", "b@c.example", "")); r.get(path) != 100.0 {
			t.Error(r.raw)
		}
		f.want(200, "POST", "/wholesale/customers/validate", `{"address":{"addressLine1":"1","city":"Berlin","country":"DE"}}`)
		f.want(400, "POST", "/wholesale/customers/validate", `{}`)
		f.want(200, "POST", "/wholesale/subscribers/validate", `{"email":"new@c.example"}`)
		f.want(400, "POST", "/wholesale/subscribers/validate", `{"email":"new","customerId":"no","packages":["webex_calling"],"provisioningParameters":{}}`)
		f.want(409, "POST", "/wholesale/subscribers/validate", `{"email":"sandbox-claimed@c.example"}`)
	}
}

func TestSubPartners(t *testing.T) {
	f := serve(t, sandbox.Settings{SubPartnersKey: "subPartners", SubPartners: []sandbox.SubPartner{{OrgID: "A", State: "active"}, {OrgID: "S", State: "suspended"}}})
	if r := f.want(200, "GET", "/wholesale/subPartners?provisioningState=suspended", ""); r.text("subPartners.0.orgId") != "S" || r.count("subPartners") != 1 {
		t.Error(r.raw)
	}
	body := customerJSON("crm-1", "owner@bakery.example", "")
	f.want(403, "POST", "/wholesale/customers?onBehalfOfSubPartnerOrgId=S", body)
	f.want(403, "POST", "/wholesale/customers?onBehalfOfSubPartnerOrgId=unknown", body)
	f.want(202, "POST", "/wholesale/customers?onBehalfOfSubPartnerOrgId=A", body)
	if r := f.want(200, "GET", "/wholesale/customers", ""); r.count("items") != 0 {
		t.Errorf("the partner sees the sub-partner's customer: %s", r.raw)
	}
	r := f.want(200, "GET", "/wholesale/customers?onBehalfOfSubPartnerOrgId=A", "")
	f.want(404, "GET", "/wholesale/customers/"+r.text("items.0.id"), "")
}
