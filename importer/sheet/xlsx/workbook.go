// Package xlsx reads the cells of a workbook as a stream and refuses every workbook it cannot read whole.
//
// Rows in the shapes that spreadsheet programs write are taken from the bytes directly; every other shape goes through
// encoding/xml. What neither understands, and whatever is malformed, cut short or out of order, is a *DamagedError that
// names the place; nothing is passed over in silence. Memory does not grow with the number of rows.
package xlsx

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// SheetState says who sees a sheet.
type SheetState uint8

// The states of a sheet.
const (
	Visible    SheetState = iota
	Hidden                // a person can unhide it from a menu
	VeryHidden            // only a program can unhide it
)

// SheetType says what a sheet holds.
type SheetType uint8

// The types of sheets. Only a Worksheet can be read.
const (
	Worksheet SheetType = iota
	Chart
	Macro
	Dialog
)

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name  string
	State SheetState
	Type  SheetType

	part string
}

// Workbook is an opened workbook. It may be used by several goroutines; the Rows it gives may not.
type Workbook struct {
	files   *container
	sheets  []Sheet
	epoch   epoch
	formats []format // by the style index of a cell
	strings *sharedStrings
}

// Open reads what all sheets of a workbook share: their list, the number formats, the strings. The reader must stay
// open as long as the workbook is used; there is nothing to close on the workbook itself. The error is one of ErrLegacy,
// ErrPassword, ErrXLSB, ErrNotZip, ErrNotWorkbook, ErrNoWorksheet, a *DamagedError, a *LimitError, or from the reader.
func Open(r io.ReaderAt, size int64, limits Limits) (*Workbook, error) {
	files, err := openContainer(r, size, limits.withDefaults())
	if err != nil {
		return nil, err
	}
	main, err := files.mainPart()
	if err != nil {
		return nil, err
	}
	rels, err := files.relationships(main)
	if err != nil {
		return nil, err
	}
	w := &Workbook{files: files}
	if err := w.readMain(main, rels); err != nil {
		return nil, err
	}
	if w.formats, err = files.readStyles(rels.ofType("styles")); err != nil {
		return nil, err
	}
	if w.strings, err = files.readStrings(rels.ofType("sharedStrings")); err != nil {
		return nil, err
	}
	return w, nil
}

// Sheets gives all sheets in the order of the workbook.
func (w *Workbook) Sheets() []Sheet { return w.sheets }

// mainPart finds the part that lists the sheets.
func (c *container) mainPart() (string, error) {
	const usual = "xl/workbook.xml"
	if c.has("xl/workbook.bin") {
		return "", ErrXLSB
	}
	if !c.has("_rels/.rels") {
		if c.has(usual) {
			return "", damagedZip("_rels/.rels", "the part is missing", nil)
		}
		return "", ErrNotWorkbook
	}
	rels, err := c.relationships("")
	if err != nil {
		return "", err
	}
	main := rels.ofType("officeDocument")
	switch {
	case main == "" && !c.has(usual):
		return "", ErrNotWorkbook
	case main == "":
		return "", damagedZip("_rels/.rels", "no workbook is named", nil)
	case strings.HasSuffix(main, ".bin"):
		return "", ErrXLSB
	case strings.HasPrefix(main, "word/") || strings.HasPrefix(main, "ppt/") || strings.HasPrefix(main, "visio/"):
		return "", ErrNotWorkbook
	}
	return main, nil
}

// readMain reads the list of sheets and the date system.
func (w *Workbook) readMain(part string, rels relationships) error {
	d, err := w.files.document(part)
	if err != nil {
		return err
	}
	defer d.close()
	if _, err := d.root("workbook"); err != nil {
		return err
	}
	err = d.children(func(t *xml.StartElement) error {
		switch {
		case isMain(t, "workbookPr"):
			v, _ := attribute(t, "date1904")
			if w.epoch.from1904, err = d.boolean(v); err != nil {
				return err
			}
		case isMain(t, "sheets"):
			return d.children(func(t *xml.StartElement) error { return w.readSheet(d, t, rels) })
		}
		return d.skip()
	})
	if err != nil {
		return err
	}
	if err := d.finish(); err != nil {
		return err
	}
	for _, s := range w.sheets {
		if s.Type == Worksheet {
			return nil
		}
	}
	return ErrNoWorksheet
}

func (w *Workbook) readSheet(d *document, t *xml.StartElement, rels relationships) error {
	if !isMain(t, "sheet") {
		return d.unknown(t, "sheets")
	}
	s := Sheet{}
	id := ""
	for _, a := range t.Attr {
		switch {
		case a.Name.Local == "name" && a.Name.Space == "":
			s.Name = string(decodeEscapes([]byte(a.Value)))
		case a.Name.Local == "id" && strings.HasSuffix(a.Name.Space, "/relationships"):
			id = a.Value
		}
	}
	if slices.ContainsFunc(w.sheets, func(o Sheet) bool { return strings.EqualFold(o.Name, s.Name) }) {
		return d.damaged("two sheets have the name %q", s.Name)
	}
	rel, ok := rels[id]
	if !ok {
		return d.damaged("the sheet %q has no part (relationship %q)", s.Name, id)
	}
	s.part = rel.target
	var err error
	if s.Type, err = sheetType(rel); err != nil {
		return d.damaged("the sheet %q: %v", s.Name, err)
	}
	state, _ := attribute(t, "state")
	if s.State, err = sheetState(state); err != nil {
		return d.damaged("the sheet %q: %v", s.Name, err)
	}
	if s.Type == Worksheet && !w.files.has(s.part) {
		return damagedZip(s.part, fmt.Sprintf("the part of the sheet %q is missing", s.Name), nil)
	}
	w.sheets = append(w.sheets, s)
	if err := within("sheets", int64(len(w.sheets)), w.files.limits.Sheets, d.name); err != nil {
		return err
	}
	return d.skip()
}

func sheetType(rel relationship) (SheetType, error) {
	switch {
	case rel.external:
		return 0, fmt.Errorf("it lies in another file, %q", rel.target)
	case rel.kind == "worksheet":
		return Worksheet, nil
	case rel.kind == "chartsheet":
		return Chart, nil
	case rel.kind == "dialogsheet":
		return Dialog, nil
	case strings.HasSuffix(strings.ToLower(rel.kind), "macrosheet"):
		return Macro, nil
	}
	return 0, fmt.Errorf("its type %q is not known", rel.kind)
}

func sheetState(s string) (SheetState, error) {
	switch s {
	case "", "visible":
		return Visible, nil
	case "hidden":
		return Hidden, nil
	case "veryHidden":
		return VeryHidden, nil
	}
	return 0, fmt.Errorf("its state %q is not known", s)
}

// Part gives the name within the zip of the part that holds the sheet with the given index in Sheets.
func (w *Workbook) Part(sheet int) string {
	if f := w.files.parts[partKey(w.sheets[sheet].part)]; f != nil {
		return f.Name
	}
	return ""
}
