package asbuilt_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/importer"
	"muster/importer/asbuilt"
	"muster/importer/live"
	"muster/importer/sheet"
	"muster/importer/workbook"
	"muster/internal/facts"
	"muster/internal/locale"
	"muster/internal/onboarding"
	"muster/internal/resolve"
	"muster/internal/wanted"
	"muster/internal/webex"
	"muster/validate"
)

var (
	tables  = facts.Load()
	billing = webex.WholesaleAddress{AddressLine1: "1 Example Street", City: "Austin", StateOrProvince: "TX", ZipOrPostalCode: "78701", Country: "US"}
)

// kept is what a workbook says when it is read back.
type kept struct {
	batch *onboarding.Batch
	users []onboarding.User
	said  []string // errors and warnings
	notes int      // of cells of which nobody knows the value
}

type keeper struct{ users *[]onboarding.User }

func (k keeper) User(u *onboarding.User) error {
	*k.users = append(*k.users, *u)
	return nil
}

func (keeper) Close() error { return nil }

// written writes customers in a language and reads the workbook back, judged by every rule.
func written(t *testing.T, lang string, fill func(*asbuilt.Writer) error) (kept, *asbuilt.Writer) {
	t.Helper()
	b, err := workbook.New(workbook.Options{Words: locale.Load(), Language: lang, Made: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	w := &asbuilt.Writer{Book: b, Facts: tables, Found: func(string) bool { return false }}
	if err := fill(w); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := b.Write(&file); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return read(t, path), w
}

func read(t *testing.T, path string) (k kept) {
	t.Helper()
	book, err := sheet.Open([]string{path}, sheet.Options{Facts: tables, Words: locale.Load()})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sink := func(f onboarding.Finding) {
		switch {
		case f.Rule == "value-unknown":
			k.notes++
		case f.Severity != onboarding.Note:
			k.said = append(k.said, f.Rule+" "+f.Place.Cell()+" "+f.Message.String())
		}
	}
	reading := importer.Reading{
		Book: book, Sink: sink,
		Begin: func(b *onboarding.Batch) (importer.Checker, func() importer.Lane) {
			r := resolve.New(tables, b)
			w := validate.New(validate.Options{Batch: b, Resolver: r, Facts: tables, Today: time.Now()}, sink)
			return w, func() importer.Lane { return importer.Lane{Resolver: r.Cursor(), Judge: w.Lane()} }
		},
		Plan: func(*onboarding.Batch) importer.Planner { return keeper{&k.users} },
	}
	res, err := reading.Run()
	if err != nil {
		t.Fatal(err)
	}
	k.batch = res.Batch
	return k
}

func site(name, line1, main string, calling bool) live.Site {
	a := billing
	a.AddressLine1 = line1
	return live.Site{
		Location: webex.Location{Name: name, TimeZone: "America/Chicago", PreferredLanguage: "en_us", Address: a.Location()}, Calling: calling, Main: main,
	}
}

func person(email, pack, at, phone, extension string, roles ...string) live.User {
	name, _, _ := strings.Cut(email, "@")
	return live.User{
		Subscriber: webex.Subscriber{Email: email, Packages: []string{pack}, Status: webex.SubscriberProvisioned},
		Person:     &webex.Person{FirstName: name, LastName: "Lee", Extension: extension}, Site: at, Phone: phone, Roles: roles,
	}
}

// bakery is a customer with all that a workbook has no room for.
func bakery() live.State {
	return live.State{
		Customer: webex.Customer{
			ID: "C1", ExternalID: "crm-1", OrgID: "O1", Status: webex.CustomerProvisioned, Address: billing,
			Packages: []string{"webex_calling", "webex_suite", "webex_meetings", "cisco_calling_plan"},
		},
		OrgName: "Bakery",
		Sites:   []live.Site{site("Annex", "3 Side Street", "+15125550100", true), site("Main", "1 Example Street", "", true), site("Store", "9 Far Street", "", false)},
		Users: []live.User{
			person("ana@bakery.example", "webex_suite", "Main", "+15125550101", "1001", "Full Administrator", "Some New Role"),
			person("ben@bakery.example", "webex_calling", "Annex", "", "1002", "Full Administrator"),
			person("cleo@bakery.example", "webex_calling", "", "", ""),
			person("dan@bakery.example", "webex_meetings", "", "", "", "Device Administrator", "Read-only Administrator"),
			{Subscriber: webex.Subscriber{Email: "eve@bakery.example", Packages: []string{"webex_calling"}, Status: webex.SubscriberPending}},
		},
	}
}

// Of customers that somebody else has made, what nobody knows is said, and the check has nothing against it.
func TestOthers(t *testing.T) {
	s := bakery()
	for _, lang := range locale.Load().Languages() {
		k, w := written(t, lang, func(w *asbuilt.Writer) error { return w.Customer(&s, asbuilt.Memory{}, nil) })
		if len(k.said) > 0 {
			t.Errorf("%s: %s", lang, strings.Join(k.said, "\n"))
		}
		c := k.batch.Customers[0]
		if c.Name != "Bakery" || c.HQName != "Main" || c.TimeZone != "America/Chicago" || len(k.batch.Templates) != 0 {
			t.Errorf("%s: customer %+v", lang, c)
		}
		want := []onboarding.Field{"admin_email", "template", "customer_language", "supported_location_confirmed"}
		if d := cmp.Diff(want, c.Unknown); d != "" {
			t.Errorf("%s: unknown (-want +got):\n%s", lang, d)
		}
		for i, unknown := range []bool{true, true, true, false} {
			if s := c.Seats[i]; s.Unknown != unknown || s.Quantity != "" {
				t.Errorf("%s: seat %+v", lang, s)
			}
		}
		if got, want := w.Left(), (asbuilt.Left{Roles: 3, Sites: 1}); got != want {
			t.Errorf("%s: left out %+v, want %+v", lang, got, want)
		}
		others(t, k)
	}
}

func others(t *testing.T, k kept) {
	t.Helper()
	var got []string
	for _, u := range k.users {
		got = append(got, strings.Join([]string{u.FirstName, u.Package, u.Location, u.Phone, u.Extension, u.Resolved.Role, fields(u.Unknown)}, "|"))
	}
	want := []string{
		"ana|Webex Suite|Main|+15125550101|1001|Full Administrator|",
		"ben|Webex Calling|Annex||1002||",
		"cleo|Webex Calling|||||location phone_number extension",
		"dan|Webex Meetings||||Device Administrator|",
		"|Webex Calling|||||first_name last_name location phone_number extension",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("users (-want +got):\n%s", d)
	}
}

func fields(fs []onboarding.Field) string {
	var out []string
	for _, f := range fs {
		out = append(out, string(f))
	}
	return strings.Join(out, " ")
}

// A customer that the service is still setting up has nothing to show: its headquarters is not known either.
func TestNotYetThere(t *testing.T) {
	s := live.State{Customer: webex.Customer{ID: "C1", ExternalID: "crm-1", Status: webex.CustomerPendingReview, Address: billing, Packages: []string{"webex_calling"}}}
	k, _ := written(t, "en", func(w *asbuilt.Writer) error { return w.Customer(&s, asbuilt.Memory{}, nil) })
	if len(k.said) > 0 {
		t.Error(strings.Join(k.said, "\n"))
	}
	if got := fields(k.batch.Customers[0].Unknown); got != "name admin_email template customer_language supported_location_confirmed hq_location timezone language" {
		t.Errorf("unknown %q", got)
	}
	if c := k.batch.Customers[0]; c.Resolved.HQ != "" {
		t.Errorf("the headquarters is called %q", c.Resolved.HQ)
	}
}

func sent(provisioningID string) *wanted.Customer {
	return &wanted.Customer{
		ProvisioningID: provisioningID, Name: "Ours", AdminEmail: "ANA@bakery.example", Language: "en_US", Packages: []string{"webex_calling"},
		Limits: map[string]int{"webex_calling": 5, "webex_suite": 6, "webex_meetings": 7}, HQ: &wanted.Place{Name: "Annex", Emergency: ""}, Wave: "7", GoLive: "2030-01-16", Supported: "yes",
		Template: &wanted.Template{Name: "Standard", Admin: "a@p.example", Country: "US", Language: "en_US", Subscription: "Sub-1", SAMLMetadata: "idp.xml"},
	}
}

// Of customers that this journal made, all is there again: quantities, template, headquarters, waves, port dates, and names
// of users who have not agreed yet. Templates of one name that are not the same are told apart.
func TestOurs(t *testing.T) {
	one, two, three := bakery(), bakery(), bakery()
	two.Customer.ExternalID, three.Customer.ExternalID = "crm-2", "crm-3"
	two.Users, three.Users = nil, nil
	known := map[string]wanted.User{
		"eve@bakery.example": {FirstName: "Eve", LastName: "Ng", Location: "Annex", Extension: "1009"},
		"ana@bakery.example": {Port: "2030-01-17"},
	}
	k, w := written(t, "ja", func(w *asbuilt.Writer) error {
		for i, s := range []*live.State{&one, &two, &three} {
			if err := w.Customer(s, asbuilt.Memory{Sent: sent([]string{"P1", "P2", "P1"}[i]), Users: known}, nil); err != nil {
				return err
			}
		}
		return nil
	})
	for _, said := range k.said {
		if !strings.HasPrefix(said, "customer-admin-email ") { // three customers of one administrator
			t.Error(said)
		}
	}
	c := k.batch.Customers[0]
	if c.HQName != "Annex" || c.AdminEmail != "ANA@bakery.example" || c.Wave != "7" || c.GoLive != "2030-01-16" || c.Unknown != nil || c.Seats[1].Limit != 6 {
		t.Errorf("customer %+v", c)
	}
	if got := len(k.batch.Templates); got != 2 || w.Counts().Templates != 2 {
		t.Errorf("%d templates", got)
	}
	for i, id := range []string{"P1", "P2", "P1"} {
		if got := k.batch.Customers[i].Resolved.Template.ProvisioningID; got != id {
			t.Errorf("customer %d has the template with %s, not %s", i+1, got, id)
		}
	}
	if w.Left().Metadata != 3 || k.batch.Templates[0].Knows("saml_metadata") {
		t.Errorf("left %+v", w.Left())
	}
	for _, u := range k.users {
		switch u.Email {
		case "ana@bakery.example":
			if u.PortDate != "2030-01-17" || u.Role != "" { // she is the administrator by herself
				t.Errorf("user %+v", u)
			}
		case "eve@bakery.example":
			if u.FirstName != "Eve" || u.Location != "Annex" || u.Extension != "1009" || len(u.Unknown) > 0 {
				t.Errorf("user %+v", u)
			}
		}
	}
}
