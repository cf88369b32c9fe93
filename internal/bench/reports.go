package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// faultyEach is how many users of the data for reports stand around one that has an error.
const faultyEach = 20

// faultyUser is user, with an error in the email of every twentieth.
func faultyUser(i int) []string {
	out := user(i)
	if i%faultyEach == faultyEach/2 { // never the administrators, who are the first of their customers
		out[3] = fmt.Sprintf("user.%d@", i)
	}
	return out
}

// benchReports sets a check beside the same check that also writes reports, on a workbook in which every twentieth user has an
// error. What the reports cost is the difference.
func benchReports(ctx context.Context, muster, dir string, s shape, rounds int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if _, err := timed(ctx, []string{self, "-users", strconv.Itoa(s.users), "-part", "generate-faulty", dir}); err != nil {
		return err
	}
	book := filepath.Join(dir, "faulty.xlsx")
	check := func(endings ...string) []string {
		args := []string{muster, "check", "--format", "json", book}
		for _, e := range endings {
			args = append(args, "--report", filepath.Join(dir, "report"+e))
		}
		return args
	}
	endings := []string{".html", ".xlsx", ".csv", ".json", ".xml", ".md"}
	entries := []*entry{{name: "muster check", args: check(), findings: true}, {name: "and all six reports", args: check(endings...), findings: true}}
	for _, e := range endings {
		entries = append(entries, &entry{name: "and " + e + " alone", args: check(e), findings: true})
	}
	if err := takeTurns(ctx, entries, rounds); err != nil {
		return err
	}
	printGroup(fmt.Sprintf("Reports, %d users, %d errors", s.users, s.users/faultyEach), entries, s.users)
	alone, all := entries[0].medians(), entries[1].medians()
	quickAlone, quickAll := entries[0].quickest(), entries[1].quickest()
	fmt.Printf("  the six reports cost %.2f x the processor time of the check, %.2f x its wall time (quickest rounds: %.2f x); the goal is under 2\n\n",
		over(alone.cpu, all.cpu), over(alone.wall, all.wall), over(quickAlone, quickAll))
	return nil
}

// over tells by how much a time is longer than another, in units of the other.
func over(base, longer time.Duration) float64 { return (longer - base).Seconds() / base.Seconds() }

// quickest is the wall time of the round that others on the machine disturbed least.
func (e *entry) quickest() time.Duration {
	return slices.MinFunc(e.runs, func(a, b measure) int { return int(a.wall - b.wall) }).wall
}

// found reports whether a command ended because it had findings to tell.
func found(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == 3
}
