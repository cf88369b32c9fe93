package saml

import (
	"errors"
	"io"
	"slices"

	"muster/internal/onboarding"
)

// surveyor walks over a document and notes where its entities stand.
type surveyor struct {
	*scanner
	doc    *Document
	item   *Item   // the entity being walked over
	depth  int     // of the element being walked over, 1 for the root
	inside int     // depth of the item
	groups []group // open EntitiesDescriptors, outermost first
	role   bool    // inside of the item's IDPSSODescriptor
}

// group is an open EntitiesDescriptor. What its entities share is made once.
type group struct {
	expiry     []Expiry
	namespaces []Binding // made for the first entity
	made       bool
}

// survey walks over the whole text: it must be well-formed, within limits, and metadata by its root.
func survey(text []byte, limits Limits) (*Document, error) {
	s := &surveyor{scanner: newScanner(text, limits), doc: &Document{Text: text}}
	for {
		k, e, _, err := s.next()
		switch {
		case errors.Is(err, io.EOF):
			return s.doc, nil
		case err != nil:
			return nil, err
		case k == starting:
			s.depth++
			if err := s.start(e); err != nil {
				return nil, err
			}
		case k == ending:
			s.finish()
			s.depth--
		}
	}
}

func (s *surveyor) start(e *element) error {
	if s.depth == 1 {
		if why := notMetadata(e, s.text); why != nil {
			return why
		}
		s.doc.Group, s.doc.Expiry = e.Local == "EntitiesDescriptor", expiry(nil, e)
	}
	switch {
	case s.depth == 2 && e.is(spaceSignature, "Signature"):
		s.doc.Signed = true
	case s.depth == len(s.groups)+1 && e.is(spaceMetadata, "EntitiesDescriptor"):
		s.groups = append(s.groups, group{expiry: expiry(s.around(), e)})
	case s.depth == len(s.groups)+1 && e.is(spaceMetadata, "EntityDescriptor"):
		s.enter(e)
	case s.item != nil:
		s.look(e)
	}
	return nil
}

// around gives what the groups around say of their life.
func (s *surveyor) around() []Expiry {
	if len(s.groups) == 0 {
		return nil
	}
	return s.groups[len(s.groups)-1].expiry
}

// enter notes the beginning of an entity.
func (s *surveyor) enter(e *element) {
	item := Item{Line: e.line, Start: e.start, Expiry: s.around()}
	item.ID, item.HasID = e.get("entityID")
	if n := len(s.groups); n > 0 {
		if g := &s.groups[n-1]; !g.made {
			g.namespaces, g.made = s.bindings(), true
		}
		item.Namespaces = s.groups[n-1].namespaces
	}
	s.doc.Entities = append(s.doc.Entities, item)
	s.item, s.inside = &s.doc.Entities[len(s.doc.Entities)-1], s.depth
}

// bindings lists the prefixes declared around the innermost element, which is an entity.
func (s *surveyor) bindings() []Binding {
	own := map[string]bool{}
	for _, p := range s.open[len(s.open)-1].prefixes {
		own[p] = true
	}
	return outerBindings(s.bound, own)
}

// look notes the roles and addresses of an entity.
func (s *surveyor) look(e *element) {
	switch {
	case s.depth == s.inside+1:
		s.role = e.is(spaceMetadata, "IDPSSODescriptor")
		s.item.IDP = s.item.IDP || s.role
		s.item.SP = s.item.SP || e.is(spaceMetadata, "SPSSODescriptor")
	case s.depth == s.inside+2 && s.role && (e.is(spaceMetadata, "SingleSignOnService") || e.is(spaceMetadata, "SingleLogoutService")):
		if at := e.value("Location"); at != "" {
			s.item.Locations = append(s.item.Locations, at)
		}
	}
}

func (s *surveyor) finish() {
	switch {
	case s.item != nil && s.depth == s.inside:
		s.item.End = s.offset()
		s.item = nil
	case s.item == nil && len(s.groups) == s.depth:
		s.groups = s.groups[:len(s.groups)-1]
	}
}

// expiry adds what an element says of its own life to what the elements around it say.
func expiry(around []Expiry, e *element) []Expiry {
	return append(slices.Clip(around), ownExpiry(e))
}

func ownExpiry(e *element) Expiry {
	return Expiry{Element: e.Local, Line: e.line, ValidUntil: e.value("validUntil"), CacheDuration: e.value("cacheDuration")}
}

// notMetadata says what a root is that is no metadata.
func notMetadata(root *element, text []byte) *refusal {
	metadata := root.Local == "EntityDescriptor" || root.Local == "EntitiesDescriptor"
	refused := func(kind onboarding.Word) *refusal {
		return refuse("SAML-DOC-008", root.line, root.Local, onboarding.T("the root element is %q of the namespace %q: that is %s, not identity provider metadata", root.Local, root.Space, kind))
	}
	switch {
	case metadata && root.Space == spaceMetadata:
		return nil
	case root.Local == "html":
		return webPage(text, root.line)
	case metadata && root.Space == "":
		return refused("metadata without its namespace")
	case metadata:
		return refused("metadata in another namespace")
	case root.Space == "urn:oasis:names:tc:SAML:2.0:protocol":
		return refused("a message of a sign-in")
	case root.Space == spaceAssertion:
		return refused("an assertion of a sign-in")
	case root.Space == "urn:oasis:names:tc:SAML:1.0:protocol", root.Space == "urn:oasis:names:tc:SAML:1.0:assertion":
		return refused("SAML 1")
	case root.Space == spaceMetadata:
		return refused("a part of metadata")
	case root.Local == "FederationMetadata", root.Local == "Federation":
		return refused("WS-Federation metadata")
	}
	return refused("another kind of document")
}
