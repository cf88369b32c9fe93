package saml

import (
	"fmt"
	"strings"
	"testing"

	"muster/auth/check"
)

// aggregate wraps entities. An entity is written as its ID, with a "+" before it for an identity provider.
func aggregate(entities ...string) string {
	var b strings.Builder
	b.WriteString(`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">` + "\n")
	for _, id := range entities {
		role := "SPSSODescriptor"
		if rest, idp := strings.CutPrefix(id, "+"); idp {
			id, role = rest, "IDPSSODescriptor"
		}
		fmt.Fprintf(&b, `<md:EntityDescriptor entityID="%s"><md:%s/></md:EntityDescriptor>`+"\n", id, role)
	}
	b.WriteString("</md:EntitiesDescriptor>")
	return b.String()
}

func TestChoose(t *testing.T) {
	for _, tt := range []struct {
		name     string
		entities []string
		value    string // of the template; "-" when none is given
		line     int    // of the entity that is chosen; 0 for none
	}{
		{"one, no value", []string{"+a"}, "-", 2},
		{"one, another value", []string{"+a"}, "b", 2},
		{"the only identity provider, no value", []string{"x", "+a", "y"}, "-", 3},
		{"the only identity provider, another value", []string{"x", "+a"}, "b", 3},
		{"several, no value", []string{"+a", "+b"}, "-", 0},
		{"several, an empty value", []string{"+a", "+b"}, "", 0},
		{"several, none equal", []string{"+a", "+b"}, "A", 0},
		{"several, one equal", []string{"+a", "+b"}, "b", 3},
		{"the value names a service provider", []string{"+a", "x"}, "x", 3},
		{"twice, the identity provider is taken", []string{"a", "+a"}, "a", 3},
		{"twice, the first is taken", []string{"+a", "+a"}, "a", 2},
		{"no identity provider", []string{"x", "y"}, "-", 2},
		{"nothing", nil, "a", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := Options{GoLive: goLive}
			if tt.value != "-" {
				o.EntityID, o.HasEntityID = tt.value, true
			}
			result := Inspect(strings.NewReader(aggregate(tt.entities...)), o)
			line := 0
			if result.Entity != nil {
				line = result.Entity.Line
			}
			if line != tt.line {
				t.Errorf("the entity of line %d was chosen, wanted that of line %d", line, tt.line)
			}
			if refused := has(result, "SAML-SEL-002"); refused != (tt.line == 0) {
				t.Errorf("SAML-SEL-002 found: %t", refused)
			}
		})
	}
}

func has(r *Result, id string) bool {
	for _, f := range r.Findings {
		if f.ID == id {
			return true
		}
	}
	return false
}

func TestManyRepeatedAreCut(t *testing.T) {
	ids := []string{"+idp"}
	for i := range 30 {
		id := fmt.Sprintf("urn:x:%d", i)
		ids = append(ids, id, id)
	}
	var told []check.Finding
	for _, f := range Inspect(strings.NewReader(aggregate(ids...)), Options{GoLive: goLive}).Findings {
		if f.ID == "SAML-SEL-003" {
			told = append(told, f)
		}
	}
	if len(told) != mostRepeated+1 || told[0].Line != 4 || told[0].Message.String() != `entity ID "urn:x:0" occurs 2 times` || told[mostRepeated].Message.String() != "further entity IDs occur more than once: 10" {
		t.Errorf("found %d: %v", len(told), told)
	}
}
