// Package wanted holds what a planned row asks for, already in the service's own codes, so that a later run needs no workbook.
//
// The journal keeps these records as JSON: as the spec of a planned row, and as the facts of an object that the service
// does not return. Members may be added; one that is there keeps its meaning.
package wanted

import (
	"encoding/json"
	"fmt"
)

// Vague is what a planned row says nobody knows: columns whose cells hold the word for it. They are not compared and never
// sent, and an object that has any cannot be created.
type Vague []string

// Address is a postal address in the service's codes.
type Address struct {
	Line1   string `json:"line1"`
	Line2   string `json:"line2,omitempty"`
	City    string `json:"city"`
	State   string `json:"state,omitempty"`
	Zip     string `json:"zip,omitempty"`
	Country string `json:"country"`
}

// Customer is what a customer is to become.
type Customer struct {
	ProvisioningID string         `json:"provisioning_id"`
	OrgID          string         `json:"org_id,omitempty"` // an existing organization to attach to
	Name           string         `json:"name"`
	AdminEmail     string         `json:"admin_email"`
	Language       string         `json:"language,omitempty"`
	Address        Address        `json:"address"`
	Packages       []string       `json:"packages"`
	Limits         map[string]int `json:"limits,omitempty"` // nil: quantities are not activated
	HQ             *Place         `json:"hq,omitempty"`     // nil without a calling package
	Meetings       bool           `json:"meetings,omitempty"`
	TimeZone       string         `json:"time_zone,omitempty"`   // IANA name
	SubPartner     string         `json:"sub_partner,omitempty"` // organization of the sub-partner the customer belongs to
	AdminInvite    bool           `json:"admin_invite,omitempty"`
	PackagesOnly   bool           `json:"packages_only,omitempty"` // the inputs give it packages and say nothing else: it is never created
	Level          string         `json:"level,omitempty"`         // highest-ranked user package at creation; see the administrator's parity

	// What the service neither takes nor returns: kept for boards, windows and exports.
	Template    *Template `json:"template,omitempty"`
	Wave        string    `json:"wave,omitempty"`
	GoLive      string    `json:"go_live,omitempty"` // 2006-01-02, or as written when it is no day
	Supported   string    `json:"supported_location,omitempty"`
	SetupAssist string    `json:"setup_assist,omitempty"`

	Unknown Vague  `json:"unknown,omitempty"`
	HQStood string `json:"hq_stood,omitempty"` // facts: whether the organization had the headquarters before it was attached (yes, no); empty: nobody could look
}

// Template is the onboarding template of a customer as the sheet describes it; no API knows it.
type Template struct {
	Name              string `json:"name"`
	Admin             string `json:"service_provider_admin,omitempty"`
	Country           string `json:"country,omitempty"`
	Language          string `json:"default_email_language,omitempty"`
	Subscription      string `json:"subscription,omitempty"`
	CCPProvider       string `json:"ccp_provider,omitempty"`
	Authentication    string `json:"authentication,omitempty"`
	IDPEntityID       string `json:"idp_entity_id,omitempty"`
	OIDCIDPEntityID   string `json:"oidc_idp_entity_id,omitempty"`
	TACIDPName        string `json:"tac_idp_name,omitempty"`
	SAMLMetadata      string `json:"saml_metadata,omitempty"`
	OIDCIssuer        string `json:"oidc_issuer,omitempty"`
	BrandName         string `json:"brand_name,omitempty"`
	AllowAdminInvite  string `json:"allow_admin_invite,omitempty"`
	AllowWebexToWebex string `json:"allow_webex_to_webex,omitempty"`
	Platforms         string `json:"platforms,omitempty"`
}

// Place is what a location is to become.
type Place struct {
	Name      string  `json:"name"`
	Address   Address `json:"address"`
	TimeZone  string  `json:"time_zone"`
	Language  string  `json:"language"` // ll_cc
	Emergency string  `json:"emergency,omitempty"`
	HQ        bool    `json:"is_hq,omitempty"` // made by the service together with the customer
	PSTN      string  `json:"pstn,omitempty"`  // display name of the connection to choose
}

// Numbers is what a location's stock of numbers is to hold beside its users' numbers.
type Numbers struct {
	Main  string   `json:"main,omitempty"` // E.164
	PSTN  string   `json:"pstn,omitempty"`
	Ports bool     `json:"ports,omitempty"` // users of the location have a day on which their number is ported
	Added []string `json:"added,omitempty"` // facts: the numbers that runs of this journal added and that are planned or there, sorted
}

// User is what a user is to become.
type User struct {
	Email     string `json:"email,omitempty"` // not kept among facts, whose key it is
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Package   string `json:"package,omitempty"`
	Calling   bool   `json:"calling,omitempty"`
	Location  string `json:"location,omitempty"` // name; only with a calling package
	Phone     string `json:"phone,omitempty"`    // E.164
	Extension string `json:"extension,omitempty"`
	Admin     bool   `json:"admin,omitempty"`
	Port      string `json:"port_date,omitempty"` // 2006-01-02: the number is switched on then
	Was       string `json:"was,omitempty"`       // of a user whose package was changed: the package before
	Stood     bool   `json:"stood,omitempty"`     // facts: a person of an attached organization before it was given a package
	Unknown   Vague  `json:"unknown,omitempty"`
}

// Role is a role that a user is to hold.
type Role struct {
	Email string `json:"email"`
	Role  string `json:"role"` // name as the service lists it
}

// Encode writes a record for the journal. Records hold only strings, numbers and maps of them, so it always succeeds.
func Encode(record any) []byte {
	b, err := json.Marshal(record)
	if err != nil {
		panic(err)
	}
	return b
}

// Decode reads a record back from the journal. One that was purged is empty and gives an error.
func Decode[S any](b []byte) (S, error) {
	var s S
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("read planned row from the journal: %w", err)
	}
	return s, nil
}
