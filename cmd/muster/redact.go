package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/urfave/cli/v2"

	"muster/importer"
	"muster/internal/onboarding"
	"muster/internal/redact"
	"muster/report"
)

// redactFlag asks for pseudonyms.
func redactFlag() cli.Flag {
	return &cli.BoolFlag{Name: "redact", Usage: "put stable pseudonyms in place of names, addresses, numbers, emails, ids and hosts, to send reports to others (docs/redact.md)", EnvVars: []string{"MUSTER_REDACT"}}
}

// redactorKey is under which the redactor of a command is kept in its context.
const redactorKey = "redactor"

// veilKey is under which standard error is kept there.
const veilKey = "veil"

// redactor gives the redactor of a command, nil where everything is told as it is.
func redactor(c *cli.Context) *redact.Redactor {
	r, _ := c.App.Metadata[redactorKey].(*redact.Redactor)
	return r
}

// beginRedaction makes the redactor when --redact asks for one. From here on standard error passes through it, too.
func beginRedaction(c *cli.Context) error {
	if !c.Bool("redact") {
		return nil
	}
	if err := leaksNone(c); err != nil {
		return err
	}
	return redactAll(c)
}

// redactAll makes the redactor with the key of the state directory.
func redactAll(c *cli.Context) error {
	key, err := redact.Key(c.String("state"))
	if err != nil {
		return err
	}
	r := redact.New(key, harmless(loadTables()))
	c.App.Metadata[redactorKey] = r
	if t, ok := c.App.Metadata[veilKey].(*veil); ok {
		t.redactor.Store(r)
	}
	return nil
}

// leaksNone refuses outputs that are copies of the inputs, or made to be worked with.
func leaksNone(c *cli.Context) error {
	for _, name := range []string{"fix", "split-by", "as-built", "out", "setup-assist", "tac-form", "extract"} {
		if c.IsSet(name) {
			return hintedError{usagef("--%s writes values as they are, and --redact must not", name), "run the command once more without --redact"}
		}
	}
	for _, path := range c.StringSlice("report") {
		if e := strings.ToLower(filepath.Ext(path)); e == ".xlsx" || e == ".xlsm" {
			return hintedError{usagef("--report %q is a copy of the input, and --redact must not make one", path), "take .html .json .xml .csv or .md"}
		}
	}
	return nil
}

// harmless tells the words of our own tables. Names of states are none: cities and people are called like them.
func harmless(t tables) func(string) bool {
	zones := make(map[string]bool)
	for _, z := range t.facts.Zones() {
		zones[z] = true
	}
	sections := []string{"templates", "customers", "packages", "locations", "users"}
	return func(s string) bool {
		if zones[s] || slices.Contains(sections, s) {
			return true
		}
		if _, ok := t.facts.Package(s); ok {
			return true
		}
		if _, ok := t.facts.Country(s); ok {
			return true
		}
		if _, ok := t.facts.Role(s); ok {
			return true
		}
		if _, _, ok := t.words.Sheet(s); ok {
			return true
		}
		if code, _ := t.facts.OrgLanguage(s); code != "" {
			return true
		}
		return slices.ContainsFunc(sections, func(section string) bool {
			_, _, ok := t.words.Field(section, s)
			return ok
		})
	}
}

// veil is standard error. Control characters are shown, whoever they come from; with a redactor nothing passes as it was.
type veil struct {
	to       io.Writer
	redactor atomic.Pointer[redact.Redactor]
}

// Write writes a piece of talk. Whoever talks writes whole lines.
func (t *veil) Write(p []byte) (int, error) {
	if _, err := io.WriteString(t.to, printable(t.redactor.Load().Free(string(p)))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// fileOf gives the file behind a stream, if there is one.
func fileOf(w io.Writer) (*os.File, bool) {
	if v, ok := unwrapped(w).(*veil); ok {
		w = v.to
	}
	f, ok := w.(*os.File)
	return f, ok
}

// document is one of the documents that become a list.
type document[T any] interface {
	*T
	Listing() *report.Listing
}

// list is a list that may be told.
type list struct{ *report.Listing }

// listed makes the list of a document. It is the place where lists are redacted.
func listed[T any, D document[T]](o *output, doc D) list {
	return list{D(redact.Document(o.redactor, (*T)(doc))).Listing()}
}

// learner makes the redactor of a command know the values of the users that a judge sees.
type learner struct {
	importer.Judge
	redactor *redact.Redactor
}

// Rows learns a block of users, and has them judged.
func (l learner) Rows(users []onboarding.User) {
	for i := range users {
		learnUser(l.redactor, &users[i])
	}
	l.Judge.Rows(users)
}

func learnUser(r *redact.Redactor, u *onboarding.User) {
	r.Learn(u.FirstName, u.LastName, u.Extension, u.Phone, u.Email, u.Customer, u.Location)
}

// learnBatch makes a redactor know everything of the inputs but the users.
func learnBatch(r *redact.Redactor, b *onboarding.Batch) {
	if r == nil {
		return
	}
	for _, t := range b.Templates {
		r.Learn(t.Name, t.ServiceProviderAdmin, t.Subscription, t.IDPEntityID, t.OIDCIDPEntityID, t.TACIDPName, t.SAMLMetadata, t.OIDCIssuer, t.BrandName)
	}
	for _, c := range b.Customers {
		learnCustomer(r, c)
	}
	for _, l := range b.Locations {
		r.Learn(l.Customer, l.Name, l.MainNumber)
		learnAddress(r, l.Address)
	}
	for _, s := range b.StraySeats {
		r.Learn(s.Customer)
	}
}

func learnCustomer(r *redact.Redactor, c *onboarding.Customer) {
	r.Learn(c.ExternalID, c.Name, c.AdminEmail, c.HQName, c.EmergencyLocation, c.Template)
	learnAddress(r, c.Address)
}

func learnAddress(r *redact.Redactor, a onboarding.Address) {
	r.Learn(a.Line1, a.Line2, a.City, a.Zip)
}

// redacted gives a check, and what it leaves to people, for a paper.
func redacted(c *cli.Context, doc *report.Check) (*report.Check, []onboarding.HandOff) {
	doc = redact.Document(redactor(c), doc)
	return doc, doc.HandOff
}

// untouched gives standard error for what is redacted already.
func untouched(w io.Writer) io.Writer {
	t, isTalk := w.(*talk)
	v, ok := unwrapped(w).(*veil)
	switch bare := (&veil{to: w}); {
	case !ok:
		return w
	case isTalk:
		bare.to = v.to
		return &talk{Writer: bare, quiet: t.quiet}
	default:
		bare.to = v.to
		return bare
	}
}

// moving gives standard error for a line that is drawn again and again.
func moving(w io.Writer) io.Writer {
	if t, ok := w.(*talk); ok && t.quiet {
		return io.Discard
	}
	if v, ok := unwrapped(w).(*veil); ok {
		return v.to
	}
	return w
}

// redactedAttr replaces the values in a line of the log. Without a redactor it stays.
func redactedAttr(r *redact.Redactor, a slog.Attr) slog.Attr {
	if r == nil {
		return a
	}
	switch a.Key {
	case slog.TimeKey, slog.LevelKey, slog.MessageKey, slog.SourceKey:
		return a
	case "customer", "key", "row":
		return slog.String(a.Key, r.Value(a.Value.String()))
	}
	if k := a.Value.Kind(); k == slog.KindString || k == slog.KindAny && a.Value.Any() != nil {
		return slog.String(a.Key, r.Free(a.Value.String()))
	}
	return a
}
