package otlp

import (
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"time"
)

// Attr is a named value: a string, an int64 or a bool.
type Attr struct {
	Key   string
	Value any
}

// Kind says which side of a call a span is.
type Kind int

// The kinds that are used here; numbers of the protocol.
const (
	Internal Kind = 1
	Client   Kind = 3
)

// TraceID names a trace.
type TraceID [16]byte

// SpanID names a span; the zero value is none.
type SpanID [8]byte

// NewTraceID makes a random one.
func NewTraceID() (id TraceID) {
	_, _ = rand.Read(id[:]) // never fails
	return id
}

// NewSpanID makes a random one.
func NewSpanID() (id SpanID) {
	_, _ = rand.Read(id[:]) // never fails
	return id
}

// Span is something that took time.
type Span struct {
	Trace      TraceID
	ID, Parent SpanID
	Name       string
	Kind       Kind
	Start, End time.Time
	Attrs      []Attr
	Failed     bool
}

type valueDoc struct {
	String *string `json:"stringValue,omitempty"`
	Int    *string `json:"intValue,omitempty"`
	Bool   *bool   `json:"boolValue,omitempty"`
}

type attrDoc struct {
	Key   string   `json:"key"`
	Value valueDoc `json:"value"`
}

func attrsDoc(attrs []Attr) []attrDoc {
	out := make([]attrDoc, 0, len(attrs))
	for _, a := range attrs {
		d := attrDoc{Key: a.Key}
		switch v := a.Value.(type) {
		case string:
			d.Value.String = &v
		case int64:
			text := strconv.FormatInt(v, 10)
			d.Value.Int = &text
		case bool:
			d.Value.Bool = &v
		}
		out = append(out, d)
	}
	return out
}

type resourceDoc struct {
	Attributes []attrDoc `json:"attributes"`
}

type scopeDoc struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

type spanDoc struct {
	TraceID    string    `json:"traceId"`
	SpanID     string    `json:"spanId"`
	ParentID   string    `json:"parentSpanId,omitempty"`
	Name       string    `json:"name"`
	Kind       Kind      `json:"kind"`
	Start      string    `json:"startTimeUnixNano"`
	End        string    `json:"endTimeUnixNano"`
	Attributes []attrDoc `json:"attributes"`
	Status     statusDoc `json:"status"`
}

type statusDoc struct {
	Code int `json:"code,omitempty"` // 2 is an error
}

type scopeSpans struct {
	Scope scopeDoc  `json:"scope"`
	Spans []spanDoc `json:"spans"`
}

type resourceSpans struct {
	Resource   resourceDoc  `json:"resource"`
	ScopeSpans []scopeSpans `json:"scopeSpans"`
}

type tracesBody struct {
	ResourceSpans []resourceSpans `json:"resourceSpans"`
}

// tracesDoc is an ExportTraceServiceRequest.
func tracesDoc(spans []Span, o *Options) tracesBody {
	docs := make([]spanDoc, 0, len(spans))
	for _, s := range spans {
		d := spanDoc{
			TraceID: hex.EncodeToString(s.Trace[:]), SpanID: hex.EncodeToString(s.ID[:]), Name: s.Name, Kind: s.Kind,
			Start: nanos(s.Start), End: nanos(s.End), Attributes: attrsDoc(s.Attrs),
		}
		if s.Parent != (SpanID{}) {
			d.ParentID = hex.EncodeToString(s.Parent[:])
		}
		if s.Failed {
			d.Status.Code = 2
		}
		docs = append(docs, d)
	}
	return tracesBody{[]resourceSpans{{resourceDoc{attrsDoc(o.Resource)}, []scopeSpans{{scopeDoc{"muster", o.Version}, docs}}}}}
}

func nanos(t time.Time) string { return strconv.FormatInt(t.UnixNano(), 10) }
