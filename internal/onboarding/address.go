package onboarding

import (
	"slices"
	"strings"
)

// ShownAddress gives an address as reports and journals may hold it: without user name and password, and without the value of
// a parameter that is named like a secret. What is no address stays.
func ShownAddress(address string) string {
	before, after, ok := strings.Cut(address, "//")
	if !ok {
		return address
	}
	end := strings.IndexAny(after, "/?#")
	if end < 0 {
		end = len(after)
	}
	after = after[strings.LastIndexByte(after[:end], '@')+1:]
	path, query, ok := strings.Cut(after, "?")
	if !ok {
		return before + "//" + after
	}
	pairs := strings.Split(query, "&")
	for i, pair := range pairs {
		if name, value, _ := strings.Cut(pair, "="); value != "" && secretName(name) {
			pairs[i] = name + "=***"
		}
	}
	return before + "//" + path + "?" + strings.Join(pairs, "&")
}

func secretName(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc([]string{"token", "secret", "password", "passwd", "signature", "sig", "api_key", "apikey", "code"}, func(word string) bool {
		return name == word || len(word) > 4 && strings.Contains(name, word)
	})
}
