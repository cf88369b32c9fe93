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
	Missing      map[string]int // numbers to be added, by location
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
		f.Calls++
		return
	case onboarding.ActWait:
		f.Calls += 2 // found, and asked how it stands
		return
	case onboarding.ActCreate:
		f.Calls += 4 // looked for, made, asked how it stands, its organization read
		f.Creates++
	case onboarding.ActUpdate:
		f.Calls += 4
	default:
		f.Calls += 3
	}
	if fresh && p.Invites {
		f.Calls++
	}
	bare := fresh && !p.Attached // nothing can be there yet
	if fresh && p.Attached && p.Headquarters != "" {
		f.Calls++ // the locations, before it is attached
	}
	f.places(p, s[onboarding.ObjectLocation], fresh)
	f.numbers(p, s[onboarding.ObjectNumbers], bare)
	f.users(p, s[onboarding.ObjectUser], bare)
	f.firstUser(p, s, fresh)
	f.grants(p, s[onboarding.ObjectRole], fresh)
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
			f.Calls++
		}
	}
}

// numbers counts the list of a location's numbers, its connection, the batches, and its main number.
func (f *Forecast) numbers(p Prospect, steps []onboarding.Step, bare bool) {
	for _, s := range steps {
		if s.Action == onboarding.ActHold || s.Action == onboarding.ActConflict {
			continue
		}
		if !bare {
			f.Calls++
		}
		if n := p.Missing[s.Key]; n > 0 {
			f.Calls += 1 + pages(n, webex.MaxNumbersPerAdd)
			f.Creates++
		}
		if p.Mains[s.Key] {
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

func pages(n, size int) int { return (n + size - 1) / size }
