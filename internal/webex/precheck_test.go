package webex

import "testing"

func TestPrecheckReadsInfoAsListAndAsObject(t *testing.T) {
	want := Precheck{Message: "success", Info: []Item{{Code: "100", Description: "fine"}}}
	for _, body := range []string{
		`{"message":"success","info":[{"infoCode":100,"description":"fine"}]}`,
		`{"message":"success","info":{"infoCode":"100","description":"fine"}}`,
	} {
		b := setup(t)
		b.answer("POST /wholesale/customers/validate", ok(body))
		got, err := b.PrecheckCustomer(t.Context(), NewCustomer{
			Address:              WholesaleAddress{AddressLine1: "1 Street", City: "Austin", Country: "US"},
			CustomerInfo:         &CustomerInfo{PrimaryEmail: "o@b.example", Language: "en"},
			SubPartnerAdminEmail: "s@p.example",
		})
		must(t, err)
		diff(t, want, got)
		b.want(wire{"POST /wholesale/customers/validate", "", `{"address":{"addressLine1":"1 Street","city":"Austin","country":"US"},
			"customerInfo":{"primaryEmail":"o@b.example"}}`})
	}
}

func TestPrecheckFailureIsAnErrorWithItems(t *testing.T) {
	b := setup(t)
	b.answer("POST /wholesale/subscribers/validate", reply{status: 400, body: `{"message":"no","errors":[
		{"errorCode":1001,"description":"is mandatory","fieldName":"customerId"}]}`})
	_, err := b.PrecheckSubscriber(t.Context(), NewSubscriber{Email: "a@b.example"})
	e := asError(t, err)
	diff(t, []Item{{Field: "customerId", Code: "1001", Description: "is mandatory"}}, e.Items)
	diff(t, "no; customerId: is mandatory", e.Failure().Message)
}

func TestPrecheckIsRepeatedLikeARead(t *testing.T) {
	b := setup(t)
	b.answer("POST /wholesale/subscribers/validate", failing(503), reply{status: cut}, ok(`{"message":"success"}`))
	_, err := b.PrecheckSubscriber(t.Context(), NewSubscriber{})
	must(t, err)
}
