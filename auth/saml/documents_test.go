package saml

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// documentFuncs make whole documents and odd bytes.
func documentFuncs() template.FuncMap {
	return template.FuncMap{
		"idp":     idp,
		"key":     keyDescriptor,
		"repeat":  func(n int, s string) string { return strings.Repeat(s, n) },
		"replace": func(old, with, s string) string { return strings.ReplaceAll(s, old, with) },
		"bom":     func() string { return "\ufeff" },
		"byte":    func(n int) string { return string([]byte{byte(n)}) },
		"utf16le": func(s string) string { return utf16Bytes(binary.LittleEndian, "\ufeff"+s) },
		"utf16be": func(s string) string { return utf16Bytes(binary.BigEndian, "\ufeff"+s) },
		"latin1":  func(s string) (string, error) { return charmap.ISO8859_1.NewEncoder().String(s) },
	}
}

func utf16Bytes(order binary.AppendByteOrder, s string) string {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

// idpParts are the parts of the healthy document in their order; idp replaces those it is given by name.
func idpParts() [][2]string {
	return [][2]string{
		{"id", "https://idp.partner.net/saml"},
		{"attributes", ` validUntil="2027-11-21T00:00:00Z"`},
		{"children", ""},
		{"role", ""}, // the whole role, or several
		{"role-attributes", ""},
		{"keys", keyDescriptor(mustCertificate("rsa2048", "2026-01-01", "2028-01-01"), "signing")},
		{"logout", `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.partner.net/slo"/>`},
		{"formats", `<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:transient</md:NameIDFormat>`},
		{"signon", `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.partner.net/sso"/>`},
		{"advertised", ""},
	}
}

// idp gives a healthy EntityDescriptor in which the named parts are replaced: idp "id" "urn:x" "logout" "".
func idp(replaced ...string) (string, error) {
	parts := map[string]string{}
	for _, p := range idpParts() {
		parts[p[0]] = p[1]
	}
	for pair := range slices.Chunk(replaced, 2) {
		if _, ok := parts[pair[0]]; !ok || len(pair) != 2 {
			return "", fmt.Errorf("idp: no part %q, or no text for it", pair[0])
		}
		parts[pair[0]] = pair[1]
	}
	if parts["role"] == "" {
		parts["role"] = fmt.Sprintf(`  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"%s>
    %s
    %s
    %s
    %s
    %s
  </md:IDPSSODescriptor>`, parts["role-attributes"], parts["keys"], parts["logout"], parts["formats"], parts["signon"], parts["advertised"])
	}
	return fmt.Sprintf(`<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="%s"%s>
  %s
%s
</md:EntityDescriptor>`, parts["id"], parts["attributes"], parts["children"], parts["role"]), nil
}

// keyDescriptor gives a KeyDescriptor with one certificate for a use, "" for both.
func keyDescriptor(cert, use string) string {
	if use != "" {
		use = fmt.Sprintf(" use=%q", use)
	}
	return fmt.Sprintf(`<md:KeyDescriptor%s><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`, use, cert)
}
