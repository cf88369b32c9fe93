package main

import (
	"path/filepath"
	"regexp"
	"testing"

	"muster/internal/sandbox"
)

// Sub-partners that are suspended or not known are refused before anything is sent: of a row at its cell, of the flag as a
// whole. The list is asked for only when one is named.
func TestSubPartnersAreRefusedUpFront(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{SubPartners: []sandbox.SubPartner{{OrgID: "Sub-A", State: "active"}, {OrgID: "Sub-B", State: "suspended"}}})
	asked := func() int { return g.server.Counts()["GET /wholesale/subPartners"] }
	g.customer("x", ",Sub-partner", ",")
	g.muster(0, "plan")
	if n := asked(); n != 0 {
		t.Errorf("nobody names a sub-partner, and the list was asked for %d times", n)
	}
	g.customer("x", ",Sub-partner", ",Sub-B")
	g.holds(g.muster(3, "apply"), `2:15     the sub-partner "Sub-B" is suspended: it may delete customers, not create or change them [customer-sub-partner]`, true)
	if n := asked(); n != 1 {
		t.Errorf("the list was asked for %d times", n)
	}
	g.holds(g.muster(3, "plan"), `[customer-sub-partner]`, true)
	g.holds(g.muster(4, "apply", "--partial"), "customer crm-1", true)
	g.customer("x", ",Sub-partner", ",Sub-C")
	g.holds(g.muster(3, "apply"), `the service knows no sub-partner "Sub-C" of this partner`, true)
	g.customer("x", ",Sub-partner", ",Sub-A")
	g.muster(0, "plan")
	g.customer("x", "", "")
	g.holds(g.muster(5, "apply", "--sub-partner", "Sub-B"), `the sub-partner "Sub-B" of --sub-partner is suspended`, true)
	g.holds(g.muster(5, "plan", "--sub-partner", "Sub-C"), `the service knows no sub-partner "Sub-C"`, true)
	if n := g.server.Counts()["POST /wholesale/customers"]; n != 0 {
		t.Errorf("%d customers were sent", n)
	}
}

// A customer that was made for one sub-partner is refused for another: it would stand twice.
func TestSubPartnerThatChanges(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{SubPartners: []sandbox.SubPartner{{OrgID: "Sub-A", State: "active"}, {OrgID: "Sub-B", State: "active"}}})
	g.customer("x", ",Sub-partner", ",Sub-A")
	made := g.muster(0, "apply")
	for _, command := range []string{"plan", "apply"} {
		g.customer("x", ",Sub-partner", ",Sub-B")
		g.holds(g.muster(3, command), `2:15     this journal made the customer for the sub-partner "Sub-A": elsewhere it would be made a second time [customer-sub-partner-changed]`, true)
		g.customer("x", ",Sub-partner", ",")
		g.holds(g.muster(3, command), `[customer-sub-partner-changed]`, true)
		g.muster(0, command, "--sub-partner", "Sub-A")
	}
	g.holds(g.muster(4, "apply", "--partial"), "held", true)
	g.customer("x", ",Sub-partner", ",Sub-A")
	g.holds(g.muster(0, "apply"), "2 unchanged", true)
	if n := g.server.Counts()["POST /wholesale/customers"]; n != 1 {
		t.Errorf("%d customers were sent", n)
	}
	// What was taken back for one may be made for the other, and was not made there before.
	g.bare(0, "undo", regexp.MustCompile(`run (\S+) on`).FindStringSubmatch(made)[1])
	g.customer("x", ",Sub-partner", ",Sub-B")
	said := g.muster(0, "plan")
	g.holds(said, "+ create   customer crm-1", true)
	g.holds(said, "this journal made it before", false)
	g.customer("x", ",Sub-partner", ",Sub-A")
	g.holds(g.muster(0, "plan"), "this journal made it before", true)
}

// An export holds the customers of sub-partners that the journal knows, and says of which it read nothing.
func TestExportReadsSubPartners(t *testing.T) {
	t.Parallel()
	g := newStage(t, sandbox.Settings{SubPartners: []sandbox.SubPartner{{OrgID: "Sub-A", State: "active"}, {OrgID: "Sub-B", State: "active"}}})
	g.customer("x", ",Sub-partner", ",Sub-A")
	g.muster(0, "apply")
	book := filepath.Join(g.dir, "export.xlsx")
	said := g.bare(0, "export", "-o", book)
	g.holds(said, `read: customers of the partner itself, and of its sub-partners "Sub-A"`, true)
	g.holds(said, `not read: customers of the sub-partners "Sub-B"`, true)
	g.holds(said, ": 1 customer,", true)
	g.holds(g.bare(0, "plan", book), "nothing to do", true)
}
