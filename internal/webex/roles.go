package webex

import "context"

// Role is a right a person can hold. Look it up by name: ids differ.
type Role struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Roles lists the roles that can be given, all in one answer. They are the same for every organization; orgID is the one
// that is made visible should the service refuse.
func (c *Client) Roles(ctx context.Context, orgID string) ([]Role, error) {
	return collect(list[Role](ctx, c, listing{request: request{route: "/roles", org: orgID}}))
}
