package annotate

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strconv"

	"muster/internal/markup"
)

// edits are the changes to a part that is held as a whole.
type edits []edit

type edit struct {
	from, to int
	text     string
}

func (e *edits) put(at int, text string) { *e = append(*e, edit{at, at, text}) }

func (e *edits) replace(from, to int, text string) { *e = append(*e, edit{from, to, text}) }

// apply gives the part with the changes: at one place what is put in stands before what is replaced, and else in the order in
// which it came.
func (e *edits) apply(b []byte) []byte {
	slices.SortStableFunc(*e, func(a, b edit) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	var out bytes.Buffer
	at := 0
	for _, x := range *e {
		out.Write(b[at:x.from])
		out.WriteString(x.text)
		at = x.to
	}
	out.Write(b[at:])
	return out.Bytes()
}

// node is a tag of a part that is held as a whole. An element without content has one tag alone.
type node struct {
	tag      markup.Tag
	depth    int // the root element has 1
	from, to int
}

// walk goes through the tags of a part.
func walk(b []byte, fn func(node) error) error {
	s := markup.Over(b)
	depth := 0
	for {
		t, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !t.Closing() {
			depth++
		}
		from := int(s.Offset())
		if err := fn(node{t, depth, from, from + len(t)}); err != nil {
			return err
		}
		if t.Closing() || t.Empty() {
			depth--
		}
	}
}

// text gives an attribute, empty when it is not there.
func text(t markup.Tag, name string) string {
	v, _, err := t.Attribute(name)
	if err != nil {
		return ""
	}
	return string(v)
}

// number gives an attribute that is a whole number, 0 when it is none.
func number(t markup.Tag, name string) int {
	n, err := strconv.Atoi(text(t, name))
	if err != nil {
		return 0
	}
	return n
}

// with gives a start tag with an attribute set to a value that needs no escapes; without one when the value is empty.
func with(t markup.Tag, name, value string) markup.Tag {
	prefix, local := t.Name()
	out := append([]byte{'<'}, prefix...)
	out = append(out, local...)
	found := false
	for a := range t.Attributes() {
		if string(a.Name) != name {
			out = append(out, a.Raw...)
			continue
		}
		if found = true; value != "" {
			out = append(out, ` `+name+`="`+value+`"`...)
		}
	}
	if !found && value != "" {
		out = append(out, ` `+name+`="`+value+`"`...)
	}
	if t.Empty() {
		out = append(out, '/')
	}
	return append(out, '>')
}

// opened gives the tag of an element without content as the start tag of one with content.
func opened(t markup.Tag) markup.Tag {
	if !t.Empty() {
		return t
	}
	return append(bytes.TrimRight(bytes.Clone(t[:len(t)-2]), " \t\r\n"), '>')
}

// nameOf gives the name of a tag as it is written, with its prefix.
func nameOf(t markup.Tag) string {
	prefix, local := t.Name()
	return string(prefix) + string(local)
}

// prefixOf gives the prefix of a tag, with its colon.
func prefixOf(t markup.Tag) string {
	prefix, _ := t.Name()
	return string(prefix)
}

// escaped writes a text for the content of an element or the value of an attribute in double quotes.
func escaped(s string) string {
	return string(bytes.ReplaceAll(markup.AppendText(nil, s), []byte(`"`), []byte("&quot;")))
}
