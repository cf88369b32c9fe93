package onboarding

import "slices"

// Row is where a record stood. Every record embeds one.
type Row struct {
	Source  *Source
	Number  int     // row number the user sees; for CSV the line on which the record starts
	Damaged []Field // cells that could not be read and carry an error finding already: no rule judges them again
	Unknown []Field // cells that say that nobody knows the value; the record holds the empty text
}

// AllFields in Row.Damaged stands for every field: the values of the row may stand in the wrong columns.
const AllFields Field = "*"

// Readable reports whether the cell of a field was read as it stands.
func (r Row) Readable(f Field) bool {
	return r.Damaged == nil || !slices.Contains(r.Damaged, f) && !slices.Contains(r.Damaged, AllFields)
}

// Knows reports whether the cell of a field does not say that nobody knows its value.
func (r Row) Knows(f Field) bool { return r.Unknown == nil || !slices.Contains(r.Unknown, f) }

// Cell gives the place of a field of this record. Where the source has no such column, the place is the row as a whole; a
// record that stands in no input has none.
func (r Row) Cell(f Field) Place {
	if r.Source == nil {
		return Place{}
	}
	return Place{r.Source, r.Number, r.Source.Column(f)}
}

// Address is a postal address as written in the sheet. The wholesale service allows 50 characters in each line.
type Address struct {
	Line1, Line2, City, State, Zip, Country string
}

// Template is one row of the sheet Templates. No API creates templates: they are made by hand in Partner Hub.
//
// The text fields hold what the cell said, trimmed and normalised. The Resolved part is filled before the rules run.
type Template struct {
	Row
	Name                 string
	ProvisioningID       string
	ServiceProviderAdmin string
	Country              string
	DefaultEmailLanguage string
	Subscription         string
	CCPProvider          string
	Authentication       string
	IDPEntityID          string
	OIDCIDPEntityID      string
	TACIDPName           string
	SAMLMetadata         string
	OIDCIssuer           string
	BrandName            string
	AllowAdminInvite     string
	AllowWebexToWebex    string
	Platforms            string

	Resolved struct {
		Country   string // ISO 3166-1 alpha-2; empty when unknown
		Language  string // ll or ll_CC; empty when unknown
		AuthMode  AuthMode
		BroadWork bool // the template also serves the BroadWorks platform
		Users     int  // customers that name this template
	}
}

// AuthMode is how users of a template's customers sign in.
type AuthMode uint8

// Authentication modes of an onboarding template; AuthUnknown is a word nobody knows.
const (
	AuthWebex AuthMode = iota
	AuthSAML
	AuthOIDC
	AuthUnknown
)

// Customer is one row of the sheet Customers with what belongs to it.
type Customer struct {
	Row
	ExternalID        string
	Name              string
	AdminEmail        string
	Template          string
	Address           Address
	Language          string // of the organization and its mails
	SupportedLocation string
	PackageList       string
	ActivateQuantity  string
	OrganizationID    string // an existing Webex organization to attach to
	HQName            string
	TimeZone          string // of the headquarters
	AnnounceLanguage  string // of the headquarters
	EmergencyLocation string // SIP access-network info; Belgium, Germany and France only
	Wave              string
	GoLive            string
	SubPartner        string
	SetupAssist       string
	Seats             []Seat      // packages and add-ons, from the list, the package columns and the sheet Packages
	Sites             []*Location // rows of the sheet Locations, in sheet order

	Resolved struct {
		Template *Template // nil when unknown
		Country  string    // ISO 3166-1 alpha-2
		State    string    // subdivision code without the country prefix
		Language string    // ll or ll_CC
		Announce string    // ll_cc
		HQ       string    // headquarters name; the company name when the sheet gives none
		HQSite   *Location // the row of Locations that describes the headquarters, if there is one
		Limited  bool      // quantities are activated
		Calling  bool      // at least one package makes calls
		Held     bool      // carries an error finding
	}
	Totals Totals
}

// OnlyPackages reports whether the inputs hold nothing of the customer but rows of the sheet Packages: it stands, and is given
// packages. Its row is the first of these; of its seats, those that stand have no source.
func (c *Customer) OnlyPackages() bool { return c.Source != nil && c.Source.Kind == Packages }

// Totals is what the walk counts per customer while the users pass.
type Totals struct {
	Users      int
	Packages   []PackageCount
	Admins     int  // users with the role Full administrator or the administrator's email
	AdminFirst bool // the customer's first user is an administrator
	FirstUser  Row  // where the customer's first user stands
	HasNumbers bool
}

// PackageCount is how many users have a package, given by its API name.
type PackageCount struct {
	Package string
	Users   int
}

// Count adds a user of a package, given by its API name.
func (t *Totals) Count(api string) {
	for i := range t.Packages {
		if t.Packages[i].Package == api {
			t.Packages[i].Users++
			return
		}
	}
	t.Packages = append(t.Packages, PackageCount{api, 1})
}

// Of gives how many users have a package.
func (t *Totals) Of(api string) int {
	for _, p := range t.Packages {
		if p.Package == api {
			return p.Users
		}
	}
	return 0
}

// Written reports whether a cell of the inputs says the package. Else it stands, and the inputs do not name it.
func (s Seat) Written() bool { return s.Place.Source != nil }

// Seat is one package or add-on of a customer, with its quantity as written.
type Seat struct {
	Place    Place  // the cell that says it
	Field    Field  // field of that cell
	Label    string // as written: heading of the package column, item of the list, or cell of the sheet Packages
	Package  string // API name; empty when unknown
	Quantity string // as written; empty when none
	Limit    int    // whole number when Numeric
	Numeric  bool   // Quantity is a whole number of at least 1
	FromList bool   // stands in the list column, which holds no quantities
	Unknown  bool   // the cell says that nobody knows the quantity
}

// Location is one row of the sheet Locations.
type Location struct {
	Row
	Customer         string
	Name             string
	Address          Address
	TimeZone         string
	AnnounceLanguage string
	MainNumber       string
	PSTN             string

	Resolved struct {
		Customer *Customer
		Country  string
		State    string
		Announce string // ll_cc
		Main     string // E.164
		Held     bool
	}
}

// User is one row of the sheet Users. Users are streamed: a rule must copy what it wants to remember.
type User struct {
	Row
	Customer  string
	FirstName string
	LastName  string
	Email     string
	Package   string
	Location  string
	Phone     string
	Extension string
	Role      string
	PortDate  string

	Resolved struct {
		Customer   *Customer // nil when unknown
		Package    string    // API name; empty when unknown
		Calling    bool      // the package makes calls
		Assignable bool      // the package is one for users
		Country    string    // of the user's location, which gives national numbers their meaning
		Site       *Location // nil when the user sits at the headquarters or the location is unknown
		AtHQ       bool
		Phone      string // E.164; empty when there is none or it cannot be read
		PhoneIn    string // ISO code of the country whose numbering plan the number belongs to
		TollFree   bool
		Role       string // role name as the service lists it; empty for none or unknown
		Admin      bool   // full administrator of the customer
		Held       bool   // carries an error finding
	}
}
