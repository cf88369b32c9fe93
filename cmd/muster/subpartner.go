package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"muster/internal/onboarding"
	"muster/validate"
)

// subPartners makes sure that the sub-partners that are named may create and change customers: the one of --sub-partner, and
// those of the selected customers, of which a bad one is an error at its cell. The service is asked only when one is named.
func (in *intake) subPartners(svc *service, purpose validate.Purpose) error {
	flag, pick := in.c.String("sub-partner"), selection(in.c)
	named := func(c *onboarding.Customer) bool { return c.SubPartner != "" && pick.customer(c) }
	customers := in.options.Batch.Customers
	if flag == "" && !slices.ContainsFunc(customers, named) {
		return nil
	}
	active, err := listSubPartners(in.c.Context, svc)
	if err != nil {
		return err
	}
	if len(active) == 0 && (svc.sandbox || loopback(svc.base)) {
		return nil // a stand-in that was given no list takes any
	}
	if may, known := active[flag]; flag != "" && !may {
		if known {
			return stoppedError{fmt.Errorf("the sub-partner %q of --sub-partner is suspended: it may delete customers, not create or change them", flag)}
		}
		return stoppedError{hintedError{fmt.Errorf("the service knows no sub-partner %q of this partner", flag), "--sub-partner takes the organization ID of a sub-partner"}}
	}
	in.partners = active
	if !slices.ContainsFunc(customers, func(c *onboarding.Customer) bool { return named(c) && !active[c.SubPartner] }) {
		return nil
	}
	if slices.Contains(in.inputs(), "-") {
		return stoppedError{hintedError{errors.New("a customer names a sub-partner that is suspended or not known, and standard input cannot be judged again"), "give the file by its name, to see at which row"}}
	}
	return in.judge(purpose, in.org, false)
}

// listSubPartners tells of each sub-partner that the service lists whether it may create and change customers.
func listSubPartners(ctx context.Context, svc *service) (map[string]bool, error) {
	active := make(map[string]bool)
	for s, err := range svc.client.SubPartners(ctx) {
		if err != nil {
			return nil, refusedToken(fmt.Errorf("list sub-partners: %w", err))
		}
		active[s.OrgID] = s.ProvisioningState != "suspended"
	}
	return active, nil
}
