package report

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"muster/internal/onboarding"
)

func htmlRun(w io.Writer, r *Run) error {
	p, err := runPage(r)
	if err != nil {
		return err
	}
	return writePage(w, p)
}

// runPage makes the page of a run. More sections stand behind what waits.
func runPage(r *Run, more ...pageSection) (*page, error) {
	p := newPage(r.Check.Voice, "muster run "+r.ID, r.Check.Inputs)
	p.Verdict, p.Tone = runVerdict(r)
	p.Line, p.Sandbox = RunLine(r.Summary), sandboxWords(r.Sandbox)
	names := runShares(r.Summary)
	for _, s := range names {
		if s.N > 0 {
			p.Tiles = append(p.Tiles, tile{s.Name, toneOf(s.Class), s.N})
		}
	}
	rows := newRowsPage(&r.Check, names, r.Summary.Rows, "Why")
	var when moments
	waits := newWaitTable()
	for o, err := range r.Outcomes {
		if err != nil {
			return nil, err
		}
		when.add(o)
		waits.add(o)
		rows.add(row{
			status: string(o.Status), kind: o.Kind, key: o.Key, customer: o.Customer, where: where(o), why: whyOf(o), id: o.ID,
			need: listing(o) != "" || o.Status == onboarding.NotTried,
		})
	}
	charts := append([]*chart{shareChart(onboarding.T("Outcomes"), "Status", names), rows.kindChart(), when.chart()}, r.Pace.charts()...)
	p.overview(append(charts, seatsOfAll(r.Check.Customers))...)
	if t := waits.table(); t != nil {
		p.add(pageSection{ID: "waits", Title: onboarding.T("What waits, and for whom"), Table: t})
	}
	for _, s := range more {
		p.add(s)
	}
	rows.finish(p, onboarding.T("Rows that need somebody"), onboarding.Text{})
	p.addMails(r.Mails, onboarding.T("What people got by mail because of what this run created."), false)
	p.checked(&r.Check)
	p.addFindings(findingList(&r.Check))
	p.addFacts(runFacts(r))
	return p, nil
}

// runShares gives the statuses of a run with their counts.
func runShares(s onboarding.RunSummary) []share {
	var out []share
	for _, c := range statusCounts(s) {
		out = append(out, share{c.Name, strings.ReplaceAll(string(c.Name), " ", "_"), c.N})
	}
	return out
}

func runVerdict(r *Run) (text onboarding.Text, tone string) {
	s := r.Summary
	switch {
	case r.Stopped != "":
		return onboarding.T("not finished: %s", r.Stopped), "bad"
	case s.Failed > 0:
		return onboarding.Count(s.Failed, "%s row failed", "%s rows failed"), "bad"
	case s.NotTried > 0:
		return onboarding.Count(s.NotTried, "%s row not tried yet", "%s rows not tried yet"), "look"
	case s.Waiting+s.Held > 0:
		return onboarding.Count(s.Waiting+s.Held, "%s row waiting or held", "%s rows waiting or held"), "look"
	}
	return onboarding.T("everything stands"), "good"
}

func runFacts(r *Run) []fact {
	s := r.Summary
	out := []fact{
		{onboarding.T("Run"), r.ID},
		{onboarding.T("Target"), r.Target},
		{onboarding.T("Started"), stamp(r.Started)},
		{onboarding.T("Lasted"), lasting(s.Seconds)},
		{onboarding.T("Calls"), thousands(s.Calls)},
		{onboarding.T("Retries"), thousands(s.Retries)},
		{onboarding.T("Polls"), thousands(s.Polls)},
	}
	if s.Calls > 0 && s.Seconds > 1 {
		out = append(out, fact{onboarding.T("Calls a second, on average"), oneDecimal(float64(s.Calls) / s.Seconds)})
	}
	return out
}

// waitTable sums up what waits, and what is held, by reason.
type waitTable struct {
	kinds map[waitGroup]*waitKind
	order []*waitKind
}

// waitGroup is the rows that wait for the same: those of attached customers for the approval of one organization each.
type waitGroup struct {
	reason onboarding.Reason
	org    string
}

type waitKind struct {
	waitGroup
	status onboarding.Status
	rows   int
	since  time.Time // the oldest
}

func newWaitTable() *waitTable {
	return &waitTable{kinds: make(map[waitGroup]*waitKind)}
}

func (t *waitTable) add(o onboarding.Outcome) {
	if o.Status != onboarding.Waiting && o.Status != onboarding.Held {
		return
	}
	group := waitGroup{o.Reason, o.OrgID}
	k := t.kinds[group]
	if k == nil {
		k = &waitKind{waitGroup: group, status: o.Status}
		t.kinds[group] = k
		t.order = append(t.order, k)
	}
	k.rows++
	if !o.Since.IsZero() && (k.since.IsZero() || o.Since.Before(k.since)) {
		k.since = o.Since
	}
}

func (t *waitTable) table() *chart {
	if len(t.order) == 0 {
		return nil
	}
	slices.SortStableFunc(t.order, func(a, b *waitKind) int { return cmp.Compare(b.rows, a.rows) })
	c := &chart{Words: true, Heads: []onboarding.Word{"Why", "Rows", "Since, the oldest", "Who acts"}}
	for _, k := range t.order {
		since := "–"
		if !k.since.IsZero() {
			since = k.since.UTC().Format("2006-01-02 15:04")
		}
		c.Rows = append(c.Rows, chartRow{Name: waitText(k.reason, k.org), Cells: []any{thousands(k.rows), since, WhoActs(k.reason, k.org)}})
	}
	return c
}

// WhoActs says who must do what before a row that waits or is held goes on. org is the organization that a customer in review
// is to be attached to; empty for none.
func WhoActs(r onboarding.Reason, org string) onboarding.Text {
	switch r {
	case onboarding.ReasonReview:
		if org != "" {
			return onboarding.T("an administrator of the organization %q must approve that the customer is attached to it, in the mail or the notice in Control Hub", org)
		}
		return onboarding.T("Cisco reviews the customer; nothing to do but wait, or ask the partner help desk after some days")
	case onboarding.ReasonConsent:
		return onboarding.T("the user must agree, in the mail from Webex, to move to the organization; `muster status --remind` sends it again")
	case onboarding.ReasonParentFailed, onboarding.ReasonParentWaits:
		return onboarding.T("nobody for the row itself: it goes on with what it belongs to")
	case onboarding.ReasonFinding:
		return onboarding.T("who keeps the sheet: mend the cell that the finding names, then apply again")
	case onboarding.ReasonNoPSTN:
		return onboarding.T("who sets up calling: give the location a PSTN connection in Control Hub, then apply again")
	}
	return onboarding.T("the service is still setting it up; run apply again later")
}
