package report

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"muster/internal/onboarding"
)

const stampLayout = "2006-01-02 15:04:05 UTC"

func htmlRun(w io.Writer, r *Run) error {
	p := &page{Product: "muster run " + r.ID, Subject: subject(r.Check.Inputs), Sandbox: sandboxWords(r.Sandbox), Line: RunLine(r.Summary)}
	p.Verdict, p.Tone = runVerdict(r)
	names := runShares(r.Summary)
	for _, s := range names {
		if s.N > 0 {
			p.Tiles = append(p.Tiles, tile{s.Name, toneOf(s.Class), s.N})
		}
	}
	rows := newRowsPage(&r.Check, names, r.Summary.Rows, say("Why"))
	var when moments
	waits := newWaitTable()
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		when.add(o)
		waits.add(o)
		d := outcomeOf(o).visible()
		rows.add(row{
			status: string(o.Status), kind: d.Kind, key: o.Key, customer: o.Customer, where: where(o), why: whyOf(d), id: o.ID,
			need: listing(o) != "" || o.Status == onboarding.NotTried,
		})
	}
	p.overview(shareChart(say("Outcomes"), say("Status"), names), rows.kindChart(), when.chart(), seatsOfAll(r.Check.Customers))
	if t := waits.table(); t != nil {
		p.add(pageSection{ID: "waits", Title: say("What waits, and for whom"), Table: t})
	}
	rows.finish(p, say("Rows that need somebody"), "")
	p.checked(&r.Check)
	p.addFindings(findingList(r.Check.Findings))
	p.addFacts(runFacts(r))
	return writePage(w, p)
}

// runShares gives the statuses of a run with their counts.
func runShares(s onboarding.RunSummary) []share {
	var out []share
	for _, c := range statusCounts(s) {
		out = append(out, share{c.Name, strings.ReplaceAll(c.Name, " ", "_"), c.N})
	}
	return out
}

func runVerdict(r *Run) (text, tone string) {
	s := r.Summary
	switch {
	case r.Stopped != "":
		return say("not finished: %s", Visible(r.Stopped)), "bad"
	case s.Failed > 0:
		return say("%s failed", plural(s.Failed, "row")), "bad"
	case s.NotTried > 0:
		return say("%s not tried yet", plural(s.NotTried, "row")), "look"
	case s.Waiting+s.Held > 0:
		return say("%s waiting or held", plural(s.Waiting+s.Held, "row")), "look"
	}
	return say("everything stands"), "good"
}

func runFacts(r *Run) []fact {
	s := r.Summary
	out := []fact{
		{say("Run"), r.ID},
		{say("Target"), r.Target},
		{say("Started"), r.Started.UTC().Format(stampLayout)},
		{say("Lasted"), lasting(s.Seconds)},
		{say("Calls"), thousands(s.Calls)},
		{say("Retries"), thousands(s.Retries)},
		{say("Polls"), thousands(s.Polls)},
	}
	if s.Calls > 0 && s.Seconds > 1 {
		out = append(out, fact{say("Calls a second, on average"), oneDecimal(float64(s.Calls) / s.Seconds)})
	}
	return out
}

// waitTable sums up what waits, and what is held, by reason.
type waitTable struct {
	kinds map[onboarding.Reason]*waitKind
	order []*waitKind
}

type waitKind struct {
	status onboarding.Status
	reason onboarding.Reason
	rows   int
	since  time.Time // the oldest
}

func newWaitTable() *waitTable {
	return &waitTable{kinds: make(map[onboarding.Reason]*waitKind)}
}

func (t *waitTable) add(o onboarding.Outcome) {
	if o.Status != onboarding.Waiting && o.Status != onboarding.Held {
		return
	}
	k := t.kinds[o.Reason]
	if k == nil {
		k = &waitKind{status: o.Status, reason: o.Reason}
		t.kinds[o.Reason] = k
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
	c := &chart{Words: true, Heads: []string{say("Why"), say("Rows"), say("Since, the oldest"), say("Who acts")}}
	for _, k := range t.order {
		since := "–"
		if !k.since.IsZero() {
			since = k.since.UTC().Format("2006-01-02 15:04")
		}
		c.Rows = append(c.Rows, chartRow{Name: reasonText(k.reason), Cells: []string{thousands(k.rows), since, WhoActs(k.reason)}})
	}
	return c
}

// WhoActs says who must do what before a row that waits or is held goes on.
func WhoActs(r onboarding.Reason) string {
	switch r {
	case onboarding.ReasonReview:
		return "Cisco reviews the customer; nothing to do but wait, or ask the partner help desk after some days"
	case onboarding.ReasonConsent:
		return "the user must agree, in the mail from Webex, to move to the organization; `muster status --remind` sends it again"
	case onboarding.ReasonParentFailed, onboarding.ReasonParentWaits:
		return "nobody for the row itself: it goes on with what it belongs to"
	case onboarding.ReasonFinding:
		return "who keeps the sheet: mend the cell that the finding names, then apply again"
	case onboarding.ReasonNoPSTN:
		return "who sets up calling: give the location a PSTN connection in Control Hub, then apply again"
	}
	return "the service is still setting it up; run apply again later"
}
