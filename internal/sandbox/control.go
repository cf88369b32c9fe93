package sandbox

import (
	"context"
	"fmt"
	"strings"
)

// The control endpoints are not part of the service. Those that change something take application/json only, so that
// no foreign web page can call them unasked.

// showState counts the objects.
func (s *Server) showState(q *request) answer {
	state, err := s.state(q.Context())
	if err != nil {
		return broken(err)
	}
	return ok(state)
}

// stateView counts what the sandbox holds.
type stateView struct {
	Customers         int            `json:"customers"`
	Subscribers       int            `json:"subscribers"`
	People            int            `json:"people"`
	Locations         int            `json:"locations"`
	Numbers           int            `json:"numbers"`
	RefusedDuplicates int            `json:"refusedDuplicates"`
	Requests          map[string]int `json:"requests"`
}

func (s *Server) state(ctx context.Context) (stateView, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := stateView{Requests: s.Counts(), RefusedDuplicates: s.RefusedDuplicates()}
	for _, c := range s.customers {
		if s.settle(c, s.clock()); !c.Deleted {
			state.Customers++
		}
	}
	for _, l := range s.locations {
		if !l.Deleted {
			state.Locations++
		}
	}
	if err := s.drain(); err != nil {
		return stateView{}, err
	}
	err := s.store.db.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM users WHERE status <> ''), (SELECT count(*) FROM users WHERE status <> ?), (SELECT count(*) FROM numbers)",
		statusMigration).Scan(&state.Subscribers, &state.People, &state.Numbers)
	return state, err
}

func (s *Server) showLog(*request) answer { return ok(map[string]any{"items": s.traffic.latest()}) }

func (s *Server) resetAll(q *request) answer {
	if !q.jsonMedia() {
		return unreadable(errMedia)
	}
	if err := s.Reset(q.Context()); err != nil {
		return broken(err)
	}
	return noContent()
}

// release ends a wait: {"kind": "review" or "stuck", "key": external id} or {"kind": "consent", "key": e-mail}. Without
// a key it ends all waits of the kind.
func (s *Server) release(q *request) answer {
	var body struct {
		Kind string `json:"kind"`
		Key  string `json:"key"`
	}
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	n, err := s.Release(q.Context(), body.Kind, body.Key)
	if err != nil {
		return invalid(err.Error())
	}
	return ok(map[string]int{"released": n})
}

// Release ends waits: of kind "review" and "stuck" by external id, of kind "consent" by e-mail, all of the kind without
// a key. It tells how many it ended; they are on disk.
func (s *Server) Release(ctx context.Context, kind, key string) (int, error) {
	var n int
	var err error
	s.mu.Lock()
	switch kind {
	case "review", "stuck":
		n = s.releaseCustomers(kind, key)
	case "consent":
		n, err = s.releaseUsers(ctx, key)
	default:
		err = fmt.Errorf("release %q: use review, stuck or consent", kind)
	}
	s.mu.Unlock()
	if err != nil {
		return 0, err
	}
	return n, s.store.log.wait()
}

func (s *Server) releaseCustomers(kind, key string) int {
	n := 0
	for _, c := range s.customers {
		s.settle(c, s.clock())
		waits := c.Status == statusReview && kind == "review" || c.Status == statusProvisioning && kind == "stuck"
		if waits && !c.Deleted && (key == "" || c.ExternalID == key) {
			s.provisioned(c, s.clock())
			n++
		}
	}
	return n
}

func (s *Server) releaseUsers(ctx context.Context, key string) (int, error) {
	if err := s.drain(); err != nil {
		return 0, err
	}
	users, err := s.selectUsers(ctx, "status = ? AND (email = ? OR ? = '')", statusMigration, strings.ToLower(key), key)
	if err != nil {
		return 0, err
	}
	for _, u := range users {
		c := s.customerN[s.orgs[u.Org].Customer]
		m, err := s.membersOf(ctx, c)
		if err != nil {
			return 0, err
		}
		m.count(u, -1)
		u.Status, u.Changed = statusProvisioned, s.clock().UnixMilli()
		if s.administers(c, m, u) {
			u.promote()
		}
		m.count(u, 1)
		s.save(u)
	}
	return len(users), nil
}
