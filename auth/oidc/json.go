package oidc

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"io"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/internal/onboarding"
)

// kind is the JSON type of a value.
type kind uint8

const (
	isNull kind = iota
	isBoolean
	isNumber
	isText
	isList
	isObject
)

func (k kind) word() onboarding.Word {
	switch k {
	case isBoolean:
		return "true or false"
	case isNumber:
		return "a number"
	case isText:
		return "a string"
	case isList:
		return "a list"
	case isObject:
		return "an object"
	}
	return "null"
}

// value is one JSON value with its place.
type value struct {
	kind    kind
	line    int    // on which it ends; a list or an object: on which it begins
	text    string // of a string or number; "true" or "false"
	list    []value
	members []member // of an object in its order, doubles included
}

// member is a name of an object with its value.
type member struct {
	name  string
	line  int
	value value
}

// get gives the member of an object with exactly this name, of several the last, as most readers do. It may be nil.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	for i := len(v.members) - 1; i >= 0; i-- {
		if v.members[i].name == name {
			return &v.members[i].value
		}
	}
	return nil
}

// source is one JSON document as it was read.
type source struct {
	root   *value // nil when it could not be read; otherwise an object
	faults []fault
}

// weight tells the faults of a document apart by what they do to it.
type weight uint8

const (
	tooLong    weight = iota // over the limit of bytes
	unreadable               // no JSON object
	untidy                   // read, but other readers may refuse it or read it otherwise
)

// fault is something wrong with a document as a text.
type fault struct {
	weight  weight
	line    int
	value   string
	message onboarding.Text
}

func (s *source) add(w weight, line int, value string, message onboarding.Text) {
	s.faults = append(s.faults, fault{w, line, value, message})
}

// readJSON reads one JSON object. It is strict where readers differ, and says so instead of choosing silently.
func readJSON(what onboarding.Text, b []byte, limits Limits) *source {
	s := &source{}
	if len(b) > limits.Bytes {
		s.add(tooLong, 0, "", onboarding.T("%s is longer than %d bytes", what, limits.Bytes))
		return s
	}
	if rest, ok := bytes.CutPrefix(b, []byte("\ufeff")); ok {
		s.add(untidy, 1, "", onboarding.T("%s begins with a byte-order mark", what))
		b = rest
	}
	if message := otherFormat(what, b); !message.Empty() {
		s.add(unreadable, 1, "", message)
		return s
	}
	if line := firstInvalid(b); line > 0 {
		s.add(untidy, line, "", onboarding.T("%s is not valid UTF-8", what))
	}
	p := &parser{source: s, text: b, line: 1, limits: limits, dec: json.NewDecoder(bytes.NewReader(b))}
	p.dec.UseNumber()
	root, err := p.value(0)
	if err == nil && root.kind != isObject {
		s.add(unreadable, root.line, "", onboarding.T("%s holds %s instead of an object", what, root.kind.word()))
		return s
	}
	if err == nil {
		err = p.end()
	}
	if err != nil {
		s.add(unreadable, p.place(), "", onboarding.T("%s %s", what, reason(err)))
		return s
	}
	s.root = &root
	return s
}

// firstInvalid gives the line of the first bytes that are not UTF-8; 0 when all are.
func firstInvalid(b []byte) int {
	n := 0
	for line := range bytes.Lines(b) {
		n++
		if !utf8.Valid(line) {
			return n
		}
	}
	return 0
}

// otherFormat names what is given in place of JSON; empty when it may be JSON.
func otherFormat(what onboarding.Text, b []byte) onboarding.Text {
	const far = 1 << 10 // a page says what it is within these bytes
	start := bytes.TrimSpace(b)
	head := strings.ToLower(string(start[:min(len(start), far)]))
	switch {
	case len(start) == 0:
		return onboarding.T("%s is empty", what)
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return onboarding.T("%s is written in UTF-16; JSON is exchanged in UTF-8", what)
	case strings.HasPrefix(head, "<!doctype html"), strings.HasPrefix(head, "<html"):
		if name := title(start); name != "" {
			return onboarding.T("%s is a web page with the title %q", what, name)
		}
		return onboarding.T("%s is a web page", what)
	case strings.HasPrefix(head, "<") && bytes.Contains(start, []byte("EntityDescriptor")):
		return onboarding.T("%s is SAML metadata", what)
	case strings.HasPrefix(head, "<"):
		return onboarding.T("%s is an XML document", what)
	case strings.HasPrefix(head, "-----begin"):
		return onboarding.T("%s is a PEM file", what)
	}
	return onboarding.Text{}
}

var pageTitle = regexp.MustCompile(`(?i)<title[^>]*>([^<]*)`)

// title gives the title of a page, in one line of bounded length.
func title(page []byte) string {
	found := pageTitle.FindSubmatch(page)
	if found == nil {
		return ""
	}
	return short(strings.Join(strings.Fields(html.UnescapeString(string(found[1]))), " "))
}

// wrong is a reason in words, to stand behind the name of the document.
type wrong struct{ text onboarding.Text }

func (w wrong) Error() string { return w.text.String() }

func reason(err error) onboarding.Text {
	if w, ok := errors.AsType[wrong](err); ok {
		return w.text
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return onboarding.T("ends before its last bracket: part of it is missing")
	}
	return onboarding.T("is not JSON: %s", err.Error())
}

// parser walks over a text token by token.
type parser struct {
	*source
	text   []byte
	dec    *json.Decoder
	offset int // up to which lines are counted
	line   int
	count  int // of values
	limits Limits
}

func (p *parser) next() (json.Token, error) {
	t, err := p.dec.Token()
	end := int(p.dec.InputOffset())
	p.line += bytes.Count(p.text[p.offset:end], []byte("\n"))
	p.offset = end
	return t, err
}

// place gives the line of what follows the last token, where reading ended.
func (p *parser) place() int {
	rest := p.text[p.offset:]
	blank := len(rest) - len(bytes.TrimLeftFunc(rest, unicode.IsSpace))
	if blank == len(rest) {
		return p.line
	}
	return p.line + bytes.Count(rest[:blank], []byte("\n"))
}

func (p *parser) value(depth int) (value, error) {
	t, err := p.next()
	if err != nil {
		return value{}, err
	}
	if p.count++; p.count > p.limits.Values {
		return value{}, wrong{onboarding.T("holds more than %d values", p.limits.Values)}
	}
	switch t := t.(type) {
	case json.Delim:
		if depth == p.limits.Depth {
			return value{}, wrong{onboarding.T("holds more than %d lists and objects inside each other", p.limits.Depth)}
		}
		if t == '[' {
			return p.list(depth + 1)
		}
		return p.object(depth + 1)
	case string:
		return value{kind: isText, line: p.line, text: t}, nil
	case json.Number:
		return value{kind: isNumber, line: p.line, text: t.String()}, nil
	case bool:
		v := value{kind: isBoolean, line: p.line, text: "false"}
		if t {
			v.text = "true"
		}
		return v, nil
	}
	return value{kind: isNull, line: p.line}, nil
}

func (p *parser) list(depth int) (value, error) {
	out := value{kind: isList, line: p.line}
	for p.dec.More() {
		v, err := p.value(depth)
		if err != nil {
			return value{}, err
		}
		out.list = append(out.list, v)
	}
	_, err := p.next()
	return out, err
}

func (p *parser) object(depth int) (value, error) {
	out := value{kind: isObject, line: p.line}
	seen := map[string]bool{}
	for p.dec.More() {
		t, err := p.next()
		if err != nil {
			return value{}, err
		}
		name, _ := t.(string) // the decoder lets nothing else pass here
		line := p.line
		if seen[name] {
			p.add(untidy, line, name, onboarding.T("%q stands here twice in one object; readers take the first or the last", short(name)))
		}
		seen[name] = true
		v, err := p.value(depth)
		if err != nil {
			return value{}, err
		}
		out.members = append(out.members, member{name, line, v})
	}
	_, err := p.next()
	return out, err
}

// end makes sure that nothing follows.
func (p *parser) end() error {
	if rest := bytes.TrimLeft(p.text[p.offset:], " \t\r\n"); len(rest) > 0 {
		return wrong{onboarding.T("goes on after its end")}
	}
	return nil
}
