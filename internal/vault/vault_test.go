package vault

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/internal/webex"
)

const target = "https://service.example/v1"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func now() time.Time { return time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC) }

// memoryRing is a keyring that can be locked.
type memoryRing struct {
	mu     sync.Mutex
	held   map[string]string
	locked bool
}

var errLocked = errors.New("locked")

func (r *memoryRing) Get(name string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if s, ok := r.held[name]; ok && !r.locked {
		return s, nil
	}
	return "", errLocked
}

func (r *memoryRing) Set(name, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.locked {
		return errLocked
	}
	r.held[name] = secret
	return nil
}

func (r *memoryRing) Delete(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.locked {
		return errLocked
	}
	delete(r.held, name)
	return nil
}

func someLogin() *Login {
	return &Login{
		Target: target, Method: ByCode, ClientID: "id", Person: "P1", Org: "O1", Email: "a@sp.example", Made: now(), Secret: "client-s3cret",
		Grant: webex.Grant{AccessToken: "access-s3cret", RefreshToken: "refresh-s3cret", Expires: now().Add(time.Hour), Scopes: []string{"a", "b"}},
	}
}

// written gives all that stands in the folder, and asks for the mode of every file.
func written(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var all strings.Builder
	for _, e := range entries {
		info, err := e.Info()
		must(t, err)
		if info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		must(t, err)
		all.Write(b)
	}
	return all.String()
}

func TestALoginIsKeptAndForgotten(t *testing.T) {
	for name, tc := range map[string]struct {
		ring   *memoryRing
		wanted bool
		inFile bool
	}{
		"keyring":        {&memoryRing{held: map[string]string{}}, true, false},
		"not wanted":     {&memoryRing{held: map[string]string{}}, false, true},
		"locked keyring": {&memoryRing{locked: true}, true, true},
		"no keyring":     {nil, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "muster")
			var ring Ring
			if tc.ring != nil {
				ring = tc.ring
			}
			v := Open(dir, ring, now)
			if l, err := v.Load(target); l != nil || err != nil {
				t.Fatalf("before: %v %v", l, err)
			}
			kept, err := v.Save(t.Context(), someLogin(), tc.wanted)
			must(t, err)
			if (kept != inKeyring) != tc.inFile || strings.Contains(written(t, dir), "s3cret") != tc.inFile {
				t.Errorf("kept in %s: %s", kept, written(t, dir))
			}
			l, err := v.Load(target)
			must(t, err)
			if l.Secret != "client-s3cret" || l.Grant.AccessToken != "access-s3cret" || l.Grant.RefreshToken != "refresh-s3cret" || l.Person != "P1" || !l.Grant.Expires.Equal(now().Add(time.Hour)) || len(l.Grant.Scopes) != 2 || l.Kept != kept {
				t.Errorf("%+v", *l)
			}
			if other, err := v.Load("https://other.example"); other != nil || err != nil {
				t.Errorf("another target: %v %v", other, err)
			}
			was, err := v.Remove(t.Context(), target)
			must(t, err)
			again, err := v.Remove(t.Context(), target)
			must(t, err)
			if !was || again || strings.Contains(written(t, dir), "s3cret") || tc.ring != nil && len(tc.ring.held) > 0 {
				t.Errorf("it is not forgotten: %v %v", was, again)
			}
		})
	}
}

func TestALoginThatCannotBeReadIsSaid(t *testing.T) {
	dir := t.TempDir()
	ring := &memoryRing{held: map[string]string{}}
	v := Open(dir, ring, now)
	_, err := v.Save(t.Context(), someLogin(), true)
	must(t, err)
	for name, reader := range map[string]*Vault{"locked": Open(dir, &memoryRing{locked: true}, now), "none": Open(dir, nil, now)} {
		if _, err := reader.Load(target); err == nil || !strings.Contains(err.Error(), "keyring") {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := v.path(target, ".json")
	if runtime.GOOS != "windows" {
		must(t, os.Chmod(path, 0o644))
		if _, err := v.Load(target); err == nil || !strings.Contains(err.Error(), "0600") {
			t.Errorf("a file for everybody: %v", err)
		}
		must(t, os.Chmod(path, 0o600))
	}
	must(t, os.WriteFile(path, []byte(`{"format":1,`), 0o600))
	if _, err := v.Load(target); err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a damaged file: %v", err)
	}
}

// rotating is a service that takes each refresh token once.
type rotating struct {
	mu     sync.Mutex
	n      int
	good   webex.Secret
	failed int
}

func (s *rotating) renew(have webex.Grant) (webex.Grant, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if have.RefreshToken != s.good {
		s.failed++
		return webex.Grant{}, errors.New("it was used already")
	}
	s.n++
	s.good = webex.Secret(fmt.Sprintf("refresh-s3cret-%d", s.n))
	return webex.Grant{AccessToken: webex.Secret(fmt.Sprintf("access-s3cret-%d", s.n)), RefreshToken: s.good, Expires: now().Add(time.Hour)}, nil
}

// Many processes with the same login, whose tokens end at the same moment: one renews, the others find what it got.
func TestProcessesShareARotatingLogin(t *testing.T) {
	for name, keepers := range map[string]func(dir string) func() (webex.Keeper, webex.Grant){
		"login": func(dir string) func() (webex.Keeper, webex.Grant) {
			_, err := Open(dir, nil, now).Save(t.Context(), someLogin(), false)
			must(t, err)
			return func() (webex.Keeper, webex.Grant) {
				v := Open(dir, nil, now)
				l, err := v.Load(target)
				must(t, err)
				return v.Keeper(l), l.Grant
			}
		},
		"credentials": func(dir string) func() (webex.Keeper, webex.Grant) {
			return func() (webex.Keeper, webex.Grant) {
				return Open(dir, nil, now).Credentials(target, "id", "refresh-s3cret"), webex.Grant{RefreshToken: "refresh-s3cret"}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			open := keepers(t.TempDir())
			service := &rotating{good: "refresh-s3cret"}
			got := make([]webex.Grant, 16)
			keepers := make([]webex.Keeper, len(got))
			for i := range got { // all begin with the same token
				keepers[i], got[i] = open()
			}
			var wg sync.WaitGroup
			for i, keeper := range keepers {
				wg.Go(func() {
					g, err := keeper.Renew(t.Context(), got[i], service.renew)
					if err != nil {
						t.Error(err)
					}
					got[i] = g
				})
			}
			wg.Wait()
			if service.n != 1 || service.failed != 0 || got[0].AccessToken != "access-s3cret-1" || got[15].AccessToken != "access-s3cret-1" {
				t.Fatalf("renewed %d times, refused %d times", service.n, service.failed)
			}
			keeper, _ := open()
			g, err := keeper.Renew(t.Context(), got[0], service.renew) // refused by the service: the next one
			must(t, err)
			if service.n != 2 || g.AccessToken != "access-s3cret-2" {
				t.Errorf("renewed %d times", service.n)
			}
		})
	}
}

// What another process kept long ago is not handed out, but its refresh token is used.
func TestAnOldGrantIsRenewedFromWhereItStands(t *testing.T) {
	dir := t.TempDir()
	service := &rotating{good: "first"}
	have := webex.Grant{RefreshToken: "first"}
	_, err := Open(dir, nil, now).Credentials(target, "id", "first").Renew(t.Context(), have, service.renew)
	must(t, err)
	later := func() time.Time { return now().Add(2 * time.Hour) }
	g, err := Open(dir, nil, later).Credentials(target, "id", "first").Renew(t.Context(), have, service.renew)
	must(t, err)
	if g.AccessToken != "access-s3cret-2" || service.failed != 0 {
		t.Errorf("renewed %d times, refused %d times", service.n, service.failed)
	}
	if strings.Contains(written(t, dir), "client-s3cret") {
		t.Error("the client's secret is kept")
	}
}

// A run belongs to one person: a login that was replaced or taken away meanwhile is not used.
func TestALoginOfSomebodyElseIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	v := Open(dir, nil, now)
	_, err := v.Save(t.Context(), someLogin(), false)
	must(t, err)
	l, err := v.Load(target)
	must(t, err)
	other := someLogin()
	other.Person, other.Grant.AccessToken = "P2", "theirs"
	_, err = v.Save(t.Context(), other, false)
	must(t, err)
	never := func(webex.Grant) (webex.Grant, error) { t.Error("it was renewed"); return webex.Grant{}, nil }
	if g, err := v.Keeper(l).Renew(t.Context(), l.Grant, never); err == nil || g.AccessToken != "" {
		t.Errorf("%v, %v", g, err)
	}
	_, err = v.Remove(t.Context(), target)
	must(t, err)
	if _, err := v.Keeper(l).Renew(t.Context(), l.Grant, never); err == nil {
		t.Error("a login that was taken away is used")
	}
	unlock, err := v.lock(t.Context(), target)
	must(t, err)
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.Keeper(l).Renew(ctx, l.Grant, never); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting for another process: %v", err)
	}
}
