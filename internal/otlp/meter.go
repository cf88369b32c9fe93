package otlp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// cumulative is the protocol's number for values that grow from the start on.
const cumulative = 2

// meter adds values up between two reports, and over all of them.
type meter struct {
	clock func() time.Time
	begun time.Time

	mu         sync.Mutex
	counters   map[string]*counter
	histograms map[string]*histogram
	gauges     []gauge
}

type counter struct {
	name, unit string
	attrs      []Attr
	n          int64
}

type histogram struct {
	name   string
	attrs  []Attr
	count  int64
	sum    float64
	counts []int64
}

type gauge struct {
	name, unit string
	read       func() float64
}

func newMeter(clock func() time.Time) *meter {
	return &meter{clock: clock, begun: clock(), counters: make(map[string]*counter), histograms: make(map[string]*histogram)}
}

// bounds of the buckets of a distribution, in seconds.
func bounds() []float64 {
	return []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60}
}

func seriesKey(name string, attrs []Attr) string {
	var b strings.Builder
	b.WriteString(name)
	for _, a := range attrs {
		fmt.Fprintf(&b, "\n%s\n%v", a.Key, a.Value)
	}
	return b.String()
}

func (m *meter) add(name, unit string, n int64, attrs []Attr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := seriesKey(name, attrs)
	c := m.counters[key]
	if c == nil {
		c = &counter{name: name, unit: unit, attrs: slices.Clone(attrs)}
		m.counters[key] = c
	}
	c.n += n
}

func (m *meter) measure(name string, d time.Duration, attrs []Attr) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key, limits := seriesKey(name, attrs), bounds()
	h := m.histograms[key]
	if h == nil {
		h = &histogram{name: name, attrs: slices.Clone(attrs), counts: make([]int64, len(limits)+1)}
		m.histograms[key] = h
	}
	s := d.Seconds()
	at, _ := slices.BinarySearch(limits, s) // a bound belongs to the bucket below it
	h.counts[at]++
	h.count++
	h.sum += s
}

func (m *meter) gauge(name, unit string, read func() float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gauges = append(m.gauges, gauge{name, unit, read})
}

type pointDoc struct {
	Attributes []attrDoc `json:"attributes"`
	Start      string    `json:"startTimeUnixNano,omitempty"`
	Time       string    `json:"timeUnixNano"`
	Int        string    `json:"asInt,omitempty"`
	Double     *float64  `json:"asDouble,omitempty"`
	Count      string    `json:"count,omitempty"`
	Sum        *float64  `json:"sum,omitempty"`
	Buckets    []string  `json:"bucketCounts,omitempty"`
	Bounds     []float64 `json:"explicitBounds,omitempty"`
}

type pointsDoc struct {
	Temporality int        `json:"aggregationTemporality,omitempty"`
	Monotonic   bool       `json:"isMonotonic,omitempty"`
	Points      []pointDoc `json:"dataPoints"`
}

type metricDoc struct {
	Name      string     `json:"name"`
	Unit      string     `json:"unit"`
	Sum       *pointsDoc `json:"sum,omitempty"`
	Histogram *pointsDoc `json:"histogram,omitempty"`
	Gauge     *pointsDoc `json:"gauge,omitempty"`
}

type scopeMetrics struct {
	Scope   scopeDoc    `json:"scope"`
	Metrics []metricDoc `json:"metrics"`
}

type resourceMetrics struct {
	Resource     resourceDoc    `json:"resource"`
	ScopeMetrics []scopeMetrics `json:"scopeMetrics"`
}

type metricsBody struct {
	ResourceMetrics []resourceMetrics `json:"resourceMetrics"`
}

// doc is an ExportMetricsServiceRequest; some is false while there is nothing to tell.
func (m *meter) doc(o *Options) (body metricsBody, some bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	start, now := nanos(m.begun), nanos(m.clock())
	metrics := make(map[string]*metricDoc)
	of := func(name, unit string, points func(*metricDoc) *pointsDoc, p pointDoc) {
		d := metrics[name]
		if d == nil {
			d = &metricDoc{Name: name, Unit: unit}
			metrics[name] = d
		}
		points(d).Points = append(points(d).Points, p)
	}
	for _, c := range m.counters {
		of(c.name, c.unit, sumOf, pointDoc{Attributes: attrsDoc(c.attrs), Start: start, Time: now, Int: strconv.FormatInt(c.n, 10)})
	}
	for _, h := range m.histograms {
		sum := h.sum
		p := pointDoc{Attributes: attrsDoc(h.attrs), Start: start, Time: now, Count: strconv.FormatInt(h.count, 10), Sum: &sum, Bounds: bounds()}
		for _, n := range h.counts {
			p.Buckets = append(p.Buckets, strconv.FormatInt(n, 10))
		}
		of(h.name, "s", histogramOf, p)
	}
	for _, g := range m.gauges {
		value := g.read()
		of(g.name, g.unit, gaugeOf, pointDoc{Attributes: []attrDoc{}, Time: now, Double: &value})
	}
	all := make([]metricDoc, 0, len(metrics))
	for _, d := range metrics {
		all = append(all, *d)
	}
	slices.SortFunc(all, func(a, b metricDoc) int { return strings.Compare(a.Name, b.Name) })
	return metricsBody{[]resourceMetrics{{resourceDoc{attrsDoc(o.Resource)}, []scopeMetrics{{scopeDoc{"muster", o.Version}, all}}}}}, len(m.counters)+len(m.histograms) > 0
}

func sumOf(d *metricDoc) *pointsDoc {
	if d.Sum == nil {
		d.Sum = &pointsDoc{Temporality: cumulative, Monotonic: true}
	}
	return d.Sum
}

func histogramOf(d *metricDoc) *pointsDoc {
	if d.Histogram == nil {
		d.Histogram = &pointsDoc{Temporality: cumulative}
	}
	return d.Histogram
}

func gaugeOf(d *metricDoc) *pointsDoc {
	if d.Gauge == nil {
		d.Gauge = &pointsDoc{}
	}
	return d.Gauge
}
