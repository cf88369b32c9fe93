package main

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/undo"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/report"
)

func undoCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "undo",
		Usage:     "take back what a run created, and say what cannot be taken back",
		ArgsUsage: "RUN",
		Description: "Removes roles, users, numbers, plain locations and customers that the run made, the last first. What stood before is\n" +
			"never touched, and what was only changed is listed. After a crash or Ctrl-C the same command goes on. docs/undo.md\n" +
			"says what remains.\n\n" +
			"Exit codes: 0 all that can be taken back is, 2 there is no such run, 4 some rows failed, 5 not confirmed, another\n" +
			"target or organization, a refused token or a held lock, 130 interrupted.",
		Flags:        slices.Concat([]cli.Flag{configFlag()}, serviceFlags(), chosenFlags(), undoFlags(), listFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return takeBack(c, s) },
	}
}

// chosenFlags select customers of the journal.
func chosenFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "customer", Usage: "only the customer with this external `ID`", EnvVars: []string{"MUSTER_CUSTOMER"}},
		&cli.StringSliceFlag{Name: "wave", Usage: "only the customers of this `WAVE`", EnvVars: []string{"MUSTER_WAVE"}},
		&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask before a service other than the sandbox is changed", EnvVars: []string{"MUSTER_YES"}},
		orgFlag(),
		&cli.BoolFlag{Name: "dry-run", Usage: "only say what would be done", EnvVars: []string{"MUSTER_DRY_RUN"}},
	}
}

func undoFlags() []cli.Flag {
	return []cli.Flag{
		&cli.DurationFlag{Name: "wait", Value: 15 * time.Minute, Usage: "wait `TIME` for the service to delete customers", EnvVars: []string{"MUSTER_WAIT"}},
		&cli.StringFlag{Name: "progress", Value: "auto", Usage: "`MODE`: auto, plain or none", EnvVars: []string{"MUSTER_PROGRESS"}},
	}
}

// undoing is one undo on its way.
type undoing struct {
	c       *cli.Context
	s       streams
	out     *output
	journal *journal.Journal
	svc     *service
	info    journal.RunInfo // of the run that is taken back
	of      *journal.Run
	started time.Time
}

func takeBack(c *cli.Context, s streams) (err error) {
	u := &undoing{c: c, s: s, started: time.Now()}
	if u.out, err = openOutput(c, s); err != nil {
		return err
	}
	if err := errors.Join(u.out.lists(), progressMode(c)); err != nil {
		return err
	}
	u.journal, err = journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "undo"})
	if err != nil {
		return err
	}
	defer closing(&err, u.journal)
	if err := u.find(); err != nil {
		return err
	}
	u.svc, err = dial(c.Context, c, s)
	if err != nil {
		return err
	}
	defer closing(&err, u.svc)
	if err := u.identify(); err != nil {
		return err
	}
	if c.Bool("dry-run") {
		return u.dryRun()
	}
	if err := agree(c, s, u.svc, u.survey); err != nil {
		return err
	}
	return u.takeBack()
}

// find looks the run up, and refuses one that cannot be taken back here.
func (u *undoing) find() error {
	if u.c.Args().Len() != 1 {
		return hintedError{usagef("name the one run that is to be taken back"), "`muster runs` lists them"}
	}
	var err error
	if u.of, u.info, err = pickRun(u.c, u.journal); err != nil {
		return err
	}
	if err := learnRun(u.c.Context, redactor(u.c), u.of); err != nil {
		return err
	}
	if u.info.Undoes != "" {
		return hintedError{usagef("run %q took back another one and made nothing", u.info.ID), "apply the workbook again to make what it took back"}
	}
	return sameScope(u.c, u.info)
}

// identify makes sure that the run belongs to the caller's organization, and that somebody is selected.
func (u *undoing) identify() error {
	if err := sameOrganization(u.c, u.svc, u.info); err != nil {
		return err
	}
	pick := selection(u.c)
	for it, err := range u.of.Customers(u.c.Context) {
		if err != nil {
			return err
		}
		spec, _ := wanted.Decode[wanted.Customer](it.Spec) // a purged one has no wave
		if pick.named(it.Key, spec.Wave) {
			return u.permitted()
		}
	}
	return hintedError{usagef("no customer of run %q is in the selection", u.info.ID), "look at the values of --customer and --wave"}
}

// permitted makes sure that the token may take back what the run made.
func (u *undoing) permitted() error {
	if !u.svc.credential.given {
		return nil
	}
	kinds, err := u.of.Kinds(u.c.Context)
	if err != nil {
		return err
	}
	return u.svc.entitled(u.c.Context, rowsByKind(kinds).scopes(!u.c.Bool("dry-run")))
}

// progressMode refuses a word that names no form of progress.
func progressMode(c *cli.Context) error {
	switch m := c.String("progress"); m {
	case "auto", "plain", "none":
		return nil
	default:
		return hintedError{usagef("--progress %q is not known", m), "auto, plain or none"}
	}
}

func (u *undoing) options(done func(int64, onboarding.Outcome)) undo.Options {
	pick := selection(u.c)
	o := undo.Options{
		Concurrency: u.c.Int("concurrency"), PollFirst: 5 * time.Second, PollMost: 30 * time.Second, Wait: u.c.Duration("wait"),
		Scope: u.info.Scope, Done: done, Clock: time.Now,
		Pick: func(customer string, spec wanted.Customer) bool { return pick.named(customer, spec.Wave) },
	}
	if u.svc.near() {
		o.PollFirst, o.PollMost = 50*time.Millisecond, time.Second
	}
	return o
}

// look finds out, without changing anything, what would become of each row.
func (u *undoing) look() (*report.Undo, error) {
	type told struct {
		seq int64
		o   onboarding.Outcome
	}
	var mu sync.Mutex
	var all []told
	engine := undo.New(u.of, nil, u.svc.client, u.options(func(seq int64, o onboarding.Outcome) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, told{seq, o})
	}))
	if err := engine.Run(u.c.Context); err != nil {
		return nil, refusedToken(err)
	}
	slices.SortFunc(all, func(a, b told) int { return cmp.Compare(a.seq, b.seq) })
	doc := u.document()
	doc.DryRun, doc.State = true, string(journal.Ended)
	doc.Outcomes = func() iter.Seq2[onboarding.Outcome, error] {
		return func(yield func(onboarding.Outcome, error) bool) {
			for _, t := range all {
				if !yield(t.o, nil) {
					return
				}
			}
		}
	}
	return doc, u.tally(doc)
}

func (u *undoing) document() *report.Undo {
	return &report.Undo{Of: u.info.ID, Target: u.svc.name, Sandbox: u.svc.sandbox, Started: u.started}
}

// tally counts the outcomes and the calls.
func (u *undoing) tally(doc *report.Undo) error {
	err := doc.Tally()
	stats := u.svc.client.Stats()
	sum := &doc.Summary
	sum.Calls, sum.Retries, sum.Polls, sum.Seconds = int(stats.Calls), int(stats.Retries), int(stats.Polls), time.Since(u.started).Seconds()
	return err
}

func (u *undoing) dryRun() error {
	if u.info.UndoneBy != "" {
		speechOf(u.c, u.s).line("run %s was taken back, as a whole or in part, by %s", u.info.ID, u.info.UndoneBy)
	}
	doc, err := u.look()
	if err != nil {
		return err
	}
	return u.out.listing(listed(u.out, doc))
}

// survey shows what will go and what remains before anybody is asked.
func (u *undoing) survey() error {
	doc, err := u.look()
	if err != nil {
		return err
	}
	return u.out.survey(listed(u.out, doc))
}

// takeBack carries the undo out and reports it.
func (u *undoing) takeBack() error {
	people := speechOf(u.c, u.s)
	if u.svc.sandbox {
		people.sandbox()
	}
	if some, err := u.touches(); err != nil || !some {
		return err
	}
	run, resumed, err := u.begin()
	if err != nil {
		return err
	}
	sum, err := u.of.Summary(u.c.Context)
	if err != nil {
		return err
	}
	u.svc.begins("undo", run)
	bar := newProgress(people, u.c.String("progress"), sum.Created+sum.Updated+sum.Waiting, nil).does(onboarding.T("taking back"))
	ctx, cancel := context.WithCancel(u.c.Context)
	defer cancel()
	engine := undo.New(u.of, run, u.svc.client, u.options(func(_ int64, o onboarding.Outcome) { bar.Done(o) }))
	interrupted := onInterrupt(people, engine.Halt, cancel)
	runErr := engine.Run(ctx)
	bar.close()
	doc := u.document()
	doc.ID, doc.Resumed, doc.Started = run.ID(), resumed, run.Started()
	doc.Outcomes = func() iter.Seq2[onboarding.Outcome, error] { return recorded(context.WithoutCancel(ctx), run) }
	return u.finish(doc, run, runErr, interrupted())
}

// touches reports whether there is anything to take back, and says so where there is not: nothing is recorded then.
func (u *undoing) touches() (bool, error) {
	some, err := undo.New(u.of, nil, u.svc.client, u.options(nil)).Touches(u.c.Context)
	if err != nil || some {
		return some, err
	}
	doc := u.document()
	doc.State, doc.Outcomes = string(journal.Ended), func() iter.Seq2[onboarding.Outcome, error] {
		return func(func(onboarding.Outcome, error) bool) {}
	}
	return false, errors.Join(u.tally(doc), u.out.listing(listed(u.out, doc)))
}

// begin takes up the undo of this run and selection, or makes it.
func (u *undoing) begin() (*journal.Run, bool, error) {
	id, err := newRunID(u.started)
	if err != nil {
		return nil, false, err
	}
	run, resumed, err := u.journal.BeginUndo(u.c.Context, u.of, journal.NewRun{
		ID: id, Scope: u.info.Scope, Version: version(), Selection: selection(u.c).String(), Flags: givenFlags(u.c), Started: u.started,
	})
	if err != nil {
		return nil, false, err
	}
	if resumed {
		speechOf(u.c, u.s).line("going on with undo %s of run %s on %s", run.ID(), u.info.ID, u.svc.name)
	} else {
		speechOf(u.c, u.s).line("undo %s of run %s on %s", run.ID(), u.info.ID, u.svc.name)
	}
	return run, resumed, nil
}

// recorded gives the outcomes that an undo has recorded, and the removals of which nobody knows the end. Rows that the other
// run did not make are not among them.
func recorded(ctx context.Context, run *journal.Run) iter.Seq2[onboarding.Outcome, error] {
	return func(yield func(onboarding.Outcome, error) bool) {
		for o, err := range run.Outcomes(ctx) {
			if err == nil && o.Status == onboarding.NotTried && o.At.IsZero() {
				continue
			}
			if !yield(o, err) || err != nil {
				return
			}
		}
	}
}

// finish records how the undo ended, reports it, and gives the exit code.
func (u *undoing) finish(doc *report.Undo, run *journal.Run, runErr error, interrupted bool) error {
	if err := u.tally(doc); err != nil {
		return errors.Join(runErr, err)
	}
	state, why := ending(runErr, interrupted)
	doc.State, doc.Stopped = string(state), why
	if err := run.End(context.WithoutCancel(u.c.Context), state, doc.Summary); err != nil {
		return errors.Join(runErr, err)
	}
	if err := u.out.listing(listed(u.out, doc)); err != nil {
		return errors.Join(runErr, err)
	}
	switch {
	case interrupted:
		return statusError(exitInterrupted)
	case runErr != nil:
		return refusedToken(runErr)
	case doc.Summary.Failed+doc.Summary.NotTried > 0:
		return statusError(exitRowsFailed)
	}
	return nil
}
