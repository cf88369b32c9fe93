package webex

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// CustomerStatus says how far the service is with a customer. Unknown values are kept and are not final.
type CustomerStatus string

// The documented statuses of a customer.
const (
	CustomerProvisioning          CustomerStatus = "provisioning"
	CustomerUpdating              CustomerStatus = "updating"
	CustomerDeleting              CustomerStatus = "deleting"
	CustomerPendingReview         CustomerStatus = "pending_rpl_review" // screening; may take days and is no failure
	CustomerProvisioned           CustomerStatus = "provisioned"
	CustomerProvisionedWithErrors CustomerStatus = "provisioned_with_errors" // see ResourceDetails; what works may be used
	CustomerError                 CustomerStatus = "error"
)

// Final reports whether the service has finished, for better or worse.
func (s CustomerStatus) Final() bool {
	return s == CustomerProvisioned || s == CustomerProvisionedWithErrors || s == CustomerError
}

// Usable reports whether the customer's organization exists and can take locations and users.
func (s CustomerStatus) Usable() bool {
	return s == CustomerProvisioned || s == CustomerProvisionedWithErrors
}

// Customer is a wholesale customer as the service shows it. It shows neither name nor quantities nor the template.
type Customer struct {
	ID              string           `json:"id"`
	OrgID           string           `json:"orgId"` // empty until the organization exists
	ExternalID      string           `json:"externalId"`
	Address         WholesaleAddress `json:"address"` // billing
	Status          CustomerStatus   `json:"status"`
	Packages        []string         `json:"packages"`
	ResourceDetails ResourceDetails  `json:"resourceDetails"`
	Errors          []Item           `json:"errors"` // of the latest background work
}

// ResourceDetails says how each package of a customer fares.
type ResourceDetails struct {
	Packages []PackageState `json:"packages"`
}

// PackageState is one package of a customer: provisioned, provisioning, deleting or error.
type PackageState struct {
	Name       string   `json:"name"`
	Status     string   `json:"status"`
	Warnings   []Item   `json:"warnings"`
	Errors     []Item   `json:"errors"`
	LicenseIDs []string `json:"licenseIds"` // only where they were asked for
}

// NewCustomer is what a customer is created from.
type NewCustomer struct {
	ProvisioningID         string                 `json:"provisioningId,omitempty"`
	Packages               []string               `json:"packages,omitempty"` // the complete list
	ExternalID             string                 `json:"externalId,omitempty"`
	OrgID                  string                 `json:"orgId,omitempty"` // of an existing organization to attach to
	Address                WholesaleAddress       `json:"address"`         // billing
	CustomerInfo           *CustomerInfo          `json:"customerInfo,omitempty"`
	ProvisioningParameters ProvisioningParameters `json:"provisioningParameters,omitzero"`
	SubPartnerAdminEmail   string                 `json:"subPartnerAdminEmail,omitempty"`
}

// CustomerInfo names a new organization and its first administrator.
type CustomerInfo struct {
	Name         string `json:"name,omitempty"` // without %
	PrimaryEmail string `json:"primaryEmail"`
	Language     string `json:"language,omitempty"` // ll or ll_CC
}

// ProvisioningParameters is what packages need to be set up.
type ProvisioningParameters struct {
	Calling  *CallingParameters  `json:"calling,omitempty"` // required with any calling package
	Meetings *MeetingsParameters `json:"meetings,omitempty"`
	Packages PackageParameters   `json:"packages,omitzero"`
}

// CallingParameters holds the headquarters.
type CallingParameters struct {
	Location Headquarters `json:"location"`
}

// Headquarters is the first location of a customer with calling.
type Headquarters struct {
	Name                        string           `json:"name"` // at most 80 characters
	Address                     WholesaleAddress `json:"address"`
	TimeZone                    string           `json:"timezone"` // IANA name
	Language                    string           `json:"language"` // ll_cc
	EmergencyLocationIdentifier string           `json:"emergencyLocationIdentifier,omitempty"`
}

// MeetingsParameters is for packages with meetings.
type MeetingsParameters struct {
	TimeZone string `json:"timezone"` // IANA name
}

// PackageParameters holds the quantities by package. Their presence switches quantities on for good.
type PackageParameters struct {
	Limits map[string]int `json:"limits,omitempty"`
}

// IsZero reports whether no quantities are given, so that nothing is sent.
func (p PackageParameters) IsZero() bool { return len(p.Limits) == 0 }

// CustomerUpdate replaces a customer's packages: what Packages leaves out is removed.
type CustomerUpdate struct {
	Packages               []string               `json:"packages"`
	ExternalID             string                 `json:"externalId,omitempty"`
	Address                *WholesaleAddress      `json:"address,omitempty"`
	ProvisioningParameters ProvisioningParameters `json:"provisioningParameters,omitzero"`
}

// CustomerFilter narrows a list of customers; empty members do not.
type CustomerFilter struct {
	ExternalID string
	OrgID      string
	Status     CustomerStatus
}

const (
	customersRoute = "/wholesale/customers"
	customerRoute  = customersRoute + "/{customerId}"
	customersPage  = 100 // largest page seen in use
)

// ListCustomers lists the partner's customers.
func (c *Client) ListCustomers(ctx context.Context, f CustomerFilter) iter.Seq2[Customer, error] {
	q := query("externalId", f.ExternalID, "orgId", f.OrgID, "status", string(f.Status))
	return list[Customer](ctx, c, listing{
		request: request{route: customersRoute, query: c.onBehalf(q)}, size: customersPage, skip: "offset",
	})
}

// FindCustomer gives the customer with exactly this external id, nil when there is none. A customer that is being deleted
// is given only when no other has the id.
func (c *Client) FindCustomer(ctx context.Context, externalID string) (*Customer, error) {
	var leaving *Customer
	for cust, err := range c.ListCustomers(ctx, CustomerFilter{ExternalID: externalID}) {
		switch {
		case err != nil:
			return nil, err
		case cust.ExternalID != externalID: // the filter is not to be trusted
		case cust.Status != CustomerDeleting:
			return &cust, nil
		default:
			leaving = &cust
		}
	}
	return leaving, nil
}

// Customer reads a customer.
func (c *Client) Customer(ctx context.Context, id string) (Customer, error) {
	var cust Customer
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: customerRoute, ids: []string{id}, query: c.onBehalf(nil),
	}, &cust)
	return cust, err
}

// Limits gives the seats of each package of a customer, as its licences count them, by package; a package without a limit
// is left out. The service does not return the quantities that were sent; that licences show them is our inference.
func (c *Client) Limits(ctx context.Context, cust Customer) (map[string]int, error) {
	var told Customer
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: customerRoute, ids: []string{cust.ID}, query: c.onBehalf(query("includePackageLicenseInfo", "true")),
	}, &told)
	if err != nil {
		return nil, err
	}
	licences, err := c.Licenses(ctx, cust.OrgID)
	if err != nil {
		return nil, err
	}
	total := make(map[string]int, len(licences))
	for _, l := range licences {
		total[l.ID] = l.TotalUnits
	}
	limits := make(map[string]int)
	for _, p := range told.ResourceDetails.Packages {
		for _, id := range p.LicenseIDs {
			if n := total[id]; n > 0 {
				limits[p.Name] = max(limits[p.Name], n)
			}
		}
	}
	return limits, nil
}

// CreateCustomer asks for a customer and gives its id. The service goes on in the background: poll Customer until its
// status is final.
func (c *Client) CreateCustomer(ctx context.Context, n NewCustomer) (id string, err error) {
	r := request{method: http.MethodPost, route: customersRoute, query: c.onBehalf(nil), body: n, once: true}
	var made struct {
		URL text `json:"url"`
		ID  text `json:"id"`
	}
	ans, err := c.do(ctx, r, &made)
	if err != nil {
		return "", err
	}
	id = firstText(string(made.ID), lastSegment(string(made.URL)), lastSegment(ans.location))
	if id == "" || id == "customers" {
		return "", noID(r, ans)
	}
	return id, nil
}

// noID is the error of a create whose success does not say what it made.
func noID(r request, ans answer) error {
	return &Error{
		Method: r.method, Route: r.route, Status: ans.status, TrackingID: ans.trackingID, Unclear: true,
		Err: errors.New("the answer does not say which object it made"),
	}
}

// UpdateCustomer replaces a customer's packages and settings; the service goes on in the background.
func (c *Client) UpdateCustomer(ctx context.Context, id string, u CustomerUpdate) error {
	_, err := c.do(ctx, request{
		method: http.MethodPut, route: customerRoute, ids: []string{id}, query: c.onBehalf(nil), body: u,
	}, nil)
	return err
}

// DeleteCustomer removes the mapping of a customer in the background; its organization stays. A customer that is not there
// is no error.
func (c *Client) DeleteCustomer(ctx context.Context, id string) error {
	return c.remove(ctx, request{route: customerRoute, ids: []string{id}, query: c.onBehalf(nil)})
}

// remove makes a DELETE, for which an object that is gone is a success.
func (c *Client) remove(ctx context.Context, r request) error {
	r.method = http.MethodDelete
	_, err := c.do(ctx, r, nil)
	if NotFound(err) {
		return nil
	}
	return err
}
