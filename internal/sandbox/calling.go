package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// callingLine is the caller identity of a location.
type callingLine struct {
	Name  string `json:"name,omitempty"`
	Phone string `json:"phoneNumber,omitempty"`
}

// callingLocation is a calling location in a list.
func (s *Server) callingLocation(l *location) map[string]any {
	line := callingLine{Name: l.Name}
	if l.Main != 0 {
		line.Phone = phoneText(l.Main)
	}
	v := map[string]any{
		"id": s.locationID(l), "name": l.Name, "callingLineId": line, "enforceOutsideDialDigit": false,
		"e911SetupRequired": l.Address.Country == "US" || l.Address.Country == "CA",
	}
	for name, value := range l.CallingSet {
		v[name] = value
	}
	return v
}

func (s *Server) listCalling(q *request) answer {
	p, err := q.pageOf(FamilyCalling, "start")
	if err != nil {
		return unreadable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	found, a, refused := s.sites(q)
	if refused {
		return a
	}
	var calling []*location
	for _, l := range found {
		if l.Calling {
			calling = append(calling, l)
		}
	}
	rows, more := cut(calling, p)
	items := make([]map[string]any, 0, len(rows))
	for _, l := range rows {
		items = append(items, s.callingLocation(l))
	}
	a = ok(map[string]any{"locations": items})
	a.link = q.next(p, more)
	return a
}

func (s *Server) enableCalling(q *request) answer {
	var body locationBody
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	flaws := body.check(s, true)
	if body.ID == "" {
		flaws = append(flaws, missing("id"))
	}
	if tooLong(body.Name) {
		flaws = append(flaws, flaw{text: "name is longer than 80 characters", code: codeLength, field: "name"})
	}
	if len(flaws) > 0 {
		return refuse(http.StatusBadRequest, flaws...)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.locationAt(q, body.ID)
	if refused {
		return a
	}
	if l.Calling {
		s.refused.Add(1)
		return conflict(fmt.Sprintf("location %q is enabled for calling already", l.Name), 0)
	}
	if o := s.orgs[l.Org]; !s.orgCalls(o) {
		return conflict("the organization has no calling package", 0)
	}
	if l.Name != body.Name {
		return invalid(fmt.Sprintf("name must be that of the location, %q", l.Name))
	}
	l.take(&body)
	l.Calling = true
	l.PSTN = s.initialPSTN(l)
	s.save(l)
	return created(map[string]string{"id": s.locationID(l)})
}

// orgCalls reports whether the customer of an organization has a calling package.
func (s *Server) orgCalls(o *org) bool {
	c := s.customerN[o.Customer]
	return c != nil && s.packs.calling(c.Packages)
}

// callingAt finds the calling-enabled location of the path. The lock is held.
func (s *Server) callingAt(q *request) (*location, answer, bool) {
	l, a, refused := s.locationAt(q, q.PathValue("locationId"))
	if refused {
		return nil, a, true
	}
	return l, notFound("the calling location"), !l.Calling
}

func (s *Server) getCalling(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.callingAt(q)
	if refused {
		return a
	}
	v := s.callingLocation(l)
	v["announcementLanguage"], v["userLimit"] = l.Announce, 999999
	return ok(v)
}

func (s *Server) updateCalling(q *request) answer {
	var body map[string]json.RawMessage
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	var named struct {
		Announce string       `json:"announcementLanguage"`
		Line     *callingLine `json:"callingLineId"`
	}
	if err := q.decodeLoose(&named); err != nil {
		return unreadable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.callingAt(q)
	if refused {
		return a
	}
	main, a, refused := s.mainNumber(q, l, named.Line)
	if refused {
		return a
	}
	if named.Announce != "" && !localeShaped(named.Announce, false) {
		return invalid(fmt.Sprintf("announcementLanguage %q is not ll_cc", named.Announce))
	}
	if l.CallingSet == nil {
		l.CallingSet = map[string]json.RawMessage{}
	}
	for _, name := range []string{"connection", "externalCallerIdName", "pAccessNetworkInfo", "outsideDialDigit", "enforceOutsideDialDigit", "routingPrefix", "chargeNumber"} {
		if value, given := body[name]; given {
			l.CallingSet[name] = value
		}
	}
	l.Main = main
	l.take(&locationBody{Announce: named.Announce})
	s.save(l)
	return noContent()
}

// mainNumber gives the main number that a change asks for, else the present one.
func (s *Server) mainNumber(q *request, l *location, line *callingLine) (uint64, answer, bool) {
	if line == nil || line.Phone == "" {
		return l.Main, answer{}, false
	}
	if err := s.loadNumbers(q.Context()); err != nil {
		return 0, broken(err), true
	}
	key := e164(line.Phone)
	if d, held := s.numbers[key]; key == 0 || !held || d.Location != l.N {
		return 0, invalid(fmt.Sprintf("callingLineId.phoneNumber %q is not a number of the location", line.Phone)), true
	}
	return key, answer{}, false
}
