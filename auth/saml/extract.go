package saml

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
)

// Extract gives one entity of an aggregate as a document of its own, to be sent instead of the whole: its text as it stands,
// and in its start tag every namespace that was declared around it. All are kept, not only those in sight, because a
// signature of the entity may cover them, and because values such as that of xsi:type may use them. What the groups around
// say of their life is not in it.
func Extract(doc *Document, item *Item) []byte {
	text := doc.Text[item.Start:item.End]
	s := newScanner(text, Limits{}.withDefaults())
	for _, b := range item.Namespaces {
		s.bound[b.Prefix] = append(s.bound[b.Prefix], b.Space)
	}
	var own []string
	if _, _, _, err := s.next(); err == nil && len(s.open) > 0 {
		own = s.open[0].prefixes
	}
	name := bytes.IndexAny(text, " \t\r\n/>")
	var out bytes.Buffer
	out.WriteString(xml.Header)
	out.Write(text[:name])
	for _, b := range item.Namespaces {
		if slices.Contains(own, b.Prefix) {
			continue
		}
		attribute := "xmlns"
		if b.Prefix != "" {
			attribute += ":" + b.Prefix
		}
		fmt.Fprintf(&out, ` %s="`, attribute)
		_ = xml.EscapeText(&out, []byte(b.Space)) // a buffer takes everything
		out.WriteByte('"')
	}
	out.Write(text[name:])
	out.WriteByte('\n')
	return out.Bytes()
}
