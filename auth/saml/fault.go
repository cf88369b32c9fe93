package saml

import (
	"cmp"
	"slices"

	"muster/auth/check"
	"muster/internal/onboarding"
)

// mostFaults is how many findings of one check at one level a reader is shown; the rest is counted.
const mostFaults = 20

// fault is one of several findings of the same kind.
type fault struct {
	line    int
	value   string
	message onboarding.Text
}

// sayEach records faults of one level in the order of their lines. Beyond the first 20 they are counted, not listed.
func (j *judge) sayEach(level check.Level, faults []fault) {
	slices.SortStableFunc(faults, func(a, b fault) int { return cmp.Compare(a.line, b.line) })
	for i, f := range faults {
		if i == mostFaults {
			j.say(level, f.line, "", onboarding.T("%d more findings of this kind, the first of them here", len(faults)-i))
			return
		}
		j.say(level, f.line, f.value, f.message)
	}
}
