package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/urfave/cli/v2"

	"muster/importer"
	"muster/importer/provision"
	"muster/importer/sheet"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
	"muster/report"
	"muster/validate"
)

// intake is what commands share that plan rows: the inputs are read and judged once, and the rows kept in the journal.
type intake struct {
	c        *cli.Context
	s        streams
	out      *output
	journal  *journal.Journal
	doc      *report.Check
	plan     journal.PlanID
	org      string               // partner organization whose facts were used; empty when none was
	args     []string             // inputs that a kept plan names; nil: those of the command line
	opens    provision.Moment     // from when on customers may be begun
	closes   provision.Moment     // and until when
	options  validate.Options     // what the rules looked at
	memory   *memory              // nil: nothing is known at the target
	partners map[string]bool      // sub-partners, and whether they may create and change; nil: nobody asked
	key      string               // of the plan: commands with the same one mean the same rows
	svc      *service             // nil: nobody is asked yet
	me       webex.Person         // who is asking; empty until the service has told
	whole    bool                 // the rows are kept though others have errors, and nothing is printed
	compares bool                 // the live state is compared with the rows afterwards
	doubts   []onboarding.Finding // what holds only if the customer that stands is the one that the journal knows
}

// numbersMode refuses a word that names no way to treat numbers.
func numbersMode(c *cli.Context) error {
	switch m := c.String("numbers"); provision.NumbersMode(m) {
	case provision.NumbersAdd, provision.NumbersInactive, provision.NumbersExisting:
		return nil
	default:
		return hintedError{usagef("--numbers %q is not known", m), "add, inactive or existing"}
	}
}

// guards refuses values of guards and modes that mean nothing.
func (in *intake) guards() error {
	if err := numbersMode(in.c); err != nil {
		return err
	}
	for _, name := range []string{"max-failures", "max-create", "canary"} {
		if in.c.Int(name) < 0 {
			return usagef("--%s %d is negative", name, in.c.Int(name))
		}
	}
	return in.window()
}

// window reads the times between which customers may be begun.
func (in *intake) window() (err error) {
	for name, m := range map[string]*provision.Moment{"not-before": &in.opens, "not-after": &in.closes} {
		if *m, err = provision.ParseMoment(in.c.String(name)); err != nil {
			return hintedError{usagef("--%s: %w", name, err), "2026-11-28T04:00 is meant in each customer's own zone, 2026-11-28T04:00:00+01:00 is the same moment for all"}
		}
	}
	if !in.opens.IsZero() && !in.closes.IsZero() && !in.opens.Before(in.closes) {
		return usagef("--not-after %q is not later than --not-before %q: no customer could be begun", in.c.String("not-after"), in.c.String("not-before"))
	}
	return nil
}

// take reads and judges the inputs, and keeps the plan in the journal. An input with errors ends here. What the journal
// knows counts when there is no doubt about the partner organization; rejudge looks again once it has been asked for. With
// --online the service is asked first: it knows what the inputs refer to and do not hold.
func (in *intake) take(purpose validate.Purpose) error {
	if in.c.Bool("online") {
		if err := in.connect(); err != nil {
			return err
		}
		return in.judge(purpose, in.me.OrgID, false)
	}
	org, err := supposed(in.c, in.journal)
	if err != nil {
		return err
	}
	return in.judge(purpose, org, false)
}

// rejudge judges the inputs again when the partner organization is not the one that was supposed, and the journal knows
// something of either.
func (in *intake) rejudge(purpose validate.Purpose, org string) error {
	if org == in.org {
		return nil
	}
	scopes, err := in.journal.Scopes(in.c.Context, base(in.c))
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(scopes, func(s journal.Scope) bool { return s.Org == org || s.Org == in.org }) {
		in.org = org
		return nil
	}
	if slices.Contains(in.c.Args().Slice(), "-") {
		return stoppedError{hintedError{fmt.Errorf("the token belongs to the partner organization %q, and standard input cannot be judged again for it", org), "name the organization with --org"}}
	}
	return in.judge(purpose, org, false)
}

// judge reads the inputs once. anew plans the rows though a plan of the same inputs is there.
func (in *intake) judge(purpose validate.Purpose, org string, anew bool) (err error) {
	in.org = org
	j := judging{c: in.c, tables: loadTables(), purpose: purpose}
	if j.book, err = openInputs(in.c, in.s, j.tables, in.inputs(), false); err != nil {
		return err
	}
	defer closing(&err, j.book)
	in.out.remember(j.book)
	only, err := in.onlyFailed()
	if err != nil {
		return err
	}
	in.key = in.planKey(j.book, purpose)
	j.partners = in.partners
	if err := in.inform(&j); err != nil {
		return err
	}
	id, known, err := in.journal.FindPlan(in.c.Context, in.key)
	if err != nil {
		return err
	}
	var writer *journal.PlanWriter
	if !known || anew {
		if writer, err = in.journal.NewPlan(in.c.Context, in.key); err != nil {
			return err
		}
		j.plan = func(b *onboarding.Batch) importer.Planner {
			return provision.NewPlanner(writer, packages{j.tables.facts}, in.chosen(b), only)
		}
	}
	if in.whole {
		j.mails = announces(j, in.out)
	} else {
		j.hands = &hands{judging: j}
	}
	j.seen, j.compared = &in.options, in.compares
	if in.doc, _, err = j.read(); err != nil {
		return errors.Join(err, discard(writer))
	}
	in.memory = j.memory
	in.doubt()
	if refuses(in.c, in.doc.Summary) && !in.c.Bool("partial") && !in.whole {
		in.trust(in.doubts)
		if err := errors.Join(in.out.check(in.doc), discard(writer)); err != nil {
			return err
		}
		return erroneous(speechOf(in.c, in.s), purpose)
	}
	return in.keep(id, writer, purpose)
}

// inform gives the judgement what the journal, and with --online the service, know beside the inputs.
func (in *intake) inform(j *judging) (err error) {
	if in.org == "" {
		return nil
	}
	j.memory = recall(in.c.Context, in.journal, j.tables.facts, in.scope())
	if j.standing, err = j.memory.standing(j.book); err != nil {
		return err
	}
	if j.asked, err = in.lookUp(j); err != nil {
		return err
	}
	in.key += digestOf(j.standing, j.book)
	return nil
}

// doubt puts findings aside that the live state may take back.
func (in *intake) doubt() {
	in.doubts = nil
	in.doc.Findings = slices.DeleteFunc(in.doc.Findings, func(f onboarding.Finding) bool {
		if f.Remembered {
			in.doubts = append(in.doubts, f)
		}
		return f.Remembered
	})
	in.trust(nil)
}

// trust adds findings to those of the inputs, and counts all anew.
func (in *intake) trust(more []onboarding.Finding) {
	d := in.doc
	if len(more) > 0 {
		d.Findings = onboarding.SortFindings(append(d.Findings, more...))
	}
	d.Summary = onboarding.Summary{}
	for _, f := range d.Findings {
		d.Summary.Count(f)
	}
}

// inputs are those of the command line, or of the kept plan that it names.
func (in *intake) inputs() []string {
	if in.args != nil {
		return in.args
	}
	return in.c.Args().Slice()
}

// scope is where the facts of the inputs are valid.
func (in *intake) scope() journal.Scope {
	return journal.Scope{Target: base(in.c), Org: in.org, SubPartner: in.c.String("sub-partner")}
}

// keep makes the plan that was written durable, or takes the one that is there. Rows that memory holds make it another plan:
// the journal may know something else tomorrow.
func (in *intake) keep(id journal.PlanID, writer *journal.PlanWriter, purpose validate.Purpose) (err error) {
	in.plan = id
	if held := remembered(in.doc.Findings, in.c.Bool("partial") || in.whole); held != "" {
		in.key += held
		id, known, err := in.journal.FindPlan(in.c.Context, in.key)
		if err != nil {
			return errors.Join(err, discard(writer))
		}
		if known {
			in.plan = id
			return discard(writer)
		}
		if writer == nil {
			return in.judge(purpose, in.org, true)
		}
		writer.Rename(in.key)
	}
	if writer != nil {
		in.plan, err = writer.Commit(in.c.Context)
	}
	return err
}

// remembered is a digest of the errors that do not follow from the inputs alone, or of all; empty when there are none.
func remembered(findings []onboarding.Finding, all bool) string {
	h, some := sha256.New(), false
	for _, f := range findings {
		r, ok := validate.Find(f.Rule)
		follows := !all && (!ok || r.Known == nil && r.ID != "admin-package-parity" && r.ID != "customer-sub-partner" && r.ID != "customer-sub-partner-changed")
		if follows || f.Severity != onboarding.Error || f.Waived {
			continue
		}
		some = true
		fmt.Fprintln(h, f.Rule, f.Place.Row, f.Place.Column, f.Message)
	}
	if !some {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// erroneous ends a command whose input has errors; what they are has been written.
func erroneous(people speech, purpose validate.Purpose) error {
	text, hint := onboarding.T("nothing was sent: the input has errors"), onboarding.T("mend them, or provision the clean rows with --partial")
	if purpose != validate.Apply {
		text, hint = onboarding.T("nothing was compared: the input has errors"), onboarding.T("mend them, or take the clean rows with --partial")
	}
	people.line("muster: %s", text)
	people.line("  hint: %s", hint)
	return statusError(exitFindings)
}

func discard(w *journal.PlanWriter) error {
	if w == nil {
		return nil
	}
	return w.Discard()
}

// chosen gives the customers that the command line selects.
func (in *intake) chosen(b *onboarding.Batch) []*onboarding.Customer {
	return pickedOf(b, selection(in.c))
}

// pickedOf gives the customers of a batch that a selection takes.
func pickedOf(b *onboarding.Batch, pick picked) []*onboarding.Customer {
	var out []*onboarding.Customer
	for _, c := range slices.Concat(b.Customers, b.Standing.Customers) {
		if pick.customer(c) {
			out = append(out, c)
		}
	}
	return out
}

// planKey tells whether two commands plan the same rows: same bytes, same way to read them, same selection. What keeps a
// row from being sent depends on the purpose; it matters only where such rows are held instead of refused.
func (in *intake) planKey(book *sheet.Book, purpose validate.Purpose) string {
	h := sha256.New()
	fmt.Fprintln(h, version())
	for _, file := range book.Inputs {
		fmt.Fprintf(h, "%q %s\n", file.File, file.SHA256)
	}
	for _, name := range []string{"encoding", "delimiter", "package", "location", "only-failed"} {
		fmt.Fprintf(h, "%s %q\n", name, in.c.String(name))
	}
	for _, name := range []string{"customer", "wave", "sheet", "map"} {
		fmt.Fprintf(h, "%s %q\n", name, in.c.StringSlice(name))
	}
	fmt.Fprintln(h, in.c.Int("header-row"), in.c.Bool("partial"), in.c.Bool("strict"))
	if in.c.Bool("partial") || in.whole {
		fmt.Fprintln(h, purpose, in.whole, in.c.Int("quantity-ceiling"))
	}
	cfg := settings(in.c)
	fmt.Fprintf(h, "%v %v\n", cfg.severity, cfg.waivers) // maps print sorted by key
	return hex.EncodeToString(h.Sum(nil))
}
