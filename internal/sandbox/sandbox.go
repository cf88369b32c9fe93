// Package sandbox stands in for the service on loopback, persistent and with faults to order.
//
// Open gives a Server, its Handler answers under /v1 and without that prefix, and Listen serves it on a loopback
// address. An answer is sent only when everything that it tells of is on disk, so that a client may rely on it even if
// the process is killed the moment after. Time comes from the clock that is handed in: a customer is provisioned when
// somebody looks after it was due, and no timers run.
//
// Organizations, customers and locations are held in memory. Users and phone numbers, of which there may be very many,
// stay in the database; memory holds only what keeps them unique, and that is loaded when it is first needed.
package sandbox

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a sandbox is opened.
type Options struct {
	Path     string           // SQLite file; empty means nothing is kept after Close
	Clock    func() time.Time // nil means time.Now
	Settings Settings
}

// Server is one sandbox. Its methods may be called from many goroutines.
type Server struct {
	set     Settings
	clock   func() time.Time
	store   *store
	handler http.Handler
	close   func() error

	packs     packages
	geography *geography

	faults  faultBook
	limit   bucket
	traffic traffic
	refused atomic.Int64 // creates of a natural key that was taken

	hash maphash.Seed
	mu   sync.Mutex // guards everything below
	seed uint32
	last serial

	orgs      map[serial]*org
	orgByID   map[string]*org
	customers []*customer // in the order of creation
	customerN map[serial]*customer
	customerK map[string]*customer // by natural key
	admins    map[string]serial    // customer that first used an e-mail as primaryEmail
	locations []*location
	locationN map[serial]*location
	locationK map[string]*location
	orgSites  map[serial][]*location
	tokens    map[string]*issued  // by access token
	refreshes map[string]*issued  // by refresh token
	codes     map[string]*consent // by authorization code; they do not outlive the process
	emails    map[uint64]struct{} // hashes of every user's address; nil until needed
	dirty     map[userKey]*user   // users whose latest change is not committed yet
	numbers   map[uint64]number   // nil until needed
}

// Open opens or creates a sandbox.
func Open(ctx context.Context, o Options) (*Server, error) {
	g, err := newGeography()
	if err != nil {
		return nil, err
	}
	s := &Server{set: o.Settings, clock: o.Clock, hash: maphash.MakeSeed(), packs: newPackages(), geography: g}
	if s.clock == nil {
		s.clock = time.Now
	}
	s.traffic.start()
	s.limit.perMinute, s.limit.burst = s.set.RatePerMinute, max(1, cmp.Or(s.set.RateBurst, s.set.RatePerMinute/60))
	s.forget()
	st, err := openStore(ctx, o.Path, s.settled)
	if err != nil {
		return nil, err
	}
	s.store = st
	s.close = sync.OnceValue(st.close)
	if err := s.load(ctx); err != nil {
		_ = s.Close() // the first error is the one to tell
		return nil, fmt.Errorf("open sandbox %q: %w", o.Path, err)
	}
	s.handler = s.routes()
	return s, nil
}

// Handler gives the service under /v1 and /, and the control endpoints under /sandbox.
func (s *Server) Handler() http.Handler { return s.handler }

// Close commits what waits and closes the database. Requests after it are answered 500.
func (s *Server) Close() error { return s.close() }

// Reset removes every object, counter and log entry. Faults on order stay.
func (s *Server) Reset(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.drain(); err != nil {
		return fmt.Errorf("reset sandbox: %w", err)
	}
	if err := s.store.empty(ctx); err != nil {
		return err
	}
	s.forget()
	s.traffic.reset()
	s.refused.Store(0)
	return s.load(ctx)
}

// drain waits until nothing is left to commit. The lock is given up meanwhile and held at the end.
func (s *Server) drain() error {
	for len(s.dirty) > 0 || s.store.log.busy() {
		s.mu.Unlock()
		err := s.store.log.wait()
		s.mu.Lock()
		if err != nil {
			return err
		}
	}
	return nil
}

// forget empties the memory.
func (s *Server) forget() {
	s.orgs, s.orgByID = map[serial]*org{}, map[string]*org{}
	s.customers, s.customerN, s.customerK = nil, map[serial]*customer{}, map[string]*customer{}
	s.admins = map[string]serial{}
	s.locations, s.locationN, s.locationK = nil, map[serial]*location{}, map[string]*location{}
	s.orgSites = map[serial][]*location{}
	s.tokens, s.refreshes = map[string]*issued{}, map[string]*issued{}
	s.codes = map[string]*consent{}
	s.emails, s.numbers, s.dirty = nil, nil, map[userKey]*user{}
}

// next gives the serial of a new object.
func (s *Server) next() serial {
	s.last++
	return s.last
}
