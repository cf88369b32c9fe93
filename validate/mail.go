package validate

import (
	"strings"

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
		return onboarding.T("%q has a dot where none may be", s)
	}
	for i := 0; i < len(user); i++ {
		if !mailChar(user[i]) {
			return onboarding.T("%q holds a character that the service does not take before the @", s)
		}
	}
	return domainFault(s, domain)
}

func domainFault(s, domain string) onboarding.Text {
	if domain == "" || !strings.Contains(domain, ".") {
		return onboarding.T("%q has no domain after the @", s)
	}
	label := 0
	for i := 0; i < len(domain); i++ {
		c := domain[i]
		switch {
		case c == '.':
			if label == 0 || domain[i-1] == '-' {
				return onboarding.T("the domain of %q is not one", s)
			}
			label = 0
			continue
		case c == '-' && label == 0, !letterOrDigit(c) && c != '-':
			return onboarding.T("the domain of %q is not one", s)
		}
		label++
	}
	if label < 2 || domain[len(domain)-1] == '-' {
		return onboarding.T("the domain of %q is not one", s)
	}
	return onboarding.Text{}
}

func letterOrDigit(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// mailChar tells the characters of either list.
func mailChar(c byte) bool {
	return letterOrDigit(c) || strings.IndexByte("!#$%&*+-/=_{}'?;.", c) >= 0
}
