package sandbox

import (
	"context"
	"fmt"
	"strings"
)

// numberView is a number as the service shows it.
type numberView struct {
	Phone     string     `json:"phoneNumber"`
	Extension string     `json:"extension,omitempty"`
	State     string     `json:"state"`
	PhoneType string     `json:"phoneNumberType"`
	Main      bool       `json:"mainNumber"`
	Telephony string     `json:"includedTelephonyTypes"`
	TollFree  bool       `json:"tollFreeNumber"`
	Service   bool       `json:"isServiceNumber"`
	Location  reference  `json:"location"`
	Owner     *ownerView `json:"owner,omitempty"`
}

type reference struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type ownerView struct {
	ID    string `json:"id"`
	Type  string `json:"type"`
	First string `json:"firstName,omitempty"`
	Last  string `json:"lastName,omitempty"`
}

// numberRow is a number with its owner's name, as the database joins them.
type numberRow struct {
	key                    uint64
	number                 number
	extension, first, last string
}

const numberColumns = "d.number, d.org, d.location, d.owner, d.inactive, d.tollfree, d.mobile, d.service, " +
	"coalesce(u.extension, ''), coalesce(u.first, ''), coalesce(u.last, '')"

// selectNumbers reads committed numbers with their owners.
func (s *Server) selectNumbers(ctx context.Context, clause string, args []any) ([]numberRow, error) {
	rows, err := s.store.db.QueryContext(ctx, "SELECT "+numberColumns+
		" FROM numbers d LEFT JOIN users u ON u.org = d.org AND u.n = d.owner WHERE "+clause, args...)
	if err != nil {
		return nil, fmt.Errorf("list numbers: %w", err)
	}
	defer func() { _ = rows.Close() }() // read only: rows.Err tells
	var found []numberRow
	for rows.Next() {
		var r numberRow
		d := &r.number
		err := rows.Scan(&r.key, &d.Org, &d.Location, &d.Owner, &d.Inactive, &d.TollFree, &d.Mobile, &d.Service, &r.extension, &r.first, &r.last)
		if err != nil {
			return nil, fmt.Errorf("list numbers: %w", err)
		}
		found = append(found, r)
	}
	return found, rows.Err()
}

// numberView gives what the list shows.
func (s *Server) numberView(r numberRow) numberView {
	l := s.locationN[r.number.Location]
	v := numberView{
		Phone: phoneText(r.key), State: "ACTIVE", PhoneType: "PRIMARY", Main: l.Main == r.key, Telephony: "PSTN_NUMBER",
		TollFree: r.number.TollFree, Service: r.number.Service, Location: reference{s.locationID(l), l.Name},
	}
	if r.number.Inactive {
		v.State = "INACTIVE"
	}
	if r.number.Mobile {
		v.Telephony = "MOBILE_NUMBER"
	}
	if r.number.Owner != 0 {
		v.Extension = r.extension
		v.Owner = &ownerView{s.ident(kindPerson, r.number.Org, r.number.Owner), "PEOPLE", r.first, r.last}
	}
	return v
}

func (s *Server) listNumbers(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, a, refused := s.orgOf(q)
	if refused {
		return a
	}
	f := &filter{}
	if o == nil {
		f.add("d.org = ?", int64(partnerOrg))
	} else {
		f.add("d.org = ?", int64(o.N))
	}
	query := q.query()
	if id := query.Get("locationId"); id != "" {
		l, a, refused := s.locationAt(q, id)
		if refused {
			return a
		}
		f.add("d.location = ?", int64(l.N))
	}
	switch query.Get("available") {
	case "true":
		f.add("d.owner = 0")
	case "false":
		f.add("d.owner <> 0")
	}
	if state := query.Get("state"); state != "" {
		f.add("d.inactive = ?", state == "INACTIVE")
	}
	if id := query.Get("ownerId"); id != "" {
		_, n, _ := s.locate(kindPerson, id)
		f.add("d.owner = ?", int64(n))
	}
	if text := query.Get("extension"); text != "" {
		f.add("u.extension = ?", text)
	}
	return s.pageOfNumbers(q, f)
}

// listAvailable gives the numbers of a location that nobody has.
func (s *Server) listAvailable(q *request) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, a, refused := s.callingAt(q)
	if refused {
		return a
	}
	f := &filter{}
	f.add("d.org = ? AND d.location = ? AND d.owner = 0", int64(l.Org), int64(l.N))
	return s.pageOfNumbers(q, f)
}

// pageOfNumbers answers with the page of the numbers that a filter lets through.
func (s *Server) pageOfNumbers(q *request, f *filter) answer {
	p, err := q.pageOf(FamilyNumbers, "start")
	if err != nil {
		return unreadable(err)
	}
	if text := q.query().Get("phoneNumber"); text != "" {
		f.add("instr(CAST(d.number AS TEXT), ?) > 0", strings.TrimPrefix(text, "+"))
	}
	clause, args := f.page("d.number", p)
	rows, err := s.selectNumbers(q.Context(), clause, args)
	if err != nil {
		return broken(err)
	}
	items := make([]numberView, 0, len(rows))
	for _, r := range rows[:min(len(rows), p.size)] {
		items = append(items, s.numberView(r))
	}
	a := ok(map[string]any{"phoneNumbers": items})
	a.link = q.next(p, len(rows) > p.size)
	return a
}
