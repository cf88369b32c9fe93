package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/urfave/cli/v2"

	"muster/internal/otlp"
	"muster/internal/redact"
	"muster/internal/webex"
)

// telemetry makes spans and metrics of the calls of a command. The methods of a nil one do nothing.
type telemetry struct {
	out   *otlp.Exporter
	talk  io.Writer
	root  otlp.Span // of the command
	run   atomic.Pointer[string]
	clock func() time.Time

	redactor *redact.Redactor // nil: customers are named
}

// collect begins to send telemetry, when the command line or the environment names a collector.
func (s *service) collect(c *cli.Context, talk io.Writer, budget *webex.Budget) error {
	o, err := collector(c.String("otlp"), os.Getenv)
	if err != nil || o.Traces == "" && o.Metrics == "" {
		return err
	}
	o.Version = version()
	t := &telemetry{talk: talk, clock: time.Now, redactor: redactor(c), root: otlp.Span{
		Trace: otlp.NewTraceID(), ID: otlp.NewSpanID(), Name: "muster " + c.Command.Name, Kind: otlp.Internal, Start: time.Now(),
		Attrs: []otlp.Attr{{Key: "muster.target", Value: s.name}},
	}}
	if t.out, err = otlp.Start(o); err != nil {
		return usageError{fmt.Errorf("telemetry: %w", err)}
	}
	t.out.Gauge("muster.rate", "{call}/s", budget.Rate)
	s.trace = t
	s.closers = append(s.closers, t)
	return nil
}

// begins names the run of the command.
func (t *telemetry) begins(run string) {
	if t != nil {
		t.run.Store(&run)
	}
}

// saw makes a span of a call, and one of what it waited for. Emails and other keys of users are left out.
func (t *telemetry) saw(call *webex.Call) {
	if t == nil {
		return
	}
	route := []otlp.Attr{{Key: "http.request.method", Value: call.Method}, {Key: "http.route", Value: call.Route}}
	status := append(route[:2:2], otlp.Attr{Key: "http.response.status_code", Value: int64(call.Status)})
	t.out.Add("muster.calls", "{call}", 1, status...)
	t.out.Measure("muster.call.duration", call.Took, status...)
	if call.Try > 0 {
		t.out.Add("muster.retries", "{call}", 1, route...)
		t.wait("wait before a repetition", call, call.Waited+call.Paused, call.Paused)
	}
	if call.Poll {
		t.out.Add("muster.polls", "{call}", 1, route...)
	}
	t.wait("wait for the rate", call, call.Waited, call.Waited)
	t.out.Span(t.span(call.Method+" "+call.Route, call, status))
}

// wait makes a span of a wait that began so long before the call was sent.
func (t *telemetry) wait(name string, call *webex.Call, before, took time.Duration) {
	if took < time.Millisecond {
		return
	}
	t.out.Measure("muster.wait.duration", took, otlp.Attr{Key: "muster.wait", Value: name})
	from := call.Sent.Add(-before)
	t.out.Span(otlp.Span{Trace: t.root.Trace, ID: otlp.NewSpanID(), Parent: t.root.ID, Name: name, Kind: otlp.Internal, Start: from, End: from.Add(took)})
}

func (t *telemetry) span(name string, call *webex.Call, attrs []otlp.Attr) otlp.Span {
	attrs = append(attrs[:len(attrs):len(attrs)],
		otlp.Attr{Key: "http.request.resend_count", Value: int64(call.Try)}, otlp.Attr{Key: "muster.request_id", Value: call.RequestID},
		otlp.Attr{Key: "muster.tracking_id", Value: call.TrackingID})
	if s := call.About; s.Kind != "" {
		attrs = append(attrs, otlp.Attr{Key: "muster.kind", Value: s.Kind}, otlp.Attr{Key: "muster.customer", Value: t.redactor.Value(s.Customer)}, otlp.Attr{Key: "muster.row", Value: s.Row})
	}
	if id := t.run.Load(); id != nil {
		attrs = append(attrs, otlp.Attr{Key: "muster.run", Value: *id})
	}
	return otlp.Span{
		Trace: t.root.Trace, ID: otlp.NewSpanID(), Parent: t.root.ID, Name: name, Kind: otlp.Client, Start: call.Sent, End: call.Sent.Add(call.Took),
		Attrs: attrs, Failed: call.Err != nil,
	}
}

// Close ends the span of the command and sends what is left. Telemetry that is lost is told, and is no failure.
func (t *telemetry) Close() error {
	t.root.End = t.clock()
	if id := t.run.Load(); id != nil {
		t.root.Attrs = append(t.root.Attrs, otlp.Attr{Key: "muster.run", Value: *id})
	}
	t.out.Span(t.root)
	if err := t.out.Close(); err != nil {
		fmt.Fprintf(t.talk, "warning: %v\n", err)
	}
	return nil
}

// collector reads where to send telemetry: the flag, else the environment as the OpenTelemetry specification names it.
func collector(flag string, getenv func(string) string) (otlp.Options, error) {
	var o otlp.Options
	base := flag
	if base == "" {
		if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") {
			return o, nil
		}
		base = getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
	}
	if base != "" {
		base = strings.TrimRight(base, "/")
		o.Traces, o.Metrics = base+"/v1/traces", base+"/v1/metrics"
	}
	if flag == "" {
		o.Traces = signalURL(o.Traces, getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), getenv("OTEL_TRACES_EXPORTER"))
		o.Metrics = signalURL(o.Metrics, getenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"), getenv("OTEL_METRICS_EXPORTER"))
	}
	if o.Traces == "" && o.Metrics == "" {
		return o, nil
	}
	if getenv("OTEL_EXPORTER_OTLP_PROTOCOL") == "grpc" {
		return o, hintedError{usagef("OTEL_EXPORTER_OTLP_PROTOCOL is grpc, and muster speaks OTLP over HTTP only"), "name the HTTP address of the collector (often port 4318) and http/json, or set OTEL_SDK_DISABLED=true"}
	}
	var errs [3]error
	o.TraceHeaders, errs[0] = headerPairs(getenv("OTEL_EXPORTER_OTLP_HEADERS"), getenv("OTEL_EXPORTER_OTLP_TRACES_HEADERS"))
	o.MetricHeaders, errs[1] = headerPairs(getenv("OTEL_EXPORTER_OTLP_HEADERS"), getenv("OTEL_EXPORTER_OTLP_METRICS_HEADERS"))
	o.Resource, errs[2] = resource(getenv("OTEL_RESOURCE_ATTRIBUTES"), getenv("OTEL_SERVICE_NAME"))
	o.Compress = getenv("OTEL_EXPORTER_OTLP_COMPRESSION") == "gzip"
	if ms, err := strconv.Atoi(getenv("OTEL_EXPORTER_OTLP_TIMEOUT")); err == nil && ms > 0 {
		o.Timeout = time.Duration(ms) * time.Millisecond
	}
	if ms, err := strconv.Atoi(getenv("OTEL_METRIC_EXPORT_INTERVAL")); err == nil && ms > 0 {
		o.Every = time.Duration(ms) * time.Millisecond
	}
	if err := errors.Join(errs[:]...); err != nil {
		return o, usageError{err}
	}
	return o, nil
}

// signalURL is the address of one signal: its own, else the common one, none when it is switched off.
func signalURL(common, own, exporter string) string {
	switch {
	case exporter == "none":
		return ""
	case own != "":
		return own
	}
	return common
}

// headerPairs reads name=value,name=value, values percent-encoded; later texts win.
func headerPairs(texts ...string) (map[string]string, error) {
	out := make(map[string]string)
	for _, text := range texts {
		for pair := range strings.SplitSeq(text, ",") {
			if strings.TrimSpace(pair) == "" {
				continue
			}
			name, value, ok := strings.Cut(pair, "=")
			value, err := url.PathUnescape(strings.TrimSpace(value))
			if !ok || err != nil || strings.TrimSpace(name) == "" {
				return nil, errors.New("OTEL_EXPORTER_OTLP_HEADERS must be a list like name=value,name=value") // its values may be secrets
			}
			out[strings.TrimSpace(name)] = value
		}
	}
	return out, nil
}

// resource says who sends.
func resource(attributes, name string) ([]otlp.Attr, error) {
	pairs, err := headerPairs(attributes)
	if err != nil {
		return nil, errors.New("OTEL_RESOURCE_ATTRIBUTES must be a list like name=value,name=value")
	}
	if name != "" {
		pairs["service.name"] = name
	}
	if pairs["service.name"] == "" {
		pairs["service.name"] = "muster"
	}
	pairs["service.version"] = version()
	var out []otlp.Attr
	for key, value := range pairs {
		out = append(out, otlp.Attr{Key: key, Value: value})
	}
	return out, nil
}
