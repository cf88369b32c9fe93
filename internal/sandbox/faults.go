package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// FaultKind says what goes wrong.
type FaultKind string

// The kinds of fault. "Early" ones strike before the request is carried out, the others after it is on disk.
const (
	KindStatus      FaultKind = "status"           // early: answer Status
	KindCutBefore   FaultKind = "cut-before"       // early: the connection ends without an answer
	KindStatusAfter FaultKind = "status-after"     // carried out, yet answer Status
	KindCutAfter    FaultKind = "cut-after-commit" // carried out, the connection ends without an answer
	KindTruncate    FaultKind = "truncate"         // carried out, half of the body arrives
	KindHTML        FaultKind = "html-body"        // early: answer Status (default 502) as a proxy would
	KindList        FaultKind = "list-body"        // early: answer Status (default 400) with a list as the error body
	KindDuplicate   FaultKind = "duplicate"        // carried out twice, the second answer is sent
	KindDelay       FaultKind = "delay"            // only late
)

// Duration is a time.Duration that JSON spells like "250ms".
type Duration time.Duration

// MarshalText writes the duration as time.Duration does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no duration: write it as 250ms or 2s", text)
	}
	*d = Duration(parsed)
	return nil
}

// Fault is one order for trouble. Of several that fit a request the first that strikes is taken.
type Fault struct {
	Route       string    `json:"route"`                 // "POST /wholesale/subscribers", a concrete path, or "*"
	Kind        FaultKind `json:"kind"`                  // empty: status when Status is set, else delay
	After       int       `json:"after,omitempty"`       // so many fitting requests pass first
	Times       int       `json:"times,omitempty"`       // strikes at most so often; 0 means without end
	Every       int       `json:"every,omitempty"`       // strikes every so-many-th fitting request
	Probability float64   `json:"probability,omitempty"` // strikes by chance, 0 means always
	Seed        uint64    `json:"seed,omitempty"`        // of the chance
	Status      int       `json:"status,omitempty"`      // 400 to 599
	RetryAfter  int       `json:"retryAfter,omitempty"`  // seconds; 0 means no header
	Delay       Duration  `json:"delay,omitempty"`       // before anything else happens
}

// check says what is wrong with an order and fills in its kind.
func (f *Fault) check() error {
	if f.Kind == "" {
		f.Kind = KindDelay
		if f.Status != 0 {
			f.Kind = KindStatus
		}
	}
	known := []FaultKind{KindStatus, KindCutBefore, KindStatusAfter, KindCutAfter, KindTruncate, KindHTML, KindList, KindDuplicate, KindDelay}
	switch {
	case f.Route == "":
		return fmt.Errorf("fault without a route: name one, or * for all")
	case !slices.Contains(known, f.Kind):
		return fmt.Errorf("fault kind %q: use one of %q", f.Kind, known)
	case (f.Kind == KindStatus || f.Kind == KindStatusAfter) && f.Status == 0, f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("fault status %d: use 400 to 599", f.Status)
	case f.After < 0 || f.Times < 0 || f.Every < 0 || f.RetryAfter < 0 || f.Delay < 0 || f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("fault on %q: counts and times start at 0, a probability ends at 1", f.Route)
	}
	return nil
}

// early reports whether the request is not carried out.
func (f Fault) early() bool {
	return f.Kind == KindStatus || f.Kind == KindCutBefore || f.Kind == KindHTML || f.Kind == KindList
}

// replace gives the answer that the fault makes of a.
func (f Fault) replace(a answer) answer {
	switch f.Kind {
	case KindStatus, KindStatusAfter:
		a = refuse(f.Status, flaw{text: "fault on order"})
	case KindHTML:
		text := fmt.Sprintf("<html><head><title>%[1]d</title></head><body><h1>%[1]d</h1></body></html>\n", orElse(f.Status, http.StatusBadGateway))
		a = answer{status: orElse(f.Status, http.StatusBadGateway), raw: []byte(text), mime: "text/html"}
	case KindList:
		item := map[string]any{"errors": []map[string]string{{"errorType": "FAULT", "errorCode": "8362", "errorMessage": "fault on order", "errorTitle": "Fault"}}}
		a = answer{status: orElse(f.Status, http.StatusBadRequest), body: []any{item}}
	}
	if f.RetryAfter > 0 {
		a.retry = strconv.Itoa(f.RetryAfter)
	}
	return a
}

func orElse(n, other int) int {
	if n == 0 {
		return other
	}
	return n
}

// deliver sends the answer as far as the fault lets it.
func (f Fault) deliver(w http.ResponseWriter, a answer, body []byte) {
	switch f.Kind {
	case KindCutBefore, KindCutAfter:
		panic(http.ErrAbortHandler) // the server's own way to drop a connection
	case KindTruncate:
		a.send(&half{w}, body)
		panic(http.ErrAbortHandler)
	}
	a.send(w, body)
}

// half is a writer that loses the second half of the body.
type half struct{ http.ResponseWriter }

// Write passes half of the bytes on.
func (h *half) Write(p []byte) (int, error) {
	_, err := h.ResponseWriter.Write(p[:len(p)/2])
	if flusher, can := h.ResponseWriter.(http.Flusher); can {
		flusher.Flush()
	}
	return len(p), err
}

// order is a fault with its counters.
type order struct {
	Fault
	Seen   int `json:"seen"`   // fitting requests
	Struck int `json:"struck"` // faults so far
	chance *rand.Rand
}

// strikes counts a fitting request and says whether the fault hits it.
func (o *order) strikes() bool {
	o.Seen++
	n := o.Seen - o.After
	switch {
	case n <= 0, o.Times > 0 && o.Struck >= o.Times, o.Every > 0 && n%o.Every != 0:
		return false
	case o.Probability > 0 && o.chance.Float64() >= o.Probability:
		return false
	}
	o.Struck++
	return true
}

// faultBook holds the orders.
type faultBook struct {
	any    atomic.Bool
	mu     sync.Mutex
	orders []*order
}

// draw gives the fault that hits a request; the zero Fault when none does.
func (b *faultBook) draw(pattern, concrete string) Fault {
	if !b.any.Load() {
		return Fault{}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.orders {
		if (o.Route == "*" || o.Route == pattern || o.Route == concrete) && o.strikes() {
			return o.Fault
		}
	}
	return Fault{}
}

// Inject orders faults, after those already on order. Nothing is ordered when one of them makes no sense.
func (s *Server) Inject(faults ...Fault) error {
	orders := make([]*order, 0, len(faults))
	for _, f := range faults {
		if err := f.check(); err != nil {
			return err
		}
		orders = append(orders, &order{Fault: f, chance: rand.New(rand.NewPCG(f.Seed, 1))})
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.orders = append(s.faults.orders, orders...)
	s.faults.any.Store(len(s.faults.orders) > 0)
	return nil
}

// ClearFaults takes every order back.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.orders = nil
	s.faults.any.Store(false)
}

func (s *Server) showFaults(*request) answer {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	shown := make([]order, 0, len(s.faults.orders))
	for _, o := range s.faults.orders {
		shown = append(shown, *o)
	}
	return ok(map[string]any{"faults": shown})
}

// orderFaults takes one fault, an array of them, or several under the key faults.
func (s *Server) orderFaults(q *request) answer {
	if !q.jsonMedia() {
		return unreadable(errMedia)
	}
	faults, err := readFaults(q.body)
	if err != nil {
		return unreadable(badBody(err))
	}
	if len(faults) == 0 {
		return invalid("no fault is named")
	}
	if err := s.Inject(faults...); err != nil {
		return invalid(err.Error())
	}
	return s.showFaults(q)
}

// readFaults reads an order. A member that no fault has is an error: a fault that was misspelt would never strike.
func readFaults(body []byte) ([]Fault, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if first := bytes.TrimLeft(body, " \t\r\n"); len(first) > 0 && first[0] == '[' {
		var all []Fault
		return all, d.Decode(&all)
	}
	var one struct {
		Fault
		Faults []Fault `json:"faults"`
	}
	if err := d.Decode(&one); err != nil || one.Faults != nil {
		return one.Faults, err
	}
	return []Fault{one.Fault}, nil
}

func (s *Server) dropFaults(*request) answer {
	s.ClearFaults()
	return noContent()
}
