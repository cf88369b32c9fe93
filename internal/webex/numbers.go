package webex

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
)

// How many numbers one call takes. The caller cuts its lists accordingly.
const (
	MaxNumbersPerAdd     = 10  // as in the examples of the service's own SDK; no larger batch was seen to work
	MaxNumbersPerChange  = 500 // documented for activation
	MaxNumbersPerRemoval = 5   // documented; the main number cannot be removed
	MaxNumbersPerCheck   = 100 // our own measure: no limit is documented for validation
)

// Number is a telephone number of a location, or an extension without one.
type Number struct {
	PhoneNumber string       `json:"phoneNumber"` // E.164; empty for a bare extension
	Extension   string       `json:"extension"`
	State       string       `json:"state"` // ACTIVE or INACTIVE
	MainNumber  Flag         `json:"mainNumber"`
	TollFree    Flag         `json:"tollFreeNumber"`
	Location    NumberPlace  `json:"location"`
	Owner       *NumberOwner `json:"owner"` // nil: free
}

// NumberPlace is the location that holds a number.
type NumberPlace struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// NumberOwner is who has a number.
type NumberOwner struct {
	ID        string `json:"id"`
	Type      string `json:"type"` // PEOPLE, PLACE, …
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
}

// NumberCheck is the service's word on one number before it is added.
type NumberCheck struct {
	Number string
	State  string // Available, Duplicate, Duplicate In List, Invalid, Unavailable
	Detail []string
}

// Available reports whether the number can be added.
func (n NumberCheck) Available() bool { return n.State == "Available" }

// UnmarshalJSON reads a check in both spellings: number and phoneNumber.
func (n *NumberCheck) UnmarshalJSON(b []byte) error {
	var w struct {
		Number      text            `json:"number"`
		PhoneNumber text            `json:"phoneNumber"`
		State       text            `json:"state"`
		Detail      oneOrMany[text] `json:"detail"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	n.Number, n.State = firstText(string(w.Number), string(w.PhoneNumber)), string(w.State)
	for _, d := range w.Detail {
		n.Detail = append(n.Detail, string(d))
	}
	return nil
}

// numberOrder is the body of every call that changes a location's numbers.
type numberOrder struct {
	PhoneNumbers []string `json:"phoneNumbers"`
	NumberType   string   `json:"numberType,omitempty"`
	State        string   `json:"state,omitempty"`
	Action       string   `json:"action,omitempty"`
}

const (
	numbersRoute         = "/telephony/config/numbers"
	locationNumbersRoute = callingLocationRoute + "/numbers"
	numbersPage          = 2000 // documented
)

// ListNumbers lists the numbers of a location; of the whole organization when locationID is empty.
func (c *Client) ListNumbers(ctx context.Context, orgID, locationID string) iter.Seq2[Number, error] {
	return list[Number](ctx, c, listing{
		request: request{route: numbersRoute, query: query("orgId", orgID, "locationId", locationID), org: orgID},
		size:    numbersPage, skip: "start",
	})
}

// AddNumbers adds at most MaxNumbersPerAdd numbers (E.164) to a location, which needs a PSTN connection first. Inactive
// numbers wait for ActivateNumbers. After a conflict, list the location's numbers: those already there count as added.
func (c *Client) AddNumbers(ctx context.Context, orgID, locationID string, numbers []string, active bool) error {
	state := "INACTIVE"
	if active {
		state = "ACTIVE"
	}
	r := numbersRequest(http.MethodPost, orgID, locationID, numberOrder{PhoneNumbers: numbers, NumberType: "DID", State: state})
	r.once = true
	_, err := c.do(ctx, r, nil)
	return err
}

// ActivateNumbers switches at most MaxNumbersPerChange inactive numbers of a location on.
func (c *Client) ActivateNumbers(ctx context.Context, orgID, locationID string, numbers []string) error {
	r := numbersRequest(http.MethodPut, orgID, locationID, numberOrder{PhoneNumbers: numbers, Action: "ACTIVATE"})
	_, err := c.do(ctx, r, nil)
	return err
}

// RemoveNumbers takes at most MaxNumbersPerRemoval numbers from a location. For some seconds after their users were removed
// the service answers 502, which is waited out.
func (c *Client) RemoveNumbers(ctx context.Context, orgID, locationID string, numbers []string) error {
	return c.remove(ctx, numbersRequest(http.MethodDelete, orgID, locationID, numberOrder{PhoneNumbers: numbers}))
}

func numbersRequest(method, orgID, locationID string, body numberOrder) request {
	return request{
		method: method, route: locationNumbersRoute, ids: []string{locationID}, query: query("orgId", orgID), org: orgID, body: body,
	}
}

// ValidateNumbers asks of each of at most MaxNumbersPerCheck numbers whether it could be added.
func (c *Client) ValidateNumbers(ctx context.Context, orgID string, numbers []string) ([]NumberCheck, error) {
	var found struct {
		Numbers      []NumberCheck `json:"numbers"`
		PhoneNumbers []NumberCheck `json:"phoneNumbers"`
	}
	_, err := c.do(ctx, request{
		method: http.MethodPost, route: "/telephony/config/actions/validateNumbers/invoke",
		query: query("orgId", orgID), org: orgID, body: numberOrder{PhoneNumbers: numbers},
	}, &found)
	return append(found.Numbers, found.PhoneNumbers...), err
}
