package webex

import (
	"net/http"
	"testing"
)

const numbersPath = "/telephony/config/locations/{id}/numbers"

func TestListNumbers(t *testing.T) {
	b := setup(t)
	b.answer("GET /telephony/config/numbers", ok(`{"count":"2","phoneNumbers":[
		{"phoneNumber":"+15125550101","extension":"0101","state":"ACTIVE","mainNumber":"true","tollFreeNumber":false,
		 "location":{"id":"L1","name":"HQ"},"owner":{"id":"P1","type":"PEOPLE","firstName":"Ana","lastName":"Diaz"}},
		{"phoneNumber":"+15125550102","state":"INACTIVE","location":{"id":"L1"}}]}`))
	diff(t, []Number{
		{
			PhoneNumber: "+15125550101", Extension: "0101", State: "ACTIVE", MainNumber: true, Location: NumberPlace{"L1", "HQ"},
			Owner: &NumberOwner{"P1", "PEOPLE", "Ana", "Diaz"},
		},
		{PhoneNumber: "+15125550102", State: "INACTIVE", Location: NumberPlace{ID: "L1"}},
	}, gather(t, b.ListNumbers(t.Context(), "O1", "L1")))
	b.want(wire{Line: "GET /telephony/config/numbers", Query: "locationId=L1&max=2000&orgId=O1"})
}

func TestNumberOrders(t *testing.T) {
	b := setup(t)
	b.answer("POST "+numbersPath, reply{status: 201})
	b.answer("PUT "+numbersPath, reply{status: 204})
	b.answer("DELETE "+numbersPath, failing(http.StatusBadGateway), reply{status: 204})
	n := []string{"+15125550101"}
	must(t, b.AddNumbers(t.Context(), "O1", "L1", n, true))
	must(t, b.AddNumbers(t.Context(), "O1", "L1", n, false))
	must(t, b.ActivateNumbers(t.Context(), "O1", "L1", n))
	must(t, b.RemoveNumbers(t.Context(), "O1", "L1", n))
	const path = " /telephony/config/locations/L1/numbers"
	b.want(
		wire{"POST" + path, "orgId=O1", `{"phoneNumbers":["+15125550101"],"numberType":"DID","state":"ACTIVE"}`},
		wire{"POST" + path, "orgId=O1", `{"phoneNumbers":["+15125550101"],"numberType":"DID","state":"INACTIVE"}`},
		wire{"PUT" + path, "orgId=O1", `{"phoneNumbers":["+15125550101"],"action":"ACTIVATE"}`},
		wire{"DELETE" + path, "orgId=O1", `{"phoneNumbers":["+15125550101"]}`},
		wire{"DELETE" + path, "orgId=O1", `{"phoneNumbers":["+15125550101"]}`},
	)
}

func TestNumbersInUseAreAConflict(t *testing.T) {
	b := setup(t)
	b.answer("POST "+numbersPath, reply{status: 409, body: `{"errorCode":25223,"message":"Number request failed",
		"errors":[{"description":"DN is in use : +15125550100","errorCode":8363}],"trackingId":"NA_1"}`})
	err := b.AddNumbers(t.Context(), "O1", "L1", []string{"+15125550100"}, true)
	e := asError(t, err)
	diff(t, []string{"8363", "25223"}, e.Codes)
	diff(t, "8363", e.Code)
	diff(t, "NA_1", e.TrackingID)
	diff(t, true, Conflict(err))
}

func TestValidateNumbersReadsBothSpellings(t *testing.T) {
	want := []NumberCheck{
		{Number: "+1", State: "Available"},
		{Number: "+1", State: "Duplicate In List", Detail: []string{"[Error 8360] twice"}},
	}
	for _, body := range []string{
		`{"status":"ERRORS","phoneNumbers":[{"phoneNumber":"+1","state":"Available","detail":[]},
			{"phoneNumber":"+1","state":"Duplicate In List","detail":["[Error 8360] twice"]}]}`,
		`{"status":"ERRORS","numbers":[{"number":"+1","state":"Available"},
			{"number":"+1","state":"Duplicate In List","detail":"[Error 8360] twice"}]}`,
	} {
		b := setup(t)
		b.answer("POST /telephony/config/actions/validateNumbers/invoke", failing(502), ok(body))
		got, err := b.ValidateNumbers(t.Context(), "O1", []string{"+1", "+1"})
		must(t, err)
		diff(t, want, got)
		diff(t, []bool{true, false}, []bool{got[0].Available(), got[1].Available()})
	}
}
