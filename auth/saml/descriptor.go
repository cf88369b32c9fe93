package saml

import (
	"encoding/base64"
	"fmt"
	"strings"

	crewjam "github.com/crewjam/saml"
)

// Descriptor gives the identity provider's roles to the library that signs in with them. It is built from what was read and
// judged, never by parsing the file again. Left out are roles without SAML 2.0, addresses that are no URL or of bindings that
// Webex does not use, and certificates that cannot be read. It is an error when no role, no sign-on address, or no signing certificate is left.
func Descriptor(e *Entity) (*crewjam.EntityDescriptor, error) {
	d := &crewjam.EntityDescriptor{EntityID: e.ID}
	for _, r := range e.IDPs {
		if r.modern() {
			d.IDPSSODescriptors = append(d.IDPSSODescriptors, roleDescriptor(r))
		}
	}
	if len(d.IDPSSODescriptors) == 0 {
		return nil, fmt.Errorf("entity %q has no role of an identity provider for SAML 2.0", e.ID)
	}
	var addresses, signing int
	for _, r := range d.IDPSSODescriptors {
		addresses += len(r.SingleSignOnServices)
		for _, k := range r.KeyDescriptors {
			if signingUse(k.Use) {
				signing++
			}
		}
	}
	switch {
	case addresses == 0:
		return nil, fmt.Errorf("entity %q has no sign-on address for HTTP-POST or HTTP-Redirect", e.ID)
	case signing == 0:
		return nil, fmt.Errorf("entity %q has no signing certificate that can be read", e.ID)
	}
	return d, nil
}

func roleDescriptor(r Role) crewjam.IDPSSODescriptor {
	d := crewjam.IDPSSODescriptor{SingleSignOnServices: endpoints(r.SignOn)}
	if r.WantsSigned {
		d.WantAuthnRequestsSigned = &r.WantsSigned
	}
	d.ProtocolSupportEnumeration = strings.Join(r.Protocols, " ")
	d.SingleLogoutServices = endpoints(r.Logout)
	for _, f := range r.NameIDFormats {
		d.NameIDFormats = append(d.NameIDFormats, crewjam.NameIDFormat(f.URI))
	}
	for _, k := range r.Keys {
		c := readCertificate(k.Text)
		if c.parsed == nil {
			continue
		}
		text := base64.StdEncoding.EncodeToString(c.parsed.Raw)
		info := crewjam.KeyInfo{X509Data: crewjam.X509Data{X509Certificates: []crewjam.X509Certificate{{Data: text}}}}
		d.KeyDescriptors = append(d.KeyDescriptors, crewjam.KeyDescriptor{Use: k.Use, KeyInfo: info})
	}
	return d
}

// endpoints gives the addresses that can be used.
func endpoints(list []Endpoint) []crewjam.Endpoint {
	var out []crewjam.Endpoint
	for _, e := range list {
		if e.usable() && locate(e.Location).wrong.Empty() {
			out = append(out, crewjam.Endpoint{Binding: e.Binding, Location: e.Location, ResponseLocation: e.ResponseLocation})
		}
	}
	return out
}
