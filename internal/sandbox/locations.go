package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// locationView is a location as the service shows it.
type locationView struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	OrgID     string          `json:"orgId"`
	TimeZone  string          `json:"timeZone"`
	Language  string          `json:"preferredLanguage,omitempty"`
	Announce  string          `json:"announcementLanguage,omitempty"`
	Address   siteAddress     `json:"address"`
	Latitude  json.RawMessage `json:"latitude,omitempty"`
	Longitude json.RawMessage `json:"longitude,omitempty"`
	Notes     string          `json:"notes,omitempty"`
}

func (s *Server) locationID(l *location) string { return s.ident(kindLocation, l.Org, l.N) }

func (s *Server) location(l *location) locationView {
	return locationView{
		ID: s.locationID(l), Name: l.Name, OrgID: s.orgs[l.Org].ID, TimeZone: l.TimeZone, Language: l.Language, Announce: l.Announce,
		Address: l.Address, Latitude: l.Latitude, Longitude: l.Longitude, Notes: l.Notes,
	}
}

// locationBody is what POST and PUT of locations take, and what enabling calling repeats.
type locationBody struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	TimeZone  string          `json:"timeZone"`
	Language  string          `json:"preferredLanguage"`
	Announce  string          `json:"announcementLanguage"`
	Address   *siteAddress    `json:"address"`
	Latitude  json.RawMessage `json:"latitude"`
	Longitude json.RawMessage `json:"longitude"`
	Notes     string          `json:"notes"`
}

// check gives the findings; whole says that every mandatory field must be there.
func (b *locationBody) check(s *Server, whole bool) []flaw {
	c := &customerCheck{s: s}
	if whole {
		c.require("name", b.Name)
		c.require("timeZone", b.TimeZone)
		c.require("preferredLanguage", b.Language)
		c.require("announcementLanguage", b.Announce)
		if b.Address == nil {
			c.add(missing("address"))
		}
	}
	c.length("name", b.Name, 256)
	c.zone("timeZone", b.TimeZone)
	for field, language := range map[string]string{"preferredLanguage": b.Language, "announcementLanguage": b.Announce} {
		if language != "" && !localeShaped(language, false) {
			c.add(flaw{text: fmt.Sprintf("%s %q is not ll_cc", field, language), field: field})
		}
	}
	if b.Address != nil {
		c.site(*b.Address)
	}
	return c.flaws
}

// site checks an address in the spelling of locations.
func (c *customerCheck) site(a siteAddress) {
	c.require("address.address1", a.Line1)
	c.require("address.city", a.City)
	c.require("address.country", a.Country)
	c.length("address.address1", a.Line1, 80)
	for _, f := range c.s.geography.judge("address", address(a)) {
		f.text = strings.NewReplacer("stateOrProvince", "state", "zipOrPostalCode", "postalCode").Replace(f.text)
		f.field = strings.NewReplacer("stateOrProvince", "state", "zipOrPostalCode", "postalCode").Replace(f.field)
		c.add(f)
	}
}

// locationAt finds a location by identifier. A location of an organization that the partner has not looked at is
// refused. The lock is held.
func (s *Server) locationAt(q *request, id string) (*location, answer, bool) {
	org, n, valid := s.locate(kindLocation, id)
	l := s.locationN[n]
	if !valid || l == nil || l.Deleted || l.Org != org {
		return nil, notFound("the location"), true
	}
	o := s.orgs[org]
	if wanted := q.query().Get("orgId"); wanted != "" && wanted != o.ID {
		return nil, notFound("the location"), true
	}
	q.subject = l.Name
	return l, s.untouched(), !o.Touched
}

// sites gives the locations that a list may show.
func (s *Server) sites(q *request) ([]*location, answer, bool) {
	o, a, refused := s.orgOf(q)
	if refused || o == nil {
		return nil, a, refused
	}
	name, id := strings.ToLower(q.query().Get("name")), q.query().Get("id")
	var found []*location
	for _, l := range s.orgSites[o.N] {
		if l.Deleted || l.Visible.After(q.now) || !strings.Contains(strings.ToLower(l.Name), name) || id != "" && s.locationID(l) != id {
			continue
		}
		found = append(found, l)
	}
	return found, answer{}, false
}

func (s *Server) listLocations(q *request) answer {
	p, err := q.pageOf(FamilyLocations, "start")
	if err != nil {
		return unreadable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, a, refused := s.sites(q)
	if refused {
		return a
	}
	rows, more := cut(found, p)
	items := make([]locationView, 0, len(rows))
	for _, l := range rows {
		items = append(items, s.location(l))
	}
	a = ok(map[string]any{"items": items})
	a.link = q.next(p, more)
	return a
}

func (s *Server) createLocation(q *request) answer {
	var body locationBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	q.subject = body.Name
	if flaws := body.check(s, true); len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, a, refused := s.orgOf(q)
	if refused {
		return a
	}
	if o == nil {
		return invalid("orgId is needed: the partner's own organization takes no locations here")
	}
	if s.locationK[siteKey(o.N, body.Name)] != nil {
		s.refused.Add(1)
		return conflict(fmt.Sprintf("a location named %q exists already", body.Name), 0)
	}
	l := &location{N: s.next(), Org: o.N, Visible: q.now.Add(s.set.ListLag)}
	l.take(&body)
	s.keepLocation(l)
	s.save(l)
	return created(map[string]string{"id": s.locationID(l)})
}

// take copies what the body names.
func (l *location) take(b *locationBody) {
	for _, pair := range []struct {
		to   *string
		from string
	}{{&l.Name, b.Name}, {&l.TimeZone, b.TimeZone}, {&l.Language, strings.ToLower(b.Language)}, {&l.Announce, strings.ToLower(b.Announce)}, {&l.Notes, b.Notes}} {
		if pair.from != "" {
			*pair.to = pair.from
		}
	}
	if b.Address != nil {
		l.Address = *b.Address
	}
	if b.Latitude != nil {
		l.Latitude, l.Longitude = b.Latitude, b.Longitude
	}
}

func (s *Server) getLocation(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.locationAt(q, q.PathValue("locationId"))
	if refused {
		return a
	}
	return ok(s.location(l))
}

func (s *Server) updateLocation(q *request) answer {
	var body locationBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	if flaws := body.check(s, false); len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.locationAt(q, q.PathValue("locationId"))
	if refused {
		return a
	}
	if body.Name != "" {
		if other := s.locationK[siteKey(l.Org, body.Name)]; other != nil && other != l {
			s.refused.Add(1)
			return conflict(fmt.Sprintf("a location named %q exists already", body.Name), 0)
		}
	}
	delete(s.locationK, l.key())
	l.take(&body)
	s.locationK[l.key()] = l
	s.save(l)
	return noContent()
}

func (s *Server) deleteLocation(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.locationAt(q, q.PathValue("locationId"))
	if refused {
		return a
	}
	if l.Calling {
		return conflict("the location is enabled for calling: disable that first", 0)
	}
	delete(s.locationK, l.key())
	l.Deleted = true
	s.save(l)
	return noContent()
}

// tooLong refuses names that calling does not take.
func tooLong(name string) bool { return utf8.RuneCountInString(name) > 80 }
