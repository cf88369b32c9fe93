package oidc

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"muster/internal/onboarding"
)

// lacking gives those of the wanted words that a list does not have, in order, each once.
func lacking(list []string, wanted ...string) []string {
	var out []string
	for _, w := range wanted {
		if !slices.Contains(list, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// short cuts a value that is too long to be shown.
func short(s string) string {
	const most = 200 // bytes
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// mostWords are quoted of a list.
const mostWords = 8

// quoted writes words in quotes with commas between them, and says when it left some out.
func quoted(words []string) onboarding.Text {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strconv.Quote(short(w))
	}
	return onboarding.Some(out, mostWords)
}
