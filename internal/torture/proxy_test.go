package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// trouble is something that the proxy does to a call.
type trouble string

// What the proxy does. The first group keeps the call from the service, the second lets it be carried out first.
const (
	tooMany      trouble = "429"
	tooManyCurt  trouble = "429 without Retry-After"
	locked       trouble = "423"
	down         trouble = "500, 502, 503 or 504"
	htmlPage     trouble = "HTML page of a gateway"
	listBody     trouble = "list as the error body"
	cutBefore    trouble = "cut before"
	stallBefore  trouble = "time-out before"
	firstTouch   trouble = "403 of a first touch"
	unauthorized trouble = "401"
	downAfter    trouble = "5xx after commit"
	htmlAfter    trouble = "HTML page after commit"
	cutAfter     trouble = "cut after commit"
	cutInside    trouble = "truncated JSON"
	stallAfter   trouble = "time-out after commit"
	slowBody     trouble = "slow body"
	twice        trouble = "delivered twice, second answer"
	twiceFirst   trouble = "delivered twice, first answer"
)

// menu says how often each trouble is served, in relation to the others.
var menu = map[trouble]int{
	tooMany: 8, tooManyCurt: 4, locked: 4, down: 10, htmlPage: 4, listBody: 3, cutBefore: 8, stallBefore: 3, firstTouch: 2, unauthorized: 1,
	downAfter: 8, htmlAfter: 3, cutAfter: 10, cutInside: 6, stallAfter: 3, slowBody: 5, twice: 4, twiceFirst: 4,
}

// proxy stands between the program and the service. What it does to a call follows from the seed, the call's route, what
// the call is about, and how often that was seen before: not from the order in which workers happen to run.
type proxy struct {
	inner http.Handler
	seed  uint64
	rate  float64                            // share of calls that meet trouble
	watch func(r *http.Request, body []byte) // told of every call that arrives, before anything happens to it
	lost  func(r *http.Request, body []byte) // told of every call whose answer will leave it unclear
	flood func() (from, until time.Time)     // when nothing gets through
	clock func() time.Time

	mu     sync.Mutex
	calm   bool // nothing is broken any more
	dead   bool // the client's machine is off: nothing arrives
	seen   map[string]int
	struck map[trouble]int
	calls  int
	routes map[string]int
}

func newProxy(inner http.Handler, seed uint64, rate float64) *proxy {
	return &proxy{inner: inner, seed: seed, rate: rate, seen: make(map[string]int), struck: make(map[trouble]int), routes: make(map[string]int)}
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	route := r.Method + " " + pattern(r.URL.Path)
	if p.watch != nil {
		p.watch(r, body)
	}
	p.mu.Lock()
	dead := p.dead
	p.calls++
	p.routes[route]++
	p.mu.Unlock()
	if dead {
		panic(http.ErrAbortHandler)
	}
	what, dice := p.draw(route, subject(r, body))
	if p.lost != nil && unclear(what) {
		p.lost(r, body)
	}
	p.serve(w, r, body, what, dice)
}

// unclear reports whether a create that meets this trouble may have been carried out, for all that its sender can know.
func unclear(what trouble) bool {
	switch what {
	case down, htmlPage, listBody, cutBefore, stallBefore, downAfter, htmlAfter, cutAfter, stallAfter:
		return true
	}
	return false
}

// draw decides what happens to a call.
func (p *proxy) draw(route, about string) (trouble, *rand.Rand) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := route + " " + about
	n := p.seen[key]
	p.seen[key]++
	h := fnv.New64a()
	fmt.Fprint(h, key, n)
	dice := rand.New(rand.NewPCG(p.seed, h.Sum64()))
	if p.calm {
		return "", dice
	}
	if p.flood != nil {
		if from, until := p.flood(); !from.After(p.clock()) && p.clock().Before(until) {
			what := [...]trouble{down, cutBefore, htmlPage}[dice.IntN(3)]
			p.struck[what]++
			return what, dice
		}
	}
	if dice.Float64() >= p.rate {
		return "", dice
	}
	what := pick(dice)
	if strings.HasSuffix(route, "/access_token") && (what == cutAfter || what == cutInside || what == stallAfter || what == downAfter || what == htmlAfter || what == twice) {
		return "", dice // a renewal that is carried out and lost loses the credentials: nobody can mend that
	}
	p.struck[what]++
	return what, dice
}

func pick(dice *rand.Rand) trouble {
	sum := 0
	for _, n := range menu {
		sum += n
	}
	at := dice.IntN(sum)
	for _, what := range slices.Sorted(maps.Keys(menu)) {
		if at -= menu[what]; at < 0 {
			return what
		}
	}
	return ""
}

// serve lets a call meet its trouble.
func (p *proxy) serve(w http.ResponseWriter, r *http.Request, body []byte, what trouble, dice *rand.Rand) {
	switch what {
	case tooMany, tooManyCurt, locked:
		status := http.StatusTooManyRequests
		if what == locked {
			status = http.StatusLocked
		}
		if what == tooMany || what == locked && dice.IntN(2) == 0 {
			w.Header().Set("Retry-After", strconv.Itoa(1+dice.IntN(20)))
		}
		refuse(w, status, `{"message":"slow down"}`)
	case down:
		refuse(w, gateway(dice), `{"message":"out of order","errors":[{"description":"out of order"}],"trackingId":"x"}`)
	case htmlPage:
		w.Header().Set("Content-Type", "text/html")
		refuse(w, gateway(dice), "<html><body><h1>Bad Gateway</h1></body></html>")
	case listBody:
		refuse(w, http.StatusServiceUnavailable, `[{"errors":[{"errorCode":"1","errorMessage":"list"}]}]`)
	case cutBefore:
		panic(http.ErrAbortHandler)
	case stallBefore:
		stall(r)
	case firstTouch:
		refuse(w, http.StatusForbidden, `{"message":"the organization is not visible yet"}`)
	case unauthorized:
		refuse(w, http.StatusUnauthorized, `{"message":"the token is not valid"}`)
	default:
		p.after(w, r, body, what, dice)
	}
}

// after lets the service carry the call out, and spoils the answer.
func (p *proxy) after(w http.ResponseWriter, r *http.Request, body []byte, what trouble, dice *rand.Rand) {
	a := p.forward(r, body)
	if what == twice || what == twiceFirst {
		if b := p.forward(r, body); what == twice {
			a = b
		}
	}
	text := a.Body.Bytes()
	switch what {
	case downAfter:
		refuse(w, gateway(dice), `{"message":"out of order"}`)
		return
	case htmlAfter:
		refuse(w, gateway(dice), "<html><body>no</body></html>")
		return
	case cutAfter:
		panic(http.ErrAbortHandler)
	case stallAfter:
		stall(r)
	}
	maps.Copy(w.Header(), a.Header())
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(a.Code)
	switch {
	case what == cutInside && len(text) > 0:
		_, _ = w.Write(text[:dice.IntN(len(text))])
		flush(w)
		panic(http.ErrAbortHandler)
	case what == slowBody && len(text) > 0:
		for piece := range slices.Chunk(text, len(text)/4+1) {
			_, _ = w.Write(piece)
			flush(w)
			pause(r, time.Duration(dice.IntN(20))*time.Second)
		}
		return
	}
	_, _ = w.Write(text)
}

func (p *proxy) forward(r *http.Request, body []byte) *httptest.ResponseRecorder {
	a := httptest.NewRecorder()
	c := r.Clone(r.Context())
	c.Body, c.ContentLength, c.RequestURI = io.NopCloser(bytes.NewReader(body)), int64(len(body)), r.RequestURI
	p.inner.ServeHTTP(a, c)
	return a
}

func refuse(w http.ResponseWriter, status int, text string) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func gateway(dice *rand.Rand) int { return [...]int{500, 502, 503, 504}[dice.IntN(4)] }

func flush(w http.ResponseWriter) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
}

// stall gives no answer until the client has gone.
func stall(r *http.Request) {
	pause(r, 10*time.Minute)
	panic(http.ErrAbortHandler)
}

func pause(r *http.Request, d time.Duration) {
	select {
	case <-r.Context().Done():
	case <-time.After(d):
	}
}

// pattern leaves the ids out of a path: nothing else in it is long.
func pattern(path string) string {
	parts := strings.Split(path, "/")
	for i, s := range parts {
		if len(s) > 24 {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}

// subject is what a call is about, in the words of the sheet: ids differ from run to run of one seed.
func subject(r *http.Request, body []byte) string {
	var b struct {
		Email, ExternalID, Name string
		PhoneNumbers            []string
	}
	if len(body) > 0 && json.Unmarshal(body, &b) == nil {
		return b.Email + b.ExternalID + b.Name + strings.Join(b.PhoneNumbers, " ")
	}
	q := r.URL.Query()
	return q.Get("externalId") + q.Get("email")
}

// count is how often a trouble struck.
func (p *proxy) count(what trouble) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.struck[what]
}

// total is how many troubles struck.
func (p *proxy) total() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, k := range p.struck {
		n += k
	}
	return n
}
