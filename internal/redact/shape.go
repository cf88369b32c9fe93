package redact

import (
	"net/url"
	"strings"
	"unicode"
)

// pseudonym stands for a value, in the shape of it where that helps who has to find a fault.
func (r *Redactor) pseudonym(s string) string {
	trimmed := strings.TrimSpace(s)
	switch {
	case trimmed == "":
		return s
	case strings.Contains(trimmed, "://"):
		return r.address(trimmed)
	case isEmail(trimmed):
		return r.email(trimmed)
	case isNumber(trimmed):
		return r.number(trimmed)
	case len(trimmed) <= 10 && r.posted.MatchString(trimmed) && strings.ContainsAny(trimmed, "0123456789"):
		return r.code(trimmed)
	case ending(trimmed) != "":
		return r.File(trimmed)
	case r.host.MatchString(trimmed):
		return r.domain(trimmed)
	}
	return "anon-" + r.tag("text", trimmed)
}

func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t\"<>,;") && strings.Count(s, "@") == 1
}

// email keeps that it is one, and which ones share a domain.
func (r *Redactor) email(s string) string {
	s = strings.ToLower(s)
	at := strings.LastIndexByte(s, '@')
	return "user-" + r.tag("email", s) + "@" + r.domain(s[at+1:])
}

// domain stands for a host; those of the service's maker stay.
func (r *Redactor) domain(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if vendors(host) || strings.HasSuffix(host, ".example") && r.made.MatchString(host) {
		return host
	}
	return "domain-" + r.tag("domain", host) + ".example"
}

// vendors reports whether a host is one of the service's maker, or of this machine.
func vendors(host string) bool {
	for _, own := range []string{"webex.com", "webexapis.com", "cisco.com", "ciscospark.com", "wbx2.com", "localhost"} {
		if host == own || strings.HasSuffix(host, "."+own) {
			return true
		}
	}
	return strings.HasPrefix(host, "127.") || host == "::1"
}

// address keeps the scheme and the port. What follows the host, and who signs in there, is one pseudonym.
func (r *Redactor) address(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return "anon-" + r.tag("text", s)
	}
	out := u.Scheme + "://" + r.domain(u.Hostname())
	if port := u.Port(); port != "" {
		out += ":" + port
	}
	rest := *u
	rest.Scheme, rest.Host = "", ""
	switch {
	case u.User != nil, len(u.RawQuery)+len(u.Fragment) > 0:
	case u.Path == "" || u.Path == "/" || vendors(u.Hostname()):
		return out + u.EscapedPath()
	}
	return out + "/path-" + r.tag("path", rest.String())
}

// isNumber reports whether a value is written like a telephone number: with a plus, or of seven digits and more, and
// nothing but what people put between digits.
func isNumber(s string) bool {
	digits := 0
	for _, c := range s {
		switch {
		case unicode.IsDigit(c):
			digits++
		case !strings.ContainsRune("+ ()-./\u00a0\uff0b", c):
			return false
		}
	}
	return digits >= 7 && digits <= 20 || digits >= 4 && strings.HasPrefix(s, "+")
}

// number keeps the country code and the length. A small letter stands for a digit, so that the result is nobody's number.
func (r *Redactor) number(s string) string {
	var digits []byte
	for _, c := range s {
		if c >= '0' && c <= '9' {
			digits = append(digits, byte(c))
		}
	}
	code := ""
	if strings.HasPrefix(s, "+") && len(digits) > 4 {
		n := codeDigits(string(digits))
		code, digits = "+"+string(digits[:n]), digits[n:]
	}
	if len(digits) == 0 {
		return code + "anon-" + r.tag("text", s) // digits of another script
	}
	return code + r.permuted("number"+code, string(digits))
}

// codeDigits gives how many digits the country code has with which an international number begins (ITU-T E.164, annex).
func codeDigits(digits string) int {
	switch digits[0] {
	case '1', '7':
		return 1
	}
	switch digits[:2] {
	case "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
		"51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66",
		"81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98":
		return 2
	}
	return 3
}

// code keeps the shape of a postal code, an extension or a short id: a small letter stands for a digit, a capital for a
// letter.
func (r *Redactor) code(s string) string { return r.permuted("code", s) }

// isID reports whether a text is an id that a program has made: a UUID, alone or behind a word of capitals; 24 letters of both
// cases, digits and underscores, or more.
func isID(s string) bool {
	if len(s) >= 36 && isUUID(s[len(s)-36:]) {
		return strings.Trim(s[:len(s)-36], "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == ""
	}
	return len(s) >= 24 && strings.ContainsAny(s, "0123456789") && strings.ToLower(s) != s && strings.ToUpper(s) != s &&
		strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_=") == ""
}

func isUUID(s string) bool {
	for i := range len(s) {
		if dash := i == 8 || i == 13 || i == 18 || i == 23; dash != (s[i] == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return len(s) == 36
}
