package report

import "muster/internal/onboarding"

// addMails says who gets which mail, where somebody does.
func (p *page) addMails(m Mails, lead onboarding.Text, ahead bool) {
	if table := mailTable(m, ahead); table != nil {
		p.add(pageSection{ID: "mails", Title: onboarding.T("E-mail impact"), Lead: lead, Table: table})
	}
}

// mailTable says who gets which mail; ahead of a run nobody knows yet who must agree to move.
func mailTable(m Mails, ahead bool) *chart {
	c := &chart{Words: true, Heads: []onboarding.Word{"Mail", "How many", "Who gets it, and what stops it"}}
	for _, line := range []struct {
		name onboarding.Word
		n    int
		who  onboarding.Word
	}{
		{"Welcome", m.Welcome, "created users; administrators of customers get none"},
		{"No welcome", m.Quiet, "created users of existing organizations, whose template does not send it"},
		{"RedSky, emergency calls", m.RedSky, "users and administrators in the US and Canada; no setting stops it"},
		{"Consent", m.Consent, "users who have been asked to agree, and have not answered"},
	} {
		if line.n > 0 {
			c.Rows = append(c.Rows, chartRow{Name: line.name, Cells: []any{thousands(line.n), line.who}})
		}
	}
	if len(c.Rows) == 0 {
		return nil
	}
	if ahead && m.Welcome+m.Quiet > 0 {
		c.Rows = append(c.Rows, chartRow{Name: onboarding.Word("Consent, of created users"), Cells: []any{"?", onboarding.Word("who has a free Webex account with the address must agree to move, within 14 days; nobody knows before who that is")}})
	}
	return c
}
