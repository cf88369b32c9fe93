package torture

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// once runs the program and gives its exit code and what it said.
func (n *night) once(ctx context.Context, args ...string) (code int, out, talk string) {
	n.t.Helper()
	var o, e bytes.Buffer
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Stdout, c.Stderr, c.Dir = &o, &e, n.dir
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		n.t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), o.String(), e.String()
}

func (n *night) args(more ...string) []string {
	return append([]string{
		n.muster, "apply", filepath.Join(n.dir, "in"), "--state", n.state, "--target", n.target, "--yes", "--settle", "300ms", "--progress", "none", "--format", "json",
	}, more...)
}

// sent is how many creates the service has seen.
func (n *night) sent() int {
	sum := 0
	for route, k := range n.box.Counts() {
		if strings.HasPrefix(route, "POST /") {
			sum += k
		}
	}
	return sum
}

// clear holds a refusal to an exit code, to words that say what is wrong, and to a service that has seen no create.
func (n *night) clear(code, want int, talk string, words ...string) {
	n.t.Helper()
	if code != want {
		n.t.Errorf("exit code %d, want %d: %s", code, want, talk)
	}
	for _, w := range words {
		if !strings.Contains(talk, w) {
			n.t.Errorf("it does not say %q: %s", w, talk)
		}
	}
	if strings.Contains(talk, "goroutine ") {
		n.t.Errorf("it panicked: %s", talk)
	}
}

// The journal is the promise: where it cannot be written, nothing is sent, and where the disk ends in the middle, the same
// command goes on when there is room again.
func TestMachine(t *testing.T) {
	muster := program(t)
	t.Run("a state directory that cannot be made", func(t *testing.T) {
		n := newNight(t, muster, 1)
		n.state = "/proc/muster/state"
		code, _, talk := n.once(t.Context(), n.args()...)
		n.clear(code, 1, talk, "state directory")
		if n.sent() != 0 {
			t.Error("something was sent")
		}
	})
	t.Run("a journal that may only be read", func(t *testing.T) {
		n := newNight(t, muster, 2)
		check(t, os.Mkdir(n.state, 0o700))
		check(t, os.Mkdir(filepath.Join(n.state, "journal.db"), 0o700))
		code, _, talk := n.once(t.Context(), n.args()...)
		n.clear(code, 1, talk, "journal.db")
		if n.sent() != 0 {
			t.Error("something was sent")
		}
	})
	t.Run("a report that cannot be written", func(t *testing.T) {
		n := newNight(t, muster, 3)
		code, _, talk := n.once(t.Context(), n.args("--report", "/proc/muster/report.html")...)
		n.clear(code, code, talk, "report.html")
		if code == 0 || n.sent() != 0 {
			t.Errorf("exit code %d, %d creates were sent", code, n.sent())
		}
	})
	t.Run("two processes", func(t *testing.T) { twoProcesses(t, muster) })
	t.Run("an outage", func(t *testing.T) {
		n := newNight(t, muster, 7)
		n.openDisk()
		n.arm(15, outage, nil)
		code, out, talk := n.once(t.Context(), n.args()...)
		check(t, n.disk.Close())
		n.clear(code, 0, talk, "the service is down", "the service is back after")
		n.judge([]byte(out))
	})
	t.Run("a full disk", func(t *testing.T) { fullDisk(t, muster) })
	t.Run("a damaged journal", func(t *testing.T) { damaged(t, muster) })
}

// twoProcesses starts a second one while the first waits for an answer.
func twoProcesses(t *testing.T, muster string) {
	n := newNight(t, muster, 4)
	var code int
	var talk string
	n.openDisk()
	n.arm(9, meanwhile, func() { code, _, talk = n.once(t.Context(), n.args()...) })
	if first, _, said := n.once(t.Context(), n.args()...); first != 0 {
		t.Errorf("the first ended with %d: %s", first, said)
	}
	check(t, n.disk.Close())
	n.clear(code, 5, talk, "in use", "hint:")
}

// fullDisk lets the files of the program grow to a limit only, one after the other.
func fullDisk(t *testing.T, muster string) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("skip: a shell is needed to limit the size of files")
	}
	n := newNight(t, muster, 5)
	met := 0
	for _, blocks := range []string{"1", "60", "120", "160", "200", "260", "320", "400"} {
		n.openDisk()
		code, _, talk := n.once(t.Context(), append([]string{"sh", "-c", `ulimit -f "$1"; shift; exec "$@"`, "sh", blocks}, n.args()...)...)
		check(t, n.disk.Close())
		if code != 0 {
			met++
			n.clear(code, 1, talk, "journal")
		}
	}
	if met == 0 {
		t.Error("no limit was met")
	}
	n.openDisk()
	code, out, talk := n.once(t.Context(), n.args()...)
	check(t, n.disk.Close())
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, talk)
	}
	n.judge([]byte(out))
}

// damaged breaks the file of a finished journal in several ways: it is refused, and nothing is sent.
func damaged(t *testing.T, muster string) {
	n := newNight(t, muster, 6)
	n.openDisk()
	if code, _, talk := n.once(t.Context(), n.args()...); code != 0 {
		t.Fatalf("exit code %d: %s", code, talk)
	}
	check(t, n.disk.Close())
	if code, _, talk := n.once(t.Context(), n.args()...); code != 0 { // nobody looks on: the log is folded into the file
		t.Fatalf("exit code %d: %s", code, talk)
	}
	path := filepath.Join(n.state, "journal.db")
	whole, err := os.ReadFile(path)
	check(t, err)
	dice := rand.New(rand.NewPCG(6, 6))
	for name, spoil := range map[string]func([]byte) []byte{
		"half of it":   func(b []byte) []byte { return b[:len(b)/2] },
		"no header":    func(b []byte) []byte { copy(b, "not a database at all"); return b },
		"text":         func([]byte) []byte { return []byte("this is no journal\n") },
		"zeros inside": func(b []byte) []byte { clear(b[4096 : len(b)/2]); return b },
		"noise inside": func(b []byte) []byte { return noise(b, dice) },
		"noise in a page": func(b []byte) []byte {
			at := len(b) * 3 / 4 / 4096 * 4096
			return append(b[:at:at], append(noise(append(make([]byte, 4096), b[at:at+4096]...), dice)[4096:], b[at+4096:]...)...)
		},
		"another program": func(b []byte) []byte { copy(b[68:], "\x00\x00\x00\x01"); return b },
	} {
		check(t, os.WriteFile(path, spoil(bytes.Clone(whole)), 0o600))
		for _, beside := range []string{"-wal", "-shm"} {
			if err := os.Remove(path + beside); err != nil && !os.IsNotExist(err) {
				t.Error(err)
			}
		}
		before := n.sent()
		code, out, talk := n.once(t.Context(), n.args()...)
		n.clear(code, 1, name+": "+talk, "journal.db", "damaged", "hint:")
		if n.sent() != before || out != "" {
			t.Errorf("%s: it went on: %d creates, %q", name, n.sent()-before, out)
		}
	}
}

func noise(b []byte, dice *rand.Rand) []byte {
	for page := 4096; page+4096 <= len(b); page += 4096 {
		for i := range 64 {
			b[page+i] = byte(dice.Uint32())
		}
	}
	return b
}
