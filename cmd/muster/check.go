package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/urfave/cli/v2"

	authcheck "muster/auth/check"
	"muster/importer"
	"muster/importer/repair"
	"muster/importer/sheet"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/report"
	"muster/validate"
)

func checkCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "say what is wrong with a workbook; nothing is sent",
		ArgsUsage: "INPUT...",
		Description: "INPUT is a workbook (.xlsx, .xlsm), a text file (.csv, .tsv), a folder of them, or - for one text file on\n" +
			"standard input. With --online the service is asked, too: for what the inputs refer to and do not hold, and beforehand\n" +
			"about what would be created. Exit codes: 0 nothing wrong, 3 the input has errors, 5 a refused token, a held lock or\n" +
			"another partner organization (with --online), 7 an input cannot be used at all.",
		Flags:        slices.Concat(inputFlags("count what is left to people for, and with --online ask the service about,"), ruleFlags(), signInFlags(), serviceFlags(), []cli.Flag{orgFlag()}, outputFlags(), []cli.Flag{fixFlag(), splitFlag()}),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return check(c, s) },
	}
}

func check(c *cli.Context, s streams) (err error) {
	out, err := openOutput(c, s)
	if err != nil {
		return err
	}
	defer closing(&err, out)
	if err := out.splits(c); err != nil {
		return err
	}
	tell := func(doc *report.Check) (*report.Check, error) { return doc, out.check(doc) }
	switch copies := c.String("fix") != "" || c.String("split-by") != ""; {
	case !c.Bool("online"):
		return checkAlone(c, s, out, tell)
	case !copies:
		doc, err := checkOnline(c, s, out, tell)
		return cmp.Or(err, ready(c, doc))
	case slices.Contains(c.Args().Slice(), "-"):
		return hintedError{usagef("--online beside --fix or --split-by reads the inputs once more, and standard input can be read only once"), "write the input to a file"}
	}
	return checkAlone(c, s, out, func(alone *report.Check) (*report.Check, error) {
		return checkOnline(c, s, out, func(doc *report.Check) (*report.Check, error) {
			doc.Repair = alone.Repair
			return tell(doc)
		})
	})
}

// ready gives the exit code of a check that was told.
func ready(c *cli.Context, doc *report.Check) error {
	if doc != nil && refuses(c, doc.Summary) {
		return statusError(exitFindings)
	}
	return nil
}

// telling writes what was found, and gives what it wrote.
type telling func(*report.Check) (*report.Check, error)

// checkAlone says of the inputs what they tell by themselves.
func checkAlone(c *cli.Context, s streams, out *output, tell telling) (err error) {
	t := loadTables()
	book, err := openBook(c, s, t, true)
	if err != nil {
		return err
	}
	defer closing(&err, book)
	out.remember(book)
	fix, err := planFix(c, book)
	if err != nil {
		return err
	}
	j := judging{c: c, tables: t, book: book, purpose: validate.Check}
	if out.writes("html") {
		j.hands = &hands{judging: j} // the page tells what is left to people, too
	}
	j.mails = announces(j, out)
	doc, res, err := j.read()
	if err != nil {
		return err
	}
	if fix != nil {
		defer closing(&err, fix)
		if doc.Repair, err = fix.write(speechOf(c, s), book, repair.New(t.facts, res.Batch, res.Resolver)); err != nil {
			return err
		}
	}
	if doc, err = tell(doc); err != nil {
		return err
	}
	rehome(doc.Findings, book)
	if err := out.split(c, book, res.Batch, doc); err != nil {
		return err
	}
	return ready(c, doc)
}

// rehome places findings of another reading of the same inputs on the sheets of this one.
func rehome(findings []onboarding.Finding, book *sheet.Book) {
	type name struct {
		file, sheet string
		order       int
	}
	sheets := make(map[name]*onboarding.Source)
	for _, in := range book.Inputs {
		for _, s := range in.Sheets {
			sheets[name{s.File, s.Sheet, s.Order}] = s
		}
	}
	for i, f := range findings {
		if src := f.Place.Source; src != nil {
			findings[i].Place.Source = cmp.Or(sheets[name{src.File, src.Sheet, src.Order}], src)
		}
	}
}

// checkOnline says of the inputs what they, the journal and the service tell together. Nothing is changed.
func checkOnline(c *cli.Context, s streams, out *output, tell telling) (doc *report.Check, err error) {
	p := &comparing{intake: intake{c: c, s: s, out: out, compares: true, whole: true}, started: time.Now()}
	p.journal, err = journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "check"})
	if err != nil {
		return nil, err
	}
	defer closing(&err, p.journal)
	defer closing(&err, &p.intake)
	if err := p.take(validate.Plan); err != nil {
		return nil, err
	}
	err = p.look(func() error {
		doc, err = tell(p.intake.doc)
		return err
	})
	return doc, err
}

// refuses reports whether the findings keep the input from being provisioned.
func refuses(c *cli.Context, s onboarding.Summary) bool {
	return s.Errors > 0 || c.Bool("strict") && s.Warnings > 0
}

// planning makes a planner once all but the users is read.
type planning func(*onboarding.Batch) importer.Planner

// judging is what one reading of the inputs is judged with.
type judging struct {
	c        *cli.Context
	tables   tables
	book     *sheet.Book
	purpose  validate.Purpose
	standing onboarding.Standing
	memory   *memory           // nil: only the inputs are looked at
	plan     planning          // nil: nothing is planned
	hands    *hands            // nil: what is left to people is not counted
	mails    *announced        // nil: who would get mail is not counted
	partners map[string]bool   // sub-partners that the service lists; nil: nobody asked
	seen     *validate.Options // takes what the rules looked at; nil: nobody asks
	compared bool              // the live state is looked at afterwards
	allWaves bool              // the waves of the command line are looked at afterwards
	asked    bool              // the service was asked for what the inputs refer to and do not hold
}

// read reads the inputs once, judges every row, and hands the rows to a planner when there is one.
func (j judging) read() (*report.Check, importer.Result, error) {
	c, t, book := j.c, j.tables, j.book
	doc := &report.Check{}
	adjust := settings(c).adjust(time.Now())
	seen := glimpses(c)
	sink := func(f onboarding.Finding) {
		adjust(&f)
		seen.Found(f)
		if len(doc.Findings) == cap(doc.Findings) {
			doc.Findings = slices.Grow(doc.Findings, max(256, len(doc.Findings)))
		}
		doc.Findings = append(doc.Findings, f)
	}
	pick := j.pick()
	reading := importer.Reading{
		Book: book,
		Sink: sink,
		Begin: func(b *onboarding.Batch) (importer.Checker, func() importer.Lane) {
			b.Standing = j.standing
			r := resolve.New(t.facts, b)
			w := validate.New(j.options(b, r, adjust), sink)
			return w, j.lanes(b, r, w)
		},
		Selected: pick.user,
		Glimpses: seen,
	}
	if reading.Plan = j.plan; j.hands != nil {
		reading.Plan = j.hands.plan(j.plan)
	}
	reading.Plan = j.mails.plan(reading.Plan)
	res, err := reading.Run()
	if err == nil && j.memory != nil {
		err = j.memory.err
	}
	if err != nil {
		return nil, res, err
	}
	if j.purpose != validate.Check {
		if err := pick.matches(res.Batch); err != nil {
			return nil, res, err
		}
	}
	r, err := signIn(c, book, res.Batch, doc.Findings)
	if err != nil {
		return nil, res, err
	}
	doc.Providers, doc.Today = r.Providers, today()
	for _, f := range r.Findings {
		if f.Level != authcheck.Checklist { // what somebody must confirm stands on the provider's card
			sink(placed(f))
		}
	}
	doc.Findings = onboarding.SortFindings(doc.Findings)
	for _, f := range doc.Findings {
		doc.Summary.Count(f)
	}
	doc.Glimpse = seen.Of(doc.Findings, res.Batch)
	doc.Counts, doc.Inputs, doc.Version, doc.Customers, doc.Mails = countsOf(res), inputsOf(book), version(), customersOf(res.Batch.Customers), j.mails.total()
	doc.HandOff, err = j.hands.list()
	return doc, res, err
}

// pick is the selection of the command line, as far as it concerns one reading.
func (j judging) pick() picked {
	p := selection(j.c)
	if j.allWaves {
		p.waves = nil
	}
	return p
}

func countsOf(res importer.Result) report.Counts {
	b := res.Batch
	return report.Counts{Templates: len(b.Templates), Customers: len(b.Customers), Locations: len(b.Locations), Users: res.Users}
}

// lanes gives what judges users beside each other.
func (j judging) lanes(b *onboarding.Batch, r *resolve.Resolver, w *validate.Walk) func() importer.Lane {
	redactor := redactor(j.c)
	learnBatch(redactor, b)
	return func() importer.Lane {
		lane := importer.Lane{Resolver: r.Cursor(), Judge: w.Lane()}
		if redactor != nil {
			lane.Judge = learner{lane.Judge, redactor}
		}
		return lane
	}
}

// options are what the rules look at.
func (j judging) options(b *onboarding.Batch, r *resolve.Resolver, adjust func(*onboarding.Finding)) validate.Options {
	o := validate.Options{
		Batch: b, Resolver: r, Facts: j.tables.facts, Purpose: j.purpose, Today: time.Now(),
		QuantityCeiling: j.c.Int("quantity-ceiling"), Selected: j.pick().customer, Adjust: adjust,
	}
	o.SubPartners, o.Compared, o.Asked = j.partners, j.compared, j.asked
	if j.memory != nil {
		o.Memory = j.memory
	}
	if j.seen != nil {
		*j.seen = o
	}
	return o
}

// ruleFlags are those of every command that judges a workbook.
func ruleFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "strict", Usage: "treat warnings as errors", EnvVars: []string{"MUSTER_STRICT"}},
		&cli.IntFlag{Name: "quantity-ceiling", Usage: "largest `NUMBER` of seats of one package that the partner may order", DefaultText: "none", EnvVars: []string{"MUSTER_QUANTITY_CEILING"}},
	}
}

// picked is the selection of a command line.
type picked struct {
	customers map[string]bool
	waves     map[string]bool
}

func selection(c *cli.Context) picked {
	return picked{set(c.StringSlice("customer")), set(c.StringSlice("wave"))}
}

func set(list []string) map[string]bool {
	out := make(map[string]bool, len(list))
	for _, v := range list {
		out[v] = true
	}
	return out
}

// matches refuses a selection that no customer is in: it would do nothing, and look like success.
func (p picked) matches(b *onboarding.Batch) error {
	if all := slices.Concat(b.Customers, b.Standing.Customers); len(all) == 0 || slices.ContainsFunc(all, p.customer) {
		return nil
	}
	return hintedError{usagef("no customer of the workbook is in the selection"), "look at the values of --customer and --wave"}
}

func (p picked) customer(c *onboarding.Customer) bool { return p.named(c.ExternalID, c.Wave) }

// named reports whether a customer of this external ID and wave is selected.
func (p picked) named(customer, wave string) bool {
	return (len(p.customers) == 0 || p.customers[customer]) && (len(p.waves) == 0 || p.waves[wave])
}

func (p picked) user(u *onboarding.User) bool {
	if c := u.Resolved.Customer; c != nil {
		return p.customer(c)
	}
	return len(p.waves) == 0 && (len(p.customers) == 0 || p.customers[u.Customer])
}

// String gives the selection as text for the journal: the same words, the same run.
func (p picked) String() string {
	if len(p.customers)+len(p.waves) == 0 {
		return ""
	}
	return fmt.Sprintf("customer=%v wave=%v", p.customers, p.waves) // maps print sorted by key
}
