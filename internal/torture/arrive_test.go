package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"muster/internal/sandbox"
)

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// arrives sees every call before anything happens to it, and holds each create to an intent on disk.
func (w *world) arrives(r *http.Request, body []byte) {
	if kind, customer, key := created(w.sandbox, r, body); kind != "" {
		if err := intent(w.disk, kind, customer, key); err != nil {
			w.fault("%v", err)
		}
		w.settled(kind + " " + customer + " " + key)
	}
	n := int(w.arrived.Add(1))
	if hook := w.hook.Load(); hook != nil {
		(*hook)(n)
	}
}

// doubtful is a create whose answer was lost.
type doubtful struct{ at, skew int64 }

// loses notes a create whose answer its sender will not know.
func (w *world) loses(r *http.Request, body []byte) {
	if kind, customer, key := created(w.sandbox, r, body); kind != "" && kind != "numbers" { // a number stands in one place only, sending it again does no harm
		w.mu.Lock()
		defer w.mu.Unlock()
		w.doubts[kind+" "+customer+" "+key] = doubtful{time.Now().UnixNano(), w.skew.Load()}
	}
}

// settled holds a create that is sent again to having been looked for long enough.
func (w *world) settled(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d, ok := w.doubts[key]
	delete(w.doubts, key)
	if waited := time.Duration(time.Now().UnixNano() - d.at); ok && d.skew == w.skew.Load() && waited < w.opt.Settle-time.Second {
		w.fault("%s was sent again %v after its answer was lost", key, waited)
	}
}

// created tells which row a call makes an object for; nothing for other calls.
func created(box *sandbox.Server, r *http.Request, body []byte) (kind, customer, key string) {
	var b struct{ Email, ExternalID, Name, CustomerID string }
	if r.Method != http.MethodPost || json.Unmarshal(body, &b) != nil {
		return "", "", ""
	}
	path := strings.TrimPrefix(r.URL.Path, "/v1")
	switch {
	case path == "/wholesale/customers":
		return "customer", b.ExternalID, b.ExternalID
	case path == "/wholesale/subscribers":
		return "user", customerBy(box, b.CustomerID, ""), b.Email
	case path == "/locations":
		return "location", customerBy(box, "", r.URL.Query().Get("orgId")), b.Name
	case strings.HasSuffix(path, "/numbers"):
		id := strings.Split(path, "/")[4]
		for _, l := range box.Locations() {
			if l.ID == id {
				return "numbers", customerBy(box, "", l.OrgID), l.Name
			}
		}
	}
	return "", "", ""
}

// customerBy gives the external ID of the customer with an ID or an organization.
func customerBy(box *sandbox.Server, id, org string) string {
	for _, c := range box.Customers() {
		if id != "" && c.ID == id || org != "" && c.OrgID == org {
			return c.ExternalID
		}
	}
	return ""
}

// fault is a broken promise.
func (w *world) fault(format string, args ...any) {
	w.t.Errorf("seed %d: %s", w.seed, fmt.Sprintf(format, args...))
}

// image is the state directory as a crash leaves it.
type image map[string][]byte

// photograph copies the journal while it is written to: the log after the file, and the file unchanged meanwhile.
func photograph(t *testing.T, state string) image {
	t.Helper()
	file, wal := filepath.Join(state, "journal.db"), filepath.Join(state, "journal.db-wal")
	for {
		first, err := os.ReadFile(file)
		check(t, err)
		logged, err := os.ReadFile(wal)
		if err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
		again, err := os.ReadFile(file)
		check(t, err)
		if bytes.Equal(first, again) {
			return image{"journal.db": first, "journal.db-wal": logged}
		}
	}
}

// develop puts an image in the place of a state directory.
func (i image) develop(t *testing.T, state string) {
	t.Helper()
	check(t, os.RemoveAll(state))
	check(t, os.Mkdir(state, 0o700))
	for name, b := range i {
		check(t, os.WriteFile(filepath.Join(state, name), b, 0o600))
	}
}
