package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/report"
)

func statusCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "say what happened in a run (the latest one by default), what waits and for whom",
		ArgsUsage: "[RUN]",
		Flags: append([]cli.Flag{
			configFlag(),
			stateFlag(),
			&cli.BoolFlag{Name: "detailed-exitcode", Usage: "exit with 6 when rows wait for others"},
		}, outputFlags()...),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return status(c, s) },
	}
}

func status(c *cli.Context, s streams) (err error) {
	out, err := openOutput(c, s)
	if err != nil {
		return err
	}
	j, err := journal.OpenReader(c.Context, c.String("state"))
	if err != nil {
		return err
	}
	defer closing(&err, j)
	run, info, err := pickRun(c, j)
	if err != nil {
		return err
	}
	sum, err := run.Summary(c.Context)
	if err != nil {
		return err
	}
	sum.Calls, sum.Retries, sum.Polls, sum.Seconds = info.Summary.Calls, info.Summary.Retries, info.Summary.Polls, info.Summary.Seconds
	doc := &report.Run{
		ID: info.ID, Target: info.Scope.Target, Sandbox: info.Scope.Target == "sandbox", State: string(info.State), Started: info.Started,
		Summary: sum, Outcomes: run.Outcomes(c.Context),
	}
	if info.State != journal.Ended {
		doc.Stopped = "the run is " + string(info.State) + "; `muster apply` with the same input goes on"
	}
	if err := out.format.Run(s.out, doc); err != nil {
		return err
	}
	if out.format.Name == "text" {
		if err := waitingBoard(s, doc); err != nil {
			return err
		}
	}
	if err := out.run(doc); err != nil {
		return err
	}
	if c.Bool("detailed-exitcode") && sum.Waiting > 0 {
		return statusError(exitChanges)
	}
	return nil
}

// pickRun gives the named run, or the latest one.
func pickRun(c *cli.Context, j *journal.Journal) (*journal.Run, journal.RunInfo, error) {
	runs, err := j.Runs(c.Context)
	if err != nil {
		return nil, journal.RunInfo{}, err
	}
	want := c.Args().First()
	for _, r := range runs {
		if want == "" || r.ID == want {
			run, err := j.RunByID(c.Context, r.ID)
			return run, r, err
		}
	}
	if want == "" {
		return nil, journal.RunInfo{}, hintedError{usageError{errors.New("the journal holds no run")}, "`muster apply book.xlsx` makes one"}
	}
	return nil, journal.RunInfo{}, hintedError{usagef("there is no run %q", want), "`muster runs` lists them"}
}

// waitingBoard says for whom rows wait, and for how long.
func waitingBoard(s streams, doc *report.Run) error {
	now := time.Now()
	for o, err := range doc.Outcomes {
		if err != nil {
			return err
		}
		if o.Status != onboarding.Waiting {
			continue
		}
		fmt.Fprintf(s.out, "  %s %s waits since %s (%s): %s\n", o.Kind, report.Visible(o.Key),
			o.Since.Local().Format("2006-01-02 15:04"), now.Sub(o.Since).Round(time.Minute), whoActs(o.Reason))
	}
	return nil
}

// whoActs says who must do what before a waiting row goes on.
func whoActs(r onboarding.Reason) string {
	switch r {
	case onboarding.ReasonReview:
		return "Cisco reviews the customer; nothing to do but wait, or ask the partner help desk after some days"
	case onboarding.ReasonConsent:
		return "the user must agree, in the mail from Webex, to move to the organization"
	}
	return "the service is still setting it up; run apply again later"
}
