package webex

import "testing"

func TestCallingLocationCalls(t *testing.T) {
	b := setup(t)
	b.answer("POST /telephony/config/locations", reply{status: 201, body: `{"id":"L1"}`})
	b.answer("GET /telephony/config/locations", ok(`{"locations":[{"id":"L1","name":"HQ","callingLineId":{"phoneNumber":"+15125550100"}}]}`))
	b.answer("GET /telephony/config/locations/{id}", ok(`{"id":"L1","routingPrefix":"12"}`), failing(404), failing(400), failing(409))
	b.answer("PUT /telephony/config/locations/{id}", ok(`{"batchJobId":"J"}`), reply{status: 204},
		reply{status: 206, body: `{"failureReason":[{"key":"callingLineId","value":"no such number"}]}`})
	ctx := t.Context()
	must(t, b.EnableCalling(ctx, "O1", Location{ID: "L1", OrgID: "O1", Name: "HQ"}))
	diff(t, []CallingLocation{{ID: "L1", Name: "HQ", CallingLineID: CallingLineID{PhoneNumber: "+15125550100"}}}, gather(t, b.CallingLocations(ctx, "O1")))
	l, err := b.CallingLocation(ctx, "O1", "L1")
	must(t, err)
	diff(t, &CallingLocation{ID: "L1", RoutingPrefix: "12"}, l)
	for range 2 { // 404 and 400
		l, err = b.CallingLocation(ctx, "O1", "L1")
		must(t, err)
		diff(t, (*CallingLocation)(nil), l)
	}
	if _, err = b.CallingLocation(ctx, "O1", "L1"); !Conflict(err) {
		t.Errorf("got %v, want a conflict", err)
	}
	main := CallingLocationUpdate{CallingLineID: CallingLineID{PhoneNumber: "+15125550100"}}
	must(t, b.UpdateCallingLocation(ctx, "O1", "L1", main))
	must(t, b.UpdateCallingLocation(ctx, "O1", "L1", main))
	diff(t, `[{"key":"callingLineId","value":"no such number"}]`, asError(t, b.UpdateCallingLocation(ctx, "O1", "L1", main)).Message)
	diff(t, wire{
		"POST /telephony/config/locations", "orgId=O1",
		`{"id":"L1","name":"HQ","timeZone":"","preferredLanguage":"","announcementLanguage":"","address":{"address1":"","city":"","country":""}}`,
	}, b.seen[0])
	diff(t, wire{"PUT /telephony/config/locations/L1", "orgId=O1", `{"callingLineId":{"phoneNumber":"+15125550100"}}`}, b.seen[6])
}
