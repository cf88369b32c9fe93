package webex

import "strings"

// nextLink finds the address of the next page in the values of Link headers (RFC 8288): <address>; rel="next".
func nextLink(headers []string) string {
	for _, h := range headers {
		for h != "" {
			var target, params string
			target, params, h = cutLink(h)
			if target != "" && isNext(params) {
				return target
			}
		}
	}
	return ""
}

// cutLink splits off the first link of a header: its target, its parameters, and the rest behind the comma.
func cutLink(h string) (target, params, rest string) {
	_, h, found := strings.Cut(h, "<")
	if !found {
		return "", "", ""
	}
	target, h, found = strings.Cut(h, ">")
	if !found {
		return "", "", ""
	}
	quoted := false
	for i := range len(h) {
		switch {
		case h[i] == '"':
			quoted = !quoted
		case h[i] == ',' && !quoted:
			return target, h[:i], h[i+1:]
		}
	}
	return target, h, ""
}

// isNext reports whether the parameters of a link name the relation next, alone or among others.
func isNext(params string) bool {
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(p, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "rel") {
			continue
		}
		for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
			if strings.EqualFold(rel, "next") {
				return true
			}
		}
	}
	return false
}
