package webex

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// CallingLocation is a location that makes calls.
type CallingLocation struct {
	ID                   string        `json:"id"`
	Name                 string        `json:"name"`
	CallingLineID        CallingLineID `json:"callingLineId"`
	AnnouncementLanguage string        `json:"announcementLanguage"` // not in lists
	RoutingPrefix        string        `json:"routingPrefix"`
}

// CallingLineID is the main number of a location and the name that goes with it.
type CallingLineID struct {
	Name        string `json:"name,omitempty"`
	PhoneNumber string `json:"phoneNumber,omitempty"` // E.164; must be a number of the location
}

// CallingLocationUpdate changes the calling settings of a location; zero members stay as they are.
type CallingLocationUpdate struct {
	CallingLineID        CallingLineID `json:"callingLineId,omitzero"`
	AnnouncementLanguage string        `json:"announcementLanguage,omitempty"`
}

const (
	callingLocationsRoute = "/telephony/config/locations"
	callingLocationRoute  = callingLocationsRoute + "/{locationId}"
	callingLocationsPage  = 1000
)

// EnableCalling lets a location make calls. It takes a copy of the location as the service has it.
func (c *Client) EnableCalling(ctx context.Context, orgID string, l Location) error {
	l.OrgID = ""
	_, err := c.do(ctx, request{
		method: http.MethodPost, route: callingLocationsRoute, query: query("orgId", orgID), org: orgID, body: l, once: true,
	}, nil)
	return err
}

// CallingLocations lists the locations of an organization that make calls.
func (c *Client) CallingLocations(ctx context.Context, orgID string) iter.Seq2[CallingLocation, error] {
	return list[CallingLocation](ctx, c, listing{
		request: request{route: callingLocationsRoute, query: query("orgId", orgID), org: orgID},
		size:    callingLocationsPage, skip: "start",
	})
}

// CallingLocation reads the calling settings of a location, nil when it does not make calls (answer 404, seen as 400 too).
func (c *Client) CallingLocation(ctx context.Context, orgID, id string) (*CallingLocation, error) {
	var l CallingLocation
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: callingLocationRoute, ids: []string{id}, query: query("orgId", orgID), org: orgID,
	}, &l)
	if e, ok := errors.AsType[*Error](err); ok && (e.Status == http.StatusNotFound || e.Status == http.StatusBadRequest) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &l, nil
}

// UpdateCallingLocation changes the calling settings of a location, mostly its main number. A change made in part (answer
// 206) is an error that says what is missing.
func (c *Client) UpdateCallingLocation(ctx context.Context, orgID, id string, u CallingLocationUpdate) error {
	_, err := c.do(ctx, request{
		method: http.MethodPut, route: callingLocationRoute, ids: []string{id}, query: query("orgId", orgID), org: orgID, body: u,
	}, nil)
	return err
}
