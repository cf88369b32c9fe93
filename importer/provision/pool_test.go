package provision

import (
	"slices"
	"testing"
	"testing/synctest"
)

// Whoever was begun first is served first, and everybody is served.
func TestPoolServesTheFirstCustomerFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPool()
		var served []int
		for _, turn := range []int{3, 1, 2, 1} {
			go p.give(turn, func() { served = append(served, turn) })
		}
		synctest.Wait() // all four offers stand
		for range 4 {
			p.take()()
		}
		p.close()
		if p.take() != nil || !slices.Equal(served, []int{1, 1, 2, 3}) {
			t.Errorf("served %v", served)
		}
	})
}
