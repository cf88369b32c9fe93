package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/importer/sheet"
	"muster/internal/onboarding"
	"muster/report"
	"muster/report/annotate"
)

// originals are the inputs of which reports can be annotated copies. They outlive the book that was read. Close them.
type originals struct {
	all  []original
	kept []string // copies of standard input
}

// original is one input.
type original struct {
	file, path, sum string
	workbook        bool
	source          *onboarding.Source // of a text input
	records         func() iter.Seq2[annotate.TextRow, error]
}

// remember notes the inputs of a book for the copies that are asked for.
func (o *output) remember(book *sheet.Book) {
	o.inputs.all = nil
	if !slices.ContainsFunc(o.files, func(f reportFile) bool { return f.format.Name == "xlsx" }) {
		return
	}
	for _, in := range book.Inputs {
		one := original{file: in.File, path: in.Path(), sum: in.SHA256, workbook: in.Workbook()}
		if path, yours := in.Keep(); yours {
			o.inputs.kept = append(o.inputs.kept, path)
		}
		if !one.workbook && len(in.Sheets) == 1 {
			one.source, one.records = in.Sheets[0], func() iter.Seq2[annotate.TextRow, error] { return textRows(book, in) }
		}
		o.inputs.all = append(o.inputs.all, one)
	}
}

func textRows(book *sheet.Book, in *sheet.Input) iter.Seq2[annotate.TextRow, error] {
	return func(yield func(annotate.TextRow, error) bool) {
		for r, err := range book.Records(in) {
			if !yield(annotate.TextRow{Number: r.Line, Cells: r.Cells}, err) || err != nil {
				return
			}
		}
	}
}

// Close removes the copies of standard input.
func (o *originals) Close() error {
	var errs []error
	for _, path := range o.kept {
		errs = append(errs, os.Remove(path))
	}
	o.kept = nil
	return errors.Join(errs...)
}

// paper is what an annotated copy shows.
type paper struct {
	check   *report.Check
	pages   func(*report.Check) []report.Page
	results iter.Seq2[report.RowResult, error] // nil: rows get no columns at their right
}

// checkPaper shows what a check found.
func checkPaper(c *report.Check) paper {
	return paper{check: c, pages: func(c *report.Check) []report.Page {
		return signInPages([]report.Page{report.FindingsPage(c, made())}, c)
	}}
}

// runPaper shows what a run did.
func runPaper(r *report.Run) paper {
	return paper{check: &r.Check, results: report.RunResults(r), pages: func(c *report.Check) []report.Page {
		return signInPages([]report.Page{report.FindingsPage(c, made()), report.OutcomesPage(r)}, c)
	}}
}

// verifyPaper shows what a reading back found.
func verifyPaper(v *report.Verify) paper {
	return paper{check: &v.Check, results: report.VerifyResults(v), pages: func(c *report.Check) []report.Page {
		return []report.Page{report.FindingsPage(c, made()), report.VerifyPage(v)}
	}}
}

func made() report.Made { return report.Made{Version: version(), At: time.Now()} }

func signInPages(pages []report.Page, c *report.Check) []report.Page {
	if p, ok := report.SignInPage(c); ok {
		return append(pages, p)
	}
	return pages
}

// usable says why the inputs cannot be copied; nil when they can.
func (o *originals) usable() error {
	seen := make(map[string]bool)
	for _, in := range o.all {
		if seen[in.file] {
			return fmt.Errorf("two inputs are called %q", in.file)
		}
		seen[in.file] = true
		sum, err := hashOf(in.path)
		if err != nil {
			return err
		}
		if sum != in.sum {
			return fmt.Errorf("%s was changed after it was read", in.file)
		}
	}
	return nil
}

func hashOf(path string) (sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer closing(&err, f)
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// annotated writes the copies that a report in the form of a workbook is: one for a single workbook and any number of text
// inputs. Of several workbooks each has a copy of its own beside the report, which then holds the findings of all.
func (o *output) annotated(people speech, path string, p paper) error {
	if err := o.inputs.usable(); err != nil {
		return err
	}
	books := slices.DeleteFunc(slices.Clone(o.inputs.all), func(in original) bool { return !in.workbook })
	var base *annotate.Base
	if len(books) == 1 {
		base = &annotate.Base{File: books[0].file, Path: books[0].path}
	}
	results, err := o.results(p)
	if err != nil {
		return err
	}
	if results != nil {
		defer results.Close() // a temporary file
	}
	b := &annotate.Book{Base: base, Texts: o.inputs.texts(), Pages: p.pages(p.check), Findings: p.check.Findings, Results: results, Voice: p.check.Voice}
	if err := copied(people, path, b); err != nil || len(books) < 2 {
		return err
	}
	for _, in := range books {
		only := onlyOf(p.check, in.file)
		b := &annotate.Book{
			Base: &annotate.Base{File: in.file, Path: in.path}, Pages: p.pages(only)[:1], Findings: only.Findings, Results: results, Voice: only.Voice,
		}
		if err := copied(people, o.besides(path, in), b); err != nil {
			return err
		}
	}
	return nil
}

func (o *output) results(p paper) (*annotate.Results, error) {
	if p.results == nil {
		return nil, nil
	}
	var sources []*onboarding.Source
	for _, in := range p.check.Inputs {
		sources = append(sources, in.Sheets...)
	}
	return annotate.NewResults(sources, p.results)
}

// texts are the inputs that become sheets of the copy.
func (o *originals) texts() []annotate.Text {
	var out []annotate.Text
	for _, in := range o.all {
		if in.records != nil {
			name := strings.TrimSuffix(filepath.Base(in.file), filepath.Ext(in.file))
			if in.file == "-" {
				name = "Input"
			}
			out = append(out, annotate.Text{Source: in.source, Name: name, Rows: in.records()})
		}
	}
	return out
}

// copied writes one copy as a whole or not at all.
func copied(people speech, path string, b *annotate.Book) error {
	b.Macros = strings.EqualFold(filepath.Ext(path), ".xlsm")
	var told annotate.Told
	err := replace(path, func(w io.Writer) (err error) {
		told, err = annotate.Write(w, b)
		return err
	})
	if err != nil {
		return err
	}
	people.wrote(path)
	for _, r := range told.Remarks {
		people.line("  %s", r)
	}
	return nil
}

// besides gives the path of the copy of one of several workbooks: the name of the report, a dash, the name of the workbook.
func (o *output) besides(path string, in original) string {
	ext := filepath.Ext(path)
	name := strings.TrimSuffix(filepath.Base(in.file), filepath.Ext(in.file))
	for i := 1; ; i++ {
		end := ext
		if i > 1 {
			end = "-" + strconv.Itoa(i) + ext
		}
		out := strings.TrimSuffix(path, ext) + "-" + name + end
		if !o.isInput(out) {
			return out
		}
	}
}

func (o *output) isInput(path string) bool {
	at, err := os.Stat(path)
	return err == nil && slices.ContainsFunc(o.inputs.all, func(in original) bool {
		st, err := os.Stat(in.path)
		return err == nil && os.SameFile(st, at)
	})
}

// onlyOf is what was found in one input.
func onlyOf(c *report.Check, file string) *report.Check {
	out := *c
	out.Findings, out.Summary = nil, onboarding.Summary{}
	for _, f := range c.Findings {
		if f.Place.Source != nil && f.Place.Source.File == file {
			out.Findings = append(out.Findings, f)
			out.Summary.Count(f)
		}
	}
	out.Inputs = slices.DeleteFunc(slices.Clone(c.Inputs), func(in report.Input) bool { return in.File != file })
	return &out
}
