package report

import (
	"fmt"
	"io"

	"muster/internal/onboarding"
)

// textVerify lists the rows that do not stand as the sheet says, then the counts.
func textVerify(w io.Writer, v *Verify) error {
	p := newScreenPen(w, &v.Check)
	p.unread(v)
	listed := make(map[onboarding.Verdict]int)
	order := []onboarding.Verdict{onboarding.VerdictDifferent, onboarding.VerdictMissing, onboarding.VerdictGone, onboarding.VerdictNotChecked, onboarding.VerdictWaiting}
	for row, err := range v.Rows {
		if err != nil {
			return err
		}
		if row.Verdict == onboarding.VerdictEqual {
			continue
		}
		if listed[row.Verdict]++; listed[row.Verdict] > mostListed {
			continue
		}
		fmt.Fprintf(p, "  %s %s %s  (%s)\n", p.pad(row.Verdict.Word(), 11), p.pad(row.Kind.Word(), 8), Visible(row.Key), p.said(verifyPlace(row)))
		if why := VerifyWhy(row); !why.Empty() {
			fmt.Fprintf(p, "              %s\n", p.said(why))
		}
	}
	for _, kind := range order {
		p.andMore("  "+p.pad(kind.Word(), 11), listed[kind]-mostListed)
	}
	p.findings(&v.Check, serious(v.Check.Findings))
	verdict, _ := verifyTone(v.Summary)
	p.line("%s: %s", verdict, verifyLine(v.Summary))
	for _, aside := range verifyAsides(v.Summary) {
		fmt.Fprintln(p, p.said(aside))
	}
	p.line("read at %s in %s, %.1f s", v.Target, callsOf(v.Summary.Calls), v.Summary.Seconds)
	p.unread(v)
	return p.Flush()
}

// unread says so where nothing real was read.
func (p pen) unread(v *Verify) {
	if v.Sandbox {
		fmt.Fprintln(p, p.said(unreadText()))
	}
}

func unreadText() onboarding.Text { return onboarding.T("SANDBOX: nothing real was read") }
