package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// partnerOrg is the serial of the partner's own organization, which holds the caller.
const partnerOrg serial = 0

// orgView is an organization as the service shows it.
type orgView struct {
	ID      string `json:"id"`
	Name    string `json:"displayName"`
	Created string `json:"created"`
}

func (o *org) view() orgView {
	return orgView{ID: o.ID, Name: o.Name, Created: o.Shown.UTC().Format("2006-01-02T15:04:05.000+00:00")}
}

// partnerView is the partner's own organization.
func (s *Server) partnerView() orgView {
	return orgView{ID: s.ident(kindOrg, partnerOrg, 0), Name: "Sandbox Partner", Created: "2024-01-01T00:00:00.000+00:00"}
}

// orgFor finds the organization to attach to, or prepares one. The serial of a prepared one is 0.
func (s *Server) orgFor(q *request, id, name string) (*org, answer, bool) {
	if id == "" {
		return &org{Name: name, Created: q.now}, answer{}, false
	}
	if id == s.partnerView().ID {
		return nil, invalid("orgId is the partner's own organization"), true
	}
	o := s.orgByID[id]
	if o == nil {
		return &org{ID: id, Name: name, Created: q.now, Shown: q.now}, answer{}, false
	}
	if c := s.customerN[o.Customer]; c != nil {
		if s.settle(c, q.now); !c.Deleted {
			s.refused.Add(1)
			return nil, conflict(fmt.Sprintf("the organization %q is a wholesale customer already", id), 0), true
		}
	}
	return o, answer{}, false
}

// newOrg gives a prepared organization its serial.
func (s *Server) newOrg(q *request, o *org) {
	o.N = s.next()
	if o.ID == "" {
		o.ID = s.ident(kindOrg, o.N, o.N)
	}
	o.Touched = s.set.FirstTouchOff
	s.keepOrg(o)
}

// shown reports whether an organization has come to be, after its customer's work has been looked after.
func (s *Server) shown(o *org, now time.Time) bool {
	if c := s.customerN[o.Customer]; c != nil {
		s.settle(c, now)
	}
	return !o.Shown.IsZero()
}

// orgOf finds the organization that the query's orgId names. The partner's own is nil. A new one is refused until the
// list of organizations was read.
func (s *Server) orgOf(q *request) (*org, answer, bool) {
	id := q.query().Get("orgId")
	if id == "" || id == s.partnerView().ID {
		return nil, answer{}, false
	}
	o := s.orgByID[id]
	if o == nil || !s.shown(o, q.now) {
		return nil, notFound("the organization"), true
	}
	return o, s.untouched(), !o.Touched
}

// untouched is the answer to a call on an organization that the partner has not looked at yet.
func (s *Server) untouched() answer {
	return refuse(http.StatusForbidden, flaw{text: "the organization is not among those that the caller manages"})
}

func (s *Server) listOrgs(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	items := []orgView{s.partnerView()}
	orgs := make([]*org, 0, len(s.orgs))
	for _, o := range s.orgs {
		if s.shown(o, q.now) {
			orgs = append(orgs, o)
		}
	}
	slices.SortFunc(orgs, func(a, b *org) int { return int(a.N) - int(b.N) })
	for _, o := range orgs {
		s.touch(o)
		items = append(items, o.view())
	}
	return ok(map[string]any{"items": items})
}

// touch remembers that the partner has looked at an organization.
func (s *Server) touch(o *org) {
	if !o.Touched {
		o.Touched = true
		s.save(o)
	}
}

func (s *Server) getOrg(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := q.PathValue("orgId")
	if partner := s.partnerView(); id == partner.ID {
		return ok(partner)
	}
	o := s.orgByID[id]
	if o == nil || !s.shown(o, q.now) {
		return notFound("the organization")
	}
	s.touch(o)
	return ok(o.view())
}

// settingKey is the only setting that can be written.
const settingKey = "allow-admin-invite-emails"

func (s *Server) setOrgSetting(q *request) answer {
	var body struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	}
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	value := strings.TrimSpace(string(body.Value))
	if body.Key != settingKey || value != "true" && value != "false" {
		return invalid(fmt.Sprintf("only key %q with true or false can be set", settingKey))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o, a, refused := s.touchedOrg(q)
	if refused {
		return a
	}
	if o.Settings == nil {
		o.Settings = map[string]json.RawMessage{}
	}
	o.Settings[body.Key] = json.RawMessage(value)
	s.save(o)
	return ok(settingView(o, body.Key))
}

func (s *Server) getOrgSetting(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, a, refused := s.touchedOrg(q)
	if refused {
		return a
	}
	if q.PathValue("key") != settingKey {
		return notFound("the setting")
	}
	return ok(settingView(o, settingKey))
}

// touchedOrg finds the organization of the path.
func (s *Server) touchedOrg(q *request) (*org, answer, bool) {
	o := s.orgByID[q.PathValue("orgId")]
	if o == nil || !s.shown(o, q.now) {
		return nil, notFound("the organization"), true
	}
	return o, s.untouched(), !o.Touched
}

func settingView(o *org, key string) map[string]any {
	value := o.Settings[key]
	if value == nil {
		value = json.RawMessage("false")
	}
	return map[string]any{"key": key, "name": "Allow admin invite emails", "value": value}
}
