package saml

import (
	"time"

	"muster/internal/onboarding"
)

// day writes a time as its day in UTC: "2027-03-01".
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// fromGoLive says how many days of the calendar lie between go-live and a time: "12 days after go-live".
func (j *judge) fromGoLive(t time.Time) onboarding.Text {
	switch n := int(dayNumber(t) - dayNumber(j.GoLive)); {
	case n == 0:
		return onboarding.T("on the day of go-live")
	case n > 0:
		return onboarding.Count(n, "%s day after go-live", "%s days after go-live")
	default:
		return onboarding.Count(-n, "%s day before go-live", "%s days before go-live")
	}
}

// dayNumber counts days from seconds: a time.Duration ends at 292 years, certificates do not.
func dayNumber(t time.Time) int64 {
	const day = 24 * 60 * 60
	n := t.Unix() / day
	if t.Unix()%day < 0 {
		n--
	}
	return n
}

// within reports whether a time lies no more than a number of days after go-live.
func (j *judge) within(t time.Time, days int) bool { return !t.After(j.GoLive.AddDate(0, 0, days)) }
