package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
)

func (s *Server) updateCustomer(q *request) answer {
	var body customerBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	if a, refused := s.suspended(q); refused {
		return a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customerAt(q, q.PathValue("customerId"))
	if c == nil {
		return notFound("the customer")
	}
	if !c.settledState() {
		return conflict("the customer is "+c.Status+": wait until that is done", 0)
	}
	if flaws := s.checkUpdate(&body, c); len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	if a, refused := s.packagesHeld(q, c, &body); refused {
		return a
	}
	if id := body.ExternalID; id != "" && id != c.ExternalID && s.customerK[c.Partner+"\n"+id] != nil {
		s.refused.Add(1)
		return conflict(fmt.Sprintf("a customer with externalId %q exists already", id), 0)
	}
	s.applyUpdate(q, c, &body)
	return s.accepted(q, c)
}

// settledState reports whether no background work is under way.
func (c *customer) settledState() bool {
	return c.Status == statusProvisioned || c.Status == statusWithErrors || c.Status == statusError
}

// packagesHeld refuses to remove packages that users hold, and quantities below what is assigned.
func (s *Server) packagesHeld(q *request, c *customer, body *customerBody) (answer, bool) {
	m, err := s.membersOf(q.Context(), c)
	if err != nil {
		return broken(err), true
	}
	for _, name := range c.Packages {
		if !slices.Contains(body.Packages, name) && m.packages[name] > 0 {
			return conflict(fmt.Sprintf("package %q is held by %d users", name, m.packages[name]), 0), true
		}
	}
	for name, limit := range body.quantities() {
		if int(limit) < m.packages[name] {
			return invalid(fmt.Sprintf("quantity of package %q is below the %d that are assigned", name, m.packages[name])), true
		}
	}
	return answer{}, false
}

// applyUpdate changes the customer. The lock is held and everything has been checked.
func (s *Server) applyUpdate(q *request, c *customer, body *customerBody) {
	if body.ExternalID != "" {
		delete(s.customerK, c.key())
		c.ExternalID = body.ExternalID
		s.customerK[c.key()] = c
	}
	c.Packages = slices.Clone(body.Packages)
	if body.Address != nil {
		c.Address = *body.Address
	}
	if c.Headquarters == nil {
		c.Headquarters = body.headquarters()
	}
	if c.Limits != nil {
		maps.Copy(c.Limits, whole(body.quantities()))
		maps.DeleteFunc(c.Limits, func(name string, _ int) bool { return !slices.Contains(c.Packages, name) })
	}
	if c.Status == statusError {
		c.Status, c.Repaired = statusProvisioning, true
	} else {
		c.Status = statusUpdating
	}
	c.Failed = ""
	s.schedule(c, q.now)
	s.save(c)
}

func (s *Server) deleteCustomer(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customerAt(q, q.PathValue("customerId"))
	if c == nil {
		return notFound("the customer")
	}
	c.Status = statusDeleting
	s.schedule(c, q.now)
	s.save(c)
	return answer{status: http.StatusAccepted}
}
