package main

import (
	"cmp"
	"slices"

	"github.com/urfave/cli/v2"

	"muster/importer"
	"muster/importer/handoff"
	"muster/importer/provision"
	"muster/importer/worksheet"
	"muster/internal/onboarding"
	"muster/report"
	"muster/validate"
)

func handoffCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "handoff",
		Usage:     "list, with exact counts, what people must do by hand: no call of the service does it",
		ArgsUsage: "INPUT...",
		Description: "Templates to make, organizations that must approve, numbers to order and to switch on at port time, workspaces, add-ons,\n" +
			"hunt groups, devices: what, how many, who does it and where. Nothing is sent.\n" +
			"Exit codes: 0 done, 3 the input has errors, so that counts may change, 7 an input cannot be used at all.",
		Flags:        slices.Concat(inputFlags("list the work for"), ruleFlags(), signInFlags(), handoffFlags(), paperFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return handOff(c, s) },
	}
}

func handoffFlags() []cli.Flag {
	journal := slices.DeleteFunc(append(serviceFlags(), applyFlags()...), func(f cli.Flag) bool {
		return !slices.Contains([]string{"target", "state", "sub-partner", "org", "numbers"}, f.Names()[0])
	})
	return append(
		journal,
		&cli.BoolFlag{Name: "by-hand", Usage: "customers are made in Partner Hub: list the quantities to type for all of them", EnvVars: []string{"MUSTER_BY_HAND"}},
		&cli.StringFlag{Name: "setup-assist", Usage: "write to `FILE` (.xlsx .html .md .txt) the data for the request forms of Wholesale Setup Assist", EnvVars: []string{"MUSTER_SETUP_ASSIST"}},
		forceFlag(),
	)
}

func handOff(c *cli.Context, s streams) (err error) {
	if err := numbersMode(c); err != nil {
		return err
	}
	assist, err := openAssist(c)
	if err != nil {
		return err
	}
	out, err := openPaper(c, s, c.String("setup-assist"))
	if err != nil {
		return err
	}
	j := judging{c: c, tables: loadTables(), purpose: validate.Check}
	if j.book, err = openBook(c, s, j.tables, true); err != nil {
		return err
	}
	defer closing(&err, j.book)
	j.hands = &hands{judging: j}
	if j.hands.memory, err = openMemory(c, j.tables.facts); err != nil {
		return err
	}
	defer closing(&err, j.hands.memory)
	doc, res, err := j.read()
	if err != nil {
		return err
	}
	if err := selection(c).matches(res.Batch); err != nil {
		return err
	}
	if err := assist.write(s, j.hands); err != nil {
		return err
	}
	if doc.Voice, err = voice(c); err != nil {
		return err
	}
	if err := out.write(report.HandOffs(redacted(c, doc))); err != nil {
		return err
	}
	if refuses(c, doc.Summary) {
		return statusError(exitFindings)
	}
	return nil
}

// hands counts, while the inputs are read, what is left to people.
type hands struct {
	judging
	counter *handoff.Counter
	beside  error // why sheets beside could not be counted
}

// plan makes the planner that counts, and hands every row on to another one when there is one.
func (h *hands) plan(inner planning) planning {
	return func(b *onboarding.Batch) importer.Planner {
		chosen := selection(h.c).customer
		o := handoff.Options{Facts: h.tables.facts, Chosen: chosen, ByHand: h.c.Bool("by-hand"), Preload: h.c.String("numbers") == string(provision.NumbersInactive), Assist: h.c.String("setup-assist") != "", Settings: make(map[*onboarding.Template]int)}
		o.Label = func(k onboarding.Kind, f onboarding.Field, lang string) string {
			if f == "" {
				return h.tables.words.SheetName(k.String(), lang)
			}
			return h.tables.words.Label(k.String(), string(f), lang)
		}
		o.Attached = h.memory.attached
		o.Beside, h.beside = h.book.Beside()
		for _, w := range worksheet.Make(b, worksheet.Options{Facts: h.tables.facts, Words: h.tables.words, Chosen: chosen}) {
			o.Settings[w.Template] = w.Settings()
		}
		h.counter = handoff.NewCounter(b, o)
		if inner == nil {
			return h.counter
		}
		return both{h.counter, inner(b)}
	}
}

// list gives what was counted once everything is read; nothing where nobody asked.
func (h *hands) list() ([]onboarding.HandOff, error) {
	if h == nil {
		return nil, nil
	}
	list := h.counter.List()
	return list, cmp.Or(h.beside, h.memory.failure())
}

// both gives every user to a counter and to a planner.
type both struct {
	counter importer.Planner // whose Close does nothing
	importer.Planner
}

// User counts a user and plans it.
func (b both) User(u *onboarding.User) error {
	if err := b.counter.User(u); err != nil {
		return err
	}
	return b.Planner.User(u)
}
