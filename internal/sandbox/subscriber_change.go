package sandbox

import (
	"net/http"
	"slices"
)

func (s *Server) updateSubscriber(q *request) answer {
	var body subscriberBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	if a, refused := s.suspended(q); refused {
		return a
	}
	name, flaws := s.packageOf(&body)
	if len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, a, refused := s.subscriberAt(q)
	if refused {
		return a
	}
	if a, refused := s.ready(c, name); refused {
		return a
	}
	if name == u.Package {
		return ok(s.subscriber(u, c))
	}
	if slices.Contains(u.Roles, fullAdmin) && s.lowers(c, name) {
		return invalid(textLowered)
	}
	var p seating
	if body.Parameters != nil {
		p = *body.Parameters
	}
	return s.change(q, c, u, placing{name, p})
}

// change gives a subscriber another package. The lock is held.
func (s *Server) change(q *request, c *customer, u *user, p placing) answer {
	m, err := s.membersOf(q.Context(), c)
	if err != nil {
		return broken(err)
	}
	if a, refused := s.seatFree(c, m, p.name); refused {
		return a
	}
	old := u.clone()
	var changed []any
	switch was, will := s.packs[u.Package].calling, s.packs[p.name].calling; {
	case will && !was:
		if flaws := s.checkSeating(p.seating, p.name); len(flaws) > 0 {
			return refuse(http.StatusBadRequest, flaws...)
		}
		found, a, refused := s.place(q, u, m, p.seating)
		if refused {
			return a
		}
		changed = s.own(found, u)
	case was && !will:
		if changed, err = s.free(q, u); err != nil {
			return broken(err)
		}
	}
	m.count(old, -1)
	u.Package, u.Changed = p.name, q.now.UnixMilli()
	m.count(u, 1)
	s.save(append(changed, u)...)
	return ok(s.subscriber(u, c))
}
