package webex

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// listing describes a list: its first request, how many rows a page holds at most, and the query parameter that skips
// rows (empty where the service gives all rows at once).
type listing struct {
	request
	size int
	skip string
}

// page is the union of the list answers in use; one of its members holds the rows.
type page[T any] struct {
	Items        []T `json:"items"`
	SubPartners  []T `json:"subPartners"`
	Locations    []T `json:"locations"`
	PhoneNumbers []T `json:"phoneNumbers"`
}

func (p *page[T]) rows() []T {
	for _, rows := range [][]T{p.Items, p.SubPartners, p.Locations} {
		if len(rows) > 0 {
			return rows
		}
	}
	return p.PhoneNumbers
}

// list fetches the pages of a list while its rows are asked for. An error is the last pair.
func list[T any](ctx context.Context, c *Client, l listing) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		l.method = http.MethodGet
		if l.size > 0 {
			l.query = setQuery(l.query, "max", strconv.Itoa(l.size))
		}
		w := walk{client: c, first: l, seen: make(map[string]bool)}
		for r := &l.request; r != nil; {
			var p page[T]
			ans, err := c.do(ctx, *r, &p)
			if err == nil {
				if !yieldAll(p.rows(), yield) {
					return
				}
				r, err = w.next(ans.next, len(p.rows()))
			}
			if err != nil {
				var none T
				yield(none, err)
				return
			}
		}
	}
}

func yieldAll[T any](rows []T, yield func(T, error) bool) bool {
	for _, row := range rows {
		if !yield(row, nil) {
			return false
		}
	}
	return true
}

// walk finds the way from page to page.
type walk struct {
	client *Client
	first  listing
	offset int
	linked bool // the service links its pages, so a page without a link is the last
	seen   map[string]bool
}

// next gives the request of the page after one of n rows, nil after the last.
func (w *walk) next(link string, n int) (*request, error) {
	w.offset += n
	r := w.first.request
	switch {
	case n == 0:
		return nil, nil
	case link != "":
		w.linked = true
		if err := w.follow(&r, link); err != nil {
			return nil, err
		}
	case w.linked, w.first.skip == "", n < w.first.size:
		return nil, nil
	default:
		r.query = setQuery(r.query, w.first.skip, strconv.Itoa(w.offset))
	}
	key := r.rawURL + "?" + r.query.Encode()
	if w.seen[key] {
		return nil, w.broken("the next page is one that was read before")
	}
	w.seen[key] = true
	return &r, nil
}

// follow takes a link as it stands when it leads to the service itself. A proxy may leave the real host in it: then only
// its query is taken, so that our token goes nowhere else.
func (w *walk) follow(r *request, link string) error {
	u, err := url.Parse(link)
	if err != nil {
		return w.broken("the link to the next page is not an address")
	}
	base := w.client.base
	q := u.Query()
	if v := r.query.Get(subPartnerParam); v != "" && !q.Has(subPartnerParam) {
		q.Set(subPartnerParam, v)
		u.RawQuery = q.Encode()
	}
	if u.Scheme == base.Scheme && u.Host == base.Host && u.User == nil {
		u.Fragment = ""
		r.rawURL = u.String()
	}
	r.query = q
	return nil
}

func (w *walk) broken(why string) error {
	return &Error{Method: http.MethodGet, Route: w.first.route, Status: http.StatusOK, Err: errors.New(why)}
}

// setQuery gives a copy of q with one parameter set.
func setQuery(q url.Values, name, value string) url.Values {
	c := make(url.Values, len(q)+1)
	for k, v := range q {
		c[k] = v
	}
	c.Set(name, value)
	return c
}

// query makes query parameters of names and values in turn, leaving out empty values.
func query(namesAndValues ...string) url.Values {
	q := make(url.Values, len(namesAndValues)/2)
	for i := 0; i+1 < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] != "" {
			q.Set(namesAndValues[i], namesAndValues[i+1])
		}
	}
	return q
}
