package webex

import "testing"

func TestAddressesAreConvertedInOnePlace(t *testing.T) {
	diff(t, LocationAddress{"1 Street", "Floor 2", "Austin", "TX", "78701", "US"},
		WholesaleAddress{"1 Street", "Floor 2", "Austin", "TX", "78701", "US"}.Location())
}

func TestLocationCalls(t *testing.T) {
	b := setup(t)
	b.answer("GET /locations", ok(`{"items":[{"id":"L1","name":"HQ","latitude":30.26},{"id":"L2","latitude":"30.26"}]}`))
	b.answer("GET /locations/{id}", ok(`{"id":"L1","timeZone":"America/Chicago"}`))
	b.answer("POST /locations", reply{status: 201, body: `{"id":"L3"}`})
	ctx := t.Context()
	diff(t, []Location{{ID: "L1", Name: "HQ"}, {ID: "L2"}}, gather(t, b.ListLocations(ctx, "O1")))
	l, err := b.Location(ctx, "O1", "L1")
	must(t, err)
	diff(t, "America/Chicago", l.TimeZone)
	id, err := b.CreateLocation(ctx, "O1", Location{
		ID: "ignored", OrgID: "ignored", Name: "Hof", TimeZone: "Europe/Berlin", PreferredLanguage: "de_de", AnnouncementLanguage: "de_de",
		Address: LocationAddress{Address1: "Weg 1", City: "Hof", PostalCode: "95028", Country: "DE"},
	})
	must(t, err)
	diff(t, "L3", id)
	b.want(
		wire{Line: "GET /locations", Query: "max=500&orgId=O1"},
		wire{Line: "GET /locations/L1", Query: "orgId=O1"},
		wire{"POST /locations", "orgId=O1", `{"name":"Hof","timeZone":"Europe/Berlin","preferredLanguage":"de_de",
			"announcementLanguage":"de_de","address":{"address1":"Weg 1","city":"Hof","postalCode":"95028","country":"DE"}}`},
	)
}

func TestCreateLocationWithoutAnIDIsUnclear(t *testing.T) {
	b := setup(t)
	b.answer("POST /locations", reply{status: 201, body: `{}`}, failing(400))
	if _, err := b.CreateLocation(t.Context(), "O1", Location{}); !Unclear(err) {
		t.Errorf("got %v, want an unclear error", err)
	}
	if _, err := b.CreateLocation(t.Context(), "O1", Location{}); err == nil || Unclear(err) {
		t.Errorf("got %v, want a clear error", err)
	}
}
