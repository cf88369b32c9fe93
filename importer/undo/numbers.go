package undo

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
	return t.beside(rows, func(r row) error {
		switch {
		case t.e.halted.Load():
			return t.notTried(ctx, []row{r})
		case org == "":
			return t.outOfReach(ctx, r)
		}
		return t.takeStock(ctx, r, org)
	})
}

// stock is what one location holds of the numbers that the run added.
type stock struct {
	free []string // can be removed
	kept []string // with the reason
}

// takeStock removes what the run added to one location and nobody has.
func (t *tenant) takeStock(ctx context.Context, r row, org string) error {
	facts, err := wanted.Decode[wanted.Numbers](r.object.Facts)
	if err != nil || len(facts.Added) == 0 {
		return t.keep(ctx, r, onboarding.ReasonNumbers,
			"the journal does not know which numbers the run added: remove them in Control Hub under Calling > Numbers")
	}
	s, err := t.stockOf(ctx, r, org, facts)
	if err != nil {
		return t.refused(ctx, r, err)
	}
	if t.run == nil {
		return t.stockDone(ctx, r, s, len(s.free))
	}
	if err := t.announce(ctx, []row{r}); err != nil {
		return err
	}
	for batch := range slices.Chunk(s.free, webex.MaxNumbersPerRemoval) {
		if err := t.service.RemoveNumbers(ctx, org, r.object.ID, batch); err != nil {
			return t.refused(ctx, r, err)
		}
	}
	return t.stockDone(ctx, r, s, len(s.free))
}

// stockOf sorts the numbers that the run added and that the location still holds.
func (t *tenant) stockOf(ctx context.Context, r row, org string, facts wanted.Numbers) (stock, error) {
	planned, err := t.of.Numbers(ctx, t.key, r.Site)
	if err != nil {
		return stock{}, err
	}
	mine := make(map[string]bool, len(facts.Added))
	for _, n := range append(planned, facts.Main) {
		mine[n] = true
	}
	added := make(map[string]bool, len(facts.Added))
	for _, n := range facts.Added {
		added[n] = mine[n]
	}
	var s stock
	for n, err := range t.service.ListNumbers(ctx, org, r.object.ID) {
		switch {
		case err != nil:
			return stock{}, err
		case !added[n.PhoneNumber]:
		case bool(n.MainNumber):
			s.kept = append(s.kept, n.PhoneNumber+" is the main number, which no call removes")
		case n.Owner != nil && !t.going[n.Owner.ID]:
			s.kept = append(s.kept, n.PhoneNumber+" belongs to "+strings.TrimSpace(n.Owner.FirstName+" "+n.Owner.LastName))
		default:
			s.free = append(s.free, n.PhoneNumber)
		}
	}
	return s, nil
}

// stockDone records a location whose numbers were dealt with.
func (t *tenant) stockDone(ctx context.Context, r row, s stock, removed int) error {
	switch {
	case len(s.kept) > 0:
		return t.keep(ctx, r, onboarding.ReasonNumbers, fmt.Sprintf("removed: %d; %s: see Control Hub under Calling > Numbers", removed, some(s.kept)))
	case removed == 0:
		return t.absent(ctx, r, "the location holds none of them any more")
	}
	return t.away(ctx, r, onboarding.NoReason, fmt.Sprintf("removed: %d", removed))
}
