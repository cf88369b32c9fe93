package compare

import (
	"fmt"
	"strings"
	"testing"

	"muster/internal/onboarding"
	"muster/internal/wanted"
	"muster/internal/webex"
)

// told writes differences as one line each: field, old → new, and what is special about it.
func told(ds []onboarding.Difference) string {
	var b strings.Builder
	for _, d := range ds {
		fmt.Fprintf(&b, "%s: %s → %s", d.Field, d.Live, d.Sheet)
		if d.Removal {
			b.WriteString(" removal")
		}
		if d.Unknown {
			b.WriteString(" unknown")
		}
		if !d.Fixed.Empty() {
			b.WriteString(" fixed")
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func check(t *testing.T, want []string, got []onboarding.Difference) {
	t.Helper()
	if w, g := strings.Join(want, "\n"), told(got); w != g {
		t.Errorf("want\n%s\ngot\n%s", w, g)
	}
}

func bakery() wanted.Customer {
	return wanted.Customer{
		ProvisioningID: "P1", Name: "Bakery", AdminEmail: "ana@bakery.example", Language: "en_US",
		Address:  wanted.Address{Line1: "1 Street", City: "Austin", State: "TX", Zip: "78701", Country: "US"},
		Packages: []string{"webex_calling", "webex_suite"}, Limits: map[string]int{"webex_calling": 10, "webex_suite": 5},
	}
}

func bakeryLive() webex.Customer {
	return webex.Customer{
		ID: "C1", OrgID: "O1", Packages: []string{"webex_suite", "webex_calling"},
		Address: webex.WholesaleAddress{AddressLine1: "1  street", AddressLine2: "Floor 2", City: "AUSTIN", StateOrProvince: "TX", ZipOrPostalCode: "78701", Country: "US"},
	}
}

func TestCustomer(t *testing.T) {
	type setup struct {
		spec   wanted.Customer
		live   webex.Customer
		memory *wanted.Customer
		remove bool
	}
	for name, c := range map[string]struct {
		change func(*setup)
		want   []string
	}{
		"equal but for case, blanks and what the sheet leaves empty": {func(*setup) {}, nil},
		"language in another spelling":                               {func(s *setup) { s.memory.Language = "en_us" }, nil},
		"nobody remembers": {func(s *setup) { s.memory = nil }, []string{
			"name:  → Bakery unknown", "admin_email:  → ana@bakery.example unknown", "template:  → P1 unknown", "customer_language:  → en_US unknown",
			"package_quantity:  → webex_calling: 10 unknown", "package_quantity:  → webex_suite: 5 unknown",
		}},
		"purged": {func(s *setup) {
			s.memory = &wanted.Customer{}
			s.spec.Limits, s.spec.Name, s.spec.Language = nil, "", ""
		}, []string{
			"admin_email:  → ana@bakery.example unknown", "template:  → P1 unknown",
		}},
		"fixed": {func(s *setup) {
			s.spec.Name, s.spec.AdminEmail, s.spec.ProvisioningID, s.spec.Language, s.spec.OrgID = "Bakers", "b@bakery.example", "P2", "de", "O2"
		}, []string{
			"name: Bakery → Bakers fixed", "admin_email: ana@bakery.example → b@bakery.example fixed", "template: P1 → P2 fixed",
			"customer_language: en_US → de fixed", "organization_id: O1 → O2 fixed",
		}},
		"administrator in another case": {func(s *setup) { s.spec.AdminEmail = "Ana@Bakery.example" }, nil},
		"another floor": {func(s *setup) { s.spec.Address.Line2 = "Floor 3" }, []string{
			"line2: Floor 2 → Floor 3",
		}},
		"another house, whose floor is not that of the old one": {func(s *setup) { s.spec.Address.Line1 = "2 Street" }, []string{
			"line1: 1  street → 2 Street", "line2: Floor 2 → ",
		}},
		"the service does not tell the address": {func(s *setup) { s.live.Address = webex.WholesaleAddress{} }, []string{"line1:  → 1 Street unknown"}},
		"a package more at the service":         {func(s *setup) { s.live.Packages = append(s.live.Packages, "webex_meetings") }, nil},
		"a package more at the service, to be removed": {func(s *setup) { s.live.Packages, s.remove = append(s.live.Packages, "webex_meetings"), true }, []string{
			"packages: webex_meetings →  removal",
		}},
		"a package more in the sheet": {func(s *setup) { s.spec.Packages = append(s.spec.Packages, "webex_meetings") }, []string{"packages:  → webex_meetings"}},
		"raised, lowered, new": {func(s *setup) {
			s.spec.Limits = map[string]int{"webex_calling": 11, "webex_suite": 4, "webex_meetings": 1}
		}, []string{
			"package_quantity: webex_calling: 10 → webex_calling: 11", "package_quantity:  → webex_meetings: 1",
			"package_quantity: webex_suite: 5 → webex_suite: 4 fixed",
		}},
		"switched on": {func(s *setup) { s.memory.Limits = nil }, []string{
			"package_quantity: webex_calling: unlimited → webex_calling: 10 fixed", "package_quantity: webex_suite: unlimited → webex_suite: 5 fixed",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			memory := bakery()
			s := setup{bakery(), bakeryLive(), &memory, false}
			c.change(&s)
			check(t, c.want, Customer(s.spec, s.live, s.memory, s.remove))
		})
	}
}

func TestPlace(t *testing.T) {
	spec := wanted.Place{
		Name: "Hof", TimeZone: "Europe/Berlin", Language: "de_de", Address: wanted.Address{Line1: "Weg 1", City: "Hof", Zip: "95028", Country: "DE"},
	}
	live := webex.Location{
		Name: "hof", TimeZone: "Europe/Berlin", PreferredLanguage: "de_DE", AnnouncementLanguage: "en_us",
		Address: webex.LocationAddress{Address1: "Weg 1", City: "Hof", PostalCode: "95028", Country: "DE"},
	}
	check(t, nil, Place(spec, live, "de_de"))
	check(t, []string{"language: en_us → de_de"}, Place(spec, live, ""))
	live.AnnouncementLanguage, live.PreferredLanguage = "", ""
	check(t, nil, Place(spec, live, ""))
	live.PreferredLanguage, live.TimeZone, live.Address.PostalCode = "fr_fr", "Europe/Vienna", "95032"
	check(t, []string{"zip: 95032 → 95028", "timezone: Europe/Vienna → Europe/Berlin", "language: fr_fr → de_de"}, Place(spec, live, "de_de"))
	live.PreferredLanguage, live.TimeZone, live.Address = "", "", webex.LocationAddress{}
	check(t, []string{"line1:  → Weg 1 unknown", "timezone:  → Europe/Berlin unknown"}, Place(spec, live, ""))
}

func TestMain(t *testing.T) {
	check(t, nil, Main(wanted.Numbers{}, "+4992811"))
	check(t, nil, Main(wanted.Numbers{Main: "+4992811"}, "+4992811"))
	check(t, []string{"main_number:  → +4992811"}, Main(wanted.Numbers{Main: "+4992811"}, ""))
}

func TestUser(t *testing.T) {
	spec := wanted.User{
		Email: "ana@bakery.example", FirstName: "Ana", LastName: "Diaz", Package: "webex_calling", Calling: true,
		Location: "Hof", Phone: "+4992811", Extension: "11",
	}
	live := webex.Subscriber{Email: "Ana@bakery.example", Packages: []string{"webex_calling"}, Status: webex.SubscriberProvisioned}
	person := webex.Person{FirstName: "Ana", LastName: " Diaz", Extension: "11", LocationID: "L1"}
	check(t, nil, User(spec, live, &person, "hof", "+4992811"))

	other := webex.Person{FirstName: "Anna", LastName: "Díaz", Extension: "12", LocationID: "L2"}
	live.Packages, live.Package = nil, "webex_suite"
	check(t, []string{
		"first_name: Anna → Ana fixed", "last_name: Díaz → Diaz fixed", "package: webex_suite → webex_calling",
		"location: Bonn → Hof fixed", "phone_number:  → +4992811 fixed", "extension: 12 → 11 fixed",
	}, User(spec, live, &other, "Bonn", ""))
	check(t, []string{
		"first_name:  → Ana unknown", "last_name:  → Diaz unknown", "package: webex_suite → webex_calling",
		"location:  → Hof unknown", "phone_number:  → +4992811 unknown", "extension:  → 11 unknown",
	}, User(spec, live, nil, "", ""))
	check(t, []string{"package: webex_suite → webex_calling", "location:  → Hof unknown"}, User(spec, live, &person, "", "+4992811"))

	live.Package = "webex_meetings" // the change of the package brings location, number and extension
	check(t, []string{"package: webex_meetings → webex_calling", "location:  → Hof", "phone_number:  → +4992811", "extension:  → 11"},
		User(spec, live, &webex.Person{FirstName: "Ana", LastName: "Diaz"}, "", ""))

	none := wanted.User{Email: spec.Email, Package: "webex_meetings"}
	check(t, nil, User(none, live, &other, "Bonn", "+1"))
	live.Status, live.Package = webex.SubscriberPending, "webex_suite"
	check(t, nil, User(spec, live, nil, "", ""))
}

// What the sheet says nobody knows is not comparable, and no difference.
func TestVague(t *testing.T) {
	spec := wanted.Customer{Packages: []string{"webex_calling"}, Unknown: wanted.Vague{"name", "admin_email", "hq_location", "package_quantity"}}
	memory := wanted.Customer{Name: "Bakery", AdminEmail: "ana@bakery.example", Packages: []string{"webex_calling"}, Limits: map[string]int{"webex_calling": 5}}
	live := webex.Customer{Packages: []string{"webex_calling"}}
	want := "name:  →  unknown\nadmin_email:  →  unknown\npackage_quantity:  →  unknown"
	if got := told(Customer(spec, live, &memory, false)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	user := wanted.User{Email: "ana@bakery.example", Package: "webex_calling", Calling: true, Unknown: wanted.Vague{"first_name", "location"}}
	person := webex.Person{FirstName: "Ana", LocationID: "L1", Extension: "1001"}
	got := told(User(user, webex.Subscriber{Status: webex.SubscriberProvisioned, Packages: []string{"webex_calling"}}, &person, "Head Office", "+15125550100"))
	if want := "first_name:  →  unknown\nlocation:  →  unknown"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
