package webex

import (
	"testing"
	"time"
)

func TestListSubscribers(t *testing.T) {
	b := setup(t, func(o *Options) { o.SubPartner = "SUB" })
	b.answer("GET /wholesale/subscribers", ok(`{"items":[{"id":"S1","email":"ana@b.example","status":"brand_new",
		"created":"2026-01-15T09:30:00.062Z","lastStatusChange":"2026-01-15T09:30:01.791232Z"},{"id":"S2","created":"soon"}]}`))
	got := gather(t, b.ListSubscribers(t.Context(), SubscriberFilter{CustomerID: "E1", Email: "ana+1@b.example", Status: SubscriberPending}))
	diff(t, []Subscriber{
		{
			ID: "S1", Email: "ana@b.example", Status: "brand_new",
			Created:          Time{time.Date(2026, 1, 15, 9, 30, 0, 62e6, time.UTC)},
			LastStatusChange: Time{time.Date(2026, 1, 15, 9, 30, 1, 791232e3, time.UTC)},
		},
		{ID: "S2"},
	}, got)
	b.want(wire{
		Line:  "GET /wholesale/subscribers",
		Query: "customerId=E1&email=ana%2B1%40b.example&max=100&onBehalfOfSubPartnerOrgId=SUB&status=pending_user_migration",
	})
}

func TestCreateSubscriber(t *testing.T) {
	location := map[string]string{"Location": "https://webexapis.com/v1/wholesale/subscribers/S1"}
	cases := map[string]struct {
		reply reply
		want  Subscriber
	}{
		"provisioned":    {ok(`{"id":"S1","personId":"P1","status":"provisioned"}`), Subscriber{ID: "S1", PersonID: "P1", Status: SubscriberProvisioned}},
		"consent":        {reply{status: 202, body: `{"id":"S1","status":"pending_user_migration"}`}, Subscriber{ID: "S1", Status: SubscriberPending}},
		"consent, terse": {reply{status: 202, header: location}, Subscriber{ID: "S1", Status: SubscriberPending}},
		"no status":      {reply{status: 200, header: location, body: `{}`}, Subscriber{ID: "S1", Status: SubscriberProvisioned}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.answer("POST /wholesale/subscribers", tc.reply)
			got, err := b.CreateSubscriber(t.Context(), NewSubscriber{
				CustomerID: "E1", Email: "ana@b.example", Packages: []string{"webex_calling"},
				ProvisioningParameters: SubscriberParameters{
					FirstName: "Ana", LastName: "Diaz", PrimaryPhoneNumber: "+12405551212", Extension: "51212", LocationID: "L1",
				},
			})
			must(t, err)
			diff(t, tc.want, got)
			b.want(wire{"POST /wholesale/subscribers", "", `{"customerId":"E1","email":"ana@b.example","packages":["webex_calling"],
				"provisioningParameters":{"firstName":"Ana","lastName":"Diaz","primaryPhoneNumber":"+12405551212","extension":"51212","locationId":"L1"}}`})
		})
	}
}

func TestCreateSubscriberWithoutAnIDIsUnclear(t *testing.T) {
	b := setup(t)
	b.answer("POST /wholesale/subscribers", ok(`{}`))
	if _, err := b.CreateSubscriber(t.Context(), NewSubscriber{}); !Unclear(err) {
		t.Errorf("got %v, want an unclear error", err)
	}
}

func TestSubscriberCalls(t *testing.T) {
	b := setup(t)
	b.answer("GET /wholesale/subscribers/{id}", ok(`{"id":"S1"}`))
	b.answer("PUT /wholesale/subscribers/{id}", ok(`{"id":"S1","packages":["webex_suite"]}`))
	b.answer("DELETE /wholesale/subscribers/{id}", reply{status: 204})
	b.answer("POST /subscribers/{id}/emails/consentMove", reply{status: 204})
	ctx := t.Context()
	s, err := b.Subscriber(ctx, "S1")
	must(t, err)
	diff(t, "S1", s.ID)
	s, err = b.UpdateSubscriber(ctx, "S1", SubscriberUpdate{Packages: []string{"webex_suite"}})
	must(t, err)
	diff(t, []string{"webex_suite"}, s.Packages)
	must(t, b.DeleteSubscriber(ctx, "S1"))
	must(t, b.ResendConsent(ctx, "S1"))
	b.want(
		wire{Line: "GET /wholesale/subscribers/S1"},
		wire{Line: "PUT /wholesale/subscribers/S1", Body: `{"packages":["webex_suite"]}`},
		wire{Line: "DELETE /wholesale/subscribers/S1"},
		wire{Line: "POST /subscribers/S1/emails/consentMove"},
	)
}
