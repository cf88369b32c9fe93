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
)

func quietLog() *log.Logger { return log.New(io.Discard, "", 0) }

// arrives sees every call before anything happens to it, and holds each create to an intent on disk.
func (w *world) arrives(r *http.Request, body []byte) {
	if kind, customer, key := w.created(r, body); kind != "" {
		w.intended(kind, customer, key)
	}
	n := int(w.arrived.Add(1))
	if hook := w.hook.Load(); hook != nil {
		(*hook)(n)
	}
}

// created tells which row a call makes an object for; nothing for other calls.
func (w *world) created(r *http.Request, body []byte) (kind, customer, key string) {
	var b struct{ Email, ExternalID, Name, CustomerID string }
	if r.Method != http.MethodPost || json.Unmarshal(body, &b) != nil {
		return "", "", ""
	}
	path := strings.TrimPrefix(r.URL.Path, "/v1")
	switch {
	case path == "/wholesale/customers":
		return "customer", b.ExternalID, b.ExternalID
	case path == "/wholesale/subscribers":
		return "user", w.customerBy(b.CustomerID, ""), b.Email
	case path == "/locations":
		return "location", w.customerBy("", r.URL.Query().Get("orgId")), b.Name
	case strings.HasSuffix(path, "/numbers"):
		id := strings.Split(path, "/")[4]
		for _, l := range w.sandbox.Locations() {
			if l.ID == id {
				return "numbers", w.customerBy("", l.OrgID), l.Name
			}
		}
	}
	return "", "", ""
}

// customerBy gives the external ID of the customer with an ID or an organization.
func (w *world) customerBy(id, org string) string {
	for _, c := range w.sandbox.Customers() {
		if id != "" && c.ID == id || org != "" && c.OrgID == org {
			return c.ExternalID
		}
	}
	return ""
}

// intended asks the file itself whether the intent of a create is there.
func (w *world) intended(kind, customer, key string) {
	var n int
	err := w.disk.QueryRow(`SELECT count(*) FROM outcome o JOIN run r ON r.id = o.run JOIN planned p ON p.plan = r.plan AND p.seq = o.seq
		WHERE o.state = 'intent' AND p.kind = ? AND p.customer = ? AND lower(p.key) = lower(?)`, kind, customer, key).Scan(&n)
	if err != nil {
		w.fault("look for the intent of %s %q: %v", kind, key, err)
	} else if n == 0 {
		w.fault("%s %q of %q was sent without an intent on disk", kind, key, customer)
	}
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
