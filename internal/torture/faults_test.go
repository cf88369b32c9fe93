package torture

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"muster/importer/provision"
	"muster/internal/onboarding"
)

// number reads a number from the environment.
func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s=%q is not a number", name, text)
	}
	return n
}

// seeds gives the one of MUSTER_TORTURE_SEED, or as many new ones as are asked for.
func seeds(t *testing.T, n int) []uint64 {
	t.Helper()
	if text := os.Getenv("MUSTER_TORTURE_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("MUSTER_TORTURE_SEED=%q is not a number", text)
		}
		return []uint64{seed}
	}
	all := make([]uint64, n)
	for i := range all {
		var b [4]byte
		_, _ = rand.Read(b[:]) // never fails
		all[i] = uint64(binary.BigEndian.Uint32(b[:]))
	}
	return all
}

// Whatever the proxy, the clock and the machine do: each object stands once, each row tells the truth, each create had its
// intent on disk, and in the end everything stands that can.
func TestFaults(t *testing.T) {
	sum := newTally()
	t.Run("seeds", func(t *testing.T) {
		for _, seed := range seeds(t, number(t, "MUSTER_TORTURE_FAULTS", 8)) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, seed)
					w.torment()
					if t.Failed() && os.Getenv("MUSTER_TORTURE_TRACE") != "" {
						w.tell()
					}
					sum.add(w)
				})
			})
		}
	})
	sum.log(t)
}

// torment runs the orders through processes that end in all ways, and then in peace until nothing moves any more.
func (w *world) torment() {
	began := time.Now()
	if w.dice.IntN(4) == 0 {
		w.elsewhere()
	}
	for range 1 + w.dice.IntN(4) {
		w.start()
		if w.t.Failed() {
			return
		}
	}
	w.proxy.quiet()
	w.skew.Store(0)
	var last result
	for n, still := 0, 0; still < 2; n++ {
		if n > 12 {
			w.fault("no end: %+v, %v", last.summary, last.err)
			return
		}
		time.Sleep(2 * time.Minute) // what lags shows up
		for _, kind := range []string{"review", "stuck", "consent"} {
			_, err := w.sandbox.Release(w.t.Context(), kind, "")
			check(w.t, err)
		}
		last = w.process(nil)
		w.inspect(last)
		if s := last.summary; last.err != nil || s.Waiting+s.NotTried+s.Created+s.Updated > 0 {
			still = 0
			continue
		}
		still++
	}
	c := w.count()
	w.complete(last, c)
	if most := w.reasonable(); float64(w.sent) > most {
		w.fault("%d calls were made, %.0f would do", w.sent, most)
	}
	w.open()
	w.ledger(c)
	check(w.t, w.disk.Close())
	w.took = time.Since(began)
}

// inspect asks the service what a process came to.
func (w *world) inspect(res result) {
	c := w.count()
	w.once(c)
	w.truth(res, c)
	w.administrators(c)
}

// elsewhere lets somebody else make a part of the first order before.
func (w *world) elsewhere() {
	state, orders := w.state, w.orders
	w.proxy.setCalm(true)
	first := w.orders[0]
	first.users = first.users[:len(first.users)/2]
	w.state, w.orders = filepath.Join(w.t.TempDir(), "other"), []order{first}
	w.process(nil)
	if w.raced = w.dice.IntN(2) == 0; !w.raced {
		time.Sleep(2 * time.Minute) // else lists do not show yet what somebody else has just made
	}
	for key := range w.count().ids {
		w.before[key] = true
	}
	id := first.customer.ExternalID
	w.before[name(onboarding.ObjectLocation, id, first.customer.Resolved.HQ)] = w.before[name(onboarding.ObjectCustomer, id, id)]
	w.state, w.orders, w.history = state, orders, nil
	w.proxy.setCalm(false)
}

// start is one process with its own fate.
func (w *world) start() {
	after := 1 + w.dice.IntN(60)
	if w.dice.IntN(4) == 0 {
		w.skew.Store(int64(w.dice.IntN(96)-48) * int64(time.Hour)) // somebody has set the clock
	}
	jumps := w.dice.IntN(6) == 0
	fate := w.dice.IntN(6)
	var left image
	res := w.process(func(e *provision.Engine, cancel context.CancelFunc) {
		hook := func(n int) {
			if jumps && n == after/2 {
				w.skew.Add(int64(30 * time.Hour)) // the machine has slept
			}
			if n != after {
				return
			}
			switch fate {
			case 0:
				e.Halt()
			case 1:
				cancel()
			case 2, 3:
				w.proxy.setDead(true)
				left = photograph(w.t, w.state)
				if fate == 3 { // the power went in the middle of a write
					torn := make([]byte, w.torn.IntN(6000))
					for i := range torn {
						torn[i] = byte(w.torn.Uint32())
					}
					left["journal.db-wal"] = append(left["journal.db-wal"], torn...)
				}
				cancel()
			}
		}
		w.hook.Store(&hook)
	})
	if left == nil {
		w.inspect(res)
		return
	}
	left.develop(w.t, w.state)
	w.proxy.setDead(false)
	w.crashes++
}

// tell shows what every process said, to whoever looks for the cause.
func (w *world) tell() {
	for _, res := range w.history {
		w.t.Logf("%s, taken up %v: %v %+v", res.run, res.resumed, res.err, res.summary)
		for _, o := range res.outcomes {
			if o.Status != onboarding.Created && o.Status != onboarding.Unchanged {
				w.t.Logf("  %s %s %s: %s %s %+v", o.Kind, o.Customer, o.Key, o.Status, o.Reason, o.Error)
			}
		}
	}
}

func (p *proxy) quiet() { p.setCalm(true) }

func (p *proxy) setCalm(calm bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calm = calm
}

func (p *proxy) setDead(dead bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dead = dead
}

// tally adds up what many seeds did.
type tally struct {
	mu                      sync.Mutex
	struck                  map[trouble]int
	worlds, starts, crashes int
	calls, resent           int
	objects                 int
	longest                 time.Duration
}

func newTally() *tally { return &tally{struck: make(map[trouble]int)} }

func (s *tally) add(w *world) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worlds++
	s.starts += w.starts
	s.crashes += w.crashes
	s.calls += w.proxy.calls
	s.resent += w.sandbox.RefusedDuplicates()
	s.objects += len(w.count().ids)
	s.longest = max(s.longest, w.took)
	for what, n := range w.proxy.struck {
		s.struck[what] += n
	}
}

func (s *tally) log(t *testing.T) {
	t.Logf("%d seeds: %d processes, %d of them crashed, %d objects, %d calls, longest %v of virtual time", s.worlds, s.starts, s.crashes, s.objects, s.calls, s.longest)
	for _, what := range slices.Sorted(maps.Keys(s.struck)) {
		t.Logf("%6d x %s", s.struck[what], what)
	}
}
