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
	var out, talk bytes.Buffer
	args = append([]string{"muster", "apply", "--progress", "none", "--format", "json"}, args...)
	if code := run(t.Context(), args, streams{strings.NewReader(""), &out, &talk}); code != 0 {
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
