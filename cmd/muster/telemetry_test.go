package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"muster/internal/sandbox"
)

// spanRead and metricRead are what a collector reads of OTLP in JSON; a member that they do not know is an error.
type attrRead struct {
	Key   string
	Value struct {
		StringValue, IntValue string
		BoolValue             bool
	}
}

type spanRead struct {
	TraceID, SpanID, ParentSpanID, Name string
	Kind                                int
	StartTimeUnixNano, EndTimeUnixNano  string
	Attributes                          []attrRead
	Status                              struct{ Code int }
}

func (s spanRead) attr(key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.StringValue + a.Value.IntValue
		}
	}
	return ""
}

type pointsRead struct {
	AggregationTemporality int
	IsMonotonic            bool
	DataPoints             []struct {
		Attributes                      []attrRead
		StartTimeUnixNano, TimeUnixNano string
		AsInt, Count                    string
		AsDouble, Sum                   float64
		BucketCounts                    []string
		ExplicitBounds                  []float64
	}
}

type metricRead struct {
	Name, Unit            string
	Sum, Histogram, Gauge pointsRead
}

type scopeRead struct{ Name, Version string }

type received struct {
	mu      sync.Mutex
	all     string
	spans   []spanRead
	metrics map[string]metricRead // the latest word
}

func (r *received) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(q.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.all += string(body)
	var doc struct {
		ResourceSpans []struct {
			Resource   struct{ Attributes []attrRead }
			ScopeSpans []struct {
				Scope scopeRead
				Spans []spanRead
			}
		}
		ResourceMetrics []struct {
			Resource     struct{ Attributes []attrRead }
			ScopeMetrics []struct {
				Scope   scopeRead
				Metrics []metricRead
			}
		}
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(&doc); err != nil || q.Header.Get("X-Key") != "planted key" {
		http.Error(w, "not understood", http.StatusBadRequest)
		return
	}
	for _, rs := range doc.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			r.spans = append(r.spans, ss.Spans...)
		}
	}
	for _, rm := range doc.ResourceMetrics {
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				r.metrics[m.Name] = m
			}
		}
	}
}

// counted adds a counter up.
func (r *received) counted(name string) (n int) {
	for _, p := range r.metrics[name].Sum.DataPoints {
		i, _ := strconv.Atoi(p.AsInt)
		n += i
	}
	return n
}

// A collector gets a span of every call and every wait below one of the command, and metrics that add up to the run's own
// counts. No email and no secret is among them.
func TestTelemetry(t *testing.T) {
	a := openAuthority(t, sandbox.Settings{RatePerMinute: 3000, RateBurst: 2})
	a.serviceApp()
	r := &received{metrics: make(map[string]metricRead)}
	front := httptest.NewServer(r)
	defer front.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", front.URL)
	t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=planted%20key")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment=test")
	state := t.TempDir()
	got := a.apply(state, "--rate", "1000/s", "--log-level", "debug", "--log-file", filepath.Join(state, "log"))
	if got.code != exitDone || strings.Contains(got.talk, "telemetry") {
		t.Fatalf("exit %d: %s", got.code, got.talk)
	}
	doc := decoded[runDoc1](t, got.out)
	var root spanRead
	calls, waits := 0, 0
	for _, s := range r.spans {
		switch {
		case s.Name == "muster apply":
			root = s
		case s.Kind == 3:
			calls++
		case strings.HasPrefix(s.Name, "wait "):
			waits++
		}
	}
	for _, s := range r.spans {
		if s.SpanID != root.SpanID && (s.ParentSpanID != root.SpanID || s.TraceID != root.TraceID) || s.EndTimeUnixNano < s.StartTimeUnixNano || len(s.TraceID) != 32 || len(s.SpanID) != 16 {
			t.Errorf("%+v", s)
		}
		if strings.HasSuffix(s.Name, "POST /wholesale/subscribers") && (s.attr("muster.kind") != "user" || s.attr("muster.run") != doc.Run || s.attr("http.response.status_code") == "" || s.attr("muster.row") == "0") {
			t.Errorf("%+v", s)
		}
	}
	sent := int(doc.Summary["calls"] + doc.Summary["retries"] + doc.Summary["polls"])
	if root.attr("muster.run") != doc.Run || calls != sent || r.counted("muster.calls") != sent || waits == 0 {
		t.Errorf("%d spans of calls and %d counted, for %d calls; %d waits", calls, r.counted("muster.calls"), sent, waits)
	}
	if float64(r.counted("muster.retries")) != doc.Summary["retries"] || doc.Summary["retries"] == 0 {
		t.Errorf("%d retries, not %v", r.counted("muster.retries"), doc.Summary["retries"])
	}
	if len(r.metrics["muster.call.duration"].Histogram.DataPoints) == 0 || len(r.metrics["muster.wait.duration"].Histogram.DataPoints) == 0 || len(r.metrics["muster.rate"].Gauge.DataPoints) != 1 || r.metrics["muster.rate"].Gauge.DataPoints[0].AsDouble <= 0 {
		t.Errorf("%+v", r.metrics)
	}
	for _, private := range []string{"@bakery", plantedSecret, "planted-refresh", "planted key"} {
		if strings.Contains(r.all, private) {
			t.Errorf("%q was sent", private)
		}
	}
	if !strings.Contains(r.all, `"deployment.environment"`) {
		t.Error("the resource is not told")
	}
}

// A collector that is not there costs the run nothing but a warning.
func TestTelemetryThatNobodyTakes(t *testing.T) {
	front := httptest.NewServer(http.NotFoundHandler())
	defer front.Close()
	got := muster(t, "apply", filepath.Join(samplesDir, "languages", "en.xlsx"), "--state", t.TempDir(), "--otlp", front.URL)
	if got.code != exitDone || !strings.Contains(got.talk, "warning: telemetry could not be delivered as a whole") || !strings.Contains(got.talk, "the collector answered 404") {
		t.Errorf("exit %d: %s", got.code, got.talk)
	}
	for name, value := range map[string]string{"OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_HEADERS": "planted-header"} {
		t.Setenv(name, value)
		got := muster(t, "apply", filepath.Join(samplesDir, "languages", "en.xlsx"), "--state", t.TempDir(), "--otlp", front.URL)
		if got.code != exitUsage || strings.Contains(got.talk, "planted") {
			t.Errorf("%s: exit %d: %s", name, got.code, got.talk)
		}
		t.Setenv(name, "")
	}
	t.Setenv("OTEL_SDK_DISABLED", "true")
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", front.URL)
	if got := muster(t, "apply", filepath.Join(samplesDir, "languages", "en.xlsx"), "--state", t.TempDir()); strings.Contains(got.talk, "telemetry") {
		t.Errorf("switched off: %s", got.talk)
	}
}
