package main

import (
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/rivo/uniseg"
	"github.com/schollz/progressbar/v3"

	"muster/internal/onboarding"
)

// progress tells how a run goes, on standard error: a bar on a terminal, a line now and then elsewhere.
type progress struct {
	mu      sync.Mutex
	out     speech
	bar     *progressbar.ProgressBar // nil: plain lines, or nothing
	plain   bool
	clock   func() time.Time
	begun   time.Time
	told    time.Time
	total   int
	done    int
	failed  int
	doing   onboarding.Text
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
func newProgress(people speech, mode string, total int, forward func(onboarding.Outcome)) *progress {
	p := &progress{out: people, clock: time.Now, doing: onboarding.T("provisioning"), total: total, reasons: make(map[onboarding.Reason]int), forward: forward}
	p.begun = p.clock()
	p.told = p.begun
	switch {
	case mode == "none" || total == 0:
	case mode == "auto" && movable(people.Writer):
		p.room = max(leastRoom, columns(terminal(unwrapped(people.Writer)))-barColumns)
		p.bar = progressbar.NewOptions(total,
			progressbar.OptionSetWriter(moving(people.Writer)), progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(people.said("rows")),
			progressbar.OptionSetPredictTime(true), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetWidth(barWidth), progressbar.OptionSetDescription(p.description()))
	default:
		p.plain = true
	}
	return p
}

// does names what is done to the rows.
func (p *progress) does(doing onboarding.Text) *progress {
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
		p.out.line("customers wait for their window: the first opens at %s", at.Local().Format(windowTime))
	}
}

// windowTime is how the opening of a window is told.
const windowTime = "2006-01-02 15:04 MST"

// description tells what is done, and what waits for what. On a narrow terminal the reasons are left out.
func (p *progress) description() string {
	full := p.described(true)
	if p.room == 0 || uniseg.StringWidth(full) <= p.room {
		return full
	}
	brief := p.described(false)
	for uniseg.StringWidth(brief) > p.room {
		letters := []rune(brief)
		brief = string(letters[:len(letters)-1])
	}
	return brief
}

func (p *progress) described(reasons bool) string {
	parts := onboarding.List{p.doing}
	switch {
	case p.waits > 0 && !reasons:
		parts = append(parts, onboarding.T("%s waiting", onboarding.Number(p.waits)))
	case p.waits > 0:
		parts = append(parts, onboarding.T("customers waiting: %s", onboarding.Number(p.waits)))
	}
	if !p.until.IsZero() && reasons {
		parts = append(parts, onboarding.T("waiting until %s", p.until.Local().Format(windowTime)))
	}
	if reasons && len(p.reasons) > 0 {
		parts = append(parts, p.waiting())
	}
	if p.failed > 0 {
		parts = append(parts, onboarding.T("%s failed", onboarding.Number(p.failed)))
	}
	return p.out.said("%s", parts)
}

// waiting counts the rows that wait, by what for.
func (p *progress) waiting() onboarding.Text {
	var parts onboarding.List
	for _, reason := range slices.Sorted(maps.Keys(p.reasons)) {
		parts = append(parts, onboarding.T("%s %s", onboarding.Number(p.reasons[reason]), reasonWord(reason)))
	}
	return onboarding.T("rows waiting: %s", parts)
}

// reasonWord names in a word what a row waits for.
func reasonWord(r onboarding.Reason) onboarding.Word {
	switch r {
	case onboarding.ReasonReview:
		return "review"
	case onboarding.ReasonConsent:
		return "consent"
	}
	return "set-up"
}

// tell writes a plain line when the last one is old enough. The caller holds the lock.
func (p *progress) tell() {
	now := p.clock()
	if !p.plain || now.Sub(p.told) < plainEvery {
		return
	}
	p.told = now
	rate := float64(p.done) / now.Sub(p.begun).Seconds()
	left := p.out.said("unknown")
	if rate > 0 && p.total >= p.done {
		left = time.Duration(float64(p.total-p.done) / rate * float64(time.Second)).Round(time.Second).String()
	}
	p.out.line("%d of %d rows, %.1f rows/s, about %s left; %s", p.done, p.total, rate, left, p.description())
}

// close takes the bar away.
func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
