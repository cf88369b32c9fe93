package journal

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"muster/internal/onboarding"
)

const childDir = "MUSTER_JOURNAL_CHILD"

// TestMain lets the test program be the writer that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		if err := child(context.Background(), dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		return
	}
	os.Exit(m.Run())
}

// child writes intents and says each on standard output once it was acknowledged, until it is killed.
func child(ctx context.Context, dir string) error {
	j, err := Open(ctx, dir, Options{Command: "child"})
	if err != nil {
		return err
	}
	run, err := j.RunByID(ctx, "run-k")
	if err != nil {
		return err
	}
	s, err := run.Summary(ctx)
	if err != nil {
		return err
	}
	for seq := int64(s.Rows - s.NotTried + 1); seq <= int64(s.Rows); seq++ {
		if err := run.Intend(ctx, seq); err != nil {
			return err
		}
		fmt.Println("intent", seq)
		if seq%3 == 0 {
			if err := run.RecordSync(ctx, seq, onboarding.Outcome{Status: onboarding.Created, ID: fmt.Sprint("id", seq)}); err != nil {
				return err
			}
			fmt.Println("done", seq)
		}
	}
	return nil
}

// Whatever was acknowledged before a kill -9 is there afterwards, at random moments.
func TestKilled(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	j := openIn(t, dir)
	rowsOf(t, j, "k", 20000)
	must(t, j.Close())
	intents, done := make(map[int64]bool), make(map[int64]bool)
	for range 8 {
		killChild(t, dir, rand.IntN(300), intents, done)
		j := openIn(t, dir)
		r, err := j.RunByID(ctx, "run-k")
		must(t, err)
		seq := int64(0)
		for o, err := range r.Outcomes(ctx) {
			must(t, err)
			seq++
			switch {
			case done[seq] && (o.Status != onboarding.Created || o.ID != fmt.Sprint("id", seq)):
				t.Fatalf("row %d was recorded and is %s %s", seq, o.Status, o.ID)
			case intents[seq] && o.Status == onboarding.NotTried:
				t.Fatalf("row %d was intended and is %s", seq, o.Status)
			}
		}
		must(t, j.Close())
	}
	if len(intents) == 0 || len(done) == 0 {
		t.Fatal("no child got anywhere")
	}
}

// killChild lets a child acknowledge n lines, then kills it, and notes every acknowledgement it made until then.
func killChild(t *testing.T, dir string, n int, intents, done map[int64]bool) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.CommandContext(t.Context(), self)
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for i := 0; lines.Scan(); i++ {
		var word string
		var seq int64
		if _, err := fmt.Sscan(lines.Text(), &word, &seq); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		if word == "done" {
			done[seq] = true
		}
		intents[seq] = true
		if i == n {
			must(t, cmd.Process.Kill())
		}
	}
	_ = cmd.Wait() // killed
}

// A log whose tail was torn off by a power loss opens, and holds a prefix of what was written: never half a commit.
func TestTornLog(t *testing.T) {
	ctx := t.Context()
	for range 12 {
		dir := t.TempDir()
		j := openIn(t, dir)
		r := rowsOf(t, j, "k", 200)
		for seq := int64(2); seq <= 200; seq += 2 {
			must(t, r.Intend(ctx, seq, seq+1))
		}
		torn := t.TempDir()
		for _, name := range []string{fileName, fileName + "-wal"} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			must(t, err)
			if name != fileName {
				b = b[:rand.IntN(len(b)+1)]
			}
			must(t, os.WriteFile(filepath.Join(torn, name), b, 0o600))
		}
		must(t, j.Close())
		again := openIn(t, torn)
		if run, err := again.RunByID(ctx, "run-k"); err == nil {
			n := 0
			for o, err := range run.Outcomes(ctx) {
				must(t, err)
				if o.Status == onboarding.Failed {
					n++
				}
			}
			if n%2 != 0 {
				t.Errorf("half a commit was read: %d intents", n)
			}
		}
		must(t, again.Close())
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("SQLite format 3\x00"))
	f.Add([]byte("no database"))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, fileName), b, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if j, err := Open(ctx, dir, Options{}); err == nil {
			must(t, j.Close())
		}
	})
}
