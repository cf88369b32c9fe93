package sandbox

import (
	"strings"
	"time"
)

// slowFactor is how much longer a customer marked slow takes.
const slowFactor = 20

// schedule says when the background work that begins now is done.
func (s *Server) schedule(c *customer, now time.Time) {
	wait := s.set.delay()
	c.polls = s.set.ProvisionPolls
	if marked(c.ExternalID, MarkSlow) {
		wait, c.polls = wait*slowFactor, c.polls*slowFactor
	}
	c.Due = now.Add(wait)
}

// sight counts one look at a customer and lets its work go on.
func (s *Server) sight(c *customer, now time.Time) {
	if s.set.ProvisionPolls > 0 && c.polls > 0 {
		c.polls--
	}
	s.settle(c, now)
}

// settle brings a customer to the state that it has now. The lock is held.
func (s *Server) settle(c *customer, now time.Time) {
	at, done := s.doneAt(c, now)
	if !done {
		return
	}
	switch c.Status {
	case statusProvisioning:
		s.endProvisioning(c, at)
	case statusReview, statusUpdating:
		s.provisioned(c, at)
	case statusDeleting:
		s.endDeleting(c, at)
	}
}

// doneAt says whether the work under way is done, and since when.
func (s *Server) doneAt(c *customer, now time.Time) (at time.Time, done bool) {
	switch {
	case c.Deleted || c.settledState():
		return at, false
	case c.Status == statusReview:
		at = c.Due.Add(s.set.ReviewDelay)
		return at, s.set.ReviewDelay > 0 && !now.Before(at)
	case c.Status == statusProvisioning && marked(c.ExternalID, MarkStuck):
		return at, false
	case s.set.ProvisionPolls > 0:
		return now, c.polls <= 0
	}
	return c.Due, !now.Before(c.Due)
}

// endProvisioning decides between error, review and success.
func (s *Server) endProvisioning(c *customer, at time.Time) {
	if c.Clash || marked(c.ExternalID, MarkError) && !c.Repaired {
		c.Status = statusError
		s.save(c)
		return
	}
	if marked(c.ExternalID, MarkReview) || c.Approval {
		c.Status = statusReview
		s.save(c)
		return
	}
	s.provisioned(c, at)
}

// provisioned makes the organization and its headquarters visible.
func (s *Server) provisioned(c *customer, at time.Time) {
	o := s.orgs[c.Org]
	if o.Shown.IsZero() {
		o.Shown = at
	}
	if c.Status != statusUpdating && marked(c.ExternalID, MarkWithErrors) && !c.Repaired {
		c.Failed = c.Packages[0]
	}
	c.Status = statusProvisioned
	if c.Failed != "" {
		c.Status = statusWithErrors
	}
	changed := []any{o, c}
	if l := s.headquarters(c, at); l != nil {
		changed = append(changed, l)
	}
	s.save(changed...)
}

// headquarters makes the location of a customer's calling block, once.
func (s *Server) headquarters(c *customer, at time.Time) *location {
	h := c.Headquarters
	if h == nil || s.locationK[siteKey(c.Org, h.Name)] != nil {
		return nil
	}
	l := &location{
		N: s.next(), Org: c.Org, Name: h.Name, TimeZone: h.TimeZone, Language: strings.ToLower(h.Language),
		Announce: strings.ToLower(h.Language), Address: h.Address.site(), Calling: s.packs.calling(c.Packages),
		Visible: at.Add(s.set.LocationLag),
	}
	if l.Calling {
		l.PSTN = s.initialPSTN(l)
	}
	s.keepLocation(l)
	return l
}

// endDeleting takes the mapping away. The organization stays, and so do its people, without packages.
func (s *Server) endDeleting(c *customer, at time.Time) {
	delete(s.customerK, c.key())
	c.Deleted, c.members = true, nil
	s.customerK[c.key()] = c
	if email := strings.ToLower(c.AdminEmail); s.admins[email] == c.N {
		delete(s.admins, email)
	}
	o := s.orgs[c.Org]
	o.Customer = 0
	changed := []any{c, o, write{stmt: dropSubscriptions, args: []any{at.UnixMilli(), int64(c.Org)}}}
	for _, u := range s.dirty {
		if u.Org == c.Org {
			u = u.clone()
			u.Status, u.Package = "", ""
			changed = append(changed, u)
		}
	}
	s.save(changed...)
}
