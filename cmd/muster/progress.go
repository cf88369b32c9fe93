package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"muster/internal/onboarding"
)

// progress tells how a run goes, on standard error: a bar on a terminal, a line now and then elsewhere.
type progress struct {
	mu      sync.Mutex
	out     io.Writer
	bar     *progressbar.ProgressBar // nil: plain lines, or nothing
	plain   bool
	clock   func() time.Time
	begun   time.Time
	told    time.Time
	total   int
	done    int
	failed  int
	doing   string
	room    int                       // columns that the bar leaves for what is said beside it; 0: enough
	waits   int                       // customers that wait for the service
	reasons map[onboarding.Reason]int // rows that wait, and that the run leaves waiting
	until   time.Time                 // when the first window opens that one of them waits for; zero: none
	forward func(onboarding.Outcome)
}

const (
	barWidth   = 12 // leaves room in 80 columns for counts, rate and estimate
	barColumns = 66 // that these and the bar take
	leastRoom  = 14 // for what is done
)

// plainEvery is how often plain progress is told.
const plainEvery = 10 * time.Second

// newProgress makes the observer of a run of so many rows. mode is auto, plain or none; forward also gets every outcome.
func newProgress(s streams, mode string, total int, forward func(onboarding.Outcome)) *progress {
	p := &progress{out: s.err, clock: time.Now, doing: "provisioning", total: total, reasons: make(map[onboarding.Reason]int), forward: forward}
	p.begun = p.clock()
	p.told = p.begun
	switch {
	case mode == "none" || total == 0:
	case mode == "auto" && movable(s.err):
		p.room = max(leastRoom, columns(terminal(unwrapped(s.err)))-barColumns)
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(moving(s.err)), progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString("rows"),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(barWidth), progressbar.OptionSetDescription("provisioning"))
	default:
		p.plain = true
	}
	return p
}

// does names what is done to the rows.
func (p *progress) does(doing string) *progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doing = doing
	if p.bar != nil {
		p.bar.Describe(p.description())
	}
	return p
}

// movable reports whether w is a terminal on which a line may be redrawn.
func movable(w io.Writer) bool {
	return terminal(unwrapped(w)) != nil && os.Getenv("TERM") != "dumb" && os.Getenv("CI") == ""
}

// Done counts a row.
func (p *progress) Done(o onboarding.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	switch o.Status {
	case onboarding.Failed:
		p.failed++
	case onboarding.Waiting:
		p.reasons[o.Reason]++
	}
	if p.forward != nil {
		p.forward(o)
	}
	if p.bar != nil {
		if o.Status == onboarding.Failed || o.Status == onboarding.Waiting {
			p.bar.Describe(p.description())
		}
		_ = p.bar.Add(1) // a bar that cannot be drawn must not stop the run
	}
	p.tell()
}

// Waits takes how many customers wait for the service.
func (p *progress) Waits(customers int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil && p.waits != customers {
		p.waits = customers
		p.bar.Describe(p.description())
	}
	p.waits = customers
	p.tell()
}

// opens takes when the first window opens that customers wait for; zero when none waits.
func (p *progress) opens(at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = at
	if p.bar != nil {
		p.bar.Describe(p.description())
	}
	if p.plain && !at.IsZero() {
		fmt.Fprintf(p.out, "customers wait for their window: the first opens at %s\n", at.Local().Format(windowTime))
	}
}

// windowTime is how the opening of a window is told.
const windowTime = "2006-01-02 15:04 MST"

// description tells what is done, and what waits for what. On a narrow terminal the reasons are left out.
func (p *progress) description() string {
	full := p.described(true)
	if p.room == 0 || len(full) <= p.room {
		return full
	}
	brief := p.described(false)
	return brief[:min(len(brief), p.room)]
}

func (p *progress) described(reasons bool) string {
	text := p.doing
	if p.waits > 0 {
		text += fmt.Sprintf(", %d waiting", p.waits)
		if reasons {
			text = fmt.Sprintf("%s, customers waiting: %d", p.doing, p.waits)
		}
	}
	if !p.until.IsZero() && reasons {
		text += " until " + p.until.Local().Format(windowTime)
	}
	lead := ", rows waiting:"
	for _, reason := range slices.Sorted(maps.Keys(p.reasons)) {
		if reasons {
			text += fmt.Sprintf("%s %d %s", lead, p.reasons[reason], reason)
			lead = ","
		}
	}
	if p.failed > 0 {
		text += fmt.Sprintf(", %d failed", p.failed)
	}
	return text
}

// tell writes a plain line when the last one is old enough. The caller holds the lock.
func (p *progress) tell() {
	now := p.clock()
	if !p.plain || now.Sub(p.told) < plainEvery {
		return
	}
	p.told = now
	rate := float64(p.done) / now.Sub(p.begun).Seconds()
	left := "unknown"
	if rate > 0 && p.total >= p.done {
		left = time.Duration(float64(p.total-p.done) / rate * float64(time.Second)).Round(time.Second).String()
	}
	fmt.Fprintf(p.out, "%d of %d rows, %.1f rows/s, about %s left; %s\n", p.done, p.total, rate, left, p.description())
}

// close takes the bar away.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
