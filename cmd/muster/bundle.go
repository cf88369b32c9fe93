package main

import (
	"archive/zip"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/redact"
	"muster/report"
)

func bundleCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:      "bundle",
		Usage:     "pack what support needs to know of a run (the latest one by default), all values redacted",
		ArgsUsage: "[RUN]",
		Description: "Writes a zip archive: the facts of the run, its rows and intents from the journal, tracking ids, what was sent and\n" +
			"answered of each row that failed, the reports, the end of the log. Names, addresses, numbers, emails, ids of customers\n" +
			"and hosts are pseudonyms, the same as in reports made with --redact. Nothing is sent. docs/redact.md tells more.",
		Flags: []cli.Flag{
			configFlag(),
			stateFlag(),
			&cli.StringFlag{Name: "out", DefaultText: "muster-bundle-RUN.zip", Usage: "write the archive to `FILE`"},
			&cli.StringFlag{Name: "log-file", Aliases: []string{"log"}, Usage: "pack the last mebibyte of this log `FILE`, too", EnvVars: []string{"MUSTER_LOG_FILE"}},
			&cli.BoolFlag{Name: "force", Usage: "replace a file that is there"},
		},
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return bundle(c, s) },
	}
}

func bundle(c *cli.Context, s streams) (err error) {
	j, err := journal.OpenReader(c.Context, c.String("state"))
	if err != nil {
		return err
	}
	defer closing(&err, j)
	b := &bundling{c: c, journal: j}
	if b.run, b.info, err = pickRun(c, j); err != nil {
		return err
	}
	path := cmp.Or(c.String("out"), "muster-bundle-"+b.info.ID+".zip")
	if err := writable("out", path, nil); err != nil {
		return err
	}
	if _, err := os.Stat(path); err == nil && !c.Bool("force") {
		return hintedError{usagef("--out %q is there already", path), "name another file, or replace it with --force"}
	}
	if b.facts, err = b.run.Facts(c.Context); err != nil {
		return err
	}
	if err := redactAll(c); err != nil {
		return err
	}
	b.redactor = redactor(c)
	if err := learnRun(c.Context, b.redactor, b.run); err != nil {
		return err
	}
	if err := replaceAs(path, 0o600, b.write); err != nil {
		return fmt.Errorf("write bundle %q: %w", path, err)
	}
	fmt.Fprintf(untouched(s.err), "wrote %s: %d files, redacted; README.txt in it says what each is\n", path, len(b.files))
	return nil
}

// bundling is an archive on its way.
type bundling struct {
	c        *cli.Context
	journal  *journal.Journal
	redactor *redact.Redactor
	run      *journal.Run
	info     journal.RunInfo
	facts    journal.Facts
	zip      *zip.Writer
	files    []bundledFile
}

// bundledFile is one file of the archive.
type bundledFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// write packs the archive. The same run gives the same bytes: nothing in it tells when it was packed.
func (b *bundling) write(w io.Writer) error {
	b.zip = zip.NewWriter(w)
	report, err := b.reports()
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"README.txt", b.readme},
		{"rows.ndjson", b.rows},
		{"calls.ndjson", b.calls},
		{"failures.ndjson", b.failures},
		{"tracking-ids.txt", b.tracking},
		{"report.json", report("json")},
		{"report.html", report("html")},
	} {
		if err := b.add(f.name, f.write); err != nil {
			return err
		}
	}
	if err := b.log(); err != nil {
		return err
	}
	if err := b.add("MANIFEST.json", b.manifest); err != nil {
		return err
	}
	return b.zip.Close()
}

// add writes one file of the archive, and notes its hash.
func (b *bundling) add(name string, write func(io.Writer) error) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: b.info.Started.UTC()}
	h.SetMode(0o600)
	w, err := b.zip.CreateHeader(h)
	if err != nil {
		return err
	}
	n := &counting{to: w, hash: sha256.New()}
	if err := write(n); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	b.files = append(b.files, bundledFile{name, n.bytes, hex.EncodeToString(n.hash.Sum(nil))})
	return nil
}

// reports gives a writer of the run's report in a form.
func (b *bundling) reports() (func(name string) func(io.Writer) error, error) {
	if b.info.Undoes != "" {
		doc, err := undoDoc(b.c.Context, b.run, b.info)
		if err != nil {
			return nil, err
		}
		list := redact.Document(b.redactor, doc).Listing()
		return func(name string) func(io.Writer) error {
			return func(w io.Writer) error { return formatOf(name).Listing(w, list) }
		}, nil
	}
	doc, err := statusOf(b.c.Context, b.run, b.info)
	if err != nil {
		return nil, err
	}
	doc.Check.Version = b.facts.Version
	for _, in := range b.facts.Inputs {
		doc.Check.Inputs = append(doc.Check.Inputs, report.Input{File: in.File, SHA256: in.SHA256})
	}
	run := redact.Document(b.redactor, &doc.Run)
	return func(name string) func(io.Writer) error {
		return func(w io.Writer) error { return formatOf(name).Run(w, run) }
	}, nil
}

func formatOf(name string) report.Format {
	f, err := report.ForPath("report." + name)
	if err != nil {
		panic(err) // the names are ours
	}
	return f
}

// bundleDoc is the document muster/bundle/1.
type bundleDoc struct {
	Schema     string         `json:"schema"`
	Run        string         `json:"run"`
	Command    string         `json:"command"`
	Undoes     string         `json:"undoes,omitempty"`
	Version    string         `json:"version"` // of muster, in the run
	Target     string         `json:"target"`
	Org        string         `json:"org"`
	SubPartner string         `json:"sub_partner"`
	State      string         `json:"state"`
	Started    string         `json:"started"`
	Ended      string         `json:"ended,omitempty"`
	PlanKey    string         `json:"plan_key"`
	Flags      any            `json:"flags"`
	Inputs     []inputHash    `json:"inputs"`
	Summary    map[string]int `json:"summary"`
	Files      []bundledFile  `json:"files"`
}

type inputHash struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// manifest writes the facts of the run, and what is in the archive.
func (b *bundling) manifest(w io.Writer) error {
	i := b.info
	sum := counts(i.Summary)
	sum["rows"], sum["calls"], sum["retries"], sum["polls"] = i.Summary.Rows, i.Summary.Calls, i.Summary.Retries, i.Summary.Polls
	doc := bundleDoc{
		Schema: "muster/bundle/1", Run: i.ID, Command: i.Command, Undoes: i.Undoes, Version: b.facts.Version,
		Target: i.Scope.Target, Org: i.Scope.Org, SubPartner: i.Scope.SubPartner, State: string(i.State), Started: stamp(i.Started), Ended: stamp(i.Ended),
		PlanKey: b.facts.PlanKey, Flags: b.flags(), Inputs: []inputHash{}, Summary: sum, Files: b.files,
	}
	for _, in := range b.facts.Inputs {
		doc.Inputs = append(doc.Inputs, inputHash{b.redactor.File(in.File), in.SHA256})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

// flags gives the flags of the run, redacted; null when the journal did not keep them.
func (b *bundling) flags() any {
	var flags map[string][]string
	if json.Unmarshal([]byte(b.facts.Flags), &flags) != nil {
		return nil
	}
	for name, values := range flags {
		for i, v := range values {
			flags[name][i] = b.flag(name, v)
		}
	}
	return flags
}

// flag redacts the value of a flag: names, and files.
func (b *bundling) flag(name, value string) string {
	switch name {
	case "customer", "location":
		return b.redactor.Value(value)
	case "state", "report", "token-file", "config", "log-file", "only-failed", "out":
		return b.redactor.File(value)
	}
	return b.redactor.Free(value)
}

// stamp gives a moment as it stands in documents.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// rowDoc is a row as the journal has it.
type rowDoc struct {
	Kind     string `json:"kind"`
	Key      string `json:"key"`
	Customer string `json:"customer"`
	File     string `json:"file"`
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`
	Progress string `json:"progress"` // new, intent, done
	Attempts int    `json:"attempts"` // intents so far
	Status   string `json:"status"`
	Reason   string `json:"reason,omitempty"`
	At       string `json:"at,omitempty"`
	Since    string `json:"since,omitempty"`
	ID       string `json:"id,omitempty"`
	Made     bool   `json:"made"` // by this journal
	Held     string `json:"held,omitempty"`
}

func journalRow(it journal.Item) rowDoc {
	o := it.Told()
	return rowDoc{
		Kind: string(it.Kind), Key: it.Key, Customer: it.Customer, File: it.File, Sheet: it.Sheet, Row: it.Row,
		Progress: cmp.Or(string(it.Entry.State), "new"), Attempts: it.Entry.Attempts, Status: string(o.Status), Reason: string(o.Reason),
		At: stamp(o.At), Since: stamp(o.Since), ID: o.ID, Made: it.Made, Held: string(it.Held),
	}
}

// failureRow is a row that failed, with the call that failed.
type failureRow struct {
	rowDoc
	Said failureSaid  `json:"error"`
	Call *bundledCall `json:"call"` // null: no call was sent, or an older muster has sent it
}

type failureSaid struct {
	Kind       string `json:"kind"`
	Code       string `json:"code"`
	Message    string `json:"message"`
	TrackingID string `json:"tracking_id"`
	HTTPStatus int    `json:"http_status"`
}

type bundledCall struct {
	Method  string `json:"method"`
	Route   string `json:"route"`
	Request any    `json:"request"`
	Answer  any    `json:"answer"`
}

// rows writes every row of the run, a line each.
func (b *bundling) rows(w io.Writer) error {
	return b.lines(w, func(it journal.Item) any {
		row := journalRow(it)
		return redact.Document(b.redactor, &row)
	})
}

// failures writes the rows that failed, with what was sent and answered.
func (b *bundling) failures(w io.Writer) error {
	return b.lines(w, func(it journal.Item) any {
		f := it.Told().Error
		if f == nil {
			return nil
		}
		row := journalRow(it)
		doc := failureRow{rowDoc: *redact.Document(b.redactor, &row)}
		doc.Said = failureSaid{f.Kind, f.Code, b.redactor.Free(f.Message), f.TrackingID, f.HTTPStatus}
		if x := f.Exchange; x != nil {
			doc.Call = &bundledCall{x.Method, x.Route, b.body(x.Request), b.body(x.Answer)}
		}
		return doc
	})
}

// calls writes every call that was to change something.
func (b *bundling) calls(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for entry, err := range auditEntries(b.journal.Audited(b.c.Context, b.info.ID)) {
		if err != nil {
			return err
		}
		if err := e.Encode(redact.Document(b.redactor, &entry)); err != nil {
			return err
		}
	}
	return nil
}

// body gives what went over the wire: JSON as such, all else as a text.
func (b *bundling) body(text string) any {
	if text = b.redactor.JSON(text); json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return text
}

// tracking writes the tracking ids of calls that failed, for the vendor's support.
func (b *bundling) tracking(w io.Writer) error {
	for it, err := range b.run.All(b.c.Context) {
		if err != nil {
			return err
		}
		f := it.Told().Error
		if f == nil || f.TrackingID == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s  %s  %d  %s  %s\n", f.TrackingID, stamp(it.Entry.At), f.HTTPStatus, it.Kind, b.redactor.Value(it.Key)); err != nil {
			return err
		}
	}
	return nil
}

// lines writes a document a line, and none where there is none.
func (b *bundling) lines(w io.Writer, of func(journal.Item) any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for it, err := range b.run.All(b.c.Context) {
		if err != nil {
			return err
		}
		if doc := of(it); doc != nil {
			if err := e.Encode(doc); err != nil {
				return err
			}
		}
	}
	return nil
}

// learnRun makes a redactor know everything that the rows of a run hold.
func learnRun(ctx context.Context, r *redact.Redactor, run *journal.Run) error {
	if r == nil {
		return nil
	}
	for it, err := range run.All(ctx) {
		if err != nil {
			return err
		}
		if it.Kind != onboarding.ObjectUser && it.Kind != onboarding.ObjectRole {
			r.Learn(it.Key)
		}
		r.Learn(it.Customer, it.Site)
		r.LearnJSON(it.Spec)
	}
	return nil
}
