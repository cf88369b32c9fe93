package xlsx

import (
	"encoding/xml"
	"strings"
)

// stringsPerBlock strings share one piece of memory.
const stringsPerBlock = 1024

// sharedStrings are the texts that cells name by index.
type sharedStrings struct {
	blocks []stringBlock
	count  int
	bytes  int64
}

type stringBlock struct {
	text string
	ends []uint32
}

// at gives the text of an index that is below count.
func (s *sharedStrings) at(i int) string {
	b := &s.blocks[i/stringsPerBlock]
	i %= stringsPerBlock
	if i == 0 {
		return b.text[:b.ends[0]]
	}
	return b.text[b.ends[i-1]:b.ends[i]]
}

// stringsReader fills the table block by block.
type stringsReader struct {
	*document
	table *sharedStrings
	text  []byte // of the block at hand
	ends  []uint32
}

// readStrings reads the part of shared strings; without one there are none.
func (c *container) readStrings(part string) (*sharedStrings, error) {
	if part == "" {
		return new(sharedStrings), nil
	}
	d, err := c.document(part)
	if err != nil {
		return nil, err
	}
	defer d.close()
	return d.readItems(true)
}

// readItems reads the whole part; quick allows the usual shapes to be taken from the bytes.
func (d *document) readItems(quick bool) (*sharedStrings, error) {
	root, err := d.root("sst")
	if err != nil {
		return nil, err
	}
	r := &stringsReader{document: d, table: new(sharedStrings), ends: make([]uint32, 0, stringsPerBlock)}
	if err := r.items(quick && d.unprefixed(root)); err != nil {
		return nil, err
	}
	r.flush()
	return r.table, d.finish()
}

// items reads all strings.
func (r *stringsReader) items(quick bool) error {
	for {
		for quick && r.quickItem() {
			if err := r.ended(); err != nil {
				return err
			}
		}
		t, err := r.child()
		if err != nil || t == nil {
			return err
		}
		if err := r.slowItem(t); err != nil {
			return err
		}
	}
}

// slowItem reads the string at hand token by token.
func (r *stringsReader) slowItem(t *xml.StartElement) (err error) {
	switch {
	case isMain(t, "si"):
	case isMain(t, "extLst"):
		return r.skip()
	default:
		// Passed over, a misspelt string would move all that follow it.
		return r.unknown(t, "sst")
	}
	if r.text, err = r.richText(r.text, "si"); err != nil {
		return err
	}
	return r.ended()
}

// quickItem takes <si><t>text</t></si> from the bytes. It is false, and nothing is taken, for every other shape.
func (r *stringsReader) quickItem() bool {
	if r.held() || !r.whole("</si>") {
		return false
	}
	s := scanner{b: r.win, i: r.pos}
	s.blanks()
	if !s.take("<si>") {
		return false
	}
	out, ok := s.textElement(r.text, r.limits.StringBytes)
	if !ok || !s.take("</si>") {
		return false
	}
	r.text, r.pos = out, s.i
	return true
}

// ended closes the string at hand.
func (r *stringsReader) ended() error {
	t := r.table
	start := uint32(0)
	if len(r.ends) > 0 {
		start = r.ends[len(r.ends)-1]
	}
	size := int64(len(r.text)) - int64(start)
	if err := within("string-bytes", size, r.limits.StringBytes, r.name); err != nil {
		return err
	}
	t.count++
	t.bytes += size
	if err := within("shared-strings", int64(t.count), r.limits.SharedStrings, r.name); err != nil {
		return err
	}
	if err := within("shared-string-bytes", t.bytes, r.limits.SharedStringBytes, r.name); err != nil {
		return err
	}
	if r.ends = append(r.ends, uint32(len(r.text))); len(r.ends) == stringsPerBlock {
		r.flush()
	}
	return nil
}

// flush moves the block at hand into the table.
func (r *stringsReader) flush() {
	if len(r.ends) == 0 {
		return
	}
	ends := append([]uint32(nil), r.ends...)
	r.table.blocks = append(r.table.blocks, stringBlock{text: string(r.text), ends: ends})
	r.text, r.ends = r.text[:0], r.ends[:0]
}

// richText appends the text of an element that holds plain or rich text, to its end. Reading aids are left out.
func (d *document) richText(dst []byte, of string) ([]byte, error) {
	start := len(dst)
	run := func(t *xml.StartElement) (err error) {
		if !isMain(t, "t") {
			return d.skip()
		}
		if dst, err = d.cellText(dst, "t"); err != nil {
			return err
		}
		return within("string-bytes", int64(len(dst)-start), d.limits.StringBytes, d.name)
	}
	err := d.children(func(t *xml.StartElement) (err error) {
		switch {
		case isMain(t, "t"):
			return run(t)
		case isMain(t, "r"):
			return d.children(run)
		case isMain(t, "rPh"), isMain(t, "phoneticPr"):
			return d.skip()
		}
		return d.unknown(t, of)
	})
	return dst, err
}

// cellText appends the text of the element at hand with its escapes resolved.
func (d *document) cellText(dst []byte, of string) ([]byte, error) {
	start := len(dst)
	dst, err := d.text(dst, of)
	if err != nil {
		return dst, err
	}
	dst = dst[:start+len(decodeEscapes(dst[start:]))]
	return dst, within("string-bytes", int64(len(dst)-start), d.limits.StringBytes, d.name)
}

// unprefixed tells that the elements of the spreadsheet vocabulary within the root element at hand are written without a
// prefix, for the bytes of a tag to mean what they say, and that there is room for any.
func (d *document) unprefixed(root *xml.StartElement) bool {
	space, ok := attribute(root, "xmlns")
	return ok && space == root.Name.Space && !strings.Contains(root.Name.Local, ":") && !d.closed()
}
