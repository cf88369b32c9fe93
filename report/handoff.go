package report

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
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
	Kind      string `json:"kind"`
	Items     int    `json:"items"`
	Count     int    `json:"count"`
	Unit      string `json:"unit"`
	work      onboarding.HandOffKind
	who       onboarding.Text
	where     onboarding.Text
	hands     []onboarding.HandOff
	customers int
}

// line sums the group up.
func (g *handOffGroup) line() onboarding.Text {
	line := amount(g.Count, g.Unit)
	if g.customers > 0 {
		line = onboarding.T("%s", onboarding.List{line, customersOf(g.customers)})
	}
	return line
}

// title names the work of the group.
func (g *handOffGroup) title() onboarding.Text { return handOffTitle(g.work) }

// handOffGroups gathers work by kind. What is counted in two units stands in two groups.
func handOffGroups(all []onboarding.HandOff) []*handOffGroup {
	var out []*handOffGroup
	at := make(map[[2]string]*handOffGroup)
	seen := make(map[[3]string]bool)
	for _, h := range all {
		k := [2]string{string(h.Kind), h.Unit}
		g := at[k]
		if g == nil {
			g = &handOffGroup{Kind: k[0], Unit: h.Unit, work: h.Kind, who: h.Who, where: h.Where}
			at[k] = g
			out = append(out, g)
		}
		g.Items++
		g.Count += h.Count
		g.hands = append(g.hands, h)
		if c := [3]string{k[0], k[1], h.Customer}; h.Customer != "" && !seen[c] {
			seen[c] = true
			g.customers++
		}
	}
	return out
}

// amount is how many of a unit, which is told in the plural.
func amount(n int, unit string) onboarding.Text {
	switch unit {
	case "customers":
		return customersOf(n)
	case "locations":
		return locationsOf(n)
	case "users":
		return usersOf(n)
	case "numbers":
		return onboarding.Count(n, "%s number", "%s numbers")
	case "quantities":
		return onboarding.Count(n, "%s quantity", "%s quantities")
	case "seats":
		return onboarding.Count(n, "%s seat", "%s seats")
	case "settings":
		return onboarding.Count(n, "%s setting", "%s settings")
	case "workspaces":
		return onboarding.Count(n, "%s workspace", "%s workspaces")
	case "hunt groups":
		return onboarding.Count(n, "%s hunt group", "%s hunt groups")
	case "call queues":
		return onboarding.Count(n, "%s call queue", "%s call queues")
	case "auto attendants":
		return onboarding.Count(n, "%s auto attendant", "%s auto attendants")
	case "pickup groups":
		return onboarding.Count(n, "%s pickup group", "%s pickup groups")
	case "devices":
		return onboarding.Count(n, "%s device", "%s devices")
	}
	return onboarding.T("%s %s", onboarding.Number(n), unit)
}

func handOffTitle(k onboarding.HandOffKind) onboarding.Text {
	switch k {
	case onboarding.HandTemplate:
		return onboarding.T("Make templates in Partner Hub")
	case onboarding.HandSignIn:
		return onboarding.T("Set up identity providers")
	case onboarding.HandAttach:
		return onboarding.T("Have organizations approve")
	case onboarding.HandAssist:
		return onboarding.T("Request Wholesale Setup Assist")
	case onboarding.HandQuantity:
		return onboarding.T("Type quantities in Partner Hub")
	case onboarding.HandOrder:
		return onboarding.T("Order numbers")
	case onboarding.HandMain:
		return onboarding.T("Set main numbers once they are active")
	case onboarding.HandPort:
		return onboarding.T("Switch numbers on at port time")
	case onboarding.HandConsent:
		return onboarding.T("Tell users of the consent mail")
	case onboarding.HandEmergency:
		return onboarding.T("Check emergency addresses")
	case onboarding.HandWorkspace:
		return onboarding.T("Make workspaces")
	case onboarding.HandAddOn:
		return onboarding.T("Assign add-ons")
	case onboarding.HandHunt:
		return onboarding.T("Make hunt groups")
	case onboarding.HandQueue:
		return onboarding.T("Make call queues")
	case onboarding.HandAttendant:
		return onboarding.T("Make auto attendants")
	case onboarding.HandPickup:
		return onboarding.T("Make pickup groups")
	case onboarding.HandDevice:
		return onboarding.T("Add devices")
	}
	return onboarding.T("%s", string(k))
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
	p := &Paper{voice: spoken(c.Voice), title: onboarding.T("muster handoff"), tone: "good", verdict: onboarding.T("nothing to do by hand"), document: doc}
	if len(all) > 0 {
		p.tone, p.verdict = "look", onboarding.Count(len(all), "%s thing to do by hand", "%s things to do by hand")
		p.lines = []onboarding.Text{onboarding.T("What no call of the service does, counted from the sheets: who does it, and where.")}
	}
	if c.Summary.Errors > 0 {
		p.tone = "bad"
		p.lines = append(p.lines, onboarding.T("The input has %s (`muster check`): counts may change when they are mended.", errorsOf(c.Summary.Errors)))
	}
	if len(groups) > 0 {
		p.sections = append(p.sections, section{level: 2, title: onboarding.T("In short"), table: handOffTable(groups)})
	}
	for _, g := range groups {
		s := handOffSection(g)
		if g.work == onboarding.HandPort {
			s.table = portTable(g)
		}
		p.sections = append(p.sections, s)
	}
	return p
}

func handOffTable(groups []*handOffGroup) *grid {
	t := &grid{heads: []any{onboarding.Word("What"), onboarding.Word("How many")}}
	for _, g := range groups {
		t.rows = append(t.rows, []any{g.title(), g.line()})
	}
	return t
}

func handOffSection(g *handOffGroup) section {
	s := section{level: 2, title: onboarding.T("%s: %s", g.title(), g.line()), lines: []onboarding.Text{onboarding.T("Who: %s", g.who), onboarding.T("Where: %s", g.where)}}
	for _, h := range g.hands {
		s.todo = append(s.todo, todo{do: handLine(h), notes: handNotes(h)})
	}
	return s
}

// portTable sums the numbers up by wave and day.
func portTable(g *handOffGroup) *grid {
	type key struct{ wave, day string }
	sums := make(map[key][2]int)
	var order []key
	for _, h := range g.hands {
		k := key{h.Wave, dayOf(h.Date)}
		if _, known := sums[k]; !known {
			order = append(order, k)
		}
		n := sums[k]
		sums[k] = [2]int{n[0] + h.Count, n[1] + 1}
	}
	slices.SortFunc(order, func(a, b key) int { return cmp.Or(cmp.Compare(a.wave, b.wave), cmp.Compare(a.day, b.day)) })
	t := &grid{heads: []any{onboarding.Word("Wave"), onboarding.Word("Day"), onboarding.Word("Numbers"), onboarding.Word("Customers")}}
	for _, k := range order {
		t.rows = append(t.rows, []any{orDash(k.wave), orDash(k.day), thousands(sums[k][0]), thousands(sums[k][1])})
	}
	return t
}

// handLine says what to do, for whom and how often.
func handLine(h onboarding.HandOff) onboarding.Text {
	text := h.Do
	if h.Count > 0 {
		text = onboarding.T("%s: %s", amount(h.Count, h.Unit), text)
	}
	if !h.Date.IsZero() {
		text = onboarding.T("%s, %s", dayOf(h.Date), text)
	}
	if h.Customer != "" {
		text = onboarding.T("%s: %s", h.Customer, text)
	}
	return text
}

func handNotes(h onboarding.HandOff) []onboarding.Text {
	var out []onboarding.Text
	if h.Wave != "" {
		out = append(out, onboarding.T("wave %s", h.Wave))
	}
	switch {
	case h.Place.Cell() != "":
		out = append(out, onboarding.T("from %s", h.Place.Cell()))
	case h.Place.Row > 0 && h.Place.Source.CSV():
		out = append(out, onboarding.T("from %s row %d", h.Place.Source.File, h.Place.Row))
	case h.Place.Row > 0:
		out = append(out, onboarding.T("from %s, %s row %d", h.Place.Source.File, h.Place.Source.Sheet, h.Place.Row))
	}
	return out
}

// handOff sums up below a run what is left to people. The mail of consent, which is always in the list, is not told.
func (p pen) handOff(all []onboarding.HandOff) {
	groups := slices.DeleteFunc(handOffGroups(all), func(g *handOffGroup) bool { return g.work == onboarding.HandConsent })
	if len(groups) == 0 {
		return
	}
	p.line("left to people (`muster handoff` lists it):")
	for _, g := range groups {
		fmt.Fprintf(p, "  %s %s\n", p.pad(g.title(), 38), p.said(g.line()))
	}
}

// mdHandOff lists below a run what is left to people.
func (p pen) mdHandOff(all []onboarding.HandOff) {
	groups := handOffGroups(all)
	if len(groups) == 0 {
		return
	}
	p.heading(2, "Left to people")
	p.mdHead([]onboarding.Word{"What", "How many", "Who", "Where"}, 0, 0)
	for _, g := range groups {
		p.mdRow(g.title(), g.line(), g.who, g.where)
	}
	for _, g := range groups {
		fmt.Fprintf(p, "\n### %s\n\n", p.said(g.title()))
		for _, h := range g.hands {
			fmt.Fprintf(p, "- [ ] %s\n", inTable(p.said(handLine(h))))
		}
	}
}

// handCard is the work of one kind, for a page.
type handCard struct {
	Title, Line, Who, Where string
	Rows                    []handRow
}

type handRow struct{ Customer, Amount, Do, Date, Wave, Cell string }

// shownHandOff gives the work in the language of the reader.
func shownHandOff(v onboarding.Voice, all []onboarding.HandOff) []handCard {
	var out []handCard
	for _, g := range handOffGroups(all) {
		card := handCard{Title: said(v, g.title()), Line: said(v, g.line()), Who: said(v, g.who), Where: said(v, g.where)}
		for _, h := range g.hands {
			card.Rows = append(card.Rows, handRow{
				Visible(h.Customer), said(v, amount(h.Count, h.Unit)), said(v, h.Do), dayOf(h.Date), Visible(h.Wave), Visible(h.Place.Cell()),
			})
		}
		out = append(out, card)
	}
	return out
}
