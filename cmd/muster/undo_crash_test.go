package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// removals stands in front of a service, counts what is removed, and tells of the n-th removal from now.
type removals struct {
	service http.Handler

	mu   sync.Mutex
	done map[string]int // answers 2xx to DELETE by path
	left int
	tell chan struct{}
}

func (r *removals) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	rec := httptest.NewRecorder()
	r.service.ServeHTTP(rec, q)
	if q.Method == http.MethodDelete {
		r.mu.Lock()
		if rec.Code < 300 {
			r.done[q.URL.Path]++
		}
		if r.left--; r.left == 0 {
			close(r.tell)
		}
		r.mu.Unlock()
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes()) // the killed program hears no answer
}

// after gives a channel that is closed at the n-th removal from now.
func (r *removals) after(n int) <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left, r.tell = n, make(chan struct{})
	return r.tell
}

// TestUndoKilled kills an undo in front of a service that goes on, again and again, and lets the last one end.
func TestUndoKilled(t *testing.T) {
	withoutRaces(t)
	t.Parallel()
	program, dir := binary(t), t.TempDir()
	server := openSandbox(t, dir)
	front := &removals{service: server.Handler(), done: make(map[string]int)}
	l := httptest.NewServer(front)
	t.Cleanup(l.Close)
	args := []string{"--state", filepath.Join(dir, "state"), "--target", l.URL + "/v1", "--yes", "--rate", "100000/s", "--progress", "none", "--format", "json"}
	made := decoded[runDoc1](t, printed(t, program, append([]string{"apply", filepath.Join(samplesDir, "migration.xlsx")}, args...)))
	if made.Summary["created"] != float64(len(made.Outcomes)) {
		t.Fatalf("not everything was made: %v", made.Summary)
	}
	undo := append([]string{"undo", made.Run}, args...)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	moments := rand.New(rand.NewPCG(seed, 0))
	hit := 0
	for range kills / 2 {
		if killAt(t, exec.CommandContext(t.Context(), program, undo...), front.after(1+moments.IntN(80)), time.Duration(moments.IntN(2000))*time.Microsecond) {
			hit++
		}
	}
	if hit < 2 {
		t.Fatalf("only %d of %d undos were killed before they ended", hit, kills/2)
	}
	var doc struct {
		Resumed  bool
		Summary  map[string]float64
		Outcomes []struct {
			Kind, Key, Status, Reason, Why string
			Organization                   string `json:"organization_id"`
		}
	}
	if err := json.Unmarshal([]byte(printed(t, program, undo)), &doc); err != nil {
		t.Fatal(err)
	}
	if s := doc.Summary; !doc.Resumed || s["failed"]+s["not_tried"]+s["gone"] != 0 || len(doc.Outcomes) != len(made.Outcomes) {
		t.Errorf("resumed %v, %v of %d rows", doc.Resumed, s, len(made.Outcomes))
	}
	for _, o := range doc.Outcomes {
		if o.Kind == "customer" && (o.Status != "removed" || o.Reason != "organization" || o.Organization == "" || !strings.Contains(o.Why, o.Organization)) {
			t.Errorf("%+v", o)
		}
	}
	if n := len(server.Customers()); n != 0 {
		t.Errorf("%d customers are left", n)
	}
	if subscribers, err := server.Subscribers(t.Context()); err != nil || len(subscribers) != 0 {
		t.Errorf("%d users are left, %v", len(subscribers), err)
	}
	for path, n := range front.done {
		if n > 1 && strings.Contains(path, "/subscribers/") {
			t.Errorf("%s was removed %d times", path, n)
		}
	}
}

// printed runs a program that must end well, and gives its standard output.
func printed(t *testing.T, program string, args []string) string {
	t.Helper()
	var out, talk bytes.Buffer
	c := exec.CommandContext(t.Context(), program, args...)
	c.Stdout, c.Stderr = &out, &talk
	if err := c.Run(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, talk.String())
	}
	return out.String()
}

// killAt kills a program a moment after a sign. It is false when the program ended by itself before.
func killAt(t *testing.T, c *exec.Cmd, sign <-chan struct{}, later time.Duration) bool {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
		return false
	case <-sign:
	}
	spin(later)
	_ = c.Process.Kill() // it may have ended this moment
	return <-ended != nil
}
