package sandbox

import "time"

// Words that order an outcome. The first group is looked for in the external id of a customer, then in an e-mail's
// local part, a location's name and a sub-partner's organization id. Letter case does not matter.
const (
	MarkError      = "sandbox-error"       // the customer ends in error; a PUT repairs it
	MarkWithErrors = "sandbox-with-errors" // the first package fails with warning 2560
	MarkReview     = "sandbox-review"      // pending_rpl_review until released
	MarkStuck      = "sandbox-stuck"       // provisioning until released
	MarkSlow       = "sandbox-slow"        // takes twenty times as long
	MarkApproval   = "sandbox-approval"    // the organization to attach to has a verified domain: its administrator must approve

	MarkConsent = "sandbox-consent" // the user must agree to move: 202, pending_user_migration until released
	MarkClaimed = "sandbox-claimed" // the address belongs to another organization: 409 with 10022

	MarkIntegrated = "sandbox-integrated" // the location has an integrated provider: numbers only by order
	MarkCiscoPSTN  = "sandbox-cisco-pstn" // the location has a Cisco Calling Plan: numbers only by order

	MarkDenied = "sandbox-denied" // in the client id of an authorization request: the user says no

	MarkSuspended = "sandbox-suspended" // the sub-partner may delete, not create or update
)

// Families of lists that have a page size of their own, for Settings.PageCeiling.
const (
	FamilyCustomers   = "customers"
	FamilySubscribers = "subscribers"
	FamilySubPartners = "subPartners"
	FamilyLocations   = "locations"
	FamilyCalling     = "telephony"
	FamilyNumbers     = "numbers"
	FamilyPeople      = "people"
)

// Settings switch the behaviours that differ between accounts, times and moods of the service. The zero value is a
// sensible service.
type Settings struct {
	// ProvisionDelay is how long a customer stays in provisioning, updating or deleting: 0 means 150 ms, negative
	// means not at all.
	ProvisionDelay time.Duration
	// ProvisionPolls counts sightings (GET or list) instead of time: the customer is done at the last of them.
	ProvisionPolls int
	// ReviewDelay ends a denied-party review by itself; 0 means only a release does.
	ReviewDelay time.Duration
	// LocationLag is how long after provisioned the headquarters stays out of lists.
	LocationLag time.Duration
	// ListLag is how long a created object stays out of lists. Its natural key is taken at once.
	ListLag time.Duration

	PageCeiling    map[string]int // largest page by family; the documented ceilings otherwise
	ShortPages     bool           // pages hold half of what was asked for
	LinkOff        bool           // no Link header
	PrecheckList   bool           // the precheck's info is a list, not an object
	PhoneKeys      bool           // validateNumbers answers with phoneNumbers[].phoneNumber, not numbers[].number
	StringCodes    bool           // errorCode is a string
	SubPartnersKey string         // key of the sub-partner list; empty means items
	PublicURL      string         // base of the URLs in answers; empty means what the request was sent to

	NoPSTN                bool     // a new location has no PSTN connection
	FirstTouchOff         bool     // a new organization is visible at once
	NoFirstAdmin          bool     // the first user of a new organization does not become its administrator
	RefuseDowngrade       bool     // an administrator's package may not be lower than the customer's level
	RefuseAdminEmail      bool     // a doubled primaryEmail is refused at once instead of ending in error
	StrictFields          bool     // an unknown field in a request is refused
	ProvisioningIDs       []string // known templates; empty means any
	MaxQuantity           int      // largest quantity of a package; 0 means none
	SubPartners           []SubPartner
	Tokens                []Token  // the only good bearers, beside issued ones; empty means any
	RefreshTokens         []string // the only good refresh tokens, beside issued ones; empty means any not yet used
	TokenLife             time.Duration
	RatePerMinute         int  // calls a minute; 0 means no limit
	RateBurst             int  // calls at once after a rest; 0 means one second's worth, at least 1
	RateWithoutRetryAfter bool // a 429 of the rate limit has no Retry-After
}

// SubPartner is an organization below the partner.
type SubPartner struct {
	OrgID          string `json:"orgId"`
	SubscriptionID string `json:"subscriptionId"`
	State          string `json:"provisioningState"` // active or suspended
	Created        string `json:"created"`
	BillingStart   string `json:"billingStartDate"`
}

// Token is a bearer that the sandbox knows.
type Token struct {
	Value   string
	Expires time.Time // zero means never
	Scopes  []string  // empty means all
}

// delay gives how long background work on a customer takes.
func (t Settings) delay() time.Duration {
	switch {
	case t.ProvisionDelay < 0:
		return 0
	case t.ProvisionDelay == 0:
		return 150 * time.Millisecond
	}
	return t.ProvisionDelay
}

// tokenLife gives how long an issued access token is good.
func (t Settings) tokenLife() time.Duration {
	if t.TokenLife > 0 {
		return t.TokenLife
	}
	return 14 * 24 * time.Hour
}
