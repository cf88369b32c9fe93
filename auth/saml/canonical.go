package saml

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// Canonical XML, written from the tokens of the text as they come. The library for XML signatures that the project's tests
// compare it with (goxmldsig v1.6.1) copies the document as a tree again and again, and stops at 1,000 elements: it cannot
// verify an aggregate.

// method is a way to write canonical XML.
type method struct {
	exclusive bool     // Exclusive XML Canonicalization 1.0; else Canonical XML 1.0 or 1.1
	comments  bool     // comments are kept
	prefixes  []string // PrefixList of InclusiveNamespaces; "" is the default namespace
}

// part is what of a document is written canonically.
type part struct {
	apex   int64 // byte offset of the element
	skip   int64 // byte offset of an element below that is left out; none when negative
	around bool  // processing instructions outside the root are written, too
}

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// canonicalise writes a part of a document. The text is well-formed XML with bound prefixes, as prepare gives it.
func canonicalise(w io.Writer, text []byte, m method, p part) error {
	c := &canonicaliser{out: bufio.NewWriter(w), method: m, part: p}
	if err := walk(text, c.visit); err != nil {
		return err
	}
	return c.out.Flush()
}

// walk hands every token with its byte offset to visit, until that says false. Names hold prefixes, not namespaces.
func walk(text []byte, visit func(at int64, t xml.Token) bool) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // the text was decoded already
	for {
		at := d.InputOffset()
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !visit(at, t) {
			return nil
		}
	}
}

// prepare gives the text as an XML processor hands it on: line ends become line feeds, and white space in attribute values
// becomes spaces (XML 1.0, 2.11 and 3.3.3), which encoding/xml leaves out. Character references stay.
func prepare(text []byte) []byte {
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	var out []byte // a copy of the text, once something must change
	for i := 0; i < len(text); {
		if text[i] != '<' {
			next := bytes.IndexByte(text[i:], '<')
			if next < 0 {
				break
			}
			i += next
		}
		end := markupEnd(text, i)
		if !bytes.HasPrefix(text[i:], []byte("<!")) && !bytes.HasPrefix(text[i:], []byte("<?")) {
			out = spacesInQuotes(out, text, i, end)
		}
		i = end
	}
	if out != nil {
		return out
	}
	return text
}

// markupEnd gives where the comment, CDATA section, processing instruction or tag that starts at i ends.
func markupEnd(text []byte, i int) int {
	for _, m := range [...][2]string{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if bytes.HasPrefix(text[i:], []byte(m[0])) {
			n := bytes.Index(text[i+len(m[0]):], []byte(m[1]))
			if n < 0 {
				return len(text)
			}
			return i + len(m[0]) + n + len(m[1])
		}
	}
	var quote byte
	for ; i < len(text); i++ {
		switch b := text[i]; {
		case quote == 0 && b == '>':
			return i + 1
		case quote == 0 && (b == '"' || b == '\''):
			quote = b
		case b == quote:
			quote = 0
		}
	}
	return i
}

func spacesInQuotes(out, text []byte, from, to int) []byte {
	var quote byte
	for i := from; i < to; i++ {
		switch b := text[i]; {
		case quote == 0 && (b == '"' || b == '\''):
			quote = b
		case quote != 0 && b == quote:
			quote = 0
		case quote != 0 && (b == '\n' || b == '\t'):
			if out == nil {
				out = bytes.Clone(text)
			}
			out[i] = ' '
		}
	}
	return out
}

// canonicaliser writes one part of a document.
type canonicaliser struct {
	method
	part
	out       *bufio.Writer
	bound     scope      // what the document declares
	written   scope      // what the output declares
	inherited []xml.Attr // attributes of the namespace xml around the apex
	depth     int
	inside    int // depth of the apex; 0 outside of it
	hidden    int // depth of the element left out; 0 outside of it
	after     bool
}

func (c *canonicaliser) visit(at int64, t xml.Token) bool {
	switch t := t.(type) {
	case xml.StartElement:
		c.start(at, t)
	case xml.EndElement:
		return c.end(t)
	case xml.CharData:
		if c.writes() {
			escape(c.out, string(t), false)
		}
	case xml.Comment:
		if c.writes() && c.comments {
			c.put("<!--", string(t), "-->")
		}
	case xml.ProcInst:
		c.instruction(t)
	}
	return true
}

func (c *canonicaliser) writes() bool { return c.inside > 0 && c.hidden == 0 }

func (c *canonicaliser) start(at int64, t xml.StartElement) {
	c.depth++
	c.bound.push(declarations(t.Attr))
	apex := at == c.apex
	if apex {
		c.inside = c.depth
	}
	if at == c.skip {
		c.hidden = c.depth
	}
	switch {
	case c.writes():
		c.element(t, apex)
	case c.inside == 0 && !c.exclusive:
		c.inherit(t.Attr)
	}
}

// end reports whether there is more to write.
func (c *canonicaliser) end(t xml.EndElement) bool {
	if c.depth == 0 {
		return false // not well-formed
	}
	if c.writes() {
		c.put("</", qualified(t.Name), ">")
		c.written.pop()
	}
	if c.hidden == c.depth {
		c.hidden = 0
	}
	if c.inside == c.depth {
		c.inside, c.after = 0, true
	}
	c.bound.pop()
	c.depth--
	return !c.after || c.around
}

func (c *canonicaliser) instruction(t xml.ProcInst) {
	outside := c.depth == 0 && c.around && t.Target != "xml"
	if !c.writes() && !outside {
		return
	}
	if outside && c.after {
		c.put("\n")
	}
	c.put("<?", t.Target)
	if len(t.Inst) > 0 {
		c.put(" ", string(t.Inst))
	}
	c.put("?>")
	if outside && !c.after {
		c.put("\n")
	}
}

// inherit keeps the attributes of the namespace xml: the apex gets those of the elements around it.
func (c *canonicaliser) inherit(attrs []xml.Attr) {
	for _, a := range attrs {
		if a.Name.Space == "xml" && a.Name.Local != "id" {
			c.inherited = slices.DeleteFunc(c.inherited, func(b xml.Attr) bool { return a.Name == b.Name })
			c.inherited = append(c.inherited, a)
		}
	}
}

func (c *canonicaliser) element(t xml.StartElement, apex bool) {
	attrs := slices.DeleteFunc(slices.Clone(t.Attr), func(a xml.Attr) bool { _, ns := declaration(a); return ns })
	if apex {
		for _, a := range c.inherited {
			if !slices.ContainsFunc(attrs, func(b xml.Attr) bool { return a.Name == b.Name }) {
				attrs = append(attrs, a)
			}
		}
	}
	slices.SortFunc(attrs, func(a, b xml.Attr) int {
		return cmp.Or(strings.Compare(c.space(a.Name), c.space(b.Name)), strings.Compare(a.Name.Local, b.Name.Local))
	})
	c.put("<", qualified(t.Name))
	declared := map[string]string{}
	for _, prefix := range c.candidates(t, apex) {
		space := c.bound.uri(prefix)
		if prefix == "xml" || c.written.uri(prefix) == space {
			continue
		}
		declared[prefix] = space
		if prefix == "" {
			c.put(` xmlns="`)
		} else {
			c.put(" xmlns:", prefix, `="`)
		}
		escape(c.out, space, true)
		c.put(`"`)
	}
	c.written.push(declared)
	for _, a := range attrs {
		c.put(" ", qualified(a.Name), `="`)
		escape(c.out, a.Value, true)
		c.put(`"`)
	}
	c.put(">")
}

// space gives the namespace of an attribute; one without prefix is in none.
func (c *canonicaliser) space(n xml.Name) string {
	if n.Space == "" {
		return ""
	}
	return c.bound.uri(n.Space)
}

// candidates gives the prefixes that an element may have to declare, sorted: in the exclusive form those it uses and those
// listed, in the inclusive form those it declares, and for the apex all.
func (c *canonicaliser) candidates(t xml.StartElement, apex bool) []string {
	var out []string
	switch {
	case c.exclusive:
		out = append(out, t.Name.Space)
		for _, a := range t.Attr {
			if _, ns := declaration(a); !ns && a.Name.Space != "" {
				out = append(out, a.Name.Space)
			}
		}
		out = append(out, c.prefixes...)
	case apex:
		out = slices.Collect(maps.Keys(c.bound.spaces))
	default:
		out = slices.Collect(maps.Keys(declarations(t.Attr)))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// put writes; a writer's error comes out of Flush.
func (c *canonicaliser) put(parts ...string) {
	for _, p := range parts {
		c.out.WriteString(p)
	}
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func escape(w *bufio.Writer, s string, attribute bool) {
	from := 0
	for i := range len(s) {
		with := escaped(s[i], attribute)
		if with == "" {
			continue
		}
		w.WriteString(s[from:i])
		w.WriteString(with)
		from = i + 1
	}
	w.WriteString(s[from:])
}

func escaped(b byte, attribute bool) string {
	switch {
	case b == '&':
		return "&amp;"
	case b == '<':
		return "&lt;"
	case b == '\r':
		return "&#xD;"
	case b == '>' && !attribute:
		return "&gt;"
	case b == '"' && attribute:
		return "&quot;"
	case b == '\t' && attribute:
		return "&#x9;"
	case b == '\n' && attribute:
		return "&#xA;"
	}
	return ""
}

// declaration gives the prefix that an attribute declares; false when it is no namespace declaration.
func declaration(a xml.Attr) (prefix string, ok bool) {
	if a.Name.Space == "xmlns" {
		return a.Name.Local, true
	}
	return "", a.Name.Space == "" && a.Name.Local == "xmlns"
}

func declarations(attrs []xml.Attr) map[string]string {
	var out map[string]string
	for _, a := range attrs {
		if prefix, ok := declaration(a); ok {
			if out == nil {
				out = map[string]string{}
			}
			out[prefix] = a.Value
		}
	}
	return out
}

// scope is what prefixes mean, element within element.
type scope struct {
	spaces map[string][]string // of each prefix the namespaces, innermost last
	frames []map[string]string // what each open element declares
}

func (s *scope) push(declared map[string]string) {
	if s.spaces == nil {
		s.spaces = map[string][]string{}
	}
	for prefix, space := range declared {
		s.spaces[prefix] = append(s.spaces[prefix], space)
	}
	s.frames = append(s.frames, declared)
}

func (s *scope) pop() {
	last := len(s.frames) - 1
	for prefix := range s.frames[last] {
		s.spaces[prefix] = s.spaces[prefix][:len(s.spaces[prefix])-1]
	}
	s.frames = s.frames[:last]
}

// uri gives the namespace of a prefix; empty when it has none.
func (s *scope) uri(prefix string) string {
	if prefix == "xml" {
		return xmlSpace
	}
	if list := s.spaces[prefix]; len(list) > 0 {
		return list[len(list)-1]
	}
	return ""
}
