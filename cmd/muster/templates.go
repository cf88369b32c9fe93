package main

import (
	"errors"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	authcheck "muster/auth/check"
	"muster/importer/sheet"
	"muster/importer/worksheet"
	"muster/internal/onboarding"
	"muster/internal/redact"
	"muster/internal/resolve"
	"muster/report"
	"muster/validate"
)

func templatesCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "templates",
		Usage:     "print, per onboarding template, what to click in Partner Hub: no API creates templates",
		ArgsUsage: "INPUT...",
		Description: "For each template: every setting in the order of Partner Hub's screens, from which cell it comes, what is missing or\n" +
			"wrong, which customers use it, and into which cell its Provisioning ID goes. Nothing is sent.\n" +
			"Exit codes: 0 done, 3 a form cannot be filled as the sheet stands, 7 an input cannot be used at all.",
		Flags:        slices.Concat(inputFlags("count, as users of the templates,"), signInFlags(), []cli.Flag{stateFlag()}, paperFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return templates(c, s) },
	}
}

func templates(c *cli.Context, s streams) (err error) {
	out, err := openPaper(c, s)
	if err != nil {
		return err
	}
	t := loadTables()
	lang, err := language(c, t.words)
	if err != nil {
		return err
	}
	book, err := openBook(c, s, t, true)
	if err != nil {
		return err
	}
	defer closing(&err, book)
	sheets, err := worksheets(c, t, book, lang)
	if err != nil {
		return err
	}
	if err := out.write(report.Worksheets(*redact.Document(redactor(c), &sheets), voiceOf(c, lang))); err != nil {
		return err
	}
	if unfillable(sheets) {
		return statusError(exitFindings)
	}
	return nil
}

// worksheets reads all but the users and makes the worksheets of the templates.
func worksheets(c *cli.Context, t tables, book *sheet.Book, lang string) ([]*onboarding.Worksheet, error) {
	var found []onboarding.Finding
	sink := func(f onboarding.Finding) { found = append(found, f) }
	batch, err := book.Batch(sink)
	if err != nil {
		return nil, err
	}
	if len(batch.Templates) == 0 {
		return nil, hintedError{usageError{errors.New("no input holds templates")}, "name the workbook with the sheet Templates"}
	}
	pick := selection(c)
	if err := pick.matches(batch); err != nil {
		return nil, err
	}
	learnBatch(redactor(c), batch)
	adjust := settings(c).adjust(time.Now())
	r := resolve.New(t.facts, batch)
	validate.New(validate.Options{Batch: batch, Resolver: r, Facts: t.facts, Purpose: validate.Check, Today: time.Now(), Selected: pick.customer}, sink).Batch()
	judged, err := signIn(c, book, batch, found)
	if err != nil {
		return nil, err
	}
	for _, f := range judged.Findings {
		if f.Level != authcheck.Checklist {
			sink(placed(f))
		}
	}
	for i := range found {
		adjust(&found[i])
	}
	return worksheet.Make(batch, worksheet.Options{
		Facts: t.facts, Words: t.words, Lang: lang, Findings: onboarding.SortFindings(found), Providers: judged.Providers, Chosen: pick.customer,
	}), nil
}

// unfillable reports whether a form cannot be filled as the sheet stands.
func unfillable(sheets []*onboarding.Worksheet) bool {
	wrong := func(f onboarding.Finding) bool { return f.Severity == onboarding.Error && !f.Waived }
	return slices.ContainsFunc(sheets, func(w *onboarding.Worksheet) bool {
		return len(w.Missing()) > 0 || slices.ContainsFunc(w.Findings(), wrong)
	})
}
