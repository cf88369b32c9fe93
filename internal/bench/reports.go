package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	fmt.Printf("  the six reports cost %.2f x the wall time and %.2f x the processor time of the check; the goal is under 2\n\n",
		(all.wall-alone.wall).Seconds()/alone.wall.Seconds(), (all.cpu-alone.cpu).Seconds()/alone.cpu.Seconds())
	return nil
}

// found reports whether a command ended because it had findings to tell.
func found(err error) bool {
	var exit *exec.ExitError
	return errors.As(err, &exit) && exit.ExitCode() == 3
}
