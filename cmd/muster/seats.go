package main

import (
	"muster/importer/provision"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/validate"
)

// usage is what users and licences tell of the packages of a customer that stands, by their API values.
type usage struct {
	used, after map[string]int // users who have a package, and who will when the inputs are carried out
	licences    map[string]int // nil: not asked for
}

// standing gives what the journal knows of a customer that stands under an identifier.
func (in *intake) standing(b *onboarding.Customer, id string) *validate.Known {
	k := &validate.Known{}
	if o, ok := in.memory.object(onboarding.ObjectCustomer, b, b.ExternalID); ok {
		if id == o.ID {
			k = in.memory.known(o)
		} else {
			k.Replaced = o.Made
		}
	}
	if k.Seats == nil {
		k.Seats = make(map[string]validate.Have)
	}
	return k
}

// seats adds what stands to what is known. Where they contradict each other the service wins.
func (in *intake) seats(b *onboarding.Customer, k *validate.Known, u usage) {
	k.Users = u.after
	for _, s := range b.Seats {
		p, ok := in.options.Facts.Package(s.Package)
		if !ok || !p.Quantity {
			continue
		}
		if have, limited := k.Seats[p.LimitKey]; limited && u.used[s.Package] > have.Seats {
			k.Seats[p.LimitKey] = validate.Have{Seats: u.used[s.Package], From: validate.FromUsers}
		}
		if n := u.licences[s.Package]; n > k.Seats[p.LimitKey].Seats {
			k.Seats[p.LimitKey] = validate.Have{Seats: n, From: validate.FromLicences}
		}
	}
}

// refusals tell whether a run is to refuse something for what stands at the service: by the rules, severities and waivers of
// the inputs, as a plan does. Safe for use from many goroutines.
type refusals struct {
	in      *intake
	byID    map[string]*onboarding.Customer
	sources map[[2]string]*onboarding.Source
}

func newRefusals(in *intake) *refusals {
	r := &refusals{in: in, byID: make(map[string]*onboarding.Customer), sources: make(map[[2]string]*onboarding.Source)}
	for _, c := range in.options.Batch.Customers {
		r.byID[c.ExternalID] = c
	}
	for _, s := range in.options.Batch.Sources {
		r.sources[[2]string{s.File, s.Sheet}] = s
	}
	return r
}

// seats tells whether a customer is to be refused for its seats.
func (r *refusals) seats(c provision.Capacity) *onboarding.Failure {
	b := r.byID[c.Customer]
	if b == nil || r.in.memory == nil {
		return nil
	}
	k := r.in.standing(b, c.ID)
	r.in.seats(b, k, usage{c.Used, c.After, c.Licences})
	return r.first(b, k)
}

// move tells whether an administrator is to be refused another package.
func (r *refusals) move(it journal.Item, was, now string) *onboarding.Failure {
	b := r.byID[it.Customer]
	if b == nil {
		return nil
	}
	row := onboarding.Row{Source: r.sources[[2]string{it.File, it.Sheet}], Number: it.Row}
	return r.first(b, &validate.Known{Changed: []validate.Moved{{Row: row, Was: was, Now: now}}})
}

// first gives the first error that the rules make of what is known.
func (r *refusals) first(b *onboarding.Customer, k *validate.Known) (said *onboarding.Failure) {
	o, c := r.in.options, *b // the rules mark the customer
	validate.Remember(o, &c, k, func(f onboarding.Finding) {
		if said == nil && f.Severity == onboarding.Error && !f.Waived {
			said = onboarding.Explain("input", f.Message)
			said.Code = f.Rule
		}
	})
	return said
}
