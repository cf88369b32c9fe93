package provision

import (
	"context"
	"time"

	"muster/internal/webex"
)

// keep asks after the customers that wait, all of them in one list call a hundred, and wakes those whose wait is over.
// It ends when no customer is left.
func (e *Engine) keep(ctx context.Context) error {
	pause := e.opt.PollFirst
	var last seen
	var opens time.Time
	for {
		if err := e.queue.tick(ctx, e.opt.PollFirst); err != nil || e.queue.isOver() {
			return err
		}
		parked := e.queue.waiting()
		e.obs.Waits(len(parked))
		e.tellOpening(parked, &opens)
		now := e.opt.Clock()
		if now.Sub(last.at) >= pause {
			busy, err := e.busyCustomers(ctx, parked)
			if err != nil {
				return err
			}
			last, pause = seen{now, busy}, min(pause*3/2, e.opt.PollMost)
		}
		if e.wakeReady(parked, last, now) > 0 {
			pause = e.opt.PollFirst
		}
	}
}

// wakeReady releases every parked customer that need not wait any longer.
func (e *Engine) wakeReady(parked []waiter, seen seen, now time.Time) (woken int) {
	for _, w := range parked {
		if e.stillWaits(w, seen, now) {
			continue
		}
		e.queue.release(w.tenant)
		woken++
	}
	return woken
}

func (e *Engine) stillWaits(w waiter, seen seen, now time.Time) bool {
	switch {
	case !w.due.IsZero():
		return now.Before(w.due)
	case now.Sub(w.since) >= e.opt.Wait:
		return false
	}
	return seen.at.Before(w.parked) || seen.busy[w.id]
}

// seen is what a bulk question told: which customers the service was still working on, and when.
type seen struct {
	at   time.Time
	busy map[string]bool
}

// busyCustomers lists which customers the service is still working on; nothing is asked when nobody waits for it.
func (e *Engine) busyCustomers(ctx context.Context, parked []waiter) (map[string]bool, error) {
	type question struct {
		service *webex.Client
		state   webex.CustomerStatus
	}
	questions := make(map[question]bool)
	for _, w := range parked {
		if w.due.IsZero() {
			questions[question{w.service, w.phase}] = true
		}
	}
	busy := make(map[string]bool)
	for q := range questions {
		for c, err := range q.service.ListCustomers(webex.AsPoll(ctx), webex.CustomerFilter{Status: q.state}) {
			if err != nil {
				if _, fatal := verdict(err); fatal != nil {
					return nil, fatal
				}
				return e.all(parked), nil // the list is not to be had now: ask again later
			}
			busy[c.ID] = true
		}
	}
	return busy, nil
}

func (e *Engine) all(parked []waiter) map[string]bool {
	busy := make(map[string]bool, len(parked))
	for _, w := range parked {
		busy[w.id] = true
	}
	return busy
}

// phase is the status under which the service lists a customer that this run waits for.
func (t *tenant) phase() webex.CustomerStatus {
	if t.update {
		return webex.CustomerUpdating
	}
	return webex.CustomerProvisioning
}
