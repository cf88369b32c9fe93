package redact

import (
	"strconv"
	"strings"
)

// freePattern finds in a sentence what may be a value: an address, an email, a quoted text, an id, a telephone number, a
// host, many digits.
const freePattern = `(?P<url>[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"'<>)\]}]+)` +
	`|(?P<email>[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}][\p{L}\p{N}.-]*[\p{L}\p{N}])` +
	`|(?P<quote>"(?:[^"\\\n]|\\.)*")` +
	`|(?P<opaque>[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}|MUSTER_[0-9a-f-]{36}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[A-Za-z0-9_]{20,})` +
	`|(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?)` +
	`|(?P<number>\+[0-9][0-9 ()./-]{3,}[0-9]|[0-9](?:[0-9]|[ -][0-9]){6,})` +
	`|(?P<host>` + hostPattern + `)`

// Free replaces the values in a sentence: what looks like one, what stands in quotation marks, and what was learned.
func (r *Redactor) Free(s string) string {
	if r == nil || s == "" {
		return s
	}
	var b strings.Builder
	done := 0
	names := r.talk.SubexpNames()
	for _, at := range r.talk.FindAllStringSubmatchIndex(s, -1) {
		found := s[at[0]:at[1]]
		with := r.found(kindOf(names, at), found)
		if with == found {
			continue
		}
		b.WriteString(r.known.replace(s[done:at[0]], r.pseudonym))
		b.WriteString(with)
		done = at[1]
	}
	b.WriteString(r.known.replace(s[done:], r.pseudonym))
	return b.String()
}

// kindOf names the part of the pattern that fits.
func kindOf(names []string, at []int) string {
	for i, name := range names {
		if name != "" && at[2*i] >= 0 {
			return name
		}
	}
	return ""
}

func (r *Redactor) found(kind, text string) string {
	if r.made.MatchString(text) {
		return text
	}
	switch kind {
	case "url":
		trimmed := strings.TrimRight(text, ".,;:!?")
		return r.address(trimmed) + text[len(trimmed):]
	case "email":
		return r.email(text)
	case "number":
		return r.number(text)
	case "quote":
		return r.quoted(text)
	case "host":
		return r.named(text)
	}
	return text
}

// named replaces a word with points in it. Names of files and numbers of versions have them, too.
func (r *Redactor) named(text string) string {
	if ending(text) != "" && !r.known.has(text) || r.harmless(text) || r.path.MatchString(text) {
		return text
	}
	if ending(text) != "" {
		return r.File(text)
	}
	return r.domain(text)
}

// quoted replaces what stands in quotation marks, unless it is a flag, a command or the name of a member.
func (r *Redactor) quoted(text string) string {
	inner, err := strconv.Unquote(text)
	if err != nil {
		inner = strings.Trim(text, `"`)
	}
	if strings.HasPrefix(inner, "--") || strings.HasPrefix(inner, "muster ") || r.member.MatchString(inner) && !r.known.has(inner) {
		return text
	}
	if with := r.Value(inner); with != inner {
		return strconv.Quote(with)
	}
	return text
}
