package report

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"muster/internal/onboarding"
)

// Verify is what a reading back found. Rows may be read more than once, in the order of the plan.
type Verify struct {
	Target     string // sandbox, webex, or the base URL
	Sandbox    bool   // nothing real was read
	Org        string // partner organization
	SubPartner string // organization on whose behalf the service was asked; empty for none
	Identity   string // who asked
	AsOf       time.Time
	Check      Check
	Summary    onboarding.VerifySummary
	Rows       iter.Seq2[onboarding.Verified, error]
}

// verifyTone is the sentence on top of a reading back, and its colour.
func verifyTone(s onboarding.VerifySummary) (text, tone string) {
	switch {
	case s.Rows == 0:
		return "there is nothing to verify", "look"
	case s.Wrong() == 1:
		return "1 row does not stand as the sheet says", "bad"
	case s.Wrong() > 0:
		return thousands(s.Wrong()) + " rows do not stand as the sheet says", "bad"
	case s.Waiting > 0:
		return "everything that does not wait for others stands as the sheet says", "look"
	}
	return "everything stands as the sheet says", "good"
}

// bar is one verdict with the number of its rows.
type bar struct {
	Name string
	N    int
}

// verifyCounts lists the verdicts in a fixed order.
func verifyCounts(s onboarding.VerifySummary) []bar {
	return []bar{
		{Name: "equal", N: s.Equal},
		{Name: "different", N: s.Different},
		{Name: "missing", N: s.Missing},
		{Name: "gone", N: s.Gone},
		{Name: "waiting", N: s.Waiting},
		{Name: "not checked", N: s.NotChecked},
	}
}

// verifyLine gives every verdict that occurs and the sum, so that the reader can add up.
func verifyLine(s onboarding.VerifySummary) string {
	var parts []string
	for _, c := range verifyCounts(s) {
		if c.N > 0 {
			parts = append(parts, thousands(c.N)+" "+c.Name)
		}
	}
	if len(parts) == 0 {
		return "no rows"
	}
	return strings.Join(parts, " + ") + " = " + thousands(s.Rows)
}

// verifyAsides say what is no difference, and yet worth knowing.
func verifyAsides(s onboarding.VerifySummary) []string {
	var out []string
	if s.NotComparable > 0 {
		out = append(out, count(s.NotComparable, "field is", "fields are")+" not comparable: the service does not return them, and this journal does not know them")
	}
	if s.Extras > 0 {
		out = append(out, count(s.Extras, "object stands", "objects stand")+" that the sheet does not name")
	}
	return out
}

// VerifyWhy says in words how a row differs; empty for one that stands as the sheet says.
func VerifyWhy(v onboarding.Verified) string {
	var parts []string
	switch {
	case v.Verdict == onboarding.VerdictEqual:
	case !v.Why.Empty():
		parts = append(parts, v.Why.String())
	case v.Reason != onboarding.NoReason:
		parts = append(parts, reasonText(v.Reason))
	case v.Verdict == onboarding.VerdictMissing:
		parts = append(parts, "the service does not have it")
	case v.Verdict == onboarding.VerdictGone:
		parts = append(parts, "this journal made it, and the service has it no more")
	}
	for _, d := range v.Changes {
		if !d.Unknown && v.Verdict.Wrong() {
			parts = append(parts, differenceText(d))
		}
	}
	if n := notComparable(v); len(n) > 0 {
		parts = append(parts, "not comparable: "+strings.Join(n, ", "))
	}
	return strings.Join(parts, "; ")
}

func differenceText(d onboarding.Difference) string {
	text := fmt.Sprintf("%s: the sheet says %s, the service has %s", d.Field, quotedOr(d.Sheet), quotedOr(d.Live))
	if !d.Fixed.Empty() {
		text += " (" + d.Fixed.String() + ")"
	}
	return text
}

// quotedOr shows a value, and an absent one as nothing.
func quotedOr(s string) string {
	if s == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", s)
}

// notComparable lists the fields of a row that nobody can compare.
func notComparable(v onboarding.Verified) []string {
	var out []string
	for _, d := range v.Changes {
		if d.Unknown {
			out = append(out, string(d.Field))
		}
	}
	return out
}

// Facts gives what a reader who was not there must know, as names and values: the verdict, the counts, of what and when, and
// what is no difference, and yet worth knowing.
func (v *Verify) Facts() [][2]string {
	text, _ := verifyTone(v.Summary)
	rows := [][2]string{{"Verdict", text}, {"Rows", verifyLine(v.Summary)}}
	if v.Sandbox {
		rows = append([][2]string{{"SANDBOX", "nothing real was read"}}, rows...)
	}
	for _, f := range verifyFacts(v) {
		rows = append(rows, [2]string{f.Name, f.Value})
	}
	for _, aside := range verifyAsides(v.Summary) {
		rows = append(rows, [2]string{"Also", aside})
	}
	return rows
}

// verifyFacts say of what and when.
func verifyFacts(v *Verify) []fact {
	out := []fact{{"Service", v.Target}, {"Partner organization", v.Org}}
	if v.SubPartner != "" {
		out = append(out, fact{"Sub-partner", v.SubPartner})
	}
	return append(
		out, fact{"Read on", v.AsOf.UTC().Format("2006-01-02 15:04:05 UTC")}, fact{"Read by", v.Identity}, fact{"Calls", thousands(v.Summary.Calls)},
	)
}

// verifyOutcome shows a row in the tables that runs have.
func verifyOutcome(v onboarding.Verified) outcomeDoc {
	d := outcomeDoc{Kind: string(v.Kind), Key: v.Key, Customer: v.Customer, Status: string(v.Verdict), ID: v.ID, File: v.File, Sheet: v.Sheet, Row: v.Row}
	if why := VerifyWhy(v); why != "" {
		d.Error = &failureDoc{Message: why}
	}
	return d
}

// verifyPlace is where a row stands, for a person.
func verifyPlace(v onboarding.Verified) string {
	return where(onboarding.Outcome{File: v.File, Sheet: v.Sheet, Row: v.Row})
}
