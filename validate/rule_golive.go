package validate

import "muster/internal/onboarding"

// customerGoLive warns of a day that cannot be read.
func customerGoLive() Rule {
	return Rule{
		ID: "customer-go-live", Severity: onboarding.Warning,
		Summary: "a go-live date is a date with one meaning",
		Why:     "keys and certificates of the identity provider are compared with it, else with today (our judgement)",
		Fix:     "write it as 2026-12-31",
		Example: "Go-live date: mid January\nwarning: \"mid January\" is no date that has one meaning",
		Customer: func(w *Walk, c *onboarding.Customer) {
			if _, ok := onboarding.Day(c.GoLive); c.GoLive != "" && !ok {
				w.add(at(c.Row, "go_live", c.GoLive), onboarding.T("%q is no date that has one meaning", c.GoLive), onboarding.T("write it as 2026-12-31"))
			}
		},
	}
}
