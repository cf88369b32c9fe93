package live

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
)

// locations tells what becomes of the planned locations.
func (c *comparison) locations(ctx context.Context) error {
	c.sites = make(map[string]*siteSteps)
	return c.each(ctx, onboarding.ObjectLocation, func(it journal.Item) error {
		spec, err := wanted.Decode[wanted.Place](it.Spec)
		if err != nil {
			return err
		}
		site := &siteSteps{step: begin(it), live: c.siteNamed(spec.Name)}
		c.location(it, spec, site)
		c.sites[fold(spec.Name)] = site
		c.add(site.step)
		return nil
	})
}

func (c *comparison) siteNamed(name string) *Site {
	if c.out.Live == nil {
		return nil
	}
	all := c.out.Live.Sites
	i, ok := slices.BinarySearchFunc(all, fold(name), func(s Site, name string) int { return strings.Compare(fold(s.Name), name) })
	if !ok {
		return nil
	}
	return &all[i]
}

func (c *comparison) location(it journal.Item, spec wanted.Place, site *siteSteps) {
	s := &site.step
	if hold(s, it.Held, c.parent) {
		return
	}
	live := site.live
	switch {
	case live == nil && spec.HQ && c.parent.Action != onboarding.ActCreate && !c.comesWithSetUp():
		s.Action = onboarding.ActConflict
		s.Why = onboarding.T("the organization has no location %q; it has %s", spec.Name, siteList(c.siteNames()))
	case live == nil:
		s.Action, s.Why = onboarding.ActCreate, c.madeBefore(*s)
	default:
		s.ID = live.ID
		s.Changes = compare.Place(spec, live.Location, live.AnnouncementLanguage)
		if !live.Calling {
			s.Changes = append(s.Changes, onboarding.Difference{Field: "calling", Sheet: "yes", Live: "no"})
		}
		s.Action = stands(s.Changes, it.Made)
		if saw, ok := saw[wanted.Place](c, it, live.ID); ok {
			s.Drift = drift(compare.Place(saw, live.Location, live.AnnouncementLanguage))
		}
	}
}

// comesWithSetUp reports whether the service makes the headquarters with an update: the first package that makes calls is
// about to be added, or a set-up that failed is sent once more.
func (c *comparison) comesWithSetUp() bool {
	return !c.live.Status.Usable() || len(c.adds) > 0 && c.out.Live != nil && len(c.out.Live.Sites) == 0
}

func (c *comparison) siteNames() []string {
	var names []string
	if c.out.Live != nil {
		for _, s := range c.out.Live.Sites {
			names = append(names, s.Name)
		}
	}
	return names
}

// quoted lists names for a sentence.
func siteList(names []string) onboarding.Text {
	if len(names) == 0 {
		return onboarding.T("none")
	}
	const most = 10
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strconv.Quote(n)
	}
	return onboarding.Some(out, most)
}

// stock tells what becomes of the numbers of the planned locations.
func (c *comparison) stock(ctx context.Context) error {
	c.held = make(map[string]holder)
	if c.out.Live != nil {
		for _, n := range c.out.Live.Numbers {
			if n.PhoneNumber == "" {
				continue
			}
			h := holder{Site: n.Location.Name}
			if n.Owner != nil {
				h.Owner = n.Owner.ID
			}
			c.held[n.PhoneNumber] = h
		}
	}
	return c.each(ctx, onboarding.ObjectNumbers, func(it journal.Item) error {
		s := begin(it)
		err := c.numbersOf(ctx, it, &s)
		c.add(s)
		return err
	})
}

// holder is where a number stands, and who has it.
type holder struct {
	Site  string
	Owner string // person ID; empty when it is free
}

func (c *comparison) numbersOf(ctx context.Context, it journal.Item, s *onboarding.Step) error {
	site := c.sites[fold(it.Site)]
	var parent onboarding.Step
	if site != nil {
		parent = site.step
	}
	if hold(s, it.Held, c.parent) || hold(s, it.Held, parent) {
		return nil
	}
	spec, err := wanted.Decode[wanted.Numbers](it.Spec)
	if err != nil {
		return err
	}
	missing, elsewhere, err := c.missing(ctx, it, spec)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		s.Changes = append(s.Changes, lacking(missing))
	}
	if len(elsewhere) > 0 {
		s.Action, s.Why = onboarding.ActConflict, onboarding.T("numbers that stand in another location of the organization: %s", onboarding.Some(elsewhere, mostNamed))
		return nil
	}
	if site == nil || site.live == nil {
		s.Action = onboarding.ActCreate
		return nil
	}
	s.ID = site.live.ID
	s.Changes = append(s.Changes, compare.Main(spec, site.live.Main)...)
	return c.connection(ctx, it, s, missing)
}

// connection decides about numbers of a location that is there. Where some are to be added, its PSTN connection is asked
// whether it takes them.
func (c *comparison) connection(ctx context.Context, it journal.Item, s *onboarding.Step, missing []string) error {
	s.Action = stands(s.Changes, it.Made)
	if len(missing) == 0 {
		return nil
	}
	s.Action = onboarding.ActCreate // what a run tells of a stock that it fills
	pstn, err := c.service.Connection(ctx, c.live.OrgID, s.ID)
	if err != nil {
		return err
	}
	if pstn != nil && !pstn.Type.TakesNumbers() {
		s.Action, s.Reason = onboarding.ActHold, onboarding.ReasonNoPSTN
	}
	return nil
}

// missing gives the planned numbers of a location that it does not hold, and those that another one holds.
func (c *comparison) missing(ctx context.Context, it journal.Item, spec wanted.Numbers) (missing, elsewhere []string, err error) {
	all, err := c.run.Numbers(ctx, c.item.Key, it.Site)
	if err != nil {
		return nil, nil, err
	}
	if spec.Main != "" && !slices.Contains(all, spec.Main) {
		all = append(all, spec.Main)
	}
	for _, n := range all {
		switch h, stands := c.held[n]; {
		case !stands:
			missing = append(missing, n)
		case fold(h.Site) != fold(it.Site):
			elsewhere = append(elsewhere, n)
		}
	}
	return missing, elsewhere, nil
}
