package saml

import (
	"maps"
	"slices"
	"strings"
)

// outerBindings lists the prefixes that are bound around an element that declares its own itself.
func outerBindings(bound map[string][]string, own map[string]bool) []Binding {
	var out []Binding
	for _, prefix := range slices.Sorted(maps.Keys(bound)) {
		spaces := bound[prefix]
		if own[prefix] {
			spaces = spaces[:len(spaces)-1]
		}
		if n := len(spaces); n > 0 && spaces[n-1] != "" && prefix != "xml" {
			out = append(out, Binding{prefix, spaces[n-1]})
		}
	}
	return out
}

// entityReader reads one entity in full. The text was found well-formed before.
type entityReader struct {
	*scanner
	entity *Entity
	role   *Role // being read
	// Algorithms of the entity, which count for all of its roles.
	signing, digests []string
}

// readEntity reads the entity of an item.
func readEntity(doc *Document, item *Item, limits Limits) (*Entity, error) {
	s := newScanner(doc.Text[item.Start:item.End], limits)
	for _, b := range item.Namespaces {
		s.bound[b.Prefix] = append(s.bound[b.Prefix], b.Space)
	}
	s.line = item.Line
	r := &entityReader{scanner: s, entity: &Entity{ID: item.ID, Line: item.Line}}
	_, e, _, err := s.next()
	if err != nil {
		return nil, err
	}
	r.entity.Expiry = expiry(item.Expiry, e)
	if err := r.children(r.child); err != nil {
		return nil, err
	}
	for _, roles := range [][]Role{r.entity.IDPs, r.entity.SPs} {
		for i := range roles {
			roles[i].Signing = slices.Concat(r.signing, roles[i].Signing)
			roles[i].Digests = slices.Concat(r.digests, roles[i].Digests)
		}
	}
	return r.entity, nil
}

// children gives the child elements of the element just begun to read, which reads each to its end.
func (r *entityReader) children(read func(*element) error) error {
	for {
		k, e, _, err := r.next()
		switch {
		case err != nil:
			return err
		case k == ending:
			return nil
		case k == starting:
			if err := read(e); err != nil {
				return err
			}
		}
	}
}

// skip passes over the element just begun.
func (r *entityReader) skip(*element) error { return r.children(r.skip) }

// content gives the text of the element just begun, without that of elements in it.
func (r *entityReader) content() (string, error) {
	var out strings.Builder
	for {
		k, e, text, err := r.next()
		switch {
		case err != nil:
			return "", err
		case k == ending:
			return out.String(), nil
		case k == chars:
			out.Write(text)
		default:
			if err := r.skip(e); err != nil {
				return "", err
			}
		}
	}
}

// child reads a child of the entity.
func (r *entityReader) child(e *element) error {
	if e.Space != spaceMetadata {
		return r.skip(e)
	}
	switch e.Local {
	case "IDPSSODescriptor":
		r.entity.Expiry = append(r.entity.Expiry, ownExpiry(e))
		role, err := r.readRole(e)
		r.entity.IDPs = append(r.entity.IDPs, role)
		return err
	case "SPSSODescriptor":
		role, err := r.readRole(e)
		r.entity.SPs = append(r.entity.SPs, role)
		return err
	case "Extensions":
		return r.algorithms(&r.signing, &r.digests)
	}
	if strings.HasSuffix(e.Local, "Descriptor") {
		r.entity.Other = append(r.entity.Other, e.Local)
	}
	return r.skip(e)
}

// algorithms reads the extensions that tell algorithms.
func (r *entityReader) algorithms(signing, digests *[]string) error {
	return r.children(func(e *element) error {
		switch {
		case e.is(spaceAlgorithm, "SigningMethod"):
			*signing = append(*signing, e.value("Algorithm"))
		case e.is(spaceAlgorithm, "DigestMethod"):
			*digests = append(*digests, e.value("Algorithm"))
		}
		return r.skip(e)
	})
}

func (r *entityReader) readRole(e *element) (Role, error) {
	signed := strings.TrimSpace(e.value("WantAuthnRequestsSigned"))
	r.role = &Role{Line: e.line, Protocols: strings.Fields(e.value("protocolSupportEnumeration")), WantsSigned: signed == "true" || signed == "1"}
	err := r.children(r.part)
	return *r.role, err
}

// part reads a child of a role.
func (r *entityReader) part(e *element) error {
	role := r.role
	switch {
	case e.is(spaceAssertion, "Attribute"):
		role.Attributes = append(role.Attributes, Attribute{Line: e.line, Name: e.value("Name"), FriendlyName: e.value("FriendlyName")})
		return r.skip(e)
	case e.Space != spaceMetadata:
		return r.skip(e)
	}
	switch e.Local {
	case "Extensions":
		return r.algorithms(&role.Signing, &role.Digests)
	case "KeyDescriptor":
		return r.keyDescriptor(e)
	case "SingleSignOnService":
		role.SignOn = append(role.SignOn, endpoint(e))
	case "SingleLogoutService":
		role.Logout = append(role.Logout, endpoint(e))
	case "NameIDFormat":
		uri, err := r.content()
		role.NameIDFormats = append(role.NameIDFormats, Format{e.line, strings.TrimSpace(uri)})
		return err
	}
	return r.skip(e)
}

func endpoint(e *element) Endpoint {
	return Endpoint{Line: e.line, Binding: e.value("Binding"), Location: e.value("Location"), ResponseLocation: e.value("ResponseLocation")}
}
