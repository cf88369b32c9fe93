package annotate

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"

	"muster/internal/onboarding"
	"muster/report"
)

// packing is how hard the parts that change are packed: half the time of the usual level, a tenth more bytes.
const packing = flate.BestSpeed

// write writes the parts in their order. The styles, the list of sheets and the types come last: what they say is known then.
func (c *copying) write(w io.Writer) error {
	out := zip.NewWriter(w)
	var packer *flate.Writer // one for all parts: it is large
	out.RegisterCompressor(zip.Deflate, func(w io.Writer) (_ io.WriteCloser, err error) {
		if packer != nil {
			packer.Reset(w)
			return packer, nil
		}
		packer, err = flate.NewWriter(w, packing)
		return packer, err
	})
	if err := out.SetComment(c.in.Comment); err != nil {
		return err
	}
	late := []string{c.main, c.rels.name(), c.style, "[Content_Types].xml"}
	for i := range late {
		late[i] = fold(late[i])
	}
	for _, f := range c.in.File {
		name := fold(f.Name)
		if c.dropped[name] || slices.Contains(late, name) {
			continue
		}
		if err := c.part(out, f); err != nil {
			return fmt.Errorf("part %q: %w", f.Name, err)
		}
	}
	for _, step := range []func(*zip.Writer) error{c.writeTexts, c.writePages, c.writeAdded, c.writeStyles, c.writeMain} {
		if err := step(out); err != nil {
			return err
		}
	}
	return out.Close()
}

// part copies one part, or writes it anew.
func (c *copying) part(out *zip.Writer, f *zip.File) (err error) {
	name := fold(f.Name)
	if b, ok := c.changed[name]; ok {
		return overwrite(out, f, b)
	}
	j := c.jobs[name]
	if j == nil {
		return out.Copy(f)
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	w, err := create(out, f)
	if err != nil {
		return err
	}
	early := readAhead(in)
	defer func() { err = errors.Join(err, early.Close()) }()
	return c.sheet(w, early, j)
}

// sheet writes a worksheet with what is shown in it.
func (c *copying) sheet(w io.Writer, in io.Reader, j *job) error {
	b := bufio.NewWriterSize(w, 128<<10)
	if err := rewrite(b, in, j, c.styles, c.spaces); err != nil {
		return err
	}
	return b.Flush()
}

// create begins a part in place of one that the workbook has.
func create(out *zip.Writer, f *zip.File) (io.Writer, error) {
	return out.CreateHeader(&zip.FileHeader{
		Name: f.Name, Comment: f.Comment, NonUTF8: f.NonUTF8, Modified: f.Modified, Method: zip.Deflate, CreatorVersion: f.CreatorVersion, ExternalAttrs: f.ExternalAttrs,
	})
}

// overwrite writes a part in place of one that the workbook has.
func overwrite(out *zip.Writer, f *zip.File, b []byte) error {
	w, err := create(out, f)
	if err == nil {
		_, err = w.Write(b)
	}
	return err
}

// writeTexts writes the sheets of text inputs.
func (c *copying) writeTexts(out *zip.Writer) error {
	for _, t := range c.texts {
		w, err := out.Create(t.part)
		if err != nil {
			return err
		}
		in := c.openText(t.text)
		if err := errors.Join(c.sheet(w, in, t.job), in.Close()); err != nil {
			return fmt.Errorf("%s: %w", t.text.Source.File, err)
		}
	}
	return nil
}

// writePages writes the sheets in front of those of the inputs.
func (c *copying) writePages(out *zip.Writer) error {
	for i, pg := range c.pages {
		w, err := out.Create(pg.part)
		if err != nil {
			return err
		}
		if i == 0 {
			for _, r := range c.told.Remarks {
				pg.page.Facts = append(pg.page.Facts, [2]string{c.book.Voice.Say(onboarding.T("Not at the cells")), c.book.Voice.Say(r)})
			}
		}
		p := &pageWriter{out: w, styles: c.styles, target: c.target, name: pg.name, voice: c.book.Voice}
		table, err := p.writePage(pg.page, c.spaces, i == 0)
		if err != nil {
			return err
		}
		c.tables = append(c.tables, table)
	}
	return nil
}

// target is where a link to a place in an input leads to; empty where the copy does not hold it.
func (c *copying) target(s report.Spot) string {
	name, ok := c.names[place{s.File, s.Sheet}]
	if !ok || s.File == "" {
		return ""
	}
	return quoted(name) + "!" + onboarding.ColumnLetters(max(s.Column, 1)) + strconv.Itoa(max(s.Row, 1))
}

func (c *copying) writeAdded(out *zip.Writer) error {
	for _, a := range c.added {
		if err := c.writePart(out, a.name, a.text); err != nil {
			return err
		}
	}
	return nil
}

func (c *copying) writeStyles(out *zip.Writer) error {
	b, err := c.styles.bytes()
	if err != nil {
		return err
	}
	return c.writePart(out, c.style, append([]byte(xmlHead), b...))
}

// writePart writes a part under its name in the workbook, or under a new one.
func (c *copying) writePart(out *zip.Writer, name string, b []byte) error {
	if f := c.parts[fold(name)]; f != nil {
		return overwrite(out, f, b)
	}
	w, err := out.Create(name)
	if err == nil {
		_, err = w.Write(b)
	}
	return err
}

// writeMain writes the list of sheets, where they lie, and the types of all parts.
func (c *copying) writeMain(out *zip.Writer) error {
	front, back := c.sheetTags()
	b, err := c.mainPart(front, back)
	if err != nil {
		return err
	}
	if err := c.writePart(out, c.main, append([]byte(xmlHead), b...)); err != nil {
		return err
	}
	if b, err = c.rels.bytes(); err != nil {
		return err
	}
	if err := c.writePart(out, c.rels.name(), append([]byte(xmlHead), b...)); err != nil {
		return err
	}
	if b, err = c.types.bytes(); err != nil {
		return err
	}
	return c.writePart(out, "[Content_Types].xml", append([]byte(xmlHead), b...))
}

// sheetTags name the sheets that are added, with numbers that no sheet has.
func (c *copying) sheetTags() (front, back string) {
	tag := func(name, part string) string {
		return fmt.Sprintf(`<%%[1]ssheet xmlns:r=%q name="%s" sheetId="%%[2]d" r:id=%q/>`, c.rel, strings.ReplaceAll(escaped(name), "%", "%%"), c.rels.add(c.rel+"/worksheet", part))
	}
	for _, p := range c.pages {
		front += tag(p.name, p.part) + "\x00"
	}
	for _, t := range c.texts {
		back += tag(t.name, t.part) + "\x00"
	}
	return front, back
}

// mainPart gives the list of sheets with the added ones. Names that are valid in one sheet tell it by its position, which moves.
func (c *copying) mainPart(front, back string) ([]byte, error) {
	b, err := c.read(c.main)
	if err != nil {
		return nil, err
	}
	m := &mainEdits{c: c, front: front, back: back}
	if err := walk(b, m.look); err != nil {
		return nil, err
	}
	if err := walk(b, m.step); err != nil {
		return nil, err
	}
	return m.apply(b), nil
}

// mainEdits are the changes to the list of sheets.
type mainEdits struct {
	edits
	c           *copying
	front, back string
	prefix      string
	lastID      int
	named       bool // the list of names is met
}

// look finds what the changes depend on.
func (m *mainEdits) look(n node) error {
	switch {
	case n.depth == 1:
		m.prefix = prefixOf(n.tag)
	case n.depth == 3 && n.tag.Is("sheet"):
		m.lastID = max(m.lastID, number(n.tag, "sheetId"))
	}
	return nil
}

func (m *mainEdits) step(n node) error {
	switch {
	case n.depth == 2 && n.tag.Is("sheets") && n.tag.Closing():
		m.put(n.from, m.numbered(m.back))
	case n.depth == 2 && n.tag.Is("sheets") && !n.tag.Empty():
		m.put(n.to, m.numbered(m.front))
	case n.depth == 2 && n.tag.Is("definedNames"):
		m.names(n)
	case n.depth == 3 && n.tag.Is("definedName") && !n.tag.Closing() && text(n.tag, "localSheetId") != "":
		m.replace(n.from, n.to, string(with(n.tag, "localSheetId", strconv.Itoa(number(n.tag, "localSheetId")+len(m.c.pages)))))
	case n.depth == 3 && n.tag.Is("workbookView") && !n.tag.Closing() && len(m.c.pages) > 0:
		m.replace(n.from, n.to, string(with(with(n.tag, "activeTab", ""), "firstSheet", "")))
	case n.depth == 2 && !n.tag.Closing() && behindNames(n), n.depth == 1 && n.tag.Closing():
		if !m.named && len(m.c.tables) > 0 {
			m.named = true
			m.put(n.from, "<"+m.prefix+"definedNames>"+m.filters()+"</"+m.prefix+"definedNames>")
		}
	}
	return nil
}

func (m *mainEdits) names(n node) {
	m.named = true
	switch {
	case n.tag.Empty():
		m.replace(n.from, n.to, string(opened(n.tag))+m.filters()+"</"+nameOf(n.tag)+">")
	case n.tag.Closing():
		m.put(n.from, m.filters())
	}
}

// numbered gives the tags of sheets their prefix and numbers.
func (m *mainEdits) numbered(tags string) string {
	var b strings.Builder
	for _, tag := range strings.Split(strings.TrimSuffix(tags, "\x00"), "\x00") {
		if tag != "" {
			m.lastID++
			fmt.Fprintf(&b, tag, m.prefix, m.lastID)
		}
	}
	return b.String()
}

// filters are the names under which spreadsheet programs keep the ranges of filters.
func (m *mainEdits) filters() string {
	var b strings.Builder
	for i, table := range m.c.tables {
		fmt.Fprintf(&b, `<%[1]sdefinedName name="_xlnm._FilterDatabase" localSheetId="%[2]d" hidden="1">%[3]s</%[1]sdefinedName>`, m.prefix, i, escaped(quoted(m.c.pages[i].name)+"!"+table))
	}
	return b.String()
}

// behindNames tells the elements that stand behind the list of names.
func behindNames(n node) bool {
	_, local := n.tag.Name()
	switch string(local) {
	case "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst":
		return true
	}
	return false
}

// The types of the main part of a workbook with macros, and the mark of all such types.
const (
	typeMacros = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
	macroMark  = "macroEnabled"
)

// planMacros takes the macros out of a copy whose name does not let it hold any: no spreadsheet program would open it.
func (c *copying) planMacros() error {
	kind, err := c.types.of(c.main)
	if err != nil {
		return err
	}
	has := strings.Contains(kind, macroMark)
	switch {
	case has == c.book.Macros:
		return nil
	case !has:
		return c.types.retype(c.main, typeMacros)
	}
	for _, r := range c.rels.all {
		if strings.HasSuffix(strings.ToLower(r.kind), "macrosheet") {
			return errors.New("the workbook has sheets of macros, and the name of the report ends in .xlsx")
		}
		if strings.HasSuffix(r.kind, "/vbaProject") {
			c.forget(r.target)
		}
	}
	if err := c.rels.drop(func(part string) bool { return c.dropped[fold(part)] }); err != nil {
		return err
	}
	if err := c.types.drop(func(part string) bool { return c.dropped[fold(part)] }); err != nil {
		return err
	}
	c.told.Remarks = append(c.told.Remarks, onboarding.T("the copy is without the macros of the workbook, which need a name that ends in .xlsm"))
	return c.types.retype(c.main, typeBook)
}

// forget leaves the macros out, and what they are signed with.
func (c *copying) forget(part string) {
	c.dropped[fold(part)] = true
	dir, base := path.Split(part)
	c.dropped[fold(dir+"_rels/"+base+".rels")] = true
	for name := range c.parts {
		if strings.HasPrefix(name, fold(dir)+"vba") {
			c.dropped[name] = true
		}
	}
}
