package onboarding_test

import (
	"testing"
	"time"

	"muster/internal/onboarding"
)

func TestVerdict(t *testing.T) {
	tests := []struct {
		name     string
		provider onboarding.Provider
		want     string
	}{
		{"Webex signs in", onboarding.Provider{Method: "Webex"}, "nothing to check: Webex signs users in"},
		{"a blocker weighs most", onboarding.Provider{Method: "SAML 2.0", Proven: true, Blockers: 1, Summary: onboarding.Summary{Errors: 3}}, "nobody can sign in: 1 of 3 errors are blockers"},
		{"an error without proof", onboarding.Provider{Method: "SAML 2.0", Summary: onboarding.Summary{Errors: 2, Warnings: 1}}, "not ready: errors to mend: 2"},
		{"an unknown method", onboarding.Provider{Method: "unknown", Summary: onboarding.Summary{Errors: 1}}, "not ready: errors to mend: 1"},
		{"warnings without proof", onboarding.Provider{Method: "OpenID Connect", Summary: onboarding.Summary{Warnings: 1}}, "not proven: neither metadata nor a discovery document was looked at"},
		{"warnings", onboarding.Provider{Method: "OpenID Connect", Proven: true, Summary: onboarding.Summary{Warnings: 2, Notes: 4}}, "ready, with warnings to look at: 2"},
		{"notes alone", onboarding.Provider{Method: "SAML 2.0", Proven: true, Summary: onboarding.Summary{Notes: 4}}, "ready, once the checklist is done"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.provider.Verdict().String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestDaysFrom(t *testing.T) {
	day := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name   string
		expiry time.Time
		want   int
	}{
		{"the same day", day, 0},
		{"later on the day", day.Add(23*time.Hour + 59*time.Minute), 0},
		{"the next midnight", day.AddDate(0, 0, 1), 1},
		{"a month", day.AddDate(0, 1, 0), 30},
		{"two minutes ago", day.Add(-2 * time.Minute), -1},
		{"the day before", day.AddDate(0, 0, -1), -1},
		{"a day and an hour ago", day.Add(-25 * time.Hour), -2},
		{"in 800 years", day.AddDate(800, 0, 0), 292194},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := (onboarding.ProviderKey{Expiry: tt.expiry}).DaysFrom(day); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}
