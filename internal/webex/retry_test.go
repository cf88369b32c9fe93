package webex

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// read, replace and create are a call of each class.
func read(b *bench) error {
	_, err := b.Customer(b.t.Context(), "E1")
	return err
}

func replace(b *bench) error {
	return b.UpdateCustomer(b.t.Context(), "E1", CustomerUpdate{})
}

func create(b *bench) error {
	_, err := b.CreateCustomer(b.t.Context(), NewCustomer{})
	return err
}

func TestWhatIsTriedAgain(t *testing.T) {
	made := reply{status: 202, body: `{"url":"/wholesale/customers/E1","id":"E1"}`}
	truncated := reply{status: 200, body: `{"id":"E1"`}
	garbled := reply{status: 200, body: `<html>`}
	cases := map[string]struct {
		reply   reply
		call    func(*bench) error
		again   bool
		unclear bool
	}{
		"read, 429": {failing(429), read, true, false}, "create, 429": {failing(429), create, true, false},
		"read, 423": {failing(423), read, true, false}, "create, 423": {failing(423), create, true, false},
		"read, 500": {failing(500), read, true, false}, "create, 500": {failing(500), create, false, true},
		"read, 502": {failing(502), read, true, false}, "create, 502": {failing(502), create, false, true},
		"replace, 503": {failing(503), replace, true, false}, "create, 503": {failing(503), create, false, true},
		"replace, 504": {failing(504), replace, true, false}, "create, 504": {failing(504), create, false, true},
		"replace, cut": {reply{status: cut}, replace, true, false}, "create, cut": {reply{status: cut}, create, false, true},
		"read, 400": {failing(400), read, false, false}, "create, 400": {failing(400), create, false, false},
		"read, 404": {failing(404), read, false, false}, "create, 409": {failing(409), create, false, false},
		"read, 501": {failing(501), read, false, false}, "create, 501": {failing(501), create, false, true},
		"read, truncated": {truncated, read, true, false}, "create, truncated": {truncated, create, false, true},
		"read, garbled": {garbled, read, false, false}, "create, garbled": {garbled, create, false, true},
		"read, 403 without organization": {failing(403), read, false, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.answer("/", tc.reply, made)
			err := tc.call(b)
			diff(t, tc.again, err == nil)
			diff(t, tc.unclear, Unclear(err))
			want := 1
			if tc.again {
				want = 2
			}
			if len(b.seen) != want {
				t.Errorf("sent %d times, want %d", len(b.seen), want)
			}
		})
	}
}

func TestTriesAreBounded(t *testing.T) {
	for status, want := range map[int]int{503: 1 + maxTrouble, cut: 1 + maxTrouble, 429: 1 + maxRefusals, 423: 1 + maxRefusals} {
		b := setup(t)
		b.answer("/", reply{status: status})
		err := read(b)
		diff(t, kindUnavailable, asError(t, err).Failure().Kind)
		if len(b.seen) != want {
			t.Errorf("status %d: sent %d times, want %d", status, len(b.seen), want)
		}
	}
}

func TestBackOffDoublesWithJitter(t *testing.T) {
	b := setup(t)
	b.answer("/", failing(503))
	_ = read(b)
	for i, d := range b.fake.sleeps {
		full := firstBackOff << i
		if d < full/2 || d > full {
			t.Errorf("sleep %d is %v, want between %v and %v", i, d, full/2, full)
		}
	}
	if len(b.fake.sleeps) != maxTrouble {
		t.Errorf("%d sleeps, want %d", len(b.fake.sleeps), maxTrouble)
	}
}

func TestRetryAfterIsObeyed(t *testing.T) {
	for status, wish := range map[int]time.Duration{429: 7 * time.Second, 423: 8 * time.Second, 503: 9 * time.Second} {
		b := setup(t)
		seconds := map[string]string{"Retry-After": wish.String()[:1]}
		b.answer("/", reply{status: status, header: seconds}, ok(`{"id":"E1"}`))
		began := b.fake.Now()
		must(t, read(b))
		if slept := b.fake.Now().Sub(began); slept < wish || slept > wish+time.Second {
			t.Errorf("status %d: slept %v, want %v", status, slept, wish)
		}
	}
}

func TestALongRetryAfterStopsTheRun(t *testing.T) {
	for _, status := range []int{429, 423, 503} {
		b := setup(t)
		b.answer("/", reply{status: status, header: map[string]string{"Retry-After": "3600"}})
		err := read(b)
		if !errors.Is(err, ErrWaitTooLong) {
			t.Errorf("status %d: got %v, want ErrWaitTooLong", status, err)
		}
		diff(t, time.Hour, asError(t, err).RetryAfter)
	}
}

func TestOneRefusalPausesEveryCall(t *testing.T) {
	b := setup(t)
	b.answer("POST /wholesale/customers", reply{status: 423, header: map[string]string{"Retry-After": "30"}}, failing(400))
	b.answer("GET /people/me", ok(`{}`))
	_ = create(b)
	until := b.budget.Stats().PausedUntil
	_, err := b.Me(t.Context())
	must(t, err)
	if b.fake.Now().Before(until) {
		t.Errorf("the second call was sent at %v, the pause lasts until %v", b.fake.Now(), until)
	}
}

func TestAnUnreachableServiceIsTriedAgainEvenForCreates(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	must(t, l.Close())
	b := setup(t, func(o *Options) { o.BaseURL = "http://" + l.Addr().String() })
	err = create(b)
	diff(t, false, Unclear(err))
	diff(t, int64(maxTrouble), b.Stats().Retries)
	diff(t, kindUnavailable, asError(t, err).Failure().Kind)
}

func TestATimeOutLeavesACreateUnclear(t *testing.T) {
	b := setup(t, func(o *Options) { o.Timeout = 20 * time.Millisecond })
	b.mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	err := create(b)
	diff(t, true, Unclear(err))
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no answer within 20ms") {
		t.Errorf("got %v", err)
	}
	if len(b.seen) != 1 {
		t.Errorf("sent %d times, want 1", len(b.seen))
	}
}

func TestAnInterruptedCreateIsUnclear(t *testing.T) {
	b := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.mux.HandleFunc("/", func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	_, err := b.CreateCustomer(ctx, NewCustomer{})
	diff(t, []bool{true, true}, []bool{Unclear(err), errors.Is(err, context.Canceled)})
	_, err = b.CreateCustomer(ctx, NewCustomer{}) // the context is over before it is sent
	diff(t, []bool{false, true}, []bool{Unclear(err), errors.Is(err, context.Canceled)})
}

func TestNoRepetitionAfterTheEndOfTheContext(t *testing.T) {
	b := setup(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(503)
		cancel()
	})
	if _, err := b.Customer(ctx, "E1"); err == nil {
		t.Error("no error")
	}
	if len(b.seen) != 1 {
		t.Errorf("sent %d times, want 1", len(b.seen))
	}
}

func TestABodyIsSentWholeAtEveryTry(t *testing.T) {
	b := setup(t)
	b.answer("/", failing(503), reply{status: cut}, reply{status: 202})
	must(t, b.UpdateCustomer(t.Context(), "E1", CustomerUpdate{Packages: []string{"webex_suite"}}))
	w := wire{Line: "PUT /wholesale/customers/E1", Body: `{"packages":["webex_suite"]}`}
	b.want(w, w, w)
}

// rotating is a token source with a next token, or none.
type rotating struct {
	tokens []string
	now    atomic.Int32
}

func (r *rotating) Token(context.Context) (string, error) { return r.tokens[r.now.Load()], nil }

func (r *rotating) Refresh(context.Context) error {
	if int(r.now.Load()) == len(r.tokens)-1 {
		return errors.New("none left")
	}
	r.now.Add(1)
	return nil
}

// guarded answers 401 to every token but the good one.
func guarded(b *bench, good string) {
	b.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+good {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"id":"E1"}`)
	})
}

func TestARefusedTokenIsRenewedOnce(t *testing.T) {
	cases := map[string]struct {
		tokens []string
		good   string
		calls  int
		works  bool
	}{
		"renewed":           {[]string{"old", "new"}, "new", 2, true},
		"renewed in vain":   {[]string{"old", "new", "newer"}, "newer", 2, false},
		"cannot be renewed": {[]string{"old"}, "new", 1, false},
	}
	for name, tc := range cases {
		for kind, call := range map[string]func(*bench) error{"read": read, "create": create} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				b := setup(t, func(o *Options) { o.Tokens = &rotating{tokens: tc.tokens} })
				guarded(b, tc.good)
				err := call(b)
				diff(t, tc.works, err == nil)
				diff(t, !tc.works, Refused(err))
				if len(b.seen) != tc.calls {
					t.Errorf("%d calls, want %d", len(b.seen), tc.calls)
				}
			})
		}
	}
}

func TestATokenRenewedByAnotherWorkerIsUsed(t *testing.T) {
	source := &rotating{tokens: []string{"old", "new"}}
	b := setup(t, func(o *Options) { o.Tokens = source })
	b.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer old" {
			source.now.Store(1) // meanwhile, elsewhere
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, `{"id":"E1"}`)
	})
	must(t, read(b))
}

func TestTheFirstTouchOfANewOrganization(t *testing.T) {
	cases := map[string]struct {
		one, all reply // answers to reading the organization, and all of them
		want     []string
		works    bool
	}{
		"by its id":    {ok(`{"id":"O1"}`), failing(500), []string{"GET /locations", "GET /organizations/O1", "GET /locations"}, true},
		"by the list":  {failing(404), ok(`{"items":[]}`), []string{"GET /locations", "GET /organizations/O1", "GET /organizations", "GET /locations"}, true},
		"not possible": {failing(403), failing(403), []string{"GET /locations", "GET /organizations/O1", "GET /organizations"}, false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.answer("GET /locations", failing(403), ok(`{"items":[]}`))
			b.answer("GET /organizations/{id}", tc.one)
			b.answer("GET /organizations", tc.all)
			_, err := collect(b.ListLocations(t.Context(), "O1"))
			diff(t, tc.works, err == nil)
			diff(t, !tc.works, Refused(err))
			var lines []string
			for _, w := range b.seen {
				lines = append(lines, w.Line)
			}
			diff(t, tc.want, lines)
		})
	}
}

func TestASecond403IsFinal(t *testing.T) {
	b := setup(t)
	b.answer("GET /locations", failing(403))
	b.answer("GET /organizations/{id}", ok(`{}`))
	if _, err := collect(b.ListLocations(t.Context(), "O1")); !Refused(err) {
		t.Errorf("got %v, want a refusal", err)
	}
	if len(b.seen) != 3 {
		t.Errorf("%d calls, want 3", len(b.seen))
	}
}

func TestStatsCountEveryExchangeOnce(t *testing.T) {
	b := setup(t)
	b.answer("/", failing(429), failing(503), ok(`{"id":"E1"}`))
	must(t, read(b))                                // one call, two retries
	_, err := b.Customer(AsPoll(t.Context()), "E1") // one poll
	must(t, err)
	diff(t, Stats{Calls: 1, Retries: 2, Polls: 1, Refused429: 1}, b.Stats())
	var tries []int
	var polls []bool
	for _, c := range b.calls {
		tries, polls = append(tries, c.Try), append(polls, c.Poll)
	}
	diff(t, []int{0, 1, 2, 0}, tries)
	diff(t, []bool{false, false, false, true}, polls)
	if b.calls[0].Err == nil || b.calls[2].Err != nil {
		t.Errorf("errors of the exchanges: %v, %v", b.calls[0].Err, b.calls[2].Err)
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	var opened atomic.Int32
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/people/me" {
			_, _ = io.WriteString(w, `{"id":"P1"}`+strings.Repeat(" ", 100_000))
			return
		}
		http.Error(w, strings.Repeat("x", 100_000), http.StatusBadRequest)
	}))
	srv.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	srv.Start()
	defer srv.Close()
	c, err := New(Options{BaseURL: srv.URL, HTTP: &http.Client{Transport: Transport(4)}})
	must(t, err)
	for range 5 {
		_, err := c.Me(t.Context())
		must(t, err)
		_, err = c.Organization(t.Context(), "O1")
		diff(t, maxErrorText, len(asError(t, err).Message))
	}
	diff(t, int32(1), opened.Load())
}
