// Package consent sends the mail again that asks users to move to their new organization, to those who have not agreed yet.
//
// What stands at the service is asked for first, by one list a customer: nobody who has agreed meanwhile gets a mail.
package consent

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"muster/internal/onboarding"
	"muster/internal/webex"
)

// Status is what became of one user.
type Status string

// The statuses of a reminder.
const (
	Reminded Status = "reminded" // the mail was sent again
	Settled  Status = "settled"  // the user waits no longer
	Failed   Status = "failed"
)

// Group is the waiting users of one customer.
type Group struct {
	Service    *webex.Client // acting for the customer's sub-partner
	CustomerID string        // the service's
	Users      []onboarding.Outcome
}

// Reminder is what became of one waiting user.
type Reminder struct {
	User   onboarding.Outcome
	Status Status
	Error  *onboarding.Failure // only when Failed
}

// Remind asks who still waits, and sends each of them the mail again. Customers are worked on beside each other, at most
// concurrency of them. The reminders come in the order of groups and users; users who were not reached are left out when an
// error ended the work.
func Remind(ctx context.Context, groups []Group, concurrency int) ([]Reminder, error) {
	done := make([][]Reminder, len(groups))
	pool, inner := errgroup.WithContext(ctx)
	pool.SetLimit(concurrency)
	for i, g := range groups {
		pool.Go(func() (err error) {
			done[i], err = g.remind(inner, concurrency)
			return err
		})
	}
	err := pool.Wait()
	var all []Reminder
	for _, d := range done {
		all = append(all, d...)
	}
	return all, err
}

// remind works on one customer.
func (g Group) remind(ctx context.Context, concurrency int) ([]Reminder, error) {
	pending := make(map[string]bool)
	for s, err := range g.Service.ListSubscribers(ctx, webex.SubscriberFilter{CustomerID: g.CustomerID, Status: webex.SubscriberPending}) {
		if err != nil {
			return g.failed(err)
		}
		if s.Status == webex.SubscriberPending { // the filter is not to be trusted
			pending[s.ID] = true
		}
	}
	out := make([]Reminder, len(g.Users))
	sent, inner := errgroup.WithContext(ctx)
	sent.SetLimit(max(1, concurrency/4)) // most customers have few who wait
	var mu sync.Mutex
	for i, u := range g.Users {
		out[i] = Reminder{User: u, Status: Settled}
		if !pending[u.ID] {
			continue
		}
		sent.Go(func() error {
			r, err := g.send(inner, u)
			mu.Lock()
			defer mu.Unlock()
			out[i] = r
			return err
		})
	}
	return out, sent.Wait()
}

// send sends one mail. That there is nothing to agree to any more is no failure.
func (g Group) send(ctx context.Context, u onboarding.Outcome) (Reminder, error) {
	ctx = webex.About(ctx, webex.Subject{Kind: string(u.Kind), Customer: u.Customer, Key: u.Key})
	err := g.Service.ResendConsent(ctx, u.ID)
	switch {
	case err == nil:
		return Reminder{User: u, Status: Reminded}, nil
	case webex.NotFound(err), webex.Conflict(err):
		return Reminder{User: u, Status: Settled}, nil
	}
	f, fatal := webex.Verdict(err)
	return Reminder{User: u, Status: Failed, Error: f}, fatal
}

// failed tells of every user that the list could not be read, unless that ends the work.
func (g Group) failed(err error) ([]Reminder, error) {
	f, fatal := webex.Verdict(err)
	if fatal != nil {
		return nil, fatal
	}
	var out []Reminder
	for _, u := range g.Users {
		out = append(out, Reminder{User: u, Status: Failed, Error: f})
	}
	return out, nil
}
