package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muster/internal/onboarding"
)

// onTerminal runs the program with a terminal of so many columns for its input and output, and gives what was shown on it.
func onTerminal(t *testing.T, program string, columns uint16, env []string, args ...string) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	defer master.Close()
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: columns}); err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), program, args...)
	c.Stdin, c.Stdout, c.Stderr = slave, slave, slave
	c.Env = append(os.Environ(), append([]string{"TERM=xterm-256color", "NO_COLOR=", "CI="}, env...)...)
	err = c.Start()
	_ = slave.Close()
	if err != nil {
		t.Fatal(err)
	}
	shown, _ := io.ReadAll(master) // ends with an error when the program has gone
	_ = c.Wait()
	return strings.ReplaceAll(string(shown), "\r\n", "\n")
}

// On a terminal findings are in colour, folded to its width and not too many; what was written is told last.
func TestCheckOnTerminal(t *testing.T) {
	program, path := binary(t), filepath.Join(t.TempDir(), "broken.html")
	args := []string{"check", filepath.Join(samplesDir, "broken.xlsx"), "--max-findings", "9", "--report", path}
	shown := onTerminal(t, program, 72, nil, args...)
	if !strings.Contains(shown, "\x1b[31merror  \x1b[0m") || !strings.Contains(shown, "  all of them: "+path+"\n") {
		t.Errorf("shown:\n%s", shown)
	}
	if !regexp.MustCompile(`(?m)^\x1b\[31mnot ready: .*\x1b\[0m\nwrote ` + regexp.QuoteMeta(path) + `\n\z`).MatchString(shown) {
		t.Errorf("the verdict and the report are not told last:\n%s", shown)
	}
	findings, _, _ := strings.Cut(shown, "\n\n")
	for line := range strings.Lines(findings) {
		line = regexp.MustCompile("\x1b\\[[0-9]*m").ReplaceAllString(strings.TrimSuffix(line, "\n"), "")
		if len([]rune(line)) > 72 && !strings.Contains(line, samplesDir) && !strings.Contains(line, path) {
			t.Errorf("a line is wider than the terminal: %q", line)
		}
	}
	for name, env := range map[string]string{"NO_COLOR": "NO_COLOR=1", "TERM": "TERM=dumb", "--color": "MUSTER_COLOR=never"} {
		if strings.Contains(onTerminal(t, program, 72, []string{env}, args...), "\x1b") {
			t.Errorf("%s: there is colour", name)
		}
	}
}

// A run moves a bar on a terminal, tells plain lines in the log of a build server, and nothing with --quiet.
func TestProgressOnTerminal(t *testing.T) {
	program := binary(t)
	run := func(env []string, more ...string) string {
		args := append([]string{"apply", filepath.Join(samplesDir, "migration.xlsx"), "--state", filepath.Join(t.TempDir(), "state"), "--rate", "400/s"}, more...)
		return onTerminal(t, program, 80, env, args...)
	}
	bar := regexp.MustCompile(`\rprovisioning[^\r]* +[0-9]+% \|[^|\r]*\| \([0-9]+/[0-9]+, [0-9.]+ rows/[a-z]+\) \[`)
	shown := run(nil)
	if !bar.MatchString(shown) {
		t.Errorf("no bar with counts, rate and estimate: %q", shown)
	}
	for line := range strings.SplitSeq(shown, "\r") {
		if line, _, _ = strings.Cut(line, "\n"); strings.HasPrefix(line, "provisioning") && len([]rune(line)) > 80 {
			t.Errorf("the bar does not fit: %q", line)
		}
	}
	if shown := run([]string{"CI=true"}); strings.Contains(shown, "\r") || strings.Contains(shown, "%") {
		t.Errorf("a bar moves in a log: %q", shown)
	}
	if shown := run(nil, "--quiet"); strings.Contains(shown, "\r") || strings.Contains(shown, "SANDBOX: nothing real is changed") || !strings.Contains(shown, " created = ") {
		t.Errorf("with --quiet: %q", shown)
	}
}

// What waits is told by reason where there is room, and its number where there is little.
func TestProgressTellsWaits(t *testing.T) {
	var log strings.Builder
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	p := newProgress(speech{&log, onboarding.English{}}, "plain", 40, nil)
	p.clock, p.begun, p.told = func() time.Time { return now }, now, now
	for _, o := range []onboarding.Outcome{
		{Status: onboarding.Created},
		{Status: onboarding.Failed},
		{Status: onboarding.Waiting, Reason: onboarding.ReasonConsent},
		{Status: onboarding.Waiting, Reason: onboarding.ReasonReview},
		{Status: onboarding.Waiting, Reason: onboarding.ReasonConsent},
	} {
		p.Done(o)
	}
	now = now.Add(10 * time.Second)
	p.Waits(3)
	if want := "5 of 40 rows, 0.5 rows/s, about 1m10s left; provisioning, customers waiting: 3, rows waiting: 2 consent, 1 review, 1 failed\n"; log.String() != want {
		t.Errorf("told %q\nnot  %q", log.String(), want)
	}
	now = now.Add(10 * time.Second)
	p.Waits(3)
	if n := strings.Count(log.String(), "\n"); n != 2 {
		t.Errorf("nothing is told while all wait: %q", log.String())
	}
	p.room = 36
	if got, want := p.description(), "provisioning, 3 waiting, 1 failed"; got != want {
		t.Errorf("narrow: %q, not %q", got, want)
	}
}
