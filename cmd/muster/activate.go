package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/activate"
	"muster/internal/journal"
	"muster/internal/wanted"
	"muster/internal/webex"
	"muster/report"
)

func activateCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:  "activate",
		Usage: "switch preloaded numbers on at port time",
		Description: "Looks for numbers that are switched off at the service and that this journal knows, and switches on those whose Port date\n" +
			"has come in their customer's own time zone, or that have none. Doing it twice does no harm. docs/waves.md tells more.\n\n" +
			"Exit codes: 0 done (also when some are not due yet), 2 nobody is selected, 4 some numbers failed, 5 not confirmed, a\n" +
			"refused token or a held lock, 130 interrupted.",
		Flags: slices.Concat([]cli.Flag{
			configFlag(),
			&cli.BoolFlag{Name: "all", Usage: "every customer of the journal at this target", EnvVars: []string{"MUSTER_ALL"}},
			&cli.BoolFlag{Name: "force", Usage: "numbers whose Port date lies ahead, too", EnvVars: []string{"MUSTER_FORCE"}},
		}, serviceFlags(), chosenFlags(), listFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return activateNumbers(c, s) },
	}
}

// activating is one activation on its way.
type activating struct {
	c         *cli.Context
	s         streams
	out       *output
	journal   *journal.Journal
	svc       *service
	customers []activate.Customer
	started   time.Time
}

func activateNumbers(c *cli.Context, s streams) (err error) {
	a := &activating{c: c, s: s, started: time.Now()}
	if err := a.flags(); err != nil {
		return err
	}
	a.journal, err = journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "activate"})
	if err != nil {
		return err
	}
	defer closing(&err, a.journal)
	a.svc, err = dial(c.Context, c, s)
	if err != nil {
		return err
	}
	defer closing(&err, a.svc)
	me, err := a.svc.identify(c)
	if err != nil {
		return err
	}
	if err := a.svc.entitled(c.Context, activationScopes(c.Bool("dry-run"))); err != nil {
		return err
	}
	if err := a.choose(me.OrgID); err != nil {
		return err
	}
	runs := make(map[string]*journal.Run, len(a.customers))
	for _, cust := range a.customers {
		runs[cust.Key] = cust.Run
	}
	a.svc.testify("activate", func(customer string) *journal.Run { return runs[customer] })
	if !c.Bool("dry-run") {
		if err := agree(c, s, a.svc, a.survey); err != nil {
			return err
		}
	}
	return a.carryOut()
}

// activationScopes are the least rights that switching numbers on needs.
func activationScopes(dry bool) []string {
	needs := []string{webex.ScopeCustomersRead, webex.ScopeCallingRead}
	if !dry {
		needs = append(needs, webex.ScopeCallingWrite)
	}
	return needs
}

// flags refuses a command line that selects nobody, or everybody and somebody.
func (a *activating) flags() (err error) {
	if a.out, err = openOutput(a.c, a.s); err != nil {
		return err
	}
	some := selection(a.c).String() != ""
	switch {
	case a.c.Args().Present():
		return hintedError{usagef("activate takes no argument, and %q was given", a.c.Args().First()), "--wave, --customer or --all says whose numbers"}
	case !some && !a.c.Bool("all"):
		return hintedError{usagef("nobody is selected"), "--wave N, --customer ID, or --all"}
	case some && a.c.Bool("all"):
		return usagef("--all and a selection exclude each other")
	}
	return a.out.lists()
}

// choose finds the selected customers in the runs of this target and organization. The latest run that planned a customer
// says its wave and its dates.
func (a *activating) choose(org string) error {
	runs, err := a.journal.Runs(a.c.Context)
	if err != nil {
		return err
	}
	seen := make(map[string]bool)
	for _, r := range runs {
		if r.Undoes != "" || r.Scope.Target != a.svc.base || r.Scope.Org != org {
			continue
		}
		if err := a.chooseOf(r, seen); err != nil {
			return err
		}
	}
	if len(a.customers) == 0 {
		return hintedError{usagef("no customer that this journal knows at %s is in the selection", a.svc.name), "look at the values of --customer and --wave, and at --target"}
	}
	return nil
}

// chooseOf takes the selected customers of one run that no later run has planned.
func (a *activating) chooseOf(info journal.RunInfo, seen map[string]bool) error {
	ctx, pick, asked := a.c.Context, selection(a.c), a.c.String("sub-partner")
	run, err := a.journal.RunByID(ctx, info.ID)
	if err != nil {
		return err
	}
	if err := learnRun(ctx, redactor(a.c), run); err != nil {
		return err
	}
	for it, err := range run.Customers(ctx) {
		if err != nil {
			return err
		}
		spec, _ := wanted.Decode[wanted.Customer](it.Spec) // a purged one has neither wave nor sub-partner
		scope := info.Scope
		if spec.SubPartner != "" {
			scope.SubPartner = spec.SubPartner
		}
		key := scope.SubPartner + "\n" + it.Key
		if seen[key] || asked != "" && asked != scope.SubPartner {
			continue
		}
		seen[key] = true
		if !pick.named(it.Key, spec.Wave) {
			continue
		}
		of, err := run.For(ctx, scope)
		if err != nil {
			return err
		}
		a.customers = append(a.customers, activate.Customer{Key: it.Key, Spec: spec, Run: of, Service: a.svc.client.OnBehalf(scope.SubPartner)})
	}
	return nil
}

// engine makes the engine, which changes nothing when dry.
func (a *activating) engine(dry bool) *activate.Engine {
	o := activate.Options{Concurrency: a.c.Int("concurrency"), Force: a.c.Bool("force"), Dry: dry, Pause: 2 * time.Second, Clock: time.Now}
	if a.svc.sandbox {
		o.Pause = 50 * time.Millisecond
	}
	return activate.New(o)
}

// survey shows what will be switched on before anybody is asked.
func (a *activating) survey() error {
	results, err := a.engine(true).Run(a.c.Context, a.customers)
	if err != nil {
		return refusedToken(err)
	}
	return a.out.survey(listed(a.out, a.document(results, true)))
}

func (a *activating) document(results []activate.Result, dry bool) *report.Activation {
	stats := a.svc.client.Stats()
	d := &report.Activation{Target: a.svc.name, Sandbox: a.svc.sandbox, DryRun: dry, Numbers: []report.ActivatedNumber{}}
	d.Summary.Customers, d.Summary.Calls, d.Summary.Retries = len(a.customers), int(stats.Calls), int(stats.Retries)
	d.Summary.Seconds = time.Since(a.started).Seconds()
	for _, r := range results {
		d.Summary.Active += r.Active
		d.Summary.LeftAlone += r.Unknown
		d.Summary.Missing += r.Missing
		for _, n := range r.Numbers {
			counted(&d.Summary, n.Status)
			d.Numbers = append(d.Numbers, report.ActivatedNumber{
				Customer: n.Customer, Location: n.Location, Number: n.Number, Status: string(n.Status), Port: n.Port, Why: n.Why, Error: n.Error,
			})
		}
	}
	return d
}

func counted(s *report.ActivationSummary, st activate.Status) {
	switch st {
	case activate.Activated:
		s.Activated++
	case activate.NotDue:
		s.NotDue++
	case activate.Failed:
		s.Failed++
	case activate.NotTried:
		s.NotTried++
	}
}

// carryOut switches the numbers on, reports, and gives the exit code.
func (a *activating) carryOut() error {
	if a.svc.sandbox {
		speechOf(a.c, a.s).sandbox()
	}
	ctx, cancel := context.WithCancel(a.c.Context)
	defer cancel()
	dry := a.c.Bool("dry-run")
	engine := a.engine(dry)
	watched := onInterrupt(speechOf(a.c, a.s), engine.Halt, cancel)
	results, err := engine.Run(ctx, a.customers)
	interrupted := watched()
	doc := a.document(results, dry)
	if _, doc.Stopped = ending(err, interrupted); interrupted {
		err = nil
	}
	if werr := a.out.listing(listed(a.out, doc)); werr != nil {
		return errors.Join(err, werr)
	}
	switch {
	case interrupted:
		return statusError(exitInterrupted)
	case err != nil:
		return refusedToken(err)
	case doc.Summary.Failed+doc.Summary.NotTried > 0:
		return statusError(exitRowsFailed)
	}
	return nil
}
