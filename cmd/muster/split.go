package main

import (
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/urfave/cli/v2"

	"muster/importer/sheet"
	"muster/importer/split"
	"muster/internal/onboarding"
	"muster/report"
	"muster/report/annotate"
)

// splitFlag asks for a workbook for each customer.
func splitFlag() cli.Flag {
	return &cli.StringFlag{
		Name: "split-by", EnvVars: []string{"MUSTER_SPLIT_BY"},
		Usage: "also write a workbook for each `KIND`, which can only be customer: its rows and findings alone, beside the report x.xlsx as x-ID.xlsx",
	}
}

// splits refuses what cannot be split.
func (o *output) splits(c *cli.Context) error {
	switch by := c.String("split-by"); by {
	case "":
		return nil
	case "customer":
	default:
		return hintedError{usagef("--split-by %q is not known", by), "customer"}
	}
	if !slices.ContainsFunc(o.files, func(f reportFile) bool { return f.format.Name == "xlsx" }) {
		return hintedError{usagef("--split-by needs a report in the form of a workbook"), "--report findings.xlsx makes findings-ID.xlsx for each customer"}
	}
	return nil
}

// split writes the workbooks of the customers.
func (o *output) split(c *cli.Context, book *sheet.Book, b *onboarding.Batch, doc *report.Check) (err error) {
	if c.String("split-by") == "" {
		return nil
	}
	parts, err := split.New(book, b.Customers)
	if err != nil {
		return fmt.Errorf("split the inputs: %w", err)
	}
	defer closing(&err, parts)
	sorted := parts.Sort(doc.Findings)
	for _, f := range o.files {
		if f.format.Name != "xlsx" {
			continue
		}
		paths := o.partPaths(f.path, parts.Customers())
		written := 0
		for i, id := range parts.Customers() {
			sheets := parts.Of(id)
			if len(sheets) == 0 {
				continue
			}
			if err := writePart(paths[i], sheets, partCheck(doc, sheets, sorted.Of(id, sheets))); err != nil {
				return fmt.Errorf("write %q: %w", paths[i], err)
			}
			written++
		}
		o.people().line("wrote %d workbooks, one for each customer: %s", written, filepath.Join(filepath.Dir(f.path), partPattern(f.path)))
	}
	if parts.Strays > 0 {
		o.people().line("  rows that name no customer of the inputs and are in none of them: %d", parts.Strays)
	}
	return nil
}

func partPattern(path string) string {
	return strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)) + "-*.xlsx"
}

// partPaths gives each customer a file of its own, whose name every system takes.
func (o *output) partPaths(path string, ids []string) []string {
	taken := make(map[string]bool)
	out := make([]string, len(ids))
	for i, id := range ids {
		stem := strings.TrimSuffix(path, filepath.Ext(path)) + "-" + safeName(id)
		out[i] = stem + ".xlsx"
		for n := 2; taken[strings.ToLower(out[i])] || o.isInput(out[i]); n++ {
			out[i] = stem + "-" + strconv.Itoa(n) + ".xlsx"
		}
		taken[strings.ToLower(out[i])] = true
	}
	return out
}

const mostOfID = 80 // letters of an ID in the name of a file

// safeName keeps letters, digits, dots, dashes and underlines.
func safeName(id string) string {
	out := []rune(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_.", r) {
			return r
		}
		return '_'
	}, id))
	return strings.TrimRight(string(out[:min(len(out), mostOfID)]), ".")
}

// partCheck is what was found in a part of a customer, in the customer's language where one is known. It does not name the
// inputs, which hold rows of others.
func partCheck(doc *report.Check, sheets []*split.Sheet, findings []onboarding.Finding) *report.Check {
	out := &report.Check{Findings: findings, Today: doc.Today, Voice: doc.Voice}
	if doc.Second != nil {
		out.Voice = doc.Second
	}
	for _, f := range findings {
		out.Summary.Count(f)
	}
	for _, s := range sheets {
		switch s.Source.Kind {
		case onboarding.Customers:
			out.Counts.Customers += s.Count
		case onboarding.Locations:
			out.Counts.Locations += s.Count
		case onboarding.Users:
			out.Counts.Users += s.Count
		}
	}
	return out
}

func writePart(path string, sheets []*split.Sheet, c *report.Check) error {
	b := &annotate.Book{Pages: []report.Page{report.FindingsPage(c, made())}, Findings: c.Findings, Voice: c.Voice}
	for _, s := range sheets {
		name := s.Source.Sheet
		if name == "" {
			name = strings.TrimSuffix(filepath.Base(s.Source.File), filepath.Ext(s.Source.File))
		}
		b.Texts = append(b.Texts, annotate.Text{Source: s.Source, Name: name, Rows: partRows(s)})
	}
	return replace(path, func(w io.Writer) error {
		_, err := annotate.Write(w, b)
		return err
	})
}

func partRows(s *split.Sheet) iter.Seq2[annotate.TextRow, error] {
	return func(yield func(annotate.TextRow, error) bool) {
		n := 0
		for r, err := range s.Rows {
			n++
			if !yield(annotate.TextRow{Number: n, Cells: r.Cells, Numbers: r.Numbers}, err) || err != nil {
				return
			}
		}
	}
}
