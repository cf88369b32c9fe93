package report

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"iter"

	"muster/internal/onboarding"
)

//go:embed page.html
var pageSource string

// htmlFormat writes one page that needs no network, no script and no other file.
func htmlFormat() Format {
	return Format{Name: "html", Ending: ".html", Check: htmlCheck, Run: htmlRun, Plan: htmlPlan, Verify: htmlVerify, Listing: htmlListing}
}

// page is what the template shows.
type page struct {
	Title    string
	Verdict  string
	Tone     string // good, look, bad: the colour, beside the words
	Line     string
	Facts    []fact
	Statuses []bar
	Findings []findingRow
	Inputs   []Input
	Need     []outcomeDoc               // rows that need somebody
	Outcomes iter.Seq[customerOutcomes] // grouped by customer
	Plan     iter.Seq[planGroup]        // customers of which something is to be done or said
	Sandbox  bool
	Cards    []providerDoc // of identity providers
	HandOff  []*handOffGroup
	Remarks  []string
	Columns  []string // of Lines
	Lines    [][]string
}

type fact struct{ Name, Value string }

// bar is one status with its share of all rows in percent.
type bar struct {
	Name  string
	N     int
	Share float64
}

type findingRow struct {
	findingDoc
	Place string
}

// customerOutcomes is one customer with the outcomes below it.
type customerOutcomes struct {
	Customer string
	Rows     []outcomeDoc
	Bad      int
}

func htmlCheck(w io.Writer, c *Check) error {
	p := page{Title: c.title(), Cards: visibleCards(c), Verdict: verdict(c.Summary), Tone: tone(c.Summary), Line: countsLine(c), Inputs: c.Inputs}
	p.Findings = findingRows(c.Findings)
	return writePage(w, p)
}

func visibleCards(c *Check) []providerDoc {
	cards := c.cards()
	for i := range cards {
		cards[i] = cards[i].visible()
	}
	return cards
}

func tone(s onboarding.Summary) string {
	switch {
	case s.Errors > 0:
		return "bad"
	case s.Warnings > 0:
		return "look"
	}
	return "good"
}

func findingRows(fs []onboarding.Finding) []findingRow {
	out := make([]findingRow, len(fs))
	for i, f := range fs {
		out[i] = findingRow{findingOf(f).visible(), Visible(place(f))}
	}
	return out
}

func htmlRun(w io.Writer, r *Run) error {
	p := page{Title: "muster run " + r.ID, Cards: visibleCards(&r.Check), HandOff: visibleHandOff(r.Check.HandOff), Sandbox: r.Sandbox, Inputs: r.Check.Inputs, Findings: findingRows(r.Check.Findings)}
	p.Verdict, p.Tone = runVerdict(r)
	p.Line = RunLine(r.Summary)
	p.Facts = runFacts(r)
	total := 0
	for _, c := range statusCounts(r.Summary) {
		total += c.N
	}
	for _, c := range statusCounts(r.Summary) {
		if c.N > 0 {
			p.Statuses = append(p.Statuses, bar{c.Name, c.N, 100 * float64(c.N) / float64(total)})
		}
	}
	groups, err := grouped(r, &p)
	if err != nil {
		return err
	}
	p.Outcomes = groups
	return writePage(w, p)
}

func runVerdict(r *Run) (text, tone string) {
	s := r.Summary
	switch {
	case r.Stopped != "":
		return "not finished: " + r.Stopped, "bad"
	case s.Failed > 0:
		return plural(s.Failed, "row") + " failed", "bad"
	case s.NotTried > 0:
		return plural(s.NotTried, "row") + " not tried yet", "look"
	case s.Waiting+s.Held > 0:
		return plural(s.Waiting+s.Held, "row") + " waiting or held", "look"
	}
	return "everything stands", "good"
}

func runFacts(r *Run) []fact {
	return []fact{
		{"Run", r.ID},
		{"Target", r.Target},
		{"Started", r.Started.UTC().Format("2006-01-02 15:04:05 UTC")},
		{"Calls", thousands(r.Summary.Calls)},
		{"Retries", thousands(r.Summary.Retries)},
		{"Polls", thousands(r.Summary.Polls)},
	}
}

// grouped gathers the outcomes by customer. The rows of one customer are spread over the plan, so they are held; the
// page itself would not be usable with more rows than fit into memory.
func grouped(r *Run, p *page) (iter.Seq[customerOutcomes], error) {
	var order []string
	groups := make(map[string]*customerOutcomes)
	for o, err := range r.Outcomes {
		if err != nil {
			return nil, err
		}
		g, ok := groups[o.Customer]
		if !ok {
			g = &customerOutcomes{Customer: o.Customer}
			groups[o.Customer] = g
			order = append(order, o.Customer)
		}
		d := outcomeOf(o).visible()
		g.Rows = append(g.Rows, d)
		switch o.Status {
		case onboarding.Failed, onboarding.Waiting, onboarding.Held, onboarding.NotTried:
			g.Bad++
			p.Need = append(p.Need, d)
		default:
			if len(o.Differs) > 0 {
				p.Need = append(p.Need, d)
			}
		}
	}
	return func(yield func(customerOutcomes) bool) {
		for _, name := range order {
			if !yield(*groups[name]) {
				return
			}
		}
	}, nil
}

func writePage(w io.Writer, p page) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"thousands": thousands,
		"reason":    func(r *string) string { return reasonText(onboarding.Reason(*r)) },
	}).Parse(pageSource)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}

// planGroup is one customer of a plan on a page.
type planGroup struct {
	Customer, Name, Line string
	Rows                 []planRow
	Seats                []seatsDoc
	Still                int
}

type planRow struct {
	Action, Kind, Key, Where, Why string
	Changes                       []planChange
}

type planChange struct {
	Text   string
	Remove bool
}

func htmlPlan(w io.Writer, p *Plan) error {
	pg := page{Title: "muster plan", Sandbox: p.Sandbox, Inputs: p.Check.Inputs, Findings: findingRows(p.Check.Findings)}
	pg.Verdict, pg.Tone = planVerdict(p.Summary)
	pg.Line = fmt.Sprintf("%s at %s", plural(p.Summary.Customers, "customer"), p.Target)
	pg.Facts = append([]fact{{"Partner organization", p.Org}, {"Made", p.Made.UTC().Format("2006-01-02 15:04:05 UTC")}}, p.facts()...)
	names := []string{"create", "update", "adopt", "nothing", "conflict", "hold", "wait"}
	for i, n := range p.Summary.list() {
		if n > 0 {
			pg.Statuses = append(pg.Statuses, bar{names[i], n, 100 * float64(n) / float64(p.Summary.all())})
		}
	}
	var failed error
	pg.Plan = func(yield func(planGroup) bool) {
		failed = p.walk(func(c PlanCustomer, steps iter.Seq2[onboarding.Step, error]) error {
			g, err := planGroupOf(c, steps)
			if err == nil && len(g.Rows) > 0 && !yield(g) {
				return io.ErrClosedPipe
			}
			return err
		})
	}
	return errors.Join(writePage(w, pg), failed)
}

func planGroupOf(c PlanCustomer, steps iter.Seq2[onboarding.Step, error]) (planGroup, error) {
	g := planGroup{Customer: Visible(c.Key), Name: Visible(c.Name), Line: planLine(c.Counts), Seats: seatsDocs(c)}
	for s, err := range steps {
		if err != nil {
			return g, err
		}
		if !worthy(s) {
			g.Still++
			continue
		}
		r := planRow{Action: string(s.Action), Kind: string(s.Kind), Key: Visible(s.Key), Where: Visible(stepPlace(s)), Why: Visible(stepWhy(s))}
		for _, d := range s.Changes {
			if !d.Unknown {
				r.Changes = append(r.Changes, planChange{changeLine(d), d.Removal && d.Fixed.Empty()})
			}
		}
		g.Rows = append(g.Rows, r)
	}
	return g, nil
}
