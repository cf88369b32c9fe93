package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/validate"
)

func applyCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "apply",
		Usage:     "provision what a workbook asks for; again = resume",
		ArgsUsage: "INPUT... | PLAN",
		Description: "Checks the input first and sends nothing when it has errors. Then makes customers, locations, numbers, users and\n" +
			"roles, each exactly once: after a crash or Ctrl-C the same command goes on where it stood. PLAN is a file of `muster plan --out`: exactly that is carried\n" +
			"out, or nothing when inputs, target, identity, muster or what stands have changed since.\n\n" +
			"Exit codes: 0 done, 3 the input has errors (nothing was sent), 4 some rows failed, 5 stopped by a guard, a refused\n" +
			"token, a held lock or a plan that no longer holds, 6 rows wait for others (with --detailed-exitcode), 7 an input cannot be used, 130 interrupted.",
		Flags:        slices.Concat(inputFlags("provision"), ruleFlags(), signInFlags(), serviceFlags(), applyFlags(), outputFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return apply(c, s) },
	}
}

func applyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "yes", Aliases: []string{"y"}, Usage: "do not ask before a service other than the sandbox is changed", EnvVars: []string{"MUSTER_YES"}},
		&cli.BoolFlag{Name: "partial", Usage: "provision the clean rows and hold those with an error", EnvVars: []string{"MUSTER_PARTIAL"}},
		&cli.StringFlag{Name: "only-failed", Usage: "take only the rows that did not succeed in `RUN`, or in a results file (.csv, .json)", EnvVars: []string{"MUSTER_ONLY_FAILED"}},
		&cli.IntFlag{Name: "max-failures", DefaultText: "none", Usage: "stop when more than `N` rows have failed", EnvVars: []string{"MUSTER_MAX_FAILURES"}},
		&cli.IntFlag{Name: "max-create", DefaultText: "none", Usage: "stop before more than `N` creates", EnvVars: []string{"MUSTER_MAX_CREATE"}},
		&cli.IntFlag{Name: "canary", DefaultText: "none", Usage: "begin only the first `N` customers", EnvVars: []string{"MUSTER_CANARY"}},
		orgFlag(),
		&cli.StringFlag{Name: "not-before", Usage: "begin no customer before `TIME`: 2026-11-28T04:00 in the customer's own zone, or with an offset as in 2026-11-28T04:00:00+01:00", EnvVars: []string{"MUSTER_NOT_BEFORE"}},
		&cli.StringFlag{Name: "not-after", Usage: "begin no customer after `TIME`, written like that of --not-before; finish those begun", EnvVars: []string{"MUSTER_NOT_AFTER"}},
		&cli.BoolFlag{Name: "remove", Usage: "take away what the sheet no longer names: packages of a customer", EnvVars: []string{"MUSTER_REMOVE"}},
		&cli.StringFlag{Name: "numbers", Value: "add", Usage: "`MODE` for users' numbers that their location lacks: add, inactive (add, switched off) or existing (never add)", EnvVars: []string{"MUSTER_NUMBERS"}},
		&cli.DurationFlag{Name: "wait", Value: 15 * time.Minute, Usage: "wait `TIME` for the service to set up a customer", EnvVars: []string{"MUSTER_WAIT"}},
		&cli.DurationFlag{Name: "settle", Usage: "look `TIME` for what an unclear create may have made, before it is sent again", DefaultText: "60s; 1s on the embedded sandbox", EnvVars: []string{"MUSTER_SETTLE"}},
		&cli.BoolFlag{Name: "detailed-exitcode", Usage: "exit with 6 when rows wait for others", EnvVars: []string{"MUSTER_DETAILED_EXITCODE"}},
		&cli.StringFlag{Name: "progress", Value: "auto", Usage: "`MODE`: auto, plain or none", EnvVars: []string{"MUSTER_PROGRESS"}},
	}
}

// applying is one apply on its way.
type applying struct {
	intake
	kept    *keptPlan // nil: the inputs are named on the command line
	where   journal.Scope
	run     *journal.Run
	resumed bool
	started time.Time
}

func apply(c *cli.Context, s streams) (err error) {
	a := &applying{intake: intake{c: c, s: s}, started: time.Now()}
	if a.kept, err = openKept(c.Args().Slice()); err != nil {
		return err
	}
	if a.kept != nil {
		defer closing(&err, a.kept)
		if err := a.kept.adopt(&a.intake); err != nil {
			return err
		}
	}
	if err := a.flags(); err != nil {
		return err
	}
	if a.out, err = openOutput(c, s); err != nil {
		return err
	}
	defer closing(&err, a.out)
	a.journal, err = journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "apply"})
	if err != nil {
		return err
	}
	defer closing(&err, a.journal)
	defer closing(&err, &a.intake)
	if err := sparingly(a.accept); err != nil {
		return err
	}
	if err := a.begin(); err != nil {
		return err
	}
	return a.provision()
}

// accept reads the inputs. Those of a kept plan must be the files that it read, and no others.
func (a *applying) accept() error {
	err := a.take(validate.Apply)
	if a.kept == nil {
		return err
	}
	return cmp.Or(a.kept.sameInputs(a.doc), err)
}

// flags refuses values that would only be noticed in the middle of a run.
func (a *applying) flags() error {
	if err := a.guards(); err != nil {
		return err
	}
	switch m := a.c.String("progress"); m {
	case "auto", "plain", "none":
	default:
		return hintedError{usagef("--progress %q is not known", m), "auto, plain or none"}
	}
	return nil
}

// begin finds out who is asking, passes the guards, and takes up the run.
func (a *applying) begin() error {
	ctx := a.c.Context
	err := a.connect()
	if err != nil {
		return err
	}
	me := a.me
	if a.kept != nil {
		if err := a.kept.sameIdentity(me); err != nil {
			return err
		}
	}
	if err := a.rejudge(validate.Apply, me.OrgID); err != nil {
		return err
	}
	if err := a.subPartners(a.svc, validate.Apply); err != nil {
		return err
	}
	if err := a.permitted(); err != nil {
		return err
	}
	if err := a.confirm(me.OrgID); err != nil {
		return err
	}
	a.where = journal.Scope{Target: a.svc.base, Org: me.OrgID, SubPartner: a.c.String("sub-partner")}
	chosen := selection(a.c).String()
	if a.kept != nil {
		chosen += " plan=" + a.kept.seal // a run of a kept plan is taken up by the same plan only
	}
	a.run, a.resumed, err = a.journal.Resumable(ctx, a.plan, a.where, chosen)
	if err != nil || a.resumed {
		return err
	}
	if a.kept != nil {
		if err := a.sameState(); err != nil {
			return err
		}
	}
	return a.fresh(chosen)
}

// permitted makes sure that the token may do what the rows need, as far as that can be known before.
func (a *applying) permitted() error {
	if !a.svc.credential.given {
		return nil
	}
	kinds, err := a.journal.Kinds(a.c.Context, a.plan)
	if err != nil {
		return err
	}
	return a.svc.entitled(a.c.Context, rowsByKind(kinds).scopes(true))
}

// outlives tells whether the token lasts as long as what is left of the run.
func (a *applying) outlives() error {
	if !a.svc.credential.given {
		return nil
	}
	kinds, err := a.run.Left(a.c.Context)
	if err != nil {
		return err
	}
	ceiling, err := rate(a.c.String("rate"))
	if err != nil {
		return err
	}
	talk := speechOf(a.c, a.s)
	a.svc.tellLifetime(a.c.Context, func(text onboarding.Text) { talk.line("%s", text) }, rowsByKind(kinds).calls(), ceiling)
	return nil
}

// fresh begins a new run.
func (a *applying) fresh(chosen string) error {
	id, err := newRunID(a.started)
	if err != nil {
		return err
	}
	spec := journal.NewRun{ID: id, Plan: a.plan, Scope: a.where, Command: "apply", Version: version(), Selection: chosen, Flags: givenFlags(a.c), Started: a.started}
	for _, in := range a.doc.Inputs {
		spec.Inputs = append(spec.Inputs, journal.Input{File: in.File, SHA256: in.SHA256})
	}
	a.run, err = a.journal.Begin(a.c.Context, spec)
	return err
}

// newRunID names a run by its second and four random digits.
func newRunID(at time.Time) (string, error) {
	var b [2]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", err
	}
	return at.UTC().Format("20060102T150405Z") + "-" + hex.EncodeToString(b[:]), nil
}

// provision carries the run out and reports it.
func (a *applying) provision() error {
	people := speechOf(a.c, a.s)
	if a.svc.sandbox {
		people.sandbox()
	}
	if a.resumed {
		people.line("resuming run %s on %s", a.run.ID(), a.svc.name)
	} else {
		people.line("run %s on %s", a.run.ID(), a.svc.name)
	}
	if err := a.outlives(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(a.c.Context)
	defer cancel()
	doc, stream, err := a.document(ctx)
	if err != nil {
		return err
	}
	before := doc.Summary
	bar := newProgress(people, a.c.String("progress"), before.Rows-before.Created-before.Updated-before.Adopted-before.Unchanged, stream.live)
	o := a.engineOptions()
	o.Opens, o.Sub = bar.opens, onBehalf(a.svc, a.run, a.where)
	rules := newRefusals(&a.intake)
	o.Judge, o.Moves = rules.seats, rules.move
	a.svc.begins("apply", a.run)
	engine := provision.New(a.run, a.svc.client, o, bar)
	interrupted := onInterrupt(people, engine.Halt, cancel)
	runErr := engine.Run(ctx)
	tellDrift(people, engine)
	bar.close()
	return a.finish(doc, stream, runErr, interrupted())
}

// bound is the value of a guard: none when it is not given, and 0 means 0.
func bound(c *cli.Context, name string) provision.Bound {
	if !c.IsSet(name) {
		return provision.Bound{}
	}
	return provision.AtMost(c.Int(name))
}

func (a *applying) engineOptions() provision.Options {
	c := a.c
	o := provision.Options{
		Concurrency: c.Int("concurrency"), PollFirst: 5 * time.Second, PollMost: 30 * time.Second, Wait: c.Duration("wait"), Settle: c.Duration("settle"),
		Numbers: provision.NumbersMode(c.String("numbers")), MaxFailures: bound(c, "max-failures"), MaxCreate: bound(c, "max-create"), Canary: bound(c, "canary"),
		Remove: c.Bool("remove"), NotBefore: a.opens, NotAfter: a.closes, Clock: time.Now,
	}
	if a.svc.near() {
		o.PollFirst, o.PollMost = 50*time.Millisecond, time.Second
	}
	if !c.IsSet("settle") {
		o.Settle = time.Minute
		if a.svc.sandbox {
			o.Settle = time.Second // its lists do not lag
		}
	}
	return o
}

// tellDrift warns of what somebody changed at the service since this journal last saw it: a run may have changed it back.
func tellDrift(people speech, engine *provision.Engine) {
	n, first := engine.Drift()
	if n == 0 {
		return
	}
	people.line("warning: changed at the service since this journal last saw it: %d", n)
	for _, line := range first {
		fmt.Fprintf(people, "  %s\n", printable(line))
	}
	if more := n - len(first); more > 0 {
		people.line("  and %d more", more)
	}
}
