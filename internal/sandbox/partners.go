package sandbox

import (
	"cmp"
	"net/http"
)

const (
	stateActive    = "active"
	stateSuspended = "suspended"
)

func (s *Server) listSubPartners(q *request) answer {
	p, err := q.pageOf(FamilySubPartners, "offset")
	if err != nil {
		return unreadable(err)
	}
	wanted := q.query().Get("provisioningState")
	found := make([]SubPartner, 0, len(s.set.SubPartners))
	for _, sub := range s.set.SubPartners {
		if wanted == "" || sub.State == wanted {
			found = append(found, sub)
		}
	}
	rows, more := cut(found, p)
	a := ok(map[string]any{cmp.Or(s.set.SubPartnersKey, "items"): rows})
	a.link = q.next(p, more)
	return a
}

// suspended refuses creates and updates for a sub-partner that is suspended or, where a list is given, unknown.
func (s *Server) suspended(q *request) (answer, bool) {
	id := q.partner()
	if id == "" {
		return answer{}, false
	}
	state := stateActive
	if marked(id, MarkSuspended) {
		state = stateSuspended
	}
	if len(s.set.SubPartners) > 0 {
		state = ""
		for _, sub := range s.set.SubPartners {
			if sub.OrgID == id {
				state = sub.State
			}
		}
	}
	switch state {
	case stateActive:
		return answer{}, false
	case stateSuspended:
		return refuse(http.StatusForbidden, flaw{text: "the sub-partner is suspended: it may delete, not create or update"}), true
	}
	return refuse(http.StatusForbidden, flaw{text: "onBehalfOfSubPartnerOrgId names no sub-partner of the caller"}), true
}
