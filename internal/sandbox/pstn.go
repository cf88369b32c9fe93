package sandbox

import (
	"encoding/base64"
	"fmt"
	"net/http"
)

// The types of PSTN connection. Only the first two can be set by API.
const (
	typeNonIntegrated = "NON_INTEGRATED_CCP"
	typeGateway       = "LOCAL_GATEWAY"
	typeIntegrated    = "INTEGRATED_CCP"
	typeCisco         = "CISCO_PSTN"
)

// carrier is the non-integrated provider that every location can choose. Its identifier is padded, as some are.
func (s *Server) carrier() *pstnConnection {
	raw, _ := base64.RawURLEncoding.DecodeString(s.ident(kindPSTN, 1, 1))
	return &pstnConnection{
		ID: base64.URLEncoding.EncodeToString(raw), Name: "Sandbox Carrier", Services: []string{"GEOGRAPHIC_NUMBERS"}, Type: typeNonIntegrated,
	}
}

// initialPSTN is the connection that a calling location is born with; nil for none.
func (s *Server) initialPSTN(l *location) *pstnConnection {
	switch {
	case marked(l.Name, MarkIntegrated):
		return &pstnConnection{ID: s.ident(kindPSTN, 1, 2), Name: "Sandbox Integrated Carrier", Services: []string{"GEOGRAPHIC_NUMBERS"}, Type: typeIntegrated}
	case marked(l.Name, MarkCiscoPSTN):
		return &pstnConnection{ID: s.ident(kindPSTN, 1, 3), Name: "Cisco Calling Plan", Services: []string{"GEOGRAPHIC_NUMBERS"}, Type: typeCisco}
	case s.set.NoPSTN:
		return nil
	}
	return s.carrier()
}

func (s *Server) listConnections(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, a, refused := s.callingAt(q); refused {
		return a
	}
	c := s.carrier()
	return ok(map[string]any{"items": []any{
		map[string]any{"id": c.ID, "displayName": c.Name, "pstnServices": c.Services},
		map[string]any{"id": s.ident(kindPSTN, 1, 4), "displayName": "Premises-based PSTN", "pstnServices": []string{}},
	}})
}

func (s *Server) getConnection(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.callingAt(q)
	if refused {
		return a
	}
	if l.PSTN == nil {
		return notFound("the PSTN connection of the location")
	}
	return ok(l.PSTN)
}

func (s *Server) setConnection(q *request) answer {
	var body struct {
		ID        string `json:"id"`
		RouteType string `json:"premiseRouteType"`
		RouteID   string `json:"premiseRouteId"`
	}
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.callingAt(q)
	if refused {
		return a
	}
	c := s.carrier()
	switch {
	case (body.ID == "") == (body.RouteType == "") || (body.RouteType == "") != (body.RouteID == ""):
		return invalid("send id, or premiseRouteType with premiseRouteId")
	case body.ID != "" && body.ID != c.ID:
		return invalid(fmt.Sprintf("id %q is not a connection that can be set by API", body.ID))
	case body.RouteType != "" && body.RouteType != "TRUNK" && body.RouteType != "ROUTE_GROUP":
		return invalid(fmt.Sprintf("premiseRouteType %q: use TRUNK or ROUTE_GROUP", body.RouteType))
	case body.RouteType != "":
		c = &pstnConnection{Name: "Premises-based PSTN", Type: typeGateway, RouteType: body.RouteType, RouteID: body.RouteID}
	}
	l.PSTN = c
	s.save(l)
	return noContent()
}

// numbersByOrder says why a location takes no numbers by API.
func (l *location) numbersByOrder() (answer, bool) {
	switch {
	case l.PSTN == nil:
		return invalid("the location has no PSTN connection: set one before adding numbers"), true
	case l.PSTN.Type == typeIntegrated || l.PSTN.Type == typeCisco:
		return refuse(http.StatusBadRequest, flaw{text: "numbers of this PSTN connection arrive by ordering, not by this call"}), true
	}
	return answer{}, false
}
