package webex

import (
	"context"
	"iter"
	"net/http"
)

// SubscriberStatus says how far the service is with a subscriber. Unknown values are kept.
type SubscriberStatus string

// The documented statuses of a subscriber.
const (
	SubscriberProvisioned SubscriberStatus = "provisioned"
	SubscriberPending     SubscriberStatus = "pending_user_migration" // the user must agree to move; may take days
)

// Subscriber is a user of a customer as the wholesale calls show it. Names, number, extension and location stand in Person.
type Subscriber struct {
	ID                 string           `json:"id"`
	PersonID           string           `json:"personId"` // only when provisioned
	Email              string           `json:"email"`
	CustomerID         string           `json:"customerId"`
	ExternalCustomerID string           `json:"externalCustomerId"`
	Package            string           `json:"package"` // the older spelling of a single package
	Packages           []string         `json:"packages"`
	Status             SubscriberStatus `json:"status"`
	Errors             []Item           `json:"errors"`
	Created            Time             `json:"created"`
	LastStatusChange   Time             `json:"lastStatusChange"`
}

// NewSubscriber is what a subscriber is created from.
type NewSubscriber struct {
	CustomerID             string               `json:"customerId,omitempty"` // only a precheck may leave it out
	Email                  string               `json:"email"`
	Packages               []string             `json:"packages"` // exactly one today
	ProvisioningParameters SubscriberParameters `json:"provisioningParameters"`
}

// SubscriberParameters sets a user up. Number, extension and location are for calling packages.
type SubscriberParameters struct {
	FirstName          string `json:"firstName,omitempty"`
	LastName           string `json:"lastName,omitempty"`
	PrimaryPhoneNumber string `json:"primaryPhoneNumber,omitempty"` // E.164
	Extension          string `json:"extension,omitempty"`
	LocationID         string `json:"locationId,omitempty"`
}

// SubscriberUpdate changes a subscriber's package. The parameters count only on the way from meetings to calling, and names
// cannot be changed.
type SubscriberUpdate struct {
	Packages               []string             `json:"packages"` // exactly one today
	ProvisioningParameters SubscriberParameters `json:"provisioningParameters,omitzero"`
}

// SubscriberFilter narrows a list of subscribers; empty members do not.
type SubscriberFilter struct {
	CustomerID string
	Email      string
	Status     SubscriberStatus
}

const (
	subscribersRoute = "/wholesale/subscribers"
	subscriberRoute  = subscribersRoute + "/{subscriberId}"
	subscribersPage  = 100 // documented largest page
)

// ListSubscribers lists subscribers of the partner's customers.
func (c *Client) ListSubscribers(ctx context.Context, f SubscriberFilter) iter.Seq2[Subscriber, error] {
	q := query("customerId", f.CustomerID, "email", f.Email, "status", string(f.Status))
	return list[Subscriber](ctx, c, listing{
		request: request{route: subscribersRoute, query: c.onBehalf(q)}, size: subscribersPage, skip: "offset",
	})
}

// Subscriber reads a subscriber.
func (c *Client) Subscriber(ctx context.Context, id string) (Subscriber, error) {
	var s Subscriber
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: subscriberRoute, ids: []string{id}, query: c.onBehalf(nil),
	}, &s)
	return s, err
}

// CreateSubscriber makes a subscriber. Its status tells whether the user must agree first (answer 202).
func (c *Client) CreateSubscriber(ctx context.Context, n NewSubscriber) (Subscriber, error) {
	r := request{method: http.MethodPost, route: subscribersRoute, query: c.onBehalf(nil), body: n, once: true}
	var s Subscriber
	ans, err := c.do(ctx, r, &s)
	if err != nil {
		return Subscriber{}, err
	}
	if s.ID == "" {
		s.ID = lastSegment(ans.location)
	}
	if s.ID == "" || s.ID == "subscribers" {
		return Subscriber{}, noID(r, ans)
	}
	if s.Status == "" {
		s.Status = SubscriberProvisioned
		if ans.status == http.StatusAccepted {
			s.Status = SubscriberPending
		}
	}
	return s, nil
}

// UpdateSubscriber changes a subscriber's package.
func (c *Client) UpdateSubscriber(ctx context.Context, id string, u SubscriberUpdate) (Subscriber, error) {
	var s Subscriber
	_, err := c.do(ctx, request{
		method: http.MethodPut, route: subscriberRoute, ids: []string{id}, query: c.onBehalf(nil), body: u,
	}, &s)
	return s, err
}

// DeleteSubscriber removes the mapping to the user. A subscriber that is not there is no error.
func (c *Client) DeleteSubscriber(ctx context.Context, id string) error {
	return c.remove(ctx, request{route: subscriberRoute, ids: []string{id}, query: c.onBehalf(nil)})
}

// ResendConsent sends the consent mail again to a user whose status is SubscriberPending.
func (c *Client) ResendConsent(ctx context.Context, id string) error {
	_, err := c.do(ctx, request{
		method: http.MethodPost, route: "/subscribers/{subscriberId}/emails/consentMove", ids: []string{id},
		query: c.onBehalf(nil), once: true,
	}, nil)
	return err
}
