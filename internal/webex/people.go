package webex

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// Person is a user of an organization. It remembers every member the service sent, so that an update loses none.
type Person struct {
	ID            string
	Emails        []string
	DisplayName   string
	FirstName     string
	LastName      string
	OrgID         string
	Roles         []string // role ids
	Licenses      []string // licence ids
	PhoneNumbers  []PersonNumber
	Extension     string
	LocationID    string
	InvitePending Flag
	LoginEnabled  Flag

	raw map[string]json.RawMessage
}

// PersonNumber is a telephone number of a person.
type PersonNumber struct {
	Type    string `json:"type"` // work, mobile, …
	Value   string `json:"value"`
	Primary Flag   `json:"primary"`
}

// UnmarshalJSON keeps the whole object beside the members that have a name here.
func (p *Person) UnmarshalJSON(b []byte) error {
	var w struct {
		ID            string         `json:"id"`
		Emails        []string       `json:"emails"`
		DisplayName   string         `json:"displayName"`
		FirstName     string         `json:"firstName"`
		LastName      string         `json:"lastName"`
		OrgID         string         `json:"orgId"`
		Roles         []string       `json:"roles"`
		Licenses      []string       `json:"licenses"`
		PhoneNumbers  []PersonNumber `json:"phoneNumbers"`
		Extension     string         `json:"extension"`
		LocationID    string         `json:"locationId"`
		InvitePending Flag           `json:"invitePending"`
		LoginEnabled  Flag           `json:"loginEnabled"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*p = Person{
		ID: w.ID, Emails: w.Emails, DisplayName: w.DisplayName, FirstName: w.FirstName, LastName: w.LastName, OrgID: w.OrgID,
		Roles: w.Roles, Licenses: w.Licenses, PhoneNumbers: w.PhoneNumbers, Extension: w.Extension, LocationID: w.LocationID,
		InvitePending: w.InvitePending, LoginEnabled: w.LoginEnabled,
	}
	return json.Unmarshal(b, &p.raw)
}

// MarshalJSON gives back what the service sent, with the roles as they stand now.
func (p Person) MarshalJSON() ([]byte, error) {
	roles, err := json.Marshal(p.Roles)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(p.raw)
	if all == nil {
		all = make(map[string]json.RawMessage, 1)
	}
	all["roles"] = roles
	return json.Marshal(all)
}

// PeopleFilter narrows a list of people; empty members do not.
type PeopleFilter struct {
	Email   string
	OrgID   string
	Calling bool // with number, extension and location
}

const (
	peopleRoute = "/people"
	personRoute = peopleRoute + "/{personId}"
	peoplePage  = 100 // documented
)

// Me reads the person the token belongs to.
func (c *Client) Me(ctx context.Context) (Person, error) {
	var p Person
	_, err := c.do(ctx, request{method: http.MethodGet, route: peopleRoute + "/me"}, &p)
	return p, err
}

// Person reads a person with number, extension and location.
func (c *Client) Person(ctx context.Context, id string) (Person, error) { return c.person(ctx, "", id) }

func (c *Client) person(ctx context.Context, orgID, id string) (Person, error) {
	var p Person
	_, err := c.do(ctx, request{
		method: http.MethodGet, route: personRoute, ids: []string{id}, query: withCallingData(), org: orgID,
	}, &p)
	return p, err
}

// UpdatePerson replaces a person that was read before; only its roles can have changed. The service may have changed
// something even when it answers with an error: read the person again.
func (c *Client) UpdatePerson(ctx context.Context, p Person) error {
	_, err := c.do(ctx, request{
		method: http.MethodPut, route: personRoute, ids: []string{p.ID}, query: withCallingData(), org: p.OrgID, body: p,
	}, nil)
	return err
}

// withCallingData keeps number, extension and location among what is read and written.
func withCallingData() url.Values { return query("callingData", "true") }

// ListPeople lists people of an organization.
func (c *Client) ListPeople(ctx context.Context, f PeopleFilter) iter.Seq2[Person, error] {
	q := query("email", f.Email, "orgId", f.OrgID)
	if f.Calling {
		q = setQuery(q, "callingData", "true")
	}
	return list[Person](ctx, c, listing{request: request{route: peopleRoute, query: q, org: f.OrgID}, size: peoplePage})
}

// AddRole gives a person a role and reads it back; added is false when the person had it before. An error that is Unclear
// means that the role does not show yet, which can take ten minutes.
func (c *Client) AddRole(ctx context.Context, orgID, personID, roleID string) (added bool, err error) {
	return c.changeRoles(ctx, orgID, personID, roleID, true)
}

// RemoveRole takes a role from a person and reads it back; removed is false when the person did not have it. An error that
// is Unclear means that the role still shows, which can take ten minutes.
func (c *Client) RemoveRole(ctx context.Context, orgID, personID, roleID string) (removed bool, err error) {
	return c.changeRoles(ctx, orgID, personID, roleID, false)
}

// changeRoles brings a role to be held, or not to be held, by a person: read, change, write the whole person, read again.
func (c *Client) changeRoles(ctx context.Context, orgID, personID, roleID string, hold bool) (changed bool, err error) {
	p, err := c.person(ctx, orgID, personID)
	if err != nil || slices.Contains(p.Roles, roleID) == hold {
		return false, err
	}
	if hold {
		p.Roles = append(p.Roles, roleID)
	} else {
		p.Roles = slices.DeleteFunc(p.Roles, func(id string) bool { return id == roleID })
	}
	if p.OrgID == "" {
		p.OrgID = orgID
	}
	failed := c.UpdatePerson(ctx, p)
	if Refused(failed) {
		return false, failed
	}
	now, err := c.person(ctx, orgID, personID)
	switch {
	case err == nil && slices.Contains(now.Roles, roleID) == hold:
		return true, nil
	case failed != nil:
		return false, failed
	}
	return false, &Error{
		Method: http.MethodPut, Route: personRoute, Unclear: true,
		Err: errors.Join(errors.New("the change of roles does not show yet"), err),
	}
}
