package report

import (
	"fmt"
	"slices"
	"time"

	"muster/internal/onboarding"
)

// overTime draws how many rows were settled over a run.
type overTime struct {
	Bins        []timeBin
	Width       string // of the drawing: one unit a bin
	First, Last string
	Legend      []legend // empty: the title tells what is drawn
}

// legend says what a colour means.
type legend struct {
	Class string
	Name  onboarding.Word
}

// timeBin is one stretch of time, drawn from the ground up.
type timeBin struct {
	X, Label string
	Cells    []string // the same in numbers
	Bars     []timeColumn
}

type timeColumn struct{ Class, Y, H string }

// moments gathers when rows were settled.
type moments struct{ at [3][]int64 } // nanoseconds; done, waiting, failed

func (m *moments) add(o onboarding.Outcome) {
	if o.At.IsZero() {
		return
	}
	kind := 0
	switch o.Status {
	case onboarding.NotTried, onboarding.Held:
		return
	case onboarding.Waiting:
		kind = 1
	case onboarding.Failed:
		kind = 2
	}
	m.at[kind] = append(m.at[kind], o.At.UnixNano())
}

const (
	mostBins = 48
	fewest   = 20 // rows, below which a drawing over time tells nothing
)

// chart draws the moments; nil when there is no stretch of time to see.
func (m *moments) chart() *chart {
	all := slices.Concat(m.at[0], m.at[1], m.at[2])
	if len(all) < fewest {
		return nil
	}
	first, last := slices.Min(all), slices.Max(all)
	step := binOf(time.Duration(last - first))
	if step == 0 {
		return nil
	}
	first = time.Unix(0, first).Truncate(step).UnixNano()
	counts := make([][3]int, (last-first)/int64(step)+1)
	most := 0
	for kind, list := range m.at {
		for _, at := range list {
			n := &counts[(at-first)/int64(step)]
			n[kind]++
			most = max(most, n[0]+n[1]+n[2])
		}
	}
	o := newOverTime(time.Unix(0, first), step, len(counts))
	for i, n := range counts {
		o.Bins[i].Cells = []string{thousands(n[0]), thousands(n[1]), thousands(n[2])}
		o.Bins[i].Bars = columns(float64(most), layer{"failed", float64(n[2])}, layer{"waiting", float64(n[1])}, layer{"done", float64(n[0])})
	}
	o.Legend = []legend{{"done", "done"}}
	if len(m.at[1]) > 0 {
		o.Legend = append(o.Legend, legend{"waiting", "waiting"})
	}
	if len(m.at[2]) > 0 {
		o.Legend = append(o.Legend, legend{"failed", "failed"})
	}
	return &chart{
		Title: onboarding.T("Rows settled over the run"), Lead: onboarding.T("from %s on; each column is %s, the highest holds %s rows", time.Unix(0, slices.Min(all)).UTC().Format("2006-01-02 15:04:05 UTC"), stepText(step), thousands(most)), Over: o,
		Heads: []onboarding.Word{"From", "Done", "Waiting", "Failed"},
	}
}

// newOverTime lays out the stretches, in which nothing is drawn yet.
func newOverTime(from time.Time, step time.Duration, n int) *overTime {
	layout := timeLayout(step)
	o := &overTime{Bins: make([]timeBin, n), Width: fmt.Sprint(n), First: from.UTC().Format(layout), Last: from.Add(time.Duration(n) * step).UTC().Format(layout)}
	for i := range o.Bins {
		o.Bins[i].X, o.Bins[i].Label = fmt.Sprintf("%.2f", float64(i)+.06), from.Add(time.Duration(i)*step).UTC().Format(layout)
	}
	return o
}

// charts draw the calls of a run, and how long their answers took; none when there is no stretch of time to see.
func (p Pace) charts() []*chart {
	calls, most, slowest := 0, 0, time.Duration(0)
	for _, s := range p.Stretches {
		calls, most, slowest = calls+s.Calls, max(most, s.Calls), max(slowest, s.mean())
	}
	if calls < fewest || len(p.Stretches) < 5 {
		return nil
	}
	made, took := newOverTime(p.From, p.Step, len(p.Stretches)), newOverTime(p.From, p.Step, len(p.Stretches))
	for i, s := range p.Stretches {
		made.Bins[i].Cells, took.Bins[i].Cells = []string{thousands(s.Calls)}, []string{"–"}
		if s.Calls > 0 {
			took.Bins[i].Cells[0] = milliseconds(s.mean())
		}
		made.Bins[i].Bars = columns(float64(most), layer{"calls", float64(s.Calls)})
		took.Bins[i].Bars = columns(float64(slowest), layer{"calls", float64(s.mean())})
	}
	from := p.From.UTC().Format("2006-01-02 15:04:05 UTC")
	return []*chart{
		{
			Title: onboarding.T("Calls over the run"), Lead: onboarding.T("from %s on; each column is %s, the highest holds %s calls", from, stepText(p.Step), thousands(most)),
			Over: made, Heads: []onboarding.Word{"From", "Calls"},
		},
		{
			Title: onboarding.T("Duration of calls"), Lead: onboarding.T("until the answer begins, on average; each column is %s, the highest stands for %s ms", stepText(p.Step), milliseconds(slowest)),
			Over: took, Heads: []onboarding.Word{"From", "Milliseconds"},
		},
	}
}

// mean is how long an answer took on average; 0 without calls.
func (s Stretch) mean() time.Duration { return s.Took / time.Duration(max(s.Calls, 1)) }

func milliseconds(d time.Duration) string { return oneDecimal(float64(d.Microseconds()) / 1000) }

// layer is one part of a column, in whatever unit.
type layer struct {
	class string
	n     float64
}

// columns stacks parts from the ground up; most is the full height.
func columns(most float64, parts ...layer) []timeColumn {
	var out []timeColumn
	y := 100.0
	for _, s := range parts {
		if s.n == 0 {
			continue
		}
		h := 100 * s.n / most
		y -= h
		out = append(out, timeColumn{s.class, fmt.Sprintf("%.2f", y), fmt.Sprintf("%.2f", h)})
	}
	return out
}

// binOf gives a round step that parts a stretch of time into few bins; 0 when there is nothing to part.
func binOf(d time.Duration) time.Duration {
	for _, unit := range []time.Duration{time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, time.Second} {
		for _, n := range []time.Duration{1, 2, 5} {
			if step := n * unit; d > 4*step && d/step < mostBins {
				return step
			}
		}
	}
	for _, step := range []time.Duration{10 * time.Second, 20 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour} {
		if d > 4*step && d/step < mostBins {
			return step
		}
	}
	return 0
}

func stepText(step time.Duration) onboarding.Text {
	switch {
	case step < time.Second:
		return onboarding.T("%d ms", step.Milliseconds())
	case step < time.Minute:
		return onboarding.T("%d s", int(step.Seconds()))
	case step < time.Hour:
		return onboarding.T("%d min", int(step.Minutes()))
	}
	return onboarding.T("%d h", int(step.Hours()))
}

func timeLayout(step time.Duration) string {
	switch {
	case step < time.Second:
		return "15:04:05.000"
	case step < time.Minute:
		return "15:04:05"
	case step < time.Hour:
		return "15:04"
	}
	return "2006-01-02 15:04"
}
