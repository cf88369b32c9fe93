package sandbox

import (
	"fmt"
	"net/http"
)

const (
	codeExtensionTaken = 9495
	codeExtensionTwice = 9498
)

// numberVerdict is what validateNumbers says of one number.
type numberVerdict struct {
	Number   string   `json:"number,omitempty"`
	Phone    string   `json:"phoneNumber,omitempty"`
	State    string   `json:"state"`
	TollFree bool     `json:"tollFreeNumber"`
	Detail   []string `json:"detail"`
}

func (s *Server) validateNumbers(q *request) answer {
	var body struct {
		Phones []string `json:"phoneNumbers"`
	}
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	if len(body.Phones) == 0 {
		return refuse(http.StatusBadRequest, missing("phoneNumbers"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, a, refused := s.orgOf(q); refused {
		return a
	}
	if err := s.loadNumbers(q.Context()); err != nil {
		return broken(err)
	}
	status, seen := "OK", map[string]bool{}
	verdicts := make([]numberVerdict, 0, len(body.Phones))
	for _, text := range body.Phones {
		v := numberVerdict{State: "Available", Detail: []string{}}
		if state, code := s.judgeNumber(text, seen[text]); code != 0 {
			status, v.State = "ERRORS", state
			v.Detail = []string{fmt.Sprintf("[Error %d] %s : %s", code, state, text)}
		}
		seen[text] = true
		if s.set.PhoneKeys {
			v.Phone = text
		} else {
			v.Number = text
		}
		verdicts = append(verdicts, v)
	}
	key := "numbers"
	if s.set.PhoneKeys {
		key = "phoneNumbers"
	}
	return ok(map[string]any{"status": status, key: verdicts})
}

// judgeNumber gives the state of one number; code 0 when it is available. Numbers in the range +999 are never.
func (s *Server) judgeNumber(text string, seen bool) (state string, code int) {
	key := e164(text)
	_, taken := s.numbers[key]
	switch {
	case key == 0:
		return "Invalid", codeInvalid
	case seen:
		return "Duplicate In List", codeTwice
	case taken:
		return "Duplicate", codeInUse
	case text[1:4] == "999":
		return "Unavailable", codeUnavailable
	}
	return "", 0
}

// extensionVerdict is what validateExtensions says of one extension.
type extensionVerdict struct {
	Extension string `json:"extension"`
	State     string `json:"state"`
	Code      int    `json:"errorCode,omitempty"`
	Message   string `json:"message,omitempty"`
}

// validateExtensions serves the organization and, where the path names one, the location.
func (s *Server) validateExtensions(q *request) answer {
	var body struct {
		Extensions []string `json:"extensions"`
	}
	if err := q.decode(&body); err != nil {
		return unreadable(err)
	}
	if len(body.Extensions) == 0 {
		return refuse(http.StatusBadRequest, missing("extensions"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	taken, a, refused := s.extensionsOf(q)
	if refused {
		return a
	}
	status, seen := "OK", map[string]bool{}
	verdicts := make([]extensionVerdict, 0, len(body.Extensions))
	for _, text := range body.Extensions {
		v := extensionVerdict{Extension: text, State: "VALID"}
		_, used := taken[extensionKey(text)]
		switch {
		case !extensionShaped(text):
			v.State = "INVALID"
		case seen[text]:
			v.State, v.Code = "DUPLICATE_IN_LIST", codeExtensionTwice
		case used:
			v.State, v.Code = "DUPLICATE", codeExtensionTaken
		}
		if v.State != "VALID" {
			status, v.Message = "ERRORS", fmt.Sprintf("[Error %d] %s: %s", v.Code, v.State, text)
		}
		seen[text] = true
		verdicts = append(verdicts, v)
	}
	return ok(map[string]any{"status": status, "extensionStatus": verdicts})
}

// extensionsOf gives the extensions in use where the call looks.
func (s *Server) extensionsOf(q *request) (map[uint64]serial, answer, bool) {
	var o *org
	if q.PathValue("locationId") != "" {
		l, a, refused := s.callingAt(q)
		if refused {
			return nil, a, true
		}
		o = s.orgs[l.Org]
	} else {
		var a answer
		var refused bool
		if o, a, refused = s.orgOf(q); refused {
			return nil, a, true
		}
	}
	if o == nil || s.customerN[o.Customer] == nil {
		return nil, answer{}, false
	}
	m, err := s.membersOf(q.Context(), s.customerN[o.Customer])
	if err != nil {
		return nil, broken(err), true
	}
	return m.extensions, answer{}, false
}
