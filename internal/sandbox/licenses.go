package sandbox

import (
	"net/http"
	"slices"
)

// licenseID is the licence of a package in an organization.
func (s *Server) licenseID(org serial, name string) string {
	i := slices.IndexFunc(catalogue(), func(p pack) bool { return p.name == name })
	return s.ident(kindLicense, org, serial(i+1))
}

// licenseName gives the package of a licence; empty when the organization has no such licence.
func (s *Server) licenseName(org serial, id string) string {
	holder, n, valid := s.locate(kindLicense, id)
	c := s.customerN[s.orgs[org].Customer]
	all := catalogue()
	if !valid || holder != org || c == nil || n < 1 || int(n) > len(all) || !slices.Contains(c.Packages, all[n-1].name) {
		return ""
	}
	return all[n-1].name
}

func (s *Server) listLicenses(q *request) answer {
	type view struct {
		ID         string `json:"id"`
		Name       string `json:"name"`
		Total      int    `json:"totalUnits"`
		Consumed   int    `json:"consumedUnits"`
		ByUsers    int    `json:"consumedByUsers"`
		Workspaces int    `json:"consumedByWorkspaces"`
		Subscript  string `json:"subscriptionId"`
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, a, refused := s.orgOf(q)
	if refused {
		return a
	}
	items := []view{}
	if o == nil || s.customerN[o.Customer] == nil {
		return ok(map[string]any{"items": items})
	}
	c := s.customerN[o.Customer]
	m, err := s.membersOf(q.Context(), c)
	if err != nil {
		return broken(err)
	}
	for _, name := range c.Packages {
		total := -1
		if limit, limited := c.Limits[name]; limited {
			total = limit
		}
		used := m.packages[name]
		items = append(items, view{s.licenseID(o.N, name), s.packs[name].license, total, used, used, 0, "Sub-sandbox"})
	}
	return ok(map[string]any{"items": items})
}

// licenseBody is what PATCH /licenses/users takes.
type licenseBody struct {
	Email    string `json:"email"`
	PersonID string `json:"personId"`
	OrgID    string `json:"orgId"`
	Licenses []struct {
		ID         string `json:"id"`
		Operation  string `json:"operation"`
		Properties struct {
			LocationID string `json:"locationId"`
			Phone      string `json:"phoneNumber"`
			Extension  string `json:"extension"`
		} `json:"properties"`
	} `json:"licenses"`
	Sites []struct {
		URL string `json:"siteUrl"`
	} `json:"siteUrls"`
}

// assignLicenses adds and removes add-on licences. Licences that the organization does not have, and the one of the
// subscriber's own package, are passed over: 206 when some others were done, 400 when none was.
func (s *Server) assignLicenses(q *request) answer {
	var body licenseBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	if (body.Email == "") == (body.PersonID == "") || len(body.Licenses) == 0 {
		return invalid("send email or personId, and licenses")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, a, refused := s.licensee(q, &body)
	if refused {
		return a
	}
	done := 0
	for _, l := range body.Licenses {
		name := s.licenseName(u.Org, l.ID)
		switch has := slices.Contains(u.AddOns, name); {
		case name == "" || name == u.Package || !s.packs[name].user:
			continue
		case l.Operation == "remove":
			u.AddOns = slices.DeleteFunc(u.AddOns, func(n string) bool { return n == name })
		case !has:
			u.AddOns = append(u.AddOns, name)
		}
		done++
	}
	if done == 0 {
		return invalid("licenses names no licence that can be added or removed")
	}
	s.save(u)
	v := s.person(u, false)
	a = ok(map[string]any{"orgId": v.OrgID, "personId": v.ID, "email": u.Email, "licenses": v.Licenses})
	if done < len(body.Licenses) {
		a.status = http.StatusPartialContent
	}
	return a
}

// licensee finds the person that a body names.
func (s *Server) licensee(q *request, b *licenseBody) (*user, answer, bool) {
	var u *user
	var err error
	if b.Email != "" {
		u, err = s.userByEmail(q.Context(), b.Email)
	} else if org, n, valid := s.locate(kindPerson, b.PersonID); valid {
		u, err = s.userByKey(q.Context(), userKey{org, n})
	}
	switch {
	case err != nil:
		return nil, broken(err), true
	case u == nil || u.Status == statusMigration || b.OrgID != "" && s.orgs[u.Org].ID != b.OrgID:
		return nil, notFound("the person"), true
	}
	q.subject = u.Email
	return u, s.untouched(), !s.orgs[u.Org].Touched
}
