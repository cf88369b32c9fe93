package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/auth/check"
)

// FuzzInspect demands of any bytes: no panic; findings of known checks on lines of the file; a document that was read is
// well-formed to encoding/xml as well; and the chosen entity reads the same when it is extracted.
func FuzzInspect(f *testing.F) {
	for _, text := range []string{
		`{{idp}}`, `{{bom}}{{idp}}`, `{{utf16le (idp)}}`, `{{latin1 (print "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" (idp "id" "urn:ü"))}}`,
		`<html><title>x</title></html>`, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, `{"issuer":"x"}`,
		`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="2027-01-01T00:00:00Z" xmlns:ds="urn:other"><md:EntitiesDescriptor>{{idp}}</md:EntitiesDescriptor></md:EntitiesDescriptor>`,
		`<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:d="http://www.w3.org/2000/09/xmldsig#"><EntityDescriptor entityID="a&#10;b"><IDPSSODescriptor WantAuthnRequestsSigned="1"><KeyDescriptor><d:KeyInfo><d:KeyName>k</d:KeyName></d:KeyInfo></KeyDescriptor></IDPSSODescriptor></EntityDescriptor></EntitiesDescriptor>`,
	} {
		f.Add([]byte(expand(f, "seed", text)), "https://idp.partner.net/saml")
	}
	known := map[string]bool{}
	for _, c := range Checks() {
		known[c.ID] = true
	}
	f.Fuzz(func(t *testing.T, raw []byte, id string) {
		o := Options{GoLive: goLive, EntityID: id, HasEntityID: id != "", Limits: Limits{Bytes: 64 << 10}}
		result := Inspect(bytes.NewReader(raw), o)
		lines := 1 + bytes.Count(raw, []byte("\n"))
		for _, found := range result.Findings {
			if !known[found.ID] || found.Line < 0 || found.Line > lines || found.Message.String() == "" {
				t.Errorf("%s line %d of %d: %q", found.ID, found.Line, lines, found.Message)
			}
		}
		if result.Document == nil {
			return
		}
		wellFormed(t, result.Document.Text)
		for i := range min(len(result.Document.Entities), 5) { // more would be slow, and show no more
			sameExtracted(t, result.Document, &result.Document.Entities[i])
		}
	})
}

func wellFormed(t *testing.T, text []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("read, and not well-formed: %v", err)
		}
	}
}

// sameExtracted compares an entity read in its place with the same read alone. Lines and what surrounds it differ.
func sameExtracted(t *testing.T, doc *Document, item *Item) {
	t.Helper()
	here, err := readEntity(doc, item, Limits{}.withDefaults())
	if err != nil {
		t.Fatalf("entity %q was surveyed and is not read: %v", item.ID, err)
	}
	text := Extract(doc, item)
	result := Inspect(bytes.NewReader(text), Options{GoLive: goLive})
	if result.Entity == nil {
		for _, f := range result.Findings {
			if f.Level == check.Blocker {
				t.Errorf("%s line %d: %s", f.ID, f.Line, f.Message)
			}
		}
		t.Fatalf("the extracted entity %q cannot be read:\n%s", item.ID, text)
	}
	if diff := cmp.Diff(withoutLines(here), withoutLines(result.Entity)); diff != "" {
		t.Errorf("entity in its place (-) and extracted (+):\n%s", diff)
	}
}

// withoutLines gives what can be compared of an entity read at two places.
func withoutLines(e *Entity) Entity {
	c := Entity{ID: e.ID, Other: e.Other}
	for _, roles := range []struct {
		from []Role
		to   *[]Role
	}{{e.IDPs, &c.IDPs}, {e.SPs, &c.SPs}} {
		for _, r := range roles.from {
			*roles.to = append(*roles.to, roleWithoutLines(r))
		}
	}
	return c
}

func roleWithoutLines(r Role) Role {
	c := Role{Protocols: r.Protocols, WantsSigned: r.WantsSigned, Signing: r.Signing, Digests: r.Digests}
	for _, e := range r.SignOn {
		c.SignOn = append(c.SignOn, Endpoint{0, e.Binding, e.Location, e.ResponseLocation})
	}
	for _, e := range r.Logout {
		c.Logout = append(c.Logout, Endpoint{0, e.Binding, e.Location, e.ResponseLocation})
	}
	for _, f := range r.NameIDFormats {
		c.NameIDFormats = append(c.NameIDFormats, Format{0, f.URI})
	}
	for _, a := range r.Attributes {
		c.Attributes = append(c.Attributes, Attribute{0, a.Name, a.FriendlyName})
	}
	for _, k := range r.Keys {
		c.Keys = append(c.Keys, Key{0, k.Use, k.Text})
	}
	for _, k := range r.StrayKeys {
		c.StrayKeys = append(c.StrayKeys, StrayKey{0, k.Use, k.Space, k.Element, k.Private})
	}
	return c
}
