package report

import (
	"io"
	"time"

	"muster/internal/onboarding"
)

func htmlCheck(w io.Writer, c *Check) error {
	p := &page{Product: c.title(), Verdict: verdict(c.Summary), Tone: tone(c.Summary), Line: countsLine(c)}
	p.Tiles = append(findingTiles(c.Summary), tile{Name: say("templates"), N: c.Counts.Templates}, tile{Name: say("customers"), N: c.Counts.Customers}, tile{Name: say("locations"), N: c.Counts.Locations}, tile{Name: say("users"), N: c.Counts.Users})
	l := findingList(c.Findings)
	var charts []*chart
	if l.N() > 0 {
		charts = append(charts, ruleChart(c.Findings, l))
	}
	p.overview(append(charts, seatsOfAll(c.Customers))...)
	p.addFindings(l)
	p.addCustomers(checkedCustomers(c, l))
	p.checked(c)
	p.addFacts(checkFacts(c))
	return writePage(w, p)
}

// overview puts the charts that there are on top of the page.
func (p *page) overview(charts ...*chart) {
	s := pageSection{ID: "overview", Title: say("Overview")}
	for _, c := range charts {
		if c != nil && (len(c.Rows) > 0 || c.Over != nil) {
			s.Charts = append(s.Charts, c)
		}
	}
	if len(s.Charts) > 0 {
		p.add(s)
	}
}

// addFacts puts what a reader who was not there must know at the end of the page.
func (p *page) addFacts(fs []fact) {
	if p.Version != "" {
		fs = append(fs, fact{say("Version of muster"), p.Version})
	}
	for i := range fs {
		fs[i].Value = Visible(fs[i].Value)
	}
	p.add(pageSection{ID: "facts", Title: say("Facts"), Facts: fs})
}

func findingTiles(s onboarding.Summary) []tile {
	return []tile{{say("errors"), "bad", s.Errors}, {say("warnings"), "look", s.Warnings}, {say("notes"), "calm", s.Notes}}
}

func checkFacts(c *Check) []fact {
	var out []fact
	if !c.Today.IsZero() {
		out = append(out, fact{say("As of"), c.Today.Format(time.DateOnly)})
	}
	waived := 0
	for _, f := range c.Findings {
		if f.Waived {
			waived++
		}
	}
	if waived > 0 {
		out = append(out, fact{say("Waived by the settings"), plural(waived, "finding")})
	}
	if r := c.Repair; r != nil {
		out = append(out, fact{say("Repaired copy"), say("%s: %s changed", r.Path, plural(r.Cells, "cell"))})
	}
	return out
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
