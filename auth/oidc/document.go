package oidc

import (
	"slices"
	"strings"
)

// Document is a discovery document as it stands: texts are kept byte for byte, and empty when absent or of another type.
type Document struct {
	Issuer                string
	AuthorizationEndpoint string
	TokenEndpoint         string
	KeySetURL             string // jwks_uri
	UserInfoEndpoint      string
	EndSessionEndpoint    string
	Scopes                []string // scopes_supported
	Algorithms            []string // id_token_signing_alg_values_supported
	root                  *value
}

// newDocument reads the members that callers ask for. A nil root gives nil.
func newDocument(root *value) *Document {
	if root == nil {
		return nil
	}
	d := &Document{root: root}
	d.Issuer, _ = d.text("issuer")
	d.AuthorizationEndpoint, _ = d.text("authorization_endpoint")
	d.TokenEndpoint, _ = d.text("token_endpoint")
	d.KeySetURL, _ = d.text("jwks_uri")
	d.UserInfoEndpoint, _ = d.text("userinfo_endpoint")
	d.EndSessionEndpoint, _ = d.text("end_session_endpoint")
	d.Scopes, _, _ = d.texts("scopes_supported")
	d.Algorithms, _, _ = d.texts("id_token_signing_alg_values_supported")
	return d
}

// text gives a member that is a string, and its line.
func (d *Document) text(name string) (string, int) {
	if v := d.root.get(name); v != nil && v.kind == isText {
		return v.text, v.line
	}
	return "", 0
}

// texts gives the strings of a member that is a list, its line, and whether there is such a list.
func (d *Document) texts(name string) (items []string, line int, ok bool) {
	v := d.root.get(name)
	if v == nil || v.kind != isList {
		return nil, 0, false
	}
	for _, item := range v.list {
		if item.kind == isText {
			items = append(items, item.text)
		}
	}
	return items, v.line, true
}

// known describes one member of a discovery document.
type known struct {
	name     string
	kind     kind // isList: of strings
	required bool
}

// knownMembers are those that checks look at, from OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2, RFC 9126
// section 5, RFC 9101 section 10.5, RFC 8705 section 3.3 and OpenID Connect RP-Initiated Logout section 2.1.
func knownMembers() []known {
	return []known{
		{"issuer", isText, true},
		{"authorization_endpoint", isText, true},
		{"token_endpoint", isText, true},
		{"jwks_uri", isText, true},
		{"response_types_supported", isList, true},
		{"subject_types_supported", isList, true},
		{"id_token_signing_alg_values_supported", isList, true},
		{"userinfo_endpoint", isText, false},
		{"end_session_endpoint", isText, false},
		{"scopes_supported", isList, false},
		{"claims_supported", isList, false},
		{"grant_types_supported", isList, false},
		{"response_modes_supported", isList, false},
		{"token_endpoint_auth_methods_supported", isList, false},
		{"code_challenge_methods_supported", isList, false},
		{"require_pushed_authorization_requests", isBoolean, false},
		{"require_signed_request_object", isBoolean, false},
		{"tls_client_certificate_bound_access_tokens", isBoolean, false},
	}
}

// fits reports whether a value has the type of a member, with the line of what has not.
func (k known) fits(v *value) (int, bool) {
	if v.kind != k.kind {
		return v.line, false
	}
	if i := slices.IndexFunc(v.list, func(item value) bool { return item.kind != isText }); k.kind == isList && i >= 0 {
		return v.list[i].line, false
	}
	return 0, true
}

// misspelt gives the member of an object that equals a name but for upper and lower case, if there is one.
func misspelt(v *value, name string) *member {
	for i := range v.members {
		if m := &v.members[i]; m.name != name && strings.EqualFold(m.name, name) {
			return m
		}
	}
	return nil
}
