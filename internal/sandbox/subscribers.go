package sandbox

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// subscriberBody is what POST, PUT and the precheck of subscribers take.
type subscriberBody struct {
	CustomerID     string    `json:"customerId"`
	Email          string    `json:"email"`
	Package        string    `json:"package"`
	Packages       *[]string `json:"packages"`
	ProvisioningID string    `json:"provisioningId"`
	Parameters     *seating  `json:"provisioningParameters"`
	Info           *struct {
		PrimaryEmail string `json:"primaryEmail"`
	} `json:"customerInfo"`
}

// seating is the part of a subscriber request that says who and where.
type seating struct {
	First      string `json:"firstName"`
	Last       string `json:"lastName"`
	Phone      string `json:"primaryPhoneNumber"`
	Extension  string `json:"extension"`
	LocationID string `json:"locationId"`
}

// subscriberView is a subscriber as the service shows it.
type subscriberView struct {
	ID         string   `json:"id"`
	PersonID   string   `json:"personId,omitempty"`
	Email      string   `json:"email"`
	CustomerID string   `json:"customerId"`
	ExternalID string   `json:"externalCustomerId"`
	Package    string   `json:"package,omitempty"`
	Packages   []string `json:"packages"`
	Status     string   `json:"status"`
	Created    string   `json:"created"`
	Changed    string   `json:"lastStatusChange"`
}

func timestamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

// subscriber gives what GET shows.
func (s *Server) subscriber(u *user, c *customer) subscriberView {
	v := subscriberView{
		ID: s.ident(kindSubscriber, u.Org, u.N), Email: u.Email, CustomerID: s.ident(kindCustomer, 0, c.N), ExternalID: c.ExternalID,
		Packages: []string{u.Package}, Status: u.Status, Created: timestamp(u.Created), Changed: timestamp(u.Changed),
	}
	if s.packs[u.Package].legacy {
		v.Package = u.Package
	}
	if u.Status == statusProvisioned {
		v.PersonID = s.ident(kindPerson, u.Org, u.N)
	}
	return v
}

// subscriberAt finds the subscriber of the path with its customer. The lock is held.
func (s *Server) subscriberAt(q *request) (*user, *customer, answer, bool) {
	gone := notFound("the subscriber")
	org, n, valid := s.locate(kindSubscriber, q.PathValue("subscriberId"))
	if !valid || s.orgs[org] == nil {
		return nil, nil, gone, true
	}
	c := s.customerN[s.orgs[org].Customer]
	if c == nil || c.Partner != q.partner() {
		return nil, nil, gone, true
	}
	s.settle(c, q.now)
	u, err := s.userByKey(q.Context(), userKey{org, n})
	if err != nil {
		return nil, nil, broken(err), true
	}
	if u == nil || !u.subscribed() || c.Deleted {
		return nil, nil, gone, true
	}
	q.subject = u.Email
	return u, c, answer{}, false
}

func (s *Server) getSubscriber(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, a, refused := s.subscriberAt(q)
	if refused {
		return a
	}
	return ok(s.subscriber(u, c))
}

func (s *Server) createSubscriber(q *request) answer {
	var body subscriberBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	body.Email = strings.TrimSpace(body.Email)
	q.subject = body.Email
	if a, refused := s.suspended(q); refused {
		return a
	}
	name, flaws := s.checkSubscriber(&body)
	if len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customerAt(q, body.CustomerID)
	q.subject = body.Email
	if c == nil {
		return refuse(http.StatusNotFound, flaw{text: "customerId names no customer of the caller", field: "customerId"})
	}
	if a, refused := s.ready(c, name); refused {
		return a
	}
	u, a, refused := s.newcomer(q, c, body.Email)
	if refused {
		return a
	}
	return s.enroll(q, c, u, placing{name, *body.Parameters})
}

// ready refuses subscribers of a customer that is not provisioned or does not have the package.
func (s *Server) ready(c *customer, name string) (answer, bool) {
	if c.Status != statusProvisioned && c.Status != statusWithErrors {
		return conflict("the customer is "+c.Status+": it must be provisioned first", 0), true
	}
	if !slices.Contains(c.Packages, name) {
		return refuse(http.StatusBadRequest, flaw{text: "package " + name + " is not among the customer's", field: "packages"}), true
	}
	if c.Status == statusWithErrors && c.Failed == name {
		return conflict("package "+name+" of the customer is not provisioned", codeMaintain), true
	}
	return answer{}, false
}

// newcomer gives the person who becomes a subscriber: a new one, or one of the organization without a package. The
// address of any other user is refused.
func (s *Server) newcomer(q *request, c *customer, email string) (*user, answer, bool) {
	taken := conflict("the e-mail is already tied to an existing user", codeEmail)
	if localMarked(email, MarkClaimed) {
		return nil, taken, true
	}
	known, err := s.known(q.Context(), email)
	if err != nil {
		return nil, broken(err), true
	}
	if !known {
		return &user{Org: c.Org, Email: strings.ToLower(email), Created: q.now.UnixMilli()}, answer{}, false
	}
	u, err := s.userByEmail(q.Context(), email)
	if err != nil {
		return nil, broken(err), true
	}
	if u == nil || u.Org != c.Org || u.subscribed() {
		s.refused.Add(1)
		return nil, taken, true
	}
	return u, answer{}, false
}

// placing is a package and what goes with it.
type placing struct {
	name string
	seating
}

// enroll gives the person a package, after the seat and the place were checked. The lock is held.
func (s *Server) enroll(q *request, c *customer, u *user, p placing) answer {
	m, err := s.membersOf(q.Context(), c)
	if err != nil {
		return broken(err)
	}
	if a, refused := s.seatFree(c, m, p.name); refused {
		return a
	}
	old, changed := u.clone(), []any(nil)
	if s.packs[p.name].calling {
		var a answer
		var refused bool
		if changed, a, refused = s.place(q, u, m, p.seating); refused {
			return a
		}
	}
	u.Package, u.First, u.Last, u.Changed, u.Status = p.name, p.First, p.Last, q.now.UnixMilli(), statusProvisioned
	status := http.StatusOK
	if localMarked(u.Email, MarkConsent) {
		u.Status, status = statusMigration, http.StatusAccepted
	}
	if s.administers(c, m, u) {
		if s.lowers(c, p.name) {
			return invalid(textLowered)
		}
		u.promote()
	}
	if u.N == 0 {
		u.N = s.next()
		s.emails[s.emailHash(u.Email)] = struct{}{}
	} else {
		m.count(old, -1)
	}
	m.count(u, 1)
	s.save(append(s.own(changed, u), u)...)
	v := s.subscriber(u, c)
	return answer{status: status, body: v, location: q.base() + "/wholesale/subscribers/" + v.ID}
}

// seatFree refuses a package whose quantity is used up.
func (s *Server) seatFree(c *customer, m *members, name string) (answer, bool) {
	limit, limited := c.Limits[name]
	if limited && m.packages[name] >= limit {
		return conflict("the quantity of package "+name+" is used up", 0), true
	}
	return answer{}, false
}

// administers reports whether a user becomes an administrator by being the first of a new organization, or by having
// the primary e-mail.
func (s *Server) administers(c *customer, m *members, u *user) bool {
	if s.set.NoFirstAdmin {
		return false
	}
	first := m.people == 0 && !c.Attached
	return u.Status == statusProvisioned && (first || strings.EqualFold(u.Email, c.AdminEmail))
}

// promote makes a user a full administrator.
func (u *user) promote() {
	if !slices.Contains(u.Roles, fullAdmin) {
		u.Roles = append(u.Roles, fullAdmin)
	}
}

const textLowered = "an administrator's package cannot be lower than the level of the customer"

// lowers reports whether a package is below the level of the customer, where that is to be refused.
func (s *Server) lowers(c *customer, name string) bool {
	rank := s.packs[name].rank
	return s.set.RefuseDowngrade && rank > 0 && rank < s.packs.level(c.Level)
}

func (s *Server) deleteSubscriber(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, a, refused := s.subscriberAt(q)
	if refused {
		return a
	}
	m, err := s.membersOf(q.Context(), c)
	if err != nil {
		return broken(err)
	}
	m.count(u, -1)
	freed, err := s.free(q, u)
	if err != nil {
		return broken(err)
	}
	u.Status, u.Package, u.Changed = "", "", q.now.UnixMilli()
	m.count(u, 1)
	s.save(append(freed, u)...)
	return noContent()
}

func (s *Server) remindConsent(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, _, a, refused := s.subscriberAt(q)
	if refused {
		return a
	}
	if u.Status != statusMigration {
		return conflict("the subscriber is "+u.Status+": there is nothing to agree to", 0)
	}
	return noContent()
}
