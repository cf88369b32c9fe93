package provision

import (
	"context"
	"time"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
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

// conflicted notes a create that was refused because the object is there. When it was the first one ever of its row, with
// counted sends in this process, somebody else made the object.
func (t *tenant) conflicted(it journal.Item, cause error, counted int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if webex.Conflict(cause) && it.Entry.Attempts == 0 && !it.Doubtful && t.sent[it.Seq] <= counted {
		if t.theirs == nil {
			t.theirs = make(map[int64]bool)
		}
		t.theirs[it.Seq] = true
	}
}

// owned gives a row whose object was found, without its intent when somebody else or an earlier run made that object.
func (t *tenant) owned(it journal.Item) journal.Item {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.theirs[it.Seq] || it.MadeEarlier {
		it.Entry.State = journal.New
	}
	return it
}

// putOff leaves an unclear row for a later look while its settle time lasts.
func (t *tenant) putOff(it journal.Item) bool {
	wait := t.unclearFor(it)
	if wait <= 0 {
		return false
	}
	t.lookAgain(wait)
	return true
}

// later leaves a row whose create had no clear answer, and left no trace so far, for a later look: until its settle time is
// over, then it is sent again. false when it has been sent often enough.
func (t *tenant) later(it journal.Item) bool {
	t.mu.Lock()
	enough := t.sent[it.Seq] > mostSends
	t.mu.Unlock()
	if enough {
		return false
	}
	t.lookAgain(max(t.unclearFor(it), 0))
	return true
}

// lookAgain makes the customer come back for its unclear rows, after the shortest of their waits.
func (t *tenant) lookAgain(wait time.Duration) {
	until := t.e.opt.Clock().Add(wait)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.unsettled.IsZero() || until.Before(t.unsettled) {
		t.unsettled = until
	}
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

// unclearFor is how much longer a create is to be looked for: counted from the answer that left it unclear, or from the
// start of this process for one that an earlier process may have sent, at a moment that nobody knows.
func (t *tenant) unclearFor(it journal.Item) time.Duration {
	t.mu.Lock()
	began := t.lostAt[it.Seq]
	t.mu.Unlock()
	if it.Entry.At.After(began) {
		began = it.Entry.At
	}
	now, start := t.e.opt.Clock(), t.e.begun
	if began.Before(start) || began.After(now) { // the latter when somebody has set the clock back
		began = start
	}
	return min(t.e.opt.Settle-now.Sub(began), t.e.opt.Settle)
}

// noAnswer notes that the answer to a create was lost, now.
func (t *tenant) noAnswer(it journal.Item, cause error) {
	if !webex.Unclear(cause) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lostAt == nil {
		t.lostAt = make(map[int64]time.Time)
	}
	t.lostAt[it.Seq] = t.e.opt.Clock()
}

// unsettled is the failure of a row of which nobody can say whether it was carried out.
func unsettled(why onboarding.Text) *onboarding.Failure {
	f := onboarding.Explain(onboarding.CodeUnsettled, why)
	f.Code = onboarding.CodeUnsettled
	return f
}

// notFound is the failure of a create that had no clear answer and left no trace.
func notFound(cause error) *onboarding.Failure {
	return because(onboarding.T("no clear answer came, and the object could not be found"), cause)
}

// notLooked is the failure of a create that may have been carried out, where looking for the object fails too. fatal is
// set when the run cannot go on.
func notLooked(cause error) (f *onboarding.Failure, fatal error) {
	if _, fatal := verdict(cause); fatal != nil {
		return nil, fatal
	}
	return because(onboarding.T("a create may have been carried out, and it could not be looked up"), cause), nil
}

// because is an unsettled failure with what the service said.
func because(why onboarding.Text, cause error) *onboarding.Failure {
	said, _ := verdict(cause)
	if said == nil {
		return unsettled(why)
	}
	f := unsettled(onboarding.T("%s: %s", why, said.Text()))
	f.TrackingID, f.HTTPStatus = said.TrackingID, said.HTTPStatus
	return f
}
