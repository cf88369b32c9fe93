package webex

import (
	"strings"
	"testing"
)

// person has members that Person does not know and spells its booleans as strings.
const person = `{"id":"P1","emails":["ana@b.example"],"displayName":"Ana Diaz","orgId":"O1","roles":["R0"],"licenses":["L1"],
	"phoneNumbers":[{"type":"work","value":"+15125550101","primary":true}],"extension":"0101","locationId":"LOC",
	"invitePending":"true","loginEnabled":true,"department":"Bread","manager":{"deep":[1,2.50]}}`

func TestPersonKeepsWhatItDoesNotKnow(t *testing.T) {
	b := setup(t)
	b.answer("GET /people/{id}", ok(person))
	b.answer("PUT /people/{id}", ok(`{}`))
	p, err := b.Person(t.Context(), "P1")
	must(t, err)
	diff(t, []bool{true, true}, []bool{bool(p.InvitePending), bool(p.LoginEnabled)})
	diff(t, []string{"Ana Diaz", "0101", "LOC", "+15125550101"}, []string{p.DisplayName, p.Extension, p.LocationID, p.PhoneNumbers[0].Value})
	p.Roles = append(p.Roles, "R1")
	must(t, b.UpdatePerson(t.Context(), p))
	b.want(
		wire{Line: "GET /people/P1", Query: "callingData=true"},
		wire{"PUT /people/P1", "callingData=true", strings.Replace(person, `"roles":["R0"]`, `"roles":["R0","R1"]`, 1)},
	)
}

func TestAddRole(t *testing.T) {
	const without, with = `{"id":"P1","roles":["R0"]}`, `{"id":"P1","roles":["R0","R1"]}`
	cases := map[string]struct {
		gets    []reply
		put     reply
		added   bool
		failure string // kind; empty for success
		calls   int
	}{
		"added":                     {[]reply{ok(without), ok(with)}, reply{status: 204}, true, "", 3},
		"had it":                    {[]reply{ok(with)}, reply{status: 204}, false, "", 1},
		"changed in spite of a 400": {[]reply{ok(without), ok(with)}, failing(400), true, "", 3},
		"refused by a 400":          {[]reply{ok(without), ok(without)}, failing(400), false, kindInput, 3},
		"not visible yet":           {[]reply{ok(without), ok(without)}, reply{status: 204}, false, kindUnsettled, 3},
		"no such person":            {[]reply{failing(404)}, reply{}, false, kindInput, 1},
		"not allowed":               {[]reply{ok(without)}, failing(401), false, kindRefused, 2},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.answer("GET /people/{id}", tc.gets...)
			b.answer("PUT /people/{id}", tc.put)
			added, err := b.AddRole(t.Context(), "O1", "P1", "R1")
			kind := ""
			if err != nil {
				kind = asError(t, err).Failure().Kind
			}
			diff(t, tc.added, added)
			diff(t, tc.failure, kind)
			if len(b.seen) != tc.calls {
				t.Errorf("%d calls, want %d", len(b.seen), tc.calls)
			}
		})
	}
}

func TestListPeople(t *testing.T) {
	b := setup(t)
	b.answer("GET /people", ok(`{"notFoundIds":null,"items":[{"id":"P1"}]}`))
	people := gather(t, b.ListPeople(t.Context(), PeopleFilter{Email: "ana@b.example", OrgID: "O1"}))
	if len(people) != 1 || people[0].ID != "P1" {
		t.Errorf("got %v", people)
	}
	b.want(wire{Line: "GET /people", Query: "email=ana%40b.example&max=100&orgId=O1"})
}

func TestPersonWithoutSourceSendsItsRoles(t *testing.T) {
	got, err := Person{ID: "P1", Roles: []string{"R1"}}.MarshalJSON()
	must(t, err)
	diff(t, `{"roles":["R1"]}`, string(got))
}
