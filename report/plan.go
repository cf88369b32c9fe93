package report

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// Plan is what a run would do, as a comparison of the planned rows with the live state tells. Nothing was changed. Its lists
// may be read more than once.
type Plan struct {
	Target     string // sandbox, webex, or the base URL
	Sandbox    bool   // nothing real is compared
	Org        string // partner organization
	SubPartner string // organization on whose behalf the service was asked; empty for none
	Made       time.Time
	Colour     bool // text may show removals in red
	Check      Check
	Summary    PlanSummary
	Guards     []string // that would stop the run, or leave customers for later
	Mails      PlanMails
	Customers  iter.Seq2[PlanCustomer, error]    // in the order of the plan
	Steps      iter.Seq2[onboarding.Step, error] // customer by customer, in the order of execution
	Extras     iter.Seq2[PlanExtra, error]       // what stands and the sheet does not name
	Bound      *Bound                            // nil: the plan is only shown
}

// PlanCounts is the number of steps by action.
type PlanCounts struct {
	Create   int `json:"create"`
	Update   int `json:"update"`
	Adopt    int `json:"adopt"`
	Nothing  int `json:"nothing"`
	Conflict int `json:"conflict"`
	Hold     int `json:"hold"`
	Wait     int `json:"wait"`
}

// Count adds one step.
func (n *PlanCounts) Count(a onboarding.Action) {
	switch a {
	case onboarding.ActCreate:
		n.Create++
	case onboarding.ActUpdate:
		n.Update++
	case onboarding.ActAdopt:
		n.Adopt++
	case onboarding.ActNothing:
		n.Nothing++
	case onboarding.ActConflict:
		n.Conflict++
	case onboarding.ActHold:
		n.Hold++
	case onboarding.ActWait:
		n.Wait++
	}
}

func (n PlanCounts) list() []int {
	return []int{n.Create, n.Update, n.Adopt, n.Nothing, n.Conflict, n.Hold, n.Wait}
}

// still counts the steps that leave an object as it stands.
func (n PlanCounts) still() int { return n.Adopt + n.Nothing }

func (n PlanCounts) all() int {
	sum := 0
	for _, c := range n.list() {
		sum += c
	}
	return sum
}

// PlanSummary is what a plan comes to.
type PlanSummary struct {
	PlanCounts
	Customers    int
	Kinds        map[onboarding.ObjectKind]PlanCounts
	Removals     int     // fields in which something that is there would be taken away
	Fixed        int     // fields that differ and that no call can change
	Unknown      int     // fields that cannot be compared
	Drifted      int     // objects that somebody changed at the service since the journal last saw them
	Extras       int     // objects that stand and the sheet does not name
	Calls        int     // that a run would need, retries and polls apart
	Rate         float64 // calls a second at which Seconds is told
	Ceiling      bool    // Rate was asked for; else it is the one at which the service is begun with
	Seconds      float64 // that the calls take at the rate
	Asked        int     // calls that this comparison took
	WithNoChange int     // customers of which nothing is to be done
}

// Count adds one step.
func (s *PlanSummary) Count(st onboarding.Step) {
	s.PlanCounts.Count(st.Action)
	if s.Kinds == nil {
		s.Kinds = make(map[onboarding.ObjectKind]PlanCounts)
	}
	n := s.Kinds[st.Kind]
	n.Count(st.Action)
	s.Kinds[st.Kind] = n
	if len(st.Drift) > 0 {
		s.Drifted++
	}
	for _, d := range st.Changes {
		switch {
		case d.Unknown:
			s.Unknown++
		case !d.Fixed.Empty():
			s.Fixed++
		case d.Removal:
			s.Removals++
		}
	}
}

// Says counts a step that leaves its object as it stands, if there is something to say of it.
func (c *PlanCustomer) Says(s onboarding.Step) {
	if stays(s) && worthy(s) {
		c.Said++
	}
}

// Changes reports whether a run would change something at the service.
func (s PlanSummary) Changes() bool { return s.Create+s.Update > 0 }

// PlanCustomer is one customer of a plan.
type PlanCustomer struct {
	Key    string // external ID
	Name   string
	Counts PlanCounts
	Steps  int // in Plan.Steps
	Said   int // of the steps that leave an object as it stands: those with something to say all the same
	Seats  []PlanSeats
	Extras int
	Named  []PlanExtra // the first few of them
}

// still reports whether nothing is to be done or said about the customer.
func (c PlanCustomer) still() bool { return c.Counts.still() == c.Steps && c.Said == 0 }

// PlanSeats is the capacity of one package of a customer.
type PlanSeats struct {
	Package string
	Asked   int  // by the sheet; 0: no quantity
	Total   int  // that stand; 0: none, or unlimited
	Known   bool // Total is known
	Used    int  // by users that stand
	After   int  // users once the plan is carried out
}

// Free is how many seats are left once the plan is carried out, negative when some lack; ok is false where none are counted.
func (s PlanSeats) Free() (n int, ok bool) {
	limit := s.Asked
	if limit == 0 && s.Known {
		limit = s.Total
	}
	return limit - s.After, limit > 0
}

// PlanExtra is an object that stands and that the sheet does not name.
type PlanExtra struct {
	Customer string
	Kind     onboarding.ObjectKind // a customer's key is the package that the sheet does not name
	Key      string
	Made     bool // by this journal
}

// PlanMails is what people get by mail because of a run.
type PlanMails struct {
	Welcome int // to created users
	Quiet   int // created users of existing organizations whose template sends them none
	RedSky  int // to created users and to administrators of new customers in the United States and Canada
	Consent int // users who have been asked, and have not agreed yet
}

// planKinds gives the kinds of step in the order of execution.
func planKinds() []onboarding.ObjectKind {
	return []onboarding.ObjectKind{
		onboarding.ObjectCustomer, onboarding.ObjectLocation, onboarding.ObjectNumbers, onboarding.ObjectUser, onboarding.ObjectRole,
	}
}

// walk calls fn for each customer, with an iterator over its steps that may be left early.
func (p *Plan) walk(fn func(PlanCustomer, iter.Seq2[onboarding.Step, error]) error) error {
	next, stop := iter.Pull2(p.Steps)
	defer stop()
	for c, err := range p.Customers {
		if err != nil {
			return err
		}
		left := c.Steps
		steps := some(next, &left)
		if err := fn(c, steps); err != nil {
			return err
		}
		for range steps {
			continue // what fn has left
		}
	}
	return nil
}

// some gives the next items, as many as are left.
func some[T any](next func() (T, error, bool), left *int) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for *left > 0 {
			item, err, ok := next()
			if !ok {
				return
			}
			*left--
			if !yield(item, err) {
				return
			}
		}
	}
}

// planVerdict is the sentence on top of a plan, and its tone.
func planVerdict(s PlanSummary) (text, tone string) {
	switch {
	case s.Conflict > 0:
		return plural(s.Conflict, "conflict") + " to solve first", "bad"
	case s.Removals > 0:
		return planLine(s.PlanCounts) + ", with " + plural(s.Removals, "removal"), "bad"
	case s.Changes():
		return planLine(s.PlanCounts), "look"
	case s.Hold+s.Wait > 0:
		return planLine(s.PlanCounts), "look"
	}
	return "nothing to do", "good"
}

// planLine gives the counts that are not zero.
func planLine(n PlanCounts) string {
	line := ""
	for _, part := range []struct {
		n    int
		word string
	}{
		{n.Create, "to create"},
		{n.Update, "to update"},
		{n.Adopt, "to adopt"},
		{n.Conflict, "in conflict"},
		{n.Hold, "held"},
		{n.Wait, "waiting"},
		{n.Nothing, "left alone"},
	} {
		if part.n == 0 {
			continue
		}
		if line != "" {
			line += ", "
		}
		line += thousands(part.n) + " " + part.word
	}
	if line == "" {
		return "nothing to do"
	}
	return line
}

// fact pairs say what a plan costs and causes, in words; the formats lay them out.
func (p *Plan) facts() []fact {
	out := []fact{{"calls", p.callsLine()}}
	if m := p.mailsLine(); m != "" {
		out = append(out, fact{"mails", m})
	}
	s := p.Summary
	if s.Extras > 0 {
		out = append(out, fact{"extras", count(s.Extras, "object stands", "objects stand") + " that the sheet does not name: left alone"})
	}
	if s.Fixed > 0 {
		out = append(out, fact{"by hand", count(s.Fixed, "field differs", "fields differ") + " that no call can change: see where it says so"})
	}
	if s.Unknown > 0 {
		out = append(out, fact{"unknown", count(s.Unknown, "field is", "fields are") + " not comparable: not returned by the service, and not known to this journal"})
	}
	if s.Drifted > 0 {
		out = append(out, fact{"changed", count(s.Drifted, "object was", "objects were") + " changed at the service since this journal last saw them"})
	}
	for _, g := range p.Guards {
		out = append(out, fact{"guard", g})
	}
	return out
}

func (p *Plan) callsLine() string {
	s := p.Summary
	line := fmt.Sprintf("a run needs about %s, %s at %g/s", plural(s.Calls, "call"), lasting(s.Seconds), s.Rate)
	switch {
	case s.Ceiling:
		line += " (--rate)"
	case p.Sandbox:
		line += ", at which the real service is begun with (the embedded sandbox is not limited)"
	default:
		line += ", at which a run begins"
	}
	return line + fmt.Sprintf("; this plan took %s", thousands(s.Asked))
}

// lasting puts seconds into words: 40 s, 12 min, 3 h 20 min.
func lasting(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Second:
		return "under a second"
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	}
	return fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

func (p *Plan) mailsLine() string {
	m := p.Mails
	var line string
	add := func(n int, text string) {
		if n == 0 {
			return
		}
		if line != "" {
			line += "; "
		}
		line += text
	}
	add(m.Welcome, count(m.Welcome, "welcome mail", "welcome mails")+" to created users (none to customer administrators)")
	add(m.Quiet, count(m.Quiet, "created user", "created users")+" of existing organizations without one: the template does not allow it")
	add(m.RedSky, count(m.RedSky, "RedSky mail", "RedSky mails")+" about emergency calls to users and administrators in the US and Canada, which no setting stops")
	add(m.Consent, count(m.Consent, "user has", "users have")+" been asked to agree and not answered")
	return line
}

// stepPlace is where the row of a step stands, for a person.
func stepPlace(s onboarding.Step) string {
	return where(onboarding.Outcome{File: s.File, Sheet: s.Sheet, Row: s.Row})
}

// stepWhy says why a step is as it is; empty when its action says it all.
func stepWhy(s onboarding.Step) string {
	switch {
	case !s.Why.Empty():
		return s.Why.String()
	case s.Reason != onboarding.NoReason:
		return reasonText(s.Reason)
	}
	return ""
}

// changeLine says in one line how a field differs.
func changeLine(d onboarding.Difference) string {
	switch {
	case d.Unknown:
		return fmt.Sprintf("%s: not comparable", d.Field)
	case !d.Fixed.Empty():
		return fmt.Sprintf("%s is %s, the sheet says %s: %s", d.Field, shown(d.Live), shown(d.Sheet), Visible(d.Fixed.String()))
	case d.Removal && d.Sheet == "":
		return fmt.Sprintf("remove from %s: %s", d.Field, shown(d.Live))
	case d.Removal:
		return fmt.Sprintf("remove in %s: %s -> %s", d.Field, shown(d.Live), shown(d.Sheet))
	case d.Live == "" && d.Field == "packages":
		return fmt.Sprintf("add to %s: %s", d.Field, shown(d.Sheet))
	case d.Live == "":
		return fmt.Sprintf("%s: %s", d.Field, shown(d.Sheet))
	}
	return fmt.Sprintf("%s: %s -> %s", d.Field, shown(d.Live), shown(d.Sheet))
}

// changeLines says how the fields of a step differ; those that cannot be compared are left out.
func changeLines(s onboarding.Step) []string {
	var out []string
	for _, d := range s.Changes {
		if !d.Unknown {
			out = append(out, changeLine(d))
		}
	}
	for _, d := range s.Drift {
		out = append(out, driftLine(d))
	}
	return out
}

// driftLine says in one line what somebody changed at the service.
func driftLine(d onboarding.Difference) string {
	return fmt.Sprintf("changed at the service since this journal last saw it: %s, %s -> %s", d.Field, shown(d.Sheet), shown(d.Live))
}

// remarks says all that is to say of a step beside its action.
func remarks(s onboarding.Step) string {
	parts := changeLines(s)
	if why := stepWhy(s); why != "" {
		parts = append([]string{Visible(why)}, parts...)
	}
	return strings.Join(parts, "; ")
}

// worthy reports whether a person wants to see the step: something is done, or cannot be done, or differs.
func worthy(s onboarding.Step) bool { return !stays(s) || s.Differs() || len(s.Drift) > 0 }

func removes(s onboarding.Step) bool {
	for _, d := range s.Changes {
		if d.Removal && d.Fixed.Empty() && !d.Unknown {
			return true
		}
	}
	return false
}
