package provision_test

import (
	"testing"

	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

// Everything is made once; the same again makes nothing.
func TestCreatesThenUnchanged(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	orders := []order{bakery("crm-1", 12).branch("Mill"), bakery("crm-2", 3)}
	first := w.apply(orders...)
	check(t, first.err)
	first.want(t, map[onboarding.ObjectKind]string{
		onboarding.ObjectCustomer: "created:2", onboarding.ObjectLocation: "created:3", onboarding.ObjectNumbers: "created:2",
		onboarding.ObjectUser: "created:15", onboarding.ObjectRole: "created:2",
	})
	for _, o := range first.outcomes {
		if o.Kind != onboarding.ObjectNumbers && o.ID == "" {
			t.Errorf("%s %s has no id", o.Kind, o.Key)
		}
	}
	posts := w.posts()
	second := w.apply(orders...)
	check(t, second.err)
	if second.resumed {
		t.Error("a finished run was taken up again")
	}
	second.want(t, map[onboarding.ObjectKind]string{
		onboarding.ObjectCustomer: "unchanged:2", onboarding.ObjectLocation: "unchanged:3", onboarding.ObjectNumbers: "unchanged:2",
		onboarding.ObjectUser: "unchanged:15", onboarding.ObjectRole: "unchanged:2",
	})
	if got := w.posts(); got != posts {
		t.Errorf("the second run sent %d creates", got-posts)
	}
	if n := w.sandbox.RefusedDuplicates(); n != 0 {
		t.Errorf("%d creates were sent twice", n)
	}
}

// posts counts the creates sent so far.
func (w *world) posts() int {
	w.calls.mu.Lock()
	defer w.calls.mu.Unlock()
	n := 0
	for _, c := range w.calls.calls {
		if c.Method == "POST" {
			n++
		}
	}
	return n
}

// A clean run costs no more calls than promised: (12 C + 6 L + 1.1 U + 3 R) × 1.05 + 20.
func TestFewCalls(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	var orders []order
	for _, id := range []string{"a", "b", "c", "d", "e"} {
		orders = append(orders, bakery(id, 40).branch("Mill").branch("Shop"))
	}
	res := w.apply(orders...)
	check(t, res.err)
	st := w.client.Stats()
	most := (12*5+6*10+1.1*200+3*5)*1.05 + 20
	if float64(st.Calls) > most {
		t.Errorf("%d calls, at most %.0f are promised", st.Calls, most)
	}
	if st.Retries != 0 {
		t.Errorf("%d retries in a clean run", st.Retries)
	}
}
