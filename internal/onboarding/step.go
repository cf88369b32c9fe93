package onboarding

// Action says what a run would do about a planned row, or what a comparison with the live state found.
type Action string

// The actions of a step.
const (
	ActCreate   Action = "create"
	ActUpdate   Action = "update"   // something the sheet asks for is added or changed
	ActAdopt    Action = "adopt"    // stands as the sheet says, made by somebody else
	ActNothing  Action = "nothing"  // stands as the sheet says, made by this journal
	ActConflict Action = "conflict" // stands in a way that keeps the row from being carried out
	ActHold     Action = "hold"     // would not be tried: its parent cannot be carried out, or it has an error finding
	ActWait     Action = "wait"     // for a review, a consent or the service
)

// Word gives the word for people; an action that is not known is its own.
func (a Action) Word() Word {
	switch a {
	case ActCreate:
		return "create"
	case ActUpdate:
		return "update"
	case ActAdopt:
		return "adopt"
	case ActNothing:
		return "nothing"
	case ActConflict:
		return "conflict"
	case ActHold:
		return "hold"
	case ActWait:
		return "wait"
	}
	return Word(a)
}

// Difference is one field in which the sheet and the live state do not agree.
type Difference struct {
	Field   Field
	Sheet   string // what the sheet asks for, in the service's codes
	Live    string // what stands at the service
	Asked   Text   // what the sheet asks for, in words; empty where Sheet alone says it
	Removal bool   // something that is there would be taken away
	Fixed   Text   // why a run cannot change it, and where a person can; empty when a run changes it
	Unknown bool   // the service does not return the field and the journal does not know it: not comparable
}

// Step is what a run would do about one planned row, found by comparing it with the live state.
type Step struct {
	Kind     ObjectKind
	Key      string
	Customer string
	Action   Action
	Reason   Reason       // of a hold or a wait
	Why      Text         // of a conflict, or a remark
	Changes  []Difference // in the order of the sheet's columns
	Drift    []Difference // fields that somebody changed at the service since this journal last saw it: Sheet is what it saw
	ID       string       // the service's; empty for an object that is not there
	Once     bool         // this journal made the object once, be it taken back since
	File     string
	Sheet    string
	Row      int
}

// Differs reports whether a comparable field differs, be it one that a run can change or not.
func (s Step) Differs() bool {
	for _, d := range s.Changes {
		if !d.Unknown {
			return true
		}
	}
	return false
}
