package torture

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

// program builds the real one.
func program(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("skip: the go command is needed to build the program that is killed")
	}
	path := filepath.Join(t.TempDir(), "muster")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-o", path, "muster/cmd/muster").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return path
}

// Killed at a chosen call or at any moment, with the log's end torn off or not, as often as it takes: nothing is made twice,
// nothing is lost, and what was sent had its intent on disk.
func TestCrashes(t *testing.T) {
	muster := program(t)
	left := atomic.Int64{}
	left.Store(int64(number(t, "MUSTER_TORTURE_CRASHES", 8)))
	var gate sync.Mutex
	kills := make(map[string]int)
	nights := 0
	t.Run("nights", func(t *testing.T) {
		for i := range 2 {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				for left.Load() > 0 && !t.Failed() {
					n := newNight(t, muster, seeds(t, 1)[0])
					n.pass(&left)
					gate.Lock()
					nights++
					for how, k := range n.kills {
						kills[how] += k
					}
					gate.Unlock()
				}
			})
		}
	})
	t.Logf("%d nights, kills: %v", nights, kills)
}

// night is one input that is provisioned by a program that dies again and again.
type night struct {
	t      *testing.T
	seed   uint64
	dice   *rand.Rand
	muster string
	dir    string
	state  string
	target string
	box    *sandbox.Server
	disk   *sql.DB
	kills  map[string]int
	users  int

	mu        sync.Mutex
	at        int       // the call at which something happens
	how       string    // and what
	strike    func()    // kills the program
	calls     int       // of this process
	downUntil time.Time // nothing gets through before
	logged    int64     // size of the log when a create arrived: so much is surely on disk
}

// The ways to die.
const (
	beforeSend  = "with the intent on disk, before the service sees the call"
	beforeReply = "after the call was carried out, before its answer"
	afterReply  = "after the answer"
	anyMoment   = "at any moment"
	outage      = "not at all: nothing gets through for a while"
	meanwhile   = "not at all: something else happens while the call is under way"
)

// arm says what happens at which call of the next process.
func (n *night) arm(at int, how string, strike func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.at, n.how, n.strike = at, how, strike
}

func newNight(t *testing.T, muster string, seed uint64) *night {
	t.Helper()
	n := &night{t: t, seed: seed, dice: rand.New(rand.NewPCG(seed, 3)), muster: muster, dir: t.TempDir(), kills: make(map[string]int)}
	n.state = filepath.Join(n.dir, "state")
	box, err := sandbox.Open(t.Context(), sandbox.Options{Clock: time.Now, Settings: sandbox.Settings{ProvisionDelay: 20 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	n.box = box
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: n, ErrorLog: quietLog()}
	served := make(chan struct{})
	go func() {
		_ = web.Serve(l)
		close(served)
	}()
	t.Cleanup(func() {
		check(t, web.Close())
		<-served
		check(t, box.Close())
	})
	n.target = "http://" + l.Addr().String() + "/v1"
	n.write()
	return n
}

// write makes the input: customers with a branch, numbers and roles.
func (n *night) write() {
	in := filepath.Join(n.dir, "in")
	check(n.t, os.Mkdir(in, 0o700))
	templates := [][]string{
		{"Template name", "Provisioning ID", "Service provider administrator", "Country or region", "Default email language", "Wholesale subscription", "Authentication"},
		{"Standard", "ZjViMzYxODctYzhkZC00NzI3LTgz", "onboarding@partner.example", "US", "en_US", "Sub-104001", "Webex"},
	}
	customers := [][]string{{
		"External customer ID", "Company name", "Administrator email", "Country", "Onboarding template", "Address line 1", "City", "State or province", "ZIP or postal code",
		"Language", "Supported location confirmed", "Headquarters name", "Time zone", "Announcement language", "Packages and add-ons",
	}}
	locations := [][]string{{"External customer ID", "Location name", "Address line 1", "City", "State or province", "ZIP or postal code", "Country", "Time zone", "Announcement language"}}
	users := [][]string{{"External customer ID", "First name", "Last name", "Email address", "Package", "Location", "Phone number", "Extension", "Role"}}
	for c := range 1 + n.dice.IntN(3) {
		id := fmt.Sprintf("crm-%d", c)
		customers = append(customers, []string{id, "Bakery " + id, "user0@" + id + ".example", "US", "Standard", "1200 Congress Avenue", "Austin", "TX", "78701", "en_US", "yes", "Head Office", "America/Chicago", "en_us", "Webex Calling"})
		locations = append(locations, []string{id, "Mill", "400 Main Street", "Dallas", "TX", "75202", "US", "America/Chicago", "en_us"})
		for u := range 3 + n.dice.IntN(20) {
			role, phone := "", ""
			if u%7 == 0 {
				role = "Full administrator"
			}
			if u%2 == 0 {
				phone = fmt.Sprintf("+1512555%d%03d", c, u)
			}
			users = append(users, []string{id, "Ana", fmt.Sprint("Diaz ", u), fmt.Sprintf("user%d@%s.example", u, id), "Webex Calling", [...]string{"Head Office", "Mill"}[u%2], phone, fmt.Sprint(2000 + u), role})
			n.users++
		}
	}
	for name, rows := range map[string][][]string{"templates": templates, "customers": customers, "locations": locations, "users": users} {
		var b bytes.Buffer
		check(n.t, csv.NewWriter(&b).WriteAll(rows))
		check(n.t, os.WriteFile(filepath.Join(in, name+".csv"), b.Bytes(), 0o600))
	}
}

// ServeHTTP is the service, and death at the chosen call.
func (n *night) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	creates := n.intended(r, body)
	n.mu.Lock()
	n.calls++
	how := ""
	if n.calls == n.at {
		how = n.how
	}
	if info, err := os.Stat(filepath.Join(n.state, "journal.db-wal")); err == nil && creates {
		n.logged = info.Size()
	}
	strike, down := n.strike, time.Now().Before(n.downUntil)
	n.mu.Unlock()
	if how == beforeSend {
		strike()
		panic(http.ErrAbortHandler)
	}
	if how == outage {
		n.mu.Lock()
		n.downUntil = time.Now().Add(3 * time.Second)
		n.mu.Unlock()
	}
	if down {
		refuse(w, http.StatusServiceUnavailable, "closed")
		return
	}
	if how == meanwhile {
		strike()
	}
	a := (&proxy{inner: n.box.Handler()}).forward(r, body)
	if how == beforeReply {
		strike()
		panic(http.ErrAbortHandler)
	}
	for key, values := range a.Header() {
		w.Header()[key] = values
	}
	w.WriteHeader(a.Code)
	_, _ = w.Write(a.Body.Bytes())
	if how == afterReply {
		flush(w)
		strike()
	}
}

// intended holds a create to an intent in the file, and tells whether the call is one.
func (n *night) intended(r *http.Request, body []byte) bool {
	kind, customer, key := created(n.box, r, body)
	if kind == "" {
		return false
	}
	if err := intent(n.disk, kind, customer, key); err != nil {
		n.t.Errorf("seed %d: %v", n.seed, err)
	}
	return true
}

// pass lets the program die until it is done, or no deaths are left.
func (n *night) pass(left *atomic.Int64) {
	for round := 0; ; round++ {
		how := [...]string{beforeSend, beforeReply, afterReply, anyMoment, ""}[n.dice.IntN(5)]
		if round > 40 || left.Load() <= 0 {
			how = ""
		}
		n.mu.Lock()
		n.how, n.at, n.calls = how, 1+n.dice.IntN(20), 0
		n.mu.Unlock()
		if n.run(left) {
			return
		}
	}
}

// run is one process. It is true when that was the last one needed.
func (n *night) run(left *atomic.Int64) bool {
	t := n.t
	var out, talk bytes.Buffer
	args := n.args()
	c := exec.CommandContext(t.Context(), args[0], args[1:]...)
	c.Stdout, c.Stderr = &out, &talk
	c.Dir = n.dir
	strike := sync.OnceFunc(func() { _ = c.Process.Kill() }) // it may have ended by itself
	n.openDisk()
	n.mu.Lock()
	n.strike = strike
	err := c.Start() // under the lock: a call that strikes waits until there is somebody to kill
	n.mu.Unlock()
	check(t, err)
	if n.how == anyMoment {
		go func() {
			time.Sleep(time.Duration(n.dice.IntN(250_000)) * time.Microsecond)
			n.mu.Lock()
			defer n.mu.Unlock()
			if n.strike != nil {
				n.strike()
			}
		}()
	}
	err = c.Wait()
	n.mu.Lock()
	n.strike = nil
	n.mu.Unlock()
	check(t, n.disk.Close())
	if c.ProcessState.ExitCode() < 0 {
		n.kills[n.how]++
		left.Add(-1)
		n.tear()
		return false
	}
	if err != nil {
		t.Fatalf("seed %d: %v: %s", n.seed, err, talk.String())
	}
	n.judge(out.Bytes())
	return true
}

// openDisk opens the journal a second time, to see what is on disk.
func (n *night) openDisk() {
	n.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(n.state, "journal.db")+"?mode=ro&_pragma=busy_timeout(10000)")
	if err != nil {
		n.t.Fatal(err)
	}
	n.disk = db
}

// tear takes the end off the log that a power loss might: what came after the latest create had arrived.
func (n *night) tear() {
	path := filepath.Join(n.state, "journal.db-wal")
	info, err := os.Stat(path)
	if err != nil || n.dice.IntN(3) > 0 || info.Size() <= n.logged || n.logged == 0 {
		return
	}
	n.kills["with the log's end torn off"]++
	check(n.t, os.Truncate(path, n.logged+n.dice.Int64N(info.Size()-n.logged)))
}

// judge holds the service to each object once, and the run to the service.
func (n *night) judge(doc []byte) {
	var run struct {
		Summary  map[string]float64
		Outcomes []struct{ Kind, Key, Customer, Status, ID string }
	}
	if err := json.Unmarshal(doc, &run); err != nil {
		n.t.Fatalf("seed %d: %v", n.seed, err)
	}
	c := takeCensus(n.t, n.box)
	for key, k := range c.times {
		if k != 1 {
			n.t.Errorf("seed %d: %s stands %d times", n.seed, key, k)
		}
	}
	users := 0
	for _, o := range run.Outcomes {
		key := name(onboarding.ObjectKind(o.Kind), o.Customer, o.Key)
		switch {
		case o.Status != "created":
			n.t.Errorf("seed %d: %s is %s", n.seed, key, o.Status)
		case o.Kind != "role" && o.Kind != "numbers" && c.ids[key] != o.ID:
			n.t.Errorf("seed %d: %s has the id %q in the journal, %q at the service", n.seed, key, o.ID, c.ids[key])
		}
		if o.Kind == "user" {
			users++
		}
	}
	if users != n.users {
		n.t.Errorf("seed %d: %d outcomes of %d users", n.seed, users, n.users)
	}
}

var errNoIntent = errors.New("sent without an intent on disk")

// intent asks the journal's file for the intent of a create.
func intent(disk *sql.DB, kind, customer, key string) error {
	var n int
	err := disk.QueryRowContext(context.Background(), `SELECT count(*) FROM outcome o JOIN run r ON r.id = o.run JOIN planned p ON p.plan = r.plan AND p.seq = o.seq
		WHERE o.state = 'intent' AND p.kind = ? AND p.customer = ? AND lower(p.key) = lower(?)`, kind, customer, key).Scan(&n)
	if err == nil && n == 0 {
		err = errNoIntent
	}
	if err != nil {
		return fmt.Errorf("%s %q of %q: %w", kind, key, customer, err)
	}
	return nil
}
