package provision

import (
	"context"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
)

// mostSends is how often one process sends the create of one row: once, and once more when no trace of it was found.
const mostSends = 2

// intend makes the intent of a create durable. ok is false when the create must not be sent now: an earlier one may
// still show up, or a guard forbids it.
func (t *tenant) intend(ctx context.Context, it *journal.Item) (ok bool, err error) {
	if begun(*it) && t.putOff(*it) {
		return false, nil
	}
	if !t.e.mayCreate() {
		return false, nil
	}
	if err := t.run.Intend(ctx, it.Seq); err != nil {
		return false, err
	}
	it.Entry.State, it.Entry.At = journal.Intent, t.e.opt.Clock()
	t.countSend(it.Seq)
	return true, nil
}

func (t *tenant) countSend(seq int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sent == nil {
		t.sent = make(map[int64]int)
	}
	t.sent[seq]++
}

// putOff leaves an unclear row for a later look while its settle time lasts, unless it has been sent often enough to
// give it up.
func (t *tenant) putOff(it journal.Item) bool {
	wait := t.e.unclearFor(it.Entry.At)
	t.mu.Lock()
	defer t.mu.Unlock()
	if wait <= 0 || t.sent[it.Seq] > mostSends {
		return false
	}
	until := t.e.opt.Clock().Add(wait)
	if t.unsettled.IsZero() || until.Before(t.unsettled) {
		t.unsettled = until
	}
	return true
}

// resume tells whether something is still to be settled, after a step that may have left unclear rows behind.
func (t *tenant) resume(err error) (stepResult, error) {
	if err != nil || t.unsettled.IsZero() {
		return goOn, err
	}
	wait := max(t.unsettled.Sub(t.e.opt.Clock()), 0)
	t.unsettled = time.Time{}
	return t.waitFor(min(wait, t.pause())), nil
}

// unclearFor is how much longer an unclear create is to be looked for.
func (e *Engine) unclearFor(began time.Time) time.Duration {
	return e.opt.Settle - e.opt.Clock().Sub(began)
}

// unsettled is the failure of a row of which nobody can say whether it was carried out.
func unsettled(cause error) *onboarding.Failure {
	f := &onboarding.Failure{Kind: "unsettled", Code: "unsettled"}
	if fail, _ := verdict(cause); fail != nil {
		f.Message, f.TrackingID, f.HTTPStatus = fail.Message, fail.TrackingID, fail.HTTPStatus
	}
	f.Message = "no clear answer came, and the object could not be found: " + f.Message
	return f
}
