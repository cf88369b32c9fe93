package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"muster/internal/sandbox"
)

// kills is how often an apply is killed before it is left alone.
const kills = 10

// binary builds the program, for tests that kill it.
func binary(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("skip: the go command is needed to build the program that is killed")
	}
	path := filepath.Join(t.TempDir(), "muster")
	// Without stamps it is the same version as the program within the tests: runs of one are taken up by the other.
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// TestKilledWithItsSandbox kills an apply together with the sandbox that is embedded in it.
func TestKilledWithItsSandbox(t *testing.T) {
	withoutRaces(t)
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	args := []string{"--state", state}
	doc := killed(t, binary(t), args)
	server := openSandbox(t, state)
	agrees(t, server, doc)
}

// TestKilledInFrontOfTheService kills an apply whose service goes on: calls in flight are carried out, and their answers
// are lost.
func TestKilledInFrontOfTheService(t *testing.T) {
	withoutRaces(t)
	t.Parallel()
	dir := t.TempDir()
	server := openSandbox(t, dir)
	l, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	args := []string{"--state", filepath.Join(dir, "state"), "--target", l.URL(), "--yes", "--settle", "1s", "--rate", "100000/s"}
	doc := killed(t, binary(t), args)
	agrees(t, server, doc)
}

func openSandbox(t *testing.T, dir string) *sandbox.Server {
	t.Helper()
	server, err := sandbox.Open(t.Context(), sandbox.Options{Path: filepath.Join(dir, "sandbox.db"), Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// killed runs the same apply again and again, kills it at random moments, and lets the last one end.
func killed(t *testing.T, program string, args []string) runDoc1 {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	moments := rand.New(rand.NewPCG(seed, 0))
	args = append([]string{"apply", filepath.Join(samplesDir, "migration.xlsx"), "--progress", "none"}, args...)
	hit, seen := 0, make(map[string]bool)
	for range 3 * kills {
		if killOnce(t, exec.CommandContext(t.Context(), program, append(args, "--format", "ndjson")...), moments, seen) {
			hit++
		}
		if hit == kills {
			break
		}
	}
	if hit < kills/2 {
		t.Fatalf("only %d of %d runs were killed before they ended", hit, kills)
	}
	var out, talk bytes.Buffer
	last := exec.CommandContext(t.Context(), program, append(args, "--format", "json")...)
	last.Stdout, last.Stderr = &out, &talk
	if err := last.Run(); err != nil {
		t.Fatalf("%v: %s", err, talk.String())
	}
	return decoded[runDoc1](t, out.String())
}

// killOnce lets a run make some rows that were not seen before and kills it. It is false when the run ended before.
func killOnce(t *testing.T, c *exec.Cmd, moments *rand.Rand, seen map[string]bool) bool {
	t.Helper()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var talk bytes.Buffer
	c.Stderr = &talk
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	after := moments.IntN(50)
	fresh := time.Duration(moments.IntN(3000)) * time.Microsecond
	n, ended := 0, true
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		row, isOutcome := strings.CutPrefix(lines.Text(), `{"type":"outcome",`)
		if !isOutcome || seen[row] {
			continue // those of earlier rounds come first
		}
		seen[row] = true
		if n++; n > after {
			spin(fresh)
			ended = false
			break
		}
	}
	if !ended {
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, out) // what the dead process had written
	}
	err = c.Wait()
	if ended && err != nil {
		t.Fatalf("%v: %s", err, talk.String())
	}
	return !ended
}

// spin lets a moment pass that no event marks: the point is to hit the program anywhere.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
	}
}

// agrees holds the service to every object exactly once, and the journal to the service.
func agrees(t *testing.T, server *sandbox.Server, doc runDoc1) {
	t.Helper()
	if doc.Summary["failed"]+doc.Summary["held"]+doc.Summary["not_tried"]+doc.Summary["waiting"] != 0 {
		t.Errorf("not everything is done: %v", doc.Summary)
	}
	ids := make(map[string][]string)
	for _, c := range server.Customers() {
		ids["customer "+c.ExternalID] = append(ids["customer "+c.ExternalID], c.ID)
	}
	subscribers, err := server.Subscribers(context.WithoutCancel(t.Context()))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subscribers {
		ids["user "+s.Email] = append(ids["user "+s.Email], s.ID)
	}
	customers, users := 0, 0
	for _, o := range doc.Outcomes {
		switch o.Kind {
		case "customer":
			customers++
		case "user":
			users++
		default:
			continue
		}
		if have := ids[o.Kind+" "+o.Key]; len(have) != 1 || have[0] != o.ID {
			t.Errorf("%s %s: the journal has %q, the service %q", o.Kind, o.Key, o.ID, have)
		}
	}
	if have := len(server.Customers()); have != customers {
		t.Errorf("the service holds %d customers, the journal %d", have, customers)
	}
	if len(subscribers) != users || users < 300 {
		t.Errorf("the service holds %d users, the journal %d", len(subscribers), users)
	}
	locationsOnce(t, server)
}

// locationsOnce holds every organization to different names of locations.
func locationsOnce(t *testing.T, server *sandbox.Server) {
	t.Helper()
	var keys []string
	for _, l := range server.Locations() {
		keys = append(keys, fmt.Sprintf("%s %s", l.OrgID, l.Name))
	}
	slices.SortFunc(keys, cmp.Compare[string])
	if len(slices.Compact(keys)) != len(server.Locations()) || len(keys) < 20 {
		t.Errorf("locations are doubled or missing: %d of %d names", len(slices.Compact(keys)), len(server.Locations()))
	}
}
