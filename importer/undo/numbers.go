package undo

import (
	"context"
	"slices"
	"strings"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// takeNumbers removes the numbers that were added to locations.
func (t *tenant) takeNumbers(ctx context.Context, rows []row) error {
	org, err := t.organization(ctx)
	if err != nil {
		return t.allRefused(ctx, rows, err)
	}
	return t.beside(ctx, rows, func(ctx context.Context, r row) error {
		switch {
		case t.e.halted.Load():
			return t.notTried(ctx, []row{r})
		case org == "":
			return t.outOfReach(ctx, r)
		}
		return t.takeStock(ctx, r, org)
	})
}

// stockMade reports whether a run added numbers to a location. A later run may have added others to the same stock, and one
// that failed or was cut off may have added some.
func stockMade(r *row, o journal.Object) bool {
	if r.Entry.Outcome.Status == onboarding.Created {
		return o.Made
	}
	facts, err := wanted.Decode[wanted.Numbers](o.Facts)
	tried := r.Entry.State == journal.Intent || r.Entry.Outcome.Status == onboarding.Failed
	return tried && err == nil && len(facts.Added) > 0
}

// stock is what one location holds of the numbers that the run added.
type stock struct {
	free []string        // can be removed
	kept onboarding.List // texts: the first of those that stay, each with its reason
	more int             // that stay beside them
}

const mostNamed = 3 // numbers that stay

// keeps counts a number that stays.
func (s *stock) keeps(why onboarding.Text) {
	if len(s.kept) == mostNamed {
		s.more++
		return
	}
	s.kept = append(s.kept, why)
}

// remains says what stays of the numbers.
func (s *stock) remains() onboarding.Text {
	if s.more > 0 {
		return onboarding.T("removed: %s; %s and %s more: see Control Hub under Calling > Numbers", onboarding.Number(len(s.free)), s.kept, onboarding.Number(s.more))
	}
	return onboarding.T("removed: %s; %s: see Control Hub under Calling > Numbers", onboarding.Number(len(s.free)), s.kept)
}

// takeStock removes what the run added to one location and nobody has.
func (t *tenant) takeStock(ctx context.Context, r row, org string) error {
	facts, err := wanted.Decode[wanted.Numbers](r.object.Facts)
	if err != nil || len(facts.Added) == 0 {
		return t.keep(ctx, r, onboarding.ReasonNumbers,
			onboarding.T("the journal does not know which numbers the run added: remove them in Control Hub under Calling > Numbers"))
	}
	mine, others, err := t.share(ctx, r, facts)
	if err != nil {
		return err
	}
	s, err := t.stockOf(ctx, r, org, mine)
	if err != nil {
		return t.refused(ctx, r, err)
	}
	if t.run != nil {
		if err := t.announce(ctx, []row{r}); err != nil {
			return err
		}
		for batch := range slices.Chunk(s.free, webex.MaxNumbersPerRemoval) {
			if err := t.service.RemoveNumbers(ctx, org, r.object.ID, batch); err != nil {
				return t.refused(ctx, r, err)
			}
		}
	}
	if len(s.kept) > 0 {
		return t.keep(ctx, r, onboarding.ReasonNumbers, s.remains())
	}
	return t.emptied(ctx, r, facts, others, len(s.free))
}

// share tells the numbers that the run added from those that other runs added to the same stock.
func (t *tenant) share(ctx context.Context, r row, facts wanted.Numbers) (mine map[string]bool, others []string, err error) {
	planned, err := t.of.Numbers(ctx, t.key, r.Site)
	if err != nil {
		return nil, nil, err
	}
	before, err := t.of.NumbersBefore(ctx, t.key, r.Site)
	if err != nil {
		return nil, nil, err
	}
	asked := make(map[string]bool, len(planned))
	for _, n := range append(planned, facts.Main) {
		asked[n] = true
	}
	for _, n := range before {
		asked[n] = false
	}
	mine = make(map[string]bool, len(facts.Added))
	for _, n := range facts.Added {
		if asked[n] {
			mine[n] = true
		} else {
			others = append(others, n)
		}
	}
	return mine, others, nil
}

// stockOf sorts the numbers of the run that the location still holds.
func (t *tenant) stockOf(ctx context.Context, r row, org string, mine map[string]bool) (stock, error) {
	var s stock
	for n, err := range t.service.ListNumbers(ctx, org, r.object.ID) {
		switch {
		case err != nil:
			return stock{}, err
		case !mine[n.PhoneNumber]:
		case bool(n.MainNumber):
			s.keeps(onboarding.T("%s is the main number, which no call removes", n.PhoneNumber))
		case n.Owner != nil && !t.going[n.Owner.ID]:
			s.keeps(onboarding.T("%s belongs to %s", n.PhoneNumber, strings.TrimSpace(n.Owner.FirstName+" "+n.Owner.LastName)))
		default:
			s.free = append(s.free, n.PhoneNumber)
		}
	}
	return s, nil
}

// emptied records a location that holds none of the run's numbers any more. What other runs added is still known.
func (t *tenant) emptied(ctx context.Context, r row, facts wanted.Numbers, others []string, removed int) error {
	o := onboarding.Outcome{Status: onboarding.Removed, Error: note(onboarding.T("removed: %s", onboarding.Number(removed)))}
	if removed == 0 && !r.announced() {
		o = onboarding.Outcome{Status: onboarding.Gone, Error: note(onboarding.T("the location holds none of them any more"))}
	}
	if len(others) == 0 {
		return t.forgotten(ctx, r, o)
	}
	if err := t.record(ctx, r, o); err != nil || t.run == nil {
		return err
	}
	facts.Added = others
	known := r.object
	known.Made, known.Facts = false, wanted.Encode(facts) // who made it stays as it is
	return t.run.Remember(ctx, known)
}
