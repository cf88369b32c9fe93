package sandbox_test

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"muster/internal/sandbox"
)

const childFile = "SANDBOX_TEST_CHILD_FILE"

// TestChild is the process that TestKilledProcessLosesNoAnswer kills; by itself it does nothing.
func TestChild(t *testing.T) {
	path := os.Getenv(childFile)
	if path == "" {
		t.Skip("serves only as a child of another test")
	}
	s, err := sandbox.Open(t.Context(), sandbox.Options{Path: path, Settings: sandbox.Settings{ProvisionDelay: -1}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(l.URL())
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the parent has gone
}

// TestKilledProcessLosesNoAnswer kills a serving process under load and finds every answered user in its file.
func TestKilledProcessLosesNoAnswer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sandbox.db")
	url, kill := startChild(t, path)
	f := &fixture{t: t, clock: newHand(), url: url}
	x := f.provision("crm-1")
	var mu sync.Mutex
	answered := map[string]string{} // e-mail to subscriber id
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 100000 {
				email := fmt.Sprintf("u%d-%d@x.example", worker, i)
				r, err := f.try("POST", url+"/wholesale/subscribers", x.userJSON(email, fmt.Sprintf("%d%05d", worker+1, i)))
				if err != nil || r.status != http.StatusOK {
					return
				}
				mu.Lock()
				answered[email] = r.text("id")
				if len(answered) == 300 {
					kill()
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	s, err := sandbox.Open(t.Context(), sandbox.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	subs, err := s.Subscribers(t.Context())
	if err != nil || len(answered) < 300 {
		t.Fatalf("%v: %d answered", err, len(answered))
	}
	for _, sub := range subs {
		if answered[sub.Email] == sub.ID {
			delete(answered, sub.Email)
		}
	}
	if len(answered) > 0 {
		t.Errorf("%d answered users are lost: %v", len(answered), answered)
	}
}

// startChild runs this test program as a server and gives its URL and a function that kills it.
func startChild(t *testing.T, path string) (string, func()) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childFile+"="+path)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // killed: always an error
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), func() { _ = cmd.Process.Kill() }
}
