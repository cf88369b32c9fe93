package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"muster/internal/onboarding"
	"muster/internal/redact"
	"muster/report"
)

// outputFlags are those of every command that reports in all forms.
func outputFlags() []cli.Flag {
	return append(outputForms("text, json, ndjson or github", ".html .xlsx .json .xml .csv .md"), screenFlags()...)
}

// listFlags are those of commands that report a list of what they did.
func listFlags() []cli.Flag { return outputForms("text, json or ndjson", ".html .json .csv .md") }

// outputForms are the flags of a command that reports in these forms.
func outputForms(names, endings string) []cli.Flag {
	return []cli.Flag{
		langFlag(),
		customerLangFlag(),
		&cli.StringFlag{Name: "format", Value: "text", Usage: "`NAME` of the form of standard output: " + names, EnvVars: []string{"MUSTER_FORMAT"}},
		redactFlag(),
		&cli.StringSliceFlag{Name: "report", Usage: "also write a report to `PATH`; its ending says which: " + endings, EnvVars: []string{"MUSTER_REPORT"}},
	}
}

// output is where a command's results go.
type output struct {
	streams streams
	format  report.Format
	files   []reportFile
	inputs  originals // none where reports are no copies
	voice   onboarding.Voice
	second  onboarding.Voice // of the customer; nil: no language was chosen for them
	screen  report.Screen    // that standard output is

	redactor *redact.Redactor // nil: values are told as they are
}

// Close removes what was kept for the reports.
func (o *output) Close() error { return o.inputs.Close() }

type reportFile struct {
	path   string
	format report.Format
}

// openOutput checks the flags before any work is done: a run of hours must not end with an unknown ending.
func openOutput(c *cli.Context, s streams) (*output, error) {
	o := &output{streams: s, redactor: redactor(c)}
	var ok bool
	if o.format, ok = report.ByName(c.String("format")); !ok {
		return nil, hintedError{usagef("--format %q is not known", c.String("format")), "one of text, json, ndjson, github"}
	}
	if err := o.speak(c); err != nil {
		return nil, err
	}
	for _, path := range c.StringSlice("report") {
		f, err := report.ForPath(path)
		if err != nil {
			return nil, usageError{err}
		}
		if err := writable("report", path, c.Args().Slice()); err != nil {
			return nil, err
		}
		o.files = append(o.files, reportFile{path, f})
	}
	return o, o.see(c)
}

// writes reports whether a report of this format is asked for.
func (o *output) writes(format string) bool {
	return slices.ContainsFunc(o.files, func(f reportFile) bool { return f.format.Name == format })
}

// writable refuses the path of a flag that is an input, or whose folder is not there.
func writable(flag, path string, inputs []string) error {
	if st, err := os.Stat(filepath.Dir(path)); err != nil || !st.IsDir() {
		return hintedError{usagef("--%s %q: the folder %q is not there", flag, path, filepath.Dir(path)), "make the folder first"}
	}
	at, err := os.Stat(path)
	if err != nil {
		return nil // not there yet
	}
	if at.IsDir() {
		return usagef("--%s %q is a folder", flag, path)
	}
	if slices.ContainsFunc(inputs, func(in string) bool {
		st, err := os.Stat(in)
		return err == nil && (os.SameFile(st, at) || st.IsDir() && inside(in, path))
	}) {
		return hintedError{usagef("--%s %q would overwrite an input", flag, path), "choose another name or folder"}
	}
	return nil
}

func inside(dir, path string) bool {
	st, err := os.Stat(dir)
	if err != nil {
		return false
	}
	parent, err := os.Stat(filepath.Dir(path))
	return err == nil && os.SameFile(st, parent)
}

// address makes a document speak the languages of its readers, and fit the terminal.
func (o *output) address(c *report.Check) { c.Voice, c.Second, c.Screen = o.voice, o.second, o.screen }

// check writes what a check found to standard output and to every report.
func (o *output) check(c *report.Check) error {
	o.address(c)
	c = redact.Document(o.redactor, c)
	if err := o.format.Check(o.streams.out, c); err != nil {
		return err
	}
	write := o.writeAtOnce
	if c.Repair != nil {
		write = o.writeCopies // the changes lie in one file
	}
	return write(checkPaper(c), func(f report.Format, w io.Writer) error { return f.Check(w, c) })
}

// run writes the reports of a run.
func (o *output) run(r *report.Run) error {
	o.address(&r.Check)
	r = redact.Document(o.redactor, r)
	return o.writeCopies(runPaper(r), func(f report.Format, w io.Writer) error { return f.Run(w, r) })
}

// plan writes a plan to standard output and to every report.
func (o *output) plan(p *report.Plan) error {
	o.address(&p.Check)
	p = redact.Document(o.redactor, p)
	if err := o.format.Plan(o.streams.out, p); err != nil {
		return err
	}
	return o.write(func(f report.Format, w io.Writer) error { return f.Plan(w, p) })
}

// diff writes the differences of two revisions to standard output and to every report.
func (o *output) diff(d *report.Diff) error {
	d.Voice = o.voice
	d = redact.Document(o.redactor, d)
	if err := o.format.Diff(o.streams.out, d); err != nil {
		return err
	}
	return o.write(func(f report.Format, w io.Writer) error { return f.Diff(w, d) })
}

// writesDiffs refuses formats that differences are not written in.
func (o *output) writesDiffs() error {
	if o.format.Diff == nil {
		return usagef("--format %q is not for --diff", o.format.Name)
	}
	for _, f := range o.files {
		if f.format.Diff == nil {
			return usagef("--report %q: differences are not written as %s", f.path, f.format.Ending)
		}
	}
	return nil
}

// writesPlans refuses formats that plans are not written in.
func (o *output) writesPlans() error {
	if o.format.Plan == nil {
		return usagef("--format %q is not for plans", o.format.Name)
	}
	for _, f := range o.files {
		if f.format.Plan == nil {
			return usagef("--report %q: plans are not written as %s", f.path, f.format.Ending)
		}
	}
	return nil
}

// verify writes what a reading back found to standard output and to every report.
func (o *output) verify(v *report.Verify) error {
	o.address(&v.Check)
	v = redact.Document(o.redactor, v)
	if err := o.format.Verify(o.streams.out, v); err != nil {
		return err
	}
	return o.writeCopies(verifyPaper(v), func(f report.Format, w io.Writer) error { return f.Verify(w, v) })
}

// people speaks to those who read the reports.
func (o *output) people() speech { return speech{o.streams.err, o.voice} }

// write makes each report beside its place and renames it, so that no half a report is ever seen.
func (o *output) write(fn func(report.Format, io.Writer) error) error {
	var errs []error
	for _, f := range o.files {
		errs = append(errs, writeOne(o.people(), f, fn))
	}
	return errors.Join(errs...)
}

// writeOne writes one report and says so.
func writeOne(people speech, f reportFile, fn func(report.Format, io.Writer) error) error {
	if err := replace(f.path, func(w io.Writer) error { return fn(f.format, w) }); err != nil {
		return fmt.Errorf("write report %q: %w", f.path, err)
	}
	people.wrote(f.path)
	return nil
}

// writeCopies is write, with annotated copies of the inputs for workbooks.
func (o *output) writeCopies(p paper, fn func(report.Format, io.Writer) error) error {
	var errs []error
	for _, f := range o.files {
		errs = append(errs, o.writeCopy(o.people(), f, p, fn))
	}
	return errors.Join(errs...)
}

// writeAtOnce is writeCopies for what can be read by several at once.
func (o *output) writeAtOnce(p paper, fn func(report.Format, io.Writer) error) error {
	said, errs := make([]bytes.Buffer, len(o.files)), make([]error, len(o.files))
	var all sync.WaitGroup
	for i, f := range o.files {
		all.Go(func() { errs[i] = o.writeCopy(speech{&said[i], o.voice}, f, p, fn) })
	}
	all.Wait()
	for i := range said {
		if _, err := said[i].WriteTo(o.streams.err); err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

// writeCopy writes one report. An input in a form that is not known, or one that was changed since it was read, has the plain
// list of results in place of its copy.
func (o *output) writeCopy(people speech, f reportFile, p paper, fn func(report.Format, io.Writer) error) error {
	if f.format.Name != "xlsx" || len(o.inputs.all) == 0 {
		return writeOne(people, f, fn)
	}
	err := o.annotated(people, f.path, p)
	if err == nil {
		return nil
	}
	f.path = strings.TrimSuffix(f.path, filepath.Ext(f.path)) + ".xlsx" // the plain list has no macros
	people.line("%s is a list and no copy of the input: %v", f.path, err)
	return writeOne(people, f, fn)
}

// replace writes a file as a whole or not at all. Whatever tells of rows holds personal data: its owner alone may read it.
func replace(path string, fn func(io.Writer) error) error { return replaceAs(path, 0o600, fn) }

// shared is the mode of files that hold nothing of anybody: others may read them.
const shared os.FileMode = 0o644

// replaceAs writes a file that only those may read whom mode allows.
func replaceAs(path string, mode os.FileMode, fn func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(tmp, 64<<10)
	err = fn(b)
	if err == nil {
		err = b.Flush()
	}
	if err = errors.Join(err, tmp.Close()); err == nil {
		err = os.Chmod(tmp.Name(), mode)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}
