package webex

import (
	"context"
	"net/http"
)

// Country is what the calling platform asks of addresses in a country.
type Country struct {
	StateRequired bool     `json:"stateRequired"`
	ZipRequired   bool     `json:"zipCodeRequired"`
	States        []State  `json:"states"`
	TimeZones     []string `json:"timeZones"` // IANA names; the platform takes a part of them
}

// State is a state or province.
type State struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// Country reads what is asked of addresses in a country, given by its ISO 3166-1 code of two letters, for an organization.
func (c *Client) Country(ctx context.Context, orgID, iso string) (Country, error) {
	var found Country
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: "/telephony/config/countries/{countryCode}", ids: []string{iso}, query: query("orgId", orgID), org: orgID,
	}, &found)
	return found, err
}
