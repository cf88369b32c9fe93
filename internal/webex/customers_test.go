package webex

import (
	"net/http"
	"testing"
)

func TestFindCustomerTrustsNoFilter(t *testing.T) {
	cases := map[string]struct{ items, want string }{
		"absent":                   {`[]`, ""},
		"filter ignored":           {`[{"id":"1","externalId":"crm-1x"},{"id":"2","externalId":"crm-1"}]`, "2"},
		"case differs":             {`[{"id":"1","externalId":"CRM-1"}]`, ""},
		"one leaving, one staying": {`[{"id":"1","externalId":"crm-1","status":"deleting"},{"id":"2","externalId":"crm-1"}]`, "2"},
		"only one leaving":         {`[{"id":"1","externalId":"crm-1","status":"deleting"}]`, "1"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.answer("GET /wholesale/customers", ok(`{"items":`+tc.items+`}`))
			c, err := b.FindCustomer(t.Context(), "crm-1")
			must(t, err)
			got := ""
			if c != nil {
				got = c.ID
			}
			diff(t, tc.want, got)
			b.want(wire{Line: "GET /wholesale/customers", Query: "externalId=crm-1&max=100"})
		})
	}
}

func TestFindCustomerTellsFailureFromAbsence(t *testing.T) {
	b := setup(t)
	b.answer("GET /wholesale/customers", failing(400))
	c, err := b.FindCustomer(t.Context(), "crm-1")
	if c != nil || err == nil {
		t.Errorf("got %v, %v; want an error", c, err)
	}
}

func TestCustomerShowsWhatFailed(t *testing.T) {
	b := setup(t)
	b.answer("GET /wholesale/customers/{id}", ok(`{"id":"E1","orgId":"O1","externalId":"crm-1","status":"provisioned_with_errors",
		"packages":["webex_calling"],"new":{"field":1},"errors":[{"errorCode":"10022","description":"taken"}],
		"resourceDetails":{"packages":[{"name":"webex_calling","status":"error","warnings":[{"errorCode":2560,"description":"later"}]}]}}`))
	got, err := b.Customer(t.Context(), "E1")
	must(t, err)
	diff(t, Customer{
		ID: "E1", OrgID: "O1", ExternalID: "crm-1", Status: CustomerProvisionedWithErrors, Packages: []string{"webex_calling"},
		Errors: []Item{{Code: "10022", Description: "taken"}},
		ResourceDetails: ResourceDetails{Packages: []PackageState{
			{Name: "webex_calling", Status: "error", Warnings: []Item{{Code: "2560", Description: "later"}}},
		}},
	}, got)
}

func TestCustomerStatus(t *testing.T) {
	for s, want := range map[CustomerStatus][2]bool{
		CustomerProvisioning: {false, false}, CustomerPendingReview: {false, false}, "brand_new": {false, false},
		CustomerProvisioned: {true, true}, CustomerProvisionedWithErrors: {true, true}, CustomerError: {true, false},
	} {
		diff(t, want, [2]bool{s.Final(), s.Usable()})
	}
}

func TestCreateCustomer(t *testing.T) {
	cases := map[string]reply{
		"url of another host": {status: 202, body: `{"url":"https://webexapis.com/v1/wholesale/customers/E%2F1"}`},
		"only the header":     {status: 202, header: map[string]string{"Location": "https://webexapis.com/v1/wholesale/customers/E%2F1?x=1"}},
		"an id":               {status: 201, body: `{"id":"E/1"}`},
	}
	for name, r := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t, func(o *Options) { o.SubPartner = "SUB" })
			b.answer("POST /wholesale/customers", r)
			id, err := b.CreateCustomer(t.Context(), NewCustomer{
				ProvisioningID: "P", Packages: []string{"webex_calling"}, ExternalID: "crm-1",
				Address:      WholesaleAddress{AddressLine1: "1 Example Street", City: "Austin", Country: "US"},
				CustomerInfo: &CustomerInfo{Name: "Bäckerei <A&B>", PrimaryEmail: "o@b.example"},
				ProvisioningParameters: ProvisioningParameters{
					Calling: &CallingParameters{Location: Headquarters{Name: "HQ", TimeZone: "America/Chicago", Language: "en_us"}},
				},
			})
			must(t, err)
			diff(t, "E/1", id)
			b.want(wire{"POST /wholesale/customers", "onBehalfOfSubPartnerOrgId=SUB", `{"provisioningId":"P","packages":["webex_calling"],
				"externalId":"crm-1","address":{"addressLine1":"1 Example Street","city":"Austin","country":"US"},
				"customerInfo":{"name":"Bäckerei <A&B>","primaryEmail":"o@b.example"},
				"provisioningParameters":{"calling":{"location":{"name":"HQ","address":{"addressLine1":"","city":"","country":""},
				"timezone":"America/Chicago","language":"en_us"}}}}`})
		})
	}
}

func TestCreateCustomerWithoutAnIDIsUnclear(t *testing.T) {
	for _, body := range []string{``, `{}`, `{"url":"https://webexapis.com/v1/wholesale/customers/"}`, `{"url":17}`, `{"url":"http://x/`, `not json`} {
		b := setup(t)
		b.answer("POST /wholesale/customers", reply{status: 202, body: body})
		_, err := b.CreateCustomer(t.Context(), NewCustomer{})
		if !Unclear(err) {
			t.Errorf("answer %q: got %v, want an unclear error", body, err)
		}
		if len(b.seen) != 1 {
			t.Errorf("answer %q: sent %d times", body, len(b.seen))
		}
	}
}

func TestLimitsAreSentOnlyWhenGiven(t *testing.T) {
	b := setup(t)
	b.answer("PUT /wholesale/customers/{id}", reply{status: 202, body: `{"url":"x"}`})
	must(t, b.UpdateCustomer(t.Context(), "E1", CustomerUpdate{Packages: []string{"webex_suite"}}))
	must(t, b.UpdateCustomer(t.Context(), "E1", CustomerUpdate{
		Packages: []string{"webex_suite"}, ExternalID: "n", Address: &WholesaleAddress{Country: "DE"},
		ProvisioningParameters: ProvisioningParameters{
			Meetings: &MeetingsParameters{TimeZone: "Europe/Berlin"},
			Packages: PackageParameters{Limits: map[string]int{"webex_suite": 5}},
		},
	}))
	b.want(
		wire{Line: "PUT /wholesale/customers/E1", Body: `{"packages":["webex_suite"]}`},
		wire{Line: "PUT /wholesale/customers/E1", Body: `{"packages":["webex_suite"],"externalId":"n",
			"address":{"addressLine1":"","city":"","country":"DE"},
			"provisioningParameters":{"meetings":{"timezone":"Europe/Berlin"},"packages":{"limits":{"webex_suite":5}}}}`},
	)
}

func TestDeleteOfWhatIsGoneIsDone(t *testing.T) {
	b := setup(t)
	b.answer("DELETE /wholesale/customers/{id}", reply{status: 202}, failing(http.StatusNotFound), failing(http.StatusConflict))
	must(t, b.DeleteCustomer(t.Context(), "E1"))
	must(t, b.DeleteCustomer(t.Context(), "E1"))
	if err := b.DeleteCustomer(t.Context(), "E1"); !Conflict(err) {
		t.Errorf("got %v, want a conflict", err)
	}
}
