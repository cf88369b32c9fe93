package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"muster/importer/consent"
	"muster/internal/journal"
	"muster/report"

	"muster/internal/onboarding"
)

// reminding is a status whose waiting users are to be reminded.
type reminding struct {
	doc  *report.Status
	b    *board
	run  *journal.Run
	info journal.RunInfo
}

// remind sends the consent mail again to the users on the board who still wait, and notes in the status what became of each.
func remind(c *cli.Context, s streams, r reminding) (err error) {
	if err := sameScope(c, r.info); err != nil {
		return err
	}
	r.doc.Reminded = true
	users := 0
	for _, cust := range r.b.customers {
		users += len(cust.consents)
	}
	if users == 0 {
		return nil
	}
	svc, err := dial(c.Context, c, s)
	if err != nil {
		return err
	}
	defer closing(&err, svc)
	if err := sameOrganization(c, svc, r.info); err != nil {
		return err
	}
	err = agree(c, s, svc, func() error {
		speechOf(c, s).aloud().line("About to get the consent mail again: %s.", onboarding.Count(users, "%s user", "%s users"))
		return nil
	})
	if err != nil {
		return err
	}
	svc.begins("status --remind", r.run)
	told, err := consent.Remind(c.Context, r.groups(svc), c.Int("concurrency"))
	for _, t := range told {
		r.doc.Reminders = append(r.doc.Reminders, report.Reminder{User: t.User, Status: string(t.Status), Error: t.Error})
	}
	return refusedToken(err)
}

// groups gives the waiting users by customer, in the order of the plan.
func (r reminding) groups(svc *service) []consent.Group {
	var out []consent.Group
	for _, key := range r.b.order {
		cust := r.b.customers[key]
		if len(cust.consents) == 0 {
			continue
		}
		client := svc.client
		if sub := cust.spec.SubPartner; sub != "" {
			client = client.OnBehalf(sub)
		}
		out = append(out, consent.Group{Service: client, CustomerID: cust.id, Users: cust.consents})
	}
	return out
}

// sameScope refuses a run that was made at another target or on behalf of another sub-partner, and takes up the one of the run.
func sameScope(c *cli.Context, info journal.RunInfo) error {
	switch sub := c.String("sub-partner"); {
	case info.Scope.Target != baseOf(c.String("target")):
		return stoppedError{hintedError{fmt.Errorf("run %q was made at the target %q", info.ID, info.Scope.Target), "name that with --target"}}
	case sub != "" && sub != info.Scope.SubPartner:
		return stoppedError{fmt.Errorf("run %q was not made on behalf of the sub-partner %q", info.ID, sub)}
	}
	return c.Set("sub-partner", info.Scope.SubPartner)
}

// sameOrganization refuses a run that was made in another partner organization than that of the token.
func sameOrganization(c *cli.Context, svc *service, info journal.RunInfo) error {
	me, err := svc.identify(c)
	if err != nil {
		return err
	}
	if me.OrgID != info.Scope.Org {
		return stoppedError{fmt.Errorf("run %q was made in the partner organization %q, and the token belongs to %q", info.ID, info.Scope.Org, me.OrgID)}
	}
	return nil
}
