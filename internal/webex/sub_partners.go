package webex

import (
	"context"
	"iter"
)

// SubPartner is a partner on whose behalf wholesale calls can be made. A suspended one may delete, not create or update.
type SubPartner struct {
	OrgID             string `json:"orgId"`
	SubscriptionID    string `json:"subscriptionId"`
	ProvisioningState string `json:"provisioningState"` // active or suspended
}

// SubPartners lists the partner's sub-partners.
func (c *Client) SubPartners(ctx context.Context) iter.Seq2[SubPartner, error] {
	return list[SubPartner](ctx, c, listing{
		request: request{route: "/wholesale/subPartners"}, size: customersPage, skip: "offset",
	})
}
