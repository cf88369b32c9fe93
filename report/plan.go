package report

import (
	"iter"
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
	Check      Check
	Summary    PlanSummary
	Guards     []onboarding.Text // that would stop the run, or leave customers for later
	Mails      Mails
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

// Mails is what people get by mail because of a run.
type Mails struct {
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
func planVerdict(s PlanSummary) (text onboarding.Text, tone string) {
	switch {
	case s.Conflict > 0:
		return onboarding.Count(s.Conflict, "%s conflict to solve first", "%s conflicts to solve first"), "bad"
	case s.Removals > 0:
		return onboarding.T("%s, with %s", planLine(s.PlanCounts), onboarding.Count(s.Removals, "%s removal", "%s removals")), "bad"
	case s.Changes():
		return planLine(s.PlanCounts), "look"
	case s.Hold+s.Wait > 0:
		return planLine(s.PlanCounts), "look"
	}
	return onboarding.T("nothing to do"), "good"
}

// planLine gives the counts that are not zero.
func planLine(n PlanCounts) onboarding.Text {
	var parts onboarding.List
	for _, part := range []tally{
		{"to create", n.Create},
		{"to update", n.Update},
		{"to adopt", n.Adopt},
		{"in conflict", n.Conflict},
		{"held", n.Hold},
		{"waiting", n.Wait},
		{"left alone", n.Nothing},
	} {
		if part.N > 0 {
			parts = append(parts, onboarding.T("%s %s", onboarding.Number(part.N), part.Name))
		}
	}
	if len(parts) == 0 {
		return onboarding.T("nothing to do")
	}
	return onboarding.T("%s", parts)
}

// mailsName is the name of the fact about mails.
const mailsName = "mails"

// fact pairs say what a plan costs and causes, in words; the formats lay them out.
func (p *Plan) facts() []fact {
	out := []fact{{onboarding.T("calls"), p.callsLine()}}
	if m := p.mailsLine(); !m.Empty() {
		out = append(out, fact{onboarding.T(mailsName), m})
	}
	s := p.Summary
	if s.Drifted > 0 {
		out = append(out, fact{onboarding.T("changed"), onboarding.Count(s.Drifted, "%s object was changed at the service since this journal last saw them", "%s objects were changed at the service since this journal last saw them")})
	}
	if s.Extras > 0 {
		out = append(out, fact{onboarding.T("extras"), extrasText(s.Extras)})
	}
	if s.Fixed > 0 {
		out = append(out, fact{onboarding.T("by hand"), onboarding.Count(s.Fixed, "%s field differs that no call can change: see where it says so", "%s fields differ that no call can change: see where it says so")})
	}
	if s.Unknown > 0 {
		out = append(out, fact{onboarding.T("unknown"), onboarding.Count(s.Unknown, "%s field is not comparable: not returned by the service, and not known to this journal", "%s fields are not comparable: not returned by the service, and not known to this journal")})
	}
	for _, g := range p.Guards {
		out = append(out, fact{onboarding.T("guard"), g})
	}
	return out
}

func extrasText(n int) onboarding.Text {
	return onboarding.Count(n, "%s object stands that the sheet does not name: left alone", "%s objects stand that the sheet does not name: left alone")
}

func (p *Plan) callsLine() onboarding.Text {
	s := p.Summary
	line := onboarding.T("a run needs about %s, %s at %g/s", callsOf(s.Calls), lasting(s.Seconds), s.Rate)
	switch {
	case s.Ceiling:
		line = onboarding.T("%s (--rate)", line)
	case p.Sandbox:
		line = onboarding.T("%s, at which the real service is begun with (the embedded sandbox is not limited)", line)
	default:
		line = onboarding.T("%s, at which a run begins", line)
	}
	return onboarding.T("%s; this plan took %s", line, onboarding.Number(s.Asked))
}

// lasting puts seconds into words: 40 s, 12 min, 3 h 20 min.
func lasting(seconds float64) onboarding.Text {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Second:
		return onboarding.T("under a second")
	case d < 2*time.Minute:
		return onboarding.T("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return onboarding.T("%d min", int(d.Minutes()))
	}
	return onboarding.T("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
}

func (p *Plan) mailsLine() onboarding.Text {
	m := p.Mails
	var parts []onboarding.Text
	add := func(n int, text onboarding.Text) {
		if n > 0 {
			parts = append(parts, text)
		}
	}
	add(m.Welcome, onboarding.Count(m.Welcome, "%s welcome mail to created users (none to customer administrators)", "%s welcome mails to created users (none to customer administrators)"))
	add(m.Quiet, onboarding.Count(m.Quiet, "%s created user of existing organizations without one: the template does not allow it", "%s created users of existing organizations without one: the template does not allow it"))
	add(m.RedSky, onboarding.Count(m.RedSky, "%s RedSky mail about emergency calls to users and administrators in the US and Canada, which no setting stops", "%s RedSky mails about emergency calls to users and administrators in the US and Canada, which no setting stops"))
	add(m.Consent, onboarding.Count(m.Consent, "%s user has been asked to agree and not answered", "%s users have been asked to agree and not answered"))
	return onboarding.Joined(parts)
}

// stepPlace is where the row of a step stands, for a person.
func stepPlace(s onboarding.Step) onboarding.Text {
	return where(onboarding.Outcome{File: s.File, Sheet: s.Sheet, Row: s.Row})
}

// stepWhy says why a step is as it is; empty when its action says it all.
func stepWhy(s onboarding.Step) onboarding.Text {
	switch {
	case !s.Why.Empty():
		return s.Why
	case s.Reason != onboarding.NoReason:
		return reasonText(s.Reason)
	}
	return onboarding.Text{}
}

// changeLine says in one line how a field differs.
func changeLine(d onboarding.Difference) onboarding.Text {
	switch {
	case d.Unknown:
		return onboarding.T("%s: not comparable", d.Field)
	case !d.Fixed.Empty():
		return onboarding.T("%s is %s, the sheet says %s: %s", d.Field, shown(d.Live), asked(d), d.Fixed)
	case d.Removal && d.Sheet == "":
		return onboarding.T("remove from %s: %s", d.Field, shown(d.Live))
	case d.Removal:
		return onboarding.T("remove in %s: %s -> %s", d.Field, shown(d.Live), asked(d))
	case d.Live == "" && d.Field == "packages":
		return onboarding.T("add to %s: %s", d.Field, asked(d))
	case d.Live == "":
		return onboarding.T("%s: %s", d.Field, asked(d))
	}
	return onboarding.T("%s: %s -> %s", d.Field, shown(d.Live), asked(d))
}

// changeLines says how the fields of a step differ; those that cannot be compared are left out.
func changeLines(s onboarding.Step) []onboarding.Text {
	var out []onboarding.Text
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
func driftLine(d onboarding.Difference) onboarding.Text {
	return onboarding.T("changed at the service since this journal last saw it: %s, %s -> %s", d.Field, shown(d.Sheet), shown(d.Live))
}

// asked gives what the sheet asks for, and a word for nothing.
func asked(d onboarding.Difference) any {
	if !d.Asked.Empty() {
		return d.Asked
	}
	return shown(d.Sheet)
}

// shown gives a value of a field, and a word for none.
func shown(s string) any {
	if s == "" {
		return onboarding.Word("(nothing)")
	}
	return s
}

// remarks says all that is to say of a step beside its action.
func remarks(s onboarding.Step) onboarding.Text {
	parts := changeLines(s)
	if why := stepWhy(s); !why.Empty() {
		parts = append([]onboarding.Text{why}, parts...)
	}
	return onboarding.Joined(parts)
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
