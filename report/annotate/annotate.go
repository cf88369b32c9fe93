// Package annotate writes a copy of a user's own workbook with what was found and done shown at its cells.
//
// Parts that say nothing new are copied byte for byte as they are packed; of worksheets only the styles of marked cells change
// and cells are added where none were. Every value, formula, comment, drop-down, picture and macro of the user stays.
// Memory grows with findings, not with rows.
package annotate

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"

	"muster/internal/onboarding"
	"muster/report"
)

// Book is a workbook to be written.
type Book struct {
	Base     *Base                // workbook that is copied; nil: a new one
	Texts    []Text               // text inputs, each of which becomes a sheet behind those of the base
	Pages    []report.Page        // in front of them; what is said beside the comments stands on the first
	Findings []onboarding.Finding // sorted; those of the base and the texts are shown at their cells
	Results  *Results             // nil: rows get no columns at their right
	Macros   bool                 // the name of the copy lets it hold macros
	Voice    onboarding.Voice     // of the reader; nil: English
}

// Base is the workbook of the user.
type Base struct {
	File string // as sources name it
	Path string
}

// Text is a sheet that is made of rows, as of an input that is no workbook. Its rows may be read more than once.
type Text struct {
	Source *onboarding.Source
	Name   string // that the sheet would like to have
	Rows   iter.Seq2[TextRow, error]
}

// Told is what the reader of a copy should know.
type Told struct {
	Comments int               // cells with a comment of ours
	Remarks  []onboarding.Text // what could not be done at the cells
}

var errTooLarge = errors.New("a text input has more rows or columns than a sheet")

// Write writes the workbook. The error is from the writer, from an input, or about a workbook whose form is not known; then
// nothing of what was written is of use.
func Write(w io.Writer, b *Book) (told Told, err error) {
	if b.Voice == nil {
		b.Voice = onboarding.English{}
	}
	c := &copying{book: b}
	in, size, done, err := c.base()
	if err != nil {
		return told, err
	}
	defer func() { err = errors.Join(err, done()) }()
	if c.pack, err = openPack(in, size); err != nil {
		return told, err
	}
	if err := c.plan(); err != nil {
		return told, err
	}
	return c.told, c.write(w)
}

// copying is one workbook on its way.
type copying struct {
	*pack
	book   *Book
	told   Told
	styles *styles
	style  string          // name of the part of the styles
	jobs   map[string]*job // by folded name of the part
	texts  []textPart
	pages  []pagePart
	names  map[place]string // of the sheets in the copy
	shown  map[place]cells
	tables []string // ranges of the tables of the pages
}

// place is a sheet of an input.
type place struct{ file, sheet string }

// cells is what is shown in a sheet.
type cells struct {
	marks []mark
	notes []note
}

// textPart is a sheet of a text input.
type textPart struct {
	text       Text
	name, part string
	job        *job
}

// pagePart is a sheet of a page.
type pagePart struct {
	page       report.Page
	name, part string
}

// base opens the workbook that is copied.
func (c *copying) base() (r io.ReaderAt, size int64, done func() error, err error) {
	if c.book.Base == nil {
		b, err := empty()
		return bytes.NewReader(b), int64(len(b)), func() error { return nil }, err
	}
	f, err := os.Open(c.book.Base.Path)
	if err != nil {
		return nil, 0, nil, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, 0, nil, errors.Join(err, f.Close())
	}
	return f, st.Size(), f.Close, nil
}

// empty is a workbook without sheets.
func empty() ([]byte, error) {
	n := spacesOf(false)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range []addedPart{
		{"[Content_Types].xml", []byte(xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + typeBook + `"/><Override PartName="/xl/styles.xml" ContentType="` + typeStyles + `"/></Types>`)},
		{"_rels/.rels", []byte(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + n.rel + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/workbook.xml", []byte(xmlHead + `<workbook xmlns="` + n.main + `"><bookViews><workbookView/></bookViews><sheets></sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", []byte(xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + n.rel + `/styles" Target="styles.xml"/></Relationships>`)},
		{"xl/styles.xml", []byte(xmlHead + `<styleSheet xmlns="` + n.main + `"></styleSheet>`)},
	} {
		w, err := z.Create(part.name)
		if err == nil {
			_, err = w.Write(part.text)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// plan says what becomes of every part, before anything is written.
func (c *copying) plan() error {
	c.jobs = make(map[string]*job)
	c.arrange()
	if err := c.openStyles(); err != nil {
		return err
	}
	for i := range c.book.Pages {
		part := c.free(c.folder()+"worksheets/sheet", ".xml")
		c.reserve(part, typeSheet)
		c.pages = append(c.pages, pagePart{c.book.Pages[i], c.unused(c.book.Pages[i].Name), part})
	}
	for i, t := range c.book.Texts {
		part := c.free(c.folder()+"worksheets/sheet", ".xml")
		c.reserve(part, typeSheet)
		at := place{t.Source.File, t.Source.Sheet}
		c.names[at] = c.unused(t.Name)
		c.texts = append(c.texts, textPart{t, c.names[at], part, &job{}})
		if err := c.planSheet(at, part, c.texts[i].job, sheetHead{usual: textWidth}); err != nil {
			return err
		}
		if err := c.planResults(at, t.Source, c.texts[i].job, func() (io.ReadCloser, error) { return c.openText(t), nil }); err != nil {
			return err
		}
	}
	if err := c.planUser(); err != nil {
		return err
	}
	return c.planMacros()
}

// folder is where the parts of the workbook lie.
func (c *copying) folder() string {
	return c.main[:strings.LastIndexByte(c.main, '/')+1]
}

// openStyles reads the formats, or begins them where the workbook has none.
func (c *copying) openStyles() error {
	var b []byte
	if r, ok := c.rels.ofType("styles"); ok {
		c.style = r.target
		var err error
		if b, err = c.read(c.style); err != nil {
			return err
		}
	} else {
		c.style = c.free(c.folder()+"styles", ".xml")
		c.reserve(c.style, typeStyles)
		c.rels.add(c.rel+"/styles", c.style)
		b = []byte(`<styleSheet xmlns="` + c.spaces.main + `"></styleSheet>`)
	}
	var err error
	c.styles, err = readStyles(b)
	return err
}

// planUser plans the sheets of the user.
func (c *copying) planUser() error {
	if c.book.Base == nil {
		return nil
	}
	for _, s := range c.sheets {
		if s.part == "" || c.parts[fold(s.part)] == nil {
			continue
		}
		j := &job{}
		at := place{c.book.Base.File, s.name}
		h, err := c.headOf(s.part)
		if err != nil {
			return err
		}
		j.deselect = h.selected
		if err := c.planSheet(at, s.part, j, h); err != nil {
			return err
		}
		err = c.planResults(at, c.book.Results.source(at), j, func() (io.ReadCloser, error) { return c.parts[fold(s.part)].Open() })
		if err != nil {
			return err
		}
		if !j.idle() {
			c.jobs[fold(s.part)] = j
		}
	}
	return nil
}

// openText gives the XML of a text input.
func (c *copying) openText(t Text) *textSheet {
	return newTextSheet(t.Rows, t.Source.HeaderRow, c.styles, c.spaces)
}

// unused gives a name that no sheet of the copy has, in the form that spreadsheet programs allow.
func (c *copying) unused(want string) string {
	want = strings.Trim(strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`[]:*?/\`, r) {
			return '_'
		}
		return r
	}, want), "' ")
	if want == "" {
		want = "Input"
	}
	for i := 1; ; i++ {
		end := ""
		if i > 1 {
			end = fmt.Sprintf(" (%d)", i)
		}
		name := clipped(want, mostName-len(end), "") + end
		if !c.has(name) {
			return name
		}
	}
}

const mostName = 31 // UTF-16 units of the name of a sheet

func (c *copying) has(name string) bool {
	same := func(other string) bool { return strings.EqualFold(name, other) }
	for _, n := range c.names {
		if same(n) {
			return true
		}
	}
	return slices.ContainsFunc(c.pages, func(p pagePart) bool { return same(p.name) }) || same("History") // which spreadsheet programs keep for themselves
}
