package provision

import (
	"cmp"
	"context"
	"time"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// customer makes sure that the customer stands at the service: it is found, adopted, updated or created.
func (t *tenant) customer(ctx context.Context) (stepResult, error) {
	if t.id != "" {
		return goOn, nil
	}
	t.attached = t.spec.OrgID != ""
	if t.item.Held != onboarding.NoReason {
		return ends, t.end(ctx, onboarding.Outcome{Status: onboarding.Held, Reason: t.item.Held})
	}
	if final(t.item) {
		t.id, t.settled, t.since = t.item.Entry.Outcome.ID, t.item.Entry.Outcome, t.e.opt.Clock()
		t.mine = t.item.Made || t.settled.Status == onboarding.Created
		return goOn, nil
	}
	live, err := t.service.FindCustomer(ctx, t.key)
	if err != nil && begun(t.item) {
		return t.lost(ctx, err)
	}
	if err != nil {
		return t.refused(ctx, err)
	}
	if t.item.Standing() || live == nil && t.spec.PackagesOnly {
		return t.standing(ctx, live)
	}
	if live == nil {
		return t.create(ctx)
	}
	return t.found(ctx, *live)
}

// create sends the customer. A create that was begun before and cannot be found is sent again only after the settle
// time: lists lag, and the first one may still show up.
func (t *tenant) create(ctx context.Context) (stepResult, error) {
	if lack := lacking(t.spec.Unknown); lack != nil {
		return ends, t.fail(ctx, lack)
	}
	if ok, err := t.intend(ctx, &t.item); !ok {
		if err == nil && !t.unsettled.IsZero() {
			return t.resume(nil)
		}
		return ends, err
	}
	if err := cmp.Or(t.lookBefore(ctx), t.recall(ctx)); err != nil {
		return ends, err
	}
	id, err := t.service.CreateCustomer(ctx, NewCustomer(t.key, t.spec))
	switch {
	case webex.Unclear(err), webex.Conflict(err):
		return t.settleCustomer(ctx, err)
	case err != nil:
		return t.refused(ctx, err)
	}
	return t.made(ctx, id)
}

// settleCustomer finds out what became of a create whose answer was lost, or that the service says is there already.
func (t *tenant) settleCustomer(ctx context.Context, cause error) (stepResult, error) {
	t.conflicted(t.item, cause, 1)
	t.noAnswer(t.item, cause)
	live, err := t.service.FindCustomer(ctx, t.key)
	switch {
	case err != nil:
		return t.lost(ctx, err)
	case live != nil:
		return t.found(ctx, *live)
	case t.later(t.item):
		return t.resume(nil)
	case webex.Unclear(cause):
		return ends, t.fail(ctx, notFound(cause))
	}
	return t.refused(ctx, cause)
}

// made remembers a customer that this run created and waits for it.
func (t *tenant) made(ctx context.Context, id string) (stepResult, error) {
	t.id, t.fresh, t.bare, t.mine, t.since = id, true, !t.attached, true, t.e.opt.Clock()
	t.settled = onboarding.Outcome{Status: onboarding.Created, ID: id}
	t.memory = &t.spec
	if err := t.remember(ctx, true); err != nil {
		return ends, err
	}
	return t.await(ctx, onboarding.ReasonProvisioning)
}

// await records that the customer waits for the service, so that a crash finds it again, and sets it aside.
func (t *tenant) await(ctx context.Context, why onboarding.Reason) (stepResult, error) {
	o := t.settled
	o.Kind, o.Key, o.Customer, o.File, o.Sheet, o.Row = t.item.Kind, t.item.Key, t.item.Customer, t.item.File, t.item.Sheet, t.item.Row
	o.Status, o.Reason, o.Since, o.At = onboarding.Waiting, why, t.since, t.e.opt.Clock()
	return waits, t.run.RecordSync(ctx, t.item.Seq, o)
}

// found deals with a customer that stands at the service already.
func (t *tenant) found(ctx context.Context, live webex.Customer) (stepResult, error) {
	t.id, t.since = live.ID, t.waitingSince()
	ours, made, err := t.ours(ctx)
	if err != nil {
		return ends, err
	}
	status := onboarding.Adopted
	switch {
	case begun(t.owned(t.item)), made == t.run.ID():
		status = onboarding.Created
	case made != "" && waited(t.item):
		status = onboarding.Updated // an update was under way when the run was left
	case made != "":
		status = onboarding.Unchanged
	}
	t.mine = made != "" || status == onboarding.Created
	t.attached = t.attached || ours != nil && ours.OrgID != ""
	t.settled = onboarding.Outcome{Status: status, ID: live.ID}
	if t.memory = ours; t.memory == nil && status == onboarding.Created {
		t.memory = &t.spec // an earlier process of this run sent it and could not say so
	}
	if err := t.remember(ctx, status == onboarding.Created); err != nil {
		return ends, err
	}
	if live.Status.Usable() {
		return t.bringUpToDate(ctx, live)
	}
	return goOn, nil
}

// waitingSince is when the wait of this customer began, as an earlier process recorded it; not later than now, should
// somebody have set the clock back.
func (t *tenant) waitingSince() time.Time {
	now := t.e.opt.Clock()
	if since := t.item.Entry.Outcome.Since; waited(t.item) && since.Before(now) {
		return since
	}
	return now
}

// end records the outcome of the customer and of everything below it that is not final.
func (t *tenant) end(ctx context.Context, o onboarding.Outcome) error {
	if err := t.e.record(ctx, t.item, o); err != nil {
		return err
	}
	return t.hold(ctx, below(o.Status))
}

func (t *tenant) fail(ctx context.Context, f *onboarding.Failure) error {
	return t.end(ctx, onboarding.Outcome{Status: onboarding.Failed, ID: cmp.Or(t.id, t.item.Entry.Outcome.ID), Error: t.claimed(f)})
}

// lost ends the customer whose create may have been carried out and cannot be looked up.
func (t *tenant) lost(ctx context.Context, err error) (stepResult, error) {
	f, fatal := notLooked(err)
	if fatal != nil {
		return ends, fatal
	}
	return ends, t.fail(ctx, f)
}

// refused ends the customer with the service's refusal, or the run when the error is not about the customer.
func (t *tenant) refused(ctx context.Context, err error) (stepResult, error) {
	f, fatal := verdict(err)
	if fatal != nil {
		return ends, fatal
	}
	return ends, t.fail(ctx, f)
}
