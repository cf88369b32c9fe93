package xlsx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxDepth is how deep elements may nest; a worksheet needs about ten.
const maxDepth = 100

// maxAttributes is how many attributes an element may have; the root of a worksheet has about twenty.
const maxAttributes = 256

// document reads the XML of one part. Its decoder takes single bytes and never reads ahead, so that between two
// elements others may take whole elements from the same bytes (window, advance) without the decoder noticing.
type document struct {
	name   string
	limits *Limits
	src    *inflater
	dec    *xml.Decoder
	wide   bool  // the part was UTF-16
	size   int64 // unpacked, as the directory says

	buf   []byte // chunk that holds win, nil when win is larger than a chunk
	win   []byte // unpacked bytes; win[pos:] are not yet read
	pos   int
	base  int64 // offset of win[0] within the part
	given int64 // bytes the decoder got
	end   error // met after win

	ends     int64 // offset behind the last whole element that is in win, see whole
	searched int64 // offset up to which ends was looked for

	raw    []byte // bytes of the token at hand
	depth  int
	rooted bool // the root element has begun
}

func (c *container) document(name string) (*document, error) {
	src, err := c.open(name)
	if err != nil {
		return nil, err
	}
	return newDocument(name, &c.limits, src, c.size(name))
}

// newDocument reads XML from src, which it closes; size is how many bytes are expected.
func newDocument(name string, limits *Limits, src io.ReadCloser, size int64) (*document, error) {
	d := &document{name: name, limits: limits, size: size}
	text, wide, err := decodeText(src)
	if err != nil {
		src.Close() // there is nothing to tell beside err
		return nil, d.broken(err)
	}
	d.wide = wide
	d.src = inflate(text, size)
	d.dec = xml.NewDecoder(d)
	d.dec.CharsetReader = d.charset
	return d, nil
}

func (d *document) close() { d.src.close() }

// share is how much of the part was read, from 0 to 1.
func (d *document) share() float64 {
	return min(1, float64(d.base+int64(d.pos))/float64(max(1, d.size)))
}

// charset accepts UTF-16 where the part really was, which is UTF-8 by now.
func (d *document) charset(label string, r io.Reader) (io.Reader, error) {
	if d.wide && strings.HasPrefix(strings.ToLower(label), "utf-16") {
		return r, nil
	}
	return nil, fmt.Errorf("the encoding %q is not allowed in workbooks, it must be UTF-8 or UTF-16", label)
}

// refill puts the next chunk behind the bytes not yet read. It gives the error that ended the part when there is none.
func (d *document) refill() error {
	if d.end != nil {
		return d.end
	}
	c := <-d.src.full
	d.end = c.err
	rest := d.win[d.pos:]
	d.base += int64(d.pos)
	done := d.buf
	if start := chunkHead - len(rest); start >= 0 {
		copy(c.buf[start:], rest)
		d.buf, d.win = c.buf, c.buf[start:]
	} else {
		if d.buf != nil {
			rest = slices.Clip(rest) // the chunk goes back
		}
		d.win = append(rest, c.buf[chunkHead:]...)
		d.buf = nil
		d.src.recycle(c.buf)
	}
	if done != nil {
		d.src.recycle(done)
	}
	d.pos = 0
	if len(c.buf) == chunkHead {
		return d.end
	}
	return nil
}

// ReadByte gives the decoder its next byte.
func (d *document) ReadByte() (byte, error) {
	for d.pos == len(d.win) {
		if err := d.refill(); err != nil {
			return 0, err
		}
	}
	if int64(len(d.raw)) >= d.limits.TokenBytes {
		return 0, &LimitError{"token-bytes", int64(len(d.raw)) + 1, d.limits.TokenBytes, d.name}
	}
	b := d.win[d.pos]
	d.pos++
	d.given++
	d.raw = append(d.raw, b)
	return b, nil
}

// Read is there because the decoder asks its source for it before it hands it to charset.
func (d *document) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := d.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// held tells that the decoder has read one byte more than its token: the < after a text.
func (d *document) held() bool { return d.dec.InputOffset() != d.given }

// offset is the place within the part up to which it was read.
func (d *document) offset() int64 {
	at := d.base + int64(d.pos)
	if d.held() {
		at--
	}
	return at
}

func (d *document) damaged(format string, args ...any) *DamagedError {
	return &DamagedError{Part: d.name, Offset: d.offset(), Msg: fmt.Sprintf(format, args...)}
}

// broken turns an error of reading or of the decoder into one that names the part.
func (d *document) broken(err error) error {
	var limit *LimitError
	if errors.As(err, &limit) {
		return err
	}
	e := &DamagedError{Part: d.name, Offset: -1, Msg: "the part cannot be read", Err: err}
	if d.dec != nil {
		e.Offset = d.offset()
	}
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax):
		e.Msg, e.Err = "malformed XML: "+syntax.Msg, nil
	case errors.Is(err, zip.ErrChecksum):
		e.Msg = "the checksum is wrong"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Msg = "the packed data is cut short"
	}
	return e
}

// token gives the next token and refuses what XML or workbooks do not allow and encoding/xml does not mind.
func (d *document) token() (xml.Token, error) {
	d.raw = d.raw[:0]
	if d.held() {
		d.raw = append(d.raw, '<')
	}
	t, err := d.dec.Token()
	if errors.Is(err, io.EOF) && errors.Is(d.end, io.EOF) {
		if d.rooted && d.depth == 0 {
			return nil, io.EOF
		}
		return nil, d.damaged("the part ends too soon")
	}
	if err != nil {
		return nil, d.broken(err)
	}
	return t, d.check(t)
}

func (d *document) check(t xml.Token) error {
	switch t := t.(type) {
	case xml.StartElement:
		if d.depth == 0 && d.rooted {
			return d.damaged("there is a second root element")
		}
		d.rooted = true
		if d.depth++; d.depth > maxDepth {
			return d.damaged("elements nest deeper than %d", maxDepth)
		}
		return d.checkTag(t)
	case xml.EndElement:
		d.depth--
	case xml.CharData:
		if d.depth == 0 && !blank(t) {
			return d.damaged("there is text outside the root element")
		}
		if !bytes.HasPrefix(d.raw, []byte("<![")) { // in a CDATA section, entities are plain text
			return d.checkEntities()
		}
	case xml.Directive:
		return d.damaged("there is a document type declaration, which could define entities; workbooks have none")
	case xml.ProcInst:
		if strings.EqualFold(t.Target, "xml") && d.given != int64(len(d.raw)) {
			return d.damaged("an XML declaration stands within the part")
		}
	}
	return nil
}

// checkTag refuses doubled attributes and those that are not set apart by a blank.
func (d *document) checkTag(t xml.StartElement) error {
	if len(t.Attr) > maxAttributes {
		return d.damaged("the element %q has more than %d attributes", t.Name.Local, maxAttributes)
	}
	for i, a := range t.Attr {
		if slices.ContainsFunc(t.Attr[:i], func(b xml.Attr) bool { return a.Name == b.Name }) {
			return d.damaged("the element %q has the attribute %q twice", t.Name.Local, a.Name.Local)
		}
	}
	// The decoder found all quotes in pairs; a synthesized tag does not occur.
	for rest := d.raw; ; {
		i := bytes.IndexAny(rest, `"'`)
		if i < 0 {
			return d.checkEntities()
		}
		j := i + 1 + bytes.IndexByte(rest[i+1:], rest[i])
		rest = rest[j+1:]
		if len(rest) > 0 && bytes.IndexByte([]byte(" \t\r\n/>"), rest[0]) < 0 {
			return d.damaged("there is no blank between two attributes of the element %q", t.Name.Local)
		}
	}
}

// checkEntities refuses numbers of half characters, for which the decoder gives a replacement character.
func (d *document) checkEntities() error {
	for rest := d.raw; ; {
		_, after, found := bytes.Cut(rest, []byte("&#"))
		if !found {
			return nil
		}
		number, _, _ := bytes.Cut(after, []byte(";"))
		if _, ok := entity(append([]byte("#"), number...)); !ok {
			return d.damaged("the entity %q is half a character", "&#"+shorten(number)+";")
		}
		rest = after
	}
}

// child gives the next start element within the element at hand, or nil at its end. Text between elements is refused.
func (d *document) child() (*xml.StartElement, error) {
	for {
		t, err := d.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return &t, nil
		case xml.EndElement:
			return nil, nil
		case xml.CharData:
			if !blank(t) {
				return nil, d.damaged("there is text between elements: %q", shorten(t))
			}
		}
	}
}

// children calls read for each element within the one at hand; read has to read it to its end.
func (d *document) children(read func(*xml.StartElement) error) error {
	for {
		t, err := d.child()
		if err != nil || t == nil {
			return err
		}
		if err := read(t); err != nil {
			return err
		}
	}
}

// skip passes over the rest of the element at hand.
func (d *document) skip() error {
	for depth := d.depth; d.depth >= depth; {
		if _, err := d.token(); err != nil {
			return err
		}
	}
	return nil
}

// text appends the text of the element at hand, to its end, and refuses elements within it.
func (d *document) text(dst []byte, of string) ([]byte, error) {
	for start := len(dst); ; {
		t, err := d.token()
		if err != nil {
			return dst, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return dst, d.unknown(&t, of)
		case xml.EndElement:
			return dst, nil
		case xml.CharData:
			dst = append(dst, t...)
			// An escape takes seven bytes for one of text, so that the text may get shorter.
			if err := within("string-bytes", int64(len(dst)-start)/7, d.limits.StringBytes, d.name); err != nil {
				return dst, err
			}
		}
	}
}

// closed tells that the start element at hand ends itself: the decoder gives its end without reading on.
func (d *document) closed() bool { return bytes.HasSuffix(d.raw, []byte("/>")) }

// root reads up to the root element and wants it to be the given one.
func (d *document) root(local string) (*xml.StartElement, error) {
	t, err := d.child()
	if err != nil {
		return nil, err
	}
	if !isMain(t, local) {
		return nil, d.damaged("the root element is %q, not %q of a spreadsheet", t.Name.Local, local)
	}
	return t, nil
}

// finish reads what stands behind the root element, and with it the checksum.
func (d *document) finish() error {
	for {
		if _, err := d.token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (d *document) unknown(t *xml.StartElement, within string) error {
	return d.damaged("the element %q is not known within %q", t.Name.Local, within)
}

const (
	transitional = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strict       = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// isMain tells an element of the spreadsheet vocabulary.
func isMain(t *xml.StartElement, local string) bool {
	return t.Name.Local == local && (t.Name.Space == transitional || t.Name.Space == strict)
}

// attribute gives the value of an attribute without namespace.
func attribute(t *xml.StartElement, local string) (value string, ok bool) {
	for _, a := range t.Attr {
		if a.Name.Local == local && a.Name.Space == "" {
			return a.Value, true
		}
	}
	return "", false
}

func blank(text []byte) bool { return len(bytes.Trim(text, " \t\r\n")) == 0 }

// shorten keeps what fits into a message.
func shorten(text []byte) string {
	const most = 40
	if len(text) <= most {
		return string(text)
	}
	return strings.ToValidUTF8(string(text[:most]), "") + "…"
}
