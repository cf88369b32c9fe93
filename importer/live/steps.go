package live

import (
	"context"
	"maps"
	"slices"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// compare reads one planned customer and tells what a run would do.
func (r *reader) compare(ctx context.Context, t *target) (Customer, error) {
	ctx = webex.About(ctx, webex.Subject{Kind: string(onboarding.ObjectCustomer), Customer: t.item.Key, Key: t.item.Key, Row: t.item.Seq})
	c := &comparison{reader: r, target: t, out: Customer{Item: t.item, Spec: t.spec}}
	for _, step := range []func(context.Context) error{c.remembered, c.read, c.customer, c.locations, c.stock, c.users, c.roleRows, c.stillHeld, c.extras} {
		if err := step(ctx); err != nil {
			return c.out, err
		}
	}
	c.seats()
	return c.out, nil
}

// comparison is one planned customer that is being compared.
type comparison struct {
	*reader
	*target
	out    Customer
	seen   map[Extra]journal.Object // what the journal knows below the customer, by kind and folded key
	parent onboarding.Step          // of the customer
	made   bool                     // this journal made the customer that stands
	left   string                   // organization that remained when the customer was taken back; empty for none
	adds   []string                 // packages that the sheet adds

	sites   map[string]*siteSteps // planned locations by folded name
	held    map[string]holder     // of live numbers
	byEmail map[string]*User
	byExt   map[string]string          // emails by extension
	planned map[string]bool            // folded emails of planned users
	kept    map[string]string          // packages of planned users once the plan is carried out, by folded email
	people  map[string]onboarding.Step // action of planned users, by folded email
	granted map[string]bool            // planned roles, as folded email and role
	admins  map[string]bool            // folded emails of planned administrators

	lead       int  // rank of the users for whom the others wait
	adminWaits bool // they wait for consent, in an organization in which nobody is yet
	adminComes bool // one of them is to be made
}

// siteSteps is what is known of a planned location.
type siteSteps struct {
	live *Site
	step onboarding.Step
}

// remembered looks up what the journal knows of the customer that stands, and of what belongs to it.
func (c *comparison) remembered(ctx context.Context) error {
	o, ok, err := c.run.Object(ctx, onboarding.ObjectCustomer, c.item.Key, c.item.Key)
	if c.run != c.Run { // the row was read in the partner's scope
		c.item.Made, c.item.Taken = ok && o.Made, false
	}
	if err != nil {
		return err
	}
	if c.live == nil {
		c.out.Gone = ok && o.Made
		c.left, err = c.run.Remains(ctx, c.item.Key)
		return err
	}
	c.seen = make(map[Extra]journal.Object)
	for o, err := range c.run.Objects(ctx, c.item.Key) {
		if err != nil {
			return err
		}
		c.seen[Extra{Kind: o.Kind, Key: fold(o.Key)}] = o
	}
	switch {
	case !ok, !o.Made:
		return nil
	case c.live.ID != o.ID:
		c.out.Gone = true
		return nil
	}
	c.made = true
	if spec, err := wanted.Decode[wanted.Customer](o.Facts); err == nil {
		c.out.Memory = &spec // else it was purged: made by this journal, the details are no longer known
	}
	return nil
}

// saw gives what the journal last knew of the object of a row, if that is the one that stands.
func saw[F any](c *comparison, it journal.Item, id string) (facts F, ok bool) {
	o, known := c.seen[Extra{Kind: it.Kind, Key: fold(it.Key)}]
	if !known || o.ID != id || len(o.Facts) == 0 {
		return facts, false
	}
	facts, err := wanted.Decode[F](o.Facts)
	return facts, err == nil
}

// drift gives the fields that somebody changed at the service since the journal saw them; what is not comparable is none.
func drift(ds []onboarding.Difference) []onboarding.Difference {
	return slices.DeleteFunc(ds, func(d onboarding.Difference) bool { return d.Unknown })
}

// read reads the live state as far as the plan asks about it.
func (c *comparison) read(ctx context.Context) error {
	if c.live == nil {
		return nil
	}
	w := wants{people: true}
	rows, err := c.rows(ctx, onboarding.ObjectLocation)
	if err != nil {
		return err
	}
	w.sites = len(rows) > 0 || c.spec.HQ != nil
	w.calling = w.sites
	state, err := c.state(ctx, c.service, *c.live, w)
	if err != nil {
		return err
	}
	c.out.Live = &state
	return c.limits(ctx)
}

// limits asks the licences for quantities that the journal does not know, that more users hold than it knows of, or that the
// sheet changes: somebody may have raised them elsewhere. Of a customer whose quantities stand as the sheet says nothing is asked.
func (c *comparison) limits(ctx context.Context) error {
	m, s := c.out.Memory, c.out.Live
	if s.Customer.OrgID == "" || !s.Customer.Status.Usable() || m == nil && c.spec.Limits == nil || m != nil && m.Limits == nil && c.spec.Limits == nil {
		return nil
	}
	if m != nil && m.Limits != nil {
		used := used(s.Users)
		doubtful := func(p string) bool {
			asked, named := c.spec.Limits[p]
			return m.Limits[p] > 0 && used[p] > m.Limits[p] || named && asked != m.Limits[p]
		}
		if !slices.ContainsFunc(s.Customer.Packages, doubtful) {
			return nil
		}
	}
	var err error
	s.Limits, err = c.service.Limits(ctx, s.Customer)
	return err
}

// rows gives the planned rows of a kind.
func (c *comparison) rows(ctx context.Context, kind onboarding.ObjectKind) ([]journal.Item, error) {
	var all []journal.Item
	err := c.each(ctx, kind, func(it journal.Item) error {
		all = append(all, it)
		return nil
	})
	return all, err
}

// each calls fn for the planned rows of a kind, in order.
func (c *comparison) each(ctx context.Context, kind onboarding.ObjectKind, fn func(journal.Item) error) error {
	const block = 500
	var cursor journal.Cursor
	for {
		items, next, err := c.run.Rows(ctx, c.item.Key, kind, cursor, block)
		if err != nil || len(items) == 0 {
			return err
		}
		cursor = next
		for _, it := range items {
			if err := fn(it); err != nil {
				return err
			}
		}
	}
}

// begin makes the step of a planned row.
func begin(it journal.Item) onboarding.Step {
	return onboarding.Step{Kind: it.Kind, Key: it.Key, Customer: it.Customer, File: it.File, Sheet: it.Sheet, Row: it.Row, Once: it.Made || it.Taken}
}

// madeBefore remarks that a row which is to be created was there once. What is known to claim its emails comes first: the
// service will refuse it.
func (c *comparison) madeBefore(s onboarding.Step) onboarding.Text {
	switch {
	case c.left != "" && c.spec.OrgID == "" && s.Kind == onboarding.ObjectCustomer:
		return onboarding.T("this journal took it back: its Webex organization remains and claims the emails; put %s into Organization ID", c.left)
	case c.left != "" && c.spec.OrgID == "" && s.Kind == onboarding.ObjectUser && s.Once:
		return onboarding.T("this journal took it back, and the Webex organization that remains of the customer claims its email")
	case !s.Once:
		return onboarding.Text{}
	}
	return onboarding.T("this journal made it before, and the service has it no more")
}

func (c *comparison) add(s onboarding.Step) { c.out.Steps = append(c.out.Steps, s) }

// stands is the action for a row that is there: what differs decides, then who made it.
func stands(differences []onboarding.Difference, made bool) onboarding.Action {
	switch {
	case slices.ContainsFunc(differences, func(d onboarding.Difference) bool { return !d.Unknown && d.Fixed.Empty() }):
		return onboarding.ActUpdate
	case made:
		return onboarding.ActNothing
	}
	return onboarding.ActAdopt
}

// customer tells what becomes of the customer itself.
func (c *comparison) customer(context.Context) error {
	s := begin(c.item)
	defer func() {
		c.parent = s
		c.add(s)
	}()
	if c.live != nil {
		s.ID = c.live.ID
	}
	switch {
	case c.item.Held != onboarding.NoReason:
		s.Action, s.Reason = onboarding.ActHold, c.item.Held
	case c.live == nil && (c.item.Standing() || c.spec.PackagesOnly):
		s.Action, s.Why = onboarding.ActConflict, onboarding.T("the service has no customer %q, and no input holds it", c.item.Key)
	case c.live == nil:
		s.Action, s.Why = onboarding.ActCreate, c.madeBefore(s)
		if c.spec.OrgID != "" {
			s.Why = onboarding.T("it is attached to an organization that exists: what stands in it is adopted, not made")
		}
		if len(c.spec.Unknown) > 0 {
			s.Action, s.Why = onboarding.ActConflict, lackText(c.spec.Unknown)
		}
	default:
		c.standing(&s)
	}
	return nil
}

// standing tells what becomes of a customer that is there.
func (c *comparison) standing(s *onboarding.Step) {
	switch c.live.Status {
	case webex.CustomerProvisioned:
		s.Changes = compare.Customer(c.spec, *c.live, c.memory(), c.Remove)
		s.Action = stands(s.Changes, c.made)
		if m := c.out.Memory; m != nil {
			s.Drift = drift(compare.Customer(*m, *c.live, m, true))
		}
	case webex.CustomerProvisionedWithErrors, webex.CustomerError:
		s.Action = onboarding.ActUpdate
		s.Changes = compare.Customer(c.spec, *c.live, c.memory(), c.Remove)
		s.Why = onboarding.T("its set-up ended with %q; it is sent once more", string(c.live.Status))
	case webex.CustomerPendingReview:
		s.Action, s.Reason = onboarding.ActWait, onboarding.ReasonReview
		if org := c.spec.OrgID; org != "" {
			s.Why = onboarding.T("waits for the approval of an administrator of the organization %q", org)
		}
	case webex.CustomerDeleting:
		s.Action, s.Why = onboarding.ActConflict, onboarding.T("it is being deleted; run again when it is gone")
	default:
		s.Action, s.Reason = onboarding.ActWait, onboarding.ReasonProvisioning
	}
	for _, p := range c.spec.Packages {
		if !slices.Contains(c.live.Packages, p) {
			c.adds = append(c.adds, p)
		}
	}
}

// memory is what is known of the quantities that stand: what the journal sent, unless the licences tell otherwise.
func (c *comparison) memory() *wanted.Customer {
	if c.out.Live == nil || c.out.Live.Limits == nil {
		return c.out.Memory
	}
	m := wanted.Customer{Packages: c.live.Packages}
	if c.out.Memory != nil {
		m = *c.out.Memory
	}
	if len(c.out.Live.Limits) > 0 {
		limits := maps.Clone(m.Limits) // of packages that the licences do not count
		if limits == nil {
			limits = make(map[string]int)
		}
		maps.Copy(limits, c.out.Live.Limits)
		m.Limits = limits
	}
	return &m
}

// below gives action and reason of a row that belongs to a step which does not stand; ok is false when it may go on.
func below(parent onboarding.Step) (reason onboarding.Reason, held bool) {
	switch {
	case parent.Action == onboarding.ActWait, parent.Action == onboarding.ActHold && parent.Reason == onboarding.ReasonParentWaits:
		return onboarding.ReasonParentWaits, true
	case parent.Action == onboarding.ActHold, parent.Action == onboarding.ActConflict:
		return onboarding.ReasonParentFailed, true
	}
	return onboarding.NoReason, false
}

// hold sets a step aside when its row, or what it belongs to, cannot be tried.
func hold(s *onboarding.Step, own onboarding.Reason, parent onboarding.Step) bool {
	if own != onboarding.NoReason {
		s.Action, s.Reason = onboarding.ActHold, own
		return true
	}
	reason, held := below(parent)
	if held {
		s.Action, s.Reason = onboarding.ActHold, reason
	}
	return held
}
