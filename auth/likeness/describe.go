package likeness

import (
	"strings"
	"unicode/utf8"

	"muster/internal/onboarding"
)

// describe words one class of the spelling. All are the classes that the two values differ in.
func describe(c Class, given, want string, all []Class) onboarding.Text {
	switch c {
	case Invisible:
		return describeInvisible(given, want)
	case Slash:
		return oneSided(slashed(given), onboarding.T(`the given value ends with "/", the expected value does not`),
			onboarding.T(`the expected value ends with "/", the given value does not`))
	case Case:
		return describeCase(given, want, all)
	case Scheme:
		return describeScheme(partsOf(given).scheme, partsOf(want).scheme)
	case Port:
		return describePort(partsOf(given).port, partsOf(want).port)
	case WWW:
		host := partsOf(given).host
		return oneSided(withoutWWW(host) != host, onboarding.T(`the given value has "www." before the host, the expected value has not`),
			onboarding.T(`the expected value has "www." before the host, the given value has not`))
	case Escape:
		return oneSided(unescaped(given) != given, onboarding.T("the given value is written with percent-encoding or character references, the expected value is not"),
			onboarding.T("the expected value is written with percent-encoding or character references, the given value is not"))
	case Query:
		return describeQuery(given, want)
	case Path:
		return onboarding.T("the two values have the same host and different paths")
	case Lookalike:
		return describeLookalike(given, want)
	}
	return onboarding.Text{}
}

// oneSided picks the sentence for a difference that only one of the values has.
func oneSided(isGiven bool, given, want onboarding.Text) onboarding.Text {
	if isGiven {
		return given
	}
	return want
}

// partsOf takes a value apart as a reader would who does not see odd characters.
func partsOf(s string) parts {
	s, _ = Clean(s)
	return split(unescaped(s), true)
}

func slashed(s string) bool { return strings.HasSuffix(partsOf(s).path, "/") }

func describeScheme(given, want string) onboarding.Text {
	switch {
	case given == "":
		return onboarding.T("the given value lacks %q", want+"://")
	case want == "":
		return onboarding.T("the given value has %q before it, the expected value has not", given+"://")
	}
	return onboarding.T("the given value begins with %q, the expected value with %q", given+"://", want+"://")
}

func describePort(given, want string) onboarding.Text {
	switch {
	case want == "":
		return onboarding.T("the given value names the default port %q, the expected value names none", given)
	case given == "":
		return onboarding.T("the expected value names the default port %q, the given value names none", want)
	}
	return onboarding.T("the given value names the port %q, the expected value %q", given, want)
}

func describeInvisible(given, want string) onboarding.Text {
	if _, strange := Clean(given); len(strange) > 0 {
		return onboarding.T("the given value holds %s at position %d", strange[0].Name, strange[0].Position)
	}
	_, strange := Clean(want) // has some, or the class would not be needed
	return onboarding.T("the expected value itself holds %s at position %d", strange[0].Name, strange[0].Position)
}

// describeCase says whether the path differs too: schemes and hosts are the same in either case to a browser, paths are not.
func describeCase(given, want string, all []Class) onboarding.Text {
	use := set(all...) &^ set(Case)
	lower := func(s string) string {
		p := split(reduce(s, use), false)
		p.scheme, p.host = strings.ToLower(p.scheme), strings.ToLower(p.host)
		return p.String()
	}
	switch {
	case partsOf(want).host == "":
		return onboarding.T("upper and lower case differ")
	case lower(given) == lower(want):
		return onboarding.T("upper and lower case differ, in scheme or host only")
	}
	return onboarding.T("upper and lower case differ, in the path as well")
}

func describeQuery(given, want string) onboarding.Text {
	g, w := partsOf(given).query, partsOf(want).query
	switch {
	case w == "":
		return onboarding.T("the given value has %q at its end, the expected value has not", g)
	case g == "":
		return onboarding.T("the expected value has %q at its end, the given value has not", w)
	}
	return onboarding.T("the given value ends with %q, the expected value with %q", g, w)
}

func describeLookalike(given, want string) onboarding.Text {
	for _, s := range []string{given, want} {
		at := 0
		for _, r := range s {
			at++
			if l := latin(string(r)); l != string(r) {
				return onboarding.T("the letter %q at position %d of %q looks like %q and is another (U+%04X)", string(r), at, s, l, r)
			}
		}
	}
	return onboarding.Text{}
}

func describeTyping(edits int) onboarding.Text {
	if edits == 1 {
		return onboarding.T("the two values differ in one character")
	}
	return onboarding.T("the two values differ in %d characters", edits)
}

func length(s string) int { return utf8.RuneCountInString(s) }
