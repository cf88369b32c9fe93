package undo

import (
	"context"
	"time"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// takeCustomer asks the service to delete the customer, which goes on in the background.
func (t *tenant) takeCustomer(ctx context.Context, rows []row) error {
	r := rows[0] // a customer is one row
	live, err := t.standing(ctx)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	if live == nil {
		o := onboarding.Outcome{Status: onboarding.Gone, Error: note(onboarding.T("the customer is not there any more"))}
		if r.announced() || r.organization() != "" {
			o = removed(r.organization())
		}
		return t.customerAway(ctx, r, o)
	}
	if live.Status == webex.CustomerDeleting {
		t.leave(r)
		return nil
	}
	users, err := t.listed(ctx)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	if t.left > 0 {
		return t.record(ctx, r, onboarding.Outcome{Status: onboarding.NotTried, Error: note(
			onboarding.T("something of it could not be taken back (rows: %s)", onboarding.Number(t.left)))})
	}
	if others := len(users) - t.removed - t.stood; others > 0 {
		return t.keep(ctx, r, onboarding.ReasonUsers, onboarding.T("it has users that this run did not make (%s), and they would go with it", onboarding.Number(others)))
	}
	if t.run == nil {
		return t.forgotten(ctx, r, removed(live.OrgID))
	}
	// once the customer is gone nobody can ask for its organization
	if err := t.run.Announce(ctx, r.Seq, removed(live.OrgID)); err != nil {
		return err
	}
	if err := t.service.DeleteCustomer(ctx, live.ID); err != nil {
		return t.refused(ctx, r, err)
	}
	t.leave(r)
	return nil
}

// removed is the outcome of a deleted customer, with what it leaves behind.
func removed(org string) onboarding.Outcome {
	o := onboarding.Outcome{Status: onboarding.Removed, Reason: onboarding.ReasonOrganization}
	if org == "" {
		o.Error = note(onboarding.T("its Webex organization remains, whose ID is not known here, and the emails in it stay claimed"))
		return o
	}
	o.Error = note(onboarding.T("its Webex organization remains, and the emails in it stay claimed; to attach to it again, put %s into Organization ID", org))
	o.Error.Organization = org
	return o
}

// leave keeps a customer that is being deleted, to be waited for with all others.
func (t *tenant) leave(r row) {
	t.leaving = &r
	t.e.mu.Lock()
	defer t.e.mu.Unlock()
	t.e.leaving = append(t.e.leaving, t)
}

// customerAway records that a customer is gone, and forgets everything of it: what is left is not the partner's customer any more.
func (t *tenant) customerAway(ctx context.Context, r row, o onboarding.Outcome) error {
	if err := t.record(ctx, r, o); err != nil || t.run == nil {
		return err
	}
	return t.forgetAll(ctx, o)
}

// forgetAll forgets everything of a customer but the organization that remains of it.
func (t *tenant) forgetAll(ctx context.Context, gone onboarding.Outcome) error {
	org := ""
	if gone.Error != nil {
		org = gone.Error.Organization
	}
	for o, err := range t.run.Objects(ctx, t.key) {
		if err != nil {
			return err
		}
		left := ""
		if o.Kind == onboarding.ObjectCustomer {
			left = org
		}
		if err := t.run.Forget(ctx, o, left); err != nil {
			return err
		}
	}
	return nil
}

// await waits for all customers that are being deleted together: one list a hundred of them in each round.
func (e *Engine) await(ctx context.Context) {
	pause, until := e.opt.PollFirst, e.opt.Clock().Add(e.opt.Wait)
	for len(e.leaving) > 0 {
		if e.run == nil {
			for _, t := range e.leaving {
				e.stop(t.record(ctx, *t.leaving, removed(t.live.OrgID)))
			}
			return
		}
		if e.halted.Load() {
			e.leftBehind(ctx, onboarding.Outcome{Status: onboarding.NotTried, Error: note(onboarding.T("the service is deleting it, and the end of that was not waited for"))})
			return
		}
		if e.opt.Clock().After(until) {
			e.leftBehind(ctx, onboarding.Outcome{Status: onboarding.Failed, Error: onboarding.Explain("unavailable",
				onboarding.T("the service has not deleted it within %s; the same command looks again", e.opt.Wait))})
			return
		}
		if err := rest(ctx, pause); err != nil {
			e.stop(err)
			return
		}
		pause = min(pause*3/2, e.opt.PollMost)
		if err := e.ask(ctx); err != nil {
			e.stop(err)
			return
		}
	}
}

// leftBehind records customers whose deletion is under way.
func (e *Engine) leftBehind(ctx context.Context, o onboarding.Outcome) {
	for _, t := range e.leaving {
		e.stop(t.record(ctx, *t.leaving, o))
	}
}

// ask finds out which customers are gone. Those that no list of customers being deleted holds are looked at singly.
func (e *Engine) ask(ctx context.Context) error {
	deleting, err := e.deleting(ctx)
	if err != nil {
		return e.passing(err)
	}
	var still []*tenant
	for _, t := range e.leaving {
		over := false
		if !deleting[t.live.ID] {
			if over, err = t.over(ctx); err != nil {
				return err
			}
		}
		if !over {
			still = append(still, t)
		}
	}
	e.leaving = still
	return nil
}

// deleting lists what the service is deleting, once for each sub-partner.
func (e *Engine) deleting(ctx context.Context) (map[string]bool, error) {
	out, asked := make(map[string]bool), make(map[string]bool)
	for _, t := range e.leaving {
		if asked[t.sub] {
			continue
		}
		asked[t.sub] = true
		for c, err := range t.service.ListCustomers(ctx, webex.CustomerFilter{Status: webex.CustomerDeleting}) {
			if err != nil {
				return nil, err
			}
			out[c.ID] = true
		}
	}
	return out, nil
}

// passing gives only an error that ends the run: any other list is asked for again in the next round.
func (e *Engine) passing(err error) error {
	_, fatal := webex.Verdict(err)
	return fatal
}

// over looks at a customer that is not listed as being deleted; true ends the wait for it.
func (t *tenant) over(ctx context.Context) (bool, error) {
	now, err := t.service.Customer(ctx, t.live.ID)
	r := *t.leaving
	switch {
	case webex.NotFound(err):
		return true, t.customerAway(ctx, r, removed(t.live.OrgID))
	case err != nil:
		return false, t.e.passing(err)
	case now.Status == webex.CustomerDeleting:
		return false, nil
	}
	return true, t.record(ctx, r, onboarding.Outcome{Status: onboarding.Failed, Error: onboarding.Explain("conflict",
		onboarding.T("the service took the deletion, and the customer is %s again", now.Status))})
}

// rest waits for a while or for the end of the context, whichever comes first.
func rest(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
