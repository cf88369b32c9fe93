package saml

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// The algorithms of canonical XML and the transform that takes the signature out.
const (
	canonicalXML10     = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
	canonicalXML11     = "http://www.w3.org/2006/12/xml-c14n11"
	canonicalExclusive = "http://www.w3.org/2001/10/xml-exc-c14n#"
	withComments       = "WithComments"
	enveloped          = xmldsig + "enveloped-signature"
)

// seal is the enveloped signature of the root, taken apart.
type seal struct {
	text      []byte // of the document, prepared
	line      int
	unusual   onboarding.Text // why the structure is not that of metadata; empty when it is
	root      int64           // byte offset of the root
	at        int64           // byte offset of the Signature
	info      int64           // byte offset of its SignedInfo
	infoForm  method
	reference reference
	algorithm string // of the signature
	value     []byte
	embedded  []Certificate // of its KeyInfo
	sum       []byte        // hash of SignedInfo, once made
}

// reference is what SignedInfo says of the content.
type reference struct {
	uri    string
	form   method
	digest string // algorithm
	value  []byte
}

// node is an element of a signature with its namespace.
type node struct {
	at       int64
	name     xml.Name // Space is the namespace
	attrs    []xml.Attr
	text     strings.Builder
	children []*node
}

func (e *node) attr(name string) (string, bool) {
	for _, a := range e.attrs {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// all gives the children of a name in the namespace of signatures.
func (e *node) all(name string) []*node {
	return slices.DeleteFunc(slices.Clone(e.children), func(c *node) bool { return c.name != xml.Name{Space: xmldsig, Local: name} })
}

// finder walks to the signatures below the root.
type finder struct {
	bound  scope
	stack  []*node
	root   *node
	found  []*node
	within int // depth of the signature that is read; 0 outside of one
}

func (f *finder) visit(at int64, t xml.Token) bool {
	switch t := t.(type) {
	case xml.StartElement:
		f.start(at, t)
	case xml.EndElement:
		if len(f.stack) == 0 {
			return false // not well-formed
		}
		if f.within == len(f.stack) {
			f.within = 0
		}
		f.stack = f.stack[:len(f.stack)-1]
		f.bound.pop()
	case xml.CharData:
		if f.within > 0 {
			f.stack[len(f.stack)-1].text.Write(t)
		}
	}
	return true
}

func (f *finder) start(at int64, t xml.StartElement) {
	f.bound.push(declarations(t.Attr))
	e := &node{at: at, name: xml.Name{Space: f.bound.uri(t.Name.Space), Local: t.Name.Local}, attrs: t.Attr}
	switch depth := len(f.stack); {
	case depth == 0:
		f.root = e
	case f.within > 0:
		parent := f.stack[depth-1]
		parent.children = append(parent.children, e)
	case depth == 1 && e.name == xml.Name{Space: xmldsig, Local: "Signature"}:
		f.found = append(f.found, e)
		f.within = 2
	}
	f.stack = append(f.stack, e)
}

// readSeal takes the signature of the root apart; nil when there is none.
func readSeal(text []byte) *seal {
	s := &seal{text: prepare(text)}
	var f finder
	if err := walk(s.text, f.visit); err != nil || f.root == nil || len(f.found) == 0 {
		return nil
	}
	signature := f.found[0]
	s.root, s.at = f.root.at, signature.at
	s.line = 1 + bytes.Count(s.text[:s.at], []byte("\n"))
	if len(f.found) > 1 {
		s.unusual = onboarding.T("the root has %d signatures; one would be right", len(f.found))
		return s
	}
	s.unusual = s.take(f.root, signature)
	return s
}

// take reads the parts of a signature, and says what is unusual about its structure.
func (s *seal) take(root, signature *node) onboarding.Text {
	var parts [2]*node
	for i, name := range [...]string{"SignedInfo", "SignatureValue"} {
		list := signature.all(name)
		if len(list) != 1 {
			return onboarding.T("the signature has %d elements %s; one would be right", len(list), name)
		}
		parts[i] = list[0]
	}
	keys := signature.all("KeyInfo")
	if len(keys) > 1 || len(signature.children) != 2+len(keys) {
		return onboarding.T("the signature holds more than SignedInfo, SignatureValue and one KeyInfo")
	}
	for _, k := range keys {
		s.takeCertificates(k)
	}
	value, err := decode64(parts[1])
	if err != nil {
		return onboarding.T("SignatureValue is no base64")
	}
	s.value, s.info = value, parts[0].at
	return s.takeInfo(root, parts[0])
}

// mostEmbedded is how many certificates of one KeyInfo are looked at.
const mostEmbedded = 10

func (s *seal) takeCertificates(keyInfo *node) {
	for _, data := range keyInfo.all("X509Data") {
		for _, c := range data.all("X509Certificate") {
			if len(s.embedded) < mostEmbedded {
				s.embedded = append(s.embedded, readCertificate(c.text.String()))
			}
		}
	}
}

func (s *seal) takeInfo(root, info *node) onboarding.Text {
	forms, methods, references := info.all("CanonicalizationMethod"), info.all("SignatureMethod"), info.all("Reference")
	if len(references) != 1 {
		return onboarding.T("the signature has %d references; one would be right", len(references))
	}
	if len(forms) != 1 || len(methods) != 1 || len(info.children) != 3 {
		return onboarding.T("SignedInfo should hold one CanonicalizationMethod, one SignatureMethod and one Reference")
	}
	var ok bool
	if s.infoForm, ok = canonicalMethod(forms[0]); !ok {
		algorithm, _ := forms[0].attr("Algorithm")
		return onboarding.T("SignedInfo is canonicalised by %q; a form of canonical XML would be right", clip(algorithm))
	}
	s.algorithm, _ = methods[0].attr("Algorithm")
	return s.takeReference(root, references[0])
}

func (s *seal) takeReference(root, e *node) onboarding.Text {
	id, _ := root.attr("ID")
	uri, ok := e.attr("URI")
	if !ok || uri != "" && uri != "#"+id {
		return onboarding.T("the signature refers to %q; the root (an empty URI, or # and the root's ID) would be right", clip(uri))
	}
	lists, digests, values := e.all("Transforms"), e.all("DigestMethod"), e.all("DigestValue")
	if len(lists) != 1 || len(digests) != 1 || len(values) != 1 || len(e.children) != 3 {
		return onboarding.T("the reference should hold one Transforms, one DigestMethod and one DigestValue")
	}
	form, unusual := transforms(lists[0])
	if !unusual.Empty() {
		return unusual
	}
	value, err := decode64(values[0])
	if err != nil {
		return onboarding.T("DigestValue is no base64")
	}
	digest, _ := digests[0].attr("Algorithm")
	form.comments = false // a reference to a whole document or an ID leaves comments out (XML DSig 4.4.3.2)
	s.reference = reference{uri, form, digest, value}
	return onboarding.Text{}
}

// transforms reads the transforms of the reference: enveloped-signature, then at most one canonical form. Without one it is
// Canonical XML 1.0.
func transforms(list *node) (method, onboarding.Text) {
	steps := list.all("Transform")
	for i, step := range steps {
		algorithm, _ := step.attr("Algorithm")
		form, canonical := canonicalMethod(step)
		switch {
		case i == 0 && algorithm == enveloped:
		case i == 1 && canonical && len(steps) == 2:
			return form, onboarding.Text{}
		default:
			return method{}, onboarding.T("the signature's transform %d is %q; enveloped-signature and one form of canonical XML would be right", i+1, clip(algorithm))
		}
	}
	if len(steps) == 0 || len(steps) != len(list.children) {
		return method{}, onboarding.T("the signature's transforms should be enveloped-signature and one form of canonical XML")
	}
	return method{}, onboarding.Text{}
}

// mostPrefixes bounds the PrefixList: every element is looked at for each of them.
const mostPrefixes = 100

// canonicalMethod reads a CanonicalizationMethod or Transform; false when it is no form of canonical XML.
func canonicalMethod(e *node) (method, bool) {
	algorithm, _ := e.attr("Algorithm")
	base, comments := strings.CutSuffix(algorithm, withComments)
	if base != canonicalExclusive {
		base = strings.TrimSuffix(base, "#")
	}
	m := method{exclusive: base == canonicalExclusive, comments: comments}
	for _, c := range e.children {
		if !m.exclusive || c.name != (xml.Name{Space: canonicalExclusive, Local: "InclusiveNamespaces"}) {
			return method{}, false
		}
		list, _ := c.attr("PrefixList")
		for _, prefix := range strings.Fields(list) {
			m.prefixes = append(m.prefixes, strings.TrimPrefix(prefix, "#default"))
		}
	}
	if len(m.prefixes) > mostPrefixes {
		return method{}, false
	}
	return m, m.exclusive || base == canonicalXML10 || base == canonicalXML11
}

func decode64(e *node) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(e.text.String()), ""))
}
