package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/report"
)

func runsCommand(s streams) *cli.Command {
	return &cli.Command{
		Name:  "runs",
		Usage: "list the runs of the journal",
		Flags: []cli.Flag{
			configFlag(),
			stateFlag(),
			redactFlag(),
			langFlag(),
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`NAME` of the form: text or json"},
			&cli.StringFlag{Name: "purge", Usage: "drop the personal data of `RUN`, keep ids and hashes"},
		},
		OnUsageError: onUsageError,
		Before:       readConfig,
		Action:       func(c *cli.Context) error { return listRuns(c, s) },
	}
}

func listRuns(c *cli.Context, s streams) (err error) {
	if id := c.String("purge"); id != "" {
		return purgeRun(c, s, id)
	}
	j, err := journal.OpenReader(c.Context, c.String("state"))
	if err != nil {
		return err
	}
	defer closing(&err, j)
	runs, err := j.Runs(c.Context)
	if err != nil {
		return err
	}
	switch c.String("format") {
	case "json":
		return runsJSON(s, runs)
	case "text":
		return runsText(c, s, runs)
	}
	return usagef("--format %q is not known; take text or json", c.String("format"))
}

func purgeRun(c *cli.Context, s streams, id string) (err error) {
	j, err := journal.Open(c.Context, c.String("state"), journal.Options{Clock: time.Now, Command: "runs --purge"})
	if err != nil {
		return err
	}
	defer closing(&err, j)
	if err := j.Purge(c.Context, id); err != nil {
		return err
	}
	speechOf(c, s).line("personal data of run %s is gone", id)
	return nil
}

type runDoc struct {
	Run     string         `json:"run"`
	Command string         `json:"command"`
	Undoes  string         `json:"undoes,omitempty"`    // the run that this one takes back
	Undone  string         `json:"undone_by,omitempty"` // the run that takes this one back
	Target  string         `json:"target"`
	State   string         `json:"state"`
	Started string         `json:"started"`
	Ended   string         `json:"ended,omitempty"`
	Counts  map[string]int `json:"counts"`
}

func runOf(r journal.RunInfo) runDoc {
	d := runDoc{Run: r.ID, Command: r.Command, Undoes: r.Undoes, Undone: r.UndoneBy, Target: r.Scope.Target, State: string(r.State), Started: r.Started.UTC().Format(time.RFC3339), Counts: counts(r.Summary)}
	if !r.Ended.IsZero() {
		d.Ended = r.Ended.UTC().Format(time.RFC3339)
	}
	return d
}

func counts(s onboarding.RunSummary) map[string]int {
	all := map[string]int{
		"created": s.Created, "updated": s.Updated, "adopted": s.Adopted, "unchanged": s.Unchanged,
		"waiting": s.Waiting, "failed": s.Failed, "held": s.Held, "not_tried": s.NotTried,
	}
	if s.Removed+s.Gone+s.Kept > 0 {
		all["removed"], all["gone"], all["kept"] = s.Removed, s.Gone, s.Kept
	}
	return all
}

func runsJSON(s streams, runs []journal.RunInfo) error {
	doc := struct {
		Schema  string         `json:"schema"`
		Summary map[string]int `json:"summary"`
		Runs    []runDoc       `json:"runs"`
	}{"muster/runs/1", map[string]int{"runs": len(runs)}, []runDoc{}}
	for _, r := range runs {
		doc.Runs = append(doc.Runs, runOf(r))
	}
	e := json.NewEncoder(s.out)
	e.SetIndent("", "  ")
	return e.Encode(doc)
}

func runsText(c *cli.Context, s streams, runs []journal.RunInfo) error {
	v, err := voice(c)
	if err != nil {
		return err
	}
	people := speech{s.out, v}
	if len(runs) == 0 {
		people.line("no runs yet")
		return nil
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	heads := []string{}
	for _, head := range []onboarding.Word{"Run", "Target", "State", "Started", "Command", "Rows"} {
		heads = append(heads, strings.ToUpper(people.said("%s", head)))
	}
	fmt.Fprintln(w, strings.Join(heads, "\t"))
	for _, r := range runs {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Scope.Target, people.said("%s", stateWord(r.State)), r.Started.Local().Format("2006-01-02 15:04:05"), people.said("%s", did(r)), v.Say(report.RunLine(r.Summary)))
	}
	return w.Flush()
}

// stateWord is the word for people.
func stateWord(s journal.State) onboarding.Word {
	switch s {
	case journal.Running:
		return "running"
	case journal.Ended:
		return "ended"
	case journal.Interrupted:
		return "interrupted"
	}
	return "stopped"
}

// did names the command of a run, with the run that it took back or that took it back.
func did(r journal.RunInfo) onboarding.Text {
	switch {
	case r.Undoes != "":
		return onboarding.T("%s of %s", r.Command, r.Undoes)
	case r.UndoneBy != "":
		return onboarding.T("%s, taken back", r.Command)
	}
	return onboarding.T("%s", r.Command)
}
