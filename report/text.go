package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"

	"muster/internal/onboarding"
)

func textFormat() Format {
	return Format{Name: "text", Check: textCheck, Run: textRun, Plan: textPlan, Diff: textDiff, Verify: textVerify, Listing: textListing}
}

// textCheck groups the findings by sheet, each on a line with its hint below, and ends with the verdict.
func textCheck(w io.Writer, c *Check) error {
	b := bufio.NewWriter(w)
	textFindings(b, c.Findings)
	textProviders(b, c)
	fmt.Fprintf(b, "%s: %s\n", verdict(c.Summary), countsLine(c))
	if c.Repair != nil {
		if err := textChanges(b, c.Repair); err != nil {
			return err
		}
	}
	return b.Flush()
}

func countsLine(c *Check) string {
	line := fmt.Sprintf("%s, %s, %s", plural(c.Summary.Errors, "error"), plural(c.Summary.Warnings, "warning"), plural(c.Summary.Notes, "note"))
	if c.SignIn {
		return line + " in " + plural(len(c.Providers), "identity provider")
	}
	return fmt.Sprintf("%s in %s, %s, %s, %s", line,
		plural(c.Counts.Templates, "template"), plural(c.Counts.Customers, "customer"), plural(c.Counts.Locations, "location"), plural(c.Counts.Users, "user"))
}

func textFindings(b *bufio.Writer, fs []onboarding.Finding) {
	var last *onboarding.Source
	for i, f := range fs {
		if i == 0 || f.Place.Source != last {
			last = f.Place.Source
			fmt.Fprintf(b, "%s\n", sourceTitle(last))
		}
		fmt.Fprintf(b, "  %-7s %s  %s [%s]\n", weight(f), address(f), Visible(f.Message.String()), f.Rule)
		if !f.Hint.Empty() {
			fmt.Fprintf(b, "          hint: %s\n", Visible(f.Hint.String()))
		}
	}
	if len(fs) > 0 {
		fmt.Fprintln(b)
	}
}

func sourceTitle(s *onboarding.Source) string {
	switch {
	case s == nil:
		return "input"
	case s.CSV():
		return Visible(s.File)
	}
	return Visible(s.File + ", sheet " + s.Sheet)
}

// address is the place of a finding below the title of its sheet.
func address(f onboarding.Finding) string {
	p := f.Place
	switch {
	case p.Row == 0:
		return "file   "
	case p.Column == 0:
		return fmt.Sprintf("row %-3d", p.Row)
	case p.Source.CSV():
		return fmt.Sprintf("%d:%-4d", p.Row, p.Column)
	}
	return fmt.Sprintf("%-7s", p.ColumnName()+fmt.Sprint(p.Row))
}

// textRun lists the rows that need somebody, then the counts.
func textRun(w io.Writer, r *Run) error {
	b := bufio.NewWriter(w)
	if r.Sandbox {
		fmt.Fprintln(b, "SANDBOX: nothing real was changed")
	}
	if err := textOutcomes(b, r); err != nil {
		return err
	}
	textHandOff(b, r.Check.HandOff)
	fmt.Fprintf(b, "run %s on %s: %s\n", r.ID, r.Target, RunLine(r.Summary))
	fmt.Fprintf(b, "%s in %.1f s, %s, %s\n", plural(r.Summary.Calls, "call"), r.Summary.Seconds, count(r.Summary.Retries, "retry", "retries"), plural(r.Summary.Polls, "poll"))
	if r.Stopped != "" {
		fmt.Fprintf(b, "not finished: %s\n", Visible(r.Stopped))
	}
	if r.Sandbox {
		fmt.Fprintln(b, "SANDBOX: nothing real was changed")
	}
	return b.Flush()
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// RunLine gives every status that occurs and the sum, so that the reader can add up.
func RunLine(s onboarding.RunSummary) string {
	var parts []string
	sum := 0
	for _, c := range statusCounts(s) {
		sum += c.N
		if c.N > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", thousands(c.N), c.Name))
		}
	}
	if len(parts) == 0 {
		return "nothing to do"
	}
	return fmt.Sprintf("%s = %s", strings.Join(parts, " + "), thousands(sum))
}

const mostListed = 50 // rows of each status listed on a terminal; the reports hold them all

func textOutcomes(b *bufio.Writer, r *Run) error {
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
		fmt.Fprintf(b, "  %-8s %-8s %s  (%s)%s\n", group, o.Kind, Visible(o.Key), Visible(where(o)), because(o))
	}
	for _, st := range []onboarding.Status{onboarding.Failed, onboarding.Waiting, onboarding.Held, differing} {
		if more := listed[st] - mostListed; more > 0 {
			fmt.Fprintf(b, "  %-8s … and %s more\n", st, thousands(more))
		}
	}
	return nil
}

// differing is the group of rows that stand and in which something differs that no call changes.
const differing onboarding.Status = "differs"

// listing is the group under which a row is listed; empty for one that needs nobody.
func listing(o onboarding.Outcome) onboarding.Status {
	switch o.Status {
	case onboarding.Failed, onboarding.Waiting, onboarding.Held:
		return o.Status
	}
	if len(o.Differs) > 0 {
		return differing
	}
	return ""
}

// differsText says in one line in which ways a row differs.
func differsText(o onboarding.Outcome) string {
	texts := make([]string, len(o.Differs))
	for i, d := range o.Differs {
		texts[i] = differsOf(d).Text()
	}
	return strings.Join(texts, "; ")
}

func where(o onboarding.Outcome) string {
	if o.Sheet == "" {
		return fmt.Sprintf("%s:%d", o.File, o.Row)
	}
	return fmt.Sprintf("%s row %d", o.Sheet, o.Row)
}

// because says why a row needs somebody.
func because(o onboarding.Outcome) string {
	switch {
	case o.Error != nil:
		text := ": " + Visible(o.Error.Message)
		if o.Error.Code != "" {
			text += " [code " + Visible(o.Error.Code) + "]"
		}
		if o.Error.TrackingID != "" {
			text += " [tracking id " + Visible(o.Error.TrackingID) + "]"
		}
		return text
	case o.Reason != onboarding.NoReason:
		return ": " + reasonText(o.Reason)
	case len(o.Differs) > 0:
		return ": " + differsText(o)
	}
	return ""
}

func reasonText(r onboarding.Reason) string {
	switch r {
	case onboarding.ReasonReview:
		return "waits for Cisco's denied-party review"
	case onboarding.ReasonConsent:
		return "waits for the user's consent to move to the organization"
	case onboarding.ReasonProvisioning:
		return "the service has not finished yet"
	case onboarding.ReasonParentFailed:
		return "what it belongs to failed"
	case onboarding.ReasonParentWaits:
		return "what it belongs to is waiting"
	case onboarding.ReasonFinding:
		return "the row has an error"
	case onboarding.ReasonNoPSTN:
		return "its location has no PSTN connection that takes numbers"
	}
	return string(r)
}

// Visible shows control characters, and marks that change the direction of text, instead of sending them to a terminal.
func Visible(s string) string {
	if strings.IndexFunc(s, hostile) < 0 {
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

func hostile(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
