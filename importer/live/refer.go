package live

import (
	"context"
	"iter"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"muster/internal/journal"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// Reference is a customer that inputs refer to and do not hold, and what they ask of it.
type Reference struct {
	Customer   string // external ID
	SubPartner string // to which it belongs, when not to the one that the service is asked for
	Sites      bool   // its locations
	Limits     bool   // its quantities
}

// Refer reads the customers that inputs refer to, in the order of the references: the customers in one list, or one by one
// when they are few; of each its locations in one list and its quantities in two calls, where these are asked for. A customer
// that the service does not have, or is about to delete, is left out. An error is the last pair.
func Refer(ctx context.Context, o Options, refs []Reference) iter.Seq2[State, error] {
	return func(yield func(State, error) bool) {
		r := newReader(o)
		targets := make([]*target, len(refs))
		for i, ref := range refs {
			targets[i] = &target{item: journal.Item{Planned: journal.Planned{Key: ref.Customer}}, spec: wanted.Customer{SubPartner: ref.SubPartner}}
		}
		if err := r.find(ctx, targets); err != nil {
			yield(State{}, err)
			return
		}
		var found []referred
		for i, t := range targets {
			if t.live != nil && t.live.Status != webex.CustomerDeleting {
				found = append(found, referred{*t.live, t.service, refs[i]})
			}
		}
		inOrder(ctx, o.Concurrency, found, r.refer, yield)
	}
}

// referred is a reference and the customer that stands.
type referred struct {
	customer webex.Customer
	service  *webex.Client
	ref      Reference
}

func (r *reader) refer(ctx context.Context, of referred) (State, error) {
	s := State{Customer: of.customer}
	if s.Customer.OrgID == "" || !s.Customer.Status.Usable() {
		return s, nil // it has neither yet
	}
	g, ctx := errgroup.WithContext(ctx)
	if of.ref.Sites {
		g.Go(func() error {
			return gather(of.service.ListLocations(ctx, s.Customer.OrgID), func(l webex.Location) { s.Sites = append(s.Sites, Site{Location: l}) })
		})
	}
	if of.ref.Limits {
		g.Go(func() (err error) {
			s.Limits, err = of.service.Limits(ctx, s.Customer)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return s, err
	}
	slices.SortFunc(s.Sites, func(a, b Site) int { return strings.Compare(fold(a.Name), fold(b.Name)) })
	return s, nil
}
