package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// personView is a person as the service shows it.
type personView struct {
	ID        string      `json:"id"`
	Emails    []string    `json:"emails"`
	Phones    []phoneItem `json:"phoneNumbers,omitempty"`
	Extension string      `json:"extension,omitempty"`
	Location  string      `json:"locationId,omitempty"`
	Display   string      `json:"displayName"`
	First     string      `json:"firstName,omitempty"`
	Last      string      `json:"lastName,omitempty"`
	OrgID     string      `json:"orgId"`
	Roles     []string    `json:"roles"`
	Licenses  []string    `json:"licenses"`
	Created   string      `json:"created"`
	Status    string      `json:"status"`
	Invite    string      `json:"invitePending"`
	Login     string      `json:"loginEnabled"`
	Type      string      `json:"type"`
}

type phoneItem struct {
	Type    string `json:"type"`
	Value   string `json:"value"`
	Primary bool   `json:"primary"`
}

// person gives what GET shows; calling adds number, extension and location.
func (s *Server) person(u *user, calling bool) personView {
	v := personView{
		ID: s.ident(kindPerson, u.Org, u.N), Emails: []string{u.Email}, Display: u.display(), First: u.First, Last: u.Last,
		OrgID: s.orgs[u.Org].ID, Roles: []string{}, Licenses: []string{}, Created: timestamp(u.Created), Status: "unknown",
		Invite: "false", Login: "true", Type: "person",
	}
	for _, role := range u.Roles {
		v.Roles = append(v.Roles, s.roleID(role))
	}
	for _, name := range u.held() {
		v.Licenses = append(v.Licenses, s.licenseID(u.Org, name))
	}
	if !calling {
		return v
	}
	v.Extension = u.Extension
	if u.Phone != 0 {
		v.Phones = []phoneItem{{"work", phoneText(u.Phone), true}}
	}
	if u.Location != 0 {
		v.Location = s.ident(kindLocation, u.Org, u.Location)
	}
	return v
}

// display is the shown name: as set, else the two names, else the address.
func (u *user) display() string {
	if u.Display != "" {
		return u.Display
	}
	if name := strings.TrimSpace(u.First + " " + u.Last); name != "" {
		return name
	}
	return u.Email
}

// held gives the packages whose licences a person has.
func (u *user) held() []string {
	if u.Package == "" {
		return u.AddOns
	}
	return append([]string{u.Package}, u.AddOns...)
}

func (s *Server) me(q *request) answer {
	return ok(map[string]any{
		"id": s.ident(kindPerson, partnerOrg, 0), "emails": []string{"partner.admin@sandbox.example"}, "displayName": "Partner Administrator",
		"firstName": "Partner", "lastName": "Administrator", "orgId": s.partnerView().ID, "roles": []string{s.roleID(fullAdmin)},
		"licenses": []string{}, "created": "2024-01-01T00:00:00.000Z", "status": "active", "invitePending": "false", "loginEnabled": "true", "type": "person",
	})
}

func (s *Server) listPeople(q *request) answer {
	p, err := q.pageOf(FamilyPeople, "offset")
	if err != nil {
		return unreadable(err)
	}
	if q.query().Get("locationId") != "" {
		p.size = min(p.size, 50)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, a, refused := s.peopleFilter(q)
	if refused {
		return a
	}
	clause, args := f.page("org, n", p)
	users, err := s.selectUsers(q.Context(), clause, args...)
	if err != nil {
		return broken(err)
	}
	items := make([]personView, 0, len(users))
	for _, u := range users[:min(len(users), p.size)] {
		items = append(items, s.person(u, q.query().Get("callingData") == "true"))
	}
	a = ok(map[string]any{"items": items, "notFoundIds": nil})
	a.link = q.next(p, len(users) > p.size)
	return a
}

// peopleFilter turns the query into a filter. Those who have not agreed to move are no people of the organization yet.
func (s *Server) peopleFilter(q *request) (*filter, answer, bool) {
	f, query := &filter{}, q.query()
	f.add("status <> ?", statusMigration)
	f.add("created <= ?", q.now.Add(-s.set.ListLag).UnixMilli())
	o, a, refused := s.orgOf(q)
	if refused {
		return nil, a, true
	}
	if o != nil {
		f.add("org = ?", int64(o.N))
	} else if query.Get("orgId") != "" {
		f.add("org = ?", int64(partnerOrg))
	}
	if email := query.Get("email"); email != "" {
		q.subject = email
		f.add("email = ?", strings.ToLower(email))
	}
	if name := query.Get("displayName"); name != "" {
		f.add("instr(lower(CASE display WHEN '' THEN first || ' ' || last ELSE display END), lower(?)) = 1", name)
	}
	if ids := query.Get("id"); ids != "" {
		s.idFilter(f, ids)
	}
	if id := query.Get("locationId"); id != "" {
		_, n, _ := s.locate(kindLocation, id)
		f.add("location = ? AND location <> 0", int64(n))
	}
	if id := query.Get("roles"); id != "" {
		f.add("instr(char(10) || roles || char(10), char(10) || ? || char(10)) > 0", s.roleName(id))
	}
	return f, answer{}, false
}

// idFilter keeps to a comma-separated list of people.
func (s *Server) idFilter(f *filter, ids string) {
	var marks []string
	var args []any
	for _, id := range strings.Split(ids, ",") {
		org, n, _ := s.locate(kindPerson, id)
		marks = append(marks, "(org = ? AND n = ?)")
		args = append(args, int64(org), int64(n))
	}
	f.add("("+strings.Join(marks, " OR ")+")", args...)
}

// personAt finds the person of the path. The lock is held.
func (s *Server) personAt(q *request) (*user, answer, bool) {
	org, n, valid := s.locate(kindPerson, q.PathValue("personId"))
	o := s.orgs[org]
	if !valid || o == nil {
		return nil, notFound("the person"), true
	}
	if !o.Touched {
		return nil, s.untouched(), true
	}
	u, err := s.userByKey(q.Context(), userKey{org, n})
	if err != nil {
		return nil, broken(err), true
	}
	if u == nil || u.Status == statusMigration {
		return nil, notFound("the person"), true
	}
	q.subject = u.Email
	return u, answer{}, false
}

func (s *Server) getPerson(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, a, refused := s.personAt(q)
	if refused {
		return a
	}
	return ok(s.person(u, q.query().Get("callingData") == "true"))
}

// personBody is what PUT takes: the whole person. What cannot be changed here is read and left.
type personBody struct {
	Emails   []string  `json:"emails"`
	Display  string    `json:"displayName"`
	First    string    `json:"firstName"`
	Last     string    `json:"lastName"`
	Roles    []string  `json:"roles"`
	Licenses *[]string `json:"licenses"`
}

// updatePerson replaces the person: names, roles and add-on licences that the body leaves out are gone. The licence of
// the package stays with the subscriber.
func (s *Server) updatePerson(q *request) answer {
	var body personBody
	if !q.jsonMedia() {
		return unreadable(errMedia)
	}
	if err := json.Unmarshal(q.body, &body); err != nil {
		return unreadable(badBody(err))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, a, refused := s.personAt(q)
	if refused {
		return a
	}
	roles, addons, flaws := s.checkPerson(&body, u)
	if len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	u.Display, u.First, u.Last, u.Roles, u.AddOns = body.Display, body.First, body.Last, roles, addons
	s.save(u)
	return ok(s.person(u, true))
}

// checkPerson gives the roles and add-ons that a body names, and the findings about it.
func (s *Server) checkPerson(b *personBody, u *user) (roles, addons []string, flaws []flaw) {
	if b.Display == "" {
		flaws = append(flaws, missing("displayName"))
	}
	if len(b.Emails) != 1 || !strings.EqualFold(b.Emails[0], u.Email) {
		flaws = append(flaws, flaw{text: "emails must hold the person's one address", field: "emails"})
	}
	for _, id := range b.Roles {
		name := s.roleName(id)
		if name == "" {
			flaws = append(flaws, flaw{text: fmt.Sprintf("role %q is unknown", id), field: "roles"})
		} else if !slices.Contains(roles, name) {
			roles = append(roles, name)
		}
	}
	if b.Licenses == nil {
		return roles, u.AddOns, flaws
	}
	for _, id := range *b.Licenses {
		name := s.licenseName(u.Org, id)
		if name == "" {
			flaws = append(flaws, flaw{text: fmt.Sprintf("licence %q is unknown", id), field: "licenses"})
		} else if name != u.Package {
			addons = append(addons, name)
		}
	}
	return roles, addons, flaws
}
