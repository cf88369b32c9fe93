package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"muster/internal/onboarding"
	"muster/report"
)

// rowKey names a planned row.
type rowKey struct {
	kind     onboarding.ObjectKind
	customer string
	key      string
}

// onlyFailed makes the choice of --only-failed: the rows that did not succeed, with the customers and locations that
// they need. It is nil without the flag.
func (in *intake) onlyFailed() (func(onboarding.Outcome) bool, error) {
	from := in.c.String("only-failed")
	if from == "" {
		return nil, nil
	}
	rows := make(map[rowKey]bool)
	customers := make(map[string]bool)
	add := func(o onboarding.Outcome) {
		if !o.Status.Final() {
			rows[rowKey{o.Kind, o.Customer, o.Key}] = true
			customers[o.Customer] = true
		}
	}
	if err := in.readOutcomes(from, add); err != nil {
		return nil, err
	}
	return func(o onboarding.Outcome) bool {
		if o.Kind == onboarding.ObjectUser || o.Kind == onboarding.ObjectRole {
			return rows[rowKey{o.Kind, o.Customer, o.Key}]
		}
		return customers[o.Customer]
	}, nil
}

// readOutcomes reads the outcomes of a results file, or of a run of the journal.
func (in *intake) readOutcomes(from string, add func(onboarding.Outcome)) (err error) {
	switch strings.ToLower(filepath.Ext(from)) {
	case ".csv", ".json":
	default:
		return in.journalOutcomes(from, add)
	}
	f, err := os.Open(from)
	if err != nil {
		return hintedError{usageError{fmt.Errorf("read --only-failed: %w", err)}, "name a run (`muster runs` lists them) or a results file"}
	}
	defer closing(&err, f)
	read := readOutcomesJSON
	if strings.EqualFold(filepath.Ext(from), ".csv") {
		read = readOutcomesCSV
	}
	if err := read(f, add); err != nil {
		return usageError{fmt.Errorf("read results file %q: %w", from, err)}
	}
	return nil
}

func (in *intake) journalOutcomes(id string, add func(onboarding.Outcome)) error {
	run, err := in.journal.RunByID(in.c.Context, id)
	if err != nil {
		return hintedError{usageError{err}, "`muster runs` lists the runs"}
	}
	for o, err := range run.Outcomes(in.c.Context) {
		if err != nil {
			return err
		}
		add(o)
	}
	return nil
}

func readOutcomesJSON(r io.Reader, add func(onboarding.Outcome)) error {
	var doc struct {
		Schema   string
		Outcomes []struct{ Kind, Key, Customer, Status string }
	}
	if err := json.NewDecoder(r).Decode(&doc); err != nil {
		return err
	}
	if doc.Schema != "muster/run/1" && doc.Schema != "muster/status/1" {
		return fmt.Errorf("its schema is %q, not muster/run/1", doc.Schema)
	}
	for _, o := range doc.Outcomes {
		add(onboarding.Outcome{Kind: onboarding.ObjectKind(o.Kind), Key: o.Key, Customer: o.Customer, Status: onboarding.Status(o.Status)})
	}
	return nil
}

// readOutcomesCSV reads a results file, also one that a spreadsheet program has saved with semicolons since.
func readOutcomesCSV(r io.Reader, add func(onboarding.Outcome)) error {
	b := bufio.NewReader(r)
	in := csv.NewReader(b)
	if start, _ := b.Peek(16); bytes.ContainsRune(start, ';') { // the first of its headings is "kind"
		in.Comma = ';'
	}
	head, err := in.Read()
	if err != nil {
		return err
	}
	at := make(map[string]int)
	for i, h := range head {
		at[strings.TrimPrefix(h, "\ufeff")] = i
	}
	for _, name := range []string{"kind", "key", "customer", "status"} {
		if _, ok := at[name]; !ok {
			return fmt.Errorf("it has no column %q", name)
		}
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		cell := func(name string) string { return report.Unsafe(row[at[name]]) }
		add(onboarding.Outcome{
			Kind: onboarding.ObjectKind(cell("kind")), Key: cell("key"), Customer: cell("customer"), Status: onboarding.Status(cell("status")),
		})
	}
}
