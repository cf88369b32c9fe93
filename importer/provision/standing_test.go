package provision_test

import (
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/internal/sandbox"
)

// standing makes a customer one that no input holds, with its headquarters, and one user more.
func standing(id string, users int) order {
	o := bakery(id, users)
	o.customer.Row = onboarding.Row{}
	hq := &onboarding.Location{Customer: id, Name: o.customer.Resolved.HQ}
	hq.Resolved.Customer = o.customer
	o.customer.Sites, o.customer.Resolved.HQSite = []*onboarding.Location{hq}, hq
	return o
}

// Users are added to a customer that stands: it is found and not changed, and neither it nor its location is an outcome.
func TestUsersOfACustomerThatStands(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	check(t, w.apply(bakery("crm-1", 2)).err)
	more := standing("crm-1", 4)
	more.customer.Seats = append(more.customer.Seats, onboarding.Seat{Package: "webex_suite"}) // not of the inputs: nobody is to send it
	res := w.apply(more)
	check(t, res.err)
	res.want(t, want{numbers: "created:1", users: "created:2 unchanged:2", roles: "unchanged:1"})
	if n := w.calls.count("PUT", "/wholesale/customers/{customerId}"); n != 0 {
		t.Errorf("the customer was changed %d times", n)
	}
	if n := w.calls.count("POST", "/wholesale/customers"); n != 1 {
		t.Errorf("%d customers were created", n)
	}
}

// A customer that is not there any more is not made: what the inputs ask for in it fails and says why.
func TestCustomerThatStandsNoMore(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	res := w.apply(standing("crm-1", 2))
	check(t, res.err)
	res.want(t, want{numbers: "failed:1", users: "failed:2", roles: "failed:1"})
	for _, o := range res.outcomes {
		if !strings.Contains(o.Error.Message, `no customer "crm-1"`) {
			t.Errorf("%s: %s", o.Key, o.Error.Message)
		}
	}
	if n := w.calls.count("POST", "/wholesale/customers"); n != 0 {
		t.Errorf("%d customers were created", n)
	}
}

// A location that is not there any more fails its users; it is not made.
func TestLocationThatStandsNoMore(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	check(t, w.apply(bakery("crm-1", 1)).err)
	more := standing("crm-1", 2)
	more.customer.Sites[0].Name, more.customer.Resolved.HQ = "Old Office", "Old Office"
	more.users = more.users[1:]
	res := w.apply(more)
	check(t, res.err)
	res.want(t, want{numbers: "held/parent_failed:1", users: "failed:1"})
	for _, o := range res.outcomes {
		if o.Error != nil && !strings.Contains(o.Error.Message, `no location "Old Office"`) {
			t.Errorf("%s: %s", o.Key, o.Error.Message)
		}
	}
}
