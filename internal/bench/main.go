// Command bench measures muster beside what it stands on, in one run, and prints one table.
//
// Reading and checking are whole processes, so that start-up and memory count; commands take turns, and the table shows
// medians. Usage: go run ./internal/bench [-users N] [-rounds N] [-provision N].
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	users := flag.Int("users", 100_000, "rows of users to check")
	rounds := flag.Int("rounds", 3, "rounds; the table shows medians")
	provisioned := flag.Int("provision", 10_000, "users to provision on the sandbox")
	part := flag.String("part", "", "reports: measure them alone; others are for the program's own use")
	flag.Parse()
	if err := run(context.Background(), *users, *rounds, *provisioned, *part); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, users, rounds, provisioned int, part string) error {
	switch part {
	case "", "reports":
	case "bare-client":
		return bareClient(ctx, flag.Arg(0), provisioned)
	case "generate":
		return generate(shape{users: users}, flag.Arg(0))
	case "generate-faulty":
		return shape{users: users, faulty: true}.writeXLSX(filepath.Join(flag.Arg(0), "faulty.xlsx"))
	default:
		return runPart(part, flag.Arg(0))
	}
	dir, err := os.MkdirTemp("", "muster-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%s %s/%s, %d processors, %d rounds\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), rounds)
	muster := filepath.Join(dir, "muster")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", muster, "./cmd/muster").CombinedOutput(); err != nil {
		return fmt.Errorf("build muster: %w: %s", err, out)
	}
	if err := benchReports(ctx, muster, dir, shape{users: users, faulty: true}, rounds); err != nil || part == "reports" {
		return err
	}
	if err := benchReading(ctx, muster, dir, shape{users: users}, rounds); err != nil {
		return err
	}
	benchPhones(rounds)
	return benchProvisioning(ctx, dir, provisioned, rounds)
}

// generate makes the same data in three forms.
func generate(s shape, dir string) error {
	return errors.Join(s.writeCSV(filepath.Join(dir, "csv")), s.writeXLSX(filepath.Join(dir, "book.xlsx")), s.writeShared(filepath.Join(dir, "shared.xlsx")))
}

// measure is what one process cost.
type measure struct {
	wall, cpu time.Duration
	rss       int64 // bytes
}

// entry is one line of the table.
type entry struct {
	name string
	args []string
	runs []measure

	findings bool // the data holds errors, and the exit code says so
}

// benchReading lets every reader take its turn on the same files.
func benchReading(ctx context.Context, muster, dir string, s shape, rounds int) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, book, shared := filepath.Join(dir, "csv"), filepath.Join(dir, "book.xlsx"), filepath.Join(dir, "shared.xlsx")
	// A child makes the files: the kernel counts the memory of a large parent as its children's own.
	if _, err := timed(ctx, []string{self, "-users", strconv.Itoa(s.users), "-part", "generate", dir}); err != nil {
		return err
	}
	text := filepath.Join(folder, "users.csv")
	groups := [][]*entry{
		{
			{name: "encoding/csv, bare read", args: []string{self, "-part", "encoding-csv", text}},
			{name: "own reader, bare read", args: []string{self, "-part", "delimited", text}},
			{name: "muster check, all rules", args: []string{muster, "check", "--format", "json", folder}},
		},
		{
			{name: "inflate to nowhere", args: []string{self, "-part", "inflate", book}},
			{name: "own reader, bare read", args: []string{self, "-part", "xlsx", book}},
			{name: "muster check, all rules", args: []string{muster, "check", "--format", "json", book}},
			{name: "excelize Rows, bare read", args: []string{self, "-part", "excelize", book}},
		},
		{
			{name: "inflate to nowhere", args: []string{self, "-part", "inflate", shared}},
			{name: "own reader, bare read", args: []string{self, "-part", "xlsx", shared}},
			{name: "muster check, all rules", args: []string{muster, "check", "--format", "json", shared}},
		},
	}
	for i, title := range []string{"CSV", "XLSX, inline strings", "XLSX, shared strings"} {
		if err := takeTurns(ctx, groups[i], rounds); err != nil {
			return err
		}
		printGroup(fmt.Sprintf("%s, %d users", title, s.users), groups[i], s.users)
	}
	return nil
}

func takeTurns(ctx context.Context, entries []*entry, rounds int) error {
	for range rounds {
		for _, e := range entries {
			m, err := timed(ctx, e.args)
			if err != nil && !(e.findings && found(err)) {
				return fmt.Errorf("%s: %w", e.name, err)
			}
			e.runs = append(e.runs, m)
		}
	}
	return nil
}

// timed runs a command to its end, and measures it whether it succeeds or not. Exit 3 of muster (findings) would mean that the
// data is not clean, and is an error; only where there are meant to be some the caller takes it.
func timed(ctx context.Context, args []string) (measure, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var errs strings.Builder
	cmd.Stderr = &errs
	began := time.Now()
	err := cmd.Run()
	if err != nil && cmd.ProcessState == nil {
		return measure{}, err
	}
	m := measure{wall: time.Since(began), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.rss = u.Maxrss << 10
	}
	if err != nil {
		err = fmt.Errorf("%w: %s", err, errs.String())
	}
	return m, err
}

// middle gives the median of some times.
func middle(ds []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(ds))[len(ds)/2]
}

// medians gives the medians of both times, each by itself.
func (e *entry) medians() measure {
	var wall, cpu []time.Duration
	for _, m := range e.runs {
		wall, cpu = append(wall, m.wall), append(cpu, m.cpu)
	}
	return measure{wall: middle(wall), cpu: middle(cpu)}
}

// median gives the middle one by CPU time.
func (e *entry) median() measure {
	runs := slices.SortedFunc(slices.Values(e.runs), func(a, b measure) int { return int(a.cpu - b.cpu) })
	return runs[len(runs)/2]
}

// printGroup shows the entries of a group with their ratio to the first one.
func printGroup(title string, entries []*entry, rows int) {
	fmt.Printf("%-40s %9s %9s %9s %9s %9s %10s\n", title, "wall s", "cpu s", "wall x", "cpu x", "MiB", "rows/s")
	base := entries[0].median()
	for _, e := range entries {
		m := e.median()
		fmt.Printf("  %-38s %9.3f %9.3f %9.2f %9.2f %9.1f %10.0f\n", e.name, m.wall.Seconds(), m.cpu.Seconds(),
			m.wall.Seconds()/base.wall.Seconds(), m.cpu.Seconds()/base.cpu.Seconds(), float64(m.rss)/(1<<20), float64(rows)/m.wall.Seconds())
	}
	fmt.Println()
}
