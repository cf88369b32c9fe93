package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"muster/report"
)

// paperFlags are those of commands that write a document to work along.
func paperFlags() []cli.Flag {
	return []cli.Flag{
		langFlag(),
		&cli.StringFlag{Name: "format", Value: "text", Usage: "`NAME` of the form of standard output: text, json or md", EnvVars: []string{"MUSTER_FORMAT"}},
		redactFlag(),
		&cli.StringSliceFlag{Name: "report", Usage: "also write the document to `PATH`; its ending says how: .html .md .json .txt", EnvVars: []string{"MUSTER_REPORT"}},
	}
}

// paperOutput is where a document goes.
type paperOutput struct {
	streams streams
	people  speech
	form    string
	files   map[string]string // path → form
	order   []string
}

// openPaper checks the flags before any work is done. others are paths of other outputs of the command.
func openPaper(c *cli.Context, s streams, others ...string) (*paperOutput, error) {
	o := &paperOutput{streams: s, people: speechOf(c, s), files: make(map[string]string), order: c.StringSlice("report")}
	var err error
	if o.form, err = report.PaperForm(c.String("format")); err != nil {
		return nil, usageError{fmt.Errorf("--format: %w", err)}
	}
	if err := different(append(c.StringSlice("report"), others...)); err != nil {
		return nil, err
	}
	for _, path := range o.order {
		form, err := report.PaperFormOf(path)
		if err != nil {
			return nil, usageError{err}
		}
		if err := writable("report", path, c.Args().Slice()); err != nil {
			return nil, err
		}
		o.files[path] = form
	}
	return o, nil
}

// write gives the document to standard output and to every report.
func (o *paperOutput) write(p *report.Paper) error {
	if err := p.Write(o.streams.out, o.form); err != nil {
		return err
	}
	var errs []error
	for _, path := range o.order {
		if err := replace(path, func(w io.Writer) error { return p.Write(w, o.files[path]) }); err != nil {
			errs = append(errs, fmt.Errorf("write report %q: %w", path, err))
			continue
		}
		o.people.wrote(path)
	}
	return errors.Join(errs...)
}
