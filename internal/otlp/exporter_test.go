package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// collector takes what is sent, after refusing some of it.
type collector struct {
	*httptest.Server
	mu     sync.Mutex
	refuse []int // statuses of the first answers
	bodies map[string][][]byte
	auth   []string
}

func collect(t *testing.T, refuse ...int) *collector {
	t.Helper()
	c := &collector{refuse: refuse, bodies: make(map[string][][]byte)}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.auth = append(c.auth, r.Header.Get("Api-Key"))
		if len(c.refuse) > 0 {
			w.WriteHeader(c.refuse[0])
			c.refuse = c.refuse[1:]
			return
		}
		var in io.Reader = r.Body
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(r.Body)
			if err != nil {
				t.Error(err)
				return
			}
			in = z
		}
		b, err := io.ReadAll(in)
		if err != nil || r.Header.Get("Content-Type") != "application/json" {
			t.Error(err, r.Header)
		}
		c.bodies[r.URL.Path] = append(c.bodies[r.URL.Path], b)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *collector) start(t *testing.T, change ...func(*Options)) *Exporter {
	t.Helper()
	now := time.Unix(1_800_000_000, 123_456_789)
	o := Options{
		Traces: c.URL + "/v1/traces", Metrics: c.URL + "/v1/metrics", Resource: []Attr{{"service.name", "muster"}}, Version: "test",
		Clock: func() time.Time { return now }, Sleep: func(context.Context, time.Duration) error { return nil },
	}
	for _, f := range change {
		f(&o)
	}
	e, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func someSpan(name string) Span {
	start := time.Unix(1_800_000_000, 5)
	return Span{
		Trace: TraceID{1, 0xab}, ID: SpanID{2}, Parent: SpanID{3}, Name: name, Kind: Client, Start: start, End: start.Add(time.Millisecond), Failed: true,
		Attrs: []Attr{{"s", "x"}, {"n", int64(1) << 60}, {"b", true}},
	}
}

// The exact bytes, as the protocol's JSON encoding wants them.
func TestWire(t *testing.T) {
	c := collect(t)
	e := c.start(t)
	e.Span(someSpan("call"))
	e.Add("calls", "{call}", 2, Attr{"route", "/x"})
	e.Add("calls", "{call}", 3, Attr{"route", "/x"})
	e.Measure("took", 10*time.Millisecond)
	e.Gauge("rate", "{call}/s", func() float64 { return 2.5 })
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"/v1/traces": `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"muster"}}]},"scopeSpans":[{"scope":{"name":"muster","version":"test"},"spans":[{"traceId":"01ab0000000000000000000000000000","spanId":"0200000000000000","parentSpanId":"0300000000000000","name":"call","kind":3,"startTimeUnixNano":"1800000000000000005","endTimeUnixNano":"1800000000001000005","attributes":[{"key":"s","value":{"stringValue":"x"}},{"key":"n","value":{"intValue":"1152921504606846976"}},{"key":"b","value":{"boolValue":true}}],"status":{"code":2}}]}]}]}`,
		"/v1/metrics": `{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"muster"}}]},"scopeMetrics":[{"scope":{"name":"muster","version":"test"},"metrics":[` +
			`{"name":"calls","unit":"{call}","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"attributes":[{"key":"route","value":{"stringValue":"/x"}}],"startTimeUnixNano":"1800000000123456789","timeUnixNano":"1800000000123456789","asInt":"5"}]}},` +
			`{"name":"rate","unit":"{call}/s","gauge":{"dataPoints":[{"attributes":[],"timeUnixNano":"1800000000123456789","asDouble":2.5}]}},` +
			`{"name":"took","unit":"s","histogram":{"aggregationTemporality":2,"dataPoints":[{"attributes":[],"startTimeUnixNano":"1800000000123456789","timeUnixNano":"1800000000123456789","count":"1","sum":0.01,"bucketCounts":["0","1","0","0","0","0","0","0","0","0","0","0","0","0"],"explicitBounds":[0.005,0.01,0.025,0.05,0.1,0.25,0.5,1,2.5,5,10,30,60]}]}}]}]}]}`,
	}
	for path, body := range want {
		if len(c.bodies[path]) != 1 || string(c.bodies[path][0]) != body {
			t.Errorf("%s\ngot  %s\nwant %s", path, bytes.Join(c.bodies[path], nil), body)
		}
	}
}

// What a collector cannot take now is sent again; what it will never take is dropped and told. Nobody sees a header.
func TestTrouble(t *testing.T) {
	key := func(o *Options) {
		o.TraceHeaders = map[string]string{"Api-Key": "planted-key"}
		o.Metrics, o.Compress = "", true
	}
	c := collect(t, 503, 429)
	e := c.start(t, key)
	e.Span(someSpan("a"))
	if err := e.Close(); err != nil || len(c.bodies["/v1/traces"]) != 1 || !json.Valid(c.bodies["/v1/traces"][0]) || c.auth[2] != "planted-key" {
		t.Errorf("%v, %d, %v", err, len(c.bodies["/v1/traces"]), c.auth)
	}
	for name, answers := range map[string][]int{"never": {400}, "too often": {503, 503, 503}} {
		c := collect(t, answers...)
		e := c.start(t, key)
		e.Span(someSpan("a"))
		if err := e.Close(); err == nil || !strings.Contains(err.Error(), "1 spans were dropped") || strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone := collect(t)
	gone.Close()
	e = gone.start(t, func(o *Options) { o.Traces += "?key=planted-key" })
	e.Span(someSpan("a"))
	if err := e.Close(); err == nil || strings.Contains(err.Error(), "planted") {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestManySpansShareRequests(t *testing.T) {
	c := collect(t)
	e := c.start(t, func(o *Options) { o.Metrics = "" })
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for k := range 200 {
				e.Span(someSpan(fmt.Sprint(i, k)))
				e.Add("unheard", "", 1)
			}
		})
	}
	wg.Wait()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	names := make(map[string]bool)
	for _, b := range c.bodies["/v1/traces"] {
		var body tracesBody
		if err := json.Unmarshal(b, &body); err != nil {
			t.Fatal(err)
		}
		for _, s := range body.ResourceSpans[0].ScopeSpans[0].Spans {
			names[s.Name] = true
		}
	}
	if len(names) != 1600 || len(c.bodies["/v1/traces"]) > 1600/together+8 {
		t.Errorf("%d spans in %d requests", len(names), len(c.bodies["/v1/traces"]))
	}
}

func TestNobodyCollects(t *testing.T) {
	var e *Exporter
	e.Span(someSpan("a"))
	e.Add("n", "", 1)
	e.Measure("m", time.Second)
	e.Gauge("g", "", func() float64 { return 0 })
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	for _, address := range []string{"localhost:4318", "ftp://x/", "http://user:pass@x/", "http://"} {
		if _, err := Start(Options{Traces: address}); err == nil || strings.Contains(err.Error(), "pass@") {
			t.Errorf("%s: %v", address, err)
		}
	}
}
