// Package otlp sends spans and metrics to a collector, as OTLP over HTTP in JSON, and never makes those who measure wait.
//
// The encoding is that of the OpenTelemetry protocol 1.x (opentelemetry-proto, "JSON Protobuf Encoding"): ids in hex, 64-bit
// numbers as text. What a collector does not take is dropped after a few tries, and counted.
package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Options of an exporter. One of the addresses is required.
type Options struct {
	Traces, Metrics             string                                     // whole addresses; empty: not sent
	TraceHeaders, MetricHeaders map[string]string                          // they may hold secrets, and are never shown
	Resource                    []Attr                                     // of everything that is sent
	Version                     string                                     // of the program
	Compress                    bool                                       // with gzip
	Timeout                     time.Duration                              // of one request; 0 is 10 s
	Every                       time.Duration                              // between two reports of the metrics; 0 is 10 s
	HTTP                        *http.Client                               // nil makes one
	Clock                       func() time.Time                           // nil is time.Now
	Sleep                       func(context.Context, time.Duration) error // nil sleeps
}

const (
	queued   = 8192 // spans that wait to be sent; more are dropped
	together = 512  // spans in a request
	tries    = 3
	soon     = 2 * time.Second // how long a span waits for others
)

// Exporter sends what it is told. Its methods may be called from many goroutines; those of a nil one do nothing.
type Exporter struct {
	opt     Options
	spans   chan Span
	meter   *meter
	stop    chan struct{}
	done    chan struct{}
	dropped atomic.Int64
	trouble atomic.Pointer[string] // the latest reason
}

// Start begins to send.
func Start(o Options) (*Exporter, error) {
	for _, address := range []string{o.Traces, o.Metrics} {
		if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil) {
			return nil, errors.New("the address of the collector must be an absolute http or https address without user and password")
		}
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Every <= 0 {
		o.Every = 10 * time.Second
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 2}}
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	e := &Exporter{opt: o, spans: make(chan Span, queued), stop: make(chan struct{}), done: make(chan struct{}), meter: newMeter(o.Clock)}
	go e.loop()
	return e, nil
}

// Span hands a span over. It is dropped when too many wait.
func (e *Exporter) Span(s Span) {
	if e == nil || e.opt.Traces == "" {
		return
	}
	select {
	case e.spans <- s:
	default:
		e.dropped.Add(1)
	}
}

// Add adds to a counter.
func (e *Exporter) Add(name, unit string, n int64, attrs ...Attr) {
	if e != nil && e.opt.Metrics != "" {
		e.meter.add(name, unit, n, attrs)
	}
}

// Measure adds a value in seconds to a distribution.
func (e *Exporter) Measure(name string, d time.Duration, attrs ...Attr) {
	if e != nil && e.opt.Metrics != "" {
		e.meter.measure(name, d, attrs)
	}
}

// Gauge reads a value whenever metrics are sent.
func (e *Exporter) Gauge(name, unit string, read func() float64) {
	if e != nil && e.opt.Metrics != "" {
		e.meter.gauge(name, unit, read)
	}
}

// closing bounds the sending of what is left.
const closing = 5 * time.Second

// Close sends what is left, and tells what could not be delivered. It takes five seconds at most.
func (e *Exporter) Close() error {
	if e == nil {
		return nil
	}
	close(e.stop)
	<-e.done
	if why := e.trouble.Load(); why != nil || e.dropped.Load() > 0 {
		text := "too many at once"
		if why != nil {
			text = *why
		}
		return fmt.Errorf("telemetry could not be delivered as a whole (%d spans were dropped): %s", e.dropped.Load(), text)
	}
	return nil
}

// loop sends batches of spans, and metrics in their interval, until it is stopped.
func (e *Exporter) loop() {
	defer close(e.done)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { // bounds a request that is under way when the end comes
		select {
		case <-e.stop:
		case <-ctx.Done():
			return
		}
		t := time.NewTimer(closing)
		defer t.Stop()
		select {
		case <-t.C:
			cancel()
		case <-ctx.Done():
		}
	}()
	flush, report := time.NewTicker(soon), time.NewTicker(e.opt.Every)
	defer flush.Stop()
	defer report.Stop()
	batch := make([]Span, 0, together)
	for {
		select {
		case s := <-e.spans:
			if batch = append(batch, s); len(batch) == together {
				batch = e.sendSpans(ctx, batch)
			}
		case <-flush.C:
			batch = e.sendSpans(ctx, batch)
		case <-report.C:
			e.sendMetrics(ctx)
		case <-e.stop:
			e.rest(ctx, batch)
			return
		}
	}
}

// rest sends what waits at the end.
func (e *Exporter) rest(ctx context.Context, batch []Span) {
	for {
		select {
		case s := <-e.spans:
			if batch = append(batch, s); len(batch) == together {
				batch = e.sendSpans(ctx, batch)
			}
		default:
			e.sendSpans(ctx, batch)
			e.sendMetrics(ctx)
			return
		}
	}
}

// sendSpans sends a batch and gives it back empty.
func (e *Exporter) sendSpans(ctx context.Context, batch []Span) []Span {
	if len(batch) > 0 && !e.post(ctx, e.opt.Traces, e.opt.TraceHeaders, tracesDoc(batch, &e.opt)) {
		e.dropped.Add(int64(len(batch)))
	}
	return batch[:0]
}

func (e *Exporter) sendMetrics(ctx context.Context) {
	if e.opt.Metrics == "" {
		return
	}
	if doc, some := e.meter.doc(&e.opt); some {
		e.post(ctx, e.opt.Metrics, e.opt.MetricHeaders, doc) // the next one holds all that this one did
	}
}

// post sends a document, again when the collector asks for that. It reports whether it was taken.
func (e *Exporter) post(ctx context.Context, address string, headers map[string]string, doc any) bool {
	body, err := json.Marshal(doc)
	if err != nil {
		return e.fail(err.Error())
	}
	if e.opt.Compress {
		body = compressed(body)
	}
	pause := time.Second
	for try := 1; ; try++ {
		again, wish, err := e.once(ctx, address, headers, body)
		switch {
		case err == nil:
			return true
		case !again || try == tries || ctx.Err() != nil:
			return e.fail(err.Error())
		}
		if e.opt.Sleep(ctx, max(pause, min(wish, 30*time.Second))) != nil {
			return e.fail(err.Error())
		}
		pause *= 2
	}
}

func (e *Exporter) fail(why string) bool {
	e.trouble.Store(&why)
	return false
}

// once makes one request. again: the collector may take it later.
func (e *Exporter) once(ctx context.Context, address string, headers map[string]string, body []byte) (again bool, wish time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, e.opt.Timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return false, 0, errors.New("the address of the collector cannot be used")
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	req.Header.Set("Content-Type", "application/json")
	if e.opt.Compress {
		req.Header.Set("Content-Encoding", "gzip")
	}
	resp, err := e.opt.HTTP.Do(req)
	if err != nil {
		var outer *url.Error
		if errors.As(err, &outer) {
			err = outer.Err // without the address, whose query may hold a key
		}
		return true, 0, fmt.Errorf("no answer of the collector: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if resp.StatusCode < 300 {
		return false, 0, nil
	}
	switch resp.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		again = true
	}
	if s, err := strconv.Atoi(strings.TrimSpace(resp.Header.Get("Retry-After"))); err == nil && s > 0 {
		wish = time.Duration(s) * time.Second
	}
	return again, wish, fmt.Errorf("the collector answered %d", resp.StatusCode)
}

func compressed(body []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
	return out.Bytes()
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
