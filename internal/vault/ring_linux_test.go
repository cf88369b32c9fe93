package vault

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// secretService is the part of a desktop's keyring that is spoken to, on a bus of its own.
type secretService struct {
	conn *dbus.Conn

	mu        sync.Mutex
	n         int
	items     map[dbus.ObjectPath]*secretItem
	dismissed bool // the user answers no prompt, and nothing is kept
}

type secretItem struct {
	of         *secretService
	path       dbus.ObjectPath
	attributes map[string]string
	secret     secretValue
}

type secretValue struct {
	Session     dbus.ObjectPath
	Parameters  []byte
	Value       []byte
	ContentType string
}

const (
	nothing    = dbus.ObjectPath("/")
	someone    = dbus.ObjectPath("/org/freedesktop/secrets/session/1")
	collection = dbus.ObjectPath("/org/freedesktop/secrets/aliases/default")
)

func (s *secretService) OpenSession(string, dbus.Variant) (dbus.Variant, dbus.ObjectPath, *dbus.Error) {
	return dbus.MakeVariant(""), someone, nil
}

func (s *secretService) Unlock(paths []dbus.ObjectPath) ([]dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	return paths, nothing, nil
}

func (s *secretService) Close() *dbus.Error { return nil }

func (s *secretService) CreateItem(properties map[string]dbus.Variant, secret secretValue, _ bool) (dbus.ObjectPath, dbus.ObjectPath, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dismissed {
		return nothing, nothing, nil
	}
	s.n++
	attributes, _ := properties["org.freedesktop.Secret.Item.Attributes"].Value().(map[string]string)
	for path, old := range s.items { // an item of the same attributes is replaced
		if fmt.Sprint(old.attributes) == fmt.Sprint(attributes) {
			delete(s.items, path)
		}
	}
	it := &secretItem{s, dbus.ObjectPath(fmt.Sprint("/org/freedesktop/secrets/item/", s.n)), attributes, secret}
	s.items[it.path] = it
	if err := s.conn.Export(it, it.path, "org.freedesktop.Secret.Item"); err != nil {
		return nothing, nothing, dbus.MakeFailedError(err)
	}
	return it.path, nothing, nil
}

func (s *secretService) SearchItems(want map[string]string) ([]dbus.ObjectPath, *dbus.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []dbus.ObjectPath{}
	for path, it := range s.items {
		if fmt.Sprint(it.attributes) == fmt.Sprint(want) {
			found = append(found, path)
		}
	}
	return found, nil
}

func (s *secretService) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.items)
}

func (i *secretItem) GetSecret(dbus.ObjectPath) (secretValue, *dbus.Error) { return i.secret, nil }

func (i *secretItem) Delete() (dbus.ObjectPath, *dbus.Error) {
	i.of.mu.Lock()
	defer i.of.mu.Unlock()
	delete(i.of.items, i.path)
	return nothing, nil
}

// desktop starts a session bus with a keyring on it.
func desktop(t *testing.T) *secretService {
	t.Helper()
	daemon, err := exec.LookPath("dbus-daemon")
	if err != nil {
		t.Skip("skip: there is no dbus-daemon")
	}
	cmd := exec.CommandContext(t.Context(), daemon, "--session", "--nofork", "--nopidfile", "--print-address=1")
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	conn, err := dbus.Connect(strings.TrimSpace(address))
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	s := &secretService{conn: conn, items: make(map[dbus.ObjectPath]*secretItem)}
	must(t, conn.Export(s, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service"))
	must(t, conn.Export(s, collection, "org.freedesktop.Secret.Collection"))
	must(t, conn.Export(s, someone, "org.freedesktop.Secret.Session"))
	reply, err := conn.RequestName("org.freedesktop.secrets", dbus.NameFlagDoNotQueue)
	must(t, err)
	if reply != dbus.RequestNameReplyPrimaryOwner {
		t.Fatal("the bus has a keyring already")
	}
	return s
}

// A login goes through the real bus into the keyring of a desktop, is renewed there, and leaves it. A keyring whose owner
// does not agree keeps nothing, and does not say so: then the file does.
func TestTheKeyringOfADesktop(t *testing.T) {
	service := desktop(t)
	dir := filepath.Join(t.TempDir(), "muster")
	v := Open(dir, SystemRing(os.Getenv), now)
	kept, err := v.Save(t.Context(), someLogin(), true)
	must(t, err)
	if kept != inKeyring || strings.Contains(written(t, dir), "s3cret") || service.count() != 1 {
		t.Fatalf("kept in %s, %d items", kept, service.count())
	}
	l, err := v.Load(target)
	must(t, err)
	if l.Grant.RefreshToken != "refresh-s3cret" || l.Secret != "client-s3cret" {
		t.Errorf("%+v", l)
	}
	grants := &rotating{good: "refresh-s3cret"}
	_, err = v.Keeper(l).Renew(t.Context(), l.Grant, grants.renew)
	must(t, err)
	l, err = v.Load(target)
	must(t, err)
	if l.Grant.RefreshToken != "refresh-s3cret-1" || service.count() != 1 || strings.Contains(written(t, dir), "s3cret") {
		t.Errorf("after a renewal: %s, %d items", string(l.Grant.RefreshToken), service.count())
	}
	_, err = v.Remove(t.Context(), target)
	must(t, err)
	if service.count() != 0 {
		t.Error("it is still in the keyring")
	}
	service.mu.Lock()
	service.dismissed = true
	service.mu.Unlock()
	if kept, err = v.Save(t.Context(), someLogin(), true); err != nil || kept == inKeyring {
		t.Errorf("kept in %s: %v", kept, err)
	}
	if l, err := v.Load(target); err != nil || l.Grant.AccessToken != "access-s3cret" {
		t.Errorf("%v %v", l, err)
	}
}
