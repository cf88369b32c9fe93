package sandbox_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/internal/sandbox"
)

func TestRoleIsGrantedByWritingTheWholePerson(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("first@x.example", "1001"))
	id := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@x.example", "1002")).text("personId")
	roles := f.want(200, "GET", "/roles", "")
	if roles.text("items.1.name") != "Read-only Administrator" {
		t.Fatal(roles.raw)
	}
	put := func(body string, status int) { t.Helper(); f.want(status, "PUT", "/people/"+id, body) }
	put(`{}`, 400)
	put(`{"displayName":"Ana D.","emails":["other@x.example"]}`, 400)
	put(`{"displayName":"Ana D.","emails":["ana@x.example"],"roles":["none"],"licenses":["none"]}`, 400)
	put(`{"displayName":"Ana D.","emails":["ana@x.example"],"firstName":"Ana","lastName":"D.","roles":["`+roles.text("items.1.id")+`"]}`, 200)
	got := f.want(200, "GET", "/people/"+id+"?callingData=true", "")
	if got.text("roles.0") != roles.text("items.1.id") || got.text("displayName") != "Ana D." || got.text("extension") != "1002" || got.text("locationId") != x.hq {
		t.Error(got.raw)
	}
	put(`{"displayName":"Ana D.","emails":["ana@x.example"]}`, 200)
	if got := f.want(200, "GET", "/people/"+id, ""); got.count("roles") != 0 {
		t.Errorf("roles left out are gone: %s", got.raw)
	}
	f.want(404, "GET", "/people/none", "")
	f.want(404, "PUT", "/people/none", `{"displayName":"x"}`)
}

func TestPeopleFilters(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	ana := f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@x.example", "1001"))
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("bob@x.example", "1002"))
	admin := f.want(200, "GET", "/roles", "").text("items.0.id")
	for query, n := range map[string]int{
		"orgId=" + x.org: 2, "email=ANA@x.example": 1, "displayName=ana": 2, "id=" + ana.text("personId") + ",none": 1, "locationId=" + x.hq: 2,
		"roles=" + admin: 1, "orgId=" + x.org + "&max=1": 1,
	} {
		if r := f.want(200, "GET", "/people?"+query, ""); r.count("items") != n {
			t.Errorf("%s: want %d: %s", query, n, r.raw)
		}
	}
	f.want(404, "GET", "/people?orgId=none", "")
}

func TestLicenses(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	body := strings.Replace(customerJSON("crm-1", "a@x.example", ""), `["webex_calling","webex_meetings"]`, `["webex_calling","attendant_console"]`, 1)
	body = strings.Replace(body, `"meetings":`, `"packages":{"limits":{"webex_calling":5,"attendant_console":1}},"meetings":`, 1)
	f.want(202, "POST", "/wholesale/customers", body)
	f.clock.Move(1e9)
	c := f.call("GET", "/wholesale/customers", "")
	x := tenant{id: c.text("items.0.id"), org: c.text("items.0.orgId")}
	f.want(200, "GET", "/organizations", "")
	x.hq = f.want(200, "GET", "/locations?orgId="+x.org, "").text("items.0.id")
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@x.example", "1001"))
	all := f.want(200, "GET", "/licenses?orgId="+x.org, "")
	if all.get("items.0.totalUnits") != 5.0 || all.get("items.0.consumedUnits") != 1.0 {
		t.Error(all.raw)
	}
	if r := f.want(200, "GET", "/licenses", ""); r.count("items") != 0 {
		t.Error(r.raw)
	}
	console := all.text("items.1.id")
	patch := func(status int, body string) { t.Helper(); f.want(status, "PATCH", "/licenses/users", body) }
	patch(400, `{"email":"ana@x.example","licenses":[]}`)
	patch(404, `{"email":"nobody@x.example","licenses":[{"id":"x"}]}`)
	patch(400, `{"email":"ana@x.example","licenses":[{"id":"x"}]}`)
	patch(206, `{"email":"ana@x.example","orgId":"`+x.org+`","licenses":[{"id":"x"},{"id":"`+console+`"}]}`)
	people, err := f.People(t.Context())
	if diff := cmp.Diff([]string{"attendant_console"}, people[0].AddOns); diff != "" || err != nil {
		t.Error(err, diff)
	}
	f.want(200, "PUT", "/people/"+people[0].ID, `{"displayName":"Ana","emails":["ana@x.example"],"licenses":["`+all.text("items.0.id")+`","`+console+`"]}`)
	patch(200, `{"personId":"`+people[0].ID+`","licenses":[{"id":"`+console+`","operation":"remove"}]}`)
	if people, _ := f.People(t.Context()); len(people[0].AddOns) != 0 {
		t.Errorf("%+v", people)
	}
}

func TestOrganizations(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	f.want(202, "POST", "/wholesale/customers", customerJSON("crm-1", "a@x.example", ""))
	me := f.want(200, "GET", "/people/me", "")
	if r := f.want(200, "GET", "/organizations", ""); r.count("items") != 1 || r.text("items.0.id") != me.text("orgId") {
		t.Errorf("before it is provisioned: %s", r.raw)
	}
	f.want(200, "GET", "/organizations/"+me.text("orgId"), "")
	f.clock.Move(1e9)
	org := f.call("GET", "/wholesale/customers", "").text("items.0.orgId")
	key := "/settings/organizations/" + org + "/settings"
	f.want(403, "GET", key+"/allow-admin-invite-emails", "")
	f.want(403, "POST", key, `{"key":"allow-admin-invite-emails","value":true}`)
	if r := f.want(200, "GET", "/organizations", ""); r.count("items") != 2 || r.text("items.1.displayName") != "Example Bakery" {
		t.Error(r.raw)
	}
	if r := f.want(200, "GET", key+"/allow-admin-invite-emails", ""); r.get("value") != false {
		t.Error(r.raw)
	}
	f.want(400, "POST", key, `{"key":"other","value":true}`)
	f.want(200, "POST", key, `{"key":"allow-admin-invite-emails","value":true}`)
	if r := f.want(200, "GET", key+"/allow-admin-invite-emails", ""); r.get("value") != true {
		t.Error(r.raw)
	}
	f.want(404, "GET", key+"/other", "")
	f.want(404, "GET", "/organizations/none", "")
	f.want(404, "GET", "/settings/organizations/none/settings/x", "")
	f.want(400, "POST", "/wholesale/customers", customerJSON("crm-9", "z@x.example", `"orgId":"`+me.text("orgId")+`"`))
	f.want(202, "POST", "/wholesale/customers", customerJSON("crm-2", "b@x.example", `"orgId":"an-organization-from-before"`))
	f.clock.Move(1e9)
	if r := f.call("GET", "/wholesale/customers?externalId=crm-2", ""); r.text("items.0.orgId") != "an-organization-from-before" {
		t.Error(r.raw)
	}
}
