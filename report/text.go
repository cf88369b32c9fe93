package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"muster/internal/onboarding"
)

func textFormat() Format {
	return Format{Name: "text", Check: textCheck, Run: textRun, Plan: textPlan, Diff: textDiff, Verify: textVerify, Listing: textListing}
}

// textCheck groups the findings by sheet, each with its row and its hint below, and ends with the verdict.
func textCheck(w io.Writer, c *Check) error {
	p := newScreenPen(w, c)
	p.findings(c, c.Findings)
	p.providers(c)
	if c.Repair != nil {
		if err := p.changes(c.Repair); err != nil {
			return err
		}
	}
	p.verdict(summaryColour(c.Summary), verdict(c.Summary), countsLine(c))
	return p.Flush()
}

func countsLine(c *Check) onboarding.Text {
	found := onboarding.List{errorsOf(c.Summary.Errors), warningsOf(c.Summary.Warnings), notesOf(c.Summary.Notes)}
	if c.SignIn {
		return onboarding.T("%s in %s", found, onboarding.Count(len(c.Providers), "%s identity provider", "%s identity providers"))
	}
	return onboarding.T("%s in %s", found, onboarding.List{
		templatesOf(c.Counts.Templates), customersOf(c.Counts.Customers), locationsOf(c.Counts.Locations), usersOf(c.Counts.Users),
	})
}

func sourceTitle(s *onboarding.Source) onboarding.Text {
	switch {
	case s == nil:
		return onboarding.T("input")
	case s.CSV():
		return onboarding.T("%s", s.File)
	}
	return onboarding.T("%s, sheet %s", s.File, s.Sheet)
}

// address is the place of a finding below the title of its sheet.
func address(f onboarding.Finding) onboarding.Text {
	p := f.Place
	switch {
	case p.Row == 0:
		return onboarding.T("file")
	case p.Column == 0:
		return onboarding.T("row %d", p.Row)
	case p.Source.CSV():
		return onboarding.T("%d:%d", p.Row, p.Column)
	}
	return onboarding.T("%s%d", p.ColumnName(), p.Row)
}

// textRun lists the rows that need somebody, then the counts.
func textRun(w io.Writer, r *Run) error {
	p := newScreenPen(w, &r.Check)
	p.sandbox(r.Sandbox)
	if err := p.outcomes(r); err != nil {
		return err
	}
	p.handOff(r.Check.HandOff)
	p.line("run %s on %s: %s", r.ID, r.Target, RunLine(r.Summary))
	p.line("%s in %.1f s, %s, %s", callsOf(r.Summary.Calls), r.Summary.Seconds, onboarding.Count(r.Summary.Retries, "%s retry", "%s retries"), onboarding.Count(r.Summary.Polls, "%s poll", "%s polls"))
	if r.Stopped != "" {
		p.line("not finished: %s", r.Stopped)
	}
	p.sandbox(r.Sandbox)
	return p.Flush()
}

// sandbox says so where nothing real was changed.
func (p pen) sandbox(is bool) {
	if is {
		fmt.Fprintln(p, p.said(sandboxText()))
	}
}

func sandboxText() onboarding.Text { return onboarding.T("SANDBOX: nothing real was changed") }

// RunLine gives every status that occurs and the sum, so that the reader can add up.
func RunLine(s onboarding.RunSummary) onboarding.Text {
	return sumOf(statusCounts(s), onboarding.T("nothing to do"))
}

const mostListed = 50 // rows of each status listed on a terminal; the reports hold them all

func (p pen) outcomes(r *Run) error {
	listed := make(map[onboarding.Status]int)
	for o, err := range r.Outcomes {
		if err != nil {
			return err
		}
		group := listing(o)
		if group == "" {
			continue
		}
		if listed[group]++; listed[group] > mostListed {
			continue
		}
		fmt.Fprintf(p, "  %s %s %s  (%s)%s\n", p.paint(statusColour(group), p.pad(group.Word(), 8)), p.pad(o.Kind.Word(), 8), Visible(o.Key), p.said(where(o)), p.because(o))
	}
	for _, st := range []onboarding.Status{onboarding.Failed, onboarding.Waiting, onboarding.Held, onboarding.Differs} {
		p.andMore("  "+p.pad(st.Word(), 8), listed[st]-mostListed)
	}
	return nil
}

// andMore says how many more there are than were listed.
func (p pen) andMore(lead string, n int) {
	if n > 0 {
		fmt.Fprintf(p, "%s %s\n", lead, p.said(andMore(n)))
	}
}

func andMore(n int) onboarding.Text { return onboarding.T("… and %s more", onboarding.Number(n)) }

// because says behind a row why it needs somebody.
func (p pen) because(o onboarding.Outcome) string {
	if t := because(o); !t.Empty() {
		return ": " + p.said(t)
	}
	return ""
}

// listing is the group under which a row is listed; empty for one that needs nobody.
func listing(o onboarding.Outcome) onboarding.Status {
	switch o.Status {
	case onboarding.Failed, onboarding.Waiting, onboarding.Held:
		return o.Status
	}
	if len(o.Differs) > 0 {
		return onboarding.Differs
	}
	return ""
}

// differsText says in one line in which ways a row differs.
func differsText(o onboarding.Outcome) onboarding.Text {
	texts := make([]onboarding.Text, len(o.Differs))
	for i, d := range o.Differs {
		texts[i] = differenceText(d)
	}
	return onboarding.Joined(texts)
}

// differenceText says in which way a field of a row that stands differs, and who can change it.
func differenceText(d onboarding.Difference) onboarding.Text {
	text := onboarding.T("%s is %q at the service, the sheet says %q", onboarding.FieldName(d.Field), d.Live, d.Sheet)
	if d.Live == "" {
		text = onboarding.T("%s is empty at the service, the sheet says %q", onboarding.FieldName(d.Field), d.Sheet)
	}
	if !d.Fixed.Empty() {
		text = onboarding.T("%s: %s", text, d.Fixed)
	}
	return text
}

// where is the place of a row, for a person.
func where(o onboarding.Outcome) onboarding.Text {
	if o.Sheet == "" {
		return onboarding.T("%s:%d", o.File, o.Row)
	}
	return onboarding.T("%s row %d", o.Sheet, o.Row)
}

// because says why a row needs somebody.
func because(o onboarding.Outcome) onboarding.Text {
	switch {
	case o.Error != nil:
		text := o.Error.Text()
		if o.Error.Code != "" {
			text = onboarding.T("%s [code %s]", text, o.Error.Code)
		}
		if o.Error.TrackingID != "" {
			text = onboarding.T("%s [tracking id %s]", text, o.Error.TrackingID)
		}
		return text
	case o.Reason != onboarding.NoReason:
		return waitText(o.Reason, o.OrgID)
	}
	return differsText(o)
}

// waitText says why a row waits: a customer that is to be attached to an organization, for the approval of its administrator.
func waitText(r onboarding.Reason, org string) onboarding.Text {
	if r == onboarding.ReasonReview && org != "" {
		return onboarding.T("waits for the approval of an administrator of the organization %q", org)
	}
	return reasonText(r)
}

func reasonText(r onboarding.Reason) onboarding.Text {
	switch r {
	case onboarding.ReasonReview:
		return onboarding.T("waits for Cisco's denied-party review")
	case onboarding.ReasonConsent:
		return onboarding.T("waits for the user's consent to move to the organization")
	case onboarding.ReasonProvisioning:
		return onboarding.T("the service has not finished yet")
	case onboarding.ReasonParentFailed:
		return onboarding.T("what it belongs to failed")
	case onboarding.ReasonParentWaits:
		return onboarding.T("what it belongs to is waiting")
	case onboarding.ReasonFinding:
		return onboarding.T("the row has an error")
	case onboarding.ReasonNoPSTN:
		return onboarding.T("its location has no PSTN connection that takes numbers")
	}
	return onboarding.T("%s", string(r))
}

// Visible shows control characters, and marks that change the direction of text, instead of sending them to a terminal.
func Visible(s string) string {
	if plain(s) || strings.IndexFunc(s, hostile) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hostile(r) {
			fmt.Fprintf(&b, "\\u%04x", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// plain reports whether a text is printable ASCII, as nearly all are.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func hostile(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
