package webex

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// Scope is a right that a token may have.
type Scope struct {
	Name string
	For  onboarding.Word // the calls that need it
}

// The scopes that commands need; names as the service's documentation gives them.
const (
	ScopeMe               = "spark:people_read"
	ScopeCustomersRead    = "spark-admin:wholesale_customers_read"
	ScopeCustomersWrite   = "spark-admin:wholesale_customers_write"
	ScopeSubscribersRead  = "spark-admin:wholesale_subscribers_read"
	ScopeSubscribersWrite = "spark-admin:wholesale_subscribers_write"
	ScopeSubPartnersRead  = "spark-admin:wholesale_sub_partners_read"
	ScopeOrgsRead         = "spark-admin:organizations_read"
	ScopeOrgsWrite        = "spark-admin:organizations_write"
	ScopeLocationsRead    = "spark-admin:locations_read"
	ScopeLocationsWrite   = "spark-admin:locations_write"
	ScopeCallingRead      = "spark-admin:telephony_config_read"
	ScopeCallingWrite     = "spark-admin:telephony_config_write"
	ScopePSTNRead         = "spark-admin:telephony_pstn_read"
	ScopePSTNWrite        = "spark-admin:telephony_pstn_write"
	ScopePeopleRead       = "spark-admin:people_read"
	ScopePeopleWrite      = "spark-admin:people_write"
	ScopeRolesRead        = "spark-admin:roles_read"
	ScopeLicensesRead     = "spark-admin:licenses_read"
)

// Scopes are all that any call of this package needs.
func Scopes() []Scope {
	return []Scope{
		{ScopeMe, "who the token belongs to"},
		{ScopeCustomersRead, "look customers up"},
		{ScopeCustomersWrite, "make, change and remove customers"},
		{ScopeSubscribersRead, "look users up"},
		{ScopeSubscribersWrite, "make, change and remove users"},
		{ScopeSubPartnersRead, "look sub-partners up"},
		{ScopeOrgsRead, "make new customers visible"},
		{ScopeOrgsWrite, "settings of an organization"},
		{ScopeLocationsRead, "look locations up"},
		{ScopeLocationsWrite, "make, change and remove locations"},
		{ScopeCallingRead, "look numbers and calling locations up"},
		{ScopeCallingWrite, "add, switch on and remove numbers, enable calls at locations"},
		{ScopePSTNRead, "look PSTN connections up"},
		{ScopePSTNWrite, "connect locations to the PSTN"},
		{ScopePeopleRead, "look people and their roles up"},
		{ScopePeopleWrite, "give and take roles"},
		{ScopeRolesRead, "names of roles"},
		{ScopeLicensesRead, "quantities of packages that stand"},
	}
}

// Includes reports whether scopes that were granted let pass what another one is for: locations may also be read with the
// scopes for people and for devices.
func Includes(granted []string, scope string) bool {
	return slices.Contains(granted, scope) ||
		scope == ScopeLocationsRead && (slices.Contains(granted, ScopePeopleRead) || slices.Contains(granted, "spark-admin:device_read"))
}

// MayRead finds out whether the token has a scope that lets lists be read, by reading one row; known is false for other
// scopes, and where the answer tells nothing about it. An error ends the asking: the token is gone, or the context.
func (c *Client) MayRead(ctx context.Context, scope string) (may, known bool, err error) {
	route := readWith(scope)
	if route == "" {
		return false, false, nil
	}
	_, err = c.do(ctx, request{method: http.MethodGet, route: route, query: query("max", "1")}, nil)
	var e *Error
	switch {
	case err == nil:
		return true, true, nil
	case ctx.Err() != nil:
		return false, false, ctx.Err()
	case errors.As(err, &e) && e.Status == http.StatusForbidden:
		sure := scope != ScopeLocationsRead && scope != ScopeCallingRead || strings.Contains(e.said(), scope) // a partner without calls of its own may be refused for that
		return false, sure, nil
	case errors.As(err, &e) && e.Status != 0 && e.Status != http.StatusUnauthorized:
		return false, false, nil
	}
	return false, false, err
}

// readWith is a list that a scope lets a partner read; empty when there is none.
func readWith(scope string) string {
	switch scope {
	case ScopeCustomersRead:
		return customersRoute
	case ScopeSubscribersRead:
		return subscribersRoute
	case ScopeSubPartnersRead:
		return "/wholesale/subPartners"
	case ScopeLocationsRead:
		return "/locations"
	case ScopeCallingRead:
		return "/telephony/config/numbers"
	case ScopePeopleRead:
		return peopleRoute
	case ScopeRolesRead:
		return "/roles"
	case ScopeLicensesRead:
		return "/licenses"
	}
	return ""
}
