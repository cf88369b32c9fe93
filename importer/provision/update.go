package provision

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"muster/importer/compare"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// bringUpToDate sends what the sheet asks for beyond what is there. A PUT replaces, so it is the union of both; the sheet
// wins for what it names. What is to go goes last, when users have let go of it.
func (t *tenant) bringUpToDate(ctx context.Context, live webex.Customer) (stepResult, error) {
	if f, err := t.capacity(ctx, live); f != nil || err != nil {
		if err != nil {
			return ends, err
		}
		return ends, t.fail(ctx, f)
	}
	if m := t.memory; m != nil {
		t.e.drift.note(t.item.Kind, t.key, compare.Customer(*m, live, m, true))
	}
	if err := t.countSeats(ctx, live); err != nil {
		return t.refused(ctx, err)
	}
	t.live = live
	if !t.sort(compare.Customer(t.spec, live, t.lastKnown(), t.e.opt.Remove)) {
		return goOn, nil
	}
	u, err := t.change(ctx, live)
	if err == nil {
		err = t.service.UpdateCustomer(ctx, t.id, u)
	}
	if err != nil {
		return t.refused(ctx, err)
	}
	t.update, t.since = true, t.e.opt.Clock()
	if t.settled.Status != onboarding.Created {
		t.settled.Status = onboarding.Updated
	}
	if t.memory != nil {
		t.memory.Limits = t.limits()
	}
	if err := t.remember(ctx, false); err != nil {
		return ends, err
	}
	return t.await(ctx, onboarding.ReasonProvisioning)
}

// sort puts what differs of the customer aside by what can be done about it, and reports whether a call changes something.
func (t *tenant) sort(differences []onboarding.Difference) (changes bool) {
	for _, d := range differences {
		switch {
		case d.Removal:
			t.leaving = append(t.leaving, d.Live)
		case !d.Unknown && d.Fixed.Empty():
			changes = true
		case !d.Unknown:
			t.settled.Differs = append(t.settled.Differs, d)
		}
	}
	return changes
}

// countSeats reads the quantities that stand from the licences, where the inputs name some of a customer's packages and
// nobody here knows the others: an update carries all of them.
func (t *tenant) countSeats(ctx context.Context, live webex.Customer) error {
	if !t.spec.PackagesOnly || t.memory != nil || t.spec.Limits == nil {
		return nil
	}
	if err := t.readLicences(ctx, live); err != nil {
		return err
	}
	t.memory = &wanted.Customer{Packages: live.Packages}
	if len(t.licences) > 0 {
		t.memory.Limits = t.licences
	}
	return nil
}

// change is the update of the customer: what is there and what the sheet says. Before quantities are sent the licences are
// read, so that none is lowered that somebody raised elsewhere.
func (t *tenant) change(ctx context.Context, live webex.Customer) (webex.CustomerUpdate, error) {
	if t.limits() != nil && live.OrgID != "" {
		if err := t.readLicences(ctx, live); err != nil {
			return webex.CustomerUpdate{}, err
		}
	}
	packages := slices.Clone(live.Packages)
	for _, p := range t.spec.Packages {
		if !slices.Contains(packages, p) {
			packages = append(packages, p)
		}
	}
	address := wholesale(compare.Address(t.spec.Address, compare.Billing(live.Address)))
	u := webex.CustomerUpdate{Packages: packages, Address: &address, ProvisioningParameters: parameters(t.becomes())}
	u.ProvisioningParameters.Packages.Limits = t.limits()
	return u, nil
}

// becomes is what the customer is to become. Inputs that hold packages alone do not describe the headquarters: it is the one
// that was sent before.
func (t *tenant) becomes() wanted.Customer {
	spec := t.spec
	if m := t.memory; spec.PackagesOnly && m != nil {
		spec.HQ, spec.TimeZone = m.HQ, cmp.Or(spec.TimeZone, m.TimeZone)
	}
	return spec
}

// limits are the quantities to send: those of the sheet, and none below what was sent before or what the licences count. A
// customer that was made without quantities takes none.
func (t *tenant) limits() map[string]int {
	if t.memory == nil {
		return raised(t.spec.Limits, t.licences)
	}
	if t.memory.Limits == nil {
		return nil
	}
	all := maps.Clone(t.memory.Limits)
	for p, n := range t.spec.Limits {
		all[p] = max(all[p], n)
	}
	return raised(all, t.licences)
}

// removals takes the packages from the customer that the sheet no longer names, after its users have been dealt with. The
// service refuses it while a user holds one of them.
func (t *tenant) removals(ctx context.Context) (stepResult, error) {
	if len(t.leaving) == 0 || t.broken != nil {
		return goOn, nil
	}
	if !t.sentAway {
		u, err := t.change(ctx, t.live)
		if err != nil {
			return t.onlyCustomerFailed(ctx, err)
		}
		gone := func(p string) bool { return slices.Contains(t.leaving, p) }
		u.Packages = slices.DeleteFunc(u.Packages, gone)
		for _, p := range t.leaving {
			delete(u.ProvisioningParameters.Packages.Limits, p)
		}
		if err := t.service.UpdateCustomer(ctx, t.id, u); err != nil {
			return t.onlyCustomerFailed(ctx, err)
		}
		if t.memory != nil {
			t.memory.Limits = u.ProvisioningParameters.Packages.Limits
		}
		t.sentAway, t.update, t.since = true, true, t.e.opt.Clock()
		if t.settled.Status != onboarding.Created {
			t.settled.Status = onboarding.Updated
		}
		return t.await(ctx, onboarding.ReasonProvisioning)
	}
	return t.removed(ctx)
}

// removed sees to it that the service has finished the removal.
func (t *tenant) removed(ctx context.Context) (stepResult, error) {
	live, err := t.service.Customer(ctx, t.id)
	if err != nil {
		return t.onlyCustomerFailed(ctx, err)
	}
	switch {
	case live.Status.Usable():
		t.leaving = nil
		if err := t.remember(ctx, false); err != nil {
			return ends, err
		}
		return goOn, t.stands(ctx)
	case live.Status == webex.CustomerError:
		return goOn, t.e.record(ctx, t.item, onboarding.Outcome{Status: onboarding.Failed, ID: t.id, Error: setUpError(live)})
	case t.e.opt.Clock().Sub(t.since) >= t.e.opt.Wait:
		o := onboarding.Outcome{Status: onboarding.Waiting, Reason: onboarding.ReasonProvisioning, Since: t.since, ID: t.id}
		return goOn, t.e.record(ctx, t.item, o)
	}
	return t.await(ctx, onboarding.ReasonProvisioning)
}

// onlyCustomerFailed records the refusal of a change of the customer; what belongs to it stands all the same.
func (t *tenant) onlyCustomerFailed(ctx context.Context, err error) (stepResult, error) {
	f, fatal := verdict(err)
	if fatal != nil {
		return ends, fatal
	}
	t.leaving = nil
	return goOn, t.e.record(ctx, t.item, onboarding.Outcome{Status: onboarding.Failed, ID: t.id, Error: f, Differs: t.settled.Differs})
}

// ours gives what this journal last sent for the customer, nil when nobody knows, and the run that made it; empty when it
// was somebody else.
func (t *tenant) ours(ctx context.Context) (sent *wanted.Customer, made string, err error) {
	o, ok, err := t.run.Object(ctx, onboarding.ObjectCustomer, t.key, t.key)
	if err != nil || !ok || !o.Made || o.ID != t.id {
		return nil, "", err
	}
	spec, err := wanted.Decode[wanted.Customer](o.Facts)
	if err != nil {
		return nil, o.Run, nil // purged: made by this journal, the details are no longer known
	}
	return &spec, o.Run, nil
}

// remember keeps what the service will not tell again, as it was sent: the sheet may say otherwise by now. The level stays
// that of the creation.
func (t *tenant) remember(ctx context.Context, made bool) error {
	if t.spec.PackagesOnly {
		return t.rememberPackages(ctx)
	}
	facts := t.spec
	if m := t.memory; m != nil {
		facts.Name, facts.AdminEmail, facts.ProvisioningID, facts.Language = m.Name, m.AdminEmail, m.ProvisioningID, m.Language
		facts.OrgID, facts.Level, facts.Limits = m.OrgID, cmp.Or(m.Level, facts.Level), m.Limits
		facts.Unknown, facts.Template, facts.HQ = m.Unknown, cmp.Or(facts.Template, m.Template), cmp.Or(facts.HQ, m.HQ)
		facts.HQStood = m.HQStood
	}
	return t.run.Remember(ctx, journal.Object{
		Kind: onboarding.ObjectCustomer, Customer: t.key, Key: t.key, ID: t.id, Made: made, Facts: wanted.Encode(facts),
	})
}

// rememberPackages keeps what the inputs gave a customer of which they hold packages alone; all else that is known of it stays.
func (t *tenant) rememberPackages(ctx context.Context) error {
	facts := t.spec
	o, ok, err := t.run.Object(ctx, onboarding.ObjectCustomer, t.key, t.key)
	if err != nil {
		return err
	}
	if ok && o.ID == t.id {
		if known, err := wanted.Decode[wanted.Customer](o.Facts); err == nil { // else it was purged
			facts = known
			facts.Packages = slices.Compact(slices.Sorted(slices.Values(slices.Concat(known.Packages, t.spec.Packages))))
		}
	}
	if t.memory != nil {
		facts.Limits = t.memory.Limits
	}
	return t.run.Remember(ctx, journal.Object{Kind: onboarding.ObjectCustomer, Customer: t.key, Key: t.key, ID: t.id, Facts: wanted.Encode(facts)})
}
