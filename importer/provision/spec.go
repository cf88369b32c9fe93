package provision

import (
	"encoding/json"
	"fmt"
)

// The specs are what the journal keeps of a planned row: everything that is needed to make the object, already in the
// service's own codes, so that a later run needs no workbook.

// Address is a postal address in the service's codes.
type Address struct {
	Line1   string `json:"line1"`
	Line2   string `json:"line2,omitempty"`
	City    string `json:"city"`
	State   string `json:"state,omitempty"`
	Zip     string `json:"zip,omitempty"`
	Country string `json:"country"`
}

// CustomerSpec is what a customer is to become.
type CustomerSpec struct {
	ProvisioningID string         `json:"provisioning_id"`
	OrgID          string         `json:"org_id,omitempty"` // an existing organization to attach to
	Name           string         `json:"name"`
	AdminEmail     string         `json:"admin_email"`
	Language       string         `json:"language,omitempty"`
	Address        Address        `json:"address"`
	Packages       []string       `json:"packages"`
	Limits         map[string]int `json:"limits,omitempty"` // nil: quantities are not activated
	HQ             *PlaceSpec     `json:"hq,omitempty"`     // nil without a calling package
	Meetings       bool           `json:"meetings,omitempty"`
	TimeZone       string         `json:"time_zone,omitempty"`
	SubPartner     string         `json:"sub_partner,omitempty"`
}

// PlaceSpec is what a location is to become.
type PlaceSpec struct {
	Name      string  `json:"name"`
	Address   Address `json:"address"`
	TimeZone  string  `json:"time_zone"`
	Language  string  `json:"language"` // ll_cc
	Emergency string  `json:"emergency,omitempty"`
	HQ        bool    `json:"is_hq,omitempty"` // made by the service together with the customer
	PSTN      string  `json:"pstn,omitempty"`  // display name of the connection to choose
}

// NumbersSpec is what a location's stock of numbers is to hold beside its users' numbers.
type NumbersSpec struct {
	Main string `json:"main,omitempty"` // E.164
	PSTN string `json:"pstn,omitempty"`
}

// UserSpec is what a user is to become.
type UserSpec struct {
	Email     string `json:"email"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Package   string `json:"package"`
	Calling   bool   `json:"calling,omitempty"`
	Phone     string `json:"phone,omitempty"` // E.164
	Extension string `json:"extension,omitempty"`
	Admin     bool   `json:"admin,omitempty"`
}

// RoleSpec is a role that a user is to hold.
type RoleSpec struct {
	Email string `json:"email"`
	Role  string `json:"role"` // name as the service lists it
	First bool   `json:"first,omitempty"`
}

// encode writes a spec for the journal. Specs hold only strings, numbers and maps of them, so it always succeeds.
func encode(spec any) []byte {
	b, err := json.Marshal(spec)
	if err != nil {
		panic(err)
	}
	return b
}

// decode reads a spec back from the journal.
func decode[S any](b []byte) (S, error) {
	var s S
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("read planned row from the journal: %w", err)
	}
	return s, nil
}
