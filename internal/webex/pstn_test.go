package webex

import "testing"

func TestConnection(t *testing.T) {
	cases := map[string]struct {
		reply reply
		want  *PSTNConnection
	}{
		"none, 404":    {failing(404), nil},
		"none, empty":  {ok(`{}`), nil},
		"none, silent": {reply{status: 204}, nil},
		"carrier": {
			ok(`{"id":"C1","displayName":"Example Carrier","pstnServices":["GEOGRAPHIC_NUMBERS"],"pstnConnectionType":"NON_INTEGRATED_CCP"}`),
			&PSTNConnection{ID: "C1", DisplayName: "Example Carrier", Services: []string{"GEOGRAPHIC_NUMBERS"}, Type: PSTNNonIntegrated},
		},
		"gateway": {
			ok(`{"pstnConnectionType":"LOCAL_GATEWAY","routeType":"TRUNK","routeId":"R"}`),
			&PSTNConnection{Type: PSTNLocalGateway, RouteType: "TRUNK", RouteID: "R"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.answer("GET /telephony/pstn/locations/{id}/connection", tc.reply)
			got, err := b.Connection(t.Context(), "O1", "L1")
			must(t, err)
			diff(t, tc.want, got)
		})
	}
	b := setup(t)
	b.answer("GET /telephony/pstn/locations/{id}/connection", failing(400))
	if _, err := b.Connection(t.Context(), "O1", "L1"); err == nil {
		t.Error("a refused read looks like a missing connection")
	}
}

func TestConnectionOptionsAndChoice(t *testing.T) {
	b := setup(t)
	b.answer("GET /telephony/pstn/locations/{id}/connectionOptions", ok(`{"items":[{"id":"C1","displayName":"Example Carrier"}]}`))
	b.answer("PUT /telephony/pstn/locations/{id}/connection", reply{status: 204})
	options, err := b.ConnectionOptions(t.Context(), "O1", "L1")
	must(t, err)
	diff(t, []PSTNConnection{{ID: "C1", DisplayName: "Example Carrier"}}, options)
	must(t, b.SetConnection(t.Context(), "O1", "L1", PSTNChoice{ID: "C1"}))
	must(t, b.SetConnection(t.Context(), "O1", "L1", PSTNChoice{PremiseRouteType: "TRUNK", PremiseRouteID: "R"}))
	b.want(
		wire{Line: "GET /telephony/pstn/locations/L1/connectionOptions", Query: "orgId=O1"},
		wire{"PUT /telephony/pstn/locations/L1/connection", "orgId=O1", `{"id":"C1"}`},
		wire{"PUT /telephony/pstn/locations/L1/connection", "orgId=O1", `{"premiseRouteType":"TRUNK","premiseRouteId":"R"}`},
	)
}

func TestWhoTakesNumbers(t *testing.T) {
	for typ, want := range map[PSTNType]bool{PSTNLocalGateway: true, PSTNNonIntegrated: true, PSTNIntegrated: false, PSTNCisco: false, "NEW": false} {
		if got := typ.TakesNumbers(); got != want {
			t.Errorf("%s: %v, want %v", typ, got, want)
		}
	}
}
