package onboarding

import (
	"time"
)

// Status says what became of one row.
type Status string

// The statuses of an outcome. Every planned row ends in exactly one of them.
const (
	Created   Status = "created"
	Updated   Status = "updated"
	Adopted   Status = "adopted"   // was there already, made by somebody else
	Unchanged Status = "unchanged" // stands as the sheet says, made by this journal
	Waiting   Status = "waiting"   // for a review, a consent or the service; not a failure
	Failed    Status = "failed"
	Held      Status = "held" // its parent failed or waits, or it has an error finding
	NotTried  Status = "not_tried"
)

// What becomes of a row when a run is taken back. It may also be Failed or NotTried.
const (
	Removed Status = "removed"
	Gone    Status = "gone" // was not there any more
	Kept    Status = "kept" // cannot be taken back, or must not be: see the reason
)

// Differs groups rows that stand and in which something differs that no call changes. No outcome has it as its status.
const Differs Status = "differs"

// Word gives the word for people; a status that is not known is its own.
func (s Status) Word() Word {
	switch s {
	case Created:
		return "created"
	case Updated:
		return "updated"
	case Adopted:
		return "adopted"
	case Unchanged:
		return "unchanged"
	case Waiting:
		return "waiting"
	case Failed:
		return "failed"
	case Held:
		return "held"
	case NotTried:
		return "not tried"
	}
	return s.undone()
}

// undone gives the word for what became of a row that was taken back.
func (s Status) undone() Word {
	switch s {
	case Removed:
		return "removed"
	case Gone:
		return "gone"
	case Kept:
		return "kept"
	case Differs:
		return "differs"
	}
	return Word(s)
}

// Final reports whether a later run of the same input need not look at the row again.
func (s Status) Final() bool {
	return s == Created || s == Updated || s == Adopted || s == Unchanged
}

// Reason says why a row waits or is held.
type Reason string

// The reasons of a waiting or held row.
const (
	NoReason           Reason = ""
	ReasonReview       Reason = "review"       // denied-party screening at the service
	ReasonConsent      Reason = "consent"      // the user must agree to move to the organization
	ReasonProvisioning Reason = "provisioning" // the service has not finished
	ReasonParentFailed Reason = "parent_failed"
	ReasonParentWaits  Reason = "parent_waiting"
	ReasonFinding      Reason = "finding"
	ReasonNoPSTN       Reason = "no_pstn"
)

// Why something that a run did stays, in part or as a whole, when the run is taken back.
const (
	ReasonChanged       Reason = "changed"       // it was there before and was only changed
	ReasonAdministrator Reason = "administrator" // the organization needs one
	ReasonCalling       Reason = "calling"       // no call removes a location that makes calls
	ReasonNumbers       Reason = "numbers"       // some numbers stay: the main number, or those of others
	ReasonUsers         Reason = "users"         // the customer has users that the run did not make
	ReasonUnknown       Reason = "unknown"       // nobody can say whether the run made it
	ReasonOrganization  Reason = "organization"  // the customer is removed, its organization remains
)

// ObjectKind says what an outcome is about.
type ObjectKind string

// The kinds of object a run makes.
const (
	ObjectCustomer ObjectKind = "customer"
	ObjectLocation ObjectKind = "location"
	ObjectNumbers  ObjectKind = "numbers"
	ObjectUser     ObjectKind = "user"
	ObjectRole     ObjectKind = "role"
)

// Word gives the word for people; a kind that is not known is its own.
func (k ObjectKind) Word() Word {
	switch k {
	case ObjectCustomer:
		return "customer"
	case ObjectLocation:
		return "location"
	case ObjectNumbers:
		return "numbers"
	case ObjectUser:
		return "user"
	case ObjectRole:
		return "role"
	}
	return Word(k)
}

// Failure is why the service did not do what a row asks for. It never holds a secret.
type Failure struct {
	Kind       string // input, conflict, refused, unavailable, unsettled, protocol
	Code       string // the service's error code, "unsettled", or empty
	Message    string
	TrackingID string
	HTTPStatus int // 0 when no answer came

	Said *Said `json:",omitempty"` // a message of ours in its parts, to be said in any language

	Organization string `json:",omitempty"` // of a customer that was taken back: the one that remains, and claims its emails

	Exchange *Exchange `json:",omitempty"` // the call that failed; nil when none was made
}

// Exchange is a call as it went over the wire, for support. It holds no header, so no token.
type Exchange struct {
	Method  string
	Route   string // path, the ids left out
	Request string `json:",omitempty"` // body that was sent; at most 8 KiB of it
	Answer  string `json:",omitempty"` // body that came; at most 8 KiB of it
}

// CodeUnsettled is the code of a failure of which nobody can say whether it was carried out.
const CodeUnsettled = "unsettled"

// Unsettled reports whether the row failed and its object may stand all the same.
func (o Outcome) Unsettled() bool {
	return o.Status == Failed && o.Error != nil && o.Error.Code == CodeUnsettled
}

// Outcome is what became of one planned object.
type Outcome struct {
	Kind     ObjectKind
	Key      string // external id, location name, email, or email and role
	Customer string // external id
	Status   Status
	Reason   Reason
	OrgID    string    // of a customer in review: the organization that it is to be attached to, whose administrator must approve
	ID       string    // the service's identifier; empty when there is none
	Since    time.Time // when the wait began; zero unless Waiting
	File     string
	Sheet    string
	Row      int
	Error    *Failure     // only when Failed; of a row that was taken back or kept, its Message says what remains
	Differs  []Difference // what the sheet says otherwise and no call of a run can change, or was refused; the row stands all the same
	At       time.Time
}

// RunSummary counts the outcomes of a run and what it cost.
type RunSummary struct {
	Rows                                                                  int
	Created, Updated, Adopted, Unchanged, Waiting, Failed, Held, NotTried int
	Removed, Gone, Kept                                                   int // of a run that takes another one back
	Calls, Retries, Polls                                                 int
	Seconds                                                               float64
}

// Count adds one outcome.
func (s *RunSummary) Count(st Status) {
	switch st {
	case Created:
		s.Created++
	case Updated:
		s.Updated++
	case Adopted:
		s.Adopted++
	case Unchanged:
		s.Unchanged++
	case Waiting:
		s.Waiting++
	case Failed:
		s.Failed++
	case Held:
		s.Held++
	case NotTried:
		s.NotTried++
	case Removed:
		s.Removed++
	case Gone:
		s.Gone++
	case Kept:
		s.Kept++
	}
}
