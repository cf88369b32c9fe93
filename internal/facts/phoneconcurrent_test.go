package facts

import (
	"sync"
	"testing"
)

// TestPhonesFromManyGoroutines lets goroutines read the same numbers in different orders while the machines grow; every
// verdict must be the one that a goroutine alone comes to.
func TestPhonesFromManyGoroutines(t *testing.T) {
	all := examples(1)
	alone := Load()
	want := make([]Phone, len(all))
	for i, e := range all {
		want[i], _ = alone.Phone(e[0], e[1])
	}
	shared := Load()
	var group sync.WaitGroup
	for g := range 4 {
		group.Go(func() {
			for k := range all {
				i := (k*(2*g+1) + g*len(all)/4) % len(all)
				if got, _ := shared.Phone(all[i][0], all[i][1]); got != want[i] {
					t.Errorf("%q in %s: %+v, alone %+v", all[i][0], all[i][1], got, want[i])
					return
				}
			}
		})
	}
	group.Wait()
}
