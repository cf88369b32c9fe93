package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/importer/live"
	"muster/internal/journal"
	"muster/internal/webex"
)

// exportSide is where customers are read: those of the partner, or of one of its sub-partners.
type exportSide struct {
	sub     string // empty: of the partner itself, or of the one that --sub-partner names
	service *webex.Client
	run     *journal.Run // what is known; nil without a journal
}

// findSides gives where to read: of the sub-partner that is named, else of the partner and of every sub-partner under which
// the journal knows customers.
func (e *exporting) findSides(j *journal.Journal) error {
	named := e.c.String("sub-partner")
	own := journal.Scope{Target: e.svc.base, Org: e.me.OrgID, SubPartner: named}
	run, err := j.View(e.c.Context, 0, own)
	if err != nil {
		return err
	}
	e.sides = []exportSide{{service: e.svc.client, run: run}}
	if named != "" {
		return nil
	}
	scopes, err := j.Scopes(e.c.Context, own.Target)
	if err != nil {
		return err
	}
	for _, s := range scopes {
		if s.Org != own.Org || s.SubPartner == "" {
			continue
		}
		if run, err = j.View(e.c.Context, 0, s); err != nil {
			return err
		}
		e.sides = append(e.sides, exportSide{s.SubPartner, e.svc.client.OnBehalf(s.SubPartner), run})
	}
	return nil
}

// tellSides says which sub-partners are read, and of which that the service lists nothing is read. That the list cannot be
// had keeps nobody from the rest.
func (e *exporting) tellSides() {
	if e.c.String("sub-partner") != "" {
		return
	}
	read := make(map[string]bool)
	var names []string
	for _, side := range e.sides {
		if side.sub != "" {
			read[side.sub] = true
			names = append(names, fmt.Sprintf("%q", side.sub))
		}
	}
	if len(names) > 0 {
		speechOf(e.c, e.s).line("read: customers of the partner itself, and of its sub-partners %s", strings.Join(names, ", "))
	}
	listed, err := listSubPartners(e.c.Context, e.svc)
	if err != nil {
		speechOf(e.c, e.s).line("not read: customers of other sub-partners, which the service did not list; --sub-partner ID reads those of one")
		return
	}
	var others []string
	for sub := range listed {
		if !read[sub] {
			others = append(others, fmt.Sprintf("%q", sub))
		}
	}
	if slices.Sort(others); len(others) > 0 {
		speechOf(e.c, e.s).line("not read: customers of the sub-partners %s, of which this journal knows none; --sub-partner ID reads those of one", strings.Join(others, ", "))
	}
}

// readSide writes the customers of one side into the workbook. One whose external ID stands there already cannot: the
// rows of both could not be told apart.
func (e *exporting) readSide(ctx context.Context, side exportSide, wanted []string) error {
	for s, err := range live.Read(ctx, live.Options{Service: side.service, Concurrency: e.c.Int("concurrency")}, wanted...) {
		if err != nil {
			return side.of(err)
		}
		id := s.Customer.ExternalID
		if e.seen[id] {
			speechOf(e.c, e.s).line("left out: the customer %q of the sub-partner %q, since another one with this external ID is in the workbook; --sub-partner %s reads it", id, side.sub, side.sub)
			continue
		}
		e.seen[id] = true
		if s.Customer.Status == webex.CustomerDeleting {
			speechOf(e.c, e.s).line("left out: the customer %q is being deleted", id)
			continue
		}
		m, err := recalled(ctx, side.run, &s)
		if err != nil {
			return err
		}
		m.SubPartner = side.sub
		if err := e.rows.Customer(&s, m, nil); err != nil {
			return err
		}
	}
	return nil
}

// of says at whose customers an error came up.
func (side exportSide) of(err error) error {
	if side.sub == "" {
		return err
	}
	return fmt.Errorf("read customers of the sub-partner %q: %w", side.sub, err)
}
