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
		return a, a.writable()
	}
	form, err := report.PaperFormOf(a.path)
	if err != nil || form == "json" {
		return a, usagef("--setup-assist %q has an ending that names no form; take one of .xlsx .html .md .txt", a.path)
	}
	a.form = func(w io.Writer, all []*onboarding.AssistRequest, v onboarding.Voice) error {
		return report.AssistPaper(all, v).Write(w, form)
	}
	return a, a.writable()
}

// writable refuses a path that is an input, and with no --force a file that is there.
func (a assistFile) writable() error {
	if err := writable("setup-assist", a.path, a.c.Args().Slice()); err != nil {
		return err
	}
	return absent("setup-assist", a.path, a.c.Bool("force"))
}

// write writes the requests.
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
	if err := replace(a.path, func(w io.Writer) error { return a.form(w, all, v) }); err != nil {
		return fmt.Errorf("write --setup-assist %q: %w", a.path, err)
	}
	missing := 0
	for _, r := range all {
		missing += len(r.Missing())
	}
	speechOf(a.c, s).line("wrote %s: requests: %d, values missing: %d", a.path, len(all), missing)
	return nil
}
