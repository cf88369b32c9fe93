package sandbox

import "strings"

// localeShaped reports whether a text is ll_CC in any letter case, or ll where that is enough.
func localeShaped(text string, shortEnough bool) bool {
	language, region, long := strings.Cut(text, "_")
	if !letters(language) || len(language) != 2 {
		return false
	}
	if !long {
		return shortEnough
	}
	return len(region) == 2 && letters(region)
}

func letters(text string) bool {
	for _, r := range text {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return true
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return text != ""
}

// emailShaped reports whether a text has the form user@domain.tld with one @ and no blanks, 161 characters at most.
func emailShaped(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	return found && local != "" && len(text) <= 161 && !strings.ContainsAny(text, " \t\r\n,;<>\"()") &&
		!strings.Contains(domain, "@") && strings.Contains(strings.Trim(domain, "."), ".")
}

// e164 reads a number with its plus, 8 to 15 digits; 0 when it is not one.
func e164(text string) uint64 {
	rest, plus := strings.CutPrefix(text, "+")
	if !plus || len(rest) < 8 || len(rest) > 15 || rest[0] == '0' || !digits(rest) {
		return 0
	}
	var n uint64
	for i := range len(rest) {
		n = n*10 + uint64(rest[i]-'0')
	}
	return n
}
