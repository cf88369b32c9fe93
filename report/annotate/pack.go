package annotate

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"

	"muster/internal/markup"
)

// mostHeld is how many bytes of a part are held as a whole. Worksheets and shared strings are not.
const mostHeld = 256 << 20

// The types of parts that are added.
const (
	typeSheet    = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	typeStyles   = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
	typeComments = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
	typeVML      = "application/vnd.openxmlformats-officedocument.vmlDrawing"
	typeBook     = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)

// spaces are the namespaces of one of the two dialects in which workbooks are written.
type spaces struct{ main, rel string }

func spacesOf(strict bool) spaces {
	if strict {
		return spaces{"http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships"}
	}
	return spaces{"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"}
}

// pack is the package of the workbook that is copied: its parts, and those of them that change.
type pack struct {
	in      *zip.Reader
	parts   map[string]*zip.File // by folded name
	changed map[string][]byte    // by folded name: what a part says in the copy
	dropped map[string]bool
	added   []addedPart
	taken   map[string]bool // folded names of parts that are added

	spaces
	main   string // name of the part that lists the sheets
	types  typeList
	rels   *relList // of main
	sheets []sheetPart
}

// addedPart is one that the workbook did not have.
type addedPart struct {
	name string
	text []byte
}

// sheetPart is one sheet of the workbook.
type sheetPart struct {
	name, part string
}

func openPack(r io.ReaderAt, size int64) (*pack, error) {
	in, err := zip.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	in.RegisterDecompressor(zip.Deflate, flate.NewReader)
	p := &pack{in: in, parts: make(map[string]*zip.File), changed: make(map[string][]byte), dropped: make(map[string]bool), taken: make(map[string]bool)}
	for _, f := range in.File {
		p.parts[fold(f.Name)] = f
	}
	if p.types.text, err = p.read("[Content_Types].xml"); err != nil {
		return nil, err
	}
	root, err := p.relsOf("")
	if err != nil {
		return nil, err
	}
	book, ok := root.ofType("officeDocument")
	if !ok {
		return nil, errors.New("the file names no workbook")
	}
	p.main, p.spaces = book.target, spacesOf(strings.HasPrefix(book.kind, "http://purl.oclc.org/"))
	if p.rels, err = p.relsOf(p.main); err != nil {
		return nil, err
	}
	return p, p.readSheets()
}

// fold gives the name of a part as it is compared.
func fold(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// read gives a part as a whole, in UTF-8 and without the declaration of its encoding.
func (p *pack) read(name string) (b []byte, err error) {
	if b, ok := p.changed[fold(name)]; ok {
		return b, nil
	}
	f := p.parts[fold(name)]
	if f == nil {
		return nil, fmt.Errorf("the part %q is missing", name)
	}
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	err = markup.InUTF8(io.Discard, in, func(_ io.Writer, r io.Reader) error {
		b, err = io.ReadAll(io.LimitReader(r, mostHeld+1))
		return err
	})
	if err == nil && len(b) > mostHeld {
		err = fmt.Errorf("the part %q has more than %d bytes", name, mostHeld)
	}
	return undeclared(b), err
}

// undeclared drops the mark and the declaration at the start of an XML text: what is written anew is always UTF-8.
func undeclared(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if bytes.HasPrefix(b, []byte("<?xml")) {
		if _, rest, found := bytes.Cut(b, []byte("?>")); found {
			return bytes.TrimLeft(rest, "\r\n")
		}
	}
	return b
}

// readSheets lists the sheets.
func (p *pack) readSheets() error {
	b, err := p.read(p.main)
	if err != nil {
		return err
	}
	return walk(b, func(n node) error {
		if n.depth != 3 || !n.tag.Is("sheet") || n.tag.Closing() {
			return nil
		}
		s := sheetPart{name: unescaped(text(n.tag, "name"))}
		for a := range n.tag.Attributes() {
			if _, local, ok := bytes.Cut(a.Name, []byte(":")); ok && string(local) == "id" {
				s.part = p.rels.byID(string(a.Value))
			}
		}
		p.sheets = append(p.sheets, s)
		return nil
	})
}

// unescaped resolves _xHHHH_ in the name of a sheet.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && len(s) >= i+7 && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// free gives the name of a part that is not there yet: before, a number, after.
func (p *pack) free(before, after string) string {
	for i := 1; ; i++ {
		name := before + strconv.Itoa(i) + after
		if p.parts[fold(name)] == nil && !p.taken[fold(name)] {
			return name
		}
	}
}

// add puts a new part into the copy.
func (p *pack) add(name, kind string, b []byte) {
	p.added = append(p.added, addedPart{name, b})
	p.reserve(name, kind)
}

// reserve takes the name of a part that is written by itself.
func (p *pack) reserve(name, kind string) {
	p.taken[fold(name)] = true
	p.types.add(name, kind)
}

// put says what a part says in the copy, whether the workbook has it or not. The type of a new one is told by its ending.
func (p *pack) put(name string, b []byte) {
	if p.parts[fold(name)] != nil {
		p.changed[fold(name)] = b
		return
	}
	p.add(name, "", b)
}

// relList are the relationships of one part.
type relList struct {
	from  string
	text  []byte
	all   []relation
	added strings.Builder
	next  int
}

// relation is how one part names another.
type relation struct {
	id, kind, target string // target is the name of a part, empty where it lies in no part
}

// last is the last element of the type, which is the same in both dialects.
func (r relation) last() string { return path.Base(r.kind) }

// relsOf reads the relationships of a part; a part may have none.
func (p *pack) relsOf(part string) (*relList, error) {
	l := &relList{from: part}
	if p.parts[fold(l.name())] == nil {
		l.text = []byte(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>`)
		return l, nil
	}
	var err error
	if l.text, err = p.read(l.name()); err != nil {
		return nil, err
	}
	return l, walk(l.text, func(n node) error {
		if n.depth != 2 || n.tag.Closing() || !n.tag.Is("Relationship") {
			return nil
		}
		r := relation{id: text(n.tag, "Id"), kind: text(n.tag, "Type")}
		if text(n.tag, "TargetMode") != "External" {
			r.target = resolved(part, text(n.tag, "Target"))
		}
		l.all = append(l.all, r)
		return nil
	})
}

// byID gives the part that an id leads to, empty when there is none.
func (l *relList) byID(id string) string {
	for _, r := range l.all {
		if r.id == id {
			return r.target
		}
	}
	return ""
}

// name is that of the part which holds the relationships.
func (l *relList) name() string {
	if l.from == "" {
		return "_rels/.rels"
	}
	return path.Join(path.Dir(l.from), "_rels", path.Base(l.from)+".rels")
}

func resolved(from, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if strings.HasPrefix(target, "/") {
		return path.Clean(target)[1:]
	}
	return path.Join(path.Dir(from), target)
}

// ofType gives the first relationship of a type.
func (l *relList) ofType(last string) (relation, bool) {
	for _, r := range l.all {
		if r.last() == last && r.target != "" {
			return r, true
		}
	}
	return relation{}, false
}

// add makes a relationship to a part and gives its id.
func (l *relList) add(kind, target string) string {
	for {
		l.next++
		id := "rIdMuster" + strconv.Itoa(l.next)
		if l.byID(id) != "" {
			continue
		}
		l.all = append(l.all, relation{id, kind, target})
		fmt.Fprintf(&l.added, `<%sRelationship Id=%q Type=%q Target="/%s"/>`, l.prefix(), id, kind, escaped(target))
		return id
	}
}

// drop takes the relationships out that lead to parts which the copy has not.
func (l *relList) drop(gone func(part string) bool) error {
	var e edits
	err := walk(l.text, func(n node) error {
		if n.depth == 2 && n.tag.Is("Relationship") && n.tag.Empty() && text(n.tag, "TargetMode") != "External" && gone(resolved(l.from, text(n.tag, "Target"))) {
			e.replace(n.from, n.to, "")
		}
		return nil
	})
	l.text = e.apply(l.text)
	return err
}

func (l *relList) prefix() string {
	prefix := ""
	_ = walk(l.text, func(n node) error { // it was walked before
		if n.depth == 1 {
			prefix = prefixOf(n.tag)
		}
		return nil
	})
	return prefix
}

// bytes gives the part.
func (l *relList) bytes() ([]byte, error) { return inside(l.text, l.added.String()) }

// inside puts a text at the end of the root element.
func inside(b []byte, added string) ([]byte, error) {
	var e edits
	err := walk(b, func(n node) error {
		switch {
		case n.depth != 1:
		case n.tag.Closing():
			e.put(n.from, added)
		case n.tag.Empty():
			e.replace(n.from, n.to, string(opened(n.tag))+added+"</"+nameOf(n.tag)+">")
		}
		return nil
	})
	return e.apply(b), err
}

// typeList is the part that tells the types of all others.
type typeList struct {
	text  []byte
	added strings.Builder
}

func (l *typeList) add(part, kind string) {
	if kind != "" {
		fmt.Fprintf(&l.added, `<Override PartName="/%s" ContentType=%q/>`, escaped(part), kind)
	}
}

// retype says another type of a part.
func (l *typeList) retype(part, kind string) error {
	var e edits
	err := walk(l.text, func(n node) error {
		if n.depth == 2 && !n.tag.Closing() && n.tag.Is("Override") && fold(text(n.tag, "PartName")) == fold(part) {
			e.replace(n.from, n.to, string(with(n.tag, "ContentType", kind)))
		}
		return nil
	})
	l.text = e.apply(l.text)
	return err
}

// drop leaves out the types of parts that the copy has not.
func (l *typeList) drop(gone func(part string) bool) error {
	var e edits
	err := walk(l.text, func(n node) error {
		if n.depth == 2 && n.tag.Is("Override") && n.tag.Empty() && gone(text(n.tag, "PartName")) {
			e.replace(n.from, n.to, "")
		}
		return nil
	})
	l.text = e.apply(l.text)
	return err
}

// of gives the type of a part, empty when it is only told by its ending.
func (l *typeList) of(part string) (kind string, err error) {
	err = walk(l.text, func(n node) error {
		if n.depth == 2 && !n.tag.Closing() && n.tag.Is("Override") && fold(text(n.tag, "PartName")) == fold(part) {
			kind = text(n.tag, "ContentType")
		}
		return nil
	})
	return kind, err
}

func (l *typeList) bytes() ([]byte, error) {
	added := l.added.String()
	prefix := ""
	err := walk(l.text, func(n node) error {
		if n.depth == 1 {
			prefix = prefixOf(n.tag)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return inside(l.text, strings.ReplaceAll(added, "<Override", "<"+prefix+"Override"))
}
