package report

import (
	"bufio"
	"fmt"
	"io"

	"muster/internal/onboarding"
)

// textVerify lists the rows that do not stand as the sheet says, then the counts.
func textVerify(w io.Writer, v *Verify) error {
	b := bufio.NewWriter(w)
	if v.Sandbox {
		fmt.Fprintln(b, "SANDBOX: nothing real was read")
	}
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
		fmt.Fprintf(b, "  %-11s %-8s %s  (%s)\n", verdictWord(row.Verdict), row.Kind, Visible(row.Key), Visible(verifyPlace(row)))
		if why := VerifyWhy(row); why != "" {
			fmt.Fprintf(b, "              %s\n", Visible(why))
		}
	}
	for _, kind := range order {
		if more := listed[kind] - mostListed; more > 0 {
			fmt.Fprintf(b, "  %-11s … and %s more\n", verdictWord(kind), thousands(more))
		}
	}
	textFindings(b, serious(v.Check.Findings))
	verdict, _ := verifyTone(v.Summary)
	fmt.Fprintf(b, "%s: %s\n", verdict, verifyLine(v.Summary))
	for _, aside := range verifyAsides(v.Summary) {
		fmt.Fprintf(b, "%s\n", aside)
	}
	fmt.Fprintf(b, "read at %s in %s, %.1f s\n", v.Target, plural(v.Summary.Calls, "call"), v.Summary.Seconds)
	if v.Sandbox {
		fmt.Fprintln(b, "SANDBOX: nothing real was read")
	}
	return b.Flush()
}

// verdictWord is a verdict for people.
func verdictWord(v onboarding.Verdict) string {
	if v == onboarding.VerdictNotChecked {
		return "not checked"
	}
	return string(v)
}
