package main

import (
	"slices"
	"testing"

	"muster/importer/live"
	"muster/internal/journal"
	"muster/internal/onboarding"
	"muster/internal/webex"
	"muster/report"
)

// TestUnlike names what a plan saw otherwise, and nothing else.
func TestUnlike(t *testing.T) {
	state := func(change func(*live.State)) live.Customer {
		s := &live.State{
			Customer: webex.Customer{ID: "c", ExternalID: "crm-1", Status: webex.CustomerProvisioned, Packages: []string{"webex_calling", "webex_suite"}},
			Sites:    []live.Site{{Location: webex.Location{ID: "l", Name: "Main"}}},
			Numbers:  []webex.Number{{PhoneNumber: "+15125550101", Location: webex.NumberPlace{Name: "Main"}}, {PhoneNumber: "+15125550102", Location: webex.NumberPlace{Name: "Main"}}},
			Users:    []live.User{{Subscriber: webex.Subscriber{ID: "u", Email: "ana@bakery.example"}, Roles: []string{"b", "a"}}},
		}
		if change != nil {
			change(s)
		}
		c := live.Customer{Live: s, Steps: []onboarding.Step{{Kind: onboarding.ObjectCustomer, Key: "crm-1", Action: onboarding.ActNothing}}}
		c.Item = journal.Item{Planned: journal.Planned{Key: "crm-1"}}
		return c
	}
	var saw []report.BoundObject
	for o := range boundObjects(state(nil)) {
		saw = append(saw, o)
	}
	for name, tc := range map[string]struct {
		now  live.Customer
		want []string
	}{
		"the same": {state(nil), nil},
		"lists in another order, and times": {state(func(s *live.State) {
			slices.Reverse(s.Customer.Packages)
			slices.Reverse(s.Numbers)
			slices.Reverse(s.Users[0].Roles)
			s.Users[0].LastStatusChange.Time = s.Users[0].LastStatusChange.AddDate(1, 0, 0)
		}), nil},
		"package":          {state(func(s *live.State) { s.Customer.Packages = s.Customer.Packages[:1] }), []string{"changed: customer crm-1"}},
		"number gone":      {state(func(s *live.State) { s.Numbers = s.Numbers[:1] }), []string{"changed: numbers Main of crm-1"}},
		"location renamed": {state(func(s *live.State) { s.Sites[0].Name = "Head" }), []string{"new: location Head of crm-1", "gone: location Main of crm-1"}},
		"role":             {state(func(s *live.State) { s.Users[0].Roles = nil }), []string{"changed: user ana@bakery.example of crm-1"}},
		"user gone":        {state(func(s *live.State) { s.Users = nil }), []string{"gone: user ana@bakery.example of crm-1"}},
		"customer gone": {
			func() live.Customer { c := state(nil); c.Live = nil; return c }(),
			[]string{"gone: customer crm-1", "gone: location Main of crm-1", "gone: numbers Main of crm-1", "gone: user ana@bakery.example of crm-1"},
		},
		"journal": {
			func() live.Customer { c := state(nil); c.Steps[0].Action = onboarding.ActAdopt; return c }(),
			[]string{"customer crm-1: nothing has changed there, but what this journal knows of it has"},
		},
	} {
		if got := unlike(tc.now, saw); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}
