package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"muster/importer"
	"muster/importer/provision"
	"muster/importer/sheet"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/report"
	"muster/validate"
)

// intake is what commands share that plan rows: the inputs are read and judged once, and the rows kept in the journal.
type intake struct {
	c       *cli.Context
	s       streams
	out     *output
	journal *journal.Journal
	doc     *report.Check
	plan    journal.PlanID
	key     string // of the plan: commands with the same one mean the same rows
}

// take reads and judges the inputs, and keeps the plan in the journal. An input with errors ends here.
func (in *intake) take(purpose validate.Purpose) (err error) {
	t := loadTables()
	book, err := openBook(in.c, in.s, t, false)
	if err != nil {
		return err
	}
	defer closing(&err, book)
	only, err := in.onlyFailed()
	if err != nil {
		return err
	}
	in.key = in.planKey(book, purpose)
	id, known, err := in.journal.FindPlan(in.c.Context, in.key)
	if err != nil {
		return err
	}
	var writer *journal.PlanWriter
	var plan planning
	if !known {
		if writer, err = in.journal.NewPlan(in.c.Context, in.key); err != nil {
			return err
		}
		plan = func(b *onboarding.Batch) importer.Planner {
			return provision.NewPlanner(writer, packages{t.facts}, in.chosen(b), only)
		}
	}
	if in.doc, _, err = read(in.c, t, book, purpose, plan); err != nil {
		return errors.Join(err, discard(writer))
	}
	if refuses(in.c, in.doc.Summary) && !in.c.Bool("partial") {
		if err := errors.Join(in.out.check(in.doc), discard(writer)); err != nil {
			return err
		}
		return erroneous(in.s.err, purpose)
	}
	if writer != nil {
		id, err = writer.Commit(in.c.Context)
	}
	in.plan = id
	return err
}

// erroneous ends a command whose input has errors; what they are has been written.
func erroneous(talk io.Writer, purpose validate.Purpose) error {
	text := "nothing was sent: the input has errors\n  hint: mend them, or provision the clean rows with --partial"
	if purpose != validate.Apply {
		text = "nothing was compared: the input has errors\n  hint: mend them, or take the clean rows with --partial"
	}
	fmt.Fprintf(talk, "muster: %s\n", text)
	return statusError(exitFindings)
}

func discard(w *journal.PlanWriter) error {
	if w == nil {
		return nil
	}
	return w.Discard()
}

// chosen gives the customers that the command line selects.
func (in *intake) chosen(b *onboarding.Batch) []*onboarding.Customer {
	pick := selection(in.c)
	var out []*onboarding.Customer
	for _, c := range b.Customers {
		if pick.customer(c) {
			out = append(out, c)
		}
	}
	return out
}

// planKey tells whether two commands plan the same rows: same bytes, same way to read them, same selection. What keeps a
// row from being sent depends on the purpose; it matters only where such rows are held instead of refused.
func (in *intake) planKey(book *sheet.Book, purpose validate.Purpose) string {
	h := sha256.New()
	fmt.Fprintln(h, version())
	for _, file := range book.Inputs {
		fmt.Fprintf(h, "%q %s\n", file.File, file.SHA256)
	}
	for _, name := range []string{"encoding", "delimiter", "package", "location", "only-failed"} {
		fmt.Fprintf(h, "%s %q\n", name, in.c.String(name))
	}
	for _, name := range []string{"customer", "wave", "sheet", "map"} {
		fmt.Fprintf(h, "%s %q\n", name, in.c.StringSlice(name))
	}
	fmt.Fprintln(h, in.c.Int("header-row"), in.c.Bool("partial"), in.c.Bool("strict"))
	if in.c.Bool("partial") {
		fmt.Fprintln(h, purpose, in.c.Int("quantity-ceiling"))
	}
	cfg := settings(in.c)
	fmt.Fprintf(h, "%v %v\n", cfg.severity, cfg.waivers) // maps print sorted by key
	return hex.EncodeToString(h.Sum(nil))
}
