package validate_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/importer"
	"muster/importer/sheet"
	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/validate"
)

// recollection is a memory of one customer, c1, and of its administrator's package.
type recollection struct {
	known     *validate.Known
	pack      string
	elsewhere map[string]string // by external ID: for which sub-partner it was made
}

func (r recollection) Customer(c *onboarding.Customer) *validate.Known {
	if c.ExternalID != "c1" {
		return nil
	}
	return r.known
}

func (r recollection) MadeFor(c *onboarding.Customer) (string, bool) {
	sub, made := r.elsewhere[c.ExternalID]
	return sub, made
}

func (r recollection) Package(*onboarding.Customer, string) string { return r.pack }

// remembering judges testdata/memory with a memory. In a plan the customers are judged once more when the users have passed.
func remembering(t *testing.T, folder string, purpose validate.Purpose, m recollection) string {
	t.Helper()
	tb := loadTables()
	book, err := sheet.Open([]string{filepath.Join(archives, "memory", folder)}, sheet.Options{Facts: tb.facts, Words: tb.words, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}()
	var found []onboarding.Finding
	sink := func(f onboarding.Finding) {
		if r, ok := validate.Find(f.Rule); ok && r.Known != nil || f.Rule == "admin-package-parity" {
			found = append(found, f)
		}
	}
	var o validate.Options
	reading := importer.Reading{Book: book, Sink: func(onboarding.Finding) {}, Begin: func(b *onboarding.Batch) (importer.Checker, func() importer.Lane) {
		r := resolve.New(tb.facts, b)
		o = validate.Options{Batch: b, Resolver: r, Facts: tb.facts, Purpose: purpose, Memory: m}
		w := validate.New(o, sink)
		return w, func() importer.Lane { return importer.Lane{Resolver: r.Cursor(), Judge: w.Lane()} }
	}}
	res, err := reading.Run()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range res.Batch.Customers {
		if k := m.Customer(c); k != nil && purpose == validate.Plan {
			validate.Remember(o, c, k, sink)
		}
	}
	return printed(onboarding.SortFindings(found))
}

func seats(from validate.Origin, n int) map[string]validate.Have {
	return map[string]validate.Have{"webex_calling": {Seats: n, From: from}}
}

// TestMemory judges customers by what the journal and the live state tell of them: known, missing, and contradicting. In the
// folder "limited" c1 has 5 seats of Webex Calling, in "unlimited" none, and its administrator has Webex Calling.
func TestMemory(t *testing.T) {
	calling := []string{"webex_calling"}
	for name, c := range map[string]struct {
		folder  string
		purpose validate.Purpose
		memory  recollection
		want    string
	}{
		"nothing known": {"limited", validate.Apply, recollection{}, ""},
		"as sent":       {"limited", validate.Apply, recollection{known: &validate.Known{Made: true, Packages: calling, Seats: seats(validate.FromJournal, 5)}}, ""},
		"lowered": {
			"limited", validate.Apply,
			recollection{known: &validate.Known{Made: true, Packages: calling, Seats: seats(validate.FromJournal, 6)}},
			"error package-quantity-lowered customers.csv:2:12 5 seats of Webex Calling are fewer than the 6 that this journal sent before; a quantity is never lowered\n",
		},
		"more licences": {
			"limited", validate.Plan,
			recollection{known: &validate.Known{Made: true, Packages: calling, Seats: seats(validate.FromLicences, 8)}},
			"error package-quantity-lowered customers.csv:2:12 5 seats of Webex Calling are fewer than the 8 that the service has licences for; a quantity is never lowered\n",
		},
		"more users": {
			"limited", validate.Plan,
			recollection{known: &validate.Known{Made: true, Packages: calling, Seats: seats(validate.FromUsers, 7)}},
			"error package-quantity-lowered customers.csv:2:12 5 seats of Webex Calling are fewer than the 7 users who have it at the service; a quantity is never lowered\n",
		},
		"users at the service": {
			"limited", validate.Plan,
			recollection{known: &validate.Known{Made: true, Packages: calling, Seats: seats(validate.FromJournal, 5), Users: map[string]int{"webex_calling": 6}}},
			"error package-quantity-exceeded customers.csv:2:12 with those at the service 6 users have Webex Calling, and its quantity is 5\n",
		},
		"somebody else's": {
			"limited", validate.Apply,
			recollection{known: &validate.Known{}},
			"note package-quantity-lowered customers.csv:2:12 quantities of \"c1\" are not known here: the service does not return them, and this journal did not send them\n",
		},
		"somebody else's, with licences": {"limited", validate.Plan, recollection{known: &validate.Known{Seats: seats(validate.FromLicences, 5)}}, ""},
		"somebody else's, unlimited":     {"unlimited", validate.Apply, recollection{known: &validate.Known{}}, ""},
		"replaced": {
			"limited", validate.Plan,
			recollection{known: &validate.Known{Replaced: true}},
			"note package-quantity-lowered customers.csv:2:12 the service has \"c1\" under another identifier than this journal made: what the journal knew of its quantities holds no more\n",
		},
		"switched on": {
			"limited", validate.Apply,
			recollection{known: &validate.Known{Made: true, Packages: calling}},
			"error package-quantity-switched customers.csv:2:12 the customer was made without quantities, and they cannot be switched on later\n",
		},
		"no package that takes one": {"limited", validate.Apply, recollection{known: &validate.Known{Made: true, Packages: []string{"cx_ai_assistant"}}}, ""},
		"switched off": {
			"unlimited", validate.Apply,
			recollection{known: &validate.Known{Made: true, Packages: calling, Seats: seats(validate.FromJournal, 5)}},
			"error package-quantity-switched customers.csv:2:12 the customer was made with quantities, and they cannot be switched off\n",
		},
		"switched off, replaced": {"unlimited", validate.Plan, recollection{known: &validate.Known{Replaced: true}}, ""},
		"made for both platforms": {
			"limited", validate.Apply,
			recollection{known: &validate.Known{Made: true, BroadWork: true, Packages: calling}},
			"error package-quantity-migration customers.csv:2:12 the customer was made with a template that serves BroadWorks as well, and then quantities cannot be chosen\n",
		},
		"made for both platforms, now one": {"one-platform", validate.Apply, recollection{known: &validate.Known{Made: true, BroadWork: true, Packages: calling}}, ""},
		"administrator lowered": {
			"unlimited", validate.Apply,
			recollection{pack: "webex_suite"},
			"error admin-package-downgrade users.csv:2:5 the administrator has Webex Suite, and is not moved to the lower Webex Calling\n",
		},
		"administrator raised":     {"unlimited", validate.Apply, recollection{pack: "webex_meetings"}, ""},
		"administrator, in a plan": {"unlimited", validate.Plan, recollection{pack: "webex_suite"}, ""},
		"administrator at the service": {
			"unlimited", validate.Plan,
			recollection{known: &validate.Known{Made: true, Packages: calling, Changed: []validate.Moved{{Was: "webex_suite", Now: "webex_calling"}}}},
			"error admin-package-downgrade - the administrator has Webex Suite, and is not moved to the lower Webex Calling\n",
		},
		"level at creation": {
			"unlimited", validate.Apply,
			recollection{known: &validate.Known{Made: true, Packages: calling, Level: "webex_suite"}},
			"error admin-package-parity users.csv:2:5 the administrator has Webex Calling, and the level of the customer is Webex Suite\n",
		},
		"level unknown": {"unlimited", validate.Apply, recollection{known: &validate.Known{Made: true, Packages: calling}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, remembering(t, c.folder, c.purpose, c.memory)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
