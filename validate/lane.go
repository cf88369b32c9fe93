package validate

import "muster/internal/onboarding"

// Lane judges users by themselves, and hands over in order what it found. Lanes of one walk may work beside each other;
// a lane works for one goroutine at a time.
type Lane struct {
	walk   *Walk
	view   Walk // with findings of its own
	found  []said
	hashes [][]uint64 // by unique rule and user
	key    []byte
}

// said is a finding, and what is said once per run.
type said struct {
	finding onboarding.Finding
	once    string
}

// Lane makes a lane. Batch must have run.
func (w *Walk) Lane() *Lane {
	l := &Lane{walk: w, view: *w, hashes: make([][]uint64, len(w.uniques))}
	l.view.once = make(map[string]bool)
	l.view.sink = func(f onboarding.Finding) {
		l.found = append(l.found, said{f, l.view.said})
	}
	return l
}

// Rows judges a block of users by themselves.
func (l *Lane) Rows(users []onboarding.User) {
	l.found = l.found[:0]
	w := &l.view
	for i := range users {
		u := &users[i]
		u.Resolved.Held = len(u.Damaged) > 0
		w.held, w.whose = &u.Resolved.Held, u.Customer
		for _, j := range w.alone {
			w.rule, w.said = &w.rules[j], ""
			w.rule.User(w, u)
		}
	}
	for k, j := range w.uniques {
		l.hash(k, w.rules[j].Unique, users)
	}
}

// hash gives every user's value a hash.
func (l *Lane) hash(k int, q *Unique, users []onboarding.User) {
	out := l.hashes[k][:0]
	for i := range users {
		l.key = q.Key(l.key[:0], &users[i])
		out = append(out, l.walk.seen[k].hash(l.key))
	}
	l.hashes[k] = out
}

// Pass hands the findings of the last block over and judges what the users before decide. Blocks pass in the order of
// their rows.
func (l *Lane) Pass(users []onboarding.User) {
	w := l.walk
	for _, s := range l.found {
		if s.once == "" || w.first(s.once) {
			w.sink(s.finding)
		}
	}
	for k, j := range w.uniques {
		w.rule = &w.rules[j]
		w.unique(w.seen[k], l.hashes[k], users)
	}
	for i := range users {
		count(&users[i])
	}
}

// ahead is how many lines of the processor's cache are asked for before they are needed.
const ahead = 256

// unique looks for values that came before. The memory that some hashes point to is asked for together and looked at
// then, not one after the other.
func (w *Walk) unique(seen *set, hashes []uint64, users []onboarding.User) {
	for from := 0; from < len(hashes); from += ahead {
		to := min(from+ahead, len(hashes))
		seen.prepare(hashes[from:to])
		for i := from; i < to; i++ {
			if hashes[i] == none {
				continue
			}
			u := &users[i]
			if first, twice := seen.add(hashes[i], u.Row); twice {
				w.held, w.whose = &u.Resolved.Held, u.Customer
				w.rule.Unique.Twice(w, u, first)
			}
		}
	}
}

// Expect makes room for what so many users have to be remembered by.
func (w *Walk) Expect(users int) {
	for _, s := range w.seen {
		s.expect(users)
	}
}
