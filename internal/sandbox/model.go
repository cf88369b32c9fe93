package sandbox

import (
	"encoding/json"
	"time"
)

// address is a postal address in the wholesale spelling.
type address struct {
	Line1   string `json:"addressLine1"`
	Line2   string `json:"addressLine2,omitempty"`
	City    string `json:"city"`
	State   string `json:"stateOrProvince,omitempty"`
	Zip     string `json:"zipOrPostalCode,omitempty"`
	Country string `json:"country"`
}

// siteAddress is a postal address in the spelling of locations.
type siteAddress struct {
	Line1   string `json:"address1"`
	Line2   string `json:"address2,omitempty"`
	City    string `json:"city"`
	State   string `json:"state,omitempty"`
	Zip     string `json:"postalCode,omitempty"`
	Country string `json:"country"`
}

// site gives the same address in the other spelling.
func (a address) site() siteAddress { return siteAddress(a) }

// customer is a wholesale customer. The organization it maps to is there from the start and shown when provisioned.
type customer struct {
	N            serial
	Partner      string // sub-partner organization; empty for the partner itself
	ExternalID   string
	Org          serial
	Address      address
	Name         string
	AdminEmail   string
	Language     string
	Packages     []string
	Limits       map[string]int // nil: quantities are not activated
	Level        []string       // packages at creation
	Headquarters *callingBlock  // what becomes the headquarters location
	Status       string
	Failed       string // package that could not be provisioned
	Clash        bool   // its primary e-mail belongs to somebody else
	Attached     bool   // to an organization that was there before
	Approval     bool   // its administrator must approve that
	Repaired     bool   // a PUT after an error
	Created      time.Time
	Due          time.Time // when the background work is done
	Deleted      bool

	polls   int      // sightings left, when these are counted
	members *members // loaded at the first change of its users
}

// callingBlock is the part of a customer request that describes the headquarters.
type callingBlock struct {
	Name      string
	Address   address
	TimeZone  string
	Language  string
	Emergency string
}

// org is a Webex organization.
type org struct {
	N        serial
	ID       string
	Name     string
	Created  time.Time
	Shown    time.Time // when it came to be; zero while its customer is being provisioned
	Touched  bool      // the partner has read the list of organizations since
	Customer serial    // the customer that maps to it; 0 when none does
	Language string
	Settings map[string]json.RawMessage
}

// location is an office of an organization.
type location struct {
	N          serial
	Org        serial
	Name       string
	TimeZone   string
	Language   string
	Announce   string
	Address    siteAddress
	Latitude   json.RawMessage
	Longitude  json.RawMessage
	Notes      string
	Calling    bool
	CallingSet map[string]json.RawMessage // what PUT on the calling location said
	Main       uint64                     // main number, 0 for none
	PSTN       *pstnConnection
	Visible    time.Time
	Deleted    bool
}

// pstnConnection is how a location reaches the telephone network.
type pstnConnection struct {
	ID        string   `json:"id,omitempty"`
	Name      string   `json:"displayName,omitempty"`
	Services  []string `json:"pstnServices,omitempty"`
	Type      string   `json:"pstnConnectionType"`
	RouteType string   `json:"routeType,omitempty"`
	RouteID   string   `json:"routeId,omitempty"`
}

// user is a person and, when Status is not empty, a wholesale subscriber.
type user struct {
	Org       serial
	N         serial
	Email     string // lower case
	Status    string // provisioned, pending_user_migration, or empty: a person without a package
	Package   string
	First     string
	Last      string
	Display   string
	Phone     uint64 // 0 for none
	Extension string
	Location  serial // 0 for none
	Roles     []string
	AddOns    []string // packages whose licence was added by hand
	Created   int64    // milliseconds
	Changed   int64    // of the status, milliseconds
}

// number is a phone number of a location. There may be very many, so it is small.
type number struct {
	Org, Location, Owner serial
	Inactive, TollFree   bool
	Mobile, Service      bool
}

// issued is a token pair from the token endpoint.
type issued struct {
	N       serial
	Access  string
	Refresh string
	Expires time.Time
	Used    bool     // the refresh token was exchanged
	Scopes  []string `json:",omitempty"` // empty: all
}

const (
	statusProvisioning = "provisioning"
	statusUpdating     = "updating"
	statusDeleting     = "deleting"
	statusReview       = "pending_rpl_review"
	statusProvisioned  = "provisioned"
	statusWithErrors   = "provisioned_with_errors"
	statusError        = "error"
	statusMigration    = "pending_user_migration"
)
