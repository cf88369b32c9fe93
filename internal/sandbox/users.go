package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"
)

// userKey finds a user: the organization and the serial.
type userKey struct{ org, n serial }

func (u *user) id() userKey { return userKey{u.Org, u.N} }

// subscribed reports whether the user holds a package.
func (u *user) subscribed() bool { return u.Status != "" }

const userColumns = "org, n, email, status, package, first, last, display, phone, extension, location, roles, addons, created, changed"

func userWrite(u *user) write {
	return write{stmt: putUser, user: u, args: []any{
		int64(u.Org), int64(u.N), u.Email, u.Status, u.Package, u.First, u.Last, u.Display, int64(u.Phone), u.Extension,
		int64(u.Location), strings.Join(u.Roles, "\n"), strings.Join(u.AddOns, "\n"), u.Created, u.Changed,
	}}
}

// scanUser reads one row of userColumns.
func scanUser(row interface{ Scan(...any) error }) (*user, error) {
	u := &user{}
	var roles, addons string
	err := row.Scan(&u.Org, &u.N, &u.Email, &u.Status, &u.Package, &u.First, &u.Last, &u.Display, &u.Phone, &u.Extension,
		&u.Location, &roles, &addons, &u.Created, &u.Changed)
	u.Roles, u.AddOns = lines(roles), lines(addons)
	return u, err
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// settled forgets the copies of users that a commit has written.
func (s *Server) settled(b *batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range b.writes {
		if w.user != nil && s.dirty[w.user.id()] == w.user {
			delete(s.dirty, w.user.id())
		}
	}
}

// userByKey gives a copy of a user that may be changed and saved; nil when there is none.
func (s *Server) userByKey(ctx context.Context, k userKey) (*user, error) {
	if u := s.dirty[k]; u != nil {
		return u.clone(), nil
	}
	return s.oneUser(ctx, "org = ? AND n = ?", int64(k.org), int64(k.n))
}

// userByEmail gives a copy of the user with an address, whatever its letter case; nil when there is none.
func (s *Server) userByEmail(ctx context.Context, email string) (*user, error) {
	email = strings.ToLower(email)
	for _, u := range s.dirty {
		if u.Email == email {
			return u.clone(), nil
		}
	}
	return s.oneUser(ctx, "email = ?", email)
}

func (s *Server) oneUser(ctx context.Context, where string, args ...any) (*user, error) {
	u, err := scanUser(s.store.db.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users WHERE "+where, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read user: %w", err)
	}
	return u, nil
}

func (u *user) clone() *user {
	c := *u
	c.Roles, c.AddOns = slices.Clone(u.Roles), slices.Clone(u.AddOns)
	return &c
}

// selectUsers reads committed users; rest is what follows WHERE.
func (s *Server) selectUsers(ctx context.Context, rest string, args ...any) ([]*user, error) {
	rows, err := s.store.db.QueryContext(ctx, "SELECT "+userColumns+" FROM users WHERE "+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("list users: %w", err)
	}
	defer func() { _ = rows.Close() }() // read only: rows.Err tells
	var users []*user
	for rows.Next() {
		u, err := scanUser(rows)
		if err != nil {
			return nil, fmt.Errorf("list users: %w", err)
		}
		users = append(users, u)
	}
	return users, rows.Err()
}

// emailHash stands for an address in memory. The seed is random, and among millions of addresses two with the same 64
// bits are not to be expected.
func (s *Server) emailHash(email string) uint64 {
	return maphash.String(s.hash, strings.ToLower(email))
}

// known reports whether some user has the address. The first call reads all addresses.
func (s *Server) known(ctx context.Context, email string) (bool, error) {
	if s.emails == nil {
		if err := s.loadEmails(ctx); err != nil {
			return false, err
		}
	}
	_, taken := s.emails[s.emailHash(email)]
	return taken, nil
}

func (s *Server) loadEmails(ctx context.Context) error {
	rows, err := s.store.db.QueryContext(ctx, "SELECT email FROM users")
	if err != nil {
		return fmt.Errorf("load addresses: %w", err)
	}
	defer func() { _ = rows.Close() }() // read only: rows.Err tells
	emails := map[uint64]struct{}{}
	var email sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&email); err != nil {
			return fmt.Errorf("load addresses: %w", err)
		}
		emails[maphash.Bytes(s.hash, email)] = struct{}{}
	}
	for _, u := range s.dirty {
		emails[s.emailHash(u.Email)] = struct{}{}
	}
	s.emails = emails
	return rows.Err()
}

// members is what an organization's users use up.
type members struct {
	people     int            // provisioned ones
	packages   map[string]int // seats in use
	extensions map[uint64]serial
}

// extensionKey packs up to 18 digits with their leading zeros; 0 for no extension.
func extensionKey(digits string) uint64 {
	if digits == "" {
		return 0
	}
	key, err := strconv.ParseUint("1"+digits, 10, 64)
	if err != nil {
		return 0
	}
	return key
}

// count adds (by 1) or takes away (by -1) what a user uses up.
func (m *members) count(u *user, by int) {
	if u.Status == statusProvisioned || u.Status == "" {
		m.people += by
	}
	if u.subscribed() {
		m.packages[u.Package] += by
	}
	key := extensionKey(u.Extension)
	switch {
	case key == 0:
	case by > 0:
		m.extensions[key] = u.N
	default:
		delete(m.extensions, key)
	}
}

// membersOf gives what the users of a customer's organization use up. The first call reads them.
func (s *Server) membersOf(ctx context.Context, c *customer) (*members, error) {
	if c.members != nil {
		return c.members, nil
	}
	users, err := s.selectUsers(ctx, "org = ?", int64(c.Org))
	if err != nil {
		return nil, err
	}
	m := &members{packages: map[string]int{}, extensions: map[uint64]serial{}}
	for _, u := range users {
		if s.dirty[u.id()] == nil {
			m.count(u, 1)
		}
	}
	for _, u := range s.dirty {
		if u.Org == c.Org {
			m.count(u, 1)
		}
	}
	c.members = m
	return m, nil
}
