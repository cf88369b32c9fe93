package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/consent"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/report"
)

func statusCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "say what happened in a run (the latest one by default), what waits and for whom",
		ArgsUsage: "[RUN]",
		Description: "Shows the rows that need somebody, who must act and since when, and a board of the waves: of the run that is named, else\n" +
			"of every customer as the latest run with it left it. With --remind the users on it who have not agreed to move yet get the\n" +
			"mail of the service again; nothing else is changed. docs/waves.md tells more.",
		Flags: slices.Concat([]cli.Flag{
			configFlag(),
			&cli.BoolFlag{Name: "detailed-exitcode", Usage: "exit with 6 when rows wait for others", EnvVars: []string{"MUSTER_DETAILED_EXITCODE"}},
			&cli.BoolFlag{Name: "all-waiting", Usage: "list every row that waits, not only the first 50", EnvVars: []string{"MUSTER_ALL_WAITING"}},
			&cli.BoolFlag{Name: "remind", Usage: "send the consent mail again to the users who still wait for their consent", EnvVars: []string{"MUSTER_REMIND"}},
			&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask before mails are sent", EnvVars: []string{"MUSTER_YES"}},
		}, serviceFlags(), outputFlags()),
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
	j, err := openBoard(c)
	if err != nil {
		return err
	}
	defer closing(&err, j)
	run, info, err := pickRun(c, j)
	if err != nil {
		return err
	}
	if err := learnRun(c.Context, redactor(c), run); err != nil {
		return err
	}
	if info.Undoes != "" {
		return undoStatus(c, out, run, info)
	}
	if info.UndoneBy != "" {
		speechOf(c, s).line("run %s was taken back, as a whole or in part, by %s", info.ID, info.UndoneBy)
	}
	doc, err := statusOf(c.Context, run, info)
	if err != nil {
		return err
	}
	b, err := boardOf(c, j, run, info)
	if err != nil {
		return err
	}
	doc.Waves, doc.Waits = b.waves(), b.waits
	doc.Check.Customers, doc.Check.Version = b.named(), version()
	doc.AllWaits = c.Bool("all-waiting")
	if c.Bool("remind") {
		if err := remind(c, s, reminding{doc, b, run, info}); err != nil {
			return err
		}
	}
	if err := out.status(doc); err != nil {
		return err
	}
	return statusCode(c, doc)
}

// openBoard opens the journal to look at it; whoever sends reminders writes down who got them.
func openBoard(c *cli.Context) (*journal.Journal, error) {
	j, err := journal.OpenReader(c.Context, c.String("state"))
	if err != nil || !c.Bool("remind") {
		return j, err
	}
	if err := j.Close(); err != nil {
		return nil, err
	}
	return journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "status --remind"})
}

// boardOf gives the board of the run that is named, else of everything the journal knows at the target of the latest one.
func boardOf(c *cli.Context, j *journal.Journal, run *journal.Run, info journal.RunInfo) (*board, error) {
	if c.Args().Present() {
		return newBoard(c.Context, run, time.Now())
	}
	return newBoardOfAll(c.Context, j, info.Scope, time.Now())
}

// statusCode tells of failed reminders, and of rows that wait when that is asked for.
func statusCode(c *cli.Context, doc *report.Status) error {
	failed := func(r report.Reminder) bool { return r.Status == string(consent.Failed) }
	switch {
	case slices.ContainsFunc(doc.Reminders, failed):
		return statusError(exitRowsFailed)
	case c.Bool("detailed-exitcode") && len(doc.Waits) > 0:
		return statusError(exitChanges)
	}
	return nil
}

// statusOf gathers a run as it stands.
func statusOf(ctx context.Context, run *journal.Run, info journal.RunInfo) (*report.Status, error) {
	sum, err := run.Summary(ctx)
	if err != nil {
		return nil, err
	}
	sum.Calls, sum.Retries, sum.Polls, sum.Seconds = info.Summary.Calls, info.Summary.Retries, info.Summary.Polls, info.Summary.Seconds
	doc := &report.Status{Run: report.Run{
		ID: info.ID, Target: info.Scope.Target, Sandbox: info.Scope.Target == "sandbox", State: string(info.State), Started: info.Started,
		Summary: sum, Outcomes: run.Outcomes(ctx),
	}}
	if info.State != journal.Ended {
		doc.Stopped = "the run is " + string(info.State) + "; `muster apply` with the same input goes on"
	}
	return doc, nil
}

// undoStatus tells what a run that took another one back did.
func undoStatus(c *cli.Context, out *output, run *journal.Run, info journal.RunInfo) error {
	if err := out.lists(); err != nil {
		return err
	}
	doc, err := undoDoc(c.Context, run, info)
	if err != nil {
		return err
	}
	return out.listing(listed(out, doc))
}

// undoDoc gathers an undo as it stands.
func undoDoc(ctx context.Context, run *journal.Run, info journal.RunInfo) (*report.Undo, error) {
	doc := &report.Undo{
		ID: info.ID, Of: info.Undoes, Target: info.Scope.Target, Sandbox: info.Scope.Target == "sandbox", State: string(info.State), Started: info.Started,
		Outcomes: func() iter.Seq2[onboarding.Outcome, error] { return recorded(ctx, run) },
	}
	if err := doc.Tally(); err != nil {
		return nil, err
	}
	doc.Summary.Calls, doc.Summary.Retries, doc.Summary.Polls, doc.Summary.Seconds = info.Summary.Calls, info.Summary.Retries, info.Summary.Polls, info.Summary.Seconds
	if info.State != journal.Ended {
		doc.Stopped = fmt.Sprintf("the undo is %s; `muster undo %s` goes on", info.State, info.Undoes)
	}
	return doc, nil
}

// pickRun gives the named run, or the latest one that made something.
func pickRun(c *cli.Context, j *journal.Journal) (*journal.Run, journal.RunInfo, error) {
	runs, err := j.Runs(c.Context)
	if err != nil {
		return nil, journal.RunInfo{}, err
	}
	want := c.Args().First()
	for _, r := range runs {
		if want == "" && r.Undoes == "" || r.ID == want {
			run, err := j.RunByID(c.Context, r.ID)
			return run, r, err
		}
	}
	if want == "" {
		return nil, journal.RunInfo{}, hintedError{usageError{errors.New("the journal holds no run")}, "`muster apply book.xlsx` makes one"}
	}
	return nil, journal.RunInfo{}, hintedError{usagef("there is no run %q", want), "`muster runs` lists them"}
}
