package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
)

const (
	codeTwice       = 8360
	codeUnavailable = 8361
	codeInvalid     = 8362
	codeInUse       = 8363
	codeNumbers     = 25223
	codeNoNumber    = 25089
)

func phoneText(n uint64) string { return "+" + strconv.FormatUint(n, 10) }

// loadNumbers reads all numbers when they are first needed.
func (s *Server) loadNumbers(ctx context.Context) error {
	if s.numbers != nil {
		return nil
	}
	rows, err := s.store.db.QueryContext(ctx, "SELECT number, org, location, owner, inactive, tollfree, mobile, service FROM numbers")
	if err != nil {
		return fmt.Errorf("load numbers: %w", err)
	}
	defer func() { _ = rows.Close() }() // read only: rows.Err tells
	numbers := map[uint64]number{}
	for rows.Next() {
		var key uint64
		var d number
		if err := rows.Scan(&key, &d.Org, &d.Location, &d.Owner, &d.Inactive, &d.TollFree, &d.Mobile, &d.Service); err != nil {
			return fmt.Errorf("load numbers: %w", err)
		}
		numbers[key] = d
	}
	s.numbers = numbers
	return rows.Err()
}

func numberWrite(key uint64, d number) write {
	return write{stmt: putNumber, args: []any{int64(key), int64(d.Org), int64(d.Location), int64(d.Owner), d.Inactive, d.TollFree, d.Mobile, d.Service}}
}

// assign gives a number to a user, or to nobody (0).
func (s *Server) assign(key uint64, owner serial) write {
	d := s.numbers[key]
	d.Owner = owner
	s.numbers[key] = d
	return numberWrite(key, d)
}

// numberBody is what the calls on a location's numbers take.
type numberBody struct {
	Phones    []string `json:"phoneNumbers"`
	Type      string   `json:"numberType"`
	Usage     string   `json:"numberUsageType"`
	State     string   `json:"state"`
	Subscript string   `json:"subscriptionId"`
	Carrier   string   `json:"carrierId"`
	Action    string   `json:"action"`
}

// check refuses words that no call knows.
func (b *numberBody) check(most int) (answer, bool) {
	flaws := []flaw{}
	oneOf := func(field, value string, words ...string) {
		if value != "" && !slices.Contains(words, value) {
			flaws = append(flaws, flaw{text: fmt.Sprintf("%s %q: use one of %q", field, value, words), field: field})
		}
	}
	oneOf("numberType", b.Type, "DID", "TOLLFREE", "MOBILE")
	oneOf("numberUsageType", b.Usage, "NONE", "SERVICE")
	oneOf("state", b.State, "ACTIVE", "INACTIVE")
	oneOf("action", b.Action, "ACTIVATE", "DEACTIVATE")
	if len(b.Phones) == 0 {
		flaws = append(flaws, missing("phoneNumbers"))
	}
	if most > 0 && len(b.Phones) > most {
		flaws = append(flaws, flaw{text: fmt.Sprintf("phoneNumbers holds %d numbers, at most %d are taken", len(b.Phones), most), field: "phoneNumbers"})
	}
	return refuse(http.StatusBadRequest, flaws...), len(flaws) > 0
}

// numbersCall reads the body and finds the location. The lock is held by the caller.
func (s *Server) numbersCall(q *request, most int) (*numberBody, *location, answer, bool) {
	var body numberBody
	if err := q.decode(&body); err != nil {
		return nil, nil, unreadable(err), true
	}
	if body.Type == "MOBILE" {
		most = 20
	}
	if a, refused := body.check(most); refused {
		return nil, nil, a, true
	}
	l, a, refused := s.callingAt(q)
	if refused {
		return nil, nil, a, true
	}
	if err := s.loadNumbers(q.Context()); err != nil {
		return nil, nil, broken(err), true
	}
	return &body, l, answer{}, false
}

func (s *Server) addNumbers(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, l, a, refused := s.numbersCall(q, 0)
	if refused {
		return a
	}
	if a, refused := l.numbersByOrder(); refused {
		return a
	}
	if a, refused := malformed(body.Phones); refused {
		return a
	}
	inUse := &problem{Message: "Number request failed", Code: codeNumbers}
	writes := make([]any, 0, len(body.Phones))
	fresh := map[uint64]number{}
	for _, text := range body.Phones {
		key := e164(text)
		if _, taken := s.numbers[key]; taken {
			inUse.Errors = append(inUse.Errors, errorItem{Description: "number is in use : " + text, Code: codeInUse})
			continue
		}
		d := number{
			Org: l.Org, Location: l.N, Inactive: body.State == "INACTIVE", TollFree: body.Type == "TOLLFREE",
			Mobile: body.Type == "MOBILE", Service: body.Usage == "SERVICE",
		}
		if _, twice := fresh[key]; !twice {
			fresh[key] = d
			writes = append(writes, numberWrite(key, d))
		}
	}
	if inUse.Errors != nil {
		s.refused.Add(1)
		return answer{status: http.StatusConflict, body: inUse}
	}
	for key, d := range fresh {
		s.numbers[key] = d
	}
	s.save(writes...)
	return answer{status: http.StatusCreated}
}

// malformed refuses texts that are no numbers with a list, as the service does.
func malformed(phones []string) (answer, bool) {
	type item struct {
		Number  string `json:"number"`
		Type    string `json:"errorType"`
		Code    string `json:"errorCode"`
		Message string `json:"errorMessage"`
		Title   string `json:"errorTitle"`
	}
	var items []item
	for _, text := range phones {
		if e164(text) == 0 {
			items = append(items, item{text, "INVALID_NUMBER", strconv.Itoa(codeInvalid), "[Error 8362] number is not valid : " + text, "Invalid number"})
		}
	}
	return answer{status: http.StatusBadRequest, body: []any{map[string]any{"errors": items}}}, items != nil
}

// held gives the keys of numbers that the location has, or the answer to one that it has not.
func (s *Server) held(l *location, phones []string, code int) ([]uint64, answer, bool) {
	keys := make([]uint64, 0, len(phones))
	for _, text := range phones {
		key := e164(text)
		if d, known := s.numbers[key]; !known || d.Location != l.N {
			return nil, refuse(http.StatusBadRequest, flaw{text: "the location has no number " + text, code: code}), true
		}
		keys = append(keys, key)
	}
	return keys, answer{}, false
}

func (s *Server) switchNumbers(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, l, a, refused := s.numbersCall(q, 500)
	if refused {
		return a
	}
	keys, a, refused := s.held(l, body.Phones, 0)
	if refused {
		return a
	}
	writes := make([]any, 0, len(keys))
	for _, key := range keys {
		d := s.numbers[key]
		d.Inactive = body.Action == "DEACTIVATE"
		s.numbers[key] = d
		writes = append(writes, numberWrite(key, d))
	}
	s.save(writes...)
	return noContent()
}

func (s *Server) removeNumbers(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, l, a, refused := s.numbersCall(q, 5)
	if refused {
		return a
	}
	keys, a, refused := s.held(l, body.Phones, codeNoNumber)
	if refused {
		return a
	}
	writes := make([]any, 0, len(keys))
	for _, key := range keys {
		switch {
		case key == l.Main:
			return invalid("the main number " + phoneText(key) + " cannot be removed")
		case s.numbers[key].Owner != 0:
			return invalid("number " + phoneText(key) + " belongs to a user")
		}
		writes = append(writes, write{stmt: dropNumber, args: []any{int64(key)}})
	}
	for _, key := range keys {
		delete(s.numbers, key)
	}
	s.save(writes...)
	return noContent()
}
