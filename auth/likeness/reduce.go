package likeness

import (
	"html"
	"net/url"
	"strings"
	"unicode"
)

// classes is a set of classes.
type classes uint32

func set(cs ...Class) classes {
	var s classes
	for _, c := range cs {
		s |= 1 << c
	}
	return s
}

func (s classes) has(c Class) bool { return s&(1<<c) != 0 }

// parts of a name. A name without host, as urn:x:y or free text, is all path.
type parts struct {
	scheme, host, port, path, query string // query begins with "?" or "#"
}

// split takes a name apart without judging it. Bare tells to see a host in a name without scheme, as idp.example.net/saml.
func split(s string, bare bool) parts {
	var p parts
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case ok && !strings.ContainsAny(scheme, "/?#"):
		p.scheme = scheme
	case bare && beginsWithHost(s):
		rest = s
	default:
		p.path = s
		return p
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	p.host, p.path = rest[:end], rest[end:]
	if i := strings.LastIndexByte(p.host, ':'); i >= 0 && strings.Trim(p.host[i+1:], "0123456789") == "" {
		p.host, p.port = p.host[:i], p.host[i:]
	}
	if i := strings.IndexAny(p.path, "?#"); i >= 0 {
		p.path, p.query = p.path[:i], p.path[i:]
	}
	return p
}

// beginsWithHost reports whether a name without scheme begins like a host name with a dot in it.
func beginsWithHost(s string) bool {
	end := strings.IndexAny(s, "/?#")
	if end < 0 {
		end = len(s)
	}
	host := s[:end]
	odd := strings.ContainsFunc(host, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-' && r != ':'
	})
	return !odd && strings.Contains(strings.Trim(host, "."), ".")
}

func (p parts) String() string {
	if p.scheme == "" && p.host == "" {
		return p.path + p.query
	}
	return p.scheme + "://" + p.host + p.port + p.path + p.query
}

// reduce takes the differences of some classes out of a name.
func reduce(s string, use classes) string {
	if use.has(Invisible) {
		s, _ = Clean(s)
	}
	if use.has(Lookalike) {
		s = latin(s)
	}
	if use.has(Escape) {
		s = unescaped(s)
	}
	if use.has(Case) {
		s = strings.ToLower(s)
	}
	p := split(s, use.has(Scheme))
	if use.has(Query) {
		p.query = ""
	}
	if use.has(Slash) && p.query == "" {
		p.path = strings.TrimSuffix(p.path, "/")
	}
	if use.has(Port) && p.defaultPort() {
		p.port = ""
	}
	if use.has(WWW) {
		p.host = withoutWWW(p.host)
	}
	if use.has(Scheme) && p.host != "" && (p.scheme == "" || web(p.scheme)) {
		p.scheme = "https"
	}
	if use.has(Path) && p.host != "" {
		p.path = ""
	}
	return p.String()
}

// defaultPort reports whether the name says a port that goes without saying.
func (p parts) defaultPort() bool {
	return p.port == ":443" && !strings.EqualFold(p.scheme, "http") || p.port == ":80" && !strings.EqualFold(p.scheme, "https")
}

func web(scheme string) bool {
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}

func withoutWWW(host string) string {
	if len(host) > 4 && strings.EqualFold(host[:4], "www.") {
		return host[4:]
	}
	return host
}

// unescaped resolves character references and percent-encoding as far as they are well-formed.
func unescaped(s string) string {
	s = html.UnescapeString(s)
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// latin puts Latin letters for those of other scripts that look the same, and for full-width forms.
func latin(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xFF01 && r <= 0xFF5E {
			return r - 0xFF01 + '!'
		}
		if l, ok := lookalike(r); ok {
			return l
		}
		return r
	}, s)
}

// lookalike gives the Latin letter that a Cyrillic or Greek one looks like in common fonts.
func lookalike(r rune) (rune, bool) {
	const (
		foreign = "аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅԌοανιρκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
		alike   = "aeopcyxijshdqwABEKMHOPCTYXIJSGoavipkABEZHIKMNOPTYX"
	)
	at := 0
	for _, f := range foreign {
		if f == r {
			return rune(alike[at]), true
		}
		at++
	}
	return 0, false
}
