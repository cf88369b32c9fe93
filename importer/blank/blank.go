// Package blank writes an empty workbook to be filled: headings in one language, notes at them, lists to choose from, an
// example. What is filled in below its headings, importer/sheet reads.
//
// The example stands above the headings, where nothing is read: nobody can provision it by accident.
package blank

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// Options of a workbook.
type Options struct {
	Facts    *facts.Tables
	Words    *locale.Words
	Language string    // one of Words.Languages
	Made     time.Time // as the properties of the file say it
}

// Rows of a sheet, as people see them.
const (
	exampleRow = 1
	headingRow = 2
	firstRow   = 3
	lastRow    = 100_000 // down to which there are lists to choose from
)

// Write writes the workbook.
func Write(w io.Writer, o Options) (err error) {
	b := &book{Options: o, file: excelize.NewFile(), lists: make(map[string]string)}
	defer func() { err = errors.Join(err, b.file.Close()) }()
	made := o.Made.UTC().Format(time.RFC3339)
	if err := b.file.SetDocProps(&excelize.DocProperties{Created: made, Modified: made, Creator: "muster"}); err != nil {
		return err
	}
	if err := b.styles(); err != nil {
		return err
	}
	if err := b.readme(); err != nil {
		return err
	}
	for _, k := range kinds() {
		if _, err := b.file.NewSheet(b.name(k)); err != nil {
			return err
		}
	}
	if err := b.choices(); err != nil {
		return err
	}
	for _, k := range kinds() {
		if err := b.sheet(k); err != nil {
			return fmt.Errorf("write sheet %q: %w", b.name(k), err)
		}
	}
	first, err := b.file.GetSheetIndex(b.name(onboarding.Templates))
	if err != nil {
		return err
	}
	b.file.SetActiveSheet(first)
	var out bytes.Buffer
	if _, err := b.file.WriteTo(&out); err != nil {
		return err
	}
	return inOrder(w, out.Bytes())
}

// inOrder packs the workbook with its parts sorted, so that the same options give the same bytes.
func inOrder(w io.Writer, packed []byte) error {
	in, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	slices.SortFunc(in.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, f := range in.File {
		if err := copyPart(out, f); err != nil {
			return err
		}
	}
	return out.Close()
}

func copyPart(out *zip.Writer, f *zip.File) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := out.Create(f.Name)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, r)
	return err
}

// kinds lists the sheets. Packages have columns of their own on the sheet of customers.
func kinds() []onboarding.Kind {
	return []onboarding.Kind{onboarding.Templates, onboarding.Customers, onboarding.Locations, onboarding.Users}
}

// book is a workbook on its way.
type book struct {
	Options
	file  *excelize.File
	looks struct{ head, must, example, text, title int }
	lists map[string]string // name of a list → where it stands
}

func (b *book) word(name string) string { return b.Words.Label("form", name, b.Language) }

func (b *book) name(k onboarding.Kind) string { return b.Words.SheetName(k.String(), b.Language) }

func (b *book) styles() error {
	const asText = 49 // the built-in format @
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	for _, n := range []struct {
		style *int
		look  excelize.Style
	}{
		{&b.looks.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("DDEBF7")}},
		{&b.looks.must, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("9DC3E6")}},
		{&b.looks.example, excelize.Style{Font: &excelize.Font{Italic: true, Color: "595959"}, Fill: fill("EDEDED"), NumFmt: asText}},
		{&b.looks.text, excelize.Style{NumFmt: asText}},
		{&b.looks.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}},
	} {
		var err error
		if *n.style, err = b.file.NewStyle(&n.look); err != nil {
			return err
		}
	}
	return nil
}

// readme fills the first sheet with instructions.
func (b *book) readme() error {
	name := b.Words.Label("own", "readme", b.Language)
	if err := b.file.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	if err := b.direction(name); err != nil {
		return err
	}
	if err := b.file.SetColWidth(name, "A", "A", 110); err != nil {
		return err
	}
	wrap, err := b.file.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	lines := []string{"muster", b.word("line1"), b.word("line2"), b.word("line3"), b.word("line4"), b.word("line5"), b.word("line6")}
	for i, line := range lines {
		cell := fmt.Sprintf("A%d", i+1)
		style := wrap
		if i == 0 {
			style = b.looks.title
		}
		if err := errors.Join(b.file.SetCellStr(name, cell, line), b.file.SetCellStyle(name, cell, cell, style)); err != nil {
			return err
		}
	}
	return nil
}

// direction lays a sheet out from right to left in Arabic.
func (b *book) direction(sheet string) error {
	if b.Language != "ar" {
		return nil
	}
	yes := true
	return b.file.SetSheetView(sheet, 0, &excelize.ViewOptions{RightToLeft: &yes})
}

// sheet writes one sheet to be filled.
func (b *book) sheet(k onboarding.Kind) error {
	name := b.name(k)
	if err := b.direction(name); err != nil {
		return err
	}
	for i, c := range b.columns(k) {
		if err := b.column(name, i+1, c); err != nil {
			return err
		}
	}
	note := excelize.Comment{Cell: "A1", Author: "muster", Paragraph: []excelize.RichTextRun{{Text: b.word("example")}}}
	if err := b.file.AddComment(name, note); err != nil {
		return err
	}
	return b.file.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: headingRow, TopLeftCell: fmt.Sprintf("A%d", firstRow), ActivePane: "bottomLeft"})
}

func (b *book) column(name string, at int, c column) error {
	letters := onboarding.ColumnLetters(at)
	cell := func(row int) string { return fmt.Sprintf("%s%d", letters, row) }
	head, look := c.heading, b.looks.head
	if c.required {
		head, look = head+" *", b.looks.must
	}
	errs := []error{b.file.SetColWidth(name, letters, letters, c.width())}
	if c.literal() {
		errs = append(errs, b.file.SetColStyle(name, letters, b.looks.text))
	}
	errs = append(
		errs,
		b.file.SetCellStr(name, cell(exampleRow), c.example), b.file.SetCellStyle(name, cell(exampleRow), cell(exampleRow), b.looks.example),
		b.file.SetCellStr(name, cell(headingRow), head), b.file.SetCellStyle(name, cell(headingRow), cell(headingRow), look),
		b.file.AddComment(name, excelize.Comment{Cell: cell(headingRow), Author: "muster", Paragraph: []excelize.RichTextRun{{Text: c.note}}}),
	)
	if list := b.lists[c.list]; list != "" {
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s:%s", cell(firstRow), cell(lastRow))
		v.SetSqrefDropList(list)
		v.ShowErrorMessage = false // other words are good, too: muster check judges
		errs = append(errs, b.file.AddDataValidation(name, v))
	}
	return errors.Join(errs...)
}

// column is one column to be filled.
type column struct {
	heading  string
	note     string
	example  string
	list     string // name of the list to choose from; empty for none
	required bool
	sort     sheet.Sort
}

// literal reports whether the column holds what a spreadsheet program must not turn into a number or a date.
func (c column) literal() bool {
	switch c.sort {
	case sheet.ID, sheet.Phone, sheet.Digits, sheet.Postal, sheet.Date:
		return true
	}
	return false
}

func (c column) width() float64 {
	const least, most = 14, 34
	return min(most, max(least, float64(len([]rune(c.heading))+3), float64(len([]rune(c.example))+2)))
}
