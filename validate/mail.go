package validate

import (
	"strings"
	"unicode/utf8"

	"muster/internal/onboarding"
)

const (
	longestUser  = 64  // characters before the @, the limit of the vendor's own user files (documented)
	longestEmail = 161 // characters of a user name (documented)
)

// mailFault says what is wrong with an address; empty when nothing is. The service's two lists of characters differ: one
// that stands in either is taken.
func mailFault(s string) onboarding.Text {
	user, domain, ok := strings.Cut(s, "@")
	switch {
	case !ok:
		return onboarding.T("%q has no @", s)
	case strings.Contains(domain, "@"):
		return onboarding.T("%q has more than one @", s)
	case user == "":
		return onboarding.T("%q has nothing before the @", s)
	case len(s) > longestEmail:
		return onboarding.T("%q has more than %d characters", s, longestEmail)
	case len(user) > longestUser:
		return onboarding.T("%q has more than %d characters before the @", s, longestUser)
	case user[0] == '.' || user[len(user)-1] == '.' || strings.Contains(user, ".."):
		return onboarding.T("%q has a dot at an end of what stands before the @, or two dots in a row", s)
	}
	for i := 0; i < len(user); i++ {
		if !mailChar(user[i]) {
			return onboarding.T("%q holds %q, which the service does not take before the @", s, firstLetter(user[i:]))
		}
	}
	return domainFault(s, domain)
}

func domainFault(s, domain string) onboarding.Text {
	if domain == "" {
		return onboarding.T("%q has no domain after the @", s)
	}
	if !isDomain(domain) {
		return onboarding.T("%q has %q after the @, which is no domain", s, domain)
	}
	return onboarding.Text{}
}

const longestLabel = 63 // characters between two dots of a domain

// isDomain tells labels of letters, digits and inner hyphens with dots between them, two at least.
func isDomain(domain string) bool {
	label, dots := 0, 0
	for i := 0; i < len(domain); i++ {
		c := domain[i]
		switch {
		case c == '.':
			if label == 0 || domain[i-1] == '-' {
				return false
			}
			label = 0
			dots++
			continue
		case c == '-' && label == 0, !letterOrDigit(c) && c != '-', label == longestLabel:
			return false
		}
		label++
	}
	return dots > 0 && label >= 2 && domain[len(domain)-1] != '-'
}

func letterOrDigit(c byte) bool { return c < utf8.RuneSelf && mailKinds[c] == 'l' }

// mailChar tells the characters of either list.
func mailChar(c byte) bool { return c < utf8.RuneSelf && mailKinds[c] != '.' }

// mailKinds holds for each character of ASCII l for letters and digits, + for the other characters of either list.
const mailKinds = "................................" +
	".+.+++++..++.+++llllllllll.+.+.+" +
	".llllllllllllllllllllllllll....+" +
	".llllllllllllllllllllllllll+.+.."
