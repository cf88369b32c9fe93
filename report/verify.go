package report

import (
	"iter"
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
func verifyTone(s onboarding.VerifySummary) (text onboarding.Text, tone string) {
	switch {
	case s.Rows == 0:
		return onboarding.T("there is nothing to verify"), "look"
	case s.Wrong() > 0:
		return onboarding.Count(s.Wrong(), "%s row does not stand as the sheet says", "%s rows do not stand as the sheet says"), "bad"
	case s.Waiting > 0:
		return onboarding.T("everything that does not wait for others stands as the sheet says"), "look"
	}
	return onboarding.T("everything stands as the sheet says"), "good"
}

// verifyCounts lists the verdicts in a fixed order.
func verifyCounts(s onboarding.VerifySummary) []tally {
	return []tally{
		{"equal", s.Equal},
		{"different", s.Different},
		{"missing", s.Missing},
		{"gone", s.Gone},
		{"waiting", s.Waiting},
		{"not checked", s.NotChecked},
	}
}

// verifyLine gives every verdict that occurs and the sum, so that the reader can add up.
func verifyLine(s onboarding.VerifySummary) onboarding.Text {
	return sumOf(verifyCounts(s), onboarding.T("no rows"))
}

// verifyAsides say what is no difference, and yet worth knowing.
func verifyAsides(s onboarding.VerifySummary) []onboarding.Text {
	var out []onboarding.Text
	if s.NotComparable > 0 {
		out = append(out, onboarding.Count(s.NotComparable, "%s field is not comparable: the service does not return it, and this journal does not know it",
			"%s fields are not comparable: the service does not return them, and this journal does not know them"))
	}
	if s.Extras > 0 {
		out = append(out, onboarding.Count(s.Extras, "%s object stands that the sheet does not name", "%s objects stand that the sheet does not name"))
	}
	return out
}

// VerifyWhy says in words how a row differs; empty for one that stands as the sheet says.
func VerifyWhy(v onboarding.Verified) onboarding.Text {
	var parts []onboarding.Text
	switch {
	case v.Verdict == onboarding.VerdictEqual:
	case !v.Why.Empty():
		parts = append(parts, v.Why)
	case v.Reason != onboarding.NoReason:
		parts = append(parts, reasonText(v.Reason))
	case v.Verdict == onboarding.VerdictMissing:
		parts = append(parts, onboarding.T("the service does not have it"))
	case v.Verdict == onboarding.VerdictGone:
		parts = append(parts, onboarding.T("this journal made it, and the service has it no more"))
	}
	for _, d := range v.Changes {
		if !d.Unknown && v.Verdict.Wrong() {
			parts = append(parts, verifiedText(d))
		}
	}
	var unknown onboarding.List
	for _, field := range notComparable(v) {
		unknown = append(unknown, field)
	}
	if len(unknown) > 0 {
		parts = append(parts, onboarding.T("not comparable: %s", unknown))
	}
	return onboarding.Joined(parts)
}

func verifiedText(d onboarding.Difference) onboarding.Text {
	text := onboarding.T("%s: the sheet says %s, the service has %s", d.Field, askedFor(d), quotedOr(d.Live))
	if !d.Fixed.Empty() {
		text = onboarding.T("%s (%s)", text, d.Fixed)
	}
	return text
}

func askedFor(d onboarding.Difference) onboarding.Text {
	if !d.Asked.Empty() {
		return d.Asked
	}
	return quotedOr(d.Sheet)
}

// quotedOr shows a value, and an absent one as nothing.
func quotedOr(s string) onboarding.Text {
	if s == "" {
		return onboarding.T("(nothing)")
	}
	return onboarding.T("%q", s)
}

// notComparable lists the fields of a row that nobody can compare.
func notComparable(v onboarding.Verified) []onboarding.Field {
	var out []onboarding.Field
	for _, d := range v.Changes {
		if d.Unknown {
			out = append(out, d.Field)
		}
	}
	return out
}

// Facts gives what a reader who was not there must know, as names and values: the verdict, the counts, of what and when, and
// what is no difference, and yet worth knowing.
func (v *Verify) Facts() [][2]string {
	voice := v.voice()
	var rows [][2]string
	for _, f := range v.allFacts() {
		rows = append(rows, f.said(voice))
	}
	return rows
}

func (v *Verify) allFacts() []fact {
	text, _ := verifyTone(v.Summary)
	rows := []fact{{onboarding.T("Verdict"), text}, {onboarding.T("Rows"), verifyLine(v.Summary)}}
	if v.Sandbox {
		rows = append([]fact{unreadFact()}, rows...)
	}
	rows = append(rows, verifyFacts(v)...)
	for _, aside := range verifyAsides(v.Summary) {
		rows = append(rows, fact{onboarding.T("Also"), aside})
	}
	return rows
}

func unreadFact() fact {
	return fact{onboarding.T("SANDBOX"), onboarding.T("nothing real was read")}
}

// verifyFacts say of what and when.
func verifyFacts(v *Verify) []fact {
	out := []fact{{onboarding.T("Service"), v.Target}, {onboarding.T("Partner organization"), v.Org}}
	if v.SubPartner != "" {
		out = append(out, fact{onboarding.T("Sub-partner"), v.SubPartner})
	}
	return append(
		out, fact{onboarding.T("Read on"), stamp(v.AsOf)}, fact{onboarding.T("Read by"), v.Identity}, fact{onboarding.T("Calls"), thousands(v.Summary.Calls)},
	)
}

// voice is that of the reader.
func (v *Verify) voice() onboarding.Voice { return spoken(v.Check.Voice) }

// verifyOutcome shows a row in the tables that runs have.
func verifyOutcome(v onboarding.Verified, voice onboarding.Voice) outcomeDoc {
	d := outcomeDoc{Kind: string(v.Kind), Key: v.Key, Customer: v.Customer, Status: string(v.Verdict), ID: v.ID, File: v.File, Sheet: v.Sheet, Row: v.Row}
	if why := VerifyWhy(v); !why.Empty() {
		d.Error = &failureDoc{Message: said(voice, why)}
	}
	return d
}

// verifyPlace is where a row stands, for a person.
func verifyPlace(v onboarding.Verified) onboarding.Text {
	return where(onboarding.Outcome{File: v.File, Sheet: v.Sheet, Row: v.Row})
}
