package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// manyCustomers writes a folder of inputs with so many customers, each with so many users, the first its administrator.
func manyCustomers(t *testing.T, dir string, customers, users int) {
	t.Helper()
	var c, u strings.Builder
	c.WriteString("External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,State or province,ZIP or postal code,Supported location confirmed,Packages and add-ons,Headquarters name,Time zone,Announcement language\n")
	u.WriteString("External customer ID,First name,Last name,Email address,Package,Location,Phone number,Extension\n")
	for i := range customers {
		id := fmt.Sprintf("crm-%d", i)
		fmt.Fprintf(&c, "%s,Company %d,user0@c%d.example,US,Standard,%d Example Street,Austin,TX,78701,yes,Webex Calling,Main Office,America/Chicago,en_us\n", id, i, i, i+1)
		for k := range users {
			n := i*users + k
			fmt.Fprintf(&u, "%s,Ana,Diaz,user%d@c%d.example,Webex Calling,Main Office,+1512%03d%04d,%d\n", id, k, i, 200+n/10000, n%10000, 1000+k)
		}
	}
	templates := "Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription\nStandard,ZjViMzYxODctYzhkZC00,admin@partner.example,US,en_US,Sub-1\n"
	for name, text := range map[string]string{"customers.csv": c.String(), "users.csv": u.String(), "templates.csv": templates} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// planned gives the summary of a plan.
func planned(t *testing.T, args ...string) (s struct {
	Customers, Create, Update, Nothing, Calls int
	PlanCalls                                 int `json:"plan_calls"`
},
) {
	t.Helper()
	var out, talk bytes.Buffer
	args = append([]string{"muster", "plan", "--format", "json"}, args...)
	if code := run(t.Context(), args, streams{strings.NewReader(""), &out, &talk}); code != 0 {
		t.Fatalf("%v exits with %d: %s%s", args, code, out.String(), talk.String())
	}
	doc := struct{ Summary any }{&s}
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return s
}

// applied carries a workbook out and gives the calls that it took.
func applied(t *testing.T, args ...string) int {
	t.Helper()
	return carriedOut(t, exitDone, args...)
}

// tried is applied for a workbook of which rows may fail.
func tried(t *testing.T, args ...string) int {
	t.Helper()
	return carriedOut(t, exitRowsFailed, args...)
}

func carriedOut(t *testing.T, worst int, args ...string) int {
	t.Helper()
	var out, talk bytes.Buffer
	args = append([]string{"muster", "apply", "--progress", "none", "--format", "json"}, args...)
	if code := run(t.Context(), args, streams{strings.NewReader(""), &out, &talk}); code != exitDone && code != worst {
		t.Fatalf("%v exits with %d: %s", args, code, talk.String())
	}
	var doc struct{ Summary struct{ Calls int } }
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.Summary.Calls
}

// A plan asks for lists: its calls grow with pages of a hundred and with customers, not with users.
func TestPlanTakesFewCalls(t *testing.T) {
	const customers, users = 50, 40
	book, state := t.TempDir(), t.TempDir()
	manyCustomers(t, book, customers, users)
	before := planned(t, "--state", state, book)
	if most := customers/100*2 + 4; before.PlanCalls > most || before.Create != customers*(3+users) {
		t.Errorf("a plan of customers that are not there took %d calls, more than %d, or creates %d", before.PlanCalls, most, before.Create)
	}
	if took := applied(t, "--state", state, book); took != before.Calls {
		t.Errorf("the plan foresees %d calls, the run took %d", before.Calls, took)
	}
	after := planned(t, "--state", state, book)
	if after.Nothing != customers*(3+users) || after.Create+after.Update > 0 {
		t.Errorf("%+v: something is left to do", after)
	}
	if most := (customers+customers*users)/100*2 + 5*customers; after.PlanCalls > most {
		t.Errorf("a plan of %d customers and %d users took %d calls, more than %d", customers, customers*users, after.PlanCalls, most)
	}
	if took := applied(t, "--state", state, book); took != after.Calls {
		t.Errorf("with nothing to do the plan foresees %d calls, the run took %d", after.Calls, took)
	}
}

// revision changes one text of a file of a folder.
type revision struct{ file, old, new string }

// Of every kind of update the plan foresees the calls that the run takes.
func TestPlanForeseesUpdates(t *testing.T) {
	book, state := t.TempDir(), t.TempDir()
	files := map[string]string{
		"templates.csv": "Template name,Provisioning ID,Service provider administrator,Country or region,Default email language,Wholesale subscription\nStandard,ZjViMzYxODctYzhkZC00,admin@partner.example,US,en_US,Sub-1\n",
		"customers.csv": "External customer ID,Company name,Administrator email,Country,Onboarding template,Address line 1,City,State or province,ZIP or postal code,Supported location confirmed,Headquarters name,Time zone,Announcement language,Webex Calling,Webex Meetings,Webex Suite\n" +
			"crm-1,Example Bakery,ana@bakery.example,US,Standard,1 Example Street,Austin,TX,78701,yes,Head Office,America/Chicago,en_us,20,20,\n",
		"locations.csv": "External customer ID,Location name,Address line 1,City,State or province,ZIP or postal code,Country,Time zone,Announcement language,Main number\n" +
			"crm-1,Annex,3 Side Street,Houston,TX,77002,US,America/Chicago,en_us,+17135550100\n",
		"users.csv": "External customer ID,First name,Last name,Email address,Package,Location,Phone number,Extension,Role,Port date\n" +
			"crm-1,Ana,Diaz,ana@bakery.example,Webex Calling,Head Office,+15125550100,1001,Full administrator,\n" +
			"crm-1,Ben,Roy,ben@bakery.example,Webex Calling,Head Office,,1002,,\n" +
			"crm-1,Dan,Roy,dan@bakery.example,Webex Meetings,,,,,\n",
	}
	write := func() {
		t.Helper()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(book, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	write()
	applied(t, "--state", state, book)
	for _, step := range []struct {
		name    string
		flags   []string
		forget  bool // the journal is another one
		updates []revision
	}{
		{"a quantity raised", nil, false, []revision{{"customers.csv", ",20,20,", ",30,20,"}}},
		{"a package added", nil, false, []revision{{"customers.csv", ",30,20,", ",30,20,5"}}},
		{"a billing address", nil, false, []revision{{"customers.csv", ",78701,", ",78702,"}}},
		{"a user's package", nil, false, []revision{{"users.csv", "ben@bakery.example,Webex Calling", "ben@bakery.example,Webex Suite"}, {"users.csv", "ana@bakery.example,Webex Calling", "ana@bakery.example,Webex Suite"}}},
		{"a location's zone and language", nil, false, []revision{{"locations.csv", "America/Chicago,en_us", "America/Denver,de_de"}}},
		{"a main number", nil, false, []revision{{"locations.csv", "+17135550100", "+17135550190"}}},
		{"a location with numbers", nil, false, []revision{
			{"locations.csv", "+17135550190\n", "+17135550190\ncrm-1,Plant,9 Side Street,Dallas,TX,75201,US,America/Chicago,en_us,+12145550100\n"},
			{"users.csv", "crm-1,Dan", "crm-1,Pia,Roy,pia@bakery.example,Webex Calling,Plant,+12145550101,1101,,\ncrm-1,Dan"},
		}},
		{"numbers of two days", nil, false, []revision{{
			"users.csv", "crm-1,Dan",
			"crm-1,Eva,Roy,eva@bakery.example,Webex Calling,Head Office,+15125550105,1005,,\ncrm-1,Fay,Roy,fay@bakery.example,Webex Calling,Head Office,+15125550106,1006,,2099-01-02\ncrm-1,Dan",
		}}},
		{"a role", nil, false, []revision{{"users.csv", "1005,,", "1005,Read-only administrator,"}}},
		{"somebody else's customer", nil, true, []revision{{"customers.csv", ",30,20,5", ",40,20,5"}}},
		{"a package that users still have", []string{"--remove"}, false, []revision{{"customers.csv", ",40,20,5", ",40,,5"}, {"users.csv", "crm-1,Dan,Roy,dan@bakery.example,Webex Meetings,,,,,\n", ""}}},
	} {
		for _, e := range step.updates {
			if !strings.Contains(files[e.file], e.old) {
				t.Fatalf("%s: %s holds no %q", step.name, e.file, e.old)
			}
			files[e.file] = strings.Replace(files[e.file], e.old, e.new, 1)
		}
		write()
		if step.forget {
			if err := os.Remove(filepath.Join(state, "journal.db")); err != nil {
				t.Fatal(err)
			}
		}
		args := append([]string{"--state", state, book}, step.flags...)
		foreseen := planned(t, args...)
		if took := tried(t, args...); took != foreseen.Calls {
			t.Errorf("%s: the plan foresees %d calls, the run took %d", step.name, foreseen.Calls, took)
		}
	}
}
