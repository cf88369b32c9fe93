package sandbox

import (
	"fmt"
	"net/url"
	"strconv"
)

// page is the part of a list that a request asks for.
type page struct {
	offset, size int
	key          string // the query parameter that moves on: offset or start
}

// defaultPages holds default and ceiling of every family.
func defaultPage(family string) (size, ceiling int) {
	switch family {
	case FamilySubscribers:
		return 50, 100
	case FamilyLocations:
		return 500, 500
	case FamilyCalling:
		return 1000, 1000
	case FamilyNumbers:
		return 2000, 2000
	}
	return 100, 100
}

// pageOf reads max and offset (or start). A max above the ceiling is lowered, a bad one refused.
func (q *request) pageOf(family, key string) (page, error) {
	size, ceiling := defaultPage(family)
	if c := q.s.set.PageCeiling[family]; c > 0 {
		ceiling = c
	}
	p := page{size: size, key: key}
	query := q.query()
	if text := query.Get("max"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return page{}, fmt.Errorf("max %q is not a positive whole number", text)
		}
		p.size = n
	}
	if text := query.Get(key); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return page{}, fmt.Errorf("%s %q is not a whole number from 0", key, text)
		}
		p.offset = n
	}
	p.size = min(p.size, ceiling)
	if q.s.set.ShortPages {
		p.size = (p.size + 1) / 2
	}
	return p, nil
}

// next gives the Link header when more rows follow.
func (q *request) next(p page, more bool) string {
	if !more || q.s.set.LinkOff {
		return ""
	}
	query := url.Values{}
	for name, values := range q.query() {
		query[name] = values
	}
	query.Set(p.key, strconv.Itoa(p.offset+p.size))
	if query.Get("max") == "" {
		query.Set("max", strconv.Itoa(p.size))
	}
	return "<" + q.base() + q.URL.Path + "?" + query.Encode() + `>; rel="next"`
}

// cut takes a page out of all rows.
func cut[T any](all []T, p page) (rows []T, more bool) {
	from := min(p.offset, len(all))
	to := min(from+p.size, len(all))
	return all[from:to:to], to < len(all)
}
