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
	Step        onboarding.Text // how long a bin lasts
	Most        string          // rows in the highest bin
	Waits, Bad  bool            // some are drawn
}

// timeBin is one stretch of time, drawn from the ground up.
type timeBin struct {
	X, Label         string
	Done, Wait, Fail int
	Bars             []timeColumn
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
	bins := make([]timeBin, (last-first)/int64(step)+1)
	for kind, list := range m.at {
		for _, at := range list {
			b := &bins[(at-first)/int64(step)]
			*[]*int{&b.Done, &b.Wait, &b.Fail}[kind]++
		}
	}
	o := &overTime{Bins: bins, Width: fmt.Sprint(len(bins)), Step: stepText(step), Waits: len(m.at[1]) > 0, Bad: len(m.at[2]) > 0}
	most := 0
	for _, b := range bins {
		most = max(most, b.Done+b.Wait+b.Fail)
	}
	layout := timeLayout(step)
	for i := range bins {
		b := &bins[i]
		b.X, b.Label = fmt.Sprintf("%.2f", float64(i)+.06), time.Unix(0, first+int64(i)*int64(step)).UTC().Format(layout)
		b.Bars = columns(most, b)
	}
	o.Most, o.First = thousands(most), bins[0].Label
	o.Last = time.Unix(0, first+int64(len(bins))*int64(step)).UTC().Format(layout)
	return &chart{
		Title: onboarding.T("Rows settled over the run"), Lead: onboarding.T("from %s on; each column is %s, the highest holds %s rows", time.Unix(0, slices.Min(all)).UTC().Format("2006-01-02 15:04:05 UTC"), o.Step, o.Most), Over: o,
		Heads: []onboarding.Word{"From", "Done", "Waiting", "Failed"},
	}
}

func columns(most int, b *timeBin) []timeColumn {
	var out []timeColumn
	y := 100.0
	for _, s := range []struct {
		class string
		n     int
	}{{"failed", b.Fail}, {"waiting", b.Wait}, {"done", b.Done}} {
		if s.n == 0 {
			continue
		}
		h := 100 * float64(s.n) / float64(most)
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
