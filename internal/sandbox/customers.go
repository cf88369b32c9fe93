package sandbox

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// customerView is a customer as the service shows it.
type customerView struct {
	ID         string           `json:"id"`
	OrgID      string           `json:"orgId,omitempty"`
	ExternalID string           `json:"externalId"`
	Address    address          `json:"address"`
	Status     string           `json:"status"`
	Packages   []string         `json:"packages"`
	Details    *resourceDetails `json:"resourceDetails,omitempty"`
	Errors     []errorItem      `json:"errors,omitempty"`
}

type resourceDetails struct {
	Packages []packageState `json:"packages"`
}

type packageState struct {
	Name     string      `json:"name"`
	Status   string      `json:"status"`
	Warnings []errorItem `json:"warnings,omitempty"`
	Licenses []string    `json:"licenseIds,omitempty"`
}

// view gives what GET shows. The caller has settled the customer.
func (s *Server) view(c *customer, licenses bool) customerView {
	v := customerView{
		ID: s.ident(kindCustomer, 0, c.N), ExternalID: c.ExternalID, Address: c.Address, Status: c.Status,
		Packages: c.Packages, Details: &resourceDetails{Packages: []packageState{}},
	}
	if c.usable() {
		v.OrgID = s.orgs[c.Org].ID
	}
	if c.Status == statusError {
		v.Errors = []errorItem{{Description: "Provisioning did not succeed."}}
		if c.Clash {
			v.Errors = []errorItem{{Description: "The e-mail already belongs to another user.", Code: codeEmail}}
		}
	}
	for _, name := range c.Packages {
		state := packageState{Name: name, Status: packageStatus(c, name)}
		if name == c.Failed && c.Status == statusWithErrors {
			state.Warnings = []errorItem{{Description: "The calling platform is under maintenance, retry later.", Code: codeMaintain}}
		}
		if licenses && state.Status == statusProvisioned {
			state.Licenses = []string{s.licenseID(c.Org, name)}
		}
		v.Details.Packages = append(v.Details.Packages, state)
	}
	return v
}

// packageStatus gives the state of one package: provisioned, provisioning, deleting or error.
func packageStatus(c *customer, name string) string {
	switch c.Status {
	case statusProvisioned:
		return statusProvisioned
	case statusWithErrors:
		if name == c.Failed {
			return statusError
		}
		return statusProvisioned
	case statusError, statusDeleting:
		return c.Status
	}
	return statusProvisioning
}

// usable reports whether the organization is there.
func (c *customer) usable() bool {
	return c.Status == statusProvisioned || c.Status == statusWithErrors || c.Status == statusUpdating || c.Status == statusDeleting
}

// customerAt finds a customer of the caller's partner level; nil when it is unknown or gone. The lock is held.
func (s *Server) customerAt(q *request, id string) *customer {
	_, n, valid := s.locate(kindCustomer, id)
	if !valid {
		return nil
	}
	c := s.customerN[n]
	if c == nil || c.Partner != q.partner() {
		return nil
	}
	if s.settle(c, q.now); c.Deleted {
		return nil
	}
	q.subject = c.ExternalID
	return c
}

func (s *Server) listCustomers(q *request) answer {
	p, err := q.pageOf(FamilyCustomers, "offset")
	if err != nil {
		return unreadable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.matchCustomers(q)
	rows, more := cut(found, p)
	items := make([]customerView, 0, len(rows))
	for _, c := range rows {
		s.sight(c, q.now)
		items = append(items, s.view(c, false))
	}
	a := ok(map[string]any{"items": items})
	a.link = q.next(p, more)
	return a
}

// matchCustomers gives the customers that the query asks for, oldest first.
func (s *Server) matchCustomers(q *request) []*customer {
	query := q.query()
	candidates := s.customers
	if external := query.Get("externalId"); external != "" {
		q.subject = external
		candidates = nil
		if c := s.customerK[q.partner()+"\n"+external]; c != nil {
			candidates = []*customer{c}
		}
	}
	orgID, statuses := query.Get("orgId"), query["status"]
	var found []*customer
	for _, c := range candidates {
		if c.Deleted || c.Partner != q.partner() || c.Created.Add(s.set.ListLag).After(q.now) {
			continue
		}
		s.settle(c, q.now)
		if !c.Deleted && (orgID == "" || c.usable() && s.orgs[c.Org].ID == orgID) && (len(statuses) == 0 || slices.Contains(statuses, c.Status)) {
			found = append(found, c)
		}
	}
	return found
}

func (s *Server) getCustomer(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.customerAt(q, q.PathValue("customerId"))
	if c == nil {
		return notFound("the customer")
	}
	if s.sight(c, q.now); c.Deleted {
		return notFound("the customer")
	}
	return ok(s.view(c, q.query().Get("includePackageLicenseInfo") == "true"))
}

func (s *Server) precheckCustomer(q *request) answer {
	var body customerBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	flaws := s.checkPrecheck(&body)
	if body.Info != nil && len(flaws) == 0 {
		clash, err := s.clashes(q, body.Info.PrimaryEmail, 0)
		if err != nil {
			return broken(err)
		}
		if clash {
			return conflict("customerInfo.primaryEmail is already tied to an existing user", codeEmail)
		}
	}
	return s.precheck(flaws)
}

// precheck answers a validation.
func (s *Server) precheck(flaws []flaw) answer {
	if len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	item := map[string]any{"infoCode": 100, "description": "The precheck found nothing wrong."}
	var info any = item
	if s.set.PrecheckList {
		info = []any{item}
	}
	return ok(map[string]any{"message": "success", "info": info})
}

func (s *Server) createCustomer(q *request) answer {
	var body customerBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	q.subject = body.ExternalID
	if a, refused := s.suspended(q); refused {
		return a
	}
	if flaws := s.checkCreate(&body); len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.customerK[q.partner()+"\n"+body.ExternalID]; old != nil {
		if s.settle(old, q.now); !old.Deleted {
			s.refused.Add(1)
			return conflict(fmt.Sprintf("a customer with externalId %q exists already", body.ExternalID), 0)
		}
	}
	return s.addCustomer(q, &body)
}

// addCustomer makes the customer and its organization. The lock is held and the external id is free.
func (s *Server) addCustomer(q *request, body *customerBody) answer {
	c := &customer{
		Partner: q.partner(), ExternalID: body.ExternalID, Address: *body.Address, Packages: slices.Clone(body.Packages),
		Level: slices.Clone(body.Packages), Limits: whole(body.quantities()), Headquarters: body.headquarters(),
		Created: q.now, Status: statusProvisioning,
	}
	if body.Info != nil {
		c.Name, c.AdminEmail, c.Language = body.Info.Name, body.Info.PrimaryEmail, body.Info.Language
	}
	o, a, refused := s.orgFor(q, body.OrgID, cmp.Or(c.Name, c.ExternalID))
	if refused {
		return a
	}
	clash, err := s.clashes(q, c.AdminEmail, o.N)
	if err != nil {
		return broken(err)
	}
	if clash && s.set.RefuseAdminEmail {
		return conflict("customerInfo.primaryEmail is already tied to an existing user", codeEmail)
	}
	c.N, c.Clash, c.Attached = s.next(), clash, body.OrgID != ""
	if o.N == 0 {
		s.newOrg(q, o)
	}
	c.Org, o.Customer, o.Language = o.N, c.N, c.Language
	if c.Attached {
		m, err := s.membersOf(q.Context(), c)
		if err != nil {
			return broken(err)
		}
		c.Approval = m.people >= approvalUsers || marked(c.ExternalID, MarkApproval)
	}
	s.schedule(c, q.now)
	s.keepCustomer(c)
	s.save(o, c)
	return s.accepted(q, c)
}

// approvalUsers is from how many users on an organization's administrator must approve that it is attached.
const approvalUsers = 100

// accepted answers a change that goes on in the background.
func (s *Server) accepted(q *request, c *customer) answer {
	url := q.base() + "/wholesale/customers/" + s.ident(kindCustomer, 0, c.N)
	return answer{status: http.StatusAccepted, location: url, body: map[string]string{"url": url}}
}

// clashes reports whether an address is another customer's primary e-mail or a user of another organization.
func (s *Server) clashes(q *request, email string, own serial) (bool, error) {
	if email == "" {
		return false, nil
	}
	if localMarked(email, MarkClaimed) {
		return true, nil
	}
	if other := s.customerN[s.admins[strings.ToLower(email)]]; other != nil && other.Org != own {
		return true, nil
	}
	taken, err := s.known(q.Context(), email)
	if err != nil || !taken {
		return false, err
	}
	u, err := s.userByEmail(q.Context(), email)
	return u != nil && u.Org != own, err
}

// headquarters gives the calling block; nil when none was sent.
func (b *customerBody) headquarters() *callingBlock {
	if b.Parameters.Calling == nil || b.Parameters.Calling.Location == nil {
		return nil
	}
	l := b.Parameters.Calling.Location
	return &callingBlock{Name: l.Name, Address: *l.Address, TimeZone: l.TimeZone, Language: l.Language, Emergency: l.Emergency}
}

// whole turns checked quantities into whole numbers.
func whole(limits map[string]float64) map[string]int {
	if limits == nil {
		return nil
	}
	numbers := make(map[string]int, len(limits))
	for name, quantity := range limits {
		numbers[name] = int(quantity)
	}
	return numbers
}
