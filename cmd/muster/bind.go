package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"muster/importer/live"
	"muster/report"
)

// outFlag keeps a plan.
func outFlag() cli.Flag {
	return &cli.StringFlag{Name: "out", Usage: "also keep the plan in `FILE`, which apply carries out as long as nothing has changed", EnvVars: []string{"MUSTER_OUT"}}
}

// keepable refuses a --out that cannot be kept or be carried out later.
func (p *comparing) keepable() error {
	path := p.c.String("out")
	if path == "" {
		return nil
	}
	if slices.Contains(p.c.Args().Slice(), "-") {
		return hintedError{usagef("--out keeps no plan of standard input: apply could not read it again"), "write the input to a file"}
	}
	return writable("out", path, p.c.Args().Slice())
}

// objectPlan is the kind under which a kept plan holds what was to be done about a customer.
const objectPlan = "plan"

// digests keeps what stands of a customer, and what would be done about it.
func (p *comparing) digests(c live.Customer) error {
	if p.c.String("out") == "" {
		return nil
	}
	for o := range boundObjects(c) {
		if err := p.lists.objects.add(o); err != nil {
			return err
		}
	}
	return nil
}

// boundObjects gives what a kept plan holds of a customer.
func boundObjects(c live.Customer) func(yield func(report.BoundObject) bool) {
	return func(yield func(report.BoundObject) bool) {
		if !yield(report.BoundObject{Customer: c.Item.Key, Kind: objectPlan, Digest: c.Digest()}) {
			return
		}
		for d := range c.Live.Digests() {
			if !yield(report.BoundObject{Customer: c.Item.Key, Kind: string(d.Kind), Key: d.Key, Digest: d.Sum}) {
				return
			}
		}
	}
}

// keepPlan writes the plan of --out. It holds what the inputs hold, so nobody else may read it.
func (p *comparing) keepPlan() error {
	path := p.c.String("out")
	if path == "" {
		return nil
	}
	bound, err := p.bound()
	if err != nil {
		return err
	}
	doc := p.doc
	doc.Bound = bound
	format, err := report.ForPath("plan.json")
	if err != nil {
		return err
	}
	if err := replace(path, func(w io.Writer) error { return format.Plan(w, &doc) }); err != nil {
		return fmt.Errorf("keep plan in %q: %w", path, err)
	}
	speechOf(p.c, p.s).line("kept in %s; `muster apply %s` carries out exactly this, or refuses", path, path)
	return nil
}

// bound says what the plan holds to.
func (p *comparing) bound() (*report.Bound, error) {
	b := &report.Bound{
		Version: version(), Target: p.svc.base, Org: p.me.OrgID, SubPartner: p.scope.SubPartner, Identity: p.me.ID, Key: p.key, Made: p.started.UTC(),
		Flags: make(map[string][]string), Settings: settings(p.c).digest(), Objects: p.lists.objects.all(),
	}
	for _, name := range p.c.Args().Slice() {
		path, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		b.Arguments = append(b.Arguments, report.BoundArgument{Given: name, Path: path})
	}
	for _, in := range p.intake.doc.Inputs {
		b.Inputs = append(b.Inputs, report.BoundInput{File: in.File, Path: inputPath(b.Arguments, in.File), SHA256: in.SHA256})
	}
	for _, f := range boundFlags() {
		name := f.Names()[0]
		if values := flagValues(p.c, f); len(values) > 0 && p.c.IsSet(name) {
			b.Flags[name] = values
		}
	}
	for _, name := range keptGuards() {
		if p.c.IsSet(name) {
			b.Flags[name] = []string{fmt.Sprint(p.c.Value(name))}
		}
	}
	return b, nil
}

// inputPath finds the file of an input: an argument itself, or within a folder.
func inputPath(args []report.BoundArgument, file string) string {
	for _, a := range args {
		if a.Given == file {
			return a.Path
		}
	}
	for _, a := range args {
		path := filepath.Join(a.Path, filepath.FromSlash(file))
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return file
}

// boundFlags are those that decide which rows a plan has, or what becomes of them.
func boundFlags() []cli.Flag {
	flags := slices.Concat(inputFlags(""), ruleFlags(), signInFlags(), planFlags())
	free := append(keptGuards(), "config", "detailed-exitcode", "out", "diff")
	return slices.DeleteFunc(flags, func(f cli.Flag) bool { return slices.Contains(free, f.Names()[0]) })
}

// keptGuards are the flags of a plan that bound its run. They hold for the run unless others are given there.
func keptGuards() []string { return []string{"max-create", "canary", "org", "not-before", "not-after"} }

// flagValues gives the values of a flag as they would be written on a command line.
func flagValues(c *cli.Context, f cli.Flag) []string {
	name := f.Names()[0]
	switch f.(type) {
	case *cli.StringSliceFlag:
		return c.StringSlice(name)
	case *cli.IntSliceFlag:
		var out []string
		for _, n := range c.IntSlice(name) {
			out = append(out, strconv.Itoa(n))
		}
		return out
	}
	return []string{fmt.Sprint(c.Value(name))}
}

// givenFlags gives the flags that were set, by whatever way, as JSON. None of them is ever a secret.
func givenFlags(c *cli.Context) string {
	given := make(map[string][]string)
	for _, f := range c.Command.Flags {
		if name := f.Names()[0]; c.IsSet(name) {
			given[name] = flagValues(c, f)
		}
	}
	text, err := json.Marshal(given)
	if err != nil {
		return "" // texts always can be written
	}
	return string(text)
}

// digest tells two files of settings apart that give findings another weight.
func (cfg config) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%v %v\n", cfg.severity, cfg.waivers) // maps print sorted by key
	return hex.EncodeToString(h.Sum(nil))
}

// hashFile gives the SHA-256 of a file in hex.
func hashFile(path string) (sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}
