package saml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"muster/internal/onboarding"
)

// The namespaces of metadata.
const (
	spaceMetadata  = "urn:oasis:names:tc:SAML:2.0:metadata"
	spaceAssertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	spaceSignature = "http://www.w3.org/2000/09/xmldsig#"
	spaceAlgorithm = "urn:oasis:names:tc:SAML:metadata:algsupport"
	spaceXML       = "http://www.w3.org/XML/1998/namespace"
	spaceXMLNS     = "http://www.w3.org/2000/xmlns/"
)

// kind is what the scanner meets.
type kind uint8

const (
	ending kind = iota // of an element
	starting
	chars
)

// element is a start tag: names with their namespaces, values as XML normalises them.
type element struct {
	xml.Name
	attributes []xml.Attr // without declarations of namespaces
	line       int
	start      int // byte of the tag's "<"
}

// is reports whether an element has a name.
func (e *element) is(space, local string) bool { return e.Space == space && e.Local == local }

// get gives an attribute without namespace; has says whether it is there.
func (e *element) get(local string) (value string, has bool) {
	for _, a := range e.attributes {
		if a.Name.Space == "" && a.Name.Local == local {
			return a.Value, true
		}
	}
	return "", false
}

// value gives an attribute without namespace, or nothing.
func (e *element) value(local string) string {
	v, _ := e.get(local)
	return v
}

// frame is an open element: its name as written, to match the end tag, and the prefixes it declares.
type frame struct {
	written  xml.Name
	prefixes []string
}

// scanner walks over a decoded text once. It is strict where encoding/xml is not: about namespaces, roots, attributes, and
// limits. Entities other than the five of XML are refused by encoding/xml, document types here before they are parsed.
type scanner struct {
	text     []byte
	limits   Limits
	xml      *xml.Decoder
	line     int // of the byte at counted
	counted  int
	open     []frame
	bound    map[string][]string // the namespaces of each prefix, innermost last
	seen     map[xml.Name]bool   // names of the attributes of one tag
	elements int
	roots    int
}

func newScanner(text []byte, limits Limits) *scanner {
	return &scanner{
		text: text, limits: limits, xml: xml.NewDecoder(bytes.NewReader(text)), line: 1,
		bound: map[string][]string{"": {""}, "xml": {spaceXML}}, seen: map[xml.Name]bool{},
	}
}

// lineAt gives the line of a byte behind those asked for before.
func (s *scanner) lineAt(at int) int {
	if at > s.counted {
		s.line += bytes.Count(s.text[s.counted:at], []byte("\n"))
		s.counted = at
	}
	return s.line
}

// offset gives the byte behind what was read.
func (s *scanner) offset() int { return int(s.xml.InputOffset()) }

// next gives the next tag or text. The element is set for start tags, the text for character data; io.EOF ends the document.
func (s *scanner) next() (kind, *element, []byte, error) {
	for {
		at := s.offset()
		if err := s.refuseEarly(at); err != nil {
			return 0, nil, nil, err
		}
		token, err := s.xml.RawToken()
		if err != nil {
			return 0, nil, nil, s.ended(at, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			e, err := s.begin(t, at)
			return starting, e, nil, err
		case xml.EndElement:
			return ending, nil, nil, s.end(t.Name, at)
		case xml.CharData:
			if len(s.open) > 0 {
				return chars, nil, t, nil
			}
			err = s.outside(at)
		case xml.ProcInst:
			err = s.instruction(t.Target, at)
		}
		if err != nil {
			return 0, nil, nil, err
		}
	}
}

// refuseEarly refuses what must not be parsed, for that alone would cost too much: a document type, a tag beyond the limits.
func (s *scanner) refuseEarly(at int) error {
	rest := s.text[at:]
	switch {
	case len(rest) > 1 && rest[0] == '<' && !bytes.ContainsRune([]byte("!?/"), rune(rest[1])):
		return s.measure(rest, at)
	case !bytes.HasPrefix(rest, []byte("<!")), bytes.HasPrefix(rest, []byte("<!--")), bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return nil
	case hasPrefixFold(rest, "<!doctype html"):
		return webPage(s.text, s.lineAt(at))
	case hasPrefixFold(rest, "<!doctype"):
		return refuse("SAML-DOC-005", s.lineAt(at), "", onboarding.T("the document has a DOCTYPE"))
	}
	return s.malformed(at, onboarding.T("a markup declaration stands outside of a DOCTYPE"))
}

// ended judges why there is no next token.
func (s *scanner) ended(at int, err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, io.EOF) && len(s.open) > 0, errors.As(err, &syntax) && syntax.Msg == "unexpected EOF":
		return s.malformed(len(s.text), onboarding.T("the document ends inside of an element or tag: it was cut off"))
	case errors.Is(err, io.EOF) && s.roots == 0:
		return s.malformed(len(s.text), onboarding.T("the document has no element"))
	case errors.As(err, &syntax):
		return s.malformed(max(at, s.offset()), onboarding.T("%s", clip(syntax.Msg)))
	case errors.Is(err, io.EOF):
		return io.EOF
	}
	return s.malformed(at, onboarding.T("%s", strings.TrimPrefix(err.Error(), "xml: ")))
}

func (s *scanner) malformed(at int, message onboarding.Text) error {
	return refuse("SAML-DOC-006", s.lineAt(min(at, len(s.text))), "", message)
}

// instruction refuses an XML declaration that is not at the beginning.
func (s *scanner) instruction(target string, at int) error {
	switch {
	case at == 0 || !strings.EqualFold(target, "xml"):
		return nil
	case s.roots > 0 && len(s.open) == 0:
		return refuse("SAML-DOC-007", s.lineAt(at), "", onboarding.T("a second document begins here, with an XML declaration"))
	}
	return s.malformed(at, onboarding.T("an XML declaration stands behind the beginning of the document"))
}

// outside refuses text before and behind the root.
func (s *scanner) outside(at int) error {
	raw := s.text[at:s.offset()]
	blank := len(raw) - len(bytes.TrimLeft(raw, " \t\r\n"))
	switch {
	case blank == len(raw):
		return nil
	case s.roots == 0:
		return s.malformed(at+blank, onboarding.T("text stands before the first element: %q", firstWord(raw[blank:])))
	}
	return refuse("SAML-DOC-007", s.lineAt(at+blank), "", onboarding.T("text stands behind the end of the document: %q", firstWord(raw[blank:])))
}

// begin opens an element: limits, declared prefixes, names, attributes.
func (s *scanner) begin(t xml.StartElement, at int) (*element, error) {
	line := s.lineAt(at)
	if err := s.admit(t, line); err != nil {
		return nil, err
	}
	normalise(&t, s.text[at:s.offset()])
	f := frame{written: t.Name}
	for _, a := range t.Attr {
		prefix, declares := declaredPrefix(a.Name)
		if !declares {
			continue
		}
		if wrong := wrongDeclaration(prefix, a.Value); !wrong.Empty() {
			return nil, s.malformed(at, wrong)
		}
		f.prefixes = append(f.prefixes, prefix)
		s.bound[prefix] = append(s.bound[prefix], a.Value)
	}
	s.open = append(s.open, f)
	e := &element{line: line, start: at}
	var err error
	if e.Name, err = s.resolve(t.Name, at); err != nil {
		return nil, err
	}
	e.attributes, err = s.attributes(t, at)
	return e, err
}

// admit holds an element against the limits, and sees that there is one root.
func (s *scanner) admit(t xml.StartElement, line int) error {
	limited := func(format string, n int) error {
		return refuse("SAML-DOC-002", line, "", onboarding.T(format, n))
	}
	if s.elements++; s.elements > s.limits.Elements {
		return limited("the document has more than %d elements, the limit", s.limits.Elements)
	}
	if len(s.open) >= s.limits.Depth {
		return limited("elements are nested deeper than %d, the limit", s.limits.Depth)
	}
	if len(s.open) == 0 {
		if s.roots++; s.roots > 1 {
			return refuse("SAML-DOC-007", line, written(t.Name), onboarding.T("a second document begins here, with %q", written(t.Name)))
		}
	}
	return nil
}

// end closes the innermost element.
func (s *scanner) end(name xml.Name, at int) error {
	if len(s.open) == 0 {
		return s.malformed(at, onboarding.T("%q ends and was not begun", written(name)))
	}
	last := s.open[len(s.open)-1]
	if last.written != name {
		return s.malformed(at, onboarding.T("%q is closed by %q", written(last.written), written(name)))
	}
	for _, p := range last.prefixes {
		s.bound[p] = s.bound[p][:len(s.bound[p])-1]
	}
	s.open = s.open[:len(s.open)-1]
	return nil
}

// resolve gives a name its namespace.
func (s *scanner) resolve(name xml.Name, at int) (xml.Name, error) {
	if strings.Contains(name.Local, ":") || name.Space == "xmlns" {
		return name, s.malformed(at, onboarding.T("%q is not a name with one prefix", written(name)))
	}
	spaces := s.bound[name.Space]
	if len(spaces) == 0 {
		return name, s.malformed(at, onboarding.T("the prefix of %q is not declared", written(name)))
	}
	return xml.Name{Space: spaces[len(spaces)-1], Local: name.Local}, nil
}

// attributes resolves the attributes that declare nothing, and refuses two of the same name.
func (s *scanner) attributes(t xml.StartElement, at int) ([]xml.Attr, error) {
	clear(s.seen)
	kept := slices.Grow([]xml.Attr(nil), len(t.Attr))
	for _, a := range t.Attr {
		name := a.Name
		if prefix, declares := declaredPrefix(name); declares {
			name = xml.Name{Space: spaceXMLNS, Local: prefix}
		} else if name.Space != "" || strings.Contains(name.Local, ":") {
			var err error
			if name, err = s.resolve(name, at); err != nil {
				return nil, err
			}
		}
		if s.seen[name] {
			return nil, s.malformed(at, onboarding.T("%q has the attribute %q twice", written(t.Name), written(a.Name)))
		}
		s.seen[name] = true
		if name.Space != spaceXMLNS {
			kept = append(kept, xml.Attr{Name: name, Value: a.Value})
		}
	}
	return kept, nil
}

// written gives a name as it stands in the document, cut for a message.
func written(n xml.Name) string {
	if n.Space == "" {
		return clip(n.Local)
	}
	return clip(n.Space + ":" + n.Local)
}

// declaredPrefix tells a declaration of a namespace; the default namespace has the prefix "".
func declaredPrefix(n xml.Name) (prefix string, declares bool) {
	switch {
	case n.Space == "xmlns":
		return n.Local, true
	case n.Space == "" && n.Local == "xmlns":
		return "", true
	}
	return "", false
}

// wrongDeclaration says what Namespaces in XML 1.0 forbids about a declaration.
func wrongDeclaration(prefix, space string) onboarding.Text {
	switch {
	case prefix == "xmlns" || space == spaceXMLNS:
		return onboarding.T("the prefix %q must not be declared", "xmlns")
	case (prefix == "xml") != (space == spaceXML):
		return onboarding.T("the prefix %q and its namespace belong to XML", "xml")
	case prefix != "" && space == "":
		return onboarding.T("the prefix %q is declared with an empty namespace", prefix)
	}
	return onboarding.Text{}
}

// measure holds the attributes of a start tag against the limits, and sees that white space stands between them, which
// encoding/xml does not ask for. Whatever else is wrong with the tag, encoding/xml says.
func (s *scanner) measure(tag []byte, at int) error {
	attributes := 0
	for i := 1; i < len(tag) && tag[i] != '>'; i++ {
		quote := tag[i]
		if quote != '"' && quote != '\'' {
			continue
		}
		length := bytes.IndexByte(tag[i+1:], quote)
		if length < 0 {
			return nil
		}
		if attributes++; attributes > s.limits.Attributes {
			return refuse("SAML-DOC-002", s.lineAt(at), "", onboarding.T("an element has more than %d attributes, the limit", s.limits.Attributes))
		}
		if length > s.limits.AttributeBytes {
			return refuse("SAML-DOC-002", s.lineAt(at), "", onboarding.T("an attribute is longer than %d bytes, the limit", s.limits.AttributeBytes))
		}
		if i += 1 + length; i+1 < len(tag) && !strings.ContainsRune(" \t\r\n/>", rune(tag[i+1])) {
			return s.malformed(at, onboarding.T("no white space stands before an attribute"))
		}
	}
	return nil
}

// normalise puts spaces for the tabs and line breaks that stand in attributes as such, which encoding/xml leaves; those that
// are written as character references stay (XML 1.0, 3.3.3).
func normalise(t *xml.StartElement, tag []byte) {
	if !slices.ContainsFunc(t.Attr, func(a xml.Attr) bool { return strings.ContainsAny(a.Value, "\t\r\n") }) {
		return
	}
	flat := strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\t", " ").Replace(string(tag))
	if again, err := xml.NewDecoder(strings.NewReader(flat)).RawToken(); err == nil {
		*t = again.(xml.StartElement)
	}
}
