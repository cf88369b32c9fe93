// Package likeness says why two names that ought to be equal are not.
//
// The names are entity IDs, issuers, and names of identity providers: strings that have to be equal byte for byte, and that
// people type, copy through spreadsheets, and "correct". What is equal has no cause; what has no cause is another name.
package likeness

import (
	"slices"
	"unicode/utf8"

	"muster/internal/onboarding"
)

// Class is a kind of difference. The first fourteen are the near misses of SAML-EID-002 in its order.
type Class uint8

// The classes of differences.
const (
	Invisible       Class = iota + 1 // white space around it, characters that a spreadsheet adds
	Slash                            // a "/" at the end
	Case                             // upper and lower case
	Scheme                           // http, https, or none
	Port                             // the default port is named
	WWW                              // "www." before the host
	Escape                           // percent-encoding, "&amp;"
	Query                            // a query or fragment on one side
	Path                             // same host, other path
	Endpoint                         // the value is a sign-on or logout address
	Source                           // the value is the address the document was fetched from
	ServiceProvider                  // the value is the name of the service provider, that is of Webex
	Typing                           // at most three characters differ, and no class before says how
	Other                            // the value names another entity of the same document
	Lookalike                        // letters of other scripts that look like Latin ones
)

// near is the most edits that count as a slip of typing.
const near = 3

// Cause is one reason why a given value is not the one that is wanted.
type Cause struct {
	Class Class
	Text  onboarding.Text // lower-case, without full stop; calls the values "the given value" and "the expected value"
}

// Known are further names that the given value may have been taken from. All are optional.
type Known struct {
	SignOn, Logout  []string // addresses of the identity provider
	SourceURL       string   // where the document was fetched from
	ServiceProvider string   // the service provider's own name
	Others          []string // names of the other entities of the document
}

// Compare says why given is not want: every class that is part of the difference, in order. Classes about spelling are told
// when they explain the whole difference together (after the path, if that differs too); equal values have no cause.
func Compare(given, want string, known Known) []Cause {
	if given == want {
		return nil
	}
	var causes []Cause
	spelling := explain(given, want)
	for _, c := range spelling {
		causes = append(causes, Cause{c, describe(c, given, want, spelling)})
	}
	names := known.compare(given)
	causes = append(causes, names...)
	explained := len(names) > 0 || len(spelling) > 0 && !slices.Contains(spelling, Path)
	if d := Distance(given, want, near); !explained && given != "" && d <= near && d < length(want) {
		causes = append(causes, Cause{Typing, describeTyping(d)})
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return int(a.Class) - int(b.Class) })
	return causes
}

// compare tells which of the known names the given value is.
func (k Known) compare(given string) []Cause {
	var causes []Cause
	tell := func(c Class, text onboarding.Text) { causes = append(causes, Cause{c, text}) }
	switch {
	case given == "":
		return nil
	case contains(k.SignOn, given):
		tell(Endpoint, onboarding.T("the given value is the sign-on URL of the identity provider, not its name"))
	case contains(k.Logout, given):
		tell(Endpoint, onboarding.T("the given value is the logout URL of the identity provider, not its name"))
	}
	if contains([]string{k.SourceURL}, given) {
		tell(Source, onboarding.T("the given value is the address that the document was fetched from, not the name in it"))
	}
	if contains([]string{k.ServiceProvider}, given) {
		tell(ServiceProvider, onboarding.T("the given value is the name of the service provider, not of the identity provider"))
	}
	if i := slices.IndexFunc(k.Others, func(o string) bool { return contains([]string{o}, given) }); i >= 0 {
		tell(Other, onboarding.T("the given value names another entity of this file: %q", k.Others[i]))
	}
	return causes
}

// contains reports whether one of the names is the value, but for strange characters, case and a slash at the end.
func contains(names []string, value string) bool {
	use := set(Invisible, Slash, Case)
	return slices.ContainsFunc(names, func(n string) bool { return n != "" && reduce(n, use) == reduce(value, use) })
}

// explain gives the classes that make the two values equal, each of them needed; none when no set of them does.
func explain(given, want string) []Class {
	order := []Class{Invisible, Slash, Case, Scheme, Port, WWW, Escape, Lookalike, Query, Path}
	use := set(order...)
	if !utf8.ValidString(given) || !utf8.ValidString(want) || reduce(given, use) != reduce(want, use) {
		return nil
	}
	for _, c := range slices.Backward(order) {
		if without := use &^ set(c); reduce(given, without) == reduce(want, without) {
			use = without
		}
	}
	return slices.DeleteFunc(order, func(c Class) bool { return !use.has(c) })
}
