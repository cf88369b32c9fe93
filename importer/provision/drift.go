package provision

import (
	"fmt"
	"slices"
	"sync"

	"muster/internal/onboarding"
)

// drift gathers what somebody changed at the service since this journal last saw it, as far as a run meets it.
type drift struct {
	mu    sync.Mutex
	n     int
	first []string
}

// namedDrift is how many of the changed objects are named.
const namedDrift = 10

// note counts an object, and names the field that was changed first; what cannot be compared is no change.
func (d *drift) note(kind onboarding.ObjectKind, key string, fields []onboarding.Difference) {
	i := slices.IndexFunc(fields, func(f onboarding.Difference) bool { return !f.Unknown })
	if i < 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.n++; len(d.first) < namedDrift {
		f := fields[i]
		d.first = append(d.first, fmt.Sprintf("%s %q: %s was %q and is %q", kind, key, f.Field, f.Sheet, f.Live))
	}
}

// Drift gives how many objects that the run met were changed at the service since this journal last saw them, and the
// first of them in words. To be asked when the run has ended.
func (e *Engine) Drift() (n int, first []string) { return e.drift.n, e.drift.first }
