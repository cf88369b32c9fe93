package webex

import "context"

// License is what an organization has been given of a product.
type License struct {
	ID             string `json:"id"`
	Name           string `json:"name"`
	TotalUnits     int    `json:"totalUnits"`
	ConsumedUnits  int    `json:"consumedUnits"`
	SubscriptionID string `json:"subscriptionId"`
}

// Licenses lists the licences of an organization, all in one answer.
func (c *Client) Licenses(ctx context.Context, orgID string) ([]License, error) {
	return collect(list[License](ctx, c, listing{request: request{route: "/licenses", query: query("orgId", orgID), org: orgID}}))
}
