package saml

import (
	"testing"
	"time"
)

func TestFromGoLive(t *testing.T) {
	j := &judge{Options: Options{GoLive: goLive}}
	for text, want := range map[string]string{
		"2026-11-21T23:59:59Z": "on the day of go-live", "2026-11-21T00:00:00Z": "on the day of go-live", "2026-11-20T23:59:59Z": "1 day before go-live",
		"2026-11-22T00:00:00Z": "1 day after go-live", "2026-12-03T12:00:00Z": "12 days after go-live", "9999-12-31T23:59:59Z": "2,912,118 days after go-live",
		"1950-01-01T00:00:00Z": "28,083 days before go-live", "1969-12-31T23:00:00Z": "20,779 days before go-live",
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := j.fromGoLive(at).String(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
