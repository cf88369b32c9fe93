package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/asbuilt"
	"muster/importer/live"
	"muster/importer/workbook"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

func exportCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:  "export",
		Usage: "write what stands at the service as a workbook in muster's own form; nothing is changed",
		Description: "Customers, packages, locations and users of the partner, or of those named, and of the sub-partners whose customers\n" +
			"the journal knows; --sub-partner reads those of one alone. What the service does not return\n" +
			"comes from the journal where it made the customer; of others a cell says (unknown): such cells are not compared and\n" +
			"not sent. Exit codes: 0 done, 5 a refused token.",
		Flags:        slices.Concat([]cli.Flag{configFlag()}, exportFlags(), serviceFlags()),
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return export(c, s) },
	}
}

func exportFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "out", Aliases: []string{"o"}, Value: "export.xlsx", Usage: "`FILE` of the workbook; - for standard output", EnvVars: []string{"MUSTER_OUT"}},
		langFlag(),
		&cli.StringSliceFlag{Name: "customer", Usage: "only the customer with this external `ID`", EnvVars: []string{"MUSTER_CUSTOMER"}},
		forceFlag(),
		orgFlag(),
	}
}

// exporting is one export on its way.
type exporting struct {
	c    *cli.Context
	s    streams
	t    tables
	lang string
	svc  *service
	me   webex.Person
	book *workbook.Book
	rows asbuilt.Writer
	seen map[string]bool

	sides []exportSide
}

func export(c *cli.Context, s streams) (err error) {
	e := &exporting{c: c, s: s, t: loadTables(), seen: make(map[string]bool)}
	if c.Args().Present() {
		return usagef("export takes no arguments, not %q", c.Args().First())
	}
	if e.lang, err = language(c, e.t.words); err != nil {
		return err
	}
	if err := fresh("out", c.String("out"), c.Bool("force")); err != nil {
		return err
	}
	if e.svc, err = dial(c.Context, c, s); err != nil {
		return err
	}
	defer closing(&err, e.svc)
	if e.me, err = e.svc.identify(c); err != nil {
		return err
	}
	j, err := e.openJournal()
	if err != nil {
		return err
	}
	defer closing(&err, j)
	e.tellSides()
	if e.book, err = workbook.New(workbook.Options{Words: e.t.words, Language: e.lang, Made: time.Now()}); err != nil {
		return err
	}
	defer closing(&err, e.book)
	if err := e.read(c.Context); err != nil {
		return refusedToken(err)
	}
	return e.write()
}

// fresh refuses the path of a workbook that cannot be written, or where something stands already.
func fresh(flag, path string, force bool) error {
	if path == "-" {
		return nil
	}
	if err := workbookPath(flag, path, nil); err != nil {
		return err
	}
	return absent(flag, path, force)
}

// absent refuses the path of a file that is there, unless it is to be replaced.
func absent(flag, path string, force bool) error {
	_, err := os.Lstat(path)
	switch {
	case err == nil && !force:
		return hintedError{usagef("--%s %q is there already", flag, path), "choose another name, or replace it with --force"}
	case err != nil && !errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("look for --%s %q: %w", flag, path, err)
	}
	return nil
}

func forceFlag() cli.Flag {
	return &cli.BoolFlag{Name: "force", Usage: "replace a file that is there", EnvVars: []string{"MUSTER_FORCE"}}
}

// workbookPath refuses the path of a workbook that cannot be written, or is an input.
func workbookPath(flag, path string, inputs []string) error {
	if !strings.HasSuffix(strings.ToLower(path), ".xlsx") {
		return usagef("--%s %q does not end in .xlsx", flag, path)
	}
	return writable(flag, path, inputs)
}

// openJournal opens the journal to look at it; there may be none.
func (e *exporting) openJournal() (io.Closer, error) {
	j, err := journal.OpenReader(e.c.Context, e.c.String("state"))
	if errors.Is(err, journal.ErrNoJournal) {
		e.sides = []exportSide{{service: e.svc.client}}
		return io.NopCloser(nil), nil
	}
	if err != nil {
		return nil, err
	}
	if err := e.findSides(j); err != nil {
		return nil, errors.Join(err, j.Close())
	}
	return j, nil
}

// read writes every customer into the workbook as it comes.
func (e *exporting) read(ctx context.Context) error {
	e.rows = asbuilt.Writer{Book: e.book, Facts: e.t.facts, Found: findsMetadata(e.c.String("out"))}
	wanted := e.c.StringSlice("customer")
	for _, side := range e.sides {
		if err := e.readSide(ctx, side, wanted); err != nil {
			return err
		}
	}
	for _, id := range wanted {
		if !e.seen[id] {
			return hintedError{usagef("the service has no customer %q", id), "the external customer ID, as the sheet Customers has it"}
		}
	}
	return nil
}

// findsMetadata tells whether metadata that a cell names can be found from where a workbook stands.
func findsMetadata(book string) func(string) bool {
	return func(metadata string) bool {
		if strings.Contains(metadata, "://") {
			return true
		}
		if !filepath.IsAbs(metadata) {
			metadata = filepath.Join(filepath.Dir(book), metadata)
		}
		_, err := os.Stat(metadata)
		return err == nil
	}
}

// recalled gives what the journal knows of a customer that stands; run is nil without a journal.
func recalled(ctx context.Context, run *journal.Run, s *live.State) (m asbuilt.Memory, err error) {
	if run == nil {
		return m, nil
	}
	id := s.Customer.ExternalID
	o, ok, err := run.Object(ctx, onboarding.ObjectCustomer, id, id)
	if err != nil || !ok {
		return m, err
	}
	if spec, err := wanted.Decode[wanted.Customer](o.Facts); err == nil { // else it was purged
		m.Seen = &spec
		if o.Made && o.ID == s.Customer.ID {
			m.Sent = &spec
		}
	}
	err = recallUsers(ctx, run, s, &m)
	return m, err
}

// recallUsers adds the users of whom the journal knows what the service does not tell, and the roles that sheets asked for.
func recallUsers(ctx context.Context, run *journal.Run, s *live.State, m *asbuilt.Memory) error {
	absent := make(map[string]bool)
	for _, u := range s.Users {
		if u.Person == nil {
			absent[foldMail(u.Email)] = true
		}
	}
	m.Users, m.Roles = make(map[string]wanted.User), make(map[string]bool)
	for o, err := range run.Objects(ctx, s.Customer.ExternalID) {
		if err != nil {
			return err
		}
		switch o.Kind {
		case onboarding.ObjectRole:
			m.Roles[foldMail(o.Key)] = true
		case onboarding.ObjectUser:
			u, err := wanted.Decode[wanted.User](o.Facts)
			if email := foldMail(o.Key); err == nil && (u.Port != "" || absent[email]) {
				m.Users[email] = u
			}
		}
	}
	return nil
}

func foldMail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// write ends the workbook with a sheet that says what it is, and puts it into its place.
func (e *exporting) write() error {
	if err := e.about(); err != nil {
		return err
	}
	path := e.c.String("out")
	if path == "-" {
		if err := e.book.Write(e.s.out); err != nil {
			return err
		}
	} else if err := replace(path, e.book.Write); err != nil {
		return fmt.Errorf("write workbook %q: %w", path, err)
	}
	n, left := e.rows.Counts(), e.rows.Left()
	people := speechOf(e.c, e.s)
	if e.svc.sandbox {
		people.line("SANDBOX: nothing real was read")
	}
	people.line("wrote %s: %s, %s, %s", path, onboarding.Count(n.Customers, "%s customer", "%s customers"), onboarding.Count(n.Locations, "%s location", "%s locations"), onboarding.Count(n.Users, "%s user", "%s users"))
	if left.Metadata > 0 {
		people.line("left out: metadata files that are not in the folder of the workbook: %d", left.Metadata)
	}
	if left.Sites > 0 {
		people.line("left out: locations that make no calls: %d", left.Sites)
	}
	if left.Roles > 0 {
		people.line("left out: roles that the sheet has no room for, which stay as they are: %d", left.Roles)
	}
	return nil
}

// about says on a sheet of its own from where and when the rows are.
func (e *exporting) about() error {
	word := func(field string) string { return e.t.words.Label("about", field, e.lang) }
	name := e.t.words.Label("own", "about", e.lang)
	t, err := e.book.Table(name, name, "")
	if err != nil {
		return err
	}
	rows := [][2]string{{word("as_of"), time.Now().UTC().Format("2006-01-02 15:04:05 UTC")}, {word("target"), e.svc.name}, {word("partner"), e.me.OrgID}}
	if e.svc.sandbox {
		rows = append([][2]string{{"SANDBOX", "nothing real"}}, rows...)
	}
	if sub := e.c.String("sub-partner"); sub != "" {
		rows = append(rows, [2]string{word("sub_partner"), sub})
	}
	for _, side := range e.sides {
		if side.sub != "" {
			rows = append(rows, [2]string{word("sub_partner"), side.sub})
		}
	}
	for _, r := range append(rows, [2]string{word("made_by"), "muster " + version()}) {
		if err := t.Add(r[0], r[1]); err != nil {
			return err
		}
	}
	return nil
}
