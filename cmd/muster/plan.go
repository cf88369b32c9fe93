package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/live"
	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
	"muster/report"
	"muster/validate"
)

func planCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "plan",
		Usage:     "compare a workbook with what stands, and say what apply would do; nothing is changed",
		ArgsUsage: "INPUT...",
		Description: "Checks the input first, then reads what stands at the service with few calls, and shows for each customer what would\n" +
			"be created, updated, adopted or left alone, and what is in conflict.\n\n" +
			"Exit codes: 0 done, 3 the input has errors (nothing was compared), 5 a refused token, a held lock or another partner\n" +
			"organization, 6 there is something to do (with --detailed-exitcode), 7 an input cannot be used.",
		Flags:        slices.Concat(inputFlags("compare"), ruleFlags(), signInFlags(), serviceFlags(), planFlags(), outputForms("text, json, ndjson or github; with --diff text, json or ndjson", ".html .xlsx .json .csv .md; with --diff .json .csv .md")),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action: func(c *cli.Context) error {
			if c.IsSet("diff") {
				return diff(c, s)
			}
			return plan(c, s)
		},
	}
}

// planFlags are those of apply that decide what would be done, and the plan's own.
func planFlags() []cli.Flag {
	shared := []string{"partial", "only-failed", "max-create", "canary", "org", "not-before", "not-after", "numbers", "remove"}
	flags := slices.DeleteFunc(applyFlags(), func(f cli.Flag) bool { return !slices.Contains(shared, f.Names()[0]) })
	return append(
		flags,
		outFlag(),
		diffFlag(),
		&cli.BoolFlag{Name: "detailed-exitcode", Usage: "exit with 6 when there is something to do", EnvVars: []string{"MUSTER_DETAILED_EXITCODE"}},
	)
}

// comparing is one plan on its way.
type comparing struct {
	intake
	run     *journal.Run
	scope   journal.Scope
	before  webex.Stats // calls before the prechecks of --online
	started time.Time
	lists   *planLists
	doc     report.Plan
	ahead   provision.Forecast
	windows *windows
}

// planLists are the long lists of a plan.
type planLists struct {
	customers *spool[report.PlanCustomer]
	steps     *spool[onboarding.Step]
	extras    *spool[report.PlanExtra]
	objects   *spool[report.BoundObject] // of a plan that is kept
}

func newPlanLists(dir string) (*planLists, error) {
	l := &planLists{}
	var errs [4]error
	l.customers, errs[0] = newSpool[report.PlanCustomer](dir)
	l.steps, errs[1] = newSpool[onboarding.Step](dir)
	l.extras, errs[2] = newSpool[report.PlanExtra](dir)
	l.objects, errs[3] = newSpool[report.BoundObject](dir)
	return l, errors.Join(errs[:]...)
}

func (l *planLists) done() error {
	return errors.Join(l.customers.done(), l.steps.done(), l.extras.done(), l.objects.done())
}

// Close lets the files go.
func (l *planLists) Close() error {
	return errors.Join(l.customers.Close(), l.steps.Close(), l.extras.Close(), l.objects.Close())
}

func plan(c *cli.Context, s streams) (err error) {
	p := &comparing{intake: intake{c: c, s: s, compares: true}, started: time.Now()}
	if err := p.guards(); err != nil {
		return err
	}
	if p.out, err = openOutput(c, s); err != nil {
		return err
	}
	defer closing(&err, p.out)
	if err := cmp.Or(p.out.writesPlans(), p.keepable()); err != nil {
		return err
	}
	p.journal, err = journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "plan"})
	if err != nil {
		return err
	}
	defer closing(&err, p.journal)
	defer closing(&err, &p.intake)
	if err := p.take(validate.Plan); err != nil {
		return err
	}
	return p.look(p.tell)
}

// look compares the rows that were taken with what stands, and hands over to what tells of it.
func (p *comparing) look(tell func() error) (err error) {
	if err := p.identify(); err != nil {
		return err
	}
	if p.lists, err = newPlanLists(p.c.String("state")); err != nil {
		return err
	}
	defer closing(&err, p.lists)
	if err := p.compare(); err != nil {
		return refusedToken(err)
	}
	return tell()
}

// identify finds out who is asking, and refuses the organization that --org does not allow.
func (p *comparing) identify() (err error) {
	ctx := p.c.Context
	if err := p.connect(); err != nil {
		return err
	}
	if err := p.rejudge(validate.Plan, p.me.OrgID); err != nil {
		return err
	}
	if err := p.subPartners(p.svc, validate.Plan); err != nil {
		return err
	}
	if p.svc.credential.given {
		kinds, err := p.journal.Kinds(ctx, p.plan)
		if err != nil {
			return err
		}
		if err := p.svc.entitled(ctx, rowsByKind(kinds).scopes(false)); err != nil {
			return err
		}
	}
	p.scope = journal.Scope{Target: p.svc.base, Org: p.me.OrgID, SubPartner: p.c.String("sub-partner")}
	p.run, err = p.journal.View(ctx, p.plan, p.scope)
	return err
}

// compare reads what stands, customer after customer, and keeps what would be done about it.
func (p *comparing) compare() (err error) {
	remembered := newRecollect(&p.intake)
	p.windows = newWindows(p.opens, p.closes, p.started)
	var ask *prechecks
	if p.c.Bool("online") {
		if ask, err = newPrechecks(p, remembered); err != nil {
			return err
		}
		defer closing(&err, ask.questions)
	}
	for c, err := range live.Compare(p.c.Context, liveOptions(p.c, p.svc, p.run, p.scope)) {
		if err != nil {
			return fmt.Errorf("compare with %s: %w", p.svc.name, err)
		}
		remembered.customer(c)
		if err := ask.customer(p.c.Context, c); err != nil {
			return err
		}
		if err := p.customer(c); err != nil {
			return err
		}
	}
	p.before = p.svc.client.Stats()
	if err := ask.ask(p.c.Context); err != nil {
		return err
	}
	if m := p.memory; m != nil && m.err != nil {
		return m.err
	}
	remembered.done()
	return p.lists.done()
}

// customer keeps one customer of the comparison.
func (p *comparing) customer(c live.Customer) error {
	sum := &p.doc.Summary
	out := report.PlanCustomer{Key: c.Item.Key, Name: c.Spec.Name, Extras: len(c.Extra)}
	existing(p.c, c.Steps)
	for _, s := range c.Steps {
		if s.Row == 0 {
			continue // it stands and is no row of the inputs
		}
		out.Steps++
		sum.Count(s)
		out.Counts.Count(s.Action)
		out.Says(s)
		if err := p.lists.steps.add(portable(s)); err != nil {
			return err
		}
	}
	const few = 3
	for i, x := range c.Extra {
		extra := report.PlanExtra{Customer: c.Item.Key, Kind: x.Kind, Key: x.Key, Made: x.Made}
		if i < few {
			out.Named = append(out.Named, extra)
		}
		if err := p.lists.extras.add(extra); err != nil {
			return err
		}
	}
	for _, s := range c.Seats {
		out.Seats = append(out.Seats, report.PlanSeats{Package: s.Package, Asked: s.Asked, Total: s.Total, Known: s.Known, Used: s.Used, After: s.After})
	}
	sum.Customers++
	p.windows.add(c.Item.Key, c.Spec, p.ahead.Calls)
	sum.Extras += len(c.Extra)
	if err := p.foresee(c); err != nil {
		return err
	}
	return errors.Join(p.lists.customers.add(out), p.digests(c))
}

// existing says of numbers that would be added that --numbers existing forbids it.
func existing(c *cli.Context, steps []onboarding.Step) {
	if provision.NumbersMode(c.String("numbers")) != provision.NumbersExisting {
		return
	}
	for i, s := range steps {
		lacks := slices.ContainsFunc(s.Changes, func(d onboarding.Difference) bool { return d.Field == "phone_number" })
		if s.Kind == onboarding.ObjectNumbers && lacks && (s.Action == onboarding.ActCreate || s.Action == onboarding.ActUpdate) {
			steps[i].Action, steps[i].Why = onboarding.ActConflict, onboarding.T("the location does not hold these numbers, and --numbers existing adds none")
		}
	}
}

// tell writes the plan and gives the exit code.
func (p *comparing) tell() error {
	d := &p.doc
	d.Target, d.Sandbox, d.Org, d.SubPartner, d.Made, d.Check = p.svc.name, p.svc.sandbox, p.me.OrgID, p.scope.SubPartner, p.started, *p.intake.doc
	d.Customers, d.Steps, d.Extras = p.lists.customers.all(), p.lists.steps.all(), p.lists.extras.all()
	sum := &d.Summary
	ceiling, err := rate(p.c.String("rate"))
	if err != nil {
		return err
	}
	sum.Ceiling, sum.Rate = ceiling > 0, cmp.Or(ceiling, firstRate)
	sum.Calls = p.ahead.Calls
	sum.Seconds = float64(sum.Calls) / sum.Rate
	stats := p.before // prechecks are counted apart
	sum.Asked = int(stats.Calls + stats.Retries)
	d.Guards = p.stoppers()
	if err := p.out.plan(d); err != nil {
		return err
	}
	if refuses(p.c, p.intake.doc.Summary) && !p.c.Bool("partial") {
		text, hint := p.refusal()
		people := speechOf(p.c, p.s)
		people.line("muster: %s", text)
		people.line("  hint: %s", hint)
		return statusError(exitFindings)
	}
	if err := p.keepPlan(); err != nil {
		return err
	}
	if p.c.Bool("detailed-exitcode") && sum.Changes() {
		return statusError(exitChanges)
	}
	return nil
}

// refusal says who would refuse the inputs: what the service alone says beforehand, apply does not ask.
func (p *comparing) refusal() (text, hint onboarding.Text) {
	asked := func(f onboarding.Finding) bool {
		return f.Severity != onboarding.Error || f.Waived || strings.HasPrefix(f.Rule, "online-")
	}
	all := p.intake.doc.Findings
	if p.intake.doc.Summary.Errors > 0 && len(slices.DeleteFunc(slices.Clone(all), asked)) == 0 {
		return onboarding.T("the service would refuse these rows, and apply does not ask it beforehand: it would send them"), onboarding.T("mend them first")
	}
	return onboarding.T("apply would refuse these inputs: they have errors"), onboarding.T("mend them, or take the clean rows with --partial")
}

// stoppers says which guards would end a run early.
func (p *comparing) stoppers() []onboarding.Text {
	var out []onboarding.Text
	sum := p.doc.Summary
	if n := p.c.Int("max-create"); p.c.IsSet("max-create") && p.ahead.Creates > n {
		out = append(out, onboarding.T("would stop: --max-create %d (%d creates)", n, p.ahead.Creates))
	}
	switch n := p.c.Int("canary"); {
	case !p.c.IsSet("canary") || sum.Customers <= n:
	case n == 0:
		out = append(out, onboarding.T("would stop: --canary 0 begins no customer"))
	default:
		out = append(out, onboarding.T("would leave for later: --canary %d (%s)", n, onboarding.Count(sum.Customers-n, "%s customer", "%s customers")))
	}
	return append(out, p.windows.stops(p.c.String("not-after"), p.started, sum.Rate)...)
}
