package onboarding

import "time"

// HandOffKind says what sort of work is to be done by hand.
type HandOffKind string

// The kinds of work that muster leaves to people, in the order in which they are best done.
const (
	HandTemplate  HandOffKind = "template"       // make a template in Partner Hub
	HandSignIn    HandOffKind = "sign_in"        // have Cisco TAC set up an identity provider
	HandAttach    HandOffKind = "attach"         // an existing organization must approve
	HandAssist    HandOffKind = "setup_assist"   // fill the request form of Wholesale Setup Assist
	HandQuantity  HandOffKind = "quantity"       // type the quantities of a customer made by hand
	HandOrder     HandOffKind = "number_order"   // order numbers from the provider
	HandMain      HandOffKind = "main_number"    // set once its number is there
	HandPort      HandOffKind = "port"           // switch numbers on at port time
	HandConsent   HandOffKind = "consent"        // users with a free account must agree
	HandEmergency HandOffKind = "emergency"      // check the addresses that emergency services get
	HandWorkspace HandOffKind = "workspace"      // make workspaces
	HandAddOn     HandOffKind = "add_on"         // assign add-ons beside a base package
	HandHunt      HandOffKind = "hunt_group"     // make hunt groups
	HandQueue     HandOffKind = "call_queue"     // make call queues
	HandAttendant HandOffKind = "auto_attendant" // make auto attendants
	HandPickup    HandOffKind = "pickup_group"   // make pickup groups
	HandDevice    HandOffKind = "device"         // add and assign devices
)

// HandOff is a piece of work that muster does not do.
type HandOff struct {
	Kind     HandOffKind
	Customer string // external ID; empty for work that concerns several, or the partner
	Count    int    // how many of Unit
	Unit     string // what is counted, in the plural: "numbers", "users", "seats"
	Do       Text
	Who      Text
	Where    Text
	Place    Place     // the cell that asks for it
	Wave     string    // of the customer
	Date     time.Time // when it is due; zero when no day is known
}

// Beside is a sheet of something that the service's calls cannot make, with its rows counted.
type Beside struct {
	Source    *Source
	What      string // workspaces, hunt_groups, call_queues, auto_attendants, pickup_groups, devices
	Rows      int
	Customers map[string]int // rows by external ID; the empty one for rows that name none
}

// BesideWord gives the word for people for what such a sheet lists: "hunt groups".
func BesideWord(what string) Word {
	switch what {
	case "workspaces":
		return "workspaces"
	case "hunt_groups":
		return "hunt groups"
	case "call_queues":
		return "call queues"
	case "auto_attendants":
		return "auto attendants"
	case "pickup_groups":
		return "pickup groups"
	}
	return "devices"
}
