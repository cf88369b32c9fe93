package handoff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/importer/handoff"
	"muster/internal/facts"
	"muster/internal/onboarding"
	"muster/internal/resolve"
)

// sheetOf makes a source with these columns.
func sheetOf(kind onboarding.Kind, name string, columns ...onboarding.Field) *onboarding.Source {
	s := &onboarding.Source{File: "book.xlsx", Sheet: name, Kind: kind, HeaderRow: 1, Language: "en"}
	for i, c := range columns {
		s.SetColumn(c, i+1)
	}
	return s
}

func seat(src *onboarding.Source, label, quantity string) onboarding.Seat {
	return onboarding.Seat{Place: onboarding.Place{Source: src, Row: 2, Column: 9}, Label: label, Quantity: quantity}
}

// sample has a customer in the United States, with a row for its headquarters and one plant, and one in Germany without rows.
func sample(tables *facts.Tables) (*onboarding.Batch, []onboarding.User) {
	t := sheetOf(onboarding.Templates, "Templates", "name", "provisioning_id", "idp_entity_id")
	c := sheetOf(onboarding.Customers, "Customers", "external_id", "name", "organization_id", "setup_assist", "wave", "hq_location")
	l := sheetOf(onboarding.Locations, "Locations", "external_id", "name", "line1", "main_number", "pstn_connection")
	u := sheetOf(onboarding.Users, "Users", "external_id", "email", "phone_number", "port_date")
	b := &onboarding.Batch{
		Sources: []*onboarding.Source{t, c, l, u},
		Templates: []*onboarding.Template{
			{Row: onboarding.Row{Source: t, Number: 2}, Name: "SSO", Authentication: "Partner SAML"},
			{Row: onboarding.Row{Source: t, Number: 3}, Name: "Unused"},
		},
		Customers: []*onboarding.Customer{
			{
				Row: onboarding.Row{Source: c, Number: 2}, ExternalID: "us", Name: "Bakery", Template: "SSO", HQName: "Head Office", Wave: "1", SetupAssist: "yes",
				Address: onboarding.Address{Country: "US"},
				Seats:   []onboarding.Seat{seat(c, "Webex Calling", "5"), seat(c, "Common Area Calling", "unlimited"), seat(c, "Contact Center Voice Ports", "x")},
			},
			{
				Row: onboarding.Row{Source: c, Number: 3}, ExternalID: "de", Name: "Bank", Template: "SSO", OrganizationID: "org", Address: onboarding.Address{Country: "DE"},
				Seats: []onboarding.Seat{seat(c, "Webex Suite", ""), seat(c, "Cisco Calling Plan", "x")},
			},
		},
		Locations: []*onboarding.Location{
			{Row: onboarding.Row{Source: l, Number: 2}, Customer: "us", Name: "Head Office", MainNumber: "+15125550100", PSTN: "Carrier"},
			{Row: onboarding.Row{Source: l, Number: 3}, Customer: "us", Name: "Plant", MainNumber: "+15125550190", PSTN: "Carrier, integriert", Address: onboarding.Address{Country: "CA"}},
		},
	}
	r := resolve.New(tables, b)
	row := func(n int, customer, location, pack, phone, port string) onboarding.User {
		return onboarding.User{Row: onboarding.Row{Source: u, Number: n}, Customer: customer, Email: fmt.Sprint(n, "@x.example"), Location: location, Package: pack, Phone: phone, PortDate: port}
	}
	users := []onboarding.User{
		row(2, "us", "Head Office", "Webex Calling", "+15125550100", "2026-12-01"), // has the main number
		row(3, "us", "", "Webex Calling", "+15125550101", "1.12.2026"),             // the headquarters, another way to write the day
		row(4, "us", "Plant", "Webex Calling", "+15125550102", "soon"),
		row(5, "us", "Plant", "Webex Calling", "", "2026-12-01"), // no number, nothing to port
		row(6, "us", "", "Webex Meetings", "+15125550103", "2026-12-01"),
		row(7, "de", "Bank", "Webex Suite", "+493012345670", ""),
		row(8, "nobody", "Bank", "Webex Suite", "+493012345671", "2026-12-01"),
	}
	cur := r.Cursor()
	for i := range users {
		cur.User(&users[i])
		if cu := users[i].Resolved.Customer; cu != nil {
			cu.Totals.Users++
			cu.Totals.Count(users[i].Resolved.Package)
		}
	}
	return b, users
}

func all(*onboarding.Customer) bool { return true }

func counted(t *testing.T, o handoff.Options) (*onboarding.Batch, *handoff.Counter) {
	t.Helper()
	o.Facts = facts.Load()
	o.Label = func(_ onboarding.Kind, f onboarding.Field, _ string) string { return string(f) }
	b, users := sample(o.Facts)
	c := handoff.NewCounter(b, o)
	for i := range users {
		if err := c.User(&users[i]); err != nil {
			t.Fatal(err)
		}
	}
	return b, c
}

func lines(list []onboarding.HandOff) []string {
	var out []string
	for _, h := range list {
		day := ""
		if !h.Date.IsZero() {
			day = " " + h.Date.Format("2006-01-02")
		}
		out = append(out, fmt.Sprintf("%s %s %d %s %s%s", h.Kind, h.Customer, h.Count, h.Unit, h.Place.Cell(), day))
	}
	return out
}

func TestList(t *testing.T) {
	beside := []onboarding.Beside{{Source: sheetOf(0, "Devices"), What: "devices", Rows: 6, Customers: map[string]int{"de": 2, "us": 1, "stranger": 2, "": 1}}}
	_, c := counted(t, handoff.Options{Chosen: all, Beside: beside})
	want := []string{
		"template  0 settings Templates!B2",
		"sign_in  2 customers Templates!C2",
		"attach de 1 users Customers!C3",
		"setup_assist us 2 locations Customers!D2",
		"quantity us 1 quantities Customers!I2",
		"number_order us 2 numbers Locations!E3", // one of a user, and the main number
		"number_order de 1 numbers Customers!F3",
		"main_number us 1 numbers Locations!D2",
		"main_number us 1 numbers Locations!D3",
		"port us 2 numbers Users!D2 2026-12-01",
		"consent  6 users ",
		"emergency us 2 locations Locations!C2",
		"workspace us 0 seats Customers!I2",
		"add_on us 0 seats Customers!I2",
		"device us 1 devices ",
		"device de 2 devices ",
		"device  1 devices ",
		"device stranger 2 devices ",
	}
	if diff := cmp.Diff(want, lines(c.List())); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Numbers that are preloaded without a day are switched on, too; where numbers are ordered nothing is preloaded.
func TestListOfPreloadedNumbers(t *testing.T) {
	for _, c := range []struct {
		pstn    string
		preload bool
		want    []string
	}{
		{"", false, []string{"port us 1 numbers Users!D4", "port us 2 numbers Users!D2 2026-12-01"}}, // "soon" is no day
		{"", true, []string{"port us 1 numbers Locations!D3", "port us 1 numbers Users!D4", "port us 2 numbers Users!D2 2026-12-01"}},
		{"Carrier (integrated)", true, []string{"port us 2 numbers Users!D2 2026-12-01"}},
	} {
		b, counter := counted(t, handoff.Options{Chosen: func(cu *onboarding.Customer) bool { return cu.ExternalID == "us" }, Preload: c.preload})
		for _, l := range b.Customers[0].Sites {
			if l.Name == "Plant" {
				l.PSTN = c.pstn
			}
		}
		got := slices.DeleteFunc(lines(counter.List()), func(s string) bool { return !strings.HasPrefix(s, "port ") })
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q, preload %v: -want +got:\n%s", c.pstn, c.preload, diff)
		}
	}
}

// A selection leaves out what concerns others, and quantities of customers made by hand are listed for all.
func TestListOfSome(t *testing.T) {
	beside := []onboarding.Beside{{Source: sheetOf(0, "Devices"), What: "devices", Rows: 6, Customers: map[string]int{"de": 2, "us": 1, "stranger": 2, "": 1}}}
	_, c := counted(t, handoff.Options{Chosen: func(cu *onboarding.Customer) bool { return cu.ExternalID == "de" }, Beside: beside, ByHand: true})
	for _, h := range c.List() {
		if h.Customer == "us" || h.Customer == "stranger" || h.Kind == onboarding.HandQuantity {
			t.Errorf("%s of %q is listed", h.Kind, h.Customer)
		}
		if h.Kind == onboarding.HandConsent && h.Count != 1 {
			t.Errorf("consent of %d users", h.Count)
		}
	}
}

func TestRequests(t *testing.T) {
	_, c := counted(t, handoff.Options{Chosen: all, Assist: true})
	got := c.Requests(func(id string) string { return "id-of-" + id })
	if len(got) != 1 || got[0].Customer.ExternalID != "us" {
		t.Fatalf("%d requests", len(got))
	}
	values := make(map[string]string)
	for _, f := range got[0].Fields {
		values[f.Name.String()] = f.Value
	}
	for name, want := range map[string]string{"users": "5", "locations": "2", "customer ID (journal)": "id-of-us", "users by package": "Webex Calling 4, Webex Meetings 1", "authentication": "Partner authentication"} {
		if values[name] != want {
			t.Errorf("%s: %q, want %q", name, values[name], want)
		}
	}
	var numbers []string
	for _, l := range got[0].Locations {
		for _, n := range l.Numbers {
			numbers = append(numbers, fmt.Sprintf("%s %s %s %v", l.Name, n.E164, n.Cell.Cell(), !n.Day.IsZero()))
		}
	}
	want := []string{"Head Office +15125550100 Users!C2 true", "Head Office +15125550101 Users!C3 true", "Plant +15125550102 Users!C4 false"}
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	missing := func(name string) bool {
		return slices.ContainsFunc(got[0].Missing(), func(f onboarding.AssistField) bool { return f.Name.String() == name })
	}
	if !missing("go-live date") || !missing("IDP Entity ID") || missing("company name") {
		t.Errorf("missing are %v", got[0].Missing())
	}
}
