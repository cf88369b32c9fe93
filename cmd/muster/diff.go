package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer"
	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/report"
	"muster/validate"
)

// diffFlag compares two revisions instead of a workbook and the live state.
func diffFlag() cli.Flag {
	return &cli.StringFlag{Name: "diff", Usage: "compare the INPUT with the revision `OLD` of it instead of what stands; no service is asked, and nothing is kept"}
}

// diffing is a comparison of two revisions on its way. Both are planned in a journal that is thrown away.
type diffing struct {
	intake
	doc  report.Diff
	rows *spool[report.DiffRow]
}

func diff(c *cli.Context, s streams) (err error) {
	d := &diffing{intake: intake{c: c, s: s}}
	for _, name := range []string{"out", "only-failed"} {
		if c.String(name) != "" {
			return usagef("--%s and --diff do not go together", name)
		}
	}
	if d.out, err = openOutput(c, s); err != nil {
		return err
	}
	if err := d.out.writesDiffs(); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "muster-diff-")
	if err != nil {
		return fmt.Errorf("make a folder for the comparison: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d.journal, err = journal.Open(c.Context, dir, journal.Options{Clock: time.Now, Command: "plan"})
	if err != nil {
		return err
	}
	defer closing(&err, d.journal)
	if d.rows, err = newSpool[report.DiffRow](dir); err != nil {
		return err
	}
	defer closing(&err, d.rows)
	return d.run()
}

func (d *diffing) run() error {
	old, err := d.revision(&d.doc.Old, []string{d.c.String("diff")})
	if err != nil {
		return err
	}
	now, err := d.revision(&d.doc.New, d.c.Args().Slice())
	if err != nil {
		return err
	}
	for pair, err := range inBoth(old.CustomerKeys(d.c.Context), now.CustomerKeys(d.c.Context)) {
		if err == nil {
			err = d.customer(pair, old, now)
		}
		if err != nil {
			return err
		}
	}
	if err := d.rows.done(); err != nil {
		return err
	}
	d.doc.Rows = d.rows.all()
	if err := d.out.diff(&d.doc); err != nil {
		return err
	}
	if d.c.Bool("detailed-exitcode") && d.doc.Summary.Differs() {
		return statusError(exitChanges)
	}
	return nil
}

// revision plans the rows of one revision. Errors of the data do not end the comparison.
func (d *diffing) revision(side *report.DiffSide, inputs []string) (run *journal.Run, err error) {
	j := judging{c: d.c, tables: loadTables(), purpose: validate.Check, allWaves: true}
	if j.book, err = openInputs(d.c, d.s, j.tables, inputs, false); err != nil {
		return nil, err
	}
	defer closing(&err, j.book)
	writer, err := d.journal.NewPlan(d.c.Context, strings.Join(inputs, "\n"))
	if err != nil {
		return nil, err
	}
	j.plan = func(b *onboarding.Batch) importer.Planner {
		return provision.NewPlanner(writer, packages{j.tables.facts}, pickedOf(b, j.pick()), nil)
	}
	doc, _, err := j.read()
	if err != nil {
		return nil, err
	}
	side.Inputs, side.Errors = doc.Inputs, doc.Summary.Errors
	id, err := writer.Commit(d.c.Context)
	if err != nil {
		return nil, err
	}
	return d.journal.View(d.c.Context, id, journal.Scope{})
}

// revised is a customer that one revision or both have rows of.
type revised struct {
	key      string
	old, now bool
}

// keys reads a sorted list of customers one by one.
type keys struct {
	next func() (string, error, bool)
	key  string
	err  error
	more bool
}

func (k *keys) advance() { k.key, k.err, k.more = k.next() }

// leads reports whether the customer of k comes before that of the other list, or is the same.
func (k *keys) leads(other *keys) bool { return k.more && (!other.more || k.key <= other.key) }

// inBoth merges two sorted lists of customers.
func inBoth(old, now iter.Seq2[string, error]) iter.Seq2[revised, error] {
	return func(yield func(revised, error) bool) {
		a, b := &keys{}, &keys{}
		var stop func()
		a.next, stop = iter.Pull2(old)
		defer stop()
		b.next, stop = iter.Pull2(now)
		defer stop()
		a.advance()
		b.advance()
		for a.more || b.more {
			r, err := meet(a, b)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// meet takes the next customer off the list, or lists, that it is in.
func meet(a, b *keys) (revised, error) {
	err := errors.Join(a.err, b.err)
	r := revised{key: b.key, old: a.leads(b), now: b.leads(a)}
	if r.old {
		r.key = a.key
		defer a.advance()
	}
	if r.now {
		defer b.advance()
	}
	return r, err
}

// selected reports whether a customer is in one of the waves of the command line, in one revision or the other: so one that
// was moved between waves is seen as moved.
func (d *diffing) selected(customer string, revisions ...*journal.Run) (bool, error) {
	pick := selection(d.c)
	if len(pick.waves) == 0 {
		return true, nil
	}
	for _, run := range revisions {
		items, _, err := run.Rows(d.c.Context, customer, onboarding.ObjectCustomer, journal.Cursor{}, 1)
		if err != nil {
			return false, err
		}
		for _, it := range items {
			spec, err := wanted.Decode[wanted.Customer](it.Spec)
			if err != nil || pick.waves[spec.Wave] {
				return err == nil, err
			}
		}
	}
	return false, nil
}

// customer compares the rows of one customer.
func (d *diffing) customer(r revised, old, now *journal.Run) error {
	if in, err := d.selected(r.key, old, now); err != nil || !in {
		return err
	}
	before := d.doc.Summary
	for _, kind := range diffKinds() {
		if err := d.kind(r.key, kind, old, now); err != nil {
			return err
		}
	}
	s := &d.doc.Summary
	if s.Added+s.Gone+s.Changed > before.Added+before.Gone+before.Changed {
		s.Customers++
	}
	return nil
}

// kind compares the rows of one kind of a customer. Those of the old revision are held meanwhile.
func (d *diffing) kind(customer string, kind onboarding.ObjectKind, old, now *journal.Run) error {
	was := make(map[string][]journal.Item)
	var order []string
	err := eachRow(d.c, old, customer, kind, func(it journal.Item) error {
		key := diffKey(it)
		order = append(order, key)
		was[key] = append(was[key], it)
		return nil
	})
	if err != nil {
		return err
	}
	err = eachRow(d.c, now, customer, kind, func(it journal.Item) error {
		key := diffKey(it)
		same := was[key]
		if len(same) == 0 {
			return d.add(report.DiffRow{Change: "added", New: diffPlace(it)}, it)
		}
		was[key] = same[1:]
		return d.both(same[0], it)
	})
	if err != nil {
		return err
	}
	for _, key := range order {
		if len(was[key]) == 0 {
			continue
		}
		it := was[key][0]
		was[key] = was[key][1:]
		if err := d.add(report.DiffRow{Change: "gone", Old: diffPlace(it)}, it); err != nil {
			return err
		}
	}
	return nil
}

// diffKey is the key by which a row is found again: emails are the same in any case.
func diffKey(it journal.Item) string {
	if it.Kind == onboarding.ObjectUser || it.Kind == onboarding.ObjectRole {
		return fold(it.Key)
	}
	return it.Key
}

// diffKinds are the kinds whose rows stand in a workbook. Numbers are those of users and locations.
func diffKinds() []onboarding.ObjectKind {
	return []onboarding.ObjectKind{
		onboarding.ObjectCustomer, onboarding.ObjectLocation, onboarding.ObjectNumbers, onboarding.ObjectUser, onboarding.ObjectRole,
	}
}

// both compares a row that both revisions have.
func (d *diffing) both(old, now journal.Item) error {
	fields, err := diffFields(old, now)
	if err != nil {
		return err
	}
	if len(fields) == 0 {
		if now.Kind != onboarding.ObjectNumbers {
			d.doc.Summary.Same++
		}
		return nil
	}
	return d.add(report.DiffRow{Change: "changed", Old: diffPlace(old), New: diffPlace(now), Fields: fields}, now)
}

// add keeps a row that is different. The stock of a location is no row of its own: it comes and goes with users.
func (d *diffing) add(r report.DiffRow, it journal.Item) error {
	if it.Kind == onboarding.ObjectNumbers && r.Change != "changed" {
		return nil
	}
	switch s := &d.doc.Summary; r.Change {
	case "added":
		s.Added++
	case "gone":
		s.Gone++
	default:
		s.Changed++
	}
	r.Kind, r.Key, r.Customer = it.Kind, it.Key, it.Customer
	return d.rows.add(r)
}

func diffPlace(it journal.Item) report.DiffPlace {
	return report.DiffPlace{File: it.File, Sheet: it.Sheet, Row: it.Row}
}

// derived are members of a planned row that follow from others, or from other rows.
func derived(kind onboarding.ObjectKind) []string {
	switch kind {
	case onboarding.ObjectCustomer:
		return []string{"hq", "meetings", "level"}
	case onboarding.ObjectUser:
		return []string{"calling", "admin", "was"}
	case onboarding.ObjectNumbers:
		return []string{"pstn", "added"}
	}
	return nil
}

// diffFields compares two planned rows member by member. Of lists, what was added and what is gone.
func diffFields(old, now journal.Item) ([]report.DiffField, error) {
	if string(old.Spec) == string(now.Spec) {
		return nil, nil
	}
	was, is := make(map[string][]string), make(map[string][]string)
	for _, side := range []struct {
		it   journal.Item
		into map[string][]string
	}{{old, was}, {now, is}} {
		var members map[string]any
		if err := json.Unmarshal(side.it.Spec, &members); err != nil {
			return nil, fmt.Errorf("read planned row: %w", err)
		}
		for _, name := range derived(side.it.Kind) {
			delete(members, name)
		}
		flattenMembers("", members, side.into)
	}
	names := slices.Sorted(maps.Keys(was))
	for name := range is {
		if _, ok := was[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var out []report.DiffField
	for _, name := range names {
		out = append(out, diffValues(name, was[name], is[name])...)
	}
	return out, nil
}

func diffValues(name string, was, is []string) []report.DiffField {
	if len(was) <= 1 && len(is) <= 1 {
		a, b := strings.Join(was, ""), strings.Join(is, "")
		if a == b || strings.HasSuffix(name, "email") && fold(a) == fold(b) {
			return nil
		}
		return []report.DiffField{{Field: name, Old: a, New: b}}
	}
	var out []report.DiffField
	for _, v := range was {
		if !slices.Contains(is, v) {
			out = append(out, report.DiffField{Field: name, Old: v})
		}
	}
	for _, v := range is {
		if !slices.Contains(was, v) {
			out = append(out, report.DiffField{Field: name, New: v})
		}
	}
	return out
}

// flattenMembers gives the values of an object by their paths: address.city.
func flattenMembers(path string, v any, into map[string][]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			flattenMembers(strings.TrimPrefix(path+"."+name, "."), member, into)
		}
	case []any:
		for _, item := range v {
			flattenMembers(path, item, into)
		}
	case float64:
		into[path] = append(into[path], strconv.FormatFloat(v, 'f', -1, 64))
	case nil:
	default:
		into[path] = append(into[path], fmt.Sprint(v))
	}
}

// eachRow calls fn for the planned rows of a kind of a customer, in order.
func eachRow(c *cli.Context, run *journal.Run, customer string, kind onboarding.ObjectKind, fn func(journal.Item) error) error {
	return eachOf(c.Context, run.Rows, customer, kind, fn)
}

// rowReader reads some planned rows of a kind of a customer, those behind a place.
type rowReader func(ctx context.Context, customer string, kind onboarding.ObjectKind, after journal.Cursor, limit int) ([]journal.Item, journal.Cursor, error)

// eachOf is eachRow with what reads the rows.
func eachOf(ctx context.Context, read rowReader, customer string, kind onboarding.ObjectKind, fn func(journal.Item) error) error {
	const block = 500
	var cursor journal.Cursor
	for {
		items, next, err := read(ctx, customer, kind, cursor, block)
		if err != nil || len(items) == 0 {
			return err
		}
		cursor = next
		for _, it := range items {
			if err := fn(it); err != nil {
				return err
			}
		}
	}
}
