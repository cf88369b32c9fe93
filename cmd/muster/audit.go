package main

import (
	"iter"
	"slices"

	"github.com/urfave/cli/v2"

	"muster/internal/journal"
	"muster/report"
)

func auditCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "audit",
		Usage:     "export every call that was to change something: who, what, when, and the answer",
		ArgsUsage: "[RUN]",
		Description: "Reads the journal, and asks no service. Without RUN the calls of all runs are listed, in the order of their answers.\n" +
			"docs/journal.md tells what is kept, and what `muster runs --purge` takes out of it.",
		Flags:        slices.Concat([]cli.Flag{configFlag(), stateFlag()}, auditOutputFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return audit(c, s) },
	}
}

// auditOutputFlags are those of every report; the form csv can be had on standard output, too.
func auditOutputFlags() []cli.Flag {
	flags := outputFlags()
	for _, f := range flags {
		if text, ok := f.(*cli.StringFlag); ok && text.Name == "format" {
			text.Usage = "`NAME` of the form of standard output: text, csv, json or ndjson"
		}
	}
	return flags
}

// openLedger opens the output of an audit, which may be csv on standard output.
func openLedger(c *cli.Context, s streams) (*output, error) {
	csv := c.String("format") == "csv"
	if csv {
		if err := c.Set("format", "text"); err != nil {
			return nil, err
		}
	}
	out, err := openOutput(c, s)
	if err != nil {
		return nil, err
	}
	if csv {
		if out.format, err = report.ForPath("audit.csv"); err != nil {
			return nil, err
		}
	}
	return out, out.lists()
}

func audit(c *cli.Context, s streams) (err error) {
	if c.Args().Len() > 1 {
		return hintedError{usagef("name one run, or none"), "`muster runs` lists them"}
	}
	out, err := openLedger(c, s)
	if err != nil {
		return err
	}
	j, err := journal.OpenReader(c.Context, c.String("state"))
	if err != nil {
		return err
	}
	defer closing(&err, j)
	doc := &report.Audit{Run: c.Args().First()}
	if doc.Run != "" {
		run, info, err := pickRun(c, j)
		if err != nil {
			return err
		}
		if err := learnRun(c.Context, redactor(c), run); err != nil {
			return err
		}
		doc.Sandbox = info.Scope.Target == "sandbox"
	}
	doc.Entries = func() iter.Seq2[report.AuditEntry, error] { return auditEntries(j.Audited(c.Context, doc.Run)) }
	for e, err := range doc.Entries() {
		if err != nil {
			return err
		}
		doc.Summary.Count(e)
	}
	return out.listing(listed(out, doc))
}

func auditEntries(deeds iter.Seq2[journal.Deed, error]) iter.Seq2[report.AuditEntry, error] {
	return func(yield func(report.AuditEntry, error) bool) {
		for d, err := range deeds {
			e := report.NewAuditEntry(report.AuditEntry{
				Run: d.Run, Command: d.Command, Actor: d.Actor, ActorName: d.Name, Method: d.Method, Route: d.Route,
				Kind: string(d.Kind), Customer: d.Customer, Key: d.Key, Millis: d.Took.Milliseconds(), Try: d.Try, Code: d.Code, TrackingID: d.TrackingID,
			}, d.Sent, d.Status)
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}
