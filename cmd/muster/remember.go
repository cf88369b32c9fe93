package main

import (
	"slices"
	"strings"

	"muster/importer/live"
	"muster/internal/onboarding"
	"muster/validate"
)

// recollect judges customers by what their live state and the journal tell together, and keeps what is found.
type recollect struct {
	in      *intake
	byID    map[string]*onboarding.Customer
	sources map[[2]string]*onboarding.Source
	doubts  map[string][]onboarding.Finding // by customer
	found   []onboarding.Finding
}

func newRecollect(in *intake) *recollect {
	r := &recollect{in: in, byID: make(map[string]*onboarding.Customer), sources: make(map[[2]string]*onboarding.Source), doubts: make(map[string][]onboarding.Finding)}
	for _, c := range slices.Concat(in.options.Batch.Customers, in.options.Batch.Standing.Customers) {
		if r.byID[c.ExternalID] == nil {
			r.byID[c.ExternalID] = c
		}
	}
	for _, s := range in.options.Batch.Sources {
		r.sources[[2]string{s.File, s.Sheet}] = s
	}
	for _, f := range in.doubts {
		r.doubts[f.Customer] = append(r.doubts[f.Customer], f)
	}
	return r
}

// customer judges one customer of the comparison, and takes back the steps that its errors forbid.
func (r *recollect) customer(c live.Customer) {
	r.settle(c)
	b := r.byID[c.Item.Key]
	if b == nil || c.Live == nil {
		return
	}
	k := &validate.Known{Made: true, Changed: r.moved(b, c)}
	if b.Source != nil { // else the inputs say nothing of its seats
		k = r.known(b, c)
	}
	validate.Remember(r.in.options, b, k, func(f onboarding.Finding) { r.find(c, f) })
}

// find keeps a finding, and takes back the steps that it forbids.
func (r *recollect) find(c live.Customer, f onboarding.Finding) {
	r.found = append(r.found, f)
	if f.Severity == onboarding.Error && !f.Waived {
		forbid(c.Steps, f)
	}
}

// settle says what was doubtful until now about a customer: nothing, when another one stands than the journal made, or none.
func (r *recollect) settle(c live.Customer) {
	doubts := r.doubts[c.Item.Key]
	delete(r.doubts, c.Item.Key)
	if c.Live == nil || c.Gone {
		return
	}
	for _, f := range doubts {
		if rule, ok := validate.Find(f.Rule); !ok || rule.Known == nil { // else it is judged anew
			r.find(c, f)
		}
	}
}

// forbid turns the steps that would not be tried because of a finding into holds: the row's own, and of a customer all.
func forbid(steps []onboarding.Step, f onboarding.Finding) {
	whole := f.Rule != "admin-package-downgrade" && f.Rule != "admin-package-parity"
	for i := range steps {
		s := &steps[i]
		own := s.Row == f.Place.Row && f.Place.Source != nil && s.File == f.Place.Source.File && s.Sheet == f.Place.Source.Sheet
		switch {
		case whole && s.Kind == onboarding.ObjectCustomer, !whole && own && s.Kind == onboarding.ObjectUser:
			s.Action, s.Reason, s.Changes = onboarding.ActHold, onboarding.ReasonFinding, nil
		case whole, own:
			s.Action, s.Reason, s.Changes = onboarding.ActHold, onboarding.ReasonParentFailed, nil
		}
	}
}

// known brings together what the journal and the service tell of a customer. Where they contradict each other the service
// wins.
func (r *recollect) known(b *onboarding.Customer, c live.Customer) *validate.Known {
	k := r.in.standing(b, c.Live.Customer.ID)
	use := usage{after: make(map[string]int), used: make(map[string]int), licences: c.Live.Limits}
	for _, s := range c.Seats {
		use.after[s.Package], use.used[s.Package] = s.After, s.Used
	}
	r.in.seats(b, k, use)
	k.Changed = r.moved(b, c)
	return k
}

// moved lists the administrators whose package the inputs change.
func (r *recollect) moved(b *onboarding.Customer, c live.Customer) []validate.Moved {
	admins := administrators(b, c)
	var out []validate.Moved
	for _, s := range c.Steps {
		i := slices.IndexFunc(s.Changes, func(d onboarding.Difference) bool { return d.Field == "package" })
		if s.Kind != onboarding.ObjectUser || i < 0 || !admins[strings.ToLower(s.Key)] {
			continue
		}
		row := onboarding.Row{Source: r.sources[[2]string{s.File, s.Sheet}], Number: s.Row}
		out = append(out, validate.Moved{Row: row, Was: s.Changes[i].Live, Now: s.Changes[i].Sheet})
	}
	return out
}

// administrators gives the mail addresses of a customer's administrators, by the service and by the inputs.
func administrators(b *onboarding.Customer, c live.Customer) map[string]bool {
	out := map[string]bool{strings.ToLower(b.AdminEmail): true}
	for _, u := range c.Live.Users {
		if slices.ContainsFunc(u.Roles, func(role string) bool { return strings.EqualFold(role, fullAdministrator) }) {
			out[strings.ToLower(u.Email)] = true
		}
	}
	for _, s := range c.Steps {
		if mail, ok := strings.CutSuffix(s.Key, " "+fullAdministrator); ok && s.Kind == onboarding.ObjectRole {
			out[strings.ToLower(mail)] = true
		}
	}
	return out
}

// done adds what was found to the findings of the inputs, and what is still in doubt: nobody compared those customers.
func (r *recollect) done() {
	for _, doubts := range r.doubts {
		r.found = append(r.found, doubts...)
	}
	if len(r.found) > 0 {
		r.in.trust(r.found)
	}
}
