package webex

import (
	"context"
	"iter"
	"net/http"
)

// Location is an office of an organization.
type Location struct {
	ID                   string          `json:"id,omitempty"`
	Name                 string          `json:"name"` // at most 80 characters when it is to make calls
	OrgID                string          `json:"orgId,omitempty"`
	TimeZone             string          `json:"timeZone"`             // IANA name
	PreferredLanguage    string          `json:"preferredLanguage"`    // ll_cc
	AnnouncementLanguage string          `json:"announcementLanguage"` // ll_cc
	Address              LocationAddress `json:"address"`
}

const (
	locationsRoute = "/locations"
	locationRoute  = locationsRoute + "/{locationId}"
	locationsPage  = 500 // documented
)

// ListLocations lists the locations of an organization.
func (c *Client) ListLocations(ctx context.Context, orgID string) iter.Seq2[Location, error] {
	return list[Location](ctx, c, listing{
		request: request{route: locationsRoute, query: query("orgId", orgID), org: orgID}, size: locationsPage,
	})
}

// Location reads a location.
func (c *Client) Location(ctx context.Context, orgID, id string) (Location, error) {
	var l Location
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: locationRoute, ids: []string{id}, query: query("orgId", orgID), org: orgID,
	}, &l)
	return l, err
}

// CreateLocation makes a location and gives its id. Read it back before calling is enabled: a new location may ignore its
// time zone and announcement language.
func (c *Client) CreateLocation(ctx context.Context, orgID string, l Location) (id string, err error) {
	l.ID, l.OrgID = "", ""
	r := request{method: http.MethodPost, route: locationsRoute, query: query("orgId", orgID), org: orgID, body: l, once: true}
	var made struct {
		ID text `json:"id"`
	}
	ans, err := c.do(ctx, r, &made)
	if err != nil {
		return "", err
	}
	if made.ID == "" {
		return "", noID(r, ans)
	}
	return string(made.ID), nil
}

// UpdateLocation changes the name, time zone, preferred language or address of a location; members that are empty are not
// sent. Announcements are a setting of calling: see UpdateCallingLocation.
func (c *Client) UpdateLocation(ctx context.Context, orgID, id string, l Location) error {
	body := struct {
		Name              string           `json:"name,omitempty"`
		TimeZone          string           `json:"timeZone,omitempty"`
		PreferredLanguage string           `json:"preferredLanguage,omitempty"`
		Address           *LocationAddress `json:"address,omitempty"`
	}{l.Name, l.TimeZone, l.PreferredLanguage, nil}
	if l.Address != (LocationAddress{}) {
		body.Address = &l.Address
	}
	_, err := c.do(ctx, request{
		method: http.MethodPut, route: locationRoute, ids: []string{id}, query: query("orgId", orgID), org: orgID, body: body,
	}, nil)
	return err
}

// DeleteLocation removes a location that makes no calls; calling must be disabled first, for which no call is documented.
// One that is not there is no error.
func (c *Client) DeleteLocation(ctx context.Context, orgID, id string) error {
	return c.remove(ctx, request{route: locationRoute, ids: []string{id}, query: query("orgId", orgID), org: orgID})
}
