package report

import (
	_ "embed"
	"html/template"
	"io"
	"iter"

	"muster/internal/onboarding"
)

//go:embed page.html
var pageSource string

// htmlFormat writes one page that needs no network, no script and no other file.
func htmlFormat() Format {
	return Format{Name: "html", Ending: ".html", Check: htmlCheck, Run: htmlRun, Verify: htmlVerify}
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
	Sandbox  bool
	Cards    []providerDoc // of identity providers
	HandOff  []*handOffGroup
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
