package provision_test

import (
	"testing"

	"muster/internal/onboarding"
	"muster/internal/sandbox"
	"muster/internal/wanted"
)

// What stood in an organization before a customer was attached to it is not said to be this run's.
func TestAttachToAnOrganizationThatHasAllOfIt(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.attachAgain("crm-1", 3)
	o := bakery("crm-1", 4) // one user more than stood
	o.customer.OrganizationID = w.organization("crm-1")
	o.users[1].Resolved.Role = "Device Administrator" // one role more
	w.dir = t.TempDir()                               // another journal
	res := w.apply(o)
	check(t, res.err)
	res.want(t, map[onboarding.ObjectKind]string{
		customers: "created:1", locations: "adopted:1", numbers: "created:1", users: "created:1 updated:3", roles: "adopted:1 created:1",
	})
	if got := facts[wanted.Numbers](t, w, numbers, "Head Office").Added; len(got) != 1 || got[0] != phone("crm-1", 3) {
		t.Errorf("numbers that count as added: %v", got)
	}
	if w.object(locations, "", "crm-1", "Head Office").Made || w.object(users, "", "crm-1", email("crm-1", 1)).Made {
		t.Error("what stood counts as made")
	}
	again := w.apply(o)
	check(t, again.err)
	again.want(t, map[onboarding.ObjectKind]string{
		customers: "unchanged:1", locations: "adopted:1", numbers: "unchanged:1", users: "adopted:3 unchanged:1", roles: "adopted:1 unchanged:1",
	})
	if !facts[wanted.User](t, w, users, email("crm-1", 1)).Stood {
		t.Error("it is forgotten that the person stood before")
	}
}

// A headquarters that the service made with the attached customer is this run's.
func TestAttachMakesTheHeadquarters(t *testing.T) {
	w := newWorld(t, sandbox.Settings{})
	w.attachAgain("crm-1", 0)
	o := bakery("crm-1", 1)
	o.customer.OrganizationID, o.customer.Resolved.HQ = w.organization("crm-1"), "Shop"
	w.dir = t.TempDir()
	res := w.apply(o)
	check(t, res.err)
	if got := res.all(locations); got != "created:1" || !w.object(locations, "", "crm-1", "Shop").Made {
		t.Errorf("locations %s", got)
	}
}

// attachAgain makes a customer with n users, and gives it up: its organization stays with all that is in it.
func (w *world) attachAgain(id string, n int) {
	w.t.Helper()
	check(w.t, w.apply(bakery(id, n)).err)
	live, err := w.client.FindCustomer(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	check(w.t, w.client.DeleteCustomer(w.t.Context(), live.ID))
	for live != nil {
		if live, err = w.client.FindCustomer(w.t.Context(), id); err != nil {
			w.t.Fatal(err)
		}
	}
}

// organization gives the ID of the organization that a customer left behind.
func (w *world) organization(id string) string {
	w.t.Helper()
	orgs, err := w.client.Organizations(w.t.Context())
	check(w.t, err)
	for _, o := range orgs {
		if o.DisplayName == "Bakery "+id {
			return o.ID
		}
	}
	w.t.Fatalf("no organization of %s", id)
	return ""
}
