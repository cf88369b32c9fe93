package onboarding

import "time"

// Day reads a date that has one meaning: the year first, or with points as in Germany. ok is false for every other text.
func Day(text string) (day time.Time, ok bool) {
	if text == "" {
		return time.Time{}, false
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006/1/2", "2.1.2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
