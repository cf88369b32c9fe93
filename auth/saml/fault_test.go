package saml

import (
	"fmt"
	"strings"
	"testing"

	"muster/auth/check"
)

func TestManyFaultsAreCounted(t *testing.T) {
	role := Role{Line: 1, Protocols: []string{protocol}}
	for i := range 50 {
		role.SignOn = append(role.SignOn, Endpoint{Line: 100 - i, Binding: bindingPost, Location: fmt.Sprintf("http://idp.partner.net/%d", i)})
	}
	entries := signOnChecks()
	j := &judge{entity: &Entity{IDPs: []Role{role}}}
	for i := range entries {
		if entries[i].ID == "SAML-SSO-002" {
			j.current = &entries[i]
			j.signOnSecure()
		}
	}
	if len(j.found) != mostFaults+1 {
		t.Fatalf("50 faults give %d findings, want %d and one that counts the rest", len(j.found), mostFaults)
	}
	if first := j.found[0]; first.Line != 51 || first.Level != check.Error {
		t.Errorf("the first finding stands on line %d as %s, want the first line, 51, and error", first.Line, first.Level)
	}
	if last := j.found[mostFaults].Message.String(); !strings.HasPrefix(last, "30 more") {
		t.Errorf("the last finding says %q", last)
	}
}

func TestQuotedList(t *testing.T) {
	for want, list := range map[string][]string{
		"":                                    nil,
		`"a"`:                                 {"a", "a"},
		`"a", "b"`:                            {"a", "b", "a"},
		`"a", "b", "c", "d", "e" and 2 more`:  {"a", "b", "c", "d", "e", "f", "a", "g"},
		`"` + strings.Repeat("ä", 200) + `…"`: {strings.Repeat("ä", 201)},
	} {
		if got := quotedList(list).String(); got != want {
			t.Errorf("quotedList(%q) = %s, want %s", list, got, want)
		}
	}
}

func TestPasswordsAreNotShown(t *testing.T) {
	for _, text := range []string{"https://user:secret@idp.partner.net/sso", "https://user:secret@idp partner.net/", "//user:secret@idp/%zz", "user:secret@idp/%zz", " https://user:secret@idp/", "https://user:secret@a@idp/%zz"} {
		l := locate(text)
		if l.wrong.Empty() {
			t.Errorf("%q passes for an address", text)
		}
		if said := l.shown + l.wrong.String(); strings.Contains(said, "secret") {
			t.Errorf("of %q is shown %q", text, said)
		}
	}
}
