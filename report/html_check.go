package report

import (
	"io"
	"time"

	"muster/internal/onboarding"
)

func htmlCheck(w io.Writer, c *Check) error {
	p := newPage(c.Voice, c.title(), c.Inputs)
	p.Verdict, p.Tone, p.Line = verdict(c.Summary), tone(c.Summary), countsLine(c)
	p.Tiles = append(findingTiles(c.Summary), tile{Name: "templates", N: c.Counts.Templates}, tile{Name: "customers", N: c.Counts.Customers})
	if !c.SignIn { // which reads no users
		p.Tiles = append(p.Tiles, tile{Name: "locations", N: c.Counts.Locations}, tile{Name: "users", N: c.Counts.Users})
	}
	l := findingList(c)
	var charts []*chart
	if l.N() > 0 {
		charts = append(charts, ruleChart(c.Findings, l))
	}
	p.overview(append(charts, seatsOfAll(c.Customers))...)
	p.addFindings(l)
	p.addCustomers(checkedCustomers(c, l))
	p.addMails(c.Mails, onboarding.T("What people get by mail when the rows without errors are carried out, if nothing of it stands yet."), true)
	p.checked(c)
	p.addFacts(checkFacts(c))
	return writePage(w, p)
}

// overview puts the charts that there are on top of the page.
func (p *page) overview(charts ...*chart) {
	s := pageSection{ID: "overview", Title: onboarding.T("Overview")}
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
		fs = append(fs, fact{onboarding.T("Version of muster"), p.Version})
	}
	p.add(pageSection{ID: "facts", Title: onboarding.T("Facts"), Facts: fs})
}

func findingTiles(s onboarding.Summary) []tile {
	return []tile{{"errors", "bad", s.Errors}, {"warnings", "look", s.Warnings}, {"notes", "calm", s.Notes}}
}

func checkFacts(c *Check) []fact {
	var out []fact
	if !c.Today.IsZero() {
		out = append(out, fact{onboarding.T("As of"), c.Today.Format(time.DateOnly)})
	}
	waived := 0
	for _, f := range c.Findings {
		if f.Waived {
			waived++
		}
	}
	if waived > 0 {
		out = append(out, fact{onboarding.T("Waived by the settings"), onboarding.Count(waived, "%s finding", "%s findings")})
	}
	if r := c.Repair; r != nil {
		out = append(out, fact{onboarding.T("Repaired copy"), onboarding.T("%s: %s", r.Path, onboarding.Count(r.Cells, "%s cell changed", "%s cells changed"))})
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
