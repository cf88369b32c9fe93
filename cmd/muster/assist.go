package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"muster/internal/onboarding"
	"muster/report"
)

// assistFile is the file of the requests of Wholesale Setup Assist; the zero value writes none.
type assistFile struct {
	c    *cli.Context
	path string
	form func(io.Writer, []*onboarding.AssistRequest, onboarding.Voice) error
}

// openAssist checks the flag before any work is done.
func openAssist(c *cli.Context) (assistFile, error) {
	a := assistFile{c: c, path: c.String("setup-assist")}
	if a.path == "" {
		return a, nil
	}
	if strings.EqualFold(filepath.Ext(a.path), ".xlsx") {
		a.form = report.AssistWorkbook
		return a, writable("setup-assist", a.path, c.Args().Slice())
	}
	form, err := report.PaperFormOf(a.path)
	if err != nil || form == "json" {
		return a, usagef("--setup-assist %q has an ending that names no form; take one of .xlsx .html .md .txt", a.path)
	}
	a.form = func(w io.Writer, all []*onboarding.AssistRequest, v onboarding.Voice) error {
		return report.AssistPaper(all, v).Write(w, form)
	}
	return a, writable("setup-assist", a.path, c.Args().Slice())
}

// write writes the requests. They hold names and numbers, so nobody else may read the file.
func (a assistFile) write(s streams, counted *hands) error {
	if a.path == "" {
		return nil
	}
	known, err := counted.memory.ids()
	if err != nil {
		return err
	}
	v, err := voice(a.c)
	if err != nil {
		return err
	}
	all := counted.counter.Requests(func(id string) string { return known[id] })
	if err := replaceAs(a.path, 0o600, func(w io.Writer) error { return a.form(w, all, v) }); err != nil {
		return fmt.Errorf("write --setup-assist %q: %w", a.path, err)
	}
	missing := 0
	for _, r := range all {
		missing += len(r.Missing())
	}
	fmt.Fprintf(s.err, "wrote %s: requests: %d, values missing: %d\n", a.path, len(all), missing)
	return nil
}
