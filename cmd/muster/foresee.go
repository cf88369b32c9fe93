package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"muster/importer/live"
	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// liveOptions are those of a comparison of planned rows with what stands. Customers of a sub-partner are asked for on its
// behalf, and what the journal knows of them is kept under it.
func liveOptions(c *cli.Context, svc *service, run *journal.Run, scope journal.Scope) live.Options {
	return live.Options{
		Service: svc.client, Run: run, Concurrency: c.Int("concurrency"), Remove: c.Bool("remove"),
		Sub: onBehalf(svc, run, scope),
	}
}

// onBehalf gives the client that acts for a sub-partner, and the run as it remembers that one's customers.
func onBehalf(svc *service, run *journal.Run, scope journal.Scope) func(context.Context, string) (*webex.Client, *journal.Run, error) {
	return func(ctx context.Context, subPartner string) (*webex.Client, *journal.Run, error) {
		below := scope
		below.SubPartner = subPartner
		r, err := run.For(ctx, below)
		return svc.client.OnBehalf(subPartner), r, err
	}
}

// foresee counts the calls and mails that the steps of a customer bring about.
func (p *comparing) foresee(c live.Customer) error {
	ahead := provision.Prospect{Steps: c.Steps, Admin: c.Spec.AdminEmail + " Full Administrator", Attached: c.Spec.OrgID != "", Invites: c.Spec.AdminInvite}
	if c.Live != nil {
		ahead.Users = len(c.Live.Users)
	}
	if c.Spec.HQ != nil {
		ahead.Headquarters = c.Spec.HQ.Name
	}
	ahead.Limited, ahead.Licences = len(c.Spec.Limits) > 0, readsLicences(c)
	var err error
	if ahead.Alterations, err = p.alterations(c); err != nil {
		return err
	}
	if ahead.Batches, ahead.Mains, err = p.stocks(c); err != nil {
		return err
	}
	p.ahead.Add(ahead)
	return p.mails(c)
}

// readsLicences reports whether a run will read the licences of a customer: quantities are not known here, or are changed, or
// more users hold a package than was known of, or an update carries them.
func readsLicences(c live.Customer) bool {
	if c.Live == nil || len(c.Steps) == 0 || c.Live.Customer.OrgID == "" {
		return false
	}
	used := make(map[string]int)
	for _, s := range c.Seats {
		used[s.Package] = s.Used
	}
	for p, asked := range c.Spec.Limits {
		if c.Memory == nil || asked != c.Memory.Limits[p] || used[p] > c.Memory.Limits[p] {
			return true
		}
	}
	carries := c.Memory != nil && c.Memory.Limits != nil
	return carries && (c.Steps[0].Action == onboarding.ActUpdate || slices.ContainsFunc(c.Steps[0].Changes, func(d onboarding.Difference) bool { return d.Removal }))
}

// alterations counts the calls that change each location that stands.
func (p *comparing) alterations(c live.Customer) (map[string]int, error) {
	if c.Live == nil {
		return nil, nil
	}
	sites := make(map[string]live.Site, len(c.Live.Sites))
	for _, s := range c.Live.Sites {
		sites[fold(s.Name)] = s
	}
	out := make(map[string]int)
	err := p.rows(c.Item.Key, onboarding.ObjectLocation, func(it journal.Item) error {
		spec, err := wanted.Decode[wanted.Place](it.Spec)
		if s, ok := sites[fold(spec.Name)]; ok {
			out[it.Key] = provision.Alterations(spec, s.Location, s.Calling)
		}
		return err
	})
	return out, err
}

// stocks counts the calls that add the numbers which the locations of a customer lack, and tells which get a main number.
func (p *comparing) stocks(c live.Customer) (batches map[string]int, mains map[string]bool, err error) {
	there := make(map[string]bool)
	if c.Live != nil {
		for _, n := range c.Live.Numbers {
			there[n.PhoneNumber] = true
		}
	}
	batches, mains = make(map[string]int), make(map[string]bool)
	today := p.started.In(p.windows.zones.Of(c.Spec)).Format(time.DateOnly)
	err = p.rows(c.Item.Key, onboarding.ObjectNumbers, func(it journal.Item) error {
		spec, err := wanted.Decode[wanted.Numbers](it.Spec)
		if err != nil {
			return err
		}
		mains[it.Key] = spec.Main != ""
		now, later, err := p.lacking(it, spec, there, today)
		batches[it.Key] = provision.Batches(now, later)
		return err
	})
	return batches, mains, err
}

// lacking counts the planned numbers of a location that are not there: those that are to work at once, and those that are
// ported later.
func (p *comparing) lacking(it journal.Item, spec wanted.Numbers, there map[string]bool, today string) (now, later int, err error) {
	all, err := p.run.Numbers(p.c.Context, it.Customer, it.Site)
	if err != nil {
		return 0, 0, err
	}
	if spec.Main != "" && !slices.Contains(all, spec.Main) {
		all = append(all, spec.Main)
	}
	var dates map[string]string
	if spec.Ports {
		if dates, err = p.run.PortDates(p.c.Context, it.Customer, it.Site); err != nil {
			return 0, 0, err
		}
	}
	inactive := provision.NumbersMode(p.c.String("numbers")) == provision.NumbersInactive
	for _, number := range all {
		switch {
		case there[number]:
		case inactive, dates[number] > today:
			later++
		default:
			now++
		}
	}
	return now, later, nil
}

// rows calls fn for the planned rows of a kind of a customer.
func (p *comparing) rows(customer string, kind onboarding.ObjectKind, fn func(journal.Item) error) error {
	return eachRow(p.c, p.run, customer, kind, fn)
}

func fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
