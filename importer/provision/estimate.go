package provision

import (
	"slices"
	"strings"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// Forecast counts what carrying out planned steps takes, as the engine sends it. Retries and polls are not foreseen. The
// zero value is ready.
type Forecast struct {
	Calls   int
	Creates int // that count against --max-create
	roles   bool
}

// Prospect is one customer of a plan.
type Prospect struct {
	Steps        []onboarding.Step
	Users        int            // that stand
	Limited      bool           // quantities are asked for
	Licences     bool           // the licences are read, since a quantity is changed or not known
	Alterations  map[string]int // calls that change a location that stands, by its name
	Batches      map[string]int // calls that add the numbers a location lacks, by location
	Mains        map[string]bool
	Headquarters string // name of the location that the service makes with the customer
	Admin        string // key of the role that the service gives by itself to the first user of a new customer
	Attached     bool   // to an organization that exists
	Invites      bool   // its template's setting for mails to administrators is made
}

// listed is how many users, or persons, one call lists.
const listed = 100

// Add adds a customer.
func (f *Forecast) Add(p Prospect) {
	if f.Calls == 0 {
		f.Calls = 1 // who is asking
	}
	s := p.steps()
	head := onboarding.ActNothing
	if len(p.Steps) > 0 && p.Steps[0].Kind == onboarding.ObjectCustomer {
		head = p.Steps[0].Action
	}
	fresh := head == onboarding.ActCreate
	switch head {
	case onboarding.ActHold:
		return
	case onboarding.ActConflict:
		if !removes(p.Steps[0]) { // else it fails with that alone, and what belongs to it goes on
			f.Calls++
			return
		}
		f.changes(p, s)
	case onboarding.ActWait:
		f.Calls += 2 // found, and asked how it stands
		return
	case onboarding.ActCreate:
		f.Calls += 4 // looked for, made, asked how it stands, its organization read
		f.Creates++
	case onboarding.ActUpdate:
		f.changes(p, s)
	default:
		f.Calls += 3 // found, asked how it stands, its organization read
		f.licences(p)
	}
	if fresh && p.Invites {
		f.Calls++
	}
	bare := fresh && !p.Attached // nothing can be there yet
	if fresh && p.Attached && p.Headquarters != "" {
		f.Calls++ // the locations, before it is attached
	}
	f.places(p, s[onboarding.ObjectLocation], fresh)
	f.numbers(p, s[onboarding.ObjectNumbers], newPlaces(p, s[onboarding.ObjectLocation], bare))
	f.users(p, s[onboarding.ObjectUser], bare)
	f.firstUser(p, s, fresh)
	f.grants(p, s[onboarding.ObjectRole], fresh)
}

// changes counts the update of a customer that stands, and the removal of packages, which is sent when all else is done.
func (f *Forecast) changes(p Prospect, s map[onboarding.ObjectKind][]onboarding.Step) {
	f.Calls += 3
	f.licences(p)
	users := max(1, pages(p.Users, listed))
	if sends(p.Steps[0]) {
		f.Calls++
		if p.Limited {
			f.Calls += users // before it is sent, and again when it has been
		}
	}
	if !removes(p.Steps[0]) {
		return
	}
	f.Calls++
	if p.Steps[0].Action == onboarding.ActConflict {
		return // it is refused
	}
	f.Calls += 1 + users // how it stands, and once more who is there
	if len(s[onboarding.ObjectLocation]) > 0 {
		f.Calls += 2
	}
}

// licences counts what tells the quantities that stand: the customer with its licences, and their numbers.
func (f *Forecast) licences(p Prospect) {
	if p.Licences {
		f.Calls += 2
	}
}

// sends reports whether an update of the customer is sent before everything else. A set-up that failed is sent once more.
func sends(s onboarding.Step) bool {
	return s.Action == onboarding.ActUpdate && (!s.Why.Empty() || slices.ContainsFunc(s.Changes, func(d onboarding.Difference) bool {
		return !d.Removal && !d.Unknown && d.Fixed.Empty()
	}))
}

// removes reports whether packages are to be taken from the customer.
func removes(s onboarding.Step) bool {
	return slices.ContainsFunc(s.Changes, func(d onboarding.Difference) bool { return d.Removal })
}

// firstUser counts the look at the first user of a new organization, whose role nobody asks for: the person, and the role
// names once.
func (f *Forecast) firstUser(p Prospect, s map[onboarding.ObjectKind][]onboarding.Step, fresh bool) {
	admin, _, _ := strings.Cut(p.Admin, " ")
	his := func(u onboarding.Step) bool {
		return strings.EqualFold(u.Key, admin) && u.Action == onboarding.ActCreate
	}
	asked := func(r onboarding.Step) bool {
		email, _, _ := strings.Cut(r.Key, " ")
		return strings.EqualFold(email, admin)
	}
	if !fresh || p.Attached || !slices.ContainsFunc(s[onboarding.ObjectUser], his) || slices.ContainsFunc(s[onboarding.ObjectRole], asked) {
		return
	}
	f.Calls++
	f.askRoles()
}

// askRoles counts the list of role names, which is asked for once.
func (f *Forecast) askRoles() {
	if !f.roles {
		f.roles = true
		f.Calls++
	}
}

func (p Prospect) steps() map[onboarding.ObjectKind][]onboarding.Step {
	out := make(map[onboarding.ObjectKind][]onboarding.Step)
	for _, s := range p.Steps {
		out[s.Kind] = append(out[s.Kind], s)
	}
	return out
}

// places counts the lists of locations, and two calls for a new one: make it, enable its calls.
func (f *Forecast) places(p Prospect, steps []onboarding.Step, fresh bool) {
	if len(steps) == 0 {
		return
	}
	f.Calls++
	if !fresh || p.Attached {
		f.Calls++
	}
	for _, s := range steps {
		switch {
		case s.Action == onboarding.ActCreate && !(s.Key == p.Headquarters && fresh):
			f.Calls += 2
			f.Creates++
		case s.Action == onboarding.ActUpdate:
			f.Calls += p.Alterations[s.Key]
		}
	}
}

// newPlaces gives the locations that are made by the run, and hold no numbers yet. The headquarters of an attached customer
// may have stood in the organization.
func newPlaces(p Prospect, steps []onboarding.Step, bare bool) map[string]bool {
	out := make(map[string]bool)
	for _, s := range steps {
		out[s.Key] = s.Action == onboarding.ActCreate && (bare || s.Key != p.Headquarters)
	}
	return out
}

// numbers counts the list of a location's numbers, its connection, the batches, and its main number: how that stands, and the
// change.
func (f *Forecast) numbers(p Prospect, steps []onboarding.Step, fresh map[string]bool) {
	for _, s := range steps {
		if s.Action == onboarding.ActHold || s.Action == onboarding.ActConflict {
			continue
		}
		if !fresh[s.Key] {
			f.Calls++
		}
		if n := p.Batches[s.Key]; n > 0 {
			f.Calls += 1 + n
			f.Creates++
		}
		if p.Mains[s.Key] {
			f.Calls++
		}
		if !fresh[s.Key] && slices.ContainsFunc(s.Changes, func(d onboarding.Difference) bool { return d.Field == "main_number" && d.Sheet != "" }) {
			f.Calls++
		}
	}
}

// users counts the lists of those who stand and of their persons, a call for each that is made or changed, and the list that reads them back.
func (f *Forecast) users(p Prospect, steps []onboarding.Step, bare bool) {
	created, stand := 0, false
	for _, s := range steps {
		switch s.Action {
		case onboarding.ActCreate:
			created++
		case onboarding.ActUpdate:
			f.Calls++
			stand = true
		case onboarding.ActAdopt, onboarding.ActNothing:
			stand = true
		}
	}
	switch {
	case p.Attached:
		f.Calls += max(1, pages(p.Users, listed))
	case stand && !bare:
		f.Calls += pages(p.Users, listed)
	}
	f.Calls += created
	f.Creates += created
	if !bare {
		f.Calls += max(1, pages(p.Users, listed))
	}
	if created > 0 {
		f.Calls += pages(p.Users+created, listed)
	}
}

// grants counts the role names, once, and for each role: read, write, read again.
func (f *Forecast) grants(p Prospect, steps []onboarding.Step, fresh bool) {
	for _, s := range steps {
		switch {
		case s.Action == onboarding.ActHold:
			continue
		case s.Action == onboarding.ActCreate && !(fresh && s.Key == p.Admin):
			f.Calls += 3
		default:
			f.Calls++
		}
		f.askRoles()
	}
}

// Batches counts the calls that add numbers to a location: those that work at once and those that are ported later are sent
// apart.
func Batches(now, later int) int {
	return pages(now, webex.MaxNumbersPerAdd) + pages(later, webex.MaxNumbersPerAdd)
}

func pages(n, size int) int { return (n + size - 1) / size }
