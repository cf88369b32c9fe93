package onboarding

// Verdict says how a planned row stands when it is read back.
type Verdict string

// The verdicts on a row.
const (
	VerdictEqual      Verdict = "equal"
	VerdictDifferent  Verdict = "different"
	VerdictMissing    Verdict = "missing"
	VerdictGone       Verdict = "gone"        // this journal made it, and it is not there any more
	VerdictWaiting    Verdict = "waiting"     // for a review, a consent or the service
	VerdictNotChecked Verdict = "not_checked" // the row has an error, so nobody knows what it asks for
)

// Word gives the word for people; a verdict that is not known is its own.
func (v Verdict) Word() Word {
	switch v {
	case VerdictEqual:
		return "equal"
	case VerdictDifferent:
		return "different"
	case VerdictMissing:
		return "missing"
	case VerdictGone:
		return "gone"
	case VerdictWaiting:
		return "waiting"
	case VerdictNotChecked:
		return "not checked"
	}
	return Word(v)
}

// Verified is a planned row that was read back: its Changes are the fields in which it differs, and those that cannot be
// compared.
type Verified struct {
	Step
	Verdict Verdict
}

// Verify gives the verdict on a step.
func Verify(s Step) Verified { return Verified{s, s.verdict()} }

func (s Step) verdict() Verdict {
	switch {
	case s.Action == ActWait, s.Action == ActHold && s.Reason == ReasonParentWaits:
		return VerdictWaiting
	case s.Action == ActHold && s.Reason == ReasonFinding:
		return VerdictNotChecked
	case s.Action == ActNothing, s.Action == ActAdopt, s.Action == ActUpdate, s.Action == ActConflict && s.ID != "":
		if s.Differs() || s.Action == ActUpdate || s.Action == ActConflict {
			return VerdictDifferent
		}
		return VerdictEqual
	case s.Kind == ObjectNumbers && s.ID != "":
		return VerdictDifferent // the stock stands, and lacks some
	case s.Once:
		return VerdictGone
	}
	return VerdictMissing
}

// Wrong reports whether the row does not stand as the sheet says.
func (v Verdict) Wrong() bool {
	return v == VerdictDifferent || v == VerdictMissing || v == VerdictGone || v == VerdictNotChecked
}

// VerifySummary counts rows by verdict, and what a reading back cost.
type VerifySummary struct {
	Rows                                                 int
	Equal, Different, Missing, Gone, Waiting, NotChecked int
	NotComparable                                        int // fields
	Extras                                               int // objects that stand and the sheet does not name
	Calls                                                int
	Seconds                                              float64
}

// Count adds one row.
func (s *VerifySummary) Count(v Verified) {
	s.Rows++
	switch v.Verdict {
	case VerdictEqual:
		s.Equal++
	case VerdictDifferent:
		s.Different++
	case VerdictMissing:
		s.Missing++
	case VerdictGone:
		s.Gone++
	case VerdictWaiting:
		s.Waiting++
	case VerdictNotChecked:
		s.NotChecked++
	}
	for _, d := range v.Changes {
		if d.Unknown {
			s.NotComparable++
		}
	}
}

// Wrong counts the rows that do not stand as the sheet says.
func (s VerifySummary) Wrong() int { return s.Different + s.Missing + s.Gone + s.NotChecked }
