// Package vault keeps what signs muster in: in the keyring of the system where there is one, else in a file of mode 0600.
//
// A login is one small file for each target, which says whose it is and where its secrets are: in the keyring or in the file
// itself. Files are replaced as a whole, so that a reader sees the old or the new one. A lock of the operating system lets one
// process renew a login at a time; the others find what it got.
package vault

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"muster/internal/filelock"
	"muster/internal/webex"
)

// Ring keeps secrets outside files. Get gives an error when there is none of this name.
type Ring interface {
	Get(name string) (string, error)
	Set(name, secret string) error
	Delete(name string) error
}

// Ways in which a login was obtained.
const (
	ByCode       = "authorization code"
	ByServiceApp = "service app"
	ByCredential = "refresh credentials" // of the environment: the latest refresh token is kept
)

// Login is what signs muster in to one target.
type Login struct {
	Target   string // base URL
	Method   string
	ClientID string
	Person   string // the service's ID of whose token it is
	Name     string
	Email    string
	Org      string
	Made     time.Time

	Secret webex.Secret // of the client
	Grant  webex.Grant

	Kept string // file of the secrets, empty for the keyring of the system; only when read
}

// file is a login on disk.
type file struct {
	Format         int       `json:"format"`
	Target         string    `json:"target"`
	Method         string    `json:"method"`
	ClientID       string    `json:"client_id"`
	Person         string    `json:"person,omitempty"`
	Name           string    `json:"name,omitempty"`
	Email          string    `json:"email,omitempty"`
	Org            string    `json:"organization,omitempty"`
	Made           time.Time `json:"made"`
	Expires        time.Time `json:"expires,omitzero"`
	RefreshExpires time.Time `json:"refresh_expires,omitzero"`
	Scopes         []string  `json:"scopes,omitempty"`
	Keyring        bool      `json:"keyring"`
	Secrets        *secrets  `json:"secrets,omitempty"` // nil: in the keyring
}

// secrets are kept apart from the rest, so that a keyring need hold no more.
type secrets struct {
	Client  string `json:"client,omitempty"`
	Access  string `json:"access"`
	Refresh string `json:"refresh,omitempty"`
}

const format = 1

// inKeyring stands for the file of secrets that no file holds.
const inKeyring = ""

// Vault is the folder of all logins of one user. Its methods may be called by several processes at once.
type Vault struct {
	dir   string
	ring  Ring // nil: there is none
	clock func() time.Time
}

// Open names the folder, which is made when something is to be kept in it, and the keyring, nil for none.
func Open(dir string, ring Ring, clock func() time.Time) *Vault { return &Vault{dir, ring, clock} }

func (v *Vault) path(name, ending string) string {
	sum := sha256.Sum256([]byte(name))
	return filepath.Join(v.dir, "login-"+hex.EncodeToString(sum[:8])+ending)
}

// Load gives the login of a target; nil when there is none. It refuses a file that others may read, and one whose secrets the
// keyring does not give.
func (v *Vault) Load(target string) (*Login, error) { return v.load(target) }

// load gives what is kept under a name: of a login, its target.
func (v *Vault) load(name string) (*Login, error) {
	path := v.path(name, ".json")
	text, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read login: %w", err)
	}
	var f file
	if err := json.Unmarshal(text, &f); err != nil || f.Format != format {
		return nil, fmt.Errorf("read login %q: it is damaged, or of another muster; `muster login` makes it anew", path)
	}
	kept := path
	if f.Secrets == nil {
		kept = inKeyring
		if f.Secrets, err = v.fromRing(name); err != nil {
			return nil, err
		}
	}
	return &Login{
		Target: f.Target, Method: f.Method, ClientID: f.ClientID, Person: f.Person, Name: f.Name, Email: f.Email, Org: f.Org, Made: f.Made, Kept: kept,
		Secret: webex.Secret(f.Secrets.Client),
		Grant: webex.Grant{
			AccessToken: webex.Secret(f.Secrets.Access), RefreshToken: webex.Secret(f.Secrets.Refresh),
			Expires: f.Expires, RefreshExpires: f.RefreshExpires, Scopes: f.Scopes,
		},
	}, nil
}

func (v *Vault) fromRing(name string) (*secrets, error) {
	if v.ring == nil {
		return nil, errors.New("read login: its token is in the keyring of the system, which cannot be reached here; sign in to the desktop, or `muster login --keep file`")
	}
	text, err := v.ring.Get(name)
	if err != nil {
		return nil, fmt.Errorf("read login from the keyring of the system: %w", err)
	}
	s := new(secrets)
	if err := json.Unmarshal([]byte(text), s); err != nil {
		return nil, errors.New("read login from the keyring of the system: it is damaged; `muster login` makes it anew")
	}
	return s, nil
}

// readPrivate reads a file that nobody but its owner may read.
func readPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("%q: others may read it (mode %04o); give it mode 0600", path, mode)
	}
	return os.ReadFile(path)
}

// Save keeps a login, in the keyring unless that is not wanted or does not take it, and names the file of its secrets: empty for the keyring.
func (v *Vault) Save(ctx context.Context, l *Login, keyring bool) (kept string, err error) {
	unlock, err := v.lock(ctx, l.Target)
	if err != nil {
		return "", err
	}
	defer unlock()
	return v.save(l.Target, l, keyring)
}

func (v *Vault) save(name string, l *Login, keyring bool) (kept string, err error) {
	f := file{
		Format: format, Target: l.Target, Method: l.Method, ClientID: l.ClientID, Person: l.Person, Name: l.Name, Email: l.Email, Org: l.Org, Made: l.Made,
		Expires: l.Grant.Expires, RefreshExpires: l.Grant.RefreshExpires, Scopes: l.Grant.Scopes,
	}
	s := &secrets{string(l.Secret), string(l.Grant.AccessToken), string(l.Grant.RefreshToken)}
	f.Keyring = keyring && v.intoRing(name, s)
	kept = inKeyring
	if !f.Keyring {
		f.Secrets, kept = s, v.path(name, ".json")
	}
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return "", err
	}
	return kept, v.replace(v.path(name, ".json"), append(text, '\n'))
}

// intoRing reports whether the keyring holds the secrets now: it may be missing, locked, or too small, and one that its owner
// did not open says nothing.
func (v *Vault) intoRing(name string, s *secrets) bool {
	text, err := json.Marshal(s)
	if err != nil || v.ring == nil || v.ring.Set(name, string(text)) != nil {
		return false
	}
	held, err := v.ring.Get(name)
	return err == nil && held == string(text)
}

// replace puts a file in the place of another one, so that nobody ever sees half of it and a power cut leaves one of them.
func (v *Vault) replace(path string, text []byte) error {
	f, err := os.CreateTemp(v.dir, "login-*.tmp") // mode 0600
	if err != nil {
		return fmt.Errorf("keep login: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("keep login: %w", err), os.Remove(f.Name()))
	}
	return nil
}

// Remove forgets the login of a target, and reports whether there was one.
func (v *Vault) Remove(ctx context.Context, target string) (was bool, err error) {
	path := v.path(target, ".json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("forget login: %w", err)
	}
	unlock, err := v.lock(ctx, target)
	if err != nil {
		return false, err
	}
	defer unlock()
	var f file
	if json.Unmarshal(text, &f) != nil || f.Keyring {
		err = v.outOfRing(target)
	}
	if err := errors.Join(err, os.Remove(path)); err != nil {
		return true, fmt.Errorf("forget login: %w", err)
	}
	return true, nil
}

func (v *Vault) outOfRing(name string) error {
	if v.ring == nil {
		return errors.New("its token is in the keyring of the system, which cannot be reached here")
	}
	return v.ring.Delete(name)
}

// lockLook is how often a lock that another process holds is tried again.
const lockLook = 20 * time.Millisecond

// lock makes other processes wait that want to change the same login.
func (v *Vault) lock(ctx context.Context, name string) (unlock func(), err error) {
	if err := os.MkdirAll(v.dir, 0o700); err != nil {
		return nil, fmt.Errorf("keep login: %w", err)
	}
	f, err := os.OpenFile(v.path(name, ".lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep login: %w", err)
	}
	for filelock.Try(f) != nil {
		t := time.NewTimer(lockLook)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil, errors.Join(ctx.Err(), f.Close())
		}
	}
	return func() { _ = f.Close() }, nil // nothing was written
}
