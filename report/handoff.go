package report

import (
	"bufio"
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// handOffDoc is a piece of work for people in JSON documents.
type handOffDoc struct {
	Kind     string `json:"kind"`
	Customer string `json:"customer"`
	Count    int    `json:"count"`
	Unit     string `json:"unit"`
	Do       string `json:"do"`
	Who      string `json:"who"`
	Where    string `json:"where"`
	Wave     string `json:"wave,omitempty"`
	Date     string `json:"date,omitempty"`
	File     string `json:"file"`
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`
	Cell     string `json:"cell"`
}

func handOffOf(h onboarding.HandOff) handOffDoc {
	d := handOffDoc{
		Kind: string(h.Kind), Customer: h.Customer, Count: h.Count, Unit: h.Unit, Do: h.Do.String(), Who: h.Who.String(), Where: h.Where.String(),
		Wave: h.Wave, Row: h.Place.Row, Cell: h.Place.Cell(),
	}
	if !h.Date.IsZero() {
		d.Date = h.Date.Format(time.DateOnly)
	}
	if s := h.Place.Source; s != nil {
		d.File, d.Sheet = s.File, s.Sheet
	}
	return d
}

func handOffsOf(all []onboarding.HandOff) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, h := range all {
			if !yield(handOffOf(h), nil) {
				return
			}
		}
	}
}

// handOffGroup is the work of one kind.
type handOffGroup struct {
	Kind      string       `json:"kind"`
	Items     int          `json:"items"`
	Count     int          `json:"count"`
	Unit      string       `json:"unit"`
	Title     string       `json:"-"`
	Who       string       `json:"-"`
	Where     string       `json:"-"`
	Rows      []handOffDoc `json:"-"`
	customers int
}

// Line sums the group up.
func (g *handOffGroup) Line() string {
	line := amount(g.Count, g.Unit)
	if g.customers > 0 {
		line += ", " + plural(g.customers, "customer")
	}
	return line
}

// amount writes how many of a unit, which is told in the plural.
func amount(n int, unit string) string {
	if n != 1 {
		return thousands(n) + " " + unit
	}
	if stem, ok := strings.CutSuffix(unit, "ies"); ok {
		return "1 " + stem + "y"
	}
	return "1 " + strings.TrimSuffix(unit, "s")
}

// Amount says how many.
func (d handOffDoc) Amount() string { return amount(d.Count, d.Unit) }

// handOffGroups gathers work by kind. What is counted in two units stands in two groups.
func handOffGroups(all []onboarding.HandOff) []*handOffGroup {
	var out []*handOffGroup
	at := make(map[[2]string]*handOffGroup)
	seen := make(map[[3]string]bool)
	for _, h := range all {
		k := [2]string{string(h.Kind), h.Unit}
		g := at[k]
		if g == nil {
			g = &handOffGroup{Kind: k[0], Unit: h.Unit, Title: handOffTitle(h.Kind), Who: h.Who.String(), Where: h.Where.String()}
			at[k] = g
			out = append(out, g)
		}
		g.Items++
		g.Count += h.Count
		g.Rows = append(g.Rows, handOffOf(h))
		if c := [3]string{k[0], k[1], h.Customer}; h.Customer != "" && !seen[c] {
			seen[c] = true
			g.customers++
		}
	}
	return out
}

func handOffTitle(k onboarding.HandOffKind) string {
	switch k {
	case onboarding.HandTemplate:
		return "Make templates in Partner Hub"
	case onboarding.HandSignIn:
		return "Set up identity providers"
	case onboarding.HandAttach:
		return "Have organizations approve"
	case onboarding.HandAssist:
		return "Request Wholesale Setup Assist"
	case onboarding.HandQuantity:
		return "Type quantities in Partner Hub"
	case onboarding.HandOrder:
		return "Order numbers"
	case onboarding.HandMain:
		return "Set main numbers once they are active"
	case onboarding.HandPort:
		return "Switch numbers on at port time"
	case onboarding.HandConsent:
		return "Tell users of the consent mail"
	case onboarding.HandEmergency:
		return "Check emergency addresses"
	case onboarding.HandWorkspace:
		return "Make workspaces"
	case onboarding.HandAddOn:
		return "Assign add-ons"
	case onboarding.HandHunt:
		return "Make hunt groups"
	case onboarding.HandQueue:
		return "Make call queues"
	case onboarding.HandAttendant:
		return "Make auto attendants"
	case onboarding.HandPickup:
		return "Make pickup groups"
	case onboarding.HandDevice:
		return "Add devices"
	}
	return string(k)
}

type handOffsDoc struct {
	Schema  string         `json:"schema"`
	Inputs  []inputDoc     `json:"inputs"`
	Summary handOffSummary `json:"summary"`
	HandOff []handOffDoc   `json:"handoff"`
}

type handOffSummary struct {
	Items  int             `json:"items"`
	Errors int             `json:"errors"` // of the input: while there are some, counts may change
	Kinds  []*handOffGroup `json:"kinds"`
}

// HandOffs makes the paper of what people must do by hand. The check tells of the input from which it was counted.
func HandOffs(c *Check, all []onboarding.HandOff) *Paper {
	groups := handOffGroups(all)
	doc := handOffsDoc{
		Schema: "muster/handoff/1", Inputs: checkHeadOf(c).Inputs, HandOff: []handOffDoc{},
		Summary: handOffSummary{Items: len(all), Errors: c.Summary.Errors, Kinds: append([]*handOffGroup{}, groups...)},
	}
	for _, h := range all {
		doc.HandOff = append(doc.HandOff, handOffOf(h))
	}
	p := &Paper{title: "muster handoff", tone: "good", verdict: "nothing to do by hand", document: doc}
	if len(all) > 0 {
		p.tone, p.verdict = "look", fmt.Sprintf("%s to do by hand", plural(len(all), "thing"))
		p.lines = []string{"What no call of the service does, counted from the sheets: who does it, and where."}
	}
	if c.Summary.Errors > 0 {
		p.tone = "bad"
		p.lines = append(p.lines, fmt.Sprintf("The input has %s (`muster check`): counts may change when they are mended.", plural(c.Summary.Errors, "error")))
	}
	if len(groups) > 0 {
		p.sections = append(p.sections, section{level: 2, title: "In short", table: handOffTable(groups)})
	}
	for _, g := range groups {
		s := handOffSection(g)
		if g.Kind == string(onboarding.HandPort) {
			s.table = portTable(g)
		}
		p.sections = append(p.sections, s)
	}
	return p
}

func handOffTable(groups []*handOffGroup) *grid {
	t := &grid{heads: []string{"What", "How many"}}
	for _, g := range groups {
		t.rows = append(t.rows, []string{g.Title, g.Line()})
	}
	return t
}

func handOffSection(g *handOffGroup) section {
	s := section{level: 2, title: g.Title + ": " + g.Line(), lines: []string{"Who: " + g.Who, "Where: " + g.Where}}
	for _, d := range g.Rows {
		s.todo = append(s.todo, todo{do: d.line(), notes: d.notes()})
	}
	return s
}

// portTable sums the numbers up by wave and day.
func portTable(g *handOffGroup) *grid {
	type key struct{ wave, day string }
	sums := make(map[key][2]int)
	var order []key
	for _, d := range g.Rows {
		k := key{d.Wave, d.Date}
		if _, known := sums[k]; !known {
			order = append(order, k)
		}
		n := sums[k]
		sums[k] = [2]int{n[0] + d.Count, n[1] + 1}
	}
	slices.SortFunc(order, func(a, b key) int { return cmp.Or(cmp.Compare(a.wave, b.wave), cmp.Compare(a.day, b.day)) })
	t := &grid{heads: []string{"Wave", "Day", "Numbers", "Customers"}}
	for _, k := range order {
		t.rows = append(t.rows, []string{orDash(k.wave), orDash(k.day), thousands(sums[k][0]), thousands(sums[k][1])})
	}
	return t
}

// line says what to do, for whom and how often.
func (d handOffDoc) line() string {
	text := d.Do
	if d.Count > 0 {
		text = amount(d.Count, d.Unit) + ": " + d.Do
	}
	if d.Date != "" {
		text = d.Date + ", " + text
	}
	if d.Customer != "" {
		text = d.Customer + ": " + text
	}
	return text
}

func (d handOffDoc) notes() []string {
	var out []string
	if d.Wave != "" {
		out = append(out, "wave "+d.Wave)
	}
	if d.Cell != "" {
		out = append(out, "from "+d.Cell)
	} else if d.Row > 0 {
		out = append(out, fmt.Sprintf("from %s%s row %d", d.File, sheetAfter(d.Sheet), d.Row))
	}
	return out
}

func sheetAfter(sheet string) string {
	if sheet == "" {
		return ""
	}
	return ", " + sheet
}

// visible gives the work for a person: control characters are shown.
func (d handOffDoc) visible() handOffDoc {
	d.Customer, d.Do, d.Cell, d.Wave = Visible(d.Customer), Visible(d.Do), Visible(d.Cell), Visible(d.Wave)
	return d
}

// textHandOff sums up below a run what is left to people. The mail of consent, which is always in the list, is not told.
func textHandOff(b *bufio.Writer, all []onboarding.HandOff) {
	groups := slices.DeleteFunc(handOffGroups(all), func(g *handOffGroup) bool { return g.Kind == string(onboarding.HandConsent) })
	if len(groups) == 0 {
		return
	}
	fmt.Fprintln(b, "left to people (`muster handoff` lists it):")
	for _, g := range groups {
		fmt.Fprintf(b, "  %-38s %s\n", g.Title, Visible(g.Line()))
	}
}

// markdownHandOff lists below a run what is left to people.
func markdownHandOff(b *bufio.Writer, all []onboarding.HandOff) {
	groups := handOffGroups(all)
	if len(groups) == 0 {
		return
	}
	fmt.Fprint(b, "\n## Left to people\n\n| What | How many | Who | Where |\n| --- | --- | --- | --- |\n")
	for _, g := range groups {
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", g.Title, inTable(g.Line()), inTable(g.Who), inTable(g.Where))
	}
	for _, g := range groups {
		fmt.Fprintf(b, "\n### %s\n\n", g.Title)
		for _, d := range g.Rows {
			fmt.Fprintf(b, "- [ ] %s\n", inTable(d.line()))
		}
	}
}

// visibleHandOff gives the groups for a page.
func visibleHandOff(all []onboarding.HandOff) []*handOffGroup {
	groups := handOffGroups(all)
	for _, g := range groups {
		for i := range g.Rows {
			g.Rows[i] = g.Rows[i].visible()
		}
	}
	return groups
}
