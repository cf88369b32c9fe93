package webex

import (
	"context"
	"encoding/json"
	"net/http"
)

// Precheck is the answer to a validation that passed. One that did not is an *Error with its Items.
type Precheck struct {
	Message string
	Info    []Item // code 100 is the plain pass; others are notes
}

// UnmarshalJSON reads info as a list, as the examples have it, or as an object, as the schema has it.
func (p *Precheck) UnmarshalJSON(b []byte) error {
	var w struct {
		Message text            `json:"message"`
		Info    oneOrMany[Item] `json:"info"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	p.Message, p.Info = string(w.Message), w.Info
	return nil
}

// PrecheckCustomer asks whether a customer could be created. Nothing is changed.
func (c *Client) PrecheckCustomer(ctx context.Context, n NewCustomer) (Precheck, error) {
	n.SubPartnerAdminEmail = ""
	if n.CustomerInfo != nil {
		info := *n.CustomerInfo
		info.Language = "" // the precheck knows neither
		n.CustomerInfo = &info
	}
	return c.precheck(ctx, customersRoute+"/validate", n)
}

// PrecheckSubscriber asks whether a subscriber could be created. Nothing is changed.
func (c *Client) PrecheckSubscriber(ctx context.Context, n NewSubscriber) (Precheck, error) {
	return c.precheck(ctx, subscribersRoute+"/validate", n)
}

func (c *Client) precheck(ctx context.Context, route string, body any) (Precheck, error) {
	var p Precheck
	_, err := c.do(ctx, request{method: http.MethodPost, route: route, query: c.onBehalf(nil), body: body}, &p)
	return p, err
}
