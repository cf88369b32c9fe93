package webex

import (
	"context"
	"net/http"
)

// PSTNType says who connects a location to the telephone network. Unknown values are kept.
type PSTNType string

// The documented types of PSTN connection. Numbers can be added by API for the first two only.
const (
	PSTNLocalGateway  PSTNType = "LOCAL_GATEWAY"
	PSTNNonIntegrated PSTNType = "NON_INTEGRATED_CCP"
	PSTNIntegrated    PSTNType = "INTEGRATED_CCP"
	PSTNCisco         PSTNType = "CISCO_PSTN"
)

// TakesNumbers reports whether numbers can be added by API; for the others they arrive by ordering.
func (t PSTNType) TakesNumbers() bool { return t == PSTNLocalGateway || t == PSTNNonIntegrated }

// PSTNConnection is a location's way to the telephone network, or one it could have.
type PSTNConnection struct {
	ID          string   `json:"id"`
	DisplayName string   `json:"displayName"`
	Services    []string `json:"pstnServices"`
	Type        PSTNType `json:"pstnConnectionType"`
	RouteType   string   `json:"routeType"` // of a local gateway: TRUNK or ROUTE_GROUP
	RouteID     string   `json:"routeId"`
}

// PSTNChoice picks a connection: ID for a provider that is not integrated, the route for a local gateway.
type PSTNChoice struct {
	ID               string `json:"id,omitempty"`
	PremiseRouteType string `json:"premiseRouteType,omitempty"`
	PremiseRouteID   string `json:"premiseRouteId,omitempty"`
}

const connectionRoute = "/telephony/pstn/locations/{locationId}/connection"

// ConnectionOptions lists the connections a location could have.
func (c *Client) ConnectionOptions(ctx context.Context, orgID, locationID string) ([]PSTNConnection, error) {
	return collect(list[PSTNConnection](ctx, c, listing{request: request{
		route: "/telephony/pstn/locations/{locationId}/connectionOptions", ids: []string{locationID},
		query: query("orgId", orgID), org: orgID,
	}}))
}

// Connection reads a location's connection, nil when it has none (answer 404 or an empty object).
func (c *Client) Connection(ctx context.Context, orgID, locationID string) (*PSTNConnection, error) {
	var p PSTNConnection
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: connectionRoute, ids: []string{locationID}, query: query("orgId", orgID), org: orgID,
	}, &p)
	switch {
	case NotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case p.ID == "" && p.Type == "" && p.RouteID == "":
		return nil, nil
	}
	return &p, nil
}

// SetConnection gives a location its connection. It must stand before numbers are added.
func (c *Client) SetConnection(ctx context.Context, orgID, locationID string, choice PSTNChoice) error {
	_, err := c.do(ctx, request{
		method: http.MethodPut, route: connectionRoute, ids: []string{locationID}, query: query("orgId", orgID), org: orgID, body: choice,
	}, nil)
	return err
}
