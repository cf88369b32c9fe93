package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/live"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
	"muster/report"
	"muster/validate"
)

func verifyCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "read every row back and compare it with the workbook, field by field; nothing is changed",
		ArgsUsage: "INPUT...",
		Description: "Rows that differ are read again for a while, since the service needs some seconds until its lists show what was\n" +
			"made. Exit codes: 0 everything stands, 3 the input has errors, 4 a row differs or is not there, 5 a refused token or\n" +
			"a held lock, 6 rows wait for others (with --detailed-exitcode), 7 an input cannot be used.",
		Flags:        slices.Concat(inputFlags("read back"), ruleFlags(), signInFlags(), serviceFlags(), verifyFlags(), outputFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return verify(c, s) },
	}
}

func verifyFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "partial", Usage: "verify the clean rows of a workbook that has errors", EnvVars: []string{"MUSTER_PARTIAL"}},
		orgFlag(),
		&cli.DurationFlag{Name: "settle", Usage: "read rows that differ again for `TIME`", DefaultText: "60s; 1s on the embedded sandbox", EnvVars: []string{"MUSTER_SETTLE"}},
		&cli.StringFlag{Name: "as-built", Usage: "also write what stands as a workbook for sign-off to `FILE`: differences in colour, verdict, counts, who and when", EnvVars: []string{"MUSTER_AS_BUILT"}},
		forceFlag(),
		&cli.BoolFlag{Name: "detailed-exitcode", Usage: "exit with 6 when rows wait for others", EnvVars: []string{"MUSTER_DETAILED_EXITCODE"}},
	}
}

// verifying is one reading back on its way.
type verifying struct {
	intake
	scope   journal.Scope
	view    *journal.Run
	rows    *keyed[onboarding.Verified]
	sum     onboarding.VerifySummary
	built   *signOff // nil: none was asked for
	started time.Time
}

func verify(c *cli.Context, s streams) (err error) {
	v := &verifying{intake: intake{c: c, s: s}, started: time.Now()}
	if c.Duration("settle") < 0 {
		return usagef("--settle %v is negative", c.Duration("settle"))
	}
	if v.out, err = openOutput(c, s); err != nil {
		return err
	}
	defer closing(&err, v.out)
	if path := c.String("as-built"); path != "" {
		if err := cmp.Or(workbookPath("as-built", path, c.Args().Slice()), absent("as-built", path, c.Bool("force"))); err != nil {
			return err
		}
	}
	v.journal, err = journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "verify"})
	if err != nil {
		return err
	}
	defer closing(&err, v.journal)
	defer closing(&err, &v.intake)
	if err := v.take(validate.Plan); err != nil {
		return err
	}
	if err := v.begin(); err != nil {
		return err
	}
	if v.rows, err = newKeyed[onboarding.Verified](c.String("state")); err != nil {
		return err
	}
	defer closing(&err, v.rows)
	if path := c.String("as-built"); path != "" {
		if err := v.signOff(path); err != nil {
			return refusedToken(err)
		}
		defer closing(&err, v.built.book)
	}
	if err := v.read(c.Context); err != nil {
		return refusedToken(err)
	}
	return v.finish()
}

// begin finds out who is asking, and takes the plan in the journal for that organization.
func (v *verifying) begin() (err error) {
	ctx := v.c.Context
	if err := v.connect(); err != nil {
		return err
	}
	if err := v.rejudge(validate.Plan, v.me.OrgID); err != nil {
		return err
	}
	v.scope = journal.Scope{Target: v.svc.base, Org: v.me.OrgID, SubPartner: v.c.String("sub-partner")}
	v.view, err = v.journal.View(ctx, v.plan, v.scope)
	return err
}

// signOff begins the workbook for sign-off.
func (v *verifying) signOff(path string) (err error) {
	v.built, err = newSignOff(v.c.Context, path, v.out.voice, loadTables(), v.svc)
	return err
}

// settle is how long rows that differ are read again.
func (v *verifying) settle() time.Duration {
	switch {
	case v.c.IsSet("settle"):
		return v.c.Duration("settle")
	case v.svc.sandbox:
		return time.Second // its lists do not lag
	}
	return time.Minute
}

// read reads every customer back; those that differ again, after growing pauses, until they agree or the time is over.
func (v *verifying) read(ctx context.Context) error {
	bound := v.settle()
	end := time.Now().Add(bound)
	o := liveOptions(v.c, v.svc, v.view, v.scope)
	for pause := bound / 30; ; pause = min(2*pause, bound/4) {
		last := !time.Now().Before(end)
		differ, err := v.round(ctx, o, last)
		if err != nil || len(differ) == 0 {
			return err
		}
		o.Only = differ
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(pause, time.Until(end))):
		}
	}
}

// round reads customers once. It keeps what is settled, everything in the last round, and gives the rest.
func (v *verifying) round(ctx context.Context, o live.Options, last bool) (differ map[string]bool, err error) {
	differ = make(map[string]bool)
	for c, err := range live.Compare(ctx, o) {
		if err != nil {
			return nil, err
		}
		c.Steps = ofInputs(c.Steps)
		v.rows.name(c.Item.Key)
		rows := verified(c)
		if !last && slices.ContainsFunc(rows, mayCome) {
			differ[c.Item.Key] = true
			continue
		}
		if err := v.keep(ctx, c, rows); err != nil {
			return nil, err
		}
	}
	return differ, nil
}

// mayCome reports whether a row may soon stand as the sheet says: lists lag, and the service may be setting it up.
func mayCome(r onboarding.Verified) bool {
	if r.Verdict == onboarding.VerdictWaiting {
		return r.Reason == onboarding.ReasonProvisioning
	}
	return r.Verdict.Wrong() && r.Verdict != onboarding.VerdictNotChecked
}

// keep counts the rows of a customer and puts them aside for the reports.
func (v *verifying) keep(ctx context.Context, c live.Customer, rows []onboarding.Verified) error {
	for _, r := range rows {
		v.sum.Count(r)
	}
	v.sum.Extras += len(c.Extra)
	if v.built != nil {
		run, err := v.runOf(ctx, c.Spec.SubPartner)
		if err != nil {
			return err
		}
		if err := v.built.customer(ctx, run, c, rows); err != nil {
			return err
		}
	}
	return v.rows.put(c.Item.Key, rows)
}

// verified gives the verdicts on the rows of a customer.
func verified(c live.Customer) []onboarding.Verified {
	administers(&c)
	rows := make([]onboarding.Verified, 0, len(c.Steps))
	for _, s := range c.Steps {
		rows = append(rows, onboarding.Verify(portable(s)))
	}
	return rows
}

// runOf gives the view of the journal for a sub-partner, empty for none.
func (v *verifying) runOf(ctx context.Context, sub string) (*journal.Run, error) {
	if sub == "" {
		return v.view, nil
	}
	below := v.scope
	below.SubPartner = sub
	return v.view.For(ctx, below)
}

// fullAdministrator is the role of a customer's administrator, as the service lists it.
const fullAdministrator = "Full Administrator"

// administers adds to the steps of a customer that its administrator does not hold the role of one: the first user of a new
// organization gets it by itself, whoever that is. A row that asks for the role tells it by itself.
func administers(c *live.Customer) {
	if c.Live == nil || c.Spec.AdminEmail == "" {
		return
	}
	email := c.Spec.AdminEmail
	i := slices.IndexFunc(c.Live.Users, func(u live.User) bool { return strings.EqualFold(u.Email, email) })
	if i < 0 || c.Live.Users[i].Person == nil || slices.Contains(c.Live.Users[i].Roles, fullAdministrator) {
		return
	}
	at := slices.IndexFunc(c.Steps, func(s onboarding.Step) bool { return s.Kind == onboarding.ObjectCustomer })
	for j, s := range c.Steps {
		switch {
		case s.Kind == onboarding.ObjectRole && strings.EqualFold(s.Key, email+" "+fullAdministrator):
			return
		case s.Kind == onboarding.ObjectUser && strings.EqualFold(s.Key, email):
			at = j
		}
	}
	if at < 0 {
		return // neither the customer nor its administrator is a row of the inputs
	}
	c.Steps[at].Changes = append(slices.Clone(c.Steps[at].Changes), onboarding.Difference{
		Field: "role", Sheet: fullAdministrator, Live: strings.Join(c.Live.Users[i].Roles, ", "),
		Fixed: onboarding.T("write Full administrator into the Role of %q and apply again", email),
	})
}

// finish reports and gives the exit code.
func (v *verifying) finish() error {
	v.sum.Calls, v.sum.Seconds = int(v.svc.client.Stats().Calls), time.Since(v.started).Seconds()
	doc := &report.Verify{
		Target: v.svc.name, Sandbox: v.svc.sandbox, Org: v.me.OrgID, SubPartner: v.c.String("sub-partner"), Identity: nameOf(v.me), AsOf: time.Now(),
		Check: *v.doc, Summary: v.sum, Rows: v.rows.all(),
	}
	if err := v.out.verify(doc); err != nil {
		return err
	}
	if v.built != nil {
		if err := v.built.write(doc); err != nil {
			return fmt.Errorf("write workbook %q: %w", v.built.path, err)
		}
		speechOf(v.c, v.s).wrote(v.built.path)
	}
	switch {
	case v.sum.Wrong() > 0:
		return statusError(exitRowsFailed)
	case v.c.Bool("detailed-exitcode") && v.sum.Waiting > 0:
		return statusError(exitChanges)
	}
	return nil
}

// nameOf is how a person is called in reports.
func nameOf(p webex.Person) string {
	switch {
	case p.DisplayName != "" && len(p.Emails) > 0:
		return p.DisplayName + " <" + p.Emails[0] + ">"
	case p.DisplayName != "":
		return p.DisplayName
	case len(p.Emails) > 0:
		return p.Emails[0]
	}
	return p.ID
}

// ofInputs leaves out what stands and is no row of the inputs.
func ofInputs(steps []onboarding.Step) []onboarding.Step {
	return slices.DeleteFunc(steps, func(s onboarding.Step) bool { return s.Row == 0 })
}
