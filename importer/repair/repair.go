// Package repair writes a copy of an input with what is certain put right, and says of every cell what changed.
//
// Nothing is guessed: a value that can be read in two ways, and one that has lost something, stays as it is. All other
// bytes of the input are copied as they stand, cells with formulas among them. Memory does not grow with the number of rows.
package repair

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"muster/importer/sheet"
	"muster/importer/sheet/xlsx"
	"muster/internal/facts"
	"muster/internal/onboarding"
)

// Repairer copies the inputs of one book. It is for one goroutine.
type Repairer struct {
	facts *facts.Tables
	users Resolver
	iso   map[*onboarding.Source]map[int]string // country of a customer or location, by row
}

// Resolver finds what the cells of a user refer to, as the check does.
type Resolver interface{ User(*onboarding.User) }

// New makes a Repairer of a batch that was read and resolved.
func New(f *facts.Tables, b *onboarding.Batch, users Resolver) *Repairer {
	r := &Repairer{facts: f, users: users, iso: make(map[*onboarding.Source]map[int]string)}
	for _, c := range b.Customers {
		r.note(c.Row, c.Resolved.Country)
	}
	for _, l := range b.Locations {
		r.note(l.Row, l.Resolved.Country)
	}
	return r
}

func (r *Repairer) note(row onboarding.Row, iso string) {
	if r.iso[row.Source] == nil {
		r.iso[row.Source] = make(map[int]string)
	}
	r.iso[row.Source][row.Number] = iso
}

// Copy writes the repaired copy of an input, and tells say of every change, sheet by sheet and row by row. An input without
// changes is copied byte for byte. The error is from the writer, from say, or about the input.
func (r *Repairer) Copy(w io.Writer, book *sheet.Book, in *sheet.Input, say func(onboarding.Change) error) (err error) {
	f, err := os.Open(in.Path())
	if err != nil {
		return fmt.Errorf("copy %s: %w", in.File, err)
	}
	defer f.Close()
	tables := book.Tables(in)
	switch {
	case in.Workbook():
		err = r.workbook(w, f, tables, say)
	case len(tables) == 1:
		err = r.text(w, f, tables[0], say)
	default:
		_, err = io.Copy(w, f)
	}
	if err != nil {
		return fmt.Errorf("copy %s: %w", in.File, err)
	}
	return nil
}

// edits gives the rows of a table in which something changes.
func (r *Repairer) edits(t sheet.Table) iter.Seq2[rowEdits, error] {
	columns := t.Columns()
	return func(yield func(rowEdits, error) bool) {
		var out rowEdits
		for line, err := range t.Lines() {
			if err != nil {
				yield(rowEdits{}, err)
				return
			}
			out = rowEdits{row: line.Row.Number, edits: out.edits[:0]}
			if out.edits = r.row(out.edits, t, columns, line); len(out.edits) > 0 && !yield(out, nil) {
				return
			}
		}
	}
}

// row adds the edits of one row.
func (r *Repairer) row(out []edit, t sheet.Table, columns []sheet.TableColumn, line sheet.Line) []edit {
	if !line.Row.Readable(onboarding.AllFields) {
		return out // its values may stand in the wrong columns
	}
	iso, asked := "", false
	for _, col := range columns {
		if col.At > len(line.Cells) || line.Cells[col.At-1].Text == "" {
			continue
		}
		raw := line.Cells[col.At-1]
		if !asked && local(col.Field) {
			iso, asked = r.country(t, line), true
		}
		text, sound := t.Meant(line, col)
		if !sound {
			continue
		}
		text, reason := r.fixed(cell{field: col.Field, text: text, number: raw.Kind == xlsx.Number, iso: iso}, text != raw.Text)
		if text == raw.Text {
			continue
		}
		out = append(out, edit{col.At, onboarding.Change{
			Place: onboarding.Place{Source: t.Source(), Row: line.Row.Number, Column: col.At},
			Field: col.Field, Old: raw.Text, New: strings.Clone(text), Reason: reason,
		}})
	}
	return out
}

// fixed gives what a cell should say and why. normalised tells that it is not what the input says already.
func (r *Repairer) fixed(c cell, normalised bool) (text string, reason onboarding.Text) {
	var reasons []onboarding.Text
	if normalised {
		reasons = append(reasons, onboarding.T("%s", reasonNormalised))
	}
	for _, fix := range fixers() {
		better, why := fix(r.facts, c)
		if better != c.text {
			c.text = better
			reasons = append(reasons, why)
		}
	}
	return c.text, onboarding.Joined(reasons)
}

// country gives the ISO code of the country that a row lies in; empty when it is not known.
func (r *Repairer) country(t sheet.Table, line sheet.Line) string {
	if t.Source().Kind != onboarding.Users {
		return r.iso[t.Source()][line.Row.Number]
	}
	u := onboarding.User{Row: line.Row, Customer: t.Text(line, "external_id"), Location: t.Text(line, "location")}
	r.users.User(&u)
	return u.Resolved.Country
}

// pulled turns the edits of a table into what an editor asks. Call stop.
func (r *Repairer) pulled(t sheet.Table) (next func() (rowEdits, error), stop func()) {
	pull, stop := iter.Pull2(r.edits(t))
	return func() (rowEdits, error) {
		e, err, more := pull()
		if !more {
			return rowEdits{}, io.EOF
		}
		return e, err
	}, stop
}

// changes reports whether a table has any edit at all.
func (r *Repairer) changes(t sheet.Table) (bool, error) {
	next, stop := r.pulled(t)
	defer stop()
	_, err := next()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}
