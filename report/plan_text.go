package report

import (
	"bufio"
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
	t := &planText{Writer: bufio.NewWriter(w), colour: p.Colour}
	t.sandbox(p)
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
		fmt.Fprintf(t, "… and %s more; --format json has them all\n\n", plural(more, "customer"))
	}
	textFindings(t.Writer, serious(p.Check.Findings))
	t.summary(p)
	t.sandbox(p)
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
type planText struct {
	*bufio.Writer
	colour bool
}

func (t *planText) sandbox(p *Plan) {
	if p.Sandbox {
		fmt.Fprintln(t, "SANDBOX: nothing real is compared")
	}
}

// red shows a removal so that nobody overlooks it.
func (t *planText) red(s string) string {
	if !t.colour {
		return s
	}
	return "\x1b[31m" + s + "\x1b[0m"
}

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
	title := Visible(c.Key)
	if c.Name != "" {
		title = Visible(c.Name) + " (" + title + ")"
	}
	fmt.Fprintf(t, "%s: %s\n", title, planLine(c.Counts))
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
	head := fmt.Sprintf("  %s %-8s %-8s ", planMark(a), a, kind)
	for _, s := range g.first {
		t.line(head, Visible(s.Key), Visible(stepPlace(s)))
		if why := stepWhy(s); why != "" {
			wrap(t.Writer, "      ", Visible(why))
		}
		t.changes(s)
	}
	if more := g.n - len(g.first); more > 0 && a != onboarding.ActNothing && a != onboarding.ActAdopt {
		fmt.Fprintf(t, "%s… and %s more\n", head, thousands(more))
	}
}

// line is one step: what, and where its row stands.
func (t *planText) line(head, key, place string) {
	if width(key) > keyWidth {
		fmt.Fprintf(t, "%s%s (%s)\n", head, key, place)
		return
	}
	fmt.Fprintf(t, "%s%s  %s\n", head, pad(key, keyWidth), place)
}

// changes lists the fields of a step that differ.
func (t *planText) changes(s onboarding.Step) {
	for _, d := range s.Changes {
		switch {
		case d.Unknown:
		case d.Removal && d.Fixed.Empty():
			fmt.Fprintln(t, t.red("      "+changeLine(d)))
		default:
			wrap(t.Writer, "      ", changeLine(d))
		}
	}
	for _, d := range s.Drift {
		wrap(t.Writer, "      ", driftLine(d))
	}
}

// shown gives a value of a field, and a word for none.
func shown(s string) string {
	if s == "" {
		return "(nothing)"
	}
	return Visible(s)
}

// seats shows the capacity of the packages that have one, or whose use changes.
func (t *planText) seats(c PlanCustomer) {
	for _, s := range c.Seats {
		if free, counted := s.Free(); counted || s.Used != s.After {
			wrap(t.Writer, "    seats "+pad(Visible(s.Package), 22)+" ", seatsLine(s, free, counted))
		}
	}
}

// seatsLine says how many users hold a package once the plan is carried out, and of how many seats.
func seatsLine(s PlanSeats, free int, counted bool) string {
	line := thousands(s.After)
	switch {
	case !counted:
	case s.Asked > 0 && s.Known && s.Total > 0 && s.Total != s.Asked:
		line += fmt.Sprintf(" of %s asked (%s stand)", thousands(s.Asked), thousands(s.Total))
	case s.Asked > 0:
		line += fmt.Sprintf(" of %s asked", thousands(s.Asked))
	default:
		line += fmt.Sprintf(" of %s that stand", thousands(s.Total))
	}
	switch {
	case counted && free < 0:
		line += fmt.Sprintf(", %s TOO FEW", thousands(-free))
	case counted:
		line += fmt.Sprintf(", %s free", thousands(free))
	default:
		line = plural(s.After, "user")
	}
	return line + fmt.Sprintf("; now %s", thousands(s.Used))
}

// extras names the first objects that the sheet does not name.
func (t *planText) extras(c PlanCustomer) {
	if c.Extras == 0 {
		return
	}
	var names []string
	for _, x := range c.Named {
		names = append(names, extraName(x))
	}
	line := strings.Join(names, ", ")
	if more := c.Extras - len(names); more > 0 {
		line += fmt.Sprintf(" and %s more", thousands(more))
	}
	wrap(t.Writer, "    also there ", line)
}

func extraName(x PlanExtra) string {
	if x.Kind == onboarding.ObjectCustomer {
		return "package " + Visible(x.Key)
	}
	return string(x.Kind) + " " + Visible(x.Key)
}

// summary is the table of counts and what the plan costs and causes.
func (t *planText) summary(p *Plan) {
	s := p.Summary
	fmt.Fprintf(t, "%-10s", "")
	for _, word := range []string{"create", "update", "adopt", "nothing", "conflict", "hold", "wait"} {
		fmt.Fprintf(t, " %8s", word)
	}
	fmt.Fprintln(t)
	for _, kind := range planKinds() {
		if n := s.Kinds[kind]; n.all() > 0 {
			t.counts(string(kind), n)
		}
	}
	t.counts("all", s.PlanCounts)
	fmt.Fprintln(t)
	for _, f := range p.facts() {
		wrap(t.Writer, pad(f.Name, 9), f.Value)
	}
	textHandOff(t.Writer, p.Check.HandOff)
	text, _ := planVerdict(s)
	fmt.Fprintf(t, "plan of %s at %s: %s\n", plural(s.Customers, "customer"), p.Target, text)
}

func (t *planText) counts(name string, n PlanCounts) {
	fmt.Fprintf(t, "%-10s", name)
	for _, c := range n.list() {
		if c == 0 {
			fmt.Fprintf(t, " %8s", "-")
			continue
		}
		fmt.Fprintf(t, " %8s", thousands(c))
	}
	fmt.Fprintln(t)
}

// pad fills a text up to a width on the screen.
func pad(s string, columns int) string {
	if n := width(s); n < columns {
		return s + strings.Repeat(" ", columns-n)
	}
	return s
}
