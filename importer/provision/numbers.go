package provision

import (
	"context"
	"fmt"
	"strings"

	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// numbers sees to it that every location holds the numbers that its users and its main line are to have.
func (t *tenant) numbers(ctx context.Context) (stepResult, error) {
	err := t.each(ctx, onboarding.ObjectNumbers, true, t.stock)
	return t.resume(err)
}

// stock fills the stock of numbers of one location.
func (t *tenant) stock(ctx context.Context, it journal.Item) error {
	p := t.places[it.Site]
	switch {
	case it.Held != onboarding.NoReason:
		return t.e.held(ctx, it, it.Held)
	case p == nil || p.reason != onboarding.NoReason:
		return t.e.held(ctx, it, onboarding.ReasonParentFailed)
	}
	spec, err := wanted.Decode[wanted.Numbers](it.Spec)
	if err != nil {
		return err
	}
	missing, err := t.missingNumbers(ctx, it, spec, p)
	if err != nil {
		return t.rowFailed(ctx, it, err)
	}
	if len(missing) == 0 {
		return t.stocked(ctx, it, spec, p, standing(it))
	}
	return t.fill(ctx, it, spec, p, missing)
}

// standing is the status of a row that was found as it should be.
func standing(it journal.Item) onboarding.Status {
	switch {
	case begun(it), it.Made && waited(it):
		return onboarding.Created
	case it.Made:
		return onboarding.Unchanged
	}
	return onboarding.Adopted
}

// missingNumbers gives the planned numbers that the location does not hold yet.
func (t *tenant) missingNumbers(ctx context.Context, it journal.Item, spec wanted.Numbers, p *place) ([]string, error) {
	wanted, err := t.e.run.Numbers(ctx, t.key, it.Site)
	if err != nil {
		return nil, err
	}
	if spec.Main != "" {
		wanted = append(wanted, spec.Main)
	}
	held := make(map[string]bool)
	if !p.fresh || begun(it) {
		for n, err := range t.e.service.ListNumbers(ctx, t.org, p.id) {
			if err != nil {
				return nil, err
			}
			held[n.PhoneNumber] = true
		}
	}
	var missing []string
	for _, n := range wanted {
		if !held[n] {
			missing = append(missing, n)
			held[n] = true
		}
	}
	return missing, nil
}

// fill adds the missing numbers, after it has made sure that calls can reach them.
func (t *tenant) fill(ctx context.Context, it journal.Item, spec wanted.Numbers, p *place, missing []string) error {
	if t.e.opt.Numbers == NumbersExisting {
		return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: &onboarding.Failure{
			Kind: "input", Message: fmt.Sprintf("the location does not hold %s, and --numbers existing adds none", some(missing)),
		}})
	}
	ok, err := t.connect(ctx, spec, p)
	if err != nil {
		return t.rowFailed(ctx, it, err)
	}
	if !ok {
		p.noPSTN = true
		return t.e.held(ctx, it, onboarding.ReasonNoPSTN)
	}
	if !t.e.mayCreate() {
		return nil
	}
	if err := t.e.run.Intend(ctx, it.Seq); err != nil {
		return err
	}
	it.Entry.State, it.Entry.At = journal.Intent, t.e.opt.Clock()
	if err := t.addNumbers(ctx, it, spec, p, missing); err != nil {
		return t.rowFailed(ctx, it, err)
	}
	return t.stocked(ctx, it, spec, p, onboarding.Created)
}

// addNumbers sends the numbers in the batches that the service takes. After a conflict or an unclear answer the
// location is listed again: numbers that are there by then count as added. A number stands in one place only, so
// sending one again does no harm.
func (t *tenant) addNumbers(ctx context.Context, it journal.Item, spec wanted.Numbers, p *place, missing []string) error {
	active := t.e.opt.Numbers != NumbersInactive
	for lost := 0; len(missing) > 0; {
		n := min(len(missing), webex.MaxNumbersPerAdd)
		err := t.e.service.AddNumbers(ctx, t.org, p.id, missing[:n], active)
		if err == nil {
			missing = missing[n:]
			continue
		}
		if !webex.Conflict(err) && !webex.Unclear(err) {
			return err
		}
		left, lerr := t.missingNumbers(ctx, it, spec, p)
		if lerr != nil {
			return lerr
		}
		if len(left) >= len(missing) {
			if lost++; lost > mostSends || !webex.Unclear(err) {
				return err // nothing was added: the service will not take them
			}
		}
		missing = left
	}
	return nil
}

// stocked sets the main number of a location that holds all its numbers, and records the row.
func (t *tenant) stocked(ctx context.Context, it journal.Item, spec wanted.Numbers, p *place, status onboarding.Status) error {
	changed, err := t.mainNumber(ctx, spec, p)
	if err != nil {
		return t.rowFailed(ctx, it, err)
	}
	if changed && (status == onboarding.Unchanged || status == onboarding.Adopted) {
		status = onboarding.Updated
	}
	err = t.e.run.Remember(ctx, journal.Object{Kind: it.Kind, Customer: t.key, Key: it.Key, ID: p.id, Made: status == onboarding.Created, Facts: it.Spec})
	if err != nil {
		return err
	}
	return t.e.record(ctx, it, onboarding.Outcome{Status: status})
}

func (t *tenant) mainNumber(ctx context.Context, spec wanted.Numbers, p *place) (changed bool, err error) {
	if spec.Main == "" {
		return false, nil
	}
	if !p.fresh {
		loc, err := t.e.service.CallingLocation(ctx, t.org, p.id)
		if err != nil || loc != nil && loc.CallingLineID.PhoneNumber == spec.Main {
			return false, err
		}
	}
	err = t.e.service.UpdateCallingLocation(ctx, t.org, p.id, webex.CallingLocationUpdate{CallingLineID: webex.CallingLineID{PhoneNumber: spec.Main}})
	return err == nil, err
}

// rowFailed records the refusal of a row, or gives the error that ends the run.
func (t *tenant) rowFailed(ctx context.Context, it journal.Item, err error) error {
	f, fatal := verdict(err)
	if fatal != nil {
		return fatal
	}
	return t.e.record(ctx, it, onboarding.Outcome{Status: onboarding.Failed, Error: f})
}

// some names a few of many.
func some(list []string) string {
	const few = 3
	if len(list) <= few {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:few], ", "), len(list)-few)
}
