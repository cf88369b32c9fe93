package torture

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"muster/internal/sandbox"
)

// usersEach is how many users a customer of the soak has.
const usersEach = 200

// Ten times the users need hardly more memory and no more calls a user: the program streams. MUSTER_SOAK is how many there are;
// `make soak` takes 200,000. With few users the caches of fixed size still fill, so that only the limit itself counts.
func TestSoak(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("skip: the peak of a process's memory is told in kilobytes on linux only")
	}
	users := number(t, "MUSTER_SOAK", 10*usersEach)
	muster := program(t)
	small, large := soak(t, muster, users/10), soak(t, muster, users)
	t.Logf("%d users: %d MiB; %d users: %d MiB, %.2f times as much; %d calls in %.0f s, at most %d", users/10, small.peak>>10, users, large.peak>>10,
		float64(large.peak)/float64(small.peak), large.calls, large.seconds, large.bound)
	if small.peak == 0 || large.peak > 128<<10 {
		t.Errorf("the peak is %d MiB, more than 128", large.peak>>10)
	}
	if users >= 100_000 && large.peak > small.peak*13/10 {
		t.Errorf("the peak grows from %d to %d KiB with ten times the users: more than 1.3 times", small.peak, large.peak)
	}
	for _, s := range []soaked{small, large} {
		if s.calls > s.bound {
			t.Errorf("%d calls, at most %d are promised", s.calls, s.bound)
		}
	}
}

// soaked is what a run of the soak cost.
type soaked struct {
	peak         int64 // KiB
	calls, bound int
	seconds      float64
}

// soak provisions so many users with the real program at a sandbox of its own.
func soak(t *testing.T, muster string, users int) soaked {
	t.Helper()
	dir := t.TempDir()
	customers := users / usersEach
	writeSoak(t, filepath.Join(dir, "in"), customers)
	box, err := sandbox.Open(t.Context(), sandbox.Options{Path: filepath.Join(dir, "sandbox.db"), Clock: time.Now, Settings: sandbox.Settings{ProvisionDelay: 20 * time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: box.Handler(), ErrorLog: quietLog()}
	served := make(chan struct{})
	go func() {
		_ = web.Serve(l)
		close(served)
	}()
	defer func() {
		check(t, web.Close())
		<-served
		check(t, box.Close())
	}()
	c := exec.CommandContext(t.Context(), muster, "apply", filepath.Join(dir, "in"), "--target", "http://"+l.Addr().String()+"/v1", "--yes",
		"--state", filepath.Join(dir, "state"), "--format", "ndjson", "--progress", "none", "--rate", "100000", "--concurrency", "32")
	c.Env = append(os.Environ(), "MUSTER_TOKEN=soak")
	var talk bytes.Buffer
	c.Stderr = &talk
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var last []byte
	lines := bufio.NewScanner(out)
	var peak int64
	for n := 0; lines.Scan(); n++ {
		last = append(last[:0], lines.Bytes()...)
		if n%200 == 0 {
			peak = max(peak, highWater(c.Process.Pid))
		}
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("%v: %s", err, &talk)
	}
	var sum struct {
		Rows, Created, Calls int
		Seconds              float64
	}
	if err := json.Unmarshal(last, &sum); err != nil {
		t.Fatal(err)
	}
	if want := users + 2*customers; sum.Created != want || sum.Rows != want {
		t.Errorf("%d of %d rows are created, not %d", sum.Created, sum.Rows, want)
	}
	return soaked{
		peak: peak, calls: sum.Calls, seconds: sum.Seconds,
		bound: (12*customers*100+110*users)*105/10000 + 20,
	}
}

// highWater is the peak of a process's memory so far, in KiB; 0 when it has ended. What is told of an ended process counts the memory of
// the one that started it, too.
func highWater(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, text, _ = bytes.Cut(text, []byte("VmHWM:"))
	var kib int64
	if _, err := fmt.Sscan(string(text), &kib); err != nil {
		return 0
	}
	return kib
}

// writeSoak writes customers with their users, one line after the other.
func writeSoak(t *testing.T, dir string, customers int) {
	t.Helper()
	check(t, os.MkdirAll(dir, 0o700))
	files := make(map[string]*bufio.Writer)
	for name, head := range map[string]string{
		"templates": "Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription,Authentication\n" +
			"Standard,ZjViMzYxODctYzhkZC00NzI3LTgz,onboarding@partner.example,US,en_US,Sub-104001,Webex\n",
		"customers": "External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,State or province,ZIP or postal code," +
			"Language,Supported location confirmed,Headquarters name,Time zone,Announcement language,Packages and add-ons\n",
		"users": "External customer ID,First name,Last name,Email address,Package,Location,Extension\n",
	} {
		f, err := os.Create(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriter(f)
		defer func() {
			check(t, w.Flush())
			check(t, f.Close())
		}()
		files[name] = w
		fmt.Fprint(w, head)
	}
	for c := range customers {
		fmt.Fprintf(files["customers"], "crm-%d,Bakery %d,user0@crm-%d.example,US,Standard,1200 Congress Avenue,Austin,TX,78701,en_US,yes,Head Office,America/Chicago,en_us,Webex Calling\n", c, c, c)
		for u := range usersEach {
			fmt.Fprintf(files["users"], "crm-%d,Ana,Diaz %d,user%d@crm-%d.example,Webex Calling,Head Office,%d\n", c, u, u, c, 2000+u)
		}
	}
}
