package webex

import (
	"context"
	"iter"
	"net/http"
)

// Organization is a Webex organization.
type Organization struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	Created     Time   `json:"created"`
}

// Organizations lists the organizations the partner manages, all in one answer. Reading the list makes new customers
// visible to the partner.
func (c *Client) Organizations(ctx context.Context) ([]Organization, error) {
	return collect(list[Organization](ctx, c, listing{request: request{route: "/organizations"}}))
}

// Organization reads an organization, which makes it visible to the partner.
func (c *Client) Organization(ctx context.Context, id string) (Organization, error) {
	var o Organization
	_, err := c.do(ctx, request{method: http.MethodGet, route: "/organizations/{orgId}", ids: []string{id}}, &o)
	return o, err
}

// SettingAdminInviteEmails lets administrators of an attached organization be invited by mail.
const SettingAdminInviteEmails = "allow-admin-invite-emails"

// SetOrganizationSetting switches a setting of an organization on or off.
func (c *Client) SetOrganizationSetting(ctx context.Context, orgID, key string, value bool) error {
	body := struct {
		Key   string `json:"key"`
		Value bool   `json:"value"`
	}{key, value}
	_, err := c.do(ctx, request{
		method: http.MethodPost, route: "/settings/organizations/{orgId}/settings", ids: []string{orgID}, org: orgID, body: body,
	}, nil)
	return err
}

// collect gathers a list that is known to be short.
func collect[T any](rows iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, nil
}
