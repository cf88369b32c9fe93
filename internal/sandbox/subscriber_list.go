package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// filter is a WHERE clause in the making.
type filter struct {
	where []string
	args  []any
}

func (f *filter) add(where string, args ...any) {
	f.where = append(f.where, where)
	f.args = append(f.args, args...)
}

// page gives the clause with order and one row more than the page, which tells whether another page follows.
func (f *filter) page(order string, p page) (string, []any) {
	return strings.Join(f.where, " AND ") + " ORDER BY " + order + " LIMIT ? OFFSET ?", append(f.args, p.size+1, p.offset)
}

func (s *Server) listSubscribers(q *request) answer {
	p, err := q.pageOf(FamilySubscribers, "offset")
	if err != nil {
		return unreadable(err)
	}
	order, err := orderOf(q)
	if err != nil {
		return unreadable(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, possible, err := s.subscriberFilter(q)
	if err != nil {
		return unreadable(err)
	}
	var users []*user
	if possible {
		clause, args := f.page(order, p)
		if users, err = s.selectUsers(q.Context(), clause, args...); err != nil {
			return broken(err)
		}
	}
	items := make([]subscriberView, 0, len(users))
	for _, u := range users[:min(len(users), p.size)] {
		if c := s.customerN[s.orgs[u.Org].Customer]; c != nil { // nil: deleted this moment
			items = append(items, s.subscriber(u, c))
		}
	}
	a := ok(map[string]any{"items": items})
	a.link = q.next(p, len(users) > p.size)
	return a
}

// orderOf reads sortBy and sortOrder.
func orderOf(q *request) (string, error) {
	by, direction := q.query().Get("sortBy"), strings.ToUpper(q.query().Get("sortOrder"))
	column := map[string]string{"": "", "created": "created", "lastStatusChange": "changed"}
	name, known := column[by]
	if !known || direction != "" && direction != "ASC" && direction != "DESC" {
		return "", fmt.Errorf("sortBy %q, sortOrder %q: sort by created or lastStatusChange, ASC or DESC", by, direction)
	}
	if name == "" {
		return "org, n", nil
	}
	return name + " " + direction + ", org, n", nil
}

// subscriberFilter turns the query into a filter; possible is false when nothing can match.
func (s *Server) subscriberFilter(q *request) (f *filter, possible bool, err error) {
	query := q.query()
	f, possible = &filter{}, true
	f.add("status <> ''")
	f.add("created <= ?", q.now.Add(-s.set.ListLag).UnixMilli())
	if !s.customerFilter(q, f) {
		return f, false, nil
	}
	if id := query.Get("personId"); id != "" {
		org, n, valid := s.locate(kindPerson, id)
		f.add("org = ? AND n = ?", int64(org), int64(n))
		possible = valid
	}
	if email := query.Get("email"); email != "" {
		q.subject = email
		f.add("email = ?", strings.ToLower(email))
	}
	if status := query.Get("status"); status != "" {
		f.add("status = ?", status)
	}
	for name, column := range map[string]string{"after": "created", "lastStatusChange": "changed"} {
		if text := query.Get(name); text != "" {
			ms, err := milliseconds(text)
			if err != nil {
				return nil, false, fmt.Errorf("%s %q is neither milliseconds since 1970 nor an ISO 8601 time", name, text)
			}
			f.add(column+" >= ?", ms)
		}
	}
	return f, possible, nil
}

// customerFilter keeps to the customers that the query names and the caller may see.
func (s *Server) customerFilter(q *request, f *filter) bool {
	query := q.query()
	id, external := query.Get("customerId"), query.Get("externalCustomerId")
	var named []*customer
	if id != "" {
		named = append(named, s.customerAt(q, id))
	}
	if external != "" {
		named = append(named, s.customerK[q.partner()+"\n"+external])
	}
	for _, c := range named {
		if c == nil || c.Deleted {
			return false
		}
		f.add("org = ?", int64(c.Org))
	}
	if named == nil {
		f.add("org IN (SELECT json_extract(doc, '$.Org') FROM customers WHERE json_extract(doc, '$.Partner') = ? AND NOT json_extract(doc, '$.Deleted'))", q.partner())
	}
	return true
}

func milliseconds(text string) (int64, error) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return ms, nil
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	return at.UnixMilli(), err
}
