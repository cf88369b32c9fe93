package sandbox

import (
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// logLength is how many exchanges the log remembers.
const logLength = 4096

// entry is one exchange in the log.
type entry struct {
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	Route  string    `json:"route"`
	Path   string    `json:"path"`
	Status int       `json:"status"`
	Key    string    `json:"key,omitempty"`
	Fault  FaultKind `json:"fault,omitempty"`
}

// traffic counts exchanges per route and remembers the latest.
type traffic struct {
	counts map[string]*atomic.Int64 // fixed after the routes are known

	mu   sync.Mutex
	ring []entry
	next int
}

func (t *traffic) start() { t.counts = map[string]*atomic.Int64{"*": {}} }

func (t *traffic) know(route string) { t.counts[route] = new(atomic.Int64) }

// note counts and remembers one exchange.
func (t *traffic) note(e entry) {
	t.counts[e.Route].Add(1)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.ring) < logLength {
		t.ring = append(t.ring, e)
		return
	}
	t.ring[t.next] = e
	t.next = (t.next + 1) % logLength
}

// latest gives the remembered exchanges, oldest first.
func (t *traffic) latest() []entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append(append([]entry{}, t.ring[t.next:]...), t.ring[:t.next]...)
}

func (t *traffic) reset() {
	for count := range maps.Values(t.counts) {
		count.Store(0)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ring, t.next = nil, 0
}
