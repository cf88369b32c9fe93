package saml

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"muster/auth/check"
)

// full is a document that uses every element the reader knows, in two styles of prefixes.
const full = `<?xml version="1.0"?>
<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" validUntil="2027-01-01T00:00:00Z">
 <Extensions><EntityDescriptor entityID="urn:not-an-entity"/></Extensions>
 <EntitiesDescriptor xmlns:sig="http://www.w3.org/2000/09/xmldsig#" cacheDuration="P1D">
  <EntityDescriptor entityID="urn:idp&#9;x
y" validUntil="2027-02-01T00:00:00Z" xmlns:alg="urn:oasis:names:tc:SAML:metadata:algsupport">
   <Extensions><alg:DigestMethod Algorithm="urn:d"/><x xmlns=""><alg:DigestMethod Algorithm="urn:deep"/></x></Extensions>
   <RoleDescriptor/>
   <IDPSSODescriptor protocolSupportEnumeration=" urn:a
     urn:b " WantAuthnRequestsSigned=" true " cacheDuration="PT1H">
    <Extensions><alg:SigningMethod Algorithm="urn:s"/></Extensions>
    <KeyDescriptor use="signing"><sig:KeyInfo><sig:KeyName>n</sig:KeyName><sig:X509Data><sig:X509SubjectName>CN</sig:X509SubjectName><sig:X509Certificate>AB<!-- no -->
CD<sig:b>no</sig:b></sig:X509Certificate></sig:X509Data></sig:KeyInfo></KeyDescriptor>
    <KeyDescriptor><sig:KeyInfo><sig:KeyName>n</sig:KeyName><sig:KeyValue><sig:RSAKeyValue><sig:D>1</sig:D></sig:RSAKeyValue></sig:KeyValue></sig:KeyInfo></KeyDescriptor>
    <KeyDescriptor use="encryption"><KeyInfo><sig:X509Data><sig:X509Certificate>AB</sig:X509Certificate></sig:X509Data></KeyInfo></KeyDescriptor>
    <KeyDescriptor><sig:KeyInfo><sig:X509Data><X509Certificate>AB</X509Certificate></sig:X509Data><X509Data><sig:X509Certificate>AB</sig:X509Certificate></X509Data><sig:X509Certificate>AB</sig:X509Certificate></sig:KeyInfo></KeyDescriptor>
    <SingleLogoutService Binding="urn:l" Location="https://l" ResponseLocation="https://r"/>
    <NameIDFormat>
      urn:format </NameIDFormat>
    <SingleSignOnService Binding="urn:o" Location="https://o"/>
    <SingleSignOnService xmlns="urn:elsewhere" Binding="urn:o" Location="https://elsewhere"/>
    <s:Attribute Name="mail" FriendlyName="Mail"><s:AttributeValue>x</s:AttributeValue></s:Attribute>
   </IDPSSODescriptor>
   <SPSSODescriptor protocolSupportEnumeration="urn:a"/>
  </EntityDescriptor>
 </EntitiesDescriptor>
</EntitiesDescriptor>
`

func TestReadEveryField(t *testing.T) {
	result := Inspect(strings.NewReader(full), Options{GoLive: goLive})
	around := []Expiry{{"EntitiesDescriptor", 2, "2027-01-01T00:00:00Z", ""}, {"EntitiesDescriptor", 4, "", "P1D"}}
	want := &Entity{
		ID: "urn:idp\tx y", Line: 5,
		Expiry: append(around, Expiry{"EntityDescriptor", 5, "2027-02-01T00:00:00Z", ""}, Expiry{"IDPSSODescriptor", 9, "", "PT1H"}),
		Other:  []string{"RoleDescriptor"},
		IDPs: []Role{{
			Line: 9, Protocols: []string{"urn:a", "urn:b"}, WantsSigned: true,
			SignOn:        []Endpoint{{20, "urn:o", "https://o", ""}},
			Logout:        []Endpoint{{17, "urn:l", "https://l", "https://r"}},
			NameIDFormats: []Format{{18, "urn:format"}},
			Attributes:    []Attribute{{22, "mail", "Mail"}},
			Keys:          []Key{{12, "signing", "AB\nCD"}},
			StrayKeys: []StrayKey{
				{14, "", spaceSignature, "KeyName", false},
				{14, "", spaceSignature, "KeyValue", true},
				{15, "encryption", spaceMetadata, "KeyInfo", false},
				{16, "", spaceMetadata, "X509Certificate", false},
				{16, "", spaceMetadata, "X509Certificate", false},
				{16, "", spaceSignature, "X509Certificate", false},
			},
			Signing: []string{"urn:s"}, Digests: []string{"urn:d"},
		}},
		SPs: []Role{{Line: 24, Protocols: []string{"urn:a"}, Digests: []string{"urn:d"}}},
	}
	if diff := cmp.Diff(want, result.Entity); diff != "" {
		t.Errorf("wanted (-), read (+):\n%s", diff)
	}
	d := result.Document
	if !d.Group || d.Signed || len(d.Entities) != 1 {
		t.Fatalf("a group that is not signed, of one entity: read %+v", d)
	}
	item := d.Entities[0]
	wantItem := Item{
		ID: "urn:idp\tx y", HasID: true, Line: 5, Start: item.Start, End: item.End, IDP: true, SP: true, Locations: []string{"https://l", "https://o"}, Expiry: around,
		Namespaces: []Binding{{"", spaceMetadata}, {"s", spaceAssertion}, {"sig", spaceSignature}},
	}
	if diff := cmp.Diff(wantItem, item); diff != "" {
		t.Errorf("item: wanted (-), read (+):\n%s", diff)
	}
	if text := string(d.Text[item.Start:item.End]); !strings.HasPrefix(text, "<EntityDescriptor entityID=\"urn:idp") || !strings.HasSuffix(text, "</EntityDescriptor>") {
		t.Errorf("the item stands at %q", text)
	}
}

func TestExtract(t *testing.T) {
	d := Inspect(strings.NewReader(full), Options{GoLive: goLive}).Document
	text := string(Extract(d, &d.Entities[0]))
	head := `<?xml version="1.0" encoding="UTF-8"?>
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:sig="http://www.w3.org/2000/09/xmldsig#" entityID="urn:idp`
	if !strings.HasPrefix(text, head) {
		t.Errorf("extracted:\n%s", text)
	}
	sameExtracted(t, d, &d.Entities[0])
}

func TestExtractKeepsItsOwnDeclarations(t *testing.T) {
	d := Inspect(strings.NewReader(`<m:EntitiesDescriptor xmlns:m="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:a="urn:&quot;1&quot;" xmlns:b="urn:b"><m:EntityDescriptor xmlns:b="urn:own" entityID="urn:x"/></m:EntitiesDescriptor>`), Options{}).Document
	want := `<?xml version="1.0" encoding="UTF-8"?>
<m:EntityDescriptor xmlns:a="urn:&#34;1&#34;" xmlns:m="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:b="urn:own" entityID="urn:x"/>
`
	if got := string(Extract(d, &d.Entities[0])); got != want {
		t.Errorf("extracted:\n%s\nwanted:\n%s", got, want)
	}
}

// counted counts the bytes that are read.
type counted struct {
	io.Reader
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

func TestNoMoreIsReadThanTheLimit(t *testing.T) {
	const limit = 1000
	c := &counted{Reader: strings.NewReader(strings.Repeat("<!-- long -->", 10_000))}
	result := Inspect(c, Options{Limits: Limits{Bytes: limit}})
	if len(result.Findings) != 1 || result.Findings[0].ID != "SAML-DOC-002" {
		t.Errorf("found %+v", result.Findings)
	}
	if c.n != limit+1 {
		t.Errorf("%d bytes were read, wanted one more than the limit of %d", c.n, limit)
	}
}

func TestReadError(t *testing.T) {
	result := Inspect(iotest.ErrReader(errors.New("the cable is out")), Options{})
	if len(result.Findings) != 1 || result.Findings[0].ID != "SAML-DOC-001" || !strings.Contains(result.Findings[0].Message.String(), "the cable is out") {
		t.Errorf("found %+v", result.Findings)
	}
}

// TestBombs gives documents that would cost much if they were expanded, and demands that they are refused.
func TestBombs(t *testing.T) {
	const head = `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="a">`
	for name, bomb := range map[string]struct{ text, id string }{
		"nesting":          {head + strings.Repeat("<a>", 100_000), "SAML-DOC-002"},
		"elements":         {head + strings.Repeat("<a/>", 200_000) + "</md:EntityDescriptor>", "SAML-DOC-002"},
		"attributes":       {head + "<a" + strings.Repeat(` x="1"`, 100_000) + "/>", "SAML-DOC-002"},
		"attribute":        {head + `<a x="` + strings.Repeat("&amp;", 100_000) + `"/>`, "SAML-DOC-002"},
		"entity expansion": {`<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>` + head + "&b;</md:EntityDescriptor>", "SAML-DOC-005"},
	} {
		t.Run(name, func(t *testing.T) {
			result := Inspect(strings.NewReader(bomb.text), Options{})
			if len(result.Findings) != 1 || result.Findings[0].ID != bomb.id || result.Findings[0].Level != check.Blocker || result.Document != nil {
				t.Errorf("found %+v, wanted %s alone", result.Findings, bomb.id)
			}
		})
	}
}

func TestSubjects(t *testing.T) {
	text := expand(t, "idp", `{{idp "id" "JumpCloud"}}`)
	result := Inspect(strings.NewReader(text), Options{GoLive: goLive, EntityID: "Jumpcloud", HasEntityID: true})
	got := map[string]check.Subject{}
	for _, f := range result.Findings {
		got[f.ID] = f.Subject
	}
	want := map[string]check.Subject{"SAML-EID-001": check.EntityID, "SAML-EID-002": check.EntityID, "SAML-EID-005": check.Metadata}
	for id, subject := range want {
		if s, ok := got[id]; !ok || s != subject {
			t.Errorf("%s: subject %d, found %t; wanted %d", id, s, ok, subject)
		}
	}
}

func TestNothingIsJudgedBehindABlockerOfTheChoice(t *testing.T) {
	text := expand(t, "two", `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="2020-01-01T00:00:00Z">{{idp "id" "%s"}}{{idp "id" "b"}}</md:EntitiesDescriptor>`)
	result := Inspect(strings.NewReader(text), Options{GoLive: goLive})
	var ids []string
	for _, f := range result.Findings {
		ids = append(ids, f.ID)
	}
	if diff := cmp.Diff([]string{"SAML-SEL-001", "SAML-SEL-002", "SAML-VAL-001"}, ids); diff != "" || result.Entity != nil {
		t.Errorf("wanted (-), found (+):\n%s", diff)
	}
}

func TestDescriptor(t *testing.T) {
	good := expand(t, "idp", `{{idp "role-attributes" " WantAuthnRequestsSigned=\"true\""}}`)
	entity := Inspect(strings.NewReader(good), Options{GoLive: goLive}).Entity
	d, err := Descriptor(entity)
	if err != nil {
		t.Fatal(err)
	}
	role := d.IDPSSODescriptors[0]
	if d.EntityID != "https://idp.partner.net/saml" || !*role.WantAuthnRequestsSigned || role.SingleSignOnServices[0].Location != "https://idp.partner.net/sso" ||
		role.SingleLogoutServices[0].Location != "https://idp.partner.net/slo" || !strings.HasSuffix(string(role.NameIDFormats[0]), "transient") {
		t.Errorf("descriptor %+v", d)
	}
	if key := role.KeyDescriptors[0]; key.Use != "signing" || key.KeyInfo.X509Data.X509Certificates[0].Data != entity.IDPs[0].Keys[0].Text {
		t.Errorf("key %+v", key)
	}
	for _, tt := range []struct{ name, text, err string }{
		{"no role", `{{idp "role" "<md:SPSSODescriptor/>"}}`, "no role of an identity provider"},
		{"SAML 1", `{{replace "SAML:2.0:protocol" "SAML:1.1:protocol" (idp)}}`, "no role of an identity provider"},
		{"no address", `{{idp "signon" "<md:SingleSignOnService Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST' Location='javascript:alert(1)'/>"}}`, "no sign-on address"},
		{"no certificate", `{{idp "keys" (key "AAAA" "signing")}}`, "no signing certificate"},
		{"encryption only", `{{idp "keys" (key (cert "rsa2048" "2026-01-01" "2028-01-01") "encryption")}}`, "no signing certificate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			entity := Inspect(strings.NewReader(expand(t, tt.name, tt.text)), Options{GoLive: goLive}).Entity
			if _, err := Descriptor(entity); err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v, wanted %q", err, tt.err)
			}
		})
	}
}
