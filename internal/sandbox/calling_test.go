package sandbox_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/internal/sandbox"
)

func siteJSON(id, name string) string {
	return `{"id":"` + id + `","name":"` + name + `","timeZone":"Europe/Berlin","preferredLanguage":"de_de","announcementLanguage":"de_de","address":{"address1":"Beispielweg 1","city":"Berlin","postalCode":"10115","country":"DE"}}`
}

// site creates a calling location and gives its id.
func (f *fixture) site(x tenant, name string) string {
	f.t.Helper()
	id := f.want(201, "POST", "/locations?orgId="+x.org, siteJSON("", name)).text("id")
	f.want(404, "GET", "/telephony/config/locations/"+id+"?orgId="+x.org, "")
	f.want(201, "POST", "/telephony/config/locations?orgId="+x.org, siteJSON(id, name))
	return id
}

func TestLocations(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	q := "?orgId=" + x.org
	id := f.want(201, "POST", "/locations"+q, siteJSON("", "Branch")).text("id")
	f.want(409, "POST", "/locations"+q, siteJSON("", "branch"))
	f.want(400, "POST", "/locations"+q, `{"name":"x"}`)
	f.want(400, "POST", "/locations", siteJSON("", "No organization"))
	f.want(404, "POST", "/locations?orgId=none", siteJSON("", "Unknown organization"))
	f.want(400, "POST", "/locations"+q, strings.Replace(siteJSON("", "US"), `"DE"`, `"US"`, 1))
	if r := f.want(200, "GET", "/locations"+q+"&name=ranch", ""); r.count("items") != 1 || r.text("items.0.id") != id {
		t.Error(r.raw)
	}
	f.want(204, "PUT", "/locations/"+id+q, `{"name":"Filiale","notes":"moved"}`)
	f.want(409, "PUT", "/locations/"+id+q, `{"name":"Head Office"}`)
	f.want(400, "PUT", "/locations/"+id+q, `{"timeZone":"Mars/Olympus"}`)
	if r := f.want(200, "GET", "/locations/"+id+q, ""); r.text("name") != "Filiale" || r.text("notes") != "moved" || r.text("address.city") != "Berlin" {
		t.Error(r.raw)
	}
	f.want(204, "DELETE", "/locations/"+id+q, "")
	f.want(404, "GET", "/locations/"+id+q, "")
	f.want(409, "DELETE", "/locations/"+x.hq+q, "")
	f.want(201, "POST", "/locations"+q, siteJSON("", "Filiale"))
}

func TestCallingLocation(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	q := "?orgId=" + x.org
	id := f.site(x, "Branch")
	f.want(409, "POST", "/telephony/config/locations"+q, siteJSON(id, "Branch"))
	f.want(400, "POST", "/telephony/config/locations"+q, siteJSON("", strings.Repeat("x", 81)))
	if r := f.want(200, "GET", "/telephony/config/locations"+q, ""); r.count("locations") != 2 {
		t.Error(r.raw)
	}
	f.want(201, "POST", "/telephony/config/locations/"+id+"/numbers"+q, `{"phoneNumbers":["+493012345678"]}`)
	f.want(400, "PUT", "/telephony/config/locations/"+id+q, `{"callingLineId":{"phoneNumber":"+493000000000"}}`)
	f.want(400, "PUT", "/telephony/config/locations/"+id+q, `{"announcementLanguage":"deutsch"}`)
	f.want(204, "PUT", "/telephony/config/locations/"+id+q, `{"callingLineId":{"phoneNumber":"+493012345678"},"routingPrefix":"81"}`)
	if r := f.want(200, "GET", "/telephony/config/locations/"+id+q, ""); r.text("callingLineId.phoneNumber") != "+493012345678" || r.text("routingPrefix") != "81" {
		t.Error(r.raw)
	}
	f.want(400, "DELETE", "/telephony/config/locations/"+id+"/numbers"+q, `{"phoneNumbers":["+493012345678"]}`)
	want := sandbox.Location{ID: id, OrgID: x.org, Name: "Branch", MainNumber: "+493012345678", PSTN: "NON_INTEGRATED_CCP", Calling: true}
	if diff := cmp.Diff(want, f.Locations()[1]); diff != "" {
		t.Error(diff)
	}
}

func TestOracles(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	if r := f.want(200, "GET", "/telephony/config/countries/us", ""); r.get("stateRequired") != true || r.get("zipCodeRequired") != true || r.count("timeZones") != 8 || r.count("states") < 50 {
		t.Error(r.raw)
	}
	f.want(404, "GET", "/telephony/config/countries/XX", "")
	if r := f.want(200, "GET", "/telephony/config/announcementLanguages", ""); r.text("languages.0.code") != "en_us" {
		t.Error(r.raw)
	}
}

func TestPSTN(t *testing.T) {
	f := serve(t, sandbox.Settings{NoPSTN: true})
	x := f.provision("crm-1")
	q := "?orgId=" + x.org
	base := "/telephony/pstn/locations/" + x.hq
	numbers := "/telephony/config/locations/" + x.hq + "/numbers" + q
	f.want(404, "GET", base+"/connection"+q, "")
	f.want(400, "POST", numbers, `{"phoneNumbers":["+15125550100"]}`)
	options := f.want(200, "GET", base+"/connectionOptions"+q, "")
	for _, body := range []string{`{}`, `{"id":"other"}`, `{"premiseRouteType":"TRUNK"}`, `{"premiseRouteType":"ROPE","premiseRouteId":"1"}`} {
		f.want(400, "PUT", base+"/connection"+q, body)
	}
	f.want(204, "PUT", base+"/connection"+q, `{"premiseRouteType":"TRUNK","premiseRouteId":"1"}`)
	if r := f.want(200, "GET", base+"/connection"+q, ""); r.text("pstnConnectionType") != "LOCAL_GATEWAY" {
		t.Error(r.raw)
	}
	f.want(204, "PUT", base+"/connection"+q, `{"id":"`+options.text("items.0.id")+`"}`)
	if r := f.want(200, "GET", base+"/connection"+q, ""); r.text("pstnConnectionType") != "NON_INTEGRATED_CCP" {
		t.Error(r.raw)
	}
	f.want(201, "POST", numbers, `{"phoneNumbers":["+15125550100"]}`)
	for _, mark := range []string{sandbox.MarkIntegrated, sandbox.MarkCiscoPSTN} {
		id := f.site(x, mark)
		f.want(400, "POST", "/telephony/config/locations/"+id+"/numbers"+q, `{"phoneNumbers":["+493012345678"]}`)
	}
}

func TestNumbers(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	q := "?orgId=" + x.org
	path := "/telephony/config/locations/" + x.hq + "/numbers" + q
	f.want(201, "POST", path, `{"phoneNumbers":["+15125550101","+15125550102","+15125550101"],"state":"INACTIVE"}`)
	f.want(201, "POST", path, `{"phoneNumbers":["+18005550103"],"numberType":"TOLLFREE"}`)
	if r := f.want(409, "POST", path, `{"phoneNumbers":["+15125550102","+15125550109"]}`); r.get("errorCode") != 25223.0 || r.get("errors.0.errorCode") != 8363.0 {
		t.Error(r.raw)
	}
	if r := f.want(400, "POST", path, `{"phoneNumbers":["+1800"]}`); !strings.HasPrefix(r.raw, `[{"errors":[{"number":"+1800"`) {
		t.Error(r.raw)
	}
	f.want(400, "POST", path, `{"phoneNumbers":[],"numberType":"X"}`)
	f.want(204, "PUT", path, `{"phoneNumbers":["+15125550101"],"action":"ACTIVATE"}`)
	f.want(400, "PUT", path, `{"phoneNumbers":["+15125550109"]}`)
	user := x.userJSON("ana@x.example", "1001")
	withNumber := func(n string) string {
		return strings.Replace(user, `"extension"`, `"primaryPhoneNumber":"`+n+`","extension"`, 1)
	}
	f.want(400, "POST", "/wholesale/subscribers", withNumber("+18005550103"))
	ana := f.want(200, "POST", "/wholesale/subscribers", withNumber("+15125550101"))
	f.want(400, "POST", "/wholesale/subscribers", strings.NewReplacer("ana@", "bob@", "1001", "1002").Replace(withNumber("+15125550101")))
	want := []sandbox.Number{
		{Number: "+15125550101", Location: "Head Office", Owner: ana.text("personId"), Active: true},
		{Number: "+15125550102", Location: "Head Office"},
		{Number: "+18005550103", Location: "Head Office", Active: true},
	}
	got, err := f.Numbers(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	list := f.want(200, "GET", "/telephony/config/numbers"+q+"&available=false&locationId="+x.hq, "")
	if list.count("phoneNumbers") != 1 || list.text("phoneNumbers.0.owner.firstName") != "Ana" || list.text("phoneNumbers.0.extension") != "1001" {
		t.Error(list.raw)
	}
	for query, n := range map[string]int{
		"&available=true": 2, "&state=INACTIVE": 1, "&phoneNumber=%2B1800": 1, "&extension=1001": 1, "&ownerId=" + ana.text("personId"): 1, "&max=2": 2, "&start=2": 1,
	} {
		if r := f.want(200, "GET", "/telephony/config/numbers"+q+query, ""); r.count("phoneNumbers") != n {
			t.Errorf("%s: want %d: %s", query, n, r.raw)
		}
	}
	f.want(404, "GET", "/telephony/config/numbers"+q+"&locationId=none", "")
	if r := f.want(200, "GET", "/telephony/config/numbers", ""); r.count("phoneNumbers") != 0 {
		t.Errorf("the partner's own organization has numbers: %s", r.raw)
	}
	if r := f.want(200, "GET", "/telephony/config/locations/"+x.hq+"/availableNumbers"+q, ""); r.count("phoneNumbers") != 2 {
		t.Error(r.raw)
	}
	f.want(400, "DELETE", path, `{"phoneNumbers":["+15125550101"]}`)
	if r := f.want(400, "DELETE", path, `{"phoneNumbers":["+15125550109"]}`); r.get("errors.0.errorCode") != 25089.0 {
		t.Error(r.raw)
	}
	f.want(400, "DELETE", path, `{"phoneNumbers":["1","2","3","4","5","6"]}`)
	f.want(204, "DELETE", "/wholesale/subscribers/"+ana.text("id"), "")
	f.want(204, "DELETE", path, `{"phoneNumbers":["+15125550101","+15125550102"]}`)
	f.want(201, "POST", path, `{"phoneNumbers":["+15125550101"]}`)
}

func TestValidateNumbers(t *testing.T) {
	for _, phoneKeys := range []bool{false, true} {
		f := serve(t, sandbox.Settings{PhoneKeys: phoneKeys})
		x := f.provision("crm-1")
		f.want(201, "POST", "/telephony/config/locations/"+x.hq+"/numbers?orgId="+x.org, `{"phoneNumbers":["+15125550101"]}`)
		path := "/telephony/config/actions/validateNumbers/invoke?orgId=" + x.org
		f.want(400, "POST", path, `{}`)
		r := f.want(200, "POST", path, `{"phoneNumbers":["+15125550102","+15125550102","+15125550101","+1800","+99912345678"]}`)
		key, item := "numbers", "number"
		if phoneKeys {
			key, item = "phoneNumbers", "phoneNumber"
		}
		var states []string
		for i := range r.count(key) {
			states = append(states, r.text(key+"."+string(rune('0'+i))+".state"))
		}
		if diff := cmp.Diff([]string{"Available", "Duplicate In List", "Duplicate", "Invalid", "Unavailable"}, states); diff != "" || r.text("status") != "ERRORS" {
			t.Error(diff, r.raw)
		}
		if r.text(key+".2."+item) != "+15125550101" || !strings.HasPrefix(r.text(key+".2.detail.0"), "[Error 8363]") {
			t.Error(r.raw)
		}
		if r := f.want(200, "POST", path, `{"phoneNumbers":["+15125550102"]}`); r.text("status") != "OK" {
			t.Error(r.raw)
		}
	}
}

func TestValidateExtensions(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	f.want(200, "POST", "/wholesale/subscribers", x.userJSON("ana@x.example", "1001"))
	for _, path := range []string{"/telephony/config/actions", "/telephony/config/locations/" + x.hq + "/actions"} {
		path += "/validateExtensions/invoke?orgId=" + x.org
		f.want(400, "POST", path, `{}`)
		r := f.want(200, "POST", path, `{"extensions":["1001","1002","1002","911"]}`)
		var states []string
		for i := range r.count("extensionStatus") {
			states = append(states, r.text("extensionStatus."+string(rune('0'+i))+".state"))
		}
		if diff := cmp.Diff([]string{"DUPLICATE", "VALID", "DUPLICATE_IN_LIST", "INVALID"}, states); diff != "" {
			t.Error(diff, r.raw)
		}
	}
	if r := f.want(200, "POST", "/telephony/config/actions/validateExtensions/invoke", `{"extensions":["1001"]}`); r.text("status") != "OK" {
		t.Errorf("the partner's own organization: %s", r.raw)
	}
}

func TestPaddedIdentifierSurvivesQueryAndBody(t *testing.T) {
	f := serve(t, sandbox.Settings{})
	x := f.provision("crm-1")
	id := f.want(200, "GET", "/telephony/pstn/locations/"+x.hq+"/connection?orgId="+x.org, "").text("id")
	if len(id)%4 != 0 || url.QueryEscape(id) == "" {
		t.Errorf("connection id %q is not padded base64", id)
	}
}
