// Package workbook writes workbooks in muster's own form: what it writes, importer/sheet reads as the same records.
//
// Rows are streamed to a temporary file, so that a million users are never held. Every text stays a text: no value can
// become a formula, a date or a number.
package workbook

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"muster/importer/sheet"
	"muster/internal/locale"
	"muster/internal/onboarding"
)

// Options of a workbook.
type Options struct {
	Words    *locale.Words
	Language string    // of the headings and the names of the sheets, one of Words.Languages
	Made     time.Time // as the properties of the file say it
}

// Book is a workbook that is being written. It is for one goroutine. Close it, written or not.
type Book struct {
	opt    Options
	file   *excelize.File
	styles styles
	sheets map[onboarding.Kind]*grid
	extra  []*grid
}

// New begins a workbook. Its sheets stand in the order in which they are read; those that get no row are left out.
func New(o Options) (*Book, error) {
	b := &Book{opt: o, file: excelize.NewFile(), sheets: make(map[onboarding.Kind]*grid)}
	made := o.Made.UTC().Format(time.RFC3339)
	err := b.file.SetDocProps(&excelize.DocProperties{Created: made, Modified: made, Creator: "muster"})
	if err == nil {
		b.styles, err = newStyles(b.file)
	}
	for k := onboarding.Templates; err == nil && k <= onboarding.Users; k++ {
		name := o.Words.SheetName(k.String(), o.Language)
		_, err = b.file.NewSheet(name)
		b.sheets[k] = &grid{book: b, name: name, first: name, heads: b.heads(k), part: 1}
	}
	if err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// Close lets go of what was kept on disk.
func (b *Book) Close() error { return b.file.Close() }

// Unknown is the word that stands in a cell of which nobody knows the value.
func (b *Book) Unknown() string { return b.opt.Words.Label("word", "unknown", b.opt.Language) }

// Template adds a row to the sheet Templates; the cells of marked fields are coloured.
func (b *Book) Template(t *onboarding.Template, marked ...onboarding.Field) error {
	return b.sheets[onboarding.Templates].add(sheet.TemplateTexts(t), marked)
}

// Customer adds a row to the sheet Customers. Packages beside the list have rows of their own.
func (b *Book) Customer(c *onboarding.Customer, marked ...onboarding.Field) error {
	return b.sheets[onboarding.Customers].add(sheet.CustomerTexts(c), marked)
}

// Seat adds a row to the sheet Packages: a package of the customer with this external ID, and its quantity, a whole number
// or a word.
func (b *Book) Seat(customer, pack, quantity string, marked ...onboarding.Field) error {
	return b.sheets[onboarding.Packages].add([]string{customer, pack, quantity}, marked)
}

// Location adds a row to the sheet Locations.
func (b *Book) Location(l *onboarding.Location, marked ...onboarding.Field) error {
	return b.sheets[onboarding.Locations].add(sheet.LocationTexts(l), marked)
}

// User adds a row to the sheet Users. Where a sheet is full, another one follows.
func (b *Book) User(u *onboarding.User, marked ...onboarding.Field) error {
	return b.sheets[onboarding.Users].add(sheet.UserTexts(u), marked)
}

// Table begins a sheet that is no input, below headings of its own, behind all others.
func (b *Book) Table(name string, headings ...string) (*Table, error) {
	if _, err := b.file.NewSheet(name); err != nil {
		return nil, err
	}
	g := &grid{book: b, name: name, first: name, part: 1}
	for _, h := range headings {
		g.heads = append(g.heads, head{text: h, width: tableWidth})
	}
	b.extra = append(b.extra, g)
	return &Table{g}, g.begin()
}

// Table is a sheet that is no input.
type Table struct{ grid *grid }

// Add adds a row.
func (t *Table) Add(cells ...string) error { return t.grid.add(cells, nil) }

// Mark adds a row that is coloured.
func (t *Table) Mark(cells ...string) error { return t.grid.addAll(cells, true) }

// Write ends the workbook and writes it.
func (b *Book) Write(w io.Writer) error {
	if err := b.end(); err != nil {
		return err
	}
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) }) // the library would hold the whole file
	if err := b.file.Write(io.Discard); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// end closes every sheet and leaves those without rows out.
func (b *Book) end() error {
	begun := 0
	for k := onboarding.Templates; k <= onboarding.Users; k++ {
		g := b.sheets[k]
		if g.out == nil {
			if err := b.file.DeleteSheet(g.name); err != nil {
				return err
			}
			continue
		}
		begun++
		if err := g.out.Flush(); err != nil {
			return err
		}
	}
	for _, g := range b.extra {
		begun++
		if err := g.out.Flush(); err != nil {
			return err
		}
	}
	if begun > 0 {
		if err := b.file.DeleteSheet("Sheet1"); err != nil { // the one that a new file has
			return err
		}
	}
	b.file.SetActiveSheet(0)
	return nil
}

// heads are the columns of a kind.
func (b *Book) heads(k onboarding.Kind) []head {
	var out []head
	for _, c := range sheet.Columns() {
		if c.Kind == k {
			out = append(out, head{
				field: c.Field, sort: c.Sort, width: width(c.Sort), text: b.opt.Words.Label(k.String(), string(c.Field), b.opt.Language),
			})
		}
	}
	return out
}
