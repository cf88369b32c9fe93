package report

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"muster/internal/onboarding"
)

const (
	mostCustomers = 40 // shown in full as text; the documents hold them all
	keyWidth      = 36
)

// textPlan shows each customer with what would become of it, then what it all comes to.
func textPlan(w io.Writer, p *Plan) error {
	t := &planText{pen: newScreenPen(w, &p.Check)}
	t.compared(p)
	shown, more := 0, 0
	err := p.walk(func(c PlanCustomer, steps iter.Seq2[onboarding.Step, error]) error {
		switch {
		case c.still() && c.Extras == 0:
			return nil
		case shown >= mostCustomers:
			more++
			return nil
		}
		shown++
		return t.customer(c, steps)
	})
	if err != nil {
		return err
	}
	if more > 0 {
		t.line("%s; --format json has them all", onboarding.Count(more, "… and %s more customer", "… and %s more customers"))
		fmt.Fprintln(t)
	}
	t.findings(&p.Check, serious(p.Check.Findings))
	t.summary(p)
	t.compared(p)
	return t.Flush()
}

// serious leaves out notes: they were read in the check.
func serious(fs []onboarding.Finding) []onboarding.Finding {
	var out []onboarding.Finding
	for _, f := range fs {
		if f.Severity != onboarding.Note && !f.Waived {
			out = append(out, f)
		}
	}
	return out
}

// planText lays a plan out for a terminal.
type planText struct{ pen }

func (t *planText) compared(p *Plan) {
	if p.Sandbox {
		fmt.Fprintln(t, t.said(comparedText()))
	}
}

func comparedText() onboarding.Text { return onboarding.T("SANDBOX: nothing real is compared") }

// stepGroup is the steps of one kind and action of a customer, the first of them as they are.
type stepGroup struct {
	n     int
	first []onboarding.Step
}

type groupKey struct {
	kind   onboarding.ObjectKind
	action onboarding.Action
}

// groupedSteps gathers the steps of a customer by what they are about and what they do.
func groupedSteps(steps iter.Seq2[onboarding.Step, error]) (map[groupKey]*stepGroup, error) {
	groups := make(map[groupKey]*stepGroup)
	for s, err := range steps {
		if err != nil {
			return nil, err
		}
		key := groupKey{s.Kind, s.Action}
		g := groups[key]
		if g == nil {
			g = &stepGroup{}
			groups[key] = g
		}
		g.n++
		if len(g.first) < mostSteps(s.Action) || len(g.first) < mostDiffering && stays(s) && worthy(s) {
			g.first = append(g.first, s)
		}
	}
	return groups, nil
}

func (t *planText) customer(c PlanCustomer, steps iter.Seq2[onboarding.Step, error]) error {
	groups, err := groupedSteps(steps)
	if err != nil {
		return err
	}
	title := onboarding.T("%s", c.Key)
	if c.Name != "" {
		title = onboarding.T("%s (%s)", c.Name, c.Key)
	}
	t.line("%s: %s", title, planLine(c.Counts))
	for _, kind := range planKinds() {
		for _, a := range planActions() {
			if g := groups[groupKey{kind, a}]; g != nil {
				t.group(kind, a, *g)
			}
		}
	}
	t.seats(c)
	t.extras(c)
	fmt.Fprintln(t)
	return nil
}

// stays reports whether nothing is done about a row that is there.
func stays(s onboarding.Step) bool {
	return s.Action == onboarding.ActNothing || s.Action == onboarding.ActAdopt
}

// planActions gives the actions in the order in which they are shown.
func planActions() []onboarding.Action {
	return []onboarding.Action{
		onboarding.ActConflict, onboarding.ActCreate, onboarding.ActUpdate, onboarding.ActAdopt, onboarding.ActHold, onboarding.ActWait, onboarding.ActNothing,
	}
}

// mostDiffering is how many rows are listed that are left alone although a field differs: no call can change it.
const mostDiffering = 10

// mostSteps is how many rows of an action are listed for each kind of a customer.
func mostSteps(a onboarding.Action) int {
	switch a {
	case onboarding.ActConflict:
		return 20
	case onboarding.ActUpdate, onboarding.ActWait:
		return 10
	case onboarding.ActNothing:
		return 0
	}
	return 3
}

// planMark is the sign before a step, beside the word.
func planMark(a onboarding.Action) string {
	switch a {
	case onboarding.ActCreate:
		return "+"
	case onboarding.ActUpdate:
		return "~"
	case onboarding.ActConflict:
		return "!"
	case onboarding.ActHold, onboarding.ActWait:
		return "."
	}
	return "="
}

func (t *planText) group(kind onboarding.ObjectKind, a onboarding.Action, g stepGroup) {
	head := fmt.Sprintf("  %s %s %s", planMark(a), t.pad(a.Word(), 8), t.pad(kind.Word(), 8))
	for _, s := range g.first {
		t.step(head+" ", Visible(s.Key), t.said(stepPlace(s)))
		if why := stepWhy(s); !why.Empty() {
			wrap(t.Writer, "      ", t.said(why))
		}
		t.fields(s)
	}
	if a != onboarding.ActNothing && a != onboarding.ActAdopt {
		t.andMore(head, g.n-len(g.first))
	}
}

// step is one step: what, and where its row stands.
func (t *planText) step(head, key, place string) {
	if width(key) > keyWidth {
		fmt.Fprintf(t, "%s%s (%s)\n", head, key, place)
		return
	}
	fmt.Fprintf(t, "%s%s  %s\n", head, pad(key, keyWidth), place)
}

// fields lists the fields of a step that differ.
func (t *planText) fields(s onboarding.Step) {
	for _, d := range s.Changes {
		switch {
		case d.Unknown:
		case d.Removal && d.Fixed.Empty():
			fmt.Fprintln(t, t.paint(red, "      "+t.said(changeLine(d)))) // so that nobody overlooks it
		default:
			wrap(t.Writer, "      ", t.said(changeLine(d)))
		}
	}
	for _, d := range s.Drift {
		wrap(t.Writer, "      ", t.said(driftLine(d)))
	}
}

// seats shows the capacity of the packages that have one, or whose use changes.
func (t *planText) seats(c PlanCustomer) {
	for _, s := range c.Seats {
		if free, counted := s.Free(); counted || s.Used != s.After {
			wrap(t.Writer, "    "+t.say("seats")+" "+pad(Visible(s.Package), 22)+" ", t.said(seatsLine(s, free, counted)))
		}
	}
}

// seatsLine says how many users hold a package once the plan is carried out, and of how many seats.
func seatsLine(s PlanSeats, free int, counted bool) onboarding.Text {
	after := onboarding.Number(s.After)
	line := onboarding.T("%s of %s licences at the service", after, onboarding.Number(s.Total))
	switch {
	case !counted:
		line = usersOf(s.After)
	case s.Asked > 0 && s.Known && s.Total > 0 && s.Total != s.Asked:
		line = onboarding.T("%s of %s asked (%s stand)", after, onboarding.Number(s.Asked), onboarding.Number(s.Total))
	case s.Asked > 0:
		line = onboarding.T("%s of %s asked", after, onboarding.Number(s.Asked))
	}
	switch {
	case counted && free < 0:
		line = onboarding.T("%s, %s TOO FEW", line, onboarding.Number(-free))
	case counted:
		line = onboarding.T("%s, %s free", line, onboarding.Number(free))
	}
	return onboarding.T("%s; now %s", line, onboarding.Number(s.Used))
}

// extras names the first objects that the sheet does not name.
func (t *planText) extras(c PlanCustomer) {
	if c.Extras == 0 {
		return
	}
	var names onboarding.List
	for _, x := range c.Named {
		names = append(names, extraName(x))
	}
	line := onboarding.T("%s", names)
	if more := c.Extras - len(names); more > 0 {
		line = onboarding.T("%s and %s more", line, onboarding.Number(more))
	}
	wrap(t.Writer, "    "+t.say("also there")+" ", t.said(line))
}

func extraName(x PlanExtra) onboarding.Text {
	if x.Kind == onboarding.ObjectCustomer {
		return onboarding.T("package %s", x.Key)
	}
	return onboarding.T("%s %s", x.Kind.Word(), x.Key)
}

// summary is the table of counts and what the plan costs and causes.
func (t *planText) summary(p *Plan) {
	s := p.Summary
	fmt.Fprint(t, pad("", 10))
	for _, word := range actionWords() {
		fmt.Fprint(t, " "+left(t.said(word), 8))
	}
	fmt.Fprintln(t)
	for _, kind := range planKinds() {
		if n := s.Kinds[kind]; n.all() > 0 {
			t.counts(kind.Word(), n)
		}
	}
	t.counts("all", s.PlanCounts)
	fmt.Fprintln(t)
	for _, f := range p.facts() {
		wrap(t.Writer, t.pad(f.Name, 8)+" ", t.said(f.Value))
	}
	t.handOff(p.Check.HandOff)
	text, _ := planVerdict(s)
	t.line("plan of %s at %s: %s", customersOf(s.Customers), p.Target, text)
}

// actionWords are the headings of the counts, in the order of PlanCounts.list.
func actionWords() []onboarding.Word {
	return []onboarding.Word{"create", "update", "adopt", "nothing", "conflict", "hold", "wait"}
}

func (t *planText) counts(name onboarding.Word, n PlanCounts) {
	fmt.Fprint(t, t.pad(name, 10))
	for i, c := range n.list() {
		columns := max(8, width(t.said(actionWords()[i])))
		if c == 0 {
			fmt.Fprint(t, " "+left("-", columns))
			continue
		}
		fmt.Fprint(t, " "+left(thousands(c), columns))
	}
	fmt.Fprintln(t)
}

// left fills a text up to a width on the screen from the left.
func left(s string, columns int) string {
	if n := width(s); n < columns {
		return strings.Repeat(" ", columns-n) + s
	}
	return s
}

// pad fills a text up to a width on the screen.
func pad(s string, columns int) string {
	if n := width(s); n < columns {
		return s + strings.Repeat(" ", columns-n)
	}
	return s
}
