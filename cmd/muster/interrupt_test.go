package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestInterruptFinishesWhatIsInFlight stops an apply with Ctrl-C: it exits with 130, says how to go on, and the same
// command does the rest.
func TestInterruptFinishesWhatIsInFlight(t *testing.T) {
	program := binary(t)
	args := []string{
		"apply", filepath.Join(samplesDir, "migration.xlsx"), "--state", filepath.Join(t.TempDir(), "state"), "--progress", "none",
		"--rate", "400/s", "--format", "ndjson",
	}
	c := exec.CommandContext(t.Context(), program, args...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var talk bytes.Buffer
	c.Stderr = &talk
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the run ended before a user was made: %v: %s", err, talk.String())
		}
		if strings.Contains(line, `"kind":"user"`) {
			break
		}
	}
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	err = c.Wait()
	if c.ProcessState.ExitCode() != exitInterrupted {
		t.Fatalf("%v: %s", err, talk.String())
	}
	if !strings.Contains(string(rest), `"status":"not_tried"`) || !strings.Contains(string(rest), `{"type":"summary"`) {
		t.Error("the rows that were left are not told")
	}
	if !strings.Contains(talk.String(), "the same command goes on where this run stopped") {
		t.Errorf("it is not said how to go on: %s", talk.String())
	}
	again := decoded[runDoc1](t, muster(t, append(args[:len(args)-1], "json")...).out)
	if !again.Resumed || again.Summary["created"] != float64(len(again.Outcomes)) {
		t.Errorf("resumed %v: %v", again.Resumed, again.Summary)
	}
}
